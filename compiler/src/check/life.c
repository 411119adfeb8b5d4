/* check/life.c - the lifecycle: every state and action can happen (S8), and the agreement ends by time
 * alone from every state (S9). */
#include "check/check.h"

#include <string.h>

typedef struct graph {
    lic_compilation *c;
    const lic_program *p;
    uint64_t next[LIC_STATES_MAX];  /* by any transition */
    uint64_t timed[LIC_STATES_MAX]; /* by `on` a known date or `after` a duration */
} graph;

/* Nobody moves the day: it is written down, given, or in rows that never change. */
static bool is_fixed(const lic_node *node)
{
    const lic_symbol *symbol = node->symbol;
    bool fixed = !symbol || symbol->kind == LIC_SYMBOL_GIVEN || symbol->kind == LIC_SYMBOL_SET ||
                 symbol->kind == LIC_SYMBOL_SCHEDULE || symbol->kind == LIC_SYMBOL_COLUMN;
    if (!fixed || (node->kind == LIC_NODE_NAME_REF && lic_named(node, "today"))) return false;
    for (uint32_t i = 0; i < node->child_count; i++)
        if (!is_fixed(node->children[i])) return false;
    return true;
}

static bool by_time_alone(const lic_node *when)
{
    if (lic_named(when, "after")) return true;
    return lic_named(when, "on") && is_fixed(when->children[0]);
}

static graph graph_of(lic_compilation *c, const lic_program *p)
{
    graph g = {.c = c, .p = p};
    for (uint32_t i = 0; i < p->lifecycle->child_count; i++) {
        const lic_node *t = p->lifecycle->children[i];
        if (t->kind != LIC_NODE_TRANSITION || !t->symbol) continue;
        const lic_node *when = lic_child(t, 0), *from = lic_child(t, 1);
        for (uint32_t k = 0; from && k < from->child_count; k++) {
            const lic_symbol *state = lic_state_find(p, from->children[k]->name);
            if (!state) continue;
            g.next[state->index] |= (uint64_t)1 << t->symbol->index;
            if (when && by_time_alone(when))
                g.timed[state->index] |= (uint64_t)1 << t->symbol->index;
        }
    }
    return g;
}

static uint64_t reached_from(const uint64_t *edges, uint64_t states, size_t count)
{
    for (uint64_t before = 0; before != states;) {
        before = states;
        for (size_t i = 0; i < count; i++)
            if (states >> i & 1) states |= edges[i];
    }
    return states;
}

static lic_span finals_span(const lic_program *p)
{
    return p->final_node ? p->final_node->span : p->lifecycle->span;
}

/* Inserts a transition by time behind the last line of the lifecycle. */
static void fix_by_time(const graph *g, lic_diagnostic *d, const lic_symbol *state)
{
    const lic_node *last = g->p->lifecycle->children[g->p->lifecycle->child_count - 1];
    if (g->p->final_first >= g->p->states.count || last->anchor.size || (lic_child(last, 2)))
        return;
    lic_diag_fix(g->c, d, lic_behind(last), "\n  from %.*s to %.*s on term.end", LIC_S(state->name),
                 LIC_S(g->p->states.items[g->p->final_first]->name));
}

static void check_reached(const graph *g, uint64_t reached)
{
    for (size_t i = 0; i < g->p->states.count; i++) {
        const lic_symbol *state = g->p->states.items[i];
        bool is_final = i >= g->p->final_first;
        if (!(reached >> i & 1)) {
            lic_diagnostic *d = lic_diag(g->c, "S8", state->span, "no transition leads here",
                                         "the state `%.*s` is never reached", LIC_S(state->name));
            lic_diag_help(
                g->c, d, "add a transition such as `from %.*s to %.*s when ...`, or drop the state",
                LIC_S(g->p->states.items[0]->name), LIC_S(state->name));
        } else if (!is_final && !g->next[i]) {
            lic_diagnostic *d = lic_diag(g->c, "S8", state->span, "no transition leaves it",
                                         "the state `%.*s` has no way out", LIC_S(state->name));
            lic_diag_place(g->c, d, finals_span(g->p), "the final states");
            lic_diag_help(g->c, d, "add a transition such as `from %.*s to %.*s on term.end`",
                          LIC_S(state->name),
                          LIC_S(g->p->final_first < g->p->states.count
                                    ? g->p->states.items[g->p->final_first]->name
                                    : state->name));
            fix_by_time(g, d, state);
        } else if (is_final && g->next[i]) {
            lic_diag(g->c, "S8", state->span, NULL, "a transition leaves the final state `%.*s`",
                     LIC_S(state->name));
        }
    }
}

