/* types/life.c - actions, the lifecycle, and the handlers of kernels. */
#include "analyse.h"

/* -- actions and lifecycle --------------------------------------------------------------------------------------------------- */

static lic_symbol *bind_state(typer *t, lic_node *word)
{
    if (!word->name.size) return NULL; /* a broken line, already reported */
    lic_symbol *state = lic_state_find(t->s, word->name);
    if (state) {
        state->uses++;
        word->symbol = state;
        return state;
    }
    const char *names[LIC_STATES_MAX];
    for (size_t i = 0; i < t->s->states.count; i++)
        names[i] = lic_text(t->c, "%.*s", LIC_S(t->s->states.items[i]->name));
    const char *near = lic_nearest(word->name, names, t->s->states.count);
    lic_span at = word->name_span.size ? word->name_span : word->span;
    lic_diagnostic *d = lic_diag(t->c, "N04", at, NULL, "`%.*s` is not a state", LIC_S(word->name));
    if (t->s->lifecycle) lic_diag_place(t->c, d, t->s->lifecycle->span, "the states stand here");
    if (near) {
        lic_diag_help(t->c, d, "did you mean `%s`?", near);
        lic_diag_fix(t->c, d, at, "%s", near);
    }
    return NULL;
}

static void type_notice(typer *t, lic_node *notice)
{
    if (!notice) return;
    lic_type_as(t, notice->children[0], LIC_SORT_DURATION, "a duration");
    if (lic_child(notice, 1)) lic_bind(t, notice->children[1], LIC_SYMBOL_PARTY);
}

/* `by payer.party`: the party whose id stands in a column of the row that the act names. */
static void type_actor(typer *t, const lic_node *by, lic_node *actor)
{
    const lic_meaning *m = lic_type_expression(t, actor, NULL);
    if (m->sort == LIC_SORT_ERROR) return;
    if (m->sort != LIC_SORT_HASH || !actor->symbol || actor->symbol->kind != LIC_SYMBOL_COLUMN) {
        lic_diagnostic *d = lic_diag(t->c, "T01", actor->span, NULL,
                                     "a column that holds a party's id is wanted here, not %s",
                                     lic_meaning_text(t->s, m));
        lic_diag_help(t->c, d, "name a column of type `hash` of the parameter's row");
    } else if ((by->flags & LIC_FLAG_ANY_OF) || lic_child_of(by, LIC_NODE_NOTICE, 0)) {
        lic_diag(t->c, "S0", actor->span, NULL,
                 "`any of` and notices with parties of rows are known but not executed yet");
    }
}

static void type_parameter(typer *t, lic_node *node)
{
    lic_symbol holder = {.kind = LIC_SYMBOL_LOCAL, .node = node, .name = node->name};
    lic_meaning m = lic_type_of_node(t, node->children[0], &holder);
    if (m.sort == LIC_SORT_SET || m.sort == LIC_SORT_IGNORED) {
        lic_diag(t->c, "T02", node->span, NULL, "an action cannot be given %s",
                 lic_meaning_text(t->s, &m));
        m = lic_meaning_of(LIC_SORT_ERROR);
    }
    lic_local_add(t, node, node->name, &m, LIC_SYMBOL_LOCAL);
    node->symbol->form = holder.form;
    bool number = lic_money_like(&m) || m.sort == LIC_SORT_COUNT || m.sort == LIC_SORT_RATE ||
                  m.sort == LIC_SORT_PRICE;
    if (number) node->symbol->meaning.low = node->symbol->bounds.min = 0;
    node->symbol->bounds.max = m.high;
    node->symbol->has_within = holder.has_within;
    for (int i = 0; i < 32; i++) node->symbol->within[i] = holder.within[i];
}

void lic_type_action(typer *t, lic_symbol *action)
{
    lic_local *outer = t->locals;
    const lic_narrowed *mark = t->narrowed;
    lic_known *known = t->known;
    lic_node *node = action->node;
    bool by = false;
    t->has_caller = true;
    t->phase = t->locals;
    for (uint32_t i = 0; i < node->child_count; i++) {
        lic_node *line = node->children[i];
        if (line->kind == LIC_NODE_PARAMETER) {
            type_parameter(t, line);
            t->phase = t->locals; /* they come first */
        } else if (line->kind == LIC_NODE_BY_PARTIES) {
            by = true;
            for (uint32_t k = 0; k < line->child_count; k++) {
                lic_node *child = line->children[k];
                if (child->kind == LIC_NODE_NOTICE) type_notice(t, child);
                else if (child->kind == LIC_NODE_FIELD) type_actor(t, line, child);
                else if (child->kind == LIC_NODE_NAME_REF) lic_bind(t, child, LIC_SYMBOL_PARTY);
            }
        } else if (line->kind == LIC_NODE_IN_STATES) {
            for (uint32_t k = 0; k < line->child_count; k++) bind_state(t, line->children[k]);
        } else if (line->kind != LIC_NODE_LIMIT && line->kind != LIC_NODE_ABSENT) {
            lic_type_step(t, line);
        }
    }
    t->has_caller = false;
    if (!by)
        lic_diag(t->c, "T02", action->span, NULL, "nothing says who does `%.*s`",
                 LIC_S(action->name));
    lic_locals_leave(t, outer);
    lic_widen(t, mark);
    t->known = known;
}

