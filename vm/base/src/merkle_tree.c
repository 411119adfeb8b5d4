/* merkle_tree.c - the RFC 6962 tree that is kept between blocks.
 *
 * Level 0 holds the leaves, level l the nodes over 2^l of them; the node at the right end may cover
 * fewer. `changed` lists the leaves that were set since the last root, each once: the flag beside a
 * node says that it stands in the list. A root walks that list upwards, so its cost is the changed
 * paths. All memory is taken when a leaf is set, so that asking for the root cannot fail. */
#include <licet/hash.h>

#include <string.h>

enum { LEVELS = LIC_MERKLE_PATH_MAX + 1 };

typedef struct level {
    lic_hash *nodes;
    uint8_t *listed; /* 1: in `changed` of the walk */
    size_t capacity;
} level;

struct lic_merkle {
    const lic_allocator *allocator;
    const lic_hasher *hasher;
    size_t count;
    size_t *changed;
    size_t changed_count, changed_capacity;
    level levels[LEVELS];
};

lic_merkle *lic_merkle_create(const lic_allocator *allocator, const lic_hasher *hasher)
{
    lic_merkle *tree = lic_allocate_zero(allocator, 1, sizeof *tree);
    if (tree == NULL) return NULL;
    tree->allocator = allocator;
    tree->hasher = hasher;
    return tree;
}

void lic_merkle_destroy(lic_merkle *tree)
{
    if (tree == NULL) return;
    for (size_t i = 0; i < LEVELS; i++) {
        const level *each = &tree->levels[i];
        lic_release(tree->allocator, each->nodes, each->capacity * sizeof *each->nodes);
        lic_release(tree->allocator, each->listed, each->capacity);
    }
    lic_release(tree->allocator, tree->changed, tree->changed_capacity * sizeof *tree->changed);
    lic_release(tree->allocator, tree, sizeof *tree);
}

size_t lic_merkle_count(const lic_merkle *tree)
{
    return tree->count;
}

static bool resize(const lic_allocator *allocator, void **block, size_t old_size, size_t new_size)
{
    void *resized = allocator->resize(allocator->context, *block, old_size, new_size);
    if (resized != NULL) *block = resized;
    return resized != NULL;
}

static bool level_reserve(const lic_merkle *tree, level *of, size_t needed)
{
    if (needed <= of->capacity) return true;
    size_t capacity = of->capacity > 0 ? of->capacity * 2 : 1;
    while (capacity < needed) capacity *= 2;
    uint8_t *listed = lic_allocate_zero(tree->allocator, capacity, 1);
    if (listed == NULL) return false;
    void *nodes = of->nodes;
    if (!resize(tree->allocator, &nodes, of->capacity * sizeof *of->nodes,
                capacity * sizeof *of->nodes)) {
        lic_release(tree->allocator, listed, capacity);
        return false;
    }
    if (of->capacity > 0) memcpy(listed, of->listed, of->capacity);
    lic_release(tree->allocator, of->listed, of->capacity);
    *of = (level){.nodes = nodes, .listed = listed, .capacity = capacity};
    return true;
}

/* Room for `count` leaves, all nodes above them, and one more entry in the list. */
static bool reserve(lic_merkle *tree, size_t count)
{
    for (size_t i = 0; i < LEVELS; i++) {
        if (!level_reserve(tree, &tree->levels[i], count)) return false;
        if (count == 1) break;
        count = count / 2 + count % 2;
    }
    if (tree->changed_count < tree->changed_capacity) return true;
    size_t capacity = tree->changed_capacity > 0 ? tree->changed_capacity * 2 : 16;
    void *changed = tree->changed;
    if (!resize(tree->allocator, &changed, tree->changed_capacity * sizeof *tree->changed,
                capacity * sizeof *tree->changed))
        return false;
    tree->changed = changed;
    tree->changed_capacity = capacity;
    return true;
}

static void list_leaf(lic_merkle *tree, size_t index)
{
    if (tree->levels[0].listed[index]) return;
    tree->levels[0].listed[index] = 1;
    tree->changed[tree->changed_count++] = index;
}

lic_status lic_merkle_set(lic_merkle *tree, size_t index, const lic_hash *leaf)
{
    LIC_ASSERT(index <= tree->count);
    size_t count = index == tree->count ? index + 1 : tree->count;
    if (index < tree->count && lic_hash_equal(&tree->levels[0].nodes[index], leaf)) return LIC_OK;
    if (!reserve(tree, count)) return LIC_NO_MEMORY;
    tree->count = count;
    tree->levels[0].nodes[index] = *leaf;
    list_leaf(tree, index);
    return LIC_OK;
}

lic_status lic_merkle_truncate(lic_merkle *tree, size_t count)
{
    LIC_ASSERT(count <= tree->count);
    if (count == tree->count) return LIC_OK;
    if (count > 0 && !reserve(tree, count)) return LIC_NO_MEMORY;
    size_t kept = 0;
    for (size_t i = 0; i < tree->changed_count; i++) {
        size_t index = tree->changed[i];
        if (index < count) tree->changed[kept++] = index;
        else tree->levels[0].listed[index] = 0;
    }
    tree->changed_count = kept;
    tree->count = count;
    if (count > 0) list_leaf(tree, count - 1); /* the nodes above it cover less now */
    return LIC_OK;
}

void lic_merkle_get(const lic_merkle *tree, size_t index, lic_hash *leaf)
{
    LIC_ASSERT(index < tree->count);
    *leaf = tree->levels[0].nodes[index];
}

/* Hashes the listed nodes' parents; the list becomes that of the parents. */
static void update_level(lic_merkle *tree, size_t number, size_t width)
{
    level *below = &tree->levels[number], *above = &tree->levels[number + 1];
    size_t kept = 0;
    for (size_t i = 0; i < tree->changed_count; i++) {
        size_t child = tree->changed[i], parent = child / 2;
        below->listed[child] = 0;
        if (above->listed[parent]) continue;
        above->listed[parent] = 1;
        tree->changed[kept++] = parent;
    }
    tree->changed_count = kept;
    for (size_t i = 0; i < kept; i++) {
        size_t parent = tree->changed[i], left = 2 * parent;
        if (left + 1 < width)
            lic_merkle_node(tree->hasher, &below->nodes[left], &below->nodes[left + 1],
                            &above->nodes[parent]);
        else above->nodes[parent] = below->nodes[left];
    }
}

/* Brings every node up to date; returns the number of the root's level. */
static size_t update(lic_merkle *tree)
{
    size_t number = 0;
    for (size_t width = tree->count; width > 1; width = width / 2 + width % 2, number++)
        if (tree->changed_count > 0) update_level(tree, number, width);
    for (size_t i = 0; i < tree->changed_count; i++)
        tree->levels[number].listed[tree->changed[i]] = 0;
    tree->changed_count = 0;
    return number;
}

void lic_merkle_tree_root(lic_merkle *tree, lic_hash *root)
{
    if (tree->count == 0) {
        tree->hasher->sha256(NULL, 0, root);
        return;
    }
    size_t number = update(tree);
    *root = tree->levels[number].nodes[0];
}

size_t lic_merkle_path(lic_merkle *tree, size_t index, lic_hash path[LIC_MERKLE_PATH_MAX])
{
    LIC_ASSERT(index < tree->count);
    update(tree);
    size_t size = 0, number = 0;
    for (size_t width = tree->count; width > 1;
         width = width / 2 + width % 2, index /= 2, number++) {
        size_t beside = index ^ 1;
        if (beside < width) path[size++] = tree->levels[number].nodes[beside];
    }
    return size;
}
