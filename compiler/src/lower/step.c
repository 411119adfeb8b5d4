/* lower/step.c - steps of actions and of lifecycle transitions, and actions themselves. */
#include "lower/lower.h"

static void clause(lowering *l, const lic_node *step, const char *label)
{
    lic_slice anchor = step->anchor.size ? step->anchor : l->clause_anchor;
    lic_emit_clause(l, l->clause_name, label, anchor);
}

static lic_node *rounded(lowering *l, const lic_node *value, const char *name)
{
    return lic_emit_let(l, name, lic_make_rounded(l, lic_lower_value(l, value)));
}

/* `Kestrel pays Orion E, due D`: a posting between the two and a duty. */
static void lower_sentence(lowering *l, const lic_node *node)
{
    bool owes = (node->flags & LIC_FLAG_OWES) != 0;
    const lic_node *amount = lic_child(node, 2), *from = lic_child(node, 3);
    clause(l, node, owes ? "owes" : "pays");
    if (!amount) {
        lic_diagnostic *d = lic_diag(l->c, "T02", node->span, NULL,
                                     "a sentence outside a money term needs its amount");
        lic_diag_help(l->c, d, "write the amount behind the creditor");
        return;
    }
    lic_node *sum = rounded(l, amount, "total");
    const lic_symbol *target = node->children[1]->symbol;
    bool to_account = !owes && target && target->kind == LIC_SYMBOL_ACCOUNT;
    lic_node *debtor = lic_make_name(l, node->children[0]->name);
    lic_node *creditor = lic_lower_value(l, node->children[1]);
    if (!to_account)
        lic_emit_post(l, lic_copy(l, sum), from ? lic_account_of(l, from) : lic_copy(l, debtor),
                      lic_copy(l, creditor));
    if (!owes) lic_emit_oblige(l, debtor, creditor, sum, lic_due_date(l, lic_child(node, 4)), 0);
}

static void lower_require(lowering *l, const lic_node *node)
{
    clause(l, node, "require");
    lic_slice reason = lic_expression_text(l->c, node->children[0]);
    lic_node *outer = l->out;
    lic_emit_if(l, lic_make_not(l, lic_lower_value(l, node->children[0])));
    lic_node *refuse = lic_make(l, LIC_NODE_REFUSE);
    refuse->text = reason;
    refuse->anchor = node->anchor.size ? node->anchor : l->clause_anchor;
    lic_node_add(l->c, l->out, refuse);
    l->out = outer;
}

/* Whom a term pays. */
static const lic_node *creditor_of(const lic_symbol *term)
{
    const lic_node *pays = lic_net_sentence(term->node);
    return pays && !(pays->flags & LIC_FLAG_OWES) ? pays->children[1] : NULL;
}

static void lower_credit(lowering *l, const lic_node *node)
{
    const lic_symbol *term = node->children[2]->symbol;
    const lic_node *creditor = creditor_of(term);
    clause(l, node, "credit");
    if (!creditor || creditor->meaning->sort != LIC_SORT_PARTY || !creditor->symbol ||
        creditor->symbol->kind != LIC_SYMBOL_PARTY) {
        lic_diagnostic *d = lic_diag(
            l->c, "S0", node->span, NULL,
            "a credit against a term that pays no single party is not executed yet");
        lic_diag_place(l->c, d, term->span, "the term");
        return;
    }
    lic_node *sum = rounded(l, node->children[1], "total");
    lic_node *account = lic_make_field(l, lic_make_name(l, term->name), lic_slice_text("credit"));
    lic_emit_post(l, sum, lic_make_name(l, creditor->name), account);
}

static void lower_move(lowering *l, const lic_node *node)
{
    clause(l, node, "move");
    lic_node *sum = rounded(l, node->children[2], "total");
    lic_emit_post(l, sum, lic_account_of(l, node->children[0]),
                  lic_account_of(l, node->children[1]));
}

static void lower_close_grants(lowering *l, const lic_node *node)
{
    clause(l, node, "close grants");
    for (size_t i = 0; i < l->p->all.count; i++) {
        const lic_symbol *grant = l->p->all.items[i];
        if (grant->kind != LIC_SYMBOL_GRANT) continue;
        bool except = false;
        for (uint32_t k = 1; k < node->child_count; k++)
            except = except || node->children[k]->symbol == grant;
        lic_node *day = lic_make_word(l, "today");
        if (except && !lic_child(node, 0)) continue;
        if (except) day = lic_make_binary(l, "+", day, lic_copy(l, node->children[0]));
        lic_emit_do(l, "close_grant", lic_make_name(l, grant->name), day, NULL);
    }
}

static void lower_block(lowering *l, const lic_node *block)
{
    for (uint32_t i = 0; i < block->child_count; i++) lic_lower_step(l, block->children[i]);
}

