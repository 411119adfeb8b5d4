/* check/pools.c - pools: what a trigger puts into an account that is split is split on that trigger, below
 * (S17); and no split stands where nothing is left or nothing comes in (S12). */
#include "check/flow.h"

/* -- triggers ------------------------------------------------------------------------------------------ */

/* The n-th trigger of a term or split; NULL beyond. */
static const lic_node *trigger(const lic_node *block, uint32_t n)
{
    const lic_node *on = lic_child_of(block, LIC_NODE_ON, 0);
    if (!on) return NULL;
    if (n == 0) return on;
    return n < on->child_count ? on->children[n] : NULL;
}

static bool triggered_by(const lic_node *block, lic_slice name)
{
    uint32_t n = 0;
    for (const lic_node *word = trigger(block, n); word; word = trigger(block, ++n))
        if (lic_slice_equal(word->name, name)) return true;
    return false;
}

/* What a split calls the moment at which a term without `on` runs: the signature for one in parts, which is
 * reached then, and the term itself. */
static lic_slice own_moment(const lic_node *term)
{
    bool parts = lic_child_of(term, LIC_NODE_PART, 0) != NULL;
    return parts ? lic_slice_text("signature") : term->name;
}

static bool is_term_or_split(const lic_node *block)
{
    return block->kind == LIC_NODE_MONEY_TERM || block->kind == LIC_NODE_SPLIT;
}

/* -- what a trigger brings ------------------------------------------------------------------------------- */

/* The clause puts money into the pool when `name` happens. Acts do it at any time: it waits for the split. */
static bool credits_on(const lic_flow *flow, lic_slice name)
{
    if (!flow->credit) return false;
    if (lic_is_paid_into(flow)) return lic_slice_is(name, "payment");
    if (!is_term_or_split(flow->block)) return true;
    if (trigger(flow->block, 0)) return triggered_by(flow->block, name);
    return lic_slice_equal(own_moment(flow->block), name);
}

static bool is_credited_on(const lic_flows *f, const lic_symbol *account, lic_slice name)
{
    if (account->starts && !lic_slice_is(name, "payment")) return true;
    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].account == account && credits_on(&f->items[i], name)) return true;
    return false;
}

/* -- S17 -------------------------------------------------------------------------------------------------- */

/* The split of the account on this trigger that stands below the crediting clause. */
static const lic_flow *split_for(const lic_flows *f, const lic_flow *credit, lic_slice trigger_name,
                                 const lic_flow **above)
{
    for (size_t i = 0; i < f->count; i++) {
        const lic_flow *s = &f->items[i];
        if (!s->split || s->account != credit->account || !triggered_by(s->block, trigger_name))
            continue;
        if (s->order > credit->order) return s;
        *above = s;
    }
    return NULL;
}

/* The fix: the trigger in the place of one on which nothing comes in, or behind the others. */
static bool offer_trigger(const lic_flows *f, lic_diagnostic *d, const lic_flow *split,
                          lic_slice name)
{
    const lic_node *on = lic_child_of(split->block, LIC_NODE_ON, 0);
    if (!on) return false;
    uint32_t n = 0;
    for (const lic_node *word = trigger(split->block, n); word; word = trigger(split->block, ++n)) {
        if (is_credited_on(f, split->account, word->name) || !word->name_span.size) continue;
        lic_diag_fix(f->c, d, word->name_span, "%.*s", LIC_S(name));
        return true;
    }
    if (on->anchor.size || lic_child(on, 0)) return false;
    lic_diag_fix(f->c, d, lic_behind(on), ", %.*s", LIC_S(name));
    return true;
}

static lic_span name_of(const lic_node *block)
{
    return block->name_span.size ? block->name_span : block->span;
}

