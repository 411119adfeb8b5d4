/* currency.h - the currencies that an agreement can name: ISO 4217 codes, ascending, with the decimals
 * of their minor unit. Funds codes, metals and test codes are left out: no licence pays in them. */
#ifndef LICET_CURRENCY_H
#define LICET_CURRENCY_H

#include <licet/bytes.h>

size_t lic_currency_count(void);
const char *lic_currency_code(size_t index); /* "JPY"; index < count */
/* *minor = decimals of the minor unit (JPY 0, USD 2, KWD 3). False when the code is not listed. */
bool lic_currency_find(lic_slice code, unsigned *minor);

#endif
