/* sim_story.c - the host's side of a scenario that is played for a what-if. */
#include "scenario_work.h"

#include <licet/crypto.h>
#include <licet/project.h>
#include <licet/sim.h>

#include <string.h>

enum { NAME_MAX_BYTES = 1 << 16 };

typedef struct telling {
    const lic_sim_story *story;
    const lic_sim_change *changes;
    size_t count, next; /* the change that is asked for next */
    lic_sim_result *results;
    lic_project *project;
    uint32_t scenario;
    bool first, listed;
} telling;

static bool begins(lic_slice name, const char *text)
{
    size_t size = strlen(text);
    return name.size >= size && memcmp(name.data, text, size) == 0;
}

/* Which scenario it is; properties are no stories. */
static lic_status find_scenario(telling *t, lic_cursor *told, lic_error *error)
{
    uint32_t count = lic_get_u32(told);
    for (uint32_t i = 0; i < count && !told->failed; i++) {
        lic_slice name = lic_get_slice(told, NAME_MAX_BYTES);
        lic_slice kind = lic_get_slice(told, NAME_MAX_BYTES);
        (void)lic_get_slice(told, NAME_MAX_BYTES);
        bool fits = t->story->scenario == NULL || begins(name, t->story->scenario);
        if (!fits || !lic_slice_equal(kind, lic_slice_text("scenario"))) continue;
        t->scenario = i;
        for (size_t r = 0; r < t->count; r++) {
            void *copy = lic_arena_copy(t->results[r].arena, name.data, name.size);
            t->results[r].name = lic_slice_of(copy, copy == NULL ? 0 : name.size);
        }
        return LIC_OK;
    }
    return lic_fail(error, LIC_MISSING, "scenario", "licet test lists the scenarios of a file",
                    "%s has no scenario%s%s", t->story->file,
                    t->story->scenario == NULL ? "" : " that begins with ",
                    t->story->scenario == NULL ? "" : t->story->scenario);
}

static void ask(telling *t, lic_buffer *work)
{
    if (t->next == t->count) {
        lic_put_u8(work, LIC_WORK_END);
        return;
    }
    const lic_sim_change *change = &t->changes[t->next];
    lic_put_u8(work, LIC_WORK_SIM);
    lic_put_u32(work, t->scenario);
    lic_put_u32(work, (uint32_t)change->set_count);
    for (size_t i = 0; i < change->set_count; i++) {
        lic_put_slice(work, change->set[i].name);
        lic_put_slice(work, change->set[i].value);
    }
    lic_put_u32(work, (uint32_t)change->filing_count);
    for (size_t i = 0; i < change->filing_count; i++) {
        lic_put_slice(work, change->filings[i].report);
        lic_put_slice(work, change->filings[i].period);
        lic_put_slice(work, change->filings[i].bytes);
    }
}

static lic_status next(void *context, lic_slice told, lic_buffer *work, lic_error *error)
{
    telling *t = context;
    lic_cursor cursor = lic_cursor_of(told);
    if (t->first) {
        t->first = false;
        lic_put_u8(work, LIC_WORK_LIST);
        return LIC_OK;
    }
    if (!t->listed) {
        t->listed = true;
        LIC_TRY(find_scenario(t, &cursor, error));
    } else {
        lic_status status = lic_sim_take(&cursor, &t->results[t->next]);
        if (status != LIC_OK)
            return lic_fail(error, status, "result", "", "the results cannot be read");
        t->next++;
    }
    ask(t, work);
    return LIC_OK;
}

static lic_status read_file(void *context, lic_slice path, lic_buffer *target, lic_error *error)
{
    return lic_project_read(((telling *)context)->project, path, target, error);
}

static lic_status list_folder(void *context, lic_slice path, lic_buffer *target, lic_error *error)
{
    return lic_project_list(((telling *)context)->project, path, target, error);
}

lic_status lic_sim_play(const lic_sim_story *story, const lic_sim_change *changes, size_t count,
                        lic_sim_result *results, lic_error *error)
{
    telling t = {
        .story = story, .changes = changes, .count = count, .results = results, .first = true};
    lic_scenario_start start = {.file = story->file};
    const lic_confine_options confine = {
        .limits = story->limits,
        .services = {.context = &t, .read = read_file, .list = list_folder, .next = next},
        .allocator = story->allocator,
        .clock = story->clock};
    LIC_TRY(lic_crypto_start(error));
    LIC_TRY(lic_project_open(story->folder, (size_t)story->limits.message_bytes, story->allocator,
                             &t.project, error));
    lic_status status = lic_confine_run(&confine, lic_scenario_child, &start, NULL, error);
    lic_project_close(t.project);
    return status;
}
