/* fragment.h - pieces of an agreement: a template with holes is parsed into a fragment, and fragments
 * are composed into an agreement. No input or output inside.
 *
 * A template is `.lic` text: lines of the header, declarations and blocks. A hole `$name` stands where a
 * value of its kind may stand, and is filled with exactly the tokens of that value, so that a value
 * never changes how the text around it is read: a name that is filled in is never a word of the
 * language, a text is quoted by the printer, and an expression is one operand whatever stands in it.
 * `[$name]` is a whole anchor. `$name` alone on a line takes lines that may stand there. A sign `$` in a
 * comment or a text is a sign.
 *
 * Composing prints canonical text and compiles that text: what people read and sign is what was
 * compiled. The text, parsed, is the composed tree; that is checked at each composition. */
#ifndef LICET_FRAGMENT_H
#define LICET_FRAGMENT_H

#include <licet/compile.h>

#define LIC_HOLES_MAX 256u      /* of one template */
#define LIC_TEMPLATES_MAX 8u    /* that stand in one another */
#define LIC_FRAGMENTS_MAX 4096u /* of one composition */

typedef enum lic_filling_kind {
    LIC_FILLING_NONE = 0,   /* an anchor or a line of its own is left out; nowhere else */
    LIC_FILLING_NAME,       /* text: a name, word or code that somebody chose: Label, work, GBP */
    LIC_FILLING_WORD,       /* text: one word of the language: clip, licensor, quarter */
    LIC_FILLING_TEXT,       /* text: what stands between the quotes, unescaped */
    LIC_FILLING_MONEY,      /* text: currency; number, scale */
    LIC_FILLING_RATE,       /* number of 10^-scale of one (52% = 0.52), or number / denominator */
    LIC_FILLING_NUMBER,     /* number, scale */
    LIC_FILLING_DATE,       /* number: days since 1970-01-01 */
    LIC_FILLING_DURATION,   /* number; text: days, months, years or business_days */
    LIC_FILLING_LIST,       /* items, separated by commas */
    LIC_FILLING_SET,        /* { items }; outside: world except { items } */
    LIC_FILLING_EXPRESSION, /* templates: one, a line that holds one expression or condition */
    LIC_FILLING_LINES       /* templates: lines that may stand where the hole stands */
} lic_filling_kind;

typedef struct lic_template lic_template;

/* What is filled into a hole. Members that its kind does not name are not looked at. Numbers are not
 * negative. Everything is borrowed until lic_fragment_parse returns. */
typedef struct lic_filling lic_filling;
struct lic_filling {
    uint8_t kind;  /* lic_filling_kind */
    uint8_t scale; /* decimals of `number` */
    bool outside;
    lic_slice text;
    lic_i128 number;
    lic_i128 denominator;     /* 0: the rate is a percentage */
    const lic_filling *items; /* neither lists, sets, expressions nor lines */
    size_t item_count;
    const lic_template *templates;
    size_t template_count;
};

typedef struct lic_hole {
    lic_slice name; /* without the sign */
    lic_filling filling;
} lic_hole;

struct lic_template {
    lic_slice text;
    const lic_hole *holes; /* each must stand in the text */
    size_t hole_count;
};

typedef struct lic_fragment lic_fragment;

/* NULL when memory is out. Check lic_fragment_diagnostics()->error_count. Names are resolved and types
 * given when the agreement is composed; here the text is read, and blocks are checked for the lines
 * that they need. */
lic_fragment *lic_fragment_parse(const lic_template *text, const lic_allocator *allocator);
void lic_fragment_destroy(lic_fragment *fragment); /* NULL allowed */

/* Spans are of the template's text, and stay valid as long as the fragment. */
const lic_diagnostics *lic_fragment_diagnostics(const lic_fragment *fragment);
size_t lic_fragment_memory(const lic_fragment *fragment); /* bytes that it takes */
/* Appends the fragment as canonical text; false when it has errors or the target is full. */
bool lic_fragment_text(const lic_fragment *fragment, lic_buffer *target);

/* -- composing ------------------------------------------------------------------------------------ */

/* The order of lines of a composed agreement. Terms, splits and everything else that settles stand in
 * the order of the fragments either way, because that order is the order of settlement. */
typedef enum lic_order {
    LIC_ORDER_WRITTEN, /* as the fragments come, their empty lines too */
    LIC_ORDER_SECTIONS /* header; `use`; parties; advisories; givens; accounts, counters, facts; then the
                          blocks: each in the order of the fragments */
} lic_order;

typedef struct lic_composition {
    lic_slice name, title;                /* agreement NAME "TITLE" */
    const lic_fragment *const *fragments; /* without errors */
    size_t count;                         /* at most LIC_FRAGMENTS_MAX */
    lic_order order;
} lic_composition;

/* As lic_compile, of the text that the fragments make together: lic_compilation_format gives it, and
 * spans of diagnostics are of it. The fragments are copied. */
lic_compilation *lic_compile_composition(const lic_composition *composition,
                                         const lic_compile_options *options,
                                         const lic_hasher *hasher, const lic_allocator *allocator);

typedef struct lic_origin_line {
    uint32_t fragment; /* index in the composition */
    uint32_t line;     /* of the template's text, from 1 */
} lic_origin_line;

/* Where a line of a composed text came from. False for the first two lines, and for a compilation that
 * was not composed. */
bool lic_compilation_origin(const lic_compilation *compilation, uint32_t line,
                            lic_origin_line *origin);

#endif
