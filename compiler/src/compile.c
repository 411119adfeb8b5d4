/* compile.c - the passes in their order, and the one place to which a compile unwinds when its
 * memory is out. */
#include "parse/lexer.h"

#include <licet/module.h>

#include <stdio.h>
#include <string.h>

/* An arena this large holds the trees of a source of LIC_SOURCE_MAX bytes with what passes add. */
#define COMPILE_ARENA_MAX ((size_t)1 << 30)
#define CANONICAL_MAX (8u * LIC_SOURCE_MAX)

/* A mistake of ours, told as one: the author can't mend it. */
static void internal_error(lic_compilation *compilation, const char *stage, const lic_error *error)
{
    lic_diagnostic *d = lic_diag(compilation, "I01", (lic_span){0, 0, 1, 1}, NULL,
                                 "the compiler made an image that does not %s", stage);
    lic_diag_note(compilation, d, "%s", error->text);
    lic_diag_help(compilation, d, "please report it with the agreement's text");
}

/* Canonical text is source too, and must be readable: it can be longer than what was written. */
static bool check_canonical(lic_compilation *compilation, lic_slice text)
{
    uint32_t line = 1;
    size_t longest = 0, start = 0;
    for (size_t at = 0; at < text.size && longest <= LIC_LINE_BYTES_MAX; at++) {
        if (text.data[at] != '\n') continue;
        longest = at - start;
        start = at + 1;
        line++;
    }
    if (text.size <= LIC_SOURCE_MAX && longest <= LIC_LINE_BYTES_MAX) return true;
    lic_diagnostic *d = lic_diag(compilation, "P11", (lic_span){0, 0, 1, 1}, NULL,
                                 "the canonical text of the agreement is too long");
    if (longest > LIC_LINE_BYTES_MAX)
        lic_diag_note(compilation, d, "its line %u has %zu bytes, at most %u are read", line - 1,
                      longest, LIC_LINE_BYTES_MAX);
    else
        lic_diag_note(compilation, d, "it has %zu bytes, at most %u are read", text.size,
                      LIC_SOURCE_MAX);
    lic_diag_help(compilation, d,
                  "name parts of long expressions with `let`; load rows from files");
    compilation->was_read = false;
    return false;
}

/* The canonical text, which the parties sign. */
static void hash_source(lic_compilation *compilation)
{
    lic_buffer_clear(&compilation->scratch);
    lic_print(compilation->tree, &compilation->scratch);
    bool full = compilation->scratch.size > CANONICAL_MAX / 2; /* not memory: the maximum */
    if (compilation->scratch.failed && !full) longjmp(compilation->out_of_memory, 1);
    lic_slice canonical = lic_slice_of(compilation->scratch.data, compilation->scratch.size);
    if (!check_canonical(compilation, canonical)) return;
    compilation->hasher->sha256(&canonical, 1, &compilation->source_hash);
}

static void report_large(lic_compilation *compilation, uint32_t most, const char *what)
{
    lic_diagnostic *d = lic_diag(compilation, "S10", (lic_span){0, 0, 1, 1}, NULL,
                                 "the agreement's image has more than %u %s", most, what);
    lic_diag_help(compilation, d, "load the rows of schedules from files, or divide the agreement");
}

/* Encodes the image, reads it back and verifies it, as a node will. */
static void seal_image(lic_compilation *compilation)
{
    lic_buffer_clear(&compilation->scratch);
    lic_error error = {0};
    uint32_t most = 0;
    const char *many = lic_image_excess(compilation->image, &most);
    if (many != NULL) {
        report_large(compilation, most, many);
        return;
    }
    lic_status status = lic_image_encode(compilation->image, &compilation->scratch);
    if (compilation->scratch.failed && status != LIC_TOO_LARGE)
        longjmp(compilation->out_of_memory, 1);
    if (status != LIC_OK) {
        report_large(compilation, LIC_IMAGE_MAX / 1024, "KiB");
        return;
    }
    uint8_t *bytes = lic_new(compilation, compilation->scratch.size);
    memcpy(bytes, compilation->scratch.data, compilation->scratch.size);
    compilation->bytes = lic_slice_of(bytes, compilation->scratch.size);
    lic_image *decoded = NULL;
    status = lic_image_decode(compilation->bytes, compilation->hasher, compilation->arena, &decoded,
                              &error);
    if (status == LIC_NO_MEMORY) longjmp(compilation->out_of_memory, 1);
    if (status != LIC_OK) {
        internal_error(compilation, "decode", &error);
        return;
    }
    compilation->image = decoded;
    if (lic_image_verify(decoded, &error) != LIC_OK) internal_error(compilation, "verify", &error);
}

