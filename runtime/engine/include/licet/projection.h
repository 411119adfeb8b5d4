/* projection/projection.h - the rows behind the documented views (docs/spec/api.md), written with each block.
 *
 * A projection is derived: it says nothing that the blocks do not, and lic_rebuild (replay.h) makes
 * it again from them. It is a sink of an engine's effects:
 *
 *     lic_projection_create(allocator, &projection);
 *     options.modules = &lic_projection_module, options.module_count = 1;
 *     options.sink = lic_projection_sink(projection);
 *     lic_engine_open(&options, &engine, error);
 *     lic_projection_attach(projection, lic_ledger_store(lic_engine_ledger(engine)));
 */
#ifndef LICET_PROJECTION_H
#define LICET_PROJECTION_H

#include <licet/engine.h>

/* Tables, views, and what lic_query lets people read. */
extern const lic_store_module lic_projection_module;

typedef struct lic_projection lic_projection;

lic_status lic_projection_create(const lic_allocator *allocator, lic_projection **projection);
/* `store` is where apply writes, inside its open transaction; borrowed until detached. */
void lic_projection_attach(lic_projection *projection, lic_store *store);
/* Lets go of the store: before it is closed. */
void lic_projection_detach(lic_projection *projection);
void lic_projection_destroy(lic_projection *projection); /* detaches; NULL allowed */

lic_effects_sink lic_projection_sink(lic_projection *projection);

#endif
