/* types.c - which types exist in an image, and what products of them are. */
#include "internal.h"

/* Decimals of a 64-bit number: a count has none. */
static bool factor_scale(lic_type t, unsigned *scale)
{
    *scale = t.scale;
    return t.kind == LIC_KIND_COUNT || t.kind == LIC_KIND_RATE || t.kind == LIC_KIND_PRICE;
}

bool lic_type_mul(lic_type a, lic_type b, lic_type *result)
{
    unsigned scale_a, scale_b;
    if (!factor_scale(a, &scale_a) || !factor_scale(b, &scale_b)) return false;
    if (a.kind == LIC_KIND_PRICE && b.kind == LIC_KIND_PRICE) return false;
    if (scale_a + scale_b > LIC_SCALE_64_MAX) return false;
    /* COUNT < RATE < PRICE: the stronger kind gives the unit. */
    *result = a.kind >= b.kind ? a : b;
    result->scale = (uint8_t)(scale_a + scale_b);
    return true;
}

bool lic_type_mul2(lic_type a, lic_type b, lic_type *result)
{
    unsigned scale;
    if (!lic_type_wide(a) || !factor_scale(b, &scale)) return false;
    uint8_t currency = a.currency;
    if (b.kind == LIC_KIND_PRICE) {
        if (b.aux != a.currency + 1) return false;
        currency = b.currency;
    }
    if (a.scale + scale > LIC_SCALE_MAX) return false;
    *result = lic_type_exact(currency, (uint8_t)(a.scale + scale));
    return true;
}

bool lic_type_value(lic_type count, lic_type price, lic_type *result)
{
    if (count.kind != LIC_KIND_COUNT || price.kind != LIC_KIND_PRICE || price.aux != 0)
        return false;
    *result = lic_type_exact(price.currency, price.scale);
    return true;
}

/* Parts that a kind does not use are zero. */
static bool plain(lic_type t, bool currency, bool scale, bool aux)
{
    return (currency || t.currency == 0) && (scale || t.scale == 0) && (aux || t.aux == 0);
}

bool lic_type_valid(const lic_image *image, lic_type t)
{
    if (t.kind > LIC_KIND_SPAN) return false;
    switch ((lic_kind)t.kind) {
    case LIC_KIND_NONE: return false;
    case LIC_KIND_BOOL:
    case LIC_KIND_COUNT:
    case LIC_KIND_DATE:
    case LIC_KIND_TERRITORY:
    case LIC_KIND_HASH:
    case LIC_KIND_SET: return plain(t, false, false, false);
    case LIC_KIND_RATE: return plain(t, false, true, false) && t.scale <= LIC_SCALE_64_MAX;
    case LIC_KIND_PRICE:
        return t.currency < image->currencies_count && t.scale <= LIC_SCALE_64_MAX &&
               t.aux <= image->currencies_count;
    case LIC_KIND_ROW:
    case LIC_KIND_SPAN: return plain(t, false, false, true) && t.aux < image->tables_count;
    case LIC_KIND_ENUM: return plain(t, false, false, true) && t.aux < image->enumerations_count;
    case LIC_KIND_TEXT: return plain(t, false, false, true) && t.aux > 0;
    case LIC_KIND_MONEY:
        return plain(t, true, true, false) && t.currency < image->currencies_count &&
               t.scale == image->currencies[t.currency].unit_scale;
    case LIC_KIND_EXACT:
        return plain(t, true, true, false) && t.currency < image->currencies_count &&
               t.scale <= LIC_SCALE_MAX;
    }
    return false;
}

lic_type lic_key_type(const lic_table *table)
{
    if (table->key_size == 0) return lic_type_plain(LIC_KIND_NONE);
    switch ((lic_form)table->key_form) {
    case LIC_FORM_COUNT:
    case LIC_FORM_DIGITS: return lic_type_plain(LIC_KIND_COUNT);
    case LIC_FORM_DATE: return lic_type_plain(LIC_KIND_DATE);
    case LIC_FORM_TERRITORY: return lic_type_plain(LIC_KIND_TERRITORY);
    case LIC_FORM_HASH: return lic_type_plain(LIC_KIND_HASH);
    case LIC_FORM_ENUM: return lic_type_of(LIC_KIND_ENUM, table->key_kind);
    case LIC_FORM_ROW: return lic_type_of(LIC_KIND_ROW, table->key_kind);
    case LIC_FORM_TEXT:
    case LIC_FORM_IDENTIFIER: return lic_type_of(LIC_KIND_TEXT, 1);
    case LIC_FORM_IGNORED:
    case LIC_FORM_EXACT:
    case LIC_FORM_RATE:
    case LIC_FORM_SET:
    case LIC_FORM_BOOL: break;
    }
    return lic_type_plain(LIC_KIND_NONE);
}
