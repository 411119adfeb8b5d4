/* fuzz_source.c - any bytes as source. The compile must end, every diagnostic must render, the canonical
 * text of what was read must be canonical, and what compiles must compile to the same image from its
 * canonical text and from its kernel. */
#include <licet/compile.h>
#include <licet/crypto.h>

#define TEXT_MAX (64u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static lic_compilation *compile(lic_slice source)
{
    return lic_compile(source, NULL, &lic_hasher_native, &lic_allocator_system);
}

static void render(const lic_compilation *compilation, lic_slice source)
{
    const lic_diagnostics *all = lic_compilation_diagnostics(compilation);
    lic_buffer text;
    lic_buffer_init(&text, &lic_allocator_system, TEXT_MAX);
    for (size_t i = 0; i < all->count; i++) {
        const lic_diagnostic *d = &all->items[i];
        lic_diagnostic_text(d, "fuzz.lic", source, i % 2 == 0, &text);
        lic_diagnostic_json(d, "fuzz.lic", &text);
        LIC_ASSERT(d->code[0] != 'I');
        LIC_ASSERT(!d->fix || (size_t)d->fix_span.first + d->fix_span.size <= source.size);
    }
    LIC_ASSERT(lic_utf8_valid(lic_slice_of(text.data, text.size)));
    lic_buffer_free(&text);
}

/* Compiles `text` again and expects the same canonical text, and the same image. */
static void expect_same(const lic_compilation *first, lic_slice text, bool is_canonical)
{
    lic_compilation *second = compile(text);
    if (!second) return;
    LIC_ASSERT(lic_slice_equal(lic_compilation_bytes(first), lic_compilation_bytes(second)));
    if (is_canonical) {
        lic_buffer again;
        lic_buffer_init(&again, &lic_allocator_system, TEXT_MAX);
        LIC_ASSERT(lic_compilation_format(second, &again));
        LIC_ASSERT(lic_slice_equal(text, lic_slice_of(again.data, again.size)));
        lic_buffer_free(&again);
    }
    lic_compilation_destroy(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lic_slice source = lic_slice_of(data, size);
    lic_compilation *compilation = compile(source);
    if (!compilation) return 0;
    render(compilation, source);
    lic_buffer text;
    lic_buffer_init(&text, &lic_allocator_system, TEXT_MAX);
    /* A canonical text may be longer than what the compiler reads. */
    bool formatted = lic_compilation_format(compilation, &text) && text.size <= size * 2 &&
                     text.size <= LIC_SOURCE_MAX;
    if (formatted) expect_same(compilation, lic_slice_of(text.data, text.size), true);
    lic_buffer_clear(&text);
    bool expanded = lic_compilation_image(compilation) &&
                    lic_compilation_expand(compilation, &text);
    if (expanded && text.size <= LIC_SOURCE_MAX)
        expect_same(compilation, lic_slice_of(text.data, text.size), false);
    lic_buffer_free(&text);
    lic_compilation_destroy(compilation);
    return 0;
}
