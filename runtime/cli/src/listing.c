/* listing.c - answers of SQL as TSV, as a table for people, or as JSON. */
#include "reading.h"

#include <licet/crypto.h>

#include <string.h>

enum { CELLS_MAX = 100000, COLUMNS_MAX = 256 };

void lic_sql_quote(lic_buffer *target, lic_slice text)
{
    lic_put_u8(target, '\'');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\'') lic_put_u8(target, '\'');
        lic_put_u8(target, text.data[i]);
    }
    lic_put_u8(target, '\'');
}

typedef struct listing_run {
    lic_cli *cli;
    const lic_listing *listing;
    lic_json json;
    /* table: texts of cells, one after the other, and their ends */
    lic_buffer texts;
    size_t *ends;
    size_t cell_count, columns;
    lic_progress progress;
    uint64_t found; /* rows */
    bool as_tsv;    /* a table that grew too long */
} listing_run;

static void put_blob(lic_buffer *target, lic_slice bytes)
{
    for (size_t i = 0; i < bytes.size; i++) lic_put_format(target, "%02x", bytes.data[i]);
}

static void put_value(lic_buffer *target, const lic_query_value *value)
{
    switch (value->kind) {
    case LIC_VALUE_NULL: break;
    case LIC_VALUE_INTEGER: lic_put_format(target, "%lld", (long long)value->integer); break;
    case LIC_VALUE_TEXT: lic_put_bytes(target, value->bytes.data, value->bytes.size); break;
    case LIC_VALUE_BLOB: put_blob(target, value->bytes); break;
    }
}

/* -- TSV: no quoting; a control character inside a value could break the line, or reach a terminal, so it
 *    is shown escaped ---------------------------------------------------------------------------------- */

static void put_tsv(lic_buffer *target, const lic_query_value *value)
{
    if (value->kind == LIC_VALUE_TEXT) {
        lic_put_safe(target, value->bytes);
    } else {
        put_value(target, value);
    }
}

static lic_status visit_tsv(listing_run *run, size_t count, const char *const *names,
                            const lic_query_value *values)
{
    lic_buffer *out = &run->cli->out;
    if (values == NULL && !run->listing->header) return LIC_OK;
    for (size_t i = 0; i < count; i++) {
        if (i > 0) lic_put_u8(out, '\t');
        if (values == NULL) {
            lic_put_safe(out, lic_slice_text(names[i]));
        } else {
            put_tsv(out, &values[i]);
        }
    }
    lic_put_u8(out, '\n');
    return lic_cli_flush(run->cli, false);
}

/* -- JSON: an array of objects ----------------------------------------------------------------------- */

static lic_status visit_json(listing_run *run, size_t count, const char *const *names,
                             const lic_query_value *values)
{
    lic_json *json = &run->json;
    if (values == NULL) {
        lic_json_array(json);
        return LIC_OK;
    }
    lic_json_object(json);
    for (size_t i = 0; i < count; i++) {
        lic_json_key(json, names[i]);
        if (values[i].kind == LIC_VALUE_NULL) {
            lic_json_null(json);
        } else if (values[i].kind == LIC_VALUE_INTEGER) {
            lic_json_integer(json, values[i].integer);
        } else if (values[i].kind == LIC_VALUE_TEXT) {
            lic_json_slice(json, values[i].bytes);
        } else {
            lic_buffer_clear(&run->texts);
            put_blob(&run->texts, values[i].bytes);
            lic_json_slice(json, lic_slice_of(run->texts.data, run->texts.size));
        }
    }
    lic_json_end(json);
    return lic_cli_flush(run->cli, false);
}

/* -- table: all cells are kept, because widths are known at the end ------------------------------------ */

static lic_status keep_cell(listing_run *run)
{
    if (run->texts.failed) return LIC_NO_MEMORY;
    if (run->cell_count == CELLS_MAX) {
        return lic_fail(&run->cli->error, LIC_TOO_LARGE, "table",
                        "use --format tsv for long answers", "a table shows at most %d values",
                        CELLS_MAX);
    }
    run->ends[run->cell_count++] = run->texts.size;
    return LIC_OK;
}

static lic_status visit_table(listing_run *run, size_t count, const char *const *names,
                              const lic_query_value *values)
{
    run->columns = count;
    for (size_t i = 0; i < count; i++) {
        if (values == NULL) {
            lic_put_safe(&run->texts, lic_slice_text(names[i]));
        } else if (values[i].kind == LIC_VALUE_TEXT) {
            lic_put_safe(&run->texts, values[i].bytes);
        } else {
            put_value(&run->texts, &values[i]);
        }
        LIC_TRY(keep_cell(run));
    }
    return LIC_OK;
}

/* Columns of a terminal: bytes that begin a character. */
static size_t width_of(lic_slice text)
{
    size_t width = 0;
    for (size_t i = 0; i < text.size; i++) width += (text.data[i] & 0xC0) != 0x80;
    return width;
}

