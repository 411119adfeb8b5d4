/* Chunks of an upload in file order, parsed. With two threads a worker parses up to DEPTH chunks ahead of
 * the one that runs; it allocates nothing and reads only what nobody writes while a report runs (the
 * image, keys and constants of schedules). Reports whose columns refer to growing tables, and chunks that
 * must be read back from the store, are parsed in the running thread: the result is the same. */
#include "report/intake.h"
#include "report/pieces.h"

#include <pthread.h>
#include <string.h>

#define DEPTH 4u

struct lic_pipeline {
    lic_intake *intake;
    lic_upload *upload;
    lic_buffer scratch; /* of chunks from the store */
    lic_parsed ring[DEPTH];
    uint32_t next;   /* chunk that lic_pipeline_next returns */
    uint32_t queued; /* chunks handed to the worker */
    bool threaded;
    pthread_t thread;
    pthread_mutex_t mutex; /* of what follows */
    pthread_cond_t changed;
    uint32_t offered, parsed; /* chunks prepared for the worker, and finished by it */
    bool stop;
};

static void *work_ahead(void *context)
{
    lic_pipeline *p = context;
    (void)pthread_mutex_lock(&p->mutex);
    for (;;) {
        while (!p->stop && p->parsed == p->offered) (void)pthread_cond_wait(&p->changed, &p->mutex);
        if (p->stop) break;
        lic_parsed *parsed = &p->ring[p->parsed % DEPTH];
        (void)pthread_mutex_unlock(&p->mutex);
        lic_intake_chunk(p->intake, parsed);
        (void)pthread_mutex_lock(&p->mutex);
        p->parsed++;
        (void)pthread_cond_broadcast(&p->changed);
    }
    (void)pthread_mutex_unlock(&p->mutex);
    return NULL;
}

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

lic_pipeline *lic_pipeline_create(lic_intake *intake, lic_upload *upload, uint32_t first,
                                  unsigned threads)
{
    const lic_allocator *allocator = intake->work->engine->allocator;
    lic_pipeline *p = lic_allocate_zero(allocator, 1, sizeof *p);
    if (p == NULL) return NULL;
    p->intake = intake;
    p->upload = upload;
    p->next = p->queued = p->offered = p->parsed = first;
    lic_buffer_init(&p->scratch, allocator, LIC_CHUNK_MAX);
    /* one or two chunks are parsed before a thread has started */
    if (threads > 1 && upload->chunks - first > 2 && !refers_to_growing(intake) &&
        all_in_memory(upload, first))
        p->threaded = start_thread(p);
    return p;
}

/* Prepares chunks ahead of the worker, except in the place of the chunk that the caller still reads. */
static lic_status offer(lic_pipeline *p)
{
    while (p->queued < p->upload->chunks && p->queued < p->next + DEPTH) {
        LIC_TRY(lic_parsed_prepare(p->intake, lic_pieces_bytes(p->upload, p->queued),
                                   &p->ring[p->queued % DEPTH]));
        p->queued++;
        (void)pthread_mutex_lock(&p->mutex);
        p->offered = p->queued;
        (void)pthread_cond_broadcast(&p->changed);
        (void)pthread_mutex_unlock(&p->mutex);
    }
    return LIC_OK;
}

static void wait_for(lic_pipeline *p, uint32_t chunk)
{
    (void)pthread_mutex_lock(&p->mutex);
    while (p->parsed <= chunk) (void)pthread_cond_wait(&p->changed, &p->mutex);
    (void)pthread_mutex_unlock(&p->mutex);
}

lic_status lic_pipeline_next(lic_pipeline *p, const lic_parsed **parsed)
{
    *parsed = NULL;
    if (p->next == p->upload->chunks) return LIC_OK;
    lic_parsed *place = &p->ring[p->next % DEPTH];
    if (p->threaded) {
        LIC_TRY(offer(p));
        wait_for(p, p->next);
    } else {
        lic_slice chunk;
        LIC_TRY(lic_upload_chunk(p->intake->work->engine, p->upload, p->next, &p->scratch, &chunk));
        place = &p->ring[0];
        LIC_TRY(lic_parsed_prepare(p->intake, chunk, place));
        lic_intake_chunk(p->intake, place);
    }
    p->next++;
    *parsed = place;
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
