/* check.c - the checks of the agreement as a whole, in the order of their codes. */
#include "check.h"

void lic_check(lic_compilation *compilation, lic_program *program)
{
    (void)compilation;
    (void)program;
}
