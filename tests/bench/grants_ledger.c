/* grants_ledger.c - puts the workload on a ledger, and reads what came of it back from there. */
#include "grants.h"

#include <licet/compile.h>

#include "outputs.h"

#include <stdio.h>
#include <string.h>

enum { WIRES_MAX = 1 << 30, TEXT_MAX = 1 << 28, AMOUNT_TEXT = 32 };
enum { MICRO = 1000000 };

/* What is signed: this with its NUL, and the id (docs/spec/ledger.md, section 2). */
#define TRANSACTION_PREFIX "licet-tx-1"

/* -- the mapping of words ----------------------------------------------------------------------------- */

/* What a result is called by the workload, and by the ledger: a refusal's code, or an event of the agreement. A
 * transaction that is accepted without an event is OK. */
static const struct {
    const char *word, *refusal, *event;
} words[] = {
    {"BAD_SIGNATURE", "signature", NULL},   {"BAD_SEQ", "sequence", NULL},
    {"NOT_LICENSOR", NULL, "NotLicensor"},  {"LICENCE_EXISTS", NULL, "LicenceExists"},
    {"INSUFFICIENT", NULL, "Insufficient"}, {"NO_LICENCE", NULL, "NoLicence"},
    {"NOT_HOLDER", NULL, "NotHolder"},
};

const char *grants_refusal(lic_status status, const lic_error *error)
{
    bool refused = status == LIC_REFUSED || status == LIC_BAD_SIGNATURE;
    for (size_t i = 0; refused && i < LIC_COUNT(words); i++)
        if (words[i].refusal != NULL && strcmp(words[i].refusal, error->code) == 0)
            return words[i].word;
    return NULL;
}

static const char *word_of_event(lic_slice event)
{
    for (size_t i = 0; i < LIC_COUNT(words); i++)
        if (words[i].event != NULL && lic_slice_equal(event, lic_slice_text(words[i].event)))
            return words[i].word;
    return NULL;
}

/* -- parties, agreement, rows ---------------------------------------------------------------------------- */

static lic_keypair office_pair(uint8_t number)
{
    lic_keypair pair;
    uint8_t seed[LIC_SECRET_SIZE];
    memset(seed, number, sizeof seed);
    lic_keypair_from_seed(seed, &pair);
    return pair;
}

static lic_status enrol(lic_client *client, const lic_keypair *pair, lic_slice name, lic_hash *id,
                        lic_error *error)
{
    const lic_client_call call = {.signers = pair, .signer_count = 1};
    lic_client_result result;
    LIC_TRY(lic_client_register(client, &call, name, LIC_KEY_MAY_SIGN, NULL, &result, error));
    *id = result.id;
    return LIC_OK;
}

static lic_status enrol_all(lic_client *client, grants_data *data, const lic_keypair offices[2],
                            lic_error *error)
{
    lic_hash unused;
    lic_client_begin(client);
    LIC_TRY(enrol(client, &offices[0], lic_slice_text("Office"), &unused, error));
    LIC_TRY(enrol(client, &offices[1], lic_slice_text("Members"), &unused, error));
    for (uint32_t i = 0; i < data->account_count; i++)
        LIC_TRY(enrol(client, &data->accounts[i].pair, data->accounts[i].name,
                      &data->accounts[i].party, error));
    return lic_client_commit(client, error);
}

static lic_status deploy(lic_client *client, const char *agreement, const lic_keypair *by,
                         lic_error *error)
{
    lic_buffer source;
    const lic_compile_options options = {.unit_scale = 6};
    LIC_TRY(grants_read_file(agreement, &source, error));
    lic_compilation *c = lic_compile(lic_slice_of(source.data, source.size), &options,
                                     &lic_hasher_native, &lic_allocator_system);
    lic_buffer_free(&source);
    if (c == NULL) return LIC_NO_MEMORY;
    lic_buffer text;
    lic_buffer_init(&text, &lic_allocator_system, TEXT_MAX);
    (void)lic_compilation_format(c, &text);
    const lic_client_call call = {.signers = by, .signer_count = 1};
    const lic_deployment deployment = {.image = lic_compilation_bytes(c),
                                       .source = lic_slice_of(text.data, text.size)};
    lic_status status = lic_compilation_diagnostics(c)->error_count > 0
                            ? lic_fail(error, LIC_MALFORMED, "agreement", "see licet check",
                                       "%s does not compile", agreement)
                            : lic_client_deploy(client, &call, &deployment, NULL, error);
    lic_buffer_free(&text);
    lic_compilation_destroy(c);
    return status;
}

