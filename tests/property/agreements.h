/* agreements.h - what the property tests over all agreements of the project share: a file as text, its
 * compilation, seeded chance, and the report of a case. */
#ifndef LICET_TESTS_AGREEMENTS_H
#define LICET_TESTS_AGREEMENTS_H

#include <licet/compile.h>
#include <licet/crypto.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int agreements_failed;

static inline void agreements_result(const char *path, const char *problem)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    if (problem) printf("not ok - %s: %s\n", name, problem);
    else printf("ok - %s\n", name);
    agreements_failed += problem != NULL;
}

static inline lic_buffer agreements_read(const char *path)
{
    lic_buffer buffer;
    lic_buffer_init(&buffer, &lic_allocator_system, 8u << 20);
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(66);
    }
    char block[4096];
    for (size_t n = fread(block, 1, sizeof block, file); n > 0;
         n = fread(block, 1, sizeof block, file))
        lic_put_bytes(&buffer, block, n);
    fclose(file);
    return buffer;
}

static inline lic_slice agreements_slice(const lic_buffer *buffer)
{
    return lic_slice_of(buffer->data, buffer->size);
}

/* NULL: it has errors, or is no agreement. */
static inline lic_compilation *agreements_compile(lic_slice text)
{
    lic_compilation *c = lic_compile(text, NULL, &lic_hasher_native, &lic_allocator_system);
    if (c && lic_compilation_image(c)) return c;
    lic_compilation_destroy(c);
    return NULL;
}

/* xorshift64* */
static uint64_t agreements_state;

static inline void agreements_seed(void)
{
    const char *text = getenv("LICET_SEED");
    unsigned long long seed = text ? strtoull(text, NULL, 10) : 20260101;
    printf("seed %llu\n", seed);
    agreements_state = seed * 2654435769u + 1;
}

static inline uint32_t agreements_below(uint32_t limit)
{
    agreements_state ^= agreements_state >> 12;
    agreements_state ^= agreements_state << 25;
    agreements_state ^= agreements_state >> 27;
    return (uint32_t)((agreements_state * 2685821657736338717u >> 32) % limit);
}

#endif
