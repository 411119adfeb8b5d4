/* Tests of the image's bytes: one encoding only, every index checked, and a changed byte never runs
 * unverified: it is refused, or it is another image with another id that still runs safely. */
#include "vm_world.h"

#define WITH_REPORT                                                                                \
    VM_PREFACE                                                                                     \
    "column name=\"line\" field=0 reader.form=digits reader.width=18 reader.type=count "           \
    "unique=yes\n"                                                                                 \
    "column name=\"item\" field=1 reader.form=row reader.type=row:4\n"                             \
    "column name=\"part\" field=2 reader.form=row reader.type=row:8\n"                             \
    "column name=\"plan\" field=3 reader.form=enum reader.type=enum:1\n"                           \
    "column name=\"units\" field=4 reader.form=count reader.type=count reader.max=1000\n"          \
    "column name=\"gross\" field=5 reader.form=exact reader.type=exact:0:6 reader.unit_scale=6 "   \
    "reader.max=1000000000 reader.has_empty=yes\n"                                                 \
    "column name=\"note\" field=7 reader.form=text reader.width=20 reader.type=text:3\n"           \
    "column name=\"day\" field=8 reader.form=date reader.type=date\n"                              \
    "column name=\"zone\" field=9 reader.form=territory reader.type=territory\n"                   \
    "column name=\"title\" field=none reader.form=ignored\n"                                       \
    "unique 0\n"                                                                                   \
    "report name=\"Usage\" by=1 period=3 max_lines=1000 set_aside=yes first_column=0+10 slots=10 " \
    "first_unique=0+1 first_require=0+2 entry=0 next_field=6\n"                                    \
    "constant type=count value=5\n"                                                                \
    "entry kind=report subject=0\n"                                                                \
    "phase kind=judge\n"                                                                           \
    "input reg=0 source=slot index=4 type=count\n"                                                 \
    "CONST r2, k0\nLE r3, r0, r2\nBRANCH r3, L0\nEND\nLABEL L0\nREFUSE #0\n"                       \
    "entry kind=step subject=65535\nphase kind=once\n"                                             \
    "at 0\nCONST r1, k0\nSTORE r1, -, f25\nat -\nLOAD r2, -, f58\nEND\n"

static void known_size_and_round_trip(void **unused)
{
    (void)unused;
    vm_loaded loaded = vm_load(WITH_REPORT);
    if (loaded.status != LIC_OK) fail_msg("%s", loaded.error.text);
    assert_memory_equal(loaded.bytes.data, "LICM\1", 5);
    lic_slice again = vm_encode(loaded.arena, loaded.image);
    assert_true(lic_slice_equal(again, loaded.bytes));
    lic_hash id;
    lic_hasher_native.sha256(&loaded.bytes, 1, &id);
    assert_true(lic_hash_equal(&id, &loaded.image->id));
    assert_true(lic_slice_equal(loaded.image->name, lic_slice_text("Orion")));
    assert_int_equal(loaded.image->fields[F_GROSS].bound, 1);
    assert_int_equal(loaded.image->fields[F_GROSS].role, LIC_ROLE_FACT);
    assert_true(loaded.image->columns[5].reader.has_empty);
    assert_int_equal(loaded.image->tables[ITEMS].parent, LIC_NONE16);
    assert_int_equal(loaded.image->tables[TIERS].parent, ITEMS);
    lic_arena_destroy(loaded.arena);
}

static void questions_about_an_image(void **unused)
{
    (void)unused;
    vm_loaded loaded = vm_load(WITH_REPORT);
    const lic_image *image = loaded.image;
    uint32_t first = image->phases[1].first;
    assert_int_equal(lic_image_clause_at(image, 0), LIC_NONE16);
    assert_int_equal(lic_image_clause_at(image, first), 0);
    assert_int_equal(lic_image_clause_at(image, first + 1), 0);
    assert_int_equal(lic_image_clause_at(image, first + 2), LIC_NONE16);
    assert_int_equal(lic_image_entry(image, LIC_ENTRY_REPORT, 0), 0);
    assert_int_equal(lic_image_entry(image, LIC_ENTRY_STEP, LIC_NONE16), 1);
    assert_int_equal(lic_image_entry(image, LIC_ENTRY_WAKE, LIC_NONE16), LIC_NONE16);
    assert_int_equal(lic_image_field_at(image, ITEMS, false, 16), F_FACTOR);
    assert_int_equal(lic_image_field_at(image, ITEMS, true, 16), LIC_NONE16);
    assert_int_equal(image->code[first + 1].imm, lic_field_operand(&image->fields[F_LEVEL]));
    assert_string_equal(lic_op_name(LIC_OP_MULDIV_EVEN), "MULDIV_EVEN");
    assert_null(lic_op_name(0));
    assert_string_equal(lic_native_name(LIC_NATIVE_ADD_DAYS), "ADD_DAYS");
    assert_null(lic_native_name(9));
    assert_string_equal(lic_trap_id(LIC_TRAP_INSUFFICIENT), "insufficient");
    lic_arena_destroy(loaded.arena);
}

