/* Tests of what instructions compute: every arithmetic, look-up and rounding opcode with its traps. */
#include "vm_world.h"

/* -- arithmetic ---------------------------------------------------------------------------------------------- */

typedef struct narrow_case {
    const char *constants, *code;
    int64_t expected; /* register 9 */
    lic_trap trap;
} narrow_case;

#define OPERANDS "CONST r1, k0\nCONST r2, k1\n"

static const narrow_case narrow_cases[] = {
    {TWO("count", 5, 7), OPERANDS "ADD r9, r1, r2\nEND\n", 12, LIC_TRAP_NONE},
    {TWO("count", 9223372036854775807, 1), OPERANDS "ADD r9, r1, r2\nEND\n", 0, LIC_TRAP_OVERFLOW},
    {TWO("count", 5, 7), OPERANDS "SUB r9, r1, r2\nEND\n", -2, LIC_TRAP_NONE},
    {TWO("count", -9223372036854775808, 1), OPERANDS "SUB r9, r1, r2\nEND\n", 0, LIC_TRAP_OVERFLOW},
    {TWO("date", 20500, 20454), OPERANDS "SUB r9, r1, r2\nEND\n", 46, LIC_TRAP_NONE},
    {TWO("rate:4", -3, 7), OPERANDS "MUL r9, r1, r2\nEND\n", -21, LIC_TRAP_NONE},
    {TWO("count", 4294967296, 2147483648), OPERANDS "MUL r9, r1, r2\nEND\n", 0, LIC_TRAP_OVERFLOW},
    {TWO("count", -5, 7), OPERANDS "MIN r9, r1, r2\nEND\n", -5, LIC_TRAP_NONE},
    {TWO("count", -5, 7), OPERANDS "MAX r9, r1, r2\nEND\n", 7, LIC_TRAP_NONE},
    {TWO("count", -5, 7), OPERANDS "LT r9, r1, r2\nEND\n", 1, LIC_TRAP_NONE},
    {TWO("count", 7, 7), OPERANDS "LT r9, r1, r2\nEND\n", 0, LIC_TRAP_NONE},
    {TWO("count", 7, 7), OPERANDS "LE r9, r1, r2\nEND\n", 1, LIC_TRAP_NONE},
    {TWO("count", 8, 7), OPERANDS "LE r9, r1, r2\nEND\n", 0, LIC_TRAP_NONE},
    {TWO("territory", 8, 8), OPERANDS "EQ r9, r1, r2\nEND\n", 1, LIC_TRAP_NONE},
    {TWO("territory", 8, 9), OPERANDS "EQ r9, r1, r2\nEND\n", 0, LIC_TRAP_NONE},
    {TWO("bool", 1, 0), OPERANDS "AND r9, r1, r2\nEND\n", 0, LIC_TRAP_NONE},
    {TWO("bool", 1, 0), OPERANDS "OR r9, r1, r2\nEND\n", 1, LIC_TRAP_NONE},
    {TWO("bool", 1, 0), OPERANDS "NOT r9, r2\nEND\n", 1, LIC_TRAP_NONE},
    {TWO("enum:1", 2, 0), OPERANDS "ORDINAL r9, r1\nEND\n", 2, LIC_TRAP_NONE},
    {TWO("count", 5, 7), OPERANDS "RANGE r1, k0, k1\nMOVE r9, r1\nEND\n", 5, LIC_TRAP_NONE},
    {TWO("count", 5, 7), OPERANDS "RANGE r2, k0, k1\nMOVE r9, r2\nEND\n", 7, LIC_TRAP_NONE},
    {TWO("count", 7, 5), OPERANDS "RANGE r1, k1, k1\nEND\n", 0, LIC_TRAP_OUT_OF_RANGE},
    {TWO("count", 4, 5), OPERANDS "RANGE r1, k1, k1\nEND\n", 0, LIC_TRAP_OUT_OF_RANGE},
    {TWO("money:0:6", 4, 5), "CONST2 r2, k0\nCONST2 r4, k1\nLT2 r9, r2, r4\nEND\n", 1,
     LIC_TRAP_NONE},
    {TWO("money:0:6", 4, -5), "CONST2 r2, k0\nCONST2 r4, k1\nLT2 r9, r2, r4\nEND\n", 0,
     LIC_TRAP_NONE},
    {TWO("money:0:6", 4, 4), "CONST2 r2, k0\nCONST2 r4, k1\nLE2 r9, r2, r4\nEND\n", 1,
     LIC_TRAP_NONE},
    {TWO("money:0:6", 4, 4), "CONST2 r2, k0\nSCALE r4, r2, #0\nEQ2 r9, r2, r4\nEND\n", 1,
     LIC_TRAP_NONE},
    {TWO("money:0:6", 18446744073709551616, 0),
     "CONST2 r2, k0\nCONST2 r4, k1\nEQ2 r9, r2, r4\nEND\n", 0, LIC_TRAP_NONE},
    {TWO("money:0:6", 4, 5), "CONST2 r2, k0\nRANGE2 r2, k1, k1\nEND\n", 0, LIC_TRAP_OUT_OF_RANGE},
    /* the same register is written twice: it cannot be set ahead */
    {TWO("count", 5, 7), "CONST r9, k0\nADD r9, r9, r9\nCONST r1, k1\nADD r9, r9, r1\nEND\n", 17,
     LIC_TRAP_NONE},
};

