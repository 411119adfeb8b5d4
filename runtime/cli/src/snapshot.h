/* snapshot.h - what an exported ledger is known by: the manifest beside it, FILE.manifest, seven lines
 * (docs/spec/ledger.md, "Exports"), and the examination that both `licet export` and `licet import` make. */
#ifndef LICET_CLI_SNAPSHOT_H
#define LICET_CLI_SNAPSHOT_H

#include "partial.h"

#define LIC_MANIFEST_SUFFIX ".manifest"

typedef struct lic_snapshot {
    lic_hash chain;
    uint64_t height;
    lic_hash block, state; /* hash and state root of the last block */
    uint64_t bytes;        /* of the file */
    lic_hash sha256;
    /* not in the manifest */
    uint64_t erased; /* transactions and outputs of which only the digest is left */
    bool replayed;
} lic_snapshot;

/* Reads every page, checks the chain of blocks with digests and signatures and the state of every contract; `replay`:
 * executes every block too. CORRUPT, VERSION, DIFFERS: what is wrong, in the words of who found it. */
lic_status lic_snapshot_examine(const lic_partial *partial, bool replay, lic_snapshot *snapshot);

void lic_snapshot_put(const lic_snapshot *snapshot, lic_buffer *target);
/* MALFORMED, VERSION; `path` is for words alone. */
lic_status lic_snapshot_parse(lic_slice text, const char *path, lic_snapshot *snapshot,
                              lic_error *error);
/* For people and as JSON; `file` is what was made. */
lic_status lic_snapshot_tell(lic_cli *cli, const char *file, const lic_snapshot *snapshot);

#endif
