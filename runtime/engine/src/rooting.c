/* rooting.c - what the seal of a block needs, beside the views (rooting.h).
 *
 * Hashing reads tables and writes trees; the sink reads tables and effects, and writes to the store; digests are of what the block
 * has collected: nothing is written that another one reads. */
#include "rooting.h"

#include <licet/ring.h>

/* In the order in which they are needed. */
enum { STATE, DIGESTS, PIECES };

/* NULL: the block changed no page. */
static const lic_tables *changed_most(const lic_engine *engine)
{
    const lic_tables *most = NULL;
    for (uint32_t i = 0; i < engine->contract_count; i++) {
        const lic_contract *contract = engine->contracts[i];
        if (!contract->changed || contract->tables == NULL) continue;
        size_t count = contract->tables->changed_count;
        if (count > (most == NULL ? 0 : most->changed_count)) most = contract->tables;
    }
    return most;
}

static void find_root(lic_rooting *rooting)
{
    rooting->status = lic_state_root(rooting->engine, &rooting->root);
}

/* The extents would be made when they are written. */
static void find_more(lic_rooting *rooting)
{
    find_root(rooting);
    const lic_tables *tables = rooting->writes ? changed_most(rooting->engine) : NULL;
    if (tables != NULL) lic_superseded_make(&rooting->made, tables, rooting->engine->height);
}

static void *find_in_thread(void *context)
{
    find_more(context);
    return NULL;
}

static void find_piece(void *context, size_t index)
{
    lic_engine *engine = context;
    if (index % PIECES == STATE) find_more(engine->rooting);
    else lic_block_digest(engine->block);
}

static size_t changed_pages(const lic_engine *engine)
{
    size_t pages = 0;
    for (uint32_t i = 0; i < engine->contract_count; i++)
        if (engine->contracts[i]->changed && engine->contracts[i]->tables != NULL)
            pages += engine->contracts[i]->tables->changed_count;
    return pages;
}

static bool share(lic_rooting *rooting)
{
    lic_engine *engine = rooting->engine;
    if (engine->helper == NULL)
        engine->helper = lic_ring_create(engine->allocator, PIECES, find_piece, engine, true);
    if (engine->helper == NULL) return false;
    engine->rooting = rooting;
    lic_ring_post(engine->helper, PIECES);
    return true;
}

void lic_rooting_begin(lic_rooting *rooting, lic_engine *engine, bool writes)
{
    const lic_thresholds *from = lic_store_thresholds(lic_ledger_store(engine->ledger));
    size_t pages = changed_pages(engine);
    bool threads = engine->options.threads != 1 && engine->observer == NULL &&
                   engine->options.sink.apply != NULL;
    *rooting = (lic_rooting){.engine = engine, .writes = writes};
    rooting->much = threads && pages >= from->root_pages &&
                    pthread_create(&rooting->thread, NULL, find_in_thread, rooting) == 0;
    rooting->shared = !rooting->much && threads && pages >= from->share_pages && share(rooting);
    if (!rooting->much && !rooting->shared) find_root(rooting);
    if (from->counts == NULL) return;
    from->counts->roots += rooting->much;
    from->counts->shared += rooting->shared;
}

lic_status lic_rooting_take(lic_rooting *rooting, lic_hash *root)
{
    if (rooting->much) LIC_ASSERT(pthread_join(rooting->thread, NULL) == 0);
    if (rooting->shared) lic_ring_take(rooting->engine->helper);
    *root = rooting->root;
    return rooting->status;
}

void lic_rooting_end(lic_rooting *rooting)
{
    lic_engine *engine = rooting->engine;
    if (rooting->shared) {
        lic_ring_take(engine->helper);
        lic_ring_free(engine->helper);
        engine->rooting = NULL;
    }
    lic_superseded_free(&rooting->made);
}

void lic_rooting_stop(lic_engine *engine)
{
    lic_ring_end(engine->helper);
    engine->helper = NULL;
}
