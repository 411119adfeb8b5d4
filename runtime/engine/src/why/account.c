/* why/account.c - a derivation as a short account for the payee. Movements of an account are added up
 * by clause; shares of many rows are listed by size, each in one line; what an amount was taken from is
 * listed below it. It names clauses, terms, schedules and reports as the agreement does, and nothing of the
 * machine. */
#include "why/text.h"

#include <stdlib.h>
#include <string.h>

enum { GROUPS_MAX = 64, EARLIER_TOLD = 8, HOLDINGS_MAX = 8 };

typedef struct movement {
    uint32_t node; /* a POSTING, or an EARLIER */
    int sign;
} movement;

typedef struct group { /* one movement, or movements of one clause in one direction */
    uint16_t clause;
    int sign;
    uint32_t leader; /* the first one's node */
    lic_i128 sum;
    size_t first, count; /* into the account's movements, which are ordered by group */
} group;

typedef struct account {
    lic_telling *telling;
    const lic_why *why;
    const lic_why_node *root; /* a BALANCE, or a SUM of an account that something was taken from */
    movement *movements, *earlier;
    size_t count, capacity, earlier_count, earlier_capacity;
    lic_i128 opening;
    bool one_by_one;
    group groups[GROUPS_MAX];
    size_t group_count;
} account;

static void put(const account *a, const char *text)
{
    lic_say(a->telling, text);
}

static void put_column(const account *a, const lic_why_node *like, lic_i128 value)
{
    lic_telling_column(a->telling, like, value);
}

/* -- movements ------------------------------------------------------------------------------------- */

static bool add_movement(const account *a, movement **list, size_t *count, size_t *capacity,
                         movement moved)
{
    if (*count == *capacity) {
        size_t wanted = *capacity == 0 ? 64 : *capacity * 2;
        const lic_allocator *allocator = a->why->allocator;
        movement *grown = allocator->resize(allocator->context, *list, *capacity * sizeof *grown,
                                            wanted * sizeof *grown);
        if (grown == NULL) return false;
        *list = grown;
        *capacity = wanted;
    }
    (*list)[(*count)++] = moved;
    return true;
}

/* Postings below an account's balance; sums that were read in between are opened. */
static bool collect(account *a, const lic_why_node *node)
{
    for (uint32_t i = 0; i < node->child_count; i++) {
        const lic_why_link *link = &a->why->links[node->first_child + i];
        const lic_why_node *child = &a->why->nodes[link->node];
        movement moved = {link->node, link->sign};
        bool good = true, same = child->field == a->root->field && child->row == a->root->row;
        if (child->rule == LIC_WHY_SUM && same) {
            good = collect(a, child);
        } else if (child->rule == LIC_WHY_POSTING) {
            good = add_movement(a, &a->movements, &a->count, &a->capacity, moved);
        } else {
            a->opening += child->value * link->sign;
            if (child->rule == LIC_WHY_EARLIER)
                good = add_movement(a, &a->earlier, &a->earlier_count, &a->earlier_capacity, moved);
        }
        if (!good) return false;
    }
    return true;
}

/* Shares are many, and told together; other movements one by one, as long as they are few. */
static bool in_group(const account *a, const group *g, const movement *m)
{
    const lic_why_node *node = &a->why->nodes[m->node];
    bool share = lic_telling_child(a->why, node, 0)->rule == LIC_WHY_SHARE;
    return g->clause == node->clause && g->sign == m->sign &&
           (share || !a->one_by_one || g->leader == m->node);
}

/* The groups, in the order of their first movements; false: there are too many. */
static bool find_groups(account *a)
{
    a->group_count = 0;
    for (size_t i = 0; i < a->count; i++) {
        const movement *each = &a->movements[i];
        const lic_why_node *node = &a->why->nodes[each->node];
        size_t g = 0;
        while (g < a->group_count && !in_group(a, &a->groups[g], each)) g++;
        if (g < a->group_count) continue;
        if (a->group_count == GROUPS_MAX) return false;
        a->groups[a->group_count++] = (group){node->clause, each->sign, each->node, 0, 0, 0};
    }
    return true;
}

