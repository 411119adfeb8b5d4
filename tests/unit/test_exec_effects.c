/* Tests of what instructions change: writes and the touch before them, postings, duties, events,
 * results, keys, texts; batches of lines and rows; gas. */
#include "vm_world.h"

/* -- writing --------------------------------------------------------------------------------------------------------- */

static void stores_and_gains(void **unused)
{
    (void)unused;
    outcome o = run_both(
        ROW_OF(1) TWO("count", 5, -7) TWO("exact:0:6", 50, -70),
        once(ITEM "CONST r2, k1\nSTORE r2, r8, f34\nCONST r3, k2\nGAIN r3, r8, f34\n"
                  "CONST2 r4, k3\nSTORE2 r4, r8, f35\nCONST2 r6, k4\nGAIN2 r6, r8, f35\n"
                  "STORE r2, -, f25\nEND\n"));
    assert_int_equal(o.trap, LIC_TRAP_NONE);
    assert_int_equal((int64_t)lic_load_u64(o.world->cells[ITEMS] + 72), -2);
    assert_true(lic_load_i128(o.world->cells[ITEMS] + 80) == -20);
    assert_int_equal((int64_t)lic_load_u64(o.world->cells[LIC_TABLE_SELF] + 56), 5);
    assert_int_equal(o.world->touches, 2); /* one page of items, one of self: once a page and run */
    roll_back(o.world);
    assert_int_equal(lic_load_u64(o.world->cells[ITEMS] + 72), 0);
    assert_int_equal(lic_load_u64(o.world->cells[LIC_TABLE_SELF] + 56), 0);
    done(&o);
}

static void gains_overflow(void **unused)
{
    (void)unused;
    outcome o = run_both(
        ROW_OF(1) TWO("count", 9223372036854775807, 1),
        once(ITEM "CONST r2, k1\nSTORE r2, r8, f34\nCONST r3, k2\nGAIN r3, r8, f34\nEND\n"));
    assert_int_equal(o.trap, LIC_TRAP_OVERFLOW);
    assert_int_equal(o.stop.pc, 5);
    roll_back(o.world);
    assert_int_equal(lic_load_u64(o.world->cells[ITEMS] + 72), 0);
    done(&o);
    o = run_both(ROW_OF(1) "constant type=exact:0:6 value=" MAX128 "\n",
                 once(ITEM "CONST2 r2, k1\nSTORE2 r2, r8, f35\nGAIN2 r2, r8, f35\nEND\n"));
    assert_int_equal(o.trap, LIC_TRAP_OVERFLOW);
    done(&o);
}

/* A page that cannot be saved is not written. */
static void refused_touch_stops_the_write(void **unused)
{
    (void)unused;
    static const char *const writes[] = {"STORE r2, r8, f34\n",        "GAIN r2, r8, f34\n",
                                         "STORE2 r4, r8, f35\n",       "GAIN2 r4, r8, f35\n",
                                         "SETJOIN r8, r8, f37, f33\n", "SETCLEAR r8, f37\n",
                                         "POST r6, r8, -, a2, a0\n"};
    for (size_t n = 0; n < LIC_COUNT(writes); n++) {
        char code[512];
        snprintf(code, sizeof code, "%s%sCONST r2, k1\nCONST2 r4, k2\nCONST2 r6, k3\n%sEND\n",
                 VM_ONCE, ITEM, writes[n]);
        vm_loaded loaded = vm_load(
            vm_join(VM_PREFACE,
                    ROW_OF(0) "constant type=count value=1\nconstant type=exact:0:6 "
                              "value=2\nconstant type=money:0:6 value=3\n",
                    code));
        if (loaded.status != LIC_OK) fail_msg("%s", loaded.error.text);
        world *w = make_world(loaded.image), *before = make_world(loaded.image);
        w->refusal = LIC_TRAP_LIMIT;
        lic_exec_stop stop;
        uint64_t gas;
        assert_int_equal(run_phase(&loaded, w, false, &gas, &stop), LIC_TRAP_LIMIT);
        assert_memory_equal(w->cells, before->cells, sizeof w->cells);
        free(w), free(before);
        lic_arena_destroy(loaded.arena);
    }
}

