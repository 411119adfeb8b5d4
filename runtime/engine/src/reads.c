/* Reads: parties, keys, contracts, rows; names and beginnings of ids as people type them. */
#include "engine.h"

#include "reader.h"

#include <string.h>

uint32_t lic_engine_party_count(const lic_engine *engine)
{
    return engine->party_count;
}

bool lic_engine_party(const lic_engine *engine, uint32_t number, lic_party_info *info)
{
    if (number >= engine->party_count) return false;
    const lic_party_state *party = &engine->parties[number];
    *info = (lic_party_info){.number = number,
                             .id = party->id,
                             .name = party->name,
                             .recovery = party->recovery,
                             .key_count = party->key_count};
    return true;
}

bool lic_engine_party_key(const lic_engine *engine, uint32_t party, uint32_t index,
                          lic_party_key *key)
{
    if (party >= engine->party_count || index >= engine->parties[party].key_count) return false;
    const lic_key_state *state = &engine->keys[engine->parties[party].keys[index]];
    *key = (lic_party_key){
        .key = state->key, .roles = state->roles, .first = state->first, .last = state->last};
    return true;
}

bool lic_engine_party_of_key(const lic_engine *engine, const lic_key *key, uint32_t *number)
{
    uint32_t found = lic_registry_key(engine, key);
    uint64_t height = engine->block != NULL ? engine->height
                                            : lic_ledger_tip(engine->ledger)->height + 1;
    if (found == LIC_NONE32 || !lic_registry_valid(engine, found, height)) return false;
    *number = engine->keys[found].party;
    return true;
}

static bool begins_with(const lic_hash *id, lic_slice text, size_t least)
{
    char hex[LIC_HASH_TEXT];
    if (text.size < least || text.size > LIC_HASH_TEXT - 1) return false;
    lic_hash_print(id, hex);
    return memcmp(hex, text.data, text.size) == 0;
}

lic_status lic_engine_find_party(const lic_engine *engine, lic_slice text, uint32_t *number,
                                 lic_error *error)
{
    uint32_t found = LIC_NONE32;
    for (uint32_t i = 0; i < engine->party_count; i++)
        if (lic_slice_equal(engine->parties[i].name, text)) {
            *number = i;
            return LIC_OK;
        }
    for (uint32_t i = 0; i < engine->party_count; i++) {
        if (!begins_with(&engine->parties[i].id, text, 8)) continue;
        if (found != LIC_NONE32)
            return lic_fail(error, LIC_REFUSED, "ambiguous", "give more of the id",
                            "several parties begin with %.*s", (int)text.size,
                            (const char *)text.data);
        found = i;
    }
    *number = found;
    return found != LIC_NONE32
               ? LIC_OK
               : lic_fail(error, LIC_REFUSED, "unknown", "licet show parties lists them",
                          "there is no party %.*s", (int)text.size, (const char *)text.data);
}

/* -- contracts ------------------------------------------------------------------------------------------------------- */

const char *lic_contract_status_name(lic_contract_status status)
{
    switch (status) {
    case LIC_CONTRACT_DRAFT: return "draft";
    case LIC_CONTRACT_OPEN: return "open";
    case LIC_CONTRACT_RUN_OFF: return "run-off";
    case LIC_CONTRACT_CLOSED: return "closed";
    }
    return "unknown";
}

uint32_t lic_engine_contract_count(const lic_engine *engine)
{
    return engine->contract_count;
}

lic_status lic_engine_contract(lic_engine *engine, uint32_t number, lic_contract_info *info,
                               lic_error *error)
{
    if (number >= engine->contract_count)
        return lic_fail(error, LIC_REFUSED, "unknown", "licet show contracts lists them",
                        "there is no contract %u", number);
    lic_contract *contract = engine->contracts[number];
    LIC_TRY(lic_contract_open(engine, contract, error));
    *info = *lic_contract_describe(contract);
    if (lic_contract_rows_root(engine, contract, &info->rows_root) != LIC_OK)
        return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    return LIC_OK;
}

static lic_status ambiguous(lic_slice text, lic_error *error)
{
    return lic_fail(error, LIC_REFUSED, "ambiguous", "give the contract's id, or more of it",
                    "several contracts match %.*s", (int)text.size, (const char *)text.data);
}

lic_status lic_engine_find_contract(lic_engine *engine, lic_slice text, uint32_t *number,
                                    lic_error *error)
{
    uint32_t by_name = LIC_NONE32, by_id = LIC_NONE32;
    for (uint32_t i = 0; i < engine->contract_count; i++) {
        const lic_contract *contract = engine->contracts[i];
        if (lic_slice_equal(contract->name, text)) {
            if (by_name != LIC_NONE32) return ambiguous(text, error);
            by_name = i;
        } else if (begins_with(&contract->id, text, 4)) {
            if (by_id != LIC_NONE32) return ambiguous(text, error);
            by_id = i;
        }
    }
    *number = by_name != LIC_NONE32 ? by_name : by_id;
    return *number != LIC_NONE32
               ? LIC_OK
               : lic_fail(error, LIC_REFUSED, "unknown", "licet show contracts lists them",
                          "there is no contract %.*s", (int)text.size, (const char *)text.data);
}