static void lower_if(lowering *l, const lic_node *node)
{
    lic_node *outer = l->out;
    lic_node *copy = lic_emit_if(l, lic_lower_value(l, node->children[0]));
    lic_renamed *renamed = l->renamed;
    lower_block(l, node->children[1]);
    l->renamed = renamed;
    if (lic_child(node, 2)) {
        l->out = lic_make(l, LIC_NODE_ELSE);
        lic_node_add(l->c, copy, l->out);
        lower_block(l, node->children[2]);
        l->renamed = renamed;
    }
    l->out = outer;
}

/* A step whose operands alone change: the target and the values. */
static void lower_same(lowering *l, const lic_node *node, const char *label)
{
    clause(l, node, label);
    lic_node *copy = lic_make(l, (lic_node_kind)node->kind);
    copy->name = node->name;
    for (uint32_t i = 0; i < node->child_count; i++)
        lic_node_add(l->c, copy, lic_lower_value(l, node->children[i]));
    lic_node_add(l->c, l->out, copy);
}

static void lower_add(lowering *l, const lic_node *node)
{
    const lic_symbol *target = node->children[1]->symbol;
    if (!target || target->kind != LIC_SYMBOL_ACCOUNT) {
        lower_same(l, node, "add");
        return;
    }
    clause(l, node, "add");
    lic_node *sum = rounded(l, node->children[0], "total");
    lic_emit_post(l, sum, lic_make_word(l, "opening"), lic_account_of(l, node->children[1]));
}

void lic_lower_step(lowering *l, const lic_node *step)
{
    l->line = step;
    switch (step->kind) {
    case LIC_NODE_LET: {
        clause(l, step, "let");
        lic_node *value = lic_lower_value(l, step->children[0]);
        lic_rename(l, step->symbol,
                   lic_emit_let(l, lic_text(l->c, "%.*s", LIC_S(step->name)), value));
        return;
    }
    case LIC_NODE_PAYS: lower_sentence(l, step); return;
    case LIC_NODE_REQUIRE: lower_require(l, step); return;
    case LIC_NODE_CREDIT: lower_credit(l, step); return;
    case LIC_NODE_MOVE: lower_move(l, step); return;
    case LIC_NODE_CANCEL:
    case LIC_NODE_DUE_NOW: {
        bool cancel = step->kind == LIC_NODE_CANCEL;
        clause(l, step, cancel ? "cancel" : "due now");
        lic_emit_do(l, cancel ? "cancel_term" : "due_now",
                    lic_make_name(l, step->children[0]->symbol->name),
                    cancel ? NULL : lic_make_word(l, "today"), NULL);
        return;
    }
    case LIC_NODE_CLOSE_GRANTS: lower_close_grants(l, step); return;
    case LIC_NODE_IF: lower_if(l, step); return;
    case LIC_NODE_ADD: lower_add(l, step); return;
    case LIC_NODE_SET: lower_same(l, step, "set"); return;
    case LIC_NODE_EMIT: lower_same(l, step, "emit"); return;
    case LIC_NODE_ENTER: lower_same(l, step, "enter"); return;
    case LIC_NODE_RETIRE: lower_same(l, step, "retire"); return;
    default: return;
    }
}

/* -- actions --------------------------------------------------------------------------------------------- */

/* `limit 1 every year`: two hidden fields count the uses in the present period. */
static void lower_limit(lowering *l, const lic_symbol *action, const lic_node *limit)
{
    lic_slice uses = lic_slice_text(lic_text(l->c, "%.*s.uses", LIC_S(action->name)));
    lic_slice since = lic_slice_text(lic_text(l->c, "%.*s.since", LIC_S(action->name)));
    lic_meaning count = {.sort = LIC_SORT_COUNT}, date = {.sort = LIC_SORT_DATE};
    lic_declare_tally(l, uses, &count, NULL);
    lic_declare_tally(l, since, &date, NULL);
    l->line = limit;
    clause(l, limit, "limit");
    lic_node *outer = l->out;
    lic_node *start = lic_emit_let(
        l, "limit_start",
        lic_make_call(l, "period_start", lic_make_number(l, lic_months_of(limit->children[0])),
                      lic_make_word(l, "today")));
    lic_emit_if(l, lic_make_binary(l, "<", lic_tally_reference(l, since, NULL), start));
    lic_emit_set(l, lic_tally_reference(l, since, NULL), lic_copy(l, start));
    lic_emit_set(l, lic_tally_reference(l, uses, NULL), lic_make_number(l, 0));
    l->out = outer;
    lic_emit_if(l, lic_make_binary(l, ">=", lic_tally_reference(l, uses, NULL),
                                   lic_make_number(l, limit->number)));
    lic_node *refuse = lic_make(l, LIC_NODE_REFUSE);
    refuse->text = lic_slice_text("the limit of this action is reached");
    refuse->anchor = limit->anchor.size ? limit->anchor : action->node->anchor;
    lic_node_add(l->c, l->out, refuse);
    l->out = outer;
    lic_emit_add(l, lic_make_number(l, 1), lic_tally_reference(l, uses, NULL));
}

