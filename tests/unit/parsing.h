/* parsing.h - a compilation that only lexes and parses, for unit tests of the compiler's first passes. */
#ifndef LICET_TESTS_PARSING_H
#define LICET_TESTS_PARSING_H

#include "unit.h"

#include "parse/lexer.h"
#include "passes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARSING_ARENA ((size_t)1 << 30)

static inline lic_compilation *parsing_open(lic_slice source)
{
    lic_arena *arena = lic_arena_create(&lic_allocator_system, PARSING_ARENA);
    assert_non_null(arena);
    lic_compilation *compilation = lic_arena_take(arena, sizeof *compilation);
    assert_non_null(compilation);
    compilation->arena = arena;
    compilation->allocator = &lic_allocator_system;
    compilation->source = source;
    return compilation;
}

static inline void parsing_close(lic_compilation *compilation)
{
    lic_arena_destroy(compilation->arena);
}

/* Parses; false when memory was out, which no unit test reaches. */
static inline bool parsing_run(lic_compilation *compilation)
{
    if (setjmp(compilation->out_of_memory) != 0) return false;
    lic_parse(compilation);
    lic_diag_sort(compilation);
    return true;
}

static inline lic_compilation *parsing_parse(lic_slice source)
{
    lic_compilation *compilation = parsing_open(source);
    assert_true(parsing_run(compilation));
    return compilation;
}

static inline lic_compilation *parsing_parse_text(const char *source)
{
    return parsing_parse(lic_slice_text(source));
}

/* The codes of all diagnostics, "P05 P12". */
static inline void parsing_codes(const lic_compilation *compilation, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < compilation->diagnostics.count; i++) {
        int n = snprintf(text + used, size - used, "%s%s", used > 0 ? " " : "",
                         compilation->diagnostics.items[i].code);
        assert_true(n > 0 && (size_t)n < size - used);
        used += (size_t)n;
    }
}

static inline void parsing_expect_codes(const lic_compilation *compilation, const char *codes)
{
    char found[2048];
    parsing_codes(compilation, found, sizeof found);
    assert_string_equal(found, codes);
}

/* Reads a file of the checkout into memory that the caller frees. */
static inline lic_buffer parsing_read(const char *path)
{
    const char *root = getenv("LICET_SOURCE");
    char full[4096];
    snprintf(full, sizeof full, "%s/%s", root ? root : ".", path);
    lic_buffer buffer;
    lic_buffer_init(&buffer, &lic_allocator_system, 8u << 20);
    FILE *file = fopen(full, "rb");
    if (!file) fail_msg("cannot read %s", full);
    char block[4096];
    for (size_t n = fread(block, 1, sizeof block, file); n > 0;
         n = fread(block, 1, sizeof block, file)) {
        lic_put_bytes(&buffer, block, n);
    }
    fclose(file);
    return buffer;
}

#endif
