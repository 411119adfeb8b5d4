/* types.c - the type, constant value and range of every expression, and what its names mean. Money is
 * never an untyped number: a currency, a scale and a unit go with every value, and two that do not
 * agree are shown at both places (S1). A division is carried as a divisor to the rounding (S6). */
#include "analyse.h"

#include <licet/reference.h>
#include <string.h>

enum { SCALE_MAX = 24 };

lic_meaning lic_meaning_of(lic_sort sort)
{
    lic_meaning m = {.sort = (uint8_t)sort, .divisor = 1};
    lic_range_sort(&m);
    return m;
}

bool lic_money_like(const lic_meaning *m) { return m->sort == LIC_SORT_MONEY || m->sort == LIC_SORT_EXACT; }
bool lic_is_wide(const lic_meaning *m) { return lic_money_like(m); }

static bool is_fraction(const lic_meaning *m) { return m->divisor != 1 || m->dynamic; }

lic_type lic_meaning_type(const lic_program *program, const lic_meaning *m)
{
    lic_type type = {0};
    static const uint8_t kinds[LIC_SORTS] = {
        [LIC_SORT_BOOL] = LIC_KIND_BOOL, [LIC_SORT_COUNT] = LIC_KIND_COUNT, [LIC_SORT_DATE] = LIC_KIND_DATE,
        [LIC_SORT_RATE] = LIC_KIND_RATE, [LIC_SORT_PRICE] = LIC_KIND_PRICE, [LIC_SORT_ROW] = LIC_KIND_ROW,
        [LIC_SORT_PARTY] = LIC_KIND_ROW, [LIC_SORT_ENUM] = LIC_KIND_ENUM, [LIC_SORT_TERRITORY] = LIC_KIND_TERRITORY,
        [LIC_SORT_TEXT] = LIC_KIND_TEXT, [LIC_SORT_HASH] = LIC_KIND_HASH, [LIC_SORT_MONEY] = LIC_KIND_MONEY,
        [LIC_SORT_EXACT] = LIC_KIND_EXACT, [LIC_SORT_SET] = LIC_KIND_SET, [LIC_SORT_STATE] = LIC_KIND_COUNT,
        [LIC_SORT_TIERS] = LIC_KIND_SPAN, [LIC_SORT_SHARES] = LIC_KIND_SPAN,
    };
    type.kind = kinds[m->sort];
    if (type.kind == LIC_KIND_MONEY) type.scale = program->unit_scale;
    if (type.kind == LIC_KIND_EXACT || type.kind == LIC_KIND_RATE || type.kind == LIC_KIND_PRICE) type.scale = m->scale;
    if (lic_money_like(m) || type.kind == LIC_KIND_PRICE) type.currency = m->currency;
    if (type.kind == LIC_KIND_PRICE) type.aux = m->unit;
    if (type.kind == LIC_KIND_ENUM) type.aux = (uint8_t)m->values->index;
    if (type.kind == LIC_KIND_TEXT) type.aux = (uint8_t)((m->width + 2u + 7u) / 8u);
    if (m->sort == LIC_SORT_PARTY) type.aux = LIC_TABLE_PARTIES;
    return type; /* ROW and SPAN: code generation fills in the table number */
}

static const char *code_text(const lic_program *p, uint8_t currency)
{
    return lic_text(p->compilation, "%.*s", LIC_S(p->currencies[currency].code));
}

const char *lic_meaning_text(const lic_program *p, const lic_meaning *m)
{
    static const char *const texts[LIC_SORTS] = {
        "an unknown value", "a condition", "a count", "a date", "a rate", "a price", "a row", "a party", "a word",
        "a territory", "a text", "a hash", "money", "an exact amount", "a territory set", "a list of words",
        "a duration", "a state", "a tier table", "shares", "an account", "an ignored column",
    };
    if (m->sort == LIC_SORT_MONEY || m->sort == LIC_SORT_EXACT)
        return lic_text(p->compilation, "%s%s", m->sort == LIC_SORT_EXACT && !m->is_literal ? "exact " : "",
                        code_text(p, m->currency));
    if (m->sort == LIC_SORT_PRICE)
        return lic_text(p->compilation, "%s per %s", code_text(p, m->currency),
                        m->unit ? code_text(p, (uint8_t)(m->unit - 1)) : "count");
    if (m->sort == LIC_SORT_ROW && m->table)
        return lic_text(p->compilation, "a row of %.*s", LIC_S(m->table->name));
    return m->sort < LIC_SORTS ? texts[m->sort] : texts[0];
}

/* S11: a value that its declared ranges let leave its 64 or 128 bits. */
void lic_check_range(typer *t, const lic_node *node, lic_meaning *m)
{
    bool narrow = m->sort == LIC_SORT_COUNT || m->sort == LIC_SORT_RATE || m->sort == LIC_SORT_PRICE;
    bool out = narrow ? m->low < INT64_MIN || m->high > INT64_MAX
                      : lic_money_like(m) && (m->low == LIC_I128_MIN || m->high == LIC_I128_MAX);
    /* An action that overflows is refused and its actor told (a trap); a settlement must not be. */
    if (!out || t->kernel || m->is_constant || t->has_caller) return;
    lic_diagnostic *d = lic_diag(t->c, "S11", node->span, "can leave its range", "this value can become larger than %s holds",
                                 lic_meaning_text(t->s, m));
    lic_diag_help(t->c, d, "give what it is computed from a bound, for instance `at most 1,000,000`, or a smaller one");
    m->low = m->high = 0; /* said once */
}

/* -- results ------------------------------------------------------------------------------------ */

static lic_meaning *result(typer *t, lic_node *node, lic_meaning m)
{
    lic_meaning *kept = lic_new(t->c, sizeof *kept);
    *kept = m;
    if (kept->divisor == 0) kept->divisor = 1;
    if (kept->is_constant) {
        kept->low = kept->high = kept->value;
        kept->is_bounded = true;
    }
    lic_check_range(t, node, kept);
    node->meaning = kept;
    return kept;
}

static lic_meaning *wrong(typer *t, lic_node *node) { return result(t, node, lic_meaning_of(LIC_SORT_ERROR)); }

static lic_meaning *constant(typer *t, lic_node *node, lic_sort sort, lic_i128 value)
{
    lic_meaning m = lic_meaning_of(sort);
    m.is_constant = true;
    m.value = value;
    return result(t, node, m);
}

static bool is_error(const lic_meaning *m) { return m->sort == LIC_SORT_ERROR; }

/* -- names --------------------------------------------------------------------------------------- */