/* -- effects ------------------------------------------------------------------------------------------------------------ */

static outcome post(const char *amount, const char *line)
{
    char constants[256], code[512];
    snprintf(constants, sizeof constants,
             ROW_OF(0) "constant type=money:0:6 value=%s\nconstant type=row:1 value=1\n", amount);
    snprintf(code, sizeof code, "%sat 0\n%sCONST2 r2, k1\nCONST r6, k2\nat 1\n%sEND\n", VM_ONCE,
             ITEM, line);
    return run_both(constants, code);
}

static void postings_move_both_legs(void **unused)
{
    (void)unused;
    outcome o = post("5000000",
                     "POST r2, r8, -, a2, a0\n"); /* Pot of the item, to the last unit, to Pool */
    assert_int_equal(o.trap, LIC_TRAP_NONE);
    assert_true(lic_load_i128(o.world->cells[ITEMS] + 24) == 0);
    assert_true(lic_load_i128(o.world->cells[LIC_TABLE_SELF] + 80) == 5000000);
    assert_int_equal(o.world->posting_count, 1);
    const lic_posting *p = &o.world->postings[0];
    assert_true(p->amount == 5000000 && p->from == 2 && p->to == 0 && p->from_row == 0 &&
                p->to_row == 0 && p->clause == 1);
    done(&o);
    o = post("5000001", "POST r2, r8, -, a2, a0\n");
    assert_int_equal(o.trap, LIC_TRAP_INSUFFICIENT);
    assert_int_equal(o.world->posting_count, 0);
    done(&o);
    o = post("-1", "POST r2, r8, -, a2, a0\n");
    assert_int_equal(o.trap, LIC_TRAP_NEGATIVE);
    done(&o);
    o = post("0", "POST r2, r8, -, a2, a0\n");
    assert_int_equal(o.trap, LIC_TRAP_NONE);
    assert_int_equal(o.world->posting_count, 0);
    assert_int_equal(o.world->touches, 0);
    done(&o);
    o = post("7", "POST r2, r6, -, a1, a0\n"); /* an implicit account may go below zero */
    assert_int_equal(o.trap, LIC_TRAP_NONE);
    assert_true(lic_load_i128(o.world->cells[LIC_TABLE_PARTIES] + 16) == -7);
    done(&o);
    o = post(MAX128, "POST r2, r6, -, a1, a0\nPOST r2, r6, -, a1, a0\n");
    assert_int_equal(o.trap, LIC_TRAP_OVERFLOW);
    done(&o);
}

static void duties_events_results_states(void **unused)
{
    (void)unused;
    outcome o = run_both(
        "constant type=money:0:6 value=900\nconstant type=date value=20600\nconstant type=row:1 "
        "value=0\nconstant type=count value=3\nconstant type=exact:0:10 value=77\n",
        once("input reg=40 source=today type=date\ninput reg=41 source=state type=count\n"
             "CONST2 r2, k0\nCONST r6, k1\nCONST r7, k2\nat 0\nOBLIGE r2, r6, r7, #0\n"
             "CONST r0, k3\nEMIT #0\nGOTO #1\nROWAT r8, r0, t7\nEND\n"));
    assert_int_equal(o.trap, LIC_TRAP_BAD_ROW); /* there are three payees */
    assert_int_equal(o.stop.pc, 7);
    assert_int_equal(o.world->duty_count, 1);
    assert_true(o.world->duty.amount == 900 && o.world->duty.due == 20600 &&
                o.world->duty.debtor == 1 && o.world->duty.creditor == 0 &&
                o.world->duty.clause == 0);
    assert_int_equal(o.world->event_number, 0);
    assert_int_equal(o.world->event[0], 3);
    assert_int_equal(o.world->event[2], 900);
    assert_int_equal(o.world->state, 1);
    assert_int_equal(o.world->regs[40], 20500);
    assert_int_equal(o.world->regs[41], 1);
    done(&o);

    o = run_both(
        ROW_OF(1) "constant type=exact:0:10 value=77\nconstant type=money:0:6 value=-5\nconstant "
                  "type=row:1 value=1\nconstant type=date value=20600\n",
        once(ITEM
             "CONST2 r10, k1\nCONST2 r12, k2\nMOVE2 r14, r12\nMOVE2 r16, r12\nADD2 r18, r12, r12\n"
             "RESULT r10, r8, #0\nCONST r20, k3\nCONST r21, k4\nROWAT r22, r1, t7\nOBLIGE r12, "
             "r21, r22, #1\nEND\n"));
    assert_int_equal(o.trap, LIC_TRAP_NEGATIVE);
    assert_int_equal(o.world->result_row, 1);
    assert_true(o.world->results[0] == 77 && o.world->results[1] == -5 &&
                o.world->results[4] == -10);
    done(&o);
}

