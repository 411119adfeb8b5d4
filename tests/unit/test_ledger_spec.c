/* docs/spec/ledger.md against the tables in the code: kinds and bodies, limits, columns of the file,
 * vectors. Would catch: a table changed without its page, or the page without its table. */
#include "unit.h"

#include <licet/ledger.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *page;

static int read_page(void **state)
{
    (void)state;
    FILE *file = fopen("docs/spec/ledger.md", "rb");
    if (file == NULL) return -1;
    page = calloc(1, 1 << 20);
    size_t size = page != NULL ? fread(page, 1, (1 << 20) - 1, file) : 0;
    return fclose(file) == 0 && size > 0 ? 0 : -1;
}

static int free_page(void **state)
{
    (void)state;
    free(page);
    return 0;
}

/* The missing lines, all of them, are the message: they can be pasted. */
static unsigned missing;
static void expect(const char *line)
{
    if (strstr(page, line) != NULL) return;
    print_message("%s\n", line);
    missing++;
}

static void begin(void)
{
    missing = 0;
}
static void end(void)
{
    assert_int_equal(missing, 0);
}

typedef struct line {
    char text[2048];
    size_t size;
} line;

static void add(line *to, const char *part)
{
    size_t size = strlen(part);
    assert_true(to->size + size < sizeof to->text);
    memcpy(to->text + to->size, part, size + 1);
    to->size += size;
}

static void add_number(line *to, uint64_t number)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    add(to, text);
}

static void add_field(line *to, const char *type, const char *name, uint64_t max)
{
    if (to->text[to->size - 1] != ' ') add(to, ", ");
    add(to, name);
    add(to, " ");
    add(to, type);
    if (max == 0) return;
    add(to, " ");
    add_number(to, max);
}

static void kinds_stand_on_the_page(void **state)
{
    (void)state;
    begin();
#define FIELD(type, name, max) add_field(&row, #type, #name, max);
#define KIND(number, name, NAME, id, signers, executed, fields, doc) \
    {                                                                \
        line row = {.size = 0};                                      \
        add(&row, "| " #number " | " id " | " #signers " | ");       \
        if (executed) {                                              \
            fields(FIELD)                                            \
        } else {                                                     \
            add(&row, "none");                                       \
        }                                                            \
        add(&row, " | " doc " |");                                   \
        expect(row.text);                                            \
    }
#include <licet/kinds.def>
#undef KIND
#undef FIELD
    end();
}

static void limits_of_genesis_stand_on_the_page(void **state)
{
    (void)state;
    begin();
#define X(type, name, value, most, reason) \
    {                                      \
        line row = {.size = 0};            \
        add(&row, "| " #name " | ");       \
        add_number(&row, value);           \
        add(&row, " | ");                  \
        add_number(&row, most);            \
        add(&row, " | " reason " |");      \
        expect(row.text);                  \
    }
    LIC_GENESIS_LIMITS(X)
#undef X
    end();
}

static void tables_of_the_file_stand_on_the_page(void **state)
{
    (void)state;
    begin();
#define COLUMN(row_name, type, name, sql) add_field(&row, #type, #name, 0);
#define ROWS(table, row_name, verb, columns, tail, options) \
    {                                                       \
        line row = {.size = 0};                             \
        add(&row, "| " #table " | ");                       \
        columns(COLUMN, row_name) add(&row, " |");          \
        expect(row.text);                                   \
    }
#include <licet/rows.def>
#undef ROWS
#undef COLUMN
    end();
}

static void vectors_stand_on_the_page(void **state)
{
    (void)state;
    begin();
#define SIGNATURE_VECTOR(name, key, r, s, good) \
    expect("| " name " | `" key "` | `" r "` | `" s "` | " #good " |");
#define KEY_VECTOR(name, key, good) expect("| " name " | `" key "` | " #good " |");
#include "vectors.def"
#undef SIGNATURE_VECTOR
#undef KEY_VECTOR
    end();
}

static void output_classes_stand_on_the_page(void **state)
{
    (void)state;
    begin();
    for (unsigned class = 1; class < LIC_OUTPUT_CLASSES; class ++) {
        line row = {.size = 0};
        add(&row, "| ");
        add_number(&row, class);
        add(&row, " | ");
        add(&row, lic_output_class_name(class));
        add(&row, " |");
        expect(row.text);
    }
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_stand_on_the_page),
        cmocka_unit_test(limits_of_genesis_stand_on_the_page),
        cmocka_unit_test(tables_of_the_file_stand_on_the_page),
        cmocka_unit_test(vectors_stand_on_the_page),
        cmocka_unit_test(output_classes_stand_on_the_page),
    };
    return cmocka_run_group_tests_name("ledger_spec", tests, read_page, free_page);
}
