/* territory.h - the territories that an agreement can name: ISO 3166-1 alpha-2 codes, ascending.
 *
 * A territory value is an index into this table and a territory set is 256 bits over it, so a table
 * has at most 256 entries and is never reordered: another edition is another table with its own
 * hash, and an image binds the hash of the one it was compiled with. */
#ifndef LICET_TERRITORY_H
#define LICET_TERRITORY_H

#include <licet/bytes.h>

#define LIC_TERRITORIES_MAX 256

size_t lic_territory_count(void);
const char *lic_territory_code(size_t index); /* "GB"; index < count */
const char *lic_territory_name(size_t index); /* "United Kingdom", for people alone */
/* False when the code is not in the table; canonical form (two capitals) only. */
bool lic_territory_find(lic_slice code, uint8_t *index);

#endif
