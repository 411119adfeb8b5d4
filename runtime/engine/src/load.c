/* Loading a schedule or a child table from its file: all rows or none. A child file has two columns
 * before its own: the parent's key, and the row's ordinal among its parent's rows (0, 1, ...); rows of a
 * parent lie together. A schedule with no column but its key gets its rows from its child file. */
#include "report/upload.h"

#include "children.h"
#include "reader.h"
#include "report/lines.h"

#include <string.h>

struct lic_load_line;

typedef struct lic_load {
    lic_engine *engine;
    lic_contract *contract;
    lic_tables *tables;
    const lic_image *image;
    const lic_table *shape;
    uint16_t table;
    bool child, makes_parents;
    uint64_t line;      /* of the file, from 1 */
    lic_slice last_key; /* child: parent's key as the line before wrote it */
    bool resumes;       /* that line lies in a chunk that is gone */
    uint32_t parent, ordinal;
    lic_tuple_set **uniques; /* a column with `unique`: values seen */
    struct lic_load_line *ahead;
    lic_error *error;
} lic_load;

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

/* -- errors ------------------------------------------------------------------------------------------------------------ */

static lic_status refuse(const lic_load *load, const char *code, const char *help, lic_slice column,
                         lic_slice text, const char *what)
{
    int size = (int)(text.size < 60 ? text.size : 60);
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

static lic_status failed(const lic_load *load, lic_status status)
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

static const lic_column *column_at(const lic_load *load, size_t index)
{
    return &load->image->columns[load->shape->first_column + index];
}

static lic_status check_unique(const lic_load *load, size_t index, lic_slice text,
                               const lic_read_value *value)
{
    const lic_column *column = column_at(load, index);
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
        return failed(load, LIC_NO_MEMORY);
    return added ? LIC_OK
                 : refuse(load, "duplicate", "remove one of the two lines", column->name, text,
                          "stands twice");
}

static lic_status set_field(const lic_load *load, size_t index, uint32_t row, lic_slice text)
{
    const lic_column *column = column_at(load, index);
    lic_read_value value;
    if (column->field == LIC_NONE16 && !column->unique) return LIC_OK;
    uint8_t code = lic_read(&column->reader, load->image, load->tables, text, &value);
    if (code != LIC_READ_OK) return bad_value(load, column, text, code);
    LIC_TRY(check_unique(load, index, text, &value));
    if (column->field == LIC_NONE16) return LIC_OK;
    uint8_t *place = lic_field_at(load->tables, column->field, row);
    return lic_value_store(load->image->fields[column->field].type, &value, place)
               ? LIC_OK
               : bad_value(load, column, text, LIC_LINE_TOO_LARGE);
}

/* Appends a row with the key's text. */
static lic_status add_keyed(const lic_load *load, uint16_t table, lic_slice text, uint32_t *row)
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
    lic_status status = lic_table_load_row(load->tables, table, key, row);
    if (status == LIC_REFUSED)
        return refuse(load, "duplicate", "remove one of the two lines", name, text, "stands twice");
    return status == LIC_OK ? LIC_OK : failed(load, status);
}

static size_t key_column(const lic_load *load)
{
    for (size_t i = 0; i < load->shape->column_count; i++)
        if (column_at(load, i)->is_key) return i;
    return SIZE_MAX;
}

