/* order.h - sets of numbers, each in ascending order of (key, number). All sets that share one lic_order are
 * disjoint: a number has one node, so that nothing is allocated while sets change. A set is its root.
 *
 * A treap (Seidel and Aragon, Randomized search trees, 1996): the priorities come from a secret of the
 * process, so that no choice of keys makes a set deep; what it answers does not hang on them. */
#ifndef LICET_ENGINE_ORDER_H
#define LICET_ENGINE_ORDER_H

#include <licet/memory.h>
#include <licet/status.h>

#define LIC_ORDER_NONE UINT32_MAX /* an empty set; no number */

typedef struct lic_order_node {
    int64_t key;
    uint32_t left, right;
} lic_order_node;

typedef struct lic_order {
    const lic_allocator *allocator;
    uint64_t secret;
    lic_order_node *nodes;
    uint32_t capacity;
} lic_order;

void lic_order_init(lic_order *order, const lic_allocator *allocator, uint64_t secret);
void lic_order_free(lic_order *order);
/* Room for the numbers below `count`. */
lic_status lic_order_reserve(lic_order *order, uint32_t count);
/* The number is in none of the sets; then in this one. */
void lic_order_add(lic_order *order, uint32_t *set, uint32_t number, int64_t key);
/* The number is in this set. */
void lic_order_remove(lic_order *order, uint32_t *set, uint32_t number);
/* The first of the set; the first whose key is above `key`. LIC_ORDER_NONE: there is none. */
uint32_t lic_order_first(const lic_order *order, uint32_t set);
uint32_t lic_order_above(const lic_order *order, uint32_t set, int64_t key);
int64_t lic_order_key(const lic_order *order, uint32_t number);

#endif
