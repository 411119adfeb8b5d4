/* report/covered.c - bits of instructions that ran, by image. Images are few: a list will do. */
#include "report/covered.h"

#include <string.h>

#define COVERAGE_ARENA_MAX ((size_t)256 << 20)

typedef struct covered_image {
    lic_hash id;
    uint64_t *bits;
    uint32_t words;
    struct covered_image *next;
} covered_image;

struct lic_coverage {
    lic_arena *arena;
    covered_image *images;
};

lic_coverage *lic_coverage_create(const lic_allocator *allocator)
{
    lic_arena *arena = lic_arena_create(allocator, COVERAGE_ARENA_MAX);
    lic_coverage *coverage = arena != NULL ? lic_arena_take(arena, sizeof *coverage) : NULL;
    if (coverage == NULL) lic_arena_destroy(arena);
    else coverage->arena = arena;
    return coverage;
}

void lic_coverage_destroy(lic_coverage *coverage)
{
    if (coverage != NULL) lic_arena_destroy(coverage->arena);
}

static covered_image *find(const lic_coverage *coverage, const lic_hash *id)
{
    for (covered_image *image = coverage->images; image != NULL; image = image->next)
        if (lic_hash_equal(&image->id, id)) return image;
    return NULL;
}

uint64_t *lic_coverage_open(lic_coverage *coverage, const lic_image *image)
{
    covered_image *known = find(coverage, &image->id);
    if (known != NULL) return known->bits;
    uint32_t words = image->code_count / 64 + 1;
    covered_image *made = lic_arena_take(coverage->arena, sizeof *made);
    uint64_t *bits = lic_arena_take(coverage->arena, words * sizeof *bits);
    if (made == NULL || bits == NULL) return NULL;
    *made = (covered_image){
        .id = image->id, .bits = bits, .words = words, .next = coverage->images};
    coverage->images = made;
    return bits;
}

bool lic_coverage_has(const lic_coverage *coverage, const lic_hash *image, uint32_t pc)
{
    const covered_image *known = find(coverage, image);
    return known != NULL && pc / 64 < known->words && (known->bits[pc / 64] >> pc % 64 & 1) != 0;
}

uint32_t lic_coverage_count(const lic_coverage *coverage, const lic_hash *image)
{
    const covered_image *known = find(coverage, image);
    uint32_t count = 0;
    for (uint32_t i = 0; known != NULL && i < known->words; i++)
        count += (uint32_t)__builtin_popcountll(known->bits[i]);
    return count;
}

void lic_coverage_clear(lic_coverage *coverage)
{
    for (covered_image *image = coverage->images; image != NULL; image = image->next)
        memset(image->bits, 0, image->words * sizeof *image->bits);
}
