/* body.h - encoding and decoding of the bodies that kinds.def describes. Private to the ledger. */
#ifndef LICET_LEDGER_BODY_H
#define LICET_LEDGER_BODY_H

#include <licet/transaction.h>

#define GATHER_PARTS 40
#define GATHER_SCRATCH 512

/* An encoding as a list of parts: numbers lie in scratch, byte strings stay where they are. Hashing and
 * writing take the parts, so neither copies a chunk nor allocates. */
typedef struct gather {
    bool abridged;
    const lic_hash *chunk_leaf; /* when abridged */
    const char *bad;            /* name of the first field out of range */
    const char *why;            /* what is wrong with it, or NULL: its size */
    size_t count, size, used;
    lic_slice parts[GATHER_PARTS];
    uint8_t scratch[GATHER_SCRATCH];
} gather;

/* The parts of the body of transaction->kind, which must be a known one. */
void body_gather(const lic_transaction *transaction, gather *parts);

/* How the chunk of a LINES body stands in the bytes. */
typedef enum chunk_form { CHUNK_WIRE, CHUNK_ABRIDGED } chunk_form;

/* Reads the whole of `bytes` as a body of transaction->kind. False: *bad names the field, or "length".
 * CHUNK_ABRIDGED: chunk_leaf is read, and body.lines.chunk has the size but no bytes. */
bool body_read(lic_slice bytes, chunk_form form, lic_transaction *transaction, const char **bad);

/* Decodes a stored transaction without its chunk: body.lines.chunk has the size but no bytes, and the
 * id is not computed. */
lic_status transaction_decode_stored(lic_slice bytes, lic_transaction *transaction,
                                     lic_error *error);

/* Rules between the fields of a body, and with the envelope. NULL: good. */
const char *body_rule(const lic_transaction *transaction);

typedef enum kind_signers { SIGNED_BY_KEY, SIGNED_BY_NOBODY } kind_signers;
typedef struct kind_info {
    const char *name, *doc;
    kind_signers signers;
    bool executed;
} kind_info;
/* NULL for unknown numbers. */
const kind_info *kind_of(uint16_t kind);

#endif
