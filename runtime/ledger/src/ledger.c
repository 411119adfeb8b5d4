/* Creating and opening a ledger. */
#include "chain.h"

#include <string.h>

#define RECORD_MAX 8192u
#define ROW_BYTES_MAX 4096u
#define SHOWN_MAX ((size_t)LIC_OUTPUT_MAX)

lic_date date_of(int64_t time)
{
    int64_t days = time / SECONDS_PER_DAY;
    if (time % SECONDS_PER_DAY < 0) days--;
    return lic_date_valid(days) ? (lic_date)days : LIC_DATE_MAX;
}

lic_status from_store(const lic_store *store, lic_status status, lic_error *error)
{
    if (status != LIC_OK && error != NULL && lic_store_error(store)->status == status)
        *error = *lic_store_error(store);
    return status;
}

void digest_root(const lic_hasher *hasher, lic_hash *digests, size_t count, lic_hash *root)
{
    for (size_t i = 0; i < count; i++) {
        lic_hash digest = digests[i];
        lic_merkle_leaf(hasher, lic_slice_of(digest.bytes, LIC_HASH_SIZE), &digests[i]);
    }
    lic_merkle_root(hasher, digests, count, root);
}

void log_header(const lic_hasher *hasher, lic_log *log, const lic_header *header)
{
    uint8_t bytes[LIC_HEADER_SIZE];
    lic_hash leaf;
    lic_header_encode(header, bytes);
    lic_merkle_leaf(hasher, lic_slice_of(bytes, sizeof bytes), &leaf);
    lic_log_append(hasher, log, &leaf);
}

static lic_status damaged(const lic_ledger *ledger, lic_error *error, const char *what)
{
    return lic_fail(error, LIC_CORRUPT, "chain", "restore the ledger from a backup",
                    "the ledger %s is damaged: %s", lic_store_path(ledger->store), what);
}

static lic_status no_memory(lic_error *error)
{
    return lic_fail(error, LIC_NO_MEMORY, "ledger", "free memory", "no memory to open a ledger");
}

/* -- block 0 --------------------------------------------------------------------------------------- */

/* The record stands as the one leaf of the transaction tree, its salt all zero: it is public. */
static void genesis_header(const lic_hasher *hasher, const lic_genesis *genesis, lic_slice record,
                           lic_header *header)
{
    static const uint8_t salt[LIC_SALT_SIZE];
    lic_hash digest;
    *header = (lic_header){.engine_version = genesis->engine_version,
                           .time = genesis->time,
                           .state_root = genesis->state_root,
                           .transactions = 1};
    lic_salted_digest(hasher, salt, record, &digest);
    digest_root(hasher, &digest, 1, &header->transaction_root);
    lic_merkle_root(hasher, NULL, 0, &header->output_root);
    lic_operators_hash(hasher, genesis->operators, genesis->operator_count, genesis->quorum,
                       &header->operators);
}

lic_status sign_block(const lic_genesis *genesis, const lic_hash *hash,
                      const lic_keypair *operators, size_t count, lic_buffer *target,
                      lic_error *error)
{
    lic_block_signature signatures[LIC_OPERATORS_MAX];
    size_t made = 0;
    for (uint32_t o = 0; o < genesis->operator_count; o++) {
        for (size_t i = 0; i < count; i++) {
            if (!lic_key_equal(&operators[i].key, &genesis->operators[o])) continue;
            signatures[made].operator_index = (uint8_t)o;
            lic_block_sign(hash, &operators[i], &signatures[made++].signature);
            break;
        }
    }
    if (made < genesis->quorum)
        return lic_fail(
            error, LIC_DENIED, "quorum", "give the keys of the operators named at init",
            "a block needs %u operators' signatures; %zu of the keys given are operators",
            genesis->quorum, made);
    return lic_block_signatures_encode(signatures, made, target);
}

