/* types_decl.c - types, bounds and forms of what is declared: columns, parameters, accounts, counters,
 * facts, and the rows and tiers that stand in the file. */
#include "analyse.h"

#include <licet/reference.h>
#include <string.h>

/* -- constants of a type --------------------------------------------------------------------------- */

/* Brings a constant of the right sort to the unit of `type`. Reports, and returns false otherwise. */
bool lic_constant_as(typer *t, lic_node *node, const lic_meaning *type, lic_i128 *value)
{
    bool was = t->constant_only;
    t->constant_only = true;
    const lic_meaning *m = lic_type_expression(t, node, type);
    t->constant_only = was;
    *value = 0;
    if (m->sort == LIC_SORT_ERROR) return false;
    bool price = type->sort == LIC_SORT_PRICE && lic_money_like(m) && m->currency == type->currency;
    if (!price && !lic_same_type(m, type)) {
        lic_diagnostic *d = lic_diag(t->c, "S1", node->span, NULL, "%s is wanted here, not %s",
                                     lic_meaning_text(t->s, type), lic_meaning_text(t->s, m));
        if (lic_money_like(type) && m->sort == LIC_SORT_COUNT) {
            lic_diag_help(t->c, d, "give the number its currency");
            lic_diag_fix(t->c, d, node->span, "%.*s %lld",
                         LIC_S(t->s->currencies[type->currency].code), (long long)m->value);
        }
        return false;
    }
    if (!m->is_constant || m->divisor != 1) {
        lic_diag(t->c, "T02", node->span, NULL,
                 "this must be known when the agreement is compiled");
        return false;
    }
    bool scaled = lic_money_like(type) || type->sort == LIC_SORT_RATE ||
                  type->sort == LIC_SORT_PRICE;
    *value = m->value;
    if (!scaled) return true;
    *value = lic_rescale(m->value, m->scale, type->scale);
    for (unsigned i = type->scale; i < m->scale; i++) {
        if (*value % 10 != 0) {
            lic_diag(t->c, "T03", node->span, NULL, "the value has more than %u decimals",
                     type->scale);
            return false;
        }
        *value /= 10;
    }
    return true;
}

/* A unit is a word such as `count`, or a currency. */
static bool is_code(const lic_node *unit)
{
    return unit->name.size && unit->name.data[0] >= 'A' && unit->name.data[0] <= 'Z';
}

/* -- types ------------------------------------------------------------------------------------------ */

static lic_values *enumeration(typer *t, const lic_node *type, uint32_t from)
{
    uint32_t count = type->child_count - from;
    for (lic_values *v = t->s->enumerations; v; v = v->next) {
        bool equal = v->count == count;
        for (uint32_t i = 0; equal && i < count; i++)
            equal = lic_slice_equal(v->words[i], type->children[from + i]->name);
        if (equal) return v;
    }
    lic_values *v = lic_new(t->c, sizeof *v);
    v->words = lic_new(t->c, (count + 1) * sizeof *v->words);
    v->count = count;
    for (uint32_t i = 0; i < count; i++) {
        v->words[i] = type->children[from + i]->name;
        for (uint32_t k = 0; k < i; k++)
            if (lic_slice_equal(v->words[k], v->words[i]))
                lic_diag(t->c, "N02", type->children[from + i]->span, NULL,
                         "`%.*s` is listed twice", LIC_S(v->words[i]));
    }
    if (t->s->last_enumeration) t->s->last_enumeration->next = v;
    else t->s->enumerations = v;
    t->s->last_enumeration = v;
    v->index = 1 + t->s->enumeration_count++; /* 0 is the lifecycle's states */
    if (v->index > 200)
        lic_diag(t->c, "T03", type->span, NULL, "too many different lists of words");
    return v;
}

static const lic_node *attribute(const lic_node *node, const char *name)
{
    for (uint32_t i = 0; i < node->child_count; i++)
        if (node->children[i]->kind == LIC_NODE_ATTRIBUTE && lic_named(node->children[i], name))
            return node->children[i];
    return NULL;
}

/* Decimals of a rate, price or exact: `scale n`, `in bps`, `in units of 0.001`, or `otherwise`. */
static uint8_t scale_of(typer *t, const lic_node *declaration, unsigned otherwise)
{
    const lic_node *scale = declaration ? attribute(declaration, "scale") : NULL;
    const lic_node *units = declaration ? attribute(declaration, "in_units_of") : NULL;
    lic_i128 value = otherwise;
    if (declaration && attribute(declaration, "in_bps")) value = 4;
    if (units) value = units->scale;
    if (scale) value = scale->number;
    if (value > 18) {
        lic_diag(t->c, "T03", declaration->span, NULL, "a value has at most 18 decimals");
        value = 18;
    }
    return (uint8_t)value;
}

