/* types/ref.c - what `a.b`, `X of row`, folds and `through` mean. */
#include "analyse.h"

#include <string.h>

/* -- members ---------------------------------------------------------------------------------------- */

static lic_meaning *no_member(typer *t, lic_node *node, const char *of, const lic_symbol *owner)
{
    const char *candidates[128];
    size_t count = 0;
    for (lic_symbol *m = owner ? owner->members : NULL; m && count < LIC_COUNT(candidates);
         m = m->next_member)
        candidates[count++] = lic_text(t->c, "%.*s", LIC_S(m->name));
    lic_span at = node->name_span.size ? node->name_span : node->span;
    lic_diagnostic *d = lic_diag(t->c, "N01", at, NULL, "%s has no `%.*s`", of, LIC_S(node->name));
    if (owner) lic_diag_place(t->c, d, owner->span, "declared here");
    const char *near = lic_nearest(node->name, candidates, count);
    if (near) {
        lic_diag_help(t->c, d, "did you mean `%s`?", near);
        if (node->name_span.size) lic_diag_fix(t->c, d, at, "%s", near);
    }
    return lic_meaning_wrong(t, node);
}

static lic_meaning *period_field(typer *t, lic_node *node)
{
    if (!t->has_period) {
        lic_diagnostic *d = lic_diag(t->c, "T02", node->span, NULL, "there is no period here");
        lic_diag_note(t->c, d,
                      "reports, statements and `every` clauses have a period; signatures, facts "
                      "and actions have none");
        return lic_meaning_wrong(t, node);
    }
    if (lic_named(node, "start") || lic_named(node, "end"))
        return lic_meaning_keep(t, node, lic_meaning_of(LIC_SORT_DATE));
    lic_meaning m = lic_meaning_of(LIC_SORT_COUNT);
    m.is_bounded = true;
    if (lic_named(node, "year")) {
        m.width = LIC_WIDTH_YEAR, m.low = 1, m.high = 9999;
        return lic_meaning_keep(t, node, m);
    }
    if (lic_named(node, "fraction")) {
        m.low = 0, m.high = 366;
        lic_meaning *kept = lic_meaning_keep(t, node, m);
        kept->dynamic = node;
        return kept;
    }
    return no_member(t, node, "a period", NULL);
}

static lic_meaning *term_dates_field(typer *t, lic_node *node)
{
    if (lic_refuse_judging(t, node)) return lic_meaning_wrong(t, node);
    lic_meaning m = lic_meaning_of(LIC_SORT_DATE);
    if (lic_named(node, "start")) {
        m.is_constant = !t->s->from_signature && t->s->first != 0;
        m.value = t->s->first;
    } else if (!lic_named(node, "end")) {
        return no_member(t, node, "the term", NULL);
    }
    m.is_constant = false; /* the engine keeps both: the term may begin late and end early */
    return lic_meaning_keep(t, node, m);
}

/* `members`: where what is read is noted, by year or by row. */
static lic_meaning *result_of(typer *t, lic_node *node, lic_symbol *term, uint32_t *noted)
{
    static const struct {
        const char *name;
        uint32_t bit;
    } members[] = {{"earned", LIC_MEMBER_EARNED},
                   {"topup", LIC_MEMBER_TOPUP},
                   {"recouped", LIC_MEMBER_RECOUPED},
                   {"net", LIC_MEMBER_NET}};
    node->symbol = term;
    term->uses++;
    lic_meaning m = lic_meaning_of(LIC_SORT_MONEY);
    m.currency = term->meaning.sort == LIC_SORT_ERROR ? 0 : term->meaning.currency;
    m.scale = t->s->unit_scale;
    for (size_t i = 0; i < LIC_COUNT(members); i++) {
        if (!lic_named(node, members[i].name)) continue;
        *noted |= members[i].bit;
        return lic_meaning_keep(t, node, m);
    }
    return no_member(t, node, "a money term", NULL);
}

