/* types/rows.c - rows of schedules that stand in the file: each value against its column, references by
 * key, identifiers in canonical form, no key twice. */
#include "analyse.h"

#include <licet/reference.h>

static void report_row_width(typer *t, const lic_symbol *schedule, const lic_node *row)
{
    uint32_t columns = 0;
    for (lic_symbol *c = schedule->members; c; c = c->next_member) columns++;
    lic_diagnostic *d = lic_diag(t->c, "T02", row->span, NULL,
                                 "the row has %u values, the schedule %u columns", row->child_count,
                                 columns);
    lic_diag_place(t->c, d, schedule->span, "the schedule");
}

/* A row of another schedule by its key, both in this file. */
static void type_reference(typer *t, lic_node *cell, const lic_symbol *column)
{
    lic_symbol *target = column->meaning.table;
    lic_i128 at = 0;
    for (uint32_t i = 0; i < target->node->child_count; i++) {
        const lic_node *row = target->node->children[i];
        if (row->kind != LIC_NODE_ROW) continue;
        const lic_node *key = row->children[0];
        if (key->kind == cell->kind && lic_slice_equal(key->text, cell->text) &&
            key->number == cell->number) {
            lic_meaning *m = lic_new(t->c, sizeof *m);
            *m = column->meaning;
            m->is_constant = true;
            m->value = at;
            cell->meaning = m;
            return;
        }
        at++;
    }
    lic_diagnostic *d = lic_diag(t->c, "N01", cell->span, NULL, "no row of %.*s has this key",
                                 LIC_S(target->name));
    lic_diag_place(t->c, d, target->span, "its rows stand here");
}

static void type_text_cell(typer *t, lic_node *cell, const lic_symbol *column)
{
    lic_type_expression(t, cell, NULL);
    if (cell->kind != LIC_NODE_TEXT) {
        lic_diag(t->c, "T01", cell->span, NULL, "a text in quotes is wanted here");
        return;
    }
    if (column->form == LIC_FORM_IDENTIFIER) {
        char canonical[LIC_IDENTIFIER_TEXT];
        lic_identifier_fault fault = lic_identifier_canonical(column->meaning.unit, cell->text,
                                                              canonical);
        if (fault != LIC_IDENTIFIER_GOOD)
            lic_diag(t->c, "T03", cell->span, NULL,
                     fault == LIC_IDENTIFIER_BAD_CHECK ? "a check digit of the %s is wrong"
                                                       : "this is no %s (%s)",
                     lic_identifier_word(column->meaning.unit),
                     lic_identifier_form(column->meaning.unit));
        return;
    }
    if (cell->text.size > column->meaning.width)
        lic_diag(t->c, "T03", cell->span, NULL, "the text is longer than %u bytes",
                 column->meaning.width);
}

static bool given_cell(typer *t, lic_node *cell, const lic_symbol *column)
{
    lic_symbol *given = cell->kind == LIC_NODE_NAME_REF ? lic_symbol_find(t->s, cell->name) : NULL;
    if (!given || given->kind != LIC_SYMBOL_GIVEN) return false;
    const lic_meaning *m = lic_type_expression(t, cell, NULL);
    if (!lic_same_type(m, &column->meaning) || m->sort != column->meaning.sort ||
        m->scale != column->meaning.scale) {
        lic_diagnostic *d = lic_diag(
            t->c, "S1", cell->span, NULL, "`%.*s` is %s with %u decimals, the column %s with %u",
            LIC_S(cell->name), lic_meaning_text(t->s, m), m->scale,
            lic_meaning_text(t->s, &column->meaning), column->meaning.scale);
        lic_diag_place(t->c, d, column->span, "the column");
    }
    return true;
}

static void type_cell(typer *t, lic_node *cell, lic_symbol *column)
{
    lic_meaning *m = &column->meaning;
    lic_i128 value;
    if (m->sort == LIC_SORT_ERROR || given_cell(t, cell, column)) return;
    if (m->sort == LIC_SORT_TEXT) {
        type_text_cell(t, cell, column);
    } else if (m->sort == LIC_SORT_ROW) {
        type_reference(t, cell, column);
    } else if (m->sort == LIC_SORT_TIERS || m->sort == LIC_SORT_SHARES ||
               m->sort == LIC_SORT_IGNORED || m->sort == LIC_SORT_HASH) {
        lic_diag(t->c, "S0", cell->span, NULL,
                 "values of this column in the file are known but not executed yet: load them");
    } else if (m->sort == LIC_SORT_SET) {
        const lic_meaning *set = lic_type_expression(t, cell, NULL);
        if (set->sort != LIC_SORT_SET && set->sort != LIC_SORT_ERROR)
            lic_diag(t->c, "T01", cell->span, NULL, "a territory set is wanted here");
    } else if (lic_constant_as(t, cell, m, &value) && lic_is_number(m)) {
        lic_meaning *kept = lic_new(t->c, sizeof *kept);
        *kept = *m;
        kept->is_constant = true;
        kept->value = value;
        cell->meaning = kept;
        if (value < column->bounds.min || value > column->bounds.max)
            lic_diag(t->c, "T03", cell->span, NULL, "the value is outside the column's bounds");
    }
}