static lic_meaning type_row(typer *t, const lic_node *type)
{
    lic_meaning m = lic_meaning_of(LIC_SORT_ROW);
    lic_node *name = type->children[0];
    lic_symbol *symbol = lic_symbol_find(t->s, name->name);
    if (!symbol) {
        lic_report_unknown(t, name);
        return lic_meaning_of(LIC_SORT_ERROR);
    }
    symbol->uses++;
    name->symbol = symbol;
    if (symbol->kind != LIC_SYMBOL_SCHEDULE && symbol->kind != LIC_SYMBOL_REGISTER) {
        lic_diagnostic *d = lic_diag(t->c, "N03", name->span, NULL,
                                     "`%.*s` is %s, not a schedule or register", LIC_S(name->name),
                                     lic_symbol_kind_text(symbol->kind));
        lic_diag_place(t->c, d, symbol->span, "declared here");
        return lic_meaning_of(LIC_SORT_ERROR);
    }
    m.table = symbol;
    return m;
}

static void children_rule(typer *t, const lic_node *declaration, lic_symbol *symbol)
{
    const lic_node *range = attribute(declaration, "from_to");
    symbol->min_children = 1;
    symbol->max_children = symbol->is_tiers ? 16 : LIC_SPLIT_MAX;
    if (!range) return;
    lic_meaning count = lic_meaning_of(LIC_SORT_COUNT);
    lic_i128 low, high;
    if (!lic_constant_as(t, range->children[0], &count, &low) ||
        !lic_constant_as(t, range->children[1], &count, &high))
        return;
    if (low < 1 || high < low || high > LIC_SPLIT_MAX) {
        lic_diag(t->c, "T03", range->span, NULL, "a row has from 1 to %d tiers or shares",
                 LIC_SPLIT_MAX);
        return;
    }
    symbol->min_children = (uint32_t)low;
    symbol->max_children = (uint32_t)high;
}

static lic_meaning type_tiers(typer *t, lic_node *type, const lic_node *declaration,
                              lic_symbol *symbol)
{
    lic_node *unit = type->children[0], *value_type = type->children[1];
    lic_meaning m = lic_meaning_of(LIC_SORT_TIERS), value;
    if (!symbol || (symbol->kind != LIC_SYMBOL_COLUMN)) {
        lic_diag(t->c, "T02", type->span, NULL, "only a schedule's column holds tiers");
        return lic_meaning_of(LIC_SORT_ERROR);
    }
    symbol->is_tiers = true;
    symbol->whole = (type->flags & LIC_FLAG_WHOLE) != 0;
    symbol->unit = lic_meaning_of(LIC_SORT_COUNT);
    if (is_code(unit)) {
        symbol->unit = lic_meaning_of(LIC_SORT_EXACT);
        symbol->unit.currency = lic_currency_index(t, unit, unit->name);
        symbol->unit.scale = t->s->unit_scale;
    }
    value = lic_type_of_node(t, value_type, NULL);
    if (value.sort == LIC_SORT_RATE || value.sort == LIC_SORT_PRICE)
        value.scale = scale_of(t, declaration, value.scale);
    m.width = value.sort;
    m.currency = value.currency;
    m.scale = value.scale;
    m.unit = value.unit;
    m.low = value.low, m.high = value.high;
    m.table = symbol;
    if (type->child_count > 2) m.values = enumeration(t, type, 2);
    children_rule(t, declaration, symbol);
    return m;
}

static lic_meaning type_shares(typer *t, lic_node *type, const lic_node *declaration,
                               lic_symbol *symbol)
{
    lic_meaning m = lic_meaning_of(LIC_SORT_SHARES);
    if (!symbol || symbol->kind != LIC_SYMBOL_COLUMN) {
        lic_diag(t->c, "T02", type->span, NULL, "only a schedule's column holds shares");
        return lic_meaning_of(LIC_SORT_ERROR);
    }
    lic_meaning of = type_row(t, type);
    if (of.sort == LIC_SORT_ERROR) return of;
    symbol->is_shares = true;
    symbol->scope = of.table;
    m.table = symbol;
    m.scale = scale_of(t, declaration, 4);
    children_rule(t, declaration, symbol);
    return m;
}

