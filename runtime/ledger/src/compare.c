/* Replay's judge: what was computed against what is stored. Nothing stored is looked at before its
 * computed counterpart exists, but for salts and times, which can't be computed. The first difference
 * is kept with both values. One of an output is a verdict only when its block is sealed: until then the
 * unit of work that wrote the output may trap, and take it back. */
#include "chain.h"

#include <string.h>

/* -- the stored block ---------------------------------------------------------------------------------- */

typedef struct loading {
    lic_block *block;
    lic_error *error;
    bool found;
} loading;

static lic_status visit_block(void *context, const lic_row_block *row)
{
    loading *at = context;
    lic_block *block = at->block;
    at->found = true;
    LIC_TRY(lic_header_decode(row->header, &block->stored, at->error));
    block->stored_hash = row->hash;
    lic_put_bytes(&block->stored_signatures, row->signatures.data, row->signatures.size);
    if (block->stored_signatures.failed)
        return lic_fail(at->error, LIC_NO_MEMORY, "ledger", "free memory",
                        "no memory to read a block");
    const uint32_t counts[LIC_OUTPUT_CLASSES] = {row->transactions, row->transactions,
                                                 row->events,       row->results,
                                                 row->postings,     row->statements};
    memcpy(block->stored_counts, counts, sizeof counts);
    block->time = block->stored.time;
    return LIC_OK;
}

lic_status load_stored(lic_block *block, lic_error *error)
{
    lic_store *store = block->ledger->store;
    loading at = {block, error, false};
    LIC_TRY(from_store(store, lic_store_read_block(store, block->height, visit_block, &at), error));
    if (at.found) return LIC_OK;
    return lic_fail(error, LIC_MISSING, "block", "stop after the last block",
                    "the ledger %s has no block %llu", lic_store_path(store),
                    (unsigned long long)block->height);
}

/* -- differences ------------------------------------------------------------------------------------------ */

static lic_difference *differ(lic_block *block, lic_difference_kind kind, const char *field)
{
    lic_difference *difference = &block->ledger->difference;
    *difference = (lic_difference){.kind = kind,
                                   .height = block->height,
                                   .transaction = LIC_STORE_NONE,
                                   .contract = LIC_STORE_NONE,
                                   .field = field};
    return difference;
}

static lic_status report(const lic_block *block)
{
    const lic_difference *difference = &block->ledger->difference;
    return lic_fail(&block->ledger->error, LIC_DIFFERS, "replay",
                    "compare with another copy of the ledger",
                    "block %llu: the stored %s is not the computed one",
                    (unsigned long long)block->height, difference->field);
}

enum { FEW = 8 }; /* outputs of a class that are read one by one */

/* -- bytes ---------------------------------------------------------------------------------------------------- */

typedef struct comparing {
    lic_block *block;
    lic_slice computed;
    lic_hash digest; /* of the computed bytes under the stored salt */
    lic_hash leaf;   /* stored digest */
    bool has_row, has_payload, same_bytes;
} comparing;

static void compare_payload(comparing *at, const uint8_t *salt, lic_slice bytes)
{
    lic_ledger *ledger = at->block->ledger;
    at->has_payload = true;
    lic_salted_digest(ledger->hasher, salt, at->computed, &at->digest);
    at->same_bytes = lic_slice_equal(bytes, at->computed);
    /* those of the first difference stay where it has them */
    if (at->same_bytes || ledger->difference.kind != LIC_DIFFERENCE_NONE) return;
    lic_buffer_clear(&ledger->stored_bytes);
    lic_put_bytes(&ledger->stored_bytes, bytes.data, bytes.size);
}

static lic_status visit_payload(void *context, const lic_row_payload *row)
{
    if (row->salt.size == LIC_SALT_SIZE) compare_payload(context, row->salt.data, row->bytes);
    return LIC_OK;
}

static lic_status visit_output(void *context, const lic_row_output *row)
{
    comparing *at = context;
    at->has_row = true;
    at->leaf = row->leaf;
    return LIC_OK;
}

static lic_status visit_transaction(void *context, const lic_row_transaction *row)
{
    comparing *at = context;
    at->has_row = true;
    at->leaf = row->leaf;
    return LIC_OK;
}

