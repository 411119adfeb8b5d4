/* show_transaction.c - one transaction: where it stands, its envelope, its body field by field, and its
 * receipt. */
#include "showing.h"

#include <stdio.h>

#define SHOWN_BYTES 64u /* longer contents are told by their size */

/* -- fields of a body, by their types in kinds.def ----------------------------------------------- */

static void show_flag(lic_fields *fields, const char *name, bool value)
{
    lic_fields_bool(fields, name, value);
}
static void show_u8(lic_fields *fields, const char *name, uint8_t value)
{
    lic_fields_integer(fields, name, value);
}
static void show_u16(lic_fields *fields, const char *name, uint16_t value)
{
    lic_fields_integer(fields, name, value);
}
static void show_u32(lic_fields *fields, const char *name, uint32_t value)
{
    lic_fields_integer(fields, name, value);
}
static void show_u64(lic_fields *fields, const char *name, uint64_t value)
{
    lic_fields_number(fields, name, (lic_i128)value);
}
static void show_date(lic_fields *fields, const char *name, lic_date value)
{
    lic_fields_date(fields, name, value);
}
static void show_amount(lic_fields *fields, const char *name, lic_i128 value)
{
    lic_fields_number(fields, name, value);
}
static void show_hash(lic_fields *fields, const char *name, lic_hash value)
{
    lic_fields_hash(fields, name, &value);
}
static void show_key(lic_fields *fields, const char *name, lic_key value)
{
    lic_fields_key(fields, name, &value);
}
static void show_text(lic_fields *fields, const char *name, lic_slice value)
{
    lic_fields_slice(fields, name, value);
}
static void show_bytes(lic_fields *fields, const char *name, lic_slice value)
{
    char label[SHOWN_BYTES];
    snprintf(label, sizeof label, "%s_bytes", name);
    lic_fields_integer(fields, label, value.size);
}
static void show_chunk(lic_fields *fields, const char *name, lic_slice value)
{
    show_bytes(fields, name, value);
}
static void show_texts(lic_fields *fields, const char *name, lic_texts value)
{
    lic_fields_list(fields, name);
    for (uint32_t i = 0; i < value.count; i++) {
        lic_slice text;
        if (!lic_texts_at(&value, i, &text)) break;
        lic_fields_item(fields);
        lic_fields_slice(fields, "text", text);
        lic_fields_item_end(fields);
    }
    lic_fields_list_end(fields);
}
static void show_hashes(lic_fields *fields, const char *name, lic_hashes value)
{
    lic_fields_list(fields, name);
    for (uint32_t i = 0; i < value.count; i++) {
        lic_hash hash = lic_hashes_at(&value, i);
        lic_fields_item(fields);
        lic_fields_hash(fields, "hash", &hash);
        lic_fields_item_end(fields);
    }
    lic_fields_list_end(fields);
}

#define SHOW(type, name, max) show_##type(fields, #name, body->name);
#define KIND(number, name, NAME, id, signers, executed, members, doc)             \
    static void show_body_##name(lic_fields *fields, const lic_body_##name *body) \
    {                                                                             \
        members(SHOW)                                                             \
    }
#include <licet/kinds.def>
#undef KIND
#undef SHOW

static void show_body(lic_fields *fields, const lic_transaction *transaction)
{
    switch (transaction->kind) {
#define KIND(number, name, NAME, id, signers, executed, members, doc) \
    case number:                                                      \
        show_body_##name(fields, &transaction->body.name);            \
        break;
#include <licet/kinds.def>
#undef KIND
    default: break;
    }
}

/* -- envelope and receipt --------------------------------------------------------------------------- */

static void show_envelope(lic_fields *fields, const lic_transaction *transaction)
{
    if (transaction->kind == LIC_TX_LINES) return;
    lic_fields_hash(fields, "party", &transaction->party);
    lic_fields_key(fields, "key", &transaction->key);
    lic_fields_integer(fields, "lane", transaction->lane);
    lic_fields_number(fields, "sequence", (lic_i128)transaction->sequence);
    lic_fields_date(fields, "valid_until", transaction->valid_until);
    lic_fields_number(fields, "gas_limit", (lic_i128)transaction->gas_limit);
    lic_fields_list(fields, "signed_by");
    for (uint32_t i = 0; i < transaction->signature_count; i++) {
        lic_fields_item(fields);
        lic_fields_key(fields, "key", &transaction->signatures[i].key);
        lic_fields_item_end(fields);
    }
    lic_fields_list_end(fields);
}

static void show_receipt(lic_fields *fields, const lic_receipt *receipt)
{
    lic_fields_text(fields, "status", receipt->status == LIC_RECEIPT_DONE ? "done" : "waiting");
    lic_fields_number(fields, "gas", (lic_i128)receipt->gas);
    lic_fields_number(fields, "number", (lic_i128)receipt->number);
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
    lic_fields *fields;
    uint32_t position;
} transaction_pick;

static lic_status show_picked(void *context, uint32_t position, const lic_row_transaction *row,
                              bool erased, const lic_transaction *transaction)
{
    const transaction_pick *pick = context;
    if (position != pick->position) return LIC_OK;
    lic_fields_text(pick->fields, "kind", lic_transaction_kind_name((uint16_t)row->kind));
    lic_fields_bool(pick->fields, "erased", erased);
    if (erased) return LIC_OK;
    show_envelope(pick->fields, transaction);
    show_body(pick->fields, transaction);
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
    transaction_pick pick = {&fields, (uint32_t)(where.place & (LIC_PLACE_ORDINALS - 1))};
    lic_fields_integer(&fields, "position", pick.position);
    LIC_TRY(lic_ledger_transactions(ledger, where.place >> 28, show_picked, &pick, &cli->error));
    lic_receipt receipt;
    lic_status status = lic_ledger_receipt(ledger, &id, &receipt, NULL, &cli->error);
    if (status == LIC_OK) show_receipt(&fields, &receipt);
    if (status != LIC_OK && status != LIC_MISSING) return status;
    return lic_fields_finish(&fields);
}
