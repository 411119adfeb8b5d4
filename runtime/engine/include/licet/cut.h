/* cut.h - a file that is to be uploaded: where its chunks end, how many lines it has, and each chunk's leaf.
 *
 * All of it is a function of the bytes, so that it can be worked out before the upload's turn comes, and by several
 * threads: each takes the next chunk that nobody has begun. */
#ifndef LICET_CUT_H
#define LICET_CUT_H

#include <licet/hash.h>
#include <licet/memory.h>

typedef struct lic_cut lic_cut;

/* Cuts at line ends into chunks of at most chunk_bytes (0: the largest allowed; a longer line gets a chunk of its own,
 * if the largest holds it). The bytes are borrowed. TOO_LARGE: a line is longer than a chunk may be. */
lic_status lic_cut_create(const lic_allocator *allocator, const lic_hasher *hasher, lic_slice file,
                          uint32_t chunk_bytes, lic_cut **cut, lic_error *error);
void lic_cut_destroy(lic_cut *cut); /* NULL allowed */

/* Begins to hash in a thread. Where there can be none, nothing happens. */
void lic_cut_hash_ahead(lic_cut *cut);
/* Takes part in hashing, in any thread, until nothing is left to begin. The caller waits for the threads that it let
 * take part before it asks for anything. */
void lic_cut_help(lic_cut *cut);
/* Hashes what is left; what follows may be asked afterwards. */
void lic_cut_hash(lic_cut *cut);

lic_slice lic_cut_file(const lic_cut *cut);
uint32_t lic_cut_chunk_bytes(const lic_cut *cut); /* as it was asked for */
uint32_t lic_cut_chunks(const lic_cut *cut);
lic_slice lic_cut_chunk(const lic_cut *cut, uint32_t index);
const lic_hash *lic_cut_leaf(const lic_cut *cut, uint32_t index); /* lic_merkle_leaf of the chunk */
uint64_t lic_cut_lines(const lic_cut *cut);
/* As many lines as there would be if each chunk had the first one's; may be asked before the chunks are hashed. */
uint64_t lic_cut_lines_about(const lic_cut *cut);

#endif