static lic_status write_genesis(lic_store *store, const lic_hasher *hasher,
                                const lic_genesis *genesis, lic_slice record,
                                const lic_header *header, lic_slice signatures)
{
    uint8_t bytes[LIC_HEADER_SIZE];
    lic_log log = {.count = 0};
    lic_hash hash;
    lic_header_encode(header, bytes);
    lic_header_hash(hasher, header, &hash);
    log_header(hasher, &log, header);
    uint8_t edge[8 + LIC_HASH_SIZE];
    lic_store_u64(edge, log.count);
    memcpy(edge + 8, log.peaks[0].bytes, LIC_HASH_SIZE);
    lic_row_genesis first = {.one = 1, .chain = hash, .record = record};
    lic_row_block block = {.time = genesis->time,
                           .hash = hash,
                           .header = lic_slice_of(bytes, sizeof bytes),
                           .signatures = signatures};
    lic_row_head head = {.one = 1, .hash = hash, .log = lic_slice_of(edge, sizeof edge)};
    LIC_TRY(lic_store_put_genesis(store, &first));
    LIC_TRY(lic_store_put_block(store, &block));
    LIC_TRY(lic_store_put_head(store, &head));
    return lic_store_commit(store);
}

static lic_status create_with(const lic_ledger_options *options, const lic_genesis *genesis,
                              const lic_keypair *operators, size_t operator_count,
                              lic_buffer *record, lic_buffer *signatures, lic_error *error)
{
    lic_header header;
    lic_hash hash;
    LIC_TRY(lic_genesis_encode(genesis, record, error));
    genesis_header(options->hasher, genesis, lic_slice_of(record->data, record->size), &header);
    lic_header_hash(options->hasher, &header, &hash);
    LIC_TRY(sign_block(genesis, &hash, operators, operator_count, signatures, error));
    lic_store_options opened = options->store;
    lic_store *store = NULL;
    opened.mode = LIC_STORE_CREATE;
    opened.journal =
        LIC_JOURNAL_ROLLBACK; /* undone, it leaves an empty file, which counts as none */
    LIC_TRY(lic_store_open(&opened, &store, error));
    lic_status status = write_genesis(store, options->hasher, genesis,
                                      lic_slice_of(record->data, record->size), &header,
                                      lic_slice_of(signatures->data, signatures->size));
    status = from_store(store, status, error);
    lic_store_close(store);
    return status;
}

lic_status lic_ledger_create(const lic_ledger_options *options, const lic_genesis *genesis,
                             const lic_keypair *operators, size_t operator_count, lic_error *error)
{
    lic_buffer record, signatures;
    lic_buffer_init(&record, options->store.allocator, RECORD_MAX);
    lic_buffer_init(&signatures, options->store.allocator, ROW_BYTES_MAX);
    lic_status status = create_with(options, genesis, operators, operator_count, &record,
                                    &signatures, error);
    lic_buffer_free(&signatures);
    lic_buffer_free(&record);
    return status;
}

/* -- opening --------------------------------------------------------------------------------------------- */

lic_status read_header(const lic_ledger *ledger, const lic_row_block *row, lic_header *header,
                       lic_error *error)
{
    LIC_TRY(lic_header_decode(row->header, header, error));
    lic_hash hash;
    lic_header_hash(ledger->hasher, header, &hash);
    if (header->height != row->height || header->time != row->time ||
        !lic_hash_equal(&hash, &row->hash))
        return damaged(ledger, error,
                       "a block's header does not have the hash that stands beside it");
    return lic_block_signatures_verify(row->signatures, &hash, ledger->genesis.operators,
                                       ledger->genesis.operator_count, ledger->genesis.quorum,
                                       error);
}

typedef struct opening {
    lic_ledger *ledger;
    lic_error *error;
    bool found;
    lic_hash hash; /* that the row must have */
} opening;

static lic_status visit_genesis(void *context, const lic_row_genesis *row)
{
    opening *at = context;
    lic_ledger *ledger = at->ledger;
    at->found = true;
    ledger->chain = row->chain;
    if (row->record.size > RECORD_MAX)
        return damaged(ledger, at->error, "its genesis record is too large");
    lic_put_bytes(&ledger->record, row->record.data, row->record.size);
    if (ledger->record.failed) return no_memory(at->error);
    return lic_genesis_decode(lic_slice_of(ledger->record.data, ledger->record.size),
                              &ledger->genesis, at->error);
}

static lic_status visit_tip(void *context, const lic_row_block *row)
{
    opening *at = context;
    at->found = true;
    LIC_TRY(read_header(at->ledger, row, &at->ledger->tip, at->error));
    if (!lic_hash_equal(&row->hash, &at->hash))
        return damaged(at->ledger, at->error, "its last block is not the one that its head names");
    at->ledger->tip_hash = row->hash;
    return LIC_OK;
}

