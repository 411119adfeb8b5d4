/* deal_rows.c - schedules of a deal: which the agreement has, and rows of the sheet as the file that
 * `licet load` takes. */
#include "deal_bind.h"
#include "load_order.h"

#include <stdio.h>
#include <string.h>

static lic_status out_of_memory(const lic_deal_work *work)
{
    return lic_fail(work->error, LIC_NO_MEMORY, "memory", "", "out of memory");
}

const lic_written_schedule *lic_deal_find_schedule(const lic_deal_work *work, lic_slice name)
{
    for (size_t i = 0; i < work->written->schedule_count; i++)
        if (lic_slice_equal(work->written->schedules[i].name, name))
            return &work->written->schedules[i];
    return NULL;
}

lic_status lic_deal_check_schedules(const lic_deal_work *work)
{
    const lic_image *image = work->agreement->shape;
    const char *names[256];
    size_t count = 0;
    for (uint32_t t = 0; t < image->tables_count && count < LIC_COUNT(names); t++) {
        lic_slice name = image->tables[t].name;
        if (!lic_is_loadable(&image->tables[t])) continue;
        names[count] = lic_arena_text(work->arena, (const char *)name.data, name.size);
        if (names[count++] == NULL) return out_of_memory(work);
    }
    for (size_t i = 0; i < work->written->schedule_count; i++) {
        const lic_written_schedule *written = &work->written->schedules[i];
        const lic_table *found = NULL;
        for (uint32_t t = 0; t < image->tables_count; t++)
            if (lic_is_loadable(&image->tables[t]) &&
                lic_slice_equal(image->tables[t].name, written->name))
                found = &image->tables[t];
        if (found == NULL)
            return lic_deal_unknown(work, "schedules", written->name, written->line, "schedule",
                                    names, count);
        if (found->static_rows != 0)
            return lic_deal_refuse(work, "schedules", written->name, written->line,
                                   "leave it out of the deal", "its rows stand in the agreement");
    }
    return LIC_OK;
}

/* -- files ------------------------------------------------------------------------------------------------- */

static lic_status hash_file(lic_deal_work *work, const lic_written_schedule *written,
                            lic_deal_schedule *schedule)
{
    lic_buffer bytes;
    for (const lic_file_hash *file = *work->files; file != NULL; file = file->next)
        if (lic_slice_equal(file->path, schedule->file)) {
            schedule->hash = file->hash;
            return LIC_OK;
        }
    lic_file_hash *file = lic_arena_take(work->arena, sizeof *file);
    if (file == NULL) return out_of_memory(work);
    lic_buffer_init(&bytes, work->allocator, LIC_SCHEDULE_BYTES_MAX);
    lic_status status = lic_project_read(work->project, schedule->file, &bytes, work->error);
    lic_slice held = lic_slice_of(bytes.data, bytes.size);
    if (status == LIC_OK) work->hasher->sha256(&held, 1, &schedule->hash);
    lic_buffer_free(&bytes);
    if (status != LIC_OK) return lic_deal_placed(work, "schedules", written->name, written->line);
    *file = (lic_file_hash){*work->files, schedule->file, schedule->hash};
    *work->files = file;
    return LIC_OK;
}

/* -- rows ---------------------------------------------------------------------------------------------------- */

/* The rows of one schedule being written. */
typedef struct rows {
    const lic_deal_work *work;
    const lic_written_schedule *written;
    uint16_t table;
    const lic_table *shape;
    unsigned leading; /* a child's file begins with the parent's key and an ordinal */
    unsigned columns;
    size_t row;
    lic_buffer *target;
} rows;

typedef struct cell {
    bool given;
    uint8_t kind;
    lic_slice text;
} cell;

static lic_status refuse_row(const rows *r, const char *help, const char *what, lic_slice name)
{
    return lic_deal_refuse(r->work, "schedules", r->written->name, r->written->line, help,
                           "row %zu%s%.*s: %s", r->row, name.size == 0 ? "" : ", column ",
                           (int)name.size, name.size == 0 ? "" : (const char *)name.data, what);
}

