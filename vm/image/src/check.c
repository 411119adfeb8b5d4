/* check.c - every index of a decoded image lies in its array, every type exists and every text can
 * be shown. What the parts mean together is the verifier's. */
#include "internal.h"

#include <licet/text.h>

/* Names reach terminals, TSV files and statements: every character is one that may stand in a text that
 * people sign; only the clause text of a grant has lines. */
static bool text_valid(lic_slice text)
{
    if (!lic_utf8_valid(text)) return false;
    for (size_t at = 0; at < text.size;) {
        uint32_t c = lic_utf8_next(text, &at);
        if (c != '\n' && lic_unicode_unfit(c) != NULL) return false;
    }
    return true;
}

#define NONE_OF(m) ((__typeof__(m))~(__typeof__(m))0)
#define PART(T, noun)                                                   \
    static const char *check_##noun(const lic_image *image, const T *r) \
    {                                                                   \
        (void)image;                                                    \
        (void)r;
#define RECORD(T, array, noun, max) PART(T, noun)
#define END_RECORD \
    return NULL;   \
    }
#define TEXT(m) \
    if (!text_valid(r->m)) return #m;
#define BYTES(m)
#define NUM(m)
#define INT(m)
#define WIDE(m)
#define FLAG(m)
#define NAME(m, names)
#define REF(m, array) \
    if (r->m >= image->array##_count) return #m;
#define OPT(m, array) \
    if (r->m != NONE_OF(r->m) && r->m >= image->array##_count) return #m;
#define SPAN(first, count, array)                                                      \
    if (r->first > image->array##_count || r->count > image->array##_count - r->first) \
        return #first;
#define OWN(first, count, array) SPAN(first, count, array)
#define TYPE(m)                                                                               \
    if (!lic_type_equal(r->m, lic_type_plain(LIC_KIND_NONE)) && !lic_type_valid(image, r->m)) \
        return #m;
#define NEST(m, noun) \
    if (check_##noun(image, &r->m) != NULL) return #m;
#define HASH(m)
#define SET(m) \
    if (r->type.kind == LIC_KIND_SET && r->value != 0) return "value";
#define CODE(m)
#define GAS(m)
#define ITEM_TEXT(array) \
    if (!text_valid(*r)) return "characters";
#define ITEM_NUM(array)
#define INSTRUCTION(array)
#include "records.def"
#include "undefine_kinds.h"

static lic_status report(lic_error *error, const char *section, uint32_t index, const char *member)
{
    return lic_fail(error, LIC_MALFORMED, "image", "compile the agreement again",
                    "image section %s, record %u: %s is out of range", section, index, member);
}

lic_status lic_image_check(const lic_image *image, lic_error *error)
{
    const char *member;
    if ((member = check_header(image, image)) != NULL) return report(error, "header", 0, member);
    if ((member = check_rules(image, &image->rules)) != NULL)
        return report(error, "rules", 0, member);
    if ((member = check_lifecycle(image, &image->lifecycle)) != NULL)
        return report(error, "lifecycle", 0, member);
#define PART(T, noun)
#define RECORD(T, array, noun, max)                                   \
    for (uint32_t i = 0; i < image->array##_count; i++)               \
        if ((member = check_##noun(image, &image->array[i])) != NULL) \
            return report(error, #array, i, member);
#include "empty_kinds.h"
#include "records.def"
#include "undefine_kinds.h"
    return LIC_OK;
}
