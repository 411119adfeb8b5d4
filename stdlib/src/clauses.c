/* clauses.c - the clause library as data of the program. clauses.inc is made by the build from
 * stdlib/clauses/. */
#include <licet/clauses.h>

#define MODULE(name, ...) static const uint8_t file_##name[] = {__VA_ARGS__};
#include "clauses.inc"
#undef MODULE

static const char *const NAMES[] = {
#define MODULE(name, ...) #name,
#include "clauses.inc"
#undef MODULE
    NULL};

static const struct {
    const uint8_t *bytes;
    size_t size;
} FILES[] = {
#define MODULE(name, ...) {file_##name, sizeof file_##name},
#include "clauses.inc"
#undef MODULE
};

bool lic_clauses_source(lic_slice name, lic_slice *text)
{
    for (size_t i = 0; i < LIC_COUNT(FILES); i++) {
        if (!lic_slice_equal(name, lic_slice_text(NAMES[i]))) continue;
        *text = lic_slice_of(FILES[i].bytes, FILES[i].size);
        return true;
    }
    return false;
}

const char *const *lic_clauses_names(void)
{
    return NAMES;
}
