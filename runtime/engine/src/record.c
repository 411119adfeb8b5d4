/* The contract record, which is the leaf of the contract tree, and what is kept beside it. Then the
 * state root: RFC 6962 over the roots of parties, lanes and contracts, as three leaves.
 *
 * Record: version u16 = 1, id 32, image 32, engine version u16, status u8, state u16, source 32,
 * parameters 32, deployer 32, parties u16 and their ids, signed u64, today i32, held i32, held jobs u16 and their
 * numbers u16, next timer i32, tables u16 and
 * {kind u8, rows u32, cells root 32, constants root 32} each, statements u64, log root 32, then per
 * statement of the image the SHA-256 of its turnover (zero when it is empty).
 * Extra: the log's right edge, then the turnovers. */
#include "work.h"

#include <string.h>

#define RECORD_VERSION 1
#define EMPTY_TURNOVER 2u /* bytes of a turnover without columns */

static lic_status put_turnover_hash(lic_engine *engine, const lic_contract *contract,
                                    uint16_t statement, lic_buffer *record)
{
    lic_buffer bytes;
    lic_hash hash;
    memset(&hash, 0, sizeof hash);
    lic_buffer_init(&bytes, engine->allocator, (size_t)1 << 30);
    lic_turnover_put(contract, statement, &bytes);
    lic_slice slice = lic_slice_of(bytes.data, bytes.size);
    if (bytes.size > EMPTY_TURNOVER) engine->hasher->sha256(&slice, 1, &hash);
    bool failed = bytes.failed;
    lic_buffer_free(&bytes);
    lic_put_bytes(record, hash.bytes, LIC_HASH_SIZE);
    return failed ? LIC_NO_MEMORY : LIC_OK;
}

static void put_tables(lic_contract *contract, lic_buffer *record)
{
    const lic_image *image = contract->image;
    lic_put_u16(record, (uint16_t)image->tables_count);
    for (uint16_t i = 0; i < image->tables_count; i++) {
        lic_hash cells;
        lic_table_root(contract->tables, i, &cells);
        lic_put_u8(record, image->tables[i].kind);
        lic_put_u32(record, contract->tables->views[i].row_count);
        lic_put_bytes(record, cells.bytes, LIC_HASH_SIZE);
        lic_put_bytes(record, contract->tables->states[i].fixed_root.bytes, LIC_HASH_SIZE);
    }
}

/* Since when, and which periodic terms and statements: numbers in ascending order. */
static void put_held(const lic_contract *contract, lic_buffer *record)
{
    uint16_t count = 0, jobs = 64 * LIC_HELD_WORDS;
    lic_put_u32(record, (uint32_t)contract->head.held);
    for (uint16_t i = 0; i < jobs; i++) count += lic_is_held_job(contract, i);
    lic_put_u16(record, count);
    for (uint16_t i = 0; i < jobs; i++)
        if (lic_is_held_job(contract, i)) lic_put_u16(record, i);
}

static bool get_held(lic_contract *contract, lic_cursor *cursor)
{
    contract->head.held = (lic_date)lic_get_u32(cursor);
    memset(contract->head.held_jobs, 0, sizeof contract->head.held_jobs);
    uint16_t count = lic_get_u16(cursor);
    for (uint16_t i = 0; i < count; i++) {
        uint16_t job = lic_get_u16(cursor);
        if (cursor->failed || job >= 64 * LIC_HELD_WORDS) return false;
        lic_hold_job(contract, job);
    }
    return true;
}

