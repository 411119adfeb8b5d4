/* print/expression_text.c - an expression as source text in the arena, for reasons, helps and fixes. */
#include "print/line.h"
#include "program.h"

#include <licet/territory.h>

lic_slice lic_expression_text(lic_compilation *compilation, const lic_node *node)
{
    lic_buffer_clear(&compilation->scratch);
    lic_print_expression(node, &compilation->scratch);
    if (compilation->scratch.failed) longjmp(compilation->out_of_memory, 1);
    return lic_slice_text(lic_text(compilation, "%.*s", (int)compilation->scratch.size,
                                   (const char *)compilation->scratch.data));
}

lic_slice lic_clause_text(lic_compilation *compilation, const lic_node *node)
{
    lic_buffer_clear(&compilation->scratch);
    lic_printer printer = {.target = &compilation->scratch};
    lic_write_slice(&printer, lic_line_leader(node));
    lic_write(&printer, " ");
    lic_write_rest(&printer, node);
    if (compilation->scratch.failed) longjmp(compilation->out_of_memory, 1);
    return lic_slice_text(lic_text(compilation, "%.*s", (int)compilation->scratch.size,
                                   (const char *)compilation->scratch.data));
}

const char *lic_territory_text(unsigned territory)
{
    return territory < lic_territory_count() ? lic_territory_code(territory) : "?";
}