static void report_unsplit(const lic_flows *f, const lic_flow *credit, lic_slice name,
                           const lic_flow *above)
{
    const lic_symbol *account = credit->account;
    lic_diagnostic *d = lic_diag(f->c, "S17", credit->node->span, "credits the pool",
                                 "on `%.*s` `%.*s` is credited but not split afterwards",
                                 LIC_S(name), LIC_S(account->name));
    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].split && f->items[i].account == account) {
            bool higher = &f->items[i] == above;
            lic_diag_place(f->c, d, name_of(f->items[i].block),
                           higher ? "its split stands above" : "its split runs on other triggers");
            break;
        }
    if (above) {
        lic_diag_help(f->c, d, "move the split below every term that credits the account");
        return;
    }
    lic_diag_help(f->c, d, "let the split run `on %.*s`", LIC_S(name));
    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].split && f->items[i].account == account &&
            f->items[i].order > credit->order && offer_trigger(f, d, &f->items[i], name))
            return;
}

/* False: reported. */
static bool is_split_on(const lic_flows *f, const lic_flow *credit, lic_slice name)
{
    const lic_flow *above = NULL;
    bool anywhere = lic_is_paid_into(credit); /* the payment comes later than what credits */
    if (split_for(f, credit, name, &above) || (anywhere && above)) return true;
    report_unsplit(f, credit, name, above);
    return false;
}

static bool check_credit(const lic_flows *f, const lic_flow *credit)
{
    if (!credit->credit || !lic_has_split(f, credit->account)) return true;
    if (lic_is_paid_into(credit)) return is_split_on(f, credit, lic_slice_text("payment"));
    if (!is_term_or_split(credit->block)) return true;
    bool good = true;
    uint32_t n = 0;
    for (const lic_node *word = trigger(credit->block, n); word; word = trigger(credit->block, ++n))
        good = is_split_on(f, credit, word->name) && good;
    return n ? good : is_split_on(f, credit, own_moment(credit->block));
}

/* -- S12: splits of nothing ---------------------------------------------------------------------------------- */

/* The split of the same account above on the same trigger, when nothing comes in between. */
static const lic_flow *emptied_by(const lic_flows *f, const lic_flow *split, lic_slice name)
{
    const lic_flow *found = NULL;
    for (size_t i = 0; i < f->count && f->items[i].order < split->order; i++) {
        const lic_flow *flow = &f->items[i];
        if (flow->account != split->account) continue;
        if (flow->split && triggered_by(flow->block, name)) found = flow;
        else if (is_term_or_split(flow->block) && credits_on(flow, name)) found = NULL;
    }
    return found;
}

static void check_split(const lic_flows *f, const lic_flow *split)
{
    uint32_t n = 0;
    for (const lic_node *word = trigger(split->block, n); word; word = trigger(split->block, ++n)) {
        const lic_flow *above = emptied_by(f, split, word->name);
        bool credited = is_credited_on(f, split->account, word->name);
        if (credited && !above) continue;
        lic_span at = n ? word->span : name_of(split->block);
        lic_diagnostic *d = lic_diag(f->c, "S12", at, above ? "nothing is left to share" : NULL,
                                     above ? "on `%.*s` `%.*s` is split above"
                                           : "on `%.*s` nothing comes into `%.*s`",
                                     LIC_S(word->name), LIC_S(split->account->name));
        if (above) lic_diag_place(f->c, d, name_of(above->block), "shares all of it out");
        else lic_diag_place(f->c, d, split->account->span, "the account");
        lic_diag_help(f->c, d,
                      above ? "keep one of the splits, or write all shares into it"
                            : "drop the trigger, or credit the account on it");
    }
}

void lic_check_pools(const lic_flows *f)
{
    bool *reported = lic_new(f->c, f->p->kind_counts[LIC_SYMBOL_ACCOUNT] + 1);
    for (size_t i = 0; i < f->count; i++)
        if (!check_credit(f, &f->items[i])) reported[f->items[i].account->index] = true;
    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].split && !reported[f->items[i].account->index])
            check_split(f, &f->items[i]);
}
