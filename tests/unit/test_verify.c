/* Tests of the verifier: a good image passes, and every bad one is refused for its own reason. */
#include "vm_fixture.h"

#define REPORT                                                                                   \
    "column name=\"item\" field=0 reader.form=row reader.type=row:4\n"                           \
    "column name=\"units\" field=1 reader.form=count reader.type=count reader.max=1000\n"        \
    "column name=\"gross\" field=2 reader.form=exact reader.type=exact:0:6 reader.unit_scale=6 " \
    "reader.max=1000000000\n"                                                                    \
    "unique 0\n"                                                                                 \
    "report name=\"Usage\" by=1 period=3 max_lines=1000 first_column=0+3 slots=4 "               \
    "first_unique=0+1 first_require=0+1 entry=0 next_field=6\n"
#define CONSTANTS                                                                                \
    "constant type=count value=5\nconstant type=bool value=1\nconstant type=money:0:6 value=7\n" \
    "constant type=exact:0:6 value=10000\nconstant type=money:0:6 value=10000\nconstant "        \
    "type=rate:4 value=3\n"                                                                      \
    "constant type=row:1 value=1\nconstant type=money:1:6 value=7\nconstant type=date "          \
    "value=20500\n"                                                                              \
    "constant type=exact:0:10 value=100000000\nconstant type=set "                               \
    "set=0100000000000000000000000000000000000000000000000000000000000000\n"                     \
    "constant type=territory value=3\nconstant type=enum:1 value=2\nconstant type=price:0:6:0 "  \
    "value=2\n"
/* r0 count, r1 truth, r2 money, r4 exact, r6 rate, r7 party, r8 item, r10 euros, r12 date */
#define ALL                                                                                  \
    VM_ONCE                                                                                  \
    "CONST r0, k0\nCONST r1, k1\nCONST2 r2, k2\nCONST2 r4, k3\nCONST r6, k5\nCONST r7, k6\n" \
    "ROWAT r8, r0, t4\nCONST2 r10, k7\nCONST r12, k8\n"
#define JUDGE                                                                                  \
    REPORT CONSTANTS "entry kind=report subject=0\nphase kind=judge\ninput reg=0 source=slot " \
                     "index=0 type=row:4\n"                                                    \
                     "input reg=1 source=slot index=1 type=count\n"
#define WAKE \
    CONSTANTS "entry kind=wake subject=65535\nphase kind=once\nCONST r0, k0\nCONST r12, k8\n"

typedef struct bad_case {
    const char *listing, *reason;
} bad_case;

#define C(code) CONSTANTS ALL code "END\n"

