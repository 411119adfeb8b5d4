/* dump_meaning.c - what the resolver and the typer found out, for `licet dump`: what a name refers to, what
 * type a value has, what is known of it. Written straight into the buffer: a dump may run out of memory
 * without unwinding a compile. */
#include "dump.h"

#include <licet/reference.h>

/* -- names ------------------------------------------------------------------------------------------ */

void lic_dump_symbol(const lic_node *node, lic_buffer *target)
{
    const lic_symbol *symbol = node->symbol;
    if (!symbol) return;
    const char *kind = lic_symbol_kind_text(symbol->kind);
    if (symbol->node == node) {
        lic_put_format(target, "  declares %s", kind);
        return;
    }
    lic_put_format(target, "  -> %s", kind);
    if (!lic_slice_equal(symbol->name, node->name))
        lic_put_format(target, " %.*s", LIC_S(symbol->name));
    lic_put_format(target, " @%u:%u", symbol->span.line, symbol->span.column);
}

/* -- types ------------------------------------------------------------------------------------------ */

static void put_currency(const lic_program *p, unsigned currency, lic_buffer *target)
{
    if (currency < p->currency_count)
        lic_put_format(target, "%.*s", LIC_S(p->currencies[currency].code));
}

static void put_words(const lic_values *values, lic_buffer *target)
{
    lic_put_text(target, "one of (");
    for (uint32_t i = 0; values && i < values->count; i++)
        lic_put_format(target, "%s%.*s", i ? ", " : "", LIC_S(values->words[i]));
    lic_put_text(target, ")");
}

static void put_money(const lic_program *p, const lic_meaning *m, lic_buffer *target)
{
    if (m->sort == LIC_SORT_EXACT) lic_put_text(target, "exact ");
    put_currency(p, m->currency, target);
    if (m->sort == LIC_SORT_PRICE) lic_put_text(target, " per ");
    if (m->sort == LIC_SORT_PRICE && m->unit) put_currency(p, m->unit - 1u, target);
    if (m->sort == LIC_SORT_PRICE && !m->unit) lic_put_text(target, "count");
    if (m->sort != LIC_SORT_MONEY) lic_put_format(target, ", scale %u", m->scale);
}

/* As it is declared, where it can be. */
static void put_type(const lic_program *p, const lic_meaning *m, lic_buffer *target)
{
    static const char *const plain[LIC_SORTS] = {
        [LIC_SORT_ERROR] = "nothing",   [LIC_SORT_BOOL] = "condition",
        [LIC_SORT_COUNT] = "count",     [LIC_SORT_DATE] = "date",
        [LIC_SORT_PARTY] = "party",     [LIC_SORT_TERRITORY] = "territory",
        [LIC_SORT_HASH] = "hash",       [LIC_SORT_SET] = "territory set",
        [LIC_SORT_WORDS] = "list",      [LIC_SORT_DURATION] = "duration",
        [LIC_SORT_STATE] = "state",     [LIC_SORT_TIERS] = "tiers",
        [LIC_SORT_ACCOUNT] = "account", [LIC_SORT_IGNORED] = "ignored",
    };
    const lic_symbol *of = NULL;
    switch (m->sort) {
    case LIC_SORT_MONEY:
    case LIC_SORT_EXACT:
    case LIC_SORT_PRICE: put_money(p, m, target); return;
    case LIC_SORT_RATE: lic_put_format(target, "rate, scale %u", m->scale); return;
    case LIC_SORT_ENUM: put_words(m->values, target); return;
    case LIC_SORT_TEXT:
        if (m->width) lic_put_format(target, "text %u", m->width);
        else lic_put_text(target, "text");
        return;
    case LIC_SORT_ROW:
    case LIC_SORT_SHARES:
        lic_put_text(target, m->sort == LIC_SORT_ROW ? "in " : "shares of ");
        of = m->sort == LIC_SORT_SHARES && m->table ? m->table->scope : m->table;
        if (of) lic_put_format(target, "%.*s", LIC_S(of->name));
        return;
    default: lic_put_text(target, plain[m->sort] ? plain[m->sort] : "?"); return;
    }
}