static void put_hex(lic_buffer *target, const lic_hash *hash)
{
    for (size_t i = 0; i < LIC_HASH_SIZE; i++) lic_put_format(target, "%02x", hash->bytes[i]);
}

static lic_status load(lic_client *client, const grants_data *data, const lic_keypair *by,
                       lic_error *error)
{
    const lic_client_call call = {.signers = by, .signer_count = 1};
    const lic_slice contract = lic_slice_text("Grants");
    lic_buffer rows;
    lic_buffer_init(&rows, &lic_allocator_system, TEXT_MAX);
    for (uint32_t i = 0; i < data->account_count; i++) {
        const grants_account *account = &data->accounts[i];
        lic_put_bytes(&rows, account->name.data, account->name.size);
        lic_put_text(&rows, "\t");
        put_hex(&rows, &account->party);
        lic_put_format(&rows, "\t%lld\n", (long long)account->opening);
    }
    lic_status status = lic_client_load(client, &call, contract, lic_slice_text("Accounts"),
                                        lic_slice_of(rows.data, rows.size), NULL, error);
    lic_buffer_clear(&rows);
    for (uint64_t work = 0; work < data->works; work++) {
        lic_slice licensor = data->accounts[grants_licensor(data, work)].name;
        lic_put_format(&rows, "%llu\t%.*s\n", (unsigned long long)work, (int)licensor.size,
                       (const char *)licensor.data);
    }
    if (status == LIC_OK)
        status = lic_client_load(client, &call, contract, lic_slice_text("Works"),
                                 lic_slice_of(rows.data, rows.size), NULL, error);
    lic_buffer_free(&rows);
    return status;
}

/* -- signing ----------------------------------------------------------------------------------------------- */

typedef struct signing {
    grants_data *data;
    lic_contract_info contract;
    lic_hash chain;
    uint64_t gas;
    lic_date valid_until;
} signing;

static void put_amount(lic_buffer *texts, lic_slice micro)
{
    char number[AMOUNT_TEXT], text[AMOUNT_TEXT];
    long long units = 0;
    (void)snprintf(number, sizeof number, "%.*s", (int)micro.size, (const char *)micro.data);
    (void)sscanf(number, "%lld", &units);
    (void)snprintf(text, sizeof text, "%lld.%06lld", units / MICRO, units % MICRO);
    lic_texts_put(texts, lic_slice_text(text));
}

static void put_number(lic_buffer *texts, unsigned long long number)
{
    char text[AMOUNT_TEXT];
    (void)snprintf(text, sizeof text, "%llu", number);
    lic_texts_put(texts, lic_slice_text(text));
}

/* The arguments in the order of the agreement's actions; their number. */
static uint32_t put_arguments(const signing *s, const grants_transaction *t, lic_buffer *texts)
{
    const grants_account *accounts = s->data->accounts;
    char day[LIC_DATE_TEXT];
    bool grant = lic_slice_equal(t->kind, lic_slice_text("GRANT"));
    lic_texts_put(texts, accounts[t->signer].name);
    if (grant) put_number(texts, t->work);
    lic_texts_put(texts, t->licence);
    if (grant) {
        lic_texts_put(texts, accounts[t->other].name);
        put_amount(texts, t->amount);
        lic_date_print((lic_date)t->end, day);
        lic_texts_put(texts, lic_slice_text(day));
        return 6;
    }
    if (lic_slice_equal(t->kind, lic_slice_text("PAY"))) {
        put_amount(texts, t->amount);
        return 3;
    }
    if (lic_slice_equal(t->kind, lic_slice_text("REVOKE"))) return 2;
    lic_texts_put(texts, accounts[t->other].name);
    return 3;
}

