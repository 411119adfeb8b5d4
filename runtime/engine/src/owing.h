/* owing.h - the duties and payments of a contract, found without walking their tables: by due date, by term,
 * and by who owes whom. What a native or a payment costs grows with the logarithm of their number, and
 * with the rows that it changes.
 *
 * Everything here follows from the rows of tables DUTIES and PAYMENTS and holds nothing else; nothing of it is
 * hashed or stored. Each of the three views is made when it is first asked for, and takes new rows in when
 * it is asked again, so that a settlement that only makes duties does not pay for it. Who changes a row
 * that exists takes it out before and puts it back afterwards; a rollback does so for the rows of the pages
 * that it restores. Every question may answer NO_MEMORY; both tables must be in memory. */
#ifndef LICET_ENGINE_OWING_H
#define LICET_ENGINE_OWING_H

#include "table.h"

/* Who owes whom: duties of one debtor to one creditor in one currency, and payments for them. */
typedef struct lic_owing_pair {
    uint64_t debtor;   /* party row */
    uint64_t table;    /* of the creditor; SELF: an account */
    uint64_t creditor; /* row, or account */
    uint64_t currency;
} lic_owing_pair;

void lic_owing_destroy(lic_owing *owing); /* NULL allowed */

/* Around the change of a row of DUTIES or PAYMENTS; between the two nothing is asked. */
void lic_owing_leave(const lic_tables *tables, uint16_t table, uint32_t row);
void lic_owing_return(const lic_tables *tables, uint16_t table, uint32_t row);
/* A duty was made: `row` is new and open. */
void lic_owing_made(const lic_tables *tables, uint32_t row);
/* Around the restoring of the pages `saved` and of the tables' row counts. */
void lic_owing_before_rollback(const lic_tables *tables);
void lic_owing_after_rollback(const lic_tables *tables, const lic_saved_page *saved);

/* The earliest due date of the open duties; LIC_DATE_MAX: none. */
lic_status lic_owing_oldest(lic_tables *tables, lic_date *oldest);

/* Sum of a term's duties: what is open, contingent parts included, or what was paid. OVERFLOW. */
lic_status lic_owing_sum(lic_tables *tables, uint16_t term, bool paid, lic_i128 *sum);
/* A duty of the term: the first open one due behind the date; the first contingent one of a part above the number.
 * LIC_NONE32: there is none. */
lic_status lic_owing_due_behind(lic_tables *tables, uint16_t term, int64_t date, uint32_t *row);
lic_status lic_owing_part_above(lic_tables *tables, uint16_t term, int64_t part, uint32_t *row);

/* What the pair's open duties come to, and payments that wait for confirmation. OVERFLOW. */
lic_status lic_owing_open(lic_tables *tables, const lic_owing_pair *pair, lic_i128 *open,
                          lic_i128 *reported);
/* Takes in the rows that exist now. Until it is called again, what is made does not count. */
lic_status lic_owing_pairs_now(lic_tables *tables);
/* The first confirmed payment with something left for which there is an open duty, and the oldest of those;
 * false: there is none. */
bool lic_owing_next(const lic_tables *tables, uint32_t *payment, uint32_t *duty);

#endif