static lic_meaning *money_term_field(typer *t, lic_node *node, lic_symbol *term)
{
    if (lic_refuse_judging(t, node)) return lic_meaning_wrong(t, node);
    if (!lic_named(node, "open") && !lic_named(node, "paid"))
        return result_of(t, node, term, &term->year_members);
    node->symbol = term;
    term->uses++;
    term->reads_open = true;
    lic_meaning m = lic_meaning_of(LIC_SORT_MONEY);
    m.currency = term->meaning.sort == LIC_SORT_ERROR ? 0 : term->meaning.currency;
    m.scale = t->s->unit_scale;
    return lic_meaning_keep(t, node, m);
}

static lic_symbol *dotted(typer *t, const lic_node *base, const lic_node *node)
{
    if (base->kind != LIC_NODE_NAME_REF) return NULL;
    char *name = lic_text(t->c, "%.*s.%.*s", LIC_S(base->name), LIC_S(node->name));
    return lic_symbol_find(t->s, lic_slice_text(name));
}

/* `Patents.expires`: the column over all rows, inside a fold. */
static lic_meaning *column_of_all(typer *t, lic_node *node, lic_symbol *schedule)
{
    lic_symbol *column = lic_symbol_member(schedule, node->name);
    if (!column) return no_member(t, node, lic_symbol_kind_text(schedule->kind), schedule);
    if (!t->in_fold) {
        lic_diagnostic *d = lic_diag(t->c, "T02", node->span, NULL,
                                     "`%.*s` has one value in each row of %.*s", LIC_S(node->name),
                                     LIC_S(schedule->name));
        lic_diag_help(t->c, d, "fold it: `sum of`, `latest of`, `earliest of` or `all of`");
        return lic_meaning_wrong(t, node);
    }
    node->symbol = column;
    schedule->uses++;
    column->uses++;
    return lic_meaning_keep(t, node, column->meaning);
}

lic_meaning *lic_type_field(typer *t, lic_node *node)
{
    lic_node *base = node->children[0];
    lic_symbol *symbol = dotted(t, base, node);
    if (symbol) {
        node->symbol = symbol;
        symbol->uses++;
        return lic_meaning_keep(t, node, symbol->meaning);
    }
    bool bare = base->kind == LIC_NODE_NAME_REF && !lic_local_find(t, base->name);
    if (bare && lic_named(base, "period")) return period_field(t, node);
    if (bare && lic_named(base, "term")) return term_dates_field(t, node);
    if (bare && (symbol = lic_symbol_find(t->s, base->name))) {
        base->symbol = symbol;
        if (symbol->kind == LIC_SYMBOL_TERM) return money_term_field(t, node, symbol);
        if (symbol->kind == LIC_SYMBOL_SCHEDULE) return column_of_all(t, node, symbol);
    }
    const lic_meaning *row = lic_type_expression(t, base, NULL);
    if (row->sort == LIC_SORT_ERROR) return lic_meaning_wrong(t, node);
    if (row->sort == LIC_SORT_COUNT && row->width == LIC_WIDTH_YEAR &&
        (lic_named(node, "start") || lic_named(node, "end")))
        return lic_meaning_keep(t, node, lic_meaning_of(LIC_SORT_DATE));
    if (row->sort == LIC_SORT_DATE && row->width &&
        (lic_named(node, "start") || lic_named(node, "end")))
        return lic_meaning_keep(t, node, lic_meaning_of(LIC_SORT_DATE));
    if (row->sort != LIC_SORT_ROW) return no_member(t, node, lic_meaning_text(t->s, row), NULL);
    symbol = lic_symbol_member(row->table, node->name);
    if (!symbol) return no_member(t, node, lic_meaning_text(t->s, row), row->table);
    if (symbol->is_key || symbol->meaning.sort == LIC_SORT_IGNORED) {
        lic_diagnostic *d = lic_diag(t->c, "T02", node->span, NULL, "`%.*s` is not kept as a value",
                                     LIC_S(node->name));
        lic_diag_place(t->c, d, symbol->span,
                       symbol->is_key ? "the key: compare rows instead" : "an ignored column");
        return lic_meaning_wrong(t, node);
    }
    node->symbol = symbol;
    symbol->uses++;
    row->table->uses++;
    return lic_meaning_keep(t, node, symbol->meaning);
}

/* -- X of row ------------------------------------------------------------------------------------------- */

static bool has_trigger(const lic_node *on, lic_slice name)
{
    bool found = on && lic_slice_equal(on->name, name);
    for (uint32_t i = 1; on && i < on->child_count; i++)
        found = found || lic_slice_equal(on->children[i]->name, name);
    return found;
}