static lic_status visit_head(void *context, const lic_row_head *row)
{
    opening *at = context;
    lic_cursor cursor = lic_cursor_of(row->log);
    at->found = true;
    at->hash = row->hash;
    at->ledger->tip.height = row->height;
    at->ledger->quotas.first = row->day_first;
    at->ledger->quotas.transactions = row->day_transactions;
    at->ledger->quotas.exact = row->day_transactions == 0;
    at->ledger->transactions = row->transactions;
    if (lic_log_decode(&cursor, &at->ledger->log) && lic_cursor_done(&cursor) &&
        at->ledger->log.count == row->height + 1)
        return LIC_OK;
    return damaged(at->ledger, at->error, "its head row");
}

static lic_status visit_lane(void *context, const lic_row_lane *row)
{
    opening *at = context;
    lic_status status = lanes_load(at->ledger->lanes, row);
    return status == LIC_CORRUPT ? damaged(at->ledger, at->error, "its lanes") : status;
}

static lic_status visit_sequences(void *context, const lic_row_sequences *row)
{
    opening *at = context;
    lic_status status = lanes_load_sequences(at->ledger->lanes, row);
    return status == LIC_CORRUPT ? damaged(at->ledger, at->error, "its lanes") : status;
}

static lic_status open_lanes(opening *at)
{
    lic_ledger *ledger = at->ledger;
    LIC_TRY(
        from_store(ledger->store, lic_store_read_lanes(ledger->store, visit_lane, at), at->error));
    LIC_TRY(from_store(ledger->store, lic_store_read_sequences(ledger->store, visit_sequences, at),
                       at->error));
    return lanes_loaded(ledger->lanes) ? LIC_OK : damaged(ledger, at->error, "its lanes");
}

static lic_status require(const opening *at, lic_status status, const char *what)
{
    lic_ledger *ledger = at->ledger;
    LIC_TRY(from_store(ledger->store, status, at->error));
    return at->found ? LIC_OK : damaged(ledger, at->error, what);
}

static lic_status open_genesis(opening *at)
{
    lic_ledger *ledger = at->ledger;
    lic_header header;
    lic_hash hash;
    at->found = false;
    LIC_TRY(require(at, lic_store_read_genesis(ledger->store, visit_genesis, at),
                    "it has no genesis record"));
    at->hash = ledger->chain;
    at->found = false;
    LIC_TRY(
        require(at, lic_store_read_block(ledger->store, 0, visit_tip, at), "it has no block 0"));
    ledger->genesis.state_root = ledger->tip.state_root;
    genesis_header(ledger->hasher, &ledger->genesis,
                   lic_slice_of(ledger->record.data, ledger->record.size), &header);
    lic_header_hash(ledger->hasher, &header, &hash);
    if (!lic_hash_equal(&hash, &ledger->chain))
        return damaged(ledger, at->error, "block 0 does not follow from its genesis record");
    ledger->operators = header.operators;
    return LIC_OK;
}

static lic_status open_tip(opening *at)
{
    lic_ledger *ledger = at->ledger;
    at->found = false;
    LIC_TRY(require(at, lic_store_read_head(ledger->store, visit_head, at), "it has no head row"));
    uint64_t height = ledger->tip.height;
    at->found = false;
    LIC_TRY(require(at, lic_store_read_block(ledger->store, height, visit_tip, at),
                    "its last block is missing"));
    ledger->quotas.date = date_of(ledger->tip.time);
    if (height > 0 && !lic_hash_equal(&ledger->tip.chain, &ledger->chain))
        return damaged(ledger, at->error, "its last block belongs to another ledger");
    return open_lanes(at);
}

/* One consistent view, though a writer may be adding blocks. */
static lic_status open_chain(lic_ledger *ledger, const lic_ledger_options *options,
                             lic_error *error)
{
    opening at = {.ledger = ledger, .error = error};
    LIC_TRY(from_store(ledger->store, lic_store_begin_read(ledger->store), error));
    lic_status status = open_genesis(&at);
    if (status == LIC_OK && ledger->genesis.engine_version > options->engine_version)
        status = lic_fail(error, LIC_VERSION, "engine_version", "use a newer release",
                          "the ledger %s needs engine version %u; this release has %u",
                          lic_store_path(ledger->store), ledger->genesis.engine_version,
                          options->engine_version);
    if (status == LIC_OK && ledger->mode != LIC_LEDGER_REPLAY) status = open_tip(&at);
    if (status == LIC_OK && ledger->mode == LIC_LEDGER_REPLAY)
        log_header(ledger->hasher, &ledger->log, &ledger->tip);
    lic_store_end_read(ledger->store);
    return status;
}

