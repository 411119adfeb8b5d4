/* check/turns.c - transitions that lead in a circle while no time passes (S9): the step takes one after the
 * other until the engine stops it, and refuses whatever was done that day. */
#include "check/check.h"

#define COMPARED_MAX 20000000u /* more is no lifecycle that anybody has read */

typedef struct turn {
    const lic_node *transition;
    const lic_node *condition; /* NULL: it holds once the state is reached */
    uint64_t from;             /* states */
    uint8_t mark;              /* 0 not visited, 1 on the path, 2 done */
} turn;

typedef struct turns {
    lic_compilation *c;
    const lic_program *p;
    turn *items;
    size_t count, capacity;
    size_t *path;
    size_t length;
    uint64_t left; /* comparisons */
} turns;

static bool lasts(const lic_node *duration)
{
    const lic_meaning *m = duration->meaning;
    return m && (m->value > 0 || m->months > 0);
}

/* `on E` as the condition that it means. */
static const lic_node *from_day(turns *g, lic_node *when)
{
    lic_node *today = lic_node_new(g->c, LIC_NODE_NAME_REF, when->span),
             *condition = lic_node_new(g->c, LIC_NODE_BINARY, when->span);
    today->name = lic_slice_text("today");
    condition->name = lic_slice_text(">=");
    lic_node_add(g->c, condition, today);
    lic_node_add(g->c, condition, when->children[0]);
    return condition;
}

/* Transitions that need no act and no time once their state is reached. */
static bool is_prompt(turns *g, lic_node *when, const lic_node **condition)
{
    *condition = NULL;
    if (lic_named(when, "signed")) return true;
    if (lic_named(when, "after")) return !lasts(when->children[0]);
    if (lic_named(when, "condition")) *condition = when->children[0];
    if (lic_named(when, "on")) *condition = from_day(g, when);
    return *condition != NULL;
}

static void collect(turns *g)
{
    for (uint32_t i = 0; i < g->p->lifecycle->child_count; i++) {
        const lic_node *t = g->p->lifecycle->children[i];
        if (t->kind != LIC_NODE_TRANSITION || !t->symbol || !lic_child(t, 0)) continue;
        turn item = {.transition = t};
        if (!is_prompt(g, t->children[0], &item.condition)) continue;
        const lic_node *from = lic_child(t, 1);
        for (uint32_t k = 0; from && k < from->child_count; k++) {
            const lic_symbol *state = from->children[k]->symbol;
            if (state) item.from |= (uint64_t)1 << state->index;
        }
        g->items = lic_grow(g->c, g->items, g->count, &g->capacity, sizeof *g->items);
        g->items[g->count++] = item;
    }
}

static bool follows(turns *g, const turn *a, const turn *b)
{
    if (!(b->from >> a->transition->symbol->index & 1)) return false;
    return !b->condition ||
           !lic_excludes(a->condition, lic_child(a->transition, 2), b->condition, &g->left);
}

static void report(turns *g, size_t first)
{
    const lic_node *begin = g->items[g->path[first]].transition;
    lic_diagnostic *d = lic_diag(g->c, "S9", begin->span, "and from here on",
                                 "the states go round in a circle while no time passes");
    for (size_t i = first + 1; i < g->length; i++)
        lic_diag_place(g->c, d, g->items[g->path[i]].transition->span,
                       i + 1 < g->length ? "then this one" : "then this one, and round again");
    if (first + 1 == g->length) lic_diag_label(g->c, d, "leads to itself");
    lic_diag_note(g->c, d, "the step takes transitions as long as one of them holds");
    lic_diag_help(g->c, d,
                  "let one of them wait, for instance `after 1 day`, or give them conditions of "
                  "which one is `not` the other");
}

/* False: a circle was reported. */
static bool walk(turns *g, size_t at)
{
    g->items[at].mark = 1;
    g->path[g->length++] = at;
    for (size_t next = 0; next < g->count; next++) {
        if (g->items[next].mark == 2 || !follows(g, &g->items[at], &g->items[next])) continue;
        if (g->items[next].mark == 0) {
            if (!walk(g, next)) return false;
            continue;
        }
        size_t first = 0;
        while (g->path[first] != next) first++;
        report(g, first);
        return false;
    }
    g->length--;
    g->items[at].mark = 2;
    return true;
}

void lic_check_turns(lic_compilation *c, lic_program *p)
{
    turns g = {.c = c, .p = p, .left = COMPARED_MAX};
    collect(&g);
    g.path = lic_new(c, (g.count + 1) * sizeof *g.path);
    for (size_t i = 0; i < g.count; i++) {
        if (g.items[i].mark || walk(&g, i)) continue;
        for (size_t k = 0; k < g.length; k++) g.items[g.path[k]].mark = 2;
        g.length = 0;
    }
}
