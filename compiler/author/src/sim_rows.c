/* sim_rows.c - what was settled, as sums by account, row and clause, and one root over every posting. */
#include <licet/crypto.h>
#include <licet/hash.h>
#include <licet/sim.h>

#include <stdio.h>
#include <string.h>

enum { ROW_SLICES = 7, ROWS_MAX = 10000000, TEXT_MAX = 1 << 16 };

typedef struct gathering {
    lic_buffer *target;
    uint32_t rows;
    lic_merkle *tree;
    lic_buffer leaf;
    lic_error *error;
} gathering;

static lic_slice cell(const lic_query_value *value)
{
    return value->kind == LIC_VALUE_TEXT ? value->bytes : lic_slice_of(NULL, 0);
}

static lic_status add_row(void *context, uint64_t row, size_t count, const char *const *names,
                          const lic_query_value *values)
{
    gathering *g = context;
    (void)row, (void)names;
    if (values == NULL) return LIC_OK;
    for (size_t i = 0; i < ROW_SLICES; i++) lic_put_slice(g->target, cell(&values[i]));
    lic_put_u8(g->target, (uint8_t)values[ROW_SLICES].integer);
    lic_put_slice(g->target, cell(&values[count - 1]));
    g->rows++;
    return g->target->failed ? LIC_TOO_LARGE : LIC_OK;
}

static lic_status add_posting(void *context, uint64_t row, size_t count, const char *const *names,
                              const lic_query_value *values)
{
    gathering *g = context;
    lic_hash hash;
    (void)row, (void)names;
    if (values == NULL) return LIC_OK;
    lic_buffer_clear(&g->leaf);
    for (size_t i = 0; i < count; i++) lic_put_slice(&g->leaf, cell(&values[i]));
    if (g->leaf.failed) return LIC_TOO_LARGE;
    lic_merkle_leaf(&lic_hasher_native, lic_slice_of(g->leaf.data, g->leaf.size), &hash);
    return lic_merkle_set(g->tree, lic_merkle_count(g->tree), &hash);
}

static void put_where(char sql[1024], const char *select, uint32_t contract, const char *rest)
{
    char where[64] = "";
    if (contract != LIC_SIM_ALL)
        (void)snprintf(where, sizeof where, " WHERE p.contract_number = %u", contract);
    (void)snprintf(sql, 1024, "%s%s%s", select, where, rest);
}

lic_status lic_sim_gather(lic_client *client, uint32_t contract, lic_buffer *target,
                          lic_error *error)
{
    static const char sums[] =
        "SELECT c.agreement, p.to_account, p.to_key, p.term, p.clause, p.anchor, p.currency, "
        "p.scale, "
        "units_sum(p.units) FROM postings p JOIN contracts c ON c.number = p.contract_number";
    static const char all[] =
        "SELECT p.period, p.date, p.entry, p.subject, p.clause, p.term, p.anchor, p.from_account, "
        "p.from_key, p.to_account, p.to_key, p.currency, p.units FROM postings p";
    const lic_query_limits limits = {.seconds = 3600};
    gathering g = {.target = target, .error = error};
    char sql[1024];
    size_t place = target->size;
    lic_hash root;
    lic_put_u32(target, 0);
    put_where(sql, sums, contract,
              " GROUP BY p.contract_number, p.to_account, p.to_row, p.term, p.clause, p.anchor, "
              "p.currency ORDER BY p.contract_number, p.to_account, p.to_row, p.term, p.clause, "
              "p.anchor");
    LIC_TRY(lic_client_query(client, sql, &limits, add_row, &g, error));
    g.tree = lic_merkle_create(&lic_allocator_system, &lic_hasher_native);
    if (g.tree == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    lic_buffer_init(&g.leaf, &lic_allocator_system, TEXT_MAX);
    put_where(sql, all, contract, "");
    lic_status status = lic_client_query(client, sql, &limits, add_posting, &g, error);
    lic_merkle_tree_root(g.tree, &root);
    lic_merkle_destroy(g.tree);
    lic_buffer_free(&g.leaf);
    lic_put_bytes(target, root.bytes, LIC_HASH_SIZE);
    if (status == LIC_OK && target->failed)
        status = lic_fail(error, LIC_TOO_LARGE, "size", "", "the results are too long");
    if (status == LIC_OK) lic_store_u32(target->data + place, g.rows);
    return status;
}

static lic_slice keep(lic_sim_result *result, lic_slice text)
{
    void *copy = lic_arena_copy(result->arena, text.data, text.size);
    return lic_slice_of(copy, copy == NULL ? 0 : text.size);
}

static bool read_units(lic_slice text, lic_i128 *units)
{
    bool negative = text.size > 0 && text.data[0] == '-';
    *units = 0;
    for (size_t i = negative; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || text.size > 38) return false;
        *units = *units * 10 + (text.data[i] - '0');
    }
    if (negative) *units = -*units;
    return text.size > (negative ? 1u : 0u);
}

lic_status lic_sim_take(lic_cursor *cursor, lic_sim_result *result)
{
    result->count = lic_get_u32(cursor);
    if (cursor->failed || result->count > ROWS_MAX) return LIC_MALFORMED;
    result->rows = lic_arena_take(result->arena, (result->count + 1) * sizeof *result->rows);
    if (result->rows == NULL) return LIC_NO_MEMORY;
    for (size_t i = 0; i < result->count; i++) {
        lic_sim_row *row = &result->rows[i];
        lic_slice *const parts[ROW_SLICES] = {&row->agreement, &row->account, &row->key,
                                              &row->term,      &row->clause,  &row->anchor,
                                              &row->currency};
        for (size_t part = 0; part < ROW_SLICES; part++)
            *parts[part] = keep(result, lic_get_slice(cursor, TEXT_MAX));
        row->scale = lic_get_u8(cursor);
        if (!read_units(lic_get_slice(cursor, TEXT_MAX), &row->units)) return LIC_MALFORMED;
    }
    lic_slice root = lic_get_bytes(cursor, LIC_HASH_SIZE);
    if (cursor->failed) return LIC_MALFORMED;
    memcpy(result->root.bytes, root.data, LIC_HASH_SIZE);
    return LIC_OK;
}
