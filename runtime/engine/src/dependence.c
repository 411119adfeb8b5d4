/* What an image's code touches, read off the code itself.
 *
 * Which entries touch tables that may wait in the store: those are loaded before the entry runs, child
 * tables without cells only for an entry that looks into them.
 * Which periodic terms read what reports write: those wait until the reports of their period are
 * settled. It is read off the code: a field that a report's phases store to, or the balance of an
 * account that they post to, and that the term's phases load. */
#include "state.h"

typedef enum lic_access { LIC_ACCESS_NONE, LIC_ACCESS_READ, LIC_ACCESS_WRITE } lic_access;

static lic_access access_of(uint8_t op)
{
    switch (op) {
    case LIC_OP_LOAD:
    case LIC_OP_LOAD2:
    case LIC_OP_LOADTEXT: return LIC_ACCESS_READ;
    case LIC_OP_STORE:
    case LIC_OP_STORE2:
    case LIC_OP_GAIN:
    case LIC_OP_GAIN2:
    case LIC_OP_STORETEXT: return LIC_ACCESS_WRITE;
    default: return LIC_ACCESS_NONE;
    }
}

static bool posts_to(const lic_image *image, lic_instruction instruction, uint32_t field_operand)
{
    if (instruction.op != LIC_OP_POST) return false;
    const lic_field *from = &image->fields[image->accounts[instruction.imm & 0xFFFFu].field];
    const lic_field *to = &image->fields[image->accounts[instruction.imm >> 16].field];
    return lic_field_operand(from) == field_operand || lic_field_operand(to) == field_operand;
}

/* Some report's phases change the field. */
static bool reports_write(const lic_image *image, uint32_t field_operand)
{
    for (uint32_t r = 0; r < image->reports_count; r++) {
        const lic_entry *entry = &image->entries[image->reports[r].entry];
        for (uint16_t p = 0; p < entry->phase_count; p++) {
            const lic_phase *phase = &image->phases[entry->first_phase + p];
            for (uint32_t i = 0; i < phase->count; i++) {
                lic_instruction each = image->code[phase->first + i];
                if ((access_of(each.op) == LIC_ACCESS_WRITE && each.imm == field_operand) ||
                    posts_to(image, each, field_operand))
                    return true;
            }
        }
    }
    return false;
}

static bool reads_reports(const lic_image *image, const lic_entry *entry)
{
    for (uint16_t p = 0; p < entry->phase_count; p++) {
        const lic_phase *phase = &image->phases[entry->first_phase + p];
        for (uint32_t i = 0; i < phase->count; i++) {
            lic_instruction each = image->code[phase->first + i];
            if (access_of(each.op) == LIC_ACCESS_READ && reports_write(image, each.imm))
                return true;
        }
    }
    return false;
}

void lic_dependence_find(const lic_image *image, bool *waits)
{
    for (uint32_t i = 0; i < image->periodics_count; i++)
        waits[i] = image->periodics[i].entry != LIC_NONE16 &&
                   reads_reports(image, &image->entries[image->periodics[i].entry]);
}

/* The role of an instruction's imm, from the table of instructions. */
enum {
    ROLE_NONE,
    ROLE_K,
    ROLE_KK,
    ROLE_FIELD,
    ROLE_FIELD2,
    ROLE_TABLE,
    ROLE_TARGET,
    ROLE_TIERS,
    ROLE_SPLIT,
    ROLE_ACCTS,
    ROLE_NATIVE,
    ROLE_DUTY,
    ROLE_EVENT,
    ROLE_TERM,
    ROLE_STATE,
    ROLE_REASON,
    ROLE_N
};
static const uint8_t imm_roles[256] = {
#define OP(name, number, a, b, c, imm, gas, doc) [number] = ROLE_##imm,
#include <licet/opcodes.def>
#undef OP
};

static bool is_owing(uint32_t table)
{
    return table == LIC_TABLE_DUTIES || table == LIC_TABLE_PAYMENTS;
}

/* -- duties ------------------------------------------------------------------------------------------------------ */

static bool looks_at_owing(const lic_image *image, lic_instruction each)
{
    switch (imm_roles[each.op]) {
    case ROLE_FIELD: return is_owing(each.imm >> 24);
    case ROLE_FIELD2:
        return is_owing(image->fields[each.imm & 0xFFFFu].table) ||
               is_owing(image->fields[each.imm >> 16].table);
    case ROLE_TABLE: return is_owing(each.imm);
    case ROLE_NATIVE:
        switch (each.imm & 0xFFFFu) {
        case LIC_NATIVE_OLDEST_DUE:
        case LIC_NATIVE_TERM_OPEN:
        case LIC_NATIVE_TERM_PAID:
        case LIC_NATIVE_CANCEL_TERM:
        case LIC_NATIVE_DUE_NOW:
        case LIC_NATIVE_DUE_PART: return true;
        default: return false;
        }
    default: return false;
    }
}

