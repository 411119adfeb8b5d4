/* Binding without a ledger. Would catch: words that another deployment would read as another value, two ways of
 * writing one value that give two words, a value out of its bounds that passes, shares that do not total 100 %
 * after values were bound, cells that a file would read otherwise. */
#include "unit.h"

#include <licet/binding.h>
#include <licet/compile.h>
#include <licet/crypto.h>

#include <string.h>

#define TEXT                                                        \
    "licet 1\n"                                                     \
    "agreement Kinds \"Kinds\"\n"                                   \
    "  law        \"Spain\"\n"                                      \
    "  money      EUR\n"                                            \
    "  rounding   half_even to 0.01, each amount\n"                 \
    "  term       from 2026-01-01 to 2027-12-31\n"                  \
    "party Owner is licensor, signs\n"                              \
    "party User is licensee, signs\n"                               \
    "given Sum EUR, at most EUR 10,000,000.00\n"                    \
    "given First rate, scale 4, at most 100%\n"                     \
    "given Second rate, scale 4, at most 100%\n"                    \
    "given Quota count, at most 1,000,000\n"                        \
    "given Begins date, from 2026-01-01 to 2026-12-31\n"            \
    "given Each EUR per count, scale 6, at most EUR 10\n"           \
    "given Plan one of (basic, full)\n"                             \
    "schedule Items\n"                                              \
    "  rows at most 10\n"                                           \
    "  key code text 8\n"                                           \
    "  column share rate, in bps, at most 100%\n"                   \
    "  column price EUR, in units of 0.000001, at most EUR 1,000\n" \
    "  column floor EUR, at most EUR 1,000\n"                       \
    "  column plan one of (basic, full)\n"                          \
    "end\n"                                                         \
    "account Pool EUR\n"                                            \
    "account Owed EUR for each payee, at end paid out\n"            \
    "report Sales [1]\n"                                            \
    "  by User, every month, within 10 days of period.end\n"        \
    "  lines at most 10, else refuse\n"                             \
    "  column item in Items\n"                                      \
    "  column units count, at most 100\n"                           \
    "  require units <= Quota and item.plan = Plan\n"               \
    "end\n"                                                         \
    "fee Entry [1]\n"                                               \
    "  on signature\n"                                              \
    "  amount Sum\n"                                                \
    "  User pays Owner, due Begins\n"                               \
    "end\n"                                                         \
    "royalty Use [2]\n"                                             \
    "  on Sales\n"                                                  \
    "  amount Each * sum of units\n"                                \
    "  User owes Pool\n"                                            \
    "end\n"                                                         \
    "split Pool [3]\n"                                              \
    "  on Sales\n"                                                  \
    "  Owner: First\n"                                              \
    "  User: Second\n"                                              \
    "  pennies largest remainder, ties as written\n"                \
    "  into Owed\n"                                                 \
    "end\n"                                                         \
    "lifecycle\n"                                                   \
    "  initial draft\n"                                             \
    "  states active\n"                                             \
    "  final ended, after 30 days\n"                                \
    "  from draft to active when signed by Owner, User\n"           \
    "  from draft to ended on 2026-03-31\n"                         \
    "  from active to ended on term.end\n"                          \
    "end\n"

typedef struct world {
    lic_compilation *compilation;
    const lic_image *image;
    lic_binding *binding;
    lic_error error;
    lic_buffer words;
} world;

static int set_up(void **state)
{
    static world self;
    self = (world){0};
    lic_buffer_init(&self.words, &lic_allocator_system, 4096);
    if (lic_crypto_start(&self.error) != LIC_OK) return -1;
    const lic_compile_options options = {.unit_scale = 6};
    self.compilation = lic_compile(lic_slice_text(TEXT), &options, &lic_hasher_native,
                                   &lic_allocator_system);
    self.image = lic_compilation_image(self.compilation);
    if (self.image == NULL) {
        const lic_diagnostic *first = &lic_compilation_diagnostics(self.compilation)->items[0];
        print_error("%s at line %u\n", first->title, first->primary.span.line);
        return -1;
    }
    *state = &self;
    return lic_binding_create(self.image, &lic_hasher_native, &lic_allocator_system, &self.binding,
                              &self.error) == LIC_OK
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    world *self = *state;
    lic_buffer_free(&self->words);
    lic_binding_destroy(self->binding);
    lic_compilation_destroy(self->compilation);
    return 0;
}

