/* verify_entries.c - entries and phases: they use up code, inputs and touches in order, every entry
 * belongs to its subject and the subject to it, each kind of entry has the phases and inputs that
 * the engine can give it, and every bound of gas is what the code costs. */
#include "meter.h"
#include "verify.h"

static bool owns(uint32_t first, const uint32_t *used)
{
    return first == *used;
}

/* Phases lie one after the other, and so do their inputs and touches. */
static lic_status check_order(const lic_image *image, lic_error *error)
{
    uint32_t code = 0, inputs = 0, touches = 0, phases = 0;
    for (uint32_t p = 0; p < image->phases_count; p++) {
        const lic_phase *phase = &image->phases[p];
        DEMAND(owns(phase->first, &code) && owns(phase->first_input, &inputs) &&
                   owns(phase->first_touch, &touches),
               "phase %u does not follow the one before it", p);
        DEMAND(phase->count > 0, "phase %u has no code", p);
        code += phase->count, inputs += phase->input_count, touches += phase->touch_count;
    }
    DEMAND(code == image->code_count && inputs == image->inputs_count &&
               touches == image->touches_count,
           "code, inputs or touches belong to no phase");
    for (uint32_t e = 0; e < image->entries_count; e++) {
        DEMAND(owns(image->entries[e].first_phase, &phases),
               "entry %u does not follow the one before it", e);
        phases += image->entries[e].phase_count;
    }
    DEMAND(phases == image->phases_count, "phases belong to no entry");
    for (uint32_t o = 0; o < image->origins_count; o++)
        DEMAND(image->origins[o].first < image->code_count &&
                   (o == 0 || image->origins[o].first > image->origins[o - 1].first),
               "the map from code to clauses is out of order at %u", o);
    return LIC_OK;
}

/* How many subjects of the kind there are; 1 for kinds that have none. */
static uint32_t subjects_of(const lic_image *image, lic_entry_kind kind)
{
    switch (kind) {
    case LIC_ENTRY_REPORT: return image->reports_count;
    case LIC_ENTRY_STATEMENT: return image->statements_count;
    case LIC_ENTRY_FACT: return image->facts_count;
    case LIC_ENTRY_PERIOD: return image->periodics_count;
    case LIC_ENTRY_ACTION: return image->actions_count;
    case LIC_ENTRY_PAYMENT: return image->duties_count;
    case LIC_ENTRY_OPEN:
    case LIC_ENTRY_STEP:
    case LIC_ENTRY_WAKE:
    case LIC_ENTRY_CLOSE: break;
    }
    return 1;
}

/* The entry that a subject names. */
static uint16_t entry_named(const lic_image *image, lic_entry_kind kind, uint16_t subject)
{
    switch (kind) {
    case LIC_ENTRY_REPORT: return image->reports[subject].entry;
    case LIC_ENTRY_STATEMENT: return image->statements[subject].entry;
    case LIC_ENTRY_FACT: return image->facts[subject].entry;
    case LIC_ENTRY_PERIOD: return image->periodics[subject].entry;
    case LIC_ENTRY_ACTION: return image->actions[subject].entry;
    case LIC_ENTRY_PAYMENT: return image->duties[subject].payment_entry;
    case LIC_ENTRY_OPEN:
    case LIC_ENTRY_STEP:
    case LIC_ENTRY_WAKE:
    case LIC_ENTRY_CLOSE: break;
    }
    return LIC_NONE16;
}

static bool has_subject(lic_entry_kind kind)
{
    return kind >= LIC_ENTRY_REPORT && kind <= LIC_ENTRY_PAYMENT;
}

/* Several duties may share the entry that runs when they are paid. */
static lic_status check_subjects(const lic_image *image, lic_error *error)
{
    for (uint32_t e = 0; e < image->entries_count; e++) {
        const lic_entry *entry = &image->entries[e];
        lic_entry_kind kind = (lic_entry_kind)entry->kind;
        if (!has_subject(kind)) {
            DEMAND(entry->subject == LIC_NONE16 && lic_image_entry(image, kind, LIC_NONE16) == e,
                   "entry %u has a subject or is there twice", e);
            continue;
        }
        DEMAND(entry->subject < subjects_of(image, kind) &&
                   entry_named(image, kind, entry->subject) == e,
               "entry %u and its subject do not name each other", e);
    }
    for (unsigned kind = LIC_ENTRY_REPORT; kind <= LIC_ENTRY_PAYMENT; kind++)
        for (uint32_t s = 0; s < subjects_of(image, (lic_entry_kind)kind); s++) {
            uint16_t entry = entry_named(image, (lic_entry_kind)kind, (uint16_t)s);
            DEMAND(entry == LIC_NONE16 ||
                       (image->entries[entry].kind == kind &&
                        (kind == LIC_ENTRY_PAYMENT || image->entries[entry].subject == s)),
                   "subject %u of kind %s names another's entry", s, lic_entry_kind_names[kind]);
            DEMAND(entry == LIC_NONE16 || kind != LIC_ENTRY_PAYMENT ||
                       image->duties[image->entries[entry].subject].currency ==
                           image->duties[s].currency,
                   "duty %u shares its payment entry with a duty of another currency", s);
        }
    return LIC_OK;
}

