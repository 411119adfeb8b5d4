/* source_lines.c - the table `usage_lines` of queries: every line of every settled report, out of the
 * report's own bytes, with what became of it. A report's outcome names the upload; the lines that were
 * set aside stand in the outputs right after it, in the order of the file. */
#include "sources.h"

#include "report/lines.h"

#include <licet/json.h>

#include <string.h>

enum {
    COLUMN_REPORT = LIC_SOURCE_OWN,
    COLUMN_LINE,
    COLUMN_OFFSET,
    COLUMN_STATE,
    COLUMN_COLUMN,
    COLUMN_CODE,
    COLUMN_TEXT,
    COLUMN_COLUMNS
};

static const lic_source_column columns[] = {
    {"contract", LIC_VALUE_TEXT, LIC_SOURCE_NARROWS},
    {"contract_number", LIC_VALUE_INTEGER, LIC_SOURCE_NARROWS},
    {"height", LIC_VALUE_INTEGER, LIC_SOURCE_NARROWS},
    {"period", LIC_VALUE_TEXT, LIC_SOURCE_NARROWS},
    {"report", LIC_VALUE_TEXT, LIC_SOURCE_NARROWS},
    {"line", LIC_VALUE_INTEGER, LIC_SOURCE_FILTERS},
    {"offset", LIC_VALUE_INTEGER, LIC_SOURCE_PLAIN},
    {"state", LIC_VALUE_TEXT, LIC_SOURCE_FILTERS},
    {"column", LIC_VALUE_TEXT, LIC_SOURCE_PLAIN},
    {"code", LIC_VALUE_TEXT, LIC_SOURCE_PLAIN},
    {"text", LIC_VALUE_TEXT, LIC_SOURCE_PLAIN},
    {"columns", LIC_VALUE_TEXT, LIC_SOURCE_PLAIN},
};

static const char accepted_text[] = "accepted", set_aside_text[] = "set_aside";

enum { LINES_A_STEP = 4096 }; /* looked at between two looks at the time limit */

typedef struct usage_cursor {
    lic_source_walk walk;
    lic_source_text report_name, state;
    bool has_line;
    int64_t only_line;
    /* the report under way */
    bool open;
    const lic_report *report;
    lic_row_upload upload;
    uint64_t lines, rejected;
    uint32_t chunk; /* the next one */
    uint64_t line, offset;
    lic_line_reason reasons[LIC_LINE_REASONS_MAX];
    size_t reason_count;
    /* its lines that were set aside */
    uint64_t rejects_taken, rejects_ordinal;
    lic_buffer rejects_bytes;
    lic_rejected_reader rejects;
    lic_rejected_line reject; /* the next one */
    bool has_reject;
    /* the chunk and the line */
    lic_buffer chunk_bytes;
    lic_line_cursor cursor;
    lic_slice text;
    uint64_t text_offset;
    bool set_aside;
    uint16_t reason; /* when it was set aside */
    lic_slice cells[LIC_COLUMNS_MAX];
} usage_cursor;

/* -- opening -------------------------------------------------------------------------------------------- */

static void usage_close(void *context)
{
    usage_cursor *cursor = context;
    if (cursor->walk.engine == NULL) return;
    const lic_allocator *allocator = cursor->walk.engine->allocator;
    lic_source_text_free(allocator, &cursor->report_name);
    lic_source_text_free(allocator, &cursor->state);
    lic_buffer_free(&cursor->rejects_bytes);
    lic_buffer_free(&cursor->chunk_bytes);
    lic_source_walk_free(&cursor->walk);
    lic_release(allocator, cursor, sizeof *cursor);
}

static lic_status take_hints(usage_cursor *cursor, const lic_source_equal *equals, size_t count)
{
    const lic_allocator *allocator = cursor->walk.engine->allocator;
    for (size_t i = 0; i < count; i++) {
        const lic_query_value *value = &equals[i].value;
        if (equals[i].column == COLUMN_REPORT)
            LIC_TRY(lic_source_text_keep(allocator, value->bytes, &cursor->report_name));
        if (equals[i].column == COLUMN_STATE)
            LIC_TRY(lic_source_text_keep(allocator, value->bytes, &cursor->state));
        if (equals[i].column != COLUMN_LINE) continue;
        cursor->has_line = true;
        cursor->only_line = value->integer;
    }
    return LIC_OK;
}

static lic_status no_memory(lic_error *error)
{
    return lic_fail(error, LIC_NO_MEMORY, "memory", "free memory", "out of memory");
}

