/* lower/life.c - the lifecycle: transitions on conditions, dates and durations become the step, which
 * runs until the state stays; transitions by a party become actions; the wake finds the next date on
 * which the step could act. And the resets of counters. */
#include "lower/lower.h"

#include <string.h>

static void transition_clause(lowering *l, const lic_node *transition)
{
    lic_slice anchor = transition->anchor;
    if (!anchor.size && transition->children[0]) anchor = transition->children[0]->anchor;
    l->line = transition;
    l->clause_name = transition->name;
    l->clause_anchor = anchor;
    l->clause_label = "lifecycle";
    lic_emit_clause(l, transition->name, "lifecycle", anchor);
}

static void then_go(lowering *l, const lic_node *transition)
{
    const lic_node *then = lic_child(transition, 2);
    for (uint32_t i = 0; then && i < then->child_count; i++) lic_lower_step(l, then->children[i]);
    transition_clause(l, transition);
    lic_node *go = lic_make(l, LIC_NODE_GOES_TO);
    go->name = transition->name;
    lic_node_add(l->c, l->out, go);
}

static lic_node *both(lowering *l, lic_node *a, lic_node *b)
{
    if (!a) return b;
    return b ? lic_make_binary(l, "and", a, b) : a;
}

static lic_node *date_facts(lowering *l, const lic_node *node, lic_node *condition)
{
    if (node->kind == LIC_NODE_NAME_REF && node->symbol && node->symbol->kind == LIC_SYMBOL_FACT)
        condition = both(
            l,
            lic_make_binary(l, ">", lic_make_call(l, "set_on", lic_make_name(l, node->name), NULL),
                            lic_make_date(l, 0)),
            condition);
    bool either = node->kind == LIC_NODE_BINARY && lic_named(node, "otherwise");
    for (uint32_t i = either ? 1 : 0; i < node->child_count; i++)
        condition = date_facts(l, node->children[i], condition);
    return condition;
}

/* -- transitions by a party ------------------------------------------------------------------------- */

/* The action of the n-th transition `by` a party: named after its target state, numbered when several are. */
static lic_slice action_name(lowering *l, const lic_node *transition)
{
    const lic_node *lifecycle = l->p->lifecycle;
    int same = 1;
    for (uint32_t i = 0; i < lifecycle->child_count && lifecycle->children[i] != transition; i++) {
        const lic_node *other = lifecycle->children[i];
        const lic_node *when = other->kind == LIC_NODE_TRANSITION ? lic_child(other, 0) : NULL;
        same += when && lic_named(when, "by") && lic_slice_equal(other->name, transition->name);
    }
    if (same == 1) return transition->name;
    return lic_slice_text(lic_text(l->c, "%.*s_%d", LIC_S(transition->name), same));
}

static void transition_action(lowering *l, const lic_node *transition, const lic_node *when)
{
    lic_node *node = lic_make(l, LIC_NODE_ACTION), *by = lic_make(l, LIC_NODE_BY_PARTIES),
             *in = lic_make(l, LIC_NODE_IN_STATES);
    const lic_node *notice = lic_child(when, 2), *from = lic_child(transition, 1);
    l->line = transition;
    node->name = action_name(l, transition);
    node->anchor = transition->anchor.size ? transition->anchor : when->anchor;
    lic_node_add(l->c, by, lic_make_name(l, when->children[0]->name));
    if (notice) lic_node_add(l->c, by, lic_copy(l, notice));
    lic_node_add(l->c, node, by);
    for (uint32_t i = 0; i < from->child_count; i++)
        lic_node_add(l->c, in, lic_copy(l, from->children[i]));
    lic_node_add(l->c, node, in);
    l->is_unsigned = lic_in_unsigned(l, in);
    if (!notice) {
        lic_handler handler = {.node = node};
        lic_enter_handler(l, &handler);
        l->renamed = NULL;
        transition_clause(l, transition);
        if (lic_child(when, 1)) {
            lic_node require = {
                .kind = LIC_NODE_REQUIRE, .span = when->span, .anchor = node->anchor};
            lic_node *condition[] = {when->children[1]};
            require.children = condition;
            require.child_count = 1;
            lic_lower_step(l, &require);
            l->line = transition;
        }
        then_go(l, transition);
    }
    l->is_unsigned = false;
    lic_node_add(l->c, l->kernel, node);
}

