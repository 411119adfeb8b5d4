/* types/money.c - money where it is rounded and moved: an exact amount becomes ledger units there, which
 * takes decimals that the exact value did not have to hold (S11). */
#include "analyse.h"

/* No one amount is beyond 10^30 major units: sums of a hundred million of them stay within 128 bits. */
#define AMOUNT_DIGITS 30u

/* A bound in ledger units; decimals that the unit has not are dropped. */
static lic_i128 in_units(const typer *t, const lic_meaning *m, lic_i128 bound)
{
    unsigned unit = t->s->unit_scale;
    if (m->scale <= unit) return lic_rescale(bound, m->scale, unit);
    bool saturated = bound == LIC_I128_MAX || bound == LIC_I128_MIN;
    return saturated ? bound : bound / lic_power_of_ten(m->scale - unit);
}

static bool is_too_large(const typer *t, const lic_meaning *m)
{
    lic_i128 most = lic_rescale(lic_power_of_ten(AMOUNT_DIGITS), 0, t->s->unit_scale);
    most = lic_saturated_mul(most, m->divisor);
    return in_units(t, m, m->high) > most || in_units(t, m, m->low) < -most;
}

lic_meaning *lic_type_payable(typer *t, lic_node *node)
{
    lic_meaning *m = lic_type_as(t, node, LIC_SORT_EXACT, "money");
    bool refused = t->has_caller && !m->is_constant; /* an act that overflows is a trap */
    if (m->sort == LIC_SORT_ERROR || t->kernel || refused || !is_too_large(t, m)) return m;
    lic_diagnostic *d = lic_diag(
        t->c, "S11", node->span, m->is_constant ? "too large" : "can be too large",
        "this amount %s more than 10^%u %s", m->is_constant ? "is" : "can become", AMOUNT_DIGITS,
        lic_money_code(t->s, m->currency));
    if (!m->is_constant)
        lic_diag_help(t->c, d,
                      "give what it is computed from a bound, for instance `at most 1,000,000`, or "
                      "a smaller one");
    m->low = m->high = 0; /* said once */
    return m;
}

/* What rounding makes of the amount, as later clauses read it. */
void lic_rounded_range(const typer *t, const lic_meaning *exact, lic_meaning *rounded)
{
    lic_i128 slack = t->s->round_unit ? t->s->round_unit : 1;
    rounded->low = exact->low >= 0 ? 0 : lic_saturated_add(in_units(t, exact, exact->low), -slack);
    rounded->high = lic_saturated_add(in_units(t, exact, exact->high), slack);
}
