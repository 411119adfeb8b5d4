/* types/type.c - what a type says (`exact GBP`, `in Works`, `marginal tiers of count, rate`), and constants
 * that are brought to a type. */
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

/* What the edges of tiers count, or what a price is for: pieces, years (tiers alone), or money. */
lic_meaning lic_unit_of(typer *t, const lic_node *unit, bool of_price)
{
    static const char *const words[] = {"count", "year"};
    lic_meaning m = lic_meaning_of(LIC_SORT_COUNT);
    bool code = unit->name.size && unit->name.data[0] >= 'A' && unit->name.data[0] <= 'Z';
    if (code) {
        m = lic_meaning_of(LIC_SORT_EXACT);
        m.currency = lic_currency_index(t, unit, unit->name);
        m.scale = t->s->unit_scale;
        return m;
    }
    if (lic_named(unit, words[0])) return m;
    if (lic_named(unit, words[1]) && !of_price) {
        m.width = LIC_WIDTH_YEAR;
        return m;
    }
    if (!unit->name.size) return lic_meaning_of(LIC_SORT_ERROR); /* a broken line */
    lic_diagnostic *d = lic_diag(t->c, "T01", unit->span, NULL, "`%.*s` is not a unit",
                                 LIC_S(unit->name));
    const char *near = lic_nearest(unit->name, words, of_price ? 1 : 2);
    lic_diag_help(t->c, d,
                  of_price ? "a price is per `count`, or per a currency such as `EUR`"
                           : "tiers are of `count`, of `year`, or of a currency such as `EUR`");
    lic_diag_fix(t->c, d, unit->span, "%s", near ? near : words[0]);
    return lic_meaning_of(LIC_SORT_ERROR);
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

const lic_node *lic_attribute(const lic_node *node, const char *name)
{
    for (uint32_t i = 0; i < node->child_count; i++)
        if (node->children[i]->kind == LIC_NODE_ATTRIBUTE && lic_named(node->children[i], name))
            return node->children[i];
    return NULL;
}

/* Exact values of terms and sums of lines have as many decimals as products need; what is read from texts, and
 * what has 64 bits, has fewer. */
static unsigned decimals_max(const lic_node *declaration)
{
    bool computed = declaration->kind == LIC_NODE_TALLY || declaration->kind == LIC_NODE_RECORD;
    return computed && lic_named(declaration->children[0], "exact") ? LIC_SCALE_MAX : 18;
}

/* Decimals of a rate, price or exact: `scale n`, `in bps`, `in units of 0.001`, or `otherwise`. */
static uint8_t scale_of(typer *t, const lic_node *declaration, unsigned otherwise)
{
    if (!declaration) return (uint8_t)otherwise;
    const lic_node *scale = lic_attribute(declaration, "scale"),
                   *units = lic_attribute(declaration, "in_units_of");
    lic_i128 value = otherwise;
    if (lic_attribute(declaration, "in_bps")) value = 4;
    if (units) value = units->scale;
    if (scale) value = scale->number;
    unsigned max = decimals_max(declaration);
    if (value > max) {
        lic_diag(t->c, "T03", scale ? scale->span : declaration->span, NULL,
                 "a value has at most %u decimals", max);
        value = max;
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
    const lic_node *range = lic_attribute(declaration, "from_to");
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
    symbol->unit = lic_unit_of(t, unit, false);
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
    if (symbol->kind == LIC_SYMBOL_SET) value = lic_child(symbol->node, 0);
    for (uint32_t i = 0; symbol->kind == LIC_SYMBOL_GRANT && i < symbol->node->child_count; i++)
        if (lic_named(symbol->node->children[i], "territory"))
            value = lic_child(symbol->node->children[i], 0);
    memset(set, 0, 32);
    if (!value) return false;
    bool was = t->constant_only;
    t->constant_only = true;
    bool within_itself = symbol->is_asked && !value->meaning;
    if (within_itself)
        lic_diag(t->c, "T02", symbol->span, NULL, "the territory of `%.*s` is that of itself",
                 LIC_S(symbol->name));
    bool asked = symbol->is_asked;
    symbol->is_asked = true;
    const lic_meaning *m = value->meaning  ? value->meaning
                           : within_itself ? lic_meaning_wrong(t, value)
                                           : lic_type_expression(t, value, NULL);
    symbol->is_asked = asked;
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
    name->symbol = of;
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
        lic_meaning unit = lic_unit_of(t, type->children[1], true);
        if (unit.sort == LIC_SORT_ERROR) return unit;
        m.sort = LIC_SORT_PRICE;
        m.scale = scale_of(t, declaration, t->s->unit_scale);
        if (lic_money_like(&unit)) m.unit = (uint8_t)(1 + unit.currency);
    }
    lic_range_sort(&m);
    return m;
}

lic_meaning lic_type_of_node(typer *t, lic_node *type, lic_symbol *symbol)
{
    lic_node *declaration = symbol ? symbol->node : NULL;
    lic_meaning m;
    uint8_t form = LIC_FORM_IGNORED;
    if (type->kind != LIC_NODE_TYPE) return lic_meaning_of(LIC_SORT_ERROR); /* a broken line */
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
        m.width = LIC_WIDTH_YEAR, m.low = 1, m.high = 9999, m.is_bounded = true;
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

bool lic_is_number(const lic_meaning *m)
{
    return lic_money_like(m) || m->sort == LIC_SORT_COUNT || m->sort == LIC_SORT_RATE ||
           m->sort == LIC_SORT_PRICE || m->sort == LIC_SORT_DATE;
}