static const bad_case bad_code[] = {
    /* operands */
    {C("ADD r13, r0, r14\n"), "reads a register that holds no 64-bit value"},
    {C("ADD r13, r0, r2\n"), "reads a register that holds no 64-bit value"},
    {C("ADD r13, r0, r3\n"), "reads a register that holds no 64-bit value"},
    {C("ADD2 r14, r2, r0\n"), "reads a pair that holds no 128-bit value"},
    {C("MOVE2 r13, r2\n"), "writes an input or no pair"},
    {C("MOVE2 r254, r2\n"), "writes an input or no pair"},
    {C("MOVE r255, r0\n"), "writes an input or no register"},
    {C("LOAD r13, r0, f34\n"), "takes a row from a register that holds none"},
    {C("ROUND_EVEN r14, r4, r6, k3, k4\n"), "takes a count from a register that holds none"},
    {CONSTANTS VM_ONCE "input reg=0 source=state type=count\nCONST r0, k0\nEND\n",
     "writes an input"},
    {CONSTANTS VM_ONCE "input reg=0 source=state type=count\nCONST2 r0, k2\nEND\n",
     "writes an input or no pair"},
    /* half a pair is no value */
    {C("CONST r3, k0\nADD2 r14, r2, r2\n"), "reads a pair that holds no 128-bit value"},
    {C("CONST r2, k0\nADD r13, r3, r0\n"), "reads a register that holds no 64-bit value"},
    /* what an imm names */
    {C("CONST r13, k99\n"), "its imm names nothing"},
    {C("RANGE r0, k0, k99\n"), "names no constant"},
    {C("ROWAT r13, r0, t99\n"), "its imm names nothing"},
    {C("GOTO #2\n"), "its imm names nothing"},
    {C("EMIT #1\n"), "its imm names nothing"},
    {C("OBLIGE r2, r12, r7, #2\n"), "its imm names nothing"},
    {C("POST r2, r8, -, a2, a9\n"), "names no account"},
    {C("SETJOIN r8, r8, f37, f99\n"), "names no field"},
    {C("TIER_AT r13, r0, #9, r8, -\n"), "names no tiers"},
    {C("SPLIT r14, r2, #9, r8\n"), "names no split"},
    {C("REFUSE #9\nLABEL L\n"), "its imm names nothing"},
    /* moving */
    {C("CONST r13, k2\n"), "the constant is of another width"},
    {C("CONST2 r14, k0\n"), "the constant is of another width"},
    {C("LOAD r13, r7, f34\n"), "reads a field of another table"},
    {C("LOAD r13, -, f34\n"), "reads a field of another table"},
    {C("LOAD r13, r8, f36\n"), "the field is of another width"},
    {C("LOAD r13, r8, f33\n"), "the field is of another width"},
    {C("LOAD r13, r8, f29\n"), "the field is of another width"},
    {C("LOAD2 r14, r8, f34\n"), "the field is of another width"},
    {C("STORE r6, r8, f34\n"), "writes a value of another type"},
    {C("STORE r0, r7, f34\n"), "writes a field of another table"},
    {C("STORE r6, r8, f31\n"), "writes a fixed field"},
    {C("STORE2 r2, r8, f36\n"), "writes an account other than by a posting"},
    {C("GAIN2 r2, r8, f36\n"), "writes an account other than by a posting"},
    {C("STORE r0, -, f0\n"), "writes what the engine keeps"},
    {C("STORE2 r2, -, f55\n"), "writes what the engine keeps"},
    {C("ENTER r13, r0, t8\nGAIN r12, r13, f48\n"), "adds to what is no number"},
    /* 64 bits */
    {C("ADD r13, r0, r6\n"), "adds values of two types"},
    {C("ADD r13, r1, r1\n"), "adds values of two types, or what is no number"},
    {C("ADD r13, r12, r12\n"), "adds two dates"},
    {C("MUL r13, r0, r12\n"), "multiplies what cannot be multiplied"},
    {C("MIN r13, r0, r6\n"), "compares values of two types"},
    {C("LT r13, r7, r7\n"), "compares values of two types, or without order"},
    {C("EQ r13, r7, r8\n"), "compares values of two types"},
    {C("AND r13, r1, r0\n"), "joins what is no truth value"},
    {C("NOT r13, r0\n"), "negates what is no truth value"},
    {C("RANGE r1, k1, k1\n"), "bounds what is no number"},
    {C("RANGE r0, k0, k5\n"), "the bounds are of another type"},
    {C("ORDINAL r13, r0\n"), "takes the position of what has none"},
    /* 128 bits and roundings */
    {C("ADD2 r14, r2, r4\n"), "joins amounts of two types"},
    {C("SUB2 r14, r2, r10\n"), "joins amounts of two types"},
    {C("LT2 r13, r2, r10\n"), "compares amounts of two types"},
    {C("MUL2 r14, r2, r12\n"), "multiplies what cannot be multiplied"},
    {C("PRICE r14, r6, r6\n"), "prices what is no count"},
    {C("SCALE r14, r2, #19\n"), "has too many decimals"},
    {C("RANGE2 r2, k2, k3\n"), "the bounds are of another type"},
    {C("ROUND_EVEN r14, r4, -, k9, k4\n"), "the divisor is not of the product's scale"},
    {C("ROUND_EVEN r14, r4, -, k3, k7\n"),
     "the rounding unit is not money of the result's currency"},
    {C("ROUND_EVEN r14, r4, -, k3, k2\n"), "divisor and rounding unit are not the same amount"},
    {C("MULDIV_EVEN r14, r2, r6, k3, k4\n"), "the divisor is not of the product's scale"},
    {C("MULDIV_EVEN r14, r2, r12, k9, k4\n"), "multiplies what cannot be multiplied"},
    {C("ROUND_EVEN r14, r4, -, k3, k4\nADD2 r14, r14, r4\n"), "joins amounts of two types"},
    /* tiers, splits, rows */
    {C("TIER_AT r13, r0, #1, r7, -\n"), "its row has no such tiers"},
    {C("TIER_AT r13, r0, #1, -, -\n"), "its row has no such tiers"},
    {C("TIER_AT r13, r6, #1, r8, -\n"), "the edges are of another type"},
    {C("TIER_AT r13, r0, #1, r8, r6\n"), "its column is neither count nor enumeration"},
    {C("TIER_AT r13, r0, #0, r8, -\n"), "the result is not of the declared type"},
    {C("TIER_OF r13, r2, #4, r8, -\n"), "the tiers hold no 64-bit value"},
    {C("TIER_OF2 r14, r2, #3, r8, -\n"), "the tiers hold no 128-bit value"},
    {C("TIER_SUM r14, r0, r6, #0, r8, -\n"), "counts what is no count"},
    {C("TIER_SUM2 r14, r2, r10, #2, r8, -\n"), "value and cumulative amount are of two types"},
    {C("TIER_SUM2 r14, r2, r2, #4, r8, -\n"), "the tiers hold no rate"},
    {C("SPLIT r14, r4, #0, r8\n"), "splits what is no money"},
    {C("SPLIT r248, r2, #0, r8\n"), "has no room for its shares"},
    {C("SPLIT r14, r2, #0, r7\n"), "its row has no such shares"},
    {C("CHILD r13, r7, #0, t6\n"), "its row has no such child rows"},
    {C("CHILDREN r13, r8, t7\n"), "its row has no such child rows"},
    {C("ROWAT r13, r6, t4\n"), "takes a row number that is no count"},
    {C("FIND r13, r6, t8\n"), "the key is of another type"},
    {C("HAS r13, r0, t1\n"), "the key is of another type, or the table has none"},
    {C("ENTER r13, r0, t4\n"), "adds a row to what is no register"},
    {C("RETIRE r8, t8\n"), "retires a row of another table"},
    {C("RETIRE r8, t4\n"), "retires a row of what is no register"},
    /* texts and sets */
    {C("LOADTEXT r13, r8, f31\n"), "one that holds no text"},
    {C("LOADTEXT r13, r8, f57\nSTORETEXT r13, r8, f57\n"),
     "writes a fixed field or what the engine keeps"},
    {C("LOADTEXT r13, r8, f57\nADD r14, r13, r13\n"),
     "reads a register that holds no 64-bit value"},
    {C("SAMETEXT r13, r0, r0\n"), "compares what are not two texts"},
    {C("SETHAS r13, r0, k10\n"), "looks up what is no territory"},
    {C("CONST r13, k11\nSETHAS r14, r13, k0\n"), "the constant is no set"},
    {C("CONST r13, k11\nSETIN r14, r13, r8, f31\n"), "the field is no set"},
    {C("SETCLEAR r8, f33\n"), "writes a fixed field or what the engine keeps"},
    {C("SETJOIN r8, r7, f37, f33\n"), "uses a field of another table"},
    /* effects */
    {C("POST r4, r8, -, a2, a0\n"), "posts what is no money"},
    {C("POST r2, r8, -, a2, a4\n"), "posts between two currencies"},
    {C("POST r10, r8, -, a2, a0\n"), "posts between two currencies"},
    {C("POST r2, r7, -, a2, a0\n"), "the account does not belong to a row of that table"},
    {C("POST r2, r8, r8, a2, a0\n"), "the account does not belong to a row of that table"},
    {C("OBLIGE r10, r12, r7, #0\n"), "obliges what is no money of the duty's currency"},
    {C("OBLIGE r2, r0, r7, #0\n"), "due on what is no date"},
    {C("OBLIGE r2, r12, r8, #0\n"), "the creditor is a row of another table"},
    {C("ROWAT r14, r0, t7\nOBLIGE r2, r12, r14, #1\n"), "the debtor is no party"},
    {C("MOVE r2, r0\nEMIT #0\n"), "an argument of the event is of another type"},
    {C("RESULT r4, r8, #0\n"), "the exact amount is of another type"},
    {C("CONST2 r4, k9\nRESULT r4, r8, #0\n"), "earned, top-up, recouped or net is no money"},
    {C("RESULT r4, -, #1\n"), "the term has no results"},
    {C("RESULT r4, r7, #0\n"), "the result is for a row of another table"},
    {C("CALL r13, #0, #1, ADD_DAYS\n"), "a wrong number of arguments"},
    {C("MOVE r14, r12\nMOVE r15, r6\nCALL r13, #14, #2, ADD_DAYS\n"),
     "an argument is of another type"},
    {C("CALL r13, #12, #1, YEAR_OF, #1\n"), "a function without subject is given one"},
    {C("CALL r14, #0, #0, TERM_OPEN, #7\n"), "the function's term does not exist"},
    {C("CALL r13, #0, #0, TERM_OPEN, #0\n"), "writes an input or no pair"},
    {C("CALL r14, #0, #0, TERM_OPEN, #1\nADD2 r14, r14, r2\n"), "joins amounts of two types"},
    {C("CALL r13, #12, #1, CLOSE_GRANT, #1\n"), "the function's grant does not exist"},
    {C("MOVE r14, r12\nMOVE r15, r0\nCALL r13, #14, #2, AS_OF, #8\n"),
     "the function's table keeps no earlier values"},
    {C("CALL r13, #0, #1, KEEP, #99\n"), "the function's table keeps no earlier values"},
    {CONSTANTS "entry kind=step subject=65535\nphase kind=rows table=4\nGOTO #1\nEND\n",
     "the lifecycle moves while rows or lines run"},
    /* control */
    {C("BRANCH r0, L\nLABEL L\n"), "branches on what is no truth value"},
    {CONSTANTS ALL "ADD r13, r0, r0\n", "runs out of the phase"},
    {CONSTANTS ALL "LABEL L\n", "runs out of the phase"},
    {CONSTANTS ALL "BRANCH r1, L\nLABEL L\nMOVE r13, r0\n", "runs out of the phase"},
    {C("END\nMOVE r13, r0\n"), "is never reached"},
    {C("END\nLABEL L\n"), "is never reached"},
    /* types at labels: what only one way sets is nothing after them */
    {C("BRANCH r1, L\nCONST r13, k0\nLABEL L\nMOVE r14, r13\n"), "holds no 64-bit value"},
    {C("BRANCH r1, L\nCONST r0, k5\nLABEL L\nADD r14, r0, r0\n"), "holds no 64-bit value"},
    {C("BRANCH r1, L\nCONST2 r2, k3\nLABEL L\nADD2 r2, r2, r2\n"), "holds no 128-bit value"},
    {C("BRANCH r1, L\nCONST r3, k0\nLABEL L\nADD2 r2, r2, r2\n"), "holds no 128-bit value"},
    /* judging */
    {JUDGE "STORE r1, r0, f34\nEND\n", "changes state while lines are judged"},
    {JUDGE "LOAD r2, r0, f34\nEND\n", "reads what changes while lines are judged"},
    {JUDGE "HAS r2, r1, t8\nEND\n", "reads a growing table while lines are judged"},
    {JUDGE "CALL r2, #0, #0, OLDEST_DUE\nEND\n", "asks the engine while lines are judged"},
    {JUDGE "SETJOIN r0, r0, f37, f33\nEND\n", "changes state while lines are judged"},
    {JUDGE "REFUSE #1\n", "refuses for a reason that is not one of the report's"},
    /* wake */
    {WAKE "STORE r0, -, f25\nEND\n", "the wake entry changes more than the wake date"},
    {WAKE "CALL r1, #12, #1, DUE_NOW, #0\nEND\n", "the wake entry changes more than the wake date"},
    /* entries and inputs */
    {CONSTANTS "entry kind=wake subject=65535\nphase kind=rows table=4\nEND\n",
     "the wake entry runs once"},
    {CONSTANTS "entry kind=step subject=65535\nphase kind=lines\nEND\n",
     "has lines but is no report"},
    {CONSTANTS "entry kind=step subject=65535\nphase kind=rows\nEND\n", "has no rows to run over"},
    {CONSTANTS "entry kind=step subject=65535\nphase kind=once table=4\nEND\n",
     "has no rows to run over"},
    {CONSTANTS VM_ONCE "END\n" VM_ONCE "END\n", "has a subject or is there twice"},
    {CONSTANTS "entry kind=step subject=0\nphase kind=once\nEND\n",
     "has a subject or is there twice"},
    {CONSTANTS "entry kind=action subject=0\nphase kind=once\nEND\n", "do not name each other"},
    {REPORT CONSTANTS VM_ONCE "END\n", "names another's entry"},
    {CONSTANTS VM_ONCE "input reg=0 source=slot type=count\nEND\n", "is not what the engine gives"},
    {CONSTANTS VM_ONCE "input reg=0 source=row type=row:4\nEND\n", "is not what the engine gives"},
    {CONSTANTS VM_ONCE "input reg=0 source=period_first type=date\nEND\n",
     "is not what the engine gives"},
    {CONSTANTS VM_ONCE "input reg=0 source=state type=date\nEND\n", "is not what the engine gives"},
    {CONSTANTS VM_ONCE "input reg=0 source=state index=1 type=count\nEND\n",
     "is not what the engine gives"},
    {CONSTANTS VM_ONCE
     "input reg=0 source=state type=count\ninput reg=0 source=today type=date\nEND\n",
     "shares a register"},
    {CONSTANTS VM_ONCE "input reg=255 source=state type=count\nEND\n",
     "shares a register or has none"},
    {JUDGE "input reg=3 source=slot index=2 type=exact:0:6\nEND\n",
     "shares a register or has none"},
    {JUDGE "input reg=3 source=today type=date\nEND\n", "is not what the engine gives"},
    {JUDGE "input reg=3 source=slot index=3 type=count\nEND\n", "is not what the engine gives"},
    {JUDGE "touch reg=1 table=4\nEND\n", "begins nowhere"},
    {JUDGE "touch reg=0 table=4 via=34\nEND\n", "leads nowhere"},
    {JUDGE "touch reg=0 table=4 via=32\ntouch reg=255 table=8\nEND\n", "begins nowhere"},
    {JUDGE "END\nphase kind=judge\nEND\n", "judges lines after it began"},
    {JUDGE "END\nphase kind=lines\nEND\nphase kind=lines\nEND\n", "has two phases of lines"},
    {CONSTANTS VM_ONCE "END\nat 0\n", "the map from code to clauses is out of order"},
    /* constants */
    {"constant type=bool value=2\n" VM_ONCE "END\n", "is no value of its type"},
    {"constant type=count value=9223372036854775808\n" VM_ONCE "END\n", "is no value of its type"},
    {"constant type=date value=2932897\n" VM_ONCE "END\n", "is no value of its type"},
    {"constant type=enum:1 value=3\n" VM_ONCE "END\n", "is no value of its type"},
    {"constant type=territory value=256\n" VM_ONCE "END\n", "is no value of its type"},
    {"constant type=row:1 value=2\n" VM_ONCE "END\n", "is no value of its type"},
    {"constant type=row:4 value=0\n" VM_ONCE "END\n", "is no value of its type"},
    {"constant type=row:9 value=6\n" VM_ONCE "END\n", "is no value of its type"},
    {"constant type=text:2 value=0\n" VM_ONCE "END\n", "is no value of its type"},
};

