/* types/tiers.c - `tiers` blocks: what their edges count, and the one type of their values. */
#include "analyse.h"

/* The common type of the values: rates at the finest scale, or money. */
static void tier_value(typer *t, lic_symbol *tiers, lic_node *value, bool first)
{
    const lic_meaning *m = lic_type_expression(t, value, NULL);
    if (m->sort == LIC_SORT_ERROR) return;
    bool fits = m->sort == LIC_SORT_RATE || lic_money_like(m) || m->sort == LIC_SORT_COUNT ||
                m->sort == LIC_SORT_PRICE;
    if (!fits || m->divisor != 1 ||
        (!m->is_constant && (!value->symbol || value->symbol->kind != LIC_SYMBOL_GIVEN))) {
        lic_diag(t->c, "T01", value->span, NULL,
                 "a tier's value must be a rate or money that is known when the agreement is made");
        return;
    }
    lic_meaning *v = &tiers->meaning;
    uint8_t sort = m->sort;
    if (lic_money_like(m)) sort = tiers->whole ? LIC_SORT_MONEY : LIC_SORT_PRICE;
    if (first) {
        v->width = sort;
        v->currency = m->currency;
        v->unit = m->unit;
        v->scale = m->scale;
        v->low = m->low, v->high = m->high;
        v->is_bounded = m->is_bounded;
    } else if (v->width != sort || (sort != LIC_SORT_RATE && sort != LIC_SORT_COUNT &&
                                    (v->currency != m->currency || v->unit != m->unit))) {
        lic_diagnostic *d = lic_diag(t->c, "S1", value->span, NULL,
                                     "the values of one tier table are of one type, this is %s",
                                     lic_meaning_text(t->s, m));
        lic_diag_place(t->c, d, tiers->span, "the tiers");
        return;
    }
    unsigned scale = v->scale > m->scale ? v->scale : m->scale;
    lic_i128 low = lic_rescale(m->low, m->scale, scale),
             high = lic_rescale(m->high, m->scale, scale);
    v->low = lic_rescale(v->low, v->scale, scale), v->high = lic_rescale(v->high, v->scale, scale);
    if (low < v->low) v->low = low;
    if (high > v->high) v->high = high;
    v->scale = (uint8_t)scale;
}

void lic_type_tiers_block(typer *t, lic_symbol *tiers)
{
    lic_node *node = tiers->node;
    tiers->is_tiers = true;
    tiers->whole = (node->flags & LIC_FLAG_WHOLE) != 0;
    tiers->meaning = lic_meaning_of(LIC_SORT_TIERS);
    tiers->meaning.table = tiers;
    tiers->min_children = tiers->max_children = node->child_count - 1;
    tiers->unit = lic_unit_of(t, node->children[0], false);
    bool first = true;
    for (uint32_t i = 1; i < node->child_count; i++) {
        lic_node *edge = lic_child(node->children[i], 0), *value = lic_child(node->children[i], 1);
        lic_i128 unused;
        if (edge) (void)lic_constant_as(t, edge, &tiers->unit, &unused);
        if (!value) continue;
        tier_value(t, tiers, value, first);
        first = false;
    }
    if (tiers->meaning.width == LIC_SORT_MONEY) tiers->meaning.scale = t->s->unit_scale;
    for (uint32_t i = 1; i < node->child_count; i++) { /* a parameter fits its cell exactly */
        lic_node *value = lic_child(node->children[i], 1);
        bool given = value && value->meaning && value->symbol &&
                     value->symbol->kind == LIC_SYMBOL_GIVEN;
        if (!given || (value->meaning->sort == tiers->meaning.width &&
                       value->meaning->scale == tiers->meaning.scale))
            continue;
        lic_diagnostic *d = lic_diag(t->c, "S1", value->span, NULL,
                                     "`%.*s` is %s with %u decimals, the values here have %u",
                                     LIC_S(value->name), lic_meaning_text(t->s, value->meaning),
                                     value->meaning->scale, tiers->meaning.scale);
        lic_diag_place(t->c, d, value->symbol->span, "the parameter");
        lic_diag_help(t->c, d, "declare the parameter with the type of the tiers and `scale %u`",
                      tiers->meaning.scale);
    }
}