static lic_status load_schedule_line(lic_load *load, const lic_slice *columns, size_t count)
{
    if (count != load->shape->column_count)
        return refuse(load, "columns", "give each line the columns that the agreement declares",
                      lic_slice_of(NULL, 0), lic_slice_of(NULL, 0),
                      "the number of columns is wrong");
    size_t key = key_column(load);
    uint32_t row = 0;
    LIC_TRY(
        add_keyed(load, load->table, key == SIZE_MAX ? lic_slice_of(NULL, 0) : columns[key], &row));
    for (size_t i = 0; i < count; i++)
        if (i != key) LIC_TRY(set_field(load, i, row, columns[i]));
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

static lic_status find_parent(lic_load *load, lic_slice text)
{
    if (same_parent(load, text)) {
        load->ordinal++;
        return LIC_OK;
    }
    load->ordinal = 0;
    const lic_table *parent = &load->image->tables[load->shape->parent];
    lic_slice name = lic_slice_text("key");
    if (load->makes_parents) return add_keyed(load, load->shape->parent, text, &load->parent);
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

static lic_status load_child_line(lic_load *load, const lic_slice *columns, size_t count)
{
    if (count != (size_t)load->shape->column_count + 2)
        return refuse(load, "columns",
                      "give each line the parent's key, the ordinal, and the declared columns",
                      lic_slice_of(NULL, 0), lic_slice_of(NULL, 0),
                      "the number of columns is wrong");
    LIC_TRY(find_parent(load, columns[0]));
    load->last_key = columns[0];
    uint64_t ordinal = 0;
    if (lic_read_digits(columns[1], 10, &ordinal) != LIC_READ_OK || ordinal != load->ordinal)
        return refuse(load, "ordinal", "number the rows of each parent 0, 1, 2, ...",
                      lic_slice_text("ordinal"), columns[1],
                      "is not the next number of its parent");
    uint32_t row = 0;
    lic_status status = lic_table_load_row(load->tables, load->table, lic_slice_of(NULL, 0), &row);
    if (status != LIC_OK) return failed(load, status);
    if (lic_child_attach(load->tables, load->table, row, load->parent) != LIC_OK)
        return refuse(load, "order", "put the rows of each parent together", lic_slice_text("key"),
                      columns[0], "had rows further up");
    for (size_t i = 0; i < load->shape->column_count; i++)
        LIC_TRY(set_field(load, i, row, columns[i + 2]));
    return LIC_OK;
}

/* -- the file ---------------------------------------------------------------------------------------------------------------- */

/* A line taken apart before it is loaded, and before those in front of it are. */
typedef struct lic_load_line {
    lic_slice line, *columns; /* room for all that the table declares, and two more */
    size_t count;             /* columns found, perhaps more than there is room for */
    lic_slice beyond;         /* as lic_lines_take gives it */
} lic_load_line;

static size_t column_room(const lic_load *load)
{
    return load->shape->column_count + 2u;
}

static lic_status load_line(lic_load *load, const lic_load_line *line)
{
    load->line++;
    if (line->line.size > load->engine->rules->line_max)
        return refuse(load, "long", "break the line", lic_slice_of(NULL, 0), lic_slice_of(NULL, 0),
                      "the line is too long");
    if (!lic_utf8_valid(line->beyond))
        return refuse(load, "encoding", "save the file as UTF-8", lic_slice_of(NULL, 0),
                      lic_slice_of(NULL, 0), "the line is not well-formed UTF-8");
    return load->child ? load_child_line(load, line->columns, line->count)
                       : load_schedule_line(load, line->columns, line->count);
}

/* -- looking ahead --------------------------------------------------------------------------------------------------------- */

#define AHEAD 32 /* lines whose key look-ups are started before the first of them is loaded */

/* Starts the look-ups of a line: its own key, and the rows that it refers to. */
static void look_ahead(const lic_load *load, const lic_load_line *line)
{
    size_t skip = load->child ? 2 : 0;
    for (size_t i = skip; i < line->count && i - skip < load->shape->column_count; i++) {
        const lic_column *column = column_at(load, i - skip);
        uint16_t table = column->is_key ? load->table : column->reader.type.aux;
        if (!column->is_key && column->reader.form != LIC_FORM_ROW) continue;
        const lic_index *index = load->tables->states[table].index;
        uint8_t form = load->image->tables[table].key_form;
        if (index != NULL && (form == LIC_FORM_TEXT || form == LIC_FORM_IDENTIFIER))
            lic_index_prefetch(index, lic_index_hash(index, line->columns[i]));
    }
}

static lic_status load_lines(lic_load *load, lic_slice chunk)
{
    lic_line_scan scan = lic_lines_scan(chunk);
    for (;;) {
        unsigned count = 0;
        for (; count < AHEAD; count++) {
            lic_load_line *line = &load->ahead[count];
            if (!lic_lines_take(&scan, &line->line, line->columns, column_room(load), &line->count,
                                &line->beyond))
                break;
            look_ahead(load, line);
        }
        for (unsigned i = 0; i < count; i++) LIC_TRY(load_line(load, &load->ahead[i]));
        if (count < AHEAD) return LIC_OK;
    }
}

/* Room for the lines that are looked at together. */
static lic_status make_ahead(lic_load *load, lic_arena *arena)
{
    load->ahead = lic_arena_take(arena, AHEAD * sizeof *load->ahead);
    for (unsigned i = 0; load->ahead != NULL && i < AHEAD; i++) {
        load->ahead[i].columns = lic_arena_take(arena, column_room(load) * sizeof(lic_slice));
        if (load->ahead[i].columns == NULL) return LIC_NO_MEMORY;
    }
    return load->ahead == NULL ? LIC_NO_MEMORY : LIC_OK;
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
            status = failed(load, status);
            break;
        }
        bytes += chunk.size;
        load->last_key = lic_slice_of(NULL, 0);
        load->resumes = i != 0;
        status = load_lines(load, chunk);
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
        return failed(load, LIC_NO_MEMORY);
    load->uniques = lic_arena_take(arena,
                                   (load->shape->column_count + 1u) * sizeof(lic_tuple_set *));
    if (load->uniques == NULL || make_ahead(load, arena) != LIC_OK)
        return failed(load, LIC_NO_MEMORY);
    for (size_t i = 0; i < load->shape->column_count; i++) {
        if (!column_at(load, i)->unique) continue;
        load->uniques[i] = lic_tuple_set_create(load->engine->allocator, load->engine->secret + i,
                                                4, (size_t)upload->lines);
        if (load->uniques[i] == NULL) return failed(load, LIC_NO_MEMORY);
    }
    return LIC_OK;
}

static lic_status check_all(lic_load *load)
{
    static const uint64_t first_line = 1;
    if (load->child)
        LIC_TRY(lic_children_check(load->tables, load->table, &first_line, load->error));
    if (lic_fixed_hash(load->tables, load->table) != LIC_OK ||
        (load->makes_parents && lic_fixed_hash(load->tables, load->shape->parent) != LIC_OK))
        return failed(load, LIC_NO_MEMORY);
    return LIC_OK;
}

/* As if nothing had been loaded. */
static void take_back(lic_load *load)
{
    lic_table_clear(load->tables, load->table);
    if (load->makes_parents) lic_table_clear(load->tables, load->shape->parent);
    lic_status status = lic_fixed_hash(load->tables, load->table);
    if (status == LIC_OK && load->makes_parents)
        status = lic_fixed_hash(load->tables, load->shape->parent);
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
    if (engine->options.threads != 1 && engine->observer == NULL && !engine->replaying)
        lic_store_write_behind(lic_ledger_store(engine->ledger)); /* rows need no store */
    LIC_TRY(load_chunks(load, upload));
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
    if (arena == NULL) return failed(&load, LIC_NO_MEMORY);
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
