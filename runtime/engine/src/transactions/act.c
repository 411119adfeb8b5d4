/* fact and act: values from outside, actions of the agreement, notices. */
#include "engine.h"

#include "reader.h"

#include <string.h>

/* -- what calls share -------------------------------------------------------------------------------------------------- */

bool lic_call_signed_by(const lic_call *call, uint16_t agreement_party, uint8_t role)
{
    uint32_t party = call->contract->parties[agreement_party];
    for (uint32_t i = 0; i < call->transaction->signature_count; i++)
        if (call->signers[i] == party && (call->roles[i] & role) != 0) return true;
    return false;
}

lic_status lic_call_begin(lic_call *call, lic_work *work, lic_error *error)
{
    uint64_t limit = call->transaction->gas_limit, base = call->engine->rules->gas_transaction;
    if (limit < base)
        return lic_fail(error, LIC_REFUSED, "gas", "raise the gas limit of the transaction",
                        "a transaction costs at least %llu gas", (unsigned long long)base);
    LIC_TRY(lic_work_begin(call->engine, call->contract, call->engine->today, limit - base, work,
                           error));
    uint16_t caller = call->party == LIC_NONE32 ? LIC_NONE16
                                                : lic_contract_party(call->contract, call->party);
    work->caller = caller == LIC_NONE16 ? LIC_NONE32 : caller;
    work->call = call;
    return LIC_OK;
}

lic_status lic_call_finish(lic_call *call, lic_work *work, lic_trap trap, const char *what,
                           lic_error *error)
{
    if (trap == LIC_TRAP_NONE) trap = lic_settle(work);
    if (trap != LIC_TRAP_NONE) {
        lic_status status = lic_work_trapped(work, trap, what, error);
        lic_work_roll_back(work);
        return status;
    }
    call->result.gas += work->gas;
    if (lic_work_keep(work) != LIC_OK)
        return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    return lic_settle_retry(call->engine, call->contract, error);
}

static lic_status check_open(const lic_contract *contract, lic_error *error)
{
    if (contract->head.status == LIC_CONTRACT_OPEN || contract->head.status == LIC_CONTRACT_RUN_OFF)
        return LIC_OK;
    bool draft = contract->head.status == LIC_CONTRACT_DRAFT;
    return lic_fail(error, LIC_REFUSED, "not_open",
                    draft ? "let all parties sign first: licet sign CONTRACT" : "",
                    draft ? "the contract is a draft" : "the contract is closed");
}

static lic_status bad_value(const lic_contract *contract, const char *kind, lic_slice name,
                            lic_slice text, const lic_reader *reader, lic_error *error)
{
    lic_buffer expected;
    lic_buffer_init(&expected, contract->tables->allocator, 4096);
    lic_reader_describe(reader, contract->image, &expected);
    lic_status status = lic_fail(
        error, LIC_MALFORMED, "value", "give the value in its canonical form",
        "%s %.*s: \"%.*s\" is not %.*s", kind, (int)name.size, (const char *)name.data,
        (int)(text.size < 80 ? text.size : 80), (const char *)text.data,
        (int)(expected.size < 200 ? expected.size : 200), (const char *)expected.data);
    lic_buffer_free(&expected);
    return status;
}

/* A value as the interpreter gets an argument: a number, or a text handle. */
static bool argument_value(lic_work *work, const lic_type type, const lic_read_value *value,
                           lic_i128 *result)
{
    *result = value->number;
    if (type.kind != LIC_KIND_TEXT && type.kind != LIC_KIND_HASH) return true;
    lic_slice bytes = type.kind == LIC_KIND_HASH ? lic_slice_of(value->bytes, LIC_HASH_SIZE)
                                                 : value->text;
    uint64_t handle = lic_work_text(work, bytes);
    *result = (lic_i128)handle;
    return handle != 0;
}

/* -- fact ---------------------------------------------------------------------------------------------------------------- */

static lic_status check_fact(const lic_contract *contract, const lic_fact *fact,
                             const lic_read_value *value, lic_error *error)
{
    const lic_bound *bound = &contract->image->bounds[fact->bound];
    const char *name = (const char *)fact->name.data;
    int size = (int)fact->name.size;
    bool set = bound->flag != LIC_NONE16 && lic_field_get(contract->tables, bound->flag, 0) != 0;
    if (bound->rule == 1 && set)
        return lic_fail(error, LIC_REFUSED, "set_once", "the agreement lets this fact be set once",
                        "fact %.*s has been set", size, name);
    if (value->number < bound->min || value->number > bound->max)
        return lic_fail(error, LIC_REFUSED, "bounds",
                        "give a value within the bounds of the agreement",
                        "the value is beyond the bounds of fact %.*s", size, name);
    bool wide = lic_type_wide(contract->image->fields[fact->field].type);
    lic_i128 old = wide ? lic_field_wide(contract->tables, fact->field, 0)
                        : lic_field_get(contract->tables, fact->field, 0);
    if (bound->rule == 2 && set && value->number < old)
        return lic_fail(error, LIC_REFUSED, "never_falls",
                        "give a value that is not less than the last one", "fact %.*s never falls",
                        size, name);
    return LIC_OK;
}

