/* engine_fixture.h - a ledger in a scratch folder with an operator and parties, agreements compiled from
 * their text, and one call for each thing that a party does. Calls that are expected to succeed assert
 * it and print the error; `try_` calls return the status and leave the error in the fixture. */
#ifndef LICET_TESTS_ENGINE_FIXTURE_H
#define LICET_TESTS_ENGINE_FIXTURE_H

#include "scratch.h"

#include <licet/compile.h>
#include <licet/engine.h>
#include <licet/keyfile.h>

#define FIXTURE_PARTIES 8
#define FIXTURE_GAS (UINT64_C(1) << 40)

typedef struct fixture {
    scratch scratch;
    char ledger[320];
    lic_seeded seed;
    lic_random random;
    lic_clock clock;
    int64_t now; /* of the real clock that tests move */
    lic_keypair operator_keys;
    lic_engine_options options;
    lic_engine *engine;
    const char *names[FIXTURE_PARTIES];
    lic_keypair keys[FIXTURE_PARTIES];
    lic_hash ids[FIXTURE_PARTIES];
    size_t party_count;
    lic_outcome outcome;
    lic_error error;
} fixture;

static inline int64_t fixture_now(void *context)
{
    return ((fixture *)context)->now;
}
static inline uint64_t fixture_ticks(void *context)
{
    return (uint64_t)((fixture *)context)->now * 1000000000u;
}

static inline lic_date fixture_date(const char *text)
{
    lic_date date = 0;
    assert_ok(lic_date_parse(lic_slice_text(text), &date));
    return date;
}

/* Prints why, then fails the test. */
static inline void fixture_good(fixture *f, lic_status status)
{
    if (status != LIC_OK) {
        print_message("%s %s: %s (%s)\n", lic_status_id(status), f->error.code, f->error.text,
                      f->error.help);
        fail();
    }
}

static inline void fixture_refused(fixture *f, lic_status status, lic_status expected,
                                   const char *code)
{
    if (status != expected || strcmp(f->error.code, code) != 0)
        print_message("expected %s %s, got %s %s: %s\n", lic_status_id(expected), code,
                      lic_status_id(status), f->error.code, f->error.text);
    assert_int_equal(status, expected);
    assert_string_equal(f->error.code, code);
}

/* Incomplete uploads that ledgers made from here on take of a party and on a contract; 0: the usual number. */
static uint32_t fixture_uploads;
/* Gas that anything may take on ledgers made from here on; 0: the usual number. */
static uint64_t fixture_gas;

/* A ledger that begins on `date`; `work`: lines that a block works off, 0 for the usual limit. */
static inline void fixture_begin_limited(fixture *f, const char *date, lic_clock_kind clock,
                                         uint64_t work)
{
    lic_genesis genesis;
    memset(f, 0, sizeof *f);
    (void)snprintf(f->scratch.folder, sizeof f->scratch.folder, "/tmp/licet-engine-XXXXXX");
    assert_non_null(mkdtemp(f->scratch.folder));
    (void)snprintf(f->ledger, sizeof f->ledger, "%s/test.licet", f->scratch.folder);
    assert_ok(lic_crypto_start(&f->error));
    lic_seeded_init(&f->seed, 7);
    f->random = lic_seeded_random(&f->seed);
    f->now = (int64_t)fixture_date(date) * 86400;
    f->clock = (lic_clock){.context = f, .now = fixture_now, .ticks = fixture_ticks};
    lic_keypair_create(&f->random, &f->operator_keys);
    f->options = (lic_engine_options){.path = f->ledger,
                                      .allocator = &lic_allocator_system,
                                      .random = &f->random,
                                      .clock = &f->clock,
                                      .operator_keys = &f->operator_keys,
                                      .operator_count = 1};
    lic_genesis_init(&genesis);
    genesis.name = lic_slice_text("test");
    genesis.clock = (uint8_t)clock;
    if (work != 0) genesis.limits.work_per_block = work;
    if (fixture_uploads != 0)
        genesis.limits.party_uploads = genesis.limits.contract_uploads = fixture_uploads;
    if (fixture_gas != 0) genesis.limits.gas_limit = fixture_gas;
    genesis.time = f->now;
    genesis.operator_count = 1;
    genesis.operators[0] = f->operator_keys.key;
    fixture_good(f, lic_engine_create(&f->options, &genesis, &f->engine, &f->error));
}

static inline void fixture_begin(fixture *f, const char *date, lic_clock_kind clock)
{
    fixture_begin_limited(f, date, clock, 0);
}

static inline void fixture_end(fixture *f)
{
    scratch *at = &f->scratch;
    lic_engine_close(f->engine);
    DIR *folder = opendir(at->folder);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
        if (entry->d_name[0] != '.') (void)unlink(scratch_path(at, entry->d_name));
    if (folder != NULL) closedir(folder);
    (void)rmdir(at->folder);
}

