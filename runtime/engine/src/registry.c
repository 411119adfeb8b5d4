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

static lic_status add_to(lic_index *index, lic_slice key, uint32_t value)
{
    return lic_index_add(index, key, lic_index_hash(index, key), value);
}

/* Nothing is in an index that is not there: the state waits to be read again. */
static uint32_t find_in(const lic_index *index, lic_slice key)
{
    if (index == NULL) return LIC_NONE32;
    uint32_t found = lic_index_find(index, key, lic_index_hash(index, key));
    return found == LIC_INDEX_NONE ? LIC_NONE32 : found;
}

lic_status lic_registry_add_party(lic_engine *engine, const lic_party_state *party,
                                  uint32_t *number)
{
    if (!grow(engine, (void **)&engine->parties, engine->party_count, &engine->party_capacity,
              sizeof *engine->parties))
        return LIC_NO_MEMORY;
    /* the indexes borrow their keys: the name lies in the arena already */
    uint8_t *id = lic_arena_copy(engine->names, party->id.bytes, LIC_HASH_SIZE);
    if (id == NULL) return LIC_NO_MEMORY;
    LIC_TRY(add_to(engine->party_index, lic_slice_of(id, LIC_HASH_SIZE), engine->party_count));
    lic_status status = add_to(engine->name_index, party->name, engine->party_count);
    if (status != LIC_OK) {
        lic_index_remove(engine->party_index, lic_slice_of(id, LIC_HASH_SIZE));
        return status;
    }
    *number = engine->party_count;
    engine->parties[engine->party_count] = *party;
    engine->parties[engine->party_count++].changed = false;
    return LIC_OK;
}

void lic_registry_drop_party(lic_engine *engine)
{
    const lic_party_state *party = &engine->parties[--engine->party_count];
    LIC_ASSERT(party->key_count == 0 && !party->changed);
    lic_index_remove(engine->party_index, lic_slice_of(party->id.bytes, LIC_HASH_SIZE));
    lic_index_remove(engine->name_index, party->name);
}

void lic_registry_touch(lic_engine *engine, uint32_t number)
{
    lic_party_state *party = &engine->parties[number];
    if (party->changed) return;
    party->changed = true;
    party->next_changed = LIC_NONE32;
    if (engine->first_changed == LIC_NONE32) engine->first_changed = number;
    else engine->parties[engine->last_changed].next_changed = number;
    engine->last_changed = number;
}

void lic_registry_sealed(lic_engine *engine)
{
    for (uint32_t i = engine->first_changed; i != LIC_NONE32; i = engine->parties[i].next_changed) {
        lic_party_state *party = &engine->parties[i];
        party->changed = false;
        for (uint32_t k = 0; k < party->key_count; k++)
            engine->keys[party->keys[k]].changed = false;
    }
    engine->first_changed = engine->last_changed = LIC_NONE32;
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
    LIC_TRY(add_to(engine->key_index, slice, engine->key_count));
    *number = engine->key_count;
    engine->keys[engine->key_count++] = *key;
    party->keys[party->key_count++] = *number;
    return LIC_OK;
}

uint32_t lic_registry_key(const lic_engine *engine, const lic_key *key)
{
    return find_in(engine->key_index, lic_slice_of(key->bytes, LIC_KEY_SIZE));
}

bool lic_registry_valid(const lic_engine *engine, uint32_t key, uint64_t height)
{
    return engine->keys[key].first <= height && height <= engine->keys[key].last;
}

uint32_t lic_registry_party(const lic_engine *engine, const lic_hash *id)
{
    return find_in(engine->party_index, lic_slice_of(id->bytes, LIC_HASH_SIZE));
}

uint32_t lic_registry_named(const lic_engine *engine, lic_slice name)
{
    return find_in(engine->name_index, name);
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
