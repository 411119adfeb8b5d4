/* lic_golden.c - golden tests of the compiler: a .lic file holds a program and, behind it in lines
 * that begin with `--|`, what the compiler says to it. The first line names what is compared:
 *
 *   -- golden check | json | fmt | tokens | ast | resolved | typed | kernel | bytecode | mutants
 *
 * `check` also applies each offered fix and compiles again: that mistake must be gone and no other
 * have come [lang.diag.2]. `lic_golden [--bless] FILE...` compares, or writes the expectations anew. */
#include <licet/compile.h>
#include <licet/crypto.h>
#include <licet/mutation.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX_BYTES (4u << 20)

typedef struct golden {
    const char *path;
    lic_buffer file;
    lic_slice program, expected; /* expected: with its `--|` prefixes */
    char mode[16];
} golden;

static bool read_file(const char *path, lic_buffer *target)
{
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    char block[4096];
    for (size_t size = fread(block, 1, sizeof block, file); size > 0;
         size = fread(block, 1, sizeof block, file)) {
        lic_put_bytes(target, block, size);
    }
    bool good = !ferror(file) && !target->failed;
    fclose(file);
    return good;
}

/* Offset of the first line that begins with `--|`, or the end. */
static size_t find_expected(lic_slice file)
{
    for (size_t at = 0; at < file.size;) {
        bool marked = file.size - at >= 3 && memcmp(file.data + at, "--|", 3) == 0;
        if (marked) return at;
        const uint8_t *newline = memchr(file.data + at, '\n', file.size - at);
        if (!newline) break;
        at = (size_t)(newline - file.data) + 1;
    }
    return file.size;
}

static bool open_golden(golden *g, const char *path)
{
    *g = (golden){.path = path, .mode = "check"};
    lic_buffer_init(&g->file, &lic_allocator_system, FILE_MAX_BYTES);
    if (!read_file(path, &g->file)) return false;
    lic_slice file = lic_slice_of(g->file.data, g->file.size);
    size_t split = find_expected(file);
    g->program = lic_slice_of(file.data, split);
    g->expected = lic_slice_of(file.data + split, file.size - split);
    static const char PREFIX[] = "-- golden ";
    size_t prefix = sizeof PREFIX - 1;
    if (file.size > prefix && memcmp(file.data, PREFIX, prefix) == 0) {
        size_t size = 0;
        while (size + 1 < sizeof g->mode && prefix + size < file.size &&
               file.data[prefix + size] > ' ') {
            g->mode[size] = (char)file.data[prefix + size];
            size++;
        }
        g->mode[size] = '\0';
    }
    return true;
}

/* -- what the compiler says ----------------------------------------------------------------------------- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static lic_compilation *compile(lic_slice source)
{
    lic_compilation *compilation = lic_compile(source, NULL, &lic_hasher_native,
                                               &lic_allocator_system);
    if (!compilation) {
        fputs("out of memory\n", stderr);
        exit(70);
    }
    return compilation;
}

static void render(const golden *g, const lic_compilation *compilation, lic_buffer *target)
{
    const lic_diagnostics *all = lic_compilation_diagnostics(compilation);
    bool json = strcmp(g->mode, "json") == 0;
    for (size_t i = 0; i < all->count; i++) {
        if (json) lic_diagnostic_json(&all->items[i], base_name(g->path), target);
        else lic_diagnostic_text(&all->items[i], base_name(g->path), g->program, false, target);
        if (json) lic_put_text(target, "\n");
    }
    if (all->count == 0) lic_put_text(target, "no mistakes\n");
}

static bool put_mutants(const lic_compilation *compilation, lic_buffer *target)
{
    lic_mutant mutant;
    if (!lic_compilation_image(compilation)) return false;
    lic_mutator *mutator = lic_mutator_create(compilation, NULL, &lic_hasher_native,
                                              &lic_allocator_system);
    while (mutator && lic_mutator_next(mutator, &mutant) == LIC_OK) {
        lic_put_format(target, "%s: ", lic_mutation_kind_id(mutant.kind));
        lic_put_bytes(target, mutant.description.data, mutant.description.size);
        lic_put_text(target, "\n");
    }
    lic_mutator_destroy(mutator);
    return mutator != NULL;
}

static void say(const golden *g, const lic_compilation *compilation, lic_buffer *target)
{
    static const struct {
        const char *mode;
        lic_stage stage;
    } STAGES[] = {{"tokens", LIC_STAGE_TOKENS},     {"ast", LIC_STAGE_TREE},
                  {"resolved", LIC_STAGE_RESOLVED}, {"typed", LIC_STAGE_TYPED},
                  {"kernel", LIC_STAGE_KERNEL},     {"bytecode", LIC_STAGE_BYTECODE}};
    bool done = false;
    if (strcmp(g->mode, "mutants") == 0) done = put_mutants(compilation, target);
    if (strcmp(g->mode, "fmt") == 0) done = lic_compilation_format(compilation, target);
    for (size_t i = 0; i < LIC_COUNT(STAGES); i++) {
        if (strcmp(g->mode, STAGES[i].mode) == 0)
            done = lic_compilation_dump(compilation, STAGES[i].stage, target);
    }
    if (!done) render(g, compilation, target);
}

/* Each line behind `--| `, or `--|` when it is empty. */
static void add_prefixes(lic_slice text, lic_buffer *target)
{
    for (size_t at = 0; at < text.size;) {
        const uint8_t *newline = memchr(text.data + at, '\n', text.size - at);
        size_t size = newline ? (size_t)(newline - text.data) - at : text.size - at;
        lic_put_text(target, size > 0 ? "--| " : "--|");
        lic_put_bytes(target, text.data + at, size);
        lic_put_text(target, "\n");
        at += size + 1;
    }
}

