/* dev_session.c - lines on the ledger of development: those of licet repl, and a few words of its own. While it waits
 * for a line it looks at the files; where a save makes another ledger, the session begins again on that. */
#include "dev.h"
#include "line_edit.h"

#include <licet/repl.h>
#include <licet/store.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { INPUT_MAX = 1 << 20 };

typedef enum why_ended {
    ENDED_QUIT,  /* the lines ended, or somebody ended it */
    ENDED_RESET, /* the ledger as it was made */
    ENDED_ROUND  /* a save made another one */
} why_ended;

typedef struct session {
    lic_dev *dev;
    lic_dev_watch watch;
    bool terminal, once;
    bool asking, telling; /* the date is asked for; the ledger's state is told */
    size_t section;       /* that comes next */
    lic_buffer input;     /* read, and not yet a line */
    bool input_ended;
    why_ended why;
    lic_status status; /* of a round that could not be made */
} session;

static const char HELP[] = "test     run all tests again\n"
                           "reset    the ledger as it was made from the deals\n"
                           "state    how the ledger stands\n"
                           "quit     the end\n"
                           "Anything else is a line of Lua on the ledger, as in licet repl: "
                           "contract_named(\"NAME\"), advance \"DATE\", query "
                           "\"SELECT ...\".";

/* -- lines ------------------------------------------------------------------------------------------------------------ */

/* A whole line of what was read; at the end of input what is left. */
static bool take_line(session *s, lic_buffer *line)
{
    lic_buffer *in = &s->input;
    const uint8_t *end = in->size == 0 ? NULL : memchr(in->data, '\n', in->size);
    if (end == NULL && !(s->input_ended && in->size > 0)) return false;
    size_t size = end == NULL ? in->size : (size_t)(end - in->data);
    size_t used = end == NULL ? size : size + 1;
    lic_put_bytes(line, in->data, size);
    memmove(in->data, in->data + used, in->size - used);
    in->size -= used;
    return true;
}

static void read_input(session *s)
{
    uint8_t room[65536];
    ssize_t size = read(STDIN_FILENO, room, sizeof room);
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (size > 0) lic_put_bytes(&s->input, room, (size_t)size);
    s->input_ended = size <= 0 || s->input.failed;
}

/* A save: true when the session is to begin again. */
static bool look(session *s, bool again)
{
    bool news = false;
    lic_status status = lic_dev_look(s->dev, again, &news);
    if (status != LIC_OK) {
        s->status = status;
        return true;
    }
    lic_dev_watch_folders(&s->watch, &s->dev->now.files);
    if (news) lic_dev_tell(s->dev);
    if (news) s->section = s->dev->now.ledger.fresh ? LIC_DEV_SECTIONS : 0;
    return news && s->dev->now.ledger.fresh;
}

typedef enum heard { HEARD_LINE, HEARD_SAVE, HEARD_END } heard;

static heard wait_plain(session *s, lic_buffer *line)
{
    while (!take_line(s, line)) {
        if (s->input_ended) return HEARD_END;
        lic_dev_event event = lic_dev_wait(&s->watch, STDIN_FILENO);
        if (event == LIC_DEV_STOPPED) return HEARD_END;
        if (event == LIC_DEV_LOOK) return HEARD_SAVE;
        read_input(s);
    }
    return HEARD_LINE;
}

static heard wait_terminal(session *s, bool more, lic_buffer *line)
{
    lic_line_edit_begin(more ? "   > " : "dev> ");
    for (;;) {
        lic_dev_event event = lic_dev_wait(&s->watch, STDIN_FILENO);
        if (event == LIC_DEV_STOPPED) return HEARD_END;
        if (event == LIC_DEV_LOOK && lic_dev_is_news(s->dev)) return HEARD_SAVE;
        if (event != LIC_DEV_INPUT) continue;
        lic_line_state state = lic_line_edit_take(line);
        if (state != LIC_LINE_OPEN) return state == LIC_LINE_WHOLE ? HEARD_LINE : HEARD_END;
    }
}

/* Signals that end the process are answered here, with the terminal as it was before. */
static heard wait_for(session *s, bool more, lic_buffer *line)
{
    lic_dev_hold();
    heard what = s->terminal ? wait_terminal(s, more, line) : wait_plain(s, line);
    if (s->terminal) lic_line_edit_end();
    if (s->terminal && what != HEARD_LINE) (void)write(STDOUT_FILENO, "\n", 1);
    lic_dev_let();
    return what;
}

/* -- words of its own --------------------------------------------------------------------------------------------------- */

