/* ops.c - the tables of opcodes, traps, natives and small enumerations as data. */
#include "internal.h"

static const lic_op_info ops[256] = {
#define OP(NAME, number, operand_a, operand_b, operand_c, immediate, units, doc) \
    [number] = {.name = #NAME,                                                   \
                .a = LIC_OPERAND_##operand_a,                                    \
                .b = LIC_OPERAND_##operand_b,                                    \
                .c = LIC_OPERAND_##operand_c,                                    \
                .imm = LIC_IMM_##immediate,                                      \
                .gas = (units)},
#include <licet/opcodes.def>
#undef OP
};

const lic_op_info *lic_op_find(uint8_t op)
{
    return ops[op].name != NULL ? &ops[op] : NULL;
}

const char *lic_op_name(uint8_t op)
{
    return ops[op].name;
}

bool lic_op_terminates(uint8_t op)
{
    return op >= LIC_OP_JUMP && op <= LIC_OP_REFUSE;
}

bool lic_op_leaves(uint8_t op)
{
    return op == LIC_OP_JUMP || op == LIC_OP_END || op == LIC_OP_REFUSE;
}

static const struct {
    const char *id, *message;
} traps[] = {
#define TRAP(NAME, number, id, message) [number] = {id, message},
#include <licet/traps.def>
#undef TRAP
};

const char *lic_trap_id(lic_trap trap)
{
    return (size_t)trap < LIC_COUNT(traps) ? traps[trap].id : "unknown";
}

const char *lic_trap_message(lic_trap trap)
{
    return (size_t)trap < LIC_COUNT(traps) ? traps[trap].message : "unknown trap";
}

#define LIC_ARGS0 .count = 0
#define LIC_ARGS1(x) .count = 1, .arguments = {LIC_KIND_##x}
#define LIC_ARGS2(x, y) .count = 2, .arguments = {LIC_KIND_##x, LIC_KIND_##y}
#define LIC_ARGS3(x, y, z) .count = 3, .arguments = {LIC_KIND_##x, LIC_KIND_##y, LIC_KIND_##z}

static const struct {
    const char *name;
    lic_native_info info;
} natives[] = {
#define NATIVE(NAME, number, units, outcome, args, what, by_engine, doc) \
    [number] = {#NAME,                                                   \
                {.gas = (units),                                         \
                 .result = LIC_KIND_##outcome,                           \
                 args,                                                   \
                 .subject = LIC_SUBJECT_##what,                          \
                 .host = (by_engine) != 0,                               \
                 .changes = (by_engine) == 2}},
#include <licet/natives.def>
#undef NATIVE
};

const lic_native_info *lic_native_find(uint32_t native)
{
    if (native >= LIC_COUNT(natives) || natives[native].name == NULL) return NULL;
    return &natives[native].info;
}

const char *lic_native_name(uint32_t native)
{
    return native < LIC_COUNT(natives) ? natives[native].name : NULL;
}

const char *const lic_form_names[] = {"ignored", "count",      "exact",     "rate", "digits",
                                      "enum",    "row",        "territory", "date", "text",
                                      "hash",    "identifier", "set",       "bool", NULL};
const char *const lic_role_names[] = {"column", "account", "counter", "fact",
                                      "tally",  "engine",  NULL};
const char *const lic_table_kind_names[] = {"self",  "parties",  "duties", "payments", "schedule",
                                            "child", "register", "grid",   "history",  NULL};
const char *const lic_account_kind_names[] = {"declared", "party",       "payee",  "opening",
                                              "recouped", "written_off", "credit", NULL};
const char *const lic_source_names[] = {
    "slot",      "row",    "argument", "today",  "period_first", "period_last", "full_first",
    "full_last", "caller", "state",    "amount", "lines",        NULL};
const char *const lic_phase_kind_names[] = {"once", "judge", "lines", "rows", NULL};
const char *const lic_entry_kind_names[] = {"open",   "report", "statement", "fact",
                                            "period", "action", "payment",   "step",
                                            "wake",   "close",  NULL};
const char *const lic_rounding_names[] = {"half_even", "half_up", "floor", "ceiling", NULL};
const char *const lic_kind_names[] = {"none",  "bool", "count",     "date", "rate", "price",
                                      "row",   "enum", "territory", "text", "hash", "money",
                                      "exact", "set",  "span",      NULL};

size_t lic_names_count(const char *const *names)
{
    size_t count = 0;
    while (names[count] != NULL) count++;
    return count;
}

static const char *const line_codes[] = {"encoding",  "columns", "negative", "malformed",
                                         "too_large", "unknown", "require",  "duplicate"};

const char *lic_line_code_id(lic_line_code code)
{
    return (size_t)code < LIC_COUNT(line_codes) ? line_codes[code] : "unknown_code";
}
