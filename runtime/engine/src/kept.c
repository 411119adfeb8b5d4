/* kept.c - what a replay needs to go on behind a block that it cannot execute, beyond what the file holds anyway.
 *
 * Records and pages of contracts as after any block are in the file (old_pages), parties and contracts carry the height
 * at which they came, uploads and chunks theirs. What changes and leaves no earlier version are keys and lanes: they are
 * kept, {version u16 = 1, keys u32, {key 32, party u32, roles u8, first u64, last u64} each, lanes}. Nothing of it is
 * believed: all together must have the state root that the block names. */
#include "kept.h"

#include "state.h"

#include <licet/erased.h>

#include <string.h>

enum { KEPT_VERSION = 1 };

lic_status lic_kept_put(const lic_engine *engine, lic_buffer *target)
{
    lic_put_u16(target, KEPT_VERSION);
    lic_put_u32(target, engine->key_count);
    for (uint32_t i = 0; i < engine->key_count; i++) {
        const lic_key_state *key = &engine->keys[i];
        lic_put_bytes(target, key->key.bytes, LIC_KEY_SIZE);
        lic_put_u32(target, key->party);
        lic_put_u8(target, key->roles);
        lic_put_u64(target, key->first);
        lic_put_u64(target, key->last);
    }
    lic_ledger_put_lanes(engine->ledger, target);
    return target->failed ? LIC_NO_MEMORY : LIC_OK;
}

lic_status lic_kept_keys_get(lic_engine *engine, lic_cursor *kept)
{
    uint32_t count = lic_get_u32(kept), number = 0;
    for (uint32_t i = 0; i < count && !kept->failed; i++) {
        lic_key_state key = {0};
        lic_slice bytes = lic_get_bytes(kept, LIC_KEY_SIZE);
        key.party = lic_get_u32(kept);
        key.roles = lic_get_u8(kept);
        key.first = lic_get_u64(kept);
        key.last = lic_get_u64(kept);
        if (kept->failed || key.party >= engine->party_count) return LIC_CORRUPT;
        memcpy(key.key.bytes, bytes.data, LIC_KEY_SIZE);
        LIC_TRY(lic_registry_add_key(engine, &key, &number));
    }
    return kept->failed ? LIC_CORRUPT : LIC_OK;
}

static lic_status no_state(uint64_t height, lic_error *error)
{
    return lic_fail(error, LIC_CORRUPT, "kept_state",
                    "take an export that was made before; `licet doctor` examines the file",
                    "the state that was kept for block %llu does not have the root that the block "
                    "names",
                    (unsigned long long)height);
}

/* Lanes belong to the ledger and stand last; the ledger must stand at the block before roots are compared. */
static lic_status resume(lic_engine *engine, uint64_t height, lic_slice kept, lic_error *error)
{
    lic_cursor keys = lic_cursor_of(kept), lanes = lic_cursor_of(kept);
    bool known = lic_get_u16(&keys) == KEPT_VERSION;
    (void)lic_get_u16(&lanes);
    uint64_t skipped = (uint64_t)lic_get_u32(&lanes) * (LIC_KEY_SIZE + 4 + 1 + 8 + 8);
    if (!known || lanes.failed || skipped > kept.size) return no_state(height, error);
    (void)lic_get_bytes(&lanes, (size_t)skipped);
    LIC_TRY(lic_ledger_resume(engine->ledger, height, &lanes, error));
    if (!lic_cursor_done(&lanes)) return no_state(height, error);
    engine->at_height = height;
    engine->today = lic_ledger_date(engine->ledger);
    engine->earlier = true;
    lic_status status = lic_persist_read(engine, &keys, error);
    engine->earlier = false;
    return status;
}

lic_status lic_kept_resume(lic_engine *engine, uint64_t height, lic_slice kept, lic_error *error)
{
    LIC_ASSERT(engine->replaying && engine->block == NULL && engine->contract_count == 0);
    lic_status status = resume(engine, height, kept, error);
    return status == LIC_CORRUPT ? no_state(height, error) : status;
}

typedef struct finding {
    lic_buffer *bytes;
    uint64_t height;
    bool found;
} finding;

static lic_status take_kept(void *context, uint64_t height, lic_slice bytes)
{
    finding *at = context;
    at->found = true;
    at->height = height;
    lic_put_bytes(at->bytes, bytes.data, bytes.size);
    return at->bytes->failed ? LIC_NO_MEMORY : LIC_OK;
}

lic_status lic_kept_find(lic_engine *engine, uint64_t first, uint64_t *height, lic_buffer *bytes,
                         lic_error *error)
{
    finding at = {.bytes = bytes};
    lic_store *store = lic_ledger_store(engine->ledger);
    lic_status status = lic_store_read_kept_state(store, first, take_kept, &at);
    if (status != LIC_OK) {
        *error = *lic_store_error(store);
        return status;
    }
    *height = at.height;
    return at.found ? LIC_OK : LIC_MISSING;
}
