/* Contracts: image, texts, parties and tables; parameters and patches; what their head says. */
#include "report/steps.h"
#include "state.h"

#include "bind.h"
#include "report/covered.h"

#include <licet/reference.h>

#include <string.h>

#define IMAGE_ARENA_MAX ((size_t)64 << 20)

/* -- images --------------------------------------------------------------------------------------------------- */

static lic_status check_references(const lic_engine *engine, const lic_image *image,
                                   lic_error *error)
{
    for (uint32_t i = 0; i < image->references_count; i++) {
        const lic_reference *reference = &image->references[i];
        char name[64];
        size_t size = reference->name.size < sizeof name - 1 ? reference->name.size
                                                             : sizeof name - 1;
        memcpy(name, reference->name.data, size);
        name[size] = '\0';
        lic_slice bytes = lic_reference_bytes(name);
        lic_hash hash;
        engine->hasher->sha256(&bytes, 1, &hash);
        if (bytes.size == 0 || !lic_hash_equal(&hash, &reference->hash))
            return lic_fail(
                error, LIC_UNSUPPORTED, "reference",
                "compile the agreement again with this release of licet",
                "the image binds an edition of the table \"%s\" that this engine does not hold",
                name);
    }
    return LIC_OK;
}

static lic_status check_units(const lic_engine *engine, const lic_image *image, lic_error *error)
{
    const lic_genesis *genesis = lic_ledger_genesis(engine->ledger);
    for (uint32_t i = 0; i < image->currencies_count; i++) {
        const lic_currency *currency = &image->currencies[i];
        uint8_t scale = lic_genesis_unit_scale(genesis, currency->code);
        if (scale != currency->unit_scale)
            return lic_fail(error, LIC_REFUSED, "unit",
                            "compile the agreement for this ledger's units",
                            "the image counts %s in units of 10^-%u, the ledger in 10^-%u",
                            currency->code, currency->unit_scale, scale);
    }
    return LIC_OK;
}