/* -- values ------------------------------------------------------------------------------------------ */

static void put_number(const lic_meaning *m, lic_i128 value, lic_buffer *target)
{
    bool scaled = m->sort == LIC_SORT_MONEY || m->sort == LIC_SORT_EXACT ||
                  m->sort == LIC_SORT_RATE || m->sort == LIC_SORT_PRICE;
    char text[LIC_DECIMAL_MAX];
    if (m->sort == LIC_SORT_DATE) {
        if (value < LIC_DATE_MIN || value > LIC_DATE_MAX) return;
        char date[LIC_DATE_TEXT];
        lic_date_print((lic_date)value, date);
        lic_put_text(target, date);
        return;
    }
    lic_put_bytes(target, text, lic_decimal_print(value, scaled ? m->scale : 0, text));
}

static void put_set(const uint8_t set[32], lic_buffer *target)
{
    lic_put_text(target, "{");
    const char *before = "";
    for (size_t n = 0; n < lic_territory_count(); n++) {
        if (!(set[n / 8] & 1u << (n % 8))) continue;
        lic_put_format(target, "%s%s", before, lic_territory_code(n));
        before = ", ";
    }
    lic_put_text(target, "}");
}

static void put_duration(const lic_meaning *m, lic_buffer *target)
{
    lic_put_format(target, "%d months %d days", m->months, (int)m->value);
}

static void put_name_of(const lic_symbol_list *list, lic_i128 index, lic_buffer *target)
{
    if (index >= 0 && (size_t)index < list->count)
        lic_put_format(target, "%.*s", LIC_S(list->items[(size_t)index]->name));
}

static void put_constant(const lic_program *p, const lic_meaning *m, lic_buffer *target)
{
    switch (m->sort) {
    case LIC_SORT_SET: put_set(m->set, target); return;
    case LIC_SORT_DURATION: put_duration(m, target); return;
    case LIC_SORT_PARTY: put_name_of(&p->parties, m->value, target); return;
    case LIC_SORT_STATE: put_name_of(&p->states, m->value, target); return;
    case LIC_SORT_TERRITORY: lic_put_text(target, lic_territory_code((size_t)m->value)); return;
    case LIC_SORT_ENUM:
        if (m->values && m->value < m->values->count)
            lic_put_format(target, "%.*s", LIC_S(m->values->words[(uint32_t)m->value]));
        return;
    default: put_number(m, m->value, target); return;
    }
}

static bool has_constant(const lic_meaning *m)
{
    return m->is_constant && m->sort != LIC_SORT_TEXT && m->sort != LIC_SORT_WORDS &&
           m->sort != LIC_SORT_ERROR;
}

/* The range that declared bounds give. */
static void put_range(const lic_meaning *m, lic_buffer *target)
{
    bool number = m->sort == LIC_SORT_COUNT || m->sort == LIC_SORT_RATE ||
                  m->sort == LIC_SORT_PRICE || m->sort == LIC_SORT_MONEY ||
                  m->sort == LIC_SORT_EXACT;
    if (!number || !m->is_bounded) return;
    lic_put_text(target, " from ");
    put_number(m, m->low, target);
    lic_put_text(target, " to ");
    put_number(m, m->high, target);
}

void lic_dump_meaning(const lic_program *p, const lic_node *node, lic_buffer *target)
{
    bool declared = node->symbol && node->symbol->node == node && !node->meaning;
    const lic_meaning *m = declared ? &node->symbol->meaning : node->meaning;
    if (!m || (declared && m->sort == LIC_SORT_ERROR)) return;
    lic_put_text(target, "  : ");
    put_type(p, m, target);
    if (has_constant(m)) {
        lic_put_text(target, " = ");
        put_constant(p, m, target);
    } else {
        put_range(m, target);
    }
    if (m->divisor > 1) {
        char text[LIC_DECIMAL_MAX];
        size_t size = lic_decimal_print(m->divisor, 0, text);
        lic_put_format(target, " / %.*s", (int)size, text);
    }
    if (m->dynamic)
        lic_put_format(target, " / (@%u:%u)", m->dynamic->span.line, m->dynamic->span.column);
}