/* From a program without mistakes to its image. */
static void translate(lic_compilation *compilation)
{
    if (compilation->is_kernel) {
        compilation->kernel = compilation->tree;
        compilation->program = compilation->surface;
    } else {
        compilation->kernel = lic_lower(compilation, compilation->surface);
        if (compilation->diagnostics.error_count > 0) return;
        compilation->program = lic_analyse(compilation, compilation->kernel, true);
    }
    if (compilation->diagnostics.error_count > 0) return;
    compilation->image = lic_generate(compilation, compilation->program);
    if (compilation->diagnostics.error_count == 0) seal_image(compilation);
}

static void run_passes(lic_compilation *compilation)
{
    compilation->node_count = 0; /* what was composed is not counted twice */
    lic_parse(compilation);
    if (compilation->was_read && compilation->composed) lic_trace_lines(compilation);
    if (compilation->was_read) hash_source(compilation);
    if (compilation->tree->flags & LIC_FLAG_MODULE) {
        if (compilation->was_read)
            lic_diag(compilation, "P16", compilation->tree->span, NULL,
                     "a library module can't be compiled by itself");
        return;
    }
    if (compilation->tree->child_count == 0 && !compilation->was_read)
        return; /* nothing could be read */
    compilation->surface = lic_analyse(compilation, compilation->tree, compilation->is_kernel);
    if (!compilation->is_kernel) lic_check(compilation, compilation->surface);
    if (compilation->diagnostics.error_count == 0) translate(compilation);
}

/* The first LIC_SOURCE_MAX bytes and one more, which is then refused. */
static void set_source(lic_compilation *compilation, lic_slice source)
{
    size_t size = source.size < LIC_SOURCE_MAX + 1 ? source.size : LIC_SOURCE_MAX + 1;
    compilation->source = lic_slice_copy(compilation, lic_slice_of(source.data, size));
}

/* The text of the fragments is the source. */
static void compose_source(lic_compilation *compilation, const lic_composition *composition)
{
    compilation->composed = lic_compose(compilation, composition);
    lic_buffer_clear(&compilation->scratch);
    lic_print(compilation->composed, &compilation->scratch);
    bool full = compilation->scratch.size > CANONICAL_MAX / 2; /* not memory: the maximum */
    if (compilation->scratch.failed && !full) longjmp(compilation->out_of_memory, 1);
    set_source(compilation, lic_slice_of(compilation->scratch.data, compilation->scratch.size));
}

/* Alone in its function, so that no local variable lives across the unwinding. */
static bool run_guarded(lic_compilation *compilation, lic_slice source,
                        const lic_composition *composition)
{
    if (setjmp(compilation->out_of_memory) != 0) return false;
    if (composition) compose_source(compilation, composition);
    else set_source(compilation, source);
    run_passes(compilation);
    lic_diag_sort(compilation);
    return true;
}

static void set_options(lic_compilation *compilation, const lic_compile_options *options)
{
    if (options) compilation->options = *options;
    if (!compilation->options.modules) compilation->options.modules = lic_stdlib_module;
    if (compilation->options.unit_scale == 0) compilation->options.unit_scale = 6;
}

static lic_compilation *compile(lic_slice source, const lic_composition *composition,
                                const lic_compile_options *options, const lic_hasher *hasher,
                                const lic_allocator *allocator)
{
    lic_arena *arena = lic_arena_create(allocator, COMPILE_ARENA_MAX);
    lic_compilation *compilation = arena ? lic_arena_take(arena, sizeof *compilation) : NULL;
    if (!compilation) {
        lic_arena_destroy(arena);
        return NULL;
    }
    compilation->allocator = allocator;
    compilation->hasher = hasher;
    compilation->arena = arena;
    set_options(compilation, options);
    lic_buffer_init(&compilation->scratch, allocator, CANONICAL_MAX);
    bool done = run_guarded(compilation, source, composition);
    lic_buffer_free(&compilation->scratch);
    if (!done) {
        lic_arena_destroy(arena);
        return NULL;
    }
    return compilation;
}

lic_compilation *lic_compile(lic_slice source, const lic_compile_options *options,
                             const lic_hasher *hasher, const lic_allocator *allocator)
{
    return compile(source, NULL, options, hasher, allocator);
}

lic_compilation *lic_compile_composition(const lic_composition *composition,
                                         const lic_compile_options *options,
                                         const lic_hasher *hasher, const lic_allocator *allocator)
{
    return compile((lic_slice){NULL, 0}, composition, options, hasher, allocator);
}
