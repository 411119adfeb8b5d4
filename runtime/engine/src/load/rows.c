/* load/rows.c - lines of a file become rows. A child file has two columns before its own: the parent's
 * key, and the row's ordinal among its parent's rows (0, 1, ...); rows of a parent lie together. A
 * schedule with no column but its key gets its rows from its child file. */
#include "load/load.h"

#include "reader.h"

/* -- errors ------------------------------------------------------------------------------------------------------------ */

static lic_status refuse(const lic_load *load, const char *code, const char *help, lic_slice column,
                         lic_slice text, const char *what)
{
    int size = (int)(text.size < 60 ? text.size : 60);
    if (load->error == NULL) return LIC_REFUSED;
    if (column.size == 0)
        return lic_fail(load->error, LIC_REFUSED, code, help, "%.*s, line %llu: %s",
                        (int)load->shape->name.size, (const char *)load->shape->name.data,
                        (unsigned long long)load->line, what);
    return lic_fail(load->error, LIC_REFUSED, code, help,
                    "%.*s, line %llu, column %.*s: \"%.*s\" %s", (int)load->shape->name.size,
                    (const char *)load->shape->name.data, (unsigned long long)load->line,
                    (int)column.size, (const char *)column.data, size, (const char *)text.data,
                    what);
}

static lic_status bad_value(const lic_load *load, const lic_column *column, lic_slice text,
                            uint8_t code)
{
    lic_buffer what;
    if (load->error == NULL) return LIC_REFUSED;
    lic_buffer_init(&what, load->engine->allocator, 4096);
    if (code == LIC_LINE_UNKNOWN && column->reader.form == LIC_FORM_ROW) {
        lic_slice name = load->image->tables[column->reader.type.aux].name;
        bool empty = load->tables->views[column->reader.type.aux].row_count == 0;
        lic_put_format(&what, "is no key of %.*s%s", (int)name.size, (const char *)name.data,
                       empty ? ", which has no rows yet" : "");
    } else {
        lic_put_text(&what, "is not ");
        lic_reader_describe(&column->reader, load->image, &what);
    }
    lic_put_u8(&what, 0);
    lic_status status = refuse(
        load, code == LIC_LINE_UNKNOWN ? "unknown" : "value",
        code == LIC_LINE_UNKNOWN ? "load the rows that are referred to first, or correct the key"
                                 : "correct the value",
        column->name, text, what.failed ? "is wrong" : (const char *)what.data);
    lic_buffer_free(&what);
    return status;
}

lic_status lic_load_failed(const lic_load *load, lic_status status)
{
    if (status == LIC_TOO_LARGE)
        return lic_fail(load->error, LIC_TOO_LARGE, "rows",
                        "load a smaller file, or raise `rows at most` in the agreement",
                        "%.*s, line %llu: the agreement declares at most %u rows",
                        (int)load->shape->name.size, (const char *)load->shape->name.data,
                        (unsigned long long)load->line, load->shape->max_rows);
    return lic_engine_failed(load->engine, status, "the rows cannot be loaded", load->error);
}

/* -- rows -------------------------------------------------------------------------------------------------------------- */

static size_t column_room(const lic_load *load)
{
    return load->shape->column_count + 2u;
}

/* Of a line, before those that the table declares. */
static size_t columns_before(const lic_load *load)
{
    return load->child ? 2 : 0;
}

static lic_status check_unique(const lic_load *load, size_t index, lic_slice text,
                               const lic_read_value *value)
{
    const lic_column *column = lic_load_column(load, index);
    if (!column->unique || column->is_key) return LIC_OK;
    uint64_t tuple[4] = {(uint64_t)value->number, (uint64_t)((lic_u128)value->number >> 64), 0, 0};
    if (column->reader.type.kind == LIC_KIND_TEXT || column->reader.type.kind == LIC_KIND_HASH) {
        lic_hash digest; /* 256 bits stand for the text */
        load->engine->hasher->sha256(&text, 1, &digest);
        for (size_t i = 0; i < 4; i++) tuple[i] = lic_load_u64(digest.bytes + 8 * i);
    }
    bool added = false;
    lic_tuple_set *set = load->uniques[index];
    if (lic_tuple_set_add(set, tuple, lic_tuple_set_hash(set, tuple), &added) != LIC_OK)
        return lic_load_failed(load, LIC_NO_MEMORY);
    return added ? LIC_OK
                 : refuse(load, "duplicate", "remove one of the two lines", column->name, text,
                          "stands twice");
}

