/* why_account.c - a derivation as a short account for the payee. Movements of an account are added up
 * by clause; shares of many rows are listed by size, each in one line. It names clauses, terms,
 * schedules and reports as the agreement does, and nothing of the machine. */
#include "why_text.h"

#include <stdlib.h>
#include <string.h>

enum { GROUPS_MAX = 64, LARGEST = 10, AMOUNT_WIDTH = 20 };

typedef struct movement {
    uint32_t node; /* a POSTING */
    int sign;
} movement;

typedef struct group { /* movements of one clause in one direction */
    uint16_t clause;
    int sign;
    lic_i128 sum;
    size_t first, count; /* into the account's movements, which are ordered by group */
} group;

typedef struct account {
    lic_telling *telling;
    const lic_why *why;
    const lic_why_node *root;
    movement *movements;
    size_t count, capacity;
    group groups[GROUPS_MAX];
    size_t group_count;
    uint32_t *stamps; /* a node: number of the walk that has seen it */
    uint32_t stamp;
} account;

static void put(account *a, const char *text)
{
    lic_put_text(a->telling->target, text);
}
static void put_name(account *a, lic_slice name)
{
    lic_telling_slice(a->telling->target, name);
}

/* -- amounts ------------------------------------------------------------------------------------- */

/* An amount in a column, right-aligned. */
static void put_column(account *a, const lic_why_node *like, lic_i128 value)
{
    lic_buffer text;
    lic_telling scratch = *a->telling;
    lic_why_node shown = *like;
    lic_buffer_init(&text, a->why->allocator, 4096);
    scratch.target = &text;
    shown.value = value;
    lic_telling_amount(&scratch, &shown, 1);
    for (size_t i = text.size; i < AMOUNT_WIDTH; i++) put(a, " ");
    lic_put_bytes(a->telling->target, text.data, text.size);
    put(a, "  ");
    lic_buffer_free(&text);
}

static void put_amount(account *a, const lic_why_node *node)
{
    lic_telling_amount(a->telling, node, 1);
}

/* A rate as a percentage. */
static void put_percent(account *a, const lic_why_node *node)
{
    char text[LIC_DECIMAL_MAX];
    unsigned scale = node->type.kind == LIC_KIND_RATE ? node->type.scale : 0;
    lic_i128 value = scale >= 2 ? node->value : node->value * lic_power_of_ten(2 - scale);
    (void)lic_decimal_print_short(value, scale >= 2 ? scale - 2 : 0, 0, text);
    put(a, text);
    put(a, " %");
}

static void put_anchor(account *a, lic_slice anchor)
{
    if (anchor.size == 0) return;
    put(a, " [");
    put_name(a, anchor);
    put(a, "]");
}

/* -- movements ------------------------------------------------------------------------------------- */

static bool add_movement(account *a, uint32_t node, int sign)
{
    if (a->count == a->capacity) {
        size_t wanted = a->capacity == 0 ? 256 : a->capacity * 2;
        const lic_allocator *allocator = a->why->allocator;
        movement *grown = allocator->resize(allocator->context, a->movements,
                                            a->capacity * sizeof *grown, wanted * sizeof *grown);
        if (grown == NULL) return false;
        a->movements = grown;
        a->capacity = wanted;
    }
    a->movements[a->count++] = (movement){node, sign};
    return true;
}

/* Postings below an account's balance; sums that were read in between are opened. */
static bool collect(account *a, const lic_why_node *node, lic_i128 *opening)
{
    for (uint32_t i = 0; i < node->child_count; i++) {
        const lic_why_link *link = &a->why->links[node->first_child + i];
        const lic_why_node *child = &a->why->nodes[link->node];
        bool same = child->field == a->root->field && child->row == a->root->row;
        if (child->rule == LIC_WHY_SUM && same) {
            if (!collect(a, child, opening)) return false;
        } else if (child->rule == LIC_WHY_POSTING) {
            if (!add_movement(a, link->node, link->sign)) return false;
        } else {
            *opening += child->value * link->sign;
        }
    }
    return true;
}

