/* check/step.c - what the step runs by itself is never refused (S9): a transition that time or a condition
 * takes, and a term with `once`. Nobody is there to be told; the contract would stand still, and every act
 * of that day would be refused with it. */
#include "check/check.h"

typedef struct run {
    lic_compilation *c;
    const lic_program *p;
    const lic_node *begin;    /* the transition, or the term's `once` */
    const lic_node *guard[8]; /* conditions that hold here, NULL behind the last */
    size_t guards;
    const lic_symbol *drawn[16]; /* accounts that steps above have drawn on */
    size_t drawn_count;
} run;

static lic_diagnostic *report(run *r, const lic_node *at, const char *why)
{
    lic_diagnostic *d = lic_diag(r->c, "S9", at->span, why,
                                 "this can be refused, and the contract would stand still");
    lic_diag_place(r->c, d, r->begin->span, "nobody does this: it comes by itself");
    return d;
}

/* -- amounts that are never negative ------------------------------------------------------------------------ */

static bool all_positive(const lic_node *node, bool any)
{
    for (uint32_t i = 0; i < node->child_count; i++) {
        bool positive = lic_never_negative(node->children[i]);
        if (any && positive) return true;
        if (!any && !positive) return false;
    }
    return !any;
}

static bool is_account(const lic_node *node)
{
    return node->symbol && node->symbol->kind == LIC_SYMBOL_ACCOUNT;
}

/* Never below 0: by its range, or because accounts and duties are not. */
bool lic_never_negative(const lic_node *node)
{
    if (node->meaning && node->meaning->low >= 0) return true;
    if (is_account(node)) return true;
    const lic_symbol *symbol = node->symbol;
    bool duties = node->kind == LIC_NODE_FIELD && symbol && symbol->kind == LIC_SYMBOL_TERM;
    if (duties)
        return lic_named(node, "open") || lic_named(node, "paid") || lic_named(node, "recouped");
    if (node->kind == LIC_NODE_NAME_REF && symbol && symbol->kind == LIC_SYMBOL_LOCAL) {
        if (symbol->node->kind == LIC_NODE_AMOUNT) return true; /* looked at by itself */
        if (symbol->node->kind != LIC_NODE_LET) return false;
        if (!node->symbol->sign) /* looked at once: names can stand for much */
            node->symbol->sign = lic_never_negative(symbol->node->children[0]) ? 1 : 2;
        return symbol->sign == 1;
    }
    if (node->kind == LIC_NODE_RATE && lic_child(node, 0))
        return lic_never_negative(node->children[0]);
    if (node->kind == LIC_NODE_CHOOSE) return all_positive(node, lic_named(node, "greater"));
    bool keeps = node->kind == LIC_NODE_BINARY &&
                 (lic_named(node, "+") || lic_named(node, "*") || lic_named(node, "/") ||
                  lic_named(node, "otherwise"));
    return keeps && all_positive(node, false);
}

static void check_positive(run *r, const lic_node *amount)
{
    if (lic_never_negative(amount)) return;
    lic_diagnostic *d = report(r, amount, "can be negative, and negative money does not move");
    lic_slice text = lic_expression_text(r->c, amount);
    const char *zero = amount->meaning ? lic_money_code(r->p, amount->meaning->currency) : "GBP";
    lic_diag_help(r->c, d, "write `greater of (%.*s, %s 0)`", LIC_S(text), zero);
    lic_diag_fix(r->c, d, amount->span, "greater of (%.*s, %s 0)", LIC_S(text), zero);
}

/* -- accounts that hold enough --------------------------------------------------------------------------------- */

/* What a condition says of an account: it holds `amount` or more. */
static bool says_enough(const lic_node *condition, const lic_node *account, const lic_node *amount)
{
    if (condition->kind == LIC_NODE_BINARY && lic_named(condition, "and"))
        return says_enough(condition->children[0], account, amount) ||
               says_enough(condition->children[1], account, amount);
    if (!lic_is_comparison(condition)) return false;
    bool left = lic_tree_equal(condition->children[0], account);
    if (!left && !lic_tree_equal(condition->children[1], account)) return false;
    bool more = lic_named(condition, left ? ">=" : "<=") || lic_named(condition, left ? ">" : "<");
    const lic_node *least = condition->children[left ? 1 : 0];
    if (!more) return false;
    if (lic_tree_equal(least, amount)) return true;
    const lic_meaning *a = amount->meaning, *b = least->meaning;
    if (!a || !b || !a->is_constant || !b->is_constant || a->divisor != 1 || b->divisor != 1)
        return false;
    unsigned scale = a->scale > b->scale ? a->scale : b->scale;
    return lic_scaled(a->value, a->scale, scale) <= lic_scaled(b->value, b->scale, scale);
}

