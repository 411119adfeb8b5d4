/* types/decl.c - what is declared: schedules, registers, columns, parameters, accounts, counters, facts,
 * the dates of the term. */
#include "analyse.h"

#include <licet/reference.h>
#include <string.h>

/* -- schedules ------------------------------------------------------------------------------------------ */

static void column_defaults(lic_symbol *column)
{
    bool written = column->owner && column->owner->kind == LIC_SYMBOL_REGISTER;
    /* What a text can hold: never negative. */
    if (!written && !column->bounds.has_min && lic_is_number(&column->meaning) &&
        column->meaning.sort != LIC_SORT_DATE) {
        column->bounds.min = 0;
        column->meaning.low = 0;
    }
    if (!column->bounds.has_max && lic_is_number(&column->meaning))
        column->bounds.max = column->meaning.high;
}

/* The engine tests one combination of a report's columns: `lines ... unique (a, b)`, or one `unique`. */
static void check_uniques(typer *t, const lic_symbol *report)
{
    const lic_node *lines = lic_child_of(report->node, LIC_NODE_LINES, 0), *first = NULL;
    if (lines && lines->child_count) first = lines;
    for (const lic_symbol *c = report->members; c; c = c->next_member) {
        if (c->kind != LIC_SYMBOL_COLUMN || !c->is_unique) continue;
        if (!first) {
            first = c->node;
            continue;
        }
        lic_diagnostic *d = lic_diag(t->c, "S0", c->node->span, NULL,
                                     "a second uniqueness of a report's lines is known but not "
                                     "executed yet");
        lic_diag_place(t->c, d, first->span, "the first");
        lic_diag_help(t->c, d,
                      "keep one `unique`, or name all columns that are unique together: `lines at "
                      "most ..., unique (a, b), else ...`");
    }
}

/* Only what is read from a file has columns that are not looked at. */
static void refuse_ignored(typer *t, const lic_symbol *symbol)
{
    if (symbol->meaning.sort != LIC_SORT_IGNORED) return;
    lic_diagnostic *d = lic_diag(t->c, "T02", symbol->node->children[0]->span, NULL,
                                 "`%.*s` would hold nothing", LIC_S(symbol->name));
    lic_diag_help(t->c, d, "columns of schedules and reports alone are `ignored`");
}