static inline void fixture_reopen(fixture *f)
{
    lic_engine_close(f->engine);
    f->engine = NULL;
    fixture_good(f, lic_engine_open(&f->options, &f->engine, &f->error));
}

static inline lic_hash fixture_root(fixture *f)
{
    return lic_ledger_tip(lic_engine_ledger(f->engine))->state_root;
}

/* -- transactions ---------------------------------------------------------------------------------------- */

static inline lic_transaction fixture_envelope(fixture *f, uint16_t kind, const lic_keypair *pair)
{
    static lic_transaction t;
    memset(&t, 0, sizeof t);
    t.chain = *lic_ledger_chain(lic_engine_ledger(f->engine));
    t.kind = kind;
    t.key = pair->key;
    t.sequence = lic_engine_next_sequence(f->engine, &pair->key, 0);
    t.valid_until = lic_engine_today(f->engine) + 10;
    t.gas_limit = fixture_gas != 0 ? fixture_gas : FIXTURE_GAS;
    return t;
}

static inline lic_status try_submit(fixture *f, lic_transaction *t, const lic_keypair *pair)
{
    lic_buffer wire;
    lic_buffer_init(&wire, &lic_allocator_system, LIC_TRANSACTION_MAX);
    lic_status status = LIC_OK;
    if (pair != NULL) status = lic_transaction_sign(&lic_hasher_native, t, pair, &f->error);
    if (status == LIC_OK) status = lic_transaction_encode(t, &wire, &f->error);
    if (status == LIC_OK)
        status = lic_engine_submit(f->engine, lic_slice_of(wire.data, wire.size), &f->outcome,
                                   &f->error);
    lic_buffer_free(&wire);
    return status;
}

static inline lic_status try_commit(fixture *f)
{
    return lic_engine_commit(f->engine, &f->error);
}

/* Submits and commits. */
static inline lic_status try_send(fixture *f, lic_transaction *t, const lic_keypair *pair)
{
    lic_status status = try_submit(f, t, pair);
    return status == LIC_OK ? try_commit(f) : status;
}

static inline size_t fixture_party(fixture *f, const char *name)
{
    for (size_t i = 0; i < f->party_count; i++)
        if (strcmp(f->names[i], name) == 0) return i;
    fail_msg("no party %s", name);
    return 0;
}

static inline void fixture_register(fixture *f, const char *name)
{
    size_t i = f->party_count++;
    f->names[i] = name;
    lic_keypair_create(&f->random, &f->keys[i]);
    lic_transaction t = fixture_envelope(f, LIC_TX_REGISTER, &f->keys[i]);
    t.body.registration.name = lic_slice_text(name);
    t.body.registration.key = f->keys[i].key;
    t.body.registration.roles = LIC_KEY_MAY_SIGN | LIC_KEY_MAY_FILE;
    fixture_good(f, try_send(f, &t, &f->keys[i]));
    f->ids[i] = f->outcome.receipt.id;
}

static inline lic_transaction fixture_of(fixture *f, uint16_t kind, const char *party)
{
    size_t i = fixture_party(f, party);
    lic_transaction t = fixture_envelope(f, kind, &f->keys[i]);
    t.party = f->ids[i];
    return t;
}

static inline lic_status try_as(fixture *f, lic_transaction *t, const char *party)
{
    return try_send(f, t, &f->keys[fixture_party(f, party)]);
}

static inline lic_status try_clock(fixture *f, const char *date)
{
    lic_transaction t = fixture_envelope(f, LIC_TX_CLOCK, &f->operator_keys);
    t.body.clock.date = fixture_date(date);
    t.valid_until = t.body.clock.date + 1;
    return try_send(f, &t, &f->operator_keys);
}

static inline void fixture_clock(fixture *f, const char *date)
{
    fixture_good(f, try_clock(f, date));
}

/* -- agreements ------------------------------------------------------------------------------------------- */

static inline lic_compilation *fixture_compile(const char *text)
{
    lic_compile_options options = {.unit_scale = 6};
    lic_slice source = lic_slice_text(text);
    lic_compilation *c = lic_compile(source, &options, &lic_hasher_native, &lic_allocator_system);
    assert_non_null(c);
    const lic_diagnostics *d = lic_compilation_diagnostics(c);
    if (d->error_count != 0) {
        lic_buffer out;
        lic_buffer_init(&out, &lic_allocator_system, 1u << 20);
        for (size_t i = 0; i < d->count; i++)
            lic_diagnostic_text(&d->items[i], "test.lic", source, false, &out);
        print_message("%.*s\n", (int)out.size, (const char *)out.data);
        lic_buffer_free(&out);
        fail();
    }
    return c;
}

