/* report/parser.c - pieces of parsed lines go round: free, filled by the parsing thread, ready, read by the running one, free.
 * The piece that was read last is filled next, because it is still in a cache; new ones are made only as far as the
 * parsing thread is ahead. It reads nothing that anybody writes meanwhile: the image, keys and constants of schedules.
 *
 * Two things that a piece needs are done by whoever has time for them. Keys are found by the parsing thread, or by the
 * running one when it has nothing else to read. Lines are told apart in their order by the running thread, or by
 * the parsing one when it is as far ahead as it may be. */
#include "report/parser.h"

#include "report/look_ups.h"
#include "report/unique.h"

#include <pthread.h>

enum {
    AT_FIRST = 2, /* pieces without which there is no beginning: one to fill, one to read */
    MOST_WAIT =
        3 /* pieces whose keys wait: one being filled, one ready, and one whose keys are being found */
};

typedef struct piece {
    struct piece *next; /* in its list */
    lic_parsed parsed;
} piece;

struct lic_parser {
    lic_intake *intake;
    lic_arena *arena; /* pieces; of the parsing thread, once there is one */
    lic_chunks chunks;
    uint32_t first;
    lic_keys batch;            /* of the parsing thread, for lines whose keys do not wait */
    lic_keys rooms[MOST_WAIT]; /* of pieces whose keys do */
    piece *reading;            /* of the running thread alone */
    pthread_t thread;
    pthread_mutex_t mutex; /* of what follows */
    pthread_cond_t changed;
    piece *free, *ready, **last_ready;
    lic_keys *unused;    /* of rooms */
    piece *apart;        /* the first ready one whose lines have not been told apart */
    bool telling;        /* a thread is at it */
    uint32_t made, most; /* pieces that there are, and may be */
    bool stop, ended;
    bool failed; /* there was no memory to tell lines apart */
};

/* -- pieces --------------------------------------------------------------------------------------------- */

static piece *make_piece(lic_parser *p)
{
    piece *made = lic_arena_take(p->arena, sizeof *made);
    if (made == NULL) return NULL;
    lic_status status = lic_parsed_create(p->intake, LIC_PARSED_LINES, p->arena, &made->parsed);
    return status == LIC_OK ? made : NULL;
}

static bool make_rooms(lic_parser *p)
{
    if (lic_look_ups_room(p->intake, LIC_BATCH, p->arena, &p->batch) != LIC_OK) return false;
    for (lic_keys *room = p->rooms; room < p->rooms + MOST_WAIT; room++) {
        if (lic_look_ups_room(p->intake, LIC_PARSED_LINES, p->arena, room) != LIC_OK) return false;
        room->next = p->unused;
        p->unused = room;
    }
    return true;
}

static piece *pop(piece **list)
{
    piece *top = *list;
    *list = top->next;
    top->next = NULL;
    return top;
}

/* -- the parsing thread --------------------------------------------------------------------------------- */

/* With the mutex held, which it gives up meanwhile. When there is no memory for another piece, those that there are suffice. */
static void make_another(lic_parser *p)
{
    (void)pthread_mutex_unlock(&p->mutex);
    piece *made = make_piece(p);
    (void)pthread_mutex_lock(&p->mutex);
    if (made == NULL) {
        p->most = p->made;
        return;
    }
    p->made++;
    made->next = p->free;
    p->free = made;
}

/* Finds the keys that wait, without the mutex. */
static void find_keys(lic_parser *p, lic_parsed *parsed)
{
    if (!parsed->keys_wait) return;
    lic_look_ups_waiting(p->intake, parsed);
    (void)pthread_mutex_lock(&p->mutex);
    parsed->keys->next = p->unused;
    p->unused = parsed->keys;
    (void)pthread_mutex_unlock(&p->mutex);
}

/* Tells the lines of a piece apart whose turn it is, with the mutex held, which it gives up meanwhile. */
static void tell_apart(lic_parser *p, piece *of)
{
    p->telling = true;
    (void)pthread_mutex_unlock(&p->mutex);
    find_keys(p, &of->parsed);
    lic_status status = lic_unique_mark_all(p->intake->unique, &of->parsed);
    (void)pthread_mutex_lock(&p->mutex);
    p->telling = false;
    of->parsed.told_apart = true;
    p->failed = p->failed || status != LIC_OK;
    (void)pthread_cond_broadcast(&p->changed);
}

/* For a thread that has nothing else to do, with the mutex held. */
static void help_or_wait(lic_parser *p)
{
    piece *of = p->apart;
    if (of == NULL || p->telling) {
        (void)pthread_cond_wait(&p->changed, &p->mutex);
        return;
    }
    p->apart = of->next;
    tell_apart(p, of);
}

/* Where the keys of lines go that are parsed now. They wait when the reader has at most one piece before it, and so time for more. */
static lic_keys *take_room(lic_parser *p, bool *wait)
{
    lic_keys *room = p->unused;
    *wait = room != NULL && (p->ready == NULL || p->ready->next == NULL);
    if (!*wait) return &p->batch;
    p->unused = room->next;
    return room;
}