static void expect_refusal(const vm_loaded *loaded, const char *what, const char *reason)
{
    if (loaded->status != LIC_UNVERIFIED) fail_msg("accepted: %s", what);
    if (strstr(loaded->error.text, reason) == NULL)
        fail_msg("%s\nsays %s\nnot %s", what, loaded->error.text, reason);
}

static void bad_code_is_refused(void **unused)
{
    (void)unused;
    for (size_t n = 0; n < LIC_COUNT(bad_code); n++) {
        vm_loaded loaded = vm_load(vm_join(VM_PREFACE, bad_code[n].listing, ""));
        expect_refusal(&loaded, bad_code[n].listing, bad_code[n].reason);
        lic_arena_destroy(loaded.arena);
    }
}

/* -- images that no assembler makes -------------------------------------------------------------------- */

#define SOUND                                                                                     \
    REPORT CONSTANTS                                                                              \
        "entry kind=report subject=0\nphase kind=judge\ninput reg=0 source=slot index=1 "         \
        "type=count\n"                                                                            \
        "CONST r2, k0\nLE r3, r0, r2\nBRANCH r3, L0\nEND\nLABEL L0\nREFUSE #0\n"                  \
        "phase kind=once\nEND\nphase kind=lines\ninput reg=0 source=slot index=0 type=row:4\n"    \
        "input reg=2 source=slot index=2 type=exact:0:6\nat 0\nGAIN2 r2, r0, f35\nEND\n"          \
        "entry kind=step subject=65535\nphase kind=once\nCONST r0, k0\nCONST r1, k1\nBRANCH r1, " \
        "L\n"                                                                                     \
        "STORE r0, -, f25\nLABEL L\nEND\n"