static uint32_t number_of(const world *self, const char *name)
{
    for (uint32_t i = 0; i < self->image->parameters_count; i++)
        if (lic_slice_equal(self->image->parameters[i].name, lic_slice_text(name))) return i;
    fail_msg("no parameter %s", name);
    return 0;
}

static void words_of(world *self, const char *name, const char *text, const char *wanted)
{
    lic_buffer_clear(&self->words);
    lic_status status = lic_binding_set(self->binding, number_of(self, name), lic_slice_text(text),
                                        &self->words, &self->error);
    if (status != LIC_OK) fail_msg("%s = %s: %s", name, text, self->error.text);
    lic_put_u8(&self->words, 0);
    assert_string_equal((const char *)self->words.data, wanted);
}

static void binds(world *self, const char *name, const char *text, const char *wanted)
{
    words_of(self, name, text, wanted);
    words_of(self, name, wanted, wanted); /* the words mean themselves */
}

static void refuses(world *self, const char *name, const char *text)
{
    lic_status status = lic_binding_set(self->binding, number_of(self, name), lic_slice_text(text),
                                        &self->words, &self->error);
    if (status != LIC_MALFORMED) fail_msg("%s = %s: %d", name, text, (int)status);
    assert_string_equal(self->error.code, "parameter");
    assert_non_null(strstr(self->error.text, name));
}

static void one_value_has_one_form(void **state)
{
    world *self = *state;
    binds(self, "Sum", "250000", "EUR 250,000.00");
    binds(self, "Sum", "EUR 250000.00", "EUR 250,000.00");
    binds(self, "Sum", "250,000.000001", "EUR 250,000.000001");
    binds(self, "Sum", "0", "EUR 0.00");
    binds(self, "Sum", "10,000,000", "EUR 10,000,000.00");
    binds(self, "First", "52%", "52%");
    binds(self, "First", "0.52", "52%");
    binds(self, "First", "5200 bps", "52%");
    binds(self, "First", "52.50%", "52.5%");
    binds(self, "First", "1", "100%");
    binds(self, "First", "0.0001", "0.01%");
    binds(self, "Quota", "1,000", "1000");
    binds(self, "Begins", "2026-05-01", "2026-05-01");
    binds(self, "Each", "0.0012", "EUR 0.0012");
    binds(self, "Each", "EUR 1.5", "EUR 1.50");
    binds(self, "Plan", "full", "full");
}

static void what_is_no_value_is_refused(void **state)
{
    world *self = *state;
    refuses(self, "Sum", "10000000.01");
    refuses(self, "Sum", "USD 1.00");
    refuses(self, "Sum", "-1");
    refuses(self, "Sum", "1.500,00");
    refuses(self, "Sum", "");
    refuses(self, "First", "101%");
    refuses(self, "First", "52.001%");
    refuses(self, "Quota", "1.5");
    refuses(self, "Quota", "1000001");
    refuses(self, "Begins", "2027-01-01");
    refuses(self, "Begins", "2026-02-30");
    refuses(self, "Plan", "half");
}

static void set_shares(world *self, const char *first, const char *second)
{
    assert_ok(lic_binding_set(self->binding, number_of(self, "First"), lic_slice_text(first), NULL,
                              &self->error));
    assert_ok(lic_binding_set(self->binding, number_of(self, "Second"), lic_slice_text(second),
                              NULL, &self->error));
}