/* Never more than the account holds: itself, a share of it, the lesser of it and something. Rounding does
 * not lift it above the balance, which is a whole number of rounding units unless it starts otherwise. */
static bool is_within(const lic_node *amount, const lic_node *account)
{
    if (lic_tree_equal(amount, account)) return true;
    if (amount->kind == LIC_NODE_RATE && lic_child(amount, 0)) {
        lic_meaning rate = lic_rate_meaning(amount);
        lic_i128 whole = lic_scaled(rate.divisor, 0, rate.scale);
        return rate.value <= whole && is_within(amount->children[0], account);
    }
    for (uint32_t i = 0; amount->kind == LIC_NODE_CHOOSE && i < amount->child_count; i++)
        if (lic_named(amount, "lesser") && is_within(amount->children[i], account)) return true;
    return false;
}

static bool holds_enough(const run *r, const lic_node *account, const lic_node *amount)
{
    const lic_symbol *symbol = account->symbol;
    if (!symbol || symbol->starts) return false;
    if (is_within(amount, account)) return true;
    for (size_t i = 0; i < r->drawn_count; i++)
        if (r->drawn[i] == symbol) return false; /* the condition was about more */
    for (size_t i = 0; i < r->guards; i++)
        if (says_enough(r->guard[i], account, amount)) return true;
    return false;
}

static void draw(run *r, const lic_node *account, const lic_node *amount, const lic_node *at)
{
    if (!holds_enough(r, account, amount)) {
        lic_diagnostic *d = report(r, at, "the account can hold less");
        lic_slice from = lic_expression_text(r->c, account);
        lic_slice sum = lic_expression_text(r->c, amount);
        lic_diag_help(r->c, d, "take `lesser of (%.*s, %.*s)`, or test it, `%.*s >= %.*s`",
                      LIC_S(sum), LIC_S(from), LIC_S(from), LIC_S(sum));
    }
    if (r->drawn_count < LIC_COUNT(r->drawn)) r->drawn[r->drawn_count++] = account->symbol;
}

/* -- expressions --------------------------------------------------------------------------------------------------- */

static bool refuses(const lic_symbol *tiers)
{
    for (uint32_t i = 1; tiers && tiers->kind == LIC_SYMBOL_TIERS && i < tiers->node->child_count;
         i++)
        if (!lic_child(tiers->node->children[i], 1)) return true;
    return false;
}

static void check_value(run *r, const lic_node *node)
{
    const lic_symbol *symbol = node->symbol;
    if (node->kind == LIC_NODE_OF && symbol && symbol->kind == LIC_SYMBOL_REGISTER)
        report(r, node, "the register may not have the key");
    if (node->kind == LIC_NODE_THROUGH) {
        const lic_node *tiers = node->children[1];
        if (refuses(tiers->symbol)) report(r, node, "a tier refuses");
        if (!lic_never_negative(node->children[0]))
            report(r, node->children[0], "can be below all tiers");
    }
    bool divides = node->kind == LIC_NODE_BINARY && lic_named(node, "/");
    const lic_meaning *by = divides ? node->children[1]->meaning : NULL;
    if (by && by->sort == LIC_SORT_COUNT && by->low <= 0)
        report(r, node->children[1], "can be 0, and nothing is divided by 0");
    for (uint32_t i = 0; i < node->child_count; i++) check_value(r, node->children[i]);
}

/* -- steps ----------------------------------------------------------------------------------------------------------- */

static void check_steps(run *r, const lic_node *block, uint32_t from);

static void check_if(run *r, const lic_node *step)
{
    check_value(r, step->children[0]);
    for (uint32_t i = 1; i < step->child_count; i++) {
        size_t guards = r->guards;
        if (i == 1 && guards < LIC_COUNT(r->guard)) r->guard[r->guards++] = step->children[0];
        check_steps(r, step->children[i], 0);
        r->guards = guards;
    }
}