static lic_status usage_open(void *context, uint64_t height, const lic_source_equal *equals,
                             size_t count, void **result, lic_error *error)
{
    lic_sources *sources = context;
    const lic_allocator *allocator = sources->options.allocator;
    usage_cursor *cursor = lic_allocate_zero(allocator, 1, sizeof *cursor);
    if (cursor == NULL) return no_memory(error);
    lic_buffer_init(&cursor->rejects_bytes, allocator, LIC_OUTPUT_MAX);
    lic_buffer_init(&cursor->chunk_bytes, allocator, LIC_CHUNK_MAX);
    lic_status status = lic_source_walk_init(&cursor->walk, sources, LIC_OUTPUT_EVENT, height,
                                             equals, count, error);
    if (cursor->walk.engine == NULL) {
        lic_release(allocator, cursor, sizeof *cursor);
        return status;
    }
    if (status == LIC_OK && take_hints(cursor, equals, count) != LIC_OK) status = no_memory(error);
    if (status == LIC_OK) *result = cursor;
    else usage_close(cursor);
    return status;
}

/* -- a report --------------------------------------------------------------------------------------------- */

static lic_status corrupt(const usage_cursor *cursor, lic_error *error)
{
    return lic_source_corrupt(&cursor->walk, "a report", error);
}

typedef struct found_upload {
    lic_row_upload row;
    bool found;
} found_upload;

static lic_status take_upload(void *context, const lic_row_upload *row)
{
    found_upload *to = context;
    to->row = *row;
    to->found = true;
    return LIC_OK;
}

static lic_status find_upload(usage_cursor *cursor, const lic_hash *id, uint64_t bytes,
                              lic_error *error)
{
    found_upload upload = {.found = false};
    lic_store *store = lic_ledger_store(cursor->walk.engine->ledger);
    lic_status status = lic_store_read_upload(store, id, take_upload, &upload);
    if (status != LIC_OK)
        return lic_fail(error, status, "ledger", "`licet doctor` examines the file", "%s",
                        lic_store_error(store)->text);
    if (!upload.found || upload.row.contract != cursor->walk.contract->number ||
        upload.row.bytes != bytes || upload.row.lines != cursor->lines)
        return corrupt(cursor, error);
    cursor->upload = upload.row;
    return LIC_OK;
}

/* Nothing in the report can answer the query. */
static bool is_beside(const usage_cursor *cursor)
{
    bool only_aside = cursor->state.given &&
                      !lic_source_text_fits(&cursor->state, lic_slice_text(accepted_text));
    return !lic_source_text_fits(&cursor->report_name, cursor->report->name) ||
           (only_aside && cursor->rejected == 0) ||
           (cursor->has_line &&
            (cursor->only_line < 1 || (uint64_t)cursor->only_line > cursor->lines));
}

/* The walk stands at an output of class EVENT. */
static lic_status begin_report(usage_cursor *cursor, lic_error *error)
{
    lic_source_walk *walk = &cursor->walk;
    const lic_image *image = walk->contract->image;
    lic_cursor bytes;
    lic_hash id;
    if (!lic_output_head(lic_slice_of(walk->bytes.data, walk->bytes.size), &walk->head, &bytes))
        return corrupt(cursor, error);
    if (walk->head.form != LIC_FORM_REPORT) return LIC_OK;
    uint16_t report = lic_get_u16(&bytes);
    lic_slice upload = lic_get_bytes(&bytes, LIC_HASH_SIZE);
    uint64_t size = lic_get_u64(&bytes);
    cursor->lines = lic_get_u64(&bytes);
    (void)lic_get_u64(&bytes); /* accepted: the rest */
    cursor->rejected = lic_get_u64(&bytes);
    if (bytes.failed || report >= image->reports_count || cursor->rejected > cursor->lines)
        return corrupt(cursor, error);
    memcpy(id.bytes, upload.data, LIC_HASH_SIZE);
    cursor->report = &image->reports[report];
    if (is_beside(cursor)) return LIC_OK;
    LIC_TRY(find_upload(cursor, &id, size, error));
    cursor->reason_count = lic_report_reasons(image, cursor->report, cursor->reasons,
                                              LIC_LINE_REASONS_MAX);
    cursor->chunk = 0;
    cursor->line = cursor->offset = cursor->rejects_taken = 0;
    cursor->rejects_ordinal = walk->ordinal;
    cursor->rejects = (lic_rejected_reader){.left = 0};
    cursor->has_reject = false;
    cursor->cursor = lic_lines_of(lic_slice_of(NULL, 0));
    cursor->open = true;
    return LIC_OK;
}

/* -- lines that were set aside ------------------------------------------------------------------------------ */