/* A piece to fill; NULL: nobody wants more. */
static piece *take_free(lic_parser *p, lic_keys **keys, bool *wait)
{
    (void)pthread_mutex_lock(&p->mutex);
    while (!p->stop && p->free == NULL) {
        if (p->made < p->most) make_another(p);
        else help_or_wait(p);
    }
    piece *taken = p->stop ? NULL : pop(&p->free);
    if (taken != NULL) *keys = take_room(p, wait);
    (void)pthread_mutex_unlock(&p->mutex);
    return taken;
}

static void give_ready(lic_parser *p, piece *filled)
{
    filled->parsed.told_apart = p->intake->unique == NULL;
    (void)pthread_mutex_lock(&p->mutex);
    *p->last_ready = filled;
    p->last_ready = &filled->next;
    if (p->apart == NULL && !filled->parsed.told_apart) p->apart = filled;
    (void)pthread_cond_broadcast(&p->changed);
    (void)pthread_mutex_unlock(&p->mutex);
}

static void end(lic_parser *p)
{
    (void)pthread_mutex_lock(&p->mutex);
    p->ended = true;
    (void)pthread_cond_broadcast(&p->changed);
    while (!p->stop && p->apart != NULL) help_or_wait(p);
    (void)pthread_mutex_unlock(&p->mutex);
}

static void *work(void *context)
{
    lic_parser *p = context;
    for (uint32_t i = p->first; i < p->chunks.count; i++) {
        lic_slice bytes = p->chunks.bytes(p->chunks.file, i);
        lic_line_scan scan = lic_lines_scan(bytes);
        bool last = false;
        while (!last) {
            lic_keys *keys = NULL;
            bool wait = false;
            piece *place = take_free(p, &keys, &wait);
            if (place == NULL) return NULL;
            lic_intake_lines(p->intake, bytes, &scan, keys, wait, &place->parsed);
            last = place->parsed.last;
            give_ready(p, place);
        }
    }
    end(p);
    return NULL;
}

/* -- the running thread --------------------------------------------------------------------------------- */

/* The first piece may be read, once its lines are told apart if need be, or there will be none. */
static bool can_read(const lic_parser *p)
{
    if (p->ready == NULL) return p->ended;
    return p->ready->parsed.told_apart || !p->telling;
}

static piece *take_ready(lic_parser *p)
{
    while (!can_read(p)) (void)pthread_cond_wait(&p->changed, &p->mutex);
    if (p->ready == NULL) return NULL;
    if (p->apart == p->ready) p->apart = p->ready->next;
    piece *taken = pop(&p->ready);
    if (p->ready == NULL) p->last_ready = &p->ready;
    if (!taken->parsed.told_apart) tell_apart(p, taken);
    return taken;
}

lic_status lic_parser_next(lic_parser *p, const lic_parsed **parsed)
{
    (void)pthread_mutex_lock(&p->mutex);
    if (p->reading != NULL) {
        p->reading->next = p->free;
        p->free = p->reading;
        (void)pthread_cond_broadcast(&p->changed);
    }
    p->reading = take_ready(p);
    bool failed = p->failed;
    (void)pthread_mutex_unlock(&p->mutex);
    if (failed) return LIC_NO_MEMORY;
    if (p->reading != NULL) find_keys(p, &p->reading->parsed);
    *parsed = p->reading == NULL ? NULL : &p->reading->parsed;
    return LIC_OK;
}

static bool start_thread(lic_parser *p)
{
    if (pthread_mutex_init(&p->mutex, NULL) != 0) return false;
    if (pthread_cond_init(&p->changed, NULL) == 0) {
        if (pthread_create(&p->thread, NULL, work, p) == 0) return true;
        (void)pthread_cond_destroy(&p->changed);
    }
    (void)pthread_mutex_destroy(&p->mutex);
    return false;
}

static void release(lic_parser *p)
{
    lic_arena_destroy(p->arena);
    lic_release(p->intake->allocator, p, sizeof *p);
}

lic_parser *lic_parser_start(lic_intake *intake, const lic_chunks *chunks, uint32_t first,
                             uint32_t ahead)
{
    LIC_ASSERT(ahead >= AT_FIRST);
    lic_parser *p = lic_allocate_zero(intake->allocator, 1, sizeof *p);
    if (p == NULL) return NULL;
    p->intake = intake;
    p->chunks = *chunks;
    p->first = first;
    p->most = ahead;
    p->last_ready = &p->ready;
    p->arena = lic_arena_create(intake->allocator, LIC_GIGABYTES(4));
    bool rooms = p->arena != NULL && make_rooms(p);
    for (; rooms && p->made < AT_FIRST; p->made++) {
        piece *made = make_piece(p);
        if (made == NULL) break;
        made->next = p->free;
        p->free = made;
    }
    if (p->made == AT_FIRST && start_thread(p)) return p;
    release(p);
    return NULL;
}

void lic_parser_stop(lic_parser *p)
{
    if (p == NULL) return;
    (void)pthread_mutex_lock(&p->mutex);
    p->stop = true;
    (void)pthread_cond_broadcast(&p->changed);
    (void)pthread_mutex_unlock(&p->mutex);
    LIC_ASSERT(pthread_join(p->thread, NULL) == 0);
    (void)pthread_cond_destroy(&p->changed);
    (void)pthread_mutex_destroy(&p->mutex);
    release(p);
}
