/* lower/term.c - a money term to the steps of its close: amount, rounding, floor and cap, recoupment,
 * postings and duties, in written order. docs/spec/language.md, "money terms", has the same rules in
 * words. */
#include "lower/lower.h"

/* What a close knows while its clauses are lowered; references to locals are copied where used. */
typedef struct close {
    const lic_node *node;                                  /* the MONEY_TERM */
    lic_node *exact, *earned, *payable, *topup, *recouped; /* recouped, topup: NULL = nothing yet */
    struct leg {
        lic_node *amount; /* what the clause added, or took when `cut` */
        const lic_node *clause;
        bool cut;
    } legs[16];
    size_t leg_count;
    bool never_negative;   /* the amount, by its range */
    bool paid;             /* legs are posted */
    lic_node *carry;       /* the IF of `below` */
    lic_node *after_carry; /* where the steps go on behind it */
} close;

static lic_slice anchor_of(const lowering *l, const lic_node *clause)
{
    return clause->anchor.size ? clause->anchor : l->term->node->anchor;
}

static void clause(lowering *l, const lic_node *node, const char *label)
{
    l->line = node;
    l->clause_label = label;
    l->clause_anchor = anchor_of(l, node);
    lic_emit_clause(l, l->term->name, label, l->clause_anchor);
}

static lic_node *nothing(lowering *l)
{
    lic_meaning m = l->term->meaning;
    m.sort = LIC_SORT_MONEY;
    return lic_make_zero(l, &m);
}

/* A money value, rounded: what the term has rounded already, and the whole of an account, are taken as they
 * are; facts, parameters and columns can be finer than the agreement's amounts. */
static lic_node *payable_of(lowering *l, const lic_node *value, const char *name)
{
    lic_node *lowered = lic_lower_value(l, value);
    const lic_symbol *symbol = value->kind == LIC_NODE_NAME_REF ? value->symbol : NULL;
    if (symbol && (symbol == l->term->amount_symbol || symbol == l->term->earned_symbol))
        return lowered;
    bool account = symbol && symbol->kind == LIC_SYMBOL_ACCOUNT; /* read once: postings change it */
    return lic_emit_let(l, name, account ? lowered : lic_make_rounded(l, lowered));
}

static void minus(lowering *l, lic_node **value, lic_node *by, const char *name)
{
    *value = lic_emit_let(l, name, lic_make_binary(l, "-", lic_copy(l, *value), lic_copy(l, by)));
}

static void plus(lowering *l, lic_node **value, lic_node *by, const char *name)
{
    if (!*value) *value = by;
    else
        *value = lic_emit_let(l, name,
                              lic_make_binary(l, "+", lic_copy(l, *value), lic_copy(l, by)));
}

/* -- amount, at least, at most -------------------------------------------------------------------- */

static void lower_amount(lowering *l, close *k, const lic_node *node)
{
    clause(l, node, "amount");
    lic_node *value = lic_lower_value(l, node->children[0]);
    const lic_meaning *m = node->children[0]->meaning;
    /* an account or counter can be another when the result is recorded */
    const lic_symbol *symbol = node->children[0]->symbol;
    bool stays = !symbol ||
                 (symbol->kind != LIC_SYMBOL_ACCOUNT && symbol->kind != LIC_SYMBOL_COUNTER);
    bool plain = value->kind == LIC_NODE_NAME_REF && m->divisor == 1 && stays;
    k->exact = plain ? value : lic_emit_let(l, "exact", value);
    k->earned = lic_emit_let(l, "earned", lic_make_rounded(l, lic_copy(l, k->exact)));
    k->payable = k->earned;
    k->never_negative = m->low >= 0;
    k->legs[0] = (struct leg){.amount = k->earned, .clause = node};
    k->leg_count = 1;
}

