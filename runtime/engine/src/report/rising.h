/* report/rising.h - numbers that mostly rise, as those of a report's lines do: one above all before it is new, and found to be so without
 * looking anything up. The others, strays, are looked for among them by halving. */
#ifndef LICET_ENGINE_RISING_H
#define LICET_ENGINE_RISING_H

#include <licet/memory.h>

typedef struct lic_rising {
    const lic_allocator *allocator;
    uint64_t *numbers; /* in order */
    size_t count, capacity;
    uint64_t strays; /* that were looked for */
} lic_rising;

/* Room for about so many. NO_MEMORY. Zero is empty, and may be freed. */
lic_status lic_rising_init(lic_rising *rising, const lic_allocator *allocator, uint64_t expected);
void lic_rising_free(lic_rising *rising);
/* *above: it is above all others, and was added. NO_MEMORY. */
lic_status lic_rising_add(lic_rising *rising, uint64_t number, bool *above);
/* Whether a stray is among them. */
bool lic_rising_has(lic_rising *rising, uint64_t number);
/* Strays are so many that a set of all numbers is cheaper from now on, what it takes to make it included. */
bool lic_rising_fails(const lic_rising *rising);

#endif
