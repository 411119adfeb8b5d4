/* lower/split.c - splits of accounts, opening balances, and what becomes of each account at the end. */
#include "lower/lower.h"

/* -- splits ----------------------------------------------------------------------------------------- */

void lic_share_out(lowering *l, const lic_node *split, lic_node *account)
{
    lic_emit_clause(l, split->symbol->name, "split", split->anchor);
    lic_node *node = lic_make(l, LIC_NODE_SHARE_OUT);
    node->span = split->span;
    lic_node_add(l->c, node, account);
    for (uint32_t i = 0; i < split->child_count; i++) {
        const lic_node *line = split->children[i];
        if (line->kind == LIC_NODE_HOLDERS) {
            lic_node *holders = lic_make(l, LIC_NODE_HOLDERS);
            lic_node_add(l->c, holders, lic_lower_value(l, line->children[0]));
            lic_node_add(l->c, node, holders);
        } else if (line->kind == LIC_NODE_SHARE || line->kind == LIC_NODE_PENNIES ||
                   line->kind == LIC_NODE_INTO) {
            lic_node_add(l->c, node, lic_copy(l, line));
        }
    }
    lic_node_add(l->c, l->out, node);
}

static void split_in(lowering *l, lic_handler *handler, const lic_node *split, const lic_node *each)
{
    lic_enter_handler(l, handler);
    l->renamed = NULL;
    lic_node *account = lic_make_name(l, split->symbol->name);
    if (each) {
        lic_symbol scoped = *split->symbol;
        scoped.variable = each->name;
        lic_node *rows = lic_emit_each(l, &scoped);
        lic_rename(l, each->symbol, lic_make_name(l, rows->name));
        account = lic_make_of(l, account, lic_make_name(l, rows->name));
    }
    lic_share_out(l, split, account);
    l->renamed = NULL;
}

/* Who pays into an account by a duty. */
static void payers_into(const lic_node *node, const lic_symbol *account, uint64_t *payers)
{
    if (node->kind == LIC_NODE_PAYS && !(node->flags & LIC_FLAG_OWES) &&
        node->children[1]->symbol == account && node->children[0]->symbol)
        *payers |= (uint64_t)1 << node->children[0]->symbol->index;
    for (uint32_t i = 0; i < node->child_count; i++)
        payers_into(node->children[i], account, payers);
}

uint64_t lic_payers_into(const lowering *l, const lic_symbol *account)
{
    uint64_t payers = 0;
    payers_into(l->p->file, account, &payers);
    return payers;
}

lic_handler *lic_payment_handler(lowering *l, const lic_symbol *account, const lic_symbol *payer,
                                 lic_slice anchor)
{
    lic_handler *handler = lic_handler_of(l, "payment", account->name, payer);
    if (handler->node->child_count > 1) return handler; /* behind whose payment it is */
    lic_enter_handler(l, handler);
    lic_emit_clause(l, account->name, "payment", anchor);
    lic_emit_post(l, lic_make_word(l, "paid"), lic_make_name(l, payer->name),
                  lic_make_name(l, account->name));
    return handler;
}

static void split_on_payment(lowering *l, const lic_node *split)
{
    uint64_t payers = lic_payers_into(l, split->symbol);
    for (size_t i = 0; i < l->p->parties.count; i++) {
        if (!(payers >> i & 1)) continue;
        lic_enter_handler(
            l, lic_payment_handler(l, split->symbol, l->p->parties.items[i], split->anchor));
        lic_share_out(l, split, lic_make_name(l, split->symbol->name));
    }
}

/* Its splits stand inside, with what it does. */
static bool runs_once(const lic_symbol *trigger)
{
    return trigger->kind == LIC_SYMBOL_TERM && lic_child_of(trigger->node, LIC_NODE_ONCE, 0);
}

void lic_lower_splits_of(lowering *l, const lic_symbol *term)
{
    for (uint32_t i = 0; i < l->p->file->child_count; i++) {
        const lic_node *split = l->p->file->children[i];
        const lic_node *on = split->kind == LIC_NODE_SPLIT ? lic_child_of(split, LIC_NODE_ON, 0)
                                                           : NULL;
        for (uint32_t n = 0; on && (n == 0 || n < on->child_count); n++)
            if (lic_trigger_symbol(l, n ? on->children[n] : on) == term)
                lic_share_out(l, split, lic_make_name(l, split->symbol->name));
    }
}

