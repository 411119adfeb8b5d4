/* The right edge of a growing RFC 6962 tree: the roots of its full subtrees, largest first. Appending
 * merges equal ones like a binary counter; the root folds them from the right. */
#include <licet/transaction.h>

#include <string.h>

static unsigned peak_count(uint64_t count)
{
    return (unsigned)__builtin_popcountll(count);
}

void lic_log_append(const lic_hasher *hasher, lic_log *log, const lic_hash *leaf_hash)
{
    LIC_ASSERT(log->count < UINT64_MAX);
    unsigned peaks = peak_count(log->count);
    lic_hash node = *leaf_hash;
    for (uint64_t bits = log->count; bits & 1; bits >>= 1)
        lic_merkle_node(hasher, &log->peaks[--peaks], &node, &node);
    log->peaks[peaks] = node;
    log->count++;
}

void lic_log_root(const lic_hasher *hasher, const lic_log *log, lic_hash *root)
{
    unsigned peaks = peak_count(log->count);
    if (peaks == 0) {
        hasher->sha256(NULL, 0, root);
        return;
    }
    lic_hash node = log->peaks[--peaks];
    while (peaks > 0) lic_merkle_node(hasher, &log->peaks[--peaks], &node, &node);
    *root = node;
}

void lic_log_encode(const lic_log *log, lic_buffer *target)
{
    lic_put_u64(target, log->count);
    lic_put_bytes(target, log->peaks, peak_count(log->count) * sizeof log->peaks[0]);
}

bool lic_log_decode(lic_cursor *cursor, lic_log *log)
{
    memset(log, 0, sizeof *log);
    uint64_t count = lic_get_u64(cursor);
    size_t size = peak_count(count) * sizeof log->peaks[0];
    lic_slice peaks = lic_get_bytes(cursor, size);
    if (cursor->failed) return false;
    log->count = count;
    if (size > 0) memcpy(log->peaks, peaks.data, size);
    return true;
}
