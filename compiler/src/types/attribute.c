/* types/attribute.c - what stands behind the type of a declaration: bounds, decimals, setters, starts. One
 * table says which declarations carry an attribute out, for which values it has a meaning, and which
 * attributes say the same thing: what nothing carries out is refused, and of two that contradict each
 * other neither is taken. */
#include "analyse.h"

/* -- the table ---------------------------------------------------------------------------------------- */

enum { /* what can be declared */
       ON_ACCOUNT = 1,
       ON_COUNTER = 2,
       ON_FACT = 4,
       ON_GIVEN = 8,
       ON_SCHEDULE = 16, /* its columns */
       ON_REGISTER = 32,
       ON_REPORT = 64,
       ON_TALLY = 128,
       ON_RECORD = 256,
       ON_READ = ON_FACT | ON_GIVEN | ON_SCHEDULE | ON_REPORT /* whose values come as texts */
};

enum { /* attributes that say the same thing */
       SAYS_BOUNDS = 1,
       SAYS_UNIT = 2,
       SAYS_DECIMALS = 4,
       SAYS_EMPTY = 8,
       SAYS_UNIQUE = 16,
       SAYS_START = 32,
       SAYS_RESET = 64,
       SAYS_SETTER = 128,
       SAYS_ORDER = 256, /* of the values that it can have one after the other */
       SAYS_END = 512,
       SAYS_PERIOD = 1024,
       SAYS_FALLS = 2048 /* whether they can become less */
};

#define OF(sort) (1u << (sort))
#define OF_DECIMALS (OF(LIC_SORT_EXACT) | OF(LIC_SORT_RATE) | OF(LIC_SORT_PRICE))
#define OF_NUMBERS (OF_DECIMALS | OF(LIC_SORT_MONEY) | OF(LIC_SORT_COUNT))
#define OF_ORDERED (OF_NUMBERS | OF(LIC_SORT_DATE))
#define OF_KEYS                                                                      \
    (OF(LIC_SORT_TEXT) | OF(LIC_SORT_COUNT) | OF(LIC_SORT_DATE) | OF(LIC_SORT_ROW) | \
     OF(LIC_SORT_ENUM) | OF(LIC_SORT_TERRITORY) | OF(LIC_SORT_HASH))
#define OF_ANY 0xFFFFFFFFu
#define OF_SINGLE (OF_ANY & ~OF(LIC_SORT_SET))

typedef struct attribute_rule {
    const char *name, *text; /* in the tree, and as authors write it */
    uint16_t on;             /* declarations that carry it out */
    uint16_t not_yet;        /* where it would have a meaning, but nothing carries it out */
    uint16_t says;
    uint32_t of;        /* sorts of value for which it has a meaning */
    const char *values; /* these sorts in words */
    const char *help;   /* when it stands elsewhere */
} attribute_rule;

static const attribute_rule rules[] = {
    {"at_most", "at most", ON_COUNTER | ON_READ | ON_REGISTER, 0, SAYS_BOUNDS, OF_ORDERED,
     "numbers and dates", "bound the amounts that go into it, in their terms"},
    {"from_to", "from ... to", ON_COUNTER | ON_READ | ON_REGISTER, 0, SAYS_BOUNDS, OF_ORDERED,
     "numbers and dates", "bound the amounts that go into it, in their terms"},
    {"scale", "scale", ON_COUNTER | ON_READ | ON_REGISTER | ON_TALLY | ON_RECORD, 0, SAYS_DECIMALS,
     OF_DECIMALS, "exact amounts, rates and prices", "money is counted in ledger units"},
    {"in_bps", "in bps", ON_READ, 0, SAYS_UNIT, OF(LIC_SORT_RATE), "rates",
     "only what is read from texts has a unit of its own"},
    {"in_units_of", "in units of", ON_READ, 0, SAYS_UNIT, OF_DECIMALS | OF(LIC_SORT_MONEY),
     "money, rates and prices", "only what is read from texts has a unit of its own"},
    {"empty_is", "empty is", ON_SCHEDULE | ON_REPORT, 0, SAYS_EMPTY, OF_NUMBERS, "numbers",
     "only columns that are read from files have empty places"},
    {"unique", "unique", ON_SCHEDULE | ON_REPORT | ON_REGISTER, 0, SAYS_UNIQUE, OF_SINGLE,
     "columns with one value in each row", "only columns have many values"},
    {"starts", "starts", ON_ACCOUNT | ON_COUNTER, 0, SAYS_START, OF_ANY, NULL,
     "only accounts and counters start with a value; others are given, set or read"},
    {"resets_every", "resets every", ON_ACCOUNT | ON_COUNTER, 0, SAYS_RESET | SAYS_FALLS, OF_ANY,
     NULL, "only accounts and counters begin anew"},
    {"never_resets", "never resets", ON_ACCOUNT | ON_COUNTER, 0, SAYS_RESET, OF_ANY, NULL,
     "only accounts and counters begin anew"},
    {"never_falls", "never falls", ON_FACT | ON_COUNTER, 0, SAYS_ORDER | SAYS_FALLS, OF_ORDERED,
     "numbers and dates", "only facts and counters have one value after the other"},
    {"set_by", "set by", ON_FACT, 0, SAYS_SETTER, OF_ANY, NULL,
     "only facts are set by a party; a counter is set by the steps of an action"},
    {"set_once_by", "set once by", ON_FACT, 0, SAYS_SETTER | SAYS_ORDER, OF_ANY, NULL,
     "only facts are set by a party; a counter is set by the steps of an action"},
    {"at_end", "at end", ON_ACCOUNT, 0, SAYS_END, OF_ANY, NULL,
     "only accounts hold what must be disposed of at the end"},
    {"every", "every", ON_RECORD, 0, SAYS_PERIOD, OF_ANY, NULL,
     "only records of kernels have a period"},
};

