/* Checks of child tables, for literal rows at deployment and loaded rows at load time alike. */
#include "children.h"

#include "reader.h"

typedef struct lic_child_rules {
    const lic_tables *tables;
    uint16_t table;
    const uint64_t *first_line;
    uint16_t share, edge, holder; /* fields, or LIC_NONE16 */
    int64_t total;
    lic_error *error;
} lic_child_rules;

static lic_status refuse(const lic_child_rules *rules, uint32_t parent, uint32_t row,
                         const char *code, const char *help, const char *what)
{
    const lic_table *shape = &rules->tables->image->tables[rules->table];
    lic_buffer key;
    uint8_t place[8];
    char line[48] = "";
    lic_buffer_init(&key, rules->tables->allocator, 4096);
    lic_store_u64(place, parent);
    lic_value_print(rules->tables->image, rules->tables,
                    lic_type_of(LIC_KIND_ROW, (uint8_t)shape->parent), place, &key);
    lic_buffer number;
    lic_buffer_init(&number, rules->tables->allocator, sizeof line);
    if (rules->first_line != NULL)
        lic_put_format(&number, "line %llu: ", (unsigned long long)(*rules->first_line + row));
    lic_status status = lic_fail(rules->error, LIC_REFUSED, code, help, "%.*s%.*s of %.*s: %s",
                                 (int)number.size, (const char *)number.data, (int)shape->name.size,
                                 (const char *)shape->name.data, (int)key.size,
                                 (const char *)key.data, what);
    lic_buffer_free(&number);
    lic_buffer_free(&key);
    return status;
}

static void print_percent(lic_i128 sum, int64_t total, lic_buffer *target)
{
    /* four decimals of a percent are enough to see what is wrong */
    lic_i128 scaled = 0;
    char text[LIC_DECIMAL_MAX];
    if (!lic_muldiv(LIC_FLOOR, sum, 1000000, total, &scaled)) return;
    size_t size = lic_decimal_print_short(scaled, 4, 0, text);
    lic_put_bytes(target, text, size);
}

static lic_status check_shares(const lic_child_rules *rules, uint32_t parent, uint32_t first,
                               uint32_t count)
{
    lic_i128 sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        int64_t share = lic_field_get(rules->tables, rules->share, first + i);
        if (share < 0)
            return refuse(rules, parent, first + i, "shares", "give shares of 0 % or more",
                          "a share is negative");
        sum += share;
    }
    if (sum == rules->total) return LIC_OK;
    lic_buffer what;
    lic_buffer_init(&what, rules->tables->allocator, 256);
    lic_put_text(&what, "the shares add up to ");
    print_percent(sum, rules->total, &what);
    lic_put_text(&what, " %, must be 100 %");
    lic_put_u8(&what, 0);
    lic_status status = refuse(
        rules, parent, first, "shares", "correct the shares so that they total 100 %",
        what.failed ? "the shares do not total 100 %" : (const char *)what.data);
    lic_buffer_free(&what);
    return status;
}

static lic_status check_holders(const lic_child_rules *rules, uint32_t parent, uint32_t first,
                                uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        int64_t holder = lic_field_get(rules->tables, rules->holder, first + i);
        for (uint32_t k = 0; k < i; k++)
            if (lic_field_get(rules->tables, rules->holder, first + k) == holder)
                return refuse(rules, parent, first + i, "duplicate",
                              "add the holder's shares up in one row",
                              "the same holder stands twice");
    }
    return LIC_OK;
}

static lic_i128 edge_at(const lic_child_rules *rules, uint32_t row)
{
    const lic_field *field = &rules->tables->image->fields[rules->edge];
    return lic_type_wide(field->type) ? lic_field_wide(rules->tables, rules->edge, row)
                                      : lic_field_get(rules->tables, rules->edge, row);
}

static lic_status check_tiers(const lic_child_rules *rules, uint32_t parent, uint32_t first,
                              uint32_t count)
{
    if (count != 0 && edge_at(rules, first) != 0)
        return refuse(rules, parent, first, "tiers", "let the first tier begin at 0",
                      "the first tier does not begin at 0");
    for (uint32_t i = 1; i < count; i++)
        if (edge_at(rules, first + i) <= edge_at(rules, first + i - 1))
            return refuse(rules, parent, first + i, "tiers", "order the tiers by their lower edges",
                          "a tier does not begin above the one before it");
    return LIC_OK;
}

static void find_shares(lic_child_rules *rules)
{
    const lic_image *image = rules->tables->image;
    for (uint32_t i = 0; i < image->splits_count; i++)
        if (image->splits[i].table == rules->table) {
            rules->share = image->splits[i].share;
            rules->total = image->splits[i].total;
        }
    for (uint32_t i = 0; i < image->fields_count; i++) {
        const lic_field *field = &image->fields[i];
        if (field->table != rules->table || field->is_mutable) continue;
        if (field->type.kind == LIC_KIND_ROW && rules->holder == LIC_NONE16)
            rules->holder = (uint16_t)i;
        if (field->type.kind == LIC_KIND_RATE && rules->share == LIC_NONE16) {
            rules->share = (uint16_t)i; /* no split uses them: still they are shares */
            rules->total = (int64_t)lic_power_of_ten(field->type.scale);
        }
    }
}

static void find_edge(lic_child_rules *rules)
{
    const lic_image *image = rules->tables->image;
    for (uint32_t i = 0; i < image->tiers_count; i++)
        if (image->tiers[i].table == rules->table) rules->edge = image->tiers[i].edge;
}

static lic_status check_parent(const lic_child_rules *rules, uint32_t parent, uint32_t first,
                               uint32_t count)
{
    const lic_table *shape = &rules->tables->image->tables[rules->table];
    if (count < shape->child_min || count > shape->child_max)
        return refuse(rules, parent, first, "rows",
                      "give each row as many as the agreement declares",
                      count == 0 ? "there are none" : "there are too few or too many");
    if (rules->share != LIC_NONE16) LIC_TRY(check_shares(rules, parent, first, count));
    if (rules->holder != LIC_NONE16) LIC_TRY(check_holders(rules, parent, first, count));
    return rules->edge != LIC_NONE16 ? check_tiers(rules, parent, first, count) : LIC_OK;
}

lic_status lic_children_check(const lic_tables *tables, uint16_t table, const uint64_t *first_line,
                              lic_error *error)
{
    const lic_table *shape = &tables->image->tables[table];
    lic_child_rules rules = {.tables = tables,
                             .table = table,
                             .first_line = first_line,
                             .share = LIC_NONE16,
                             .edge = LIC_NONE16,
                             .holder = LIC_NONE16,
                             .error = error};
    if (shape->child_role == 2) find_shares(&rules);
    else find_edge(&rules);
    for (uint32_t parent = 0; parent < tables->views[shape->parent].row_count; parent++) {
        const uint8_t *span = lic_field_at(tables, shape->parent_span, parent);
        LIC_TRY(check_parent(&rules, parent, lic_load_u32(span), lic_load_u32(span + 4)));
    }
    return LIC_OK;
}
