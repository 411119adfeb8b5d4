/* generate/tables.c - tables, fields and rows of the image: the agreement's scalars in table 0, a table
 * for each schedule and register, one for the tiers and shares columns of each, and the rows that stand
 * in the file. Offsets grow in order of declaration. */
#include "generate/generate.h"

#include <licet/reference.h>
#include <string.h>

uint16_t lic_text_number(generator *g, lic_slice text)
{
    if (!text.size) return LIC_NONE16;
    for (uint32_t i = 0; i < g->image->texts_count; i++)
        if (lic_slice_equal(g->image->texts[i], text)) return (uint16_t)i;
    *LIC_PUT(g, texts) = text;
    return (uint16_t)(g->image->texts_count - 1);
}

lic_type lic_image_type(const generator *g, const lic_meaning *m)
{
    lic_type type = lic_meaning_type(g->p, m);
    if (m->sort == LIC_SORT_ROW) type.aux = (uint8_t)m->table->table_number;
    return type;
}

lic_i128 lic_value_at(const lic_meaning *m, unsigned scale)
{
    return lic_scaled(m->value, m->scale, scale);
}

static uint32_t constant_hash(lic_type type, lic_i128 value)
{
    const uint64_t parts[] = {type.kind, type.scale, type.currency, type.aux, (uint64_t)value};
    return lic_mixed(2166136261u, parts, sizeof parts);
}

uint16_t lic_constant_of(generator *g, lic_type type, lic_i128 value)
{
    uint32_t hash = constant_hash(type, value);
    for (uint32_t i = *lic_chain(&g->constants, hash); i; i = g->constants.next[i - 1]) {
        const lic_constant *c = &g->image->constants[i - 1];
        if (lic_type_equal(c->type, type) && type.kind != LIC_KIND_SET && c->value == value)
            return (uint16_t)(i - 1);
    }
    lic_chain_add(g, &g->constants, hash, g->image->constants_count);
    *LIC_PUT(g, constants) = (lic_constant){.type = type, .value = value};
    return (uint16_t)(g->image->constants_count - 1);
}

uint16_t lic_set_constant(generator *g, const uint8_t set[32])
{
    uint32_t hash = lic_mixed(2166136261u, set, 32);
    for (uint32_t i = *lic_chain(&g->constants, hash); i; i = g->constants.next[i - 1])
        if (g->image->constants[i - 1].type.kind == LIC_KIND_SET &&
            memcmp(g->image->constants[i - 1].set, set, 32) == 0)
            return (uint16_t)(i - 1);
    lic_chain_add(g, &g->constants, hash, g->image->constants_count);
    lic_constant *constant = LIC_PUT(g, constants);
    *constant = (lic_constant){.type = lic_type_plain(LIC_KIND_SET)};
    memcpy(constant->set, set, 32);
    return (uint16_t)(g->image->constants_count - 1);
}

/* -- tables and fields -------------------------------------------------------------------------------- */

uint16_t lic_table_add(generator *g, lic_table_kind kind, lic_slice name)
{
    lic_table *table = LIC_PUT(g, tables);
    *table = (lic_table){.name = name,
                         .kind = (uint8_t)kind,
                         .parent = LIC_NONE16,
                         .parent_span = LIC_NONE16,
                         .first_key = LIC_NONE32,
                         .anchor = LIC_NONE16,
                         .max_rows = 1};
    if (g->image->tables_count > 250)
        lic_diag(g->c, "T03", g->p->file->name_span, NULL,
                 "the agreement needs more than 250 tables");
    return (uint16_t)(g->image->tables_count - 1);
}

uint16_t lic_field_add(generator *g, uint16_t table, lic_slice name, lic_type type, lic_role role,
                       bool is_mutable)
{
    lic_table *t = &g->image->tables[table];
    uint16_t *size = is_mutable ? &t->cell_size : &t->fixed_size;
    uint32_t end = *size + lic_type_size(type);
    if (end > 60000) {
        lic_diag(g->c, "T03", g->p->file->name_span, NULL,
                 "a row of table %.*s is larger than 60,000 bytes", LIC_S(t->name));
        end = *size;
    }
    lic_field *field = LIC_PUT(g, fields);
    *field = (lic_field){.name = name,
                         .type = type,
                         .role = (uint8_t)role,
                         .is_mutable = is_mutable,
                         .table = table,
                         .offset = *size,
                         .bound = LIC_NONE16};
    *size = (uint16_t)end;
    return (uint16_t)(g->image->fields_count - 1);
}

