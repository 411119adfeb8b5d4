/* show_people.c - a party with its keys; a contract with its parties, parameters and state. */
#include "showing.h"

#include <string.h>

void lic_put_key_roles(lic_fields *fields, const char *name, uint8_t roles)
{
    static const char *const texts[] = {
        "none",    "sign",          "file",          "sign, file",
        "operate", "sign, operate", "file, operate", "sign, file, operate",
    };
    lic_fields_text(fields, name, texts[roles & 7u]);
}

lic_status lic_show_party(lic_cli *cli, lic_engine *engine)
{
    uint32_t number = 0;
    lic_party_info info;
    LIC_TRY(lic_engine_find_party(engine, lic_slice_text(cli->operands[1]), &number, &cli->error));
    if (!lic_engine_party(engine, number, &info)) return LIC_MISSING;
    lic_fields fields;
    lic_fields_begin(&fields, cli);
    lic_fields_integer(&fields, "number", number);
    lic_fields_slice(&fields, "name", info.name);
    lic_fields_hash(&fields, "id", &info.id);
    lic_fields_key(&fields, "recovery_key", &info.recovery);
    lic_fields_list(&fields, "keys");
    for (uint32_t i = 0; i < info.key_count; i++) {
        lic_party_key key;
        if (!lic_engine_party_key(engine, number, i, &key)) continue;
        lic_fields_item(&fields);
        lic_fields_key(&fields, "key", &key.key);
        lic_put_key_roles(&fields, "roles", key.roles);
        lic_fields_number(&fields, "from", (lic_i128)key.first);
        bool ends = key.last < (uint64_t)INT64_MAX;
        if (ends) lic_fields_number(&fields, "until", (lic_i128)key.last);
        lic_fields_bool(&fields, "revoked", ends);
        lic_fields_item_end(&fields);
    }
    lic_fields_list_end(&fields);
    return lic_fields_finish(&fields);
}

static void put_parties(lic_fields *fields, lic_engine *engine, const lic_contract_info *info)
{
    lic_fields_list(fields, "parties");
    for (uint32_t i = 0; i < info->party_count; i++) {
        lic_party_info party;
        const lic_party *role = &info->image->parties[i];
        lic_fields_item(fields);
        lic_fields_slice(fields, "name", role->name);
        lic_fields_slice(fields, "roles", role->roles);
        if (lic_engine_party(engine, info->parties[i], &party)) {
            lic_fields_slice(fields, "is", party.name);
        }
        if (role->signs) lic_fields_bool(fields, "signed", (info->signed_by >> i & 1u) != 0);
        lic_fields_item_end(fields);
    }
    lic_fields_list_end(fields);
}

static void put_parameters(lic_fields *fields, lic_engine *engine, const lic_contract_info *info)
{
    if (info->image->parameters_count == 0 && !fields->cli->json) return;
    lic_fields_list(fields, "parameters");
    for (uint32_t i = 0; i < info->image->parameters_count; i++) {
        lic_slice value;
        if (!lic_engine_parameter(engine, info->number, i, &value)) continue;
        lic_fields_item(fields);
        lic_fields_slice(fields, "name", info->image->parameters[i].name);
        lic_fields_slice(fields, "value", value);
        lic_fields_item_end(fields);
    }
    lic_fields_list_end(fields);
}

/* "A, B", or "one of A, B". */
static void put_names(lic_fields *fields, const char *name, const lic_image *image, uint64_t all,
                      uint64_t any)
{
    lic_buffer text;
    lic_buffer_init(&text, fields->cli->allocator, 64 * 1024);
    lic_put_text(&text, any != 0 ? "one of " : "");
    bool first = true;
    for (uint32_t i = 0; i < image->parties_count; i++) {
        if (((all | any) >> i & 1u) == 0) continue;
        lic_put_text(&text, first ? "" : ", ");
        lic_put_bytes(&text, image->parties[i].name.data, image->parties[i].name.size);
        first = false;
    }
    lic_fields_slice(fields, name, lic_slice_of(text.data, text.size));
    lic_buffer_free(&text);
}

static void put_reports(lic_fields *fields, const lic_image *image)
{
    lic_fields_list(fields, "reports");
    for (uint32_t i = 0; i < image->reports_count; i++) {
        lic_fields_item(fields);
        lic_fields_slice(fields, "name", image->reports[i].name);
        put_names(fields, "by", image, UINT64_C(1) << image->reports[i].by, 0);
        lic_fields_item_end(fields);
    }
    lic_fields_list_end(fields);
}

static void put_facts(lic_fields *fields, const lic_image *image)
{
    lic_fields_list(fields, "facts");
    for (uint32_t i = 0; i < image->facts_count; i++) {
        uint16_t setter = image->bounds[image->facts[i].bound].setter;
        lic_fields_item(fields);
        lic_fields_slice(fields, "name", image->facts[i].name);
        put_names(fields, "by", image, UINT64_C(1) << setter, 0);
        lic_fields_item_end(fields);
    }
    lic_fields_list_end(fields);
}

