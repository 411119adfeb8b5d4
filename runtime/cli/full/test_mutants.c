/* test_mutants.c - mutants that no scenario noticed, and what the files of scenarios say of those that make no
 * difference. An explanation names the change in the words that are shown, without lines, which move when the text is
 * edited; it is stale when it is for nothing. */
#include "testing.h"

#include "reading.h"

#include <stdlib.h>
#include <string.h>

#define T(slice) (int)(slice).size, (const char *)(slice).data

/* -- in order -------------------------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
    const lic_test_mutant *x = a, *y = b;
    return (x->told.number > y->told.number) - (x->told.number < y->told.number);
}

/* In the order of the text, whichever process tried them; files in theirs. */
static void sort_mutants(lic_test_run *run)
{
    for (size_t from = 0; from < run->mutant_count;) {
        size_t to = from;
        const char *file = run->jobs[run->mutants[from].job].shown;
        while (to < run->mutant_count && strcmp(run->jobs[run->mutants[to].job].shown, file) == 0)
            to++;
        qsort(run->mutants + from, to - from, sizeof *run->mutants, by_number);
        from = to;
    }
}

/* -- explanations ------------------------------------------------------------------------------------------------ */

static size_t digits_at(lic_slice text, size_t at)
{
    size_t count = 0;
    while (at + count < text.size && text.data[at + count] >= '0' && text.data[at + count] <= '9')
        count++;
    return count;
}

/* The size of "line 61: " at the beginning, or of " (line 62)" at `at`; 0 when it is not there. */
static size_t line_size(lic_slice text, size_t at, const char *before, const char *behind)
{
    size_t head = strlen(before), tail = strlen(behind);
    if (at + head > text.size || memcmp(text.data + at, before, head) != 0) return 0;
    size_t digits = digits_at(text, at + head), end = at + head + digits;
    if (digits == 0 || end + tail > text.size || memcmp(text.data + end, behind, tail) != 0)
        return 0;
    return head + digits + tail;
}

static bool same_change(lic_slice description, lic_slice change)
{
    size_t at = line_size(description, 0, "line ", ": "), c = 0;
    while (at < description.size && c < change.size) {
        at += line_size(description, at, " (line ", ")");
        if (at == description.size || description.data[at++] != change.data[c++]) return false;
    }
    at += line_size(description, at, " (line ", ")");
    return c == change.size && at == description.size;
}

static bool same_file(const lic_test_run *run, uint32_t a, uint32_t b)
{
    return strcmp(run->jobs[a].shown, run->jobs[b].shown) == 0;
}

static void explain(lic_test_run *run, lic_test_mutant *mutant)
{
    for (size_t i = 0; i < run->explained_count; i++) {
        lic_test_explained *e = &run->explaineds[i];
        if (!same_file(run, e->job, mutant->job) ||
            !same_change(mutant->told.description, e->told.change))
            continue;
        mutant->reason = e->told.reason;
        e->stale = false;
    }
}

static bool is_open(const lic_test_mutant *mutant)
{
    return mutant->told.killer.size == 0 && mutant->reason.size == 0;
}

/* With a filter scenarios are left out: it says nothing that a mutant was not noticed before. */
static bool is_stale(const lic_test_run *run, const lic_test_explained *e)
{
    return e->stale && run->filter == NULL && run->failed == 0;
}

bool lic_test_mutants_judge(lic_test_run *run)
{
    bool finding = false;
    if (!run->mutate) return false;
    sort_mutants(run);
    for (size_t i = 0; i < run->mutant_count; i++) {
        lic_test_mutant *mutant = &run->mutants[i];
        if (mutant->told.killer.size == 0) explain(run, mutant);
        finding = finding || is_open(mutant);
    }
    for (size_t i = 0; i < run->explained_count; i++)
        finding = finding || is_stale(run, &run->explaineds[i]);
    return finding;
}

/* -- telling ------------------------------------------------------------------------------------------------------- */

void lic_test_tell_mutants(lic_test_run *run)
{
    lic_buffer *out = &run->cli->out;
    size_t noticed = 0, explained = 0;
    if (run->failed > 0)
        lic_put_text(out, "mutants: those of files in which something fails are not tried\n");
    for (size_t i = 0; i < run->mutant_count; i++) {
        noticed += run->mutants[i].told.killer.size > 0;
        explained += run->mutants[i].reason.size > 0;
    }
    lic_put_format(out, "mutants: %zu tried, %zu noticed, %zu explained, %zu unexplained\n",
                   run->mutant_count, noticed, explained, run->mutant_count - noticed - explained);
    for (size_t i = 0; i < run->mutant_count; i++) {
        const lic_test_mutant *m = &run->mutants[i];
        if (is_open(m))
            lic_put_format(out, "  nobody noticed: %s/%.*s, %.*s\n", run->jobs[m->job].folder,
                           T(m->told.agreement), T(m->told.description));
    }
    for (size_t i = 0; i < run->explained_count; i++) {
        const lic_test_explained *e = &run->explaineds[i];
        if (is_stale(run, e))
            lic_put_format(out, "  explained for nothing: %.*s%.*s\n", T(e->told.place),
                           T(e->told.change));
    }
}

void lic_test_tell_mutants_json(lic_test_run *run, lic_json *json)
{
    lic_json_key(json, "mutants");
    lic_json_array(json);
    for (size_t i = 0; i < run->mutant_count; i++) {
        const lic_test_mutant *m = &run->mutants[i];
        lic_json_object(json);
        lic_json_put_text(json, "folder", run->jobs[m->job].folder);
        lic_json_put_slice(json, "agreement", m->told.agreement);
        lic_json_put_slice(json, "change", m->told.description);
        lic_json_put_integer(json, "line", m->told.line);
        lic_json_put_slice(json, "noticed_by", m->told.killer);
        lic_json_put_slice(json, "explained", m->reason);
        lic_json_end(json);
    }
    lic_json_end(json);
    lic_json_key(json, "explained_for_nothing");
    lic_json_array(json);
    for (size_t i = 0; i < run->explained_count; i++)
        if (is_stale(run, &run->explaineds[i]))
            lic_json_slice(json, run->explaineds[i].told.change);
    lic_json_end(json);
}