bool lic_symbol_territories(typer *t, lic_symbol *symbol, uint8_t set[32])
{
    lic_node *value = NULL;
    if (symbol->kind == LIC_SYMBOL_CONSTANT) value = lic_child(symbol->node, 0);
    for (uint32_t i = 0; symbol->kind == LIC_SYMBOL_GRANT && i < symbol->node->child_count; i++)
        if (lic_named(symbol->node->children[i], "territory"))
            value = lic_child(symbol->node->children[i], 0);
    memset(set, 0, 32);
    if (!value) return false;
    bool was = t->constant_only;
    t->constant_only = true;
    const lic_meaning *m = value->meaning ? value->meaning : lic_type_expression(t, value, NULL);
    t->constant_only = was;
    if (m->sort != LIC_SORT_SET || !m->is_constant) return false;
    memcpy(set, m->set, 32);
    return true;
}

static lic_meaning type_territory_in(typer *t, lic_node *type, lic_symbol *symbol)
{
    lic_node *name = type->children[0];
    lic_symbol *of = lic_symbol_find(t->s, name->name);
    if (!of) {
        lic_report_unknown(t, name);
        return lic_meaning_of(LIC_SORT_ERROR);
    }
    of->uses++;
    uint8_t set[32];
    if (!lic_symbol_territories(t, of, set)) {
        lic_diagnostic *d = lic_diag(t->c, "N03", name->span, NULL, "`%.*s` names no territories",
                                     LIC_S(name->name));
        lic_diag_place(t->c, d, of->span, "this is %s", lic_symbol_kind_text(of->kind));
        return lic_meaning_of(LIC_SORT_ERROR);
    }
    if (symbol) {
        symbol->has_within = true;
        memcpy(symbol->within, set, 32);
    }
    return lic_meaning_of(LIC_SORT_TERRITORY);
}

static lic_meaning type_sized(typer *t, const lic_node *type, lic_sort sort, lic_i128 max)
{
    lic_meaning m = lic_meaning_of(sort);
    if (type->number < 1 || type->number > max) {
        lic_diag(t->c, "T03", type->span, NULL, "the size must lie between 1 and %d", (int)max);
        return lic_meaning_of(LIC_SORT_ERROR);
    }
    m.width = (uint16_t)type->number;
    return m;
}

static lic_meaning type_money(typer *t, const lic_node *type, lic_node *declaration)
{
    lic_meaning m = lic_meaning_of(LIC_SORT_MONEY);
    m.currency = lic_currency_index(t, type->children[0], type->children[0]->name);
    m.scale = t->s->unit_scale;
    if (lic_named(type, "exact"))
        m.sort = LIC_SORT_EXACT, m.scale = scale_of(t, declaration, t->s->unit_scale);
    if (lic_named(type, "price")) {
        lic_node *unit = type->children[1];
        m.sort = LIC_SORT_PRICE;
        m.scale = scale_of(t, declaration, t->s->unit_scale);
        if (is_code(unit)) m.unit = (uint8_t)(1 + lic_currency_index(t, unit, unit->name));
    }
    lic_range_sort(&m);
    return m;
}

