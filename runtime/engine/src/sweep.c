/* sweep.c - what falls due by itself, on all contracts: in the order of (date, contract, timer), so many runs a block as
 * the rules allow; the rest waits for the next one. What a contract does on one day stays in one block, so that a
 * block's end lies between two days of every contract. */
#include "work.h"

typedef struct turn {
    lic_contract *contract; /* NULL: nothing is due */
    lic_date day;
} turn;

/* Closed contracts are never due; of a busy one everything waits for its report. */
static lic_status next_of(lic_engine *engine, lic_contract *contract, lic_date *next,
                          lic_error *error)
{
    *next = LIC_DATE_MAX + 1;
    if (contract->head.status == LIC_CONTRACT_CLOSED || contract->steps != NULL) return LIC_OK;
    if (!contract->timer_known) /* otherwise the record named the date */
        LIC_TRY(lic_contract_open(engine, contract, error));
    *next = lic_settle_next(contract);
    return LIC_OK;
}

/* Ties go to the contract that was deployed first. */
static lic_status find_turn(lic_engine *engine, lic_date date, turn *found, lic_error *error)
{
    lic_date best = LIC_DATE_MAX + 1, next = 0;
    *found = (turn){.contract = NULL};
    for (uint32_t i = 0; i < engine->contract_count; i++) {
        LIC_TRY(next_of(engine, engine->contracts[i], &next, error));
        if (next > date || next >= best) continue;
        best = next;
        found->contract = engine->contracts[i];
    }
    if (found->contract == NULL) return LIC_OK;
    lic_date seen = found->contract->head.today;
    found->day = best < seen ? seen : best;
    return LIC_OK;
}

lic_status lic_sweep(lic_engine *engine, lic_date date, lic_error *error)
{
    turn last = {.contract = NULL}, now;
    engine->behind = false;
    for (uint32_t runs = 0;; runs++) {
        LIC_TRY(find_turn(engine, date, &now, error));
        if (now.contract == NULL) return LIC_OK;
        bool same_day = now.contract == last.contract && now.day == last.day;
        if (runs >= engine->rules->sweep && !same_day) {
            engine->behind = true;
            return LIC_OK;
        }
        LIC_TRY(lic_timer_run(engine, now.contract, now.day, error));
        engine->dirty = true;
        last = now;
    }
}

/* -- from outside ---------------------------------------------------------------------------------------- */

lic_date lic_engine_date(const lic_engine *engine)
{
    int64_t time = lic_ledger_now(engine->ledger);
    return engine->block != NULL ? engine->today : lic_date_at(time);
}

lic_status lic_engine_due(lic_engine *engine, lic_due *due, lic_error *error)
{
    lic_date today = lic_engine_date(engine), next = 0;
    *due = (lic_due){.first = LIC_DATE_MAX + 1, .next = LIC_DATE_MAX + 1};
    for (uint32_t i = 0; i < engine->contract_count; i++) {
        LIC_TRY(next_of(engine, engine->contracts[i], &next, error));
        if (next > today) {
            due->next = next < due->next ? next : due->next;
            continue;
        }
        due->contracts++;
        due->first = next < due->first ? next : due->first;
    }
    return LIC_OK;
}

bool lic_engine_behind(const lic_engine *engine)
{
    return engine->behind;
}

lic_status lic_engine_tick(lic_engine *engine, lic_error *error)
{
    lic_error scratch = {0}, again = {0};
    if (error == NULL) error = &scratch;
    if (engine->block != NULL) return LIC_OK;
    do {
        lic_status status = lic_engine_begin(engine, lic_ledger_now(engine->ledger), error);
        if (status != LIC_OK && engine->block != NULL) (void)lic_engine_abandon(engine, &again);
        LIC_TRY(status);
        LIC_TRY(lic_engine_commit(engine, error));
    } while (engine->behind);
    return LIC_OK;
}