static lic_status decode_image(lic_engine *engine, lic_slice bytes, lic_image_state *state,
                               lic_error *error)
{
    state->arena = lic_arena_create(engine->allocator, IMAGE_ARENA_MAX);
    if (state->arena == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    LIC_TRY(lic_image_decode(bytes, engine->hasher, state->arena, &state->image, error));
    LIC_TRY(lic_image_verify(state->image, error));
    if (lic_rules_of(state->image->engine_version) == NULL)
        return lic_fail(error, LIC_UNSUPPORTED, "engine", "use a newer release of licet",
                        "the image needs engine version %u", state->image->engine_version);
    LIC_TRY(check_references(engine, state->image, error));
    LIC_TRY(check_units(engine, state->image, error));
    state->waits = lic_arena_take(state->arena, state->image->periodics_count + 1u);
    state->needs = lic_arena_take(state->arena, state->image->entries_count + 1u);
    if (engine->options.coverage != NULL)
        state->covered = lic_coverage_open(engine->options.coverage, state->image);
    bool uncovered = engine->options.coverage != NULL && state->covered == NULL;
    if (uncovered || state->waits == NULL || state->needs == NULL ||
        lic_exec_prepare(state->image, state->arena, &state->program) != LIC_OK)
        return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    lic_dependence_find(state->image, state->waits);
    lic_dependence_needs(state->image, state->needs);
    return LIC_OK;
}

static void destroy_image(lic_engine *engine, lic_image_state *state)
{
    lic_arena_destroy(state->arena);
    lic_release(engine->allocator, state, sizeof *state);
}

static lic_status list_image(lic_engine *engine, lic_image_state *state)
{
    if (engine->image_count == engine->image_capacity) {
        uint32_t wanted = engine->image_capacity == 0 ? 8 : engine->image_capacity * 2;
        const lic_allocator *a = engine->allocator;
        lic_image_state **grown = a->resize(a->context, engine->images,
                                            engine->image_capacity * sizeof *grown,
                                            wanted * sizeof *grown);
        if (grown == NULL) return LIC_NO_MEMORY;
        engine->images = grown;
        engine->image_capacity = wanted;
    }
    state->number = engine->image_count;
    engine->images[engine->image_count++] = state;
    return LIC_OK;
}

lic_status lic_image_load(lic_engine *engine, lic_slice bytes, lic_image_state **result,
                          lic_error *error)
{
    lic_hash id;
    engine->hasher->sha256(&bytes, 1, &id);
    for (uint32_t i = 0; i < engine->image_count; i++)
        if (lic_hash_equal(&engine->images[i]->image->id, &id)) {
            *result = engine->images[i];
            return LIC_OK;
        }
    lic_image_state *state = lic_allocate_zero(engine->allocator, 1, sizeof *state);
    if (state == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    state->changed = true;
    lic_status status = decode_image(engine, bytes, state, error);
    if (status == LIC_OK) status = list_image(engine, state);
    if (status != LIC_OK) {
        destroy_image(engine, state);
        return status;
    }
    *result = state;
    return LIC_OK;
}

void lic_image_forget(lic_engine *engine, uint32_t count)
{
    while (engine->image_count > count)
        destroy_image(engine, engine->images[--engine->image_count]);
}

/* -- contracts ---------------------------------------------------------------------------------------------------- */

uint32_t lic_contract_find(const lic_engine *engine, const lic_hash *id)
{
    lic_slice key = lic_slice_of(id->bytes, LIC_HASH_SIZE);
    if (engine->unread) return LIC_NONE32;
    uint32_t found = lic_index_find(engine->contract_index, key,
                                    lic_index_hash(engine->contract_index, key));
    return found == LIC_INDEX_NONE ? LIC_NONE32 : found;
}

lic_status lic_contract_create(lic_engine *engine, const lic_image_state *code,
                               lic_contract **result)
{
    const lic_image *image = code->image;
    lic_contract *contract = lic_allocate_zero(engine->allocator, 1, sizeof *contract);
    if (contract == NULL) return LIC_NO_MEMORY;
    contract->code = code;
    contract->image = image;
    contract->name = image->name;
    contract->head.held = LIC_NOT_HELD;
    contract->parties = lic_allocate_zero(engine->allocator, image->parties_count + 1u,
                                          sizeof(uint32_t));
    contract->turnovers = lic_allocate_zero(engine->allocator, image->statements_count + 1u,
                                            sizeof(lic_turnover));
    contract->loaded = lic_allocate_zero(engine->allocator, image->tables_count + 1u, sizeof(bool));
    if (contract->parties == NULL || contract->turnovers == NULL || contract->loaded == NULL) {
        lic_contract_destroy(engine, contract);
        return LIC_NO_MEMORY;
    }
    *result = contract;
    return LIC_OK;
}

void lic_contract_destroy(lic_engine *engine, lic_contract *contract)
{
    if (contract == NULL) return;
    lic_steps_drop(engine, contract);
    const lic_image *image = contract->image;
    lic_tables_destroy(contract->tables);
    for (uint32_t i = 0; contract->turnovers != NULL && i < image->statements_count; i++)
        lic_turnover_free(engine, contract, &contract->turnovers[i]);
    lic_release(engine->allocator, contract->parties,
                (image->parties_count + 1u) * sizeof(uint32_t));
    lic_release(engine->allocator, contract->turnovers,
                (image->statements_count + 1u) * sizeof(lic_turnover));
    lic_release(engine->allocator, contract->loaded, (image->tables_count + 1u) * sizeof(bool));
    lic_release(engine->allocator, contract->sealed, contract->sealed_size);
    lic_release(engine->allocator, contract, sizeof *contract);
}

lic_status lic_contract_list(lic_engine *engine, lic_contract *contract)
{
    if (engine->contract_count == engine->contract_capacity) {
        uint32_t wanted = engine->contract_capacity == 0 ? 8 : engine->contract_capacity * 2;
        const lic_allocator *a = engine->allocator;
        lic_contract **grown = a->resize(a->context, engine->contracts,
                                         engine->contract_capacity * sizeof *grown,
                                         wanted * sizeof *grown);
        if (grown == NULL) return LIC_NO_MEMORY;
        engine->contracts = grown;
        engine->contract_capacity = wanted;
    }
    lic_slice key = lic_slice_of(contract->id.bytes, LIC_HASH_SIZE);
    contract->number = engine->contract_count;
    LIC_TRY(lic_index_add(engine->contract_index, key, lic_index_hash(engine->contract_index, key),
                          contract->number));
    engine->contracts[engine->contract_count++] = contract;
    return LIC_OK;
}

/* -- parameters ------------------------------------------------------------------------------------------------------ */

static lic_status set_parameters(lic_contract *contract, lic_error *error)
{
    const lic_image *image = contract->image;
    lic_cursor cursor = lic_cursor_of(contract->parameters);
    for (uint32_t i = 0; i < image->parameters_count; i++) {
        lic_slice text = lic_get_slice(&cursor, LIC_TEXT_MAX);
        lic_read_value value;
        if (cursor.failed)
            return lic_fail(error, LIC_MALFORMED, "parameter",
                            "give every `given` of the agreement a value",
                            "there are fewer parameter values than parameters");
        LIC_TRY(lic_bind_parameter(contract->tables, i, text, &value, error));
    }
    if (!lic_cursor_done(&cursor))
        return lic_fail(error, LIC_MALFORMED, "parameter",
                        "give every `given` of the agreement one value",
                        "there are more parameter values than parameters");
    return LIC_OK;
}

lic_status lic_contract_build(lic_engine *engine, lic_contract *contract, lic_error *error)
{
    lic_status status = lic_tables_create(engine->allocator, engine->hasher, contract->image,
                                          &contract->id, engine->secret, &contract->tables);
    if (status != LIC_OK)
        return lic_fail(error, status, "tables", "", "the agreement's tables cannot be made: %s",
                        lic_status_message(status));
    LIC_TRY(set_parameters(contract, error));
    lic_bind_patches(contract->tables);
    for (uint16_t i = 0; i < contract->image->tables_count; i++)
        if (lic_fixed_hash(contract->tables, i, false) != LIC_OK)
            return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    return LIC_OK;
}

static lic_status load_tables(lic_engine *engine, lic_contract *contract, bool children,
                              lic_error *error)
{
    LIC_TRY(lic_contract_open(engine, contract, error));
    for (uint32_t i = 0; i < contract->image->tables_count; i++)
        if (contract->tables->states[i].absent &&
            (children || !lic_is_constant_child(&contract->image->tables[i])))
            return lic_persist_absent(engine, contract, (lic_absent){LIC_NONE16, children}, error);
    return LIC_OK;
}

lic_status lic_contract_load_rows(lic_engine *engine, lic_contract *contract, lic_error *error)
{
    return load_tables(engine, contract, false, error);
}

lic_status lic_contract_load(lic_engine *engine, lic_contract *contract, lic_error *error)
{
    return load_tables(engine, contract, true, error);
}

/* Keys that are numbers of rows elsewhere need the tables of those rows, and children their parents. */
lic_status lic_contract_load_keys(lic_engine *engine, lic_contract *contract, uint16_t table,
                                  lic_error *error)
{
    const lic_table *shape = &contract->image->tables[table];
    LIC_TRY(lic_contract_open(engine, contract, error));
    if (!contract->tables->states[table].absent) return LIC_OK;
    if (shape->kind == LIC_TABLE_KIND_CHILD || !lic_key_is_text(shape))
        return lic_contract_load(engine, contract, error);
    return lic_persist_absent(engine, contract, (lic_absent){table, false}, error);
}

lic_status lic_contract_open(lic_engine *engine, lic_contract *contract, lic_error *error)
{
    if (contract->tables != NULL) return LIC_OK;
    lic_status status = lic_persist_tables(engine, contract, error);
    if (status != LIC_OK) {
        lic_tables_destroy(contract->tables);
        contract->tables = NULL;
    }
    return status;
}

void lic_contract_touch(lic_engine *engine, lic_contract *contract)
{
    contract->changed = true;
    engine->dirty = true;
}

lic_status lic_contract_rows_root(lic_engine *engine, const lic_contract *contract, lic_hash *root)
{
    const lic_image *image = contract->image;
    lic_hash *leaves = lic_allocate(engine->allocator, (image->tables_count + 1u) * sizeof *leaves);
    if (leaves == NULL) return LIC_NO_MEMORY;
    size_t count = 0;
    for (uint16_t i = 0; i < image->tables_count; i++) {
        uint8_t kind = image->tables[i].kind;
        if (kind != LIC_TABLE_KIND_SCHEDULE && kind != LIC_TABLE_KIND_CHILD) continue;
        uint8_t data[2 + 4 + LIC_HASH_SIZE] = {(uint8_t)i, (uint8_t)(i >> 8)};
        lic_store_u32(data + 2, contract->tables->views[i].row_count);
        memcpy(data + 6, contract->tables->states[i].fixed_root.bytes, LIC_HASH_SIZE);
        lic_merkle_leaf(engine->hasher, lic_slice_of(data, sizeof data), &leaves[count++]);
    }
    lic_merkle_root(engine->hasher, leaves, count, root);
    lic_release(engine->allocator, leaves, (image->tables_count + 1u) * sizeof *leaves);
    return LIC_OK;
}

uint16_t lic_contract_party(const lic_contract *contract, uint32_t party)
{
    for (uint32_t i = 0; i < contract->image->parties_count; i++)
        if (contract->parties[i] == party) return (uint16_t)i;
    return LIC_NONE16;
}

const lic_contract_info *lic_contract_describe(lic_contract *contract)
{
    lic_contract_info *info = &contract->info;
    const lic_image *image = contract->image;
    info->number = contract->number;
    info->id = contract->id;
    info->image = image;
    info->name = contract->name;
    info->source = contract->source;
    info->source_hash = contract->source_hash;
    info->parameters_hash = contract->parameters_hash;
    info->status = (lic_contract_status)contract->head.status;
    info->is_held = contract->head.held != LIC_NOT_HELD;
    info->held = info->is_held ? contract->head.held : 0;
    info->deployer = contract->deployer;
    info->party_count = image->parties_count;
    info->parties = contract->parties;
    info->signed_by = contract->head.signed_by;
    info->statements = contract->head.log.count;
    info->deployed_height = contract->height;
    if (contract->tables != NULL) {
        const lic_lifecycle *lifecycle = &image->lifecycle;
        info->state = (uint16_t)lic_field_get(contract->tables, lifecycle->state_field, 0);
        info->since = (lic_date)lic_field_get(contract->tables, lifecycle->since_field, 0);
        const lic_enumeration *states = &image->enumerations[lifecycle->states];
        info->state_name = info->state < states->count
                               ? image->texts[states->first_text + info->state]
                               : lic_slice_of(NULL, 0);
    }
    return info;
}
