/* What can be checked of stored blocks without executing them: the chain of headers, signatures, roots
 * over the stored digests, and every salt and payload that is still there against its digest. */
#include "body.h"
#include "chain.h"

#include <string.h>

typedef struct checking {
    lic_ledger *ledger;
    lic_error *error;
    bool has_previous;
    lic_header previous;
    lic_hash previous_hash;
    uint64_t first, next, last;       /* blocks asked for; height that must come */
    const lic_verifying *told;        /* NULL: nobody asks */
    lic_buffer transactions, outputs; /* digests of the block */
    lic_hash leaf;                    /* of the place that a payload belongs to */
    uint64_t place;
    uint64_t unseen; /* places without a payload */
    bool seen;       /* the place that is looked at has one */
    uint32_t counts[LIC_OUTPUT_CLASSES];
} checking;

static lic_status damaged(const checking *at, uint64_t height, const char *what)
{
    return lic_fail(at->error, LIC_CORRUPT, "block", "restore the ledger from a backup",
                    "the ledger %s is damaged: block %llu: %s", lic_store_path(at->ledger->store),
                    (unsigned long long)height, what);
}

/* -- payloads and digests -------------------------------------------------------------------------- */

static lic_status check_payload(void *context, const lic_row_payload *row)
{
    checking *at = context;
    uint64_t height = at->place >> 28;
    lic_hash digest;
    at->seen = true;
    if (row->salt.size != LIC_SALT_SIZE) return damaged(at, height, "a salt has a wrong length");
    lic_salted_digest(at->ledger->hasher, row->salt.data, row->bytes, &digest);
    if (lic_hash_equal(&digest, &at->leaf)) return LIC_OK;
    unsigned class = (unsigned)(at->place >> 24) & 15;
    const char *name = lic_output_class_name(class);
    return lic_fail(
        at->error, LIC_CORRUPT, "payload", "restore the ledger from a backup",
        "the ledger %s is damaged: block %llu: bytes of %s %llu do not have their digest",
        lic_store_path(at->ledger->store), (unsigned long long)height,
        name != NULL ? name : "an output",
        (unsigned long long)(at->place & (LIC_PLACE_ORDINALS - 1)));
}

static lic_status check_place(checking *at, uint64_t place, const lic_hash *leaf,
                              lic_buffer *digests)
{
    unsigned class = (unsigned)(place >> 24) & 15;
    if (class >= LIC_OUTPUT_CLASSES || (place & (LIC_PLACE_ORDINALS - 1)) != at->counts[class])
        return damaged(at, place >> 28, "its transactions or outputs have gaps");
    at->counts[class]++;
    at->place = place;
    at->leaf = *leaf;
    lic_put_bytes(digests, leaf->bytes, LIC_HASH_SIZE);
    if (digests->failed) return LIC_NO_MEMORY;
    at->seen = false;
    LIC_TRY(lic_store_read_payload(at->ledger->store, place, check_payload, at));
    at->unseen += !at->seen;
    return LIC_OK;
}

static lic_status visit_transaction(void *context, const lic_row_transaction *row)
{
    checking *at = context;
    return check_place(at, row->place, &row->leaf, &at->transactions);
}

static lic_status visit_output(void *context, const lic_row_output *row)
{
    checking *at = context;
    return check_place(at, row->place, &row->leaf, &at->outputs);
}

static bool root_is(const checking *at, lic_buffer *digests, uint32_t count, const lic_hash *root)
{
    lic_hash computed;
    if (digests->size != (size_t)count * LIC_HASH_SIZE) return false;
    digest_root(at->ledger->hasher, (lic_hash *)digests->data, count, &computed);
    return lic_hash_equal(&computed, root);
}

/* -- blocks ----------------------------------------------------------------------------------------------- */

static lic_status check_link(const checking *at, const lic_header *header)
{
    static const lic_hash zero;
    bool genesis = header->height == 0;
    if (!lic_hash_equal(&header->chain, genesis ? &zero : &at->ledger->chain))
        return damaged(at, header->height, "it belongs to another ledger");
    if (!lic_hash_equal(&header->operators, &at->ledger->operators))
        return damaged(at, header->height, "its operators are not those of genesis");
    if (genesis && !lic_hash_equal(&header->previous, &zero))
        return damaged(at, 0, "it names a block before it");
    if (!at->has_previous) return LIC_OK;
    if (!lic_hash_equal(&header->previous, &at->previous_hash))
        return damaged(at, header->height, "it does not follow the block before it");
    if (header->time < at->previous.time)
        return damaged(at, header->height, "its time lies before that of the last");
    return LIC_OK;
}

static lic_status check_contents(checking *at, const lic_header *header)
{
    lic_store *store = at->ledger->store;
    uint64_t height = header->height;
    lic_buffer_clear(&at->transactions);
    lic_buffer_clear(&at->outputs);
    memset(at->counts, 0, sizeof at->counts);
    LIC_TRY(lic_store_read_transactions(store, LIC_PLACE(height, 0, 0),
                                        LIC_PLACE(height, 0, LIC_PLACE_ORDINALS - 1),
                                        visit_transaction, at));
    LIC_TRY(lic_store_read_outputs(store, LIC_PLACE(height, 1, 0), LIC_PLACE(height + 1, 0, 0) - 1,
                                   visit_output, at));
    if (!root_is(at, &at->transactions, header->transactions, &header->transaction_root))
        return damaged(at, height, "its transactions do not have its root");
    if (!root_is(at, &at->outputs, header->outputs, &header->output_root))
        return damaged(at, height, "its outputs do not have its root");
    return LIC_OK;
}

static lic_status visit_block(void *context, const lic_row_block *row)
{
    checking *at = context;
    lic_header header;
    if (row->height != at->next) return damaged(at, at->next, "it is missing");
    LIC_TRY(read_header(at->ledger, row, &header, at->error));
    LIC_TRY(check_link(at, &header));
    /* Block 0 holds the genesis record, which opening has checked. */
    if (header.height > 0) {
        LIC_TRY(check_contents(at, &header));
        const uint32_t counts[LIC_OUTPUT_CLASSES] = {row->transactions, row->transactions,
                                                     row->events,       row->results,
                                                     row->postings,     row->statements};
        if (memcmp(counts, at->counts, sizeof counts) != 0)
            return damaged(at, row->height, "its counts");
    }
    at->has_previous = true;
    at->previous = header;
    at->previous_hash = row->hash;
    at->next++;
    if (at->told != NULL && at->told->step != NULL)
        at->told->step(at->told->context, "checking blocks", at->next - at->first,
                       at->last - at->first + 1);
    return LIC_OK;
}

lic_status lic_ledger_verify(lic_ledger *ledger, uint64_t first, uint64_t last,
                             lic_verifying *verifying, lic_error *error)
{
    checking at = {.ledger = ledger,
                   .error = error,
                   .first = first,
                   .next = first,
                   .last = last,
                   .told = verifying};
    size_t max = (size_t)LIC_BLOCK_OUTPUTS_MAX * LIC_HASH_SIZE * LIC_OUTPUT_CLASSES;
    lic_buffer_init(&at.transactions, ledger->allocator, max);
    lic_buffer_init(&at.outputs, ledger->allocator, max);
    lic_status status = lic_store_read_blocks(ledger->store, first, last, visit_block, &at);
    status = from_store(ledger->store, status, error);
    if (status == LIC_OK && at.next <= last) status = damaged(&at, at.next, "it is missing");
    if (verifying != NULL) verifying->unseen = at.unseen;
    lic_buffer_free(&at.transactions);
    lic_buffer_free(&at.outputs);
    return status;
}
