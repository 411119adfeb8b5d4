/* check/begin.c - before all have signed: from every state in which the agreement waits for signatures they
 * lead on (S8), no other way leads into force, nobody owes anything yet (S7), and nothing counts from a
 * term that the signatures begin (S9). */
#include "check/check.h"

static bool is_before(const lic_program *p, const lic_symbol *state)
{
    return state && (p->unsigned_states >> state->index & 1);
}

/* The first state of a list in which not all have signed, or NULL. */
static const lic_node *first_before(const lic_program *p, const lic_node *states)
{
    for (uint32_t i = 0; states && i < states->child_count; i++)
        if (is_before(p, lic_state_find(p, states->children[i]->name))) return states->children[i];
    return NULL;
}

static bool is_signing(const lic_node *transition)
{
    const lic_node *when = lic_child(transition, 0);
    return when && lic_named(when, "signed");
}

/* -- S8: the way into force ------------------------------------------------------------------------------ */

/* States to which the signatures lead, and on from there. */
static uint64_t states_in_force(const lic_program *p)
{
    uint64_t states = 0;
    for (uint64_t before = 1; before != states;) {
        before = states;
        for (uint32_t i = 0; i < p->lifecycle->child_count; i++) {
            const lic_node *t = p->lifecycle->children[i], *from = lic_child(t, 1);
            if (t->kind != LIC_NODE_TRANSITION || !t->symbol) continue;
            bool leads = is_signing(t);
            for (uint32_t k = 0; from && k < from->child_count; k++) {
                const lic_symbol *state = lic_state_find(p, from->children[k]->name);
                leads = leads || (state && states >> state->index & 1);
            }
            if (leads) states |= (uint64_t)1 << t->symbol->index;
        }
    }
    return states;
}

static const char *signers_text(lic_compilation *c, const lic_program *p)
{
    const char *text = "";
    for (size_t i = 0; i < p->parties.count; i++)
        if (p->signers >> i & 1)
            text = lic_text(c, "%s%s%.*s", text, text[0] ? ", " : "",
                            LIC_S(p->parties.items[i]->name));
    return text[0] ? text : "...";
}

static const lic_node *signing_from(const lic_program *p, const lic_symbol *state)
{
    for (uint32_t i = 0; i < p->lifecycle->child_count; i++) {
        const lic_node *t = p->lifecycle->children[i], *from = lic_child(t, 1);
        if (t->kind != LIC_NODE_TRANSITION || !is_signing(t)) continue;
        for (uint32_t k = 0; from && k < from->child_count; k++)
            if (!state || lic_slice_equal(from->children[k]->name, state->name)) return t;
    }
    return NULL;
}

static void check_signing(lic_compilation *c, const lic_program *p, uint64_t in_force)
{
    bool any = signing_from(p, NULL) != NULL;
    for (size_t i = 0; i < p->final_first; i++) {
        const lic_symbol *state = p->states.items[i];
        bool both = in_force >> i & 1; /* check_apart says it */
        if (!is_before(p, state) || both || signing_from(p, state) || (i && !any)) continue;
        lic_diagnostic *d = lic_diag(c, "S8", state->span, "no signature leads on from here",
                                     any ? "in `%.*s` the agreement can be signed, and nothing "
                                           "comes of it"
                                         : "from `%.*s` the agreement never comes into force",
                                     LIC_S(state->name));
        lic_slice next = i + 1 < p->final_first ? p->states.items[i + 1]->name
                                                : lic_slice_text("active");
        lic_diag_help(c, d, "add a transition such as `from %.*s to %.*s when signed by %s`",
                      LIC_S(state->name), LIC_S(next), signers_text(c, p));
    }
}

/* The first state of a list in which not all have signed and from which no signature led away, or NULL. */
static const lic_node *first_only_before(const lic_program *p, const lic_node *states,
                                         uint64_t force)
{
    for (uint32_t i = 0; states && i < states->child_count; i++) {
        const lic_symbol *state = lic_state_find(p, states->children[i]->name);
        if (is_before(p, state) && !(force >> state->index & 1)) return states->children[i];
    }
    return NULL;
}