/* The row of `table` that the column names. False: it must be read the long way, which says what is wrong. */
static bool find_row(const lic_load *load, const lic_load_line *line, size_t at, uint16_t table,
                     uint32_t *row)
{
    const lic_index *index = load->indexes[at];
    lic_slice text = line->columns[at];
    if (index == NULL || text.size == 0) return false;
    *row = lic_index_find(index, text, line->hashes[at]);
    return *row != LIC_INDEX_NONE && !lic_table_retired(load->tables, table, *row);
}

static uint8_t read_value(const lic_load *load, const lic_load_line *line, size_t at,
                          const lic_reader *reader, lic_read_value *value)
{
    uint32_t row = 0;
    if (reader->form != LIC_FORM_ROW || !find_row(load, line, at, reader->type.aux, &row))
        return lic_read(reader, load->image, load->tables, line->columns[at], value);
    value->number = row;
    value->text = lic_slice_of(NULL, 0);
    return LIC_READ_OK;
}

static lic_status set_field(const lic_load *load, size_t index, uint32_t row,
                            const lic_load_line *line)
{
    const lic_column *column = lic_load_column(load, index);
    size_t at = index + columns_before(load);
    lic_slice text = line->columns[at];
    lic_read_value value;
    if (column->field == LIC_NONE16 && !column->unique) return LIC_OK;
    uint8_t code = read_value(load, line, at, &column->reader, &value);
    if (code != LIC_READ_OK) return bad_value(load, column, text, code);
    LIC_TRY(check_unique(load, index, text, &value));
    if (column->field == LIC_NONE16) return LIC_OK;
    uint8_t *place = lic_field_at(load->tables, column->field, row);
    return lic_value_store(load->image->fields[column->field].type, &value, place)
               ? LIC_OK
               : bad_value(load, column, text, LIC_LINE_TOO_LARGE);
}

/* Appends a row, or takes the next of those that have their places. */
static lic_status take_row(lic_load *load, uint16_t table, lic_slice key, uint32_t *row)
{
    if (!load->apart) return lic_table_load_row(load->tables, table, key, row);
    *row = load->row++;
    lic_table_place_row(load->tables, table, *row, key);
    return LIC_OK;
}

/* Appends a row with the key's text. */
static lic_status add_keyed(lic_load *load, uint16_t table, lic_slice text, uint32_t *row)
{
    const lic_table *shape = &load->image->tables[table];
    uint8_t room[32];
    lic_slice key = lic_slice_of(NULL, 0), name = lic_slice_text("key");
    if (shape->key_size != 0) {
        if (lic_read_key(load->image, load->tables, shape, text, room, &key) != LIC_READ_OK)
            return refuse(load, "key", "correct the key", name, text,
                          "is not in the key's canonical form");
        if (key.size == 0 || key.size > shape->key_size)
            return refuse(load, "key", "correct the key", name, text,
                          "is empty or longer than the agreement declares");
    }
    lic_status status = take_row(load, table, key, row);
    if (status == LIC_REFUSED)
        return refuse(load, "duplicate", "remove one of the two lines", name, text, "stands twice");
    return status == LIC_OK ? LIC_OK : lic_load_failed(load, status);
}

static size_t key_column(const lic_load *load)
{
    for (size_t i = 0; i < load->shape->column_count; i++)
        if (lic_load_column(load, i)->is_key) return i;
    return SIZE_MAX;
}

