/* image.c - questions about a decoded image. */
#include "internal.h"

uint16_t lic_image_clause_at(const lic_image *image, uint32_t pc)
{
    uint32_t low = 0, high = image->origins_count;
    while (low < high) { /* the last origin at or before pc */
        uint32_t middle = low + (high - low) / 2;
        if (image->origins[middle].first <= pc) low = middle + 1;
        else high = middle;
    }
    return low == 0 ? LIC_NONE16 : image->origins[low - 1].clause;
}

uint16_t lic_image_entry(const lic_image *image, lic_entry_kind kind, uint16_t subject)
{
    for (uint32_t i = 0; i < image->entries_count; i++)
        if (image->entries[i].kind == kind && image->entries[i].subject == subject)
            return (uint16_t)i;
    return LIC_NONE16;
}

uint16_t lic_image_field_at(const lic_image *image, uint16_t table, bool is_mutable,
                            uint32_t offset)
{
    for (uint32_t i = 0; i < image->fields_count; i++) {
        const lic_field *field = &image->fields[i];
        if (field->table == table && field->is_mutable == is_mutable && field->offset == offset)
            return (uint16_t)i;
    }
    return LIC_NONE16;
}

uint32_t lic_field_operand(const lic_field *field)
{
    return (uint32_t)field->table << 24 | (field->is_mutable ? LIC_FIELD_MUTABLE : 0) |
           field->offset;
}

uint16_t lic_image_history(const lic_image *image, uint16_t field)
{
    for (uint32_t t = 0; t < image->tables_count; t++)
        if (image->tables[t].kind == LIC_TABLE_KIND_HISTORY &&
            image->tables[t].parent_span == field)
            return (uint16_t)t;
    return LIC_NONE16;
}

lic_type lic_native_type(const lic_image *image, const lic_native_info *native, uint32_t subject)
{
    if (native->result == LIC_KIND_NONE)
        return image->fields[image->tables[subject].parent_span].type;
    if (native->result != LIC_KIND_MONEY) return lic_type_plain((lic_kind)native->result);
    uint8_t currency = image->terms[subject].currency;
    return lic_type_money(currency, image->currencies[currency].unit_scale);
}

void lic_places_build(const lic_image *image, lic_places *places)
{
    places->count = image->fields_count;
    /* Heap sort: no memory, no bad case. */
    uint16_t *order = places->order;
    for (uint32_t i = 0; i < places->count; i++) order[i] = (uint16_t)i;
    uint32_t start = places->count / 2, end = places->count;
    while (end > 1) {
        if (start > 0) {
            start--;
        } else {
            end--;
            uint16_t last = order[end];
            order[end] = order[0];
            order[0] = last;
        }
        uint32_t hole = start;
        uint16_t sinking = order[hole];
        uint32_t key = lic_field_operand(&image->fields[sinking]);
        for (uint32_t child = 2 * hole + 1; child < end; child = 2 * hole + 1) {
            if (child + 1 < end && lic_field_operand(&image->fields[order[child]]) <
                                       lic_field_operand(&image->fields[order[child + 1]]))
                child++;
            if (lic_field_operand(&image->fields[order[child]]) <= key) break;
            order[hole] = order[child];
            hole = child;
        }
        order[hole] = sinking;
    }
}

uint16_t lic_places_find(const lic_image *image, const lic_places *places, uint32_t operand)
{
    uint32_t low = 0, high = places->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t at = lic_field_operand(&image->fields[places->order[middle]]);
        if (at == operand) return places->order[middle];
        if (at < operand) low = middle + 1;
        else high = middle;
    }
    return LIC_NONE16;
}