static const attribute_rule *rule_of(const lic_node *attribute)
{
    for (size_t i = 0; i < LIC_COUNT(rules); i++)
        if (attribute->kind == LIC_NODE_ATTRIBUTE && lic_named(attribute, rules[i].name))
            return &rules[i];
    return NULL;
}

static unsigned place_of(const lic_symbol *symbol)
{
    switch (symbol->kind) {
    case LIC_SYMBOL_ACCOUNT: return ON_ACCOUNT;
    case LIC_SYMBOL_COUNTER: return ON_COUNTER;
    case LIC_SYMBOL_FACT: return ON_FACT;
    case LIC_SYMBOL_GIVEN: return ON_GIVEN;
    case LIC_SYMBOL_TALLY: return ON_TALLY;
    case LIC_SYMBOL_TERM: return ON_RECORD;
    default: break;
    }
    if (symbol->owner->kind == LIC_SYMBOL_REPORT) return ON_REPORT;
    return symbol->owner->kind == LIC_SYMBOL_REGISTER ? ON_REGISTER : ON_SCHEDULE;
}

static const char *place_text(const lic_symbol *symbol)
{
    if (symbol->kind == LIC_SYMBOL_TERM) return "a record";
    if (symbol->kind != LIC_SYMBOL_COLUMN) return lic_symbol_kind_text(symbol->kind);
    return symbol->owner->kind == LIC_SYMBOL_REPORT     ? "a report's column"
           : symbol->owner->kind == LIC_SYMBOL_REGISTER ? "a register's column"
                                                        : "a schedule's column";
}

/* -- attributes that don't belong ------------------------------------------------------------------------ */

/* The fix that drops the attribute, its comma with it. */
static void offer_to_drop(typer *t, lic_diagnostic *d, const lic_node *node, uint32_t index)
{
    const lic_node *a = node->children[index], *before = NULL;
    for (uint32_t i = index; i > 0 && !before; i--)
        if (node->children[i - 1]->kind != LIC_NODE_ABSENT) before = node->children[i - 1];
    if (!before || before->span.line != a->span.line) return;
    lic_span span = before->span;
    span.first += before->span.size;
    span.column += before->span.size;
    span.size = a->span.first + a->span.size - span.first;
    lic_diag_fix(t->c, d, span, "%s", "");
}

static bool check_place(typer *t, const lic_node *node, uint32_t index, const attribute_rule *rule,
                        const lic_symbol *symbol)
{
    const lic_node *a = node->children[index];
    unsigned place = place_of(symbol);
    if (rule->on & place) return true;
    bool later = (rule->not_yet & place) != 0;
    lic_diagnostic *d = lic_diag(t->c, later ? "S0" : "T02", a->span, NULL,
                                 later ? "`%s` of %s is known but not executed yet"
                                       : "`%s` has no meaning for %s",
                                 rule->text, place_text(symbol));
    if (!later && rule->help) lic_diag_help(t->c, d, "%s", rule->help);
    else lic_diag_help(t->c, d, "drop it");
    offer_to_drop(t, d, node, index);
    return false;
}

