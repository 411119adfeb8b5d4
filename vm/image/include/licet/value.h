/* value.h - the static types of registers, fields, columns and constants.
 * Specification: docs/spec/bytecode.md. */
#ifndef LICET_VALUE_H
#define LICET_VALUE_H

#include <licet/base.h>

typedef enum lic_kind {
    LIC_KIND_NONE = 0,
    LIC_KIND_BOOL = 1,  /* 0 or 1 */
    LIC_KIND_COUNT = 2, /* signed 64-bit integer; also days */
    LIC_KIND_DATE = 3,  /* days since 1970-01-01, LIC_DATE_MIN..LIC_DATE_MAX */
    LIC_KIND_RATE = 4,  /* integer of 10^-scale */
    LIC_KIND_PRICE =
        5, /* integer of 10^-scale major units of `currency` per aux (0 = count, n+1 = currency n) */
    LIC_KIND_ROW = 6,       /* row number of table aux; always an existing row */
    LIC_KIND_ENUM = 7,      /* index in enumeration aux */
    LIC_KIND_TERRITORY = 8, /* index in the bound territory table, 0..255 */
    LIC_KIND_TEXT = 9,   /* in registers a handle; in fields u16 length and aux*8 bytes of room */
    LIC_KIND_HASH = 10,  /* as TEXT, 32 bytes */
    LIC_KIND_MONEY = 11, /* 128-bit integer of the currency's ledger unit (10^-6 major) */
    LIC_KIND_EXACT = 12, /* 128-bit integer of 10^-scale major units */
    LIC_KIND_SET = 13,   /* 256-bit set of territories; fields and constants only */
    LIC_KIND_SPAN = 14   /* fields only: u32 first, u32 count of the child rows in table aux */
} lic_kind;

/* All four are significant in comparison; unused parts are 0. */
typedef struct lic_type {
    uint8_t kind;     /* lic_kind */
    uint8_t currency; /* index in the image's currencies: PRICE, MONEY, EXACT */
    uint8_t scale;    /* decimals: RATE, PRICE 0..18, EXACT 0..24; MONEY: the ledger unit's, 6 */
    uint8_t aux;      /* table, enumeration, unit or room, see above */
} lic_type;

#define LIC_SCALE_MAX 24    /* decimals of EXACT */
#define LIC_SCALE_64_MAX 18 /* decimals of RATE and PRICE: 10^18 fits 64 bits */

/* A type without currency, scale or aux: BOOL, COUNT, DATE, TERRITORY, SET, HASH. */
static inline lic_type lic_type_plain(lic_kind kind)
{
    return (lic_type){.kind = (uint8_t)kind, .currency = 0, .scale = 0, .aux = 0};
}
/* ROW of a table, ENUM of an enumeration, SPAN of a child table, TEXT of a room. */
static inline lic_type lic_type_of(lic_kind kind, uint8_t aux)
{
    return (lic_type){.kind = (uint8_t)kind, .currency = 0, .scale = 0, .aux = aux};
}
static inline lic_type lic_type_rate(uint8_t scale)
{
    return (lic_type){.kind = LIC_KIND_RATE, .currency = 0, .scale = scale, .aux = 0};
}
static inline lic_type lic_type_money(uint8_t currency, uint8_t unit_scale)
{
    return (lic_type){.kind = LIC_KIND_MONEY, .currency = currency, .scale = unit_scale, .aux = 0};
}
static inline lic_type lic_type_exact(uint8_t currency, uint8_t scale)
{
    return (lic_type){.kind = LIC_KIND_EXACT, .currency = currency, .scale = scale, .aux = 0};
}
static inline lic_type lic_type_price(uint8_t currency, uint8_t scale, uint8_t unit)
{
    return (lic_type){.kind = LIC_KIND_PRICE, .currency = currency, .scale = scale, .aux = unit};
}

/* The rules of products; false when two types cannot be multiplied. Compiler and verifier share
 * them. lic_type_mul: MUL (COUNT, RATE, PRICE in either order). lic_type_mul2: MUL2 and MULDIV,
 * a wide, b a COUNT, RATE, or PRICE per a's currency; the result is EXACT. lic_type_value: PRICE, a
 * count times a price per count. */
bool lic_type_mul(lic_type a, lic_type b, lic_type *result);
bool lic_type_mul2(lic_type a, lic_type b, lic_type *result);
bool lic_type_value(lic_type count, lic_type price, lic_type *result);

static inline bool lic_type_equal(lic_type a, lic_type b)
{
    return a.kind == b.kind && a.currency == b.currency && a.scale == b.scale && a.aux == b.aux;
}
static inline bool lic_type_wide(lic_type t)
{
    return t.kind == LIC_KIND_MONEY || t.kind == LIC_KIND_EXACT;
}
/* Bytes in a record: 8, 16 (money, exact), 32 (set, hash), 8 * aux (text; u16 length included). */
static inline uint32_t lic_type_size(lic_type t)
{
    switch ((lic_kind)t.kind) {
    case LIC_KIND_MONEY:
    case LIC_KIND_EXACT: return 16;
    case LIC_KIND_SET:
    case LIC_KIND_HASH: return 32;
    case LIC_KIND_TEXT: return 8u * t.aux;
    case LIC_KIND_NONE:
    case LIC_KIND_BOOL:
    case LIC_KIND_COUNT:
    case LIC_KIND_DATE:
    case LIC_KIND_RATE:
    case LIC_KIND_PRICE:
    case LIC_KIND_ROW:
    case LIC_KIND_ENUM:
    case LIC_KIND_TERRITORY:
    case LIC_KIND_SPAN: return 8;
    }
    return 8;
}

#endif