static lic_trap set_fact(lic_work *work, uint16_t number, const lic_read_value *value)
{
    lic_contract *contract = work->contract;
    const lic_fact *fact = &contract->image->facts[number];
    const lic_bound *bound = &contract->image->bounds[fact->bound];
    const lic_field *field = &contract->image->fields[fact->field];
    lic_trap trap = lic_dated_keep_field(work, fact->field);
    if (trap == LIC_TRAP_NONE) trap = lic_tables_touch(contract->tables, field->table, 0);
    if (trap != LIC_TRAP_NONE) return trap;
    if (!lic_value_store(field->type, value, lic_field_at(contract->tables, fact->field, 0)))
        return LIC_TRAP_OUT_OF_RANGE;
    if (bound->flag != LIC_NONE16)
        trap = lic_field_set(contract->tables, bound->flag, 0, work->today);
    if (trap != LIC_TRAP_NONE || fact->entry == LIC_NONE16) return trap;
    lic_i128 argument = 0;
    if (!argument_value(work, field->type, value, &argument))
        return lic_work_fail(work, LIC_NO_MEMORY);
    work->frame.arguments = &argument;
    trap = lic_work_do(work, LIC_ENTRY_FACT, number, fact->entry, NULL);
    work->frame.arguments = NULL;
    return trap;
}

lic_status lic_handle_fact(lic_call *call, lic_error *error)
{
    lic_contract *contract = call->contract;
    const lic_body_fact *body = &call->transaction->body.fact;
    LIC_TRY(lic_contract_load(call->engine, contract, error));
    LIC_TRY(check_open(contract, error));
    if (body->fact >= contract->image->facts_count)
        return lic_fail(error, LIC_REFUSED, "fact", "name a fact of the agreement",
                        "there is no fact %u", body->fact);
    const lic_fact *fact = &contract->image->facts[body->fact];
    uint16_t setter = contract->image->bounds[fact->bound].setter;
    if (contract->image->fields[fact->field].table != LIC_TABLE_SELF)
        return lic_fail(error, LIC_UNSUPPORTED, "fact_rows", "",
                        "facts of rows are not executed yet");
    if (setter == LIC_NONE16 || !(lic_call_signed_by(call, setter, LIC_KEY_MAY_FILE) ||
                                  lic_call_signed_by(call, setter, LIC_KEY_MAY_SIGN)))
        return lic_fail(error, LIC_DENIED, "setter", "sign as the party that the agreement names",
                        "this party does not set fact %.*s", (int)fact->name.size,
                        (const char *)fact->name.data);
    lic_read_value value;
    if (lic_read_lenient(&fact->reader, contract->image, contract->tables, body->value, &value) !=
        LIC_READ_OK)
        return bad_value(contract, "fact", fact->name, body->value, &fact->reader, error);
    LIC_TRY(check_fact(contract, fact, &value, error));
    lic_work work;
    LIC_TRY(lic_call_begin(call, &work, error));
    char what[LIC_WHAT_MAX];
    return lic_call_finish(call, &work, set_fact(&work, body->fact, &value),
                           lic_what(what, "fact", fact->name), error);
}

/* -- act -------------------------------------------------------------------------------------------------------------------- */

static lic_status check_actors(const lic_call *call, const lic_action *action, lic_error *error)
{
    bool any = action->any_of == 0;
    for (uint16_t i = 0; i < call->contract->image->parties_count; i++) {
        bool signs = lic_call_signed_by(call, i, LIC_KEY_MAY_SIGN);
        lic_slice name = call->contract->image->parties[i].name;
        if ((action->by >> i & 1u) != 0 && !signs)
            return lic_fail(error, LIC_DENIED, "signatures",
                            "let every party that the action names sign the one transaction",
                            "the signature of %.*s is missing", (int)name.size,
                            (const char *)name.data);
        any |= (action->any_of >> i & 1u) != 0 && signs;
    }
    if (!any)
        return lic_fail(error, LIC_DENIED, "signatures", "sign as a party that the action names",
                        "this party may not do that");
    return LIC_OK;
}