static void keys_and_texts(void **unused)
{
    (void)unused;
    outcome o = run_both(
        TWO("count", 41, 42) ROW_OF(0),
        once("CONST r1, k0\nCONST r2, k1\nHAS r9, r1, t8\nENTER r3, r1, t8\nENSURE r4, r1, t8\n"
             "ENSURE r5, r2, t8\nFIND r6, r2, t8\nHAS r10, r1, t8\nRETIRE r3, t8\n"
             "CONST r12, k2\nROWAT r8, r12, t4\nLOADTEXT r13, r8, f57\nSTORETEXT r13, r6, f46\n"
             "LOADTEXT r14, r6, f46\nSAMETEXT r15, r13, r14\nLOAD r16, r5, f45\nFIND r17, r13, "
             "t4\nEND\n"));
    assert_int_equal(o.trap, LIC_TRAP_UNKNOWN_KEY); /* "one" is no item */
    assert_int_equal(o.world->regs[9], 0);
    assert_int_equal(o.world->regs[3], 0);
    assert_int_equal(o.world->regs[4], 0);
    assert_int_equal(o.world->regs[5], 1);
    assert_int_equal(o.world->regs[6], 1);
    assert_int_equal(o.world->regs[10], 1);
    assert_int_equal(o.world->regs[15], 1);
    assert_int_equal(o.world->retired, 1);
    assert_memory_equal(o.world->cells[NOTES] + 72 + 8, "\3\0one\0", 6);
    done(&o);

    o = run_both(TWO("count", 41, 42),
                 once("CONST r1, k0\nENTER r3, r1, t8\nENTER r4, r1, t8\nEND\n"));
    assert_int_equal(o.trap, LIC_TRAP_DUPLICATE_KEY);
    done(&o);
    o = run_both(TWO("count", 1, 1),
                 once("CONST r1, k0\nENTER r3, r1, t8\nADD r1, r1, r1\nENTER r3, r1, t8\nADD r1, "
                      "r1, r1\nENTER r3, r1, t8\n"
                      "ADD r1, r1, r1\nENTER r3, r1, t8\nADD r1, r1, r1\nENTER r3, r1, t8\nEND\n"));
    assert_int_equal(o.trap, LIC_TRAP_TABLE_FULL); /* four rows at most */
    done(&o);
}

/* A row that was just entered refers to row 0 of a table; when that is empty, nothing is read. */
static void new_rows_refer_to_nothing(void **unused)
{
    (void)unused;
    vm_loaded loaded = vm_load(
        vm_join(VM_PREFACE, TWO("count", 41, 42),
                once("CONST r1, k0\nENTER r3, r1, t8\nLOAD r4, r3, f45\nLOAD r5, r4, f34\nEND\n")));
    assert_ok(loaded.status);
    world *w = make_world(loaded.image);
    lic_exec_stop stop;
    uint64_t gas;
    assert_int_equal(run_phase(&loaded, w, false, &gas, &stop), LIC_TRAP_NONE);
    free(w);
    w = make_world(loaded.image);
    w->views[ITEMS].row_count = 0;
    assert_int_equal(run_phase(&loaded, w, false, &gas, &stop), LIC_TRAP_BAD_ROW);
    assert_int_equal(stop.pc, 2);
    free(w);
    lic_arena_destroy(loaded.arena);
}

