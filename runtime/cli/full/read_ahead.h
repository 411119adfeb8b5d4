/* read_ahead.h - the file of a later line of a batch: read, cut and hashed by a thread of its own while the lines
 * before it run.
 *
 * It is a guess: a report's line names a large file somewhere. A command that asks for the file takes what was read, when
 * the file is still the same; whatever else it asks for, it reads itself. */
#ifndef LICET_CLI_READ_AHEAD_H
#define LICET_CLI_READ_AHEAD_H

#include <licet/cli.h>
#include <licet/cut.h>

typedef struct lic_read_ahead lic_read_ahead;

/* Begins with the file that one of the words names, if the words are such a line; NULL: they are not, the file is
 * small, or there can be no thread. */
lic_read_ahead *lic_read_ahead_begin(const lic_allocator *allocator, char *const *words,
                                     size_t count);
/* Gives what was read, when it is what `path` holds now, in fewer bytes than `bytes` may take; false: nothing of it is
 * there. Ends it in any case. The cut is the caller's. */
bool lic_read_ahead_take(lic_read_ahead *ahead, const char *path, lic_buffer *bytes, lic_cut **cut);
bool lic_read_ahead_is(const lic_read_ahead *ahead, const char *path); /* it reads that file */
void lic_read_ahead_end(lic_read_ahead *ahead);                        /* NULL allowed */

#endif
