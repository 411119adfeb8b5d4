/* The open block: beginning, admission and execution of transactions, sealing, abandoning. */
#include "engine.h"
#include "report/steps.h"
#include "rooting.h"

#include <licet/ahead.h>

#include <string.h>

#define SECONDS_A_DAY 86400

static bool is_simulated(const lic_engine *engine)
{
    return lic_ledger_genesis(engine->ledger)->clock == LIC_CLOCK_SIMULATED;
}

/* -- effects ------------------------------------------------------------------------------------------------------- */

#define EFFECTS_MAX LIC_GIGABYTES(16)

/* The arena is made when a block first needs it, so that a sealed block needs no memory to end. */
static bool has_effects_arena(lic_engine *engine)
{
    if (engine->effects_arena == NULL)
        engine->effects_arena = lic_arena_create(engine->allocator, EFFECTS_MAX);
    return engine->effects_arena != NULL;
}

void *lic_engine_take(lic_engine *engine, size_t size)
{
    return has_effects_arena(engine) ? lic_arena_take(engine->effects_arena, size) : NULL;
}

void *lic_engine_copy(lic_engine *engine, lic_slice bytes)
{
    return has_effects_arena(engine) ? lic_arena_copy(engine->effects_arena, bytes.data, bytes.size)
                                     : NULL;
}

uint32_t lic_engine_cause(const lic_engine *engine)
{
    return engine->cause;
}

void lic_engine_drop_effects(lic_engine *engine)
{
    lic_runs_free(engine, engine->effects.runs);
    memset(&engine->effects, 0, sizeof engine->effects);
    engine->last_run = NULL;
}

lic_status lic_engine_output(lic_engine *engine, lic_output_class class,
                             const lic_contract *contract, uint64_t number, lic_slice bytes)
{
    if (engine->block == NULL) return LIC_OK;
    lic_output output = {
        .class = class, .contract = contract->number, .number = number, .bytes = bytes};
    return lic_block_output(engine->block, &output, NULL);
}

/* What an output has for a digest without a block. */
static const lic_hash *no_digest(const void *context, size_t index)
{
    static const lic_hash none;
    (void)context, (void)index;
    return &none;
}

lic_status lic_engine_log(lic_engine *engine, lic_contract *contract, uint32_t count)
{
    lic_log *log = &contract->head.log;
    bool threads = engine->options.threads != 1 && engine->observer == NULL;
    if (engine->block != NULL) return lic_block_log(engine->block, count, threads, log);
    const lic_digests none = {no_digest, NULL, count};
    lic_log_append_digests(engine->hasher, log, &none, false);
    return LIC_OK;
}

/* -- beginning -------------------------------------------------------------------------------------------------------- */

lic_status lic_engine_begin(lic_engine *engine, int64_t time, lic_error *error)
{
    LIC_ASSERT(engine->block == NULL);
    if (engine->broken)
        return lic_fail(error, LIC_IO, "broken", "open the ledger again",
                        "an earlier block could not be written");
    int64_t before = lic_ledger_tip(engine->ledger)->time;
    LIC_TRY(lic_block_open(engine->ledger, time, &engine->block, error));
    engine->time = lic_block_time(engine->block);
    engine->height = lic_block_height(engine->block);
    engine->today = lic_date_at(engine->time);
    engine->dirty = engine->spoilt = false;
    engine->cause = LIC_STORE_NONE;
    lic_status status = lic_uploads_expire(engine);
    if (status == LIC_OK) status = lic_steps_run(engine, error);
    /* a simulated clock is moved by the block's first transaction, and what falls due runs behind it */
    bool moves = is_simulated(engine) && engine->time != before;
    engine->behind = false;
    if (status == LIC_OK && !moves) status = lic_sweep(engine, engine->today, error);
    return status;
}

/* What is due comes before any transaction: as many blocks as it takes, and the one that has room left. */
static lic_status begin_for_transaction(lic_engine *engine, lic_error *error)
{
    LIC_TRY(lic_engine_begin(engine, lic_ledger_now(engine->ledger), error));
    while (engine->behind) {
        LIC_TRY(lic_engine_commit(engine, error));
        LIC_TRY(lic_engine_begin(engine, lic_ledger_now(engine->ledger), error));
    }
    return LIC_OK;
}

