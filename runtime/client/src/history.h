/* history.h - the walk over a ledger's transactions, and the naming of one. */
#ifndef LICET_CLIENT_HISTORY_H
#define LICET_CLIENT_HISTORY_H

#include "client.h"

/* Fills in what a decoded transaction says (not an upload's bytes); texts that are made for it come from
 * the arena. `party`: number of its sender, `contract` number of its contract, or LIC_STORE_NONE. */
lic_status history_describe(lic_client *client, lic_arena *arena,
                            const lic_transaction *transaction, uint32_t party, uint32_t contract,
                            lic_client_event *event, lic_error *error);
/* The same of one whose contents were erased. */
lic_status history_describe_erased(lic_client *client, uint32_t party, uint32_t contract,
                                   lic_client_event *event, lic_error *error);

#endif
