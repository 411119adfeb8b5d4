/* report/pieces.c - chunks of an upload in groups, each made when the first of its chunks comes. */
#include "report/pieces.h"

enum { EACH = 64 }; /* chunks of a group: 2 KiB, which a chunk of one byte may cost */

static size_t groups_of(const lic_upload *upload)
{
    return upload->chunks / EACH + (upload->chunks % EACH != 0 ? 1u : 0u);
}

lic_piece *lic_pieces_find(const lic_upload *upload, uint32_t index)
{
    LIC_ASSERT(index < upload->chunks);
    lic_piece *group = upload->pieces == NULL ? NULL : upload->pieces[index / EACH];
    return group == NULL ? NULL : &group[index % EACH];
}

lic_piece *lic_pieces_make(lic_engine *engine, lic_upload *upload, uint32_t index)
{
    LIC_ASSERT(index < upload->chunks);
    const lic_allocator *allocator = engine->allocator;
    if (upload->pieces == NULL)
        upload->pieces = lic_allocate_zero(allocator, groups_of(upload), sizeof *upload->pieces);
    if (upload->pieces == NULL) return NULL;
    lic_piece **group = &upload->pieces[index / EACH];
    if (*group == NULL) *group = lic_allocate_zero(allocator, EACH, sizeof **group);
    return *group == NULL ? NULL : &(*group)[index % EACH];
}

bool lic_pieces_received(const lic_upload *upload, uint32_t index)
{
    const lic_piece *piece = lic_pieces_find(upload, index);
    return piece != NULL && piece->received;
}

lic_slice lic_pieces_bytes(const lic_upload *upload, uint32_t index)
{
    const lic_piece *piece = lic_pieces_find(upload, index);
    return piece == NULL ? lic_slice_of(NULL, 0) : piece->bytes;
}

void lic_piece_forget(lic_engine *engine, lic_piece *piece)
{
    if (piece->owned != NULL) {
        engine->piece_bytes -= piece->bytes.size;
        lic_release(engine->allocator, piece->owned, piece->bytes.size);
        piece->owned = NULL;
    }
    piece->bytes = lic_slice_of(NULL, 0);
}

void lic_pieces_forget_borrowed(lic_engine *engine, lic_upload *upload)
{
    for (size_t g = 0; upload->pieces != NULL && g < groups_of(upload); g++)
        for (size_t i = 0; upload->pieces[g] != NULL && i < EACH; i++)
            if (upload->pieces[g][i].owned == NULL) lic_piece_forget(engine, &upload->pieces[g][i]);
}

void lic_pieces_free(lic_engine *engine, lic_upload *upload)
{
    if (upload->pieces == NULL) return;
    for (size_t g = 0; g < groups_of(upload); g++) {
        lic_piece *group = upload->pieces[g];
        for (size_t i = 0; group != NULL && i < EACH; i++) lic_piece_forget(engine, &group[i]);
        lic_release(engine->allocator, group, EACH * sizeof *group);
    }
    lic_release(engine->allocator, upload->pieces, groups_of(upload) * sizeof *upload->pieces);
    upload->pieces = NULL;
}
