/* grant.c - the clauses of a grant, for typing and for comparing grants. */
#include "program.h"

const lic_node *lic_grant_clause(const lic_symbol *grant, const char *name)
{
    for (uint32_t i = 0; i < grant->node->child_count; i++) {
        const lic_node *clause = grant->node->children[i];
        if (clause->kind == LIC_NODE_GRANT_CLAUSE && lic_named(clause, name)) return clause;
    }
    return NULL;
}

const uint8_t *lic_grant_territories(const lic_symbol *grant)
{
    const lic_node *clause = lic_grant_clause(grant, "territory");
    const lic_meaning *m = clause ? clause->children[0]->meaning : NULL;
    return m && m->sort == LIC_SORT_SET && m->is_constant ? m->set : NULL;
}
