/* vm_fixture.h - a small agreement's image for tests of image and interpreter: every kind of table
 * and field, two currencies, tiers, shares, a register and a report. A test adds constants and
 * entries to VM_PREFACE and assembles the whole. */
#ifndef LICET_TESTS_VM_FIXTURE_H
#define LICET_TESTS_VM_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <licet/crypto.h>
#include <licet/exec.h>
#include <licet/listing.h>

#include "unit.h"

enum { ITEMS = 4, TIERS = 5, SHARES = 6, PAYEES = 7, NOTES = 8, GRID = 9, STEPS = 10, TABLES = 11 };

/* Field numbers, as the listing has them. */
enum {
    F_STATE = 0,
    F_WAKE = 3,
    F_NEXT = 6,
    F_LEVEL = 25,
    F_TALLY = 26,
    F_POOL = 27,
    F_DEBT = 28,
    F_FACTOR = 31,
    F_CARD = 32,
    F_ZONES = 33,
    F_SOLD = 34,
    F_ACC = 35,
    F_POT = 36,
    F_AREA = 37,
    F_OWED = 44,
    F_LINK = 45,
    F_LABEL = 46,
    F_MARK = 47,
    F_DAY = 48,
    F_WALLET = 53,
    F_SUM = 54,
    F_GROSS = 55,
    F_TITLE = 57
};

#define VM_ENGINE_FIELDS                                                                     \
    "field name=\"state\" type=count role=engine is_mutable=yes table=0 offset=0\n"          \
    "field name=\"since\" type=date role=engine is_mutable=yes table=0 offset=8\n"           \
    "field name=\"signed\" type=count role=engine is_mutable=yes table=0 offset=16\n"        \
    "field name=\"wake\" type=date role=tally is_mutable=yes table=0 offset=24\n"            \
    "field name=\"first\" type=date role=engine is_mutable=yes table=0 offset=32\n"          \
    "field name=\"last\" type=date role=engine is_mutable=yes table=0 offset=40\n"           \
    "field name=\"next\" type=date role=engine is_mutable=yes table=0 offset=48\n"           \
    "field name=\"duty\" type=count role=engine is_mutable=yes table=2 offset=0\n"           \
    "field name=\"debtor\" type=count role=engine is_mutable=yes table=2 offset=8\n"         \
    "field name=\"creditor\" type=count role=engine is_mutable=yes table=2 offset=16\n"      \
    "field name=\"amount\" type=money:0:6 role=engine is_mutable=yes table=2 offset=24\n"    \
    "field name=\"open\" type=money:0:6 role=engine is_mutable=yes table=2 offset=40\n"      \
    "field name=\"due\" type=date role=engine is_mutable=yes table=2 offset=56\n"            \
    "field name=\"made\" type=date role=engine is_mutable=yes table=2 offset=64\n"           \
    "field name=\"state\" type=count role=engine is_mutable=yes table=2 offset=72\n"         \
    "field name=\"clause\" type=count role=engine is_mutable=yes table=2 offset=80\n"        \
    "field name=\"debtor\" type=count role=engine is_mutable=yes table=3 offset=0\n"         \
    "field name=\"creditor_table\" type=count role=engine is_mutable=yes table=3 offset=8\n" \
    "field name=\"creditor\" type=count role=engine is_mutable=yes table=3 offset=16\n"      \
    "field name=\"account\" type=count role=engine is_mutable=yes table=3 offset=24\n"       \
    "field name=\"amount\" type=money:0:6 role=engine is_mutable=yes table=3 offset=32\n"    \
    "field name=\"left\" type=money:0:6 role=engine is_mutable=yes table=3 offset=48\n"      \
    "field name=\"made\" type=date role=engine is_mutable=yes table=3 offset=64\n"           \
    "field name=\"state\" type=count role=engine is_mutable=yes table=3 offset=72\n"         \
    "field name=\"currency\" type=count role=engine is_mutable=yes table=3 offset=80\n"

