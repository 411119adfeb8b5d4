/* verify_layout.c - tables and fields: fields fit their row and do not overlap, roles fit kinds, the
 * engine's tables are as standard.h says, and every value that the image brings is one that the
 * interpreter may trust (row numbers, spans, dates, truth values). */
#include "verify.h"

#define ROWS_MAX (1u << 28)

static lic_status check_field(const lic_image *image, const lic_field *field, uint32_t index,
                              lic_error *error)
{
    lic_type type = field->type;
    DEMAND(lic_type_valid(image, type), "field %u has no type", index);
    DEMAND(field->offset % 8 == 0, "field %u is not aligned", index);
    if (type.kind == LIC_KIND_SPAN) {
        const lic_table *child = &image->tables[type.aux];
        DEMAND(!field->is_mutable && child->kind == LIC_TABLE_KIND_CHILD &&
                   child->parent == field->table && child->parent_span == index,
               "span field %u and its child table do not name each other", index);
    }
    DEMAND(field->bound == LIC_NONE16 || field->role == LIC_ROLE_COUNTER ||
               field->role == LIC_ROLE_FACT,
           "field %u has bounds but is no counter or fact", index);
    switch ((lic_role)field->role) {
    case LIC_ROLE_ACCOUNT:
        DEMAND(field->is_mutable && type.kind == LIC_KIND_MONEY,
               "account field %u is not mutable money", index);
        break;
    case LIC_ROLE_FACT:
        DEMAND(field->is_mutable && field->table == LIC_TABLE_SELF,
               "fact field %u is not a cell of table 0", index);
        break;
    case LIC_ROLE_COUNTER:
    case LIC_ROLE_TALLY:
    case LIC_ROLE_ENGINE:
        DEMAND(field->is_mutable, "field %u changes but lies in the fixed part", index);
        break;
    case LIC_ROLE_COLUMN: break;
    }
    return LIC_OK;
}

/* Fields in order of place: no overlap, none beyond its part. */
static lic_status check_places(const lic_image *image, const lic_places *places, lic_error *error)
{
    for (uint32_t i = 0; i < places->count; i++) {
        const lic_field *field = &image->fields[places->order[i]];
        const lic_table *table = &image->tables[field->table];
        uint32_t end = field->offset + lic_type_size(field->type);
        uint32_t limit = field->is_mutable ? table->cell_size : table->fixed_size;
        DEMAND(end <= limit, "field %u ends beyond its row", places->order[i]);
        if (i + 1 == places->count) break;
        const lic_field *next = &image->fields[places->order[i + 1]];
        if (next->table == field->table && next->is_mutable == field->is_mutable)
            DEMAND(end <= next->offset, "fields %u and %u overlap", places->order[i],
                   places->order[i + 1]);
    }
    return LIC_OK;
}

static lic_status check_child(const lic_image *image, const lic_table *table, uint32_t index,
                              lic_error *error)
{
    DEMAND(table->parent != LIC_NONE16 && table->parent_span != LIC_NONE16,
           "child table %u has no parent", index);
    uint8_t parent = image->tables[table->parent].kind;
    const lic_field *span = &image->fields[table->parent_span];
    DEMAND(parent == LIC_TABLE_KIND_SCHEDULE || parent == LIC_TABLE_KIND_SELF,
           "the parent of child table %u is no schedule", index);
    DEMAND(span->table == table->parent && !span->is_mutable && span->type.kind == LIC_KIND_SPAN &&
               span->type.aux == index,
           "child table %u and its span do not name each other", index);
    DEMAND(table->child_min <= table->child_max && table->child_max > 0,
           "child table %u has no room", index);
    DEMAND(table->key_size == 0, "child table %u has a key", index);
    return LIC_OK;
}

static lic_status check_rows(const lic_image *image, const lic_table *table, uint32_t index,
                             lic_error *error)
{
    DEMAND(table->max_rows > 0 && table->max_rows <= ROWS_MAX &&
               table->static_rows <= table->max_rows,
           "table %u has a wrong number of rows", index);
    DEMAND(table->static_fixed.size == (uint64_t)table->static_rows * table->fixed_size,
           "table %u: its rows are not of the declared size", index);
    bool keyed = table->key_size > 0 && table->static_rows > 0;
    DEMAND(keyed ? table->first_key != LIC_NONE32 &&
                       table->static_rows <= image->texts_count - table->first_key
                 : table->first_key == LIC_NONE32,
           "table %u: its rows and their keys do not match", index);
    return LIC_OK;
}

