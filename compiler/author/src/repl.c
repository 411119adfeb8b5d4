/* repl.c - the host's side of a session: lines go to the confined process, answers come back. */
#include "scenario_work.h"
#include "world.h"

#include <licet/crypto.h>
#include <licet/project.h>
#include <licet/repl.h>

enum { ANSWER_MAX = 32 << 20 };

typedef struct session {
    const lic_repl_options *options;
    lic_project *project;
    lic_buffer text; /* lines of one piece of work so far */
    bool first;
} session;

/* Takes the answer; *more: the text goes on. */
static bool take_answer(session *s, lic_slice told, bool *more)
{
    lic_cursor cursor = lic_cursor_of(told);
    uint8_t kind = lic_get_u8(&cursor);
    lic_slice text = lic_get_slice(&cursor, ANSWER_MAX), names = lic_get_slice(&cursor, ANSWER_MAX);
    if (cursor.failed) return false;
    *more = kind == LIC_EVAL_MORE;
    if (*more) return true;
    lic_buffer_clear(&s->text);
    if (text.size > 0) s->options->write(s->options->context, kind == LIC_EVAL_FAILED, text);
    if (s->options->names != NULL) s->options->names(s->options->context, names);
    return true;
}

static lic_status next(void *context, lic_slice told, lic_buffer *work, lic_error *error)
{
    session *s = context;
    bool more = false;
    if (!s->first && !take_answer(s, told, &more))
        return lic_fail(error, LIC_MALFORMED, "answer", "",
                        "the session's process answers what was not asked");
    s->first = false;
    if (more) lic_put_u8(&s->text, '\n');
    if (!s->options->read(s->options->context, more, &s->text)) {
        lic_put_u8(work, LIC_WORK_END);
        return LIC_OK;
    }
    lic_put_u8(work, LIC_WORK_EVAL);
    lic_put_slice(work, lic_slice_of(s->text.data, s->text.size));
    return LIC_OK;
}

static lic_status read_file(void *context, lic_slice path, lic_buffer *target, lic_error *error)
{
    return lic_project_read(((session *)context)->project, path, target, error);
}

static lic_status list_folder(void *context, lic_slice path, lic_buffer *target, lic_error *error)
{
    return lic_project_list(((session *)context)->project, path, target, error);
}

lic_status lic_repl_run(const lic_repl_options *options, lic_error *error)
{
    session s = {.options = options, .first = true};
    lic_scenario_start start = {.file = NULL};
    const lic_confine_options confine = {
        .limits = options->limits,
        .services = {.context = &s, .read = read_file, .list = list_folder, .next = next},
        .allocator = options->allocator,
        .clock = options->clock};
    LIC_TRY(lic_crypto_start(error));
    if (options->ledger != NULL) { /* made here, and seen by the process that begins after it */
        LIC_TRY(lic_world_create(1, NULL, options->allocator, &start.world, error));
        LIC_TRY(lic_world_play(start.world, options->ledger, error));
    }
    LIC_TRY(lic_project_open(options->folder, (size_t)options->limits.message_bytes,
                             options->allocator, &s.project, error));
    lic_buffer_init(&s.text, options->allocator, ANSWER_MAX);
    lic_status status = lic_confine_run(&confine, lic_scenario_child, &start, NULL, error);
    lic_buffer_free(&s.text);
    lic_project_close(s.project);
    lic_world_destroy(start.world);
    return status;
}
