/* A block in the making: transactions and outputs go straight into the file, inside the one database
 * transaction; digests stay in memory for the roots. In replay nothing is written and compare.c holds
 * every computed thing against the stored one. */
#include "chain.h"

#include <string.h>

static lic_status fail(lic_block *block, lic_status status, const char *code, const char *help,
                       const char *text)
{
    return lic_fail(&block->ledger->error, status, code, help, "%s", text);
}

static lic_status no_memory(lic_block *block)
{
    return fail(block, LIC_NO_MEMORY, "block", "free memory", "no memory for a block");
}

static bool writes(const lic_block *block)
{
    return block->ledger->mode == LIC_LEDGER_WRITE;
}

/* A failed write leaves its words in the store. */
static lic_status stored(lic_block *block, lic_status status)
{
    if (status == LIC_OK) return LIC_OK;
    (void)lic_store_wait(block->ledger->store); /* its words may be its thread's */
    bool told = lic_store_error(block->ledger->store)->status == status;
    if (status == LIC_NO_MEMORY && !told) return no_memory(block);
    return from_store(block->ledger->store, status, &block->ledger->error);
}

/* -- opening ------------------------------------------------------------------------------------------- */

static lic_status check_time(const lic_ledger *ledger, int64_t time, lic_error *error)
{
    if (time < ledger->tip.time)
        return lic_fail(error, LIC_REFUSED, "time", "set the machine's clock",
                        "a block's time may not lie before that of the block before it");
    if (ledger->genesis.clock == LIC_CLOCK_SIMULATED) {
        if (time % SECONDS_PER_DAY == 0) return LIC_OK;
        return lic_fail(error, LIC_REFUSED, "time", "give a date",
                        "a simulated clock stands at the beginning of a date");
    }
    if (time <= ledger->clock->now(ledger->clock->context) + LIC_CLOCK_SKEW_SECONDS) return LIC_OK;
    return lic_fail(error, LIC_REFUSED, "time", "set the machine's clock",
                    "a block's time is more than %d seconds ahead of this machine's clock",
                    LIC_CLOCK_SKEW_SECONDS);
}

static lic_block *allocate(lic_ledger *ledger)
{
    lic_block *block = lic_allocate_zero(ledger->allocator, 1, sizeof *block);
    if (block == NULL) return NULL;
    block->ledger = ledger;
    block->current = LIC_STORE_NONE;
    block->height = ledger->tip.height + 1;
    for (unsigned class = 0; class < LIC_OUTPUT_CLASSES; class ++)
        lic_buffer_init(&block->digests[class], ledger->allocator,
                        (size_t)LIC_BLOCK_OUTPUTS_MAX * LIC_HASH_SIZE);
    lic_buffer_init(&block->scratch, ledger->allocator, LIC_TRANSACTION_MAX + LIC_CHUNK_MAX);
    lic_buffer_init(&block->stored_signatures, ledger->allocator, 4096);
    if (pending_init(&block->pending, ledger, block->digests) != LIC_OK) {
        lic_release(ledger->allocator, block, sizeof *block);
        return NULL;
    }
    lic_buffer_init(&block->prefixes, ledger->allocator, LIC_BLOCK_OUTPUTS_MAX * sizeof(uint64_t));
    block->entries = ledger->entries;
    block->entry_capacity = ledger->entry_capacity;
    ledger->entries = NULL;
    ledger->entry_capacity = 0;
    return block;
}

static void release(lic_block *block)
{
    lic_ledger *ledger = block->ledger;
    for (unsigned class = 0; class < LIC_OUTPUT_CLASSES; class ++)
        lic_buffer_free(&block->digests[class]);
    lic_buffer_free(&block->scratch);
    lic_buffer_free(&block->stored_signatures);
    for (unsigned class = 0; class < LIC_OUTPUT_CLASSES; class ++)
        window_destroy(ledger->allocator, block->stored_outputs[class]);
    lic_buffer_free(&block->prefixes);
    ids_free(block);
    pending_free(&block->pending, ledger->allocator);
    ledger->entries = block->entries;
    ledger->entry_capacity = block->entry_capacity;
    lic_release(ledger->allocator, block, sizeof *block);
    ledger->block = NULL;
}