#define VM_FIELDS                                                                               \
    "field name=\"Level\" type=count role=counter is_mutable=yes table=0 offset=56 bound=0\n"   \
    "field name=\"Tally\" type=exact:0:6 role=tally is_mutable=yes table=0 offset=64\n"         \
    "field name=\"Pool\" type=money:0:6 role=account is_mutable=yes table=0 offset=80\n"        \
    "field name=\"Debt\" type=money:0:6 role=account is_mutable=yes table=1 offset=0\n"         \
    "field name=\"tiers\" type=span:5 table=4 offset=0\n"                                       \
    "field name=\"shares\" type=span:6 table=4 offset=8\n"                                      \
    "field name=\"factor\" type=rate:4 table=4 offset=16\n"                                     \
    "field name=\"card\" type=row:7 table=4 offset=24\n"                                        \
    "field name=\"zones\" type=set table=4 offset=32\n"                                         \
    "field name=\"Sold\" type=count role=tally is_mutable=yes table=4 offset=0\n"               \
    "field name=\"acc\" type=exact:0:6 role=tally is_mutable=yes table=4 offset=8\n"            \
    "field name=\"Pot\" type=money:0:6 role=account is_mutable=yes table=4 offset=24\n"         \
    "field name=\"area\" type=set role=tally is_mutable=yes table=4 offset=40\n"                \
    "field name=\"edge\" type=count table=5 offset=0\n"                                         \
    "field name=\"price\" type=price:0:6:0 table=5 offset=8\n"                                  \
    "field name=\"second\" type=price:0:6:0 table=5 offset=16\n"                                \
    "field name=\"refuse\" type=bool table=5 offset=24\n"                                       \
    "field name=\"payee\" type=row:7 table=6 offset=0\n"                                        \
    "field name=\"share\" type=rate:4 table=6 offset=8\n"                                       \
    "field name=\"Owed\" type=money:0:6 role=account is_mutable=yes table=7 offset=0\n"         \
    "field name=\"link\" type=row:4 is_mutable=yes table=8 offset=0\n"                          \
    "field name=\"label\" type=text:3 is_mutable=yes table=8 offset=8\n"                        \
    "field name=\"mark\" type=hash is_mutable=yes table=8 offset=32\n"                          \
    "field name=\"day\" type=date is_mutable=yes table=8 offset=64\n"                           \
    "field name=\"from\" type=money:0:6 table=10 offset=0\n"                                    \
    "field name=\"cut\" type=rate:4 table=10 offset=16\n"                                       \
    "field name=\"fee\" type=money:0:6 table=10 offset=24\n"                                    \
    "field name=\"steps\" type=span:10 table=4 offset=64\n"                                     \
    "field name=\"Wallet\" type=money:1:6 role=account is_mutable=yes table=0 offset=96\n"      \
    "field name=\"sum\" type=count role=tally is_mutable=yes table=9 offset=0\n"                \
    "field name=\"Gross\" type=money:0:6 role=fact is_mutable=yes table=0 offset=112 bound=1\n" \
    "field name=\"closes\" type=date role=engine is_mutable=yes table=0 offset=128\n"           \
    "field name=\"title\" type=text:4 table=4 offset=72\n"                                      \
    "field name=\"given\" type=rate:4 table=0 offset=0\n"

#define VM_RECORDS                                                                              \
    "table name=\"self\" kind=self cell_size=136 fixed_size=8 max_rows=1 static_rows=1 "        \
    "static_fixed=f401000000000000\n"                                                           \
    "table name=\"parties\" kind=parties cell_size=16 max_rows=2 static_rows=2\n"               \
    "table name=\"duties\" kind=duties cell_size=88 page_shift=2 max_rows=100\n"                \
    "table name=\"payments\" kind=payments cell_size=88 page_shift=2 max_rows=100\n"            \
    "table name=\"Items\" kind=schedule cell_size=72 fixed_size=104 page_shift=2 key_size=8 "   \
    "key_form=text max_rows=8\n"                                                                \
    "table name=\"Items.tiers\" kind=child parent=4 parent_span=29 fixed_size=32 child_min=1 "  \
    "child_max=4 child_role=1 max_rows=32\n"                                                    \
    "table name=\"Items.shares\" kind=child parent=4 parent_span=30 fixed_size=16 child_min=1 " \
    "child_max=4 child_role=2 max_rows=32\n"                                                    \
    "table name=\"Payees\" kind=schedule cell_size=16 page_shift=2 key_size=8 key_form=text "   \
    "max_rows=8\n"                                                                              \
    "table name=\"Notes\" kind=register cell_size=72 page_shift=2 key_size=8 key_form=count "   \
    "max_rows=4\n"                                                                              \
    "table name=\"Grid\" kind=grid cell_size=8 page_shift=2 max_rows=6\n"                       \
    "table name=\"Items.steps\" kind=child parent=4 parent_span=52 fixed_size=40 child_min=1 "  \
    "child_max=4 child_role=1 max_rows=32\n"                                                    \
    "patch table=0 row=0 offset=0 parameter=0\n"                                                \
    "bound min=0 max=100\n"                                                                     \
    "bound min=0 max=1000000000000 rule=2 setter=1\n"                                           \
    "account name=\"Pool\" kind=declared field=27\n"                                            \
    "account name=\"Debt\" kind=party field=28\n"                                               \
    "account name=\"Pot\" kind=declared field=36\n"                                             \
    "account name=\"Owed\" kind=declared field=44\n"                                            \
    "account name=\"Wallet\" kind=declared currency=1 field=53\n"                               \
    "term label=\"royalty\" name=\"Running\" anchor=\"3.1\" table=4 exact_scale=10 results=1\n" \
    "term label=\"fee\" name=\"Entry\" anchor=\"3.2\" currency=1 exact_scale=6\n"               \
    "clause term=0 label=\"amount\" name=\"Running\" anchor=\"3.1\"\n"                          \
    "clause label=\"split\" name=\"Pool\" anchor=\"4\"\n"                                       \
    "fact name=\"Gross\" anchor=\"5\" reader.form=exact reader.type=money:0:6 "                 \
    "reader.max=1000000000000 field=55 bound=1\n"                                               \
    "reason text=\"the level is too low\" anchor=\"6\"\n"                                       \
    "reason text=\"the price is too high\" anchor=\"7\"\n"                                      \
    "duty term=0 clause=0 debtor=1 creditor_table=1\n"                                          \
    "duty term=0 clause=0 debtor_register=20 creditor_table=7 part=1\n"                         \
    "event_argument reg=0 type=count\nevent_argument reg=2 type=money:0:6\n"                    \
    "event name=\"Noted\" first_argument=0+2\n"                                                 \
    "tiers table=5 edge=38 value=39 columns=2 refuse=41 result=exact:0:6\n"                     \
    "tiers table=5 edge=38 value=39 columns=2 refuse=41 result=price:0:6:0\n"                   \
    "tiers table=10 edge=49 value=50 columns=1 result=exact:0:10\n"                             \
    "tiers table=10 edge=49 value=50 columns=1 result=rate:4\n"                                 \
    "tiers table=10 edge=49 value=51 columns=1 result=money:0:6\n"                              \
    "split table=6 share=43 max=4 total=10000 unit=10000\n"                                     \
    "split table=6 share=43 max=4 total=10000 unit=1\n"                                         \
    "grant name=\"Use\" anchor=\"2\" text=\"rights use\" from=0 to=1 closes_field=56\n"         \
    "parameter name=\"Share\" reader.form=rate reader.unit_scale=4 reader.type=rate:4 "         \
    "reader.max=10000 field=58\n"