void lic_lower_split(lowering *l, const lic_node *split)
{
    const lic_node *on = lic_child_of(split, LIC_NODE_ON, 0);
    if (!on || !split->symbol) return;
    const lic_node *each = lic_child(on, 0);
    l->line = split;
    for (uint32_t i = 0; i < on->child_count; i++) {
        const lic_node *word = i ? on->children[i] : on;
        if (lic_named(word, "payment")) {
            split_on_payment(l, split);
            continue;
        }
        const lic_symbol *trigger = lic_trigger_symbol(l, word);
        const char *kind = lic_named(word, "signature")            ? "opening"
                           : !trigger || runs_once(trigger)        ? NULL
                           : trigger->kind == LIC_SYMBOL_TERM      ? "period"
                           : trigger->kind == LIC_SYMBOL_REPORT    ? "close"
                           : trigger->kind == LIC_SYMBOL_STATEMENT ? "issue"
                                                                   : "change";
        if (kind)
            split_in(l, lic_handler_of(l, kind, trigger ? trigger->name : (lic_slice){0}, NULL),
                     split, each);
    }
}

/* -- starts ------------------------------------------------------------------------------------------------ */

void lic_lower_starts(lowering *l, const lic_symbol *symbol)
{
    l->line = symbol->node;
    lic_enter_handler(l, lic_handler_of(l, "opening", (lic_slice){0}, NULL));
    l->renamed = NULL;
    lic_node *target = lic_make_name(l, symbol->name);
    if (symbol->is_scoped) {
        lic_node *rows = lic_emit_each(l, symbol);
        const lic_node *each = lic_child_of(symbol->node, LIC_NODE_FOR_EACH, 0);
        lic_rename(l, each->symbol, lic_make_name(l, rows->name));
        target = lic_make_of(l, target, lic_make_name(l, rows->name));
    }
    lic_emit_clause(l, symbol->name, "starts", symbol->node->anchor);
    lic_node *value = lic_lower_value(l, symbol->starts->children[0]);
    if (symbol->kind == LIC_SYMBOL_ACCOUNT) {
        if (symbol->starts->children[0]->meaning->sort != LIC_SORT_MONEY)
            value = lic_emit_let(l, "sum", lic_make_rounded(l, value));
        lic_emit_post(l, value, lic_make_word(l, "opening"), target);
    } else {
        lic_emit_set(l, target, value);
    }
    l->renamed = NULL;
}

/* -- at end ------------------------------------------------------------------------------------------------- */

/* Who owes what an account holds: found in the sentences, splits and moves that fill it. */
static bool adds_to(const lic_node *term, const lic_symbol *account)
{
    for (uint32_t i = 0; i < term->child_count; i++)
        if (term->children[i]->kind == LIC_NODE_ADD &&
            term->children[i]->children[1]->symbol == account)
            return true;
    return false;
}

static const lic_symbol *payer_of(const lic_node *term)
{
    const lic_node *payer = lic_term_payer(term);
    return payer ? payer->symbol : NULL;
}

static const lic_symbol *find_debtor(const lic_program *p, const lic_node *node,
                                     const lic_symbol *account, int depth)
{
    if (depth > 8) return NULL;
    if (node->kind == LIC_NODE_PAYS) {
        const lic_node *from = lic_child(node, 3);
        bool drains = from && from->symbol == account;
        bool fills = (node->flags & LIC_FLAG_OWES) && node->children[1]->symbol == account;
        if (drains || fills) return node->children[0]->symbol;
    }
    if (node->kind == LIC_NODE_MONEY_TERM && adds_to(node, account)) return payer_of(node);
    for (uint32_t i = 0; i < node->child_count; i++) {
        const lic_symbol *found = find_debtor(p, node->children[i], account, depth);
        if (found) return found;
    }
    return NULL;
}

static const lic_symbol *debtor_at(const lic_program *p, const lic_symbol *account, int depth);

/* Through the account that fills it. */
static const lic_symbol *inherited_debtor(const lic_program *p, const lic_node *node,
                                          const lic_symbol *account, int depth)
{
    const lic_symbol *source = NULL;
    if (node->kind == LIC_NODE_MOVE && node->children[1]->symbol == account)
        source = node->children[0]->symbol;
    const lic_node *into = node->kind == LIC_NODE_SPLIT ? lic_child_of(node, LIC_NODE_INTO, 0)
                                                        : NULL;
    if (into && into->children[0]->symbol == account) source = node->symbol;
    if (source && source != account) return debtor_at(p, source, depth + 1);
    for (uint32_t i = 0; i < node->child_count; i++) {
        const lic_symbol *found = inherited_debtor(p, node->children[i], account, depth);
        if (found) return found;
    }
    return NULL;
}