/* The next segment of them: the outputs after the report's. */
static lic_status next_rejects(usage_cursor *cursor, lic_error *error)
{
    lic_source_walk *walk = &cursor->walk;
    bool found = false;
    uint32_t contract = 0;
    lic_run_head head;
    uint64_t place = LIC_PLACE(walk->place >> 28, LIC_OUTPUT_EVENT, cursor->rejects_ordinal++);
    LIC_TRY(lic_source_output(walk->engine, place, LIC_NONE32, &cursor->rejects_bytes, &found,
                              &contract, error));
    lic_slice bytes = lic_slice_of(cursor->rejects_bytes.data, cursor->rejects_bytes.size);
    if (!found || contract != walk->contract->number ||
        !lic_rejected_begin(bytes, &head, &cursor->rejects))
        return corrupt(cursor, error);
    return LIC_OK;
}

/* Sees to it that `reject` is the next one, when there are more. */
static lic_status look_ahead(usage_cursor *cursor, lic_error *error)
{
    if (cursor->has_reject || cursor->rejects_taken == cursor->rejected) return LIC_OK;
    if (cursor->rejects.left == 0) LIC_TRY(next_rejects(cursor, error));
    if (!lic_rejected_next(&cursor->rejects, &cursor->reject) ||
        cursor->reject.reason >= cursor->reason_count || cursor->reject.line <= cursor->line)
        return corrupt(cursor, error);
    cursor->rejects_taken++;
    cursor->has_reject = true;
    return LIC_OK;
}

/* -- lines ------------------------------------------------------------------------------------------------------ */

typedef struct chunk_reading {
    usage_cursor *cursor;
    bool found, good;
} chunk_reading;