#define VM_PREFACE                                                                              \
    "header engine_version=1 name=\"Orion\" title=\"A test\" law=\"England\" language=\"en\"\n" \
    "rules rounding=half_even unit=10000 excess_credited=yes\n"                                 \
    "lifecycle states=0 finals=2 state_field=0 since_field=1 signed_field=2 wake_field=3 "      \
    "first_field=4 last_field=5 first=20454 last=21000\n"                                       \
    "text \"active\"\ntext \"ended\"\ntext \"free\"\ntext \"paid\"\ntext \"both\"\n"            \
    "enumeration first_text=0+2\nenumeration first_text=2+3\n"                                  \
    "reference name=\"territories\" "                                                           \
    "hash=0101010101010101010101010101010101010101010101010101010101010101\n"                   \
    "currency code=USD minor=2 unit_scale=6\ncurrency code=EUR minor=2 unit_scale=6\n"          \
    "party name=\"Licensor\" roles=\"licensor, signs\" signs=yes\n"                             \
    "party name=\"Licensee\" roles=\"licensee, signs\" signs=yes\n" VM_ENGINE_FIELDS VM_FIELDS  \
        VM_RECORDS

/* Code that runs once: the entry `step`. */
#define VM_ONCE "entry kind=step subject=65535\nphase kind=once\n"

typedef struct vm_loaded {
    lic_arena *arena;
    lic_image *image;
    lic_slice bytes;
    lic_error error;
    lic_status status;
} vm_loaded;

static inline lic_slice vm_encode(lic_arena *arena, const lic_image *image)
{
    lic_buffer buffer;
    lic_buffer_init(&buffer, &lic_allocator_system, LIC_IMAGE_MAX);
    assert_ok(lic_image_encode(image, &buffer));
    void *copy = lic_arena_copy(arena, buffer.data, buffer.size);
    assert_non_null(copy);
    lic_slice bytes = lic_slice_of(copy, buffer.size);
    lic_buffer_free(&buffer);
    return bytes;
}

/* Assembles, encodes and decodes; `status` is what the verifier then says. Everything before it must
 * succeed. */
static inline vm_loaded vm_load(const char *listing)
{
    vm_loaded loaded = {.arena = lic_arena_create(&lic_allocator_system, 32u << 20),
                        .status = LIC_OK};
    assert_non_null(loaded.arena);
    lic_image *made = NULL;
    if (lic_assemble(lic_slice_text(listing), loaded.arena, &made, &loaded.error) != LIC_OK)
        fail_msg("%s", loaded.error.text);
    loaded.bytes = vm_encode(loaded.arena, made);
    if (lic_image_decode(loaded.bytes, &lic_hasher_native, loaded.arena, &loaded.image,
                         &loaded.error) != LIC_OK)
        fail_msg("%s", loaded.error.text);
    loaded.status = lic_image_verify(loaded.image, &loaded.error);
    return loaded;
}

/* The parts of a listing, one after the other. */
static inline const char *vm_join(const char *first, const char *second, const char *third)
{
    static char text[65536];
    size_t sizes[3] = {strlen(first), strlen(second), strlen(third)};
    assert_true(sizes[0] + sizes[1] + sizes[2] < sizeof text);
    memcpy(text, first, sizes[0]);
    memcpy(text + sizes[0], second, sizes[1]);
    memcpy(text + sizes[0] + sizes[1], third, sizes[2] + 1);
    return text;
}

#endif
