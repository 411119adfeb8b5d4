/* report.c - a report from begin to finish: files into lines, lines into rows, rows to the part
 * that takes them. */
#include "reading.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Three cells and what is said of them. */
enum { SHOWN_MAX = 80, WORDS_MAX = 400 };

/* -- reasons ----------------------------------------------------------------------------------- */

static const struct {
    const char *name, *text;
} reasons[DSR_REASONS] = {
#define REASON(id, name, text) {name, text},
#include "reasons.def"
#undef REASON
};

const char *dsr_reason_name(dsr_reason reason)
{
    return reasons[reason].name;
}

const char *dsr_reason_text(dsr_reason reason)
{
    return reasons[reason].text;
}

int dsr_shown(lic_slice cell)
{
    size_t size = cell.size > SHOWN_MAX ? SHOWN_MAX : cell.size;
    while (size < cell.size && size > 0 && (cell.data[size] & 0xc0) == 0x80) size--;
    return (int)size;
}

static void tell(dsr *report, dsr_place at, lic_slice record, dsr_reason reason, const char *format,
                 va_list arguments) LIC_PRINTF(5, 0);

/* Words stand in messages to people: a control character of the file does not get there. */
static void tell(dsr *report, dsr_place at, lic_slice record, dsr_reason reason, const char *format,
                 va_list arguments)
{
    char words[WORDS_MAX];
    int size = vsnprintf(words, sizeof words, format, arguments);
    if (size < 0) size = 0;
    if (size >= (int)sizeof words) size = sizeof words - 1;
    for (int i = 0; i < size; i++)
        if ((uint8_t)words[i] < ' ' || words[i] == 127) words[i] = '?';
    lic_slice said = lic_slice_of(words, (size_t)size), type = record;
    type.size = (size_t)dsr_shown(record);
    report->sink->defect(report->sink->context, at, type, reason, said);
}

bool dsr_defect(dsr *report, const dsr_row *row, dsr_reason reason, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tell(report, row->at, row->record, reason, format, arguments);
    va_end(arguments);
    return false;
}

bool dsr_defect_at(dsr *report, dsr_place at, lic_slice record, dsr_reason reason,
                   const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tell(report, at, record, reason, format, arguments);
    va_end(arguments);
    return false;
}

/* -- rows -------------------------------------------------------------------------------------- */

/* The block before ends first: what is told of it stands before what is told of this row. */
static void take_in_block(dsr *report, const dsr_row *row)
{
    dsr_take_block(report, row);
    if (report->status != LIC_OK) return;
    dsr_check(report, row);
    switch (row->layout->role) {
    case ROLE_RESOURCE: dsr_take_resource(report, row); break;
    case ROLE_WORK: dsr_take_work(report, row); break;
    case ROLE_RELEASE: dsr_take_release(report, row); break;
    case ROLE_USAGE: dsr_take_usage(report, row); break;
    case ROLE_SALE: dsr_take_sale(report, row); break;
    case ROLE_SHARE: dsr_take_share(report, row); break;
    case ROLE_HEAD:
    case ROLE_FOOT:
    case ROLE_SUMMARY:
    case ROLE_LICENSOR:
    case ROLE_RECORD:
    case ROLE_OTHER: break;
    }
}

static void take_row(dsr *report, const dsr_row *row)
{
    if (row->layout->place[COLUMN_BLOCK] != 0) {
        take_in_block(report, row);
        return;
    }
    dsr_check(report, row);
    switch (row->layout->role) {
    case ROLE_HEAD: dsr_take_head(report, row); break;
    case ROLE_FOOT: dsr_take_foot(report, row); break;
    case ROLE_SUMMARY:
    case ROLE_LICENSOR: dsr_take_summary(report, row); break;
    case ROLE_RECORD: dsr_take_record(report, row); break;
    case ROLE_RESOURCE:
    case ROLE_WORK:
    case ROLE_RELEASE:
    case ROLE_USAGE:
    case ROLE_SALE:
    case ROLE_SHARE:
    case ROLE_OTHER: break; /* a declared type without BlockId: `layout` was told */
    }
}

static void check_place(dsr *report, const dsr_row *row)
{
    const dsr_file *file = report->file;
    bool head = row->layout != NULL && row->layout->role == ROLE_HEAD;
    if (!file->head.seen && !head && !report->bad_start) {
        report->bad_start = true;
        (void)dsr_defect(report, row, DSR_HEADER_MISSING, "%.*s stands first",
                         DSR_SHOWN(row->record));
    }
    if (file->foot.seen)
        (void)dsr_defect(report, row, DSR_AFTER_FOOTER, "FOOT is in line %lld",
                         (long long)file->foot.at.line);
}

static void take_line(dsr *report, lic_slice line)
{
    dsr_row row = {.at = {report->file_count, report->file->lines}};
    if (line.size > 0 && line.data[line.size - 1] == '\r') line.size--;
    if (line.size == 0) {
        (void)dsr_defect(report, &row, DSR_LINE_EMPTY, "line %lld", (long long)row.at.line);
        return;
    }
    if (!lic_utf8_valid(line)) {
        (void)dsr_defect(report, &row, DSR_UTF8, "line %lld", (long long)row.at.line);
        return;
    }
    dsr_cut(line, &row);
    row.record = row.cells[0];
    if (line.data[0] == '#') {
        dsr_declare(report, &row);
        return;
    }
    row.layout = dsr_layout_of(report, row.record);
    check_place(report, &row);
    if (row.layout != NULL) take_row(report, &row);
    else (void)dsr_defect(report, &row, DSR_RECORD_TYPE, "%.*s", DSR_SHOWN(row.record));
}