lic_status lic_record_put(lic_engine *engine, lic_contract *contract, lic_buffer *record)
{
    const lic_image *image = contract->image;
    lic_put_u16(record, RECORD_VERSION);
    lic_put_bytes(record, contract->id.bytes, LIC_HASH_SIZE);
    lic_put_bytes(record, image->id.bytes, LIC_HASH_SIZE);
    lic_put_u16(record, image->engine_version);
    lic_put_u8(record, contract->head.status);
    lic_put_u16(record, (uint16_t)lic_field_get(contract->tables, image->lifecycle.state_field, 0));
    lic_put_bytes(record, contract->source_hash.bytes, LIC_HASH_SIZE);
    lic_put_bytes(record, contract->parameters_hash.bytes, LIC_HASH_SIZE);
    lic_put_bytes(record, engine->parties[contract->deployer].id.bytes, LIC_HASH_SIZE);
    lic_put_u16(record, (uint16_t)image->parties_count);
    for (uint32_t i = 0; i < image->parties_count; i++)
        lic_put_bytes(record, engine->parties[contract->parties[i]].id.bytes, LIC_HASH_SIZE);
    lic_put_u64(record, contract->head.signed_by);
    lic_put_u32(record, (uint32_t)contract->head.today);
    put_held(contract, record);
    lic_put_u32(record, (uint32_t)lic_settle_next(contract));
    put_tables(contract, record);
    lic_hash log_root;
    lic_log_root(engine->hasher, &contract->head.log, &log_root);
    lic_put_u64(record, contract->head.log.count);
    lic_put_bytes(record, log_root.bytes, LIC_HASH_SIZE);
    for (uint16_t i = 0; i < image->statements_count; i++)
        LIC_TRY(put_turnover_hash(engine, contract, i, record));
    return record->failed ? LIC_NO_MEMORY : LIC_OK;
}

void lic_extra_put(const lic_contract *contract, lic_buffer *extra)
{
    lic_log_encode(&contract->head.log, extra);
    for (uint16_t i = 0; i < contract->image->statements_count; i++)
        lic_turnover_put(contract, i, extra);
}

/* -- back ---------------------------------------------------------------------------------------------------------- */

static lic_hash get_hash(lic_cursor *cursor)
{
    lic_hash hash;
    memset(&hash, 0, sizeof hash);
    lic_slice bytes = lic_get_bytes(cursor, LIC_HASH_SIZE);
    if (bytes.size == LIC_HASH_SIZE) memcpy(hash.bytes, bytes.data, LIC_HASH_SIZE);
    return hash;
}

/* The deployer and the agreement's parties are those that the contract was read with. */
static bool get_people(const lic_engine *engine, const lic_contract *contract, lic_cursor *cursor)
{
    lic_hash deployer = get_hash(cursor);
    bool same = lic_hash_equal(&deployer, &engine->parties[contract->deployer].id);
    uint16_t parties = lic_get_u16(cursor);
    for (uint16_t i = 0; i < parties && !cursor->failed; i++) {
        lic_hash party = get_hash(cursor);
        same = same && i < contract->image->parties_count &&
               lic_hash_equal(&party, &engine->parties[contract->parties[i]].id);
    }
    return same && parties == contract->image->parties_count;
}

static bool get_head(const lic_engine *engine, lic_contract *contract, lic_cursor *cursor)
{
    const lic_image *image = contract->image;
    uint16_t version = lic_get_u16(cursor);
    lic_hash id = get_hash(cursor), code = get_hash(cursor);
    uint16_t engine_version = lic_get_u16(cursor);
    contract->head.status = lic_get_u8(cursor);
    (void)lic_get_u16(cursor); /* the lifecycle's state: its field says it */
    contract->source_hash = get_hash(cursor);
    contract->parameters_hash = get_hash(cursor);
    bool people = get_people(engine, contract, cursor);
    contract->head.signed_by = lic_get_u64(cursor);
    contract->head.today = (lic_date)lic_get_u32(cursor);
    bool held = get_held(contract, cursor);
    contract->next_timer = (lic_date)lic_get_u32(cursor);
    contract->timer_known = true;
    return !cursor->failed && version == RECORD_VERSION && lic_hash_equal(&id, &contract->id) &&
           lic_hash_equal(&code, &image->id) && engine_version == image->engine_version &&
           contract->head.status <= LIC_CONTRACT_CLOSED && people && held;
}

static lic_status get_extra(lic_engine *engine, lic_contract *contract, lic_slice extra)
{
    lic_cursor cursor = lic_cursor_of(extra);
    if (!lic_log_decode(&cursor, &contract->head.log)) return LIC_CORRUPT;
    /* turnovers are sized by the tables' rows: they wait for the tables */
    for (uint16_t i = 0; contract->tables != NULL && i < contract->image->statements_count; i++) {
        lic_turnover_free(engine, contract, &contract->turnovers[i]);
        LIC_TRY(lic_turnover_get(engine, contract, i, &cursor));
    }
    return contract->tables == NULL || lic_cursor_done(&cursor) ? LIC_OK : LIC_CORRUPT;
}