static lic_status ensure_block(lic_engine *engine, const lic_transaction *transaction,
                               lic_error *error)
{
    bool moves_clock = transaction->kind == LIC_TX_CLOCK && is_simulated(engine);
    if (moves_clock && engine->block != NULL && engine->dirty)
        LIC_TRY(lic_engine_commit(engine, error));
    if (moves_clock && engine->block != NULL) LIC_TRY(lic_engine_abandon(engine, error));
    if (engine->block != NULL && engine->behind) LIC_TRY(lic_engine_commit(engine, error));
    if (engine->block != NULL) return LIC_OK;
    if (!moves_clock) return begin_for_transaction(engine, error);
    int64_t time = lic_ledger_now(engine->ledger);
    int64_t wanted = (int64_t)transaction->body.clock.date * SECONDS_A_DAY;
    return lic_engine_begin(engine, wanted > time ? wanted : time, error);
}

/* -- admission -------------------------------------------------------------------------------------------------------- */

/* The contract that a transaction addresses; NULL for kinds that address none. */
static const lic_hash *addressed(const lic_engine *engine, const lic_transaction *t)
{
    switch (t->kind) {
    case LIC_TX_LOAD: return &t->body.load.contract;
    case LIC_TX_SIGN: return &t->body.sign.contract;
    case LIC_TX_REPORT: return &t->body.report.contract;
    case LIC_TX_FACT: return &t->body.fact.contract;
    case LIC_TX_ACT: return &t->body.act.contract;
    case LIC_TX_PAY: return &t->body.pay.contract;
    case LIC_TX_ACKNOWLEDGE: return &t->body.acknowledge.contract;
    case LIC_TX_LINES: {
        const lic_upload *upload = lic_upload_find(engine, &t->body.lines.upload);
        return upload == NULL ? NULL : &engine->contracts[upload->contract]->id;
    }
    default: return NULL;
    }
}

static lic_status find_contract(lic_call *call, lic_error *error)
{
    const lic_hash *id = addressed(call->engine, call->transaction);
    if (id == NULL) return LIC_OK;
    uint32_t number = lic_contract_find(call->engine, id);
    if (number == LIC_NONE32)
        return lic_fail(error, LIC_REFUSED, "contract",
                        "`licet show contracts` lists the contracts of the ledger",
                        "there is no contract with this id on the ledger");
    call->contract = call->engine->contracts[number];
    if (call->contract->timer_known && call->contract->head.status != LIC_CONTRACT_CLOSED &&
        call->contract->steps == NULL && call->contract->next_timer <= call->engine->today)
        return lic_fail(error, LIC_LOCKED, "behind", "try again when it is done",
                        "what has fallen due on the contract comes first");
    if (call->contract->steps == NULL) return LIC_OK;
    return lic_fail(error, LIC_LOCKED, "busy", "try again when it is settled",
                    "a report of the contract is being settled, over several blocks");
}

static bool is_operator(const lic_engine *engine, const lic_key *key)
{
    const lic_genesis *genesis = lic_ledger_genesis(engine->ledger);
    for (uint32_t i = 0; i < genesis->operator_count; i++)
        if (lic_key_equal(&genesis->operators[i], key)) return true;
    return false;
}

static bool is_zero(const lic_hash *hash)
{
    static const lic_hash zero;
    return lic_hash_equal(hash, &zero);
}

static lic_status refuse_key(const lic_engine *engine, const lic_key *key, bool known,
                             lic_error *error)
{
    char did[LIC_DID_TEXT];
    lic_did_print(key, did);
    if (!known)
        return lic_fail(error, LIC_REFUSED, "key", "register the party first: licet register NAME",
                        "the key %s belongs to no registered party", did);
    return lic_fail(
        error, LIC_REFUSED, "key", "sign with a key that is valid now: licet show party NAME",
        "the key %s is not valid at block %llu", did, (unsigned long long)engine->height);
}