static void lower_bound(lowering *l, close *k, const lic_node *node, bool at_most)
{
    if (k->leg_count == LIC_COUNT(k->legs)) {
        lic_diag(l->c, "T03", node->span, NULL, "a term has at most %zu bounds",
                 LIC_COUNT(k->legs) - 1);
        return;
    }
    clause(l, node, at_most ? "at most" : "at least");
    lic_node *bound = lic_emit_let(l, at_most ? "cap" : "floor",
                                   lic_make_rounded(l, lic_lower_value(l, node->children[0])));
    lic_node *chosen = lic_emit_let(
        l, "payable",
        lic_make_choose(l, at_most ? "lesser" : "greater", lic_copy(l, k->payable), bound));
    lic_node *high = at_most ? k->payable : chosen, *low = at_most ? chosen : k->payable;
    lic_node *change = lic_emit_let(l, at_most ? "cut" : "topup",
                                    lic_make_binary(l, "-", lic_copy(l, high), lic_copy(l, low)));
    k->legs[k->leg_count++] = (struct leg){.amount = change, .clause = node, .cut = at_most};
    if (!at_most) plus(l, &k->topup, lic_copy(l, change), "topup");
    else
        k->topup = lic_emit_let(l, "topup",
                                lic_make_binary(l, "-",
                                                k->topup ? lic_copy(l, k->topup) : nothing(l),
                                                lic_copy(l, change)));
    k->payable = chosen;
}

/* -- less ---------------------------------------------------------------------------------------------- */

static void recoup(lowering *l, close *k, lic_node *account, const lic_node *leaving)
{
    lic_node *most = lic_copy(l, k->payable);
    if (leaving) {
        lic_node *kept = lic_make_rounded(l, lic_lower_value(l, leaving));
        lic_node *room = lic_emit_let(l, "room", lic_make_binary(l, "-", most, kept));
        most = lic_make_choose(l, "greater", room, nothing(l));
    }
    lic_node *taken = lic_emit_let(l, "recoup",
                                   lic_make_choose(l, "lesser", most, lic_copy(l, account)));
    lic_emit_post(l, lic_copy(l, taken), account, lic_make_word(l, "recouped"));
    minus(l, &k->payable, taken, "payable");
    plus(l, &k->recouped, lic_copy(l, taken), "recouped_so_far");
}

static void lower_less(lowering *l, close *k, const lic_node *node)
{
    clause(l, node, "less");
    recoup(l, k, lic_account_of(l, node->children[0]), lic_child(node, 1));
}

static void lower_credit(lowering *l, close *k)
{
    if (!l->term->is_credited || k->paid) return;
    lic_node *account = lic_make_field(l, lic_make_name(l, l->term->name),
                                       lic_slice_text("credit"));
    l->line = l->term->node;
    lic_emit_clause(l, l->term->name, "credit", l->term->node->anchor);
    recoup(l, k, account, NULL);
}

static void only_payees(lowering *l);

/* -- postings of the net --------------------------------------------------------------------------------- */

/* Recoupment absorbs the earned part first, then what `at least` added, in written order. */
static void post_legs(lowering *l, close *k, lic_node *from, lic_node *to)
{
    lic_node *rest = k->recouped ? lic_copy(l, k->recouped) : NULL;
    size_t ups = 0;
    for (size_t i = 0; i < k->leg_count; i++) ups += !k->legs[i].cut;
    lic_node *debt = NULL; /* a negative amount is taken out of the next leg */
    for (size_t i = 0, seen = 0; i < k->leg_count; i++) {
        const struct leg *leg = &k->legs[i];
        if (leg->cut) continue;
        seen++;
        clause(l, leg->clause, i == 0 ? "amount" : "at least");
        lic_node *amount = lic_copy(l, leg->amount);
        if (debt)
            amount = lic_emit_let(l, "leg", lic_make_binary(l, "+", amount, debt)), debt = NULL;
        if (i == 0 && !k->never_negative && ups > 1) {
            debt = lic_emit_let(l, "shortfall",
                                lic_make_choose(l, "lesser", lic_copy(l, amount), nothing(l)));
            amount = lic_emit_let(l, "leg", lic_make_choose(l, "greater", amount, nothing(l)));
        }
        if (rest && seen == ups) {
            amount = lic_emit_let(l, "leg", lic_make_binary(l, "-", amount, rest));
            rest = NULL;
        } else if (rest) {
            lic_node *absorbed = lic_emit_let(
                l, "absorbed",
                lic_make_choose(l, "lesser", lic_copy(l, amount), lic_copy(l, rest)));
            amount = lic_emit_let(l, "leg", lic_make_binary(l, "-", amount, lic_copy(l, absorbed)));
            rest = lic_emit_let(l, "rest", lic_make_binary(l, "-", rest, absorbed));
        }
        lic_emit_post(l, amount, lic_copy(l, from), lic_copy(l, to));
    }
    for (size_t i = 0; i < k->leg_count; i++) {
        if (!k->legs[i].cut) continue;
        clause(l, k->legs[i].clause, "at most");
        lic_emit_post(l, lic_copy(l, k->legs[i].amount), lic_copy(l, to), lic_copy(l, from));
    }
}