/* -- step --------------------------------------------------------------------------------------------- */

/* The condition under which the step takes a transition; NULL when it is an action alone. */
/* `when noticed C`: since when C has held, as a date; 1970-01-01: it does not hold. */
static lic_slice held_name(lowering *l, const lic_node *transition)
{
    return lic_slice_text(lic_text(l->c, "Notice.held_%.*s", LIC_S(action_name(l, transition))));
}

/* Without a notice that runs it is the act itself: C holds when it is done. */
static bool is_noticed(const lic_node *transition)
{
    const lic_node *when = transition->kind == LIC_NODE_TRANSITION ? lic_child(transition, 0)
                                                                   : NULL;
    return when && lic_named(when, "by") && (when->flags & LIC_FLAG_NOTICED) && lic_child(when, 2);
}

/* In each step, in whatever state: the day on which C began to hold, or none. */
static void keep_held(lowering *l, const lic_node *transition)
{
    lic_slice name = held_name(l, transition);
    lic_meaning date = {.sort = LIC_SORT_DATE};
    lic_declare_tally(l, name, &date, NULL);
    transition_clause(l, transition);
    lic_node *outer = l->out;
    lic_node *test = lic_emit_if(l, lic_lower_value(l, lic_child(transition, 0)->children[1]));
    lic_emit_if(l,
                lic_make_binary(l, "=", lic_tally_reference(l, name, NULL), lic_make_date(l, 0)));
    lic_emit_set(l, lic_tally_reference(l, name, NULL), lic_make_word(l, "today"));
    lic_node *otherwise = lic_make(l, LIC_NODE_ELSE);
    lic_node_add(l->c, test, otherwise);
    l->out = otherwise;
    lic_emit_set(l, lic_tally_reference(l, name, NULL), lic_make_date(l, 0));
    l->out = outer;
}

/* It has held since the notice was given, or longer. */
static lic_node *held(lowering *l, const lic_node *transition, const lic_node *given)
{
    lic_slice name = held_name(l, transition);
    return lic_make_binary(
        l, "and", lic_make_binary(l, ">", lic_tally_reference(l, name, NULL), lic_make_date(l, 0)),
        lic_make_binary(l, "<=", lic_tally_reference(l, name, NULL), lic_copy(l, given)));
}

static lic_node *step_condition(lowering *l, const lic_node *transition)
{
    const lic_node *when = lic_child(transition, 0);
    lic_node *today = lic_make_word(l, "today");
    if (lic_named(when, "signed"))
        return lic_make_binary(l, "=", lic_make_word(l, "signed"),
                               lic_make_number(l, (lic_i128)l->p->signers));
    if (lic_named(when, "condition")) return lic_lower_value(l, when->children[0]);
    if (lic_named(when, "after"))
        return lic_make_binary(
            l, "<=",
            lic_make_binary(l, "+", lic_make_word(l, "since"), lic_copy(l, when->children[0])),
            today);
    if (lic_named(when, "on"))
        return date_facts(l, when->children[0],
                          lic_make_binary(l, ">=", today, lic_lower_value(l, when->children[0])));
    const lic_node *notice = lic_child(when, 2);
    if (!notice) return NULL;
    lic_node *given = lic_make_call(l, "notice", lic_make_name(l, action_name(l, transition)),
                                    NULL);
    lic_node *over = lic_make_binary(
        l, "<=", lic_make_binary(l, "+", lic_copy(l, given), lic_copy(l, notice->children[0])),
        today);
    lic_node *condition = both(l, lic_make_binary(l, ">", given, lic_make_date(l, 0)), over);
    if (is_noticed(transition)) return both(l, condition, held(l, transition, given));
    return lic_child(when, 1) ? both(l, condition, lic_lower_value(l, when->children[1]))
                              : condition;
}

