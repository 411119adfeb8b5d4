/* dev_round.c - one look at the folder: agreements that changed are compiled, tests whose files changed are run, and
 * where the deals' own files changed the ledger is made anew. The rest is taken over from the round before. */
#include "author.h"
#include "dev.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define ROUND_MEMORY ((size_t)2 << 30) /* what tests tell, and texts of diagnostics */
enum { TEXT_MAX = 16 << 20 };

static lic_status no_memory(lic_dev *dev)
{
    return lic_fail(&dev->cli->error, LIC_NO_MEMORY, "memory", "", "out of memory");
}

static bool ends_with(const char *path, const char *ending)
{
    size_t size = strlen(path), tail = strlen(ending);
    return size > tail && strcmp(path + size - tail, ending) == 0;
}

static lic_slice keep(lic_arena *arena, const lic_buffer *text)
{
    void *copy = lic_arena_copy(arena, text->data, text->size);
    return lic_slice_of(copy, copy == NULL ? 0 : text->size);
}

/* "FOLDER/PATH", or the path alone where the folder is the present one. */
static char *path_in(const lic_dev *dev, lic_arena *arena, const char *path)
{
    bool here = strcmp(dev->folder, ".") == 0;
    size_t size = strlen(dev->folder) + strlen(path) + 2;
    char *whole = lic_arena_take(arena, size);
    if (whole != NULL)
        (void)snprintf(whole, size, "%s%s%s", here ? "" : dev->folder, here ? "" : "/", path);
    return whole;
}

static lic_status keep_paths(const lic_dev_paths *from, lic_arena *arena, lic_dev_paths *to)
{
    for (size_t i = 0; i < from->count; i++)
        LIC_TRY(lic_dev_paths_add(to, arena, lic_slice_text(from->items[i])));
    return LIC_OK;
}

/* -- agreements ---------------------------------------------------------------------------------------------------- */

const lic_dev_agreement *lic_dev_agreement_at(const lic_dev_round *round, const char *path)
{
    for (size_t i = 0; i < round->agreement_count; i++)
        if (strcmp(round->agreements[i].path, path) == 0) return &round->agreements[i];
    return NULL;
}

static void take_texts(const lic_dev *dev, lic_arena *arena, const lic_author *author,
                       lic_dev_agreement *agreement)
{
    const lic_diagnostics *list = lic_compilation_diagnostics(author->compilation);
    lic_buffer shown, json;
    lic_buffer_init(&shown, dev->cli->allocator, TEXT_MAX);
    lic_buffer_init(&json, dev->cli->allocator, TEXT_MAX);
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0) lic_put_u8(&json, ',');
        lic_diagnostic_json(&list->items[i], agreement->path, &json);
        lic_diagnostic_text(&list->items[i], agreement->path, lic_author_source(author),
                            dev->cli->colour, &shown);
    }
    agreement->errors = list->error_count;
    agreement->shown = keep(arena, &shown);
    agreement->json = keep(arena, &json);
    lic_buffer_free(&shown);
    lic_buffer_free(&json);
}

static lic_status compile(lic_dev *dev, lic_dev_round *round, lic_dev_agreement *agreement)
{
    lic_author author;
    char *path = path_in(dev, round->arena, agreement->path);
    if (path == NULL) return no_memory(dev);
    agreement->fresh = true;
    lic_status status = lic_author_open(dev->cli, path, LIC_AUTHOR_UNIT_SCALE, &author);
    if (status == LIC_OK) take_texts(dev, round->arena, &author, agreement);
    lic_author_close(&author);
    if (status != LIC_MISSING && status != LIC_IO && status != LIC_TOO_LARGE) return status;
    agreement->errors = 1; /* it went away meanwhile, or cannot be read */
    lic_buffer text;
    lic_buffer_init(&text, dev->cli->allocator, TEXT_MAX);
    lic_put_format(&text, "error: %s\n", dev->cli->error.text);
    agreement->shown = keep(round->arena, &text);
    agreement->json = lic_slice_of(NULL, 0);
    lic_buffer_free(&text);
    return LIC_OK;
}

/* As it was in the round before; false: that had no such agreement. */
static bool keep_agreement(const lic_dev_round *before, lic_arena *arena,
                           lic_dev_agreement *agreement)
{
    const lic_dev_agreement *old = before == NULL ? NULL
                                                  : lic_dev_agreement_at(before, agreement->path);
    if (old == NULL) return false;
    void *shown = lic_arena_copy(arena, old->shown.data, old->shown.size);
    void *json = lic_arena_copy(arena, old->json.data, old->json.size);
    if (shown == NULL || json == NULL) return false;
    agreement->errors = old->errors;
    agreement->shown = lic_slice_of(shown, old->shown.size);
    agreement->json = lic_slice_of(json, old->json.size);
    return true;
}

