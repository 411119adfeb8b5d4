/* check/money.c - where money goes: accounts that are drawn on without being filled (S2) or left with a
 * balance (S3), shares and parts (S4), tiers (S5). */
#include "check/flow.h"

/* -- S3 ---------------------------------------------------------------------------------------------------- */

/* Money that comes in between two triggers waits for the next, or for the end. */
static bool filled_by_acts(const lic_flows *f, const lic_symbol *account)
{
    if (account->starts) return true;
    for (size_t i = 0; i < f->count; i++) {
        const lic_flow *item = &f->items[i];
        bool act = item->block->kind == LIC_NODE_ACTION || item->block->kind == LIC_NODE_LIFECYCLE;
        if (item->account == account && item->credit && act && !lic_is_paid_into(item)) return true;
    }
    return false;
}

static void check_end(const lic_flows *f, const lic_symbol *account)
{
    if (account->at_end) return;
    bool credited = account->starts != NULL;
    for (size_t i = 0; i < f->count; i++)
        credited = credited || (f->items[i].account == account && f->items[i].credit);
    if (!credited) return; /* S12 or S2 */
    if (lic_has_split(f, account) && !filled_by_acts(f, account))
        return; /* empty behind every trigger: S17 sees to it */
    lic_diagnostic *d = lic_diag(f->c, "S3", account->span, "what happens to its balance?",
                                 "`%.*s` has no disposition at the end", LIC_S(account->name));
    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].account == account && f->items[i].credit) {
            lic_diag_place(f->c, d, f->items[i].node->span, "credited here");
            break;
        }
    lic_diag_help(
        f->c, d,
        "add `, at end written off`, `, at end lapses` or `, at end paid out to` and a party");
    if (!account->node->anchor.size)
        lic_diag_fix(f->c, d, lic_behind(account->node), ", at end written off");
}

static void check_holder(const lic_flows *f, const lic_symbol *account)
{
    const lic_node *way = account->at_end ? lic_child(account->at_end, 0) : NULL;
    if (!way || !lic_named(way, "paid_out")) return;
    const lic_node *to = lic_child_of(account->at_end, LIC_NODE_NAME_REF, 0);
    if (!to && !account->is_scoped) {
        lic_diagnostic *d = lic_diag(f->c, "S3", account->at_end->span, "to whom?",
                                     "`%.*s` has no holder to be paid", LIC_S(account->name));
        lic_diag_help(f->c, d, "say `at end paid out to %.*s`",
                      LIC_S(f->p->parties.count ? f->p->parties.items[0]->name : account->name));
    } else if (!lic_debtor_of(f->p, account) && (account->writes || account->starts)) {
        lic_diagnostic *d = lic_diag(f->c, "S3", account->at_end->span, "who pays it out?",
                                     "nobody answers for what `%.*s` holds", LIC_S(account->name));
        lic_diag_help(f->c, d, "let a party owe or pay into it, or write it off at the end");
    }
}

/* -- S2 ------------------------------------------------------------------------------------------------------------ */

static void check_source(const lic_flows *f, const lic_flow *debit)
{
    if (debit->credit || debit->account->starts) return;
    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].account == debit->account && f->items[i].credit) return;
    lic_diagnostic *d = lic_diag(f->c, "S2", debit->node->span, "takes money out",
                                 "nothing ever puts money into `%.*s`",
                                 LIC_S(debit->account->name));
    lic_diag_place(f->c, d, debit->account->span, "the account");
    lic_diag_help(f->c, d,
                  "credit it, for instance `add 1%% of sum of revenue to %.*s`, or drop the clause",
                  LIC_S(debit->account->name));
}

static void check_currencies(const lic_flows *f, const lic_node *node)
{
    const lic_symbol *from = NULL, *to = NULL;
    if (node->kind == LIC_NODE_MOVE)
        from = lic_account_in(node->children[0]), to = lic_account_in(node->children[1]);
    if (node->kind == LIC_NODE_SPLIT) {
        const lic_node *into = lic_child_of(node, LIC_NODE_INTO, 0);
        from = node->symbol, to = into ? lic_account_in(into->children[0]) : NULL;
    }
    if (from && to && from->meaning.currency != to->meaning.currency) {
        lic_diagnostic *d = lic_diag(f->c, "S2", node->span, NULL,
                                     "money of one currency would arrive in another");
        lic_diag_place(f->c, d, from->span, "leaves here");
        lic_diag_place(f->c, d, to->span, "arrives here");
    }
    for (uint32_t i = 0; i < node->child_count; i++) check_currencies(f, node->children[i]);
}