/* Reports: [judge] {once | rows} [lines] {once | rows}; everything else: once and rows. */
static lic_status check_phase_kinds(const lic_image *image, const lic_entry *entry, uint32_t index,
                                    lic_error *error)
{
    bool lines = false;
    for (uint32_t n = 0; n < entry->phase_count; n++) {
        const lic_phase *phase = &image->phases[entry->first_phase + n];
        bool per_line = phase->kind == LIC_PHASE_JUDGE || phase->kind == LIC_PHASE_LINES;
        DEMAND(!per_line || entry->kind == LIC_ENTRY_REPORT, "entry %u has lines but is no report",
               index);
        DEMAND(phase->kind != LIC_PHASE_JUDGE || n == 0, "entry %u judges lines after it began",
               index);
        DEMAND(phase->kind != LIC_PHASE_LINES || !lines, "entry %u has two phases of lines", index);
        lines = lines || phase->kind == LIC_PHASE_LINES;
        DEMAND((phase->kind == LIC_PHASE_ROWS) == (phase->table != LIC_NONE16),
               "entry %u, phase %u has no rows to run over", index, n);
        DEMAND(entry->kind != LIC_ENTRY_WAKE || phase->kind == LIC_PHASE_ONCE,
               "the wake entry runs once, without rows");
    }
    return LIC_OK;
}

static bool dated(lic_entry_kind kind)
{
    return kind == LIC_ENTRY_REPORT || kind == LIC_ENTRY_STATEMENT || kind == LIC_ENTRY_PERIOD;
}

/* The type of a slot of the report's items; kind NONE when there is none. */
static lic_type slot_type(const lic_image *image, const lic_entry *entry, uint16_t slot)
{
    const lic_report *report = &image->reports[entry->subject];
    for (uint32_t c = 0; c < report->column_count; c++) {
        const lic_column *column = &image->columns[report->first_column + c];
        if (column->reader.form != LIC_FORM_IGNORED && column->field == slot)
            return column->reader.type;
    }
    return lic_type_plain(LIC_KIND_NONE);
}

static lic_type argument_type(const lic_image *image, const lic_entry *entry, uint16_t index)
{
    if (entry->kind == LIC_ENTRY_FACT && index == 0)
        return image->facts[entry->subject].reader.type;
    if (entry->kind == LIC_ENTRY_ACTION) {
        const lic_action *action = &image->actions[entry->subject];
        if (index < action->argument_count)
            return image->arguments[action->first_argument + index].reader.type;
    }
    return lic_type_plain(LIC_KIND_NONE);
}

/* What the engine puts into an input; kind NONE where it has nothing to put. */
static lic_type input_type(const lic_image *image, const lic_entry *entry, const lic_phase *phase,
                           const lic_input *input)
{
    lic_entry_kind kind = (lic_entry_kind)entry->kind;
    bool judge = phase->kind == LIC_PHASE_JUDGE, lines = judge || phase->kind == LIC_PHASE_LINES;
    lic_type none = lic_type_plain(LIC_KIND_NONE), date = lic_type_plain(LIC_KIND_DATE);
    switch ((lic_source)input->source) {
    case LIC_SOURCE_SLOT: return lines ? slot_type(image, entry, input->index) : none;
    case LIC_SOURCE_ROW:
        return phase->kind == LIC_PHASE_ROWS ? lic_type_of(LIC_KIND_ROW, (uint8_t)phase->table)
                                             : none;
    case LIC_SOURCE_ARGUMENT: return argument_type(image, entry, input->index);
    case LIC_SOURCE_TODAY: return judge ? none : date;
    case LIC_SOURCE_PERIOD_FIRST:
    case LIC_SOURCE_PERIOD_LAST:
    case LIC_SOURCE_FULL_FIRST:
    case LIC_SOURCE_FULL_LAST: return dated(kind) ? date : none;
    case LIC_SOURCE_CALLER:
        return kind == LIC_ENTRY_ACTION || kind == LIC_ENTRY_FACT ||
                       (kind == LIC_ENTRY_REPORT && !judge) || kind == LIC_ENTRY_PAYMENT
                   ? lic_type_of(LIC_KIND_ROW, LIC_TABLE_PARTIES)
                   : none;
    case LIC_SOURCE_STATE: return judge ? none : lic_type_plain(LIC_KIND_COUNT);
    case LIC_SOURCE_AMOUNT: {
        if (kind != LIC_ENTRY_PAYMENT) return none;
        uint8_t currency = image->duties[entry->subject].currency;
        return lic_type_money(currency, image->currencies[currency].unit_scale);
    }
    case LIC_SOURCE_LINES:
        return kind == LIC_ENTRY_REPORT && !lines ? lic_type_plain(LIC_KIND_COUNT) : none;
    }
    return none;
}

