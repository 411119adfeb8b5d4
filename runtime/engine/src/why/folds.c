/* why/folds.c - duties of one clause, in one transaction, that are too many to be told one by one: as by a
 * settlement that pays thousands. They are told in one sentence with the largest below it. */
#include "why/text.h"

#include <licet/standard.h>

enum { ONE_BY_ONE = 12 };

bool lic_folds_begin(lic_folds *folds, const lic_why *why)
{
    folds->folds = lic_allocate_zero(why->allocator, why->image->duties_count * 2 + 1,
                                     sizeof *folds->folds);
    return folds->folds != NULL;
}

void lic_folds_end(lic_folds *folds, const lic_why *why)
{
    lic_release(why->allocator, folds->folds,
                (why->image->duties_count * 2 + 1) * sizeof *folds->folds);
}

static bool by_you(const lic_why *why, const lic_why_node *node)
{
    return why->payee.table == LIC_TABLE_PARTIES && node->other_row == why->payee.row;
}

static lic_fold *fold_of(const lic_folds *folds, const lic_why *why, const lic_why_node *node)
{
    return &folds->folds[node->index * 2 + (by_you(why, node) ? 1 : 0)];
}

/* The largest so far, in order; equal ones as they came. */
static void place(lic_fold *fold, const lic_why *why, uint32_t node)
{
    size_t at = fold->told;
    while (at > 0 && why->nodes[fold->largest[at - 1]].value < why->nodes[node].value) at--;
    if (at == LIC_TOLD_LARGEST) return;
    if (fold->told < LIC_TOLD_LARGEST) fold->told++;
    for (size_t i = fold->told - 1; i > at; i--) fold->largest[i] = fold->largest[i - 1];
    fold->largest[at] = node;
}

void lic_folds_find(lic_folds *folds, const lic_why *why, size_t first, size_t last)
{
    for (size_t i = 0; i < why->image->duties_count * 2; i++) folds->folds[i].count = 0;
    for (size_t i = first; i < last; i++) {
        const lic_why_node *node = &why->nodes[why->roots[i]];
        if (node->rule != LIC_WHY_DUTY) continue;
        lic_i128 due = lic_telling_child(why, node, 1)->value;
        lic_fold *fold = fold_of(folds, why, node);
        if (fold->count == 0) *fold = (lic_fold){.leader = why->roots[i], .due = {due, due}};
        fold->count++;
        fold->sum += node->value;
        if (due < fold->due[0]) fold->due[0] = due;
        if (due > fold->due[1]) fold->due[1] = due;
        place(fold, why, why->roots[i]);
    }
}

/* A schedule, "parties"; an account by its name. */
static void put_creditors(const lic_telling *t, const lic_why_node *node)
{
    const lic_image *image = t->why->image;
    uint16_t table = image->duties[node->index].creditor_table;
    if (node->account != LIC_NONE16) {
        lic_say(t, "into ");
        lic_telling_slice(t->target, image->accounts[node->account].name);
        return;
    }
    lic_say(t, "to ");
    lic_telling_slice(t->target, image->tables[table].name);
}

static void tell_fold(const lic_fold *fold, lic_telling *t)
{
    const lic_why *why = t->why;
    const lic_why_node *leader = &why->nodes[fold->leader];
    bool yours = by_you(why, leader);
    lic_say(t, yours ? "To be paid by you: " : "To be paid: ");
    lic_telling_value(t, leader, fold->sum);
    lic_put_format(t->target, " by %zu duties ", fold->count);
    put_creditors(t, leader);
    lic_say(t, fold->due[0] == fold->due[1] ? ", due " : ", due from ");
    lic_telling_value(t, lic_telling_child(why, leader, 1), fold->due[0]);
    if (fold->due[0] != fold->due[1]) {
        lic_say(t, " to ");
        lic_telling_value(t, lic_telling_child(why, leader, 1), fold->due[1]);
    }
    lic_say(t, ": ");
    if (leader->clause != LIC_NONE16) lic_telling_clause(t, leader->clause);
    lic_telling_other_period(t, leader);
    lic_put_format(t->target, "\nThe largest of these %zu duties\n", fold->count);
    for (size_t i = 0; i < fold->told; i++) {
        const lic_why_node *node = &why->nodes[fold->largest[i]];
        lic_telling_column(t, node, node->value);
        lic_telling_slice(t->target, node->key);
        lic_put_format(t->target, ", duty %u\n", node->duty);
    }
    lic_put_format(t->target, "%*s  and %zu more; all are in the view duties\n", LIC_AMOUNT_WIDTH,
                   "", fold->count - fold->told);
}

bool lic_folds_tell(const lic_folds *folds, lic_telling *t, uint32_t root)
{
    const lic_why_node *node = &t->why->nodes[root];
    if (node->rule != LIC_WHY_DUTY || t->why->asked == LIC_WHY_OF_DUTY) return false;
    const lic_fold *fold = fold_of(folds, t->why, node);
    if (fold->count <= ONE_BY_ONE) return false;
    if (fold->leader == root) tell_fold(fold, t);
    return true;
}