static void narrow_arithmetic(void **unused)
{
    (void)unused;
    for (size_t n = 0; n < LIC_COUNT(narrow_cases); n++) {
        const narrow_case *c = &narrow_cases[n];
        outcome o = run_both(c->constants, once(c->code));
        if (o.trap != c->trap) fail_msg("%s: trap %s", c->code, lic_trap_id(o.trap));
        if (c->trap == LIC_TRAP_NONE && (int64_t)o.world->regs[9] != c->expected)
            fail_msg("%s: %lld", c->code, (long long)o.world->regs[9]);
        done(&o);
    }
}

typedef struct wide_case {
    const char *constants, *code, *expected; /* registers 10, 11 in decimal */
    lic_trap trap;
} wide_case;

#define WIDE "CONST2 r2, k0\nCONST2 r4, k1\n"

/* k0 b, k1 c, k2 D, k3 U: rounding units of 0.01. */
#define ROUNDING(b, c)                                                                        \
    "constant type=exact:0:6 value=" #b "\nconstant type=rate:2 value=" #c                    \
    "\nconstant type=exact:0:8 value=1000000\nconstant type=money:0:6 value=10000\nconstant " \
    "type=exact:0:6 value=10000\n"
#define MULDIV(mode) "CONST2 r2, k0\nCONST r4, k1\nMULDIV_" mode " r10, r2, r4, k2, k3\nEND\n"
#define ROUND(mode) "CONST2 r2, k0\nROUND_" mode " r10, r2, -, k4, k3\nEND\n"

