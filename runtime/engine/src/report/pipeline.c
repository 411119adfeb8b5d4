/* report/pipeline.c - where the lines of an upload come from: a thread that was begun with, one of its own, or, for chunks that
 * must be read back from the store and reports whose columns refer to growing tables, the running thread. */
#include "report/pipeline.h"

#include "report/look_ups.h"
#include "report/pieces.h"
#include "report/unique.h"

#define AHEAD 8u /* pieces that stay in the second level of a processor's cache */

struct lic_pipeline {
    lic_intake *intake;
    lic_engine *engine;
    lic_upload *upload;
    lic_parser *begun; /* NULL: there is none */
    lic_parser *own;   /* NULL: there is none */
    /* of lines that are parsed here */
    lic_arena *arena;
    lic_parsed parsed; /* in the arena */
    lic_keys keys;     /* in the arena */
    uint32_t chunk;    /* the one under way */
    bool inside;       /* it has lines left */
    lic_slice bytes;
    lic_line_scan scan;
    lic_buffer scratch; /* of chunks from the store */
};

static lic_slice bytes_of(const void *upload, uint32_t index)
{
    return lic_pieces_bytes(upload, index);
}

static bool all_in_memory(const lic_upload *upload, uint32_t first)
{
    for (uint32_t i = first; i < upload->chunks; i++)
        if (lic_pieces_bytes(upload, i).data == NULL) return false;
    return true;
}

/* One or two chunks are parsed before a thread has started. */
static bool thread_pays(const lic_pipeline *p, unsigned threads)
{
    return threads > 1 && p->upload->chunks - p->chunk > 2 && lic_intake_is_constant(p->intake) &&
           all_in_memory(p->upload, p->chunk);
}

lic_pipeline *lic_pipeline_create(lic_intake *intake, lic_engine *engine, lic_upload *upload,
                                  uint32_t first, lic_parser *begun, unsigned threads)
{
    lic_pipeline *p = lic_allocate_zero(engine->allocator, 1, sizeof *p);
    if (p == NULL) return NULL;
    p->intake = intake;
    p->engine = engine;
    p->upload = upload;
    p->chunk = first;
    p->begun = begun;
    lic_buffer_init(&p->scratch, engine->allocator, LIC_CHUNK_MAX);
    if (begun != NULL) return p;
    const lic_chunks chunks = {.file = upload, .count = upload->chunks, .bytes = bytes_of};
    if (thread_pays(p, threads)) p->own = lic_parser_start(intake, &chunks, first, AHEAD);
    if (p->own != NULL) return p;
    uint32_t capacity = upload->lines < LIC_PARSED_LINES ? (uint32_t)upload->lines + 1u
                                                         : LIC_PARSED_LINES;
    p->arena = lic_arena_create(engine->allocator, LIC_GIGABYTES(4));
    if (p->arena != NULL && lic_look_ups_room(intake, LIC_BATCH, p->arena, &p->keys) == LIC_OK &&
        lic_parsed_create(intake, capacity, p->arena, &p->parsed) == LIC_OK)
        return p;
    lic_pipeline_destroy(p);
    return NULL;
}

static lic_status parse_here(lic_pipeline *p, const lic_parsed **parsed)
{
    if (!p->inside) {
        if (p->chunk == p->upload->chunks) return LIC_OK;
        LIC_TRY(lic_upload_chunk(p->engine, p->upload, p->chunk, &p->scratch, &p->bytes));
        p->scan = lic_lines_scan(p->bytes);
        p->chunk++;
    }
    lic_intake_lines(p->intake, p->bytes, &p->scan, &p->keys, false, &p->parsed);
    LIC_TRY(lic_unique_mark_all(p->intake->unique, &p->parsed));
    p->inside = !p->parsed.last;
    *parsed = &p->parsed;
    return LIC_OK;
}

lic_status lic_pipeline_next(lic_pipeline *p, const lic_parsed **parsed)
{
    lic_parser *parser = p->begun != NULL ? p->begun : p->own;
    *parsed = NULL;
    if (parser == NULL) return parse_here(p, parsed);
    return lic_parser_next(parser, parsed);
}

void lic_pipeline_destroy(lic_pipeline *p)
{
    if (p == NULL) return;
    lic_parser_stop(p->own);
    lic_arena_destroy(p->arena);
    lic_buffer_free(&p->scratch);
    lic_release(p->engine->allocator, p, sizeof *p);
}