/* -- parts ------------------------------------------------------------------------------------------------- */

static bool has_parts(const lic_node *term)
{
    return lic_child_of(term, LIC_NODE_PART, 0) != NULL;
}

/* Each part is the rounded share up to its end less the rounded share before it: together the net. */
static void lower_parts(lowering *l, close *k, const lic_node *pays, lic_node *debtor,
                        lic_node *creditor)
{
    lic_node *before = NULL, *share = NULL;
    uint32_t number = 0;
    for (uint32_t i = 0; i < k->node->child_count; i++) {
        const lic_node *part = k->node->children[i];
        if (part->kind != LIC_NODE_PART) continue;
        number++;
        clause(l, part, "part");
        lic_node *rate = lic_lower_value(l, part->children[0]);
        share = share ? lic_make_binary(l, "+", lic_copy(l, share), rate) : rate;
        lic_node *up_to = lic_emit_let(
            l, "up_to",
            lic_make_rounded(l,
                             lic_make_binary(l, "*", lic_copy(l, share), lic_copy(l, k->payable))));
        lic_node *amount = before
                               ? lic_emit_let(l, "part",
                                              lic_make_binary(l, "-", lic_copy(l, up_to), before))
                               : up_to;
        before = lic_copy(l, up_to);
        bool now = lic_named(part->children[1], "signature");
        lic_node *due = now ? lic_due_date(l, lic_child(part, 2)) : lic_make_date(l, LIC_DATE_MAX);
        lic_emit_oblige(l, lic_copy(l, debtor), lic_copy(l, creditor), lic_copy(l, amount), due,
                        now ? 0 : number);
    }
    (void)pays;
}

/* The date of a part: what it names, or its time counted from the fact that is a date, from today otherwise. */
static lic_node *part_date(lowering *l, const lic_node *within, const lic_symbol *trigger)
{
    bool stated = within && ((within->flags & LIC_FLAG_DUE) || lic_child(within, 1));
    bool date = trigger->kind == LIC_SYMBOL_FACT && trigger->meaning.sort == LIC_SORT_DATE;
    if (stated || !date) return lic_due_date(l, within);
    lic_node *base = lic_make_name(l, trigger->name);
    return within ? lic_make_binary(l, "+", base, lic_copy(l, within->children[0])) : base;
}

/* `part 50% on Release, within 30 days`: what happens on its trigger. */
static void lower_part_trigger(lowering *l, const lic_node *part, uint32_t number)
{
    const lic_symbol *trigger = lic_trigger_symbol(l, part->children[1]);
    if (!trigger) return;
    const char *kind = trigger->kind == LIC_SYMBOL_FACT     ? "change"
                       : trigger->kind == LIC_SYMBOL_REPORT ? "close"
                                                            : "issue";
    lic_handler *handler = lic_handler_of(l, kind, trigger->name, NULL);
    l->line = part;
    l->renamed = NULL;
    l->row = NULL;
    l->folds = lic_make(l, LIC_NODE_SET_OF);
    l->tallies = lic_make(l, LIC_NODE_SET_OF);
    lic_enter_handler(l, handler);
    lic_hoist_folds(l, part->children[2]);
    lic_enter_handler(l, handler);
    clause(l, part, "part");
    lic_node *due = part_date(l, lic_child(part, 2), trigger);
    lic_emit_do(l, "due_part", lic_make_name(l, l->term->name), lic_make_number(l, number), due);
}