static void end_line(dsr *report, lic_slice line)
{
    report->file->lines++;
    if (report->skipping) {
        dsr_place at = {report->file_count, report->file->lines};
        (void)dsr_defect_at(report, at, (lic_slice){0}, DSR_LINE_LONG, "more than %zu bytes",
                            DSR_LINE_MAX);
        report->skipping = false;
    } else {
        take_line(report, line);
    }
}

/* -- files ------------------------------------------------------------------------------------- */

static void keep_rest(dsr *report, lic_slice rest)
{
    if (report->skipping) return;
    if (report->line.size + rest.size > DSR_LINE_MAX) {
        report->skipping = true;
        lic_buffer_clear(&report->line);
        return;
    }
    lic_put_bytes(&report->line, rest.data, rest.size);
    if (report->line.failed) report->status = LIC_NO_MEMORY;
}

static void feed(dsr *report, lic_slice part)
{
    const uint8_t *at = part.data, *end = part.data + part.size;
    while (at != end && report->status == LIC_OK) {
        const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
        lic_slice piece = lic_slice_of(at, (size_t)((stop == NULL ? end : stop) - at));
        if (stop == NULL || report->line.size > 0 || piece.size > DSR_LINE_MAX)
            keep_rest(report, piece);
        if (stop == NULL) return;
        at = stop + 1;
        if (report->status != LIC_OK) return;
        end_line(report, report->line.size > 0 ? lic_slice_of(report->line.data, report->line.size)
                                               : piece);
        lic_buffer_clear(&report->line);
    }
}

lic_status dsr_feed(dsr *report, lic_slice part, const dsr_sink *sink)
{
    LIC_ASSERT(report->file != NULL);
    report->sink = sink;
    if (report->status == LIC_OK) feed(report, part);
    return report->status;
}

/* A last line without its newline is a line. */
static void end_file(dsr *report)
{
    if (report->file == NULL) return;
    if (report->skipping || report->line.size > 0)
        end_line(report, lic_slice_of(report->line.data, report->line.size));
    lic_buffer_clear(&report->line);
    if (report->status == LIC_OK) dsr_finish_file(report);
}

lic_status dsr_begin(dsr *report, lic_slice name, const dsr_sink *sink)
{
    report->sink = sink;
    end_file(report);
    if (report->status != LIC_OK) return report->status;
    dsr_file *made = lic_arena_take(report->arena, sizeof *made);
    if (made == NULL || report->file_count == (int32_t)DSR_FILES_MAX)
        return report->status = LIC_NO_MEMORY;
    made->name = dsr_keep(report, name);
    if (report->file == NULL) report->files = made;
    else report->file->next = made;
    report->file = made;
    report->file_count++;
    report->declared_count = 0;
    report->bad_start = false;
    if (report->status == LIC_OK) dsr_read_name(report, made);
    return report->status;
}

lic_status dsr_finish(dsr *report, const dsr_sink *sink)
{
    report->sink = sink;
    end_file(report);
    report->file = NULL;
    if (report->status == LIC_OK) dsr_finish_files(report);
    if (report->status == LIC_OK) dsr_finish_totals(report);
    return report->status;
}

/* -- life -------------------------------------------------------------------------------------- */

void dsr_destroy(dsr *report)
{
    if (report == NULL) return;
    dsr_map *maps[] = {&report->summary_ids, &report->summary_lines, &report->tallies,
                       &report->sums,        &report->sale_ids,      &report->block_ids};
    for (size_t i = 0; i < LIC_COUNT(maps); i++)
        if (maps[i]->index != NULL) dsr_map_destroy(report, maps[i]);
    lic_buffer_free(&report->line);
    lic_release(report->allocator, report->resources,
                report->resource_room * sizeof *report->resources);
    lic_arena_destroy(report->arena);
    lic_arena_destroy(report->block_arena);
    lic_release(report->allocator, report, sizeof *report);
}

dsr *dsr_create(const lic_allocator *allocator)
{
    dsr *made = lic_allocate_zero(allocator, 1, sizeof *made);
    if (made == NULL) return NULL;
    made->allocator = allocator;
    made->summary_end = &made->summaries;
    lic_buffer_init(&made->line, allocator, DSR_LINE_MAX);
    made->arena = lic_arena_create(allocator, DSR_MEMORY_MAX);
    if (made->arena != NULL && dsr_block_create(made) && dsr_layouts_create(made) &&
        dsr_map_create(made, &made->summary_ids, sizeof(dsr_summary *)) &&
        dsr_map_create(made, &made->summary_lines, sizeof(dsr_repeated)) &&
        dsr_map_create(made, &made->tallies, sizeof(dsr_tally_entry)) &&
        dsr_map_create(made, &made->sums, sizeof(dsr_sum_entry)) &&
        dsr_map_create(made, &made->sale_ids, sizeof(dsr_place)) &&
        dsr_map_create(made, &made->block_ids, sizeof(int32_t)))
        return made;
    dsr_destroy(made);
    return NULL;
}
