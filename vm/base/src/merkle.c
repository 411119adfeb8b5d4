/* merkle.c - RFC 6962 trees over leaf hashes that are already there, level by level: a node without
 * a right neighbour rises unchanged, which is the RFC's split at the largest power of two. */
#include <licet/hash.h>

void lic_merkle_leaf(const lic_hasher *hasher, lic_slice data, lic_hash *result)
{
    static const uint8_t prefix = 0x00;
    lic_slice parts[] = {lic_slice_of(&prefix, 1), data};
    hasher->sha256(parts, LIC_COUNT(parts), result);
}

void lic_merkle_node(const lic_hasher *hasher, const lic_hash *left, const lic_hash *right,
                     lic_hash *result)
{
    static const uint8_t prefix = 0x01;
    lic_slice parts[] = {lic_slice_of(&prefix, 1), lic_slice_of(left->bytes, LIC_HASH_SIZE),
                         lic_slice_of(right->bytes, LIC_HASH_SIZE)};
    lic_hash node; /* result may be one of the children */
    hasher->sha256(parts, LIC_COUNT(parts), &node);
    *result = node;
}

void lic_merkle_root(const lic_hasher *hasher, lic_hash *leaves, size_t count, lic_hash *root)
{
    if (count == 0) {
        hasher->sha256(NULL, 0, root);
        return;
    }
    for (; count > 1; count = count / 2 + count % 2) {
        for (size_t i = 0; i < count / 2; i++)
            lic_merkle_node(hasher, &leaves[2 * i], &leaves[2 * i + 1], &leaves[i]);
        if (count % 2 != 0) leaves[count / 2] = leaves[count - 1];
    }
    *root = leaves[0];
}

bool lic_merkle_includes(const lic_hasher *hasher, const lic_hash *leaf, uint64_t index,
                         uint64_t count, const lic_hash *path, size_t path_count,
                         const lic_hash *root)
{
    if (index >= count) return false;
    lic_hash node = *leaf;
    size_t used = 0;
    for (; count > 1; count = count / 2 + count % 2, index /= 2) {
        if (index % 2 == 0 && index + 1 == count) continue; /* rises without a neighbour */
        if (used == path_count) return false;
        const lic_hash *beside = &path[used++];
        if (index % 2 == 0) lic_merkle_node(hasher, &node, beside, &node);
        else lic_merkle_node(hasher, beside, &node, &node);
    }
    return used == path_count && lic_hash_equal(&node, root);
}