lic_status lic_block_open(lic_ledger *ledger, int64_t time, lic_block **result, lic_error *error)
{
    LIC_ASSERT(ledger->block == NULL && ledger->mode != LIC_LEDGER_READ);
    bool replay = ledger->mode == LIC_LEDGER_REPLAY;
    if (!replay) LIC_TRY(check_time(ledger, time, error));
    lic_block *block = allocate(ledger);
    if (block == NULL)
        return lic_fail(error, LIC_NO_MEMORY, "block", "free memory", "no memory for a block");
    ledger->block = block;
    block->time = time;
    lic_status status = replay ? load_stored(block, error)
                               : from_store(ledger->store, lic_store_begin(ledger->store), error);
    if (status != LIC_OK) {
        release(block);
        return status;
    }
    quotas_date(&ledger->quotas, date_of(block->time), block->height);
    *result = block;
    return LIC_OK;
}

uint64_t lic_block_height(const lic_block *block)
{
    return block->height;
}
int64_t lic_block_time(const lic_block *block)
{
    return block->time;
}
uint32_t lic_block_transactions(const lic_block *block)
{
    return block->counts[LIC_CLASS_TRANSACTION];
}

/* -- salted digests ----------------------------------------------------------------------------------- */

/* Drawn in batches: a block may have fifty thousand statements. */
static const uint8_t *next_salt(lic_block *block)
{
    const lic_random *random = block->ledger->random;
    if (block->salts_left == 0) {
        random->fill(random->context, block->salts, sizeof block->salts);
        block->salts_left = SALTS;
    }
    return block->salts[--block->salts_left];
}

/* The next place of a class gets its digest, and its payload when the block is written. `digest` NULL: nobody waits for it, and
 * the block has it when its rows have been flushed. */
static lic_status place_bytes(lic_block *block, unsigned class, uint32_t contract, lic_slice bytes,
                              lic_hash *digest)
{
    uint32_t ordinal = block->counts[class];
    lic_hash found = {{0}};
    if (writes(block)) {
        uint64_t place = LIC_PLACE(block->height, class, ordinal);
        LIC_TRY(stored(block,
                       pending_payload(&block->pending, place, next_salt(block), bytes, digest)));
        if (digest != NULL) found = *digest;
    } else {
        LIC_TRY(compare_bytes(block, class, ordinal, contract, bytes, &found));
        if (digest != NULL) *digest = found;
    }
    lic_put_bytes(&block->digests[class], found.bytes, LIC_HASH_SIZE);
    return block->digests[class].failed ? no_memory(block) : LIC_OK;
}

/* -- transactions ---------------------------------------------------------------------------------------- */

static lic_status reserve_entry(lic_block *block)
{
    const lic_allocator *allocator = block->ledger->allocator;
    uint32_t count = block->counts[LIC_CLASS_TRANSACTION];
    if (count >= block->ledger->genesis.limits.block_transactions)
        return fail(block, LIC_TOO_LARGE, "block_full", "seal the block and open another",
                    "the block is full");
    if (count < block->entry_capacity) return LIC_OK;
    uint32_t capacity = block->entry_capacity == 0 ? 64 : block->entry_capacity * 2;
    block_entry *entries = allocator->resize(allocator->context, block->entries,
                                             block->entry_capacity * sizeof *entries,
                                             capacity * sizeof *entries);
    if (entries == NULL) return no_memory(block);
    block->entries = entries;
    block->entry_capacity = capacity;
    return LIC_OK;
}

static lic_status add_bytes(lic_block *block, const lic_transaction *transaction, uint32_t contract)
{
    lic_buffer_clear(&block->scratch);
    LIC_TRY(lic_transaction_abridge(transaction, &block->scratch, &block->ledger->error));
    lic_slice bytes = lic_slice_of(block->scratch.data, block->scratch.size);
    return place_bytes(block, LIC_CLASS_TRANSACTION, contract, bytes, NULL);
}

static void write_transaction(lic_block *block, const block_entry *entry, uint32_t contract)
{
    if (!writes(block)) return;
    lic_row_transaction row = {
        .place = LIC_PLACE(block->height, 0, block->counts[LIC_CLASS_TRANSACTION]),
        .id = entry->id,
        .kind = entry->kind,
        .party = entry->party,
        .contract = contract};
    pending_transaction(&block->pending, &row);
}

lic_status lic_block_add(lic_block *block, const lic_transaction *transaction, uint32_t party,
                         uint32_t contract, uint32_t *position)
{
    lic_ledger *ledger = block->ledger;
    uint32_t at = block->counts[LIC_CLASS_TRANSACTION];
    LIC_ASSERT(at == 0 || block->entries[at - 1].finished);
    LIC_TRY(reserve_entry(block));
    block_entry *entry = &block->entries[at];
    *entry = (block_entry){
        .id = transaction->id, .kind = transaction->kind, .party = party, .contract = contract};
    memcpy(entry->first, block->counts, sizeof entry->first);
    lic_put_bytes(&block->prefixes, entry->id.bytes, sizeof(uint64_t));
    if (block->prefixes.failed) return no_memory(block);
    LIC_TRY(add_bytes(block, transaction, contract));
    write_transaction(block, entry, contract);
    if (transaction->kind != LIC_TX_LINES &&
        lanes_advance(ledger->lanes, &transaction->key, transaction->lane) != LIC_OK)
        return no_memory(block);
    if (quotas_add(&ledger->quotas, party, contract) != LIC_OK) return no_memory(block);
    block->counts[LIC_CLASS_TRANSACTION] = at + 1;
    block->current = at;
    *position = at;
    return LIC_OK;
}

