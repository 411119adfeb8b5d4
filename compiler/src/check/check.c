/* check/check.c - the checks in the order of their codes, and those that look at the header and at debtors. */
#include "check/check.h"

/* -- S6: rounding; S13: dates that could be read in two ways ----------------------------------------- */

static const lic_node *find_months(const lic_node *node)
{
    bool months = node->kind == LIC_NODE_DURATION &&
                  (lic_named(node, "months") || lic_named(node, "years"));
    if (months) return node;
    for (uint32_t i = 0; i < node->child_count; i++) {
        const lic_node *found = find_months(node->children[i]);
        if (found) return found;
    }
    return NULL;
}

static const lic_node *header_line(const lic_program *p, lic_node_kind kind)
{
    return lic_child_of(p->file, kind, 0);
}

void lic_check_header(lic_compilation *c, lic_program *p)
{
    if (!p->rounding) {
        lic_diagnostic *d = lic_diag(c, "S6", p->file->name_span, "how are amounts rounded?",
                                     "the header states no rounding");
        lic_diag_help(
            c, d,
            "add a line to the header, for instance `rounding half_even to 0.01, each amount`");
        lic_diag_fix(c, d, lic_behind(p->money), "\n  rounding   half_even to 0.01, each amount");
    }
    const lic_node *months = find_months(p->file);
    if (months && !header_line(p, LIC_NODE_MONTHS)) {
        lic_diagnostic *d = lic_diag(c, "S13", months->span, "which day is a month after the 31st?",
                                     "the header does not say how months are counted");
        lic_diag_help(c, d,
                      "add `months clip` (to the last day of a shorter month) or `months roll` (to "
                      "the first of the next) to the header");
        lic_diag_fix(c, d, lic_behind(p->money), "\n  months     clip");
    }
}

/* -- S7: who owes has signed ----------------------------------------------------------------------------- */

static void check_debtor(lic_compilation *c, const lic_program *p, const lic_node *node)
{
    if (node->kind == LIC_NODE_PAYS) {
        const lic_symbol *debtor = node->children[0]->symbol;
        if (debtor && debtor->kind == LIC_SYMBOL_PARTY && !(p->signers >> debtor->index & 1)) {
            lic_diagnostic *d = lic_diag(c, "S7", node->children[0]->span, "owes here",
                                         "`%.*s` would owe without having signed",
                                         LIC_S(debtor->name));
            lic_diag_place(c, d, debtor->span, "declared without `signs`");
            lic_diag_help(
                c, d, "add `signs` to the roles of `%.*s`, or let a party that signs bear the debt",
                LIC_S(debtor->name));
        }
    }
    for (uint32_t i = 0; i < node->child_count; i++) check_debtor(c, p, node->children[i]);
}

void lic_check_debtors(lic_compilation *c, lic_program *p)
{
    check_debtor(c, p, p->file);
}

void lic_check(lic_compilation *compilation, lic_program *program)
{
    /* What is not understood yet would only be reported again in other words. */
    if (!program->money || compilation->diagnostics.error_count > 0) return;
    lic_check_header(compilation, program);
    lic_check_tables(compilation, program);
    lic_check_accounts(compilation, program);
    lic_check_shares(compilation, program);
    lic_check_tiers(compilation, program);
    lic_check_debtors(compilation, program);
    lic_check_lifecycle(compilation, program);
    lic_check_terms(compilation, program);
    lic_check_decided(compilation, program);
    lic_check_decided(compilation, program);
    lic_check_dead(compilation, program);
    lic_check_counters(compilation, program);
    lic_check_use(compilation, program);
    lic_check_grants(compilation, program);
}