/* -- fixes ---------------------------------------------------------------------------------------------- */

static bool has_same(const lic_diagnostics *all, const lic_diagnostic *d)
{
    for (size_t i = 0; i < all->count; i++) {
        if (strcmp(all->items[i].code, d->code) == 0 && strcmp(all->items[i].title, d->title) == 0)
            return true;
    }
    return false;
}

/* The program with one fix applied. */
static void apply_fix(lic_slice program, const lic_diagnostic *d, lic_buffer *target)
{
    size_t behind = (size_t)d->fix_span.first + d->fix_span.size;
    lic_put_bytes(target, program.data, d->fix_span.first);
    lic_put_text(target, d->fix);
    lic_put_bytes(target, program.data + behind, program.size - behind);
}

/* False when the fix of diagnostic `index` does not mend it; says why. */
static bool check_fix(const golden *g, const lic_diagnostics *all, size_t index)
{
    const lic_diagnostic *d = &all->items[index];
    lic_buffer fixed;
    lic_buffer_init(&fixed, &lic_allocator_system, FILE_MAX_BYTES);
    apply_fix(g->program, d, &fixed);
    lic_compilation *compilation = compile(lic_slice_of(fixed.data, fixed.size));
    const lic_diagnostics *after = lic_compilation_diagnostics(compilation);
    bool good = after->count < all->count && (all->count > 1 || after->count == 0);
    if (all->count == 1) good = good && !has_same(after, d);
    if (!good) {
        printf("not ok - %s: the fix of %s at %u:%u leaves %zu of %zu mistakes\n",
               base_name(g->path), d->code, d->primary.span.line, d->primary.span.column,
               after->count, all->count);
    }
    lic_compilation_destroy(compilation);
    lic_buffer_free(&fixed);
    return good;
}

static bool check_fixes(const golden *g, const lic_compilation *compilation)
{
    const lic_diagnostics *all = lic_compilation_diagnostics(compilation);
    bool good = true;
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].fix) good = check_fix(g, all, i) && good;
    }
    return good;
}

/* -- one file --------------------------------------------------------------------------------------------- */

static bool write_file(const golden *g, lic_slice expected)
{
    FILE *file = fopen(g->path, "wb");
    if (!file) return false;
    bool good = fwrite(g->program.data, 1, g->program.size, file) == g->program.size;
    good = good && fwrite(expected.data, 1, expected.size, file) == expected.size;
    return fclose(file) == 0 && good;
}

static void show_difference(lic_slice expected, lic_slice actual)
{
    size_t at = 0;
    while (at < expected.size && at < actual.size && expected.data[at] == actual.data[at]) at++;
    while (at > 0 && actual.data[at - 1] != '\n') at--;
    printf("# expected: %.*s\n", (int)(expected.size - at > 300 ? 300 : expected.size - at),
           (const char *)expected.data + at);
    printf("# actual:   %.*s\n", (int)(actual.size - at > 300 ? 300 : actual.size - at),
           (const char *)actual.data + at);
}

static bool run(const golden *g, bool bless)
{
    lic_buffer said, expected;
    lic_buffer_init(&said, &lic_allocator_system, FILE_MAX_BYTES);
    lic_buffer_init(&expected, &lic_allocator_system, FILE_MAX_BYTES);
    lic_compilation *compilation = compile(g->program);
    say(g, compilation, &said);
    add_prefixes(lic_slice_of(said.data, said.size), &expected);
    lic_slice actual = lic_slice_of(expected.data, expected.size);
    bool good = lic_slice_equal(actual, g->expected);
    if (!good && bless) {
        good = write_file(g, actual);
    } else if (!good) {
        printf("not ok - %s: says something else\n", base_name(g->path));
        show_difference(g->expected, actual);
    }
    if (good && strcmp(g->mode, "check") == 0) good = check_fixes(g, compilation);
    lic_compilation_destroy(compilation);
    lic_buffer_free(&said);
    lic_buffer_free(&expected);
    return good;
}

int main(int count, char **arguments)
{
    bool bless = count > 1 && strcmp(arguments[1], "--bless") == 0;
    int passed = 0, failed = 0;
    for (int i = bless ? 2 : 1; i < count; i++) {
        golden g;
        bool good = open_golden(&g, arguments[i]);
        if (good) good = run(&g, bless);
        else printf("not ok - %s: can't be read\n", arguments[i]);
        if (good) printf("ok - %s\n", base_name(arguments[i]));
        passed += good ? 1 : 0;
        failed += good ? 0 : 1;
        lic_buffer_free(&g.file);
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0 || passed == 0 ? 1 : 0;
}