typedef struct broken {
    void (*by)(lic_image *image);
    const char *what, *reason;
} broken;

#define BREAKS(X)                                                                                  \
    X(gas, i->code[2].b++, "the block costs")                                                      \
    X(gas_high, i->code[2].c++, "the block costs")                                                 \
    X(phase_gas, i->phases[0].gas--, "does not cost what it says")                                 \
    X(entry_once, i->entries[0].gas_once++, "does not cost what it says")                          \
    X(entry_lines, i->entries[0].gas_per_line--, "does not cost what it says")                     \
    X(backwards, i->code[2].imm = 0, "jumps backwards or out of the phase")                        \
    X(itself, i->code[2].imm = 2, "jumps backwards or out of the phase")                           \
    X(out, i->code[2].imm = 6, "jumps backwards or out of the phase")                              \
    X(no_label, i->code[2].imm = 3, "jumps to what is no label")                                   \
    X(opcode, i->code[1].op = 0xEE, "is no known instruction")                                     \
    X(unused_operand, i->code[0].b = 1, "an unused operand is not 0")                              \
    X(unused_imm, i->code[1].imm = 1, "an unused imm is not 0")                                    \
    X(no_field, i->code[12].imm += 4, "names no declared field")                                   \
    X(code_gap, i->phases[1].first++, "does not follow the one before it")                         \
    X(phase_count, i->entries[0].phase_count--, "does not follow the one before it")               \
    X(lost_code, i->code_count++, "belong to no phase")                                            \
    X(lost_phase, i->entries_count--, "phases belong to no entry")                                 \
    X(input_order, i->phases[2].first_input--, "does not follow the one before it")                \
    X(no_engine, i->engine_version = 0, "engine version 0")                                        \
    X(unit_scale, i->currencies[0].minor = 7, "currency 0 has a wrong scale")                      \
    X(unaligned, i->fields[34].offset = 4, "is not aligned")                                       \
    X(overlap, i->fields[35].offset = 0, "overlap")                                                \
    X(beyond, i->fields[37].offset = 48, "ends beyond its row")                                    \
    X(account_type, i->fields[35].role = LIC_ROLE_ACCOUNT, "is not mutable money")                 \
    X(account_fixed, i->fields[51].role = LIC_ROLE_ACCOUNT, "is not mutable money")                \
    X(fact_place, i->fields[34].role = LIC_ROLE_FACT, "is not a cell of table 0")                  \
    X(tally_fixed, i->fields[31].role = LIC_ROLE_TALLY, "changes but lies in the fixed part")      \
    X(bound_role, i->fields[31].bound = 0, "has bounds but is no counter or fact")                 \
    X(span_child, i->fields[29].type.aux = 7, "do not name each other")                            \
    X(span_mutable, i->fields[29].is_mutable = true, "do not name each other")                     \
    X(no_parent, i->tables[5].parent = LIC_NONE16, "and its child table do not name each other")   \
    X(child_room, i->tables[5].child_max = 0, "has no room")                                       \
    X(child_key, (i->tables[5].key_size = 4, i->tables[5].key_form = LIC_FORM_TEXT), "has a key")  \
    X(a_parent, i->tables[7].parent = 4, "has a parent")                                           \
    X(kinds, i->tables[2].kind = LIC_TABLE_KIND_SCHEDULE, "is of the wrong kind")                  \
    X(kinds_twice, i->tables[9].kind = LIC_TABLE_KIND_SELF, "is of the wrong kind")                \
    X(self_rows, i->tables[0].max_rows = 2, "must have one row")                                   \
    X(party_rows, (i->tables[1].static_rows = 1, i->tables[1].max_rows = 1),                       \
      "a row for each party")                                                                      \
    X(duty_size, i->tables[2].cell_size = 96, "is not the engine's")                               \
    X(register_key, i->tables[8].key_size = 0, "has rows or a key of the wrong kind")              \
    X(key_form, i->tables[4].key_form = LIC_FORM_EXACT, "has a key of no form")                    \
    X(page, i->tables[4].page_shift = 3, "pages of table 4 are too large")                         \
    X(rows, i->tables[4].max_rows = 0, "has a wrong number of rows")                               \
    X(static_size, i->tables[0].static_fixed.size--, "its rows are not of the declared size")      \
    X(keys, i->tables[4].first_key = 0, "its rows and their keys do not match")                    \
    X(duty_column, i->fields[11].role = LIC_ROLE_TALLY, "lacks the engine's column open")          \
    X(payment_column, i->fields[21].type = lic_type_money(1, 6), "lacks the engine's column left") \
    X(self_column, i->fields[0].type = lic_type_plain(LIC_KIND_DATE),                              \
      "lacks the engine's column state")                                                           \
    X(patch_row, i->patches[0].row = 1, "patch 0 has no row")                                      \
    X(patch_place, i->patches[0].offset = 8, "patch 0 does not fit its field")                     \
    X(parameter, i->parameters[0].field = 31, "parameter 0 does not fit its field")                \
    X(reader_form, i->columns[1].reader.form = LIC_FORM_DATE, "its form does not read its type")   \
    X(reader_unit, i->columns[2].reader.unit_scale = 7,                                            \
      "counts in a unit that its type does not have")                                              \
    X(reader_bounds, i->columns[1].reader.min = 2000, "its bounds are empty")                      \
    X(reader_wide, i->columns[1].reader.max = LIC_I128_MAX, "beyond 64 bits")                      \
    X(reader_empty, i->columns[0].reader.has_empty = true, "cannot be empty")                      \
    X(reader_never, i->columns[1].reader.empty = 1, "a value for what is never empty")             \
    X(reader_set, i->columns[0].reader.set = 0, "no set of territories")                           \
    X(slots, i->reports[0].slots = 3, "lies beyond the item")                                      \
    X(slot_twice, i->columns[1].field = 0, "shares a slot")                                        \
    X(unique, i->uniques[0] = 3, "unique in a column that it does not have")                       \
    X(fact_field, i->facts[0].field = 25, "fact 0 does not fit its field")                         \
    X(states, i->lifecycle.finals = 4, "the lifecycle has no states")                              \
    X(state_field, i->lifecycle.state_field = 25, "a field of the lifecycle is not the engine's")  \
    X(term_dates, i->lifecycle.first = i->lifecycle.last + 1, "the term has wrong dates")          \
    X(rounding_unit, i->rules.unit = 0, "rules are out of range")                                  \
    X(bounds, i->bounds[0].max = -1, "bounds 0 are empty")                                         \
    X(account_field, i->accounts[0].field = 35, "its field is no balance of its currency")         \
    X(account_currency, i->accounts[0].currency = 1, "its field is no balance of its currency")    \
    X(account_shared, i->accounts[2].field = 27, "shares its balance")                             \
    X(term_scale, i->terms[0].exact_scale = 25, "term 0 has a wrong scale")                        \
    X(report_period, i->reports[0].period = 2, "wrong period, deadline or limit")                  \
    X(report_next, i->reports[0].next_field = 25, "its next date is not the engine's")             \
    X(duty_creditor, i->duties[0].creditor_table = 5, "has no creditor")                           \
    X(duty_debtors, i->duties[0].debtor_register = 1, "has two debtors")                           \
    X(tiers_table, i->tiers[0].table = 6, "are not a child table")                                 \
    X(tiers_columns, i->tiers[0].columns = 3, "the value columns are not adjacent")                \
    X(tiers_refuse, i->tiers[0].refuse = 38, "is no truth value")                                  \
    X(split_share, i->splits[0].share = 42, "is not a child table of shares")                      \
    X(split_unit, i->splits[0].unit = 0, "a wrong number of shares, total or unit")                \
    X(grant, i->grants[0].closes_field = 25, "its last day is not the engine's")