lic_meaning lic_type_of_node(typer *t, lic_node *type, lic_symbol *symbol)
{
    lic_node *declaration = symbol ? symbol->node : NULL;
    lic_meaning m;
    uint8_t form = LIC_FORM_IGNORED;
    if (lic_named(type, "money") || lic_named(type, "exact") || lic_named(type, "price")) {
        m = type_money(t, type, declaration);
        form = m.sort == LIC_SORT_PRICE ? LIC_FORM_RATE : LIC_FORM_EXACT;
    } else if (lic_named(type, "rate")) {
        m = lic_meaning_of(LIC_SORT_RATE), form = LIC_FORM_RATE;
        m.scale = scale_of(t, declaration, 4);
    } else if (lic_named(type, "count")) {
        m = lic_meaning_of(LIC_SORT_COUNT), form = LIC_FORM_COUNT;
    } else if (lic_named(type, "date")) {
        m = lic_meaning_of(LIC_SORT_DATE), form = LIC_FORM_DATE;
    } else if (lic_named(type, "hash")) {
        m = lic_meaning_of(LIC_SORT_HASH), form = LIC_FORM_HASH;
    } else if (lic_named(type, "ignored")) {
        m = lic_meaning_of(LIC_SORT_IGNORED);
    } else if (lic_named(type, "text")) {
        m = type_sized(t, type, LIC_SORT_TEXT, 1000), form = LIC_FORM_TEXT;
    } else if (lic_named(type, "digits")) {
        m = type_sized(t, type, LIC_SORT_COUNT, 18), form = LIC_FORM_DIGITS;
        m.low = 0, m.high = lic_power_of_ten(m.width) - 1, m.is_bounded = true;
    } else if (lic_named(type, "in") || lic_named(type, "named")) {
        m = type_row(t, type), form = LIC_FORM_ROW;
    } else if (lic_named(type, "one_of")) {
        m = lic_meaning_of(LIC_SORT_ENUM), form = LIC_FORM_ENUM;
        m.values = enumeration(t, type, 0);
    } else if (lic_named(type, "territory")) {
        m = lic_meaning_of(LIC_SORT_TERRITORY), form = LIC_FORM_TERRITORY;
    } else if (lic_named(type, "territory_in")) {
        m = type_territory_in(t, type, symbol), form = LIC_FORM_TERRITORY;
    } else if (lic_named(type, "territory_set")) {
        m = lic_meaning_of(LIC_SORT_SET), form = LIC_FORM_SET;
    } else if (lic_named(type, "past") && lic_named(type->children[0], "year")) {
        m = lic_meaning_of(LIC_SORT_COUNT), form = LIC_FORM_COUNT;
        m.width = LIC_YEAR, m.low = 1, m.high = 9999, m.is_bounded = true;
    } else if (lic_named(type, "past")) { /* named by one of its days */
        m = lic_meaning_of(LIC_SORT_DATE), form = LIC_FORM_DATE;
        m.width = (uint16_t)lic_months_of(type->children[0]);
    } else if (lic_named(type, "identifier")) {
        m = lic_meaning_of(LIC_SORT_TEXT), form = LIC_FORM_IDENTIFIER;
        lic_slice word = type->text.size     ? type->text
                         : type->child_count ? type->children[0]->name
                                             : type->text;
        uint16_t kind = 0;
        if (lic_identifier_find(word, &kind)) {
            m.width = (uint16_t)lic_identifier_size(kind);
            m.unit = (uint8_t)kind;
        } else {
            lic_diag(t->c, "T01", type->span, NULL, "`%.*s` is not a type", LIC_S(word));
            m = lic_meaning_of(LIC_SORT_ERROR), form = LIC_FORM_IGNORED;
        }
    } else if (lic_named(type, "tiers")) {
        m = type_tiers(t, type, declaration, symbol);
    } else if (lic_named(type, "shares")) {
        m = type_shares(t, type, declaration, symbol);
    } else {
        lic_diag(t->c, "S0", type->span, NULL, "this type is known but not executed yet");
        m = lic_meaning_of(LIC_SORT_ERROR);
    }
    if (symbol) symbol->form = form;
    return m;
}

/* -- attributes --------------------------------------------------------------------------------------- */

static void narrow(lic_symbol *symbol)
{
    lic_meaning *m = &symbol->meaning;
    if (symbol->bounds.has_min || symbol->bounds.has_max) m->is_bounded = symbol->bounds.has_max;
    if (symbol->bounds.has_min) m->low = symbol->bounds.min;
    if (symbol->bounds.has_max) m->high = symbol->bounds.max;
}

bool lic_is_number(const lic_meaning *m)
{
    return lic_money_like(m) || m->sort == LIC_SORT_COUNT || m->sort == LIC_SORT_RATE ||
           m->sort == LIC_SORT_PRICE || m->sort == LIC_SORT_DATE;
}

static void bound_attribute(typer *t, lic_node *a, lic_symbol *symbol)
{
    lic_meaning type = symbol->meaning;
    if (type.sort == LIC_SORT_TIERS) {
        type.sort = (uint8_t)type.width;
        type.width = 0;
    }
    if (lic_named(a, "from_to") && (symbol->is_tiers || symbol->is_shares)) return;
    if (!lic_is_number(&type)) {
        if (type.sort != LIC_SORT_ERROR)
            lic_diag(t->c, "T02", a->span, NULL, "%s has no bounds", lic_meaning_text(t->s, &type));
        return;
    }
    if (lic_named(a, "at_most") && lic_constant_as(t, a->children[0], &type, &symbol->bounds.max)) {
        symbol->bounds.has_max = true;
        if (!symbol->bounds.has_min && type.sort != LIC_SORT_DATE)
            symbol->bounds.min = 0, symbol->bounds.has_min = true;
    }
    if (lic_named(a, "from_to") && lic_constant_as(t, a->children[0], &type, &symbol->bounds.min) &&
        lic_constant_as(t, a->children[1], &type, &symbol->bounds.max)) {
        symbol->bounds.has_min = symbol->bounds.has_max = true;
        if (symbol->bounds.min > symbol->bounds.max)
            lic_diag(t->c, "T03", a->span, NULL, "the lower bound is above the upper one");
    }
}