static lic_status check_agreements(lic_dev *dev, const lic_dev_round *before, lic_dev_round *now)
{
    now->agreements = lic_arena_take(now->arena, (now->files.count + 1) * sizeof *now->agreements);
    if (now->agreements == NULL) return no_memory(dev);
    for (size_t i = 0; i < now->files.count; i++) {
        const char *path = now->files.items[i].path;
        if (!ends_with(path, ".lic")) continue;
        lic_dev_agreement *agreement = &now->agreements[now->agreement_count];
        *agreement = (lic_dev_agreement){.path = path};
        bool changed = lic_dev_paths_have(&now->changed, path);
        if (changed || !keep_agreement(before, now->arena, agreement))
            LIC_TRY(compile(dev, now, agreement));
        now->agreement_count++;
    }
    return LIC_OK;
}

/* -- tests --------------------------------------------------------------------------------------------------------- */

static const lic_dev_tests *tests_at(const lic_dev_round *round, const char *path)
{
    for (size_t i = 0; round != NULL && i < round->test_count; i++)
        if (strcmp(round->tests[i].path, path) == 0) return &round->tests[i];
    return NULL;
}

/* An agreement with errors that the tests read, by what they asked for when they last ran. */
static const char *broken_agreement(const lic_dev_round *now, const lic_dev_paths *asked)
{
    for (size_t i = 0; i < now->agreement_count; i++)
        if (now->agreements[i].errors > 0 && lic_dev_paths_have(asked, now->agreements[i].path))
            return now->agreements[i].path;
    return NULL;
}

static lic_status add_tests(lic_dev *dev, const lic_dev_round *before, lic_dev_round *now,
                            const char *path)
{
    lic_dev_tests *tests = &now->tests[now->test_count++];
    const lic_dev_tests *old = tests_at(before, path);
    *tests = (lic_dev_tests){.path = path};
    if (old != NULL) {
        LIC_TRY(keep_paths(&old->asked, now->arena, &tests->asked));
        tests->passed = old->passed;
        tests->failed = old->failed;
        if (!now->again && old->waits == NULL && !lic_dev_touched(&old->asked, &now->changed))
            return LIC_OK;
    }
    tests->waits = broken_agreement(now, &tests->asked);
    if (tests->waits != NULL) return LIC_OK;
    tests->fresh = true;
    char *whole = path_in(dev, now->arena, path);
    return whole == NULL ? no_memory(dev) : lic_test_add_job(&now->run, whole);
}

/* What was asked for is told beneath the tests' own folder. */
static lic_status take_asked(lic_dev *dev, lic_dev_round *now, lic_dev_tests *tests, uint32_t job)
{
    char path[PATH_MAX];
    const char *slash = strrchr(tests->path, '/');
    int folder = slash == NULL ? 0 : (int)(slash - tests->path) + 1;
    tests->asked = (lic_dev_paths){0};
    LIC_TRY(lic_dev_paths_add(&tests->asked, now->arena, lic_slice_text(tests->path)));
    for (size_t i = 0; i < now->run.read_count; i++) {
        if (now->run.reads[i].job != job) continue;
        lic_slice asked = now->run.reads[i].path;
        int size = snprintf(path, sizeof path, "%.*s%.*s", folder, tests->path, (int)asked.size,
                            (const char *)asked.data);
        if (size < 0 || (size_t)size >= sizeof path) continue;
        if (lic_dev_paths_add(&tests->asked, now->arena, lic_slice_text(path)) != LIC_OK)
            return no_memory(dev);
    }
    return LIC_OK;
}

static lic_status take_results(lic_dev *dev, lic_dev_round *now)
{
    const lic_test_run *run = &now->run;
    uint32_t job = 0;
    for (size_t i = 0; i < now->test_count; i++) {
        lic_dev_tests *tests = &now->tests[i];
        if (!tests->fresh) continue;
        tests->passed = 0;
        tests->failed = run->jobs[job].status != LIC_OK;
        for (size_t r = 0; r < run->result_count; r++) {
            if (run->results[r].job != job) continue;
            if (run->results[r].told.failed) tests->failed++;
            else tests->passed++;
        }
        LIC_TRY(take_asked(dev, now, tests, job));
        job++;
    }
    return LIC_OK;
}