/* Whom a signature speaks for. Operators move the clock without being parties. */
static lic_status find_signer(lic_call *call, uint32_t index, lic_error *error)
{
    const lic_engine *engine = call->engine;
    const lic_key *key = &call->transaction->signatures[index].key;
    uint32_t number = lic_registry_key(engine, key);
    if (number == LIC_NONE32 && call->transaction->kind == LIC_TX_CLOCK &&
        is_operator(engine, key)) {
        call->signers[index] = LIC_NONE32;
        call->roles[index] = LIC_KEY_MAY_OPERATE;
        return LIC_OK;
    }
    if (number == LIC_NONE32 || !lic_registry_valid(engine, number, engine->height))
        return refuse_key(engine, key, number != LIC_NONE32, error);
    call->signers[index] = engine->keys[number].party;
    call->roles[index] = engine->keys[number].roles;
    if (call->transaction->kind == LIC_TX_CLOCK && is_operator(engine, key))
        call->roles[index] |= LIC_KEY_MAY_OPERATE;
    return LIC_OK;
}

/* A recovery key speaks for the party whose it is, whosever it may be otherwise, and a key that nobody has
 * registered for none: the handler of `keys` looks at both. */
static bool recovers(const lic_engine *engine, const lic_transaction *t)
{
    uint32_t party = lic_registry_party(engine, &t->party);
    if (lic_registry_key(engine, &t->key) == LIC_NONE32) return true;
    return party != LIC_NONE32 && lic_key_equal(&t->key, &engine->parties[party].recovery);
}

static lic_status find_signers(lic_call *call, lic_error *error)
{
    const lic_transaction *t = call->transaction;
    call->party = LIC_NONE32;
    if (t->kind == LIC_TX_REGISTER || t->kind == LIC_TX_LINES) return LIC_OK;
    if (t->kind == LIC_TX_KEYS && recovers(call->engine, t)) return LIC_OK;
    for (uint32_t i = 0; i < t->signature_count; i++) LIC_TRY(find_signer(call, i, error));
    call->party = call->signers[0];
    bool anonymous = call->party == LIC_NONE32 && is_zero(&t->party);
    if (!anonymous &&
        (call->party == LIC_NONE32 ||
         !lic_hash_equal(&call->engine->parties[call->party].id, &t->party)) &&
        !(t->kind == LIC_TX_CLOCK && is_zero(&t->party)))
        return lic_fail(error, LIC_REFUSED, "party", "sign with a key of the party that is named",
                        "the key belongs to another party than the envelope names");
    return LIC_OK;
}

lic_status lic_call_resolve(lic_call *call, lic_error *error)
{
    LIC_TRY(find_contract(call, error));
    return find_signers(call, error);
}

static lic_status admit(lic_call *call, bool trusted, bool *known, lic_error *error)
{
    lic_engine *engine = call->engine;
    lic_admission admission = LIC_ADMIT_NEW;
    LIC_TRY(lic_ledger_admit(engine->ledger, call->transaction, engine->time, &admission, error));
    *known = admission == LIC_ADMIT_KNOWN;
    if (*known) return LIC_OK;
    LIC_TRY(lic_call_resolve(call, error));
    uint32_t contract = call->contract == NULL ? LIC_STORE_NONE : call->contract->number;
    LIC_TRY(lic_ledger_quota(engine->ledger, call->party, contract, engine->time, error));
    return trusted ? LIC_OK : lic_transaction_verify(call->transaction, error);
}

lic_handler *lic_kind_handler(uint16_t kind)
{
    switch (kind) {
#define KIND(number, name, NAME, id, signers, executed, fields, doc) \
    case LIC_TX_##NAME:                                              \
        return LIC_HANDLER_##executed(name);
#define LIC_HANDLER_1(name) lic_handle_##name
#define LIC_HANDLER_0(name) NULL
#include <licet/kinds.def>
#undef KIND
#undef LIC_HANDLER_0
#undef LIC_HANDLER_1
    default: return NULL;
    }
}

