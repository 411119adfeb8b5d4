/* chain_fixture.h - a ledger without an engine, for tests: one operator, one party, facts as transactions,
 * and states that are hashes of height and lanes. */
#ifndef LICET_TESTS_CHAIN_FIXTURE_H
#define LICET_TESTS_CHAIN_FIXTURE_H

#include "samples.h"
#include "scratch.h"

#include <licet/ledger.h>

#include <sqlite3.h>

#define DAY 86400

typedef struct chain {
    scratch *at;
    lic_seeded seeded;
    lic_random random;
    lic_keypair operator, party;
    lic_ledger *ledger;
    char path[320];
} chain;

static inline int64_t early(void *context)
{
    (void)context;
    return (int64_t)SAMPLE_DATE * DAY;
}
static inline uint64_t no_ticks(void *context)
{
    (void)context;
    return 0;
}
static const lic_clock test_clock = {NULL, early, no_ticks};

static inline lic_ledger_options options_for(chain *c, lic_ledger_mode mode)
{
    return (lic_ledger_options){.store = {.path = c->path,
                                          .allocator = &lic_allocator_system,
                                          .clock = &test_clock,
                                          .random = &c->random},
                                .mode = mode,
                                .hasher = &lic_hasher_native,
                                .secret = 1,
                                .engine_version = 1};
}

static inline lic_genesis genesis_for(chain *c)
{
    lic_genesis genesis;
    lic_genesis_init(&genesis);
    genesis.name = lic_slice_text("Test");
    genesis.engine_version = 1;
    genesis.clock = LIC_CLOCK_SIMULATED;
    genesis.time = (int64_t)SAMPLE_DATE * DAY;
    genesis.operator_count = 1;
    genesis.operators[0] = c->operator.key;
    genesis.state_root = sample_hash(0xee);
    return genesis;
}

static inline lic_status open_as(chain *c, lic_ledger_mode mode, lic_error *error)
{
    lic_ledger_options options = options_for(c, mode);
    return lic_ledger_open(&options, &c->ledger, error);
}

static inline void reopen(chain *c, lic_ledger_mode mode)
{
    lic_error error;
    lic_ledger_close(c->ledger);
    c->ledger = NULL;
    assert_ok(open_as(c, mode, &error));
}

/* c stays where it is: its randomness is borrowed by the ledger. */
static inline void begin_with(chain *c, scratch *at, const char *name, const lic_genesis *given)
{
    memset(c, 0, sizeof *c);
    c->at = at;
    c->operator= sample_keypair(50);
    c->party = sample_keypair(51);
    lic_seeded_init(&c->seeded, 1);
    c->random = lic_seeded_random(&c->seeded);
    (void)snprintf(c->path, sizeof c->path, "%s", scratch_path(at, name));
    lic_error error;
    lic_ledger_options options = options_for(c, LIC_LEDGER_WRITE);
    lic_genesis genesis = given != NULL ? *given : genesis_for(c);
    assert_ok(lic_ledger_create(&options, &genesis, &c->operator, 1, &error));
    assert_ok(open_as(c, LIC_LEDGER_WRITE, &error));
}

static inline void begin(chain *c, void **state)
{
    begin_with(c, *state, "a.ledger", NULL);
}

static inline void end(chain *c)
{
    lic_ledger_close(c->ledger);
    c->ledger = NULL;
}

static inline int64_t now(const chain *c)
{
    return lic_ledger_now(c->ledger);
}

/* A fact with the next sequence of lane 0, signed. */
static inline lic_transaction next_fact(chain *c, const char *value)
{
    lic_transaction t = sample_transaction(LIC_TX_FACT, &c->party);
    t.chain = *lic_ledger_chain(c->ledger);
    t.sequence = lic_ledger_sequence(c->ledger, &c->party.key, 0) + 1;
    t.body.fact.value = lic_slice_text(value);
    sample_sign(&t, &c->party);
    return t;
}

static inline lic_status admit(chain *c, const lic_transaction *t, lic_admission *admission,
                               lic_error *error)
{
    return lic_ledger_admit(c->ledger, t, now(c), admission, error);
}

static inline void expect_refused(chain *c, const lic_transaction *t, const char *code)
{
    lic_admission admission;
    lic_error error;
    assert_int_equal(admit(c, t, &admission, &error), LIC_REFUSED);
    assert_string_equal(error.code, code);
    assert_true(error.text[0] != '\0' && error.help[0] != '\0');
}

