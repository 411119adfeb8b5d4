/* world.h - a ledger in memory with people in it whose keys are made from their names, for scenarios, what-ifs
 * and trying things out. It runs in the same engine as a ledger in a file, makes no system call but for
 * memory, and does the same for the same seed everywhere.
 *
 * Whoever is named is registered when first needed. Where nobody is named to sign, those do whom the agreement
 * names: a report's party, an action's parties, a fact's setter, a duty's debtor. */
#ifndef LICET_WORLD_H
#define LICET_WORLD_H

#include <licet/client.h>

#define LIC_WORLD_MEGABYTES 512u /* of one ledger: a report of a million lines fits */
#define LIC_WORLD_BEGINS \
    "1990-01-01"                /* before any term; the first advance goes to the story's day */
#define LIC_WORLD_NAMES 16u     /* signers of one transaction */
#define LIC_WORLD_FAR_YEARS 300 /* longer than any term and run-off that is of use */

typedef struct lic_world lic_world;

/* `coverage` may be NULL. */
lic_status lic_world_create(uint64_t seed, lic_coverage *coverage, const lic_allocator *allocator,
                            lic_world **world, lic_error *error);
/* Another world that begins where this one is; neither sees what the other does from then on. It ends before the world
 * that all of them descend from does: what was learned of the file waits there for the next fork. */
lic_status lic_world_fork(lic_world *world, lic_world **fork, lic_error *error);
void lic_world_destroy(lic_world *world); /* NULL allowed */

lic_client *lic_world_client(lic_world *world);
lic_date lic_world_today(const lic_world *world);
/* Moves the clock, and runs what falls due. REFUSED, code "clock_back". */
lic_status lic_world_advance(lic_world *world, lic_date date, lic_error *error);

/* The number of the party of this name, registered when it is not there yet. */
lic_status lic_world_person(lic_world *world, lic_slice name, uint32_t *number, lic_error *error);

/* Signers by their names on the ledger; none: those whom the agreement names. */
typedef struct lic_people {
    lic_slice names[LIC_WORLD_NAMES];
    size_t count;
} lic_people;

/* Registers the parties of the agreement (or those that they are bound to), then deploys by the first signer, or by
 * the first party when the agreement names none. */
lic_status lic_world_deploy(lic_world *world, const lic_deployment *deployment,
                            const lic_people *people, uint32_t *contract, lic_error *error);
lic_status lic_world_load(lic_world *world, uint32_t contract, lic_slice schedule, lic_slice bytes,
                          lic_error *error);
/* Each in a transaction of its own; nobody named: all who are to sign. */
lic_status lic_world_sign(lic_world *world, uint32_t contract, const lic_people *people,
                          lic_error *error);
lic_status lic_world_file(lic_world *world, uint32_t contract, const lic_filing *filing,
                          const lic_people *people, lic_client_result *result, lic_error *error);
lic_status lic_world_fact(lic_world *world, uint32_t contract, lic_slice fact, lic_slice value,
                          const lic_people *people, lic_error *error);
lic_status lic_world_act(lic_world *world, uint32_t contract, const lic_acting *acting,
                         const lic_people *people, lic_client_result *result, lic_error *error);
/* By whoever owes the creditor most, when nobody is named. The payment's number. */
lic_status lic_world_pay(lic_world *world, uint32_t contract, const lic_paying *paying,
                         const lic_people *people, uint32_t *payment, lic_error *error);
lic_status lic_world_acknowledge(lic_world *world, uint32_t contract, uint32_t payment,
                                 const lic_people *people, lic_error *error);

/* What happened on another ledger, made again here by the people of these names. */
lic_status lic_world_repeat(lic_world *world, uint32_t contract, const lic_client_event *event,
                            const lic_people *people, lic_error *error);

/* All that happened on a ledger, which is read, with its contracts in their order. DENIED, code "erased". */
lic_status lic_world_play(lic_world *world, lic_client *ledger, lic_error *error);
/* lic_why_account of a payee's period. */
lic_status lic_world_why(lic_world *world, uint32_t contract, lic_slice payee, lic_slice period,
                         lic_buffer *target, lic_error *error);

lic_status lic_world_contract(lic_world *world, uint32_t contract, lic_contract_info *info,
                              lic_error *error);
/* Gas of the last transaction, and what it was: "report Usage", "action AddTrailer". */
uint64_t lic_world_gas(const lic_world *world);

#endif