/* -- execution --------------------------------------------------------------------------------------------------------- */

/* Only a clock transaction moves simulated time, and it comes first in its block. */
static lic_status check_time(const lic_call *call, lic_error *error)
{
    const lic_engine *engine = call->engine;
    bool moved = engine->time != lic_ledger_tip(engine->ledger)->time;
    if (!is_simulated(engine) || !moved || lic_block_transactions(engine->block) != 0 ||
        call->transaction->kind == LIC_TX_CLOCK)
        return LIC_OK;
    return lic_fail(error, LIC_CORRUPT, "time", "replay names the block",
                    "the block's time differs from its predecessor's without a clock transaction");
}

lic_status lic_engine_failed(const lic_engine *engine, lic_status status, const char *what,
                             lic_error *error)
{
    const lic_error *why = lic_store_error(lic_ledger_store(engine->ledger));
    bool is_store = why->status == status && why->text[0] != '\0';
    const char *help = status == LIC_NO_MEMORY ? "free memory and try again" : "see the message";
    return lic_fail(error, status, lic_status_id(status), is_store ? why->help : help, "%s: %s",
                    what, is_store ? why->text : lic_status_message(status));
}

/* What the store said, where nobody else has said why. */
static lic_status with_reason(const lic_engine *engine, lic_status status, lic_error *error)
{
    if (error->status == status && error->text[0] != '\0') return status;
    const lic_error *why = lic_store_error(lic_ledger_store(engine->ledger));
    return lic_fail(error, status, "ledger", why->help, "cannot write the ledger: %s",
                    why->text[0] != '\0' ? why->text : lic_status_message(status));
}

static lic_status run_handler(lic_call *call, lic_error *error)
{
    lic_engine *engine = call->engine;
    uint32_t contract = call->contract == NULL ? LIC_STORE_NONE : call->contract->number;
    lic_block_mark mark = lic_block_mark_of(engine->block);
    uint64_t units = engine->units;
    call->result = (lic_block_result){.contract_number = LIC_STORE_NONE,
                                      .gas = engine->rules->gas_transaction};
    lic_status status = check_time(call, error);
    if (status == LIC_OK)
        status = lic_block_add(engine->block, call->transaction, call->party, contract,
                               &engine->cause);
    if (status == LIC_OK) {
        if (call->contract != NULL) call->result.contract = call->contract->id;
        status = lic_kind_handler(call->transaction->kind)(call, error);
    } else if (status == LIC_TOO_LARGE) {
        status = lic_fail(error, LIC_TOO_LARGE, "block_full", "commit, then submit again",
                          "the block is full");
    }
    if (status == LIC_OK) {
        lic_block_finish(engine->block, &call->result);
        engine->dirty = true;
    } else {
        (void)with_reason(engine, status, error);
        lic_engine_rewind(engine, mark);
        engine->spoilt = engine->spoilt || engine->units != units;
    }
    engine->cause = LIC_STORE_NONE;
    return status;
}

/* What became due by the transaction itself: deadlines of the past, the run of a moved clock. */
static lic_status run_followers(lic_call *call, lic_error *error)
{
    lic_engine *engine = call->engine;
    if (call->transaction->kind == LIC_TX_CLOCK) return lic_sweep(engine, engine->today, error);
    if (call->contract != NULL && call->contract->changed && call->contract->tables != NULL)
        return lic_timers_contract(engine, call->contract, engine->today, error);
    return LIC_OK;
}

static void fill_outcome(const lic_call *call, lic_outcome *outcome)
{
    outcome->receipt.id = call->transaction->id;
    outcome->receipt.height = call->engine->height;
    outcome->receipt.position = lic_block_transactions(call->engine->block) - 1;
    outcome->receipt.kind = call->transaction->kind;
    outcome->receipt.status = (uint8_t)call->result.status;
    outcome->receipt.gas = call->result.gas;
    outcome->receipt.contract = call->result.contract;
    outcome->receipt.number = call->result.number;
}