void lic_local_add(typer *t, lic_node *node, lic_slice name, const lic_meaning *meaning, uint8_t kind)
{
    lic_symbol *symbol = lic_new(t->c, sizeof *symbol);
    symbol->kind = kind;
    symbol->name = name;
    symbol->node = node;
    symbol->span = node->name_span.size ? node->name_span : node->span;
    symbol->meaning = *meaning;
    lic_symbol *first = lic_local_find(t, name);
    if (!first) first = lic_symbol_find(t->s, name);
    if (first && first->kind != LIC_SYMBOL_STATE) {
        lic_diagnostic *d = lic_diag(t->c, "N02", symbol->span, "declared again", "`%.*s` is declared twice", LIC_S(name));
        lic_diag_place(t->c, d, first->span, "declared first as %s", lic_symbol_kind_text(first->kind));
        lic_diag_help(t->c, d, "give one of them another name, for instance `%.*s2`", LIC_S(name));
    }
    lic_local *local = lic_new(t->c, sizeof *local);
    local->symbol = symbol;
    local->outer = t->locals;
    t->locals = local;
    node->symbol = symbol;
}

lic_symbol *lic_local_find(const typer *t, lic_slice name)
{
    for (lic_local *l = t->locals; l; l = l->outer)
        if (lic_slice_equal(l->symbol->name, name)) return l->symbol;
    return NULL;
}

/* What can be named here, for "did you mean". */
static const char *nearest_name(typer *t, lic_slice name)
{
    const char *candidates[512];
    size_t count = 0;
    for (lic_local *l = t->locals; l && count < LIC_COUNT(candidates); l = l->outer)
        candidates[count++] = lic_text(t->c, "%.*s", LIC_S(l->symbol->name));
    lic_symbol *of = t->line_of ? t->line_of : t->report;
    for (lic_symbol *m = of ? of->members : NULL; m && count < LIC_COUNT(candidates); m = m->next_member)
        candidates[count++] = lic_text(t->c, "%.*s", LIC_S(m->name));
    for (size_t i = 0; i < t->s->all.count && count < LIC_COUNT(candidates); i++)
        candidates[count++] = lic_text(t->c, "%.*s", LIC_S(t->s->all.items[i]->name));
    return lic_nearest(name, candidates, count);
}

void lic_report_unknown(typer *t, const lic_node *node)
{
    if (!node->name.size) return; /* a broken line, already reported */
    lic_span at = node->name_span.size ? node->name_span : node->span;
    lic_diagnostic *d = lic_diag(t->c, "N01", at, NULL, "unknown name `%.*s`", LIC_S(node->name));
    if (t->report && !t->line_of && lic_symbol_member(t->report, node->name)) {
        lic_diag_label(t->c, d, "a column of a line; there are many lines here");
        lic_diag_place(t->c, d, lic_symbol_member(t->report, node->name)->span, "the column");
        lic_diag_help(t->c, d, "add the lines up: `sum of %.*s`", LIC_S(node->name));
        lic_diag_fix(t->c, d, at, "sum of %.*s", LIC_S(node->name));
        return;
    }
    lic_diag_label(t->c, d, "nothing of this name can be used here");
    const char *near = nearest_name(t, node->name);
    if (near) {
        lic_diag_help(t->c, d, "did you mean `%s`?", near);
        lic_diag_fix(t->c, d, at, "%s", near);
    }
}

lic_symbol *lic_bind(typer *t, lic_node *node, uint8_t kind)
{
    lic_symbol *symbol = lic_symbol_find(t->s, node->name);
    if (!symbol) {
        lic_report_unknown(t, node);
        return NULL;
    }
    symbol->uses++;
    node->symbol = symbol;
    if (symbol->kind == kind) {
        lic_meaning m = symbol->meaning;
        result(t, node, m);
        return symbol;
    }
    lic_diagnostic *d = lic_diag(t->c, "N03", node->span, NULL, "`%.*s` is %s, not %s", LIC_S(node->name),
                                 lic_symbol_kind_text(symbol->kind), lic_symbol_kind_text(kind));
    lic_diag_place(t->c, d, symbol->span, "declared here");
    return NULL;
}

/* Lines are judged while they come in: by themselves, schedules and parameters alone. */
bool lic_refuse_judging(typer *t, const lic_node *node)
{
    if (!t->judging) return false;
    lic_diagnostic *d = lic_diag(t->c, "T02", node->span, "changes, or is not known while lines are judged",
                                 "a report's values and conditions read columns, schedules and parameters alone");
    lic_diag_help(t->c, d, "test it in a term, for instance `lines where ...`");
    return true;
}

/* Words that the engine gives a meaning: today, and in kernel files its own fields. */
static bool engine_word(typer *t, lic_node *node)
{
    static const struct {
        const char *word;
        uint8_t sort;
        bool kernel;
    } words[] = {
        {"today", LIC_SORT_DATE, false}, {"caller", LIC_SORT_PARTY, false}, {"state", LIC_SORT_STATE, true},
        {"signed", LIC_SORT_COUNT, true}, {"since", LIC_SORT_DATE, true}, {"wake", LIC_SORT_DATE, true},
        {"opening", LIC_SORT_ACCOUNT, true}, {"recouped", LIC_SORT_ACCOUNT, true},
        {"written_off", LIC_SORT_ACCOUNT, true}, {"paid", LIC_SORT_MONEY, true},
    };
    if (t->constant_only) return false;
    for (size_t i = 0; i < LIC_COUNT(words); i++) {
        if (!lic_named(node, words[i].word) || (words[i].kernel && !t->kernel)) continue;
        bool known = lic_named(node, "caller") ? t->has_caller : lic_named(node, "paid") ? t->paid_into != NULL : true;
        if (!known) return false;
        if (lic_refuse_judging(t, node)) {
            wrong(t, node);
            return true;
        }
        lic_meaning m = lic_meaning_of((lic_sort)words[i].sort);
        m.scale = t->s->unit_scale;
        if (lic_named(node, "paid")) m.currency = t->paid_into->meaning.currency;
        result(t, node, m);
        return true;
    }
    return false;
}

static lic_meaning *enum_word(typer *t, lic_node *node, lic_values *values)
{
    for (uint32_t i = 0; i < values->count; i++) {
        if (!lic_slice_equal(values->words[i], node->name)) continue;
        lic_meaning *m = constant(t, node, LIC_SORT_ENUM, i);
        m->values = values;
        return m;
    }
    const char *candidates[256];
    size_t count = 0;
    for (uint32_t i = 0; i < values->count && count < LIC_COUNT(candidates); i++)
        candidates[count++] = lic_text(t->c, "%.*s", LIC_S(values->words[i]));
    const char *near = lic_nearest(node->name, candidates, count);
    lic_diagnostic *d = lic_diag(t->c, "N01", node->span, NULL, "`%.*s` is not one of the values", LIC_S(node->name));
    if (near) {
        lic_diag_help(t->c, d, "did you mean `%s`?", near);
        lic_diag_fix(t->c, d, node->span, "%s", near);
    }
    return wrong(t, node);
}

