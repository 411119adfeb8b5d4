/* sources.h - postings and usage lines for queries (docs/spec/api.md).
 *
 * A ledger keeps them where they are smallest: postings in segments of blocks' outputs, usage lines as
 * the reported bytes. A query reads them from there, row by row, as the tables `postings` and
 * `usage_lines`, through an engine of its own that is opened when the first of them is read:
 *
 *     lic_sources_create(&options, &sources);
 *     lic_sources_add(sources, query, error);
 *     ... lic_query_run ...
 *     lic_query_close(query);
 *     lic_sources_destroy(sources);
 *
 * Bytes are checked against the digests beside them; what does not fit ends the query with CORRUPT, and
 * what was erased with MISSING: an answer is never silently short. */
#ifndef LICET_SOURCES_H
#define LICET_SOURCES_H

#include <licet/engine.h>
#include <licet/query.h>

typedef struct lic_sources lic_sources;

/* `options` is copied; what it points to is borrowed. It is opened for reading whatever it says. */
lic_status lic_sources_create(const lic_engine_options *options, lic_sources **sources);
lic_status lic_sources_add(lic_sources *sources, lic_query *query, lic_error *error);
/* Lets go of the ledger until a query reads from it again: between queries, when it is written to beside them. */
void lic_sources_release(lic_sources *sources);
void lic_sources_destroy(lic_sources *sources); /* after its queries are closed; NULL allowed */

#endif
