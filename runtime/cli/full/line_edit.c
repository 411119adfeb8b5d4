/* line_edit.c - what libedit asks for: functions without a context, memory from malloc. */
#include "line_edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <editline/readline.h>

enum { NAMES_MAX = 1 << 20, HISTORY_LINES = 1000 };

static char names[NAMES_MAX], history[4096]; /* history: a file's name; empty: none is kept */

/* The next name that begins with what was typed; the words of a method call stand behind the last sign. */
static char *next_name(const char *typed, int again)
{
    static const char *at;
    const char *word = typed + strlen(typed);
    while (word > typed && word[-1] != ':' && word[-1] != '.' && word[-1] != '(') word--;
    if (again == 0) at = names;
    while (*at != '\0') {
        const char *end = strchrnul(at, '\n'), *name = at;
        at = *end == '\n' ? end + 1 : end;
        if ((size_t)(end - name) < strlen(word) || strncmp(name, word, strlen(word)) != 0) continue;
        char *found = NULL;
        if (asprintf(&found, "%.*s%.*s", (int)(word - typed), typed, (int)(end - name), name) < 0)
            return NULL;
        return found;
    }
    return NULL;
}

static char **complete(const char *text, int start, int end)
{
    (void)start, (void)end;
    rl_completion_append_character = '\0';
    return rl_completion_matches(text, next_name);
}

void lic_line_edit_names(lic_slice all)
{
    size_t size = all.size < sizeof names - 1 ? all.size : sizeof names - 1;
    if (size > 0) memcpy(names, all.data, size);
    names[size] = '\0';
}

void lic_line_edit_open(void)
{
    const char *home = getenv("HOME");
    using_history();
    stifle_history(HISTORY_LINES);
    rl_attempted_completion_function = complete;
    if (home == NULL || home[0] == '\0' ||
        snprintf(history, sizeof history, "%s/.licet_history", home) >= (int)sizeof history)
        history[0] = '\0';
    else (void)read_history(history);
}

static bool keep_line(char *text, lic_buffer *line)
{
    if (text == NULL) return false;
    lic_put_text(line, text);
    if (text[0] != '\0') (void)add_history(text);
    if (history[0] != '\0') (void)write_history(history);
    free(text);
    return true;
}

bool lic_line_edit_read(const char *prompt, lic_buffer *line)
{
    return keep_line(readline(prompt), line);
}

/* -- piece by piece ---------------------------------------------------------------------------------------------- */

static char *taken; /* a whole line, or NULL at the end */
static lic_line_state state;

static void take_line(char *text)
{
    taken = text;
    state = text == NULL ? LIC_LINE_NONE : LIC_LINE_WHOLE;
}

void lic_line_edit_begin(const char *prompt)
{
    state = LIC_LINE_OPEN;
    rl_callback_handler_install(prompt, take_line);
}

lic_line_state lic_line_edit_take(lic_buffer *line)
{
    rl_callback_read_char();
    if (state == LIC_LINE_WHOLE) (void)keep_line(taken, line);
    return state;
}

void lic_line_edit_end(void)
{
    rl_callback_handler_remove();
}