static lic_status open_ledger(lic_ledger *ledger, const lic_ledger_options *options,
                              lic_error *error)
{
    lic_store_options opened = options->store;
    opened.mode = options->mode == LIC_LEDGER_WRITE ? LIC_STORE_WRITE : LIC_STORE_READ;
    ledger->secret = options->secret;
    ledger->lanes = lanes_create(ledger->allocator, ledger->hasher, options->secret);
    if (ledger->lanes == NULL) return no_memory(error);
    LIC_TRY(lic_store_open(&opened, &ledger->store, error));
    return open_chain(ledger, options, error);
}

lic_status lic_ledger_open(const lic_ledger_options *options, lic_ledger **result, lic_error *error)
{
    LIC_ASSERT(options->mode != LIC_LEDGER_WRITE ||
               (options->store.clock != NULL && options->store.random != NULL));
    lic_ledger *ledger = lic_allocate_zero(options->store.allocator, 1, sizeof *ledger);
    if (ledger == NULL) return no_memory(error);
    ledger->allocator = options->store.allocator;
    ledger->hasher = options->hasher;
    ledger->clock = options->store.clock;
    ledger->random = options->store.random;
    ledger->mode = options->mode;
    ledger->threads = options->store.threads;
    lic_buffer_init(&ledger->record, ledger->allocator, RECORD_MAX);
    lic_buffer_init(&ledger->stored_bytes, ledger->allocator, SHOWN_MAX);
    lic_buffer_init(&ledger->computed_bytes, ledger->allocator, SHOWN_MAX);
    quotas_init(&ledger->quotas, ledger->allocator);
    lic_status status = open_ledger(ledger, options, error);
    if (status != LIC_OK) {
        lic_ledger_close(ledger);
        return status;
    }
    *result = ledger;
    return LIC_OK;
}

void lic_ledger_close(lic_ledger *ledger)
{
    if (ledger == NULL) return;
    lic_block_abandon(ledger->block);
    lic_store_close(ledger->store);
    lanes_destroy(ledger->lanes);
    lic_release(ledger->allocator, ledger->entries,
                ledger->entry_capacity * sizeof *ledger->entries);
    quotas_free(&ledger->quotas);
    lic_buffer_free(&ledger->record);
    lic_buffer_free(&ledger->stored_bytes);
    lic_buffer_free(&ledger->computed_bytes);
    lic_release(ledger->allocator, ledger, sizeof *ledger);
}

/* -- what is known of it ------------------------------------------------------------------------------------- */

const lic_error *lic_ledger_error(const lic_ledger *ledger)
{
    return &ledger->error;
}
lic_store *lic_ledger_store(lic_ledger *ledger)
{
    return ledger->store;
}
const lic_genesis *lic_ledger_genesis(const lic_ledger *ledger)
{
    return &ledger->genesis;
}
const lic_hash *lic_ledger_chain(const lic_ledger *ledger)
{
    return &ledger->chain;
}
const lic_header *lic_ledger_tip(const lic_ledger *ledger)
{
    return &ledger->tip;
}
const lic_hash *lic_ledger_tip_hash(const lic_ledger *ledger)
{
    return &ledger->tip_hash;
}
lic_date lic_ledger_date(const lic_ledger *ledger)
{
    return date_of(ledger->tip.time);
}
const lic_log *lic_ledger_log(const lic_ledger *ledger)
{
    return &ledger->log;
}
const lic_difference *lic_ledger_difference(const lic_ledger *ledger)
{
    return &ledger->difference;
}
uint64_t lic_ledger_unverified(const lic_ledger *ledger)
{
    return ledger->unverified;
}

int64_t lic_ledger_now(const lic_ledger *ledger)
{
    if (ledger->genesis.clock == LIC_CLOCK_SIMULATED || ledger->clock == NULL)
        return ledger->tip.time;
    int64_t now = ledger->clock->now(ledger->clock->context);
    return now > ledger->tip.time ? now : ledger->tip.time;
}

uint64_t lic_ledger_sequence(const lic_ledger *ledger, const lic_key *key, uint32_t lane)
{
    return lanes_sequence(ledger->lanes, key, lane);
}

void lic_ledger_lane_root(lic_ledger *ledger, lic_hash *root)
{
    lanes_root(ledger->lanes, root);
}

lic_status lic_ledger_write_lanes(const lic_ledger *ledger, lic_store *store)
{
    return lanes_write_all(ledger->lanes, store);
}
