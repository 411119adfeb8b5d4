/* test_tell.c - what was tested, for people, for TAP and JUnit readers, and as JSON. */
#include "testing.h"

#include "reading.h"

#include <stdlib.h>
#include <string.h>

#define T(slice) (int)(slice).size, (const char *)(slice).data

/* The clause as people cite it: royalty Stream "at least" [4.2], line 61. */
static void put_clause(lic_buffer *out, const lic_covered_clause *c)
{
    lic_put_safe(out, c->what);
    if (c->name.size > 0) lic_put_format(out, " %.*s", T(c->name));
    if (c->label.size > 0) lic_put_format(out, " \"%.*s\"", T(c->label));
    if (c->anchor.size > 0) lic_put_format(out, " [%.*s]", T(c->anchor));
    lic_put_format(out, ", line %u", c->line);
}

/* -- clauses and kernel lines of one agreement, in all files -------------------------------------------------------------- */

static bool same_clause(const lic_covered_clause *a, const lic_covered_clause *b)
{
    return a->line == b->line && lic_slice_equal(a->agreement, b->agreement) &&
           lic_slice_equal(a->label, b->label) && lic_slice_equal(a->name, b->name) &&
           lic_slice_equal(a->what, b->what);
}

/* The folder and the name in it say which agreement it is. */
static bool same_folder(const lic_test_run *run, uint32_t a, uint32_t b)
{
    return strcmp(run->jobs[a].folder, run->jobs[b].folder) == 0;
}

/* Ran in some file; *first: this is the first file in which the clause stands. */
static bool has_run(const lic_test_run *run, size_t index, bool *first)
{
    const lic_test_clause *clause = &run->clauses[index];
    bool ran = false;
    *first = true;
    for (size_t i = 0; i < run->clause_count; i++) {
        const lic_test_clause *other = &run->clauses[i];
        if (!same_folder(run, clause->job, other->job) || !same_clause(&clause->told, &other->told))
            continue;
        if (i < index) *first = false;
        ran = ran || other->told.covered > 0;
    }
    return ran;
}

static bool stands_before(const lic_test_run *run, size_t kernel)
{
    for (size_t i = 0; i < kernel; i++)
        if (same_folder(run, run->kernels[i].job, run->kernels[kernel].job) &&
            lic_slice_equal(run->kernels[i].told.agreement, run->kernels[kernel].told.agreement))
            return true;
    return false;
}

typedef struct covered {
    size_t all, ran;
    uint32_t lines, lines_ran; /* the best of the files */
} covered;

static covered cover(const lic_test_run *run, const lic_test_kernel *of)
{
    covered sum = {0, 0, of->told.lines, 0};
    for (size_t i = 0; i < run->clause_count; i++) {
        bool first = false;
        const lic_test_clause *c = &run->clauses[i];
        if (!same_folder(run, c->job, of->job) || c->told.code == 0 ||
            !lic_slice_equal(c->told.agreement, of->told.agreement))
            continue;
        bool ran = has_run(run, i, &first);
        if (!first) continue;
        sum.all++;
        sum.ran += ran;
    }
    for (size_t i = 0; i < run->kernel_count; i++) {
        const lic_test_kernel *k = &run->kernels[i];
        if (same_folder(run, k->job, of->job) &&
            lic_slice_equal(k->told.agreement, of->told.agreement) &&
            k->told.covered > sum.lines_ran)
            sum.lines_ran = k->told.covered;
    }
    return sum;
}

static void text_missed(lic_test_run *run, const lic_test_kernel *of)
{
    lic_buffer *out = &run->cli->out;
    for (size_t i = 0; i < run->clause_count; i++) {
        bool first = false;
        const lic_test_clause *c = &run->clauses[i];
        if (!same_folder(run, c->job, of->job) || c->told.code == 0 ||
            !lic_slice_equal(c->told.agreement, of->told.agreement) || has_run(run, i, &first) ||
            !first)
            continue;
        lic_put_text(out, "  never exercised: ");
        put_clause(out, &c->told);
        lic_put_u8(out, '\n');
    }
}

static void text_coverage(lic_test_run *run)
{
    for (size_t i = 0; i < run->kernel_count; i++) {
        const lic_test_kernel *k = &run->kernels[i];
        if (stands_before(run, i)) continue;
        covered sum = cover(run, k);
        lic_put_format(&run->cli->out,
                       "coverage of %s/%.*s: %zu of %zu clauses, %u of %u kernel lines\n",
                       run->jobs[k->job].folder, T(k->told.agreement), sum.ran, sum.all,
                       sum.lines_ran, sum.lines);
        text_missed(run, k);
        if (sum.lines_ran < sum.lines && k->told.missed.size > 0)
            lic_put_format(&run->cli->out, "  kernel lines that never ran:\n%.*s",
                           T(k->told.missed));
    }
}

