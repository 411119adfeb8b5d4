/* sim.h - what if: the story of an agreement played again with other parameters or further reports, on a ledger in
 * memory, in the same engine. The story is a scenario (scenario.h), or what happened to a contract on a ledger,
 * which is read and not touched. */
#ifndef LICET_SIM_H
#define LICET_SIM_H

#include <licet/client.h>
#include <licet/confine.h>

/* What came to an account's row by a clause, in all. Slices are the result's. */
typedef struct lic_sim_row {
    lic_slice agreement, account, key; /* key empty: the account has no rows */
    lic_slice term, clause, anchor, currency;
    uint8_t scale; /* of the ledger's unit */
    lic_i128 units;
} lic_sim_row;

typedef struct lic_sim_result {
    lic_arena *arena; /* the caller's */
    lic_sim_row *rows;
    size_t count;
    /* RFC 6962 root over all postings, in order: period, date, what ran, clause, accounts with keys, currency and
     * units. Equal where the same was settled, on whatever ledger. */
    lic_hash root;
    lic_slice name; /* of the scenario, or of the agreement */
} lic_sim_result;

/* A report filed behind the story, when its period is over. */
typedef struct lic_sim_filing {
    lic_slice report, period, bytes;
} lic_sim_filing;

typedef struct lic_sim_change {
    const lic_named_text *set; /* parameters in place of those of the story */
    size_t set_count;
    const lic_sim_filing *filings;
    size_t filing_count;
} lic_sim_change;

typedef struct lic_sim_story {
    const char *folder, *file; /* a file of scenarios */
    const char *scenario;      /* its name, or what it begins with; NULL: the first */
    const lic_allocator *allocator;
    const lic_clock *clock;
    lic_confine_limits limits;
} lic_sim_story;

/* Plays the story once for each change; results[i] has its arena set. Expectations of the scenario are passed over.
 * MISSING: no such scenario, or a parameter that no agreement of the story has; what lic_scenarios_run answers. */
lic_status lic_sim_play(const lic_sim_story *story, const lic_sim_change *changes, size_t count,
                        lic_sim_result *results, lic_error *error);

/* What a contract of a ledger settled. */
lic_status lic_sim_read(lic_client *client, const lic_contract_info *contract,
                        lic_sim_result *result, lic_error *error);
/* Plays its history again, changed: other keys, salts and ids, the same amounts for the same inputs. DENIED, code
 * "erased": some of it was erased. */
lic_status lic_sim_replay(lic_client *client, const lic_contract_info *contract,
                          const lic_sim_change *change, lic_sim_result *result, lic_error *error);

/* -- the form in which results cross from a process to another (sim_rows.c) -- */
lic_status lic_sim_gather(lic_client *client, uint32_t contract, lic_buffer *target,
                          lic_error *error);
lic_status lic_sim_take(lic_cursor *cursor, lic_sim_result *result);
#define LIC_SIM_ALL UINT32_MAX /* for `contract`: all of the ledger */

#endif