static const wide_case wide_cases[] = {
    {TWO("money:0:6", 5, 7), WIDE "ADD2 r10, r2, r4\nEND\n", "12", LIC_TRAP_NONE},
    {"constant type=money:0:6 value=" MAX128 "\nconstant type=money:0:6 value=1\n",
     WIDE "ADD2 r10, r2, r4\nEND\n", "", LIC_TRAP_OVERFLOW},
    {TWO("money:0:6", 5, 7), WIDE "SUB2 r10, r2, r4\nEND\n", "-2", LIC_TRAP_NONE},
    {TWO("money:0:6", -5, 7), WIDE "MIN2 r10, r2, r4\nEND\n", "-5", LIC_TRAP_NONE},
    {TWO("money:0:6", -5, 7), WIDE "MAX2 r10, r2, r4\nEND\n", "7", LIC_TRAP_NONE},
    {TWO("money:0:6", -5, 7), WIDE "MOVE2 r10, r4\nEND\n", "7", LIC_TRAP_NONE},
    {"constant type=money:0:6 value=-3\nconstant type=rate:4 value=7\n",
     "CONST2 r2, k0\nCONST r4, k1\nMUL2 r10, r2, r4\nEND\n", "-21", LIC_TRAP_NONE},
    {"constant type=money:0:6 value=18446744073709551616\nconstant type=rate:4 value=-7\n",
     "CONST2 r2, k0\nCONST r4, k1\nMUL2 r10, r2, r4\nEND\n", "-129127208515966861312",
     LIC_TRAP_NONE},
    {"constant type=money:0:6 value=" MAX128 "\nconstant type=rate:4 value=2\n",
     "CONST2 r2, k0\nCONST r4, k1\nMUL2 r10, r2, r4\nEND\n", "", LIC_TRAP_OVERFLOW},
    {"constant type=count value=9223372036854775807\nconstant type=price:0:6:0 "
     "value=9223372036854775807\n",
     "CONST r2, k0\nCONST r4, k1\nPRICE r10, r2, r4\nEND\n",
     "85070591730234615847396907784232501249", LIC_TRAP_NONE},
    {TWO("money:0:6", -5, 7), WIDE "SCALE r10, r2, #2\nEND\n", "-500", LIC_TRAP_NONE},
    {TWO("exact:0:0", 3, 7), WIDE "SCALE r10, r2, #24\nEND\n", "3000000000000000000000000",
     LIC_TRAP_NONE},
    {"constant type=exact:0:0 value=" MAX128 "\nconstant type=exact:0:0 value=1\n",
     WIDE "SCALE r10, r2, #1\nEND\n", "", LIC_TRAP_OVERFLOW},
    /* 1.25 * 1.00 / 0.01 = 125: exact; 0.005 is half a unit */
    {ROUNDING(1250000, 100), MULDIV("EVEN"), "1250000", LIC_TRAP_NONE},
    {ROUNDING(5000, 100), MULDIV("EVEN"), "0", LIC_TRAP_NONE},
    {ROUNDING(15000, 100), MULDIV("EVEN"), "20000", LIC_TRAP_NONE},
    {ROUNDING(25000, 100), MULDIV("EVEN"), "20000", LIC_TRAP_NONE},
    {ROUNDING(25001, 100), MULDIV("EVEN"), "30000", LIC_TRAP_NONE},
    {ROUNDING(-15000, 100), MULDIV("EVEN"), "-20000", LIC_TRAP_NONE},
    {ROUNDING(-25000, 100), MULDIV("EVEN"), "-20000", LIC_TRAP_NONE},
    {ROUNDING(5000, 100), MULDIV("UP"), "10000", LIC_TRAP_NONE},
    {ROUNDING(4999, 100), MULDIV("UP"), "0", LIC_TRAP_NONE},
    {ROUNDING(-5000, 100), MULDIV("UP"), "-10000", LIC_TRAP_NONE},
    {ROUNDING(9999, 100), MULDIV("FLOOR"), "0", LIC_TRAP_NONE},
    {ROUNDING(-1, 100), MULDIV("FLOOR"), "-10000", LIC_TRAP_NONE},
    {ROUNDING(1, 100), MULDIV("CEILING"), "10000", LIC_TRAP_NONE},
    {ROUNDING(10000, 100), MULDIV("CEILING"), "10000", LIC_TRAP_NONE},
    {ROUNDING(-9999, 100), MULDIV("CEILING"), "0", LIC_TRAP_NONE},
    {ROUNDING(25000, -100), MULDIV("EVEN"), "-20000", LIC_TRAP_NONE},
    /* products of two and of three words */
    {ROUNDING(9223372036854775807, 9223372036854775807), MULDIV("EVEN"),
     "850705917302346158473969077842330000", LIC_TRAP_NONE},
    {ROUNDING(100000000000000000000000000000000000000, 9223372036854775807), MULDIV("FLOOR"), "",
     LIC_TRAP_OVERFLOW},
    {ROUNDING(100000000000000000000000000000000000000, 150), MULDIV("FLOOR"),
     "150000000000000000000000000000000000000", LIC_TRAP_NONE},
    {ROUNDING(15000, 1), ROUND("EVEN"), "20000", LIC_TRAP_NONE},
    {ROUNDING(-25000, 1), ROUND("EVEN"), "-20000", LIC_TRAP_NONE},
    {ROUNDING(5000, 1), ROUND("UP"), "10000", LIC_TRAP_NONE},
    {ROUNDING(-1, 1), ROUND("FLOOR"), "-10000", LIC_TRAP_NONE},
    {ROUNDING(1, 1), ROUND("CEILING"), "10000", LIC_TRAP_NONE},
    /* by a count: 100.00 / 3 */
    {ROUNDING(100000000, 1) "constant type=count value=3\n",
     "CONST2 r2, k0\nCONST r4, k5\nROUND_EVEN r10, r2, r4, k4, k3\nEND\n", "33330000",
     LIC_TRAP_NONE},
    {ROUNDING(100000000, 1) "constant type=count value=0\n",
     "CONST2 r2, k0\nCONST r4, k5\nROUND_EVEN r10, r2, r4, k4, k3\nEND\n", "", LIC_TRAP_DIVISION},
    {ROUNDING(100000000, 1) "constant type=count value=-3\n",
     "CONST2 r2, k0\nCONST r4, k5\nROUND_EVEN r10, r2, r4, k4, k3\nEND\n", "", LIC_TRAP_DIVISION},
};