static lic_meaning *scoped_alone(typer *t, lic_node *node, lic_symbol *symbol)
{
    lic_diagnostic *d = lic_diag(t->c, "T02", node->span, "which row?", "`%.*s` exists once for each %.*s",
                                 LIC_S(symbol->name), LIC_S(symbol->variable));
    lic_diag_place(t->c, d, symbol->span, "declared `for each %.*s`", LIC_S(symbol->variable));
    lic_diag_help(t->c, d, "say of which one, for instance `%.*s of %.*s`", LIC_S(symbol->name), LIC_S(symbol->variable));
    return wrong(t, node);
}

static lic_meaning *type_symbol(typer *t, lic_node *node, lic_symbol *symbol)
{
    symbol->uses++;
    node->symbol = symbol;
    bool changes = symbol->kind == LIC_SYMBOL_ACCOUNT || symbol->kind == LIC_SYMBOL_COUNTER || symbol->kind == LIC_SYMBOL_FACT ||
                   symbol->kind == LIC_SYMBOL_TALLY;
    if (changes && lic_refuse_judging(t, node)) return wrong(t, node);
    if (symbol->is_scoped && symbol->kind != LIC_SYMBOL_TERM) return scoped_alone(t, node, symbol);
    if (symbol->kind == LIC_SYMBOL_CONSTANT && symbol->meaning.sort == LIC_SORT_ERROR) {
        lic_node *value = lic_child(symbol->node, 0);
        if (value) symbol->meaning = *lic_type_expression(t, value, NULL);
    }
    if (symbol->kind == LIC_SYMBOL_GRANT) {
        lic_meaning m = lic_meaning_of(LIC_SORT_SET);
        m.is_constant = lic_symbol_territories(t, symbol, m.set);
        return result(t, node, m);
    }
    if (t->constant_only && symbol->kind != LIC_SYMBOL_CONSTANT && symbol->kind != LIC_SYMBOL_PARTY &&
        symbol->kind != LIC_SYMBOL_GIVEN && symbol->kind != LIC_SYMBOL_TIERS && symbol->kind != LIC_SYMBOL_SCHEDULE)
        lic_diag(t->c, "T02", node->span, "not known when the agreement is compiled",
                 "`%.*s` cannot stand here", LIC_S(symbol->name));
    return result(t, node, symbol->meaning);
}

static lic_meaning *line_value_alone(typer *t, lic_node *node, const lic_symbol *symbol)
{
    lic_diagnostic *d = lic_diag(t->c, "N01", node->span, "a value of each line; there are many lines here",
                                 "`%.*s` has no value here", LIC_S(symbol->name));
    lic_diag_place(t->c, d, symbol->span, "the line value");
    lic_diag_help(t->c, d, "add the lines up: `sum of %.*s`", LIC_S(symbol->name));
    lic_diag_fix(t->c, d, node->span, "sum of %.*s", LIC_S(symbol->name));
    return wrong(t, node);
}

static lic_meaning *type_name(typer *t, lic_node *node, const lic_meaning *expected)
{
    lic_symbol *symbol = lic_local_find(t, node->name);
    if (!symbol && t->line_of) symbol = lic_symbol_member(t->line_of, node->name);
    if (symbol && symbol->is_line && !t->line_of) return line_value_alone(t, node, symbol);
    if (symbol) {
        symbol->uses++;
        node->symbol = symbol;
        return result(t, node, symbol->meaning);
    }
    if (expected && expected->sort == LIC_SORT_ENUM) return enum_word(t, node, expected->values);
    if (expected && expected->sort == LIC_SORT_STATE && (symbol = lic_state_find(t->s, node->name))) {
        node->symbol = symbol;
        return result(t, node, symbol->meaning);
    }
    if ((symbol = lic_symbol_find(t->s, node->name))) return type_symbol(t, node, symbol);
    if (engine_word(t, node)) return node->meaning;
    uint8_t territory;
    if (lic_territory_find(node->name, &territory)) return constant(t, node, LIC_SORT_TERRITORY, territory);
    lic_report_unknown(t, node);
    return wrong(t, node);
}

/* -- literals ------------------------------------------------------------------------------------- */

static lic_meaning *type_number(typer *t, lic_node *node)
{
    if (node->scale) {
        lic_diagnostic *d = lic_diag(t->c, "S1", node->span, "has no unit", "a decimal needs a unit");
        lic_diag_help(t->c, d, "write a rate with `%%`, `bps` or a fraction, or money with its currency");
        return wrong(t, node);
    }
    if (node->number > INT64_MAX) {
        lic_diag(t->c, "T03", node->span, NULL, "the number is beyond 64 bits");
        return wrong(t, node);
    }
    return constant(t, node, LIC_SORT_COUNT, node->number);
}

static lic_meaning *type_binary(typer *t, lic_node *node);
static lic_meaning *multiply(typer *t, lic_node *node, lic_node *left, lic_node *right);

lic_meaning lic_rate_meaning(const lic_node *node)
{
    lic_meaning m = lic_meaning_of(LIC_SORT_RATE);
    m.is_constant = m.is_literal = m.is_bounded = true;
    m.value = m.low = m.high = node->number;
    m.scale = node->scale;
    if (node->denominator > 0) m.divisor = node->denominator;
    return m;
}

static lic_meaning *type_rate(typer *t, lic_node *node)
{
    lic_node *of = lic_child(node, 0);
    lic_meaning m = lic_rate_meaning(node);
    if (m.value > INT64_MAX || m.divisor > INT64_MAX) {
        lic_diag(t->c, "T03", node->span, NULL, "the rate is beyond 64 bits");
        return wrong(t, node);
    }
    if (!of) return result(t, node, m);
    lic_node *rate = lic_node_new(t->c, LIC_NODE_RATE, node->span);
    result(t, rate, m);
    lic_type_expression(t, of, NULL);
    return multiply(t, node, rate, of);
}

static lic_meaning *type_amount(typer *t, lic_node *node)
{
    lic_meaning m = lic_meaning_of(LIC_SORT_EXACT);
    m.currency = lic_currency_index(t, node, node->name);
    m.scale = node->scale;
    m.is_constant = m.is_literal = true;
    m.value = node->number;
    return result(t, node, m);
}