static void shares_are_looked_at_each_time(void **state)
{
    world *self = *state;
    set_shares(self, "60%", "40%");
    assert_ok(lic_binding_check(self->binding, &self->error));
    set_shares(self, "60%", "39.99%");
    assert_int_equal(lic_binding_check(self->binding, &self->error), LIC_REFUSED);
    assert_non_null(strstr(self->error.text, "must be 100 %"));
    set_shares(self, "55%", "45%");
    assert_ok(lic_binding_check(self->binding, &self->error));
}

static lic_status cell(world *self, uint16_t column, const char *text)
{
    uint16_t table = 0;
    for (uint16_t t = 0; t < self->image->tables_count; t++)
        if (lic_slice_equal(self->image->tables[t].name, lic_slice_text("Items"))) table = t;
    lic_buffer_clear(&self->words);
    lic_status status = lic_binding_cell(self->binding, table, column, lic_slice_text(text),
                                         &self->words, &self->error);
    lic_put_u8(&self->words, 0);
    return status;
}

static void writes(world *self, uint16_t column, const char *text, const char *wanted)
{
    lic_status status = cell(self, column, text);
    if (status != LIC_OK) fail_msg("column %u, %s: %s", column, text, self->error.text);
    assert_string_equal((const char *)self->words.data, wanted);
}

static void cells_are_in_the_files_units(void **state)
{
    world *self = *state;
    writes(self, 0, "A-1", "A-1");
    writes(self, 1, "52.5%", "5250");
    writes(self, 1, "5250", "5250");
    writes(self, 1, "5250 bps", "5250");
    writes(self, 2, "EUR 12.50", "12500000");
    writes(self, 2, "12500000", "12500000");
    writes(self, 2, "12,500,000", "12500000");
    writes(self, 3, "EUR 12.50", "12.5");
    writes(self, 3, "1,000", "1000");
    writes(self, 4, "basic", "basic");
    assert_int_equal(cell(self, 1, "52.555%"), LIC_MALFORMED);
    assert_int_equal(cell(self, 1, "101%"), LIC_MALFORMED);
    assert_int_equal(cell(self, 2, "EUR 0.0000001"), LIC_MALFORMED);
    assert_int_equal(cell(self, 2, "EUR 1,000.01"), LIC_MALFORMED);
    assert_int_equal(cell(self, 2, "USD 1"), LIC_MALFORMED);
    assert_int_equal(cell(self, 4, "half"), LIC_MALFORMED);
    assert_string_equal(self->error.code, "cell");
}

/* The hash that a ledger shows for two parameters, worked with Python's hashlib: SHA-256 over the name of the
 * form, then each text behind its length. */
static void the_hash_is_that_of_the_ledger(void **state)
{
    (void)state;
    lic_buffer encoded;
    lic_hash hash;
    char text[LIC_HASH_TEXT];
    lic_buffer_init(&encoded, &lic_allocator_system, 100);
    lic_put_slice(&encoded, lic_slice_text("60%"));
    lic_put_slice(&encoded, lic_slice_text("GBP 1.00"));
    lic_parameters_hash(&lic_hasher_native, lic_slice_of(encoded.data, encoded.size), &hash);
    lic_hash_print(&hash, text);
    assert_string_equal(text, "fa31af1433a8ea91a3b76384f691fce8f64b3ec24159c69c2ab2f055d898f645");
    lic_buffer_free(&encoded);
}

static void want_of_memory_is_survived(void **state)
{
    world *self = *state;
    for (size_t calls = 0;; calls++) {
        unit_heap heap = {.left = calls};
        lic_allocator allocator = unit_allocator(&heap);
        lic_binding *binding = NULL;
        lic_status status = lic_binding_create(self->image, &lic_hasher_native, &allocator,
                                               &binding, &self->error);
        lic_binding_destroy(binding);
        assert_int_equal(heap.live_bytes, 0);
        if (status == LIC_OK) return;
        assert_int_equal(status, LIC_NO_MEMORY);
    }
}

#define world_test(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(one_value_has_one_form),         world_test(what_is_no_value_is_refused),
        world_test(shares_are_looked_at_each_time), world_test(cells_are_in_the_files_units),
        world_test(the_hash_is_that_of_the_ledger), world_test(want_of_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