static bool make_groups(account *a)
{
    const lic_why *why = a->why;
    movement *ordered = lic_allocate(why->allocator, (a->count + 1) * sizeof *ordered);
    size_t used = 0;
    if (ordered == NULL) return false;
    for (size_t i = 0; i < a->count && a->group_count < GROUPS_MAX; i++) {
        const lic_why_node *node = &why->nodes[a->movements[i].node];
        bool known = false;
        for (size_t g = 0; g < a->group_count; g++) {
            known = known || (a->groups[g].clause == node->clause &&
                              a->groups[g].sign == a->movements[i].sign);
        }
        if (known) continue;
        group *g = &a->groups[a->group_count++];
        *g = (group){.clause = node->clause, .sign = a->movements[i].sign, .first = used};
        for (size_t m = i; m < a->count; m++) {
            const lic_why_node *other = &why->nodes[a->movements[m].node];
            if (other->clause != g->clause || a->movements[m].sign != g->sign) continue;
            ordered[used++] = a->movements[m];
            g->sum += other->value * g->sign;
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

/* -- what lies behind a movement ------------------------------------------------------------------- */

static const lic_why_node *child_of(const lic_why *why, const lic_why_node *node, uint32_t n)
{
    return lic_telling_behind(why, &why->nodes[why->links[node->first_child + n].node]);
}

/* What was posted: a share, a rounded product, ... */
static const lic_why_node *amount_of(const lic_why *why, const lic_why_node *posting)
{
    return child_of(why, posting, 0);
}

/* `rate` of `base` when a value is their rounded product. */
static bool find_product(const lic_why *why, const lic_why_node *node, const lic_why_node **rate,
                         const lic_why_node **base)
{
    if (node->rule == LIC_WHY_ROUND_QUOTIENT) node = child_of(why, node, 0);
    bool product = (node->rule == LIC_WHY_MULTIPLY || node->rule == LIC_WHY_ROUND_PRODUCT) &&
                   node->child_count == 2;
    if (!product) return false;
    const lic_why_node *x = child_of(why, node, 0), *y = child_of(why, node, 1);
    if (x->type.kind == LIC_KIND_RATE && x->child_count == 0) {
        *rate = x, *base = y;
        return lic_type_wide(y->type);
    }
    *rate = y, *base = x;
    return y->type.kind == LIC_KIND_RATE && y->child_count == 0 && lic_type_wide(x->type);
}

/* Walks everything below a node once; visit answers for each. */
typedef void walk_visit(account *a, const lic_why_node *node, void *context);

static void walk_below(account *a, uint32_t start, walk_visit *visit, void *context)
{
    const lic_why *why = a->why;
    a->stamp++;
    a->stamps[start] = a->stamp;
    /* Children always come before what follows from them: one pass downwards meets each once. */
    for (uint32_t i = start + 1; i-- > 0;) {
        if (a->stamps[i] != a->stamp) continue;
        const lic_why_node *node = &why->nodes[i];
        visit(a, node, context);
        for (uint32_t c = 0; c < node->child_count; c++) {
            a->stamps[why->links[node->first_child + c].node] = a->stamp;
        }
    }
}

typedef struct behind {
    uint64_t last_line, lines; /* distinct lines; nodes of one line stand together */
    const lic_report *report;
    uint16_t term;
    const lic_why_node *results[6]; /* by label */
} behind;

static void note_behind(account *a, const lic_why_node *node, void *context)
{
    behind *b = context;
    const lic_why_run *run = &a->why->runs[node->run];
    if (node->rule == LIC_WHY_USAGE && run->kind == LIC_ENTRY_REPORT) {
        if (node->line != b->last_line) b->lines++;
        b->last_line = node->line;
        b->report = &a->why->image->reports[run->subject];
    }
    if (node->label != 0 && node->term == b->term && b->results[node->label] == NULL) {
        b->results[node->label] = node;
    }
}

static void put_lines(account *a, const behind *b)
{
    if (b->lines == 0) return;
    lic_put_format(a->telling->target, ", from %llu line%s of the report ",
                   (unsigned long long)b->lines, b->lines == 1 ? "" : "s");
    put_name(a, b->report->name);
}

/* ": earned 601,000.00, recouped 250,000.00": the results of the posting's term that lie below it. */
static void put_results(account *a, const behind *b)
{
    static const char *const names[] = {"", "exact", "earned", "topped up by", "recouped", "net"};
    const char *between = ": ";
    for (unsigned label = 2; label <= 4; label++) {
        if (b->results[label] == NULL || b->results[label]->value == 0) continue;
        put(a, between);
        put(a, names[label]);
        put(a, " ");
        put_amount(a, b->results[label]);
        between = ", ";
    }
}

/* -- lines of the account ------------------------------------------------------------------------------ */

static void put_clause(account *a, uint16_t number)
{
    static const lic_clause none = {.term = LIC_NONE16};
    const lic_clause *clause = number == LIC_NONE16 ? &none : &a->why->image->clauses[number];
    if (clause->term != LIC_NONE16) {
        put_name(a, a->why->image->terms[clause->term].label);
    } else {
        put_name(a, clause->label);
    }
    put(a, " ");
    put_name(a, clause->name);
    put_anchor(a, clause->anchor);
}

static bool is_share(const account *a, const group *g)
{
    return amount_of(a->why, &a->why->nodes[a->movements[g->first].node])->rule == LIC_WHY_SHARE;
}

/* "your 147 shares of Due (Works)", "35 % of GBP 351,000.00 in Pool" */
static void put_share_phrase(account *a, const group *g)
{
    const lic_why *why = a->why;
    const lic_why_node *posting = &why->nodes[a->movements[g->first].node];
    const lic_why_node *share = amount_of(why, posting);
    const lic_account *from = &why->image->accounts[posting->account];
    if (g->count > 1) {
        uint16_t table = why->image->fields[from->field].table;
        lic_put_format(a->telling->target, "your shares of %zu ", g->count);
        put_name(a, why->image->tables[table].name);
        put(a, ": ");
        put_clause(a, g->clause);
        return;
    }
    put_percent(a, child_of(why, share, 1 + share->index));
    put(a, " of ");
    put_amount(a, child_of(why, share, 0));
    put(a, " in ");
    put_name(a, from->name);
    if (posting->key.size > 0) {
        put(a, " of ");
        put_name(a, posting->key);
    }
    put(a, ": ");
    put_clause(a, g->clause);
}

static bool is_paid_out(const account *a, const lic_why_node *posting)
{
    uint8_t kind = a->why->image->accounts[posting->other].kind;
    return (kind == LIC_ACCOUNT_PAYEE || kind == LIC_ACCOUNT_PARTY) &&
           lic_slice_equal(posting->other_key, a->root->key);
}

/* ", for 2027-Q4" when a movement belongs to another period that the same transaction settled. */
static void put_other_period(account *a, const lic_why_node *node)
{
    const lic_image *image = a->why->image;
    const lic_why_run *run = &a->why->runs[node->run];
    char text[LIC_PERIOD_TEXT];
    uint8_t kind = 0;
    if (run->kind == LIC_ENTRY_REPORT) kind = image->reports[run->subject].period;
    if (run->kind == LIC_ENTRY_STATEMENT) kind = image->statements[run->subject].period;
    if (run->kind == LIC_ENTRY_PERIOD) kind = image->periodics[run->subject].period;
    if (kind == 0) return;
    lic_period_print((lic_period_kind)kind, (lic_period){run->full_first, run->full_last}, text);
    if (lic_slice_equal(lic_slice_text(text), a->why->period)) return;
    put(a, ", for ");
    put(a, text);
}

/* What one posting that is no share follows from. */
static void put_reason(account *a, const group *g)
{
    const lic_why *why = a->why;
    uint32_t number = a->movements[g->first].node;
    const lic_why_node *posting = &why->nodes[number];
    const lic_why_node *rate = NULL, *base = NULL;
    if (g->count != 1) return;
    if (find_product(why, amount_of(why, posting), &rate, &base)) {
        put(a, ", ");
        put_percent(a, rate);
        put(a, " of ");
        put_amount(a, base);
    } else if (g->sign > 0 && posting->clause != LIC_NONE16) {
        behind b = {.term = why->image->clauses[posting->clause].term};
        walk_below(a, number, note_behind, &b);
        put_results(a, &b);
        put_lines(a, &b);
    }
}

static void put_group(account *a, const group *g)
{
    const lic_why_node *posting = &a->why->nodes[a->movements[g->first].node];
    put_column(a, posting, g->sum);
    if (is_share(a, g)) {
        put_share_phrase(a, g);
    } else {
        put_clause(a, g->clause);
        put_reason(a, g);
        if (g->sign < 0 && is_paid_out(a, posting)) put(a, ", paid to you");
    }
    put_other_period(a, posting);
    put(a, "\n");
}

/* What went into the account that a share was taken from. */
static void put_source(account *a, const lic_why_node *posting)
{
    const lic_why *why = a->why;
    const lic_why_node *source = child_of(why, amount_of(why, posting), 0);
    if (source->rule != LIC_WHY_SUM) return;
    put(a, "\n");
    put_name(a, why->image->accounts[posting->account].name);
    put(a, "\n");
    for (uint32_t i = 0; i < source->child_count; i++) {
        const lic_why_link *link = &why->links[source->first_child + i];
        const lic_why_node *node = &why->nodes[link->node];
        put_column(a, node, node->value * link->sign);
        if (node->rule != LIC_WHY_POSTING) {
            put(a, "stood on it before\n");
            continue;
        }
        const lic_clause *clause = &why->image->clauses[node->clause];
        behind b = {.term = clause->term};
        walk_below(a, link->node, note_behind, &b);
        put_clause(a, node->clause);
        put_results(a, &b);
        put_lines(a, &b);
        put(a, "\n");
    }
}

static const lic_why *order_why; /* qsort takes no context; set around the one call */

static int by_amount(const void *x, const void *y)
{
    const movement *a = x, *b = y;
    lic_i128 p = order_why->nodes[a->node].value, q = order_why->nodes[b->node].value;
    if (p != q) return p > q ? -1 : 1;
    return a->node < b->node ? -1 : a->node > b->node;
}

static void put_largest(account *a, const group *g)
{
    const lic_why *why = a->why;
    movement *list = &a->movements[g->first];
    order_why = why;
    qsort(list, g->count, sizeof *list, by_amount);
    lic_put_format(a->telling->target, "\nThe largest of your %zu shares\n", g->count);
    for (size_t i = 0; i < g->count && i < LARGEST; i++) {
        const lic_why_node *posting = &why->nodes[list[i].node];
        const lic_why_node *share = amount_of(why, posting);
        behind b = {.term = LIC_NONE16};
        put_column(a, posting, posting->value);
        put_percent(a, child_of(why, share, 1 + share->index));
        put(a, " of ");
        put_amount(a, child_of(why, share, 0));
        put(a, " for ");
        put_name(a, posting->key);
        walk_below(a, list[i].node, note_behind, &b);
        put_lines(a, &b);
        put(a, "\n");
    }
    if (g->count > LARGEST) {
        lic_put_format(a->telling->target, "%*s  and %zu more\n", AMOUNT_WIDTH, "",
                       g->count - LARGEST);
    }
}

static void put_account(account *a, lic_i128 opening)
{
    const lic_image *image = a->why->image;
    put(a, "\n");
    put_name(a, image->accounts[a->root->account].name);
    put(a, "\n");
    put_column(a, a->root, opening);
    put(a, "stood on it before\n");
    for (size_t i = 0; i < a->group_count; i++) put_group(a, &a->groups[i]);
    put_column(a, a->root, a->root->value);
    put(a, "stands on it now\n");
    for (size_t i = 0; i < a->group_count; i++) {
        const group *g = &a->groups[i];
        if (!is_share(a, g)) continue;
        if (g->count == 1) put_source(a, &a->why->nodes[a->movements[g->first].node]);
        if (g->count > 1) put_largest(a, g);
    }
}

static bool tell_account(account *a, const lic_why_node *root)
{
    lic_i128 opening = 0;
    a->root = root;
    bool good = collect(a, root, &opening) && make_groups(a);
    if (good) put_account(a, opening);
    if (a->movements != NULL) {
        lic_release(a->why->allocator, a->movements, a->capacity * sizeof *a->movements);
    }
    a->movements = NULL;
    a->count = a->capacity = a->group_count = 0;
    return good;
}

static void tell_duty(account *a, const lic_why_node *node)
{
    const lic_image *image = a->why->image;
    const lic_duty *duty = &image->duties[node->index];
    put(a, "\nTo be paid to you: ");
    put_amount(a, node);
    if (duty->debtor != LIC_NONE16) {
        put(a, " by ");
        put_name(a, image->parties[duty->debtor].name);
    }
    if (node->child_count > 1) {
        put(a, ", due ");
        put_amount(a, child_of(a->why, node, 1));
    }
    if (node->clause != LIC_NONE16) put_anchor(a, image->clauses[node->clause].anchor);
    put_other_period(a, node);
    put(a, "\n");
}

/* The payee's own side of a payment, and what a party gave, are the other leg of what is told. */
static bool is_told(const lic_why *why, const lic_why_node *root)
{
    uint8_t kind = why->image->accounts[root->account].kind;
    return kind == LIC_ACCOUNT_DECLARED || kind == LIC_ACCOUNT_CREDIT;
}

static void tell_all(account *a)
{
    const lic_why *why = a->why;
    bool any = false;
    for (size_t i = 0; i < why->root_count; i++) {
        const lic_why_node *node = &why->nodes[why->roots[i]];
        if (node->rule == LIC_WHY_DUTY) tell_duty(a, node);
        any = any || (node->rule == LIC_WHY_BALANCE && is_told(why, node));
    }
    for (size_t i = 0; i < why->root_count; i++) {
        const lic_why_node *node = &why->nodes[why->roots[i]];
        bool told = node->rule == LIC_WHY_BALANCE && (is_told(why, node) || !any);
        if (told && !tell_account(a, node)) a->telling->target->failed = true;
    }
}

void lic_why_account(const lic_why *why, lic_buffer *target)
{
    lic_telling telling = {.why = why, .target = target};
    account a = {.telling = &telling, .why = why};
    put_name(&a, why->payee_name);
    put(&a, ", ");
    put_name(&a, why->period);
    put(&a, ", under ");
    put_name(&a, why->image->title);
    put(&a, why->simulated ? " (simulated clock)\n" : "\n");
    a.stamps = lic_allocate_zero(why->allocator, why->node_count + 1, sizeof *a.stamps);
    if (a.stamps == NULL) {
        target->failed = true;
        return;
    }
    tell_all(&a);
    lic_release(why->allocator, a.stamps, (why->node_count + 1) * sizeof *a.stamps);
    put(&a, "\n--depth 6 shows the steps, --all every step down to the lines, --json all of it for "
            "programs.\n");
}
