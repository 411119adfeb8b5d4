/* Opening, creating and closing an engine. */
#include "engine.h"

#include "report/foresight.h"
#include "rooting.h"

#include <string.h>

enum { OPENINGS = 16 }; /* of a reader while others write */

#define NAMES_MAX LIC_GIGABYTES(4)

static lic_status out_of_memory(lic_error *error)
{
    return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
}

/* -- the parts that hold state -------------------------------------------------------------------------------- */

static lic_status make_state(lic_engine *engine)
{
    engine->names = lic_arena_create(engine->allocator, NAMES_MAX);
    engine->key_index = lic_index_create(engine->allocator, engine->secret, 64);
    engine->contract_index = lic_index_create(engine->allocator, engine->secret ^ 1u, 64);
    engine->party_index = lic_index_create(engine->allocator, engine->secret ^ 2u, 64);
    engine->name_index = lic_index_create(engine->allocator, engine->secret ^ 3u, 64);
    engine->first_changed = engine->last_changed = LIC_NONE32;
    engine->party_tree = lic_merkle_create(engine->allocator, engine->hasher);
    engine->contract_tree = lic_merkle_create(engine->allocator, engine->hasher);
    bool good = engine->names != NULL && engine->key_index != NULL &&
                engine->contract_index != NULL && engine->party_index != NULL &&
                engine->name_index != NULL && engine->party_tree != NULL &&
                engine->contract_tree != NULL;
    return good ? LIC_OK : LIC_NO_MEMORY;
}

static void free_contracts(lic_engine *engine)
{
    for (uint32_t i = 0; i < engine->contract_count; i++)
        lic_contract_destroy(engine, engine->contracts[i]);
    lic_release(engine->allocator, engine->contracts,
                engine->contract_capacity * sizeof *engine->contracts);
    engine->contracts = NULL;
    engine->contract_count = engine->contract_capacity = 0;
    for (uint32_t i = 0; i < engine->image_count; i++) {
        lic_arena_destroy(engine->images[i]->arena);
        lic_release(engine->allocator, engine->images[i], sizeof *engine->images[i]);
    }
    lic_release(engine->allocator, engine->images, engine->image_capacity * sizeof *engine->images);
    engine->images = NULL;
    engine->image_count = engine->image_capacity = 0;
}

static void free_parties(lic_engine *engine)
{
    for (uint32_t i = 0; i < engine->party_count; i++)
        lic_release(engine->allocator, engine->parties[i].keys,
                    engine->parties[i].key_capacity * sizeof(uint32_t));
    lic_release(engine->allocator, engine->parties,
                engine->party_capacity * sizeof *engine->parties);
    lic_release(engine->allocator, engine->keys, engine->key_capacity * sizeof *engine->keys);
    engine->parties = NULL;
    engine->keys = NULL;
    engine->party_count = engine->party_capacity = engine->key_count = engine->key_capacity = 0;
}

void lic_engine_free_state(lic_engine *engine)
{
    lic_foresight_forget(engine);
    lic_engine_drop_effects(engine);
    while (engine->uploads != NULL) {
        lic_upload *upload = engine->uploads;
        engine->uploads = upload->next;
        lic_upload_destroy(engine, upload);
    }
    engine->upload_count = 0;
    free_contracts(engine);
    free_parties(engine);
    lic_index_destroy(engine->key_index);
    lic_index_destroy(engine->contract_index);
    lic_index_destroy(engine->party_index);
    lic_index_destroy(engine->name_index);
    lic_merkle_destroy(engine->party_tree);
    lic_merkle_destroy(engine->contract_tree);
    lic_arena_destroy(engine->names);
    lic_arena_destroy(engine->effects_arena);
    lic_arena_destroy(engine->settled_arena);
    engine->settled_arena = NULL;
    engine->key_index = engine->contract_index = NULL;
    engine->party_index = engine->name_index = NULL;
    engine->party_tree = engine->contract_tree = NULL;
    engine->names = engine->effects_arena = NULL;
}

lic_status lic_engine_read_state(lic_engine *engine, lic_error *error)
{
    if (make_state(engine) != LIC_OK) return out_of_memory(error);
    if (engine->replaying) return LIC_OK; /* it begins with nothing */
    return lic_persist_read(engine, NULL, error);
}

/* -- opening ------------------------------------------------------------------------------------------------------ */

static lic_ledger_options ledger_options(const lic_engine *engine, lic_ledger_mode mode)
{
    const lic_engine_options *o = &engine->options;
    return (lic_ledger_options){
        .store = {.path = o->path,
                  .journal = o->one_shot ? LIC_JOURNAL_ROLLBACK : LIC_JOURNAL_WAL,
                  .allocator = engine->allocator,
                  .clock = o->clock,
                  .random = o->random,
                  .vfs = o->vfs,
                  .wait_ms = o->wait_ms,
                  .threads = o->threads != 1,
                  .thresholds = o->thresholds,
                  .modules = o->modules,
                  .module_count = o->module_count},
        .mode = mode,
        .hasher = engine->hasher,
        .secret = engine->secret,
        .engine_version = LIC_ENGINE_VERSION,
    };
}

static lic_engine *make_engine(const lic_engine_options *options)
{
    lic_engine *engine = lic_allocate_zero(options->allocator, 1, sizeof *engine);
    if (engine == NULL) return NULL;
    engine->allocator = options->allocator;
    engine->hasher = &lic_hasher_native;
    engine->options = *options;
    engine->at_height = UINT64_MAX;
    engine->cause = LIC_STORE_NONE;
    if (options->random != NULL)
        options->random->fill(options->random->context, &engine->secret, sizeof engine->secret);
    return engine;
}

