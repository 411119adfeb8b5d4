/* load/load.c - loading a schedule or a child table from its file: all rows or none. */
#include "load/load.h"

#include "children.h"
#include "report/lines.h"
#include "report/upload.h"

/* -- what may be loaded -------------------------------------------------------------------------------------------- */

/* A schedule whose own file would hold nothing but keys. */
static bool rows_from_child(const lic_image *image, uint16_t table)
{
    const lic_table *shape = &image->tables[table];
    return shape->kind == LIC_TABLE_KIND_SCHEDULE && shape->static_rows == 0 &&
           shape->column_count <= 1;
}

lic_status lic_load_admit(lic_engine *engine, lic_contract *contract, uint16_t table,
                          lic_error *error)
{
    (void)engine;
    const lic_image *image = contract->image;
    if (table >= image->tables_count || (image->tables[table].kind != LIC_TABLE_KIND_SCHEDULE &&
                                         image->tables[table].kind != LIC_TABLE_KIND_CHILD))
        return lic_fail(error, LIC_REFUSED, "table",
                        "name a schedule of the agreement, or Schedule.column",
                        "there is no schedule %u", table);
    const lic_table *shape = &image->tables[table];
    int size = (int)shape->name.size;
    const char *name = (const char *)shape->name.data;
    if (contract->head.status != LIC_CONTRACT_DRAFT || contract->head.signed_by != 0)
        return lic_fail(error, LIC_REFUSED, "closed", "deploy again to sign over other rows",
                        "rows are fixed since the first signature");
    if (shape->static_rows != 0)
        return lic_fail(error, LIC_REFUSED, "literal",
                        "load only schedules whose rows are not in the agreement",
                        "the rows of %.*s stand in the agreement", size, name);
    if (contract->tables->views[table].row_count != 0)
        return lic_fail(error, LIC_REFUSED, "loaded", "deploy again to load other rows",
                        "%.*s has its rows already", size, name);
    return LIC_OK;
}

static lic_status load_chunks(lic_load *load, lic_upload *upload)
{
    lic_buffer scratch;
    lic_buffer_init(&scratch, load->engine->allocator, LIC_CHUNK_MAX);
    lic_status status = LIC_OK;
    uint64_t bytes = 0;
    for (uint32_t i = 0; status == LIC_OK && i < upload->chunks; i++) {
        lic_slice chunk;
        status = lic_upload_chunk(load->engine, upload, i, &scratch, &chunk);
        if (status != LIC_OK) {
            status = lic_load_failed(load, status);
            break;
        }
        bytes += chunk.size;
        load->last_key = lic_slice_of(NULL, 0);
        load->resumes = i != 0;
        status = lic_load_lines(load, chunk);
    }
    lic_buffer_free(&scratch);
    if (status == LIC_OK && (bytes != upload->bytes || load->line != upload->lines))
        status = lic_fail(load->error, LIC_REFUSED, "count",
                          "count bytes and lines of the file again",
                          "the header says %llu bytes and %llu rows, the file has %llu and %llu",
                          (unsigned long long)upload->bytes, (unsigned long long)upload->lines,
                          (unsigned long long)bytes, (unsigned long long)load->line);
    return status;
}

static lic_status prepare(lic_load *load, const lic_upload *upload, lic_arena *arena)
{
    if (upload->lines > load->shape->max_rows)
        return lic_fail(load->error, LIC_TOO_LARGE, "rows",
                        "load a smaller file, or raise `rows at most` in the agreement",
                        "%.*s takes at most %u rows, the file has %llu",
                        (int)load->shape->name.size, (const char *)load->shape->name.data,
                        load->shape->max_rows, (unsigned long long)upload->lines);
    if (lic_table_reserve(load->tables, load->table, (uint32_t)upload->lines) != LIC_OK)
        return lic_load_failed(load, LIC_NO_MEMORY);
    load->uniques = lic_arena_take(arena,
                                   (load->shape->column_count + 1u) * sizeof(lic_tuple_set *));
    if (load->uniques == NULL || lic_load_make_ahead(load, arena) != LIC_OK)
        return lic_load_failed(load, LIC_NO_MEMORY);
    for (size_t i = 0; i < load->shape->column_count; i++) {
        if (!lic_load_column(load, i)->unique) continue;
        load->uniques[i] = lic_tuple_set_create(load->engine->allocator, load->engine->secret + i,
                                                4, (size_t)upload->lines);
        if (load->uniques[i] == NULL) return lic_load_failed(load, LIC_NO_MEMORY);
    }
    return LIC_OK;
}