static void setter_attribute(typer *t, lic_node *a, lic_symbol *symbol)
{
    symbol->setter = lic_bind(t, a->children[0], LIC_SYMBOL_PARTY);
    if (lic_named(a, "set_once_by")) symbol->rule = 1;
}

static void type_attribute(typer *t, lic_node *a, lic_symbol *symbol)
{
    if (lic_named(a, "at_most") || lic_named(a, "from_to")) bound_attribute(t, a, symbol);
    if (lic_named(a, "in_bps")) symbol->bounds.integer_units = true, symbol->bounds.unit_scale = 4;
    if (lic_named(a, "in_units_of")) {
        symbol->bounds.integer_units = true;
        symbol->bounds.unit_scale = a->scale;
        if (a->number != 1) lic_diag(t->c, "T03", a->span, NULL, "a unit is 1 or 0.1, 0.01 ...");
        if (a->scale > symbol->meaning.scale && symbol->meaning.sort != LIC_SORT_ERROR)
            lic_diag(t->c, "T03", a->span, NULL,
                     "the unit is finer than the value, which has %u decimals",
                     symbol->meaning.scale);
    }
    if (lic_named(a, "empty_is")) {
        symbol->bounds.has_empty = true;
        symbol->bounds.empty = a->scale > symbol->meaning.scale
                                   ? -1
                                   : lic_rescale(a->number, a->scale, symbol->meaning.scale);
        if (symbol->bounds.empty < 0)
            lic_diag(t->c, "T03", a->span, NULL, "the value has too many decimals");
    }
    if (lic_named(a, "unique")) symbol->is_unique = true;
    if (lic_named(a, "never_falls")) symbol->rule = 2;
    if (lic_named(a, "set_by") || lic_named(a, "set_once_by")) setter_attribute(t, a, symbol);
    if (lic_named(a, "at_end")) {
        symbol->at_end = a;
        for (uint32_t i = 0; i < a->child_count; i++)
            if (a->children[i]->kind == LIC_NODE_NAME_REF)
                lic_bind(t, a->children[i], LIC_SYMBOL_PARTY);
    }
    if (lic_named(a, "resets_every")) symbol->resets = a;
    if (lic_named(a, "starts")) symbol->starts = a;
}

void lic_type_attributes(typer *t, lic_node *node, uint32_t from, lic_symbol *symbol)
{
    for (uint32_t i = from; i < node->child_count; i++)
        if (node->children[i]->kind == LIC_NODE_ATTRIBUTE)
            type_attribute(t, node->children[i], symbol);
    narrow(symbol);
}

/* -- schedules ------------------------------------------------------------------------------------------ */

static void column_defaults(lic_symbol *column)
{
    /* What a text can hold: never negative. */
    if (!column->bounds.has_min && lic_is_number(&column->meaning) &&
        column->meaning.sort != LIC_SORT_DATE) {
        column->bounds.min = 0;
        column->meaning.low = 0;
    }
    if (!column->bounds.has_max && lic_is_number(&column->meaning))
        column->bounds.max = column->meaning.high;
}

static void type_columns(typer *t, lic_symbol *owner)
{
    for (lic_symbol *c = owner->members; c; c = c->next_member) {
        if (c->kind != LIC_SYMBOL_COLUMN) continue;
        c->meaning = lic_type_of_node(t, c->node->children[0], c);
        lic_type_attributes(t, c->node, 1, c);
        column_defaults(c);
        bool report = owner->kind == LIC_SYMBOL_REPORT;
        if (report && (c->is_tiers || c->is_shares || c->is_key || c->meaning.sort == LIC_SORT_SET))
            lic_diag(t->c, "T02", c->node->span, NULL,
                     "a report's column cannot be a key, tiers, shares or a set");
        if (c->is_unique && !report &&
            (c->is_tiers || c->is_shares || c->meaning.sort == LIC_SORT_SET))
            lic_diag(t->c, "T02", c->node->span, NULL, "%s has no single value to be `unique`",
                     lic_meaning_text(t->s, &c->meaning));
        if (c->bounds.has_empty && !lic_is_number(&c->meaning))
            lic_diag(t->c, "T02", c->node->span, NULL, "`empty is` is for numbers");
    }
}