/* A row's result is there for what runs below the term, when the same thing happens. */
static bool runs_below(const typer *t, const lic_symbol *term)
{
    if (!t->term || t->term->span.first < term->span.first || t->term == term) return false;
    const lic_node *on = lic_child_of(t->term->node, LIC_NODE_ON, 0),
                   *above = lic_child_of(term->node, LIC_NODE_ON, 0);
    bool same = on && has_trigger(above, on->name);
    for (uint32_t i = 1; on && i < on->child_count; i++)
        same = same && has_trigger(above, on->children[i]->name);
    return same;
}

static bool right_row(typer *t, lic_node *at, const lic_symbol *symbol, const lic_meaning *row);

/* `Streams.earned of work`: what the term above came to for the row, just now. */
static lic_meaning *of_result_row(typer *t, lic_node *node, lic_node *member, lic_symbol *term)
{
    if (!right_row(t, node->children[1], term, node->children[1]->meaning))
        return lic_meaning_wrong(t, node);
    if (!runs_below(t, term)) {
        lic_diagnostic *d = lic_diag(t->c, "T02", node->span, "of which run?",
                                     "the result of a row is known to terms below, on the same "
                                     "trigger");
        lic_diag_place(t->c, d, term->span, "the term");
        lic_diag_note(t->c, d, "elsewhere the results of all rows are added up by year");
        return lic_meaning_wrong(t, node);
    }
    member->children[0]->symbol = term;
    const lic_meaning m = *result_of(t, member, term, &term->row_members);
    if (m.sort == LIC_SORT_ERROR) return lic_meaning_wrong(t, node);
    node->symbol = term;
    return lic_meaning_keep(t, node, m);
}

static lic_meaning *of_year(typer *t, lic_node *node, lic_node *member, lic_symbol *term)
{
    if (lic_refuse_judging(t, node)) return lic_meaning_wrong(t, node);
    const lic_meaning *year = lic_type_expression(t, node->children[1], NULL);
    if (term->is_scoped && (year->sort == LIC_SORT_ROW || year->sort == LIC_SORT_PARTY))
        return of_result_row(t, node, member, term);
    lic_meaning m = *lic_type_expression(t, member, NULL);
    if (m.sort == LIC_SORT_ERROR || year->sort == LIC_SORT_ERROR) return lic_meaning_wrong(t, node);
    if (year->sort != LIC_SORT_COUNT) {
        lic_diag(t->c, "T01", node->children[1]->span, NULL, "a year is wanted here, not %s",
                 lic_meaning_text(t->s, year));
        return lic_meaning_wrong(t, node);
    }
    node->symbol = member->symbol;
    return lic_meaning_keep(t, node, m);
}

static bool right_row(typer *t, lic_node *at, const lic_symbol *symbol, const lic_meaning *row)
{
    bool fits = symbol->scope ? row->sort == LIC_SORT_ROW && row->table == symbol->scope
                              : row->sort == LIC_SORT_PARTY;
    if (fits || row->sort == LIC_SORT_ERROR) return fits;
    lic_diagnostic *d = lic_diag(
        t->c, "T01", at->span, NULL, "`%.*s` is kept for each row of %.*s, not for %s",
        LIC_S(symbol->name), LIC_S(symbol->scope ? symbol->scope->name : lic_slice_text("parties")),
        lic_meaning_text(t->s, row));
    lic_diag_place(t->c, d, symbol->span, "declared here");
    return false;
}

/* `Licences of id`: the row that has the key. */
static lic_meaning *row_of_key(typer *t, lic_node *node, lic_symbol *reg)
{
    const lic_meaning *key = lic_type_expression(t, node->children[1],
                                                 reg->key ? &reg->key->meaning : NULL);
    if (key->sort == LIC_SORT_ERROR || !reg->key) return lic_meaning_wrong(t, node);
    if (!lic_same_type(key, &reg->key->meaning)) {
        lic_diagnostic *d = lic_diag(
            t->c, "T01", node->children[1]->span, NULL, "the key is %s, not %s",
            lic_meaning_text(t->s, &reg->key->meaning), lic_meaning_text(t->s, key));
        lic_diag_place(t->c, d, reg->key->span, "the key");
        return lic_meaning_wrong(t, node);
    }
    lic_meaning m = lic_meaning_of(LIC_SORT_ROW);
    m.table = reg;
    return lic_meaning_keep(t, node, m);
}