/* "GRANT" is the action Grant. */
static uint16_t action_of(const signing *s, lic_slice kind)
{
    for (uint16_t i = 0; i < s->contract.image->actions_count; i++) {
        lic_slice name = s->contract.image->actions[i].name;
        if (name.size == kind.size && name.data[0] == kind.data[0]) return i;
    }
    return UINT16_MAX;
}

static lic_status sign_one(const signing *s, grants_transaction *t, lic_error *error)
{
    grants_data *data = s->data;
    const grants_account *signer = &data->accounts[t->signer];
    lic_buffer texts;
    lic_transaction envelope;
    lic_buffer_init(&texts, &lic_allocator_system, 4096);
    memset(&envelope, 0, sizeof envelope);
    envelope.chain = s->chain;
    envelope.kind = LIC_TX_ACT;
    envelope.party = signer->party;
    envelope.key = signer->pair.key;
    envelope.lane = GRANTS_LANE;
    envelope.sequence = t->sequence + 1;
    envelope.valid_until = s->valid_until;
    envelope.gas_limit = s->gas;
    envelope.body.act.contract = s->contract.id;
    envelope.body.act.action = action_of(s, t->kind);
    envelope.body.act.arguments.count = put_arguments(s, t, &texts);
    envelope.body.act.arguments.encoded = lic_slice_of(texts.data, texts.size);
    lic_status status = lic_transaction_sign(&lic_hasher_native, &envelope, &signer->pair, error);
    if (lic_slice_equal(t->fault, lic_slice_text("BAD_SIGNATURE")))
        envelope.signatures[0].signature.bytes[0] ^= 1;
    if (lic_slice_equal(t->fault, lic_slice_text("WRONG_KEY"))) {
        const lic_keypair *next = &data->accounts[(t->signer + 1) % data->account_count].pair;
        uint8_t message[sizeof TRANSACTION_PREFIX + LIC_HASH_SIZE];
        memcpy(message, TRANSACTION_PREFIX, sizeof TRANSACTION_PREFIX);
        memcpy(message + sizeof TRANSACTION_PREFIX, envelope.id.bytes, LIC_HASH_SIZE);
        lic_sign(next, lic_slice_of(message, sizeof message), &envelope.signatures[0].signature);
    }
    t->id = envelope.id;
    t->first = data->wires.size;
    if (status == LIC_OK) status = lic_transaction_encode(&envelope, &data->wires, error);
    t->size = data->wires.size - t->first;
    lic_buffer_free(&texts);
    return status == LIC_OK && data->wires.failed ? LIC_NO_MEMORY : status;
}

static lic_status sign_all(lic_client *client, grants_data *data, lic_error *error)
{
    lic_engine *engine = lic_client_engine(client);
    signing s = {.data = data,
                 .chain = *lic_ledger_chain(lic_engine_ledger(engine)),
                 .gas = 1000000,
                 .valid_until = lic_engine_date(engine) + 7};
    LIC_TRY(lic_client_contract(client, lic_slice_text("Grants"), &s.contract, error));
    lic_buffer_init(&data->wires, &lic_allocator_system, WIRES_MAX);
    for (uint32_t i = 0; i < data->transaction_count; i++)
        LIC_TRY(sign_one(&s, &data->transactions[i], error));
    return LIC_OK;
}

lic_status grants_prepare(lic_client *client, const char *agreement, grants_data *data,
                          lic_error *error)
{
    const lic_keypair offices[2] = {office_pair(1), office_pair(2)};
    LIC_TRY(enrol_all(client, data, offices, error));
    LIC_TRY(deploy(client, agreement, &offices[0], error));
    LIC_TRY(load(client, data, &offices[0], error));
    for (size_t i = 0; i < LIC_COUNT(offices); i++) {
        const lic_client_call call = {.signers = &offices[i], .signer_count = 1};
        LIC_TRY(lic_client_sign(client, &call, lic_slice_text("Grants"), NULL, error));
    }
    return sign_all(client, data, error);
}

/* -- what came of it ------------------------------------------------------------------------------------------ */