/* The value of the field at the end of the row, and the newest change directly behind the field. */
static lic_status check_history(const lic_image *image, const lic_places *places,
                                const lic_table *table, uint32_t index, lic_error *error)
{
    DEMAND(table->parent_span != LIC_NONE16, "table %u keeps the values of no field", index);
    const lic_field *kept = &image->fields[table->parent_span];
    uint32_t size = lic_type_size(kept->type);
    DEMAND(kept->role == LIC_ROLE_FACT || kept->role == LIC_ROLE_COUNTER,
           "table %u keeps the values of no fact or counter", index);
    DEMAND(kept->type.kind != LIC_KIND_SET && kept->type.kind != LIC_KIND_SPAN,
           "table %u keeps values that fit no register", index);
    DEMAND(lic_image_history(image, table->parent_span) == index,
           "table %u keeps the values of a field that another one keeps", index);
    DEMAND(table->static_rows == 0 && table->fixed_size == 0 && table->key_size == 0 &&
               table->cell_size == LIC_HISTORY_VALUE_AT + size,
           "table %u is not the engine's", index);
    uint16_t head = lic_places_find(image, places,
                                    (uint32_t)kept->table << 24 | LIC_FIELD_MUTABLE |
                                        (uint32_t)(kept->offset + size));
    DEMAND(head != LIC_NONE16 && image->fields[head].type.kind == LIC_KIND_COUNT &&
               image->fields[head].role == LIC_ROLE_ENGINE,
           "the field of table %u has no newest change behind it", index);
    size_t count;
    const lic_standard_column *columns = lic_history_columns(&count);
    for (size_t i = 0; i <= count; i++) {
        uint32_t offset = i < count ? columns[i].offset : LIC_HISTORY_VALUE_AT;
        lic_type type = i < count ? lic_standard_type(image, &columns[i]) : kept->type;
        uint16_t field = lic_places_find(image, places, index << 24 | LIC_FIELD_MUTABLE | offset);
        DEMAND(field != LIC_NONE16 && lic_type_equal(image->fields[field].type, type) &&
                   image->fields[field].role == LIC_ROLE_ENGINE,
               "table %u lacks the engine's column %s", index,
               i < count ? columns[i].name : "value");
    }
    return LIC_OK;
}

/* Cells of a row of the tables that the engine grows. */
static const uint16_t engine_rows[] = {
    [LIC_TABLE_DUTIES] = LIC_DUTY_SIZE, [LIC_TABLE_PAYMENTS] = LIC_PAYMENT_SIZE};

/* What a kind of table asks for. */
static lic_status check_kind(const lic_image *image, const lic_places *places,
                             const lic_table *table, uint32_t index, lic_error *error)
{
    DEMAND((index < LIC_TABLE_PAYMENTS + 1) == (table->kind <= LIC_TABLE_KIND_PAYMENTS) &&
               (index > LIC_TABLE_PAYMENTS || table->kind == index),
           "table %u is of the wrong kind", index);
    DEMAND(table->kind == LIC_TABLE_KIND_CHILD || table->parent == LIC_NONE16,
           "table %u has a parent", index);
    DEMAND(lic_key_type(table).kind != LIC_KIND_NONE || table->key_size == 0,
           "table %u has a key of no form", index);
    switch ((lic_table_kind)table->kind) {
    case LIC_TABLE_KIND_SELF:
        DEMAND(table->static_rows == 1 && table->max_rows == 1 && table->key_size == 0,
               "table 0 must have one row");
        break;
    case LIC_TABLE_KIND_PARTIES:
        DEMAND(table->static_rows == image->parties_count &&
                   table->max_rows == table->static_rows && table->key_size == 0,
               "table 1 must have a row for each party");
        break;
    case LIC_TABLE_KIND_DUTIES:
    case LIC_TABLE_KIND_PAYMENTS:
        DEMAND(table->static_rows == 0 && table->fixed_size == 0 && table->key_size == 0 &&
                   table->cell_size == engine_rows[index],
               "table %u is not the engine's", index);
        break;
    case LIC_TABLE_KIND_CHILD: return check_child(image, table, index, error);
    case LIC_TABLE_KIND_REGISTER:
    case LIC_TABLE_KIND_GRID:
        DEMAND(table->static_rows == 0 && table->fixed_size == 0 &&
                   (table->key_size > 0) == (table->kind == LIC_TABLE_KIND_REGISTER),
               "table %u has rows or a key of the wrong kind", index);
        break;
    case LIC_TABLE_KIND_HISTORY: return check_history(image, places, table, index, error);
    case LIC_TABLE_KIND_SCHEDULE: break;
    }
    return LIC_OK;
}

static lic_status check_table(const lic_image *image, const lic_places *places,
                              const lic_table *table, uint32_t index, lic_error *error)
{
    DEMAND(table->cell_size % 8 == 0 && table->fixed_size % 8 == 0,
           "rows of table %u are not aligned", index);
    DEMAND(table->page_shift <= 9 &&
               (table->page_shift == 0 || (uint32_t)table->cell_size << table->page_shift <= 512),
           "pages of table %u are too large", index);
    LIC_TRY(check_rows(image, table, index, error));
    return check_kind(image, places, table, index, error);
}