static lic_status take_chunk(void *context, const lic_row_chunk *row)
{
    chunk_reading *r = context;
    lic_hash leaf;
    r->found = true;
    lic_merkle_leaf(r->cursor->walk.engine->hasher, row->bytes, &leaf);
    r->good = lic_hash_equal(&leaf, &row->leaf) && row->bytes.size <= LIC_CHUNK_MAX;
    if (r->good) lic_put_bytes(&r->cursor->chunk_bytes, row->bytes.data, row->bytes.size);
    return r->cursor->chunk_bytes.failed ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status next_chunk(usage_cursor *cursor, lic_error *error)
{
    lic_store *store = lic_ledger_store(cursor->walk.engine->ledger);
    chunk_reading r = {.cursor = cursor};
    lic_buffer_clear(&cursor->chunk_bytes);
    lic_status status = lic_store_read_chunk(
        store, LIC_CHUNK_SLOT(cursor->upload.number, cursor->chunk), take_chunk, &r);
    if (status != LIC_OK)
        return lic_fail(error, status, "ledger", "`licet doctor` examines the file", "%s",
                        lic_store_error(store)->text);
    if (!r.found)
        return lic_fail(error, LIC_MISSING, "erased", "ask for other reports or periods",
                        "chunk %u of the report in block %llu was erased", cursor->chunk,
                        (unsigned long long)(cursor->walk.place >> 28));
    if (!r.good) return corrupt(cursor, error);
    cursor->chunk++;
    cursor->cursor = lic_lines_of(lic_slice_of(cursor->chunk_bytes.data, cursor->chunk_bytes.size));
    return LIC_OK;
}

/* Counts the line in `text`, and finds out what became of it. */
static lic_status judge(usage_cursor *cursor, lic_error *error)
{
    LIC_TRY(look_ahead(cursor, error));
    cursor->line++;
    cursor->set_aside = cursor->has_reject && cursor->reject.line == cursor->line;
    if (!cursor->set_aside) return LIC_OK;
    cursor->reason = cursor->reject.reason;
    cursor->has_reject = false;
    return cursor->reject.offset == cursor->offset ? LIC_OK : corrupt(cursor, error);
}

/* No later line can answer the query. */
static bool is_over(const usage_cursor *cursor)
{
    bool only_aside = cursor->state.given &&
                      !lic_source_text_fits(&cursor->state, lic_slice_text(accepted_text));
    return (cursor->has_line && cursor->line >= (uint64_t)cursor->only_line) ||
           (only_aside && !cursor->has_reject && cursor->rejects_taken == cursor->rejected);
}

static bool fits(const usage_cursor *cursor)
{
    const char *state = cursor->set_aside ? set_aside_text : accepted_text;
    return (!cursor->has_line || cursor->line == (uint64_t)cursor->only_line) &&
           lic_source_text_fits(&cursor->state, lic_slice_text(state));
}

static lic_status end_report(usage_cursor *cursor, lic_error *error)
{
    cursor->open = false;
    bool whole = cursor->line == cursor->lines && !cursor->has_reject &&
                 cursor->rejects_taken == cursor->rejected;
    return whole ? LIC_OK : corrupt(cursor, error);
}

static lic_status in_report(usage_cursor *cursor, lic_source_step *step, lic_error *error)
{
    *step = LIC_STEP_AGAIN;
    for (unsigned i = 0; i < LINES_A_STEP; i++) {
        if (cursor->line > 0 && is_over(cursor)) {
            cursor->open = false;
            return LIC_OK;
        }
        const uint8_t *start = cursor->cursor.at;
        if (!lic_lines_next(&cursor->cursor, &cursor->text)) {
            if (cursor->chunk == cursor->upload.chunks) return end_report(cursor, error);
            return next_chunk(cursor, error);
        }
        LIC_TRY(judge(cursor, error));
        cursor->text_offset = cursor->offset;
        cursor->offset += (uint64_t)(cursor->cursor.at - start);
        if (!fits(cursor)) continue;
        *step = LIC_STEP_ROW;
        return LIC_OK;
    }
    return LIC_OK;
}

static lic_status usage_next(void *context, lic_source_step *step, lic_error *error)
{
    usage_cursor *cursor = context;
    if (cursor->open) return in_report(cursor, step, error);
    LIC_TRY(lic_source_walk_next(&cursor->walk, step, error));
    if (*step != LIC_STEP_ROW) return LIC_OK;
    *step = LIC_STEP_AGAIN;
    return begin_report(cursor, error);
}

/* -- values ------------------------------------------------------------------------------------------------------ */

static void reason_value(const usage_cursor *cursor, bool code, lic_query_value *value)
{
    if (!cursor->set_aside) return;
    const lic_image *image = cursor->walk.contract->image;
    const lic_line_reason *reason = &cursor->reasons[cursor->reason];
    if (code) {
        lic_value_set_string(value, lic_line_code_id((lic_line_code)reason->code));
    } else if (reason->code == LIC_LINE_REQUIRE) {
        uint32_t number = (uint32_t)cursor->report->first_require + reason->column;
        lic_value_set_text(value, image->reasons[number].text);
    } else if (reason->column != LIC_NONE16) {
        uint32_t number = (uint32_t)cursor->report->first_column + reason->column;
        lic_value_set_text(value, image->columns[number].name);
    } else {
        lic_value_set_string(value, "");
    }
}

/* A NUL would end a TEXT early in some readers' eyes. */
static bool is_text(lic_slice bytes)
{
    return lic_utf8_valid(bytes) &&
           (bytes.size == 0 || memchr(bytes.data, '\0', bytes.size) == NULL);
}

/* {"column": "cell", ...}; NULL for a line that has not the report's columns. */
static lic_status columns_value(usage_cursor *cursor, lic_query_value *value, lic_error *error)
{
    bool ascii = false;
    const lic_report *report = cursor->report;
    const lic_column *named = &cursor->walk.contract->image->columns[report->first_column];
    lic_buffer *text = &cursor->walk.text;
    size_t count = lic_lines_split(cursor->text, cursor->cells, LIC_COLUMNS_MAX, &ascii);
    if (count != report->column_count || count > LIC_COLUMNS_MAX || !is_text(cursor->text))
        return LIC_OK;
    lic_buffer_clear(text);
    for (size_t i = 0; i < count; i++) {
        lic_put_text(text, i == 0 ? "{" : ", ");
        lic_json_quote(text, named[i].name);
        lic_put_text(text, ": ");
        lic_json_quote(text, cursor->cells[i]);
    }
    lic_put_text(text, "}");
    if (text->failed) return no_memory(error);
    lic_value_set_text(value, lic_slice_of(text->data, text->size));
    return LIC_OK;
}

static lic_status usage_value(void *context, unsigned column, lic_query_value *value,
                              lic_error *error)
{
    usage_cursor *cursor = context;
    switch (column) {
    case COLUMN_REPORT: lic_value_set_text(value, cursor->report->name); break;
    case COLUMN_LINE: lic_value_set_integer(value, (int64_t)cursor->line); break;
    case COLUMN_OFFSET: lic_value_set_integer(value, (int64_t)cursor->text_offset); break;
    case COLUMN_STATE:
        lic_value_set_string(value, cursor->set_aside ? set_aside_text : accepted_text);
        break;
    case COLUMN_COLUMN: reason_value(cursor, false, value); break;
    case COLUMN_CODE: reason_value(cursor, true, value); break;
    case COLUMN_TEXT:
        lic_value_set_text(value, cursor->text);
        if (!is_text(cursor->text)) value->kind = LIC_VALUE_BLOB;
        break;
    case COLUMN_COLUMNS: return columns_value(cursor, value, error);
    default: lic_source_walk_value(&cursor->walk, column, value); break;
    }
    return LIC_OK;
}

void lic_usage_source(lic_sources *sources, lic_query_source *source)
{
    *source = (lic_query_source){
        .name = "usage_lines",
        .columns = columns,
        .column_count = LIC_COUNT(columns),
        .context = sources,
        .open = usage_open,
        .next = usage_next,
        .value = usage_value,
        .close = usage_close,
    };
}
