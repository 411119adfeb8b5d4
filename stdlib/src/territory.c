/* territory.c - look-up in the territory table. */
#include <licet/territory.h>

#include <string.h>

typedef struct territory {
    char code[3];
    const char *name;
} territory;

static const territory territories[] = {
#define TERRITORY(code, name) {#code, name},
#include <licet/territories.def>
#undef TERRITORY
};
_Static_assert(LIC_COUNT(territories) <= LIC_TERRITORIES_MAX, "a set has 256 bits");

size_t lic_territory_count(void)
{
    return LIC_COUNT(territories);
}

const char *lic_territory_code(size_t index)
{
    LIC_ASSERT(index < LIC_COUNT(territories));
    return territories[index].code;
}

const char *lic_territory_name(size_t index)
{
    LIC_ASSERT(index < LIC_COUNT(territories));
    return territories[index].name;
}

bool lic_territory_find(lic_slice code, uint8_t *index)
{
    if (code.size != 2) return false;
    size_t first = 0, end = LIC_COUNT(territories);
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        int order = memcmp(code.data, territories[middle].code, 2);
        if (order == 0) {
            *index = (uint8_t)middle;
            return true;
        }
        if (order < 0) end = middle;
        else first = middle + 1;
    }
    return false;
}