static bool leaves(const lic_node *transition, lic_slice state)
{
    const lic_node *from = lic_child(transition, 1);
    for (uint32_t i = 0; from && i < from->child_count; i++)
        if (lic_slice_equal(from->children[i]->name, state)) return true;
    return false;
}

static bool is_unsigned(const lowering *l, const lic_symbol *state)
{
    return state && (l->p->unsigned_states >> state->index & 1);
}

bool lic_in_unsigned(const lowering *l, const lic_node *states)
{
    for (uint32_t i = 0; i < states->child_count; i++)
        if (is_unsigned(l, lic_state_find(l->p, states->children[i]->name))) return true;
    return false;
}

static lic_node *in_state(lowering *l, const lic_symbol *state)
{
    return lic_make_binary(l, "=", lic_make_word(l, "state"), lic_make_name(l, state->name));
}

static void step_of_state(lowering *l, const lic_symbol *state)
{
    const lic_node *lifecycle = l->p->lifecycle;
    lic_node *outer = l->out;
    bool opened = false;
    l->is_unsigned = is_unsigned(l, state);
    for (uint32_t i = 0; i < lifecycle->child_count; i++) {
        const lic_node *transition = lifecycle->children[i];
        if (transition->kind != LIC_NODE_TRANSITION || !leaves(transition, state->name)) continue;
        const lic_node *when = lic_child(transition, 0);
        if (lic_named(when, "by") && !lic_child(when, 2)) continue;
        if (!opened) {
            transition_clause(l, transition);
            lic_emit_if(l, in_state(l, state));
        }
        opened = true;
        transition_clause(l, transition);
        lic_node *test = lic_emit_if(l, step_condition(l, transition));
        then_go(l, transition);
        lic_node *otherwise = lic_make(l, LIC_NODE_ELSE); /* the first that applies is taken */
        lic_node_add(l->c, test, otherwise);
        l->out = otherwise;
    }
    l->is_unsigned = false;
    l->out = outer;
}

/* An `else` in which nothing stands is taken out again. */
static void drop_empty_else(lic_node *node)
{
    for (uint32_t i = 0; i < node->child_count; i++) drop_empty_else(node->children[i]);
    if (node->kind == LIC_NODE_IF && node->child_count == 3 && node->children[2]->child_count == 0)
        node->child_count = 2;
}

/* -- wake --------------------------------------------------------------------------------------------- */

static void candidate(lowering *l, lic_node *guard, lic_node *date)
{
    lic_node *outer = l->out;
    if (guard) lic_emit_if(l, guard);
    lic_node *day = lic_emit_let(l, "day", date);
    lic_emit_if(l, lic_make_binary(l, "<", lic_make_word(l, "today"), day));
    lic_emit_set(l, lic_make_word(l, "wake"),
                 lic_make_choose(l, "lesser", lic_make_word(l, "wake"), lic_copy(l, day)));
    l->out = outer;
}

static lic_node *day_after(lowering *l, lic_node *date)
{
    return lic_make_binary(l, "+", date, lic_make_days(l, 1));
}

static bool is_today(const lic_node *node)
{
    return node->kind == LIC_NODE_NAME_REF && lic_named(node, "today");
}

static bool has_today(const lic_node *node)
{
    bool found = is_today(node);
    for (uint32_t i = 0; !found && i < node->child_count; i++) found = has_today(node->children[i]);
    return found;
}

static bool is_minus(const lic_node *node)
{
    return node->kind == LIC_NODE_BINARY && lic_named(node, "-");
}

/* `today` against a date. */
static bool plain_candidate(lowering *l, const lic_node *node)
{
    const lic_node *left = node->children[0], *right = node->children[1];
    bool today_left = is_today(left);
    if (today_left == is_today(right)) return false;
    const lic_node *date = today_left ? right : left;
    if (has_today(date)) return false;
    bool inclusive = lic_named(node, today_left ? ">=" : "<="),
         exclusive = lic_named(node, today_left ? ">" : "<");
    if (!exclusive) candidate(l, NULL, lic_copy(l, date));
    if (!inclusive) candidate(l, NULL, day_after(l, lic_copy(l, date)));
    return true;
}

