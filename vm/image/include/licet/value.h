/* value.h - the static types of registers, fields, columns and constants.
 * Specification: docs/spec/bytecode.md. */
#ifndef LICET_VALUE_H
#define LICET_VALUE_H

#include <licet/base.h>

typedef enum lic_kind {
    LIC_KIND_NONE = 0,
    LIC_KIND_BOOL = 1,       /* 0 or 1 */
    LIC_KIND_COUNT = 2,      /* signed 64-bit integer; also days */
    LIC_KIND_DATE = 3,       /* days since 1970-01-01, LIC_DATE_MIN..LIC_DATE_MAX */
    LIC_KIND_RATE = 4,       /* integer of 10^-scale */
    LIC_KIND_PRICE = 5,      /* integer of 10^-scale major units of `currency` per aux (0 = count, n+1 = currency n) */
    LIC_KIND_ROW = 6,        /* row number of table aux; always an existing row */
    LIC_KIND_ENUM = 7,       /* index in enumeration aux */
    LIC_KIND_TERRITORY = 8,  /* index in the bound territory table, 0..255 */
    LIC_KIND_TEXT = 9,       /* in registers a handle; in fields u16 length and aux*8 bytes of room */
    LIC_KIND_HASH = 10,      /* as TEXT, 32 bytes */
    LIC_KIND_MONEY = 11,     /* 128-bit integer of the currency's ledger unit (10^-6 major) */
    LIC_KIND_EXACT = 12,     /* 128-bit integer of 10^-scale major units */
    LIC_KIND_SET = 13,       /* 256-bit set of territories; fields and constants only */
    LIC_KIND_SPAN = 14       /* fields only: u32 first, u32 count of the child rows in table aux */
} lic_kind;

/* All four are significant in comparison; unused parts are 0. */
typedef struct lic_type {
    uint8_t kind;     /* lic_kind */
    uint8_t currency; /* index in the image's currencies: PRICE, MONEY, EXACT */
    uint8_t scale;    /* decimals: RATE, PRICE, EXACT 0..24; MONEY: the ledger unit's, 6 */
    uint8_t aux;      /* table, enumeration, unit or room, see above */
} lic_type;

static inline bool lic_type_equal(lic_type a, lic_type b)
{
    return a.kind == b.kind && a.currency == b.currency && a.scale == b.scale && a.aux == b.aux;
}
static inline bool lic_type_wide(lic_type t) { return t.kind == LIC_KIND_MONEY || t.kind == LIC_KIND_EXACT; }
/* Bytes in a record: 8, 16 (money, exact), 32 (set, hash), 8 * aux (text; u16 length included). */
static inline uint32_t lic_type_size(lic_type t)
{
    switch ((lic_kind)t.kind) {
    case LIC_KIND_MONEY: case LIC_KIND_EXACT: return 16;
    case LIC_KIND_SET: case LIC_KIND_HASH: return 32;
    case LIC_KIND_TEXT: return 8u * t.aux;
    case LIC_KIND_NONE: case LIC_KIND_BOOL: case LIC_KIND_COUNT: case LIC_KIND_DATE:
    case LIC_KIND_RATE: case LIC_KIND_PRICE: case LIC_KIND_ROW: case LIC_KIND_ENUM:
    case LIC_KIND_TERRITORY: case LIC_KIND_SPAN: return 8;
    }
    return 8;
}

#endif