static lic_meaning *type_duration(typer *t, lic_node *node)
{
    lic_meaning m = lic_meaning_of(LIC_SORT_DURATION);
    m.is_constant = true;
    if (node->number > 1000000) {
        lic_diag(t->c, "T03", node->span, NULL, "the duration is too long");
        return wrong(t, node);
    }
    if (lic_named(node, "business_days")) {
        lic_diagnostic *d = lic_diag(t->c, "S0", node->span, "counted in working days",
                                     "business days are known but not executed yet");
        lic_diag_help(t->c, d, "write plain days, for instance `%d days`", (int)node->number * 7 / 5);
        lic_diag_fix(t->c, d, node->span, "%d days", (int)node->number * 7 / 5);
        return wrong(t, node);
    }
    if (lic_named(node, "days")) m.value = node->number;
    if (lic_named(node, "months")) m.months = (int32_t)node->number;
    if (lic_named(node, "years")) m.months = (int32_t)node->number * 12;
    return result(t, node, m);
}

static lic_meaning *type_code(typer *t, lic_node *node, const lic_meaning *expected)
{
    uint8_t territory;
    lic_symbol *symbol = lic_symbol_find(t->s, node->name);
    if (symbol) return type_symbol(t, node, symbol);
    if (lic_territory_find(node->name, &territory)) return constant(t, node, LIC_SORT_TERRITORY, territory);
    if (expected && expected->sort == LIC_SORT_ENUM) return enum_word(t, node, expected->values);
    lic_diagnostic *d = lic_diag(t->c, "N01", node->span, NULL, "`%.*s` is not a territory", LIC_S(node->name));
    lic_diag_note(t->c, d, "territories are ISO 3166-1 codes of two letters; library sets come with `use territory`");
    return wrong(t, node);
}

/* -- sets ------------------------------------------------------------------------------------------- */

static void set_add(uint8_t set[32], lic_i128 n) { set[n / 8] = (uint8_t)(set[n / 8] | 1u << (n % 8)); }

static lic_meaning *type_set(typer *t, lic_node *node, const lic_meaning *expected)
{
    lic_meaning m = lic_meaning_of(LIC_SORT_ERROR);
    m.is_constant = true;
    for (uint32_t i = 0; i < node->child_count; i++) {
        const lic_meaning *item = lic_type_expression(t, node->children[i], expected);
        if (is_error(item)) return wrong(t, node);
        bool set = item->sort == LIC_SORT_SET || item->sort == LIC_SORT_TERRITORY;
        bool words = item->sort == LIC_SORT_ENUM || item->sort == LIC_SORT_PARTY || item->sort == LIC_SORT_STATE;
        uint8_t sort = set ? LIC_SORT_SET : LIC_SORT_WORDS;
        if ((!set && !words) || !item->is_constant || (i && sort != m.sort)) {
            lic_diagnostic *d = lic_diag(t->c, "T01", node->children[i]->span, NULL,
                                         "%s cannot stand in this list", lic_meaning_text(t->s, item));
            lic_diag_place(t->c, d, node->span, "a list of territories, values or parties");
            return wrong(t, node);
        }
        m.sort = sort;
        m.values = item->values;
        if (item->sort == LIC_SORT_TERRITORY) set_add(m.set, item->value);
        for (int k = 0; item->sort == LIC_SORT_SET && k < 32; k++)
            m.set[k] |= item->set[k];
    }
    return result(t, node, m);
}

static lic_meaning *type_world(typer *t, lic_node *node)
{
    lic_meaning m = lic_meaning_of(LIC_SORT_SET);
    m.is_constant = true;
    for (size_t i = 0; i < lic_territory_count(); i++)
        set_add(m.set, (lic_i128)i);
    return result(t, node, m);
}

/* -- agreement of two types ------------------------------------------------------------------------ */

bool lic_same_type(const lic_meaning *a, const lic_meaning *b)
{
    if (a->sort == LIC_SORT_ERROR || b->sort == LIC_SORT_ERROR) return true;
    if (lic_money_like(a) && lic_money_like(b)) return a->currency == b->currency;
    if (a->sort != b->sort) return false;
    if (a->sort == LIC_SORT_PRICE) return a->currency == b->currency && a->unit == b->unit;
    if (a->sort == LIC_SORT_ROW) return a->table == b->table;
    if (a->sort == LIC_SORT_ENUM) return a->values == b->values;
    return true;
}

static lic_meaning *disagree(typer *t, lic_node *node, lic_node *left, lic_node *right, const char *doing)
{
    const lic_meaning *a = left->meaning, *b = right->meaning;
    bool money = lic_money_like(a) || lic_money_like(b) || a->sort == LIC_SORT_PRICE || b->sort == LIC_SORT_PRICE ||
                 a->sort == LIC_SORT_RATE || b->sort == LIC_SORT_RATE;
    lic_diagnostic *d = lic_diag(t->c, money ? "S1" : "T01", left->span, NULL, "%s and %s cannot be %s",
                                 lic_meaning_text(t->s, a), lic_meaning_text(t->s, b), doing);
    lic_diag_label(t->c, d, "this is %s", lic_meaning_text(t->s, a));
    lic_diag_place(t->c, d, right->span, "this is %s", lic_meaning_text(t->s, b));
    if (lic_money_like(a) && b->sort == LIC_SORT_COUNT && b->is_constant) {
        lic_diag_help(t->c, d, "give the number its currency");
        lic_slice text = lic_expression_text(t->c, right);
        lic_diag_fix(t->c, d, right->span, "%s %.*s", code_text(t->s, a->currency), LIC_S(text));
    } else if (lic_money_like(a) && lic_money_like(b)) {
        lic_diag_help(t->c, d, "multiply one by a price between the two, for instance a column `rate %s per %s`",
                      code_text(t->s, a->currency), code_text(t->s, b->currency));
    }
    return wrong(t, node);
}

static bool too_fine(typer *t, lic_node *node, unsigned scale)
{
    if (scale <= SCALE_MAX) return false;
    lic_diag(t->c, "S6", node->span, NULL, "the exact value needs %u decimals, more than %d", scale, SCALE_MAX);
    return true;
}