/* -- sentences, moves, additions ------------------------------------------------------------------------------ */

static void lower_pays(lowering *l, close *k, const lic_node *node)
{
    lower_credit(l, k);
    const lic_node *amount = lic_child(node, 2), *from = lic_child(node, 3);
    bool owes = (node->flags & LIC_FLAG_OWES) != 0;
    const lic_symbol *target = node->children[1]->symbol;
    bool to_account = !owes && target && target->kind == LIC_SYMBOL_ACCOUNT;
    lic_node *debtor = lic_make_name(l, node->children[0]->name);
    lic_node *creditor = lic_lower_value(l, node->children[1]);
    lic_node *source = from ? lic_account_of(l, from) : debtor;
    clause(l, node, owes ? "owes" : "pays");
    lic_node *sum = amount ? payable_of(l, amount, "total") : k->payable;
    if (amount) {
        if (!to_account) lic_emit_post(l, lic_copy(l, sum), source, lic_copy(l, creditor));
    } else if (!k->paid && !to_account) {
        post_legs(l, k, source, creditor);
    } else if (!to_account) {
        lic_emit_post(l, lic_copy(l, sum), source, lic_copy(l, creditor));
    }
    if (!amount) k->paid = true;
    if (owes) return;
    if (has_parts(k->node) && !amount) {
        lower_parts(l, k, node, debtor, creditor);
        return;
    }
    clause(l, node, "pays");
    lic_emit_oblige(l, lic_copy(l, debtor), creditor, lic_copy(l, sum),
                    lic_due_date(l, lic_child(node, 4)), 0);
}

static void lower_move(lowering *l, close *k, const lic_node *node)
{
    lower_credit(l, k);
    lic_node *from = lic_account_of(l, node->children[0]),
             *to = lic_account_of(l, node->children[1]);
    clause(l, node, "move");
    lic_emit_post(l, lic_copy(l, k->payable), from, to);
    k->paid = true;
}

static void lower_add(lowering *l, close *k, const lic_node *node)
{
    const lic_symbol *target = node->children[1]->symbol;
    clause(l, node, "add");
    if (!target || target->kind != LIC_SYMBOL_ACCOUNT) {
        lic_node *value = lic_lower_value(l, node->children[0]);
        lic_emit_add(l, value, lic_lower_value(l, node->children[1]));
        return;
    }
    const lic_node *payer = lic_term_payer(k->node);
    lic_node *from = payer ? lic_make_name(l, payer->name) : lic_make_word(l, "opening");
    lic_node *value = payable_of(l, node->children[0], "added");
    lic_emit_post(l, lic_copy(l, value), from, lic_account_of(l, node->children[1]));
}

/* -- results ------------------------------------------------------------------------------------------------------- */

static const struct member {
    const char *name;
    uint32_t bit;
} members[] = {{"earned", LIC_MEMBER_EARNED},
               {"topup", LIC_MEMBER_TOPUP},
               {"recouped", LIC_MEMBER_RECOUPED},
               {"net", LIC_MEMBER_NET}};

/* What clauses below read of this row. */
static void keep_for_row(lowering *l, lic_node *const values[])
{
    for (size_t i = 0; i < LIC_COUNT(members); i++)
        if (l->term->row_members & members[i].bit)
            lic_emit_set(l,
                         lic_row_result(l, l->term, lic_slice_text(members[i].name),
                                        lic_renamed_value(l, l->row)),
                         values[i] ? lic_copy(l, values[i]) : nothing(l));
}