/* -- gas and batches ------------------------------------------------------------------------------------------------------ */

static void gas_is_what_ran(void **unused)
{
    (void)unused;
    /* CONST 1, CONST 1, BRANCH 1 = 3; then CONST 1, LABEL 1 = 2 when it falls through; END 1 */
    outcome o = run_both(
        TWO("bool", 1, 0) TWO("count", 5, 7),
        once("CONST r2, k0\nCONST r9, k2\nBRANCH r2, L\nCONST r9, k3\nLABEL L\nEND\n"));
    assert_int_equal(o.gas, 6);
    assert_int_equal(o.loaded.image->phases[0].gas, 6);
    done(&o);
    o = run_both(TWO("bool", 0, 0) TWO("count", 5, 7),
                 once("CONST r2, k0\nCONST r9, k2\nBRANCH r2, L\nCONST r9, k3\nLABEL L\nEND\n"));
    assert_int_equal(o.gas, 4); /* the block above the label was jumped over */
    assert_int_equal(o.world->traced, 4);
    done(&o);
    o = run_both(TWO("bool", 0, 0), once("REFUSE #1\n"));
    assert_int_equal(o.trap, LIC_TRAP_REFUSED);
    assert_int_equal(o.stop.reason, 1);
    done(&o);
}

#define REPORT_PARTS                                                                             \
    "column name=\"item\" field=0 reader.form=row reader.type=row:4\n"                           \
    "column name=\"units\" field=1 reader.form=count reader.type=count reader.max=1000\n"        \
    "column name=\"gross\" field=2 reader.form=exact reader.type=exact:0:6 reader.unit_scale=6 " \
    "reader.max=1000000000\n"                                                                    \
    "column name=\"title\" field=none reader.form=ignored\n"                                     \
    "report name=\"Usage\" by=1 period=3 max_lines=1000 first_column=0+4 slots=4 "               \
    "first_require=0+1 entry=0 next_field=6\n"                                                   \
    "constant type=count value=5\n"                                                              \
    "entry kind=report subject=0\n"                                                              \
    "phase kind=judge\n"                                                                         \
    "input reg=0 source=slot index=0 type=row:4\ninput reg=1 source=slot index=1 type=count\n"   \
    "CONST r2, k0\nLE r3, r1, r2\nBRANCH r3, Lbad\nEND\nLABEL Lbad\nREFUSE #0\n"                 \
    "phase kind=lines\n"                                                                         \
    "input reg=0 source=slot index=0 type=row:4\ninput reg=1 source=slot index=1 type=count\n"   \
    "input reg=2 source=slot index=2 type=exact:0:6\n"                                           \
    "touch reg=0 table=4 cells=yes via=32\ntouch reg=255 table=7\n"                              \
    "GAIN r1, r0, f34\nGAIN2 r2, r0, f35\nLOAD r4, r0, f32\nEND\n"                               \
    "phase kind=rows table=4\n"                                                                  \
    "input reg=0 source=row type=row:4\ninput reg=1 source=lines type=count\n"                   \
    "STORE r1, r0, f34\nEND\n"

