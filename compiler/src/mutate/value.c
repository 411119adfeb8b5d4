/* mutate/value.c - changes inside of expressions: literals, operators, parties, periods, sets. */
#include "mutate/mutate.h"

#include <licet/date.h>

/* -- literals ---------------------------------------------------------------------------------------------- */

static void numbers(const lic_spot *s, lic_mutation_kind kind)
{
    lic_i128 number = s->node->number;
    lic_change_number(s, kind, number + 1);
    if (s->node->denominator != 0 || number == 0) return;
    if (number > 1) lic_change_number(s, kind, 2 * number);
    lic_change_number(s, kind, 0);
}

static void literal(const lic_spot *s)
{
    switch ((int)s->node->kind) {
    case LIC_NODE_AMOUNT_OF: numbers(s, LIC_MUTATION_AMOUNT); break;
    case LIC_NODE_RATE: numbers(s, LIC_MUTATION_RATE); break;
    case LIC_NODE_NUMBER:
    case LIC_NODE_LAST: numbers(s, LIC_MUTATION_COUNT); break;
    case LIC_NODE_DURATION: numbers(s, LIC_MUTATION_DURATION); break;
    case LIC_NODE_DATE:
        lic_change_number(s, LIC_MUTATION_DATE,
                          s->node->number + (s->node->number < LIC_DATE_MAX ? 1 : -1));
        break;
    default: break;
    }
}

/* -- operators ------------------------------------------------------------------------------------------------- */

static void negate(const lic_spot *s)
{
    lic_node *node = lic_node_new(s->list->c, LIC_NODE_NOT, s->node->span);
    lic_node_add(s->list->c, node, s->node);
    lic_change_add(s, LIC_MUTATION_COMPARISON, node);
}

static void binary(const lic_spot *s)
{
    static const struct {
        const char *operator, * other;
        lic_mutation_kind kind;
    } OTHERS[] = {{"<", "<=", LIC_MUTATION_COMPARISON},   {"<=", "<", LIC_MUTATION_COMPARISON},
                  {">", ">=", LIC_MUTATION_COMPARISON},   {">=", ">", LIC_MUTATION_COMPARISON},
                  {"and", "or", LIC_MUTATION_COMPARISON}, {"or", "and", LIC_MUTATION_COMPARISON},
                  {"+", "-", LIC_MUTATION_OPERATOR},      {"-", "+", LIC_MUTATION_OPERATOR}};
    for (size_t i = 0; i < LIC_COUNT(OTHERS); i++) {
        if (!lic_named(s->node, OTHERS[i].operator)) continue;
        lic_change_name(s, OTHERS[i].kind, OTHERS[i].other);
    }
    if (lic_named(s->node, "=") || lic_named(s->node, "in")) negate(s);
    bool either = lic_named(s->node, "except") || lic_named(s->node, "otherwise");
    if (either) lic_change_add(s, LIC_MUTATION_OPERATOR, s->node->children[0]);
}

static void exchange(const lic_spot *s, const char *a, const char *b)
{
    if (lic_named(s->node, a)) lic_change_name(s, LIC_MUTATION_OPERATOR, b);
    else if (lic_named(s->node, b)) lic_change_name(s, LIC_MUTATION_OPERATOR, a);
}

/* -- names ------------------------------------------------------------------------------------------------------- */

/* The other parties, from the next one on. */
static void party(const lic_spot *s)
{
    const lic_program *p = s->list->program;
    const lic_symbol *symbol = lic_symbol_find(p, s->node->name);
    if (!symbol || symbol->kind != LIC_SYMBOL_PARTY) return;
    uint32_t group = (uint32_t)s->list->count;
    for (uint32_t i = 1; i < p->parties.count; i++) {
        lic_node *node = lic_change_twin(s);
        node->name = p->parties.items[(symbol->index + i) % p->parties.count]->name;
        lic_change_add(s, LIC_MUTATION_PARTY, node)->group = group;
    }
}

static void period(const lic_spot *s)
{
    static const char *const PERIODS[] = {"month", "quarter", "half", "year"};
    size_t at = 0;
    while (at < LIC_COUNT(PERIODS) && !lic_named(s->node, PERIODS[at])) at++;
    if (at == LIC_COUNT(PERIODS)) return;
    lic_change_name(s, LIC_MUTATION_PERIOD, PERIODS[at == 3 ? 2 : at + 1]);
}

/* The first and the last of a set: those between stand and fall with them in all likelihood. */
static void set(const lic_spot *s)
{
    uint32_t count = s->node->child_count;
    if (count > 0) lic_change_shorter(s, 0, 0);
    if (count > 1) lic_change_shorter(s, 0, count - 1);
}

void lic_change_value(const lic_spot *s)
{
    switch ((int)s->node->kind) {
    case LIC_NODE_BINARY: binary(s); break;
    case LIC_NODE_NOT: lic_change_add(s, LIC_MUTATION_COMPARISON, s->node->children[0]); break;
    case LIC_NODE_CHOOSE: exchange(s, "greater", "lesser"); break;
    case LIC_NODE_BOUNDARY: exchange(s, "completed", "started"); break;
    case LIC_NODE_FOLD:
        exchange(s, "latest", "earliest");
        lic_change_without(s, LIC_MUTATION_COMPARISON, 1);
        break;
    case LIC_NODE_THROUGH: lic_change_without(s, LIC_MUTATION_TIERS, 3); break;
    case LIC_NODE_SET_OF: set(s); break;
    case LIC_NODE_NAME_REF: party(s); break;
    case LIC_NODE_PERIOD: period(s); break;
    default: literal(s); break;
    }
}