/* What other clauses read by year, of all rows together. */
static void keep_by_year(lowering *l, lic_node *const values[])
{
    lic_node *date = l->has_period
                         ? lic_make_field(l, lic_make_word(l, "period"), lic_slice_text("start"))
                         : lic_make_word(l, "today");
    lic_node *table = lic_make_name(
        l, lic_slice_text(lic_text(l->c, "%.*s_years", LIC_S(l->term->name))));
    lic_node *row = lic_emit_let(
        l, "in_year", lic_make_call(l, "ensure", table, lic_make_call(l, "year_of", date, NULL)));
    for (size_t i = 0; i < LIC_COUNT(members); i++)
        if ((l->term->year_members & members[i].bit) && values[i])
            lic_emit_add(l, lic_copy(l, values[i]),
                         lic_make_field(l, lic_copy(l, row), lic_slice_text(members[i].name)));
}

static void emit_result(lowering *l, close *k, bool carried)
{
    l->line = k->legs[0].clause;
    lic_emit_clause(l, l->term->name, "amount", anchor_of(l, k->legs[0].clause));
    lic_node *result = lic_make(l, LIC_NODE_RESULT);
    result->name = l->term->name;
    lic_node_add(l->c, result,
                 l->row ? lic_renamed_value(l, l->row) : lic_make(l, LIC_NODE_ABSENT));
    lic_node *values[] = {k->exact, k->earned, k->topup, k->recouped, carried ? NULL : k->payable};
    for (size_t i = 0; i < LIC_COUNT(values); i++)
        lic_node_add(l->c, result, values[i] ? lic_copy(l, values[i]) : nothing(l));
    lic_node_add(l->c, l->out, result);
    if (l->row) keep_for_row(l, values + 1);
    if (l->term->year_members) keep_by_year(l, values + 1);
}

/* What a term draws from an account stays there when it is not paid; what it would owe anew is kept in
 * a tally of its own, so that a small amount is not lost with its period. */
static bool draws_on_account(const lic_node *term)
{
    const lic_node *pays = lic_net_sentence(term);
    return lic_child_of(term, LIC_NODE_MOVE, 0) || (pays && lic_child(pays, 3));
}

static lic_slice carried_name(lowering *l, const lic_symbol *term)
{
    return lic_slice_text(lic_text(l->c, "%.*s.carried", LIC_S(term->name)));
}

static lic_node *carried(lowering *l)
{
    lic_slice name = carried_name(l, l->term);
    lic_meaning money = l->term->meaning;
    money.sort = LIC_SORT_MONEY;
    bool declared = false;
    for (uint32_t i = 0; i < l->kernel->child_count; i++)
        declared = declared || (l->kernel->children[i]->kind == LIC_NODE_TALLY &&
                                lic_slice_equal(l->kernel->children[i]->name, name));
    if (!declared) lic_declare_tally(l, name, &money, l->row ? l->term : NULL);
    return lic_tally_reference(l, name, l->row ? lic_renamed_value(l, l->row) : NULL);
}

static void lower_below(lowering *l, close *k, const lic_node *node)
{
    clause(l, node, "below");
    lic_node *kept = draws_on_account(k->node) ? NULL : carried(l);
    if (kept) {
        plus(l, &k->payable, lic_copy(l, kept), "payable");
        plus(l, &k->legs[0].amount, lic_copy(l, kept), "leg");
        k->never_negative = false;
    }
    lic_node *limit = lic_emit_let(l, "threshold",
                                   lic_make_rounded(l, lic_lower_value(l, node->children[0])));
    k->after_carry = l->out;
    k->carry = lic_emit_if(l, lic_make_binary(l, ">=", lic_copy(l, k->payable), limit));
    lic_node *otherwise = lic_make(l, LIC_NODE_ELSE), *then = l->out;
    lic_node_add(l->c, k->carry, otherwise);
    l->out = otherwise;
    if (kept) lic_emit_set(l, lic_copy(l, kept), lic_copy(l, k->payable));
    emit_result(l, k, true);
    l->out = then;
    if (kept) lic_emit_set(l, kept, nothing(l));
}

