/* hash.h - the cryptographic hashes as an interface, implemented by runtime/crypto and passed in at
 * the root, and RFC 6962 Merkle trees over it. xxHash is for in-memory tables alone (index.h). */
#ifndef LICET_HASH_H
#define LICET_HASH_H

#include <licet/bytes.h>

#define LIC_HASH_SIZE 32
#define LIC_HASH_TEXT 65
typedef struct lic_hash {
    uint8_t bytes[LIC_HASH_SIZE];
} lic_hash;

/* Thread-safe functions without state. */
typedef struct lic_hasher {
    /* SHA-256 (FIPS 180-4) of the concatenation of `count` slices. */
    void (*sha256)(const lic_slice *parts, size_t count, lic_hash *result);
    /* BLAKE2b-256 (RFC 7693), unkeyed, of the concatenation. */
    void (*blake2b)(const lic_slice *parts, size_t count, lic_hash *result);
} lic_hasher;

bool lic_hash_equal(const lic_hash *a, const lic_hash *b);
void lic_hash_print(const lic_hash *hash, char text[LIC_HASH_TEXT]); /* lower-case hex */
lic_status lic_hash_parse(lic_slice hex, lic_hash *hash); /* exactly 64 lower-case digits */

/* RFC 6962 section 2.1: leaf SHA-256(0x00 || data), node SHA-256(0x01 || left || right); the empty
 * tree is SHA-256 of nothing. */
void lic_merkle_leaf(const lic_hasher *hasher, lic_slice data, lic_hash *result);
void lic_merkle_node(const lic_hasher *hasher, const lic_hash *left, const lic_hash *right,
                     lic_hash *result);
/* Root over `count` leaf hashes; `leaves` is used as scratch and destroyed. */
void lic_merkle_root(const lic_hasher *hasher, lic_hash *leaves, size_t count, lic_hash *root);

/* An inclusion path (RFC 6962 section 2.1.1): the neighbours from the leaf upwards. */
#define LIC_MERKLE_PATH_MAX 64
/* True when `leaf` is number `index` of the `count` leaves under `root`, and `path` is exactly the
 * path that shows it. */
bool lic_merkle_includes(const lic_hasher *hasher, const lic_hash *leaf, uint64_t index,
                         uint64_t count, const lic_hash *path, size_t path_count,
                         const lic_hash *root);

/* A tree kept in memory in which leaves are appended or replaced and only the paths above changed
 * leaves are hashed again. */
typedef struct lic_merkle lic_merkle;
lic_merkle *lic_merkle_create(const lic_allocator *allocator,
                              const lic_hasher *hasher); /* NULL = out */
void lic_merkle_destroy(lic_merkle *tree);
size_t lic_merkle_count(const lic_merkle *tree);
/* index <= count; index == count appends. */
lic_status lic_merkle_set(lic_merkle *tree, size_t index, const lic_hash *leaf);
lic_status lic_merkle_truncate(lic_merkle *tree, size_t count);
void lic_merkle_get(const lic_merkle *tree, size_t index, lic_hash *leaf);
void lic_merkle_tree_root(lic_merkle *tree, lic_hash *root);
/* The inclusion path of leaf `index` < count in the tree as it is; returns its length. */
size_t lic_merkle_path(lic_merkle *tree, size_t index, lic_hash path[LIC_MERKLE_PATH_MAX]);

#endif