static lic_status run_tests(lic_dev *dev, const lic_dev_round *before, lic_dev_round *now)
{
    now->run = (lic_test_run){
        .cli = dev->cli, .arena = now->arena, .seed = dev->seed, .runs = dev->runs};
    now->run.filter = lic_cli_value(dev->cli, LIC_OPTION_FILTER);
    now->tests = lic_arena_take(now->arena, (now->files.count + 1) * sizeof *now->tests);
    if (now->tests == NULL) return no_memory(dev);
    for (size_t i = 0; i < now->files.count; i++)
        if (ends_with(now->files.items[i].path, ".scenario.lua"))
            LIC_TRY(add_tests(dev, before, now, now->files.items[i].path));
    LIC_TRY(lic_test_jobs(&now->run, lic_test_processors()));
    lic_test_count(&now->run);
    LIC_TRY(take_results(dev, now));
    return lic_test_regressions_save(&now->run);
}

/* -- the ledger ------------------------------------------------------------------------------------------------------ */

/* The last ledger that could be made stays until another one can. */
static lic_status make_ledger(lic_dev *dev, lic_dev_round *before, lic_dev_round *now)
{
    lic_dev_ledger *old = before == NULL ? NULL : &before->ledger;
    if (old == NULL || lic_dev_touched(&old->asked, &now->changed)) {
        LIC_TRY(lic_dev_ledger_make(dev, now));
    } else {
        LIC_TRY(keep_paths(&old->asked, now->arena, &now->ledger.asked));
        void *notes = lic_arena_copy(now->arena, old->notes.data, old->notes.size);
        now->ledger.notes = lic_slice_of(notes, notes == NULL ? 0 : old->notes.size);
        now->ledger.refused = old->refused;
    }
    if (now->ledger.world != NULL || old == NULL) return LIC_OK;
    now->ledger.world = old->world;
    old->world = NULL;
    return LIC_OK;
}

/* -- the round ------------------------------------------------------------------------------------------------------- */

void lic_dev_round_free(lic_dev_round *round)
{
    lic_world_destroy(round->ledger.world);
    if (round->arena != NULL) lic_arena_destroy(round->arena);
    memset(round, 0, sizeof *round);
}

/* A file that nothing asked for, and that is no agreement and no test, is no news. */
static bool counts(const lic_dev_round *before, const lic_dev_round *now)
{
    for (size_t i = 0; i < now->changed.count; i++)
        if (ends_with(now->changed.items[i], ".lic") ||
            ends_with(now->changed.items[i], ".scenario.lua"))
            return true;
    bool touched = lic_dev_touched(&before->ledger.asked, &now->changed);
    for (size_t i = 0; i < before->test_count && !touched; i++)
        touched = lic_dev_touched(&before->tests[i].asked, &now->changed);
    return touched;
}

static lic_status fill(lic_dev *dev, lic_dev_round *before, lic_dev_round *now, bool *news)
{
    LIC_TRY(lic_dev_scan(dev->folder, now->arena, &now->files, &dev->cli->error));
    if (before != NULL &&
        lic_dev_compare(&before->files, &now->files, now->arena, &now->changed) != LIC_OK)
        return no_memory(dev);
    now->first = before == NULL;
    *news = before == NULL || now->again || counts(before, now);
    if (!*news) return LIC_OK;
    LIC_TRY(check_agreements(dev, before, now));
    LIC_TRY(run_tests(dev, before, now));
    return make_ledger(dev, before, now);
}

bool lic_dev_is_news(lic_dev *dev)
{
    lic_dev_round now = {.arena = lic_arena_create(dev->cli->allocator, ROUND_MEMORY)};
    bool news = now.arena != NULL &&
                lic_dev_scan(dev->folder, now.arena, &now.files, &dev->cli->error) == LIC_OK &&
                lic_dev_compare(&dev->now.files, &now.files, now.arena, &now.changed) == LIC_OK &&
                counts(&dev->now, &now);
    lic_dev_round_free(&now);
    return news;
}

lic_status lic_dev_look(lic_dev *dev, bool again, bool *news)
{
    lic_dev_round now = {.arena = lic_arena_create(dev->cli->allocator, ROUND_MEMORY),
                         .again = again};
    lic_dev_round *before = dev->now.arena == NULL ? NULL : &dev->now;
    *news = false;
    lic_status status = now.arena == NULL ? no_memory(dev) : fill(dev, before, &now, news);
    if (status != LIC_OK || !*news) {
        lic_dev_round_free(&now);
        return status;
    }
    lic_dev_round_free(&dev->now);
    dev->now = now;
    return LIC_OK;
}

bool lic_dev_good(const lic_dev_round *round)
{
    bool good = round->ledger.refused == 0;
    for (size_t i = 0; i < round->agreement_count; i++)
        good = good && round->agreements[i].errors == 0;
    for (size_t i = 0; i < round->test_count; i++)
        good = good && round->tests[i].failed == 0 && round->tests[i].waits == NULL;
    return good;
}
