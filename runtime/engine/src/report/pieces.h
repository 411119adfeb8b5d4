/* report/pieces.h - which chunks of an upload have come, and their bytes as far as they are in memory. It takes memory
 * for what has come, not for what a header says will come: a header of a hundred bytes may name a million chunks. */
#ifndef LICET_ENGINE_PIECES_H
#define LICET_ENGINE_PIECES_H

#include "engine.h"

/* The place of a chunk, made when there is none; NULL: no memory. */
lic_piece *lic_pieces_make(lic_engine *engine, lic_upload *upload, uint32_t index);
/* The place of a chunk; NULL: nothing near it has come. */
lic_piece *lic_pieces_find(const lic_upload *upload, uint32_t index);
bool lic_pieces_received(const lic_upload *upload, uint32_t index);
/* The bytes, as far as they are in memory; data NULL: they are not. */
lic_slice lic_pieces_bytes(const lic_upload *upload, uint32_t index);

/* Lets go of the bytes of one, that it came is still known; of all that are borrowed; of everything. */
void lic_piece_forget(lic_engine *engine, lic_piece *piece);
void lic_pieces_forget_borrowed(lic_engine *engine, lic_upload *upload);
void lic_pieces_free(lic_engine *engine, lic_upload *upload);

#endif
