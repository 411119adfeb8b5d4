/* names.h - what can be written in an agreement: the names in scope of a compiled one, and the words that
 * lines begin with. From the compiler's tables, for completion and for "did you mean". */
#ifndef LICET_NAMES_H
#define LICET_NAMES_H

#include <licet/compile.h>

typedef struct lic_name {
    lic_slice text;  /* "Stream", "streams", "earned" */
    lic_slice owner; /* whose column, value, parameter or member it is; else empty */
    lic_slice
        kind; /* "party", "royalty", "account", "column", "parameter", "state", "member", "word" */
    lic_slice type; /* as the agreement has it: "exact GBP"; or empty */
    lic_span span;  /* where it is declared; size 0: nowhere in the text */
} lic_name;

/* In order of declaration, the members of each behind it; then states; then words that are known
 * everywhere, with their members. Names of library modules stand where `use` does. */
typedef struct lic_names {
    const lic_name *items;
    size_t count;
} lic_names;

/* Also when the agreement has errors: what could be read. Borrows the compilation, which outlives it. NULL
 * when memory is out. */
const lic_names *lic_names_create(const lic_compilation *compilation,
                                  const lic_allocator *allocator);
void lic_names_destroy(const lic_names *names); /* NULL allowed */
/* The one with these texts, or NULL. */
const lic_name *lic_names_find(const lic_names *names, lic_slice owner, lic_slice text);

/* What a line can begin with. Static storage. */
typedef struct lic_leader_name {
    const char *words;  /* "at least" */
    const char *syntax; /* of the rest of the line, as docs/spec/language.md prints it */
    bool top_level;     /* outside of blocks */
} lic_leader_name;
const lic_leader_name *lic_leader_names(size_t *count);

/* The word nearest to `word` by edit distance, or NULL when none is near. */
const char *lic_did_you_mean(lic_slice word, const char *const *candidates, size_t count);

#endif