static void put_arguments(lic_fields *fields, const lic_image *image, const lic_action *action)
{
    lic_buffer names;
    if (action->argument_count == 0 && !fields->cli->json) return;
    lic_buffer_init(&names, fields->cli->allocator, 64 * 1024);
    for (uint16_t a = 0; a < action->argument_count; a++) {
        lic_slice name = image->arguments[action->first_argument + a].name;
        lic_put_text(&names, a == 0 ? "" : ", ");
        lic_put_bytes(&names, name.data, name.size);
    }
    lic_fields_slice(fields, "arguments", lic_slice_of(names.data, names.size));
    lic_buffer_free(&names);
}

static void put_actions(lic_fields *fields, const lic_image *image)
{
    lic_fields_list(fields, "actions");
    for (uint32_t i = 0; i < image->actions_count; i++) {
        const lic_action *action = &image->actions[i];
        lic_fields_item(fields);
        lic_fields_slice(fields, "name", action->name);
        if (action->by == 0 && action->any_of == 0)
            lic_fields_text(fields, "by", "parties of rows");
        else put_names(fields, "by", image, action->by, action->any_of);
        put_arguments(fields, image, action);
        lic_fields_item_end(fields);
    }
    lic_fields_list_end(fields);
}

static void put_schedules(lic_fields *fields, const lic_image *image)
{
    lic_fields_list(fields, "schedules");
    for (uint32_t i = LIC_TABLE_PAYMENTS + 1; i < image->tables_count; i++) {
        uint8_t kind = image->tables[i].kind;
        if (kind != LIC_TABLE_KIND_SCHEDULE && kind != LIC_TABLE_KIND_CHILD &&
            kind != LIC_TABLE_KIND_REGISTER)
            continue;
        lic_fields_item(fields);
        lic_fields_slice(fields, "name", image->tables[i].name);
        lic_fields_item_end(fields);
    }
    lic_fields_list_end(fields);
}

static void put_accounts(lic_fields *fields, const lic_image *image)
{
    lic_fields_list(fields, "accounts");
    for (uint32_t i = 0; i < image->accounts_count; i++) {
        if (image->accounts[i].kind != LIC_ACCOUNT_DECLARED) continue;
        lic_fields_item(fields);
        lic_fields_slice(fields, "name", image->accounts[i].name);
        lic_fields_text(fields, "currency", image->currencies[image->accounts[i].currency].code);
        lic_fields_item_end(fields);
    }
    lic_fields_list_end(fields);
}

static void put_terms(lic_fields *fields, const lic_image *image)
{
    lic_fields_list(fields, "terms");
    for (uint32_t i = 0; i < image->terms_count; i++) {
        lic_fields_item(fields);
        lic_fields_slice(fields, "name", image->terms[i].name);
        lic_fields_slice(fields, "label", image->terms[i].label);
        if (image->terms[i].anchor.size > 0 || fields->cli->json)
            lic_fields_slice(fields, "anchor", image->terms[i].anchor);
        lic_fields_item_end(fields);
    }
    lic_fields_list_end(fields);
}

/* What can be done with the contract and by whom, and what can be asked of it. */
static void put_doings(lic_fields *fields, const lic_image *image)
{
    bool json = fields->cli->json;
    if (image->reports_count > 0 || json) put_reports(fields, image);
    if (image->facts_count > 0 || json) put_facts(fields, image);
    if (image->actions_count > 0 || json) put_actions(fields, image);
    put_schedules(fields, image);
    put_accounts(fields, image);
    put_terms(fields, image);
}

lic_status lic_show_contract(lic_cli *cli, lic_engine *engine)
{
    lic_contract_info info;
    LIC_TRY(lic_reading_contract(cli, engine, cli->operands[1], &info));
    lic_fields fields;
    lic_fields_begin(&fields, cli);
    lic_fields_hash(&fields, "id", &info.id);
    lic_fields_slice(&fields, "agreement", info.name);
    lic_fields_slice(&fields, "title", info.image->title);
    lic_fields_text(&fields, "status", lic_contract_status_name(info.status));
    lic_fields_slice(&fields, "state", info.state_name);
    if (info.status != LIC_CONTRACT_DRAFT) lic_fields_date(&fields, "since", info.since);
    if (info.is_held) lic_fields_date(&fields, "held", info.held);
    lic_fields_integer(&fields, "deployed_in", info.deployed_height);
    lic_fields_hash(&fields, "image", &info.image->id);
    lic_fields_hash(&fields, "source_hash", &info.source_hash);
    lic_fields_hash(&fields, "parameters_hash", &info.parameters_hash);
    lic_fields_hash(&fields, "rows_root", &info.rows_root);
    lic_fields_number(&fields, "statements", (lic_i128)info.statements);
    put_parties(&fields, engine, &info);
    put_parameters(&fields, engine, &info);
    put_doings(&fields, info.image);
    return lic_fields_finish(&fields);
}

lic_status lic_show_source(lic_cli *cli, lic_engine *engine)
{
    lic_contract_info info;
    LIC_TRY(lic_reading_contract(cli, engine, cli->operands[1], &info));
    if (cli->json) {
        lic_fields fields;
        lic_fields_begin(&fields, cli);
        lic_fields_hash(&fields, "source_hash", &info.source_hash);
        lic_fields_slice(&fields, "source", info.source);
        return lic_fields_finish(&fields);
    }
    lic_put_bytes(&cli->out, info.source.data, info.source.size);
    return lic_cli_flush(cli, false);
}