static lic_slice column_name(const rows *r, unsigned column)
{
    const lic_image *image = r->work->agreement->shape;
    if (column >= r->leading)
        return image->columns[r->shape->first_column + column - r->leading].name;
    if (column == 1) return lic_slice_text("ordinal");
    const lic_table *parent = &image->tables[r->shape->parent];
    for (uint16_t i = 0; i < parent->column_count; i++)
        if (image->columns[parent->first_column + i].is_key)
            return image->columns[parent->first_column + i].name;
    return lic_slice_text("key");
}

static lic_status unknown_column(const rows *r, lic_slice name)
{
    char help[200] = "";
    const char *names[LIC_DEAL_CELLS_MAX];
    for (unsigned i = 0; i < r->columns; i++) {
        lic_slice column = column_name(r, i);
        names[i] = lic_arena_text(r->work->arena, (const char *)column.data, column.size);
        if (names[i] == NULL) return out_of_memory(r->work);
    }
    const char *nearest = lic_nearest(name, names, r->columns);
    if (nearest != NULL) (void)snprintf(help, sizeof help, "did you mean %s?", nearest);
    return refuse_row(r, help, "the schedule has no such column", name);
}

/* Reads a row's cells to where their columns stand. */
static lic_status take_cells(const rows *r, lic_cursor *cursor, cell *cells)
{
    bool named = lic_get_u8(cursor) != 0;
    uint64_t count = lic_get_varint(cursor);
    memset(cells, 0, r->columns * sizeof *cells);
    if (!named && count != r->columns)
        return refuse_row(r, "give each row the file's columns, or name them",
                          count > r->columns ? "has too many cells" : "has too few cells",
                          lic_slice_of(NULL, 0));
    for (uint64_t i = 0; i < count; i++) {
        unsigned column = (unsigned)i;
        lic_slice name = named ? lic_get_slice(cursor, SIZE_MAX) : lic_slice_of(NULL, 0);
        for (column = named ? 0 : column; named && column < r->columns; column++)
            if (lic_slice_equal(column_name(r, column), name)) break;
        if (column >= r->columns) return unknown_column(r, name);
        cells[column].given = true;
        cells[column].kind = lic_get_u8(cursor);
        cells[column].text = lic_get_slice(cursor, SIZE_MAX);
    }
    return LIC_OK;
}

static bool holds_separator(lic_slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == '\t' || text.data[i] == '\n') return true;
    return false;
}

static lic_status put_cell(const rows *r, unsigned column, const cell *given)
{
    const lic_image *image = r->work->agreement->shape;
    lic_slice name = column_name(r, column);
    if (!given->given) return refuse_row(r, "give each row all columns", "has no value", name);
    if (holds_separator(given->text))
        return refuse_row(r, "", "a tab or a line end stands in the value", name);
    if (column < r->leading) {
        lic_put_bytes(r->target, given->text.data, given->text.size);
        return LIC_OK;
    }
    uint16_t declared = (uint16_t)(column - r->leading);
    const lic_reader *reader = &image->columns[r->shape->first_column + declared].reader;
    lic_kind_words wanted;
    if (!lic_deal_kind_fits(given->kind, given->text, image, reader->type, &wanted)) {
        char what[200];
        (void)snprintf(what, sizeof what, "%.*s does not fit: the column is %s",
                       (int)given->text.size, (const char *)given->text.data, wanted.what);
        return refuse_row(r, wanted.remedy, what, name);
    }
    lic_error *error = r->work->error;
    if (lic_binding_cell(r->work->agreement->binding, r->table, declared, given->text, r->target,
                         error) == LIC_OK)
        return LIC_OK;
    lic_error cause = *error;
    return refuse_row(r, cause.help, cause.text, lic_slice_of(NULL, 0));
}

