/* check/check.h - the checks of the agreement as a whole (S2 .. S17), on the typed surface tree. */
#ifndef LICET_CHECK_H
#define LICET_CHECK_H

#include "program.h"

void lic_check_header(lic_compilation *c, lic_program *p);   /* S6, S13 */
void lic_check_debtors(lic_compilation *c, lic_program *p);  /* S7 */
void lic_check_tables(lic_compilation *c, lic_program *p);   /* rows that wait for rows */
void lic_check_accounts(lic_compilation *c, lic_program *p); /* S2, S3, S17 */
void lic_check_shares(lic_compilation *c, lic_program *p);   /* S4 */
void lic_check_tiers(lic_compilation *c, lic_program *p);    /* S5 */
void lic_check_terms(lic_compilation *c,
                     lic_program *p); /* clauses that a label demands, order, dead clauses */
void lic_check_lifecycle(lic_compilation *c, lic_program *p); /* S8, S9 */
void lic_check_turns(lic_compilation *c, lic_program *p);     /* S9: circles */
void lic_check_step(lic_compilation *c, lic_program *p);      /* S9: what the step cannot do */
void lic_check_begin(lic_compilation *c, lic_program *p); /* S7, S8, S9 before all have signed */
void lic_check_decided(lic_compilation *c,
                       lic_program *p);                  /* S12: conditions that decide nothing */
void lic_check_dead(lic_compilation *c, lic_program *p); /* S12: clauses without effect */
void lic_check_counters(lic_compilation *c, lic_program *p); /* S11 */
void lic_check_use(lic_compilation *c, lic_program *p);      /* S12 */
void lic_check_grants(lic_compilation *c, lic_program *p);   /* S14 */

/* check/exclude.c: when `a` (may be NULL) has held and `steps` (may be NULL) have run, `b` cannot hold. `left` is
 * how much is compared at most, counted down; at 0 nothing is proved. */
bool lic_excludes(const lic_node *a, const lic_node *steps, const lic_node *b, uint64_t *left);
/* `a` and `b`, or their contraries where `holds` is false, cannot both be. */
bool lic_cannot_both(const lic_node *a, bool a_holds, const lic_node *b, bool b_holds,
                     uint64_t *left);

/* check/step.c: money or a number that is never below 0. */
bool lic_never_negative(const lic_node *node);

/* The place right behind a line, where a fix is inserted. */
static inline lic_span lic_behind(const lic_node *node)
{
    lic_span span = node->span;
    span.first += span.size;
    span.column += span.size;
    span.size = 0;
    return span;
}

#endif