static lic_status load_schedule_line(lic_load *load, const lic_load_line *line)
{
    const lic_slice *columns = line->columns;
    size_t count = line->count;
    if (count != load->shape->column_count)
        return refuse(load, "columns", "give each line the columns that the agreement declares",
                      lic_slice_of(NULL, 0), lic_slice_of(NULL, 0),
                      "the number of columns is wrong");
    size_t key = key_column(load);
    uint32_t row = 0;
    LIC_TRY(
        add_keyed(load, load->table, key == SIZE_MAX ? lic_slice_of(NULL, 0) : columns[key], &row));
    for (size_t i = 0; i < count; i++)
        if (i != key) LIC_TRY(set_field(load, i, row, line));
    return LIC_OK;
}

/* -- child rows ---------------------------------------------------------------------------------------------------------- */

/* The line belongs to the parent of the line before. */
static bool same_parent(lic_load *load, lic_slice text)
{
    if (load->last_key.data != NULL) return lic_slice_equal(text, load->last_key);
    if (!load->resumes) return false;
    load->resumes = false;
    uint16_t table = load->shape->parent;
    uint8_t room[32];
    lic_slice key;
    return lic_read_key(load->image, load->tables, &load->image->tables[table], text, room, &key) ==
               LIC_READ_OK &&
           lic_slice_equal(key, lic_table_key(load->tables, table, load->parent));
}

static lic_status find_parent(lic_load *load, const lic_load_line *line)
{
    lic_slice text = line->columns[0];
    if (same_parent(load, text)) {
        load->ordinal++;
        return LIC_OK;
    }
    load->ordinal = 0;
    const lic_table *parent = &load->image->tables[load->shape->parent];
    lic_slice name = lic_slice_text("key");
    if (load->makes_parents) return add_keyed(load, load->shape->parent, text, &load->parent);
    if (find_row(load, line, 0, load->shape->parent, &load->parent)) return LIC_OK;
    uint8_t room[32];
    lic_slice key;
    if (lic_read_key(load->image, load->tables, parent, text, room, &key) != LIC_READ_OK)
        return refuse(load, "key", "correct the key", name, text,
                      "is not in the key's canonical form");
    load->parent = lic_table_find(load->tables, load->shape->parent, key);
    if (load->parent == LIC_NONE32)
        return refuse(load, "unknown", "load the parent's rows first, or correct the key", name,
                      text, "is no key of the schedule that these rows belong to");
    return LIC_OK;
}

static lic_status load_child_line(lic_load *load, const lic_load_line *line)
{
    const lic_slice *columns = line->columns;
    if (line->count != (size_t)load->shape->column_count + 2)
        return refuse(load, "columns",
                      "give each line the parent's key, the ordinal, and the declared columns",
                      lic_slice_of(NULL, 0), lic_slice_of(NULL, 0),
                      "the number of columns is wrong");
    LIC_TRY(find_parent(load, line));
    load->last_key = columns[0];
    uint64_t ordinal = 0;
    if (lic_read_digits(columns[1], 10, &ordinal) != LIC_READ_OK || ordinal != load->ordinal)
        return refuse(load, "ordinal", "number the rows of each parent 0, 1, 2, ...",
                      lic_slice_text("ordinal"), columns[1],
                      "is not the next number of its parent");
    uint32_t row = 0;
    lic_status status = take_row(load, load->table, lic_slice_of(NULL, 0), &row);
    if (status != LIC_OK) return lic_load_failed(load, status);
    if (load->apart) lic_child_place(load->tables, load->table, row, load->parent);
    else if (lic_child_attach(load->tables, load->table, row, load->parent) != LIC_OK)
        return refuse(load, "order", "put the rows of each parent together", lic_slice_text("key"),
                      columns[0], "had rows further up");
    for (size_t i = 0; i < load->shape->column_count; i++) LIC_TRY(set_field(load, i, row, line));
    return LIC_OK;
}

/* -- the file ---------------------------------------------------------------------------------------------------------------- */

