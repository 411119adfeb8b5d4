/* types/types.c - the type, constant value and range of every expression, and what its names mean. Money is
 * never an untyped number: a currency, a scale and a unit go with every value, and two that do not
 * agree are shown at both places (S1). A division is carried as a divisor to the rounding (S6). */
#include "analyse.h"

#include <licet/reference.h>
#include <string.h>

lic_meaning lic_meaning_of(lic_sort sort)
{
    lic_meaning m = {.sort = (uint8_t)sort, .divisor = 1};
    lic_range_sort(&m);
    return m;
}

bool lic_money_like(const lic_meaning *m)
{
    return m->sort == LIC_SORT_MONEY || m->sort == LIC_SORT_EXACT;
}
bool lic_is_wide(const lic_meaning *m)
{
    return lic_money_like(m);
}

lic_type lic_meaning_type(const lic_program *program, const lic_meaning *m)
{
    lic_type type = {0};
    static const uint8_t kinds[LIC_SORTS] = {
        [LIC_SORT_BOOL] = LIC_KIND_BOOL,           [LIC_SORT_COUNT] = LIC_KIND_COUNT,
        [LIC_SORT_DATE] = LIC_KIND_DATE,           [LIC_SORT_RATE] = LIC_KIND_RATE,
        [LIC_SORT_PRICE] = LIC_KIND_PRICE,         [LIC_SORT_ROW] = LIC_KIND_ROW,
        [LIC_SORT_PARTY] = LIC_KIND_ROW,           [LIC_SORT_ENUM] = LIC_KIND_ENUM,
        [LIC_SORT_TERRITORY] = LIC_KIND_TERRITORY, [LIC_SORT_TEXT] = LIC_KIND_TEXT,
        [LIC_SORT_HASH] = LIC_KIND_HASH,           [LIC_SORT_MONEY] = LIC_KIND_MONEY,
        [LIC_SORT_EXACT] = LIC_KIND_EXACT,         [LIC_SORT_SET] = LIC_KIND_SET,
        [LIC_SORT_STATE] = LIC_KIND_COUNT,         [LIC_SORT_TIERS] = LIC_KIND_SPAN,
        [LIC_SORT_SHARES] = LIC_KIND_SPAN,
    };
    type.kind = kinds[m->sort];
    if (type.kind == LIC_KIND_MONEY) type.scale = program->unit_scale;
    if (type.kind == LIC_KIND_EXACT || type.kind == LIC_KIND_RATE || type.kind == LIC_KIND_PRICE)
        type.scale = m->scale;
    if (lic_money_like(m) || type.kind == LIC_KIND_PRICE) type.currency = m->currency;
    if (type.kind == LIC_KIND_PRICE) type.aux = m->unit;
    if (type.kind == LIC_KIND_ENUM) type.aux = (uint8_t)m->values->index;
    if (type.kind == LIC_KIND_TEXT) type.aux = (uint8_t)((m->width + 2u + 7u) / 8u);
    if (m->sort == LIC_SORT_PARTY) type.aux = LIC_TABLE_PARTIES;
    return type; /* ROW and SPAN: code generation fills in the table number */
}

const char *lic_money_code(const lic_program *p, uint8_t currency)
{
    return lic_text(p->compilation, "%.*s", LIC_S(p->currencies[currency].code));
}

static const char *words_text(const lic_program *p, const lic_values *values)
{
    enum { SHOWN = 6 };
    const char *list = "";
    for (uint32_t i = 0; i < values->count && i < SHOWN; i++)
        list = lic_text(p->compilation, "%s%s%.*s", list, i ? ", " : "", LIC_S(values->words[i]));
    return lic_text(p->compilation, "one of (%s%s)", list, values->count > SHOWN ? " ..." : "");
}