bool lic_dependence_owing(const lic_image *image)
{
    for (uint32_t p = 0; p < image->phases_count; p++) {
        const lic_phase *phase = &image->phases[p];
        if (phase->kind == LIC_PHASE_ROWS && is_owing(phase->table)) return true;
        for (uint32_t i = 0; i < phase->count; i++)
            if (looks_at_owing(image, image->code[phase->first + i])) return true;
    }
    return false;
}

/* -- tables ------------------------------------------------------------------------------------------------------ */

bool lic_is_constant_child(const lic_table *table)
{
    return table->kind == LIC_TABLE_KIND_CHILD && table->cell_size == 0;
}

/* Rows in the store come by load or grow; everything else is in memory with the contract. */
static lic_need need_of(const lic_image *image, uint32_t number)
{
    const lic_table *table = &image->tables[number];
    switch ((lic_table_kind)table->kind) {
    case LIC_TABLE_KIND_SELF:
    case LIC_TABLE_KIND_PARTIES:
    case LIC_TABLE_KIND_GRID: return LIC_NEED_NONE;
    case LIC_TABLE_KIND_DUTIES:
    case LIC_TABLE_KIND_PAYMENTS:
    case LIC_TABLE_KIND_HISTORY:
    case LIC_TABLE_KIND_REGISTER: return LIC_NEED_ROWS;
    case LIC_TABLE_KIND_SCHEDULE:
    case LIC_TABLE_KIND_CHILD:
        if (table->static_rows != 0) return LIC_NEED_NONE;
        return lic_is_constant_child(table) ? LIC_NEED_CHILDREN : LIC_NEED_ROWS;
    }
    return LIC_NEED_CHILDREN;
}

static lic_need most(lic_need a, lic_need b)
{
    return a > b ? a : b;
}

/* The span of a parent's children is known once they are in memory. */
static lic_need need_of_field(const lic_image *image, uint32_t operand)
{
    lic_need need = need_of(image, operand >> 24);
    for (uint32_t f = 0; need != LIC_NEED_NONE && f < image->fields_count; f++) {
        const lic_field *field = &image->fields[f];
        if (field->type.kind == LIC_KIND_SPAN && lic_field_operand(field) == operand)
            return LIC_NEED_CHILDREN;
    }
    return need;
}

static lic_need need_of_account(const lic_image *image, uint32_t account)
{
    return need_of(image, image->fields[image->accounts[account].field].table);
}

static lic_need need_of_code(const lic_image *image, lic_instruction each)
{
    switch (imm_roles[each.op]) {
    case ROLE_FIELD: return need_of_field(image, each.imm);
    case ROLE_FIELD2:
        return most(need_of_field(image, lic_field_operand(&image->fields[each.imm & 0xFFFFu])),
                    need_of_field(image, lic_field_operand(&image->fields[each.imm >> 16])));
    case ROLE_TABLE: return need_of(image, each.imm);
    case ROLE_TIERS: return need_of(image, image->tiers[each.imm >> 16].table);
    case ROLE_SPLIT: return need_of(image, image->splits[each.imm >> 16].table);
    case ROLE_ACCTS:
        return most(need_of_account(image, each.imm & 0xFFFFu),
                    need_of_account(image, each.imm >> 16));
    case ROLE_NATIVE: {
        const lic_native_info *native = lic_native_find(each.imm & 0xFFFFu);
        return native == NULL || native->host ? LIC_NEED_ROWS : LIC_NEED_NONE; /* what it keeps */
    }
    case ROLE_DUTY: return LIC_NEED_ROWS;
    default: return LIC_NEED_NONE;
    }
}

static lic_need need_of_phase(const lic_image *image, const lic_phase *phase)
{
    if (phase->kind == LIC_PHASE_JUDGE || phase->kind == LIC_PHASE_LINES) return LIC_NEED_CHILDREN;
    lic_need need = phase->kind == LIC_PHASE_ROWS ? need_of(image, phase->table) : LIC_NEED_NONE;
    for (uint32_t i = 0; i < phase->count; i++)
        need = most(need, need_of_code(image, image->code[phase->first + i]));
    return need;
}

void lic_dependence_needs(const lic_image *image, uint8_t *needs)
{
    for (uint32_t e = 0; e < image->entries_count; e++) {
        const lic_entry *entry = &image->entries[e];
        lic_need need = LIC_NEED_NONE;
        for (uint16_t p = 0; p < entry->phase_count; p++)
            need = most(need, need_of_phase(image, &image->phases[entry->first_phase + p]));
        needs[e] = (uint8_t)need;
    }
}