lic_meaning *lic_type_row_value(typer *t, lic_node *node)
{
    lic_node *base = node->children[0], *row = node->children[1];
    lic_symbol *symbol = NULL;
    if (base->kind == LIC_NODE_NAME_REF) symbol = lic_symbol_find(t->s, base->name);
    if (base->kind == LIC_NODE_FIELD && !(symbol = dotted(t, base->children[0], base))) {
        lic_symbol *term = base->children[0]->kind == LIC_NODE_NAME_REF
                               ? lic_symbol_find(t->s, base->children[0]->name)
                               : NULL;
        if (term && term->kind == LIC_SYMBOL_TERM) return of_year(t, node, base, term);
    }
    if (!symbol) {
        if (base->kind == LIC_NODE_NAME_REF) lic_report_unknown(t, base);
        else
            lic_diag(t->c, "T02", node->span, NULL,
                     "`of` needs an account, a counter or a result before it");
        lic_type_expression(t, row, NULL);
        return lic_meaning_wrong(t, node);
    }
    symbol->uses++;
    base->symbol = symbol;
    node->symbol = symbol;
    if (lic_refuse_judging(t, node)) return lic_meaning_wrong(t, node);
    if (symbol->kind == LIC_SYMBOL_REGISTER) return row_of_key(t, node, symbol);
    const lic_meaning *m = lic_type_expression(t, row, NULL);
    if (!symbol->is_scoped) {
        lic_diagnostic *d = lic_diag(t->c, "T02", node->span, NULL,
                                     "`%.*s` exists once, not for each row", LIC_S(symbol->name));
        lic_diag_place(t->c, d, symbol->span, "declared here");
        lic_diag_help(t->c, d, "write `%.*s` alone", LIC_S(symbol->name));
        lic_diag_fix(t->c, d, node->span, "%.*s", LIC_S(symbol->name));
        return lic_meaning_wrong(t, node);
    }
    if (!right_row(t, row, symbol, m)) return lic_meaning_wrong(t, node);
    return lic_meaning_keep(t, node, symbol->meaning);
}

/* -- folds -------------------------------------------------------------------------------------------------- */

static lic_symbol *folded_schedule(typer *t, const lic_node *body)
{
    if (body->kind != LIC_NODE_FIELD || body->children[0]->kind != LIC_NODE_NAME_REF) return NULL;
    lic_symbol *symbol = lic_symbol_find(t->s, body->children[0]->name);
    return symbol && symbol->kind == LIC_SYMBOL_SCHEDULE ? symbol : NULL;
}

/* The fold over rows that stand in the file, without a condition. */
static bool constant_fold(const lic_node *node, const lic_symbol *schedule,
                          const lic_symbol *column, lic_meaning *m)
{
    if (lic_child(node, 1) || !schedule->rows) return false;
    uint32_t place = 0; /* of the column among the row's values; the key comes first */
    for (const lic_symbol *c = schedule->members; c && c != column; c = c->next_member) place++;
    bool first = true;
    for (uint32_t i = 0; i < schedule->node->child_count; i++) {
        const lic_node *row = schedule->node->children[i];
        if (row->kind != LIC_NODE_ROW || place >= row->child_count) continue;
        const lic_meaning *cell = row->children[place]->meaning;
        if (!cell || !cell->is_constant) return false;
        if (lic_named(node, "all"))
            for (int k = 0; k < 32; k++) m->set[k] |= cell->set[k];
        else if (lic_named(node, "sum")) m->value = lic_saturated_add(m->value, cell->value);
        else if (first ||
                 (lic_named(node, "latest") ? cell->value > m->value : cell->value < m->value))
            m->value = cell->value;
        first = false;
    }
    return m->is_constant = true;
}

