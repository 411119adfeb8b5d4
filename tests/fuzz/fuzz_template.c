/* fuzz_template.c - any bytes as a template and as what fills its holes. What can be read must compose: the
 * text that is made of it, read again, is what was read, so that no value became another part of the text.
 *
 * Input: the template up to a byte 0; then for each hole, called a, b, c ..., the kind of its value, a number,
 * the size of its text, and the text. */
#include <licet/crypto.h>
#include <licet/fragment.h>

#include <string.h>

#define HOLES 12

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct input {
    lic_hole holes[HOLES];
    uint8_t names[HOLES];
    lic_filling items[HOLES];
    lic_template
        inner[HOLES]; /* of lines and expressions: they have the holes that were filled before */
    size_t count;
} input;

static uint8_t next(lic_slice *rest)
{
    if (rest->size == 0) return 0;
    uint8_t byte = *rest->data++;
    rest->size--;
    return byte;
}

static lic_filling filling_of(input *in, size_t at, lic_slice *rest)
{
    lic_filling f = {.kind = (uint8_t)(next(rest) % (LIC_FILLING_LINES + 1))};
    uint8_t flags = next(rest);
    f.number = (lic_i128)next(rest) * (flags & 1 ? 1000003 : 1) - (flags & 2 ? 128 : 0);
    f.scale = flags >> 2 & 7;
    f.denominator = flags & 32 ? 7 : 0;
    f.outside = (flags & 64) != 0;
    size_t size = next(rest);
    f.text = lic_slice_of(rest->data, size < rest->size ? size : rest->size);
    rest->data += f.text.size;
    rest->size -= f.text.size;
    static const char *const UNITS[] = {"days", "months", "years", "business_days"};
    if (f.kind == LIC_FILLING_DURATION && !(flags & 128)) f.text = lic_slice_text(UNITS[flags % 4]);
    f.items = in->items;
    f.item_count = at < 3 ? at : 3;
    in->inner[at] = (lic_template){f.text, in->holes, at < 2 ? 0 : at - 1};
    f.templates = &in->inner[at];
    f.template_count = 1;
    return f;
}

static void fill(input *in, lic_slice rest)
{
    while (in->count < HOLES && rest.size > 0) {
        size_t at = in->count;
        in->names[at] = (uint8_t)('a' + at);
        lic_filling f = filling_of(in, at, &rest);
        in->holes[at] = (lic_hole){lic_slice_of(&in->names[at], 1), f};
        in->items[at] = f;
        in->count++;
    }
}

static void compose(const lic_fragment *fragment, lic_order order)
{
    const lic_composition composition = {.name = lic_slice_text("Fuzz"),
                                         .title = lic_slice_text("Fuzz"),
                                         .fragments = &fragment,
                                         .count = 1,
                                         .order = order};
    lic_compilation *c = lic_compile_composition(&composition, NULL, &lic_hasher_native,
                                                 &lic_allocator_system);
    if (!c) return;
    const lic_diagnostics *found = lic_compilation_diagnostics(c);
    for (size_t i = 0; i < found->count; i++) LIC_ASSERT(found->items[i].code[0] != 'I');
    lic_compilation_destroy(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static input in;
    memset(&in, 0, sizeof in);
    const uint8_t *end = size > 0 ? memchr(data, 0, size) : NULL;
    size_t text = end ? (size_t)(end - data) : size;
    if (end) fill(&in, lic_slice_of(end + 1, size - text - 1));
    const lic_template template = {lic_slice_of(data, text), in.holes, in.count};
    lic_fragment *fragment = lic_fragment_parse(&template, &lic_allocator_system);
    if (!fragment) return 0;
    if (lic_fragment_diagnostics(fragment)->error_count == 0) {
        compose(fragment, LIC_ORDER_WRITTEN);
        compose(fragment, LIC_ORDER_SECTIONS);
    }
    lic_fragment_destroy(fragment);
    return 0;
}