/* The divisor that both sides have when they are added or compared. */
static bool join_divisors(typer *t, lic_node *node, lic_meaning *m, lic_meaning *a, lic_meaning *b)
{
    if (a->dynamic && b->dynamic && !lic_tree_equal(a->dynamic, b->dynamic)) {
        lic_diagnostic *d = lic_diag(t->c, "S6", node->span, NULL, "two different divisors meet before a rounding");
        lic_diag_place(t->c, d, a->dynamic->span, "one");
        lic_diag_place(t->c, d, b->dynamic->span, "the other");
        return false;
    }
    m->dynamic = a->dynamic ? a->dynamic : b->dynamic;
    m->divisor = a->divisor == b->divisor ? a->divisor : lic_saturated_mul(a->divisor, b->divisor);
    if (m->divisor > INT64_MAX) {
        lic_diag(t->c, "S6", node->span, NULL, "the common divisor is beyond 64 bits");
        return false;
    }
    lic_i128 up_a = m->divisor / a->divisor, up_b = m->divisor / b->divisor;
    if (m->dynamic && !a->dynamic) up_a = lic_saturated_mul(up_a, m->dynamic->meaning->high);
    if (m->dynamic && !b->dynamic) up_b = lic_saturated_mul(up_b, m->dynamic->meaning->high);
    a->low = lic_saturated_mul(a->low, up_a), a->high = lic_saturated_mul(a->high, up_a);
    b->low = lic_saturated_mul(b->low, up_b), b->high = lic_saturated_mul(b->high, up_b);
    if (a->is_constant) a->value = lic_saturated_mul(a->value, up_a);
    if (b->is_constant) b->value = lic_saturated_mul(b->value, up_b);
    if (m->dynamic && (!a->dynamic || !b->dynamic)) a->is_constant = false;
    return true;
}

/* Scale and sort of two amounts, rates or prices that are added, chosen from or compared; the ranges
 * and constants of the copies are brought to it. */
static lic_meaning aligned(const lic_program *p, lic_meaning *a, lic_meaning *b)
{
    lic_meaning m = *a;
    m.is_constant = m.is_literal = false;
    if (lic_money_like(a)) {
        unsigned unit = p->unit_scale;
        unsigned sa = a->scale, sb = b->scale;
        bool money_a = a->sort == LIC_SORT_MONEY || (a->is_literal && sa <= unit);
        bool money_b = b->sort == LIC_SORT_MONEY || (b->is_literal && sb <= unit);
        if (money_a && money_b && (a->sort == LIC_SORT_MONEY || b->sort == LIC_SORT_MONEY)) {
            m.sort = LIC_SORT_MONEY;
            m.scale = (uint8_t)unit;
        } else {
            m.sort = LIC_SORT_EXACT;
            m.scale = (uint8_t)(sa > sb ? sa : sb);
            m.is_literal = a->is_literal && b->is_literal;
        }
    } else if (a->sort == LIC_SORT_RATE || a->sort == LIC_SORT_PRICE) {
        m.scale = a->scale > b->scale ? a->scale : b->scale;
        m.is_literal = a->is_literal && b->is_literal;
    }
    lic_meaning *both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        both[i]->low = lic_rescale(both[i]->low, both[i]->scale, m.scale);
        both[i]->high = lic_rescale(both[i]->high, both[i]->scale, m.scale);
        if (both[i]->is_constant) both[i]->value = lic_rescale(both[i]->value, both[i]->scale, m.scale);
    }
    return m;
}

static lic_meaning *add_date(typer *t, lic_node *node, const lic_meaning *a, const lic_meaning *b, bool minus)
{
    if (minus && b->sort == LIC_SORT_DATE) {
        lic_meaning m = lic_meaning_of(LIC_SORT_COUNT);
        m.is_constant = a->is_constant && b->is_constant;
        m.value = a->value - b->value;
        lic_range_sub(&m, a, b);
        return result(t, node, m);
    }
    lic_meaning m = lic_meaning_of(LIC_SORT_DATE);
    if (a->is_constant && b->is_constant) {
        lic_date date = (lic_date)a->value;
        int64_t months = minus ? -(int64_t)b->months : b->months;
        lic_i128 days = minus ? -b->value : b->value;
        bool fits = lic_date_add_months(date, months, t->s->months_roll, &date);
        m.value = date + days;
        if (!fits || m.value < LIC_DATE_MIN || m.value > LIC_DATE_MAX) {
            lic_diag(t->c, "T03", node->span, NULL, "the date is beyond the calendar");
            return wrong(t, node);
        }
        m.is_constant = true;
    }
    return result(t, node, m);
}

static lic_meaning *add(typer *t, lic_node *node, lic_node *left, lic_node *right, bool minus)
{
    lic_meaning a = *left->meaning, b = *right->meaning, m;
    if (is_error(&a) || is_error(&b)) return wrong(t, node);
    if (a.sort == LIC_SORT_DATE &&
        (b.sort == LIC_SORT_DURATION || b.sort == LIC_SORT_COUNT || (minus && b.sort == LIC_SORT_DATE)))
        return add_date(t, node, &a, &b, minus);
    if (a.sort == LIC_SORT_DURATION && b.sort == LIC_SORT_DURATION) {
        m = a;
        m.value += minus ? -b.value : b.value;
        m.months += minus ? -b.months : b.months;
        return result(t, node, m);
    }
    if (a.sort == LIC_SORT_SET && b.sort == LIC_SORT_SET && !minus && a.is_constant && b.is_constant) {
        for (int i = 0; i < 32; i++)
            a.set[i] |= b.set[i];
        return result(t, node, a);
    }
    bool number = lic_money_like(&a) || a.sort == LIC_SORT_COUNT || a.sort == LIC_SORT_RATE || a.sort == LIC_SORT_PRICE;
    if (!number || !lic_same_type(&a, &b)) return disagree(t, node, left, right, minus ? "subtracted" : "added");
    m = aligned(t->s, &a, &b);
    if (!join_divisors(t, node, &m, &a, &b)) return wrong(t, node);
    if (minus) lic_range_sub(&m, &a, &b);
    else lic_range_add(&m, &a, &b);
    m.is_constant = a.is_constant && b.is_constant;
    if (m.is_constant) m.value = minus ? a.value - b.value : lic_saturated_add(a.value, b.value);
    return result(t, node, m);
}

static bool join_factors(typer *t, lic_node *node, lic_meaning *m, const lic_meaning *a, const lic_meaning *b)
{
    if (a->dynamic && b->dynamic) {
        lic_diag(t->c, "S6", node->span, NULL, "a product of two divided values has two divisors that are not constant");
        return false;
    }
    m->dynamic = a->dynamic ? a->dynamic : b->dynamic;
    m->divisor = lic_saturated_mul(a->divisor, b->divisor);
    if (m->divisor > INT64_MAX) {
        lic_diag(t->c, "S6", node->span, NULL, "the divisor is beyond 64 bits");
        return false;
    }
    return true;
}