lic_status lic_engine_execute(lic_engine *engine, const lic_transaction *transaction, bool trusted,
                              lic_outcome *outcome, lic_error *error)
{
    lic_call call = {.engine = engine, .transaction = transaction, .outcome = outcome};
    bool known = false;
    memset(outcome, 0, sizeof *outcome);
    LIC_TRY(admit(&call, trusted, &known, error));
    if (known) {
        outcome->known = true;
        return lic_ledger_receipt(engine->ledger, &transaction->id, &outcome->receipt, NULL, error);
    }
    LIC_TRY(run_handler(&call, error));
    fill_outcome(&call, outcome);
    lic_status status = run_followers(&call, error);
    engine->spoilt = engine->spoilt || status != LIC_OK;
    return status;
}

static bool is_refusal(lic_status status)
{
    return status == LIC_REFUSED || status == LIC_TRAPPED || status == LIC_MALFORMED ||
           status == LIC_TOO_LARGE || status == LIC_UNSUPPORTED || status == LIC_BAD_SIGNATURE ||
           status == LIC_UNVERIFIED || status == LIC_OVERFLOW || status == LIC_MISSING ||
           status == LIC_DENIED || status == LIC_LOCKED;
}

/* Once is enough: a second try would find what the first one left. */
void lic_engine_rewind(lic_engine *engine, lic_block_mark mark)
{
    if (engine->broken) return;
    engine->rewound = lic_block_rewind(engine->block, mark);
    engine->broken = engine->rewound != LIC_OK;
}

lic_status lic_engine_lose(lic_engine *engine, lic_error *error)
{
    const lic_error why = *lic_store_error(lic_ledger_store(engine->ledger));
    const lic_error refused = error == NULL ? (lic_error){0} : *error;
    lic_error again = {0};
    if (lic_engine_abandon(engine, &again) != LIC_OK) engine->broken = true;
    bool memory = why.status == LIC_NO_MEMORY || engine->rewound == LIC_NO_MEMORY;
    return lic_fail(
        error, memory ? LIC_NO_MEMORY : LIC_IO, "block_lost",
        "send again what waited for its block",
        "%.240s%swhat was refused could not be taken back, and the open block is lost%s%s",
        refused.text, refused.text[0] != '\0' ? "; " : "", why.text[0] != '\0' ? ": " : "",
        why.text);
}

static lic_status submit(lic_engine *engine, const lic_transaction *transaction, bool verified,
                         lic_outcome *outcome, lic_error *error)
{
    lic_status status = ensure_block(engine, transaction, error);
    bool begun = status == LIC_OK;
    if (begun) status = lic_engine_execute(engine, transaction, verified, outcome, error);
    if (status == LIC_OK) return status;
    lic_error again = {0};
    if (begun && is_refusal(status) && !engine->broken && !engine->spoilt) {
        /* an empty block was opened for this transaction alone, perhaps for its date */
        if (!engine->dirty && lic_engine_abandon(engine, &again) != LIC_OK) engine->broken = true;
        return status;
    }
    /* a refusal leaves the others of its block alone: whoever sent them has to hear of it when it does not */
    if (begun && is_refusal(status) && engine->dirty) return lic_engine_lose(engine, error);
    if (engine->block != NULL && lic_engine_abandon(engine, &again) != LIC_OK)
        engine->broken = true;
    return status;
}

lic_status lic_engine_submit_decoded(lic_engine *engine, const lic_transaction *transaction,
                                     lic_outcome *outcome, lic_error *error)
{
    return submit(engine, transaction, false, outcome, error);
}

static lic_status check_writing(const lic_engine *engine, lic_error *error)
{
    if (!engine->options.read_only && !engine->replaying) return LIC_OK;
    return lic_fail(error, LIC_DENIED, "read_only", "open the ledger for writing",
                    "the ledger is open for reading");
}

lic_status lic_engine_submit(lic_engine *engine, lic_slice wire, lic_outcome *outcome,
                             lic_error *error)
{
    lic_error scratch = {0};
    lic_transaction transaction;
    if (error == NULL) error = &scratch;
    LIC_TRY(check_writing(engine, error));
    LIC_TRY(lic_transaction_decode(wire, engine->hasher, &transaction, error));
    return submit(engine, &transaction, false, outcome, error);
}

