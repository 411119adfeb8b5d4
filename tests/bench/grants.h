/* grants.h - the workload "many small signed transactions" (tests/workload/GRANTS.md) on a ledger.
 *
 * Every account is a registered party with a key of its own; the accounts, and who licenses which work, are schedules of
 * tests/scenario/agreements/signed_grants.lic; each transaction is an act of it, signed before any clock runs. An account's transactions
 * go on lane GRANTS_LANE, so that the workload's `seq` is the ledger's sequence less one. */
#ifndef LICET_TESTS_GRANTS_H
#define LICET_TESTS_GRANTS_H

#include <licet/client.h>

enum { GRANTS_LANE = 1, GRANTS_FIELDS = 11 };

typedef struct grants_account {
    lic_slice name;
    int64_t opening; /* ledger units: 10^-6 dollars */
    lic_keypair pair;
    lic_hash party; /* once it is registered */
} grants_account;

typedef struct grants_transaction {
    lic_slice number, kind, amount, fault;
    uint32_t signer, other; /* accounts */
    uint64_t sequence, work;
    lic_slice licence;
    int64_t end;          /* day */
    size_t first, size;   /* of its envelope in `wires` */
    const char *result;   /* a word of the workload, once it is known */
    lic_hash id;          /* of the envelope */
    uint64_t begun, done; /* ticks: handed over, its block written */
} grants_transaction;

typedef struct grants_data {
    lic_buffer accounts_text, grants_text; /* the files; slices above borrow from them */
    grants_account *accounts;
    uint32_t account_count;
    grants_transaction *transactions;
    uint32_t transaction_count;
    uint64_t works; /* one more than the greatest */
    lic_buffer wires;
} grants_data;

/* -- grants_data.c ----------------------------------------------------------------------------------- */

lic_status grants_read_file(const char *path, lic_buffer *target, lic_error *error);
/* accounts.tsv and grants.tsv of a folder. */
lic_status grants_read(const char *folder, grants_data *data, lic_error *error);
void grants_free(grants_data *data);
/* The account that licenses a work. */
uint32_t grants_licensor(const grants_data *data, uint64_t work);

/* -- grants_ledger.c --------------------------------------------------------------------------------- */

/* A fresh ledger with the parties, the agreement, its rows and signatures; signs every transaction. */
lic_status grants_prepare(lic_client *client, const char *agreement, grants_data *data,
                          lic_error *error);
/* The workload's word for a refusal of the ledger; NULL: it has none. */
const char *grants_refusal(lic_status status, const lic_error *error);
/* Words of what was accepted, read from the ledger: events of receipts. */
lic_status grants_results(lic_client *client, grants_data *data, lic_error *error);
/* grants.out.tsv and balances.out.tsv into a folder that exists. */
lic_status grants_write(lic_client *client, const grants_data *data, const char *folder,
                        lic_error *error);

#endif