const char *lic_meaning_text(const lic_program *p, const lic_meaning *m)
{
    static const char *const texts[LIC_SORTS] = {
        "an unknown value",
        "a condition",
        "a count",
        "a date",
        "a rate",
        "a price",
        "a row",
        "a party",
        "a word",
        "a territory",
        "a text",
        "a hash",
        "money",
        "an exact amount",
        "a territory set",
        "a list of words",
        "a duration",
        "a state",
        "a tier table",
        "shares",
        "an account",
        "an ignored column",
    };
    if (m->sort == LIC_SORT_MONEY || m->sort == LIC_SORT_EXACT)
        return lic_text(p->compilation, "%s%s",
                        m->sort == LIC_SORT_EXACT && !m->is_literal ? "exact " : "",
                        lic_money_code(p, m->currency));
    if (m->sort == LIC_SORT_PRICE)
        return lic_text(p->compilation, "%s per %s", lic_money_code(p, m->currency),
                        m->unit ? lic_money_code(p, (uint8_t)(m->unit - 1)) : "count");
    if (m->sort == LIC_SORT_COUNT && m->width == LIC_WIDTH_YEAR) return "a year";
    if (m->sort == LIC_SORT_ENUM && m->values) return words_text(p, m->values);
    if (m->sort == LIC_SORT_TEXT && m->unit) return lic_identifier_word(m->unit);
    if (m->sort == LIC_SORT_ROW && m->table)
        return lic_text(p->compilation, "a row of %.*s", LIC_S(m->table->name));
    return m->sort < LIC_SORTS ? texts[m->sort] : texts[0];
}

/* S11: a value that its declared ranges let leave its 64 or 128 bits. */
void lic_check_range(typer *t, const lic_node *node, lic_meaning *m)
{
    bool narrow = m->sort == LIC_SORT_COUNT || m->sort == LIC_SORT_RATE ||
                  m->sort == LIC_SORT_PRICE;
    bool out = narrow ? m->low < INT64_MIN || m->high > INT64_MAX
                      : lic_money_like(m) && (m->low == LIC_I128_MIN || m->high == LIC_I128_MAX);
    /* An action that overflows is refused and its actor told (a trap); a settlement must not be. */
    if (!out || (!m->is_constant && (t->kernel || t->has_caller))) return;
    lic_diagnostic *d = lic_diag(t->c, "S11", node->span,
                                 m->is_constant ? "beyond its range" : "can leave its range",
                                 "this value %s larger than %s holds",
                                 m->is_constant ? "is" : "can become", lic_meaning_text(t->s, m));
    if (!m->is_constant)
        lic_diag_help(t->c, d,
                      "give what it is computed from a bound, for instance `at most 1,000,000`, or "
                      "a smaller one");
    m->low = m->high = 0; /* said once */
}

/* -- results ------------------------------------------------------------------------------------ */

lic_meaning *lic_meaning_keep(typer *t, lic_node *node, lic_meaning m)
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

lic_meaning *lic_meaning_wrong(typer *t, lic_node *node)
{
    return lic_meaning_keep(t, node, lic_meaning_of(LIC_SORT_ERROR));
}

static lic_meaning *constant(typer *t, lic_node *node, lic_sort sort, lic_i128 value)
{
    lic_meaning m = lic_meaning_of(sort);
    m.is_constant = true;
    m.value = value;
    return lic_meaning_keep(t, node, m);
}

static bool is_error(const lic_meaning *m)
{
    return m->sort == LIC_SORT_ERROR;
}

/* -- names --------------------------------------------------------------------------------------- */

void lic_local_add(typer *t, lic_node *node, lic_slice name, const lic_meaning *meaning,
                   uint8_t kind)
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
        lic_diagnostic *d = lic_diag(t->c, "N02", symbol->span, "declared again",
                                     "`%.*s` is declared twice", LIC_S(name));
        lic_diag_place(t->c, d, first->span, "declared first as %s",
                       lic_symbol_kind_text(first->kind));
        lic_diag_help(t->c, d, "give one of them another name, for instance `%.*s2`", LIC_S(name));
    }
    lic_local_enter(t, symbol);
    node->symbol = symbol;
}

static lic_local **locals_like(const typer *t, lic_slice name)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < name.size; i++) hash = (hash ^ name.data[i]) * 16777619u;
    return &t->named[hash % LIC_LOCALS];
}

void lic_local_enter(typer *t, lic_symbol *symbol)
{
    lic_local *local = lic_new(t->c, sizeof *local), **chain = locals_like(t, symbol->name);
    *local = (lic_local){.symbol = symbol, .outer = t->locals, .alike = *chain};
    t->locals = *chain = local;
}

/* Names are left in the reverse of the order in which they were entered, so each is first in its chain. */
void lic_locals_leave(typer *t, lic_local *outer)
{
    for (; t->locals != outer; t->locals = t->locals->outer)
        *locals_like(t, t->locals->symbol->name) = t->locals->alike;
}

