/* Tests of the listing: what it prints assembles to the same bytes, and mistakes name their line. */
#include "vm_fixture.h"

#define EVERYTHING                                                                              \
    VM_PREFACE                                                                                  \
    "column name=\"item\" field=0 reader.form=row reader.type=row:4\n"                          \
    "column name=\"zone\" field=1 reader.form=territory reader.set=0 reader.type=territory\n"   \
    "column name=\"title\" field=none reader.form=ignored\n"                                    \
    "unique 0\n"                                                                                \
    "report name=\"Usage\" by=1 period=3 max_lines=1000 deadline.months=1 deadline.days=-5 "    \
    "first_column=0+3 slots=2 first_unique=0+1 first_require=0+1 entry=0 next_field=6\n"        \
    "group name=\"plan\" form=enum enumeration=1 cardinality=3\n"                               \
    "group name=\"side\" form=enum cardinality=2\n"                                             \
    "statement name=\"Half\" period=6 payees=1 parties=3 grid=9 first_group=0+2 next_field=6\n" \
    "argument name=\"note\" reader.form=text reader.width=6 reader.type=text:1\n"               \
    "action name=\"Say\" by=3 states=18446744073709551615 first_argument=0+1 notice.days=30 "   \
    "notice_to=0 notice_field=56 entry=1\n"                                                     \
    "constant type=set set=ff00000000000000000000000000000000000000000000000000000000000001\n"  \
    "constant type=money:0:6 value=-170141183460469231731687303715884105728\n"                  \
    "constant type=row:1 value=1\nconstant type=count value=-1\nconstant type=bool value=1\n"   \
    "entry kind=report subject=0\n"                                                             \
    "phase kind=judge\ninput reg=0 source=slot index=1 type=territory\n"                        \
    "SETHAS r1, r0, k0\nNOT r1, r1\nBRANCH r1, Lout\nREFUSE #0\nLABEL Lout\nEND\n"              \
    "phase kind=lines\ninput reg=0 source=slot type=row:4\n"                                    \
    "touch reg=0 table=4 cells=yes via=29\ntouch reg=255 table=5\nat 0\n"                       \
    "CHILDREN r1, r0, t5\nCHILD r2, r0, #0, t5\nSETJOIN r0, r0, f37, f33\nat -\n"               \
    "CONST r3, k3\nTIER_AT r5, r3, #1, r0, -\nLOAD2 r6, r0, f36\nSPLIT r8, r6, #1, r0\n"        \
    "POST r8, r0, -, a2, a0\nEND\n"                                                             \
    "phase kind=rows table=4\ninput reg=0 source=row type=row:4\nEND\n"                         \
    "entry kind=action subject=0\nphase kind=once\ninput reg=0 source=caller type=row:1\n"      \
    "input reg=1 source=argument type=text:1\ninput reg=2 source=today type=date\n"             \
    "CALL r10, #0, #0, TERM_PAID, #0\nCALL r3, #2, #1, CLOSE_GRANT\nGOTO #1\nEND\n"

static lic_slice listing_of(lic_arena *arena, const lic_image *image)
{
    lic_buffer buffer;
    lic_buffer_init(&buffer, &lic_allocator_system, 1u << 20);
    lic_image_list(image, &buffer);
    assert_false(buffer.failed);
    lic_slice text = lic_slice_of(lic_arena_copy(arena, buffer.data, buffer.size), buffer.size);
    lic_buffer_free(&buffer);
    return text;
}

static void a_listing_assembles_to_the_same_bytes(const char *text)
{
    vm_loaded loaded = vm_load(text);
    if (loaded.status != LIC_OK) fail_msg("%s", loaded.error.text);
    lic_slice listing = listing_of(loaded.arena, loaded.image);
    lic_image *again;
    if (lic_assemble(listing, loaded.arena, &again, &loaded.error) != LIC_OK)
        fail_msg("%s\n%.*s", loaded.error.text, (int)listing.size, (const char *)listing.data);
    assert_true(lic_slice_equal(vm_encode(loaded.arena, again), loaded.bytes));
    assert_true(lic_slice_equal(listing_of(loaded.arena, again), listing));
    lic_arena_destroy(loaded.arena);
}