static void type_table(typer *t, lic_symbol *table)
{
    lic_node *rows = lic_child(table->node, 0);
    bool stated = rows && rows->kind != LIC_NODE_COLUMN && rows->kind != LIC_NODE_ROW;
    table->max_rows = table->rows;
    if (stated) {
        if (rows->number < 1 || rows->number > 16000000)
            lic_diag(t->c, "T03", rows->span, NULL, "a table has from 1 to 16,000,000 rows");
        else table->max_rows = (uint32_t)rows->number;
    } else if (!table->rows) {
        lic_diagnostic *d = lic_diag(t->c, "T02", table->span, NULL,
                                     "nothing says how many rows `%.*s` can have",
                                     LIC_S(table->name));
        lic_diag_help(t->c, d, "add a line `rows at most 1,000`");
        table->max_rows = 1;
    }
    if (table->rows > table->max_rows)
        lic_diag(t->c, "T03", table->span, NULL, "there are %u rows in the file", table->rows);
    if (!table->key || table->members != table->key) {
        lic_diagnostic *d = lic_diag(t->c, "T02", table->span, NULL,
                                     "the first column of `%.*s` must be its key",
                                     LIC_S(table->name));
        lic_diag_help(t->c, d, "begin with a line such as `key id text 12`");
    }
    lic_meaning row = lic_meaning_of(LIC_SORT_ROW);
    row.table = table;
    table->meaning = row;
}

/* -- tiers blocks -------------------------------------------------------------------------------------------- */

static void tier_unit(typer *t, lic_symbol *tiers, lic_node *unit)
{
    tiers->unit = lic_meaning_of(LIC_SORT_COUNT);
    if (!is_code(unit)) return;
    tiers->unit = lic_meaning_of(LIC_SORT_EXACT);
    tiers->unit.currency = lic_currency_index(t, unit, unit->name);
    tiers->unit.scale = t->s->unit_scale;
}

/* The common type of the values: rates at the finest scale, or money. */
static void tier_value(typer *t, lic_symbol *tiers, lic_node *value, bool first)
{
    const lic_meaning *m = lic_type_expression(t, value, NULL);
    if (m->sort == LIC_SORT_ERROR) return;
    bool fits = m->sort == LIC_SORT_RATE || lic_money_like(m) || m->sort == LIC_SORT_COUNT ||
                m->sort == LIC_SORT_PRICE;
    if (!fits || m->divisor != 1 ||
        (!m->is_constant && (!value->symbol || value->symbol->kind != LIC_SYMBOL_GIVEN))) {
        lic_diag(t->c, "T01", value->span, NULL,
                 "a tier's value must be a rate or money that is known when the agreement is made");
        return;
    }
    lic_meaning *v = &tiers->meaning;
    uint8_t sort = m->sort;
    if (lic_money_like(m)) sort = tiers->whole ? LIC_SORT_MONEY : LIC_SORT_PRICE;
    if (first) {
        v->width = sort;
        v->currency = m->currency;
        v->scale = m->scale;
        v->low = m->low, v->high = m->high;
        v->is_bounded = m->is_bounded;
    } else if (v->width != sort ||
               (sort != LIC_SORT_RATE && sort != LIC_SORT_COUNT && v->currency != m->currency)) {
        lic_diagnostic *d = lic_diag(t->c, "S1", value->span, NULL,
                                     "the values of one tier table are of one type, this is %s",
                                     lic_meaning_text(t->s, m));
        lic_diag_place(t->c, d, tiers->span, "the tiers");
        return;
    }
    unsigned scale = v->scale > m->scale ? v->scale : m->scale;
    lic_i128 low = lic_rescale(m->low, m->scale, scale),
             high = lic_rescale(m->high, m->scale, scale);
    v->low = lic_rescale(v->low, v->scale, scale), v->high = lic_rescale(v->high, v->scale, scale);
    if (low < v->low) v->low = low;
    if (high > v->high) v->high = high;
    v->scale = (uint8_t)scale;
}

