/* report/steps.h - reports that are too long for one block. A genesis limits the lines that a block works off; a report
 * with more of them is settled over several: its contract is busy, its unit of work stays open, and what it
 * does is an overlay that no root knows of until it ends. Whoever opens the ledger in between makes the overlay
 * again from the chunks. Every block begins with the reports under way, in the order of their uploads. */
#ifndef LICET_ENGINE_STEPS_H
#define LICET_ENGINE_STEPS_H

#include "report/report.h"

typedef struct lic_steps lic_steps;

/* A report whose last chunk came, with more lines than the open block has left: works off as many as it has. */
lic_status lic_steps_start(lic_engine *engine, lic_upload *upload, lic_error *error);
/* At a block's beginning: all reports under way, as far as the block's lines go. */
lic_status lic_steps_run(lic_engine *engine, lic_error *error);
/* Frees what a contract's report under way holds, without undoing what it did: the contract goes too. */
void lic_steps_drop(lic_engine *engine, lic_contract *contract);

#endif