#define FUNCTION(name, statement, reason)  \
    static void break_##name(lic_image *i) \
    {                                      \
        statement;                         \
    }
BREAKS(FUNCTION)
#undef FUNCTION

static void broken_images_are_refused(void **unused)
{
    (void)unused;
#define ROW(name, statement, reason) {break_##name, #name, reason},
    static const broken cases[] = {BREAKS(ROW)};
#undef ROW
    for (size_t n = 0; n < LIC_COUNT(cases); n++) {
        vm_loaded loaded = vm_load(vm_join(VM_PREFACE, SOUND, ""));
        if (loaded.status != LIC_OK) fail_msg("%s", loaded.error.text);
        /* room for one more instruction, which no phase owns */
        lic_instruction *code = lic_arena_take(loaded.arena,
                                               (loaded.image->code_count + 1) * sizeof *code);
        memcpy(code, loaded.image->code, loaded.image->code_count * sizeof *code);
        loaded.image->code = code;
        cases[n].by(loaded.image);
        loaded.status = lic_image_verify(loaded.image, &loaded.error);
        expect_refusal(&loaded, cases[n].what, cases[n].reason);
        lic_arena_destroy(loaded.arena);
    }
}

/* Rows that the image brings hold only what the interpreter may trust. */
static void static_values_are_checked(void **unused)
{
    (void)unused;
    static const struct {
        const char *bytes, *reason;
    } cases[] = {
        {"0000000000000000"
         "0000000002000000"
         "0200000000000000",
         NULL},
        {"0000000000000000"
         "0000000003000000"
         "0200000000000000",
         "the value is out of range"}, /* a span too long */
        {"0000000000000000"
         "0100000002000000"
         "0200000000000000",
         "the value is out of range"}, /* and too far */
        {"0200000000000000"
         "0000000002000000"
         "0200000000000000",
         "the value is out of range"}, /* a party too many */
        {"0000000000000000"
         "0000000002000000"
         "0300000000000000",
         "the value is out of range"}, /* no such plan */
    };
    for (size_t n = 0; n < LIC_COUNT(cases); n++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "field name=\"owner\" type=row:1 table=11 offset=0\nfield name=\"parts\" "
                 "type=span:12 table=11 offset=8\n"
                 "field name=\"plan\" type=enum:1 table=11 offset=16\nfield name=\"flag\" "
                 "type=bool table=12 offset=0\n"
                 "table name=\"Given\" kind=schedule fixed_size=24 max_rows=1 static_rows=1 "
                 "static_fixed=%s\n"
                 "table name=\"Given.parts\" kind=child parent=11 parent_span=60 fixed_size=8 "
                 "child_max=3 max_rows=2 "
                 "static_rows=2 static_fixed=00000000000000000100000000000000\n" VM_ONCE "END\n",
                 cases[n].bytes);
        vm_loaded loaded = vm_load(vm_join(VM_PREFACE, text, ""));
        if (cases[n].reason == NULL) assert_ok(loaded.status);
        else expect_refusal(&loaded, cases[n].bytes, cases[n].reason);
        lic_arena_destroy(loaded.arena);
    }
}