uint8_t *lic_static_rows(generator *g, uint16_t table, uint32_t rows)
{
    lic_table *t = &g->image->tables[table];
    uint8_t *bytes = lic_new(g->c, (size_t)rows * t->fixed_size + 1);
    t->static_rows = rows;
    t->static_fixed = lic_slice_of(bytes, (size_t)rows * t->fixed_size);
    return bytes;
}

void lic_store_fixed(generator *g, uint8_t *row, const lic_field *field, lic_i128 value)
{
    (void)g;
    if (lic_type_wide(field->type)) lic_store_i128(row + field->offset, value);
    else lic_store_u64(row + field->offset, (uint64_t)(int64_t)value);
}

static void standard_table(generator *g, lic_table_kind kind, const char *name)
{
    uint16_t number = lic_table_add(g, kind, lic_slice_text(name));
    size_t count = 0;
    const lic_standard_column *columns = lic_standard_columns(number, &count);
    for (size_t i = 0; i < count; i++)
        lic_field_add(g, number, lic_slice_text(columns[i].name),
                      lic_standard_type(g->image, &columns[i]), (lic_role)columns[i].role, true);
}

/* -- readers ------------------------------------------------------------------------------------------- */

lic_reader lic_reader_of(generator *g, const lic_symbol *symbol)
{
    lic_reader reader = {
        .form = symbol->form, .set = LIC_NONE16, .type = lic_image_type(g, &symbol->meaning)};
    bool decimals = symbol->form == LIC_FORM_EXACT || symbol->form == LIC_FORM_RATE;
    bool number = decimals || symbol->form == LIC_FORM_COUNT || symbol->form == LIC_FORM_DIGITS;
    if (symbol->form == LIC_FORM_IGNORED) {
        reader.type = lic_type_plain(LIC_KIND_NONE);
        return reader;
    }
    reader.integer_units = symbol->bounds.integer_units;
    reader.unit_scale = symbol->bounds.integer_units ? symbol->bounds.unit_scale
                        : decimals                   ? reader.type.scale
                                                     : 0;
    if (!decimals) reader.integer_units = false;
    if (symbol->form == LIC_FORM_TEXT || symbol->form == LIC_FORM_DIGITS)
        reader.width = symbol->meaning.width;
    if (symbol->form == LIC_FORM_IDENTIFIER) reader.width = symbol->meaning.unit;
    if (number || symbol->form == LIC_FORM_DATE) {
        reader.min = symbol->bounds.has_min || symbol->form != LIC_FORM_DATE ? symbol->bounds.min
                                                                             : LIC_DATE_MIN;
        reader.max = symbol->bounds.has_max ? symbol->bounds.max : symbol->meaning.high;
        if (symbol->form == LIC_FORM_DIGITS)
            reader.min = 0, reader.max = lic_power_of_ten(symbol->meaning.width) - 1;
        if (!lic_type_wide(reader.type) && reader.max > INT64_MAX) reader.max = INT64_MAX;
        if (reader.max < reader.min) reader.max = reader.min;
    }
    reader.has_empty = symbol->bounds.has_empty;
    reader.empty = symbol->bounds.has_empty ? symbol->bounds.empty : 0;
    if (symbol->has_within) reader.set = lic_set_constant(g, symbol->within);
    return reader;
}

static lic_column *column_add(generator *g, uint16_t table, lic_slice name, lic_reader reader,
                              uint16_t field)
{
    lic_table *t = &g->image->tables[table];
    if (!t->column_count) t->first_column = (uint16_t)g->image->columns_count;
    t->column_count++;
    lic_column *column = LIC_PUT(g, columns);
    *column = (lic_column){.name = name, .reader = reader, .field = field};
    return column;
}

/* -- tiers and shares columns -------------------------------------------------------------------------------- */

static lic_reader value_reader(const lic_symbol *column, lic_type type)
{
    lic_reader reader = {.form = lic_type_wide(type)           ? LIC_FORM_EXACT
                                 : type.kind == LIC_KIND_COUNT ? LIC_FORM_COUNT
                                                               : LIC_FORM_RATE,
                         .set = LIC_NONE16,
                         .type = type};
    bool decimals = reader.form != LIC_FORM_COUNT;
    reader.integer_units = decimals && column->bounds.integer_units;
    reader.unit_scale = !decimals                      ? 0
                        : column->bounds.integer_units ? column->bounds.unit_scale
                                                       : type.scale;
    reader.max = column->bounds.has_max ? column->bounds.max
                 : lic_type_wide(type)  ? lic_scaled(lic_power_of_ten(24), 0, type.scale)
                                        : INT64_MAX;
    return reader;
}