static lic_meaning *multiply(typer *t, lic_node *node, lic_node *left, lic_node *right)
{
    lic_meaning a = *left->meaning, b = *right->meaning;
    if (is_error(&a) || is_error(&b)) return wrong(t, node);
    if (lic_money_like(&b) || (b.sort == LIC_SORT_PRICE && !lic_money_like(&a))) {
        lic_meaning swap = a;
        a = b;
        b = swap;
    }
    lic_meaning m = lic_meaning_of(LIC_SORT_ERROR);
    bool plain_b = b.sort == LIC_SORT_COUNT || b.sort == LIC_SORT_RATE;
    unsigned scale = (unsigned)a.scale * (a.sort != LIC_SORT_COUNT) + (unsigned)b.scale * (b.sort != LIC_SORT_COUNT);
    if (lic_money_like(&a) && plain_b) {
        m.sort = LIC_SORT_EXACT, m.currency = a.currency;
    } else if (lic_money_like(&a) && b.sort == LIC_SORT_PRICE && b.unit == a.currency + 1) {
        m.sort = LIC_SORT_EXACT, m.currency = b.currency;
    } else if (a.sort == LIC_SORT_PRICE && a.unit == 0 && b.sort == LIC_SORT_COUNT) {
        m.sort = LIC_SORT_EXACT, m.currency = a.currency;
    } else if (a.sort == LIC_SORT_PRICE && b.sort == LIC_SORT_RATE) {
        m.sort = LIC_SORT_PRICE, m.currency = a.currency, m.unit = a.unit;
    } else if (a.sort == LIC_SORT_COUNT && b.sort == LIC_SORT_COUNT) {
        m.sort = LIC_SORT_COUNT;
    } else if ((a.sort == LIC_SORT_RATE || a.sort == LIC_SORT_COUNT) && plain_b) {
        m.sort = LIC_SORT_RATE;
    } else {
        return disagree(t, node, left, right, "multiplied");
    }
    if (too_fine(t, node, scale) || !join_factors(t, node, &m, &a, &b)) return wrong(t, node);
    m.scale = (uint8_t)scale;
    lic_range_mul(&m, &a, &b);
    m.is_constant = a.is_constant && b.is_constant;
    m.is_literal = m.is_constant && (a.is_literal || b.is_literal);
    if (m.is_constant) m.value = lic_saturated_mul(a.value, b.value);
    return result(t, node, m);
}

static lic_meaning *divide(typer *t, lic_node *node, lic_node *left, lic_node *right)
{
    lic_meaning a = *left->meaning, b = *right->meaning;
    if (is_error(&a) || is_error(&b)) return wrong(t, node);
    bool number = lic_money_like(&a) || a.sort == LIC_SORT_COUNT || a.sort == LIC_SORT_RATE || a.sort == LIC_SORT_PRICE;
    if (!number || b.sort != LIC_SORT_COUNT || is_fraction(&b)) return disagree(t, node, left, right, "divided");
    a.is_constant = a.is_constant && b.is_constant;
    if (b.is_constant) {
        if (b.value <= 0) {
            lic_diag(t->c, "T03", right->span, NULL, "a divisor must be positive");
            return wrong(t, node);
        }
        a.divisor = lic_saturated_mul(a.divisor, b.value);
        if (a.divisor > INT64_MAX) {
            lic_diag(t->c, "S6", node->span, NULL, "the divisor is beyond 64 bits");
            return wrong(t, node);
        }
    } else if (a.dynamic) {
        lic_diagnostic *d = lic_diag(t->c, "S6", right->span, NULL, "a second divisor that is not constant");
        lic_diag_place(t->c, d, a.dynamic->span, "the first");
        return wrong(t, node);
    } else {
        a.dynamic = right;
    }
    return result(t, node, a);
}

/* -- comparisons ------------------------------------------------------------------------------------ */

/* A word, or a list of them, that only the other side of a comparison can explain. */
static bool is_open(const typer *t, const lic_node *node)
{
    if (node->kind == LIC_NODE_SET_OF) return node->child_count && is_open(t, node->children[0]);
    if (node->kind != LIC_NODE_NAME_REF && node->kind != LIC_NODE_CODE) return false;
    if (lic_local_find(t, node->name) || lic_symbol_find(t->s, node->name)) return false;
    if (t->line_of && lic_symbol_member(t->line_of, node->name)) return false;
    return !lic_named(node, "today") && !(t->kernel && lic_named(node, "state"));
}

static lic_meaning *refuse_fraction(typer *t, lic_node *node, lic_node *side)
{
    lic_diagnostic *d = lic_diag(t->c, "S6", side->span, "divided, not rounded yet",
                                 "a divided value cannot be compared or kept before it is rounded");
    lic_diag_help(t->c, d, "multiply the other side instead of dividing this one");
    return wrong(t, node);
}

static lic_meaning *compare(typer *t, lic_node *node, lic_node *left, lic_node *right)
{
    if (is_open(t, left) && !is_open(t, right))
        lic_type_expression(t, left, lic_type_expression(t, right, NULL));
    else
        lic_type_expression(t, right, lic_type_expression(t, left, NULL));
    lic_meaning a = *left->meaning, b = *right->meaning;
    if (is_error(&a) || is_error(&b)) return wrong(t, node);
    bool in = lic_named(node, "in");
    bool order = !in && !lic_named(node, "=");
    lic_meaning m = lic_meaning_of(LIC_SORT_BOOL);
    if (in) {
        bool fits = (a.sort == LIC_SORT_TERRITORY && b.sort == LIC_SORT_SET) ||
                    (b.sort == LIC_SORT_WORDS &&
                     (a.sort == LIC_SORT_ENUM || a.sort == LIC_SORT_PARTY || a.sort == LIC_SORT_STATE));
        return fits ? result(t, node, m) : disagree(t, node, left, right, "compared with `in`");
    }
    bool ordered = lic_money_like(&a) || a.sort == LIC_SORT_COUNT || a.sort == LIC_SORT_DATE || a.sort == LIC_SORT_RATE ||
                   a.sort == LIC_SORT_PRICE;
    bool equal = ordered || a.sort == LIC_SORT_ENUM || a.sort == LIC_SORT_TERRITORY || a.sort == LIC_SORT_ROW ||
                 a.sort == LIC_SORT_PARTY || a.sort == LIC_SORT_STATE || a.sort == LIC_SORT_TEXT ||
                 a.sort == LIC_SORT_HASH || a.sort == LIC_SORT_BOOL;
    if (!lic_same_type(&a, &b) || !equal || (order && !ordered)) return disagree(t, node, left, right, "compared");
    if (is_fraction(&a)) return refuse_fraction(t, node, left);
    if (is_fraction(&b)) return refuse_fraction(t, node, right);
    m.is_constant = a.is_constant && b.is_constant && ordered;
    if (m.is_constant) {
        aligned(t->s, &a, &b);
        m.value = lic_named(node, "=") ? a.value == b.value : lic_named(node, "<") ? a.value < b.value
                : lic_named(node, ">") ? a.value > b.value : lic_named(node, "<=") ? a.value <= b.value
                                                           : a.value >= b.value;
    }
    return result(t, node, m);
}

