/* lower/dates.c - what closes read. A report, a statement or a period reads facts as they were at the end
 * of its period, and counters that change by acts alone: their changes have dates, so that it makes no
 * difference how late the close comes. A counter that closes change is read as the closes before left it,
 * and acts do not set it back. Here the lowered handlers are looked through: `Rate` becomes `call as_of(Rate,
 * period.end)`. */
#include "lower/lower.h"

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

enum { BY_ACTS = 1, BY_CLOSES = 2 };

static bool is_timeless(
    const lic_node *handler) /* nothing of the counter's was read before or is behind */
{
    return lic_named(handler, "opening") || lic_named(handler, "ending");
}

/* Who changes the counter: something that happens on a day, a close, both. */
static unsigned changed_by(const lowering *l, lic_slice name)
{
    unsigned by = 0;
    for (const lic_handler *h = l->handlers; h; h = h->next)
        if (!is_timeless(h->node) && changes(h->node, name))
            by |= lic_is_close(h->node) ? BY_CLOSES : BY_ACTS;
    for (uint32_t i = 0; i < l->kernel->child_count; i++) {
        const lic_node *node = l->kernel->children[i];
        if (node->kind == LIC_NODE_ACTION && changes(node, name)) by |= BY_ACTS;
    }
    return by;
}

static void refuse_both(lowering *l, const lic_symbol *counter)
{
    lic_diagnostic *d = lic_diag(l->c, "S0", counter->span, NULL,
                                 "a counter that both acts and closes change is known but not "
                                 "executed yet");
    lic_diag_note(
        l->c, d,
        "what an act changed behind the end of a period would count in its close, or not, as "
        "the report came late or early");
    lic_diag_help(l->c, d,
                  "keep one counter for the acts and one for the reports, and add them up where "
                  "they are read");
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

/* `value`, unless the counter begins anew behind the day `since` and before the day on which it is read. */
static lic_node *unless_reset(lowering *l, const lic_symbol *counter, const lic_node *place,
                              lic_node *value, lic_node *since, lic_node *day)
{
    lic_node *months = lic_make_number(l, lic_months_of(counter->resets->children[0]));
    lic_node *condition = lic_make_binary(l, ">=", since,
                                          lic_make_call(l, "period_start", months, day));
    condition->flags |= LIC_FLAG_PAREN;
    lic_node *chosen = lic_make_call(l, "chosen", condition, value);
    lic_node_add(l->c, chosen, starting_value(l, counter, place));
    return chosen;
}

/* In a close: as of the period's end. */
static lic_node *dated_value(lowering *l, const lic_symbol *symbol, lic_node *place)
{
    lic_node *value = lic_make_call(l, "as_of", lic_copy(l, place), end_of_period(l));
    value->span = place->span;
    if (!symbol->resets) return value;
    lic_node *since = lic_make_call(l, "set_as_of", lic_copy(l, place), end_of_period(l));
    return unless_reset(l, symbol, place, value, since, end_of_period(l));
}

/* In an act: as the closes of today's period left it. It does not begin anew here, because a close of an
 * earlier period can still come and go on with it. */
static lic_node *settled_value(lowering *l, const lic_symbol *counter, lic_node *place)
{
    lic_slice since = lic_slice_text(lic_text(l->c, "%.*s.since", LIC_S(counter->name)));
    return unless_reset(l, counter, place, lic_copy(l, place), lic_tally_reference(l, since, NULL),
                        lic_make_word(l, "today"));
}

typedef lic_node *reading(lowering *l, const lic_symbol *symbol, lic_node *place);

static void replace_reads(lowering *l, const lic_symbol *symbol, lic_node *node, reading *read)
{
    for (uint32_t i = 0; i < node->child_count; i++) {
        lic_node *child = node->children[i];
        bool place = names(child, symbol->name);
        if (place && node->kind == LIC_NODE_CALL && lic_named(node, "set_on")) {
            node->name = lic_slice_text("set_as_of");
            lic_node_add(l->c, node, end_of_period(l));
            return;
        }
        if (!place) replace_reads(l, symbol, child, read);
        else if (child->kind == LIC_NODE_OF) replace_reads(l, symbol, child->children[1], read);
        if (place) node->children[i] = read(l, symbol, child);
    }
}

/* In lines a column of the report hides what has its name, in acts a parameter. */
static bool is_hidden(const lowering *l, const lic_node *handler, lic_slice name)
{
    for (uint32_t i = 0; i < handler->child_count && handler->kind == LIC_NODE_ACTION; i++)
        if (handler->children[i]->kind == LIC_NODE_PARAMETER &&
            lic_slice_equal(handler->children[i]->name, name))
            return true;
    const lic_symbol *report = lic_symbol_find(l->p, handler->text);
    return lic_named(handler, "line") && report && lic_symbol_member(report, name);
}

static void read_dated(lowering *l, lic_symbol *symbol)
{
    symbol->is_dated = true;
    for (lic_handler *h = l->handlers; h; h = h->next)
        if (lic_is_close(h->node) && !is_hidden(l, h->node, symbol->name))
            replace_reads(l, symbol, h->node, dated_value);
}

/* Conditions that are looked at after every transaction. The last close of a period always comes behind its
 * end: what it left must be seen, so they read the counter as it is. */
static bool is_looked_at(const lic_node *handler)
{
    return lic_named(handler, "step") || lic_named(handler, "wake");
}

static void read_settled(lowering *l, lic_symbol *counter)
{
    counter->is_settled = true;
    for (lic_handler *h = l->handlers; h; h = h->next)
        if (!lic_is_close(h->node) && !is_timeless(h->node) && !is_looked_at(h->node))
            replace_reads(l, counter, h->node, settled_value);
    for (uint32_t i = 0; i < l->kernel->child_count; i++) {
        lic_node *node = l->kernel->children[i];
        if (node->kind == LIC_NODE_ACTION && !is_hidden(l, node, counter->name))
            replace_reads(l, counter, node, settled_value);
    }
}

void lic_lower_dates(lowering *l)
{
    for (size_t i = 0; i < l->p->all.count; i++) {
        lic_symbol *symbol = l->p->all.items[i];
        l->renamed = NULL;
        if (symbol->kind == LIC_SYMBOL_FACT) read_dated(l, symbol);
        if (symbol->kind != LIC_SYMBOL_COUNTER) continue;
        unsigned by = changed_by(l, symbol->name);
        if (by == BY_ACTS) read_dated(l, symbol);
        if (by == BY_CLOSES && symbol->resets) read_settled(l, symbol);
        if (by == (BY_ACTS | BY_CLOSES)) refuse_both(l, symbol);
    }
}