static lic_status find_transaction(comparing *at, uint64_t place)
{
    lic_store *store = at->block->ledger->store;
    LIC_TRY(lic_store_read_payload(store, place, visit_payload, at));
    return lic_store_read_transaction_at(store, place, visit_transaction, at);
}

static lic_status find_one(comparing *at, uint64_t place)
{
    lic_store *store = at->block->ledger->store;
    LIC_TRY(lic_store_read_payload(store, place, visit_payload, at));
    return lic_store_read_output_at(store, place, visit_output, at);
}

static lic_status find_output(comparing *at, uint64_t place, unsigned class)
{
    if (at->block->stored_counts[class] < FEW) return find_one(at, place);
    const lic_ledger *ledger = at->block->ledger;
    stored_window **window = &at->block->stored_outputs[class];
    const stored_output *output = NULL;
    if (*window == NULL) *window = window_create(ledger->allocator);
    if (*window == NULL) return LIC_NO_MEMORY;
    LIC_TRY(window_find(ledger->store, *window, place, &output));
    at->has_row = output->has_row;
    at->leaf = output->leaf;
    if (output->has_payload) compare_payload(at, output->salt, window_bytes(*window, output));
    return LIC_OK;
}

static lic_status bytes_differ(comparing *at, unsigned class, uint32_t ordinal, uint32_t contract,
                               const char *field)
{
    lic_block *block = at->block;
    lic_ledger *ledger = block->ledger;
    bool transaction = class == LIC_CLASS_TRANSACTION;
    if (ledger->difference.kind != LIC_DIFFERENCE_NONE) return LIC_OK; /* not the first */
    lic_difference *difference = differ(
        block, transaction ? LIC_DIFFERENCE_TRANSACTION : LIC_DIFFERENCE_OUTPUT, field);
    lic_buffer_clear(&ledger->computed_bytes);
    lic_put_bytes(&ledger->computed_bytes, at->computed.data, at->computed.size);
    difference->class = class;
    difference->ordinal = ordinal;
    difference->transaction = transaction || class == LIC_OUTPUT_RECEIPT ? ordinal : block->current;
    difference->contract = contract;
    if (at->has_row) difference->stored = at->leaf;
    difference->computed = at->digest;
    if (at->has_payload && !at->same_bytes)
        difference->stored_bytes = lic_slice_of(ledger->stored_bytes.data,
                                                ledger->stored_bytes.size);
    difference->computed_bytes = lic_slice_of(ledger->computed_bytes.data,
                                              ledger->computed_bytes.size);
    return transaction ? report(block) : LIC_OK;
}

void forget_rewound(lic_block *block)
{
    lic_difference *difference = &block->ledger->difference;
    if (difference->kind == LIC_DIFFERENCE_OUTPUT &&
        difference->ordinal >= block->counts[difference->class])
        difference->kind = LIC_DIFFERENCE_NONE;
}

lic_status compare_outputs(const lic_block *block)
{
    return block->ledger->difference.kind == LIC_DIFFERENCE_NONE ? LIC_OK : report(block);
}

lic_status compare_bytes(lic_block *block, unsigned class, uint32_t ordinal, uint32_t contract,
                         lic_slice bytes, lic_hash *digest)
{
    lic_ledger *ledger = block->ledger;
    uint64_t place = LIC_PLACE(block->height, class, ordinal);
    comparing at = {.block = block, .computed = bytes};
    lic_status status = class == LIC_CLASS_TRANSACTION ? find_transaction(&at, place)
                                                       : find_output(&at, place, class);
    LIC_TRY(from_store(ledger->store, status, &ledger->error));
    *digest = at.digest; /* of no use when it is not the stored one */
    if (!at.has_row) return bytes_differ(&at, class, ordinal, contract, "absence of an output");
    if (!at.has_payload) { /* erased: only the digest is left, and it enters the root unchecked */
        ledger->unverified++;
        *digest = at.leaf;
        return LIC_OK;
    }
    if (!at.same_bytes)
        return bytes_differ(&at, class, ordinal, contract,
                            class == LIC_CLASS_TRANSACTION ? "transaction" : "output");
    if (!lic_hash_equal(&at.leaf, &at.digest))
        return bytes_differ(&at, class, ordinal, contract, "digest of an output");
    *digest = at.digest;
    return LIC_OK;
}

/* -- the block as a whole ---------------------------------------------------------------------------------------- */