static lic_meaning *fold_schedule(typer *t, lic_node *node, lic_symbol *schedule)
{
    bool was = t->in_fold;
    lic_symbol *line_of = t->line_of;
    t->in_fold = true;
    lic_meaning m = *lic_type_expression(t, node->children[0], NULL);
    t->in_fold = was;
    t->line_of = schedule;
    if (lic_child(node, 1)) lic_type_as(t, node->children[1], LIC_SORT_BOOL, "a condition");
    t->line_of = line_of;
    const lic_symbol *column = node->children[0]->symbol;
    if (m.sort == LIC_SORT_ERROR || !column) return lic_meaning_wrong(t, node);
    bool all = lic_named(node, "all"), sum = lic_named(node, "sum");
    bool fits = all   ? m.sort == LIC_SORT_SET
                : sum ? m.sort == LIC_SORT_COUNT || lic_money_like(&m)
                      : m.sort == LIC_SORT_COUNT || m.sort == LIC_SORT_DATE;
    if (!fits) {
        lic_diag(t->c, "T01", node->span, NULL, "`%.*s of` cannot fold %s", LIC_S(node->name),
                 lic_meaning_text(t->s, &m));
        return lic_meaning_wrong(t, node);
    }
    memset(m.set, 0, sizeof m.set);
    m.value = 0;
    if (sum) {
        m.low = m.low < 0 ? lic_saturated_mul(m.low, schedule->max_rows) : 0;
        m.high = m.high > 0 ? lic_saturated_mul(m.high, schedule->max_rows) : 0;
    }
    if (!constant_fold(node, schedule, column, &m) && t->constant_only) {
        lic_diag(t->c, "T02", node->span, NULL,
                 "this fold is not known when the agreement is compiled");
        return lic_meaning_wrong(t, node);
    }
    if (m.is_constant) m.low = m.high = m.value;
    return lic_meaning_keep(t, node, m);
}

/* Lines are those of one report: a term that reads them runs on nothing else. */
bool lic_one_trigger(typer *t, const lic_node *node)
{
    const lic_node *on = t->term ? lic_child_of(t->term->node, LIC_NODE_ON, 0) : NULL;
    if (!on || on->child_count < 2) return true;
    lic_diagnostic *d = lic_diag(t->c, "T02", node->span, NULL,
                                 "a term that reads lines runs on one report alone");
    lic_diag_place(t->c, d, on->span, "its triggers");
    lic_diag_help(t->c, d, "make a term of its own for the other trigger");
    return false;
}

/* `latest of`, `earliest of` lines: there may be no line, so the other case is said, too. */
static lic_meaning *extreme_of_lines(typer *t, lic_node *node, lic_meaning m, bool alternative)
{
    if (m.sort != LIC_SORT_COUNT && m.sort != LIC_SORT_DATE) {
        lic_diag(t->c, "T01", node->span, NULL, "`%.*s of` cannot fold %s", LIC_S(node->name),
                 lic_meaning_text(t->s, &m));
        return lic_meaning_wrong(t, node);
    }
    if (!alternative) {
        lic_diagnostic *d = lic_diag(t->c, "T02", node->span, "of no line?",
                                     "nothing says what this is when there is no line");
        lic_diag_help(t->c, d,
                      "say it with `otherwise`, for instance `(%.*s of %.*s) otherwise %s`",
                      LIC_S(node->name), LIC_S(lic_expression_text(t->c, node->children[0])),
                      m.sort == LIC_SORT_DATE ? "period.start" : "0");
        return lic_meaning_wrong(t, node);
    }
    m.is_constant = m.is_literal = false;
    return lic_meaning_keep(t, node, m);
}

