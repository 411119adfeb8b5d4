/* check/use.c - what a label demands of its term, in which order clauses stand, what moves the net, and what
 * nothing uses (S12). */
#include "check/check.h"

/* -- labels ------------------------------------------------------------------------------------------- */

static void demand(lic_compilation *c, const lic_symbol *term, bool present, const char *clause,
                   const char *example)
{
    if (present) return;
    lic_diagnostic *d = lic_diag(c, "T02", term->span, NULL, "a %.*s needs %s",
                                 LIC_S(term->node->text), clause);
    lic_diag_help(c, d, "add a line such as `%s`", example);
}

static bool has(const lic_symbol *term, lic_node_kind kind)
{
    return lic_child_of(term->node, kind, 0) != NULL;
}

static bool adds_to_account(const lic_symbol *term)
{
    for (uint32_t i = 0; i < term->node->child_count; i++) {
        const lic_node *node = term->node->children[i];
        const lic_symbol *to = node->kind == LIC_NODE_ADD ? node->children[1]->symbol : NULL;
        if (to && to->kind == LIC_SYMBOL_ACCOUNT) return true;
    }
    return false;
}

/* What a label demands beside an amount and a trigger. */
static const struct {
    const char *label;
    uint16_t clause; /* lic_node_kind */
    const char *what, *example;
} demands[] = {
    {"advance", LIC_NODE_ADD, "an account that it adds to", "add amount to Advance"},
    {"bonus", LIC_NODE_ONCE, "`once` and a condition", "once Sales >= GBP 1,000,000"},
    {"minimum", LIC_NODE_AT_LEAST, "`at least`", "at least GBP 0"},
    {"withholding", LIC_NODE_MOVE, "a `move`", "move from Owed of payee to Withheld"},
    {"reserve", LIC_NODE_MOVE, "a `move`", "move from Owed of payee to Reserve"},
};

static void check_label(lic_compilation *c, const lic_symbol *term)
{
    if (lic_slice_is(term->node->text, "interest")) return;
    demand(c, term, has(term, LIC_NODE_AMOUNT), "an amount", "amount GBP 100.00");
    for (size_t i = 0; i < LIC_COUNT(demands); i++) {
        if (!lic_slice_is(term->node->text, demands[i].label)) continue;
        bool there = demands[i].clause == LIC_NODE_ADD
                         ? adds_to_account(term)
                         : has(term, (lic_node_kind)demands[i].clause);
        demand(c, term, there, demands[i].what, demands[i].example);
    }
    bool trigger = has(term, LIC_NODE_ON) || has(term, LIC_NODE_EVERY) ||
                   has(term, LIC_NODE_ONCE) || has(term, LIC_NODE_PART);
    demand(c, term, trigger, "a trigger", "on signature");
}

/* -- order -------------------------------------------------------------------------------------------- */

static void too_late(lic_compilation *c, const lic_node *node, const lic_node *other,
                     const char *what, const char *before)
{
    lic_diagnostic *d = lic_diag(c, "T02", node->span, NULL, "%s must stand above %s", what,
                                 before);
    lic_diag_place(c, d, other->span, "stands above it");
}

static bool moves_money(const lic_node *node)
{
    return node->kind == LIC_NODE_PAYS || node->kind == LIC_NODE_MOVE ||
           node->kind == LIC_NODE_LESS;
}

static bool is_change(const lic_node *node)
{
    return node->kind == LIC_NODE_AT_LEAST || node->kind == LIC_NODE_AT_MOST ||
           node->kind == LIC_NODE_LESS || node->kind == LIC_NODE_BELOW ||
           node->kind == LIC_NODE_PAYS || node->kind == LIC_NODE_MOVE;
}

static void check_order(lic_compilation *c, const lic_node *term)
{
    const lic_node *amount = NULL, *moved = NULL, *paid = NULL, *once = NULL;
    for (uint32_t i = 0; i < term->child_count; i++) {
        const lic_node *node = term->children[i];
        if (node->kind == LIC_NODE_AMOUNT) {
            if (amount) {
                lic_diagnostic *d = lic_diag(c, "N02", node->span, NULL, "a second amount");
                lic_diag_place(c, d, amount->span, "the first");
            }
            amount = node;
        } else if (is_change(node) && !amount && lic_child_of(term, LIC_NODE_AMOUNT, i)) {
            lic_diagnostic *d = lic_diag(c, "T02", node->span, NULL,
                                         "this clause needs the amount above it");
            lic_diag_place(c, d, lic_child_of(term, LIC_NODE_AMOUNT, i)->span, "the amount");
        }
        if (node->kind == LIC_NODE_BELOW && moved)
            too_late(c, node, moved, "`below ... carry forward`", "what takes or pays money");
        bool bound = node->kind == LIC_NODE_AT_LEAST || node->kind == LIC_NODE_AT_MOST;
        if (bound && moved)
            too_late(c, node, moved, "`at least` and `at most`", "what takes or pays money");
        if (node->kind == LIC_NODE_LESS && paid)
            too_late(c, node, paid, "`less`", "what pays money");
        if (moves_money(node)) moved = node;
        if (node->kind == LIC_NODE_PAYS || node->kind == LIC_NODE_MOVE) paid = node;
        bool trigger = node->kind == LIC_NODE_ON || node->kind == LIC_NODE_EVERY ||
                       node->kind == LIC_NODE_ONCE;
        if (trigger && once) {
            lic_diagnostic *d = lic_diag(c, "N02", node->span, NULL,
                                         "a second trigger: a term has one");
            lic_diag_place(c, d, once->span, "the first");
        }
        if (trigger) once = node;
    }
}

