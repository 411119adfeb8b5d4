/* reference.h - the reference tables as bytes. An image names each table that it uses with the hash of
 * these bytes; an engine that holds other bytes under that name does not run it. */
#ifndef LICET_REFERENCE_H
#define LICET_REFERENCE_H

#include <licet/currency.h>
#include <licet/identifier.h>
#include <licet/module.h>
#include <licet/territory.h>

/* Canonical bytes of table "territories" (a line a code) or "currencies" (a line a code with its
 * minor decimals), the table's name in the first line. Empty when there is no such table. */
lic_slice lic_reference_bytes(const char *table);

#endif