static bool is(const lic_buffer *line, const char *word)
{
    lic_slice text = lic_slice_of(line->data, line->size);
    while (text.size > 0 && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\r'))
        text.size--;
    return lic_slice_equal(text, lic_slice_text(word));
}

/* True when the line was one of them; *ends: the session is over. */
static bool take_word(session *s, const lic_buffer *line, bool *ends)
{
    if (is(line, "quit") || is(line, "exit")) {
        *ends = true;
    } else if (is(line, "reset")) {
        s->why = ENDED_RESET;
        *ends = true;
    } else if (is(line, "test")) {
        if (look(s, true)) *ends = true, s->why = ENDED_ROUND;
    } else if (is(line, "state")) {
        s->section = 0;
    } else if (is(line, "help")) {
        lic_dev_tell_answer(s->dev, false, lic_slice_text(HELP));
    } else return is(line, "");
    return true;
}

/* -- what the session asks for --------------------------------------------------------------------------------------------- */

static lic_repl_ask ask_state(session *s, lic_buffer *text)
{
    if (s->section == 0 && !s->asking) {
        s->asking = true;
        lic_put_text(text, "today()");
        return LIC_REPL_LINE;
    }
    s->asking = false;
    lic_put_text(text, lic_dev_sections[s->section].sql);
    return LIC_REPL_QUERY;
}

static lic_repl_ask read_next(void *context, bool more, lic_buffer *text)
{
    session *s = context;
    for (;;) {
        if (!more && s->section < LIC_DEV_SECTIONS) return ask_state(s, text);
        if (s->once) return LIC_REPL_END;
        lic_buffer line;
        bool ends = false;
        lic_buffer_init(&line, s->dev->cli->allocator, INPUT_MAX);
        heard what = wait_for(s, more, &line);
        bool ours = what == HEARD_LINE && !more && take_word(s, &line, &ends);
        if (what == HEARD_LINE && !ours) lic_put_bytes(text, line.data, line.size);
        lic_buffer_free(&line);
        if (what == HEARD_LINE && !ours) return LIC_REPL_LINE;
        if (what == HEARD_SAVE && look(s, false)) ends = true, s->why = ENDED_ROUND;
        if (what == HEARD_END || ends) return LIC_REPL_END;
    }
}

static void take_rows(void *context, const lic_slice *cells, size_t columns, size_t rows)
{
    session *s = context;
    lic_dev_tell_section(s->dev, s->section++, cells, columns, rows);
    if (s->section == LIC_DEV_SECTIONS) (void)lic_cli_flush(s->dev->cli, true);
}

static void take_answer(void *context, bool failed, lic_slice text)
{
    session *s = context;
    if (s->asking)
        (void)snprintf(s->dev->date, sizeof s->dev->date, "%.*s", (int)text.size,
                       (const char *)text.data);
    else lic_dev_tell_answer(s->dev, failed, text);
    if (failed && s->section < LIC_DEV_SECTIONS) s->section = LIC_DEV_SECTIONS; /* untold */
}

static void take_names(void *context, lic_slice names)
{
    (void)context;
    lic_line_edit_names(names);
}

/* -- sessions, one after the other ------------------------------------------------------------------------------------------ */

/* A line that ran too long, or beyond what is allowed, ended the session and not the work. */
static lic_status one_session(session *s)
{
    lic_cli *cli = s->dev->cli;
    lic_error error = {0};
    lic_repl_options options = {.folder = s->dev->folder,
                                .allocator = cli->allocator,
                                .clock = &lic_clock_system,
                                .world = s->dev->now.ledger.world,
                                .context = s,
                                .read = read_next,
                                .write = take_answer,
                                .rows = take_rows,
                                .names = s->terminal ? take_names : NULL};
    lic_confine_limits_init(&options.limits);
    options.limits.cpu_seconds = 0; /* each line has the wall-clock limit */
    s->section = 0;
    s->asking = false;
    s->why = ENDED_QUIT;
    lic_status status = lic_repl_run(&options, &error);
    if (s->status != LIC_OK) return s->status;
    if (status == LIC_OK) return LIC_OK;
    if (status != LIC_TIME_LIMIT && status != LIC_DENIED) {
        cli->error = error;
        return status;
    }
    lic_dev_tell_answer(s->dev, true, lic_slice_text(error.text));
    s->why = s->once ? ENDED_QUIT : ENDED_RESET;
    return LIC_OK;
}

lic_status lic_dev_session(lic_dev *dev, bool once)
{
    session s = {.dev = dev, .once = once};
    s.terminal = !once && !dev->cli->json && isatty(STDIN_FILENO) == 1 &&
                 isatty(STDOUT_FILENO) == 1;
    lic_buffer_init(&s.input, dev->cli->allocator, INPUT_MAX);
    lic_dev_watch_open(&s.watch, dev->folder);
    lic_dev_watch_folders(&s.watch, &dev->now.files);
    if (s.terminal) lic_line_edit_open();
    lic_status status = LIC_OK;
    do status = one_session(&s);
    while (status == LIC_OK && s.why != ENDED_QUIT);
    lic_dev_watch_close(&s.watch);
    lic_buffer_free(&s.input);
    return status;
}