static lic_type type_at(uint8_t kind, uint8_t currency, uint8_t scale, uint8_t aux)
{
    return (lic_type){.kind = kind, .currency = currency, .scale = scale, .aux = aux};
}

lic_type lic_tier_value_type(const generator *g, const lic_symbol *tiers)
{
    lic_meaning m = tiers->meaning;
    m.sort = (uint8_t)m.width;
    m.width = 0;
    return lic_meaning_type(g->p, &m);
}

static lic_type edge_type(const lic_symbol *tiers)
{
    if (!lic_is_wide(&tiers->unit)) return lic_type_plain(LIC_KIND_COUNT);
    return type_at(LIC_KIND_EXACT, tiers->unit.currency, tiers->unit.scale, 0);
}

static uint16_t child_table(generator *g, const lic_symbol *column, uint16_t parent, lic_slice name,
                            uint8_t role)
{
    uint16_t child = lic_table_add(g, LIC_TABLE_KIND_CHILD, name);
    uint16_t span = lic_field_add(g, parent, column->name,
                                  lic_type_of(LIC_KIND_SPAN, (uint8_t)child), LIC_ROLE_COLUMN,
                                  false);
    lic_table *t = &g->image->tables[child];
    uint64_t rows = (uint64_t)g->image->tables[parent].max_rows * column->max_children;
    t->parent = parent;
    t->parent_span = span;
    t->child_min = (uint16_t)column->min_children;
    t->child_max = (uint16_t)column->max_children;
    t->child_role = role;
    t->max_rows = rows > (1u << 28) ? 1u << 28 : (uint32_t)rows;
    return child;
}

static void tiers_column(generator *g, lic_symbol *column, uint16_t parent)
{
    lic_slice name = lic_slice_text(
        lic_text(g->c, "%.*s.%.*s", LIC_S(column->owner->name), LIC_S(column->name)));
    uint16_t child = child_table(g, column, parent, name, 1);
    column->table_number = child;
    lic_type edge = edge_type(column), value = lic_tier_value_type(g, column);
    uint16_t field = lic_field_add(g, child, lic_slice_text("from"), edge, LIC_ROLE_COLUMN, false);
    lic_symbol plain = {.name = column->name};
    lic_reader reader = value_reader(&plain, edge);
    if (lic_type_wide(edge))
        reader.integer_units = column->bounds.integer_units,
        reader.unit_scale = column->bounds.integer_units ? column->bounds.unit_scale : edge.scale;
    column_add(g, child, lic_slice_text("from"), reader, field);
    uint32_t words = column->meaning.values ? column->meaning.values->count : 1;
    for (uint32_t i = 0; i < words; i++) {
        lic_slice word = column->meaning.values ? column->meaning.values->words[i]
                                                : lic_slice_text("value");
        uint16_t at = lic_field_add(g, child, word, value, LIC_ROLE_COLUMN, false);
        column_add(g, child, word, value_reader(column, value), at);
    }
}

static void shares_column(generator *g, lic_symbol *column, uint16_t parent)
{
    lic_slice name = lic_slice_text(
        lic_text(g->c, "%.*s.%.*s", LIC_S(column->owner->name), LIC_S(column->name)));
    uint16_t child = child_table(g, column, parent, name, 2);
    column->table_number = child;
    lic_type row = lic_type_of(LIC_KIND_ROW, (uint8_t)column->scope->table_number),
             share = lic_type_rate(column->meaning.scale);
    lic_reader holder = {.form = LIC_FORM_ROW, .set = LIC_NONE16, .type = row};
    column_add(g, child, lic_slice_text("holder"), holder,
               lic_field_add(g, child, lic_slice_text("holder"), row, LIC_ROLE_COLUMN, false));
    lic_reader reader = value_reader(column, share);
    if (!column->bounds.has_max) reader.max = lic_power_of_ten(share.scale);
    column_add(g, child, lic_slice_text("share"), reader,
               lic_field_add(g, child, lic_slice_text("share"), share, LIC_ROLE_COLUMN, false));
}