/* The turnovers that were read have the hashes that the record names. */
static lic_status check_turnovers(lic_engine *engine, const lic_contract *contract,
                                  lic_cursor *cursor)
{
    lic_buffer hashes;
    lic_buffer_init(&hashes, engine->allocator, 1u << 20);
    lic_status status = LIC_OK;
    for (uint16_t i = 0; status == LIC_OK && i < contract->image->statements_count; i++)
        status = put_turnover_hash(engine, contract, i, &hashes);
    lic_slice stored = lic_get_bytes(cursor, hashes.size);
    if (status == LIC_OK && hashes.failed) status = LIC_NO_MEMORY;
    if (status == LIC_OK &&
        (cursor->failed || !lic_slice_equal(stored, lic_slice_of(hashes.data, hashes.size))))
        status = LIC_CORRUPT;
    lic_buffer_free(&hashes);
    return status;
}

lic_status lic_record_get(lic_engine *engine, lic_contract *contract, lic_slice record,
                          lic_slice extra, lic_record_table *roots)
{
    lic_cursor cursor = lic_cursor_of(record);
    if (!get_head(engine, contract, &cursor) ||
        lic_get_u16(&cursor) != contract->image->tables_count)
        return LIC_CORRUPT;
    for (uint32_t i = 0; i < contract->image->tables_count; i++) {
        uint8_t kind = lic_get_u8(&cursor);
        roots[i].rows = lic_get_u32(&cursor);
        roots[i].cells = get_hash(&cursor);
        roots[i].fixed = get_hash(&cursor);
        if (cursor.failed || kind != contract->image->tables[i].kind) return LIC_CORRUPT;
    }
    uint64_t statements = lic_get_u64(&cursor);
    lic_hash log_root = get_hash(&cursor), computed;
    LIC_TRY(get_extra(engine, contract, extra));
    lic_log_root(engine->hasher, &contract->head.log, &computed);
    if (cursor.failed || statements != contract->head.log.count ||
        !lic_hash_equal(&log_root, &computed))
        return LIC_CORRUPT;
    return contract->tables == NULL ? LIC_OK : check_turnovers(engine, contract, &cursor);
}

/* -- state root --------------------------------------------------------------------------------------------------------- */

static lic_status hash_contract(lic_engine *engine, lic_contract *contract)
{
    lic_buffer record;
    lic_buffer_init(&record, engine->allocator, (size_t)1 << 24);
    lic_status status = lic_tables_hash(contract->tables);
    if (status == LIC_OK) status = lic_record_put(engine, contract, &record);
    if (status == LIC_OK) {
        lic_merkle_leaf(engine->hasher, lic_slice_of(record.data, record.size), &contract->leaf);
        status = lic_merkle_set(engine->contract_tree, contract->number, &contract->leaf);
    }
    lic_buffer_free(&record);
    return status;
}

lic_status lic_state_root(lic_engine *engine, lic_hash *root)
{
    for (uint32_t i = engine->first_changed; i != LIC_NONE32; i = engine->parties[i].next_changed)
        LIC_TRY(lic_registry_leaf(engine, i));
    for (uint32_t i = 0; i < engine->contract_count; i++)
        if (engine->contracts[i]->changed) LIC_TRY(hash_contract(engine, engine->contracts[i]));
    lic_hash parts[3], leaves[3];
    lic_merkle_tree_root(engine->party_tree, &parts[0]);
    lic_ledger_lane_root(engine->ledger, &parts[1]);
    lic_merkle_tree_root(engine->contract_tree, &parts[2]);
    for (size_t i = 0; i < 3; i++)
        lic_merkle_leaf(engine->hasher, lic_slice_of(parts[i].bytes, LIC_HASH_SIZE), &leaves[i]);
    lic_merkle_root(engine->hasher, leaves, 3, root);
    return LIC_OK;
}
