/* why/why.h - the derivation of what a payee has, is owed and owes: of a period, of a block, or of one duty.
 * It is a graph in which the value of each node follows from its children by the rule that it names, down
 * to lines of usage reports, schedule rows, parameters, literals of the text, payments, and what earlier
 * blocks brought.
 *
 * It is made by running the transactions and timers again that moved the money, on the state of that time,
 * and watching the interpreter (docs/spec/api.md, "why"). Nothing in it knows a particular agreement. */
#ifndef LICET_WHY_H
#define LICET_WHY_H

#include <licet/engine.h>

/* RULE(name, id, doc): the rules, by which a reader can work every value out again. c0, c1 ... are the
 * children's units. */
#define LIC_WHY_RULES(RULE)                                                                        \
    RULE(USAGE, "usage", "leaf: a column of a line of the report, in the report's own bytes")      \
    RULE(SCHEDULE, "schedule", "leaf: a column of a schedule row as the parties signed it")        \
    RULE(PARAMETER, "parameter", "leaf: a value bound at deployment")                              \
    RULE(LITERAL, "literal", "leaf: a value in the agreement's text")                              \
    RULE(OPENING, "opening", "leaf: what a field held before the settling block")                  \
    RULE(INPUT, "input", "leaf: date, period, argument or row that the run was given")             \
    RULE(LOOKUP, "lookup", "leaf: which row or number a key or place stands for")                  \
    RULE(ADD, "add", "c0 + c1")                                                                    \
    RULE(SUBTRACT, "subtract", "c0 - c1")                                                          \
    RULE(MULTIPLY, "multiply", "c0 * c1")                                                          \
    RULE(MINIMUM, "minimum", "the lesser of c0, c1")                                               \
    RULE(MAXIMUM, "maximum", "the greater of c0, c1")                                              \
    RULE(LESS, "less", "1 when c0 < c1, else 0")                                                   \
    RULE(AT_MOST, "at_most", "1 when c0 <= c1, else 0")                                            \
    RULE(EQUAL, "equal", "1 when c0 = c1, else 0")                                                 \
    RULE(AND, "and", "1 when c0 and c1 are 1, else 0")                                             \
    RULE(OR, "or", "1 when c0 or c1 is 1, else 0")                                                 \
    RULE(NOT, "not", "1 - c0")                                                                     \
    RULE(SCALE, "scale", "c0 * factor")                                                            \
    RULE(ROUND_PRODUCT, "round_product", "unit * round(c0 * c1 / divisor), by mode")               \
    RULE(ROUND_QUOTIENT, "round_quotient",                                                         \
         "unit * round(c0 / (divisor * c1)), by mode; without c1 it is 1")                         \
    RULE(TIER_SUM, "tier_sum",                                                                     \
         "c0 amount, c1 before it, then edge and value of each tier in turn: sum over tiers of "   \
         "the part of (c1, c1 + c0] that lies in it times its value")                              \
    RULE(TIER_VALUE, "tier_value",                                                                 \
         "c0 amount, then edge and value of each tier: the value of the tier that holds c0; an "   \
         "edge belongs to the tier below it, 0 to the first")                                      \
    RULE(SHARE, "share",                                                                           \
         "c0 amount, then the weights: part number index of c0 by largest remainder in multiples " \
         "of unit, ties to the lower index")                                                       \
    RULE(DATE, "date",                                                                             \
         "what the calendar function `native` gives for the children: a date, the "                \
         "number of a year, a count of periods")                                                   \
    RULE(SUM, "sum", "sum of the children, each with its sign")                                    \
    RULE(POSTING, "posting", "c0, moved from one account to another")                              \
    RULE(DUTY, "duty", "c0, to be paid by the date of c1")                                         \
    RULE(BALANCE, "balance", "sum of the children, each with its sign: an account of the payee")   \
    RULE(AS_OF, "as_of",                                                                           \
         "leaf: what a fact or counter held at the end of the date `as_of`, and since when")       \
    RULE(EARLIER, "earlier",                                                                       \
         "leaf: what an earlier block added to a field (below zero: took from it)")                \
    RULE(PAYMENT, "payment", "leaf: what was left of a payment as the debtor reported it")         \
    RULE(ALLOTTED, "allotted",                                                                     \
         "the lesser of c0, what was left of a payment, and c1, what was open of the duty")        \
    RULE(OPEN, "open", "sum of the children, each with its sign: what is open of a duty")          \
    RULE(DUE, "due", "c0, the date on which a duty falls due from now on")                         \
    RULE(CANCELLED, "cancelled", "c0, what was open of a duty and is owed no more")                \
    RULE(RESULT, "result",                                                                         \
         "c4; c0 to c4 are a term's exact, earned, topup, recouped and net; c5, where there is "   \
         "one, is 0: the condition of `below` that was not met")                                   \
    RULE(FOLDED, "folded",                                                                         \
         "leaf: an amount or a date of a movement among too many to derive each; the duty's own "  \
         "derivation has its steps")

typedef enum lic_why_rule {
#define RULE(name, id, doc) LIC_WHY_##name,
    LIC_WHY_RULES(RULE)
#undef RULE
        LIC_WHY_RULE_COUNT
} lic_why_rule;
const char *lic_why_rule_id(lic_why_rule rule);
const char *lic_why_rule_doc(lic_why_rule rule);

typedef struct lic_why lic_why;

/* What is to be explained.
 *   PERIOD  what was settled for the period and for shorter ones in it, and what was done on its days for no
 *           period at all: signatures, actions, facts, payments, changes of state
 *   BLOCK   what one block did
 *   DUTY    how one duty came to be, when it falls due, and what became of it */
typedef enum lic_why_asked { LIC_WHY_OF_PERIOD, LIC_WHY_OF_BLOCK, LIC_WHY_OF_DUTY } lic_why_asked;

typedef struct lic_why_options {
    const char *path;
    const lic_allocator *allocator;
    const lic_random *random;
    const char *vfs;
    lic_engine_progress progress;
    lic_slice contract; /* id, beginning of it, or agreement's name */
    lic_why_asked asked;
    lic_slice
        payee; /* a party of the agreement, or the key of a row that is paid; none for a duty */
    lic_slice period; /* PERIOD: "2026-Q1" */
    uint64_t block;   /* BLOCK: its height */
    uint32_t duty;    /* DUTY: its number in the view `duties` */
    size_t nodes_max; /* 0: LIC_WHY_NODES_MAX */
} lic_why_options;

/* MISSING: no such payee or duty, or nothing that concerns the payee was settled; DENIED: an input was
 * erased; TOO_LARGE: more than nodes_max nodes. Of a transaction with so many movements of the payee
 * that their steps would be more, the movements alone are told: their amounts are leaves (FOLDED). */
#define LIC_WHY_NODES_MAX 4000000
lic_status lic_why_derive(const lic_why_options *options, lic_why **why, lic_error *error);
void lic_why_destroy(lic_why *why); /* NULL allowed */
/* The first block with something of the contract that was erased, among those that were searched: what it did is not told.
 * 0: there is none. */
uint64_t lic_why_erased(const lic_why *why);

/* One JSON object: docs/spec/api.md. */
void lic_why_json(const lic_why *why, lic_buffer *target);
/* A short account for the payee: what is paid and when, how the balance came about in one line a
 * clause, and the largest shares. NO_MEMORY leaves target->failed set. */
void lic_why_account(const lic_why *why, lic_buffer *target);
/* Every step as text; `depth` levels below each amount, 0 for all. */
void lic_why_text(const lic_why *why, unsigned depth, lic_buffer *target);

#endif