/* What is wrong with an envelope is said in its turn, when nothing that comes first is wrong. */
lic_status lic_engine_submit_envelope(lic_engine *engine, const lic_ahead_envelope *envelope,
                                      lic_slice wire, lic_outcome *outcome, lic_error *error)
{
    if (envelope->decoded != LIC_OK) return lic_engine_submit(engine, wire, outcome, error);
    lic_error scratch = {0};
    if (error == NULL) error = &scratch;
    LIC_TRY(check_writing(engine, error));
    return submit(engine, &envelope->transaction, envelope->good, outcome, error);
}

/* -- sealing ----------------------------------------------------------------------------------------------------------- */

/* The list of uploads has the newest first. */
static lic_status collect_uploads(lic_engine *engine)
{
    engine->effects.uploads = NULL;
    for (const lic_upload *u = engine->uploads; u != NULL; u = u->next) {
        if (u->place >> 28 != engine->height) continue;
        const lic_image *image = engine->contracts[u->contract]->image;
        bool report = u->kind == LIC_TX_REPORT;
        lic_upload_effects *effects = lic_engine_take(engine, sizeof *effects);
        if (effects == NULL) return LIC_NO_MEMORY;
        *effects = (lic_upload_effects){
            .next = engine->effects.uploads,
            .number = u->number,
            .contract = u->contract,
            .kind = u->kind,
            .subject = report ? image->reports[u->subject].name : image->tables[u->subject].name,
            .period_kind = report ? image->reports[u->subject].period : 0,
            .first = u->period};
        engine->effects.uploads = effects;
    }
    return LIC_OK;
}

lic_status lic_engine_collect(lic_engine *engine)
{
    LIC_TRY(collect_uploads(engine));
    lic_contract_effects **tail = &engine->effects.contracts;
    for (uint32_t i = 0; i < engine->contract_count; i++) {
        lic_contract *contract = engine->contracts[i];
        if (!contract->changed) continue;
        lic_contract_effects *effects = lic_engine_take(engine, sizeof *effects);
        if (effects == NULL) return LIC_NO_MEMORY;
        effects->number = i;
        effects->info = lic_contract_describe(contract);
        effects->tables = contract->tables;
        effects->loaded = contract->loaded;
        effects->deployed = contract->created;
        effects->status_before = contract->status_sealed;
        *tail = effects;
        tail = &effects->next;
    }
    engine->effects.height = engine->height;
    engine->effects.time = engine->time;
    return LIC_OK;
}

static void mark_sealed(lic_engine *engine)
{
    lic_registry_sealed(engine);
    for (uint32_t i = 0; i < engine->image_count; i++) engine->images[i]->changed = false;
    for (uint32_t i = 0; i < engine->contract_count; i++) {
        lic_contract *contract = engine->contracts[i];
        if (!contract->changed) continue;
        contract->changed = contract->created = false;
        contract->status_sealed = contract->head.status;
        memset(contract->loaded, 0, contract->image->tables_count * sizeof *contract->loaded);
        lic_tables_sealed(contract->tables);
    }
    lic_uploads_sealed(engine);
    lic_engine_drop_effects(engine);
    lic_arena_destroy(engine->effects_arena);
    lic_arena_destroy(engine->settled_arena);
    engine->effects_arena = engine->settled_arena = NULL;
    engine->dirty = false;
}

/* Who reads effects may print any key and present value: contracts that did something have the tables
 * that hold them in memory. */
