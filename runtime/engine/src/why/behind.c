/* why/behind.c - what lies behind an amount, in few words: the results of its term, the lines of the report,
 * the blocks that brought something before. */
#include "why/text.h"

#include <licet/standard.h>

enum { BLOCKS_TOLD = 6 };

/* Walks everything below a node once; visit answers for each. */
typedef void walk_visit(lic_telling *t, const lic_why_node *node, void *context);

static void walk_below(lic_telling *t, uint32_t start, walk_visit *visit, void *context)
{
    const lic_why *why = t->why;
    t->stamp++;
    t->stamps[start] = t->stamp;
    /* Children always come before what follows from them: one pass downwards meets each once. */
    for (uint32_t i = start + 1; i-- > 0;) {
        if (t->stamps[i] != t->stamp) continue;
        const lic_why_node *node = &why->nodes[i];
        visit(t, node, context);
        for (uint32_t c = 0; c < node->child_count; c++) {
            t->stamps[why->links[node->first_child + c].node] = t->stamp;
        }
    }
}

/* -- what is behind ------------------------------------------------------------------------------------------ */

typedef struct behind {
    uint32_t run;              /* lines count when they are of this run's report */
    uint64_t last_line, lines; /* distinct lines; nodes of one line stand together */
    uint16_t term;
    const lic_why_node *results[6]; /* by label */
    uint64_t blocks[BLOCKS_TOLD];   /* earlier ones, descending */
    size_t block_count;
    bool more;
} behind;

static void note_block(behind *b, uint64_t height)
{
    size_t at = 0;
    while (at < b->block_count && b->blocks[at] > height) at++;
    if (at < b->block_count && b->blocks[at] == height) return;
    if (b->block_count == BLOCKS_TOLD) {
        b->more = true;
        if (at == BLOCKS_TOLD) return;
        b->block_count--;
    }
    for (size_t i = b->block_count++; i > at; i--) b->blocks[i] = b->blocks[i - 1];
    b->blocks[at] = height;
}

static void note_behind(lic_telling *t, const lic_why_node *node, void *context)
{
    behind *b = context;
    (void)t;
    if (node->rule == LIC_WHY_USAGE && node->run == b->run) {
        if (node->line != b->last_line) b->lines++;
        b->last_line = node->line;
    }
    if (node->rule == LIC_WHY_EARLIER) note_block(b, node->line);
    if (node->label != 0 && node->term == b->term && b->results[node->label] == NULL) {
        b->results[node->label] = node;
    }
}

static void look_behind(lic_telling *t, uint32_t node, uint16_t term, behind *b)
{
    *b = (behind){.run = t->why->nodes[node].run, .term = term};
    walk_below(t, node, note_behind, b);
}

/* -- words ------------------------------------------------------------------------------------------------------- */

static void put_lines(lic_telling *t, const behind *b)
{
    const lic_why_run *run = &t->why->runs[b->run];
    const char *between = ", from ";
    if (b->lines > 0 && run->kind == LIC_ENTRY_REPORT) {
        lic_put_format(t->target, "%s%llu line%s of the report ", between,
                       (unsigned long long)b->lines, b->lines == 1 ? "" : "s");
        lic_telling_slice(t->target, t->why->image->reports[run->subject].name);
        between = " and ";
    }
    if (b->block_count == 0) return;
    lic_put_format(t->target, "%swhat block%s ", between, b->block_count == 1 ? "" : "s");
    if (b->more) lic_say(t, "..., ");
    for (size_t i = b->block_count; i-- > 0;) {
        lic_put_format(t->target, "%llu%s", (unsigned long long)b->blocks[i],
                       i == 0   ? ""
                       : i == 1 ? " and "
                                : ", ");
    }
    lic_say(t, " left");
}

static void put_results(lic_telling *t, const behind *b)
{
    static const char *const names[] = {"", "exact", "earned", "topped up by", "recouped", "net"};
    const char *between = ": ";
    for (unsigned label = 2; label <= 4; label++) {
        const lic_why_node *node = b->results[label];
        if (node == NULL || node->value == 0) continue;
        bool cut = label == 3 && node->value < 0;
        lic_say(t, between);
        lic_say(t, cut ? "lowered by" : names[label]);
        lic_say(t, " ");
        lic_telling_amount(t, node, cut ? -1 : 1);
        between = ", ";
    }
}

void lic_behind_reason(lic_telling *t, uint32_t node, uint16_t term)
{
    behind b;
    look_behind(t, node, term, &b);
    put_results(t, &b);
    put_lines(t, &b);
}

/* The term's results say more than the amount itself: something was recouped, topped up or cut. */
static bool tells_more(const behind *b, lic_i128 amount)
{
    for (unsigned label = 2; label <= 4; label++) {
        const lic_why_node *node = b->results[label];
        if (node != NULL && node->value != 0 && (label > 2 || node->value != amount)) return true;
    }
    return false;
}

void lic_behind_amount(lic_telling *t, uint32_t node, const lic_why_node *amount, uint16_t term,
                       const char *lead)
{
    behind b;
    look_behind(t, node, term, &b);
    const lic_why_node *earned = b.results[2];
    bool whole = earned != NULL && earned->value == amount->value;
    bool more = tells_more(&b, t->why->nodes[node].value) &&
                (b.results[3] != NULL ||
                 b.results[4] != NULL); /* otherwise it is part of the earned */
    lic_formula formula = LIC_FORMULA_NONE;
    if (!more) formula = lic_behind_formula(t, whole ? earned : amount, lead);
    if (formula == LIC_FORMULA_NONE) put_results(t, &b);
    if (formula != LIC_FORMULA_OF_ACCOUNT) put_lines(t, &b);
}

void lic_behind_lines(lic_telling *t, uint32_t node)
{
    lic_behind_reason(t, node, LIC_NONE16);
}

uint64_t lic_behind_count(lic_telling *t, uint32_t node)
{
    behind b;
    look_behind(t, node, LIC_NONE16, &b);
    return b.lines;
}

/* -- holdings -------------------------------------------------------------------------------------------------------- */

typedef struct holding {
    uint16_t account;
    uint32_t row;
    const lic_why_node *found;
} holding;

static void note_holding(lic_telling *t, const lic_why_node *node, void *context)
{
    holding *h = context;
    const lic_image *image = t->why->image;
    if (h->found != NULL || node->rule != LIC_WHY_SUM || node->child_count == 0) return;
    uint16_t account = lic_telling_account_of(image, node->field);
    if (account == LIC_NONE16 || image->accounts[account].kind != LIC_ACCOUNT_DECLARED) return;
    if (h->account == LIC_NONE16 || (h->account == account && h->row == node->row)) h->found = node;
}

const lic_why_node *lic_behind_holding(lic_telling *t, uint32_t node, uint16_t account,
                                       uint32_t row)
{
    holding h = {.account = account, .row = row};
    walk_below(t, node, note_holding, &h);
    return h.found;
}