static bool make_groups(account *a)
{
    const lic_why *why = a->why;
    movement *ordered = lic_allocate(why->allocator, (a->count + 1) * sizeof *ordered);
    size_t used = 0;
    if (ordered == NULL) return false;
    a->one_by_one = true;
    if (!find_groups(a)) {
        a->one_by_one = false;
        (void)find_groups(a);
    }
    for (size_t i = 0; i < a->group_count; i++) {
        group *g = &a->groups[i];
        g->first = used;
        for (size_t m = 0; m < a->count; m++) {
            if (!in_group(a, g, &a->movements[m])) continue;
            ordered[used++] = a->movements[m];
            g->sum += why->nodes[a->movements[m].node].value * g->sign;
        }
        g->count = used - g->first;
    }
    if (a->movements != NULL)
        lic_release(why->allocator, a->movements, a->capacity * sizeof *ordered);
    a->movements = ordered;
    a->capacity = a->count + 1;
    a->count = used;
    return true;
}

static void forget(account *a)
{
    const lic_allocator *allocator = a->why->allocator;
    if (a->movements != NULL)
        lic_release(allocator, a->movements, a->capacity * sizeof *a->movements);
    if (a->earlier != NULL)
        lic_release(allocator, a->earlier, a->earlier_capacity * sizeof *a->earlier);
}

static bool begin(account *a, lic_telling *t, const lic_why_node *root)
{
    *a = (account){.telling = t, .why = t->why, .root = root};
    return collect(a, root) && make_groups(a);
}

/* -- lines of the account ------------------------------------------------------------------------------ */

static const lic_why_node *first_of(const account *a, const group *g)
{
    return &a->why->nodes[a->movements[g->first].node];
}

/* What was posted: a share, a rounded product, ... */
static const lic_why_node *amount_of(const account *a, const lic_why_node *posting)
{
    return lic_telling_child(a->why, posting, 0);
}

static bool is_share(const account *a, const group *g)
{
    return amount_of(a, first_of(a, g))->rule == LIC_WHY_SHARE;
}

static void put_share_of(const account *a, const lic_why_node *share)
{
    lic_telling_amount(a->telling, lic_telling_child(a->why, share, 1 + share->index), 1);
    put(a, " of ");
    lic_telling_amount(a->telling, lic_telling_child(a->why, share, 0), 1);
}

/* "your shares of 147 Works: split Due", "35 % of GBP 351,000.00 in Pool: split Pool" */
static void put_share_phrase(const account *a, const group *g)
{
    const lic_why *why = a->why;
    const lic_why_node *posting = first_of(a, g);
    if (g->count > 1) {
        uint16_t table = why->image->fields[why->image->accounts[posting->account].field].table;
        lic_put_format(a->telling->target, "your shares of %zu ", g->count);
        lic_telling_slice(a->telling->target, why->image->tables[table].name);
    } else {
        put_share_of(a, amount_of(a, posting));
        put(a, " in ");
        lic_telling_account(a->telling, posting->account, posting->key);
    }
    put(a, ": ");
    lic_telling_clause(a->telling, g->clause);
}

/* It goes to the payee's own account: nothing is paid by that, a duty is. */
static bool is_passed_on(const account *a, const lic_why_node *posting)
{
    uint8_t kind = a->why->image->accounts[posting->other].kind;
    return (kind == LIC_ACCOUNT_PAYEE || kind == LIC_ACCOUNT_PARTY) &&
           lic_slice_equal(posting->other_key, a->root->key);
}

/* "of payment 1 by Studio": what a posting of a payment came from. */
static bool put_payment(const account *a, const lic_why_node *posting)
{
    char day[LIC_DATE_TEXT];
    const lic_why_node *paid = amount_of(a, posting);
    if (paid->rule != LIC_WHY_ALLOTTED) return false;
    lic_date_print(paid->as_of, day);
    lic_put_format(a->telling->target, ": payment %u on %s, by ", paid->index + 1, day);
    lic_telling_slice(a->telling->target, paid->other_key);
    if (paid->term != LIC_NONE16) {
        put(a, ", for ");
        lic_telling_term(a->telling, paid->term);
    }
    lic_put_format(a->telling->target, ", duty %u", paid->duty);
    return true;
}

/* What postings of one group that are no shares follow from. */
static void put_reason(const account *a, const group *g)
{
    const lic_why_node *posting = first_of(a, g);
    uint16_t term = posting->clause == LIC_NONE16 ? LIC_NONE16
                                                  : a->why->image->clauses[posting->clause].term;
    if (g->count != 1) {
        lic_put_format(a->telling->target, ", %zu times", g->count);
    } else if (amount_of(a, posting)->rule != LIC_WHY_FOLDED && !put_payment(a, posting)) {
        lic_behind_amount(a->telling, a->movements[g->first].node, amount_of(a, posting), term,
                          ": ");
    }
}