/* The sort that a bound or a unit is of: of tiers, that of their values. */
static lic_meaning value_type(const lic_symbol *symbol)
{
    lic_meaning type = symbol->meaning;
    if (type.sort == LIC_SORT_TIERS) {
        type.sort = (uint8_t)type.width;
        type.width = 0;
    }
    if (type.sort == LIC_SORT_SHARES) type.sort = LIC_SORT_RATE;
    return type;
}

/* `from 1 to 8` of tiers and shares counts them. */
static bool counts_children(const lic_symbol *symbol, const lic_node *a)
{
    return (symbol->is_tiers || symbol->is_shares) && lic_named(a, "from_to");
}

static bool check_value(typer *t, const lic_node *node, uint32_t index, const attribute_rule *rule,
                        const lic_symbol *symbol)
{
    const lic_node *a = node->children[index];
    lic_meaning type = value_type(symbol);
    bool many = symbol->is_tiers || symbol->is_shares;
    if (type.sort == LIC_SORT_ERROR || counts_children(symbol, a)) return true;
    lic_diagnostic *d = NULL;
    if (!(rule->of & OF(type.sort)) || (many && (rule->says & (SAYS_EMPTY | SAYS_UNIQUE))))
        d = lic_diag(t->c, "T02", a->span, NULL, "`%s` is for %s, this is %s", rule->text,
                     rule->values, lic_meaning_text(t->s, &symbol->meaning));
    else if (symbol->form == LIC_FORM_DIGITS && (rule->says & (SAYS_BOUNDS | SAYS_EMPTY)))
        d = lic_diag(t->c, "T02", a->span, NULL, "`%s` is not for digits: their number bounds them",
                     rule->text);
    else if (rule->says & SAYS_EMPTY && symbol->is_key)
        d = lic_diag(t->c, "T02", a->span, NULL, "a key is never empty");
    else if (rule->says & SAYS_UNIQUE && type.sort == LIC_SORT_IGNORED &&
             place_of(symbol) == ON_REPORT)
        d = lic_diag(t->c, "T02", a->span, NULL,
                     "a column of lines that is ignored is not compared");
    else if (rule->says & SAYS_UNIQUE && place_of(symbol) == ON_REGISTER &&
             !(OF_KEYS & OF(type.sort))) {
        d = lic_diag(t->c, "T02", a->span, NULL, "`unique` of a register is for what can be a key");
        lic_diag_help(t->c, d,
                      "texts, identifiers, counts, digits, dates, words, territories, rows and "
                      "hashes can be one");
    }
    if (d) offer_to_drop(t, d, node, index);
    return d == NULL;
}

/* Two attributes that answer one question. */
static bool check_contradiction(typer *t, const lic_node *node, uint32_t index,
                                const attribute_rule *rule, const lic_symbol *symbol)
{
    const lic_node *a = node->children[index];
    for (uint32_t i = 0; i < index; i++) {
        const lic_node *first = node->children[i];
        const attribute_rule *other = rule_of(first);
        if (!other || !(other->says & rule->says)) continue;
        if (counts_children(symbol, a) != counts_children(symbol, first)) continue;
        lic_diagnostic *d = other == rule ? lic_diag(t->c, "P17", a->span, "and again here",
                                                     "`%s` stands twice", rule->text)
                                          : lic_diag(t->c, "P17", a->span, "and this here",
                                                     "`%s` and `%s` don't go together", other->text,
                                                     rule->text);
        lic_diag_place(t->c, d, first->span, "first here");
        lic_diag_help(t->c, d, "keep one of them");
        return false;
    }
    return true;
}

/* -- what they say ------------------------------------------------------------------------------------------ */