static const lic_symbol *debtor_at(const lic_program *p, const lic_symbol *account, int depth)
{
    if (depth > 8) return NULL;
    const lic_symbol *found = find_debtor(p, p->file, account, 0);
    if (!found) found = inherited_debtor(p, p->file, account, depth);
    if (found) return found;
    uint64_t payers = 0; /* of duties into it: the first in order of declaration */
    payers_into(p->file, account, &payers);
    for (size_t i = 0; i < p->parties.count; i++)
        if (payers >> i & 1) return p->parties.items[i];
    return NULL;
}

const lic_symbol *lic_debtor_of(const lic_program *p, const lic_symbol *account)
{
    return debtor_at(p, account, 0);
}

static void pay_out(lowering *l, const lic_symbol *account, lic_node *balance, lic_node *holder)
{
    const lic_symbol *debtor = lic_debtor_of(l->p, account);
    lic_node *rest = lic_emit_let(l, "rest", balance);
    lic_emit_post(l, lic_copy(l, rest), lic_copy(l, balance), lic_copy(l, holder));
    bool own = debtor && holder->kind == LIC_NODE_NAME_REF &&
               lic_slice_equal(holder->name, debtor->name);
    if (debtor && !own)
        lic_emit_oblige(l, lic_make_name(l, debtor->name), holder, lic_copy(l, rest),
                        lic_make_word(l, "today"), 0);
}

static void end_account(lowering *l, const lic_symbol *account)
{
    const lic_node *way = lic_child(account->at_end, 0);
    const lic_node *to = lic_child_of(account->at_end, LIC_NODE_NAME_REF, 0);
    bool paid_out = way && lic_named(way, "paid_out");
    l->line = account->node;
    lic_enter_handler(l, lic_handler_of(l, "ending", (lic_slice){0}, NULL));
    lic_node *balance = lic_make_name(l, account->name), *row = NULL;
    if (account->is_scoped) {
        lic_node *rows = lic_emit_each(l, account);
        row = lic_make_name(l, rows->name);
        balance = lic_make_of(l, balance, lic_copy(l, row));
    }
    lic_emit_clause(l, account->name, "at end", account->node->anchor);
    if (!paid_out) {
        lic_node *rest = lic_emit_let(l, "rest", balance);
        lic_emit_post(l, rest, lic_copy(l, balance), lic_make_word(l, "written_off"));
        return;
    }
    if (to) pay_out(l, account, balance, lic_make_name(l, to->name));
    else if (row) pay_out(l, account, balance, row);
}

/* A pool that gets what a term had carried is split once more. */
static bool gets_carried(const lic_program *p, const lic_symbol *pool)
{
    for (size_t i = 0; i < p->all.count; i++) {
        const lic_symbol *term = p->all.items[i];
        if (term->kind != LIC_SYMBOL_TERM || !lic_child_of(term->node, LIC_NODE_BELOW, 0)) continue;
        const lic_node *pays = lic_net_sentence(term->node);
        if (pays && (pays->flags & LIC_FLAG_OWES) && pays->children[1]->symbol == pool) return true;
    }
    return false;
}

void lic_lower_ending(lowering *l)
{
    for (size_t i = 0; i < l->p->all.count; i++)
        if (l->p->all.items[i]->kind == LIC_SYMBOL_TERM) lic_lower_carried(l, l->p->all.items[i]);
    for (uint32_t i = 0; i < l->p->file->child_count; i++) {
        const lic_node *split = l->p->file->children[i];
        const lic_node *on = split->kind == LIC_NODE_SPLIT ? lic_child_of(split, LIC_NODE_ON, 0)
                                                           : NULL;
        l->line = split;
        if (on && split->symbol && gets_carried(l->p, split->symbol))
            split_in(l, lic_handler_of(l, "ending", (lic_slice){0}, NULL), split, lic_child(on, 0));
    }
    for (size_t i = 0; i < l->p->all.count; i++) {
        const lic_symbol *symbol = l->p->all.items[i];
        if (symbol->kind == LIC_SYMBOL_ACCOUNT && symbol->at_end) end_account(l, symbol);
        if (symbol->kind != LIC_SYMBOL_TERM || !symbol->is_credited) continue;
        l->line = symbol->node;
        lic_enter_handler(l, lic_handler_of(l, "ending", (lic_slice){0}, NULL));
        lic_emit_clause(l, symbol->name, "credit", symbol->node->anchor);
        lic_node *credit = lic_make_field(l, lic_make_name(l, symbol->name),
                                          lic_slice_text("credit"));
        lic_node *rest = lic_emit_let(l, "rest", credit);
        lic_emit_post(l, rest, lic_copy(l, credit), lic_make_word(l, "written_off"));
    }
}