/* A `past year`, `past quarter` ... is over when the act is done. */
static void lower_past(lowering *l, const lic_node *parameter)
{
    if (!lic_named(parameter->children[0], "past")) return;
    l->line = parameter;
    clause(l, parameter, "past");
    lic_node *outer = l->out;
    lic_node *end = lic_make_field(l, lic_make_name(l, parameter->name), lic_slice_text("end"));
    lic_emit_if(l, lic_make_not(l, lic_make_binary(l, "<", end, lic_make_word(l, "today"))));
    lic_node *refuse = lic_make(l, LIC_NODE_REFUSE);
    refuse->text = lic_slice_text(lic_text(l->c, "%.*s is not over", LIC_S(parameter->name)));
    refuse->anchor = l->clause_anchor;
    lic_node_add(l->c, l->out, refuse);
    l->out = outer;
}

/* `by payer.party`: asked when the act runs, for each column that the line names. */
static void lower_actors(lowering *l, const lic_node *by)
{
    l->line = by;
    for (uint32_t i = 0; i < by->child_count; i++) {
        const lic_node *actor = by->children[i];
        if (actor->kind != LIC_NODE_FIELD) continue;
        clause(l, by, "by");
        lic_node *outer = l->out;
        lic_emit_if(
            l, lic_make_not(l, lic_make_call(l, "signed_by", lic_lower_value(l, actor), NULL)));
        lic_node *refuse = lic_make(l, LIC_NODE_REFUSE);
        lic_slice text = lic_expression_text(l->c, actor);
        refuse->text = lic_slice_text(lic_text(l->c, "%.*s signs", LIC_S(text)));
        refuse->anchor = by->anchor.size ? by->anchor : l->clause_anchor;
        lic_node_add(l->c, l->out, refuse);
        l->out = outer;
    }
}

/* What an action without `in` means: all have signed, and the agreement has not ended. */
static lic_node *states_in_force(lowering *l)
{
    lic_node *in = lic_make(l, LIC_NODE_IN_STATES);
    for (uint32_t i = 0; i < l->p->final_first; i++) {
        if (l->p->unsigned_states >> i & 1) continue;
        lic_node *word = lic_make(l, LIC_NODE_WORD);
        word->name = l->p->states.items[i]->name;
        lic_node_add(l->c, in, word);
    }
    return in;
}

void lic_lower_action(lowering *l, const lic_symbol *action)
{
    lic_node *node = lic_make(l, LIC_NODE_ACTION);
    node->name = action->node->name;
    node->anchor = action->node->anchor;
    node->span = action->node->span;
    lic_handler *handler = lic_new(l->c, sizeof *handler);
    handler->node = node;
    handler->next = NULL;
    lic_handler *kept = l->handler;
    lic_enter_handler(l, handler);
    l->line = action->node;
    l->clause_name = action->name;
    l->clause_anchor = action->node->anchor;
    l->renamed = NULL;
    for (uint32_t i = 0; i < action->node->child_count; i++) {
        const lic_node *line = action->node->children[i];
        if (line->kind == LIC_NODE_PARAMETER || line->kind == LIC_NODE_BY_PARTIES ||
            line->kind == LIC_NODE_IN_STATES)
            lic_node_add(l->c, node, lic_copy(l, line));
    }
    const lic_node *in = lic_child_of(node, LIC_NODE_IN_STATES, 0);
    if (in) l->is_unsigned = lic_in_unsigned(l, in);
    else lic_node_add(l->c, node, states_in_force(l));
    l->in_action = true;
    l->folds = lic_make(l, LIC_NODE_SET_OF);
    for (uint32_t i = 0; i < action->node->child_count; i++) {
        l->line = action->node->children[i];
        lic_hoist_folds(l, action->node->children[i]);
    }
    l->line = action->node;
    for (uint32_t i = 0; i < action->node->child_count; i++)
        if (action->node->children[i]->kind == LIC_NODE_PARAMETER)
            lower_past(l, action->node->children[i]);
    for (uint32_t i = 0; i < action->node->child_count; i++)
        if (action->node->children[i]->kind == LIC_NODE_BY_PARTIES)
            lower_actors(l, action->node->children[i]);
    for (uint32_t i = 0; i < action->node->child_count; i++)
        if (action->node->children[i]->kind == LIC_NODE_LIMIT)
            lower_limit(l, action, action->node->children[i]);
    for (uint32_t i = 0; i < action->node->child_count; i++)
        lic_lower_step(l, action->node->children[i]);
    lic_node_add(l->c, l->kernel, node);
    l->handler = kept;
    l->line = NULL;
    l->renamed = NULL;
    l->in_action = l->is_unsigned = false;
}