static void type_tiers_block(typer *t, lic_symbol *tiers)
{
    lic_node *node = tiers->node;
    tiers->is_tiers = true;
    tiers->whole = (node->flags & LIC_FLAG_WHOLE) != 0;
    tiers->meaning = lic_meaning_of(LIC_SORT_TIERS);
    tiers->meaning.table = tiers;
    tiers->min_children = tiers->max_children = node->child_count - 1;
    tier_unit(t, tiers, node->children[0]);
    bool first = true;
    for (uint32_t i = 1; i < node->child_count; i++) {
        lic_node *edge = lic_child(node->children[i], 0), *value = lic_child(node->children[i], 1);
        lic_i128 unused;
        if (edge) (void)lic_constant_as(t, edge, &tiers->unit, &unused);
        if (!value) continue;
        tier_value(t, tiers, value, first);
        first = false;
    }
    if (tiers->meaning.width == LIC_SORT_MONEY) tiers->meaning.scale = t->s->unit_scale;
    for (uint32_t i = 1; i < node->child_count; i++) { /* a parameter fits its cell exactly */
        lic_node *value = lic_child(node->children[i], 1);
        bool given = value && value->meaning && value->symbol &&
                     value->symbol->kind == LIC_SYMBOL_GIVEN;
        if (!given || (value->meaning->sort == tiers->meaning.width &&
                       value->meaning->scale == tiers->meaning.scale))
            continue;
        lic_diagnostic *d = lic_diag(t->c, "S1", value->span, NULL,
                                     "`%.*s` is %s with %u decimals, the values here have %u",
                                     LIC_S(value->name), lic_meaning_text(t->s, value->meaning),
                                     value->meaning->scale, tiers->meaning.scale);
        lic_diag_place(t->c, d, value->symbol->span, "the parameter");
        lic_diag_help(t->c, d, "declare the parameter with the type of the tiers and `scale %u`",
                      tiers->meaning.scale);
    }
}

/* -- accounts, counters, facts, parameters ------------------------------------------------------------------------ */

static void type_scope(typer *t, lic_symbol *symbol, lic_node *each)
{
    lic_node *table = lic_child(each, 0);
    symbol->is_scoped = true;
    symbol->variable = each->name;
    if (!table || lic_named(table, "Parties")) return;
    symbol->scope = lic_symbol_find(t->s, table->name);
    if (!symbol->scope) {
        lic_report_unknown(t, table);
    } else if (symbol->scope->kind != LIC_SYMBOL_SCHEDULE &&
               symbol->scope->kind != LIC_SYMBOL_REGISTER) {
        lic_diag(t->c, "N03", table->span, NULL, "`%.*s` has no rows", LIC_S(table->name));
        symbol->scope = NULL;
    } else {
        symbol->scope->uses++;
        table->symbol = symbol->scope;
    }
}

static void wants_money(typer *t, lic_symbol *symbol)
{
    if (symbol->meaning.sort == LIC_SORT_MONEY || symbol->meaning.sort == LIC_SORT_ERROR) return;
    lic_diagnostic *d = lic_diag(t->c, "S1", symbol->node->span, NULL,
                                 "an account holds money, not %s",
                                 lic_meaning_text(t->s, &symbol->meaning));
    lic_diag_help(t->c, d, "write `account %.*s %.*s`, or declare a counter", LIC_S(symbol->name),
                  LIC_S(t->s->currencies[0].code));
}

static void type_declaration(typer *t, lic_symbol *symbol)
{
    lic_node *node = symbol->node, *each = lic_child(node, 1);
    symbol->meaning = lic_type_of_node(t, node->children[0], symbol);
    if (each && each->kind == LIC_NODE_FOR_EACH) type_scope(t, symbol, each);
    lic_type_attributes(t, node, 1, symbol);
    if (symbol->kind == LIC_SYMBOL_ACCOUNT) wants_money(t, symbol);
    if (symbol->kind == LIC_SYMBOL_FACT || symbol->kind == LIC_SYMBOL_GIVEN) {
        column_defaults(symbol);
        if (symbol->is_scoped)
            lic_diag(t->c, "S0", node->span, NULL,
                     "`for each` on a %s is known but not executed yet",
                     symbol->kind == LIC_SYMBOL_FACT ? "fact" : "parameter");
    }
    if (symbol->kind == LIC_SYMBOL_FACT && !symbol->setter) {
        lic_diagnostic *d = lic_diag(t->c, "T02", node->span, NULL,
                                     "nothing says who sets the fact `%.*s`", LIC_S(symbol->name));
        lic_diag_help(t->c, d, "add `, set by %.*s`",
                      LIC_S(t->s->parties.count ? t->s->parties.items[0]->name : symbol->name));
    }
    bool counts = symbol->kind == LIC_SYMBOL_COUNTER &&
                  (symbol->meaning.sort == LIC_SORT_TEXT || symbol->meaning.sort == LIC_SORT_ROW ||
                   symbol->meaning.sort == LIC_SORT_IGNORED ||
                   symbol->meaning.sort == LIC_SORT_SET);
    if (counts)
        lic_diag(t->c, "T01", node->span, NULL, "a counter cannot hold %s",
                 lic_meaning_text(t->s, &symbol->meaning));
}

