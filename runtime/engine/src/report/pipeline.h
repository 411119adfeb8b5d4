/* report/pipeline.h - lines of an upload in file order, parsed: by a thread that goes ahead (report/parser.h) when that
 * pays, else where they run. The result is the same. */
#ifndef LICET_ENGINE_PIPELINE_H
#define LICET_ENGINE_PIPELINE_H

#include "report/parser.h"

typedef struct lic_pipeline lic_pipeline;
/* From chunk `first` on. `begun` parses them already, with an intake of its own, and stays the caller's; NULL: nobody does.
 * NULL = out of memory. */
lic_pipeline *lic_pipeline_create(lic_intake *intake, lic_engine *engine, lic_upload *upload,
                                  uint32_t first, lic_parser *begun, unsigned threads);
/* The next lines, all of one chunk; those before are no longer valid. *parsed = NULL after the last. */
lic_status lic_pipeline_next(lic_pipeline *pipeline, const lic_parsed **parsed);
void lic_pipeline_destroy(lic_pipeline *pipeline); /* NULL allowed */

#endif