/* -- what moves the net --------------------------------------------------------------------------------- */

/* The term comes to one amount, which moves once. */
static void check_moved_once(lic_compilation *c, const lic_node *term)
{
    const lic_node *first = NULL;
    for (uint32_t i = 0; i < term->child_count; i++) {
        const lic_node *node = term->children[i];
        bool whole = node->kind == LIC_NODE_MOVE ||
                     (node->kind == LIC_NODE_PAYS && !lic_child(node, 2));
        if (!whole) continue;
        if (!first) {
            first = node;
            continue;
        }
        lic_diagnostic *d = lic_diag(c, "T02", node->span, "and again here",
                                     "what `%.*s` comes to would move twice", LIC_S(term->name));
        lic_diag_place(c, d, first->span, "all of it moves here");
        lic_diag_help(c, d,
                      "give one of them an amount of its own, or let one owe a pool that a split "
                      "shares out");
    }
}

/* The amount goes nowhere, and nothing reads it. */
static void check_moved(lic_compilation *c, const lic_symbol *term)
{
    const lic_node *amount = lic_child_of(term->node, LIC_NODE_AMOUNT, 0);
    bool read = term->year_members || term->row_members || term->reads_open ||
                (term->amount_symbol && term->amount_symbol->uses) ||
                (term->earned_symbol && term->earned_symbol->uses);
    if (!amount || read || lic_net_sentence(term->node) || has(term, LIC_NODE_MOVE)) return;
    lic_diagnostic *d = lic_diag(c, "S12", amount->span, "moves nothing",
                                 "what `%.*s` comes to goes nowhere", LIC_S(term->name));
    lic_diag_help(c, d, "let a sentence move it: one without an amount of its own");
}

/* The fix that drops `, within ...`. */
static void offer_to_drop(lic_compilation *c, lic_diagnostic *d, const lic_node *pays)
{
    const lic_node *within = pays->children[4], *before = pays->children[1];
    for (uint32_t i = 2; i < 4; i++)
        if (lic_child(pays, i) && pays->children[i]->span.first < within->span.first)
            before = pays->children[i];
    lic_span span = lic_behind(before);
    span.size = within->span.first + within->span.size - span.first;
    lic_diag_fix(c, d, span, "%s", "");
}

/* Parts are duties of their own, with dates of their own. */
static void check_parts(lic_compilation *c, const lic_node *term)
{
    const lic_node *part = lic_child_of(term, LIC_NODE_PART, 0), *pays = lic_net_sentence(term);
    if (!part) return;
    if (!pays || (pays->flags & LIC_FLAG_OWES)) {
        lic_diagnostic *d = lic_diag(c, "T02", part->span, "of what?",
                                     "nothing of `%.*s` is paid in parts", LIC_S(term->name));
        lic_diag_help(c, d, "let a party pay the amount, for instance `Platform pays Label`");
        return;
    }
    if (!lic_child(pays, 4)) return;
    lic_diagnostic *d = lic_diag(c, "S12", pays->children[4]->span, "never takes effect",
                                 "the parts of `%.*s` have their own dates", LIC_S(term->name));
    lic_diag_place(c, d, part->span, "a part");
    lic_diag_help(c, d, "say it behind each part, and drop it here");
    offer_to_drop(c, d, pays);
}

/* What is owed accrues on an account: it falls due when a sentence pays it. */
static void check_owed(lic_compilation *c, const lic_node *node)
{
    if (node->kind == LIC_NODE_PAYS && (node->flags & LIC_FLAG_OWES) && lic_child(node, 4)) {
        lic_diagnostic *d = lic_diag(c, "S12", node->children[4]->span, "never takes effect",
                                     "what is owed to an account has no date");
        lic_diag_help(c, d, "drop it; the sentence that pays from the account has the date");
        offer_to_drop(c, d, node);
    }
    for (uint32_t i = 0; i < node->child_count; i++) check_owed(c, node->children[i]);
}

/* -- all of it ------------------------------------------------------------------------------------------ */

void lic_check_terms(lic_compilation *c, lic_program *p)
{
    check_owed(c, p->file);
    for (size_t i = 0; i < p->all.count; i++) {
        const lic_symbol *term = p->all.items[i];
        if (term->kind != LIC_SYMBOL_TERM || term->node->kind != LIC_NODE_MONEY_TERM) continue;
        check_label(c, term);
        check_order(c, term->node);
        check_moved_once(c, term->node);
        check_moved(c, term);
        check_parts(c, term->node);
    }
}