lic_symbol *lic_local_find(const typer *t, lic_slice name)
{
    for (lic_local *l = *locals_like(t, name); l; l = l->alike)
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
    for (lic_symbol *m = of ? of->members : NULL; m && count < LIC_COUNT(candidates);
         m = m->next_member)
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
    if (near && !lic_slice_is(node->name, near)) {
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
        lic_meaning_keep(t, node, m);
        return symbol;
    }
    lic_diagnostic *d = lic_diag(t->c, "N03", node->span, NULL, "`%.*s` is %s, not %s",
                                 LIC_S(node->name), lic_symbol_kind_text(symbol->kind),
                                 lic_symbol_kind_text(kind));
    lic_diag_place(t->c, d, symbol->span, "declared here");
    return NULL;
}

/* Lines are judged while they come in: by themselves, schedules and parameters alone. */
bool lic_refuse_judging(typer *t, const lic_node *node)
{
    if (!t->judging) return false;
    lic_diagnostic *d = lic_diag(
        t->c, "T02", node->span, "changes, or is not known while lines are judged",
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
        {"today", LIC_SORT_DATE, false},         {"caller", LIC_SORT_PARTY, false},
        {"state", LIC_SORT_STATE, true},         {"signed", LIC_SORT_COUNT, true},
        {"since", LIC_SORT_DATE, true},          {"wake", LIC_SORT_DATE, true},
        {"opening", LIC_SORT_ACCOUNT, true},     {"recouped", LIC_SORT_ACCOUNT, true},
        {"written_off", LIC_SORT_ACCOUNT, true}, {"paid", LIC_SORT_MONEY, true},
    };
    if (t->constant_only) return false;
    for (size_t i = 0; i < LIC_COUNT(words); i++) {
        bool here = !words[i].kernel || t->kernel || (lic_named(node, "paid") && t->paid_into);
        if (!lic_named(node, words[i].word) || !here) continue;
        bool known = lic_named(node, "caller") ? t->has_caller
                     : lic_named(node, "paid") ? t->paid_into != NULL
                                               : true;
        if (!known) return false;
        if (lic_refuse_judging(t, node)) {
            lic_meaning_wrong(t, node);
            return true;
        }
        lic_meaning m = lic_meaning_of((lic_sort)words[i].sort);
        m.scale = t->s->unit_scale;
        if (lic_named(node, "paid")) m.currency = t->paid_into->meaning.currency;
        lic_meaning_keep(t, node, m);
        return true;
    }
    return false;
}

static bool has_word(const lic_values *values, lic_slice word)
{
    for (uint32_t i = 0; i < values->count; i++)
        if (lic_slice_equal(values->words[i], word)) return true;
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
    lic_diagnostic *d = lic_diag(t->c, "N01", node->span, NULL, "`%.*s` is not one of the values",
                                 LIC_S(node->name));
    if (near) {
        lic_diag_help(t->c, d, "did you mean `%s`?", near);
        lic_diag_fix(t->c, d, node->span, "%s", near);
    }
    return lic_meaning_wrong(t, node);
}

static lic_meaning *scoped_alone(typer *t, lic_node *node, lic_symbol *symbol)
{
    lic_diagnostic *d = lic_diag(t->c, "T02", node->span, "which row?",
                                 "`%.*s` exists once for each %.*s", LIC_S(symbol->name),
                                 LIC_S(symbol->variable));
    lic_diag_place(t->c, d, symbol->span, "declared `for each %.*s`", LIC_S(symbol->variable));
    lic_diag_help(t->c, d, "say of which one, for instance `%.*s of %.*s`", LIC_S(symbol->name),
                  LIC_S(symbol->variable));
    return lic_meaning_wrong(t, node);
}

/* Reports, terms and the like are named by clauses; as a value they mean nothing. */
static lic_meaning *no_value(typer *t, lic_node *node, const lic_symbol *symbol)
{
    lic_diagnostic *d = lic_diag(t->c, "N03", node->span, "has no value of its own",
                                 "`%.*s` is %s, not a value", LIC_S(node->name),
                                 lic_symbol_kind_text(symbol->kind));
    lic_diag_place(t->c, d, symbol->span, "declared here");
    return lic_meaning_wrong(t, node);
}

