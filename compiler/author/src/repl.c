/* repl.c - the host's side of a session: lines and queries go to the confined process, answers come back. */
#include "scenario_work.h"

#include <licet/crypto.h>
#include <licet/repl.h>

enum { ANSWER_MAX = 32 << 20 };

typedef struct session {
    const lic_repl_options *options;
    lic_project *project;
    lic_buffer text; /* lines of one piece of work so far */
    lic_repl_ask asked;
} session;

/* Takes the answer to a line; *more: the text goes on. */
static bool take_line(session *s, lic_cursor *cursor, bool *more)
{
    uint8_t kind = lic_get_u8(cursor);
    lic_slice text = lic_get_slice(cursor, ANSWER_MAX), names = lic_get_slice(cursor, ANSWER_MAX);
    if (cursor->failed) return false;
    *more = kind == LIC_EVAL_MORE;
    if (*more) return true;
    lic_buffer_clear(&s->text);
    if (text.size > 0) s->options->write(s->options->context, kind == LIC_EVAL_FAILED, text);
    if (s->options->names != NULL) s->options->names(s->options->context, names);
    return true;
}

/* Takes the answer to a query. */
static bool take_rows(session *s, lic_cursor *cursor)
{
    lic_buffer_clear(&s->text);
    if (lic_get_u8(cursor) == LIC_EVAL_FAILED) {
        lic_slice text = lic_get_slice(cursor, ANSWER_MAX);
        s->options->write(s->options->context, true, text);
        return !cursor->failed;
    }
    size_t columns = lic_get_u32(cursor), rows = lic_get_u32(cursor), count = columns * (rows + 1);
    if (cursor->failed || count > ANSWER_MAX) return false;
    lic_slice *cells = lic_allocate_zero(s->options->allocator, count + 1, sizeof *cells);
    if (cells == NULL) return false;
    for (size_t i = 0; i < count; i++) cells[i] = lic_get_slice(cursor, ANSWER_MAX);
    if (!cursor->failed) s->options->rows(s->options->context, cells, columns, rows);
    lic_release(s->options->allocator, cells, (count + 1) * sizeof *cells);
    return !cursor->failed;
}

static bool take_answer(session *s, lic_slice told, bool *more)
{
    lic_cursor cursor = lic_cursor_of(told);
    if (s->asked == LIC_REPL_LINE) return take_line(s, &cursor, more);
    return s->asked == LIC_REPL_END || take_rows(s, &cursor);
}

static lic_status next(void *context, lic_slice told, lic_buffer *work, lic_error *error)
{
    session *s = context;
    bool more = false;
    if (!take_answer(s, told, &more))
        return lic_fail(error, LIC_MALFORMED, "answer", "",
                        "the session's process answers what was not asked");
    if (more) lic_put_u8(&s->text, '\n');
    s->asked = s->options->read(s->options->context, more, &s->text);
    if (s->asked == LIC_REPL_END) {
        lic_put_u8(work, LIC_WORK_END);
        return LIC_OK;
    }
    lic_put_u8(work, s->asked == LIC_REPL_QUERY ? LIC_WORK_QUERY : LIC_WORK_EVAL);
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
    session s = {.options = options, .asked = LIC_REPL_END};
    lic_scenario_start start = {.world = options->world};
    const lic_confine_options confine = {
        .limits = options->limits,
        .services = {.context = &s, .read = read_file, .list = list_folder, .next = next},
        .allocator = options->allocator,
        .clock = options->clock};
    LIC_TRY(lic_crypto_start(error));
    LIC_TRY(lic_project_open(options->folder, (size_t)options->limits.message_bytes,
                             options->allocator, &s.project, error));
    lic_buffer_init(&s.text, options->allocator, ANSWER_MAX);
    lic_status status = lic_confine_run(&confine, lic_scenario_child, &start, NULL, error);
    lic_buffer_free(&s.text);
    lic_project_close(s.project);
    return status;
}
