/* load_order.c - schedules in the order in which they can be loaded. */
#include "load_order.h"

bool lic_is_loadable(const lic_table *table)
{
    return table->kind == LIC_TABLE_KIND_SCHEDULE || table->kind == LIC_TABLE_KIND_CHILD;
}

/* A schedule with nothing but keys gets its rows from its child's file. */
static bool has_keys_alone(const lic_image *image, uint32_t table)
{
    return image->tables[table].column_count <= 1;
}

static bool names_rows_of(const lic_image *image, uint32_t table, uint32_t other)
{
    const lic_table *shape = &image->tables[table];
    for (uint16_t i = 0; i < shape->column_count; i++) {
        const lic_reader *reader = &image->columns[shape->first_column + i].reader;
        if (reader->form == LIC_FORM_ROW && reader->type.aux == other) return true;
    }
    return false;
}

/* True when rows of `table` refer to rows that come with `other`, so that those load first. */
static bool refers(const lic_image *image, uint32_t table, uint32_t other)
{
    const lic_table *shape = &image->tables[table], *source = &image->tables[other];
    if (shape->kind == LIC_TABLE_KIND_CHILD && shape->parent == other) return true;
    if (names_rows_of(image, table, other)) return true;
    return source->kind == LIC_TABLE_KIND_CHILD && has_keys_alone(image, source->parent) &&
           names_rows_of(image, table, source->parent);
}

static bool is_done(const uint16_t *order, size_t count, uint32_t table)
{
    for (size_t i = 0; i < count; i++)
        if (order[i] == table) return true;
    return false;
}

static bool waits(const lic_image *image, const bool *wanted, const uint16_t *order, size_t count,
                  uint32_t table)
{
    for (uint32_t other = 0; other < image->tables_count; other++)
        if (other != table && wanted[other] && !is_done(order, count, other) &&
            refers(image, table, other))
            return true;
    return false;
}

/* Takes the first table that waits for nobody; with `anyway`, the first. */
static bool take(const lic_image *image, const bool *wanted, uint16_t *order, size_t count,
                 bool anyway)
{
    for (uint32_t t = 0; t < image->tables_count; t++) {
        if (!wanted[t] || is_done(order, count, t)) continue;
        if (!anyway && waits(image, wanted, order, count, t)) continue;
        order[count] = (uint16_t)t;
        return true;
    }
    return false;
}

size_t lic_load_order(const lic_image *image, const bool *wanted, uint16_t *order)
{
    size_t count = 0;
    while (take(image, wanted, order, count, false) || take(image, wanted, order, count, true))
        count++;
    return count;
}