lic_meaning *lic_type_fold(typer *t, lic_node *node)
{
    lic_symbol *schedule = folded_schedule(t, node->children[0]);
    if (schedule) return fold_schedule(t, node, schedule);
    if (!t->report) {
        lic_diagnostic *d = lic_diag(t->c, "T02", node->span, NULL, "there are no lines here");
        lic_diag_note(t->c, d, "only a term `on` a report folds over its lines");
        return lic_meaning_wrong(t, node);
    }
    if (!lic_one_trigger(t, node)) return lic_meaning_wrong(t, node);
    if (t->line_of) {
        lic_diag(t->c, "T02", node->span, NULL, "a fold inside a line or another fold");
        return lic_meaning_wrong(t, node);
    }
    bool alternative = t->has_alternative;
    t->has_alternative = false;
    t->line_of = t->report;
    lic_meaning m = *lic_type_expression(t, node->children[0], NULL);
    if (lic_child(node, 1)) lic_type_as(t, node->children[1], LIC_SORT_BOOL, "a condition");
    t->line_of = NULL;
    if (m.sort == LIC_SORT_ERROR) return lic_meaning_wrong(t, node);
    if (lic_named(node, "all")) {
        lic_diag(t->c, "S0", node->span, NULL, "`all of` lines is known but not executed yet");
        return lic_meaning_wrong(t, node);
    }
    if (!lic_named(node, "sum")) return extreme_of_lines(t, node, m, alternative);
    if (m.sort != LIC_SORT_COUNT && !lic_money_like(&m)) {
        lic_diag(t->c, "T01", node->span, NULL, "a sum of lines cannot be %s",
                 lic_meaning_text(t->s, &m));
        return lic_meaning_wrong(t, node);
    }
    if (m.divisor != 1 || m.dynamic) {
        lic_diagnostic *d = lic_diag(
            t->c, "S6", node->span, "divided line by line",
            "a divided value cannot be added up: nothing says how each line is rounded");
        lic_diag_help(t->c, d, "divide the sum instead");
        return lic_meaning_wrong(t, node);
    }
    if (m.sort == LIC_SORT_MONEY) m.sort = LIC_SORT_EXACT;
    m.is_constant = m.is_literal = false;
    m.low = m.low < 0 ? lic_saturated_mul(m.low, t->report->max_rows) : 0;
    m.high = m.high > 0 ? lic_saturated_mul(m.high, t->report->max_rows) : 0;
    return lic_meaning_keep(t, node, m);
}

/* -- through -------------------------------------------------------------------------------------------------- */

static bool tier_words(typer *t, lic_node *node, const lic_symbol *tiers)
{
    lic_node *word = lic_child(node, 2);
    lic_values *values = tiers->meaning.values;
    if (!word && !values) return true;
    if (!word || !values) {
        lic_diagnostic *d = lic_diag(
            t->c, "T02", node->span, NULL,
            values ? "the tiers have a rate for each of several words: say `for` which"
                   : "the tiers have one rate: `for` has nothing to choose from");
        lic_diag_place(t->c, d, tiers->span, "the tiers");
        return false;
    }
    lic_meaning expected = lic_meaning_of(LIC_SORT_ENUM);
    expected.values = values;
    const lic_meaning *m = lic_type_expression(t, word, &expected);
    if (m->sort == LIC_SORT_ERROR) return false;
    if (m->sort == LIC_SORT_ENUM && m->values == values) return true;
    lic_diagnostic *d = lic_diag(t->c, "T01", word->span, NULL,
                                 "the words after `for` are not those of the tiers");
    lic_diag_place(t->c, d, tiers->span, "the tiers");
    return false;
}

static bool is_year(const lic_meaning *m)
{
    return m->sort == LIC_SORT_COUNT && m->width == LIC_WIDTH_YEAR;
}

static bool tier_basis(typer *t, lic_node *node, const lic_meaning *basis, const lic_symbol *tiers)
{
    const lic_meaning *unit = &tiers->unit;
    if (unit->sort == LIC_SORT_ERROR) return false; /* already reported */
    bool money = lic_money_like(unit);
    bool fits = money ? lic_money_like(basis) && basis->currency == unit->currency
                      : basis->sort == LIC_SORT_COUNT && is_year(basis) == is_year(unit);
    if (!fits) {
        lic_diagnostic *d = lic_diag(t->c, "S1", node->children[0]->span, NULL,
                                     "the tiers are of %s, the value is %s",
                                     lic_meaning_text(t->s, unit), lic_meaning_text(t->s, basis));
        lic_diag_place(t->c, d, tiers->span, "the tiers");
        return false;
    }
    if (basis->divisor != 1 || basis->dynamic || (money && basis->scale > t->s->unit_scale)) {
        lic_diag(t->c, "S6", node->children[0]->span, NULL,
                 "a value that goes through tiers must be a whole number of ledger units");
        return false;
    }
    return true;
}

