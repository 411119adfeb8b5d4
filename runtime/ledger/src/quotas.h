/* quotas.h - transactions per party and contract on one date. Private to the ledger.
 *
 * The counts follow from the stored transactions, so nothing of them is stored. While all transactions
 * of the date together are below a limit, no single count can reach it and none is kept; only then
 * are the date's transactions read, once. */
#ifndef LICET_LEDGER_QUOTAS_H
#define LICET_LEDGER_QUOTAS_H

#include <licet/ledger.h>

typedef struct numbered {
    uint32_t *of; /* by number */
    uint32_t capacity;
} numbered;

typedef struct quotas {
    const lic_allocator *allocator;
    lic_date date;
    uint64_t first;        /* first block of the date */
    uint64_t transactions; /* of all, on the date */
    bool exact;            /* the counts below are filled */
    numbered parties, contracts;
} quotas;

void quotas_init(quotas *quotas, const lic_allocator *allocator);
void quotas_free(quotas *quotas);
/* A block on `date` begins at `height`: a new date starts from nothing. */
void quotas_date(quotas *quotas, lic_date date, uint64_t height);
lic_status quotas_add(quotas *quotas, uint32_t party, uint32_t contract);
void quotas_remove(quotas *quotas, uint32_t party, uint32_t contract);
/* quotas_check will count the date's transactions in the file. */
bool quotas_count(const quotas *quotas, const lic_limits *limits);
/* Code of the limit that one more transaction would pass, or NULL. Reads the store when it has to. */
lic_status quotas_check(quotas *quotas, lic_store *store, const lic_limits *limits, uint32_t party,
                        uint32_t contract, const char **code);

#endif