static void check_ends(const graph *g, uint64_t reached)
{
    uint64_t finals = 0;
    size_t count = g->p->states.count;
    for (size_t i = g->p->final_first; i < count; i++) finals |= (uint64_t)1 << i;
    for (size_t i = 0; i < g->p->final_first; i++) {
        if (!(reached >> i & 1) || !g->next[i]) continue;
        if (reached_from(g->timed, (uint64_t)1 << i, count) & finals) continue;
        const lic_symbol *state = g->p->states.items[i];
        lic_diagnostic *d = lic_diag(g->c, "S9", state->span, "time alone leads nowhere from here",
                                     "the agreement can stay in `%.*s` for ever",
                                     LIC_S(state->name));
        lic_diag_place(g->c, d, finals_span(g->p), "the final states");
        lic_diag_help(g->c, d, "add a transition by time, such as `from %.*s to %.*s on term.end`",
                      LIC_S(state->name),
                      LIC_S(g->p->final_first < count ? g->p->states.items[g->p->final_first]->name
                                                      : state->name));
        fix_by_time(g, d, state);
    }
}

static void check_actions(const graph *g, uint64_t reached)
{
    for (size_t i = 0; i < g->p->all.count; i++) {
        const lic_symbol *action = g->p->all.items[i];
        const lic_node *in = action->kind == LIC_SYMBOL_ACTION
                                 ? lic_child_of(action->node, LIC_NODE_IN_STATES, 0)
                                 : NULL;
        if (!in) continue;
        bool possible = false, known = true;
        for (uint32_t k = 0; k < in->child_count; k++) {
            const lic_symbol *state = lic_state_find(g->p, in->children[k]->name);
            known = known && state;
            possible = possible || (state && reached >> state->index & 1);
        }
        if (possible || !known) continue;
        lic_diagnostic *d = lic_diag(g->c, "S8", action->span, NULL,
                                     "`%.*s` is allowed in no state that is reached",
                                     LIC_S(action->name));
        lic_diag_place(g->c, d, in->span, "its states");
    }
}

static void check_signed(const graph *g)
{
    for (uint32_t i = 0; i < g->p->lifecycle->child_count; i++) {
        const lic_node *t = g->p->lifecycle->children[i],
                       *when = t->kind == LIC_NODE_TRANSITION ? lic_child(t, 0) : NULL;
        if (!when || !lic_named(when, "signed")) continue;
        uint64_t named = 0;
        for (uint32_t k = 0; k < when->child_count; k++)
            if (when->children[k]->symbol) named |= (uint64_t)1 << when->children[k]->symbol->index;
        if (named == g->p->signers) continue;
        if (named & ~g->p->signers) {
            lic_diag(g->c, "S8", when->span, NULL,
                     "a party that does not sign can never have signed");
            continue;
        }
        lic_diagnostic *d = lic_diag(
            g->c, "S0", when->span, NULL,
            "a transition when only some of the signing parties have signed is not executed yet");
        lic_diag_help(g->c, d, "name every party with the role `signs`");
    }
}

void lic_check_lifecycle(lic_compilation *c, lic_program *p)
{
    if (!p->lifecycle) {
        lic_diagnostic *d = lic_diag(c, "S9", p->file->name_span, NULL,
                                     "the agreement has no lifecycle");
        lic_diag_help(c, d, "add a block `lifecycle` with initial, states, final and transitions");
        return;
    }
    if (!p->states.count) return;
    graph g = graph_of(c, p);
    uint64_t reached = reached_from(g.next, 1, p->states.count);
    check_reached(&g, reached);
    check_ends(&g, reached);
    check_actions(&g, reached);
    check_signed(&g);
    lic_check_begin(c, p);
    lic_check_turns(c, p);
    lic_check_step(c, p);
}
