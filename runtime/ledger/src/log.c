/* The right edge of a growing RFC 6962 tree: the roots of its full subtrees, largest first. Appending
 * merges equal ones like a binary counter; the root folds them from the right. */
#include <licet/share.h>
#include <licet/transaction.h>

#include <string.h>

/* Leaves whose subtree one thread hashes at a time; subtrees of which there is room; from how many on a thread pays. */
enum { PART_HEIGHT = 8, PART = 1 << PART_HEIGHT, PARTS = 128, FEWEST = 16 };

static unsigned peak_count(uint64_t count)
{
    return (unsigned)__builtin_popcountll(count);
}

/* A full subtree of 1 << height leaves, behind a multiple of as many. */
static void append_tree(const lic_hasher *hasher, lic_log *log, unsigned height,
                        const lic_hash *root)
{
    uint64_t leaves = (uint64_t)1 << height;
    LIC_ASSERT(log->count % leaves == 0 && log->count <= UINT64_MAX - leaves);
    unsigned peaks = peak_count(log->count);
    lic_hash node = *root;
    for (uint64_t bits = log->count >> height; bits & 1; bits >>= 1)
        lic_merkle_node(hasher, &log->peaks[--peaks], &node, &node);
    log->peaks[peaks] = node;
    log->count += leaves;
}

void lic_log_append(const lic_hasher *hasher, lic_log *log, const lic_hash *leaf_hash)
{
    append_tree(hasher, log, 0, leaf_hash);
}

static void append_some(const lic_hasher *hasher, lic_log *log, const lic_digests *digests,
                        size_t first, size_t end)
{
    for (size_t i = first; i < end; i++) {
        lic_hash leaf;
        const lic_hash *digest = digests->at(digests->context, i);
        lic_merkle_leaf(hasher, lic_slice_of(digest->bytes, LIC_HASH_SIZE), &leaf);
        lic_log_append(hasher, log, &leaf);
    }
}

typedef struct parts {
    const lic_hasher *hasher;
    const lic_digests *digests;
    size_t first; /* digest of the first part */
    lic_hash roots[PARTS];
} parts;

static void hash_part(void *context, unsigned worker, uint32_t piece)
{
    parts *of = context;
    lic_log log; /* of the part alone */
    size_t first = of->first + (size_t)piece * PART;
    (void)worker;
    log.count = 0;
    append_some(of->hasher, &log, of->digests, first, first + PART);
    of->roots[piece] = log.peaks[0];
}

void lic_log_append_digests(const lic_hasher *hasher, lic_log *log, const lic_digests *digests,
                            bool threads)
{
    size_t odd = (size_t)(-log->count % PART), at = odd < digests->count ? odd : digests->count;
    append_some(hasher, log, digests, 0, at);
    while (threads && digests->count - at >= FEWEST * PART) {
        size_t left = (digests->count - at) / PART;
        parts of = {.hasher = hasher, .digests = digests, .first = at};
        uint32_t count = left < PARTS ? (uint32_t)left : PARTS;
        lic_share(count, hash_part, &of);
        for (uint32_t i = 0; i < count; i++) append_tree(hasher, log, PART_HEIGHT, &of.roots[i]);
        at += (size_t)count * PART;
    }
    append_some(hasher, log, digests, at, digests->count);
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
