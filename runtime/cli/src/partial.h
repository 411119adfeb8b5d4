/* partial.h - a ledger file in the making, under another name than the one that it gets: PATH.partial. Nobody sees half
 * of it, nothing is ever overwritten, and what a process left that was killed is taken over by the next one.
 *
 *     lic_partial_begin(cli, "new.licet", 0600, &partial);
 *     ... write partial.path ...
 *     lic_partial_place(&partial);       it is new.licet, on the disk
 *     lic_partial_end(&partial);         in any case: what was not placed is removed */
#ifndef LICET_CLI_PARTIAL_H
#define LICET_CLI_PARTIAL_H

#include <licet/cli.h>

enum { LIC_PARTIAL_PATH = 4096 };

#define LIC_PARTIAL_SUFFIX ".partial"

typedef struct lic_partial {
    lic_cli *cli;
    const char *target;
    char path[LIC_PARTIAL_PATH];
    int descriptor; /* of `path`, and its lock; -1: there is nothing */
} lic_partial;

/* Makes an empty file with the mode's bits. REFUSED: something is at the target, or lies beside it that a ledger there
 * would take for its own (-wal, -journal); LOCKED: another process makes the same; IO. */
lic_status lic_partial_begin(lic_cli *cli, const char *target, unsigned mode, lic_partial *partial);
/* Copies a file's bytes into it. MISSING, IO. */
lic_status lic_partial_copy(lic_partial *partial, const char *source, lic_progress *progress);
/* SHA-256 and size of its bytes. */
lic_status lic_partial_hash(const lic_partial *partial, lic_hash *hash, uint64_t *bytes);
/* Gives it its name, and waits until the folder is on the disk. REFUSED: something has come to be there. */
lic_status lic_partial_place(lic_partial *partial);
/* After a begin that answered OK. */
void lic_partial_end(lic_partial *partial);

#endif
