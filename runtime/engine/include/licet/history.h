/* history.h - what happened to a contract, read back from the outputs of its blocks, oldest first:
 * postings and events. Nothing is executed. Of an output that was erased its block is told. */
#ifndef LICET_HISTORY_H
#define LICET_HISTORY_H

#include <licet/engine.h>
#include <licet/exec.h>

/* The run that something belongs to. */
typedef struct lic_moment {
    uint64_t height;
    lic_date today;       /* of the run */
    lic_date first, last; /* its period as cut to the term; 0, 0: none */
} lic_moment;

/* An output of block `height` was erased: what it said is not told. NULL: nobody asks. */
typedef lic_status lic_history_erased_visit(void *context, uint64_t height);

typedef lic_status lic_history_posting_visit(void *context, const lic_moment *moment,
                                             const lic_posting *posting);
/* An answer other than OK stops the reading and is returned. CORRUPT: a segment that cannot be read. */
lic_status lic_history_postings(lic_engine *engine, uint32_t contract,
                                lic_history_posting_visit *visit, lic_history_erased_visit *erased,
                                void *context, lic_error *error);

/* `name`: of the event, or "state", "report", "failure", "allotment"; `text`: its arguments, one line
 * without a newline. Both are borrowed until the visit returns. */
typedef lic_status lic_history_event_visit(void *context, const lic_moment *moment, lic_slice name,
                                           lic_slice text);
lic_status lic_history_events(lic_engine *engine, uint32_t contract, lic_history_event_visit *visit,
                              lic_history_erased_visit *erased, void *context, lic_error *error);

#endif