static void assert_wide(const world *w, unsigned reg, const char *expected, const char *code)
{
    lic_i128 value = (lic_i128)((lic_u128)w->regs[reg + 1] << 64 | (uint64_t)w->regs[reg]);
    char text_[LIC_DECIMAL_MAX];
    text_[lic_decimal_print(value, 0, text_)] = '\0';
    if (strcmp(text_, expected) != 0) fail_msg("%s: %s, not %s", code, text_, expected);
}

static void wide_arithmetic(void **unused)
{
    (void)unused;
    for (size_t n = 0; n < LIC_COUNT(wide_cases); n++) {
        const wide_case *c = &wide_cases[n];
        outcome o = run_both(c->constants, once(c->code));
        if (o.trap != c->trap)
            fail_msg("%s %s: trap %s", c->constants, c->code, lic_trap_id(o.trap));
        if (c->trap == LIC_TRAP_NONE) assert_wide(o.world, 10, c->expected, c->constants);
        done(&o);
    }
}

/* -- fields, tiers, splits --------------------------------------------------------------------------------------- */

/* k0 item 0, k1 item 1 cannot be constants (Items has no static rows): rows come from ROWAT. */

static const wide_case table_cases[] = {
    /* LOAD and LOADs of both widths, fixed and mutable */
    {ROW_OF(0), ITEM "LOAD r9, r8, f31\nMUL r10, r9, r9\nEND\n", "", LIC_TRAP_NONE},
    {ROW_OF(0), ITEM "LOAD2 r10, r8, f36\nEND\n", "5000000", LIC_TRAP_NONE},
    {ROW_OF(2), ITEM "END\n", "", LIC_TRAP_BAD_ROW},
    {ROW_OF(-1), ITEM "END\n", "", LIC_TRAP_BAD_ROW},
    /* marginal: 50 from 80 is 20 * 1 + 30 * 2; beyond 200 the tier refuses, exactly at 200 it does not */
    {ROW_OF(0) TWO("count", 50, 80),
     ITEM "CONST r2, k1\nCONST r3, k2\nTIER_SUM r10, r2, r3, #0, r8, -\nEND\n", "80",
     LIC_TRAP_NONE},
    {ROW_OF(0) TWO("count", 120, 80),
     ITEM "CONST r2, k1\nCONST r3, k2\nTIER_SUM r10, r2, r3, #0, r8, -\nEND\n", "220",
     LIC_TRAP_NONE},
    {ROW_OF(0) TWO("count", 121, 80),
     ITEM "CONST r2, k1\nCONST r3, k2\nTIER_SUM r10, r2, r3, #0, r8, -\nEND\n", "",
     LIC_TRAP_TIER_REFUSED},
    {ROW_OF(0) TWO("count", 0, 500),
     ITEM "CONST r2, k1\nCONST r3, k2\nTIER_SUM r10, r2, r3, #0, r8, -\nEND\n", "0", LIC_TRAP_NONE},
    {ROW_OF(0) TWO("count", -1, 80),
     ITEM "CONST r2, k1\nCONST r3, k2\nTIER_SUM r10, r2, r3, #0, r8, -\nEND\n", "",
     LIC_TRAP_OUT_OF_RANGE},
    {ROW_OF(0) TWO("count", 9223372036854775807, 80),
     ITEM "CONST r2, k1\nCONST r3, k2\nTIER_SUM r10, r2, r3, #0, r8, -\nEND\n", "",
     LIC_TRAP_OVERFLOW},
    /* the second column */
    {ROW_OF(0) TWO("count", 50, 80) "constant type=count value=1\n",
     ITEM "CONST r2, k1\nCONST r3, k2\nCONST r4, k3\nTIER_SUM r10, r2, r3, #0, r8, r4\nEND\n",
     "800", LIC_TRAP_NONE},
    {ROW_OF(0) TWO("count", 50, 80) "constant type=count value=2\n",
     ITEM "CONST r2, k1\nCONST r3, k2\nCONST r4, k3\nTIER_SUM r10, r2, r3, #0, r8, r4\nEND\n", "",
     LIC_TRAP_BAD_ROW},
    /* money edges: 5.00 from 8.00 is 2.00 * 10 % + 3.00 * 20 %, at scale 10 */
    {ROW_OF(0) TWO("money:0:6", 5000000, 8000000),
     ITEM "CONST2 r2, k1\nCONST2 r4, k2\nTIER_SUM2 r10, r2, r4, #2, r8, -\nEND\n", "8000000000",
     LIC_TRAP_NONE},
    {ROW_OF(0) TWO("money:0:6", -1, 0),
     ITEM "CONST2 r2, k1\nCONST2 r4, k2\nTIER_SUM2 r10, r2, r4, #2, r8, -\nEND\n", "",
     LIC_TRAP_OUT_OF_RANGE},
    {ROW_OF(1) TWO("money:0:6", 1, 0),
     ITEM "CONST2 r2, k1\nCONST2 r4, k2\nTIER_SUM2 r10, r2, r4, #2, r8, -\nEND\n", "",
     LIC_TRAP_BAD_ROW},
    /* whole: an upper edge is inclusive */
    {ROW_OF(0) TWO("money:0:6", 10000000, 0),
     ITEM "CONST2 r2, k1\nTIER_OF2 r10, r2, #4, r8, -\nEND\n", "500", LIC_TRAP_NONE},
    {ROW_OF(0) TWO("money:0:6", 10000001, 0),
     ITEM "CONST2 r2, k1\nTIER_OF2 r10, r2, #4, r8, -\nEND\n", "700", LIC_TRAP_NONE},
    /* 0.03 by 60 : 40 in cents, then in micro units; thirds of 100.00; a rest below the unit goes last */
    {ROW_OF(0) TWO("money:0:6", 30000, 0), ITEM "CONST2 r2, k1\nSPLIT r10, r2, #0, r8\nEND\n",
     "20000", LIC_TRAP_NONE},
    {ROW_OF(0) TWO("money:0:6", 30000, 0), ITEM "CONST2 r2, k1\nSPLIT r10, r2, #1, r8\nEND\n",
     "18000", LIC_TRAP_NONE},
    {ROW_OF(1) TWO("money:0:6", 100000000, 0), ITEM "CONST2 r2, k1\nSPLIT r10, r2, #0, r8\nEND\n",
     "33340000", LIC_TRAP_NONE},
    {ROW_OF(0) TWO("money:0:6", 5, 0), ITEM "CONST2 r2, k1\nSPLIT r10, r2, #0, r8\nEND\n", "5",
     LIC_TRAP_NONE},
    {ROW_OF(0) TWO("money:0:6", 0, 0), ITEM "CONST2 r2, k1\nSPLIT r10, r2, #0, r8\nEND\n", "0",
     LIC_TRAP_NONE},
    {ROW_OF(0) TWO("money:0:6", -1, 0), ITEM "CONST2 r2, k1\nSPLIT r10, r2, #0, r8\nEND\n", "",
     LIC_TRAP_NEGATIVE},
    {ROW_OF(1) "constant type=money:0:6 value=100000000000000000000000000000000000001\n",
     ITEM "CONST2 r2, k1\nSPLIT r10, r2, #1, r8\nEND\n", "33340000000000000000000000000000000001",
     LIC_TRAP_NONE},
};