static void put_group(const account *a, const group *g)
{
    const lic_why_node *posting = first_of(a, g);
    put_column(a, posting, g->sum);
    if (is_share(a, g)) {
        put_share_phrase(a, g);
    } else {
        lic_telling_clause(a->telling, g->clause);
        if (g->count == 1 && posting->scope_key.size > 0 &&
            !lic_slice_equal(posting->scope_key, a->root->key)) {
            put(a, ", for ");
            lic_telling_slice(a->telling->target, posting->scope_key);
        }
        if (g->sign < 0 && is_passed_on(a, posting)) put(a, ", now owed to you");
        else put_reason(a, g);
    }
    lic_telling_other_period(a->telling, posting);
    put(a, "\n");
}

/* What stood on it before, and which blocks brought it. */
static void put_opening(const account *a)
{
    put_column(a, a->root, a->opening);
    put(a, a->earlier_count > 0 ? "stood on it before:\n" : "stood on it before\n");
    for (size_t i = 0; i < a->earlier_count; i++) {
        const movement *m = &a->earlier[i];
        const lic_why_node *node = &a->why->nodes[m->node];
        if (a->earlier_count > EARLIER_TOLD && i + 1 == EARLIER_TOLD) {
            lic_put_format(a->telling->target, "%*s    and %zu more\n", LIC_AMOUNT_WIDTH, "",
                           a->earlier_count - i);
            return;
        }
        lic_put_format(a->telling->target, "%*s    ", LIC_AMOUNT_WIDTH, "");
        lic_telling_value(a->telling, node, node->value * m->sign);
        put(a, ", ");
        lic_telling_phrase(a->telling, node);
        put(a, "\n");
    }
}

/* -- what an amount was taken from ------------------------------------------------------------------------ */

typedef struct holdings { /* told already, by this account */
    const lic_why_node *nodes[HOLDINGS_MAX];
    size_t count;
} holdings;

static void tell_holding(lic_telling *t, const lic_why_node *holding)
{
    account a;
    if (begin(&a, t, holding)) {
        lic_say(t, "\n");
        lic_telling_field(t, holding);
        lic_say(t, ", from which it was taken\n");
        if (a.opening != 0 || a.group_count == 0) put_opening(&a);
        for (size_t i = 0; i < a.group_count; i++) put_group(&a, &a.groups[i]);
    } else {
        t->target->failed = true;
    }
    forget(&a);
}

/* The account that a movement came from, when it is the agreement's and not told anyway. */
static void put_source(const account *a, const group *g, holdings *told)
{
    const lic_why_node *posting = first_of(a, g);
    uint8_t kind = a->why->image->accounts[posting->account].kind;
    bool own = a->why->image->accounts[posting->account].field == a->root->field &&
               posting->row == a->root->row;
    if (g->count != 1 || own || kind != LIC_ACCOUNT_DECLARED) return;
    const lic_why_node *found = lic_behind_holding(a->telling, a->movements[g->first].node,
                                                   posting->account, posting->row);
    for (size_t i = 0; i < told->count; i++)
        if (told->nodes[i] == found) return;
    if (found == NULL || told->count == HOLDINGS_MAX) return;
    told->nodes[told->count++] = found;
    tell_holding(a->telling, found);
}

static const lic_why *order_why; /* qsort takes no context; set around the one call */

static int by_amount(const void *x, const void *y)
{
    const movement *a = x, *b = y;
    lic_i128 p = order_why->nodes[a->node].value, q = order_why->nodes[b->node].value;
    if (p != q) return p > q ? -1 : 1;
    return a->node < b->node ? -1 : a->node > b->node;
}

static void put_largest(const account *a, const group *g)
{
    movement *list = &a->movements[g->first];
    order_why = a->why;
    qsort(list, g->count, sizeof *list, by_amount);
    lic_put_format(a->telling->target, "\nThe largest of your %zu shares\n", g->count);
    for (size_t i = 0; i < g->count && i < LIC_TOLD_LARGEST; i++) {
        const lic_why_node *posting = &a->why->nodes[list[i].node];
        put_column(a, posting, posting->value);
        put_share_of(a, amount_of(a, posting));
        put(a, " for ");
        lic_telling_slice(a->telling->target, posting->key);
        lic_behind_lines(a->telling, list[i].node);
        put(a, "\n");
    }
    if (g->count > LIC_TOLD_LARGEST) {
        lic_put_format(a->telling->target, "%*s  and %zu more\n", LIC_AMOUNT_WIDTH, "",
                       g->count - LIC_TOLD_LARGEST);
    }
}

