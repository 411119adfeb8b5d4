/* behind.c - what is written while something else runs.
 *
 * A chunk's row that is put `later` waits in a list. lic_store_write_behind hands the list to a thread, lic_store_do_behind
 * a piece of work; any other call that uses the connection waits for it first, so that the connection still has one user
 * at a time. A commit writes what is left. Order among chunks is kept; what else a block writes goes
 * to other tables, so that its order against the chunks does not matter. */
#include "internal.h"

/* The store whose work this thread does: its calls have the connection, and wait for nobody. */
static _Thread_local const lic_store *at_work;

/* Chunks up to `until` of the list. */
static void write_waiting(lic_store *store, size_t until)
{
    store_behind *behind = &store->behind;
    behind->status = LIC_OK;
    for (; behind->first < until && behind->status == LIC_OK; behind->first++)
        behind->status = store_put_chunk(store, &behind->rows[behind->first]);
    if (behind->first == behind->count) behind->first = behind->count = 0;
}

static size_t bytes_of(const store_behind *behind, size_t until)
{
    size_t bytes = 0;
    for (size_t i = behind->first; i < until; i++) bytes += behind->rows[i].bytes.size;
    return bytes;
}

/* So that the commit's own sync finds little left. */
static void *write_in_thread(void *context)
{
    lic_store *store = context;
    store_behind *behind = &store->behind;
    size_t bytes = bytes_of(behind, behind->until);
    at_work = store;
    write_waiting(store, behind->until);
    if (behind->status == LIC_OK && bytes >= store->thresholds.sync_bytes)
        behind->status = lic_store_send_ahead(store);
    return NULL;
}

lic_status lic_store_put_chunk_later(lic_store *store, const lic_row_chunk *row)
{
    store_behind *behind = &store->behind;
    LIC_TRY(store_settle(store));
    if (behind->count == behind->capacity) {
        size_t wanted = behind->capacity == 0 ? 256 : behind->capacity * 2;
        lic_row_chunk *grown = store->allocator->resize(store->allocator->context, behind->rows,
                                                        behind->capacity * sizeof *grown,
                                                        wanted * sizeof *grown);
        if (grown == NULL) return store_fail(store, SQLITE_NOMEM, "write to");
        behind->rows = grown;
        behind->capacity = wanted;
    }
    behind->rows[behind->count++] = *row;
    return LIC_OK;
}

void lic_store_write_behind(lic_store *store, size_t keep)
{
    store_behind *behind = &store->behind;
    if (behind->running || store->lost != LIC_OK) return;
    behind->until = behind->count;
    for (size_t kept = 0; behind->until > behind->first; behind->until--) {
        kept += behind->rows[behind->until - 1].bytes.size;
        if (kept > keep) break;
    }
    if (behind->until == behind->first) return;
    /* without a thread the rows wait for the commit */
    behind->running = pthread_create(&behind->thread, NULL, write_in_thread, store) == 0;
}

static void *do_in_thread(void *context)
{
    lic_store *store = context;
    at_work = store;
    store->behind.status = store->behind.work(store->behind.context);
    return NULL;
}

lic_status lic_store_do_behind(lic_store *store, lic_store_work *work, void *context)
{
    store_behind *behind = &store->behind;
    LIC_TRY(store_settle(store));
    behind->work = work;
    behind->context = context;
    behind->running = store->threads &&
                      pthread_create(&behind->thread, NULL, do_in_thread, store) == 0;
    if (behind->running && store->thresholds.counts != NULL) store->thresholds.counts->works++;
    return behind->running ? LIC_OK : work(context);
}

lic_status store_settle(lic_store *store)
{
    store_behind *behind = &store->behind;
    if (at_work == store) return store->lost;
    if (!store->writing && !store->reading) LIC_TRY(store_end_open(store));
    if (!behind->running) return store->lost;
    behind->running = false;
    LIC_ASSERT(pthread_join(behind->thread, NULL) == 0);
    return behind->status != LIC_OK ? behind->status : store->lost;
}

lic_status lic_store_wait(lic_store *store)
{
    return store_settle(store);
}

lic_status store_settle_chunks(lic_store *store)
{
    LIC_TRY(store_settle(store));
    if (store->behind.count == 0) return LIC_OK;
    write_waiting(store, store->behind.count);
    return store->behind.status;
}

lic_status lic_store_write_chunks(lic_store *store)
{
    return store_settle_chunks(store);
}

void store_behind_forget(lic_store *store)
{
    (void)store_settle(store); /* the rows are rolled back, whatever became of them */
    store->behind.first = store->behind.count = 0;
}

void store_behind_free(lic_store *store)
{
    lic_release(store->allocator, store->behind.rows,
                store->behind.capacity * sizeof *store->behind.rows);
    store->behind = (store_behind){.rows = NULL};
}
