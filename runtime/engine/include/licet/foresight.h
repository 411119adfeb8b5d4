/* foresight.h - lines of a report that are parsed before the report is filed.
 *
 * What a file's lines are is a function of its bytes, of the report's columns and of the keys of the schedules that they
 * refer to, which are constant from the first signature on. So a thread can parse them while other transactions run or a
 * block is written; what comes of it is taken by the report when it is filed with these very bytes, and is of no use to
 * anything else. docs/adr/0058. */
#ifndef LICET_FORESIGHT_H
#define LICET_FORESIGHT_H

#include <licet/cut.h>
#include <licet/engine.h>

typedef struct lic_foresight lic_foresight;

/* Begins to parse the file of the cut for the report of the contract (numbers), in at most 32 MiB of memory beside the
 * file. Cut and bytes are borrowed until lic_foresight_end; the engine has to outlive it, and has one at a time. NULL:
 * nothing is gained by it (a draft, a closed contract, a small file, columns that refer to rows that grow, one thread), or
 * there is no memory or no thread. */
lic_foresight *lic_foresight_begin(lic_engine *engine, uint32_t contract, uint16_t report,
                                   const lic_cut *cut);
void lic_foresight_end(lic_foresight *foresight); /* NULL allowed */

#endif
