/* show_transaction.c - one transaction: where it stands, its envelope, its body field by field, and its
 * receipt. */
#include "showing.h"

#include <licet/erased.h>

#include <stdio.h>
#include <string.h>

#define SHOWN_BYTES 64u /* longer contents are told by their size */

/* -- names for what a body says by number or hash ------------------------------------------------- */

typedef struct shower {
    lic_fields *fields;
    lic_engine *engine;
    bool has_contract; /* the contract that the body names: */
    lic_contract_info contract;
} shower;

static lic_slice none_known(void)
{
    return lic_slice_of(NULL, 0);
}

static lic_slice party_called(lic_engine *engine, const lic_hash *id)
{
    lic_party_info party;
    for (uint32_t i = 0; i < lic_engine_party_count(engine); i++) {
        if (lic_engine_party(engine, i, &party) && lic_hash_equal(&party.id, id)) return party.name;
    }
    return none_known();
}

static lic_slice owner_of(lic_engine *engine, const lic_key *key)
{
    lic_party_info party;
    lic_party_key each;
    for (uint32_t i = 0; i < lic_engine_party_count(engine); i++) {
        for (uint32_t k = 0; lic_engine_party_key(engine, i, k, &each); k++) {
            if (memcmp(each.key.bytes, key->bytes, LIC_KEY_SIZE) == 0 &&
                lic_engine_party(engine, i, &party))
                return party.name;
        }
    }
    return none_known();
}

static void find_contract(shower *s, const lic_hash *id)
{
    char text[LIC_HASH_TEXT];
    uint32_t number = 0;
    lic_hash_print(id, text);
    s->has_contract = lic_engine_find_contract(s->engine, lic_slice_text(text), &number, NULL) ==
                          LIC_OK &&
                      lic_engine_contract(s->engine, number, &s->contract, NULL) == LIC_OK;
}

static lic_slice name_of_number(const shower *s, const char *name, uint32_t value)
{
    const lic_image *image = s->contract.image;
    if (!s->has_contract) return none_known();
    if (strcmp(name, "report") == 0 && value < image->reports_count)
        return image->reports[value].name;
    if (strcmp(name, "fact") == 0 && value < image->facts_count) return image->facts[value].name;
    if (strcmp(name, "action") == 0 && value < image->actions_count)
        return image->actions[value].name;
    bool table = strcmp(name, "table") == 0 || strcmp(name, "creditor_table") == 0;
    if (table && value < image->tables_count) return image->tables[value].name;
    return none_known();
}

/* -- fields of a body, by their types in kinds.def ----------------------------------------------- */

static void show_flag(shower *s, const char *name, bool value)
{
    lic_fields_bool(s->fields, name, value);
}
static void show_u8(shower *s, const char *name, uint8_t value)
{
    lic_fields_integer(s->fields, name, value);
}
static void show_u16(shower *s, const char *name, uint16_t value)
{
    char key[SHOWN_BYTES];
    (void)snprintf(key, sizeof key, "%s_name", name);
    lic_fields_named_number(s->fields, name, value, key, name_of_number(s, name, value));
}
static void show_u32(shower *s, const char *name, uint32_t value)
{
    lic_fields_integer(s->fields, name, value);
}
static void show_u64(shower *s, const char *name, uint64_t value)
{
    lic_fields_number(s->fields, name, (lic_i128)value);
}
static void show_date(shower *s, const char *name, lic_date value)
{
    lic_fields_date(s->fields, name, value);
}
static void show_amount(shower *s, const char *name, lic_i128 value)
{
    lic_fields_number(s->fields, name, value);
}
/* A hash of zeros names nothing: people need not see it. */
static void show_hash(shower *s, const char *name, lic_hash value)
{
    static const lic_hash zero;
    if (strcmp(name, "contract") == 0) {
        find_contract(s, &value);
        lic_fields_named_hash(s->fields, name, &value, "agreement",
                              s->has_contract ? s->contract.name : none_known());
    } else if (s->fields->cli->json || !lic_hash_equal(&value, &zero)) {
        lic_fields_hash(s->fields, name, &value);
    }
}
static void show_key(shower *s, const char *name, lic_key value)
{
    if (s->fields->cli->json || !lic_key_zero(&value)) lic_fields_key(s->fields, name, &value);
}
static void show_text(shower *s, const char *name, lic_slice value)
{
    if (s->fields->cli->json || value.size > 0) lic_fields_slice(s->fields, name, value);
}
static void show_bytes(shower *s, const char *name, lic_slice value)
{
    char label[SHOWN_BYTES];
    (void)snprintf(label, sizeof label, "%s_bytes", name);
    lic_fields_integer(s->fields, label, value.size);
}
static void show_chunk(shower *s, const char *name, lic_slice value)
{
    show_bytes(s, name, value);
}
static void show_texts(shower *s, const char *name, lic_texts value)
{
    if (value.count == 0 && !s->fields->cli->json) return;
    lic_fields_list(s->fields, name);
    for (uint32_t i = 0; i < value.count; i++) {
        lic_slice text;
        if (!lic_texts_at(&value, i, &text)) break;
        lic_fields_item(s->fields);
        lic_fields_slice(s->fields, "text", text);
        lic_fields_item_end(s->fields);
    }
    lic_fields_list_end(s->fields);
}
static void show_hashes(shower *s, const char *name, lic_hashes value)
{
    if (value.count == 0 && !s->fields->cli->json) return;
    lic_fields_list(s->fields, name);
    for (uint32_t i = 0; i < value.count; i++) {
        lic_hash hash = lic_hashes_at(&value, i);
        lic_slice party = strcmp(name, "parties") == 0 ? party_called(s->engine, &hash)
                                                       : none_known();
        lic_fields_item(s->fields);
        lic_fields_named_hash(s->fields, "hash", &hash, "party", party);
        lic_fields_item_end(s->fields);
    }
    lic_fields_list_end(s->fields);
}