void lic_block_finish(lic_block *block, const lic_block_result *result)
{
    LIC_ASSERT(block->current != LIC_STORE_NONE);
    block_entry *entry = &block->entries[block->current];
    entry->finished = true;
    entry->result = *result;
    memcpy(entry->end, block->counts, sizeof entry->end);
    block->current = LIC_STORE_NONE;
}

void lic_block_gas(lic_block *block, uint64_t gas)
{
    LIC_ASSERT(gas <= UINT64_MAX - block->gas);
    block->gas += gas;
}

/* -- outputs ----------------------------------------------------------------------------------------------- */

static lic_status put_output(lic_block *block, const lic_output *output, uint64_t cause,
                             lic_hash *digest)
{
    unsigned class = output->class;
    uint32_t ordinal = block->counts[class];
    if (ordinal == LIC_BLOCK_OUTPUTS_MAX || output->bytes.size > LIC_OUTPUT_MAX)
        return fail(block, LIC_TOO_LARGE, "output", "cut the report or the statement's groups",
                    "an output, or their number in one block, is above the limit");
    LIC_TRY(place_bytes(block, class, output->contract, output->bytes, digest));
    if (writes(block)) {
        lic_row_output row = {.place = LIC_PLACE(block->height, class, ordinal),
                              .cause = cause,
                              .contract = output->contract,
                              .number = output->number};
        pending_output(&block->pending, &row);
    }
    block->counts[class] = ordinal + 1;
    return LIC_OK;
}

lic_status lic_block_output(lic_block *block, const lic_output *output, lic_hash *digest)
{
    LIC_ASSERT(output->class >= LIC_OUTPUT_EVENT && output->class < LIC_OUTPUT_CLASSES);
    uint64_t cause = block->current == LIC_STORE_NONE ? 0
                                                      : LIC_PLACE(block->height, 0, block->current);
    return put_output(block, output, cause, digest);
}

void lic_block_digest(lic_block *block)
{
    if (writes(block)) pending_digest(&block->pending);
}

/* All digests are there. */
static lic_status flush(lic_block *block)
{
    return writes(block) ? stored(block, pending_flush(&block->pending)) : LIC_OK;
}

/* Digests of some classes, one class behind the other. */
typedef struct class_digests {
    const lic_block *block;
    unsigned first_class;
    size_t skipped; /* of the first class */
} class_digests;

static const lic_hash *digest_at(const void *context, size_t index)
{
    const class_digests *of = context;
    unsigned class = of->first_class;
    for (index += of->skipped; index >= of->block->counts[class]; class ++)
        index -= of->block->counts[class];
    return (const lic_hash *)of->block->digests[class].data + index;
}

lic_status lic_block_log(lic_block *block, uint32_t count, bool threads, lic_log *log)
{
    LIC_ASSERT(count <= block->counts[LIC_OUTPUT_STATEMENT]);
    LIC_TRY(flush(block));
    const class_digests of = {block, LIC_OUTPUT_STATEMENT,
                              block->counts[LIC_OUTPUT_STATEMENT] - count};
    const lic_digests digests = {digest_at, &of, count};
    lic_log_append_digests(block->ledger->hasher, log, &digests, threads);
    return LIC_OK;
}

/* -- going back -------------------------------------------------------------------------------------------- */

lic_block_mark lic_block_mark_of(const lic_block *block)
{
    lic_block_mark mark = {.lane_changes = lanes_changes(block->ledger->lanes),
                           .gas = block->gas,
                           .current = block->current};
    memcpy(mark.counts, block->counts, sizeof mark.counts);
    return mark;
}

static lic_status unwrite(lic_block *block, const lic_block_mark *mark)
{
    LIC_TRY(flush(block));
    for (unsigned class = 0; class < LIC_OUTPUT_CLASSES; class ++) {
        uint64_t first = LIC_PLACE(block->height, class, mark->counts[class]);
        uint64_t last = LIC_PLACE(block->height, class, LIC_PLACE_ORDINALS - 1);
        /* A transaction whose addition failed half way has rows beyond the counts too. */
        LIC_TRY(stored(block, lic_store_unwrite(block->ledger->store, first, last)));
    }
    return LIC_OK;
}