static void type_starts(typer *t, lic_symbol *symbol)
{
    lic_local *outer = t->locals;
    if (symbol->is_scoped) {
        lic_node *each = lic_child(symbol->node, 1);
        lic_row_variable(t, each, symbol->variable, symbol->scope, true);
    }
    const lic_meaning *m = lic_type_expression(t, symbol->starts->children[0], &symbol->meaning);
    if (m->sort != LIC_SORT_ERROR && !lic_same_type(m, &symbol->meaning)) {
        lic_diagnostic *d = lic_diag(t->c, "S1", symbol->starts->span, NULL, "`starts` gives %s",
                                     lic_meaning_text(t->s, m));
        lic_diag_place(t->c, d, symbol->span, "this is %s",
                       lic_meaning_text(t->s, &symbol->meaning));
    }
    lic_locals_leave(t, outer);
}

lic_symbol *lic_row_variable(typer *t, lic_node *each, lic_slice name, lic_symbol *table,
                             bool is_scoped)
{
    lic_meaning m = lic_meaning_of(table || !is_scoped ? LIC_SORT_ROW : LIC_SORT_PARTY);
    m.table = table;
    m.is_party_scope = !table;
    lic_symbol *row = lic_new(t->c, sizeof *row);
    row->kind = LIC_SYMBOL_ROW_VARIABLE;
    row->name = name;
    row->node = each;
    row->span = each->span;
    row->meaning = m;
    lic_local_enter(t, row);
    each->symbol = row;
    return row;
}

static void type_term_dates(typer *t)
{
    lic_program *s = t->s;
    s->last = LIC_DATE_MAX;
    if (!s->term) {
        lic_diagnostic *d = lic_diag(t->c, "S9", s->file->name_span, NULL,
                                     "the header does not say how long the agreement runs");
        lic_diag_help(t->c, d, "add a line such as `term from 2026-01-01 to 2028-12-31`");
        return;
    }
    lic_meaning date = lic_meaning_of(LIC_SORT_DATE);
    lic_node *from = s->term->children[0], *to = s->term->children[1];
    lic_i128 value;
    s->from_signature = from->kind == LIC_NODE_NAME_REF && lic_named(from, "signature");
    if (!s->from_signature && lic_constant_as(t, from, &date, &value)) s->first = (lic_date)value;
    if (lic_constant_as(t, to, &date, &value)) s->last = (lic_date)value;
    if (!s->from_signature && s->first > s->last)
        lic_diag(t->c, "T03", s->term->span, NULL, "the term ends before it begins");
}

void lic_type_declarations(typer *t)
{
    lic_symbol_list *all = &t->s->all;
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->kind == LIC_SYMBOL_GIVEN) type_declaration(t, all->items[i]);
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->kind == LIC_SYMBOL_SCHEDULE ||
            all->items[i]->kind == LIC_SYMBOL_REGISTER)
            type_table(t, all->items[i]);
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->kind == LIC_SYMBOL_SCHEDULE ||
            all->items[i]->kind == LIC_SYMBOL_REGISTER)
            type_columns(t, all->items[i]);
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->kind == LIC_SYMBOL_SCHEDULE) lic_type_rows(t, all->items[i]);
    type_term_dates(t);
    for (size_t i = 0; i < all->count; i++) {
        uint8_t kind = all->items[i]->kind;
        if (kind == LIC_SYMBOL_TIERS) type_tiers_block(t, all->items[i]);
        if (kind == LIC_SYMBOL_ACCOUNT || kind == LIC_SYMBOL_COUNTER || kind == LIC_SYMBOL_FACT ||
            kind == LIC_SYMBOL_TALLY)
            type_declaration(t, all->items[i]);
    }
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->kind == LIC_SYMBOL_REPORT) type_columns(t, all->items[i]);
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->starts) type_starts(t, all->items[i]);
}