/* -- accounts ------------------------------------------------------------------------------------------------ */

static void put_account(const account *a)
{
    holdings told = {.count = 0};
    lic_telling_title(a->telling, a->root);
    put_opening(a);
    for (size_t i = 0; i < a->group_count; i++) put_group(a, &a->groups[i]);
    put_column(a, a->root, a->root->value);
    put(a, "stands on it now\n");
    for (size_t i = 0; i < a->group_count; i++) {
        const group *g = &a->groups[i];
        put_source(a, g, &told);
        if (g->count > 1 && is_share(a, g)) put_largest(a, g);
    }
}

static void tell_account(lic_telling *t, const lic_why_node *root)
{
    account a;
    if (begin(&a, t, root)) put_account(&a);
    else t->target->failed = true;
    forget(&a);
}

/* The payee's own side of a payment, and what a party gave, are the other leg of what is told. */
static bool is_told(const lic_why *why, const lic_why_node *root)
{
    uint8_t kind = why->image->accounts[root->account].kind;
    return kind == LIC_ACCOUNT_DECLARED || kind == LIC_ACCOUNT_CREDIT;
}

/* Of a duty that is asked for alone: the account that its amount was taken from. */
static void tell_source(lic_telling *t, uint32_t root)
{
    const lic_why_node *found = lic_behind_holding(t, root, LIC_NONE16, 0);
    if (found != NULL) tell_holding(t, found);
}

/* What comes to you by several duties, or goes: a sum for each currency. */
static void tell_total(lic_telling *t, uint8_t currency, bool by_you)
{
    const lic_why *why = t->why;
    const lic_why_node *like = NULL;
    lic_i128 sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < why->root_count; i++) {
        const lic_why_node *node = &why->nodes[why->roots[i]];
        bool yours = why->payee.table == LIC_TABLE_PARTIES && node->other_row == why->payee.row;
        if (node->rule != LIC_WHY_DUTY || node->type.currency != currency || yours != by_you ||
            (!yours && node->account != LIC_NONE16))
            continue;
        like = node;
        sum += node->value;
        count++;
    }
    if (count < 2) return;
    lic_say(t, by_you ? "In all, to be paid by you: " : "In all, to be paid to you: ");
    lic_telling_value(t, like, sum);
    lic_put_format(t->target, " by %zu duties\n", count);
}

static void tell_group(lic_telling *t, size_t first, size_t last, void *context)
{
    const lic_why *why = t->why;
    lic_folds *folds = context;
    bool any = false;
    lic_telling_unit(t, lic_telling_unit_of(why, why->roots[first]));
    lic_folds_find(folds, why, first, last);
    for (size_t i = first; i < last; i++) {
        const lic_why_node *node = &why->nodes[why->roots[i]];
        if (!lic_folds_tell(folds, t, why->roots[i])) lic_telling_root(t, why->roots[i]);
        any = any || (node->rule == LIC_WHY_BALANCE && is_told(why, node));
        if (node->rule == LIC_WHY_DUTY && why->asked == LIC_WHY_OF_DUTY)
            tell_source(t, why->roots[i]);
    }
    for (size_t i = first; i < last; i++) {
        const lic_why_node *node = &why->nodes[why->roots[i]];
        if (node->rule == LIC_WHY_BALANCE && (is_told(why, node) || !any)) tell_account(t, node);
    }
}

void lic_why_account(const lic_why *why, lic_buffer *target)
{
    lic_telling t;
    lic_folds folds;
    bool good = lic_folds_begin(&folds, why);
    if (!good) target->failed = true;
    if (lic_telling_begin(&t, why, target) && good) {
        lic_telling_head(&t);
        lic_telling_units(&t, tell_group, &folds);
        lic_say(&t, "\n");
        for (uint8_t i = 0; why->asked != LIC_WHY_OF_DUTY && i < why->image->currencies_count;
             i++) {
            tell_total(&t, i, false);
            tell_total(&t, i, true);
        }
        if (why->folded)
            lic_say(&t, "These are too many to derive at once: licet why CONTRACT --duty NUMBER "
                        "derives one, and each payee's own account says more.\n");
        else
            lic_say(&t, "--depth 6 shows the steps, --all every step down to the lines, --json "
                        "all of it for programs.\n");
    }
    lic_telling_end(&t);
    lic_folds_end(&folds, why);
}