bool lic_has_no_value(const lic_symbol *symbol)
{
    return symbol->kind == LIC_SYMBOL_REPORT || symbol->kind == LIC_SYMBOL_STATEMENT ||
           symbol->kind == LIC_SYMBOL_ACTION || symbol->kind == LIC_SYMBOL_DELIVERABLE ||
           symbol->kind == LIC_SYMBOL_TERM || symbol->kind == LIC_SYMBOL_SCHEDULE ||
           symbol->kind == LIC_SYMBOL_REGISTER;
}

static lic_meaning *type_symbol(typer *t, lic_node *node, lic_symbol *symbol)
{
    symbol->uses++;
    node->symbol = symbol;
    if (lic_has_no_value(symbol) && t->subject != node) return no_value(t, node, symbol);
    bool changes = symbol->kind == LIC_SYMBOL_ACCOUNT || symbol->kind == LIC_SYMBOL_COUNTER ||
                   symbol->kind == LIC_SYMBOL_FACT || symbol->kind == LIC_SYMBOL_TALLY;
    if (changes && lic_refuse_judging(t, node)) return lic_meaning_wrong(t, node);
    if (symbol->is_scoped && symbol->kind != LIC_SYMBOL_TERM) return scoped_alone(t, node, symbol);
    if (symbol->kind == LIC_SYMBOL_SET && symbol->meaning.sort == LIC_SORT_ERROR) {
        lic_node *value = lic_child(symbol->node, 0);
        if (value) symbol->meaning = *lic_type_expression(t, value, NULL);
    }
    if (symbol->kind == LIC_SYMBOL_GRANT) {
        lic_meaning m = lic_meaning_of(LIC_SORT_SET);
        m.is_constant = lic_symbol_territories(t, symbol, m.set);
        if (!m.is_constant) return lic_meaning_wrong(t, node); /* reported at the grant */
        return lic_meaning_keep(t, node, m);
    }
    if (t->constant_only && symbol->kind != LIC_SYMBOL_SET && symbol->kind != LIC_SYMBOL_PARTY &&
        symbol->kind != LIC_SYMBOL_GIVEN && symbol->kind != LIC_SYMBOL_TIERS &&
        symbol->kind != LIC_SYMBOL_SCHEDULE)
        lic_diag(t->c, "T02", node->span, "not known when the agreement is compiled",
                 "`%.*s` cannot stand here", LIC_S(symbol->name));
    return lic_meaning_keep(t, node, symbol->meaning);
}

static lic_meaning *line_value_alone(typer *t, lic_node *node, const lic_symbol *symbol)
{
    lic_diagnostic *d = lic_diag(t->c, "N01", node->span,
                                 "a value of each line; there are many lines here",
                                 "`%.*s` has no value here", LIC_S(symbol->name));
    lic_diag_place(t->c, d, symbol->span, "the line value");
    lic_diag_help(t->c, d, "add the lines up: `sum of %.*s`", LIC_S(symbol->name));
    lic_diag_fix(t->c, d, node->span, "sum of %.*s", LIC_S(symbol->name));
    return lic_meaning_wrong(t, node);
}

static lic_meaning *type_name(typer *t, lic_node *node, const lic_meaning *expected)
{
    lic_symbol *symbol = lic_local_find(t, node->name);
    if (!symbol && t->line_of) symbol = lic_symbol_member(t->line_of, node->name);
    if (symbol && symbol->is_line && !t->line_of) return line_value_alone(t, node, symbol);
    if (symbol) {
        symbol->uses++;
        node->symbol = symbol;
        return lic_meaning_keep(t, node, symbol->meaning);
    }
    if (expected && expected->sort == LIC_SORT_ENUM &&
        (has_word(expected->values, node->name) || !lic_symbol_find(t->s, node->name)))
        return enum_word(t, node, expected->values);
    if (expected && expected->sort == LIC_SORT_STATE &&
        (symbol = lic_state_find(t->s, node->name))) {
        node->symbol = symbol;
        return lic_meaning_keep(t, node, symbol->meaning);
    }
    if ((symbol = lic_symbol_find(t->s, node->name))) return type_symbol(t, node, symbol);
    if (engine_word(t, node)) return node->meaning;
    uint8_t territory;
    if (lic_territory_find(node->name, &territory))
        return constant(t, node, LIC_SORT_TERRITORY, territory);
    lic_report_unknown(t, node);
    return lic_meaning_wrong(t, node);
}

/* -- literals ------------------------------------------------------------------------------------- */