/* Deploys with parties bound by name; parameters: texts in order, NULL at the end. */
static inline lic_status try_deploy(fixture *f, const char *text, const char *deployer,
                                    const char *const *parameters)
{
    lic_compilation *c = fixture_compile(text);
    const lic_image *image = lic_compilation_image(c);
    lic_buffer texts, parties;
    lic_buffer_init(&texts, &lic_allocator_system, 1u << 20);
    lic_buffer_init(&parties, &lic_allocator_system, 1u << 20);
    lic_transaction t = fixture_of(f, LIC_TX_DEPLOY, deployer);
    t.body.deploy.image = lic_compilation_bytes(c);
    t.body.deploy.source = lic_slice_text(text);
    for (; parameters != NULL && *parameters != NULL; parameters++) {
        lic_texts_put(&texts, lic_slice_text(*parameters));
        t.body.deploy.parameters.count++;
    }
    t.body.deploy.parameters.encoded = lic_slice_of(texts.data, texts.size);
    for (uint32_t i = 0; i < image->parties_count; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "%.*s", (int)image->parties[i].name.size,
                       (const char *)image->parties[i].name.data);
        lic_put_bytes(&parties, f->ids[fixture_party(f, name)].bytes, LIC_HASH_SIZE);
    }
    t.body.deploy.parties = (lic_hashes){image->parties_count,
                                         lic_slice_of(parties.data, parties.size)};
    lic_status status = try_as(f, &t, deployer);
    lic_buffer_free(&texts);
    lic_buffer_free(&parties);
    lic_compilation_destroy(c);
    return status;
}

/* Returns the contract's number. */
static inline uint32_t fixture_deploy(fixture *f, const char *text, const char *deployer,
                                      const char *const *parameters)
{
    fixture_good(f, try_deploy(f, text, deployer, parameters));
    return (uint32_t)f->outcome.receipt.number;
}

static inline lic_contract_info fixture_contract(fixture *f, uint32_t number)
{
    lic_contract_info info;
    fixture_good(f, lic_engine_contract(f->engine, number, &info, &f->error));
    return info;
}

static inline uint16_t fixture_table(fixture *f, uint32_t contract, const char *name)
{
    lic_contract_info info = fixture_contract(f, contract);
    for (uint32_t i = 0; i < info.image->tables_count; i++)
        if (lic_slice_equal(info.image->tables[i].name, lic_slice_text(name))) return (uint16_t)i;
    fail_msg("no table %s", name);
    return 0;
}

static inline lic_status try_load(fixture *f, uint32_t contract, const char *name,
                                  const char *deployer, lic_slice bytes, uint32_t chunk)
{
    lic_transaction t = fixture_of(f, LIC_TX_LOAD, deployer);
    t.body.load.contract = fixture_contract(f, contract).id;
    t.body.load.table = fixture_table(f, contract, name);
    lic_upload_options options = {
        .bytes = bytes, .chunk_bytes = chunk, .keypair = &f->keys[fixture_party(f, deployer)]};
    return lic_engine_upload(f->engine, &t, &options, &f->outcome, &f->error);
}

static inline void fixture_load(fixture *f, uint32_t contract, const char *name,
                                const char *deployer, const char *text)
{
    fixture_good(f, try_load(f, contract, name, deployer, lic_slice_text(text), 0));
}

static inline lic_status try_sign(fixture *f, uint32_t contract, const char *party)
{
    lic_contract_info info = fixture_contract(f, contract);
    lic_transaction t = fixture_of(f, LIC_TX_SIGN, party);
    t.body.sign = (lic_body_sign){info.id, info.image->id, info.source_hash, info.parameters_hash,
                                  info.rows_root};
    return try_as(f, &t, party);
}

static inline void fixture_sign(fixture *f, uint32_t contract, const char *party)
{
    fixture_good(f, try_sign(f, contract, party));
}

static inline lic_status try_report(fixture *f, uint32_t contract, uint16_t report,
                                    const char *party, const char *period, lic_slice bytes,
                                    uint32_t chunk)
{
    lic_transaction t = fixture_of(f, LIC_TX_REPORT, party);
    t.body.report.contract = fixture_contract(f, contract).id;
    t.body.report.report = report;
    t.body.report.period = fixture_date(period);
    lic_upload_options options = {
        .bytes = bytes, .chunk_bytes = chunk, .keypair = &f->keys[fixture_party(f, party)]};
    return lic_engine_upload(f->engine, &t, &options, &f->outcome, &f->error);
}

static inline void fixture_report(fixture *f, uint32_t contract, uint16_t report, const char *party,
                                  const char *period, const char *text)
{
    fixture_good(f, try_report(f, contract, report, party, period, lic_slice_text(text), 0));
}

#endif