static lic_status check_all(lic_load *load)
{
    static const uint64_t first_line = 1;
    bool threads = lic_load_threads(load);
    if (load->child)
        LIC_TRY(lic_children_check(load->tables, load->table, &first_line, load->error));
    if (lic_fixed_hash(load->tables, load->table, threads) != LIC_OK ||
        (load->makes_parents &&
         lic_fixed_hash(load->tables, load->shape->parent, threads) != LIC_OK))
        return lic_load_failed(load, LIC_NO_MEMORY);
    return LIC_OK;
}

/* As if nothing had been loaded. */
static void take_back(lic_load *load)
{
    lic_table_clear(load->tables, load->table);
    if (load->makes_parents) lic_table_clear(load->tables, load->shape->parent);
    lic_status status = lic_fixed_hash(load->tables, load->table, false);
    if (status == LIC_OK && load->makes_parents)
        status = lic_fixed_hash(load->tables, load->shape->parent, false);
    if (status != LIC_OK) load->engine->broken = true;
}

static lic_status run(lic_load *load, lic_upload *upload, uint64_t gas_limit, uint64_t *gas,
                      lic_arena *arena)
{
    *gas = upload->lines * load->engine->rules->gas_row;
    if (*gas > gas_limit)
        return lic_fail(load->error, LIC_REFUSED, "gas", "load a smaller file",
                        "the load costs more gas than a transaction may use");
    LIC_TRY(prepare(load, upload, arena));
    const lic_engine *engine = load->engine;
    if (lic_load_threads(load) && !engine->replaying)
        lic_store_write_behind(lic_ledger_store(engine->ledger), 0); /* rows need no store */
    if (!lic_load_apart(load, upload, arena)) LIC_TRY(load_chunks(load, upload));
    return check_all(load);
}

lic_status lic_load_run(lic_engine *engine, lic_upload *upload, uint64_t gas_limit, uint64_t *gas,
                        lic_error *error)
{
    lic_contract *contract = engine->contracts[upload->contract];
    LIC_TRY(lic_contract_load(engine, contract, error));
    LIC_TRY(lic_load_admit(engine, contract, upload->subject, error));
    const lic_table *shape = &contract->image->tables[upload->subject];
    lic_load load = {.engine = engine,
                     .contract = contract,
                     .tables = contract->tables,
                     .image = contract->image,
                     .shape = shape,
                     .table = upload->subject,
                     .error = error};
    load.child = shape->kind == LIC_TABLE_KIND_CHILD;
    load.makes_parents = load.child && rows_from_child(contract->image, shape->parent) &&
                         contract->tables->views[shape->parent].row_count == 0;
    lic_arena *arena = lic_arena_create(engine->allocator, 1u << 20);
    if (arena == NULL) return lic_load_failed(&load, LIC_NO_MEMORY);
    lic_status status = run(&load, upload, gas_limit, gas, arena);
    for (size_t i = 0; load.uniques != NULL && i < shape->column_count; i++)
        lic_tuple_set_destroy(load.uniques[i]);
    lic_arena_destroy(arena);
    if (status != LIC_OK) {
        take_back(&load);
        return status;
    }
    contract->loaded[upload->subject] = true;
    if (load.makes_parents) contract->loaded[shape->parent] = true;
    contract->timer_known = false;
    lic_contract_touch(engine, contract);
    return LIC_OK;
}