static lic_slice cell_text(const listing_run *run, size_t cell)
{
    size_t first = cell == 0 ? 0 : run->ends[cell - 1];
    return lic_slice_of(run->texts.data + first, run->ends[cell] - first);
}

static void put_table(listing_run *run)
{
    size_t widths[COLUMNS_MAX] = {0};
    lic_buffer *out = &run->cli->out;
    for (size_t cell = 0; cell < run->cell_count; cell++) {
        size_t width = width_of(cell_text(run, cell));
        if (width > widths[cell % run->columns]) widths[cell % run->columns] = width;
    }
    for (size_t cell = 0; cell < run->cell_count; cell++) {
        size_t column = cell % run->columns;
        lic_slice text = cell_text(run, cell);
        lic_put_bytes(out, text.data, text.size);
        bool last = column + 1 == run->columns;
        for (size_t i = width_of(text); !last && i < widths[column] + 2; i++) lic_put_u8(out, ' ');
        if (last) lic_put_u8(out, '\n');
    }
}

/* What was kept goes out as a table, and what follows as lines. */
static lic_status visit_long(listing_run *run, size_t count, const char *const *names,
                             const lic_query_value *values)
{
    if (!run->as_tsv && run->cell_count + count > CELLS_MAX) {
        put_table(run);
        run->cell_count = 0;
        run->as_tsv = true;
    }
    return run->as_tsv ? visit_tsv(run, count, names, values)
                       : visit_table(run, count, names, values);
}

static lic_status visit(void *context, uint64_t row, size_t count, const char *const *names,
                        const lic_query_value *values)
{
    listing_run *run = context;
    if (run->listing->rows != NULL) *run->listing->rows = row;
    run->found = row;
    lic_progress_end(&run->progress); /* rows may go to the same terminal */
    if (count > COLUMNS_MAX) return LIC_TOO_LARGE;
    switch (run->listing->format) {
    case LIC_FORMAT_TSV: return visit_tsv(run, count, names, values);
    case LIC_FORMAT_JSON: return visit_json(run, count, names, values);
    case LIC_FORMAT_TABLE:
        return run->listing->long_as_tsv ? visit_long(run, count, names, values)
                                         : visit_table(run, count, names, values);
    }
    return LIC_OK;
}

/* Rows found so far: how many there will be nobody knows. */
static void tick(void *context)
{
    listing_run *run = context;
    lic_progress_show(&run->progress, run->found, 0);
}

static lic_status run_query(listing_run *run, lic_query *query)
{
    const lic_listing *listing = run->listing;
    const lic_query_limits limits = {
        .seconds = listing->seconds == 0 ? 60 : listing->seconds,
        .tick = tick,
        .tick_context = run,
    };
    lic_progress_begin(&run->progress, run->cli, "querying, rows");
    lic_status status = lic_query_run(query, listing->sql, &limits, visit, run, &run->cli->error);
    lic_progress_end(&run->progress);
    LIC_TRY(status);
    if (listing->format == LIC_FORMAT_TABLE) put_table(run);
    if (listing->format == LIC_FORMAT_JSON) {
        lic_json_end(&run->json);
        lic_put_u8(&run->cli->out, '\n');
    }
    return lic_cli_flush(run->cli, false);
}

static lic_status add_movements(lic_cli *cli, const char *path, lic_query *query,
                                lic_sources **sources)
{
    lic_engine_options options;
    lic_engine_options_fill(cli, path, &options);
    LIC_TRY(lic_crypto_start(&cli->error));
    LIC_TRY(lic_sources_create(&options, sources));
    return lic_sources_add(*sources, query, &cli->error);
}

lic_status lic_listing_run(lic_cli *cli, const char *path, const lic_listing *listing)
{
    lic_store_options options;
    lic_query *query = NULL;
    lic_sources *sources = NULL;
    lic_store_options_fill(cli, path, &options);
    listing_run run = {.cli = cli, .listing = listing};
    lic_buffer_init(&run.texts, cli->allocator, (size_t)256 << 20);
    lic_json_init(&run.json, &cli->out);
    run.ends = lic_allocate(cli->allocator, CELLS_MAX * sizeof *run.ends);
    lic_status status = run.ends == NULL ? LIC_NO_MEMORY
                                         : lic_query_open(&options, &query, &cli->error);
    if (status == LIC_OK && listing->movements) status = add_movements(cli, path, query, &sources);
    if (status == LIC_OK) status = run_query(&run, query);
    lic_query_close(query);
    lic_sources_destroy(sources);
    if (run.ends != NULL) lic_release(cli->allocator, run.ends, CELLS_MAX * sizeof *run.ends);
    lic_buffer_free(&run.texts);
    return status;
}