static lic_status load_for_sink(lic_engine *engine, lic_error *error)
{
    for (const lic_run_effects *run = engine->effects.runs; run != NULL; run = run->next)
        if (run->posting_count != 0 || run->duty_count != 0 || run->statement_count != 0 ||
            run->result_count != 0 || run->allotment_count != 0 || run->event_count != 0)
            LIC_TRY(lic_contract_load_rows(engine, engine->contracts[run->contract], error));
    for (uint32_t i = 0; i < engine->contract_count; i++) {
        lic_contract *contract = engine->contracts[i];
        /* What has ceased to be a draft shows its rows for the first time. */
        if (contract->changed && contract->status_sealed == LIC_CONTRACT_DRAFT &&
            contract->head.status != LIC_CONTRACT_DRAFT)
            LIC_TRY(lic_contract_load_rows(engine, contract, error));
        for (uint32_t t = 0; contract->changed && t < contract->image->tables_count; t++)
            if (contract->loaded[t]) LIC_TRY(lic_contract_load(engine, contract, error));
    }
    return LIC_OK;
}

/* -- writing -------------------------------------------------------------------------------------------- */

static lic_status show(lic_engine *engine, lic_error *error)
{
    const lic_effects_sink *sink = &engine->options.sink;
    if (sink->apply == NULL) return LIC_OK;
    lic_status status = sink->apply(sink->context, &engine->effects);
    if (status == LIC_OK) return LIC_OK;
    const lic_error *why = lic_store_error(lic_ledger_store(engine->ledger));
    return lic_fail(error, status, "projection", why->help, "cannot write the views: %s",
                    why->text[0] != '\0' ? why->text : lic_status_message(status));
}

static lic_status write_rooted(lic_rooting *rooting, lic_store *store, lic_hash *root,
                               lic_error *error)
{
    lic_engine *engine = rooting->engine;
    lic_status shown = store == NULL ? LIC_OK
                                     : lic_persist_early(engine, store, rooting->much, error);
    if (shown == LIC_OK) shown = show(engine, error);
    if (lic_rooting_take(rooting, root) != LIC_OK)
        return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    LIC_TRY(shown);
    return store == NULL ? LIC_OK : lic_persist_write(engine, store, &rooting->made, error);
}

static lic_status write_block(lic_engine *engine, lic_hash *root, lic_error *error)
{
    if (lic_engine_collect(engine) != LIC_OK)
        return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    if (engine->options.sink.apply != NULL) LIC_TRY(load_for_sink(engine, error));
    lic_store *store = engine->replaying ? engine->rebuilt : lic_ledger_store(engine->ledger);
    lic_rooting rooting;
    lic_rooting_begin(&rooting, engine, store != NULL);
    lic_status status = write_rooted(&rooting, store, root, error);
    lic_rooting_end(&rooting);
    return status;
}

lic_status lic_engine_commit(lic_engine *engine, lic_error *error)
{
    lic_error scratch = {0};
    if (error == NULL) error = &scratch;
    if (engine->block == NULL) return LIC_OK;
    if (!engine->dirty && !engine->replaying) return lic_engine_abandon(engine, error);
    lic_hash root;
    lic_status status = write_block(engine, &root, error);
    if (status == LIC_OK) {
        lic_block *block = engine->block;
        engine->block = NULL; /* sealing frees it, whatever it answers */
        status = lic_block_seal(block, &root, engine->options.operator_keys,
                                engine->options.operator_count, error);
    }
    if (status == LIC_OK) {
        mark_sealed(engine);
        return LIC_OK;
    }
    lic_error again = {0};
    if (lic_engine_abandon(engine, &again) != LIC_OK) engine->broken = true;
    return status;
}

lic_status lic_engine_abandon(lic_engine *engine, lic_error *error)
{
    bool changed = engine->dirty || engine->broken || engine->block == NULL;
    lic_block_abandon(engine->block);
    engine->block = NULL;
    engine->dirty = false;
    if (!changed) return LIC_OK;
    if (engine->replaying) {
        engine->broken = true;
        return LIC_OK;
    }
    engine->unread = true;
    return lic_engine_restore(engine, error);
}

lic_status lic_engine_restore(lic_engine *engine, lic_error *error)
{
    if (!engine->unread) return LIC_OK;
    lic_engine_free_state(engine);
    lic_status status = lic_engine_read_state(engine, error);
    engine->unread = engine->broken = status != LIC_OK;
    if (status != LIC_OK) lic_engine_free_state(engine);
    return status;
}