static lic_status load_line(lic_load *load, const lic_load_line *line)
{
    load->line++;
    if (line->line.size > load->engine->rules->line_max)
        return refuse(load, "long", "break the line", lic_slice_of(NULL, 0), lic_slice_of(NULL, 0),
                      "the line is too long");
    if (!lic_utf8_valid(line->beyond))
        return refuse(load, "encoding", "save the file as UTF-8", lic_slice_of(NULL, 0),
                      lic_slice_of(NULL, 0), "the line is not well-formed UTF-8");
    return load->child ? load_child_line(load, line) : load_schedule_line(load, line);
}

/* -- looking ahead --------------------------------------------------------------------------------------------------------- */

#define AHEAD 32 /* lines whose key look-ups are started before the first of them is loaded */

/* Whose keys stand as they are in the file, so that what is read can be looked up before it is judged. */
static const lic_index *index_of(const lic_load *load, uint16_t table)
{
    uint8_t form = load->image->tables[table].key_form;
    bool plain = form == LIC_FORM_TEXT || form == LIC_FORM_IDENTIFIER;
    return plain ? load->tables->states[table].index : NULL;
}

/* Which columns of a line are looked up: its own key, its parent's, rows that it refers to. */
static void find_indexes(lic_load *load)
{
    if (load->child && !load->makes_parents) load->indexes[0] = index_of(load, load->shape->parent);
    for (size_t i = 0; i < load->shape->column_count; i++) {
        const lic_column *column = lic_load_column(load, i);
        const lic_index **index = &load->indexes[i + columns_before(load)];
        if (column->is_key && !load->apart) *index = index_of(load, load->table);
        else if (!column->is_key && column->reader.form == LIC_FORM_ROW)
            *index = index_of(load, column->reader.type.aux);
    }
}

/* Starts the look-ups of a line. Rows of a parent lie together, and it is looked up for the first of them. */
static void look_ahead(const lic_load *load, lic_load_line *line, const lic_load_line *before)
{
    size_t first = load->child && before != NULL &&
                           lic_slice_equal(line->columns[0], before->columns[0])
                       ? 1
                       : 0;
    for (size_t i = first; i < line->count && i < column_room(load); i++) {
        const lic_index *index = load->indexes[i];
        if (index == NULL) continue;
        line->hashes[i] = lic_index_hash(index, line->columns[i]);
        lic_index_prefetch(index, line->hashes[i]);
    }
}

lic_status lic_load_lines(lic_load *load, lic_slice bytes)
{
    lic_line_scan scan = lic_lines_scan(bytes);
    for (;;) {
        unsigned count = 0;
        for (; count < AHEAD; count++) {
            lic_load_line *line = &load->ahead[count];
            if (!lic_lines_take(&scan, &line->line, line->columns, column_room(load), &line->count,
                                &line->beyond))
                break;
            look_ahead(load, line, count == 0 ? NULL : line - 1);
        }
        for (unsigned i = 0; i < count; i++) LIC_TRY(load_line(load, &load->ahead[i]));
        if (count < AHEAD) return LIC_OK;
    }
}

/* Room for the lines that are looked at together. */
lic_status lic_load_make_ahead(lic_load *load, lic_arena *arena)
{
    size_t room = column_room(load);
    load->indexes = lic_arena_take(arena, room * sizeof *load->indexes);
    load->ahead = lic_arena_take(arena, AHEAD * sizeof *load->ahead);
    if (load->indexes == NULL || load->ahead == NULL) return LIC_NO_MEMORY;
    for (unsigned i = 0; i < AHEAD; i++) {
        lic_load_line *line = &load->ahead[i];
        line->columns = lic_arena_take(arena, room * sizeof *line->columns);
        line->hashes = lic_arena_take(arena, room * sizeof *line->hashes);
        if (line->columns == NULL || line->hashes == NULL) return LIC_NO_MEMORY;
    }
    find_indexes(load);
    return LIC_OK;
}
