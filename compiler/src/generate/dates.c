/* generate/dates.c - code for what facts and counters held on a date, and for keeping it: wherever a
 * counter with a history is written, the engine is first asked to keep what it holds. What the opening
 * writes is what the counter starts with, and holds for all days before it changes. */
#include "generate/generate.h"

static int32_t row_number(generator *g, int32_t row)
{
    lic_type count = lic_type_plain(LIC_KIND_COUNT);
    return row == LIC_SELF_ROW ? lic_const(g, count, 0)
                               : lic_compute(g, LIC_OP_ORDINAL, count, row, LIC_NO_VALUE, 0);
}

int32_t lic_generate_dated(generator *g, const lic_node *node)
{
    lic_place_of place;
    (void)lic_generate_place(g, node->children[0], &place);
    int32_t date = lic_generate_value(g, node->children[1]), row = row_number(g, place.row);
    uint32_t subject = (uint32_t)lic_image_history(g->image, place.field) << 16;
    if (lic_named(node, "as_of"))
        return lic_generate_call(g, LIC_NATIVE_AS_OF | subject, g->image->fields[place.field].type,
                                 date, row, LIC_NO_VALUE);
    return lic_generate_call(g, LIC_NATIVE_SET_AS_OF | subject, lic_type_plain(LIC_KIND_DATE), date,
                             row, LIC_NO_VALUE);
}

void lic_generate_keep(generator *g, const lic_place_of *place)
{
    if (g->entry_kind == LIC_ENTRY_OPEN || !place->symbol || !place->symbol->is_dated) return;
    uint32_t subject = (uint32_t)lic_image_history(g->image, place->field) << 16;
    (void)lic_generate_call(g, LIC_NATIVE_KEEP | subject, lic_type_plain(LIC_KIND_BOOL),
                            row_number(g, place->row), LIC_NO_VALUE, LIC_NO_VALUE);
    lic_kill_calls(g);
}