/* `today - 30 days`, as conditions on duties have it: the other side and 30 days, and the day after. Days
 * between `today` and a date, `today - Release`: the date and that many days. */
static bool shifted_candidate(lowering *l, const lic_node *sum, const lic_node *other)
{
    if (!is_minus(sum) || has_today(other)) return false;
    const lic_node *from = sum->children[0], *by = sum->children[1];
    bool left = is_today(from);
    if (left == is_today(by) || has_today(left ? by : from)) return false;
    if (!left && from->kind == LIC_NODE_DURATION) return false;
    lic_node *date = left && by->kind == LIC_NODE_DURATION
                         ? lic_make_binary(l, "+", lic_copy(l, other), lic_copy(l, by))
                         : lic_make_binary(l, left ? "+" : "-", lic_copy(l, left ? by : from),
                                           lic_copy(l, other));
    bool dated = other->kind == LIC_NODE_CALL && lic_named(other, "oldest_due");
    lic_node *guard = dated ? lic_make_binary(l, "<", lic_copy(l, other), lic_make_date(l, 2500000))
                            : NULL;
    if (!dated) candidate(l, NULL, lic_copy(l, date));
    candidate(l, guard, day_after(l, date));
    return true;
}

static void unclear_time(lowering *l)
{
    lic_diagnostic *d = lic_diag(l->c, "T02", l->wake_at, NULL,
                                 "nothing says on which day this condition changes");
    lic_diag_note(l->c, d, "conditions are looked at again on the days that they name");
    lic_diag_help(l->c, d,
                  "compare `today` with a date, for instance `today >= Release + 3 years`");
}

/* Dates at which a kernel condition can change its truth by time alone. */
static void candidates(lowering *l, const lic_node *node)
{
    if (node->kind == LIC_NODE_NOT || lic_named(node, "and") || lic_named(node, "or")) {
        for (uint32_t i = 0; i < node->child_count; i++) candidates(l, node->children[i]);
        return;
    }
    if (node->kind == LIC_NODE_BINARY && node->child_count == 2 && !lic_named(node, "in")) {
        const lic_node *left = node->children[0], *right = node->children[1];
        if (plain_candidate(l, node) || shifted_candidate(l, left, right) ||
            shifted_candidate(l, right, left))
            return;
    }
    if (has_today(node)) unclear_time(l);
}

/* Conditions that must hold for the dates beside them to mean anything. */
static void wake_condition(lowering *l, const lic_node *condition)
{
    if (!condition) return;
    const lic_node *left = condition->kind == LIC_NODE_BINARY && lic_named(condition, "and")
                               ? condition->children[0]
                               : NULL;
    bool guard = left && left->kind == LIC_NODE_BINARY &&
                 left->children[0]->kind == LIC_NODE_CALL &&
                 (lic_named(left->children[0], "set_on") ||
                  lic_named(left->children[0], "notice") || lic_named(left->children[0], "next"));
    lic_node *outer = l->out;
    if (guard) lic_emit_if(l, lic_copy(l, left));
    if (guard) wake_condition(l, condition->children[1]);
    else if (condition->kind == LIC_NODE_BINARY &&
             (lic_named(condition, "and") || lic_named(condition, "or")))
        for (uint32_t i = 0; i < 2; i++) wake_condition(l, condition->children[i]);
    else if (condition->kind == LIC_NODE_NOT) wake_condition(l, condition->children[0]);
    else candidates(l, condition);
    l->out = outer;
}

static void wake_of_state(lowering *l, const lic_symbol *state)
{
    const lic_node *lifecycle = l->p->lifecycle;
    lic_node *outer = l->out, *test = NULL;
    l->is_unsigned = is_unsigned(l, state);
    for (uint32_t i = 0; i < lifecycle->child_count; i++) {
        const lic_node *transition = lifecycle->children[i];
        if (transition->kind != LIC_NODE_TRANSITION || !leaves(transition, state->name)) continue;
        const lic_node *when = lic_child(transition, 0);
        if (lic_named(when, "signed") || (lic_named(when, "by") && !lic_child(when, 2))) continue;
        l->line = transition;
        if (!test) test = lic_emit_if(l, in_state(l, state));
        l->wake_at = when->span;
        wake_condition(l, step_condition(l, transition));
    }
    l->is_unsigned = false;
    l->out = outer;
}