/* -- text ------------------------------------------------------------------------------------------------------------------------ */

static void text_drawn(lic_buffer *out, lic_slice shown)
{
    lic_cursor cursor = lic_cursor_of(shown);
    uint32_t count = lic_get_u32(&cursor);
    if (cursor.failed || count == 0) return;
    lic_put_text(out, "        drawn: ");
    for (uint32_t i = 0; i < count && !cursor.failed; i++) {
        if (i > 0) lic_put_text(out, ", ");
        lic_put_safe(out, lic_get_slice(&cursor, shown.size));
    }
    lic_put_u8(out, '\n');
}

static void text_failure(lic_test_run *run, const lic_test_result *r)
{
    lic_buffer *out = &run->cli->out;
    lic_put_text(out, "        ");
    lic_put_safe(out, r->told.text);
    lic_put_u8(out, '\n');
    if (r->told.help.size > 0) {
        lic_put_text(out, "        help: ");
        lic_put_safe(out, r->told.help);
        lic_put_u8(out, '\n');
    }
    text_drawn(out, r->told.shown);
    if (r->told.draws.size > 4)
        lic_put_format(out, "        again: licet test %s --filter \"%.*s\" --seed %llu\n",
                       run->jobs[r->job].shown, T(r->told.name), (unsigned long long)run->seed);
}

void lic_test_tell_failures(lic_test_run *run, uint32_t number)
{
    const lic_test_job *job = &run->jobs[number];
    lic_buffer *out = &run->cli->out;
    for (uint32_t i = 0; i < job->results; i++) {
        const lic_test_result *r = &run->results[job->first_result + i];
        if (!r->told.failed) continue;
        lic_put_text(out, "  FAIL  ");
        lic_put_safe(out, r->told.name);
        lic_put_u8(out, '\n');
        text_failure(run, r);
    }
    if (job->status == LIC_OK) return;
    lic_put_format(out, "  FAIL  %s\n", job->error.text);
    if (job->error.help[0] != '\0') lic_put_format(out, "        help: %s\n", job->error.help);
}

static void text_job(lic_test_run *run, uint32_t number)
{
    const lic_test_job *job = &run->jobs[number];
    lic_buffer *out = &run->cli->out;
    if (job->results > 0 || job->status != LIC_OK) lic_put_format(out, "%s\n", job->shown);
    for (uint32_t i = 0; i < job->results; i++) {
        const lic_test_result *r = &run->results[job->first_result + i];
        lic_put_format(out, "  %s  ", r->told.failed ? "FAIL" : "ok  ");
        lic_put_safe(out, r->told.name);
        lic_put_u8(out, '\n');
        if (r->told.failed) text_failure(run, r);
    }
    if (job->status == LIC_OK) return;
    lic_put_format(out, "  FAIL  %s\n", job->error.text);
    if (job->error.help[0] != '\0') lic_put_format(out, "        help: %s\n", job->error.help);
}

void lic_test_tell_text(lic_test_run *run)
{
    for (uint32_t i = 0; i < run->job_count; i++)
        if (run->jobs[i].share == 0) text_job(run, i);
    if (run->coverage) text_coverage(run);
    if (run->mutate) lic_test_tell_mutants(run);
    lic_put_format(&run->cli->out, "%zu passed, %zu failed\n", run->passed, run->failed);
}

/* -- TAP ----------------------------------------------------------------------------------------------------------------------------- */

void lic_test_tell_tap(lic_test_run *run)
{
    lic_buffer *out = &run->cli->out;
    size_t number = 0;
    lic_put_format(out, "TAP version 13\n1..%zu\n", run->passed + run->failed);
    for (uint32_t j = 0; j < run->job_count; j++) {
        const lic_test_job *job = &run->jobs[j];
        if (job->share != 0) continue;
        for (uint32_t i = 0; i < job->results; i++) {
            const lic_test_result *r = &run->results[job->first_result + i];
            lic_put_format(out, "%sok %zu - %s: ", r->told.failed ? "not " : "", ++number,
                           job->shown);
            lic_put_safe(out, r->told.name);
            lic_put_u8(out, '\n');
            if (!r->told.failed) continue;
            lic_put_text(out, "# ");
            lic_put_safe(out, r->told.text);
            lic_put_u8(out, '\n');
        }
        if (job->status != LIC_OK)
            lic_put_format(out, "not ok %zu - %s\n# %s\n", ++number, job->shown, job->error.text);
    }
    lic_put_format(out, "# %zu passed, %zu failed\n", run->passed, run->failed);
}

/* -- JUnit ----------------------------------------------------------------------------------------------------------------------------- */

static void put_xml(lic_buffer *out, lic_slice text)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];
        if (c == '<') lic_put_text(out, "&lt;");
        else if (c == '>') lic_put_text(out, "&gt;");
        else if (c == '&') lic_put_text(out, "&amp;");
        else if (c == '"') lic_put_text(out, "&quot;");
        else if (c == '\n') lic_put_text(out, "&#10;");
        else lic_put_u8(out, c < ' ' && c != '\t' ? '?' : c);
    }
}