static void sound_images_pass(void **unused)
{
    (void)unused;
    static const char *const listings[] = {
        SOUND,
        C(""),
        C("LT2 r13, r2, r4\nEQ2 r13, r4, r2\n"),
        JUDGE "END\n",
        WAKE "STORE r12, -, f3\nEND\n",
        WAKE "CALL r1, #0, #0, OLDEST_DUE\nEND\n",
        C("BRANCH r1, L\nCONST r0, k0\nLABEL L\nADD r14, r0, r0\n"),
        C("MULDIV_EVEN r14, r2, r6, k9, k4\nADD2 r14, r14, r2\n"),
        C("CALL r14, #0, #0, TERM_OPEN, #0\nADD2 r14, r14, r2\n"),
        C("BRANCH r1, L\nEND\nLABEL L\n"),
        C("JUMP L\nLABEL L\n"),
        C("BRANCH r1, L\nJUMP L\nLABEL L\n"),
    };
    for (size_t n = 0; n < LIC_COUNT(listings); n++) {
        vm_loaded loaded = vm_load(vm_join(VM_PREFACE, listings[n], ""));
        if (loaded.status != LIC_OK) fail_msg("%s\n%s", listings[n], loaded.error.text);
        lic_arena_destroy(loaded.arena);
    }
}