static bool indexed(uint8_t source)
{
    return source == LIC_SOURCE_SLOT || source == LIC_SOURCE_ARGUMENT;
}

static lic_status check_inputs(const lic_image *image, const lic_entry *entry, uint32_t number,
                               lic_error *error)
{
    const lic_phase *phase = &image->phases[number];
    bool taken[LIC_REGISTERS + 1] = {false};
    for (uint32_t n = 0; n < phase->input_count; n++) {
        const lic_input *input = &image->inputs[phase->first_input + n];
        lic_type type = input_type(image, entry, phase, input);
        uint32_t width = lic_type_wide(input->type) ? 2 : 1;
        DEMAND(type.kind != LIC_KIND_NONE && type.kind != LIC_KIND_SET &&
                   lic_type_equal(type, input->type) &&
                   (indexed(input->source) || input->index == 0),
               "phase %u, input %u is not what the engine gives", number, n);
        DEMAND(input->reg + width <= LIC_REGISTERS - 1 && input->reg % width == 0 &&
                   !taken[input->reg] && !taken[input->reg + width - 1],
               "phase %u, input %u shares a register or has none", number, n);
        taken[input->reg] = taken[input->reg + width - 1] = true;
    }
    return LIC_OK;
}

/* A touch begins at an input with a row, or goes on from the touch before it. */
static lic_status check_touches(const lic_image *image, uint32_t number, lic_error *error)
{
    const lic_phase *phase = &image->phases[number];
    uint16_t reached = LIC_NONE16; /* table that the touch before leads to */
    for (uint32_t n = 0; n < phase->touch_count; n++) {
        const lic_touch *touch = &image->touches[phase->first_touch + n];
        bool found = touch->reg == 255 && reached == touch->table;
        for (uint32_t i = 0; i < phase->input_count && !found; i++) {
            const lic_input *input = &image->inputs[phase->first_input + i];
            found = input->reg == touch->reg && input->type.kind == LIC_KIND_ROW &&
                    input->type.aux == touch->table;
        }
        DEMAND(found, "phase %u, touch %u begins nowhere", number, n);
        reached = LIC_NONE16;
        if (touch->via == LIC_NONE16) continue;
        const lic_field *via = &image->fields[touch->via];
        DEMAND(via->table == touch->table && !via->is_mutable &&
                   (via->type.kind == LIC_KIND_ROW || via->type.kind == LIC_KIND_SPAN),
               "phase %u, touch %u leads nowhere", number, n);
        reached = via->type.aux;
    }
    return LIC_OK;
}

lic_status lic_verify_entries(const lic_image *image, lic_error *error)
{
    LIC_TRY(check_order(image, error));
    LIC_TRY(check_subjects(image, error));
    for (uint32_t e = 0; e < image->entries_count; e++) {
        const lic_entry *entry = &image->entries[e];
        LIC_TRY(check_phase_kinds(image, entry, e, error));
        for (uint32_t p = entry->first_phase; p < (uint32_t)entry->first_phase + entry->phase_count;
             p++) {
            LIC_TRY(check_inputs(image, entry, p, error));
            LIC_TRY(check_touches(image, p, error));
        }
    }
    return LIC_OK;
}

lic_status lic_verify_gas(const lic_image *image, lic_error *error)
{
    uint64_t gas = 0;
    for (uint32_t pc = 0; pc < image->code_count; pc++) {
        gas += lic_instruction_gas(image, image->code[pc]);
        if (!lic_op_terminates(image->code[pc].op)) continue;
        DEMAND(gas == lic_block_gas(image->code[pc]),
               "pc %u: the block costs %llu, not what it says", pc, (unsigned long long)gas);
        gas = 0;
    }
    for (uint32_t p = 0; p < image->phases_count; p++) {
        uint64_t worst;
        DEMAND(lic_phase_worst(image, &image->phases[p], &worst) && worst == image->phases[p].gas,
               "phase %u does not cost what it says, or jumps out of itself", p);
    }
    for (uint32_t e = 0; e < image->entries_count; e++) {
        uint64_t once, per_line;
        lic_entry_gas(image, &image->entries[e], &once, &per_line);
        DEMAND(once == image->entries[e].gas_once && per_line == image->entries[e].gas_per_line,
               "entry %u does not cost what it says", e);
    }
    return LIC_OK;
}
