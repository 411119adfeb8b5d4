/* report/upload.h - uploads: headers that wait for chunks, and what their last chunk starts. */
#ifndef LICET_ENGINE_UPLOAD_H
#define LICET_ENGINE_UPLOAD_H

#include "work.h"

/* From a header that was admitted (LOAD, REPORT). */
lic_status lic_upload_open(lic_engine *engine, const lic_transaction *transaction,
                           uint32_t contract, uint32_t party, lic_upload **upload,
                           lic_error *error);
/* An upload of the store that is complete, with `have` set, listed as if it waited for its last chunk. */
lic_status lic_upload_reopen(lic_engine *engine, const lic_hash *id, lic_upload **upload);
/* One that waits for the rest of the same file, from the same party and for the same purpose: what a header like
 * `header`, which has bytes, lines, chunks and root, would begin anew. NULL: none. */
lic_upload *lic_upload_same(const lic_engine *engine, const lic_transaction *header);
/* True: the same file, from the same party and for the same purpose, is loaded or settled; the outcome is what its header's
 * transaction came to. */
bool lic_upload_settled(const lic_engine *engine, const lic_transaction *header,
                        lic_outcome *outcome);
/* An upload was loaded or settled: others that wait for the same table, or the same report and period, can never
 * be, and expire. */
void lic_uploads_overtaken(lic_engine *engine, const lic_upload *by);
/* Takes back an upload whose header, and whatever of its chunks, came after `mark` in the open block, as the last
 * things in it: as if they had never been sent. */
lic_status lic_upload_withdraw(lic_engine *engine, const lic_hash *id, lic_block_mark mark,
                               lic_error *error);
lic_status lic_uploads_read(lic_engine *engine);
lic_status lic_uploads_write(const lic_engine *engine, lic_store *store);
/* Pieces that lie in a client's memory: from now on the store has them. */
void lic_uploads_forget_borrowed(lic_engine *engine);
/* Forgets those whose day has passed, at a block's beginning. */
lic_status lic_uploads_expire(lic_engine *engine);
/* After the seal: complete and expired ones go. */
void lic_uploads_sealed(lic_engine *engine);

/* -- load.c, report/report.c: what a complete upload starts. TRAPPED or REFUSED leave the contract as it was. */
lic_status lic_load_run(lic_engine *engine, lic_upload *upload, uint64_t gas_limit, uint64_t *gas,
                        lic_error *error);
lic_status lic_report_run(lic_engine *engine, lic_upload *upload, uint64_t gas_limit, uint64_t *gas,
                          lic_outcome *outcome, lic_error *error);
/* Rules that hold at the header already: report, party, period, order. */
lic_status lic_report_admit(lic_engine *engine, lic_contract *contract, uint16_t caller_party,
                            uint16_t report, lic_date period, lic_error *error);
lic_status lic_load_admit(lic_engine *engine, lic_contract *contract, uint16_t table,
                          lic_error *error);

#endif
