/* Which periodic terms read what reports write: those wait until the reports of their period are
 * settled. It is read off the code: a field that a report's phases store to, or the balance of an
 * account that they post to, and that the term's phases load. */
#include "state.h"

typedef enum lic_access { LIC_ACCESS_NONE, LIC_ACCESS_READ, LIC_ACCESS_WRITE } lic_access;

static lic_access access_of(uint8_t op)
{
    switch (op) {
    case LIC_OP_LOAD: case LIC_OP_LOAD2: case LIC_OP_LOADTEXT: return LIC_ACCESS_READ;
    case LIC_OP_STORE: case LIC_OP_STORE2: case LIC_OP_GAIN: case LIC_OP_GAIN2: case LIC_OP_STORETEXT:
        return LIC_ACCESS_WRITE;
    default: return LIC_ACCESS_NONE;
    }
}

static bool posts_to(const lic_image *image, lic_instruction instruction, uint32_t field_operand)
{
    if (instruction.op != LIC_OP_POST)
        return false;
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
