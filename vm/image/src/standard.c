/* standard.c - the engine's fixed columns as data. */
#include "internal.h"

#define COLUMN(NAME, name, KIND, offset, doc) {name, LIC_KIND_##KIND, offset, LIC_ROLE_ENGINE},
static const lic_standard_column duty_columns[] = {LIC_DUTY_COLUMNS(COLUMN)};
static const lic_standard_column payment_columns[] = {LIC_PAYMENT_COLUMNS(COLUMN)};
static const lic_standard_column history_columns[] = {LIC_HISTORY_COLUMNS(COLUMN)};
#undef COLUMN

#define COLUMN(NAME, name, KIND, offset, doc) \
    {name, LIC_KIND_##KIND, offset,           \
     (offset) == LIC_SELF_WAKE_AT ? LIC_ROLE_TALLY : LIC_ROLE_ENGINE},
static const lic_standard_column self_columns[] = {LIC_SELF_COLUMNS(COLUMN)};
#undef COLUMN

const lic_standard_column *lic_standard_columns(uint16_t table, size_t *count)
{
    switch (table) {
    case LIC_TABLE_SELF: *count = LIC_COUNT(self_columns); return self_columns;
    case LIC_TABLE_DUTIES: *count = LIC_COUNT(duty_columns); return duty_columns;
    case LIC_TABLE_PAYMENTS: *count = LIC_COUNT(payment_columns); return payment_columns;
    default: *count = 0; return NULL;
    }
}

const lic_standard_column *lic_history_columns(size_t *count)
{
    *count = LIC_COUNT(history_columns);
    return history_columns;
}

lic_type lic_standard_type(const lic_image *image, const lic_standard_column *column)
{
    if (column->kind != LIC_KIND_MONEY) return lic_type_plain((lic_kind)column->kind);
    return lic_type_money(0, image->currencies_count > 0 ? image->currencies[0].unit_scale : 6);
}
