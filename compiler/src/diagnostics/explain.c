/* diagnostics/explain.c - the table of diagnostics, and the pages of `licet explain`. */
#include "diagnostics/table.h"

#include "diagnostics/frames.h"

#include <string.h>

#define PAGE(code, title, prose) code ": " title "\n\n" prose
#define EXAMPLES(wrong, right) "\nNot like this:\n\n" wrong "\nBut like this:\n\n" right

static const lic_diagnostic_info TABLE[] = {
#define PLAIN(code, level, title, why, prose) \
    {#code, level, title, why, PAGE(#code, title, prose), NULL, NULL, NULL},
#define DIAGNOSTIC(code, level, title, why, prose, frame, wrong, right)          \
    {#code, level, title, why, PAGE(#code, title, prose) EXAMPLES(wrong, right), \
     frame, wrong, right},
#include "diagnostics/diagnostics.def"
#undef PLAIN
#undef DIAGNOSTIC
};

static const char *const CODES[] = {
#define PLAIN(code, level, title, why, prose) #code,
#define DIAGNOSTIC(code, level, title, why, prose, frame, wrong, right) #code,
#include "diagnostics/diagnostics.def"
#undef PLAIN
#undef DIAGNOSTIC
    NULL};

const lic_diagnostic_info *lic_diagnostic_find(const char *code)
{
    for (size_t i = 0; i < LIC_COUNT(TABLE); i++) {
        if (strcmp(TABLE[i].code, code) == 0) return &TABLE[i];
    }
    return NULL;
}

const char *lic_explain(const char *code)
{
    const lic_diagnostic_info *info = lic_diagnostic_find(code);
    return info ? info->page : NULL;
}

const char *const *lic_diagnostic_codes(void)
{
    return CODES;
}

void lic_diagnostic_example(const lic_diagnostic_info *info, const char *example,
                            lic_buffer *target)
{
    for (const char *at = info->frame; *at; at++) {
        if (*at == '@') lic_put_text(target, example);
        else lic_put_u8(target, (uint8_t)*at);
    }
}
