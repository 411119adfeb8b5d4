/* meter.c - gas. Every instruction has its price; the terminator of a block carries the block's sum;
 * a phase costs its worst path for one item; an entry adds its phases up. The compiler fills these
 * numbers in and the verifier recomputes them with the same functions. */
#include "meter.h"

static uint32_t tier_rows(const lic_image *image, uint32_t imm)
{
    uint32_t descriptor = imm >> 16;
    if (descriptor >= image->tiers_count) return 0;
    return image->tables[image->tiers[descriptor].table].child_max;
}

uint32_t lic_instruction_gas(const lic_image *image, lic_instruction instruction)
{
    const lic_op_info *info = lic_op_find(instruction.op);
    if (info == NULL) return 0;
    uint32_t index = instruction.imm;
    switch ((lic_imm)info->imm) {
    case LIC_IMM_TIERS: return info->gas + 2 * tier_rows(image, index);
    case LIC_IMM_SPLIT:
        index >>= 16;
        return info->gas + (index < image->splits_count ? 4u * image->splits[index].max : 0);
    case LIC_IMM_EVENT:
        return info->gas +
               (index < image->events_count ? 2u * image->events[index].argument_count : 0);
    case LIC_IMM_NATIVE: {
        const lic_native_info *native = lic_native_find(index & 0xFFFF);
        return info->gas + (native != NULL ? (uint32_t)native->gas : 0);
    }
    case LIC_IMM_NONE:
    case LIC_IMM_K:
    case LIC_IMM_KK:
    case LIC_IMM_FIELD:
    case LIC_IMM_FIELD2:
    case LIC_IMM_TABLE:
    case LIC_IMM_TARGET:
    case LIC_IMM_ACCTS:
    case LIC_IMM_DUTY:
    case LIC_IMM_TERM:
    case LIC_IMM_STATE:
    case LIC_IMM_REASON:
    case LIC_IMM_N: break;
    }
    return info->gas;
}

/* The dearest way to each jump target ahead. */
typedef struct ways {
    uint32_t target[LIC_PENDING_MAX];
    uint64_t gas[LIC_PENDING_MAX];
    uint32_t count;
} ways;

static bool remember(ways *ahead, uint32_t target, uint64_t gas)
{
    for (uint32_t i = 0; i < ahead->count; i++) {
        if (ahead->target[i] != target) continue;
        if (gas > ahead->gas[i]) ahead->gas[i] = gas;
        return true;
    }
    if (ahead->count == LIC_PENDING_MAX) return false;
    ahead->target[ahead->count] = target;
    ahead->gas[ahead->count++] = gas;
    return true;
}

/* Removes a target; false when nothing jumps there. */
static bool arrive(ways *ahead, uint32_t target, uint64_t *gas)
{
    for (uint32_t i = 0; i < ahead->count; i++) {
        if (ahead->target[i] != target) continue;
        *gas = ahead->gas[i];
        ahead->count--;
        ahead->target[i] = ahead->target[ahead->count];
        ahead->gas[i] = ahead->gas[ahead->count];
        return true;
    }
    return false;
}

bool lic_phase_worst(const lic_image *image, const lic_phase *phase, uint64_t *worst)
{
    ways ahead = {.count = 0};
    uint64_t gas = 0, jumped;
    bool reached = true;
    *worst = 0;
    for (uint32_t pc = phase->first; pc < phase->first + phase->count; pc++) {
        lic_instruction i = image->code[pc];
        if (!lic_op_terminates(i.op)) continue;
        uint64_t after = gas + lic_block_gas(i);
        if (i.op == LIC_OP_LABEL) {
            gas = reached ? after : 0;
            if (arrive(&ahead, pc, &jumped)) {
                gas = reached && gas > jumped ? gas : jumped;
                reached = true;
            }
            continue;
        }
        if (!reached) continue;
        if (i.op == LIC_OP_JUMP || i.op == LIC_OP_BRANCH) {
            if (!remember(&ahead, i.imm, after)) return false;
        } else if (after > *worst) {
            *worst = after;
        }
        gas = after;
        reached = i.op == LIC_OP_BRANCH;
    }
    return ahead.count == 0;
}

void lic_entry_gas(const lic_image *image, const lic_entry *entry, uint64_t *once,
                   uint64_t *per_line)
{
    *once = *per_line = 0;
    for (uint32_t p = entry->first_phase; p < (uint32_t)entry->first_phase + entry->phase_count;
         p++) {
        const lic_phase *phase = &image->phases[p];
        switch ((lic_phase_kind)phase->kind) {
        case LIC_PHASE_ONCE: *once += phase->gas; break;
        case LIC_PHASE_JUDGE:
        case LIC_PHASE_LINES: *per_line += phase->gas; break;
        case LIC_PHASE_ROWS: break; /* phase.gas times the rows that the table then has */
        }
    }
}

static lic_status meter_blocks(lic_image *image)
{
    uint32_t gas = 0;
    for (uint32_t pc = 0; pc < image->code_count; pc++) {
        lic_instruction *i = &image->code[pc];
        gas += lic_instruction_gas(image, *i);
        if (gas > UINT16_MAX) return LIC_REFUSED;
        if (!lic_op_terminates(i->op)) continue;
        i->b = (uint8_t)gas;
        i->c = (uint8_t)(gas >> 8);
        gas = 0;
    }
    return LIC_OK;
}

lic_status lic_image_meter(lic_image *image)
{
    LIC_TRY(meter_blocks(image));
    for (uint32_t p = 0; p < image->phases_count; p++) {
        uint64_t worst;
        if (!lic_phase_worst(image, &image->phases[p], &worst)) return LIC_REFUSED;
        image->phases[p].gas = (uint32_t)worst;
    }
    for (uint32_t e = 0; e < image->entries_count; e++) {
        lic_entry *entry = &image->entries[e];
        lic_entry_gas(image, entry, &entry->gas_once, &entry->gas_per_line);
    }
    return LIC_OK;
}
