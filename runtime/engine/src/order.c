/* Treaps in one array: insertion splits the tree below the place, removal joins the two below the node. */
#include "order.h"

void lic_order_init(lic_order *order, const lic_allocator *allocator, uint64_t secret)
{
    *order = (lic_order){.allocator = allocator, .secret = secret};
}

void lic_order_free(lic_order *order)
{
    lic_release(order->allocator, order->nodes, order->capacity * sizeof *order->nodes);
    order->nodes = NULL;
    order->capacity = 0;
}

lic_status lic_order_reserve(lic_order *order, uint32_t count)
{
    if (count <= order->capacity) return LIC_OK;
    uint64_t wanted = (uint64_t)order->capacity + order->capacity / 2;
    if (wanted < count) wanted = count;
    if (wanted < 64) wanted = 64;
    if (wanted > LIC_ORDER_NONE) wanted = LIC_ORDER_NONE;
    const lic_allocator *a = order->allocator;
    lic_order_node *grown = a->resize(a->context, order->nodes, order->capacity * sizeof *grown,
                                      wanted * sizeof *grown);
    if (grown == NULL) return LIC_NO_MEMORY;
    order->nodes = grown;
    order->capacity = (uint32_t)wanted;
    return LIC_OK;
}

/* The mixing of splitmix64: one to one, so that no two numbers have the same priority. */
static uint64_t priority(const lic_order *order, uint32_t number)
{
    uint64_t x = order->secret ^ number;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static bool before(const lic_order *order, uint32_t a, uint32_t b)
{
    int64_t x = order->nodes[a].key, y = order->nodes[b].key;
    return x != y ? x < y : a < b;
}

void lic_order_add(lic_order *order, uint32_t *set, uint32_t number, int64_t key)
{
    LIC_ASSERT(number < order->capacity);
    lic_order_node *nodes = order->nodes, *node = &nodes[number];
    uint64_t mine = priority(order, number);
    node->key = key;
    uint32_t *link = set;
    while (*link != LIC_ORDER_NONE && priority(order, *link) > mine)
        link = before(order, number, *link) ? &nodes[*link].left : &nodes[*link].right;
    uint32_t tree = *link, *less = &node->left, *more = &node->right;
    *link = number;
    while (tree != LIC_ORDER_NONE) {
        bool left = before(order, tree, number);
        *(left ? less : more) = tree;
        if (left) less = &nodes[tree].right;
        else more = &nodes[tree].left;
        tree = left ? *less : *more;
    }
    *less = *more = LIC_ORDER_NONE;
}

void lic_order_remove(lic_order *order, uint32_t *set, uint32_t number)
{
    lic_order_node *nodes = order->nodes;
    uint32_t *link = set;
    while (*link != number) {
        LIC_ASSERT(*link != LIC_ORDER_NONE);
        link = before(order, number, *link) ? &nodes[*link].left : &nodes[*link].right;
    }
    uint32_t left = nodes[number].left, right = nodes[number].right;
    while (left != LIC_ORDER_NONE && right != LIC_ORDER_NONE) {
        bool above = priority(order, left) > priority(order, right);
        *link = above ? left : right;
        link = above ? &nodes[left].right : &nodes[right].left;
        if (above) left = *link;
        else right = *link;
    }
    *link = left != LIC_ORDER_NONE ? left : right;
}

uint32_t lic_order_first(const lic_order *order, uint32_t set)
{
    if (set == LIC_ORDER_NONE) return LIC_ORDER_NONE;
    while (order->nodes[set].left != LIC_ORDER_NONE) set = order->nodes[set].left;
    return set;
}

uint32_t lic_order_above(const lic_order *order, uint32_t set, int64_t key)
{
    uint32_t found = LIC_ORDER_NONE;
    while (set != LIC_ORDER_NONE) {
        bool above = order->nodes[set].key > key;
        if (above) found = set;
        set = above ? order->nodes[set].left : order->nodes[set].right;
    }
    return found;
}

int64_t lic_order_key(const lic_order *order, uint32_t number)
{
    return order->nodes[number].key;
}