/* The last day of the agreement, and the time from it that the sentence gives; it has no period then. */
static lic_node *due_at_end(lowering *l, const lic_node *within)
{
    bool counted = within && !(within->flags & LIC_FLAG_DUE) && !lic_child(within, 1);
    return lic_due_date(l, counted ? within : NULL);
}

/* What is carried when the agreement ends is owed then. */
void lic_lower_carried(lowering *l, const lic_symbol *term)
{
    const lic_node *below = lic_child_of(term->node, LIC_NODE_BELOW, 0),
                   *pays = lic_net_sentence(term->node);
    if (!below || !pays || draws_on_account(term->node)) return;
    l->term = term;
    l->line = below;
    lic_enter_handler(l, lic_handler_of(l, "ending", (lic_slice){0}, NULL));
    const lic_node *on = lic_child_of(term->node, LIC_NODE_ON, 0),
                   *each = on ? lic_child(on, 0) : NULL;
    l->row = each ? each->symbol : NULL;
    if (each) {
        lic_node *rows = lic_emit_each(l, term);
        lic_rename(l, l->row, lic_make_name(l, rows->name));
        only_payees(l);
    }
    clause(l, below, "below");
    lic_node *rest = lic_emit_let(l, "rest", carried(l)), *outer = l->out;
    lic_emit_if(l, lic_make_binary(l, ">", rest, nothing(l)));
    bool owes = (pays->flags & LIC_FLAG_OWES) != 0;
    const lic_symbol *target = pays->children[1]->symbol;
    bool to_account = !owes && target && target->kind == LIC_SYMBOL_ACCOUNT;
    lic_node *debtor = lic_make_name(l, pays->children[0]->name),
             *creditor = lic_lower_value(l, pays->children[1]);
    if (!to_account)
        lic_emit_post(l, lic_copy(l, rest), lic_copy(l, debtor), lic_copy(l, creditor));
    if (!owes)
        lic_emit_oblige(l, debtor, creditor, lic_copy(l, rest), due_at_end(l, lic_child(pays, 4)),
                        0);
    l->out = outer;
    l->term = NULL;
    l->line = NULL;
    l->row = NULL;
    l->renamed = NULL;
}

static void lower_clause(lowering *l, close *k, const lic_node *node)
{
    switch (node->kind) {
    case LIC_NODE_AMOUNT: lower_amount(l, k, node); break;
    case LIC_NODE_AT_LEAST: lower_bound(l, k, node, false); break;
    case LIC_NODE_AT_MOST: lower_bound(l, k, node, true); break;
    case LIC_NODE_LESS: lower_less(l, k, node); break;
    case LIC_NODE_BELOW: lower_below(l, k, node); break;
    case LIC_NODE_PAYS: lower_pays(l, k, node); break;
    case LIC_NODE_MOVE: lower_move(l, k, node); break;
    case LIC_NODE_ADD: lower_add(l, k, node); break;
    case LIC_NODE_LINE: lic_lower_line(l, node); break;
    case LIC_NODE_LET: {
        clause(l, node, "let");
        const lic_node *value = node->children[0];
        lic_node *reference = lic_emit_let(l, lic_text(l->c, "%.*s", LIC_S(node->name)),
                                           lic_lower_value(l, value));
        lic_rename(l, node->symbol, reference);
        break;
    }
    default: break;
    }
}

/* `amount` and `earned` in later clauses mean the value as it is at that clause. */
static void name_amounts(lowering *l, const close *k)
{
    if (!k->payable || !l->term->amount_symbol) return;
    lic_rename(l, l->term->amount_symbol, k->payable);
    lic_rename(l, l->term->earned_symbol, k->earned);
}

static void lower_close(lowering *l, const lic_node *node)
{
    close k = {.node = node};
    for (uint32_t i = 0; i < node->child_count; i++) {
        name_amounts(l, &k);
        lower_clause(l, &k, node->children[i]);
    }
    if (!k.payable) return;
    emit_result(l, &k, false);
    if (k.after_carry) l->out = k.after_carry;
    l->line = node;
    for (uint32_t i = 0; i < l->tallies->child_count; i += 2)
        lic_emit_set(l, l->tallies->children[i], l->tallies->children[i + 1]);
}

