/* agreements.h - the agreements that a run has compiled: each text once, with its map from code to lines when
 * somebody asks. */
#ifndef LICET_AUTHOR_AGREEMENTS_H
#define LICET_AUTHOR_AGREEMENTS_H

#include <licet/code_map.h>
#include <licet/compile.h>

#define LIC_AGREEMENTS_MAX 1024u /* different texts in one run */

typedef struct lic_agreement {
    lic_slice name;   /* of the file, or what stands for one */
    lic_slice text;   /* as written */
    lic_slice source; /* canonical */
    lic_compilation *compilation;
    const lic_code_map *map; /* NULL until lic_agreement_map */
} lic_agreement;

typedef struct lic_agreements lic_agreements;

lic_agreements *lic_agreements_create(const lic_allocator *allocator); /* NULL: memory is out */
void lic_agreements_destroy(lic_agreements *agreements);               /* NULL allowed */

/* Compiles a text, or finds that it was. MALFORMED, code "diagnostics": `error` has the first one, with its place. */
lic_status lic_agreements_take(lic_agreements *agreements, lic_slice name, lic_slice text,
                               const lic_agreement **agreement, lic_error *error);
size_t lic_agreements_count(const lic_agreements *agreements);
const lic_agreement *lic_agreements_at(const lic_agreements *agreements, size_t index);
/* NULL: memory is out. */
const lic_code_map *lic_agreements_map(lic_agreements *agreements, size_t index);

#endif
