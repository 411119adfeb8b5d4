/* Columns written over the same rows. Would catch: a value that reads back as another one, because columns were taken
 * for equal that differ in one row, at a seam of two stretches or behind the last whole one; a missing value read as zero; a
 * column written twice; a present value that shares its column with history. */
#include "scratch.h"

#include "projection/projection.h"

#include <licet/crypto.h>

enum { ROWS_MAX = 2100, PARTS = 6, COLUMNS_MAX = 40, SEEDS = 60 };

typedef struct column {
    lic_i128 values[ROWS_MAX];
    uint8_t has[ROWS_MAX];
    int64_t cells; /* where it was placed; 0: nowhere */
    unsigned place;
} column;

typedef struct part {
    column *columns;
    unsigned count;
} part;

static column columns[COLUMNS_MAX];

static uint32_t next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

static void fill(void *context, uint32_t first, uint32_t count, unsigned at, lic_i128 *values,
                 uint8_t *has)
{
    const column *c = &((const part *)context)->columns[at];
    memcpy(values, c->values + first, count * sizeof *values);
    memcpy(has, c->has + first, count);
}

static lic_status place(void *context, lic_projection *projection, int64_t cells,
                        const uint8_t *places)
{
    const part *p = context;
    (void)projection;
    for (unsigned i = 0; i < p->count; i++) {
        p->columns[i].cells = cells;
        p->columns[i].place = places[i];
    }
    return LIC_OK;
}

/* Zero, wide, or like an earlier column, but for one row at most: mostly a last, first or middle one. */
static void make_column(uint64_t *seed, uint32_t number, uint32_t rows)
{
    column *c = &columns[number];
    uint32_t kind = next(seed) % 4;
    const column *like = number > 0 ? &columns[next(seed) % number] : NULL;
    memset(c, 0, sizeof *c);
    for (uint32_t row = 0; row < rows; row++) {
        bool copies = kind < 2 && like != NULL;
        c->has[row] = copies ? like->has[row] : kind != 3 || next(seed) % 3 != 0;
        c->values[row] = copies      ? like->values[row]
                         : kind == 2 ? 0
                                     : (lic_i128)next(seed) - (1 << 30);
        if (kind == 3 && c->has[row] == 0) c->values[row] = 0;
        if (kind == 3 && number % 5 == 0) c->values[row] *= (lic_i128)1 << 70;
    }
    if (next(seed) % 2 == 0) return;
    const uint32_t spots[] = {0, rows - 1, rows / 2, next(seed) % rows};
    uint32_t spot = spots[next(seed) % 4];
    if (next(seed) % 4 == 0) {
        c->has[spot] ^= 1;
        c->values[spot] = c->has[spot];
    } else if (c->has[spot] != 0) {
        c->values[spot] += 1;
    }
}

static bool equal(const column *a, const column *b, uint32_t rows)
{
    return memcmp(a->values, b->values, rows * sizeof *a->values) == 0 &&
           memcmp(a->has, b->has, rows) == 0;
}

static lic_projection *open_projection(const char *path, lic_store **store)
{
    const lic_store_options options = {.path = path,
                                       .mode = LIC_STORE_CREATE,
                                       .allocator = &lic_allocator_system,
                                       .clock = &lic_clock_system,
                                       .random = &lic_random_system,
                                       .modules = &lic_projection_module,
                                       .module_count = 1};
    lic_projection *projection = NULL;
    lic_error error;
    assert_int_equal(lic_store_open(&options, store, &error), LIC_OK);
    assert_int_equal(lic_projection_create(&lic_allocator_system, &projection), LIC_OK);
    lic_projection_attach(projection, *store);
    projection->height = 1; /* numbers of sets begin with it: none is 0 */
    return projection;
}

static void check_value(lic_sql *sql, const column *c, uint32_t row)
{
    char wanted[LIC_DECIMAL_MAX];
    size_t size = lic_decimal_print(c->values[row], 0, wanted);
    if (c->place == LIC_ZERO_COLUMN) {
        assert_true(c->has[row] == 1 && c->values[row] == 0);
        return;
    }
    int at = 1 + (int)c->place;
    assert_int_equal(lic_sql_is_null(sql, at), c->has[row] == 0);
    if (c->has[row] != 0)
        assert_true(lic_slice_equal(lic_sql_text(sql, at), lic_slice_of(wanted, size)));
}