static void check_step(run *r, const lic_node *step)
{
    if (step->kind == LIC_NODE_IF) {
        check_if(r, step);
        return;
    }
    if (step->kind == LIC_NODE_REQUIRE) {
        lic_diagnostic *d = report(r, step, "refuses what comes by itself");
        lic_diag_help(r->c, d,
                      "put it into the condition of the transition, `when ...`, or begin the steps "
                      "with `if`");
        return;
    }
    if (step->kind == LIC_NODE_ENTER)
        report(r, step, "the register can be full, or have the key already");
    check_value(r, step);
    const lic_node *amount = step->kind == LIC_NODE_PAYS     ? lic_child(step, 2)
                             : step->kind == LIC_NODE_CREDIT ? step->children[1]
                             : step->kind == LIC_NODE_MOVE   ? step->children[2]
                                                             : NULL;
    if (step->kind == LIC_NODE_ADD && is_account(step->children[1])) amount = step->children[0];
    if (amount) check_positive(r, amount);
    const lic_node *source = step->kind == LIC_NODE_PAYS   ? lic_child(step, 3)
                             : step->kind == LIC_NODE_MOVE ? step->children[0]
                                                           : NULL;
    if (source && amount) draw(r, source, amount, step);
}

static void check_steps(run *r, const lic_node *block, uint32_t from)
{
    for (uint32_t i = from; block && i < block->child_count; i++) check_step(r, block->children[i]);
}

/* -- transitions ------------------------------------------------------------------------------------------------------- */

static void check_transition(lic_compilation *c, const lic_program *p, const lic_node *transition)
{
    const lic_node *when = lic_child(transition, 0);
    bool by = lic_named(when, "by");
    if (by && !lic_child(when, 2)) return; /* an act: who does it is told */
    run r = {.c = c, .p = p, .begin = transition};
    const lic_node *condition = by                             ? lic_child(when, 1)
                                : lic_named(when, "condition") ? when->children[0]
                                                               : NULL;
    if (condition) r.guard[r.guards++] = condition;
    for (uint32_t i = 0; i < when->child_count; i++) check_value(&r, when->children[i]);
    check_steps(&r, lic_child(transition, 2), 0);
}

/* -- `once` -------------------------------------------------------------------------------------------------------------- */

static bool can_grow(const lic_node *term)
{
    return lic_child_of(term, LIC_NODE_AT_LEAST, 0) != NULL;
}

/* What the term comes to is not negative: by its amount, or because a floor is not. */
static void check_payable(run *r, const lic_node *term, const lic_node *amount)
{
    bool floor = false;
    for (uint32_t i = 0; i < term->child_count; i++) {
        const lic_node *clause = term->children[i];
        if (clause->kind == LIC_NODE_AT_LEAST)
            floor = floor || lic_never_negative(clause->children[0]);
        if (clause->kind == LIC_NODE_AT_MOST) check_positive(r, clause->children[0]);
    }
    if (!floor) check_positive(r, amount);
}

static void check_once(lic_compilation *c, const lic_program *p, const lic_node *term,
                       const lic_node *once)
{
    const lic_node *amount = lic_child_of(term, LIC_NODE_AMOUNT, 0);
    run r = {.c = c, .p = p, .begin = once, .guard = {once->children[0]}, .guards = 1};
    if (!amount) return;
    check_payable(&r, term, amount->children[0]);
    for (uint32_t i = 0; i < term->child_count; i++) {
        const lic_node *clause = term->children[i];
        check_value(&r, clause);
        const lic_node *own = clause->kind == LIC_NODE_PAYS ? lic_child(clause, 2) : NULL;
        const lic_node *source = clause->kind == LIC_NODE_MOVE   ? clause->children[0]
                                 : clause->kind == LIC_NODE_PAYS ? lic_child(clause, 3)
                                                                 : NULL;
        if (own) check_positive(&r, own);
        if (clause->kind == LIC_NODE_ADD && is_account(clause->children[1]))
            check_positive(&r, clause->children[0]);
        if (source && !own && can_grow(term)) report(&r, clause, "`at least` can ask for more");
        else if (source) draw(&r, source, own ? own : amount->children[0], clause);
    }
}

void lic_check_step(lic_compilation *c, lic_program *p)
{
    for (uint32_t i = 0; i < p->lifecycle->child_count; i++) {
        const lic_node *t = p->lifecycle->children[i];
        if (t->kind == LIC_NODE_TRANSITION && lic_child(t, 0)) check_transition(c, p, t);
    }
    for (size_t i = 0; i < p->all.count; i++) {
        const lic_symbol *term = p->all.items[i];
        const lic_node *once = term->kind == LIC_SYMBOL_TERM
                                   ? lic_child_of(term->node, LIC_NODE_ONCE, 0)
                                   : NULL;
        if (once) check_once(c, p, term->node, once);
    }
}