typedef struct reading {
    const lic_image *image;
    const char *word;
} reading;

static lic_status read_event(void *context, const lic_row_payload *row)
{
    reading *at = context;
    lic_run_head head;
    lic_cursor cursor;
    if (!lic_output_head(row->bytes, &head, &cursor)) return LIC_CORRUPT;
    if (head.form != LIC_FORM_EVENT) return LIC_OK;
    uint16_t event = lic_get_u16(&cursor);
    if (event >= at->image->events_count) return LIC_CORRUPT;
    at->word = word_of_event(at->image->events[event].name);
    return LIC_OK;
}

static lic_status read_result(lic_ledger *ledger, const lic_image *image, grants_transaction *t,
                              lic_error *error)
{
    lic_receipt receipt;
    reading at = {.image = image, .word = "OK"};
    LIC_TRY(lic_ledger_receipt(ledger, &t->id, &receipt, NULL, error));
    for (uint32_t r = 0; r < receipt.range_count; r++) {
        const lic_output_range *range = &receipt.ranges[r];
        for (uint32_t n = 0; range->class == LIC_OUTPUT_EVENT && n < range->count; n++)
            LIC_TRY(lic_store_read_payload(
                lic_ledger_store(ledger),
                LIC_PLACE(receipt.height, LIC_OUTPUT_EVENT, range->first + n), read_event, &at));
    }
    t->result = at.word;
    return LIC_OK;
}

lic_status grants_results(lic_client *client, grants_data *data, lic_error *error)
{
    lic_contract_info contract;
    lic_ledger *ledger = lic_engine_ledger(lic_client_engine(client));
    LIC_TRY(lic_client_contract(client, lic_slice_text("Grants"), &contract, error));
    for (uint32_t i = 0; i < data->transaction_count; i++)
        if (data->transactions[i].result == NULL)
            LIC_TRY(read_result(ledger, contract.image, &data->transactions[i], error));
    return LIC_OK;
}

typedef struct balances {
    const grants_data *data;
    lic_client *client;
    FILE *file;
} balances;

static lic_status write_balance(void *context, uint64_t row, size_t count, const char *const *names,
                                const lic_query_value *values)
{
    const balances *to = context;
    (void)count, (void)names;
    if (values == NULL) return LIC_OK;
    if (row > to->data->account_count) return LIC_CORRUPT;
    const grants_account *account = &to->data->accounts[row - 1];
    if (!lic_slice_equal(account->name, values[0].bytes)) return LIC_CORRUPT;
    uint64_t next = lic_engine_next_sequence(lic_client_engine(to->client), &account->pair.key,
                                             GRANTS_LANE);
    (void)fprintf(to->file, "%.*s\t%.*s\t%llu\n", (int)account->name.size,
                  (const char *)account->name.data, (int)values[1].bytes.size,
                  (const char *)values[1].bytes.data, (unsigned long long)next - 1);
    return LIC_OK;
}

static FILE *begin_file(const char *folder, const char *name)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return fopen(path, "wb");
}

lic_status grants_write(lic_client *client, const grants_data *data, const char *folder,
                        lic_error *error)
{
    static const char sql[] = "SELECT key, units FROM balances WHERE account = 'Balance' "
                              "ORDER BY row";
    const lic_query_limits limits = {.seconds = 3600};
    FILE *results = begin_file(folder, "grants.out.tsv");
    balances to = {data, client, begin_file(folder, "balances.out.tsv")};
    lic_status status = results == NULL || to.file == NULL
                            ? lic_fail(error, LIC_IO, "file", "", "cannot write into %s", folder)
                            : lic_client_query(client, sql, &limits, write_balance, &to, error);
    for (uint32_t i = 0; status == LIC_OK && i < data->transaction_count; i++) {
        const grants_transaction *t = &data->transactions[i];
        (void)fprintf(results, "%.*s\t%s\n", (int)t->number.size, (const char *)t->number.data,
                      t->result);
    }
    if (results != NULL && fclose(results) != 0) status = LIC_IO;
    if (to.file != NULL && fclose(to.file) != 0) status = LIC_IO;
    return status;
}
