/* stored.h - a stored transaction read back, and decoded apart from reading: decoding needs no store, so that another thread
 * may do it. Private to the ledger. */
#ifndef LICET_LEDGER_STORED_H
#define LICET_LEDGER_STORED_H

#include "chain.h"

typedef struct stored_transaction {
    lic_row_transaction row;
    lic_buffer bytes, chunk;
    bool has_bytes, has_chunk; /* false: erased */
} stored_transaction;

void stored_init(const lic_ledger *ledger, stored_transaction *stored);
void stored_free(stored_transaction *stored);
/* Payload and chunk of a row, over what was there before. */
lic_status stored_read(lic_ledger *ledger, const lic_row_transaction *row,
                       stored_transaction *stored, lic_error *error);
bool stored_erased(const stored_transaction *stored);
/* The transaction, which borrows from `stored`, is the one of the row's id. */
lic_status stored_decode(const lic_ledger *ledger, const stored_transaction *stored,
                         lic_transaction *transaction, lic_error *error);

#endif
