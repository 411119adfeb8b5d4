/* mutation.h - an agreement with one thing changed: a rate, a party, an order of clauses. An agreement's
 * tests are good when each of these makes one of them fail.
 *
 * The changes are made to the agreement's tree, each by itself, in the order of the text. Those that do not
 * compile are left out, and those that make no difference in what is executed: whose image is the same,
 * but for texts for people, as the original's or an earlier mutant's. Of a change that can be made in
 * several ways (another party) the first that compiles is taken.
 *
 * What is changed: amounts, rates, counts, dates and durations (the last digit, double, nothing);
 * comparisons, `and` and `or`, plus and minus, `greater of` and `lesser of`, conditions of folds, `not`;
 * rounding mode and unit, month and year rules; parties; edges and kind of tiers; shares, pennies and the
 * order of shares; periods; elements of sets, states and signatures; attributes; the order of two
 * neighbouring clauses, steps, transitions, terms; and each of these dropped. Not changed: what is for
 * people alone, and how many rows, lines and bytes may come. */
#ifndef LICET_MUTATION_H
#define LICET_MUTATION_H

#include <licet/compile.h>

#define LIC_MUTATIONS_MAX 20000u /* changes that are tried; more are not looked at */

typedef enum lic_mutation_kind {
    LIC_MUTATION_AMOUNT,
    LIC_MUTATION_RATE,
    LIC_MUTATION_COUNT,
    LIC_MUTATION_DATE,
    LIC_MUTATION_DURATION,
    LIC_MUTATION_COMPARISON, /* and `not`, `and`, `or`, conditions of folds */
    LIC_MUTATION_OPERATOR,
    LIC_MUTATION_ROUNDING, /* and the rules of months and years */
    LIC_MUTATION_PARTY,
    LIC_MUTATION_TIERS,
    LIC_MUTATION_SHARES,
    LIC_MUTATION_PERIOD,
    LIC_MUTATION_MEMBER, /* of a set or list */
    LIC_MUTATION_ATTRIBUTE,
    LIC_MUTATION_ORDER,
    LIC_MUTATION_DROP
} lic_mutation_kind;

const char *lic_mutation_kind_id(lic_mutation_kind kind); /* "amount", "order" ... */

typedef struct lic_mutant {
    lic_mutation_kind kind;
    lic_span span;         /* of what is changed, in lic_compilation_source of the original */
    lic_slice description; /* "line 61: 52% becomes 53% in tiers Rates" */
    lic_slice text;        /* the mutated agreement, canonical */
    const lic_compilation *compilation; /* of that text; it has an image */
} lic_mutant;

typedef struct lic_mutator lic_mutator;

/* The original must have an image, and outlives the mutator. NULL when memory is out. */
lic_mutator *lic_mutator_create(const lic_compilation *original, const lic_compile_options *options,
                                const lic_hasher *hasher, const lic_allocator *allocator);
void lic_mutator_destroy(lic_mutator *mutator); /* NULL allowed */

/* Goes on to the next mutant, which is valid until the next call. LIC_MISSING: there are no more.
 * LIC_NO_MEMORY. */
lic_status lic_mutator_next(lic_mutator *mutator, lic_mutant *mutant);

/* How many changes were tried so far, and what became of those that made no mutant. */
typedef struct lic_mutation_count {
    uint32_t total; /* of the agreement */
    uint32_t tried, refused, same;
    uint32_t faults; /* refused with an internal error: a bug of the compiler */
} lic_mutation_count;
lic_mutation_count lic_mutator_count(const lic_mutator *mutator);

#endif