#define SHOW(type, name, max) show_##type(s, #name, body->name);
#define KIND(number, name, NAME, id, signers, executed, members, doc)    \
    static void show_body_##name(shower *s, const lic_body_##name *body) \
    {                                                                    \
        members(SHOW)                                                    \
    }
#include <licet/erased.h>
#include <licet/kinds.def>
#undef KIND
#undef SHOW

/* -- bodies that say more together -------------------------------------------------------------------- */

/* Each argument with its name. */
static void tell_act(shower *s, const lic_body_act *body)
{
    const lic_image *image = s->contract.image;
    show_hash(s, "contract", body->contract);
    show_u16(s, "action", body->action);
    show_flag(s, "notice", body->notice);
    bool named = s->has_contract && body->action < image->actions_count;
    lic_fields_list(s->fields, "arguments");
    for (uint32_t i = 0; i < body->arguments.count; i++) {
        lic_slice text;
        if (!lic_texts_at(&body->arguments, i, &text)) break;
        lic_fields_item(s->fields);
        if (named && i < image->actions[body->action].argument_count)
            lic_fields_slice(
                s->fields, "name",
                image->arguments[image->actions[body->action].first_argument + i].name);
        lic_fields_slice(s->fields, "text", text);
        lic_fields_item_end(s->fields);
    }
    lic_fields_list_end(s->fields);
}

/* The creditor by name; the amount as a decimal. */
static void tell_pay(shower *s, const lic_body_pay *body)
{
    char amount[LIC_DECIMAL_MAX];
    lic_buffer key;
    lic_buffer_init(&key, s->fields->cli->allocator, 64 * 1024);
    show_hash(s, "contract", body->contract);
    if (s->has_contract && body->creditor_table == LIC_TABLE_SELF &&
        body->creditor < s->contract.image->accounts_count) {
        lic_slice name = s->contract.image->accounts[body->creditor].name;
        lic_put_bytes(&key, name.data, name.size);
    } else if (s->has_contract) {
        (void)lic_engine_row_key(s->engine, s->contract.number, body->creditor_table,
                                 body->creditor, &key, NULL);
    }
    if (s->fields->cli->json || key.size == 0)
        lic_fields_integer(s->fields, "creditor_table", body->creditor_table);
    lic_fields_named_number(s->fields, "creditor", body->creditor, "creditor_name",
                            lic_slice_of(key.data, key.size));
    show_text(s, "currency", body->currency);
    unsigned scale = lic_ledger_genesis(lic_engine_ledger(s->engine))->unit_scale;
    size_t size = lic_decimal_print_short(body->amount, scale, 2, amount);
    if (s->fields->cli->json) show_amount(s, "amount", body->amount);
    lic_fields_slice(s->fields, s->fields->cli->json ? "decimal" : "amount",
                     lic_slice_of(amount, size));
    show_text(s, "reference", body->reference);
    lic_buffer_free(&key);
}

static void show_body(shower *s, const lic_transaction *transaction)
{
    switch (transaction->kind) {
    case LIC_TX_ACT: tell_act(s, &transaction->body.act); return;
    case LIC_TX_PAY: tell_pay(s, &transaction->body.pay); return;
    default: break;
    }
    switch (transaction->kind) {
#define KIND(number, name, NAME, id, signers, executed, members, doc) \
    case number:                                                      \
        show_body_##name(s, &transaction->body.name);                 \
        break;
#include <licet/kinds.def>
#undef KIND
    default: break;
    }
}

/* -- envelope and receipt --------------------------------------------------------------------------- */