static void everything_survives(void **unused)
{
    (void)unused;
    a_listing_assembles_to_the_same_bytes(EVERYTHING);
}

static void texts_survive(void **unused)
{
    (void)unused;
    a_listing_assembles_to_the_same_bytes(
        VM_PREFACE
        "reason text=\"a \\\"quoted\\\" \\\\ reason; not a remark\\nEND\" anchor=\"8\"\n" VM_ONCE
        "REFUSE #2\n");
}

static void instructions_are_readable(void **unused)
{
    (void)unused;
    vm_loaded loaded = vm_load(EVERYTHING);
    lic_slice text = listing_of(loaded.arena, loaded.image);
    char *copy = lic_arena_text(loaded.arena, (const char *)text.data, text.size);
    assert_non_null(strstr(copy, "    LOAD2 r6, r0, f36   ; Items.Pot\n"));
    assert_non_null(strstr(copy, "    BRANCH r1, L4   ; gas "));
    assert_non_null(strstr(copy, "    LABEL L4   ; gas "));
    assert_non_null(strstr(copy, "    CALL r10, #0, #0, TERM_PAID\n"));
    assert_non_null(strstr(copy, "    TIER_AT r5, r3, #1, r0, -\n"));
    assert_non_null(strstr(copy, "    REFUSE #0   ; gas 1   ; the level is too low\n"));
    assert_non_null(strstr(copy, "at 0   ; Running amount [3.1]\n"));
    assert_non_null(strstr(copy, "CONST r3, k3   ; count -1\n"));
    lic_arena_destroy(loaded.arena);
}

static void mistakes_name_their_line(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"header name=Orion\n", "line 1: cannot read header 'name=Orion'"},
        {"\nfield nme=\"x\"\n", "line 2: cannot read field"},
        {"field name=\"x\" offset=70000\n", "line 1: cannot read field 'offset=70000'"},
        {"field name=\"x\" type=money:0:6:7\n", "line 1: cannot read field"},
        {"field name=\"x\" role=king\n", "line 1: cannot read field 'role=king'"},
        {"ADD r1, r2, r3\n", "line 1: unknown, or not in a phase: 'ADD'"},
        {"phase kind=once\n", "line 1: not in an entry: 'phase'"},
        {"entry kind=step\ninput reg=0\n", "line 2: not in a phase: 'input'"},
        {"entry kind=step\nphase\nADDD r1\n", "line 3: unknown, or not in a phase: 'ADDD'"},
        {"entry kind=step\nphase\nADD r1, r2\n", "line 3: wrong operand of 'ADD'"},
        {"entry kind=step\nphase\nADD r1, r2, r300\n", "line 3: wrong operand of 'ADD'"},
        {"entry kind=step\nphase\nADD r1, r2, r3, r4\n", "line 3: too many operands of 'ADD'"},
        {"entry kind=step\nphase\nJUMP Lgone\nEND\n", "no label 'Lgone'"},
        {"entry kind=step\nphase\nLOAD r1, r2, f0\n", "line 3: wrong operand of 'LOAD'"},
        {"instruction\n", "has a form of its own"},
        {"duty clause=7\n", "section lifecycle, record 0: states is out of range"},
    };
    for (size_t n = 0; n < LIC_COUNT(cases); n++) {
        lic_arena *arena = lic_arena_create(&lic_allocator_system, 8u << 20);
        lic_image *image;
        lic_error error = {.text = ""};
        assert_int_equal(lic_assemble(lic_slice_text(cases[n].text), arena, &image, &error),
                         LIC_MALFORMED);
        if (strstr(error.text, cases[n].message) == NULL)
            fail_msg("%s: %s", cases[n].text, error.text);
        lic_arena_destroy(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_survives),
        cmocka_unit_test(texts_survive),
        cmocka_unit_test(instructions_are_readable),
        cmocka_unit_test(mistakes_name_their_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