/* At most 64 labels may be jumped to at once: it bounds what the verifier remembers. */
static void pending_labels_are_bounded(void **unused)
{
    (void)unused;
    for (unsigned labels = 64; labels <= 65; labels++) {
        char code[8192] = CONSTANTS VM_ONCE "CONST r1, k1\n";
        size_t size = strlen(code);
        for (unsigned n = 0; n < labels; n++)
            size += (size_t)snprintf(code + size, sizeof code - size, "BRANCH r1, L%u\n", n);
        for (unsigned n = 0; n < labels; n++)
            size += (size_t)snprintf(code + size, sizeof code - size, "LABEL L%u\n", n);
        snprintf(code + size, sizeof code - size, "END\n");
        lic_arena *arena = lic_arena_create(&lic_allocator_system, 16u << 20);
        lic_image *image;
        lic_error error;
        lic_status status = lic_assemble(lic_slice_text(vm_join(VM_PREFACE, code, "")), arena,
                                         &image, &error);
        if (labels == 64) assert_ok(status);
        else assert_int_equal(status, LIC_MALFORMED);
        if (status == LIC_OK) assert_ok(lic_image_verify(image, &error));
        lic_arena_destroy(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sound_images_pass),          cmocka_unit_test(bad_code_is_refused),
        cmocka_unit_test(broken_images_are_refused),  cmocka_unit_test(static_values_are_checked),
        cmocka_unit_test(pending_labels_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
