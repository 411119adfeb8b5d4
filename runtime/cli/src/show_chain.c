/* show_chain.c - the ledger as a whole, and one of its blocks. */
#include "showing.h"

#include <stdlib.h>
#include <string.h>

static void put_limits(lic_fields *fields, const lic_limits *limits)
{
    lic_fields_list(fields, "limits");
#define X(type, name, value, most, reason)                      \
    lic_fields_item(fields);                                    \
    lic_fields_text(fields, "name", #name);                     \
    lic_fields_number(fields, "value", (lic_i128)limits->name); \
    lic_fields_item_end(fields);
    LIC_GENESIS_LIMITS(X)
#undef X
    lic_fields_list_end(fields);
}

static void put_operators(lic_fields *fields, const lic_genesis *genesis)
{
    lic_fields_integer(fields, "quorum", genesis->quorum);
    lic_fields_list(fields, "operators");
    for (uint32_t i = 0; i < genesis->operator_count; i++) {
        lic_fields_item(fields);
        lic_fields_key(fields, "key", &genesis->operators[i]);
        lic_fields_item_end(fields);
    }
    lic_fields_list_end(fields);
}

lic_status lic_show_ledger(lic_cli *cli, lic_engine *engine)
{
    lic_ledger *ledger = lic_engine_ledger(engine);
    const lic_genesis *genesis = lic_ledger_genesis(ledger);
    const lic_header *tip = lic_ledger_tip(ledger);
    lic_fields fields;
    lic_fields_begin(&fields, cli);
    lic_fields_slice(&fields, "name", genesis->name);
    lic_fields_hash(&fields, "chain", lic_ledger_chain(ledger));
    lic_fields_text(&fields, "clock", genesis->clock == LIC_CLOCK_SIMULATED ? "simulated" : "real");
    lic_fields_date(&fields, "date", lic_ledger_date(ledger));
    lic_fields_integer(&fields, "height", tip->height);
    lic_fields_hash(&fields, "block", lic_ledger_tip_hash(ledger));
    lic_fields_hash(&fields, "state_root", &tip->state_root);
    lic_fields_integer(&fields, "engine_version", tip->engine_version);
    lic_fields_integer(&fields, "unit_scale", genesis->unit_scale);
    lic_fields_integer(&fields, "parties", lic_engine_party_count(engine));
    lic_fields_integer(&fields, "contracts", lic_engine_contract_count(engine));
    put_operators(&fields, genesis);
    put_limits(&fields, &genesis->limits);
    return lic_fields_finish(&fields);
}

typedef struct block_found {
    bool found;
    lic_hash hash;
    lic_header header;
    lic_error *error;
} block_found;

static lic_status take_block(void *context, const lic_row_block *row)
{
    block_found *block = context;
    block->found = true;
    block->hash = row->hash;
    return lic_header_decode(row->header, &block->header, block->error);
}

static void put_header(lic_fields *fields, const lic_header *header)
{
    lic_fields_integer(fields, "height", header->height);
    lic_fields_moment(fields, header->time);
    lic_fields_integer(fields, "engine_version", header->engine_version);
    lic_fields_hash(fields, "previous", &header->previous);
    lic_fields_hash(fields, "transaction_root", &header->transaction_root);
    lic_fields_hash(fields, "output_root", &header->output_root);
    lic_fields_hash(fields, "state_root", &header->state_root);
    lic_fields_hash(fields, "operators", &header->operators);
    lic_fields_integer(fields, "transactions", header->transactions);
    lic_fields_integer(fields, "outputs", header->outputs);
    lic_fields_number(fields, "gas", (lic_i128)header->gas);
}

typedef struct block_contents {
    lic_fields *fields;
    lic_engine *engine;
} block_contents;

static lic_status put_transaction(void *context, uint32_t position, const lic_row_transaction *row,
                                  bool erased, const lic_transaction *transaction)
{
    const block_contents *contents = context;
    lic_fields *fields = contents->fields;
    lic_party_info party;
    lic_contract_info contract;
    (void)transaction;
    lic_fields_item(fields);
    lic_fields_integer(fields, "position", position);
    lic_fields_text(fields, "kind", lic_transaction_kind_name((uint16_t)row->kind));
    if (row->party != LIC_STORE_NONE && lic_engine_party(contents->engine, row->party, &party))
        lic_fields_slice(fields, "party", party.name);
    if (row->contract != LIC_STORE_NONE &&
        lic_engine_contract(contents->engine, row->contract, &contract, NULL) == LIC_OK)
        lic_fields_slice(fields, "agreement", contract.name);
    lic_fields_hash(fields, "id", &row->id);
    if (erased || fields->cli->json) lic_fields_bool(fields, "erased", erased);
    lic_fields_item_end(fields);
    return LIC_OK;
}

lic_status lic_show_block(lic_cli *cli, lic_engine *engine)
{
    lic_ledger *ledger = lic_engine_ledger(engine);
    block_found block = {.error = &cli->error};
    uint64_t height = 0;
    if (!lic_cli_height(cli->operands[1], &height)) {
        return lic_cli_usage(cli, "%s is no height of a block", cli->operands[1]);
    }
    lic_status status = lic_store_read_block(lic_ledger_store(ledger), height, take_block, &block);
    if (status != LIC_OK) return status;
    if (!block.found) {
        return lic_fail(&cli->error, LIC_MISSING, "block",
                        "`licet show ledger` gives the height of the last one",
                        "there is no block %s", cli->operands[1]);
    }
    lic_fields fields;
    lic_fields_begin(&fields, cli);
    lic_fields_hash(&fields, "block", &block.hash);
    put_header(&fields, &block.header);
    lic_fields_list(&fields, "contents");
    block_contents contents = {&fields, engine};
    status = lic_ledger_transactions(ledger, height, put_transaction, &contents, &cli->error);
    lic_fields_list_end(&fields);
    return status == LIC_OK ? lic_fields_finish(&fields) : status;
}
