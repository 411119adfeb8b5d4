/* resume.c - a replay that goes on behind blocks that it cannot execute: tip, header log and quotas from the stored
 * blocks, lanes from what was kept. */
#include "chain.h"

typedef struct resuming {
    lic_ledger *ledger;
    lic_error *error;
    uint64_t day_first; /* first block of the tip's date */
} resuming;

static lic_status broken(const resuming *at, uint64_t height)
{
    return lic_fail(at->error, LIC_CORRUPT, "block", "restore the ledger from a backup",
                    "the ledger %s is damaged: block %llu does not follow the block before it",
                    lic_store_path(at->ledger->store), (unsigned long long)height);
}

static lic_status visit_block(void *context, const lic_row_block *row)
{
    resuming *at = context;
    lic_ledger *ledger = at->ledger;
    lic_header header;
    lic_hash hash;
    LIC_TRY(lic_header_decode(row->header, &header, at->error));
    lic_header_hash(ledger->hasher, &header, &hash);
    if (header.height != ledger->tip.height + 1 || row->height != header.height ||
        !lic_hash_equal(&header.previous, &ledger->tip_hash) || header.time < ledger->tip.time)
        return broken(at, ledger->tip.height + 1);
    if (date_of(header.time) != date_of(ledger->tip.time)) at->day_first = header.height;
    ledger->tip = header;
    ledger->tip_hash = hash;
    log_header(ledger->hasher, &ledger->log, &header);
    return LIC_OK;
}

static lic_status visit_transaction(void *context, const lic_row_transaction *row)
{
    resuming *at = context;
    return quotas_add(&at->ledger->quotas, row->party, row->contract);
}

static lic_status read_chain(resuming *at, uint64_t height)
{
    lic_ledger *ledger = at->ledger;
    LIC_TRY(lic_store_read_blocks(ledger->store, 1, height, visit_block, at));
    if (ledger->tip.height != height) return broken(at, ledger->tip.height + 1);
    quotas_date(&ledger->quotas, date_of(ledger->tip.time), at->day_first);
    return lic_store_read_transactions(ledger->store, LIC_PLACE(at->day_first, 0, 0),
                                       LIC_PLACE(height + 1, 0, 0) - 1, visit_transaction, at);
}

lic_status lic_ledger_resume(lic_ledger *ledger, uint64_t height, lic_cursor *cursor,
                             lic_error *error)
{
    resuming at = {.ledger = ledger, .error = error};
    LIC_ASSERT(ledger->mode == LIC_LEDGER_REPLAY && ledger->tip.height == 0 &&
               ledger->block == NULL);
    LIC_TRY(from_store(ledger->store, read_chain(&at, height), error));
    lic_status status = lanes_get(ledger->lanes, cursor);
    if (status == LIC_CORRUPT)
        return lic_fail(error, LIC_CORRUPT, "lanes", "restore the ledger from a backup",
                        "the lanes that were kept for block %llu cannot be read",
                        (unsigned long long)height);
    return status;
}

void lic_ledger_put_lanes(const lic_ledger *ledger, lic_buffer *target)
{
    lanes_put(ledger->lanes, target);
}