/* -- where a term runs ----------------------------------------------------------------------------------------- */

const lic_symbol *lic_trigger_symbol(const lowering *l, const lic_node *word)
{
    return lic_symbol_find(l->p, word->name);
}

/* A scope over the parties visits those alone that the agreement pays. */
static void only_payees(lowering *l)
{
    uint64_t all = l->p->parties.count == 64 ? ~(uint64_t)0
                                             : ((uint64_t)1 << l->p->parties.count) - 1;
    if (l->term->scope || !l->term->is_scoped || (l->p->payees & all) == all) return;
    lic_node *set = lic_make(l, LIC_NODE_SET_OF);
    for (size_t i = 0; i < l->p->parties.count; i++)
        if (l->p->payees >> i & 1)
            lic_node_add(l->c, set, lic_make_name(l, l->p->parties.items[i]->name));
    lic_emit_if(l, lic_make_binary(l, "in", lic_renamed_value(l, l->row), set));
}

/* A part whose date is worked out on a trigger of its own. */
static bool falls_due_later(const lic_node *clause)
{
    return clause->kind == LIC_NODE_PART && !lic_named(clause->children[1], "signature");
}

static void lower_in(lowering *l, lic_handler *handler, const lic_node *node, const lic_node *each)
{
    lic_enter_handler(l, handler);
    l->renamed = NULL;
    l->line_block = NULL;
    l->folds = lic_make(l, LIC_NODE_SET_OF);
    l->tallies = lic_make(l, LIC_NODE_SET_OF);
    l->row = each ? each->symbol : NULL;
    l->clause_label = "amount";
    l->clause_anchor = node->anchor;
    for (uint32_t i = 0; i < node->child_count; i++) {
        l->line = node->children[i];
        if (!falls_due_later(node->children[i])) lic_hoist_folds(l, node->children[i]);
    }
    l->line = node;
    lic_enter_handler(l, handler);
    if (each) {
        lic_node *rows = lic_emit_each(l, l->term);
        lic_rename(l, l->row, lic_make_name(l, rows->name));
        only_payees(l);
    }
    lower_close(l, node);
}

static bool splits(const lowering *l, const lic_symbol *account, const lic_node **split)
{
    for (uint32_t i = 0; i < l->p->file->child_count; i++)
        if (l->p->file->children[i]->kind == LIC_NODE_SPLIT &&
            l->p->file->children[i]->symbol == account)
            *split = l->p->file->children[i];
    return *split != NULL;
}

/* `on payment`: between what was paid into the account and its split. */
static void lower_on_payment(lowering *l, const lic_node *node, const lic_node *on)
{
    const lic_node *move = lic_child_of(node, LIC_NODE_MOVE, 0), *split = NULL;
    const lic_symbol *account = move->children[0]->symbol, *to = move->children[1]->symbol;
    if (splits(l, account, &split) && split->span.first < node->span.first) {
        lic_diagnostic *d = lic_diag(l->c, "T02", node->span, NULL,
                                     "a term `on payment` stands above the split of its account");
        lic_diag_place(l->c, d, split->span, "the split, which leaves nothing");
    }
    split = NULL;
    if (to && splits(l, to, &split)) {
        lic_diagnostic *d = lic_diag(l->c, "S0", move->span, NULL,
                                     "moving a payment into an account that is split is not "
                                     "executed yet");
        lic_diag_place(l->c, d, split->span, "the split");
    }
    uint64_t payers = lic_payers_into(l, account);
    if (!payers)
        lic_diag(l->c, "T02", on->span, NULL, "nobody pays a duty into `%.*s`",
                 LIC_S(account->name));
    for (size_t i = 0; i < l->p->parties.count; i++)
        if (payers >> i & 1)
            lower_in(l, lic_payment_handler(l, account, l->p->parties.items[i], node->anchor), node,
                     NULL);
}

