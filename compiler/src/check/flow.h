/* check/flow.h - what clauses do to accounts, in written order: for the checks that follow money. */
#ifndef LICET_CHECK_FLOW_H
#define LICET_CHECK_FLOW_H

#include "check/check.h"

typedef struct lic_flow {
    const lic_symbol *account;
    const lic_node *node;  /* the clause */
    const lic_node *block; /* the term, split or action it stands in */
    bool credit;           /* into the account */
    bool split;
    uint32_t order;
} lic_flow;

typedef struct lic_flows {
    lic_compilation *c;
    const lic_program *p;
    lic_flow *items;
    size_t count, capacity;
    const lic_node *block;
    uint32_t order;
} lic_flows;

lic_flows lic_flows_of(lic_compilation *c, const lic_program *p);
const lic_symbol *lic_account_in(const lic_node *node); /* NULL: it names no account */
bool lic_is_paid_into(const lic_flow *flow);            /* by a duty, which is paid later */
bool lic_has_split(const lic_flows *f, const lic_symbol *account);

void lic_check_pools(const lic_flows *f); /* S17, and S12 of splits: check/pools.c */

#endif