bool lic_engine_parameter(const lic_engine *engine, uint32_t contract, uint32_t parameter,
                          lic_slice *text)
{
    if (contract >= engine->contract_count) return false;
    lic_cursor cursor = lic_cursor_of(engine->contracts[contract]->parameters);
    for (uint32_t i = 0; i <= parameter; i++) *text = lic_get_slice(&cursor, LIC_TEXT_MAX);
    return !cursor.failed;
}

static lic_status loaded_contract(lic_engine *engine, uint32_t number, uint16_t table,
                                  lic_contract **contract, lic_error *error)
{
    if (number >= engine->contract_count || table >= engine->contracts[number]->image->tables_count)
        return lic_fail(error, LIC_REFUSED, "unknown", "", "there is no such contract or table");
    *contract = engine->contracts[number];
    return lic_contract_load_keys(engine, *contract, table, error);
}

lic_status lic_engine_find_row(lic_engine *engine, uint32_t number, uint16_t table, lic_slice text,
                               uint32_t *row, lic_error *error)
{
    lic_contract *contract = NULL;
    uint8_t room[32];
    lic_slice key;
    LIC_TRY(loaded_contract(engine, number, table, &contract, error));
    *row = LIC_NONE32;
    if (table == LIC_TABLE_PARTIES) {
        for (uint32_t i = 0; i < contract->image->parties_count; i++)
            if (lic_slice_equal(contract->image->parties[i].name, text)) *row = i;
        return LIC_OK;
    }
    const lic_table *shape = &contract->image->tables[table];
    if (shape->key_size != 0 &&
        lic_read_key(contract->image, contract->tables, shape, text, room, &key) == LIC_READ_OK)
        *row = lic_table_find(contract->tables, table, key);
    return LIC_OK;
}

lic_status lic_engine_next_period(lic_engine *engine, uint32_t number, uint16_t report,
                                  char text[LIC_PERIOD_TEXT], lic_error *error)
{
    lic_contract *contract = NULL;
    LIC_TRY(loaded_contract(engine, number, LIC_TABLE_SELF, &contract, error));
    const lic_lifecycle *lifecycle = &contract->image->lifecycle;
    LIC_ASSERT(report < contract->image->reports_count);
    const lic_report *about = &contract->image->reports[report];
    lic_date next = (lic_date)lic_field_get(contract->tables, about->next_field, 0);
    lic_date last = (lic_date)lic_field_get(contract->tables, lifecycle->last_field, 0);
    bool open = contract->head.status == LIC_CONTRACT_OPEN ||
                contract->head.status == LIC_CONTRACT_RUN_OFF;
    if (!open || next > last)
        return lic_fail(error, LIC_REFUSED, "no_period", "", "no period is to be filed");
    lic_period_print((lic_period_kind)about->period,
                     lic_settle_period(contract, about->period, next), text);
    return LIC_OK;
}

lic_status lic_engine_row_key(lic_engine *engine, uint32_t number, uint16_t table, uint32_t row,
                              lic_buffer *target, lic_error *error)
{
    lic_contract *contract = NULL;
    LIC_TRY(loaded_contract(engine, number, table, &contract, error));
    if (row >= contract->tables->views[table].row_count)
        return lic_fail(error, LIC_REFUSED, "unknown", "", "there is no such row");
    const lic_table *shape = &contract->image->tables[table];
    if (table == LIC_TABLE_PARTIES)
        lic_put_bytes(target, contract->image->parties[row].name.data,
                      contract->image->parties[row].name.size);
    else if (shape->key_size != 0)
        lic_key_print(contract->image, contract->tables, shape,
                      lic_table_key(contract->tables, table, row), target);
    return target->failed ? lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory") : LIC_OK;
}

static bool among(const lic_contract *contract, uint16_t party, const uint32_t *parties,
                  size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (contract->parties[party] == parties[i]) return true;
    return false;
}

static bool can_act(const lic_contract *contract, const lic_action *action, const uint32_t *parties,
                    size_t count)
{
    int64_t state = lic_field_get(contract->tables, contract->image->lifecycle.state_field, 0);
    bool any = action->any_of == 0;
    for (uint16_t i = 0; i < contract->image->parties_count; i++) {
        bool signs = among(contract, i, parties, count);
        if ((action->by >> i & 1u) != 0 && !signs) return false;
        any |= (action->any_of >> i & 1u) != 0 && signs;
    }
    return any && (action->states >> state & 1u) != 0;
}

lic_status lic_engine_find_action(lic_engine *engine, uint32_t number, lic_slice name,
                                  const uint32_t *parties, size_t party_count, uint16_t *action,
                                  lic_error *error)
{
    lic_contract *contract = NULL;
    LIC_TRY(loaded_contract(engine, number, LIC_TABLE_SELF, &contract, error));
    *action = LIC_NONE16;
    for (uint32_t i = 0; i < contract->image->actions_count; i++) {
        const lic_action *each = &contract->image->actions[i];
        if (!lic_slice_equal(each->name, name)) continue;
        if (can_act(contract, each, parties, party_count)) {
            *action = (uint16_t)i;
            return LIC_OK;
        }
        *action = *action == LIC_NONE16 ? (uint16_t)i : *action;
    }
    return *action != LIC_NONE16
               ? LIC_OK
               : lic_fail(error, LIC_REFUSED, "action", "licet show contract lists the actions",
                          "the agreement has no action %.*s", (int)name.size,
                          (const char *)name.data);
}