void lic_check_accounts(lic_compilation *c, lic_program *p)
{
    lic_flows f = lic_flows_of(c, p);
    for (size_t i = 0; i < f.count; i++) check_source(&f, &f.items[i]);
    lic_check_pools(&f);
    check_currencies(&f, p->file);
    for (size_t i = 0; i < p->all.count; i++) {
        if (p->all.items[i]->kind != LIC_SYMBOL_ACCOUNT) continue;
        check_end(&f, p->all.items[i]);
        check_holder(&f, p->all.items[i]);
    }
}

/* -- S4: shares and parts ---------------------------------------------------------------------------------------------- */

typedef struct fraction {
    lic_i128 value, of;
    bool known;
} fraction;

static lic_i128 common_of(lic_i128 a, lic_i128 b)
{
    while (b) {
        lic_i128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static void add_share(fraction *sum, const lic_node *rate)
{
    const lic_meaning *m = rate->meaning;
    if (!m || m->sort == LIC_SORT_ERROR) sum->of = 0;
    if (!m || m->sort != LIC_SORT_RATE || !m->is_constant || !sum->of) {
        sum->known = false;
        return;
    }
    lic_i128 of = lic_power_of_ten(m->scale) * m->divisor, left, right;
    lic_i128 unit = common_of(of, sum->of), up = of / unit;
    if (up > INT64_MAX || sum->of / unit > INT64_MAX ||
        !lic_mul_i128(sum->value, (int64_t)up, &left) ||
        !lic_mul_i128(m->value, (int64_t)(sum->of / unit), &right) ||
        !lic_mul_i128(sum->of, (int64_t)up, &sum->of)) {
        sum->known = false;
        return;
    }
    sum->value = lic_add_i128(left, right, &left) ? left : 0;
}

static const char *percent(lic_compilation *c, lic_i128 value, lic_i128 of)
{
    char text[LIC_DECIMAL_MAX];
    lic_i128 scaled;
    if (!lic_muldiv(LIC_HALF_EVEN, value, 1000000, of, &scaled)) return "?";
    lic_decimal_print_short(scaled, 4, 0, text);
    return lic_text(c, "%s", text);
}

/* The share in a form that is exact: in per cent, or as a fraction. NULL: there is none that people read. */
static const char *share_text(lic_compilation *c, lic_i128 value, lic_i128 of)
{
    enum { PERCENT_DECIMALS = 4, LARGEST_DIVISOR = 1000000 };
    lic_i128 unit = common_of(value, of), whole = lic_power_of_ten(PERCENT_DECIMALS + 2);
    value /= unit;
    of /= unit;
    if (of > LARGEST_DIVISOR) return NULL;
    if (whole % of != 0) return lic_text(c, "%lld/%lld", (long long)value, (long long)of);
    char text[LIC_DECIMAL_MAX];
    lic_decimal_print_short(value * (whole / of), PERCENT_DECIMALS, 0, text);
    return lic_text(c, "%s%%", text);
}

/* What the others leave to the last one. */
static void help_share(lic_compilation *c, lic_diagnostic *d, const lic_node *block,
                       lic_node_kind kind, const lic_node *last)
{
    fraction others = {0, 1, true};
    for (uint32_t i = 0; i < block->child_count; i++)
        if (block->children[i]->kind == kind && block->children[i] != last)
            add_share(&others, block->children[i]->children[0]);
    bool fits = others.known && last->children[0]->meaning->is_constant && others.value < others.of;
    const char *text = fits ? share_text(c, others.of - others.value, others.of) : NULL;
    if (!text) {
        lic_diag_help(c, d, "change the shares so that they total 100 %%");
        return;
    }
    lic_diag_help(c, d, "make the last one %s, or change the others", text);
    lic_diag_fix(c, d, last->children[0]->span, "%s", text);
}

static void report_shares(lic_compilation *c, const fraction *sum, lic_span at, const char *what,
                          lic_slice name, const lic_node *block, lic_node_kind kind)
{
    const lic_node *last = NULL;
    lic_i128 off = sum->value > sum->of ? sum->value - sum->of : sum->of - sum->value;
    bool less = sum->value < sum->of;
    lic_diagnostic *d = lic_diag(c, "S4", at, NULL, "%s of `%.*s` add up to %s %%, must be 100 %%",
                                 what, LIC_S(name), percent(c, sum->value, sum->of));
    lic_diag_label(
        c, d, less ? "%s %% of every payment would belong to nobody" : "%s %% more than there is",
        percent(c, off, sum->of));
    for (uint32_t i = 0; i < block->child_count; i++)
        if (block->children[i]->kind == kind)
            lic_diag_place(c, d, block->children[i]->span, "a share"), last = block->children[i];
    if (last) help_share(c, d, block, kind, last);
}

static void check_split(lic_compilation *c, const lic_node *split)
{
    fraction sum = {0, 1, true};
    uint32_t shares = 0, holders = 0;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < split->child_count; i++) {
        const lic_node *line = split->children[i];
        holders += line->kind == LIC_NODE_HOLDERS;
        if (line->kind != LIC_NODE_SHARE) continue;
        shares++;
        add_share(&sum, line->children[0]);
        if (line->children[0]->meaning && line->children[0]->meaning->is_constant &&
            line->children[0]->meaning->value <= 0)
            lic_diag(c, "S4", line->span, NULL, "a share must be positive");
        if (!line->symbol) continue;
        if (seen >> line->symbol->index & 1)
            lic_diag(c, "S4", line->span, NULL, "`%.*s` has two shares", LIC_S(line->name));
        seen |= (uint64_t)1 << line->symbol->index;
    }
    lic_span at = split->name_span.size ? split->name_span : split->span;
    if (!split->name.size) return;
    if (!shares && !holders)
        lic_diag(c, "S4", at, "nobody has a share", "`%.*s` is split among nobody",
                 LIC_S(split->name));
    if (shares && holders)
        lic_diag(c, "S4", at, NULL, "`%.*s` is split twice: by parties and by holders",
                 LIC_S(split->name));
    if (shares > LIC_SPLIT_MAX)
        lic_diag(c, "S4", at, NULL, "a split has at most %d shares", LIC_SPLIT_MAX);
    if (shares && sum.known && sum.value != sum.of)
        report_shares(c, &sum, at, "shares", split->name, split, LIC_NODE_SHARE);
    if (shares && !sum.known && sum.of && sum.value > sum.of)
        report_shares(c, &sum, at, "shares", split->name, split, LIC_NODE_SHARE);
}

void lic_check_shares(lic_compilation *c, lic_program *p)
{
    for (uint32_t i = 0; i < p->file->child_count; i++) {
        const lic_node *node = p->file->children[i];
        if (node->kind == LIC_NODE_SPLIT) check_split(c, node);
        if (node->kind != LIC_NODE_MONEY_TERM) continue;
        fraction sum = {0, 1, true};
        uint32_t parts = 0;
        for (uint32_t k = 0; k < node->child_count; k++)
            if (node->children[k]->kind == LIC_NODE_PART)
                parts++, add_share(&sum, node->children[k]->children[0]);
        lic_span at = node->name_span.size ? node->name_span : node->span;
        if (parts && sum.known && sum.value != sum.of)
            report_shares(c, &sum, at, "parts", node->name, node, LIC_NODE_PART);
    }
}

/* -- S5: tiers ----------------------------------------------------------------------------------------------------------- */

static void check_order(lic_compilation *c, const lic_symbol *tiers, const lic_node *tier,
                        const lic_node *before)
{
    const lic_meaning *a = lic_child(before, 0) ? before->children[0]->meaning : NULL;
    const lic_meaning *b = lic_child(tier, 0) ? tier->children[0]->meaning : NULL;
    if (!a || !b || !a->is_constant || !b->is_constant) return;
    unsigned scale = a->scale > b->scale ? a->scale : b->scale;
    lic_i128 low = lic_scaled(a->value, a->scale, scale),
             high = lic_scaled(b->value, b->scale, scale);
    bool same = low == high && lic_named(before, "below") && lic_named(tier, "up_to");
    if (high > low || same) return;
    lic_diagnostic *d = lic_diag(c, "S5", tier->span, "not above the edge before it",
                                 "the tiers of `%.*s` overlap", LIC_S(tiers->name));
    lic_diag_place(c, d, before->span, "the tier before it");
    lic_diag_help(c, d, "put the tiers into ascending order");
}

void lic_check_tiers(lic_compilation *c, lic_program *p)
{
    for (size_t i = 0; i < p->all.count; i++) {
        const lic_symbol *tiers = p->all.items[i];
        if (tiers->kind != LIC_SYMBOL_TIERS) continue;
        const lic_node *before = NULL;
        for (uint32_t k = 1; k < tiers->node->child_count; k++) {
            const lic_node *tier = tiers->node->children[k];
            if (before && lic_named(before, "above")) {
                lic_diagnostic *d = lic_diag(c, "S5", tier->span, NULL, "a tier behind `above:`");
                lic_diag_place(c, d, before->span, "`above` has no end");
            } else if (before) {
                check_order(c, tiers, tier, before);
            }
            before = tier;
        }
        if (!before || lic_named(before, "above")) continue;
        lic_diagnostic *d = lic_diag(c, "S5", before->span, "and above that?",
                                     "the tiers of `%.*s` leave a gap above", LIC_S(tiers->name));
        lic_diag_help(c, d, "add a last line `above:` with a value, or `above: refuse`");
        if (!before->anchor.size) lic_diag_fix(c, d, lic_behind(before), "\n  above: refuse");
    }
}
