/* Admission: what the chain itself can say of a transaction, cheapest first. */
#include "chain.h"

static lic_status refuse(lic_error *error, const char *code, const char *help, const char *text)
{
    return lic_fail(error, LIC_REFUSED, code, help, "%s", text);
}

/* -- known ids ------------------------------------------------------------------------------------- */

typedef struct lookup {
    bool found;
    uint64_t place;
} lookup;

static lic_status visit_transaction(void *context, const lic_row_transaction *row)
{
    lookup *at = context;
    at->found = true;
    at->place = row->place;
    return LIC_OK;
}

/* The open block's transactions are looked for in the file. */
static lic_status write_waiting(lic_ledger *ledger, lic_error *error)
{
    if (ledger->block == NULL || ledger->mode != LIC_LEDGER_WRITE) return LIC_OK;
    return from_store(ledger->store, pending_flush(&ledger->block->pending), error);
}

/* In replay the file holds the future too: only what lies before the block to be made is known. */
static lic_status find_known(lic_ledger *ledger, const lic_hash *id, lookup *found,
                             lic_error *error)
{
    *found = (lookup){false, 0};
    LIC_TRY(from_store(ledger->store,
                       lic_store_read_transaction(ledger->store, id, visit_transaction, found),
                       error));
    if (ledger->mode == LIC_LEDGER_REPLAY &&
        found->place >= LIC_PLACE(ledger->tip.height + 1, 0, 0))
        found->found = false;
    return LIC_OK;
}

/* Only a sequence that was used can belong to a known id; chunks are looked up always. */
static lic_status check_known(lic_ledger *ledger, const lic_transaction *transaction, uint64_t last,
                              lic_admission *admission, lic_error *error)
{
    *admission = LIC_ADMIT_NEW;
    if (transaction->kind != LIC_TX_LINES && transaction->sequence > last) return LIC_OK;
    if (ledger->block != NULL && ids_find_open(ledger->block, &transaction->id) != LIC_STORE_NONE)
        return refuse(error, "pending", "wait for its block",
                      "this transaction is in the block being made");
    lookup found;
    LIC_TRY(find_known(ledger, &transaction->id, &found, error));
    if (!found.found) return LIC_OK;
    *admission = LIC_ADMIT_KNOWN;
    return LIC_OK;
}

/* -- the rest ----------------------------------------------------------------------------------------- */

static lic_status check_dates(const lic_ledger *ledger, const lic_transaction *transaction,
                              int64_t time, lic_error *error)
{
    lic_date today = date_of(time);
    char text[LIC_DATE_TEXT], now[LIC_DATE_TEXT];
    lic_date_print(transaction->valid_until, text);
    lic_date_print(today, now);
    if (transaction->valid_until < today)
        return lic_fail(error, LIC_REFUSED, "expired", "make and sign it anew",
                        "the transaction was valid until %s; the ledger's date is %s", text, now);
    int64_t days = ledger->genesis.limits.validity_days;
    if ((int64_t)transaction->valid_until - today > days)
        return lic_fail(error, LIC_REFUSED, "validity", "sign it with an earlier date",
                        "valid until %s is more than %lld days after %s", text, (long long)days,
                        now);
    return LIC_OK;
}

static lic_status check_upload(const lic_limits *limits, uint64_t bytes, uint64_t lines,
                               lic_error *error)
{
    if (bytes > limits->upload_bytes)
        return lic_fail(error, LIC_REFUSED, "upload_bytes", "cut the file, or ask the operators",
                        "%llu bytes are above this ledger's limit of %llu",
                        (unsigned long long)bytes, (unsigned long long)limits->upload_bytes);
    if (lines > limits->upload_lines)
        return lic_fail(error, LIC_REFUSED, "upload_lines", "cut the file, or ask the operators",
                        "%llu lines are above this ledger's limit of %llu",
                        (unsigned long long)lines, (unsigned long long)limits->upload_lines);
    return LIC_OK;
}

static lic_status check_limits(const lic_ledger *ledger, const lic_transaction *transaction,
                               lic_error *error)
{
    const lic_limits *limits = &ledger->genesis.limits;
    if (transaction->gas_limit > limits->gas_limit)
        return lic_fail(error, LIC_REFUSED, "gas_limit", "sign it with a lower gas limit",
                        "gas limit %llu is above this ledger's %llu",
                        (unsigned long long)transaction->gas_limit,
                        (unsigned long long)limits->gas_limit);
    if (transaction->kind == LIC_TX_CLOCK && ledger->genesis.clock == LIC_CLOCK_REAL)
        return refuse(error, "clock_real", "wait, or use a ledger with a simulated clock",
                      "this ledger's clock is real and can't be set");
    if (transaction->kind == LIC_TX_LOAD)
        return check_upload(limits, transaction->body.load.bytes, transaction->body.load.rows,
                            error);
    if (transaction->kind == LIC_TX_REPORT)
        return check_upload(limits, transaction->body.report.bytes, transaction->body.report.lines,
                            error);
    return LIC_OK;
}

lic_status lic_ledger_admit(lic_ledger *ledger, const lic_transaction *transaction, int64_t time,
                            lic_admission *admission, lic_error *error)
{
    bool lines = transaction->kind == LIC_TX_LINES;
    if (!lic_hash_equal(&transaction->chain, &ledger->chain))
        return refuse(error, "chain", "sign it for this ledger",
                      "the transaction was signed for another ledger");
    uint64_t last = lines ? 0 : lanes_sequence(ledger->lanes, &transaction->key, transaction->lane);
    LIC_TRY(check_known(ledger, transaction, last, admission, error));
    if (*admission == LIC_ADMIT_KNOWN || lines) return LIC_OK;
    LIC_TRY(check_dates(ledger, transaction, time, error));
    LIC_TRY(check_limits(ledger, transaction, error));
    unsigned long long given = transaction->sequence, next = last + 1;
    if (given != next)
        return lic_fail(error, LIC_REFUSED, "sequence", "sign it with the next number of its lane",
                        "sequence %llu of lane %u is not the next, %llu", given, transaction->lane,
                        next);
    return LIC_OK;
}

lic_status lic_ledger_quota(lic_ledger *ledger, uint32_t party, uint32_t contract, int64_t time,
                            lic_error *error)
{
    if (date_of(time) != ledger->quotas.date) return LIC_OK; /* the first of its date */
    const char *code = NULL;
    if (quotas_count(&ledger->quotas, &ledger->genesis.limits))
        LIC_TRY(write_waiting(ledger, error));
    LIC_TRY(from_store(ledger->store,
                       quotas_check(&ledger->quotas, ledger->store, &ledger->genesis.limits, party,
                                    contract, &code),
                       error));
    if (code == NULL) return LIC_OK;
    return refuse(error, code, "go on on the next date, or ask the operators",
                  "this ledger's quota of transactions per date is used up");
}
