/* bind.h - binding values to the tables of an agreement: a contract's, or those of a trial (binding.h). */
#ifndef LICET_ENGINE_BIND_H
#define LICET_ENGINE_BIND_H

#include "reader.h"

/* Reads a parameter's text into its field of table 0; *value as read. MALFORMED, code "parameter". */
lic_status lic_bind_parameter(const lic_tables *tables, uint32_t number, lic_slice text,
                              lic_read_value *value, lic_error *error);
/* Copies bound values into the static rows that take them. */
void lic_bind_patches(const lic_tables *tables);
/* Static rows of tiers and shares are complete from the start; loaded ones are looked at when they come. */
lic_status lic_bind_check(const lic_tables *tables, lic_error *error);

#endif