lic_status compare_counts(lic_block *block)
{
    static const char *const fields[LIC_OUTPUT_CLASSES] = {
        "number of transactions",    "number of receipts",         "number of events",
        "number of result segments", "number of posting segments", "number of statements",
    };
    for (unsigned class = 0; class < LIC_OUTPUT_CLASSES; class ++) {
        if (block->stored_counts[class] == block->counts[class]) continue;
        lic_difference *difference = differ(block, LIC_DIFFERENCE_COUNT, fields[class]);
        difference->class = class;
        difference->stored_number = block->stored_counts[class];
        difference->computed_number = block->counts[class];
        return report(block);
    }
    return LIC_OK;
}

static lic_status hashes_differ(lic_block *block, const char *field, const lic_hash *stored,
                                const lic_hash *computed)
{
    lic_difference *difference = differ(block, LIC_DIFFERENCE_HEADER, field);
    difference->stored = *stored;
    difference->computed = *computed;
    return report(block);
}

static lic_status numbers_differ(lic_block *block, const char *field, uint64_t stored,
                                 uint64_t computed)
{
    lic_difference *difference = differ(block, LIC_DIFFERENCE_HEADER, field);
    difference->stored_number = stored;
    difference->computed_number = computed;
    return report(block);
}

static lic_status compare_hashes(lic_block *block, const lic_header *computed)
{
    const lic_header *stored = &block->stored;
    const struct {
        const char *field;
        const lic_hash *stored, *computed;
    } hashes[] = {
        {"chain id", &stored->chain, &computed->chain},
        {"hash of the previous block", &stored->previous, &computed->previous},
        {"root of transactions", &stored->transaction_root, &computed->transaction_root},
        {"root of outputs", &stored->output_root, &computed->output_root},
        {"state root", &stored->state_root, &computed->state_root},
        {"hash of the operators", &stored->operators, &computed->operators},
    };
    for (size_t i = 0; i < LIC_COUNT(hashes); i++)
        if (!lic_hash_equal(hashes[i].stored, hashes[i].computed))
            return hashes_differ(block, hashes[i].field, hashes[i].stored, hashes[i].computed);
    return LIC_OK;
}

/* Times can't be computed: they must only keep the rules. */
static lic_status compare_numbers(lic_block *block, const lic_header *computed)
{
    const lic_header *stored = &block->stored;
    const struct {
        const char *field;
        uint64_t stored, computed;
    } numbers[] = {
        {"engine version", stored->engine_version, computed->engine_version},
        {"height", stored->height, computed->height},
        {"number of transactions", stored->transactions, computed->transactions},
        {"number of outputs", stored->outputs, computed->outputs},
        {"gas", stored->gas, computed->gas},
    };
    for (size_t i = 0; i < LIC_COUNT(numbers); i++)
        if (numbers[i].stored != numbers[i].computed)
            return numbers_differ(block, numbers[i].field, numbers[i].stored, numbers[i].computed);
    const lic_ledger *ledger = block->ledger;
    bool midnight = ledger->genesis.clock == LIC_CLOCK_REAL || stored->time % SECONDS_PER_DAY == 0;
    if (stored->time < ledger->tip.time || !midnight)
        return numbers_differ(block, "time", (uint64_t)stored->time, (uint64_t)ledger->tip.time);
    return LIC_OK;
}

lic_status compare_header(lic_block *block, const lic_header *computed)
{
    lic_ledger *ledger = block->ledger;
    lic_hash hash;
    LIC_TRY(compare_numbers(block, computed));
    LIC_TRY(compare_hashes(block, computed));
    lic_header_hash(ledger->hasher, computed, &hash);
    if (!lic_hash_equal(&hash, &block->stored_hash))
        return hashes_differ(block, "block hash", &block->stored_hash, &hash);
    const lic_buffer *signatures = &block->stored_signatures;
    lic_error error;
    if (lic_block_signatures_verify(lic_slice_of(signatures->data, signatures->size), &hash,
                                    ledger->genesis.operators, ledger->genesis.operator_count,
                                    ledger->genesis.quorum, &error) != LIC_OK) {
        (void)differ(block, LIC_DIFFERENCE_SIGNATURES, "signatures");
        return report(block);
    }
    return LIC_OK;
}