static lic_meaning *logic(typer *t, lic_node *node)
{
    lic_meaning m = lic_meaning_of(LIC_SORT_BOOL);
    for (uint32_t i = 0; i < node->child_count; i++)
        lic_type_as(t, node->children[i], LIC_SORT_BOOL, "a condition");
    return result(t, node, m);
}

static lic_meaning *except(typer *t, lic_node *node, lic_node *left, lic_node *right)
{
    lic_meaning a = *left->meaning, b = *right->meaning;
    if (is_error(&a) || is_error(&b)) return wrong(t, node);
    if (a.sort != LIC_SORT_SET || b.sort != LIC_SORT_SET || !a.is_constant || !b.is_constant)
        return disagree(t, node, left, right, "taken from one another: `except` is for territory sets");
    for (int i = 0; i < 32; i++)
        a.set[i] = (uint8_t)(a.set[i] & ~b.set[i]);
    return result(t, node, a);
}

static lic_meaning *type_binary(typer *t, lic_node *node)
{
    lic_node *left = node->children[0], *right = node->children[1];
    if (lic_named(node, "and") || lic_named(node, "or")) return logic(t, node);
    if (!lic_named(node, "+") && !lic_named(node, "-") && !lic_named(node, "*") && !lic_named(node, "/") &&
        !lic_named(node, "except") && !lic_named(node, "otherwise"))
        return compare(t, node, left, right);
    lic_type_expression(t, left, NULL);
    lic_type_expression(t, right, NULL);
    if (lic_named(node, "+")) return add(t, node, left, right, false);
    if (lic_named(node, "-")) return add(t, node, left, right, true);
    if (lic_named(node, "*")) return multiply(t, node, left, right);
    if (lic_named(node, "/")) return divide(t, node, left, right);
    if (lic_named(node, "except")) return except(t, node, left, right);
    lic_diag(t->c, "S0", node->span, NULL, "`otherwise` is known but not executed yet");
    return wrong(t, node);
}

static lic_meaning *type_choose(typer *t, lic_node *node)
{
    lic_meaning m = *lic_type_expression(t, node->children[0], NULL);
    bool greater = lic_named(node, "greater");
    for (uint32_t i = 1; i < node->child_count; i++) {
        lic_meaning b = *lic_type_expression(t, node->children[i], NULL), a = m;
        if (is_error(&a) || is_error(&b)) return wrong(t, node);
        bool ordered = lic_money_like(&a) || a.sort == LIC_SORT_COUNT || a.sort == LIC_SORT_DATE ||
                       a.sort == LIC_SORT_RATE || a.sort == LIC_SORT_PRICE;
        if (!ordered || !lic_same_type(&a, &b)) return disagree(t, node, node->children[0], node->children[i], "compared");
        if (is_fraction(&a)) return refuse_fraction(t, node, node->children[0]);
        if (is_fraction(&b)) return refuse_fraction(t, node, node->children[i]);
        m = aligned(t->s, &a, &b);
        m.low = greater == (a.low > b.low) ? a.low : b.low;
        m.high = greater == (a.high > b.high) ? a.high : b.high;
        m.is_bounded = a.is_bounded && b.is_bounded;
        m.is_constant = a.is_constant && b.is_constant;
        m.value = greater == (a.value > b.value) ? a.value : b.value;
    }
    return result(t, node, m);
}

/* -- the walk ------------------------------------------------------------------------------------------ */

static lic_meaning *type_date_call(typer *t, lic_node *node)
{
    if (lic_refuse_judging(t, node)) return wrong(t, node);
    for (uint32_t i = 0; i < node->child_count; i++)
        if (lic_child(node, i)) lic_type_expression(t, node->children[i], NULL);
    return result(t, node, lic_meaning_of(LIC_SORT_BOOL));
}

static lic_meaning *type_report_state(typer *t, lic_node *node)
{
    lic_symbol *symbol = lic_symbol_find(t->s, node->name);
    if (!symbol || (symbol->kind != LIC_SYMBOL_REPORT && symbol->kind != LIC_SYMBOL_DELIVERABLE)) {
        lic_report_unknown(t, node);
        return wrong(t, node);
    }
    node->symbol = symbol;
    symbol->uses++;
    bool report = symbol->kind == LIC_SYMBOL_REPORT && (lic_slice_is(node->text, "filed") || lic_slice_is(node->text, "late"));
    if (!report) {
        lic_diag(t->c, "S0", node->span, NULL, "`%.*s %.*s` is known but not executed yet", LIC_S(node->name), LIC_S(node->text));
        return wrong(t, node);
    }
    return type_date_call(t, node);
}

static lic_meaning *type_rounded(typer *t, lic_node *node)
{
    const lic_meaning *inner = lic_type_expression(t, node->children[0], NULL);
    if (is_error(inner) || !lic_money_like(inner)) {
        if (!is_error(inner)) lic_diag(t->c, "S1", node->span, NULL, "only money is rounded");
        return wrong(t, node);
    }
    lic_meaning m = lic_meaning_of(LIC_SORT_MONEY);
    m.currency = inner->currency;
    m.scale = t->s->unit_scale;
    lic_i128 shrink = inner->scale > m.scale ? lic_power_of_ten(inner->scale - m.scale) : 1;
    lic_i128 grow = inner->scale < m.scale ? lic_power_of_ten(m.scale - inner->scale) : 1;
    shrink = lic_saturated_mul(shrink, inner->divisor);
    lic_i128 slack = t->s->round_unit ? t->s->round_unit : 1;
    m.low = lic_saturated_add(lic_saturated_mul(inner->low, grow) / shrink, -slack);
    m.high = lic_saturated_add(lic_saturated_mul(inner->high, grow) / shrink, slack);
    m.is_bounded = inner->is_bounded;
    return result(t, node, m);
}

/* Functions of the kernel: result, kind of the name that the first argument is, sorts of the others. */
typedef struct call_rule {
    const char *name;
    uint8_t result;
    int subject;             /* lic_symbol_kind, or -1 */
    uint8_t arguments[2];    /* lic_sort; ERROR: none, or a key */
    uint8_t count;
} call_rule;

static bool call_fits(const lic_node *node, const call_rule *rule)
{
    if (node->child_count != rule->count) return false;
    uint32_t first = 0;
    if (rule->subject >= 0) {
        const lic_symbol *subject = node->children[0]->symbol;
        if (!subject || subject->kind != rule->subject) return false;
        first = 1;
    }
    for (uint32_t i = first; i < node->child_count; i++) {
        uint8_t wanted = rule->arguments[i - first];
        if (wanted != LIC_SORT_ERROR && node->children[i]->meaning->sort != wanted) return false;
        if (wanted == LIC_SORT_ERROR && !lic_same_type(node->children[i]->meaning, &node->children[0]->symbol->key->meaning)) return false;
    }
    return true;
}