static lic_meaning *type_number(typer *t, lic_node *node)
{
    if (node->scale) {
        lic_diagnostic *d = lic_diag(t->c, "S1", node->span, "has no unit",
                                     "a decimal needs a unit");
        lic_diag_help(t->c, d,
                      "write a rate with `%%`, `bps` or a fraction, or money with its currency");
        return lic_meaning_wrong(t, node);
    }
    if (node->number > INT64_MAX) {
        lic_diag(t->c, "T03", node->span, NULL, "the number is beyond 64 bits");
        return lic_meaning_wrong(t, node);
    }
    return constant(t, node, LIC_SORT_COUNT, node->number);
}

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
        return lic_meaning_wrong(t, node);
    }
    if (!of) return lic_meaning_keep(t, node, m);
    lic_node *rate = lic_node_new(t->c, LIC_NODE_RATE, node->span);
    lic_meaning_keep(t, rate, m);
    lic_type_expression(t, of, NULL);
    return lic_type_product(t, node, rate, of);
}

static lic_meaning *type_amount(typer *t, lic_node *node)
{
    lic_meaning m = lic_meaning_of(LIC_SORT_EXACT);
    m.currency = lic_currency_index(t, node, node->name);
    m.scale = node->scale;
    m.is_constant = m.is_literal = true;
    m.value = node->number;
    return lic_meaning_keep(t, node, m);
}

static lic_meaning *type_duration(typer *t, lic_node *node)
{
    lic_meaning m = lic_meaning_of(LIC_SORT_DURATION);
    m.is_constant = true;
    /* a thousand years: from any day of a ledger forth and back, a day of the calendar is reached */
    lic_i128 most = lic_named(node, "years") ? 1000 : lic_named(node, "months") ? 12000 : 366000;
    if (node->number > most) {
        lic_diag(t->c, "T03", node->span, NULL, "a duration is at most 1,000 years");
        return lic_meaning_wrong(t, node);
    }
    if (lic_named(node, "business_days")) {
        lic_diagnostic *d = lic_diag(t->c, "S0", node->span, "counted in working days",
                                     "business days are known but not executed yet");
        lic_diag_help(t->c, d, "write plain days, for instance `%d days`",
                      (int)node->number * 7 / 5);
        lic_diag_fix(t->c, d, node->span, "%d days", (int)node->number * 7 / 5);
        return lic_meaning_wrong(t, node);
    }
    if (lic_named(node, "days")) m.value = node->number;
    if (lic_named(node, "months")) m.months = (int32_t)node->number;
    if (lic_named(node, "years")) m.months = (int32_t)node->number * 12;
    return lic_meaning_keep(t, node, m);
}

static lic_meaning *type_code(typer *t, lic_node *node, const lic_meaning *expected)
{
    uint8_t territory;
    lic_symbol *symbol = lic_symbol_find(t->s, node->name);
    if (symbol) return type_symbol(t, node, symbol);
    if (lic_territory_find(node->name, &territory))
        return constant(t, node, LIC_SORT_TERRITORY, territory);
    if (expected && expected->sort == LIC_SORT_ENUM) return enum_word(t, node, expected->values);
    lic_diagnostic *d = lic_diag(t->c, "N01", node->span, NULL, "`%.*s` is not a territory",
                                 LIC_S(node->name));
    lic_diag_note(
        t->c, d,
        "territories are ISO 3166-1 codes of two letters; library sets come with `use territory`");
    return lic_meaning_wrong(t, node);
}

/* -- sets ------------------------------------------------------------------------------------------- */

static void set_add(uint8_t set[32], lic_i128 n)
{
    set[n / 8] = (uint8_t)(set[n / 8] | 1u << (n % 8));
}