static void bound_attribute(typer *t, lic_node *a, lic_symbol *symbol)
{
    lic_meaning type = value_type(symbol);
    if (counts_children(symbol, a) || type.sort == LIC_SORT_ERROR) return;
    if (lic_named(a, "at_most") && lic_constant_as(t, a->children[0], &type, &symbol->bounds.max)) {
        symbol->bounds.has_max = true;
        if (!symbol->bounds.has_min && type.sort != LIC_SORT_DATE)
            symbol->bounds.min = 0, symbol->bounds.has_min = true;
    }
    if (lic_named(a, "from_to") && lic_constant_as(t, a->children[0], &type, &symbol->bounds.min) &&
        lic_constant_as(t, a->children[1], &type, &symbol->bounds.max)) {
        symbol->bounds.has_min = symbol->bounds.has_max = true;
        if (symbol->bounds.min > symbol->bounds.max)
            lic_diag(t->c, "T03", a->span, NULL, "the lower bound is above the upper one");
    }
}

static void unit_attribute(typer *t, const lic_node *a, lic_symbol *symbol)
{
    lic_meaning type = value_type(symbol);
    symbol->bounds.integer_units = true;
    symbol->bounds.unit_scale = lic_named(a, "in_bps") ? 4 : a->scale;
    if (lic_named(a, "in_units_of") && a->number != 1)
        lic_diag(t->c, "T03", a->span, NULL, "a unit is 1 or 0.1, 0.01 ...");
    if (symbol->bounds.unit_scale > type.scale && type.sort != LIC_SORT_ERROR)
        lic_diag(t->c, "T03", a->span, NULL,
                 "the unit is finer than the value, which has %u decimals", type.scale);
}

static void empty_attribute(typer *t, const lic_node *a, lic_symbol *symbol)
{
    symbol->bounds.has_empty = true;
    if (a->scale > symbol->meaning.scale) {
        lic_diag(t->c, "T03", a->span, NULL, "the value has too many decimals");
        return;
    }
    symbol->bounds.empty = lic_rescale(a->number, a->scale, symbol->meaning.scale);
}

static void take(typer *t, lic_node *a, const attribute_rule *rule, lic_symbol *symbol)
{
    if (rule->says & SAYS_BOUNDS) bound_attribute(t, a, symbol);
    if (rule->says & SAYS_UNIT) unit_attribute(t, a, symbol);
    if (rule->says & SAYS_EMPTY) empty_attribute(t, a, symbol);
    if (rule->says & SAYS_UNIQUE) symbol->is_unique = true;
    if (rule->says & SAYS_ORDER) symbol->rule = lic_named(a, "set_once_by") ? 1 : 2;
    if (rule->says & SAYS_SETTER) symbol->setter = lic_bind(t, a->children[0], LIC_SYMBOL_PARTY);
    if (rule->says & SAYS_START) symbol->starts = a;
    if (lic_named(a, "resets_every")) symbol->resets = a;
    if (!(rule->says & SAYS_END)) return;
    symbol->at_end = a;
    lic_node *to = lic_child_of(a, LIC_NODE_NAME_REF, 0);
    if (to) lic_bind(t, to, LIC_SYMBOL_PARTY);
}

static void narrow(lic_symbol *symbol)
{
    lic_meaning *m = &symbol->meaning;
    if (symbol->bounds.has_min || symbol->bounds.has_max) m->is_bounded = symbol->bounds.has_max;
    if (symbol->bounds.has_min) m->low = symbol->bounds.min;
    if (symbol->bounds.has_max) m->high = symbol->bounds.max;
}

/* What an empty place stands for is a value of the column, too. */
static void check_empty(typer *t, const lic_node *node, const lic_symbol *symbol)
{
    const lic_bounds *bounds = &symbol->bounds;
    bool below = bounds->has_min && bounds->empty < bounds->min,
         above = bounds->has_max && bounds->empty > bounds->max;
    if (!bounds->has_empty || (!below && !above)) return;
    for (uint32_t i = 0; i < node->child_count; i++)
        if (node->children[i]->kind == LIC_NODE_ATTRIBUTE &&
            lic_named(node->children[i], "empty_is"))
            lic_diag(t->c, "T03", node->children[i]->span, NULL,
                     "what an empty place stands for is outside the column's bounds");
}

void lic_type_attributes(typer *t, lic_node *node, uint32_t from, lic_symbol *symbol)
{
    for (uint32_t i = from; i < node->child_count; i++) {
        const attribute_rule *rule = rule_of(node->children[i]);
        bool sound = rule && check_place(t, node, i, rule, symbol) &&
                     check_value(t, node, i, rule, symbol) &&
                     check_contradiction(t, node, i, rule, symbol);
        if (sound) take(t, node->children[i], rule, symbol);
    }
    narrow(symbol);
    check_empty(t, node, symbol);
}