/* -- schedules and registers -------------------------------------------------------------------------------------- */

static void key_of(lic_table *table, const lic_symbol *key)
{
    table->key_form = key->form;
    uint8_t sort = key->meaning.sort;
    table->key_size = sort == LIC_SORT_TEXT ? key->meaning.width : sort == LIC_SORT_HASH ? 32 : 8;
    if (sort == LIC_SORT_TEXT && key->form == LIC_FORM_IDENTIFIER)
        table->key_kind = key->meaning.unit;
    if (sort == LIC_SORT_ROW) table->key_kind = (uint8_t)key->meaning.table->table_number;
    if (sort == LIC_SORT_ENUM) table->key_kind = (uint8_t)key->meaning.values->index;
}

static void table_columns(generator *g, lic_symbol *symbol)
{
    uint16_t number = symbol->table_number;
    bool reg = symbol->kind == LIC_SYMBOL_REGISTER;
    for (lic_symbol *c = symbol->members; c; c = c->next_member) {
        bool ignored = c->form == LIC_FORM_IGNORED && c->meaning.sort == LIC_SORT_IGNORED;
        if (c->is_tiers || c->is_shares) continue;
        if (c->is_key && reg) continue;
        uint16_t field = LIC_NONE16;
        if (!c->is_key && !ignored)
            field = lic_field_add(g, number, c->name, lic_image_type(g, &c->meaning),
                                  LIC_ROLE_COLUMN, reg);
        c->field_number = field;
        if (reg) continue;
        lic_column *column = column_add(g, number, c->name, lic_reader_of(g, c), field);
        column->is_key = c->is_key;
        column->unique = c->is_unique;
    }
}

static void store_cell(generator *g, uint8_t *row, const lic_node *cell, const lic_symbol *column,
                       uint32_t index)
{
    const lic_field *field = &g->image->fields[column->field_number];
    uint8_t *at = row + field->offset;
    if (cell->symbol && cell->symbol->kind == LIC_SYMBOL_GIVEN) {
        lic_patch_given(g, cell, field->table, index, column->field_number);
    } else if (field->type.kind == LIC_KIND_SET) {
        if (cell->meaning) memcpy(at, cell->meaning->set, 32);
    } else if (field->type.kind == LIC_KIND_TEXT) {
        char canonical[LIC_IDENTIFIER_TEXT];
        lic_slice text = cell->text;
        if (column->form == LIC_FORM_IDENTIFIER &&
            lic_identifier_canonical(column->meaning.unit, text, canonical) == LIC_IDENTIFIER_GOOD)
            text = lic_slice_text(canonical);
        at[0] = (uint8_t)text.size, at[1] = (uint8_t)(text.size >> 8);
        memcpy(at + 2, text.data, text.size);
    } else if (cell->meaning) {
        lic_store_fixed(g, row, field, cell->meaning->value);
    }
}

void lic_patch_given(generator *g, const lic_node *value, uint16_t table, uint32_t row,
                     uint16_t field)
{
    *LIC_PUT(g, patches) = (lic_patch){.table = table,
                                       .row = row,
                                       .offset = g->image->fields[field].offset,
                                       .parameter = value->symbol->image_index};
}

static lic_slice key_text(generator *g, const lic_node *key, const lic_symbol *column)
{
    char canonical[LIC_IDENTIFIER_TEXT], digits[LIC_DECIMAL_MAX], date[LIC_DATE_TEXT];
    if (column->form == LIC_FORM_IDENTIFIER &&
        lic_identifier_canonical(column->meaning.unit, key->text, canonical) == LIC_IDENTIFIER_GOOD)
        return lic_slice_text(lic_text(g->c, "%s", canonical));
    if (key->kind == LIC_NODE_TEXT) return key->text;
    if (key->kind == LIC_NODE_DATE) {
        lic_date_print((lic_date)key->number, date);
        return lic_slice_text(lic_text(g->c, "%s", date));
    }
    if (key->kind == LIC_NODE_NUMBER) {
        lic_decimal_print(key->number, 0, digits);
        return lic_slice_text(lic_text(g->c, "%s", digits));
    }
    return key->name;
}

