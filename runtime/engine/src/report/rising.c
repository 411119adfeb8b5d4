/* report/rising.c - an array in order: its end is compared with, its middle searched. */
#include "report/rising.h"

enum { LEAST = 4096, STRAYS_OF = 16 };

lic_status lic_rising_init(lic_rising *rising, const lic_allocator *allocator, uint64_t expected)
{
    size_t capacity = expected < LEAST ? LEAST : (size_t)expected;
    *rising = (lic_rising){.allocator = allocator, .capacity = capacity};
    if (expected > SIZE_MAX / sizeof *rising->numbers) return LIC_NO_MEMORY;
    rising->numbers = lic_allocate(allocator, capacity * sizeof *rising->numbers);
    return rising->numbers == NULL ? LIC_NO_MEMORY : LIC_OK;
}

void lic_rising_free(lic_rising *rising)
{
    if (rising->numbers != NULL)
        lic_release(rising->allocator, rising->numbers, rising->capacity * sizeof *rising->numbers);
    *rising = (lic_rising){.numbers = NULL};
}

static bool grow(lic_rising *rising)
{
    size_t size = rising->capacity * sizeof *rising->numbers;
    if (size > SIZE_MAX / 2) return false;
    const lic_allocator *a = rising->allocator;
    uint64_t *grown = a->resize(a->context, rising->numbers, size, 2 * size);
    if (grown == NULL) return false;
    rising->numbers = grown;
    rising->capacity *= 2;
    return true;
}

lic_status lic_rising_add(lic_rising *rising, uint64_t number, bool *above)
{
    *above = rising->count == 0 || number > rising->numbers[rising->count - 1];
    if (!*above) return LIC_OK;
    if (rising->count == rising->capacity && !grow(rising)) return LIC_NO_MEMORY;
    rising->numbers[rising->count++] = number;
    return LIC_OK;
}

bool lic_rising_has(lic_rising *rising, uint64_t number)
{
    size_t low = 0, high = rising->count;
    rising->strays++;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rising->numbers[middle] < number) low = middle + 1;
        else high = middle;
    }
    return low < rising->count && rising->numbers[low] == number;
}

bool lic_rising_fails(const lic_rising *rising)
{
    return rising->strays > LEAST + rising->count / STRAYS_OF;
}
