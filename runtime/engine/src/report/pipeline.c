/* Lines of an upload in file order, parsed. With two threads a worker parses ahead of what runs, into a ring of
 * pieces; it allocates nothing and reads only what nobody writes while a report runs (the image, keys and
 * constants of schedules). Reports whose columns refer to growing tables, and chunks that must be read back
 * from the store, are parsed in the running thread: the result is the same. */
#include "report/intake.h"
#include "report/pieces.h"

#include <pthread.h>
#include <string.h>

#define DEPTH 8u

struct lic_pipeline {
    lic_intake *intake;
    lic_upload *upload;
    lic_parsed ring[DEPTH];
    uint32_t chunk; /* the one under way */
    bool inside;    /* of the running thread alone: it has lines left */
    lic_slice bytes;
    lic_line_scan scan;
    lic_buffer scratch; /* of chunks from the store */
    uint32_t taken;     /* pieces that lic_pipeline_next has returned */
    bool threaded;
    pthread_t thread;
    pthread_mutex_t mutex; /* of what follows */
    pthread_cond_t changed;
    uint32_t made, done; /* pieces: parsed, and no longer read */
    bool stop, ended;
};

/* -- ahead ------------------------------------------------------------------------------------------------ */

/* A place of the ring that is free; NULL: nobody wants more. */
static lic_parsed *wait_for_room(lic_pipeline *p)
{
    (void)pthread_mutex_lock(&p->mutex);
    while (!p->stop && p->made - p->done == DEPTH) (void)pthread_cond_wait(&p->changed, &p->mutex);
    lic_parsed *place = p->stop ? NULL : &p->ring[p->made % DEPTH];
    (void)pthread_mutex_unlock(&p->mutex);
    return place;
}

static void tell(lic_pipeline *p, uint32_t *number)
{
    (void)pthread_mutex_lock(&p->mutex);
    (*number)++;
    (void)pthread_cond_broadcast(&p->changed);
    (void)pthread_mutex_unlock(&p->mutex);
}

static void *work_ahead(void *context)
{
    lic_pipeline *p = context;
    for (uint32_t i = p->chunk; i < p->upload->chunks; i++) {
        lic_slice bytes = lic_pieces_bytes(p->upload, i);
        lic_line_scan scan = lic_lines_scan(bytes);
        bool last = false;
        while (!last) {
            lic_parsed *place = wait_for_room(p);
            if (place == NULL) return NULL;
            lic_intake_lines(p->intake, bytes, &scan, place);
            last = place->last;
            tell(p, &p->made);
        }
    }
    (void)pthread_mutex_lock(&p->mutex);
    p->ended = true;
    (void)pthread_cond_broadcast(&p->changed);
    (void)pthread_mutex_unlock(&p->mutex);
    return NULL;
}

static const lic_parsed *wait_for_piece(lic_pipeline *p)
{
    if (p->taken > 0) tell(p, &p->done);
    (void)pthread_mutex_lock(&p->mutex);
    while (p->made == p->taken && !p->ended) (void)pthread_cond_wait(&p->changed, &p->mutex);
    bool any = p->made != p->taken;
    (void)pthread_mutex_unlock(&p->mutex);
    return any ? &p->ring[p->taken++ % DEPTH] : NULL;
}

/* -- beginning and end ------------------------------------------------------------------------------------ */

static bool refers_to_growing(const lic_intake *intake)
{
    for (uint16_t c = 0; c < intake->report->column_count; c++) {
        const lic_column *column = intake->columns[c].column;
        if (column->reader.form == LIC_FORM_ROW &&
            intake->image->tables[column->reader.type.aux].kind != LIC_TABLE_KIND_SCHEDULE)
            return true;
    }
    return false;
}

static bool all_in_memory(const lic_upload *upload, uint32_t first)
{
    for (uint32_t i = first; i < upload->chunks; i++)
        if (lic_pieces_bytes(upload, i).data == NULL) return false;
    return true;
}

static bool start_thread(lic_pipeline *p)
{
    if (pthread_mutex_init(&p->mutex, NULL) != 0) return false;
    if (pthread_cond_init(&p->changed, NULL) == 0) {
        if (pthread_create(&p->thread, NULL, work_ahead, p) == 0) return true;
        (void)pthread_cond_destroy(&p->changed);
    }
    (void)pthread_mutex_destroy(&p->mutex);
    return false;
}

/* Room for pieces: one, or the ring. */
static lic_status make_room(lic_pipeline *p, size_t pieces)
{
    uint64_t lines = p->upload->lines;
    uint32_t capacity = lines < LIC_PARSED_LINES ? (uint32_t)lines + 1u : LIC_PARSED_LINES;
    for (size_t i = 0; i < pieces; i++)
        LIC_TRY(lic_parsed_create(p->intake, capacity, &p->ring[i]));
    return LIC_OK;
}

lic_pipeline *lic_pipeline_create(lic_intake *intake, lic_upload *upload, uint32_t first,
                                  unsigned threads)
{
    const lic_allocator *allocator = intake->work->engine->allocator;
    lic_pipeline *p = lic_allocate_zero(allocator, 1, sizeof *p);
    if (p == NULL) return NULL;
    p->intake = intake;
    p->upload = upload;
    p->chunk = first;
    lic_buffer_init(&p->scratch, allocator, LIC_CHUNK_MAX);
    /* one or two chunks are parsed before a thread has started */
    bool pays = threads > 1 && upload->chunks - first > 2 && !refers_to_growing(intake) &&
                all_in_memory(upload, first);
    if (make_room(p, pays ? DEPTH : 1) != LIC_OK) {
        lic_pipeline_destroy(p);
        return NULL;
    }
    p->threaded = pays && start_thread(p);
    return p;
}

/* -- in the running thread -------------------------------------------------------------------------------- */

static lic_status parse_here(lic_pipeline *p, const lic_parsed **parsed)
{
    if (!p->inside) {
        if (p->chunk == p->upload->chunks) return LIC_OK;
        LIC_TRY(
            lic_upload_chunk(p->intake->work->engine, p->upload, p->chunk, &p->scratch, &p->bytes));
        p->scan = lic_lines_scan(p->bytes);
        p->chunk++;
    }
    lic_intake_lines(p->intake, p->bytes, &p->scan, &p->ring[0]);
    p->inside = !p->ring[0].last;
    *parsed = &p->ring[0];
    return LIC_OK;
}

lic_status lic_pipeline_next(lic_pipeline *p, const lic_parsed **parsed)
{
    *parsed = NULL;
    if (!p->threaded) return parse_here(p, parsed);
    *parsed = wait_for_piece(p);
    return LIC_OK;
}

void lic_pipeline_destroy(lic_pipeline *p)
{
    if (p == NULL) return;
    if (p->threaded) {
        (void)pthread_mutex_lock(&p->mutex);
        p->stop = true;
        (void)pthread_cond_broadcast(&p->changed);
        (void)pthread_mutex_unlock(&p->mutex);
        (void)pthread_join(p->thread, NULL);
        (void)pthread_cond_destroy(&p->changed);
        (void)pthread_mutex_destroy(&p->mutex);
    }
    for (size_t i = 0; i < DEPTH; i++) lic_parsed_free(p->intake, &p->ring[i]);
    lic_buffer_free(&p->scratch);
    lic_release(p->intake->work->engine->allocator, p, sizeof *p);
}