static void junit_case(lic_test_run *run, lic_slice name, bool failed, lic_slice why)
{
    lic_buffer *out = &run->cli->out;
    lic_put_text(out, "    <testcase name=\"");
    put_xml(out, name);
    if (!failed) {
        lic_put_text(out, "\"/>\n");
        return;
    }
    lic_put_text(out, "\"><failure message=\"");
    put_xml(out, why);
    lic_put_text(out, "\"/></testcase>\n");
}

void lic_test_tell_junit(lic_test_run *run)
{
    lic_buffer *out = &run->cli->out;
    lic_put_format(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"%zu\" failures=\"%zu\">\n",
        run->passed + run->failed, run->failed);
    for (uint32_t j = 0; j < run->job_count; j++) {
        const lic_test_job *job = &run->jobs[j];
        if (job->share != 0) continue;
        lic_put_text(out, "  <testsuite name=\"");
        put_xml(out, lic_slice_text(job->shown));
        lic_put_text(out, "\">\n");
        for (uint32_t i = 0; i < job->results; i++) {
            const lic_test_result *r = &run->results[job->first_result + i];
            junit_case(run, r->told.name, r->told.failed, r->told.text);
        }
        if (job->status != LIC_OK)
            junit_case(run, lic_slice_text(job->file), true, lic_slice_text(job->error.text));
        lic_put_text(out, "  </testsuite>\n");
    }
    lic_put_text(out, "</testsuites>\n");
}

/* -- JSON -------------------------------------------------------------------------------------------------------------------------------- */

void lic_test_tell_results(lic_test_run *run, lic_json *json)
{
    lic_json_key(json, "results");
    lic_json_array(json);
    for (size_t i = 0; i < run->result_count; i++) {
        const lic_test_result *r = &run->results[i];
        if (run->jobs[r->job].share != 0) continue;
        lic_json_object(json);
        lic_json_put_text(json, "file", run->jobs[r->job].shown);
        lic_json_put_slice(json, "name", r->told.name);
        lic_json_put_slice(json, "kind", r->told.kind);
        lic_json_put_bool(json, "passed", !r->told.failed);
        lic_json_put_integer(json, "expectations", (int64_t)r->told.expectations);
        if (r->told.failed) {
            lic_json_put_slice(json, "failure", r->told.failure);
            lic_json_put_slice(json, "text", r->told.text);
            lic_json_put_slice(json, "help", r->told.help);
        }
        lic_json_end(json);
    }
    for (size_t i = 0; i < run->job_count; i++) {
        if (run->jobs[i].status == LIC_OK || run->jobs[i].share != 0) continue;
        lic_json_object(json);
        lic_json_put_text(json, "file", run->jobs[i].shown);
        lic_json_put_bool(json, "passed", false);
        lic_json_put_text(json, "failure", "error");
        lic_json_put_text(json, "text", run->jobs[i].error.text);
        lic_json_put_text(json, "help", run->jobs[i].error.help);
        lic_json_end(json);
    }
    lic_json_end(json);
}

static void json_coverage(lic_test_run *run, lic_json *json)
{
    lic_json_key(json, "clauses");
    lic_json_array(json);
    for (size_t i = 0; i < run->clause_count; i++) {
        bool first = false;
        const lic_test_clause *c = &run->clauses[i];
        bool ran = has_run(run, i, &first);
        if (!first || c->told.code == 0) continue;
        lic_json_object(json);
        lic_json_put_text(json, "folder", run->jobs[c->job].folder);
        lic_json_put_slice(json, "agreement", c->told.agreement);
        lic_json_put_slice(json, "what", c->told.what);
        lic_json_put_slice(json, "name", c->told.name);
        lic_json_put_slice(json, "label", c->told.label);
        lic_json_put_slice(json, "anchor", c->told.anchor);
        lic_json_put_integer(json, "line", c->told.line);
        lic_json_put_bool(json, "exercised", ran);
        lic_json_end(json);
    }
    lic_json_end(json);
}

void lic_test_tell_json(lic_test_run *run)
{
    lic_json json;
    lic_json_init(&json, &run->cli->out);
    lic_json_object(&json);
    lic_json_put_integer(&json, "passed", (int64_t)run->passed);
    lic_json_put_integer(&json, "failed", (int64_t)run->failed);
    lic_json_put_integer(&json, "seed", (int64_t)(run->seed & INT64_MAX));
    lic_test_tell_results(run, &json);
    if (run->coverage) json_coverage(run, &json);
    if (run->mutate) lic_test_tell_mutants_json(run, &json);
    lic_json_end(&json);
    lic_put_u8(&run->cli->out, '\n');
}