lic_status lic_block_rewind(lic_block *block, lic_block_mark mark)
{
    lic_ledger *ledger = block->ledger;
    for (uint32_t i = block->counts[LIC_CLASS_TRANSACTION]; i > mark.counts[LIC_CLASS_TRANSACTION];
         i--)
        quotas_remove(&ledger->quotas, block->entries[i - 1].party, block->entries[i - 1].contract);
    lanes_undo(ledger->lanes, mark.lane_changes);
    for (unsigned class = 0; class < LIC_OUTPUT_CLASSES; class ++) {
        LIC_ASSERT(mark.counts[class] <= block->counts[class]);
        block->digests[class].size = (size_t)mark.counts[class] * LIC_HASH_SIZE;
        block->digests[class].failed = false;
    }
    ids_rewind(block, mark.counts[LIC_CLASS_TRANSACTION]);
    block->prefixes.size = mark.counts[LIC_CLASS_TRANSACTION] * sizeof(uint64_t);
    block->prefixes.failed = false;
    memcpy(block->counts, mark.counts, sizeof mark.counts);
    block->gas = mark.gas;
    block->current = mark.current;
    forget_rewound(block);
    return writes(block) ? unwrite(block, &mark) : LIC_OK;
}

/* -- sealing ------------------------------------------------------------------------------------------------ */

static void make_receipt(const lic_block *block, uint32_t position, lic_receipt *receipt)
{
    const block_entry *entry = &block->entries[position];
    *receipt = (lic_receipt){.id = entry->id,
                             .height = block->height,
                             .position = position,
                             .kind = entry->kind,
                             .status = (uint8_t)entry->result.status,
                             .gas = entry->result.gas,
                             .contract = entry->result.contract,
                             .number = entry->result.number};
    for (uint8_t class = LIC_OUTPUT_EVENT; class < LIC_OUTPUT_CLASSES; class ++) {
        uint32_t count = entry->end[class] - entry->first[class];
        if (count == 0) continue;
        receipt->ranges[receipt->range_count++] = (lic_output_range){class, entry->first[class],
                                                                     count};
    }
}

static lic_status put_receipts(lic_block *block, uint64_t *gas)
{
    *gas = block->gas;
    for (uint32_t i = 0; i < block->counts[LIC_CLASS_TRANSACTION]; i++) {
        const block_entry *entry = &block->entries[i];
        lic_receipt receipt;
        make_receipt(block, i, &receipt);
        LIC_ASSERT(receipt.gas <= UINT64_MAX - *gas);
        *gas += receipt.gas;
        lic_buffer_clear(&block->scratch);
        if (lic_receipt_encode(&receipt, &block->scratch) != LIC_OK) return no_memory(block);
        uint32_t contract = entry->result.contract_number != LIC_STORE_NONE
                                ? entry->result.contract_number
                                : entry->contract;
        lic_output output = {.class = LIC_OUTPUT_RECEIPT,
                             .contract = contract,
                             .bytes = lic_slice_of(block->scratch.data, block->scratch.size)};
        LIC_TRY(put_output(block, &output, LIC_PLACE(block->height, 0, i), NULL));
    }
    return LIC_OK;
}

static void digests_root(const lic_block *block, unsigned first_class, size_t count, lic_hash *root)
{
    const lic_ledger *ledger = block->ledger;
    const class_digests of = {block, first_class, 0};
    const lic_digests digests = {digest_at, &of, count};
    lic_log log;
    log.count = 0;
    lic_log_append_digests(ledger->hasher, &log, &digests, ledger->threads);
    lic_log_root(ledger->hasher, &log, root);
}

/* Outputs by class, then by ordinal. */
static void roots(const lic_block *block, lic_header *header)
{
    size_t outputs = 0;
    for (unsigned class = LIC_OUTPUT_RECEIPT; class < LIC_OUTPUT_CLASSES; class ++)
        outputs += block->counts[class];
    header->transactions = block->counts[LIC_CLASS_TRANSACTION];
    header->outputs = (uint32_t)outputs;
    digests_root(block, LIC_CLASS_TRANSACTION, header->transactions, &header->transaction_root);
    digests_root(block, LIC_OUTPUT_RECEIPT, outputs, &header->output_root);
}