static void lower_wake(lowering *l)
{
    l->in_wake = true;
    l->line = l->p->lifecycle;
    lic_enter_handler(l, lic_handler_of(l, "wake", (lic_slice){0}, NULL));
    l->renamed = NULL;
    lic_emit_clause(l, (lic_slice){0}, "wake", (lic_slice){0});
    lic_emit_set(l, lic_make_word(l, "wake"), lic_make_date(l, LIC_DATE_MAX));
    for (size_t i = 0; i < l->p->states.count; i++) wake_of_state(l, l->p->states.items[i]);
    for (uint32_t i = 0; i < l->p->lifecycle->child_count; i++)
        if (is_noticed(l->p->lifecycle->children[i])) {
            l->line = l->p->lifecycle->children[i];
            wake_condition(l, lic_lower_value(l, lic_child(l->line, 0)->children[1]));
        }
    for (size_t i = 0; i < l->p->all.count; i++) {
        const lic_symbol *term = l->p->all.items[i];
        const lic_node *once = term->kind == LIC_SYMBOL_TERM
                                   ? lic_child_of(term->node, LIC_NODE_ONCE, 0)
                                   : NULL;
        if (once) l->line = once, l->wake_at = once->span;
        if (once) wake_condition(l, lic_lower_value(l, once->children[0]));
    }
    l->in_wake = false;
}

void lic_lower_lifecycle(lowering *l)
{
    const lic_node *lifecycle = l->p->lifecycle;
    if (!lifecycle) return;
    lic_enter_handler(l, lic_handler_of(l, "step", (lic_slice){0}, NULL));
    l->renamed = NULL;
    for (uint32_t i = 0; i < lifecycle->child_count; i++)
        if (is_noticed(lifecycle->children[i])) keep_held(l, lifecycle->children[i]);
    for (size_t i = 0; i < l->p->states.count; i++) step_of_state(l, l->p->states.items[i]);
    drop_empty_else(l->handler->node);
    for (uint32_t i = 0; i < lifecycle->child_count; i++) {
        const lic_node *transition = lifecycle->children[i];
        const lic_node *when = transition->kind == LIC_NODE_TRANSITION ? lic_child(transition, 0)
                                                                       : NULL;
        if (when && lic_named(when, "by")) transition_action(l, transition, when);
    }
    lower_wake(l);
}

/* -- resets ------------------------------------------------------------------------------------------------- */

static bool mentions(const lic_node *node, lic_slice name)
{
    if (node->kind == LIC_NODE_NAME_REF && lic_slice_equal(node->name, name)) return true;
    for (uint32_t i = 0; i < node->child_count; i++)
        if (mentions(node->children[i], name)) return true;
    return false;
}

/* Puts the steps that were added behind the first `old` ones of a handler in front of them. */
static void to_front(lic_node *node, uint32_t old, uint32_t keep)
{
    uint32_t added = node->child_count - old;
    for (uint32_t i = 0; i < added; i++) {
        lic_node *step = node->children[old + i];
        memmove(node->children + keep + i + 1, node->children + keep + i,
                (old - keep) * sizeof *node->children);
        node->children[keep + i] = step;
    }
}

/* An account lapses: what is left on it is written off. A counter begins anew. */
static void reset_value(lowering *l, const lic_symbol *counter, lic_node *target, lic_node *value)
{
    if (counter->kind == LIC_SYMBOL_ACCOUNT)
        lic_emit_post(l, lic_emit_let(l, "lapsed", lic_copy(l, target)), target,
                      lic_make_word(l, "written_off"));
    else lic_emit_set(l, target, value);
}

