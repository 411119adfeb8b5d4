/* compose.c - every agreement of the project, cut into fragments and composed again. Would catch: a node
 * that composing or the printer loses, a text that compiles to another image than its tree, an order of
 * sections that changes when it is made again.
 *
 * `property_compose FILE...`: files that do not compile are passed over. */
#include "agreements.h"

#include <licet/fragment.h>

#define PIECES_MAX 600

typedef struct pieces {
    lic_fragment *items[PIECES_MAX];
    size_t count;
    const char *problem;
} pieces;

static lic_slice line_at(lic_slice text, size_t at)
{
    const uint8_t *newline = memchr(text.data + at, '\n', text.size - at);
    size_t size = newline ? (size_t)(newline - text.data) - at + 1 : text.size - at;
    return lic_slice_of(text.data + at, size);
}

static bool starts(lic_slice line, const char *text)
{
    size_t size = strlen(text);
    return line.size >= size && memcmp(line.data, text, size) == 0;
}

/* Offset behind the declaration or block that begins at `at`, with comments and empty lines above it. */
static size_t item_end(lic_slice text, size_t at)
{
    bool block = false;
    while (at < text.size) {
        lic_slice line = line_at(text, at);
        at += line.size;
        if (starts(line, "\n") || starts(line, "--")) continue;
        if (starts(line, "end")) return at;
        bool indented = starts(line, " ");
        lic_slice next = at < text.size ? line_at(text, at) : (lic_slice){NULL, 0};
        if (!block && indented && !starts(line, "  --")) return at; /* of the header */
        if (!block && !indented && !starts(next, "  ") && !starts(next, "end")) return at;
        block = block || !indented;
    }
    return at;
}

/* Everything behind the first two lines, in fragments of one or several declarations. */
static void cut(lic_slice text, pieces *p)
{
    size_t at = line_at(text, 0).size;
    at += line_at(text, at).size;
    *p = (pieces){.count = 0};
    while (at < text.size && p->count < PIECES_MAX && !p->problem) {
        size_t end = item_end(text, at);
        for (uint32_t more = agreements_below(4); more > 0 && end < text.size; more--)
            end = item_end(text, end);
        const lic_template template = {lic_slice_of(text.data + at, end - at), NULL, 0};
        lic_fragment *fragment = lic_fragment_parse(&template, &lic_allocator_system);
        if (!fragment) p->problem = "memory";
        else if (lic_fragment_diagnostics(fragment)->error_count > 0)
            p->problem = lic_fragment_diagnostics(fragment)->items[0].title;
        p->items[p->count++] = fragment;
        at = end;
    }
}

static lic_compilation *compose(const pieces *p, const lic_image *image, lic_order order)
{
    const lic_composition composition = {.name = image->name,
                                         .title = image->title,
                                         .fragments = (const lic_fragment *const *)p->items,
                                         .count = p->count,
                                         .order = order};
    return lic_compile_composition(&composition, NULL, &lic_hasher_native, &lic_allocator_system);
}

static void drop(pieces *p)
{
    for (size_t i = 0; i < p->count; i++) lic_fragment_destroy(p->items[i]);
}

static const char *compare(const lic_compilation *a, const lic_compilation *b)
{
    lic_hash x = lic_compilation_source_hash(a), y = lic_compilation_source_hash(b);
    if (!lic_compilation_image(b)) return "what was composed has mistakes";
    if (!lic_slice_equal(lic_compilation_source(a), lic_compilation_source(b)))
        return "another text";
    if (!lic_hash_equal(&x, &y)) return "another source hash";
    return lic_slice_equal(lic_compilation_bytes(a), lic_compilation_bytes(b)) ? NULL
                                                                               : "another image";
}

/* Cut and composed in the order written, it is what it was. */
static const char *check_written(const lic_compilation *whole)
{
    pieces p;
    cut(lic_compilation_source(whole), &p);
    lic_compilation *made = p.problem
                                ? NULL
                                : compose(&p, lic_compilation_image(whole), LIC_ORDER_WRITTEN);
    const char *problem = p.problem ? p.problem : compare(whole, made);
    lic_compilation_destroy(made);
    drop(&p);
    return problem;
}

/* In sections: compiled from its text it is the same, and cut and composed again it is the same. */
static const char *check_sections(const lic_compilation *whole)
{
    pieces p, q;
    cut(lic_compilation_source(whole), &p);
    if (p.problem) return p.problem;
    const lic_image *image = lic_compilation_image(whole);
    lic_compilation *made = compose(&p, image, LIC_ORDER_SECTIONS);
    lic_compilation *read = agreements_compile(lic_compilation_source(made));
    const char *problem = read ? compare(read, made) : "the composed text has mistakes";
    if (!problem) {
        cut(lic_compilation_source(made), &q);
        lic_compilation *again = q.problem ? NULL : compose(&q, image, LIC_ORDER_SECTIONS);
        problem = q.problem ? q.problem : compare(made, again);
        lic_compilation_destroy(again);
        drop(&q);
    }
    lic_compilation_destroy(read);
    lic_compilation_destroy(made);
    drop(&p);
    return problem;
}

/* Comments above the first line are no fragment's. */
static lic_slice without_heading_comments(lic_slice text)
{
    size_t at = 0;
    while (at < text.size && (starts(line_at(text, at), "--") || starts(line_at(text, at), "\n")))
        at += line_at(text, at).size;
    return lic_slice_of(text.data + at, text.size - at);
}

static void check(const char *path)
{
    lic_buffer file = agreements_read(path), text;
    lic_buffer_init(&text, &lic_allocator_system, 8u << 20);
    lic_compilation *source = agreements_compile(agreements_slice(&file));
    if (source && lic_compilation_format(source, &text)) {
        lic_slice canonical = without_heading_comments(agreements_slice(&text));
        lic_compilation *whole = agreements_compile(canonical);
        const char *problem = check_written(whole);
        if (!problem) problem = check_sections(whole);
        agreements_result(path, problem);
        lic_compilation_destroy(whole);
    }
    lic_compilation_destroy(source);
    lic_buffer_free(&text);
    lic_buffer_free(&file);
}

int main(int count, char **paths)
{
    agreements_seed();
    for (int i = 1; i < count; i++) check(paths[i]);
    return agreements_failed > 0;
}
