/* check/window.c - the days on which a grant holds. A window that counts from a fact or a parameter is
 * kept as an offset from it, and as the earliest and latest days that the declared bounds allow: two
 * windows are apart when one of the two shows it. */
#include "check/grants.h"

/* Two additions of months can differ by this from one of their sum: 30 November + 3 + 3 months. */
enum { MONTH_ENDS = 3 };

static lic_day known_day(lic_date date)
{
    return (lic_day){.earliest = date, .latest = date};
}

static lic_day based_on(const void *base, lic_date earliest, lic_date latest)
{
    return (lic_day){.base = base, .earliest = earliest, .latest = latest};
}

static lic_date moved(const lic_program *p, lic_date date, int64_t months, int64_t days)
{
    lic_date end;
    if (!lic_date_add_months(date, months, p->months_roll, &end) || end + days < LIC_DATE_MIN ||
        end + days > LIC_DATE_MAX)
        return months + days < 0 ? LIC_DATE_MIN : LIC_DATE_MAX;
    return (lic_date)(end + days);
}

static lic_day later(const lic_program *p, lic_day day, int64_t months, int64_t days)
{
    if (day.earliest > LIC_DATE_MIN) day.earliest = moved(p, day.earliest, months, days);
    if (day.latest < LIC_DATE_MAX) day.latest = moved(p, day.latest, months, days);
    if (months && (day.months || day.days)) {
        bool whole = day.days == 0; /* clipped months fall short, rolled ones go beyond */
        if (!whole || !p->months_roll) day.early += MONTH_ENDS;
        if (!whole || p->months_roll) day.late += MONTH_ENDS;
    }
    day.months += months;
    day.days += days;
    return day;
}

static lic_day day_of_symbol(const lic_symbol *symbol)
{
    const lic_bounds *b = &symbol->bounds;
    return based_on(symbol, b->has_min ? (lic_date)b->min : LIC_DATE_MIN,
                    b->has_max ? (lic_date)b->max : LIC_DATE_MAX);
}

static lic_day first_of_term(const lic_program *p)
{
    return p->from_signature ? based_on(p->term, LIC_DATE_MIN, p->last) : known_day(p->first);
}

static lic_day day_of(const lic_program *p, const lic_node *node)
{
    const lic_symbol *symbol = node->symbol;
    if (node->meaning && node->meaning->is_constant)
        return known_day((lic_date)node->meaning->value);
    if (node->kind == LIC_NODE_NAME_REF && symbol) return day_of_symbol(symbol);
    if (node->kind == LIC_NODE_FIELD)
        return lic_named(node, "end") ? known_day(p->last) : first_of_term(p);
    if (node->kind == LIC_NODE_BINARY && node->children[1]->meaning &&
        node->children[1]->meaning->is_constant) {
        const lic_meaning *by = node->children[1]->meaning;
        int64_t sign = lic_named(node, "-") ? -1 : 1;
        return later(p, day_of(p, node->children[0]), sign * by->months, sign * (int64_t)by->value);
    }
    return based_on(node, LIC_DATE_MIN, LIC_DATE_MAX);
}

lic_window lic_window_of(const lic_program *p, const lic_symbol *grant)
{
    lic_window w = {.first = first_of_term(p), .last = known_day(p->last)};
    const lic_node *during = lic_grant_clause(grant, "during"),
                   *exclusive = lic_grant_clause(grant, "exclusive");
    if (during && during->child_count > 1) {
        const lic_meaning *duration = during->children[0]->meaning;
        w.first = day_of(p, during->children[1]);
        w.last = later(p, w.first, duration->months, (int64_t)duration->value - 1);
    }
    const lic_node *until = exclusive && lic_named(exclusive->children[0], "in")
                                ? lic_child(exclusive, 2)
                                : NULL;
    w.has_until = until != NULL;
    if (until) w.until = day_of(p, until);
    return w;
}

bool lic_day_precedes(const lic_day *a, const lic_day *b)
{
    if (a->latest < b->earliest) return true;
    if (!a->base || a->base != b->base) return false;
    int64_t months = b->months - a->months; /* each of 28 to 31 days */
    int64_t least = (months > 0 ? 28 : 31) * months + b->days - a->days - b->early - a->late;
    return least > 0;
}