static lic_meaning *type_call(typer *t, lic_node *node)
{
    static const call_rule rules[] = {
        {"oldest_due", LIC_SORT_DATE, -1, {0}, 0},
        {"period_start", LIC_SORT_DATE, -1, {LIC_SORT_COUNT, LIC_SORT_DATE}, 2},
        {"period_end", LIC_SORT_DATE, -1, {LIC_SORT_COUNT, LIC_SORT_DATE}, 2},
        {"year_of", LIC_SORT_COUNT, -1, {LIC_SORT_DATE}, 1},
        {"next", LIC_SORT_DATE, LIC_SYMBOL_REPORT, {0}, 1},
        {"notice", LIC_SORT_DATE, LIC_SYMBOL_ACTION, {0}, 1},
        {"set_on", LIC_SORT_DATE, LIC_SYMBOL_FACT, {0}, 1},
        {"ensure", LIC_SORT_ROW, LIC_SYMBOL_REGISTER, {LIC_SORT_ERROR}, 2},
        {"find", LIC_SORT_ROW, LIC_SYMBOL_REGISTER, {LIC_SORT_ERROR}, 2},
        {"has", LIC_SORT_BOOL, LIC_SYMBOL_REGISTER, {LIC_SORT_ERROR}, 2},
    };
    if (lic_refuse_judging(t, node)) return wrong(t, node);
    for (uint32_t i = 0; i < node->child_count; i++)
        lic_type_expression(t, node->children[i], NULL);
    for (size_t i = 0; i < LIC_COUNT(rules); i++) {
        if (!lic_named(node, rules[i].name)) continue;
        if (!call_fits(node, &rules[i])) {
            lic_diag(t->c, "T02", node->span, NULL, "`%s` has other arguments", rules[i].name);
            return wrong(t, node);
        }
        lic_meaning m = lic_meaning_of((lic_sort)rules[i].result);
        if (m.sort == LIC_SORT_ROW) m.table = node->children[0]->symbol;
        return result(t, node, m);
    }
    lic_report_unknown(t, node);
    return wrong(t, node);
}

/* Children that an expression of a kind has at least; broken lines can have fewer. */
static bool is_whole(const lic_node *node)
{
    uint32_t least = 0;
    switch (node->kind) {
    case LIC_NODE_BINARY: case LIC_NODE_OF: case LIC_NODE_THROUGH: least = 2; break;
    case LIC_NODE_FIELD: case LIC_NODE_NOT: case LIC_NODE_ROUNDED: case LIC_NODE_FOLD: case LIC_NODE_CHOOSE: least = 1; break;
    default: break;
    }
    for (uint32_t i = 0; i < least; i++)
        if (!lic_child(node, i)) return false;
    return true;
}

static lic_meaning *unexecuted(typer *t, lic_node *node, const char *what)
{
    lic_diag(t->c, "S0", node->span, NULL, "%s known but not executed yet", what);
    return wrong(t, node);
}

lic_meaning *lic_type_expression(typer *t, lic_node *node, const lic_meaning *expected)
{
    if (++t->depth > 200) {
        t->depth--;
        lic_diag(t->c, "T03", node->span, NULL, "the expression is nested too deeply");
        return wrong(t, node);
    }
    lic_meaning *m;
    if (!is_whole(node)) {
        t->depth--;
        return wrong(t, node);
    }
    switch (node->kind) {
    case LIC_NODE_NUMBER: m = type_number(t, node); break;
    case LIC_NODE_RATE: m = type_rate(t, node); break;
    case LIC_NODE_AMOUNT_OF: m = type_amount(t, node); break;
    case LIC_NODE_DATE: m = constant(t, node, LIC_SORT_DATE, node->number); break;
    case LIC_NODE_DURATION: m = type_duration(t, node); break;
    case LIC_NODE_TEXT: m = constant(t, node, LIC_SORT_TEXT, 0); break;
    case LIC_NODE_CODE: m = type_code(t, node, expected); break;
    case LIC_NODE_NAME_REF: case LIC_NODE_WORD: m = type_name(t, node, expected); break;
    case LIC_NODE_FIELD: m = lic_type_field(t, node); break;
    case LIC_NODE_OF: m = lic_type_row_value(t, node); break;
    case LIC_NODE_SET_OF: m = type_set(t, node, expected); break;
    case LIC_NODE_WORLD: m = type_world(t, node); break;
    case LIC_NODE_PERIOD: m = wrong(t, node); break;
    case LIC_NODE_FOLD: m = lic_type_fold(t, node); break;
    case LIC_NODE_CHOOSE: m = type_choose(t, node); break;
    case LIC_NODE_THROUGH: m = lic_type_through(t, node); break;
    case LIC_NODE_BINARY: m = type_binary(t, node); break;
    case LIC_NODE_NOT: m = logic(t, node); break;
    case LIC_NODE_OVERDUE: m = type_date_call(t, node); break;
    case LIC_NODE_REPORT_STATE: m = type_report_state(t, node); break;
    case LIC_NODE_BOUNDARY: m = unexecuted(t, node, "`completed` and `started` are"); break;
    case LIC_NODE_LAST: m = unexecuted(t, node, "`last N periods` is"); break;
    case LIC_NODE_ROUNDED: m = type_rounded(t, node); break;
    case LIC_NODE_CALL: m = type_call(t, node); break;
    default: m = wrong(t, node); break;
    }
    t->depth--;
    return m;
}

lic_meaning *lic_type_as(typer *t, lic_node *node, lic_sort sort, const char *what)
{
    lic_meaning *m = lic_type_expression(t, node, NULL);
    bool fits = m->sort == sort || (sort == LIC_SORT_EXACT && lic_money_like(m));
    if (fits || is_error(m)) return m;
    bool money = sort == LIC_SORT_EXACT || sort == LIC_SORT_MONEY || sort == LIC_SORT_RATE;
    lic_diagnostic *d = lic_diag(t->c, money ? "S1" : "T01", node->span, NULL, "%s is wanted here, not %s", what,
                                 lic_meaning_text(t->s, m));
    if (sort == LIC_SORT_EXACT && m->sort == LIC_SORT_COUNT && m->is_constant) {
        lic_diag_help(t->c, d, "give the number its currency");
        char digits[LIC_DECIMAL_MAX];
        lic_decimal_print(m->value, 0, digits);
        lic_diag_fix(t->c, d, node->span, "%s %s", code_text(t->s, 0), digits);
    }
    return wrong(t, node);
}