static lic_status put_rows(rows *r)
{
    cell cells[LIC_DEAL_CELLS_MAX];
    lic_cursor cursor = lic_cursor_of(r->written->content);
    uint64_t count = lic_get_varint(&cursor);
    if (r->columns > LIC_DEAL_CELLS_MAX) return out_of_memory(r->work);
    for (r->row = 1; r->row <= count; r->row++) {
        LIC_TRY(take_cells(r, &cursor, cells));
        for (unsigned i = 0; i < r->columns; i++) {
            if (i > 0) lic_put_u8(r->target, '\t');
            LIC_TRY(put_cell(r, i, &cells[i]));
        }
        lic_put_u8(r->target, '\n');
    }
    LIC_ASSERT(lic_cursor_done(&cursor)); /* they were walked through when the deal was decoded */
    return r->target->failed ? out_of_memory(r->work) : LIC_OK;
}

lic_status lic_deal_put_rows(const lic_deal_work *work, const lic_written_schedule *written,
                             uint16_t table, lic_buffer *target)
{
    const lic_table *shape = &work->agreement->shape->tables[table];
    unsigned leading = shape->kind == LIC_TABLE_KIND_CHILD ? 2 : 0;
    rows r = {.work = work,
              .written = written,
              .table = table,
              .shape = shape,
              .leading = leading,
              .columns = shape->column_count + leading,
              .target = target};
    return put_rows(&r);
}

static lic_status take_rows(lic_deal_work *work, const lic_written_schedule *written,
                            uint16_t table, lic_deal_schedule *schedule)
{
    lic_buffer target;
    lic_buffer_init(&target, work->allocator, LIC_SCHEDULE_BYTES_MAX);
    lic_status status = LIC_OK;
    if (written->form == LIC_ROWS_TEXT)
        lic_put_bytes(&target, written->content.data, written->content.size);
    else status = lic_deal_put_rows(work, written, table, &target);
    if (status == LIC_OK) {
        void *held = lic_arena_copy(work->arena, target.data, target.size);
        schedule->rows = lic_slice_of(held, target.size);
        if (held == NULL) status = out_of_memory(work);
        else work->hasher->sha256(&schedule->rows, 1, &schedule->hash);
    }
    lic_buffer_free(&target);
    return status;
}

/* -- all of them ----------------------------------------------------------------------------------------- */

static lic_status add(lic_deal_work *work, uint16_t table, const lic_written_schedule *written,
                      lic_deal_schedule *schedule)
{
    void *name = lic_arena_copy(work->arena, written->name.data, written->name.size);
    if (name == NULL) return out_of_memory(work);
    *schedule = (lic_deal_schedule){.name = lic_slice_of(name, written->name.size)};
    if (written->form != LIC_ROWS_FILE) return take_rows(work, written, table, schedule);
    lic_slice path = written->content;
    void *file = lic_arena_copy(work->arena, path.data, path.size);
    if (file == NULL) return out_of_memory(work);
    schedule->file = lic_slice_of(file, path.size);
    return hash_file(work, written, schedule);
}

size_t lic_deal_order(const lic_deal_work *work, uint16_t *order)
{
    const lic_image *image = work->agreement->shape;
    bool *wanted = lic_arena_take(work->arena, image->tables_count * sizeof *wanted);
    if (wanted == NULL) return 0;
    for (uint32_t t = 0; t < image->tables_count; t++)
        wanted[t] = lic_is_loadable(&image->tables[t]) &&
                    lic_deal_find_schedule(work, image->tables[t].name) != NULL;
    return lic_load_order(image, wanted, order);
}

lic_status lic_deal_bind_schedules(lic_deal_work *work)
{
    const lic_image *image = work->agreement->shape;
    LIC_TRY(lic_deal_check_schedules(work));
    size_t count = work->written->schedule_count;
    lic_deal_schedule *list = lic_arena_take(work->arena, (count + 1) * sizeof *list);
    uint16_t *order = lic_arena_take(work->arena, image->tables_count * sizeof *order);
    if (list == NULL || order == NULL || lic_deal_order(work, order) != count)
        return out_of_memory(work);
    for (size_t i = 0; i < count; i++) {
        const lic_written_schedule *written = lic_deal_find_schedule(work,
                                                                     image->tables[order[i]].name);
        LIC_ASSERT(written != NULL);
        LIC_TRY(add(work, order[i], written, &list[i]));
    }
    work->deal->schedules = list;
    work->deal->schedule_count = count;
    return LIC_OK;
}