static lic_status check_state(const lic_contract *contract, const lic_action *action,
                              lic_error *error)
{
    const lic_lifecycle *lifecycle = &contract->image->lifecycle;
    int64_t state = lic_field_get(contract->tables, lifecycle->state_field, 0);
    bool final = (lifecycle->finals >> state & 1u) != 0;
    if ((action->states >> state & 1u) != 0 && !(final && action->states == UINT64_MAX))
        return LIC_OK;
    const lic_enumeration *states = &contract->image->enumerations[lifecycle->states];
    lic_slice name = contract->image->texts[states->first_text + (uint32_t)state];
    return lic_fail(error, LIC_REFUSED, "state",
                    "the agreement names the states in which this can be done",
                    "this cannot be done in state %.*s", (int)name.size, (const char *)name.data);
}

static bool has_notice(const lic_action *action)
{
    return action->notice_field != LIC_NONE16;
}

/* The notice that an action needs has been given, and its time is over. */
static lic_status check_notice(const lic_contract *contract, const lic_action *action,
                               lic_date today, lic_error *error)
{
    int64_t given = lic_field_get(contract->tables, action->notice_field, 0);
    if (given == 0)
        return lic_fail(error, LIC_REFUSED, "notice",
                        "give notice first: licet act CONTRACT ACTION --notice",
                        "the agreement asks for notice before this action");
    lic_date from = 0;
    char text[LIC_DATE_TEXT];
    bool roll = contract->image->rules.months_roll;
    if (!lic_date_after((lic_date)given, action->notice, roll, &from) || today < from) {
        lic_date_print(from, text);
        return lic_fail(error, LIC_REFUSED, "notice", "wait until the notice has run",
                        "the notice runs until %s", text);
    }
    return LIC_OK;
}

static lic_trap give_notice(lic_work *work, const lic_action *action)
{
    return lic_field_set(work->contract->tables, action->notice_field, 0, work->today);
}

static lic_status read_arguments(lic_call *call, lic_work *work, const lic_action *action,
                                 lic_i128 **values, lic_error *error)
{
    const lic_contract *contract = call->contract;
    const lic_texts *texts = &call->transaction->body.act.arguments;
    if (texts->count != action->argument_count)
        return lic_fail(error, LIC_REFUSED, "arguments", "give every argument once: name=value",
                        "the action takes %u arguments, %u were given", action->argument_count,
                        texts->count);
    *values = lic_arena_take(work->arena, (texts->count + 1u) * sizeof **values);
    if (*values == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    for (uint32_t i = 0; i < texts->count; i++) {
        const lic_argument *argument = &contract->image->arguments[action->first_argument + i];
        lic_slice text;
        lic_read_value value;
        if (!lic_texts_at(texts, i, &text) ||
            lic_read_lenient(&argument->reader, contract->image, contract->tables, text, &value) !=
                LIC_READ_OK)
            return bad_value(contract, "argument", argument->name, text, &argument->reader, error);
        if (!argument_value(work, argument->reader.type, &value, &(*values)[i]))
            return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    }
    return LIC_OK;
}

static lic_trap run_action(lic_work *work, uint16_t number, const lic_i128 *values)
{
    const lic_action *action = &work->contract->image->actions[number];
    work->frame.arguments = values;
    lic_trap trap = lic_work_do(work, LIC_ENTRY_ACTION, number, action->entry, NULL);
    work->frame.arguments = NULL;
    if (trap == LIC_TRAP_NONE && has_notice(action))
        trap = lic_field_set(work->contract->tables, action->notice_field, 0, 0);
    return trap;
}

lic_status lic_handle_act(lic_call *call, lic_error *error)
{
    lic_contract *contract = call->contract;
    const lic_body_act *body = &call->transaction->body.act;
    LIC_TRY(lic_contract_load(call->engine, contract, error));
    if (body->action >= contract->image->actions_count)
        return lic_fail(error, LIC_REFUSED, "action", "name an action of the agreement",
                        "there is no action %u", body->action);
    const lic_action *action = &contract->image->actions[body->action];
    if (contract->head.status == LIC_CONTRACT_CLOSED) LIC_TRY(check_open(contract, error));
    LIC_TRY(check_actors(call, action, error));
    LIC_TRY(check_state(contract, action, error));
    if (body->notice && !has_notice(action))
        return lic_fail(error, LIC_REFUSED, "notice", "act without notice",
                        "the agreement asks for no notice of this action");
    bool notice = has_notice(action) && (body->notice || action->entry == LIC_NONE16);
    if (has_notice(action) && !notice)
        LIC_TRY(check_notice(contract, action, call->engine->today, error));
    lic_work work;
    lic_i128 *values = NULL;
    LIC_TRY(lic_call_begin(call, &work, error));
    lic_status status = notice && body->arguments.count == 0
                            ? LIC_OK
                            : read_arguments(call, &work, action, &values, error);
    if (status != LIC_OK) {
        lic_work_roll_back(&work);
        return status;
    }
    char what[LIC_WHAT_MAX];
    lic_trap trap = notice ? give_notice(&work, action) : run_action(&work, body->action, values);
    return lic_call_finish(call, &work, trap, lic_what(what, "action", action->name), error);
}
