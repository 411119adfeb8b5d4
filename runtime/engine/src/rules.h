/* rules.h - what may differ between engine versions, in one struct. A block names its engine version
 * in the header, and is executed by the rules of that version for ever; a new release adds a row to
 * rules.c and never changes one. */
#ifndef LICET_ENGINE_RULES_H
#define LICET_ENGINE_RULES_H

#include <licet/base.h>

typedef struct lic_engine_rules {
    uint16_t version;
    uint32_t line_max; /* bytes of a report's or load's line, without its end */
    uint32_t
        segment_bytes;   /* outputs of results, postings and rejected lines are cut at about this */
    uint32_t step_max;   /* lifecycle transitions and `once` terms one after another in one step */
    uint32_t settle_max; /* periods settled one after another on one contract and date */
    uint32_t sweep; /* timers run in one block, on all contracts: a second's work of small ones */
    uint64_t gas_transaction; /* every transaction */
    uint64_t gas_line;        /* reading and judging a line of a report, before `require` */
    uint64_t gas_row;         /* reading a row of a load */
    uint64_t gas_statement;   /* a statement, beside its lines */
    uint64_t gas_statement_line;
} lic_engine_rules;

/* NULL for a version that this release does not know. */
const lic_engine_rules *lic_rules_of(uint16_t version);

#endif