static lic_meaning *type_set(typer *t, lic_node *node, const lic_meaning *expected)
{
    lic_meaning m = lic_meaning_of(LIC_SORT_ERROR);
    m.is_constant = true;
    if (!node->child_count) {
        if (expected && expected->sort == LIC_SORT_SET) m.sort = LIC_SORT_SET;
        else if (!expected || expected->sort != LIC_SORT_ERROR)
            lic_diag(t->c, "T02", node->span, NULL, "there is nothing in this list");
        return lic_meaning_keep(t, node, m);
    }
    for (uint32_t i = 0; i < node->child_count; i++) {
        const lic_meaning *item = lic_type_expression(t, node->children[i], expected);
        if (is_error(item)) return lic_meaning_wrong(t, node);
        bool set = item->sort == LIC_SORT_SET || item->sort == LIC_SORT_TERRITORY;
        bool words = item->sort == LIC_SORT_ENUM || item->sort == LIC_SORT_PARTY ||
                     item->sort == LIC_SORT_STATE || node->children[i]->kind == LIC_NODE_TEXT;
        uint8_t sort = set ? LIC_SORT_SET : LIC_SORT_WORDS;
        bool fits = (set || words) && (!i || sort == m.sort);
        if (!fits || !item->is_constant) {
            lic_diagnostic *d = lic_diag(t->c, fits ? "T02" : "T01", node->children[i]->span, NULL,
                                         fits ? "what stands in a list is written out"
                                              : "%s cannot stand in this list",
                                         lic_meaning_text(t->s, item));
            if (fits) lic_diag_help(t->c, d, "compare with it by itself, by `=`");
            lic_diag_place(t->c, d, node->span, "a list of territories, values, parties or texts");
            return lic_meaning_wrong(t, node);
        }
        m.sort = sort;
        m.values = item->values;
        if (item->sort == LIC_SORT_TERRITORY) set_add(m.set, item->value);
        for (int k = 0; item->sort == LIC_SORT_SET && k < 32; k++) m.set[k] |= item->set[k];
    }
    return lic_meaning_keep(t, node, m);
}

static lic_meaning *type_world(typer *t, lic_node *node)
{
    lic_meaning m = lic_meaning_of(LIC_SORT_SET);
    m.is_constant = true;
    for (size_t i = 0; i < lic_territory_count(); i++) set_add(m.set, (lic_i128)i);
    return lic_meaning_keep(t, node, m);
}

/* -- the walk ------------------------------------------------------------------------------------------ */

static lic_meaning *type_date_call(typer *t, lic_node *node)
{
    if (lic_refuse_judging(t, node)) return lic_meaning_wrong(t, node);
    for (uint32_t i = 0; i < node->child_count; i++)
        if (lic_child(node, i)) lic_type_expression(t, node->children[i], NULL);
    return lic_meaning_keep(t, node, lic_meaning_of(LIC_SORT_BOOL));
}

static lic_meaning *type_report_state(typer *t, lic_node *node)
{
    lic_symbol *symbol = lic_symbol_find(t->s, node->name);
    if (!symbol || (symbol->kind != LIC_SYMBOL_REPORT && symbol->kind != LIC_SYMBOL_DELIVERABLE)) {
        (void)lic_bind(t, node, LIC_SYMBOL_REPORT); /* says what it is */
        return lic_meaning_wrong(t, node);
    }
    node->symbol = symbol;
    symbol->uses++;
    bool report = symbol->kind == LIC_SYMBOL_REPORT &&
                  (lic_slice_is(node->text, "filed") || lic_slice_is(node->text, "late"));
    if (!report) {
        lic_diag(t->c, "S0", node->span, NULL, "`%.*s %.*s` is known but not executed yet",
                 LIC_S(node->name), LIC_S(node->text));
        return lic_meaning_wrong(t, node);
    }
    return type_date_call(t, node);
}

