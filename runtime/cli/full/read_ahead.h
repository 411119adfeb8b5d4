/* read_ahead.h - the file of a later line of a batch: read, cut, hashed and, once its contract is signed, parsed by
 * threads of their own while the lines before it run; or the next file of a command that takes several.
 *
 * It is a guess: a report's line names a contract, a report, and a large file somewhere. A command that asks for the file takes what was read, when
 * the file is still the same; whatever else it asks for, it reads itself. */
#ifndef LICET_CLI_READ_AHEAD_H
#define LICET_CLI_READ_AHEAD_H

#include <licet/cli.h>
#include <licet/client.h>
#include <licet/foresight.h>

typedef struct lic_read_ahead lic_read_ahead;

/* Begins with the file that one of the words names, if the words are such a line; NULL: they are not, the file is
 * small, or there can be no thread. */
lic_read_ahead *lic_read_ahead_begin(const lic_allocator *allocator, char *const *words,
                                     size_t count);
/* Begins with a file that the same command will ask for next; NULL: it is small, or there can be no thread. */
lic_read_ahead *lic_read_ahead_next(const lic_allocator *allocator, const char *path,
                                    uint32_t chunk_bytes);
/* Begins to parse what was read, when the client's ledger has a contract and a report of the line's names by now. The
 * client has to outlive it, or to have been closed. */
void lic_read_ahead_parse(lic_read_ahead *ahead, lic_client *client);

/* What was worked out of a file; each NULL: nothing. Foresight goes before cut, and cut before the bytes. */
typedef struct lic_read_file {
    lic_buffer bytes;
    lic_cut *cut;
    lic_foresight *foresight;
} lic_read_file;

/* Gives what was read, when it is what `path` holds now, in fewer bytes than `file->bytes` may take; false: nothing of it
 * is there. Ends it in any case. */
bool lic_read_ahead_take(lic_read_ahead *ahead, const char *path, lic_read_file *file);
void lic_read_file_free(lic_read_file *file);
bool lic_read_ahead_is(const lic_read_ahead *ahead, const char *path); /* it reads that file */
void lic_read_ahead_end(lic_read_ahead *ahead);                        /* NULL allowed */

#endif