static void type_when(typer *t, lic_node *when)
{
    if (lic_named(when, "signed"))
        for (uint32_t i = 0; i < when->child_count; i++)
            lic_bind(t, when->children[i], LIC_SYMBOL_PARTY);
    if (lic_named(when, "condition"))
        lic_type_as(t, when->children[0], LIC_SORT_BOOL, "a condition");
    if (lic_named(when, "by")) {
        lic_bind(t, when->children[0], LIC_SYMBOL_PARTY);
        if (lic_child(when, 1)) lic_type_as(t, when->children[1], LIC_SORT_BOOL, "a condition");
        type_notice(t, lic_child(when, 2));
    }
    if (lic_named(when, "on")) lic_type_as(t, when->children[0], LIC_SORT_DATE, "a date");
    if (lic_named(when, "after"))
        lic_type_as(t, when->children[0], LIC_SORT_DURATION, "a duration");
    const lic_node *holds = lic_child(when, lic_named(when, "by") ? 1 : 0);
    if (!holds || lic_named(when, "signed")) return;
    lic_know_facts(t, holds);
    lic_narrow_by(t, holds);
}

/* Transitions without signatures lead from state to state before the agreement is in force. */
static void find_unsigned(lic_program *p)
{
    p->unsigned_states = p->final_first ? 1 : 0;
    for (uint64_t before = 0; before != p->unsigned_states;) {
        before = p->unsigned_states;
        for (uint32_t i = 0; i < p->lifecycle->child_count; i++) {
            const lic_node *t = p->lifecycle->children[i], *when = lic_child(t, 0),
                           *from = lic_child(t, 1);
            if (t->kind != LIC_NODE_TRANSITION || !t->symbol || t->symbol->index >= p->final_first)
                continue;
            for (uint32_t k = 0; from && when && k < from->child_count; k++) {
                const lic_symbol *state = from->children[k]->symbol;
                bool leads = state && (p->unsigned_states >> state->index & 1);
                if (leads && !lic_named(when, "signed"))
                    p->unsigned_states |= (uint64_t)1 << t->symbol->index;
            }
        }
    }
}

void lic_type_lifecycle(typer *t, lic_node *lifecycle)
{
    if (t->s->final_node)
        lic_type_as(t, t->s->final_node->children[0], LIC_SORT_DURATION, "a duration");
    for (uint32_t i = 0; i < lifecycle->child_count; i++) {
        lic_node *transition = lifecycle->children[i];
        if (transition->kind != LIC_NODE_TRANSITION) continue;
        if (t->kernel) {
            lic_diag(t->c, "T02", transition->span, NULL,
                     "a kernel has its transitions in the step");
            return;
        }
        transition->symbol = bind_state(t, transition);
        lic_node *when = lic_child(transition, 0), *from = lic_child(transition, 1),
                 *then = lic_child(transition, 2);
        for (uint32_t k = 0; from && k < from->child_count; k++) bind_state(t, from->children[k]);
        lic_known *known = t->known;
        const lic_narrowed *mark = t->narrowed;
        if (when) type_when(t, when);
        if (then) lic_type_steps(t, then, 0);
        t->known = known;
        lic_widen(t, mark);
    }
    if (!t->kernel) find_unsigned(t->s);
}

/* -- handlers of kernel files ---------------------------------------------------------------------------------------- */

/* The subject is of the kind that the handler is for, and has this handler alone. */
static bool handler_fits(typer *t, const lic_node *node, const lic_symbol *subject)
{
    static const struct {
        const char *handler;
        int subject;
    } kinds[] = {{"line", LIC_SYMBOL_REPORT},
                 {"start", LIC_SYMBOL_REPORT},
                 {"close", LIC_SYMBOL_REPORT},
                 {"issue", LIC_SYMBOL_STATEMENT},
                 {"change", LIC_SYMBOL_FACT},
                 {"period", LIC_SYMBOL_TERM},
                 {"payment", LIC_SYMBOL_ACCOUNT},
                 {"opening", -1},
                 {"step", -1},
                 {"wake", -1},
                 {"ending", -1}};
    for (uint32_t i = 0; i < t->s->file->child_count; i++) {
        const lic_node *other = t->s->file->children[i];
        if (other == node) break;
        bool same = other->kind == LIC_NODE_HANDLER && lic_slice_equal(other->name, node->name) &&
                    lic_slice_equal(other->text, node->text);
        if (same && lic_child(node, 0) && lic_child(other, 0))
            same = lic_tree_equal(node->children[0], other->children[0]);
        if (!same) continue;
        lic_diagnostic *d = lic_diag(t->c, "N02", node->span, NULL,
                                     "a second handler of this kind");
        lic_diag_place(t->c, d, other->span, "the first");
        return false;
    }
    for (size_t i = 0; i < LIC_COUNT(kinds); i++) {
        if (!lic_named(node, kinds[i].handler)) continue;
        if (kinds[i].subject < 0 || (subject && subject->kind == kinds[i].subject)) return true;
        lic_diag(t->c, "N01", node->span, NULL, "`%.*s` is nothing that this handler is for",
                 LIC_S(node->text));
        return false;
    }
    return false;
}

void lic_type_handler(typer *t, lic_node *node)
{
    lic_local *outer = t->locals;
    lic_symbol *subject = node->text.size ? lic_symbol_find(t->s, node->text) : NULL;
    node->symbol = subject;
    bool line = lic_named(node, "line");
    t->has_period = line || lic_named(node, "start") || lic_named(node, "close") ||
                    lic_named(node, "issue") || lic_named(node, "period");
    if (!handler_fits(t, node, subject)) return;
    if (line) t->line_of = subject;
    if (lic_child(node, 0)) lic_bind(t, node->children[0], LIC_SYMBOL_PARTY);
    if (lic_named(node, "payment")) t->paid_into = subject;
    t->handler = node;
    t->phase = t->locals;
    lic_type_steps(t, node, 1);
    t->handler = NULL;
    t->line_of = NULL;
    t->paid_into = NULL;
    t->has_period = false;
    lic_locals_leave(t, outer);
}