static lic_status make_header(lic_block *block, const lic_hash *state_root, lic_header *header)
{
    const lic_ledger *ledger = block->ledger;
    *header = (lic_header){.engine_version = ledger->genesis.engine_version,
                           .chain = ledger->chain,
                           .height = block->height,
                           .time = block->time,
                           .previous = ledger->tip_hash,
                           .state_root = *state_root,
                           .operators = ledger->operators};
    LIC_TRY(put_receipts(block, &header->gas));
    LIC_TRY(flush(block));
    roots(block, header);
    return LIC_OK;
}

static lic_status put_rows(lic_block *block, const lic_header *header, const lic_hash *hash,
                           const lic_log *log, lic_slice signatures)
{
    lic_ledger *ledger = block->ledger;
    uint8_t bytes[LIC_HEADER_SIZE];
    LIC_TRY(ids_write(block));
    lic_header_encode(header, bytes);
    lic_row_block row = {.height = block->height,
                         .time = block->time,
                         .hash = *hash,
                         .header = lic_slice_of(bytes, sizeof bytes),
                         .signatures = signatures,
                         .transactions = header->transactions,
                         .events = block->counts[LIC_OUTPUT_EVENT],
                         .results = block->counts[LIC_OUTPUT_RESULTS],
                         .postings = block->counts[LIC_OUTPUT_POSTINGS],
                         .statements = block->counts[LIC_OUTPUT_STATEMENT]};
    LIC_TRY(lic_store_put_block(ledger->store, &row));
    lic_buffer_clear(&block->scratch);
    lic_log_encode(log, &block->scratch);
    LIC_ASSERT(!block->scratch.failed);
    lic_row_head head = {.one = 1,
                         .height = block->height,
                         .hash = *hash,
                         .log = lic_slice_of(block->scratch.data, block->scratch.size),
                         .day_first = ledger->quotas.first,
                         .day_transactions = ledger->quotas.transactions,
                         .transactions = ledger->transactions + header->transactions};
    LIC_TRY(lic_store_put_head(ledger->store, &head));
    return lanes_write(ledger->lanes, ledger->store);
}

static lic_status write_block(lic_block *block, const lic_header *header, const lic_hash *hash,
                              const lic_log *log, const lic_keypair *operators, size_t count)
{
    lic_ledger *ledger = block->ledger;
    lic_buffer signatures;
    lic_buffer_init(&signatures, ledger->allocator, 4096);
    lic_status status = sign_block(&ledger->genesis, hash, operators, count, &signatures,
                                   &ledger->error);
    if (status == LIC_OK)
        status = stored(block, put_rows(block, header, hash, log,
                                        lic_slice_of(signatures.data, signatures.size)));
    lic_buffer_free(&signatures);
    if (status == LIC_OK) status = stored(block, lic_store_commit(ledger->store));
    return status;
}

static lic_status seal(lic_block *block, const lic_hash *state_root, const lic_keypair *operators,
                       size_t count)
{
    lic_ledger *ledger = block->ledger;
    lic_header header;
    lic_hash hash;
    LIC_TRY(make_header(block, state_root, &header));
    lic_header_hash(ledger->hasher, &header, &hash);
    lic_log log = ledger->log;
    log_header(ledger->hasher, &log, &header);
    if (writes(block)) {
        LIC_TRY(write_block(block, &header, &hash, &log, operators, count));
    } else {
        LIC_TRY(compare_outputs(block));
        LIC_TRY(compare_counts(block));
        LIC_TRY(compare_header(block, &header));
    }
    ledger->tip = header;
    ledger->tip_hash = hash;
    ledger->log = log;
    ledger->transactions += header.transactions;
    return LIC_OK;
}

static void undo(lic_block *block)
{
    lic_ledger *ledger = block->ledger;
    for (uint32_t i = block->counts[LIC_CLASS_TRANSACTION]; i > 0; i--)
        quotas_remove(&ledger->quotas, block->entries[i - 1].party, block->entries[i - 1].contract);
    lanes_undo(ledger->lanes, 0);
    lic_store_rollback(ledger->store);
}

lic_status lic_block_seal(lic_block *block, const lic_hash *state_root,
                          const lic_keypair *operators, size_t operator_count, lic_error *error)
{
    lic_ledger *ledger = block->ledger;
    LIC_ASSERT(block->current == LIC_STORE_NONE);
    lic_status status = seal(block, state_root, operators, operator_count);
    if (status == LIC_OK) {
        lanes_settle(ledger->lanes);
    } else {
        if (error != NULL) *error = ledger->error;
        undo(block);
    }
    release(block);
    return status;
}

void lic_block_abandon(lic_block *block)
{
    if (block == NULL) return;
    undo(block);
    release(block);
}
