/* line_edit.h - lines from a terminal, with history and completion; libedit's memory rules stay behind this. */
#ifndef LICET_CLI_LINE_EDIT_H
#define LICET_CLI_LINE_EDIT_H

#include <licet/bytes.h>

/* Begins with the lines of ~/.licet_history; without a home none are kept. */
void lic_line_edit_open(void);
/* Takes a copy of the names that can be completed now, one a line; those beyond 1 MiB are left out. */
void lic_line_edit_names(lic_slice names);
/* Appends the line to *line; false: there is none. */
bool lic_line_edit_read(const char *prompt, lic_buffer *line);

/* The same for who waits for other things too: the prompt is shown, and each time the terminal has something to read
 * it is taken, until a line is whole. In between the terminal is not as others expect it: end it before anything
 * else is written, or read. */
typedef enum lic_line_state { LIC_LINE_OPEN, LIC_LINE_WHOLE, LIC_LINE_NONE } lic_line_state;
void lic_line_edit_begin(const char *prompt);
lic_line_state lic_line_edit_take(lic_buffer *line);
void lic_line_edit_end(void);

#endif
