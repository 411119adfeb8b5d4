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
    while (!problem && (status = lic_mutator_next(mutator, &mutant)) == LIC_OK) {
        problem = check_text(&mutant, canonical);
        if (!problem) problem = check_place(&mutant, lic_compilation_source(c));
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
        if (c && lic_compilation_format(c, &text)) {
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