/* -- S12 -------------------------------------------------------------------------------------------------------- */

/* What an agreement declares in order to use it. Parties sign, grants grant, statements are sent by themselves. */
static bool is_for_use(const lic_symbol *symbol)
{
    static const uint8_t kinds[] = {LIC_SYMBOL_ACCOUNT, LIC_SYMBOL_COUNTER,  LIC_SYMBOL_FACT,
                                    LIC_SYMBOL_TIERS,   LIC_SYMBOL_GIVEN,    LIC_SYMBOL_REGISTER,
                                    LIC_SYMBOL_REPORT,  LIC_SYMBOL_SCHEDULE, LIC_SYMBOL_LOCAL,
                                    LIC_SYMBOL_VALUE};
    for (size_t i = 0; i < LIC_COUNT(kinds); i++)
        if (symbol->kind == kinds[i]) return true;
    return false;
}

/* Without it something else would have no use any more. */
static bool uses_alone(const lic_node *node)
{
    if (node->symbol && is_for_use(node->symbol) && node->symbol->uses <= 1) return true;
    for (uint32_t i = 0; i < node->child_count; i++)
        if (uses_alone(node->children[i])) return true;
    return false;
}

static void report_unused(lic_compilation *c, const lic_symbol *symbol)
{
    lic_diagnostic *d = lic_diag(c, "S12", symbol->span, "never used", "no clause uses `%.*s`",
                                 LIC_S(symbol->name));
    lic_diag_help(c, d, "use it in a clause, or drop the declaration");
    bool block = symbol->kind == LIC_SYMBOL_TIERS || symbol->kind == LIC_SYMBOL_REGISTER ||
                 symbol->kind == LIC_SYMBOL_REPORT || symbol->kind == LIC_SYMBOL_SCHEDULE;
    for (uint32_t i = 0; i < symbol->node->child_count; i++)
        block = block || uses_alone(symbol->node->children[i]);
    if (!block && !symbol->node->anchor.size) lic_diag_fix(c, d, symbol->node->span, "%s", "");
}

/* `let`, `line` and `value` that nothing below reads. */
static void check_names(lic_compilation *c, const lic_node *node)
{
    bool names = node->kind == LIC_NODE_LET || node->kind == LIC_NODE_LINE ||
                 node->kind == LIC_NODE_VALUE;
    if (names && node->symbol && !node->symbol->uses) report_unused(c, node->symbol);
    for (uint32_t i = 0; i < node->child_count; i++) check_names(c, node->children[i]);
}

/* A library module that is brought twice, or of which nothing is used. Its names stand where it is brought. */
static void check_module(lic_compilation *c, const lic_program *p, const lic_node *use)
{
    for (uint32_t i = 0; i < p->file->child_count && p->file->children[i] != use; i++) {
        const lic_node *first = p->file->children[i];
        if (first->kind != LIC_NODE_USE || !lic_slice_equal(first->name, use->name)) continue;
        lic_diagnostic *d = lic_diag(c, "S12", use->span, "brings nothing",
                                     "`use %.*s` stands twice", LIC_S(use->name));
        lic_diag_place(c, d, first->span, "brought here");
        lic_diag_help(c, d, "drop one of the lines");
        lic_diag_fix(c, d, use->span, "%s", "");
        return;
    }
    for (size_t i = 0; i < p->all.count; i++) {
        const lic_symbol *name = p->all.items[i];
        if (name->from_module && name->uses && name->span.first == use->span.first) return;
    }
    lic_diagnostic *d = lic_diag(c, "S12", use->span, "never used",
                                 "no clause uses anything of the module `%.*s`", LIC_S(use->name));
    lic_diag_help(c, d, "use one of its names, or drop the line");
    lic_diag_fix(c, d, use->span, "%s", "");
}

void lic_check_use(lic_compilation *c, lic_program *p)
{
    for (uint32_t i = 0; i < p->file->child_count; i++)
        if (p->file->children[i]->kind == LIC_NODE_USE) check_module(c, p, p->file->children[i]);
    for (size_t i = 0; i < p->all.count; i++) {
        const lic_symbol *symbol = p->all.items[i];
        if (is_for_use(symbol) && !symbol->uses && !symbol->writes && !symbol->from_module)
            report_unused(c, symbol);
    }
    check_names(c, p->file);
    for (size_t i = 0; i < p->all.count; i++) {
        const lic_symbol *use = p->all.items[i];
        if (use->kind != LIC_SYMBOL_ACCOUNT || use->writes || use->starts || !use->uses) continue;
        lic_diagnostic *d = lic_diag(c, "S12", use->span, "always empty",
                                     "no clause puts money into `%.*s`", LIC_S(use->name));
        lic_diag_help(c, d, "credit it, or drop it");
    }
}