static void lower_on(lowering *l, const lic_node *node, const lic_node *word, const lic_node *each)
{
    if (lic_named(word, "signature")) {
        lower_in(l, lic_handler_of(l, "opening", (lic_slice){0}, NULL), node, each);
        return;
    }
    if (lic_named(word, "payment")) {
        lower_on_payment(l, node, word);
        return;
    }
    const lic_symbol *trigger = lic_trigger_symbol(l, word);
    if (!trigger) return;
    bool report = trigger->kind == LIC_SYMBOL_REPORT,
         statement = trigger->kind == LIC_SYMBOL_STATEMENT;
    l->report = report ? trigger : NULL;
    l->has_period = report || statement;
    lower_in(l,
             lic_handler_of(l,
                            report      ? "close"
                            : statement ? "issue"
                                        : "change",
                            trigger->name, NULL),
             node, each);
    l->report = NULL;
    l->has_period = false;
}

/* `once C`: in the step, until it has happened, as long as the agreement is in force. */
static void lower_once(lowering *l, const lic_node *node, const lic_node *once)
{
    lic_slice done = lic_slice_text(lic_text(l->c, "%.*s.done", LIC_S(l->term->name)));
    lic_meaning count = {.sort = LIC_SORT_COUNT};
    lic_declare_tally(l, done, &count, NULL);
    lic_enter_handler(l, lic_handler_of(l, "step", (lic_slice){0}, NULL));
    l->line = once;
    lic_emit_clause(l, l->term->name, "once", once->anchor.size ? once->anchor : node->anchor);
    lic_node *running = lic_make(l, LIC_NODE_SET_OF);
    for (uint32_t i = 0; i < l->p->final_first; i++)
        if (!(l->p->unsigned_states >> i & 1))
            lic_node_add(l->c, running, lic_make_name(l, l->p->states.items[i]->name));
    lic_node *outer = l->out;
    if (running->child_count)
        lic_emit_if(l, lic_make_binary(l, "in", lic_make_word(l, "state"), running));
    lic_emit_if(l,
                lic_make_binary(l, "=", lic_tally_reference(l, done, NULL), lic_make_number(l, 0)));
    l->folds = lic_make(l, LIC_NODE_SET_OF);
    l->tallies = lic_make(l, LIC_NODE_SET_OF);
    l->renamed = NULL;
    l->row = NULL;
    lic_emit_if(l, lic_lower_value(l, once->children[0]));
    lic_emit_set(l, lic_tally_reference(l, done, NULL), lic_make_number(l, 1));
    lower_close(l, node);
    lic_lower_splits_of(l, l->term);
    l->out = outer;
}

void lic_lower_term(lowering *l, const lic_symbol *term)
{
    const lic_node *node = term->node;
    const lic_node *on = lic_child_of(node, LIC_NODE_ON, 0),
                   *every = lic_child_of(node, LIC_NODE_EVERY, 0);
    const lic_node *once = lic_child_of(node, LIC_NODE_ONCE, 0);
    l->term = term;
    l->line = node;
    l->filter = lic_child_of(node, LIC_NODE_LINES_WHERE, 0);
    if (on) {
        const lic_node *each = lic_child(on, 0);
        lower_on(l, node, on, each);
        for (uint32_t i = 1; i < on->child_count; i++) lower_on(l, node, on->children[i], each);
    } else if (every) {
        l->has_period = true;
        lower_in(l, lic_handler_of(l, "period", term->name, NULL), node, NULL);
        l->has_period = false;
    } else if (once) {
        lower_once(l, node, once);
    } else {
        lower_in(l, lic_handler_of(l, "opening", (lic_slice){0}, NULL), node, NULL);
    }
    uint32_t number = 0;
    for (uint32_t i = 0; i < node->child_count; i++)
        if (node->children[i]->kind == LIC_NODE_PART)
            lower_part_trigger(l, node->children[i], ++number);
    l->term = NULL;
    l->line = NULL;
    l->filter = NULL;
    l->row = NULL;
    l->renamed = NULL;
}
