/* index.h - in-memory tables keyed by outside data: byte strings to row numbers, and sets of fixed
 * tuples. Keyed with a per-process secret (XXH3 with a seed; 20,000 chosen ids cost an unseeded
 * table 13 us each) and compared by exact key. Never iterated, so that no hash order can leak into a
 * result. Specification: none; nothing here reaches the ledger. */
#ifndef LICET_INDEX_H
#define LICET_INDEX_H

#include <licet/bytes.h>

#define LIC_INDEX_NONE UINT32_MAX

/* Bytes -> u32. Keys are borrowed: the caller keeps them in place while the index lives. */
typedef struct lic_index lic_index;
lic_index *lic_index_create(const lic_allocator *allocator, uint64_t secret,
                            size_t expected); /* NULL = out */
void lic_index_destroy(lic_index *index);
uint64_t lic_index_hash(const lic_index *index, lic_slice key);
void lic_index_prefetch(const lic_index *index, uint64_t hash);
uint32_t lic_index_find(const lic_index *index, lic_slice key, uint64_t hash); /* LIC_INDEX_NONE */
/* REFUSED when the key is there already. */
lic_status lic_index_add(lic_index *index, lic_slice key, uint64_t hash, uint32_t value);
void lic_index_remove(lic_index *index, lic_slice key);

/* A set of tuples of `width` 64-bit words, 1..8. */
typedef struct lic_tuple_set lic_tuple_set;
lic_tuple_set *lic_tuple_set_create(const lic_allocator *allocator, uint64_t secret, unsigned width,
                                    size_t expected); /* NULL = out */
void lic_tuple_set_destroy(lic_tuple_set *set);
uint64_t lic_tuple_set_hash(const lic_tuple_set *set, const uint64_t *tuple);
void lic_tuple_set_prefetch(const lic_tuple_set *set, uint64_t hash);
/* *added = false when the tuple was there. */
lic_status lic_tuple_set_add(lic_tuple_set *set, const uint64_t *tuple, uint64_t hash, bool *added);

#endif