static void lines_rows_and_judging(void **unused)
{
    (void)unused;
    vm_loaded loaded = vm_load(vm_join(VM_PREFACE, REPORT_PARTS, ""));
    if (loaded.status != LIC_OK) fail_msg("%s", loaded.error.text);
    world *w = make_world(loaded.image);
    const lic_exec_host host = {.context = w, .touch = touch, .posted = posted};
    const lic_program *program;
    assert_ok(lic_exec_prepare(loaded.image, loaded.arena, &program));
    const lic_exec_state state = {.program = program, .tables = w->views, .run = 7, .host = &host};
    const lic_exec_frame frame = {.lines = 9};
    const uint64_t items[3][4] = {
        {0, 5, 100, 0}, {1, 6, 200, 0}, {1, 2, (uint64_t)-50, UINT64_MAX}};
    uint64_t gas = 0;
    lic_exec_stop stop;
    uint16_t reason;
    assert_int_equal(lic_exec_judge(&state, &frame, 0, items[0], &reason, &gas, &stop),
                     LIC_TRAP_NONE);
    assert_int_equal(reason, LIC_NONE16);
    assert_int_equal(lic_exec_judge(&state, &frame, 0, items[1], &reason, &gas, &stop),
                     LIC_TRAP_NONE);
    assert_int_equal(reason, 0);
    gas = 0;
    assert_int_equal(lic_exec_lines(&state, &frame, 1, items[0], 4, 3, &gas, &stop), LIC_TRAP_NONE);
    assert_int_equal(gas, 3 * loaded.image->phases[1].gas);
    assert_int_equal(lic_load_u64(w->cells[ITEMS]), 5);
    assert_int_equal(lic_load_u64(w->cells[ITEMS] + 72), 8);
    assert_true(lic_load_i128(w->cells[ITEMS] + 72 + 8) == 150);
    const uint64_t retired = 1;
    assert_int_equal(lic_exec_rows(&state, &frame, 2, 0, 2, &retired, &gas, &stop), LIC_TRAP_NONE);
    assert_int_equal(lic_load_u64(w->cells[ITEMS]), 5); /* a tombstone is left out */
    assert_int_equal(lic_load_u64(w->cells[ITEMS] + 72), 9);
    free(w);
    lic_arena_destroy(loaded.arena);
}

/* The stop of a batch names the item. */
static void a_trap_names_its_item(void **unused)
{
    (void)unused;
    vm_loaded loaded = vm_load(vm_join(VM_PREFACE, REPORT_PARTS, ""));
    world *w = make_world(loaded.image);
    const lic_exec_host host = {.context = w, .touch = touch};
    const lic_program *program;
    assert_ok(lic_exec_prepare(loaded.image, loaded.arena, &program));
    const lic_exec_state state = {.program = program, .tables = w->views, .run = 7, .host = &host};
    const lic_exec_frame frame = {.lines = 9};
    const uint64_t items[2][4] = {{0, INT64_MAX, 0, 0}, {0, 1, 0, 0}};
    uint64_t gas = 0;
    lic_exec_stop stop;
    assert_int_equal(lic_exec_lines(&state, &frame, 1, items[0], 4, 2, &gas, &stop),
                     LIC_TRAP_OVERFLOW);
    assert_int_equal(stop.item, 1);
    assert_int_equal(stop.phase, 1);
    assert_int_equal(stop.trap, LIC_TRAP_OVERFLOW);
    assert_int_equal(stop.reason, LIC_NONE16);
    free(w);
    lic_arena_destroy(loaded.arena);
}

static void preparing_needs_memory(void **unused)
{
    (void)unused;
    vm_loaded loaded = vm_load(vm_join(VM_PREFACE, REPORT_PARTS, ""));
    const lic_program *program;
    size_t most = 0;
    for (size_t max = 0; most == 0; max += 256) {
        lic_arena *small = lic_arena_create(&lic_allocator_system, max);
        if (small == NULL) continue;
        lic_status status = lic_exec_prepare(loaded.image, small, &program);
        if (status == LIC_OK) most = max;
        else assert_int_equal(status, LIC_NO_MEMORY);
        lic_arena_destroy(small);
        assert_true(max < 1u << 20);
    }
    lic_arena_destroy(loaded.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stores_and_gains),
        cmocka_unit_test(gains_overflow),
        cmocka_unit_test(refused_touch_stops_the_write),
        cmocka_unit_test(postings_move_both_legs),
        cmocka_unit_test(duties_events_results_states),
        cmocka_unit_test(keys_and_texts),
        cmocka_unit_test(new_rows_refer_to_nothing),
        cmocka_unit_test(gas_is_what_ran),
        cmocka_unit_test(lines_rows_and_judging),
        cmocka_unit_test(a_trap_names_its_item),
        cmocka_unit_test(preparing_needs_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