static inline lic_hash put_output(lic_block *block, lic_output_class class, uint32_t contract,
                                  uint64_t number, const char *text)
{
    lic_output output = {
        .class = class, .contract = contract, .number = number, .bytes = lic_slice_text(text)};
    lic_hash digest;
    assert_ok(lic_block_output(block, &output, &digest));
    return digest;
}

static inline void finish(lic_block *block, uint64_t gas)
{
    lic_block_result result = {
        .gas = gas, .contract = sample_hash(1), .contract_number = LIC_STORE_NONE, .number = 4};
    lic_block_finish(block, &result);
}

/* What the made-up engine answers to a fact: an event and a statement that name its value. */
static inline lic_status run_fact(lic_block *block, const lic_transaction *t)
{
    char event[64];
    uint32_t position = 0;
    lic_status status = lic_block_add(block, t, 7, 3, &position);
    if (status != LIC_OK) return status;
    (void)snprintf(event, sizeof event, "fact %.*s", (int)t->body.fact.value.size,
                   (const char *)t->body.fact.value.data);
    lic_output outputs[2] = {{LIC_OUTPUT_STATEMENT, 3, t->sequence, lic_slice_text("statement")},
                             {LIC_OUTPUT_EVENT, 3, 0, lic_slice_text(event)}};
    for (size_t i = 0; i < 2; i++) {
        lic_hash digest;
        status = lic_block_output(block, &outputs[i], &digest);
        if (status != LIC_OK) return status;
    }
    finish(block, 10);
    return LIC_OK;
}

/* The made-up state: a function of the height and the lanes. */
static inline lic_hash state_after(chain *c, const lic_block *block)
{
    lic_hash parts[2] = {{{(uint8_t)lic_block_height(block)}}};
    lic_hash root;
    lic_ledger_lane_root(c->ledger, &parts[1]);
    lic_slice slice = lic_slice_of(parts, sizeof parts);
    lic_hasher_native.sha256(&slice, 1, &root);
    return root;
}

static inline lic_block *open_block(chain *c)
{
    lic_block *block = NULL;
    lic_error error;
    assert_ok(lic_block_open(c->ledger, now(c), &block, &error));
    return block;
}

static inline void seal(chain *c, lic_block *block)
{
    lic_error error;
    lic_hash root = state_after(c, block);
    assert_ok(lic_block_seal(block, &root, &c->operator, 1, &error));
}

/* `count` blocks of one to three facts each, and a timer's event in each. */
static inline void make_blocks(chain *c, unsigned count)
{
    for (unsigned b = 0; b < count; b++) {
        lic_block *block = open_block(c);
        for (unsigned i = 0; i <= b % 3; i++) {
            lic_transaction t = next_fact(c, "2026-01-05");
            assert_ok(run_fact(block, &t));
        }
        put_output(block, LIC_OUTPUT_EVENT, LIC_STORE_NONE, 0, "timer");
        lic_block_gas(block, 5);
        seal(c, block);
    }
}

/* A block of one LINES, whose chunk lies beside it. */
static inline lic_transaction make_lines_block(chain *c)
{
    lic_transaction lines = sample_transaction(LIC_TX_LINES, &c->party);
    lic_admission admission;
    lic_error error;
    uint32_t position;
    lines.chain = *lic_ledger_chain(c->ledger);
    sample_sign(&lines, &c->party);
    assert_ok(admit(c, &lines, &admission, &error));
    lic_block *block = open_block(c);
    assert_ok(lic_block_add(block, &lines, LIC_STORE_NONE, 3, &position));
    lic_row_upload upload = {.number = 4, .id = lines.body.lines.upload};
    lic_row_chunk chunk = {.slot = LIC_CHUNK_SLOT(4, lines.body.lines.index),
                           .place = LIC_PLACE(1, 0, 0),
                           .leaf = lines.chunk_leaf,
                           .bytes = lines.body.lines.chunk};
    assert_ok(lic_store_put_upload(lic_ledger_store(c->ledger), &upload));
    assert_ok(lic_store_put_chunk(lic_ledger_store(c->ledger), &chunk));
    finish(block, 1);
    seal(c, block);
    return lines;
}

static inline int start(void **state)
{
    (void)state;
    lic_error error;
    return lic_crypto_start(&error) == LIC_OK ? 0 : -1;
}

#endif