/* What rows are found by. */
static void check_key(typer *t, const lic_symbol *column)
{
    static const uint8_t sorts[] = {LIC_SORT_TEXT, LIC_SORT_COUNT,     LIC_SORT_DATE, LIC_SORT_ROW,
                                    LIC_SORT_ENUM, LIC_SORT_TERRITORY, LIC_SORT_HASH};
    bool fits = column->meaning.sort == LIC_SORT_ERROR;
    for (size_t i = 0; i < LIC_COUNT(sorts); i++) fits = fits || column->meaning.sort == sorts[i];
    if (!fits) {
        lic_diagnostic *d = lic_diag(t->c, "T02", column->node->children[0]->span, NULL,
                                     "%s cannot be a key",
                                     lic_meaning_text(t->s, &column->meaning));
        lic_diag_note(
            t->c, d,
            "keys are texts, identifiers, counts, digits, dates, words, territories, rows "
            "and hashes");
    }
    if (column == column->owner->key) return;
    lic_diagnostic *d = lic_diag(t->c, "T02", column->span, NULL, "`%.*s` has two keys",
                                 LIC_S(column->owner->name));
    lic_diag_place(t->c, d, column->owner->key->span, "the first");
    lic_diag_help(t->c, d, "write `column %.*s ...`, with `unique` if no two rows share its value",
                  LIC_S(column->name));
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
        else if (c->is_key) check_key(t, c);
        if (owner->kind == LIC_SYMBOL_REGISTER) refuse_ignored(t, c);
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

/* Parameters are bound before rows are loaded: those that can be named stand in the file. */
static void check_given_row(typer *t, const lic_symbol *given)
{
    const lic_symbol *table = given->meaning.table;
    if (table->rows) return;
    lic_diagnostic *d = lic_diag(t->c, "T02", given->node->children[0]->span, NULL,
                                 "`%.*s` would name a row before there are rows",
                                 LIC_S(given->name));
    lic_diag_place(t->c, d, table->span, "its rows do not stand in the file");
    lic_diag_help(t->c, d, "write the rows into `%.*s`, or name the row by a fact",
                  LIC_S(table->name));
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
    if (symbol->kind == LIC_SYMBOL_FACT || symbol->kind == LIC_SYMBOL_GIVEN)
        refuse_ignored(t, symbol);
    if (symbol->kind == LIC_SYMBOL_GIVEN && symbol->meaning.sort == LIC_SORT_ROW)
        check_given_row(t, symbol);
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

/* Rows that stand in the file: the least and the greatest value of the column that `starts` reads. */
static bool column_range(const lic_node *value, lic_i128 *low, lic_i128 *high)
{
    const lic_symbol *column = value->kind == LIC_NODE_FIELD ? value->symbol : NULL;
    const lic_symbol *schedule = column && column->kind == LIC_SYMBOL_COLUMN ? column->owner : NULL;
    if (!schedule || schedule->kind != LIC_SYMBOL_SCHEDULE || !schedule->rows) return false;
    uint32_t place = 0;
    for (const lic_symbol *c = schedule->members; c && c != column; c = c->next_member) place++;
    bool any = false;
    for (uint32_t i = 0; i < schedule->node->child_count; i++) {
        const lic_node *row = schedule->node->children[i];
        if (row->kind != LIC_NODE_ROW || place >= row->child_count) continue;
        const lic_meaning *cell = row->children[place]->meaning;
        if (!cell || !cell->is_constant || cell->scale > column->meaning.scale) return false;
        lic_i128 v = lic_is_number(cell)
                         ? lic_rescale(cell->value, cell->scale, column->meaning.scale)
                         : cell->value;
        if (!any || v < *low) *low = v;
        if (!any || v > *high) *high = v;
        any = true;
    }
    return any;
}

/* T03: the opening would refuse what it starts with, and the agreement could never be signed. Without
 * `starts` it is 0, a date 1970-01-01. */
static void check_start(typer *t, const lic_symbol *symbol)
{
    bool account = symbol->kind == LIC_SYMBOL_ACCOUNT;
    const lic_node *value = symbol->starts ? symbol->starts->children[0] : NULL;
    const lic_meaning *m = value ? value->meaning : NULL;
    if ((!symbol->bounds.has_max && !account) || (value && (!m || m->sort == LIC_SORT_ERROR)))
        return;
    lic_i128 low = 0, high = 0, column_low, column_high;
    if (m && m->scale > symbol->meaning.scale) return;
    if (m) low = m->low, high = m->high;
    bool rows = m && column_range(value, &column_low, &column_high);
    if (rows) low = column_low, high = column_high;
    if (m && lic_is_number(m)) {
        low = lic_rescale(low, m->scale, symbol->meaning.scale);
        high = lic_rescale(high, m->scale, symbol->meaning.scale);
    }
    lic_i128 min = account ? 0 : symbol->bounds.min,
             max = account ? LIC_I128_MAX : symbol->bounds.max;
    if (min > max) return; /* reported */
    if (rows ? low >= min && high <= max : high >= min && low <= max) return;
    bool date = symbol->meaning.sort == LIC_SORT_DATE;
    lic_diagnostic *d = lic_diag(t->c, "T03", value ? symbol->starts->span : symbol->span,
                                 account ? "an account holds no negative money"
                                 : value ? "not within its bounds"
                                 : date  ? "starts with 1970-01-01"
                                         : "starts with 0",
                                 account ? "`%.*s` starts with less than nothing"
                                         : "what `%.*s` starts with is outside its bounds",
                                 LIC_S(symbol->name));
    const lic_node *bounds = lic_attribute(symbol->node, "from_to");
    if (bounds) lic_diag_place(t->c, d, bounds->span, "the bounds");
    if (value || !bounds) return;
    lic_slice least = lic_expression_text(t->c, bounds->children[0]);
    lic_diag_help(t->c, d, "say what it starts with, for instance `starts %.*s`", LIC_S(least));
    lic_span behind = bounds->span;
    behind.first += behind.size, behind.column += behind.size, behind.size = 0;
    lic_diag_fix(t->c, d, behind, ", starts %.*s", LIC_S(least));
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
    lic_type_header(t);
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
        if (kind == LIC_SYMBOL_TIERS) lic_type_tiers_block(t, all->items[i]);
        if (kind == LIC_SYMBOL_ACCOUNT || kind == LIC_SYMBOL_COUNTER || kind == LIC_SYMBOL_FACT ||
            kind == LIC_SYMBOL_TALLY)
            type_declaration(t, all->items[i]);
    }
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->kind == LIC_SYMBOL_REPORT) {
            type_columns(t, all->items[i]);
            check_uniques(t, all->items[i]);
        }
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->starts) type_starts(t, all->items[i]);
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->kind == LIC_SYMBOL_COUNTER || all->items[i]->starts)
            check_start(t, all->items[i]);
}