static void table_rows(generator *g, lic_symbol *symbol)
{
    if (!symbol->rows) return;
    uint16_t number = symbol->table_number;
    uint8_t *rows = lic_static_rows(g, number, symbol->rows);
    uint32_t first = g->image->texts_count, index = 0;
    for (uint32_t i = 0; i < symbol->node->child_count; i++) {
        const lic_node *node = symbol->node->children[i];
        if (node->kind != LIC_NODE_ROW) continue;
        lic_slice key = key_text(g, node->children[0], symbol->key);
        *LIC_PUT(g, texts) = key;
        const lic_symbol *column = symbol->members->next_member;
        for (uint32_t k = 1; column && k < node->child_count; column = column->next_member, k++)
            store_cell(g, rows + (size_t)index * g->image->tables[number].fixed_size,
                       node->children[k], column, index);
        index++;
    }
    g->image->tables[number].first_key = first;
}

/* Who holds which value of a column that is unique: generate/unique.c. */
static void holders_of(generator *g, lic_symbol *reg)
{
    for (lic_symbol *c = reg->members; c; c = c->next_member) {
        if (c->is_key || !c->is_unique) continue;
        c->holders = lic_table_add(
            g, LIC_TABLE_KIND_REGISTER,
            lic_slice_text(lic_text(g->c, "%.*s.%.*s", LIC_S(reg->name), LIC_S(c->name))));
        lic_table *table = &g->image->tables[c->holders];
        table->max_rows = LIC_HOLDERS_MAX;
        table->anchor = g->image->tables[reg->table_number].anchor;
        key_of(table, c);
        lic_field_add(g, c->holders, lic_slice_text("holder"),
                      lic_type_of(LIC_KIND_ROW, (uint8_t)reg->table_number), LIC_ROLE_COLUMN, true);
        lic_field_add(g, c->holders, lic_slice_text("held"), lic_type_plain(LIC_KIND_COUNT),
                      LIC_ROLE_COLUMN, true);
    }
}

static void number_tables(generator *g)
{
    for (size_t i = 0; i < g->p->all.count; i++) {
        lic_symbol *symbol = g->p->all.items[i];
        if (symbol->kind != LIC_SYMBOL_SCHEDULE && symbol->kind != LIC_SYMBOL_REGISTER) continue;
        bool reg = symbol->kind == LIC_SYMBOL_REGISTER;
        symbol->table_number = lic_table_add(
            g, reg ? LIC_TABLE_KIND_REGISTER : LIC_TABLE_KIND_SCHEDULE, symbol->name);
        lic_table *table = &g->image->tables[symbol->table_number];
        table->max_rows = symbol->max_rows;
        uint16_t anchor = lic_text_number(g, symbol->node->anchor);
        g->image->tables[symbol->table_number].anchor = anchor;
    }
}

/* -- cells of the agreement ----------------------------------------------------------------------------------------- */

static uint16_t bound_of(generator *g, const lic_symbol *symbol, uint16_t flag)
{
    const lic_meaning *m = &symbol->meaning;
    if (!symbol->bounds.has_min && !symbol->bounds.has_max && symbol->kind == LIC_SYMBOL_COUNTER)
        return LIC_NONE16;
    lic_bound *bound = LIC_PUT(g, bounds);
    *bound = (lic_bound){.min = symbol->bounds.has_min ? symbol->bounds.min : m->low,
                         .max = symbol->bounds.has_max ? symbol->bounds.max : m->high,
                         .rule = symbol->rule,
                         .setter = symbol->setter ? (uint16_t)symbol->setter->index : LIC_NONE16,
                         .flag = flag};
    return (uint16_t)(g->image->bounds_count - 1);
}

/* The table of a cell's earlier values, and behind the cell the newest of them. */
static void history_of(generator *g, const lic_symbol *symbol)
{
    const lic_field field = g->image->fields[symbol->field_number];
    lic_slice name = lic_slice_text(lic_text(g->c, "%.*s.before", LIC_S(symbol->name)));
    lic_field_add(g, field.table, name, lic_type_plain(LIC_KIND_COUNT), LIC_ROLE_ENGINE, true);
    uint16_t table = lic_table_add(g, LIC_TABLE_KIND_HISTORY, name);
    g->image->tables[table].parent_span = symbol->field_number;
    g->image->tables[table].max_rows = 1u << 28;
    size_t count = 0;
    const lic_standard_column *columns = lic_history_columns(&count);
    for (size_t i = 0; i < count; i++)
        lic_field_add(g, table, lic_slice_text(columns[i].name),
                      lic_standard_type(g->image, &columns[i]), LIC_ROLE_ENGINE, true);
    lic_field_add(g, table, lic_slice_text("value"), field.type, LIC_ROLE_ENGINE, true);
}

