/* lower_dates.c - what closes read. A report, a statement or a period reads facts as they were at the end
 * of its period, and counters that change by acts alone: their changes have dates, so that it makes no
 * difference how late the close comes. A counter that closes change is read as the closes before left it.
 * Here the lowered handlers are looked through, and `Rate` becomes `call as_of(Rate, period.end)`. */
#include "lower.h"

bool lic_is_close(const lic_node *handler)
{
    static const char *const kinds[] = {"start", "line", "close", "issue", "period"};
    if (handler->kind != LIC_NODE_HANDLER) return false;
    for (size_t i = 0; i < LIC_COUNT(kinds); i++)
        if (lic_named(handler, kinds[i])) return true;
    return false;
}

/* -- which counters ------------------------------------------------------------------------------------ */

static bool names(const lic_node *place, lic_slice name)
{
    if (place && place->kind == LIC_NODE_OF) place = place->children[0];
    return place && place->kind == LIC_NODE_NAME_REF && lic_slice_equal(place->name, name);
}

static bool changes(const lic_node *node, lic_slice name)
{
    if (node->kind == LIC_NODE_SET && names(lic_child(node, 0), name)) return true;
    if (node->kind == LIC_NODE_ADD && names(lic_child(node, 1), name)) return true;
    for (uint32_t i = 0; i < node->child_count; i++)
        if (changes(node->children[i], name)) return true;
    return false;
}

/* Changed by something that happens on a day, and by no close. */
static bool changes_by_day(const lowering *l, lic_slice name)
{
    bool day = false;
    for (const lic_handler *h = l->handlers; h; h = h->next) {
        if (lic_named(h->node, "opening") || lic_named(h->node, "ending") ||
            !changes(h->node, name))
            continue;
        if (lic_is_close(h->node)) return false;
        day = true;
    }
    for (uint32_t i = 0; i < l->kernel->child_count; i++) {
        const lic_node *node = l->kernel->children[i];
        day = day || (node->kind == LIC_NODE_ACTION && changes(node, name));
    }
    return day;
}

/* -- reading as of the period's end ---------------------------------------------------------------------- */

static lic_node *end_of_period(lowering *l)
{
    return lic_make_field(l, lic_make_word(l, "period"), lic_slice_text("end"));
}

static lic_node *starting_value(lowering *l, const lic_symbol *counter, const lic_node *place)
{
    if (!counter->starts) return lic_make_zero(l, &counter->meaning);
    if (place->kind == LIC_NODE_OF) {
        const lic_node *each = lic_child_of(counter->node, LIC_NODE_FOR_EACH, 0);
        lic_rename(l, each->symbol, place->children[1]);
    }
    return lic_lower_value(l, counter->starts->children[0]);
}

/* A counter that begins anew holds what it starts with, unless it changed in the close's own period. */
static lic_node *dated_value(lowering *l, const lic_symbol *symbol, lic_node *place)
{
    lic_node *value = lic_make_call(l, "as_of", lic_copy(l, place), end_of_period(l));
    value->span = place->span;
    if (!symbol->resets) return value;
    lic_node *months = lic_make_number(l, lic_months_of(symbol->resets->children[0]));
    lic_node *since = lic_make_call(l, "set_as_of", lic_copy(l, place), end_of_period(l));
    lic_node *condition = lic_make_binary(
        l, ">=", since, lic_make_call(l, "period_start", months, end_of_period(l)));
    condition->flags |= LIC_FLAG_PAREN;
    lic_node *chosen = lic_make_call(l, "chosen", condition, value);
    lic_node_add(l->c, chosen, starting_value(l, symbol, place));
    return chosen;
}

static void date_reads(lowering *l, const lic_symbol *symbol, lic_node *node)
{
    for (uint32_t i = 0; i < node->child_count; i++) {
        lic_node *child = node->children[i];
        bool place = names(child, symbol->name);
        if (place && node->kind == LIC_NODE_CALL && lic_named(node, "set_on")) {
            node->name = lic_slice_text("set_as_of");
            lic_node_add(l->c, node, end_of_period(l));
            return;
        }
        if (!place) date_reads(l, symbol, child);
        else if (child->kind == LIC_NODE_OF) date_reads(l, symbol, child->children[1]);
        if (place) node->children[i] = dated_value(l, symbol, child);
    }
}

/* In lines a column of the report hides what has its name. */
static bool is_hidden(const lowering *l, const lic_node *handler, lic_slice name)
{
    const lic_symbol *report = lic_symbol_find(l->p, handler->text);
    return lic_named(handler, "line") && report && lic_symbol_member(report, name);
}

void lic_lower_dates(lowering *l)
{
    for (size_t i = 0; i < l->p->all.count; i++) {
        lic_symbol *symbol = l->p->all.items[i];
        bool counter = symbol->kind == LIC_SYMBOL_COUNTER;
        if (symbol->kind != LIC_SYMBOL_FACT && !(counter && changes_by_day(l, symbol->name)))
            continue;
        symbol->is_dated = true;
        l->renamed = NULL;
        for (lic_handler *h = l->handlers; h; h = h->next)
            if (lic_is_close(h->node) && !is_hidden(l, h->node, symbol->name))
                date_reads(l, symbol, h->node);
    }
}