static void reset_steps(lowering *l, const lic_symbol *counter, lic_slice since, lic_node *date)
{
    l->line = counter->node;
    lic_emit_clause(l, counter->name, "resets", counter->node->anchor);
    lic_node *start = lic_make_call(
        l, "period_start", lic_make_number(l, lic_months_of(counter->resets->children[0])), date);
    lic_node *outer = l->out;
    lic_node *target = lic_make_name(l, counter->name);
    lic_node *value = counter->starts ? lic_copy(l, counter->starts->children[0])
                                      : lic_make_zero(l, &counter->meaning);
    if (counter->is_scoped) {
        lic_node *rows = lic_emit_each(l, counter);
        lic_emit_clause(l, counter->name, "resets", counter->node->anchor);
        if (counter->starts) {
            const lic_node *each = lic_child_of(counter->node, LIC_NODE_FOR_EACH, 0);
            lic_rename(l, each->symbol, lic_make_name(l, rows->name));
            value = lic_lower_value(l, counter->starts->children[0]);
        }
        lic_emit_if(
            l, lic_make_binary(l, "<", lic_tally_reference(l, since, NULL), lic_copy(l, start)));
        reset_value(l, counter, lic_make_of(l, target, lic_make_name(l, rows->name)), value);
        l->out = outer;
        lic_emit_clause(l, counter->name, "resets", counter->node->anchor);
        lic_emit_set(l, lic_tally_reference(l, since, NULL), start);
        return;
    }
    lic_node *from = lic_emit_let(l, "reset_from", start);
    lic_emit_if(l, lic_make_binary(l, "<", lic_tally_reference(l, since, NULL), from));
    reset_value(l, counter, target, value);
    lic_emit_set(l, lic_tally_reference(l, since, NULL), lic_copy(l, from));
    l->out = outer;
}

static void reset_in(lowering *l, lic_handler *handler, const lic_symbol *counter, lic_slice since)
{
    bool action = handler->node->kind == LIC_NODE_ACTION;
    static const char *const periodic[] = {"start", "close", "issue", "period"};
    bool period = false;
    for (size_t i = 0; i < LIC_COUNT(periodic) && !action; i++)
        period = period || lic_named(handler->node, periodic[i]);
    lic_node *date = period ? lic_make_field(l, lic_make_word(l, "period"), lic_slice_text("start"))
                            : lic_make_word(l, "today");
    lic_enter_handler(l, handler);
    uint32_t old = handler->node->child_count, keep = action ? 0 : 1;
    while (action && keep < old) {
        uint16_t kind = handler->node->children[keep]->kind;
        if (kind != LIC_NODE_PARAMETER && kind != LIC_NODE_BY_PARTIES && kind != LIC_NODE_IN_STATES)
            break;
        keep++;
    }
    reset_steps(l, counter, since, date);
    to_front(handler->node, old, keep);
}

/* A counter is set back before the first step that reads or changes it in a later period. */
void lic_lower_resets(lowering *l)
{
    for (size_t i = 0; i < l->p->all.count; i++) {
        const lic_symbol *counter = l->p->all.items[i];
        if ((counter->kind != LIC_SYMBOL_COUNTER && counter->kind != LIC_SYMBOL_ACCOUNT) ||
            !counter->resets)
            continue;
        lic_slice since = lic_slice_text(lic_text(l->c, "%.*s.since", LIC_S(counter->name)));
        lic_meaning date = {.sort = LIC_SORT_DATE};
        lic_declare_tally(l, since, &date, NULL);
        l->renamed = NULL;
        for (lic_handler *h = l->handlers; h; h = h->next) {
            if (!mentions(h->node, counter->name)) continue;
            bool close = lic_is_close(h->node);
            if ((counter->is_dated && close) || (counter->is_settled && !close)) continue;
            bool line = lic_named(h->node, "line");
            if (lic_named(h->node, "opening") || lic_named(h->node, "start") ||
                lic_named(h->node, "ending"))
                continue;
            reset_in(l, line ? lic_handler_of(l, "start", h->node->text, NULL) : h, counter, since);
        }
        for (uint32_t k = 0; k < l->kernel->child_count; k++) {
            lic_node *node = l->kernel->children[k];
            lic_handler action = {.node = node};
            if (node->kind == LIC_NODE_ACTION && !counter->is_settled &&
                mentions(node, counter->name))
                reset_in(l, &action, counter, since);
        }
    }
}