static lic_status check_standard(const lic_image *image, const lic_places *places, lic_error *error)
{
    static const uint16_t tables[] = {LIC_TABLE_SELF, LIC_TABLE_DUTIES, LIC_TABLE_PAYMENTS};
    for (size_t t = 0; t < LIC_COUNT(tables); t++) {
        size_t count;
        const lic_standard_column *columns = lic_standard_columns(tables[t], &count);
        for (size_t i = 0; i < count; i++) {
            uint32_t operand = (uint32_t)tables[t] << 24 | LIC_FIELD_MUTABLE | columns[i].offset;
            uint16_t index = lic_places_find(image, places, operand);
            DEMAND(index != LIC_NONE16 &&
                       lic_type_equal(image->fields[index].type,
                                      lic_standard_type(image, &columns[i])) &&
                       image->fields[index].role == columns[i].role,
                   "table %u lacks the engine's column %s", tables[t], columns[i].name);
        }
    }
    return LIC_OK;
}

static bool span_valid(const lic_image *image, lic_type type, const uint8_t *value)
{
    const lic_table *child = &image->tables[type.aux];
    uint64_t first = lic_load_u32(value), count = lic_load_u32(value + 4);
    return first + count <= child->static_rows && count <= child->child_max;
}

static bool value_valid(const lic_image *image, lic_type type, const uint8_t *value)
{
    uint64_t number = lic_load_u64(value);
    switch ((lic_kind)type.kind) {
    case LIC_KIND_BOOL: return number <= 1;
    case LIC_KIND_DATE: return lic_date_valid((int64_t)number);
    case LIC_KIND_ROW: return number < image->tables[type.aux].static_rows;
    case LIC_KIND_ENUM: return number < image->enumerations[type.aux].count;
    case LIC_KIND_TERRITORY: return number < 256;
    case LIC_KIND_TEXT: return (number & 0xFFFF) + 2 <= 8u * type.aux;
    case LIC_KIND_SPAN: return span_valid(image, type, value);
    case LIC_KIND_NONE:
    case LIC_KIND_COUNT:
    case LIC_KIND_RATE:
    case LIC_KIND_PRICE:
    case LIC_KIND_HASH:
    case LIC_KIND_MONEY:
    case LIC_KIND_EXACT:
    case LIC_KIND_SET: break;
    }
    return true;
}

static lic_status check_values(const lic_image *image, lic_error *error)
{
    for (uint32_t f = 0; f < image->fields_count; f++) {
        const lic_field *field = &image->fields[f];
        const lic_table *table = &image->tables[field->table];
        if (field->is_mutable) continue;
        const uint8_t *value = table->static_fixed.data +
                               (table->static_rows > 0 ? field->offset : 0);
        for (uint32_t row = 0; row < table->static_rows; row++, value += table->fixed_size)
            DEMAND(value_valid(image, field->type, value),
                   "field %u, row %u: the value is out of range", f, row);
    }
    return LIC_OK;
}

static lic_status check_patches(const lic_image *image, const lic_places *places, lic_error *error)
{
    for (uint32_t p = 0; p < image->patches_count; p++) {
        const lic_patch *patch = &image->patches[p];
        DEMAND(patch->row < image->tables[patch->table].static_rows, "patch %u has no row", p);
        uint16_t field = lic_places_find(image, places,
                                         (uint32_t)patch->table << 24 | patch->offset);
        DEMAND(field != LIC_NONE16 &&
                   lic_type_equal(image->fields[field].type,
                                  image->parameters[patch->parameter].reader.type),
               "patch %u does not fit its field", p);
    }
    return LIC_OK;
}

lic_status lic_verify_layout(const lic_image *image, const lic_places *places, lic_error *error)
{
    DEMAND(image->engine_version > 0, "engine version 0");
    DEMAND(image->tables_count > LIC_TABLE_PAYMENTS && image->currencies_count > 0 &&
               image->parties_count > 0,
           "the image lacks its tables, a currency or a party");
    for (uint32_t i = 0; i < image->currencies_count; i++)
        DEMAND(image->currencies[i].unit_scale <= 12 &&
                   image->currencies[i].minor <= image->currencies[i].unit_scale,
               "currency %u has a wrong scale", i);
    for (uint32_t i = 0; i < image->fields_count; i++)
        LIC_TRY(check_field(image, &image->fields[i], i, error));
    LIC_TRY(check_places(image, places, error));
    for (uint32_t i = 0; i < image->tables_count; i++)
        LIC_TRY(check_table(image, places, &image->tables[i], i, error));
    LIC_TRY(check_standard(image, places, error));
    LIC_TRY(check_values(image, error));
    return check_patches(image, places, error);
}