static lic_meaning *type_rounded(typer *t, lic_node *node)
{
    const lic_meaning *inner = lic_type_expression(t, node->children[0], NULL);
    if (is_error(inner) || !lic_money_like(inner)) {
        if (!is_error(inner)) lic_diag(t->c, "S1", node->span, NULL, "only money is rounded");
        return lic_meaning_wrong(t, node);
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
    return lic_meaning_keep(t, node, m);
}

/* Functions of the kernel: result, kind of the name that the first argument is, sorts of the others. */
typedef struct call_rule {
    const char *name;
    uint8_t result;
    int subject;          /* lic_symbol_kind, or -1 */
    uint8_t arguments[2]; /* lic_sort; ERROR: none, or a key */
    uint8_t count;
} call_rule;

static bool call_fits(const lic_node *node, const call_rule *rule)
{
    if (node->child_count != rule->count) return false;
    uint32_t first = 0;
    if (rule->subject >= 0) {
        const lic_symbol *subject = node->children[0]->symbol;
        if (!subject || subject->kind != rule->subject) return false;
        if (subject->kind == LIC_SYMBOL_REGISTER && !subject->key) return false;
        first = 1;
    }
    for (uint32_t i = first; i < node->child_count; i++) {
        uint8_t wanted = rule->arguments[i - first];
        if (wanted != LIC_SORT_ERROR && node->children[i]->meaning->sort != wanted) return false;
        if (wanted == LIC_SORT_ERROR &&
            !lic_same_type(node->children[i]->meaning, &node->children[0]->symbol->key->meaning))
            return false;
    }
    return true;
}

/* `call as_of(Rate, date)`: what a fact or counter held; `set_as_of`: since which day. Its earlier values
 * are kept from now on. */
static lic_meaning *type_dated(typer *t, lic_node *node)
{
    lic_symbol *subject = node->child_count == 2 ? node->children[0]->symbol : NULL;
    const lic_node *place = lic_child(node, 0);
    bool kept = subject &&
                (subject->kind == LIC_SYMBOL_FACT || subject->kind == LIC_SYMBOL_COUNTER) &&
                (place->kind == LIC_NODE_NAME_REF || place->kind == LIC_NODE_OF);
    if (place && is_error(place->meaning)) return lic_meaning_wrong(t, node);
    if (!kept || node->children[1]->meaning->sort != LIC_SORT_DATE) {
        lic_diag(t->c, "T02", node->span, NULL, "`%.*s` takes a fact or counter, and a date",
                 LIC_S(node->name));
        return lic_meaning_wrong(t, node);
    }
    if (subject->meaning.sort == LIC_SORT_SET) {
        lic_diag(t->c, "S0", node->span, NULL,
                 "a set of territories that changes is known but not executed yet in closes");
        return lic_meaning_wrong(t, node);
    }
    subject->is_dated = true;
    return lic_meaning_keep(
        t, node, lic_named(node, "as_of") ? *place->meaning : lic_meaning_of(LIC_SORT_DATE));
}

static lic_meaning *type_call(typer *t, lic_node *node)
{
    static const call_rule rules[] = {
        {"oldest_due", LIC_SORT_DATE, -1, {0}, 0},
        {"period_start", LIC_SORT_DATE, -1, {LIC_SORT_COUNT, LIC_SORT_DATE}, 2},
        {"period_end", LIC_SORT_DATE, -1, {LIC_SORT_COUNT, LIC_SORT_DATE}, 2},
        {"year_of", LIC_SORT_COUNT, -1, {LIC_SORT_DATE}, 1},
        {"signed_by", LIC_SORT_BOOL, -1, {LIC_SORT_HASH}, 1},
        {"next", LIC_SORT_DATE, LIC_SYMBOL_REPORT, {0}, 1},
        {"notice", LIC_SORT_DATE, LIC_SYMBOL_ACTION, {0}, 1},
        {"set_on", LIC_SORT_DATE, LIC_SYMBOL_FACT, {0}, 1},
        {"ensure", LIC_SORT_ROW, LIC_SYMBOL_REGISTER, {LIC_SORT_ERROR}, 2},
        {"find", LIC_SORT_ROW, LIC_SYMBOL_REGISTER, {LIC_SORT_ERROR}, 2},
        {"has", LIC_SORT_BOOL, LIC_SYMBOL_REGISTER, {LIC_SORT_ERROR}, 2},
    };
    if (lic_refuse_judging(t, node)) return lic_meaning_wrong(t, node);
    for (uint32_t i = 0; i < node->child_count; i++) {
        t->subject = i == 0 ? node->children[0] : NULL;
        lic_type_expression(t, node->children[i], i == 2 ? node->children[1]->meaning : NULL);
    }
    t->subject = NULL;
    if (lic_named(node, "chosen") && node->child_count == 3 &&
        (node->children[0]->meaning->sort == LIC_SORT_BOOL || is_error(node->children[0]->meaning)))
        return lic_type_either(t, node, node->children[1], node->children[2]);
    if (lic_named(node, "as_of") || lic_named(node, "set_as_of")) return type_dated(t, node);
    for (size_t i = 0; i < LIC_COUNT(rules); i++) {
        if (!lic_named(node, rules[i].name)) continue;
        if (!call_fits(node, &rules[i])) {
            lic_diag(t->c, "T02", node->span, NULL, "`%s` has other arguments", rules[i].name);
            return lic_meaning_wrong(t, node);
        }
        lic_meaning m = lic_meaning_of((lic_sort)rules[i].result);
        if (m.sort == LIC_SORT_ROW) m.table = node->children[0]->symbol;
        if (lic_named(node, "year_of")) m.width = LIC_WIDTH_YEAR;
        return lic_meaning_keep(t, node, m);
    }
    lic_report_unknown(t, node);
    return lic_meaning_wrong(t, node);
}

/* Children that an expression of a kind has at least; broken lines can have fewer. */
static bool is_whole(const lic_node *node)
{
    uint32_t least = 0;
    switch (node->kind) {
    case LIC_NODE_BINARY:
    case LIC_NODE_OF:
    case LIC_NODE_THROUGH: least = 2; break;
    case LIC_NODE_FIELD:
    case LIC_NODE_NOT:
    case LIC_NODE_ROUNDED:
    case LIC_NODE_FOLD:
    case LIC_NODE_CHOOSE: least = 1; break;
    default: break;
    }
    for (uint32_t i = 0; i < least; i++)
        if (!lic_child(node, i)) return false;
    return true;
}

static lic_meaning *unexecuted(typer *t, lic_node *node, const char *what)
{
    lic_diag(t->c, "S0", node->span, NULL, "%s known but not executed yet", what);
    return lic_meaning_wrong(t, node);
}

lic_meaning *lic_type_expression(typer *t, lic_node *node, const lic_meaning *expected)
{
    if (++t->depth > 200) {
        t->depth--;
        if (!t->too_deep)
            lic_diag(t->c, "T03", node->span, NULL, "the expression is nested too deeply");
        t->too_deep = true;
        return lic_meaning_wrong(t, node);
    }
    lic_meaning *m;
    if (!is_whole(node)) {
        t->depth--;
        return lic_meaning_wrong(t, node);
    }
    switch (node->kind) {
    case LIC_NODE_NUMBER: m = type_number(t, node); break;
    case LIC_NODE_RATE: m = type_rate(t, node); break;
    case LIC_NODE_AMOUNT_OF: m = type_amount(t, node); break;
    case LIC_NODE_DATE: m = constant(t, node, LIC_SORT_DATE, node->number); break;
    case LIC_NODE_DURATION: m = type_duration(t, node); break;
    case LIC_NODE_TEXT: m = constant(t, node, LIC_SORT_TEXT, 0); break;
    case LIC_NODE_CODE: m = type_code(t, node, expected); break;
    case LIC_NODE_NAME_REF:
    case LIC_NODE_WORD: m = type_name(t, node, expected); break;
    case LIC_NODE_FIELD: m = lic_type_field(t, node); break;
    case LIC_NODE_OF: m = lic_type_row_value(t, node); break;
    case LIC_NODE_SET_OF: m = type_set(t, node, expected); break;
    case LIC_NODE_WORLD: m = type_world(t, node); break;
    case LIC_NODE_PERIOD: m = lic_meaning_wrong(t, node); break;
    case LIC_NODE_FOLD: m = lic_type_fold(t, node); break;
    case LIC_NODE_CHOOSE: m = lic_type_choose(t, node); break;
    case LIC_NODE_THROUGH: m = lic_type_through(t, node); break;
    case LIC_NODE_BINARY: m = lic_type_binary(t, node); break;
    case LIC_NODE_NOT: m = lic_type_logic(t, node); break;
    case LIC_NODE_OVERDUE: m = type_date_call(t, node); break;
    case LIC_NODE_REPORT_STATE: m = type_report_state(t, node); break;
    case LIC_NODE_BOUNDARY: m = lic_type_boundary(t, node); break;
    case LIC_NODE_LAST: m = unexecuted(t, node, "`last N periods` is"); break;
    case LIC_NODE_ROUNDED: m = type_rounded(t, node); break;
    case LIC_NODE_CALL: m = type_call(t, node); break;
    default: m = lic_meaning_wrong(t, node); break;
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
    lic_diagnostic *d = lic_diag(t->c, money ? "S1" : "T01", node->span, NULL,
                                 "%s is wanted here, not %s", what, lic_meaning_text(t->s, m));
    if (sort == LIC_SORT_EXACT && m->sort == LIC_SORT_COUNT && m->is_constant) {
        lic_diag_help(t->c, d, "give the number its currency");
        char digits[LIC_DECIMAL_MAX];
        lic_decimal_print(m->value, 0, digits);
        lic_diag_fix(t->c, d, node->span, "%s %s", lic_money_code(t->s, 0), digits);
    }
    return lic_meaning_wrong(t, node);
}