/* A state is reached before or behind the signatures, never both ways. */
static void check_apart(lic_compilation *c, const lic_program *p, uint64_t in_force)
{
    uint64_t both = p->unsigned_states & in_force;
    for (uint32_t i = 0; i < p->lifecycle->child_count; i++) {
        const lic_node *t = p->lifecycle->children[i];
        if (t->kind != LIC_NODE_TRANSITION || !t->symbol) continue;
        const lic_node *from = first_before(p, lic_child(t, 1));
        if (is_signing(t) && !from) {
            lic_diagnostic *d = lic_diag(c, "S8", t->children[0]->span, "never waits",
                                         "all have signed before this state is reached");
            lic_diag_help(c, d, "let the signatures lead from `%.*s`",
                          LIC_S(p->states.items[0]->name));
        }
        bool enters = first_only_before(p, lic_child(t, 1), in_force) != NULL;
        if (is_signing(t) || !enters || !(both >> t->symbol->index & 1)) continue;
        lic_diagnostic *d = lic_diag(c, "S8", t->span, "without signatures",
                                     "`%.*s` is reached before all have signed, and behind it",
                                     LIC_S(t->name));
        const lic_node *signing = signing_from(p, NULL);
        if (signing) lic_diag_place(c, d, signing->span, "with them");
        lic_diag_help(c, d,
                      "let this transition lead to a final state, or to one that waits for the "
                      "signatures");
    }
}

/* -- S7: nobody owes before ---------------------------------------------------------------------------------- */

static bool moves_money(const lic_node *step)
{
    if (step->kind == LIC_NODE_PAYS || step->kind == LIC_NODE_CREDIT || step->kind == LIC_NODE_MOVE)
        return true;
    const lic_symbol *to = step->kind == LIC_NODE_ADD ? step->children[1]->symbol : NULL;
    return to && to->kind == LIC_SYMBOL_ACCOUNT;
}

static void refuse_money(lic_compilation *c, const lic_node *step, const lic_node *state)
{
    if (moves_money(step)) {
        bool pays = step->kind == LIC_NODE_PAYS;
        lic_diagnostic *d = lic_diag(c, "S7", pays ? step->children[0]->span : step->span,
                                     pays ? "owes here" : "moves money here",
                                     "money would be owed before all have signed");
        lic_diag_place(c, d, state->span, "not everybody has signed in this state");
        lic_diag_help(c, d,
                      "let it happen in a state that is reached `when signed by` all parties");
    }
    for (uint32_t i = 0; i < step->child_count; i++) refuse_money(c, step->children[i], state);
}

/* -- S9: a term that the signatures begin ------------------------------------------------------------------------- */

static void refuse_term_start(lic_compilation *c, const lic_program *p, const lic_node *node)
{
    bool start = node->kind == LIC_NODE_FIELD && lic_named(node, "start") &&
                 node->children[0]->kind == LIC_NODE_NAME_REF &&
                 lic_named(node->children[0], "term") && !node->symbol;
    if (start) {
        lic_diagnostic *d = lic_diag(c, "S9", node->span, "not known before all have signed",
                                     "the term begins with the signature that has not been given "
                                     "yet");
        lic_diag_place(c, d, p->term->span, "the term");
        lic_diag_help(c, d, "name a date, or count from the state: `after 60 days`");
    }
    for (uint32_t i = 0; i < node->child_count; i++) refuse_term_start(c, p, node->children[i]);
}

static void check_acts(lic_compilation *c, const lic_program *p, const lic_node *block,
                       const lic_node *state)
{
    for (uint32_t i = 0; i < block->child_count; i++) {
        refuse_money(c, block->children[i], state);
        if (p->from_signature) refuse_term_start(c, p, block->children[i]);
    }
}

void lic_check_begin(lic_compilation *c, lic_program *p)
{
    uint64_t in_force = states_in_force(p);
    check_signing(c, p, in_force);
    check_apart(c, p, in_force);
    for (uint32_t i = 0; i < p->lifecycle->child_count; i++) {
        const lic_node *t = p->lifecycle->children[i];
        const lic_node *state = t->kind == LIC_NODE_TRANSITION && !is_signing(t)
                                    ? first_before(p, lic_child(t, 1))
                                    : NULL;
        if (state) check_acts(c, p, t, state);
    }
    for (size_t i = 0; i < p->all.count; i++) {
        const lic_symbol *action = p->all.items[i];
        if (action->kind != LIC_SYMBOL_ACTION) continue;
        const lic_node *in = lic_child_of(action->node, LIC_NODE_IN_STATES, 0);
        const lic_node *state = first_before(p, in);
        if (state) check_acts(c, p, action->node, state);
        bool never = !in && signing_from(p, NULL) &&
                     !(in_force & (((uint64_t)1 << p->final_first) - 1));
        if (never)
            lic_diag(c, "S8", action->span, "nothing lies between the signatures and the end",
                     "`%.*s` is allowed in no state that is reached", LIC_S(action->name));
    }
}