static void cell_of(generator *g, lic_symbol *symbol)
{
    uint16_t table = !symbol->is_scoped ? LIC_TABLE_SELF
                     : symbol->scope    ? symbol->scope->table_number
                                        : LIC_TABLE_PARTIES;
    lic_type type = lic_image_type(g, &symbol->meaning);
    lic_role role = symbol->kind == LIC_SYMBOL_ACCOUNT   ? LIC_ROLE_ACCOUNT
                    : symbol->kind == LIC_SYMBOL_COUNTER ? LIC_ROLE_COUNTER
                    : symbol->kind == LIC_SYMBOL_FACT    ? LIC_ROLE_FACT
                                                         : LIC_ROLE_TALLY;
    symbol->field_number = lic_field_add(g, table, symbol->name, type, role, true);
    if (symbol->is_dated) history_of(g, symbol);
    if (symbol->kind == LIC_SYMBOL_FACT) {
        lic_slice name = lic_slice_text(lic_text(g->c, "%.*s.set_on", LIC_S(symbol->name)));
        uint16_t flag = lic_field_add(g, LIC_TABLE_SELF, name, lic_type_plain(LIC_KIND_DATE),
                                      LIC_ROLE_ENGINE, true);
        uint16_t bound = bound_of(g, symbol, flag);
        g->image->fields[symbol->field_number].bound = bound;
    }
    if (symbol->kind == LIC_SYMBOL_COUNTER) {
        uint16_t bound = bound_of(g, symbol, LIC_NONE16);
        g->image->fields[symbol->field_number].bound = bound;
    }
}

static void enumerations(generator *g)
{
    lic_enumeration states = {.first_text = g->image->texts_count,
                              .count = (uint16_t)g->p->states.count};
    for (size_t i = 0; i < g->p->states.count; i++)
        *LIC_PUT(g, texts) = g->p->states.items[i]->name;
    *LIC_PUT(g, enumerations) = states;
    for (lic_values *v = g->p->enumerations; v; v = v->next) {
        lic_enumeration enumeration = {.first_text = g->image->texts_count,
                                       .count = (uint16_t)v->count};
        for (uint32_t i = 0; i < v->count; i++) *LIC_PUT(g, texts) = v->words[i];
        *LIC_PUT(g, enumerations) = enumeration;
    }
}

void lic_generate_tables(generator *g)
{
    lic_symbol_list *all = &g->p->all;
    enumerations(g);
    standard_table(g, LIC_TABLE_KIND_SELF, "self");
    standard_table(g, LIC_TABLE_KIND_PARTIES, "parties");
    standard_table(g, LIC_TABLE_KIND_DUTIES, "duties");
    standard_table(g, LIC_TABLE_KIND_PAYMENTS, "payments");
    g->image->tables[LIC_TABLE_PARTIES].max_rows = (uint32_t)g->p->parties.count;
    g->image->tables[LIC_TABLE_DUTIES].max_rows = g->image->tables[LIC_TABLE_PAYMENTS].max_rows =
        1u << 28;
    number_tables(g);
    for (size_t i = 0; i < all->count; i++) {
        lic_symbol *symbol = all->items[i];
        if (symbol->kind != LIC_SYMBOL_SCHEDULE && symbol->kind != LIC_SYMBOL_REGISTER) continue;
        key_of(&g->image->tables[symbol->table_number], symbol->key);
        table_columns(g, symbol);
        for (lic_symbol *c = symbol->members; c; c = c->next_member) {
            if (c->is_tiers) tiers_column(g, c, symbol->table_number);
            if (c->is_shares) shares_column(g, c, symbol->table_number);
        }
    }
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->kind == LIC_SYMBOL_REGISTER) holders_of(g, all->items[i]);
    lic_generate_subjects(
        g); /* `next` dates and parameters come before the agreement's own cells */
    for (size_t i = 0; i < all->count; i++) {
        uint8_t kind = all->items[i]->kind;
        if (kind == LIC_SYMBOL_SCHEDULE) table_rows(g, all->items[i]);
        if (kind == LIC_SYMBOL_ACCOUNT || kind == LIC_SYMBOL_COUNTER || kind == LIC_SYMBOL_FACT ||
            kind == LIC_SYMBOL_TALLY)
            cell_of(g, all->items[i]);
    }
}
