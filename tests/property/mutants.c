/* mutants.c - the mutants of every agreement of the project. Would catch: a mutant whose text is not the
 * text that was compiled, or not canonical; a change that is not taken back; one that is told wrongly; an
 * order that differs from run to run; two mutants of one image; an agreement for which the compiler makes
 * an image that does not verify.
 *
 * `property_mutants FILE...`: files that do not compile are passed over. */
#include "agreements.h"

#include <licet/mutation.h>

#define IMAGES_MAX 4000
#define SECOND_RUN 60 /* mutants that are made again */

typedef struct seen {
    lic_hash ids[IMAGES_MAX];
    uint64_t sums[IMAGES_MAX]; /* of the descriptions */
    size_t count;
} seen;

static uint64_t sum_of(lic_slice text)
{
    uint64_t sum = 1469598103934665603u;
    for (size_t i = 0; i < text.size; i++) sum = (sum ^ text.data[i]) * 1099511628211u;
    return sum;
}

static const char *check_text(const lic_mutant *mutant, lic_slice original)
{
    lic_buffer text;
    lic_buffer_init(&text, &lic_allocator_system, 8u << 20);
    const char *problem = NULL;
    if (!lic_compilation_format(mutant->compilation, &text) ||
        !lic_slice_equal(agreements_slice(&text), mutant->text))
        problem = "the text is not canonical";
    else if (!lic_slice_equal(lic_compilation_source(mutant->compilation), mutant->text))
        problem = "another text was compiled";
    else if (lic_slice_equal(mutant->text, original)) problem = "nothing is changed";
    lic_buffer_free(&text);
    return problem;
}

/* Lines of a text. */
typedef struct lines {
    lic_slice items[4000];
    uint32_t count;
} lines;

static void cut(lic_slice text, lines *l)
{
    l->count = 0;
    for (size_t at = 0; at < text.size && l->count < LIC_COUNT(l->items);) {
        const uint8_t *newline = memchr(text.data + at, '\n', text.size - at);
        size_t size = newline ? (size_t)(newline - text.data) - at : text.size - at;
        l->items[l->count++] = lic_slice_of(text.data + at, size);
        at += size + 1;
    }
}

static bool is_outer(lic_slice line)
{
    return line.size > 0 && line.data[0] != ' ';
}

/* The first line of the block, or of the declarations whose columns stand together, that holds a line. */
static uint32_t block_start(const lines *l, uint32_t line)
{
    while (line > 1 && !is_outer(l->items[line - 1])) line--;
    while (line > 1 && is_outer(l->items[line - 2])) line--;
    return line;
}

/* Above the block in which the change is told nothing differs. */
static const char *check_above(const lic_mutant *mutant, const lines *original)
{
    static lines changed;
    cut(mutant->text, &changed);
    uint32_t start = block_start(original, mutant->span.line);
    for (uint32_t i = 1; i < start; i++)
        if (i > changed.count || !lic_slice_equal(changed.items[i - 1], original->items[i - 1]))
            return "something above the change is changed too";
    return NULL;
}

static const char *check_place(const lic_mutant *mutant, lic_slice source)
{
    char begin[32];
    int size = snprintf(begin, sizeof begin, "line %u: ", mutant->span.line);
    if (mutant->span.first + mutant->span.size > source.size) return "a span lies outside";
    bool told = mutant->description.size > (size_t)size &&
                memcmp(mutant->description.data, begin, (size_t)size) == 0;
    return told ? NULL : "another line is told than changed";
}

static const char *check_new(const lic_mutant *mutant, seen *s)
{
    lic_hash id = lic_compilation_image(mutant->compilation)->id;
    for (size_t i = 0; i < s->count; i++)
        if (lic_hash_equal(&s->ids[i], &id)) return "two mutants are the same";
    if (s->count == IMAGES_MAX) return "too many mutants for this test";
    s->sums[s->count] = sum_of(mutant->description);
    s->ids[s->count++] = id;
    return NULL;
}

static const char *run(const lic_compilation *c, lic_slice canonical, seen *s)
{
    lic_mutator *mutator = lic_mutator_create(c, NULL, &lic_hasher_native, &lic_allocator_system);
    lic_mutant mutant;
    lic_status status;
    const char *problem = NULL;
    static lines original;
    cut(canonical, &original);
    while (!problem && (status = lic_mutator_next(mutator, &mutant)) == LIC_OK) {
        problem = check_text(&mutant, canonical);
        if (!problem) problem = check_place(&mutant, lic_compilation_source(c));
        if (!problem) problem = check_above(&mutant, &original);
        if (!problem) problem = check_new(&mutant, s);
        if (problem) printf("  %.*s\n", (int)mutant.description.size, mutant.description.data);
    }
    if (!problem && status != LIC_MISSING) problem = "memory";
    if (!problem && lic_mutator_count(mutator).faults > 0)
        problem = "a mutant is refused with an internal error";
    lic_mutator_destroy(mutator);
    return problem;
}

static const char *run_again(const lic_compilation *c, const seen *s)
{
    lic_mutator *mutator = lic_mutator_create(c, NULL, &lic_hasher_native, &lic_allocator_system);
    lic_mutant mutant;
    const char *problem = NULL;
    for (size_t i = 0; i < s->count && i < SECOND_RUN && !problem; i++) {
        bool same = lic_mutator_next(mutator, &mutant) == LIC_OK;
        lic_hash id = {{0}};
        if (same) id = lic_compilation_image(mutant.compilation)->id;
        same = same && lic_hash_equal(&id, &s->ids[i]) && sum_of(mutant.description) == s->sums[i];
        if (!same) problem = "a second run gives others";
    }
    lic_mutator_destroy(mutator);
    return problem;
}

int main(int count, char **paths)
{
    static seen s;
    for (int i = 1; i < count; i++) {
        lic_buffer file = agreements_read(paths[i]), text;
        lic_buffer_init(&text, &lic_allocator_system, 8u << 20);
        lic_compilation *c = agreements_compile(agreements_slice(&file));
        bool read = c && lic_compilation_format(c, &text);
        lic_compilation_destroy(c); /* lines are those of the canonical text */
        c = read ? agreements_compile(agreements_slice(&text)) : NULL;
        if (c) {
            s.count = 0;
            s.ids[s.count++] = lic_compilation_image(c)->id;
            const char *problem = run(c, agreements_slice(&text), &s);
            if (!problem && s.count < 2) problem = "there are no mutants";
            memmove(s.ids, s.ids + 1, --s.count * sizeof *s.ids);
            memmove(s.sums, s.sums + 1, s.count * sizeof *s.sums);
            if (!problem) problem = run_again(c, &s);
            agreements_result(paths[i], problem);
        }
        lic_buffer_free(&text);
        lic_compilation_destroy(c);
        lic_buffer_free(&file);
    }
    return agreements_failed > 0;
}
