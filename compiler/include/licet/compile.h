/* compile.h - source text to image. No input or output inside: modules come from a function, time
 * and environment from nowhere. One arena per compile; the result lives as long as it. */
#ifndef LICET_COMPILE_H
#define LICET_COMPILE_H

#include <licet/diagnostic.h>
#include <licet/image.h>

#define LIC_SOURCE_MAX (1u << 20) /* bytes of one source file */

/* Gives the text of library module `name`; false when there is none. */
typedef bool (*lic_module_source)(void *context, lic_slice name, lic_slice *text);

typedef struct lic_compile_options {
    lic_module_source modules; /* NULL: the built-in stdlib */
    void *modules_context;
    uint8_t unit_scale; /* decimals of the ledger unit; 6 unless the ledger says otherwise */
} lic_compile_options;

typedef struct lic_compilation lic_compilation;

/* Never NULL unless memory is out. Check lic_compilation_diagnostics()->error_count. */
lic_compilation *lic_compile(lic_slice source, const lic_compile_options *options,
                             const lic_hasher *hasher, const lic_allocator *allocator);
void lic_compilation_destroy(lic_compilation *compilation);

/* The text that spans are of: the source, or what fragments were composed to (fragment.h). */
lic_slice lic_compilation_source(const lic_compilation *compilation);
const lic_diagnostics *lic_compilation_diagnostics(const lic_compilation *compilation);
/* NULL when there were errors. Its bytes: */
const lic_image *lic_compilation_image(const lic_compilation *compilation);
lic_slice lic_compilation_bytes(const lic_compilation *compilation);
/* SHA-256 of the canonical text (what `licet fmt` prints), which the parties sign. */
lic_hash lic_compilation_source_hash(const lic_compilation *compilation);

typedef enum lic_stage {
    LIC_STAGE_TOKENS,
    LIC_STAGE_TREE,
    LIC_STAGE_RESOLVED, /* the tree, and what each name refers to */
    LIC_STAGE_TYPED, /* and types, known values, ranges, divisors; with mistakes as far as it came */
    LIC_STAGE_KERNEL,
    LIC_STAGE_BYTECODE
} lic_stage;
/* Appends the dump; false when errors stopped the compile before that stage. */
bool lic_compilation_dump(const lic_compilation *compilation, lic_stage stage, lic_buffer *target);
/* Canonical text; false when the source does not parse. Idempotent. */
bool lic_compilation_format(const lic_compilation *compilation, lic_buffer *target);
/* The canonical text with another name for the agreement, which the text has to be compiled with to be
 * checked. False when the source does not parse. */
bool lic_compilation_rename(const lic_compilation *compilation, lic_slice name, lic_buffer *target);
/* The kernel as a `.lic` file that compiles to the same image. */
bool lic_compilation_expand(const lic_compilation *compilation, lic_buffer *target);

#endif