static void tables_tiers_splits(void **unused)
{
    (void)unused;
    for (size_t n = 0; n < LIC_COUNT(table_cases); n++) {
        const wide_case *c = &table_cases[n];
        outcome o = run_both(c->constants, once(c->code));
        if (o.trap != c->trap)
            fail_msg("%s %s: trap %s", c->constants, c->code, lic_trap_id(o.trap));
        if (c->trap == LIC_TRAP_NONE && c->expected[0] != '\0')
            assert_wide(o.world, 10, c->expected, c->code);
        done(&o);
    }
}

/* All shares of one split, and the registers that no share fills. */
static void split_is_exhaustive(void **unused)
{
    (void)unused;
    outcome o = run_both(ROW_OF(1) TWO("money:0:6", 100000001, 0),
                         once(ITEM "CONST2 r2, k1\nSPLIT r10, r2, #0, r8\nEND\n"));
    assert_int_equal(o.trap, LIC_TRAP_NONE);
    assert_wide(o.world, 10, "33340001",
                "the largest remainder gets the rest that is less than a unit");
    assert_wide(o.world, 12, "33330000", "second");
    assert_wide(o.world, 14, "33330000", "third");
    assert_wide(o.world, 16, "0", "no fourth");
    done(&o);
}

static const narrow_case lookup_cases[] = {
    {ROW_OF(0) TWO("count", 100, 0), ITEM "CONST r2, k1\nTIER_AT r9, r2, #1, r8, -\nEND\n", 1,
     LIC_TRAP_NONE},
    {ROW_OF(0) TWO("count", 101, 0), ITEM "CONST r2, k1\nTIER_AT r9, r2, #1, r8, -\nEND\n", 2,
     LIC_TRAP_NONE},
    {ROW_OF(0) TWO("count", 201, 0), ITEM "CONST r2, k1\nTIER_AT r9, r2, #1, r8, -\nEND\n", 0,
     LIC_TRAP_TIER_REFUSED},
    {ROW_OF(0) TWO("count", -5, 0), ITEM "CONST r2, k1\nTIER_AT r9, r2, #1, r8, -\nEND\n", 1,
     LIC_TRAP_NONE},
    {ROW_OF(0) TWO("money:0:6", 1, 0), ITEM "CONST2 r2, k1\nTIER_OF r9, r2, #3, r8, -\nEND\n", 1000,
     LIC_TRAP_NONE},
    {ROW_OF(0) TWO("money:0:6", 10000001, 0),
     ITEM "CONST2 r2, k1\nTIER_OF r9, r2, #3, r8, -\nEND\n", 2000, LIC_TRAP_NONE},
    {ROW_OF(1), ITEM "CHILDREN r9, r8, t6\nEND\n", 3, LIC_TRAP_NONE},
    {ROW_OF(1), ITEM "CHILD r7, r8, #1, t6\nORDINAL r9, r7\nEND\n", 3, LIC_TRAP_NONE},
    {ROW_OF(1), ITEM "CHILD r7, r8, #3, t6\nEND\n", 0, LIC_TRAP_BAD_ROW},
    {ROW_OF(1), ITEM "CHILD r9, r8, #2, t6\nLOAD r9, r9, f42\nORDINAL r9, r9\nEND\n", 1,
     LIC_TRAP_NONE},
    {ROW_OF(1), ITEM "CHILD r9, r8, #3, t6\nLOAD r9, r9, f42\nEND\n", 0, LIC_TRAP_BAD_ROW},
    {ROW_OF(0), ITEM "LOAD r9, -, f58\nEND\n", 500, LIC_TRAP_NONE},
    {ROW_OF(0), ITEM "LOAD r7, r8, f32\nORDINAL r9, r7\nEND\n", 1, LIC_TRAP_NONE},
    /* territories 0 and 2 are in the item's set */
    {ROW_OF(0) TWO("territory", 2, 1), ITEM "CONST r2, k1\nSETIN r9, r2, r8, f33\nEND\n", 1,
     LIC_TRAP_NONE},
    {ROW_OF(0) TWO("territory", 2, 1), ITEM "CONST r2, k2\nSETIN r9, r2, r8, f33\nEND\n", 0,
     LIC_TRAP_NONE},
    {ROW_OF(0) TWO("territory", 255,
                   1) "constant type=set "
                      "set=0000000000000000000000000000000000000000000000000000000000000080\n",
     "CONST r2, k1\nSETHAS r9, r2, k3\nEND\n", 1, LIC_TRAP_NONE},
    {ROW_OF(0) TWO("territory", 254,
                   1) "constant type=set "
                      "set=0000000000000000000000000000000000000000000000000000000000000080\n",
     "CONST r2, k1\nSETHAS r9, r2, k3\nEND\n", 0, LIC_TRAP_NONE},
    {ROW_OF(0) TWO("territory", 2, 1),
     ITEM "CONST r2, k1\nSETJOIN r8, r8, f37, f33\nSETIN r9, r2, r8, f37\nEND\n", 1, LIC_TRAP_NONE},
    {ROW_OF(0) TWO("territory", 2, 1),
     ITEM "CONST r2, k1\nSETJOIN r8, r8, f37, f33\nSETCLEAR r8, f37\nSETIN r9, r2, r8, f37\nEND\n",
     0, LIC_TRAP_NONE},
    /* dates */
    {TWO("date", 20500, 0) TWO("count", 30, 0),
     "CONST r2, k0\nCONST r3, k2\nCALL r9, #2, #2, ADD_DAYS\nEND\n", 20530, LIC_TRAP_NONE},
    {TWO("date", 2932896, 0) TWO("count", 1, 0),
     "CONST r2, k0\nCONST r3, k2\nCALL r9, #2, #2, ADD_DAYS\nEND\n", 0, LIC_TRAP_BAD_DATE},
    {TWO("date", 20484, 0) TWO("count", 1, 0),
     "CONST r2, k0\nCONST r3, k2\nCALL r9, #2, #2, ADD_MONTHS\nEND\n", 20512, LIC_TRAP_NONE},
    {TWO("date", 20484, 0) TWO("count", 200000, 0),
     "CONST r2, k0\nCONST r3, k2\nCALL r9, #2, #2, ADD_MONTHS\nEND\n", 0, LIC_TRAP_BAD_DATE},
    {TWO("date", 20500, 0), "CONST r2, k0\nCALL r9, #2, #1, YEAR_OF\nEND\n", 2026, LIC_TRAP_NONE},
    {TWO("date", 20500, 0), "CONST r2, k0\nCALL r9, #2, #1, YEAR_START\nEND\n", 20454,
     LIC_TRAP_NONE},
    {TWO("date", 20500, 0), "CONST r2, k0\nCALL r9, #2, #1, YEAR_END\nEND\n", 20818, LIC_TRAP_NONE},
    {TWO("count", 3, 4) TWO("date", 20500, 0),
     "CONST r2, k0\nCONST r3, k2\nCALL r9, #2, #2, PERIOD_END\nEND\n", 20543, LIC_TRAP_NONE},
    {TWO("count", 3, 4) TWO("date", 20500, 0),
     "CONST r2, k0\nCONST r3, k2\nCALL r9, #2, #2, PERIOD_START\nEND\n", 20454, LIC_TRAP_NONE},
    {TWO("count", 3, 4) TWO("date", 20500, 0),
     "CONST r2, k1\nCONST r3, k2\nCALL r9, #2, #2, PERIOD_END\nEND\n", 0, LIC_TRAP_OUT_OF_RANGE},
    /* 2026-01-31 to 2026-02-28, to 2026-03-30, to 2026-03-31, twelve months less a day, backwards, never */
    {TWO("date", 20484, 20512) TWO("count", 1, 0),
     "CONST r2, k0\nCONST r3, k1\nCONST r4, k2\nCALL r9, #2, #3, COMPLETED\nEND\n", 1,
     LIC_TRAP_NONE},
    {TWO("date", 20484, 20542) TWO("count", 1, 0),
     "CONST r2, k0\nCONST r3, k1\nCONST r4, k2\nCALL r9, #2, #3, COMPLETED\nEND\n", 1,
     LIC_TRAP_NONE},
    {TWO("date", 20484, 20543) TWO("count", 1, 0),
     "CONST r2, k0\nCONST r3, k1\nCONST r4, k2\nCALL r9, #2, #3, COMPLETED\nEND\n", 2,
     LIC_TRAP_NONE},
    {TWO("date", 20484, 20848) TWO("count", 12, 0),
     "CONST r2, k0\nCONST r3, k1\nCONST r4, k2\nCALL r9, #2, #3, COMPLETED\nEND\n", 0,
     LIC_TRAP_NONE},
    {TWO("date", 20484, 20849) TWO("count", 12, 0),
     "CONST r2, k0\nCONST r3, k1\nCONST r4, k2\nCALL r9, #2, #3, COMPLETED\nEND\n", 1,
     LIC_TRAP_NONE},
    {TWO("date", 20484, 20000) TWO("count", 1, 0),
     "CONST r2, k0\nCONST r3, k1\nCONST r4, k2\nCALL r9, #2, #3, COMPLETED\nEND\n", 0,
     LIC_TRAP_NONE},
    {TWO("date", 20484, 20543) TWO("count", 0, 1),
     "CONST r2, k0\nCONST r3, k1\nCONST r4, k2\nCALL r9, #2, #3, COMPLETED\nEND\n", 0,
     LIC_TRAP_OUT_OF_RANGE},
    /* the engine's natives know their subject */
    {TWO("count", 1, 0) TWO("date", 20500, 0),
     "CONST r2, k0\nCONST r3, k2\nCALL r9, #2, #2, DUE_PART, #1\nEND\n", 1, LIC_TRAP_NONE},
    {TWO("count", 1, 0), "CALL r9, #0, #0, OLDEST_DUE\nEND\n", 0, LIC_TRAP_LIMIT},
    /* control */
    {TWO("bool", 1, 0) TWO("count", 5, 7),
     "CONST r2, k0\nCONST r9, k2\nBRANCH r2, Lelse\nCONST r9, k3\nLABEL Lelse\nEND\n", 7,
     LIC_TRAP_NONE},
    {TWO("bool", 0, 0) TWO("count", 5, 7),
     "CONST r2, k0\nCONST r9, k2\nBRANCH r2, Lelse\nCONST r9, k3\nLABEL Lelse\nEND\n", 5,
     LIC_TRAP_NONE},
    {TWO("count", 5, 7), "CONST r9, k0\nJUMP Lend\nLABEL Lend\nEND\n", 5, LIC_TRAP_NONE},
};

static void lookups_and_natives(void **unused)
{
    (void)unused;
    for (size_t n = 0; n < LIC_COUNT(lookup_cases); n++) {
        const narrow_case *c = &lookup_cases[n];
        outcome o = run_both(c->constants, once(c->code));
        if (o.trap != c->trap) fail_msg("%s: trap %s", c->code, lic_trap_id(o.trap));
        if (c->trap == LIC_TRAP_NONE && (int64_t)o.world->regs[9] != c->expected)
            fail_msg("%s: %lld", c->code, (long long)o.world->regs[9]);
        done(&o);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(narrow_arithmetic),   cmocka_unit_test(wide_arithmetic),
        cmocka_unit_test(tables_tiers_splits), cmocka_unit_test(split_is_exhaustive),
        cmocka_unit_test(lookups_and_natives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
