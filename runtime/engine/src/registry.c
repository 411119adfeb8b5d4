/* Parties and keys: found by id and by key bytes, hashed into the party tree. A key belongs to one
 * party for ever, also after its revocation, so that an old signature never changes its signer. */
#include "state.h"

#include <string.h>

static bool grow(const lic_engine *engine, void **array, uint32_t count, uint32_t *capacity,
                 size_t size)
{
    if (count < *capacity) return true;
    uint32_t wanted = *capacity == 0 ? 16 : *capacity * 2;
    const lic_allocator *a = engine->allocator;
    void *grown = a->resize(a->context, *array, *capacity * size, wanted * size);
    if (grown == NULL) return false;
    *array = grown;
    *capacity = wanted;
    return true;
}

lic_status lic_registry_add_party(lic_engine *engine, const lic_party_state *party,
                                  uint32_t *number)
{
    if (!grow(engine, (void **)&engine->parties, engine->party_count, &engine->party_capacity,
              sizeof *engine->parties))
        return LIC_NO_MEMORY;
    *number = engine->party_count;
    engine->parties[engine->party_count++] = *party;
    return LIC_OK;
}

/* The index borrows its keys, so they lie in the arena, not in the array that moves. */
lic_status lic_registry_add_key(lic_engine *engine, const lic_key_state *key, uint32_t *number)
{
    lic_party_state *party = &engine->parties[key->party];
    if (!grow(engine, (void **)&engine->keys, engine->key_count, &engine->key_capacity,
              sizeof *engine->keys) ||
        !grow(engine, (void **)&party->keys, party->key_count, &party->key_capacity,
              sizeof *party->keys))
        return LIC_NO_MEMORY;
    uint8_t *kept = lic_arena_copy(engine->names, key->key.bytes, LIC_KEY_SIZE);
    if (kept == NULL) return LIC_NO_MEMORY;
    lic_slice slice = lic_slice_of(kept, LIC_KEY_SIZE);
    LIC_TRY(lic_index_add(engine->key_index, slice, lic_index_hash(engine->key_index, slice),
                          engine->key_count));
    *number = engine->key_count;
    engine->keys[engine->key_count++] = *key;
    party->keys[party->key_count++] = *number;
    return LIC_OK;
}

uint32_t lic_registry_key(const lic_engine *engine, const lic_key *key)
{
    lic_slice slice = lic_slice_of(key->bytes, LIC_KEY_SIZE);
    uint32_t found = lic_index_find(engine->key_index, slice,
                                    lic_index_hash(engine->key_index, slice));
    return found == LIC_INDEX_NONE ? LIC_NONE32 : found;
}

bool lic_registry_valid(const lic_engine *engine, uint32_t key, uint64_t height)
{
    return engine->keys[key].first <= height && height <= engine->keys[key].last;
}

uint32_t lic_registry_party(const lic_engine *engine, const lic_hash *id)
{
    for (uint32_t i = 0; i < engine->party_count; i++)
        if (lic_hash_equal(&engine->parties[i].id, id)) return i;
    return LIC_NONE32;
}

/* Leaf data: {id, name, recovery, count u16, {key, roles, first, last}}. */
lic_status lic_registry_leaf(lic_engine *engine, uint32_t number)
{
    const lic_party_state *party = &engine->parties[number];
    lic_buffer leaf;
    lic_buffer_init(&leaf, engine->allocator, 1u << 24);
    lic_put_bytes(&leaf, party->id.bytes, LIC_HASH_SIZE);
    lic_put_slice(&leaf, party->name);
    lic_put_bytes(&leaf, party->recovery.bytes, LIC_KEY_SIZE);
    lic_put_u16(&leaf, (uint16_t)party->key_count);
    for (uint32_t i = 0; i < party->key_count; i++) {
        const lic_key_state *key = &engine->keys[party->keys[i]];
        lic_put_bytes(&leaf, key->key.bytes, LIC_KEY_SIZE);
        lic_put_u8(&leaf, key->roles);
        lic_put_u64(&leaf, key->first);
        lic_put_u64(&leaf, key->last);
    }
    lic_status status = LIC_NO_MEMORY;
    if (!leaf.failed) {
        lic_hash hash;
        lic_merkle_leaf(engine->hasher, lic_slice_of(leaf.data, leaf.size), &hash);
        status = lic_merkle_set(engine->party_tree, number, &hash);
    }
    lic_buffer_free(&leaf);
    return status;
}