/* Every value reads back where its column was placed. */
static void check_values(lic_store *store, const uint32_t *rows, uint32_t row_count, uint32_t count)
{
    for (uint32_t c = 0; c < count; c++) {
        lic_sql *sql = NULL;
        bool found = false;
        if (columns[c].cells == 0) continue;
        assert_int_equal(lic_sql_prepare(store,
                                         "SELECT row,a,b,c,d,e,f,g,h,i,j FROM p_cells WHERE "
                                         "set_id=? ORDER BY row",
                                         &sql),
                         LIC_OK);
        lic_sql_bind_i64(sql, 1, columns[c].cells);
        for (uint32_t row = 0; row < row_count; row++) {
            assert_int_equal(lic_sql_step(sql, &found), LIC_OK);
            assert_true(found);
            assert_int_equal(lic_sql_i64(sql, 0), rows == NULL ? row : rows[row]);
            check_value(sql, &columns[c], row);
        }
        assert_int_equal(lic_sql_step(sql, &found), LIC_OK);
        assert_false(found);
        lic_sql_destroy(sql);
    }
}

/* Two columns have one place when they are equal and lie in one set, and only then; what changes has its own. */
static void check_places(uint32_t count, uint32_t row_count, uint32_t first_changing)
{
    static const column zero_with;
    column zero = zero_with;
    memset(zero.has, 1, sizeof zero.has);
    for (uint32_t a = 0; a < count; a++) {
        bool changes = a >= first_changing;
        if (columns[a].cells == 0) {
            assert_true(changes);
            continue;
        }
        bool is_zero = columns[a].place == LIC_ZERO_COLUMN;
        assert_int_equal(is_zero, !changes && equal(&columns[a], &zero, row_count));
        for (uint32_t b = 0; b < a && !is_zero; b++) {
            bool same = columns[a].cells == columns[b].cells &&
                        columns[a].place == columns[b].place;
            bool wanted = columns[a].cells == columns[b].cells && !changes &&
                          equal(&columns[a], &columns[b], row_count);
            assert_int_equal(same, wanted);
        }
    }
}

static void one_seed(const char *path, uint64_t seed)
{
    static uint32_t sparse[ROWS_MAX];
    const uint32_t sizes[] = {1, 15, 16, 17, 511, 512, 513, 1024, 1500, ROWS_MAX};
    uint32_t row_count = sizes[next(&seed) % LIC_COUNT(sizes)], count = 0, first_changing = 0;
    lic_projection_part parts[PARTS];
    part owners[PARTS];
    lic_store *store = NULL;
    lic_projection *projection = open_projection(path, &store);
    for (uint32_t p = 0; p < PARTS; p++) {
        bool changes = p >= PARTS - 2;
        if (p == PARTS - 2) first_changing = count;
        owners[p] = (part){&columns[count], changes ? 1 : 1 + next(&seed) % LIC_SET_COLUMNS};
        if (count + owners[p].count > COLUMNS_MAX - 2) owners[p].count = 1;
        for (unsigned c = 0; c < owners[p].count; c++) make_column(&seed, count++, row_count);
        parts[p] = (lic_projection_part){.context = &owners[p],
                                         .fill = fill,
                                         .columns = owners[p].count,
                                         .place = place,
                                         .changes = changes};
    }
    for (uint32_t row = 0; row < row_count; row++) sparse[row] = 3 * row + 1;
    const uint32_t *rows = next(&seed) % 2 == 0 ? NULL : sparse;
    assert_int_equal(lic_projection_sheet_write(projection, rows, row_count, parts, PARTS), LIC_OK);
    check_values(store, rows, row_count, count);
    check_places(count, row_count, first_changing);
    lic_projection_destroy(projection);
    lic_store_close(store);
}

static void values_read_back_from_where_they_were_placed(void **state)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        scratch *at = *state;
        char name[32];
        (void)snprintf(name, sizeof name, "%u.licet", (unsigned)seed);
        one_seed(scratch_path(at, name), seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_read_back_from_where_they_were_placed,
                                        scratch_set_up, scratch_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