static lic_status take_height(void *context, const lic_row_block *row)
{
    *(uint64_t *)context = row->height;
    return LIC_OK;
}

/* Fixes what is seen of the file until the state was read. *same: no block came since the ledger was opened. */
static lic_status fix_view(const lic_engine *engine, bool *same, lic_error *error)
{
    lic_store *store = lic_ledger_store(engine->ledger);
    uint64_t tip = lic_ledger_tip(engine->ledger)->height, next = tip;
    lic_status status = lic_store_begin_read(store);
    if (status == LIC_OK) status = lic_store_read_block(store, tip + 1, take_height, &next);
    *same = next == tip;
    return status == LIC_OK ? LIC_OK
                            : lic_fail(error, status, lic_status_id(status), "see the message",
                                       "%s", lic_store_error(store)->text);
}

/* A reader, beside whom others may write, sees a ledger and a state of one block. */
static lic_status open_ledger(lic_engine *engine, const lic_ledger_options *chain, lic_error *error)
{
    bool same = chain->mode != LIC_LEDGER_READ;
    if (same) return lic_ledger_open(chain, &engine->ledger, error);
    for (unsigned i = 0; i < OPENINGS && !same; i++) {
        lic_ledger_close(engine->ledger);
        engine->ledger = NULL;
        LIC_TRY(lic_ledger_open(chain, &engine->ledger, error));
        LIC_TRY(fix_view(engine, &same, error));
    }
    return same ? LIC_OK
                : lic_fail(error, LIC_LOCKED, "busy", "try again when fewer blocks are written",
                           "blocks are written faster than the ledger can be opened");
}

lic_status lic_engine_open_mode(const lic_engine_options *options, lic_ledger_mode mode,
                                uint64_t at_height, lic_engine **result, lic_error *error)
{
    lic_error scratch = {0};
    if (error == NULL) error = &scratch;
    LIC_TRY(lic_crypto_start(error));
    lic_engine *engine = make_engine(options);
    if (engine == NULL) return out_of_memory(error);
    engine->replaying = mode == LIC_LEDGER_REPLAY;
    engine->at_height = at_height;
    lic_ledger_options chain = ledger_options(engine, mode);
    lic_status status = open_ledger(engine, &chain, error);
    if (status == LIC_OK) {
        engine->rules = lic_rules_of(lic_ledger_tip(engine->ledger)->engine_version);
        if (engine->rules == NULL)
            status = lic_fail(error, LIC_VERSION, "engine", "use a newer release of licet",
                              "the ledger was written by engine version %u",
                              lic_ledger_tip(engine->ledger)->engine_version);
    }
    if (status == LIC_OK) status = lic_engine_read_state(engine, error);
    if (status == LIC_OK) lic_store_end_read(lic_ledger_store(engine->ledger));
    if (status != LIC_OK) {
        lic_engine_close(engine);
        return status;
    }
    engine->today = lic_ledger_date(engine->ledger);
    *result = engine;
    return LIC_OK;
}

lic_status lic_engine_open(const lic_engine_options *options, lic_engine **engine, lic_error *error)
{
    lic_ledger_mode mode = options->read_only ? LIC_LEDGER_READ : LIC_LEDGER_WRITE;
    return lic_engine_open_mode(options, mode, UINT64_MAX, engine, error);
}

/* Root of the state with no party, no lane and no contract. */
static void empty_root(const lic_hasher *hasher, lic_hash *root)
{
    lic_hash empty, leaves[3];
    lic_merkle_root(hasher, NULL, 0, &empty);
    for (size_t i = 0; i < 3; i++)
        lic_merkle_leaf(hasher, lic_slice_of(empty.bytes, LIC_HASH_SIZE), &leaves[i]);
    lic_merkle_root(hasher, leaves, 3, root);
}

lic_status lic_engine_create(const lic_engine_options *options, lic_genesis *genesis,
                             lic_engine **engine, lic_error *error)
{
    LIC_TRY(lic_crypto_start(error));
    lic_engine *maker = make_engine(options);
    if (maker == NULL) return out_of_memory(error);
    genesis->engine_version = LIC_ENGINE_VERSION;
    empty_root(maker->hasher, &genesis->state_root);
    lic_ledger_options chain = ledger_options(maker, LIC_LEDGER_WRITE);
    lic_status status = lic_ledger_create(&chain, genesis, options->operator_keys,
                                          options->operator_count, error);
    lic_release(options->allocator, maker, sizeof *maker);
    LIC_TRY(status);
    return lic_engine_open(options, engine, error);
}

void lic_engine_close(lic_engine *engine)
{
    if (engine == NULL) return;
    const lic_allocator *allocator = engine->allocator;
    lic_rooting_stop(engine);
    lic_block_abandon(engine->block);
    engine->block = NULL;
    lic_engine_free_state(engine);
    lic_ledger_close(engine->ledger);
    lic_release(allocator, engine, sizeof *engine);
}

/* -- small reads ---------------------------------------------------------------------------------------------------- */

lic_ledger *lic_engine_ledger(lic_engine *engine)
{
    return engine->ledger;
}

lic_date lic_engine_today(const lic_engine *engine)
{
    return engine->block != NULL ? engine->today : lic_ledger_date(engine->ledger);
}

bool lic_engine_in_block(const lic_engine *engine)
{
    return engine->block != NULL;
}

uint64_t lic_engine_next_sequence(const lic_engine *engine, const lic_key *key, uint32_t lane)
{
    return lic_ledger_sequence(engine->ledger, key, lane) + 1;
}

uint64_t lic_engine_gas_limit(const lic_engine *engine)
{
    return lic_ledger_genesis(engine->ledger)->limits.gas_limit;
}