/* Rows by key: chains of rows whose keys hash alike. */
typedef struct row_keys {
    struct row_key {
        const lic_node *row;
        struct row_key *next;
    } * buckets[1024];
} row_keys;

/* What a cell holds, whatever way it is written in: its text, or its value in the column's type. */
static bool same_cell(const lic_node *a, const lic_node *b, lic_slice text_a, lic_slice text_b)
{
    bool values = a->meaning && b->meaning && a->meaning->sort != LIC_SORT_TEXT &&
                  a->meaning->is_constant && b->meaning->is_constant;
    if (values) return a->meaning->value == b->meaning->value;
    return text_a.size || text_b.size ? lic_slice_equal(text_a, text_b) : lic_tree_equal(a, b);
}

static lic_slice cell_text(typer *t, const lic_node *cell, const lic_symbol *column)
{
    char canonical[LIC_IDENTIFIER_TEXT];
    if (column->form == LIC_FORM_IDENTIFIER &&
        lic_identifier_canonical(column->meaning.unit, cell->text, canonical) ==
            LIC_IDENTIFIER_GOOD)
        return lic_slice_text(lic_text(t->c, "%s", canonical));
    return cell->text;
}

/* Two rows with one key, or with one value in a column that is `unique`. */
static void report_same(typer *t, row_keys *keys, const lic_node *row, uint32_t place,
                        const lic_symbol *column)
{
    const lic_node *cell = row->children[place];
    lic_slice text = cell_text(t, cell, column);
    bool value = cell->meaning && cell->meaning->sort != LIC_SORT_TEXT &&
                 cell->meaning->is_constant;
    uint32_t hash = 2166136261u ^ (value ? (uint32_t)cell->meaning->value : 0);
    for (size_t i = 0; i < text.size; i++) hash = (hash ^ text.data[i]) * 16777619u;
    struct row_key **bucket = &keys->buckets[hash % 1024u];
    for (const struct row_key *k = *bucket; k; k = k->next) {
        const lic_node *first = k->row->children[place];
        if (!same_cell(first, cell, cell_text(t, first, column), text)) continue;
        lic_diagnostic *d = column->is_key
                                ? lic_diag(t->c, "N02", row->span, NULL, "two rows have this key")
                                : lic_diag(t->c, "N02", cell->span, NULL,
                                           "two rows have this value of `%.*s`, which is unique",
                                           LIC_S(column->name));
        lic_diag_place(t->c, d, column->is_key ? k->row->span : first->span, "the first");
        return;
    }
    struct row_key *mine = lic_new(t->c, sizeof *mine);
    *mine = (struct row_key){row, *bucket};
    *bucket = mine;
}

static void check_unique(typer *t, const lic_symbol *schedule, const lic_symbol *column,
                         uint32_t place)
{
    row_keys keys = {0};
    for (uint32_t i = 0; i < schedule->node->child_count; i++) {
        const lic_node *row = schedule->node->children[i];
        if (row->kind != LIC_NODE_ROW || place >= row->child_count) continue;
        const lic_node *cell = row->children[place];
        if (cell->symbol && cell->symbol->kind == LIC_SYMBOL_GIVEN) {
            lic_diag(t->c, "T02", cell->span, NULL,
                     "a parameter stands in a column that is `unique`: nothing shows that it is");
            continue;
        }
        report_same(t, &keys, row, place, column);
    }
}

void lic_type_rows(typer *t, lic_symbol *schedule)
{
    for (uint32_t i = 0; i < schedule->node->child_count; i++) {
        lic_node *row = schedule->node->children[i];
        if (row->kind != LIC_NODE_ROW || !row->child_count) continue;
        lic_symbol *column = schedule->members;
        uint32_t k = 0;
        for (; column && k < row->child_count; column = column->next_member, k++)
            type_cell(t, row->children[k], column);
        if (column || k < row->child_count) report_row_width(t, schedule, row);
    }
    uint32_t place = 0;
    for (lic_symbol *column = schedule->members; column; column = column->next_member, place++)
        if (column->is_key || column->is_unique) check_unique(t, schedule, column, place);
}