/* Judging order: encoding, columns, then column by column, conditions, uniqueness. */
static void reasons_in_judging_order(void **unused)
{
    (void)unused;
    static const lic_line_reason expected[] = {
        {LIC_NONE16, LIC_LINE_ENCODING}, {LIC_NONE16, LIC_LINE_COLUMNS},
        {0, LIC_LINE_MALFORMED}, /* digits */
        {1, LIC_LINE_UNKNOWN},   /* a key that is any text */
        {2, LIC_LINE_UNKNOWN},   /* a key that is a count */
        {3, LIC_LINE_UNKNOWN},   /* enumeration */
        {4, LIC_LINE_NEGATIVE},          {4, LIC_LINE_MALFORMED},
        {4, LIC_LINE_TOO_LARGE},         {5, LIC_LINE_MALFORMED},
        {5, LIC_LINE_TOO_LARGE}, /* exact */
        {6, LIC_LINE_TOO_LARGE}, /* text */
        {7, LIC_LINE_MALFORMED}, /* date */
        {8, LIC_LINE_UNKNOWN},   /* territory; 9 is ignored */
        {0, LIC_LINE_REQUIRE},           {1, LIC_LINE_REQUIRE},
        {0, LIC_LINE_DUPLICATE},
    };
    vm_loaded loaded = vm_load(WITH_REPORT);
    lic_line_reason reasons[LIC_LINE_REASONS_MAX];
    size_t count = lic_report_reasons(loaded.image, &loaded.image->reports[0], reasons,
                                      LIC_LINE_REASONS_MAX);
    assert_int_equal(count, LIC_COUNT(expected));
    for (size_t n = 0; n < count; n++) {
        assert_int_equal(reasons[n].column, expected[n].column);
        assert_int_equal(reasons[n].code, expected[n].code);
    }
    /* an identifier has a form of its own */
    loaded.image->tables[ITEMS].key_form = LIC_FORM_IDENTIFIER;
    assert_int_equal(
        lic_report_reasons(loaded.image, &loaded.image->reports[0], reasons, LIC_LINE_REASONS_MAX),
        count + 1);
    assert_int_equal(reasons[3].code, LIC_LINE_MALFORMED);
    assert_int_equal(reasons[4].code, LIC_LINE_UNKNOWN);
    assert_int_equal(lic_report_reasons(loaded.image, &loaded.image->reports[0], reasons, 2), 2);
    assert_string_equal(lic_line_code_id(LIC_LINE_TOO_LARGE), "too_large");
    lic_arena_destroy(loaded.arena);
}

static lic_status decode(lic_slice bytes, lic_arena *arena, lic_image **image, lic_error *error)
{
    error->text[0] = '\0';
    return lic_image_decode(bytes, &lic_hasher_native, arena, image, error);
}

static void cut_or_longer_bytes_are_refused(void **unused)
{
    (void)unused;
    vm_loaded loaded = vm_load(WITH_REPORT);
    lic_error error;
    lic_image *image;
    for (size_t size = 0; size < loaded.bytes.size; size++) {
        lic_arena *arena = lic_arena_create(&lic_allocator_system, 8u << 20);
        assert_int_equal(decode(lic_slice_of(loaded.bytes.data, size), arena, &image, &error),
                         LIC_MALFORMED);
        assert_true(error.text[0] != '\0');
        lic_arena_destroy(arena);
    }
    uint8_t *longer = lic_arena_take(loaded.arena, loaded.bytes.size + 1);
    memcpy(longer, loaded.bytes.data, loaded.bytes.size);
    assert_int_equal(
        decode(lic_slice_of(longer, loaded.bytes.size + 1), loaded.arena, &image, &error),
        LIC_MALFORMED);
    assert_non_null(strstr(error.text, "follow the image"));
    longer[4]++; /* the format */
    assert_int_equal(decode(lic_slice_of(longer, loaded.bytes.size), loaded.arena, &image, &error),
                     LIC_VERSION);
    lic_arena_destroy(loaded.arena);
}

/* What runs after a byte was changed: whatever it does, it stays in its tables. */
static void run_what_verified(lic_image *image, lic_arena *arena)
{
    const lic_program *program;
    assert_ok(lic_exec_prepare(image, arena, &program));
    if (image->tables_count != TABLES) return;
    world *w = make_world(image);
    const lic_exec_host host = {w,      touch, posted, oblige, emit, result,    enter_state,
                                native, find,  enter,  retire, text, make_text, NULL};
    const lic_exec_state state = {.program = program, .tables = w->views, .run = 7, .host = &host};
    const lic_exec_frame frame = {.today = 20500};
    for (uint32_t p = 0; p < image->phases_count; p++) {
        lic_exec_stop stop;
        uint64_t gas = 0;
        uint64_t item[256] = {0};
        uint16_t reason;
        if (image->phases[p].kind == LIC_PHASE_ONCE)
            (void)lic_exec_once(&state, &frame, p, &gas, &stop);
        if (image->phases[p].kind == LIC_PHASE_JUDGE)
            (void)lic_exec_judge(&state, &frame, p, item, &reason, &gas, &stop);
        assert_true(gas <= image->phases[p].gas);
    }
    free(w);
}