static bool tier_cumulative(typer *t, lic_node *node, const lic_meaning *basis,
                            const lic_symbol *tiers)
{
    lic_node *counter = lic_child(node, 3);
    if (!counter) return true;
    const lic_meaning *m = lic_type_expression(t, counter, NULL);
    if (m->sort == LIC_SORT_ERROR) return false;
    bool pure = (node->flags & LIC_FLAG_AFTER) != 0;
    if (pure != t->kernel) {
        lic_diag(t->c, "T02", node->span, NULL,
                 t->kernel ? "a kernel says `after`, and adds to the counter in a step of its own"
                           : "agreements say `cumulative in`");
        return false;
    }
    if (!pure && (!counter->symbol || counter->symbol->kind != LIC_SYMBOL_COUNTER)) {
        lic_diag(t->c, "N03", counter->span, NULL, "`cumulative in` needs a counter");
        return false;
    }
    if (!lic_same_type(basis, m) || m->scale > t->s->unit_scale) {
        lic_diagnostic *d = lic_diag(t->c, "S1", counter->span, NULL,
                                     "the counter holds %s, the value is %s",
                                     lic_meaning_text(t->s, m), lic_meaning_text(t->s, basis));
        lic_diag_place(t->c, d, node->children[0]->span, "the value");
        return false;
    }
    if (tiers->whole && !pure) {
        lic_diagnostic *d = lic_diag(t->c, "S17", node->span, NULL,
                                     "`whole` tiers on a cumulative counter");
        lic_diag_place(t->c, d, tiers->span, "the tiers are `whole`");
        lic_diag_note(t->c, d,
                      "when a tier is reached, its rate would hold for what was settled before, "
                      "and nothing says who owes the difference");
        lic_diag_help(t->c, d, "make the tiers `marginal`");
        return false;
    }
    if (counter->symbol) counter->symbol->writes++;
    if (!pure) lic_never_falls(t, node->children[0], counter->symbol, true);
    return true;
}

lic_meaning *lic_type_through(typer *t, lic_node *node)
{
    const lic_meaning *basis = lic_type_expression(t, node->children[0], NULL);
    const lic_meaning *through = lic_type_expression(t, node->children[1], NULL);
    if (basis->sort == LIC_SORT_ERROR || through->sort == LIC_SORT_ERROR)
        return lic_meaning_wrong(t, node);
    if (through->sort != LIC_SORT_TIERS || !through->table) {
        lic_diag(t->c, "T01", node->children[1]->span, NULL, "`through` needs tiers, not %s",
                 lic_meaning_text(t->s, through));
        return lic_meaning_wrong(t, node);
    }
    lic_symbol *tiers = through->table;
    if (!tier_words(t, node, tiers) || !tier_basis(t, node, basis, tiers) ||
        !tier_cumulative(t, node, basis, tiers))
        return lic_meaning_wrong(t, node);
    lic_meaning m = tiers->meaning;         /* of the values: sort, currency, scale, bounds */
    m.sort = (uint8_t)tiers->meaning.width; /* the sort of the values lies there */
    m.width = 0;
    m.values = NULL;
    m.table = NULL;
    if (tiers->whole) return lic_meaning_keep(t, node, m);
    lic_meaning product = m;
    lic_range_mul(&product, basis, &m);
    bool priced = m.sort == LIC_SORT_PRICE && m.unit == 0 && basis->sort == LIC_SORT_COUNT &&
                  !is_year(basis);
    if (priced) {
        product.sort = LIC_SORT_EXACT;
    } else if (m.sort == LIC_SORT_RATE && lic_money_like(basis)) {
        product.sort = LIC_SORT_EXACT;
        product.currency = basis->currency;
        product.scale = (uint8_t)(t->s->unit_scale + m.scale);
        product.low = lic_rescale(product.low, basis->scale, t->s->unit_scale);
        product.high = lic_rescale(product.high, basis->scale, t->s->unit_scale);
    } else {
        lic_diagnostic *d = lic_diag(t->c, "S1", node->span, NULL,
                                     "marginal tiers multiply: %s by %s has no meaning",
                                     lic_meaning_text(t->s, basis), lic_meaning_text(t->s, &m));
        lic_diag_place(t->c, d, tiers->span, "the tiers");
        return lic_meaning_wrong(t, node);
    }
    product.is_literal = false;
    return lic_meaning_keep(t, node, product);
}
