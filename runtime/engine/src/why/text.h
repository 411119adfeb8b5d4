/* why/text.h - what the two forms of an explanation share: the steps (why/text.c) and the short account
 * (why/account.c). Words for values, names and rules are in why/words.c, sentences about transactions,
 * duties, payments and results in why/sentences.c, what lies behind an amount in why/behind.c. */
#ifndef LICET_ENGINE_WHY_TEXT_H
#define LICET_ENGINE_WHY_TEXT_H

#include "why/why.h"

typedef struct lic_telling {
    const lic_why *why;
    lic_buffer *target;
    unsigned depth;   /* levels below a movement; 0: all */
    bool cut;         /* something was left out */
    uint8_t *told;    /* a node: 1 when its children were shown already */
    uint32_t *stamps; /* a node: number of the walk that has seen it */
    uint32_t stamp;
} lic_telling;

/* -- why/words.c --------------------------------------------------------------------------------------- */

static inline void lic_say(const lic_telling *t, const char *text)
{
    lic_put_text(t->target, text);
}
/* Text that came from outside: control characters replaced, long ones cut. */
void lic_telling_slice(lic_buffer *target, lic_slice text);
/* Currency and amount in groups of three, rate in per cent, date, or name. */
void lic_telling_amount(lic_telling *telling, const lic_why_node *node, int sign);
/* The same with another value. */
void lic_telling_value(lic_telling *telling, const lic_why_node *like, lic_i128 value);
/* The same in a column, right-aligned, and two spaces. */
#define LIC_AMOUNT_WIDTH 20
void lic_telling_column(const lic_telling *telling, const lic_why_node *like, lic_i128 value);
/* " [4.1]", or nothing. */
void lic_telling_anchor(lic_telling *telling, lic_slice anchor);
/* "royalty Stream", "split Pool"; its line's anchor. */
void lic_telling_clause(lic_telling *telling, uint16_t clause);
/* "royalty Stream [4.1]": name and anchor of the term itself. */
void lic_telling_term(lic_telling *telling, uint16_t term);
/* The account whose balance the field is, or LIC_NONE16. */
uint16_t lic_telling_account_of(const lic_image *image, uint16_t field);
/* "Owed of Artist"; of a party's own account its name. */
void lic_telling_account(lic_telling *telling, uint16_t account, lic_slice key);
/* "price of Works A", "RunningRate" */
void lic_telling_field(lic_telling *telling, const lic_why_node *node);
/* How the value follows from the children, or where a leaf comes from. */
void lic_telling_phrase(lic_telling *telling, const lic_why_node *node);
/* By what a ROUND_* divides, beside the second child of ROUND_QUOTIENT; 1: by nothing. */
lic_i128 lic_telling_divisor(const lic_why *why, const lic_why_node *node);
/* The node behind changes of type alone. */
const lic_why_node *lic_telling_behind(const lic_why *why, const lic_why_node *node);
const lic_why_node *lic_telling_child(const lic_why *why, const lic_why_node *node, uint32_t n);

/* -- why/behind.c ------------------------------------------------------------------------------------------ */

/* How `amount`, of a posting or duty that is node number `node`, came about, in few words: a formula, or the
 * results of its term, and the lines of the report and the earlier blocks behind it. `term` LIC_NONE16: of
 * no term. `lead` stands before a formula. */
void lic_behind_amount(lic_telling *telling, uint32_t node, const lic_why_node *amount,
                       uint16_t term, const char *lead);
/* "35 % of GBP 1.20", "(GBP 12,000.00 * 320 - GBP 5,255.91 * 365) / 365", "all of Due" with `lead` before it.
 * NONE, and nothing is written: it would be long, or say no more than the amount. OF_ACCOUNT: an account's
 * balance is in it, so that what came into the account says more than the lines behind it. */
typedef enum lic_formula {
    LIC_FORMULA_NONE,
    LIC_FORMULA_PLAIN,
    LIC_FORMULA_OF_ACCOUNT
} lic_formula;
lic_formula lic_behind_formula(lic_telling *telling, const lic_why_node *amount, const char *lead);
/* ": earned 601,000.00, recouped 250,000.00, from 8 lines of the report Usage and what block 9 left" */
void lic_behind_reason(lic_telling *telling, uint32_t node, uint16_t term);
/* ", from 8 lines of the report Usage" alone. */
void lic_behind_lines(lic_telling *telling, uint32_t node);
/* Lines of its own run's report that lie behind a node. */
uint64_t lic_behind_count(lic_telling *telling, uint32_t node);
/* What an account of the agreement held when the amount was taken from it: the sum of the account's row
 * behind a node; NULL: there is none. Of any account for LIC_NONE16, the nearest. */
const lic_why_node *lic_behind_holding(lic_telling *telling, uint32_t node, uint16_t account,
                                       uint32_t row);

/* -- why/sentences.c ----------------------------------------------------------------------------------------- */

/* "Artist, 2026-Q1, under Streaming licence (simulated clock)" */
void lic_telling_head(lic_telling *telling);
/* "2026-04-20, block 11: report Usage for 2026-Q1, by Platform" */
void lic_telling_unit(lic_telling *telling, uint32_t unit);
/* A line above an account. */
void lic_telling_title(lic_telling *telling, const lic_why_node *balance);
/* ", for 2027-Q4" when a run belongs to another period than the one asked for or its unit's. */
void lic_telling_other_period(lic_telling *telling, const lic_why_node *node);
/* A duty, a payment, a date, a result: one sentence and a newline. Nothing for balances. */
void lic_telling_root(lic_telling *telling, uint32_t root);
/* Visits the roots of each unit together: why->roots[first .. last - 1]. */
typedef void lic_telling_group(lic_telling *telling, size_t first, size_t last, void *context);
void lic_telling_units(lic_telling *telling, lic_telling_group *visit, void *context);
/* The unit that a root belongs to. */
static inline uint32_t lic_telling_unit_of(const lic_why *why, uint32_t root)
{
    return why->runs[why->nodes[root].run].unit;
}
/* -- why/folds.c: duties of one clause that are too many to be told one by one ------------------------------- */

#define LIC_TOLD_LARGEST 10 /* of what is folded, so many are told */
typedef struct lic_fold {
    size_t count;
    lic_i128 sum;
    uint32_t leader; /* the first one's node */
    lic_i128 due[2]; /* from, to */
    uint32_t largest[LIC_TOLD_LARGEST];
    size_t told;
} lic_fold;
typedef struct lic_folds {
    lic_fold
        *folds; /* a duty of the image: those to the payee or into accounts, then those by it */
} lic_folds;
bool lic_folds_begin(lic_folds *folds, const lic_why *why); /* false: no memory */
void lic_folds_end(lic_folds *folds, const lic_why *why);
/* Of the roots of one unit. */
void lic_folds_find(lic_folds *folds, const lic_why *why, size_t first, size_t last);
/* True when the root is one of many, which are told with the first of them. */
bool lic_folds_tell(const lic_folds *folds, lic_telling *telling, uint32_t root);

/* -- why/sentences.c again ------------------------------------------------------------------------------------ */
/* Begins a telling: reserves what walks need. False: no memory. */
bool lic_telling_begin(lic_telling *telling, const lic_why *why, lic_buffer *target);
void lic_telling_end(lic_telling *telling);

#endif
