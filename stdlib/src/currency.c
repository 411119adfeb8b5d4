/* currency.c - look-up in the currency table. */
#include <licet/currency.h>

#include <string.h>

typedef struct currency {
    char code[4];
    unsigned minor;
} currency;

static const currency currencies[] = {
#define CURRENCY(code, minor) {#code, minor},
#include <licet/currencies.def>
#undef CURRENCY
};

size_t lic_currency_count(void)
{
    return LIC_COUNT(currencies);
}

const char *lic_currency_code(size_t index)
{
    LIC_ASSERT(index < LIC_COUNT(currencies));
    return currencies[index].code;
}

bool lic_currency_find(lic_slice code, unsigned *minor)
{
    if (code.size != 3) return false;
    size_t i = 0;
    while (i < LIC_COUNT(currencies) && memcmp(code.data, currencies[i].code, 3) != 0) i++;
    if (i == LIC_COUNT(currencies)) return false;
    *minor = currencies[i].minor;
    return true;
}