static void show_envelope(shower *s, const lic_transaction *transaction)
{
    lic_fields *fields = s->fields;
    if (transaction->kind == LIC_TX_LINES) return;
    if (transaction->kind != LIC_TX_REGISTER || fields->cli->json)
        lic_fields_named_hash(fields, "party", &transaction->party, "party_name",
                              party_called(s->engine, &transaction->party));
    lic_fields_key(fields, "key", &transaction->key);
    lic_fields_integer(fields, "lane", transaction->lane);
    lic_fields_number(fields, "sequence", (lic_i128)transaction->sequence);
    lic_fields_date(fields, "valid_until", transaction->valid_until);
    lic_fields_number(fields, "gas_limit", (lic_i128)transaction->gas_limit);
    lic_fields_list(fields, "signed_by");
    for (uint32_t i = 0; i < transaction->signature_count; i++) {
        lic_fields_item(fields);
        lic_slice party = owner_of(s->engine, &transaction->signatures[i].key);
        lic_fields_key(fields, "key", &transaction->signatures[i].key);
        if (party.size > 0) lic_fields_slice(fields, "party", party);
        lic_fields_item_end(fields);
    }
    lic_fields_list_end(fields);
}

static void show_receipt(lic_fields *fields, const lic_receipt *receipt)
{
    lic_fields_text(fields, "status", receipt->status == LIC_RECEIPT_DONE ? "done" : "waiting");
    lic_fields_number(fields, "gas", (lic_i128)receipt->gas);
    lic_fields_number(fields, "number", (lic_i128)receipt->number);
    if (receipt->range_count == 0 && !fields->cli->json) return;
    lic_fields_list(fields, "outputs");
    for (uint32_t i = 0; i < receipt->range_count; i++) {
        lic_fields_item(fields);
        lic_fields_text(fields, "class", lic_output_class_name(receipt->ranges[i].class));
        lic_fields_integer(fields, "first", receipt->ranges[i].first);
        lic_fields_integer(fields, "count", receipt->ranges[i].count);
        lic_fields_item_end(fields);
    }
    lic_fields_list_end(fields);
}

/* -- finding it ---------------------------------------------------------------------------------------- */

typedef struct transaction_place {
    bool found;
    uint64_t place;
} transaction_place;

static lic_status take_place(void *context, const lic_row_transaction *row)
{
    transaction_place *where = context;
    where->found = true;
    where->place = row->place;
    return LIC_OK;
}

typedef struct transaction_pick {
    shower shower;
    uint32_t position;
} transaction_pick;

static lic_status show_time(void *context, const lic_row_block *row)
{
    lic_fields_moment(context, row->time);
    return LIC_OK;
}

static lic_status show_erasure(void *context, const lic_erasure *erasure)
{
    const lic_date day = (lic_date)(erasure->time / 86400);
    lic_fields_date(context, "erased_on", day);
    lic_fields_slice(context, "erased_because", erasure->why);
    return LIC_OK;
}

static lic_status show_picked(void *context, uint32_t position, const lic_row_transaction *row,
                              bool erased, const lic_transaction *transaction)
{
    transaction_pick *pick = context;
    lic_fields *fields = pick->shower.fields;
    if (position != pick->position) return LIC_OK;
    lic_fields_text(fields, "kind", lic_transaction_kind_name((uint16_t)row->kind));
    if (erased || fields->cli->json) lic_fields_bool(fields, "erased", erased);
    if (erased)
        return lic_store_read_erasures(lic_ledger_store(lic_engine_ledger(pick->shower.engine)),
                                       row->place, row->place, show_erasure, fields);
    show_envelope(&pick->shower, transaction);
    show_body(&pick->shower, transaction);
    return LIC_OK;
}

lic_status lic_show_transaction(lic_cli *cli, lic_engine *engine)
{
    lic_ledger *ledger = lic_engine_ledger(engine);
    transaction_place where = {0};
    lic_hash id;
    if (lic_hash_parse(lic_slice_text(cli->operands[1]), &id) != LIC_OK) {
        return lic_cli_usage(cli, "%s is no transaction id: 64 lower-case hex digits",
                             cli->operands[1]);
    }
    LIC_TRY(lic_store_read_transaction(lic_ledger_store(ledger), &id, take_place, &where));
    if (!where.found) {
        return lic_fail(&cli->error, LIC_MISSING, "transaction",
                        "`licet log transactions` lists them", "the ledger holds no transaction %s",
                        cli->operands[1]);
    }
    lic_fields fields;
    lic_fields_begin(&fields, cli);
    lic_fields_hash(&fields, "id", &id);
    lic_fields_integer(&fields, "height", where.place >> 28);
    transaction_pick pick = {.shower = {.fields = &fields, .engine = engine},
                             .position = (uint32_t)(where.place & (LIC_PLACE_ORDINALS - 1))};
    lic_fields_integer(&fields, "position", pick.position);
    LIC_TRY(lic_store_read_block(lic_ledger_store(ledger), where.place >> 28, show_time, &fields));
    LIC_TRY(lic_ledger_transactions(ledger, where.place >> 28, show_picked, &pick, &cli->error));
    lic_receipt receipt;
    lic_status status = lic_ledger_receipt(ledger, &id, &receipt, NULL, &cli->error);
    if (status == LIC_OK) show_receipt(&fields, &receipt);
    if (status != LIC_OK && status != LIC_MISSING) return status;
    return lic_fields_finish(&fields);
}