/* Tables that the world can hold: a changed layout may need more memory than a test gives it. */
static bool fits_world(const lic_image *image)
{
    for (uint32_t t = 0; t < image->tables_count; t++)
        if (image->tables[t].cell_size > MEMORY / ROWS ||
            image->tables[t].fixed_size > MEMORY / ROWS || image->tables[t].page_shift > 2)
            return false;
    return true;
}

static void every_changed_byte_is_another_image_or_none(void **unused)
{
    (void)unused;
    vm_loaded loaded = vm_load(WITH_REPORT);
    uint8_t *bytes = lic_arena_copy(loaded.arena, loaded.bytes.data, loaded.bytes.size);
    lic_slice changed = lic_slice_of(bytes, loaded.bytes.size);
    size_t refused = 0, unverified = 0, other = 0;
    static const uint8_t flips[] = {0x01, 0x80, 0xFF};
    for (size_t at = 0; at < changed.size; at++)
        for (size_t f = 0; f < LIC_COUNT(flips); f++) {
            bytes[at] ^= flips[f];
            lic_arena *arena = lic_arena_create(&lic_allocator_system, 8u << 20);
            lic_image *image;
            lic_error error = {.text = ""};
            if (decode(changed, arena, &image, &error) != LIC_OK) {
                refused++;
            } else {
                assert_false(lic_hash_equal(&image->id, &loaded.image->id));
                assert_true(
                    lic_slice_equal(vm_encode(arena, image), changed)); /* one encoding only */
                if (lic_image_verify(image, &error) != LIC_OK) unverified++;
                else {
                    other++;
                    if (fits_world(image)) run_what_verified(image, arena);
                }
            }
            lic_arena_destroy(arena);
            bytes[at] ^= flips[f];
        }
    assert_true(refused > 0 && unverified > 0 && other > 0);
    lic_arena_destroy(loaded.arena);
}

/* Decoding gives up cleanly wherever memory ends. */
static void decoding_needs_memory(void **unused)
{
    (void)unused;
    vm_loaded loaded = vm_load(WITH_REPORT);
    lic_status status = LIC_NO_MEMORY;
    for (size_t calls = 0; status != LIC_OK; calls++) {
        unit_heap heap = {.left = calls};
        lic_allocator allocator = unit_allocator(&heap);
        lic_arena *arena = lic_arena_create(&allocator, 8u << 20);
        if (arena == NULL) continue;
        lic_image *image;
        lic_error error;
        status = decode(loaded.bytes, arena, &image, &error);
        assert_true(status == LIC_OK || status == LIC_NO_MEMORY);
        lic_arena_destroy(arena);
        assert_int_equal(heap.live_bytes, 0);
    }
    lic_arena_destroy(loaded.arena);
}

static void control_characters_are_refused(void **unused)
{
    (void)unused;
    static const char *const names[] = {"a\x1b[2Jb", "a\x7f", "\xff\xfe", "a\tb"};
    for (size_t n = 0; n < LIC_COUNT(names); n++) {
        vm_loaded loaded = vm_load(WITH_REPORT);
        loaded.image->title = lic_slice_text(names[n]);
        lic_slice bytes = vm_encode(loaded.arena, loaded.image);
        lic_image *image;
        lic_error error;
        assert_int_equal(decode(bytes, loaded.arena, &image, &error), LIC_MALFORMED);
        assert_non_null(strstr(error.text, "title"));
        lic_arena_destroy(loaded.arena);
    }
}

static void large_images_are_refused(void **unused)
{
    (void)unused;
    vm_loaded loaded = vm_load(WITH_REPORT);
    static uint8_t much[LIC_IMAGE_MAX];
    memset(much, 'x', sizeof much);
    loaded.image->title = lic_slice_of(much, sizeof much);
    lic_buffer buffer;
    lic_buffer_init(&buffer, &lic_allocator_system, 2 * LIC_IMAGE_MAX);
    assert_int_equal(lic_image_encode(loaded.image, &buffer), LIC_TOO_LARGE);
    lic_image *image;
    lic_error error;
    assert_int_equal(decode(lic_slice_of(buffer.data, buffer.size), loaded.arena, &image, &error),
                     LIC_TOO_LARGE);
    lic_buffer_free(&buffer);
    lic_arena_destroy(loaded.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_size_and_round_trip),
        cmocka_unit_test(questions_about_an_image),
        cmocka_unit_test(reasons_in_judging_order),
        cmocka_unit_test(cut_or_longer_bytes_are_refused),
        cmocka_unit_test(every_changed_byte_is_another_image_or_none),
        cmocka_unit_test(decoding_needs_memory),
        cmocka_unit_test(control_characters_are_refused),
        cmocka_unit_test(large_images_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
