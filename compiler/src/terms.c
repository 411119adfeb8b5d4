/* terms.c - which of a money term's sentences moves what the term comes to, and who pays it. */
#include "program.h"

const lic_node *lic_net_sentence(const lic_node *term)
{
    for (uint32_t i = 0; i < term->child_count; i++) {
        const lic_node *node = term->children[i];
        if (node->kind == LIC_NODE_PAYS && !lic_child(node, 2)) return node;
    }
    return NULL;
}

const lic_node *lic_term_payer(const lic_node *term)
{
    const lic_node *pays = lic_net_sentence(term);
    if (!pays) pays = lic_child_of(term, LIC_NODE_PAYS, 0);
    return pays ? pays->children[0] : NULL;
}
