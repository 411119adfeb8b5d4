/* engine.h - how the engine's parts call one another: opening in other modes, and transactions. */
#ifndef LICET_ENGINE_PRIVATE_H
#define LICET_ENGINE_PRIVATE_H

#include "report/upload.h"

#include <licet/keyfile.h>

/* REPLAY starts after genesis with empty state. at_height: state of contracts as after that block
 * (UINT64_MAX: the tip); such an engine cannot commit. */
lic_status lic_engine_open_mode(const lic_engine_options *options, lic_ledger_mode mode,
                                uint64_t at_height, lic_engine **engine, lic_error *error);
void lic_engine_free_state(lic_engine *engine);
lic_status lic_engine_read_state(lic_engine *engine, lic_error *error);
void lic_engine_drop_effects(lic_engine *engine);

/* What somebody can do who asks for something that was erased. */
#define LIC_ERASED_HELP                                                                            \
    "`licet log transactions` and `licet show transaction ID` say which, when and why; an export " \
    "from before has it"

/* A transaction under way. */
typedef struct lic_call {
    lic_engine *engine;
    const lic_transaction *transaction;
    uint32_t party;                       /* number, or LIC_NONE32 (register, lines, clock) */
    lic_contract *contract;               /* addressed, or NULL */
    uint32_t signers[LIC_SIGNATURES_MAX]; /* parties that signed, in order of signatures */
    uint8_t roles[LIC_SIGNATURES_MAX];    /* of the keys that signed */
    lic_outcome *outcome;
    lic_block_result result;
} lic_call;

/* Executes a decoded transaction in the open block (lic_engine_begin), without verifying the envelope
 * again when `trusted`. Used by submit and by replay. */
lic_status lic_engine_execute(lic_engine *engine, const lic_transaction *transaction, bool trusted,
                              lic_outcome *outcome, lic_error *error);
/* lic_engine_submit behind the decoder. */
lic_status lic_engine_submit_decoded(lic_engine *engine, const lic_transaction *transaction,
                                     lic_outcome *outcome, lic_error *error);
/* What the kinds do (transactions/). On an error nothing has changed. */
typedef lic_status lic_handler(lic_call *call, lic_error *error);
lic_handler lic_handle_registration, lic_handle_keys, lic_handle_deploy, lic_handle_load,
    lic_handle_sign, lic_handle_report, lic_handle_lines, lic_handle_fact, lic_handle_act,
    lic_handle_pay, lic_handle_acknowledge, lic_handle_clock;

/* Contract and signers of a transaction, as admission finds them. */
lic_status lic_call_resolve(lic_call *call, lic_error *error);
/* NULL: a kind that is not executed. */
lic_handler *lic_kind_handler(uint16_t kind);
/* Something was refused, as `error` says, and cannot be taken back: the open block goes, and IO says so behind it. */
lic_status lic_engine_lose(lic_engine *engine, lic_error *error);
lic_status lic_engine_collect(lic_engine *engine); /* the block's contracts into its effects */

/* True when a party of the set (agreement's) is among the signers with the role. */
bool lic_call_signed_by(const lic_call *call, uint16_t agreement_party, uint8_t role);
/* transactions/deploy.c: the draft of the call's contract begins; its step and wake run once. */
lic_status lic_deploy_start(lic_call *call, lic_error *error);
/* Begins a unit of work for the call's contract with what is left of the gas limit. */
lic_status lic_call_begin(lic_call *call, lic_work *work, lic_error *error);
/* Settles and keeps, or says why not and rolls back. `what`: "action AddTrailer". */
lic_status lic_call_finish(lic_call *call, lic_work *work, lic_trap trap, const char *what,
                           lic_error *error);

#endif
