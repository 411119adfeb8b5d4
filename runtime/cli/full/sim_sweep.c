/* sim_sweep.c - NAME=FROM..TO/STEP: exact decimals, with a sign of percent behind them all or none. */
#include "sim.h"

#include <licet/number.h>

#include <stdio.h>
#include <string.h>

typedef struct number {
    lic_i128 mantissa;
    uint8_t scale;
    bool percent;
} number;

static lic_status bad(lic_sim_table *table, const char *text)
{
    return lic_cli_usage(table->cli, "--sweep: %s is not of the form NAME=0..500000/50000", text);
}

static bool read_number(const char *from, size_t size, number *n)
{
    n->percent = size > 0 && from[size - 1] == '%';
    if (n->percent) size--;
    *n = (number){.percent = n->percent};
    bool point = false;
    for (size_t i = 0; i < size; i++) {
        if (from[i] == '.' && !point && i > 0 && i + 1 < size) {
            point = true;
            continue;
        }
        if (from[i] < '0' || from[i] > '9' || size > 30) return false;
        n->mantissa = n->mantissa * 10 + (from[i] - '0');
        n->scale = (uint8_t)(n->scale + point);
    }
    return size > 0;
}

static void rescale(number *n, uint8_t scale)
{
    for (; n->scale < scale; n->scale++) n->mantissa *= 10;
}

static const char *print(lic_sim_table *table, lic_i128 mantissa, uint8_t scale, bool percent)
{
    char text[LIC_DECIMAL_MAX + 2];
    size_t size = lic_decimal_print(mantissa, scale, text);
    if (percent) text[size++] = '%';
    text[size] = '\0';
    return lic_arena_copy(table->arena, text, size + 1);
}

static lic_status add(lic_sim_table *table, lic_slice name, const char *value)
{
    if (value == NULL) return LIC_NO_MEMORY;
    if (table->variant_count == LIC_SIM_VARIANTS)
        return lic_cli_usage(table->cli, "--sweep: more than %d values", LIC_SIM_VARIANTS - 1);
    lic_sim_variant *variant = &table->variants[table->variant_count++];
    variant->label = value;
    variant->set_count = table->variants[0].set_count; /* what --set changes, changed everywhere */
    memcpy(variant->set, table->variants[0].set, sizeof variant->set);
    if (variant->set_count == LIC_SIM_SETTINGS) return LIC_NO_MEMORY;
    variant->set[variant->set_count++] = (lic_named_text){name, lic_slice_text(value)};
    return LIC_OK;
}

lic_status lic_sim_sweep(lic_sim_table *table, const char *text)
{
    lic_slice name;
    const char *value = NULL;
    number from, to, step;
    LIC_TRY(lic_cli_pair(table->cli, text, &name, &value));
    const char *dots = strstr(value, ".."), *slash = strchr(value, '/');
    if (dots == NULL || slash == NULL || slash < dots) return bad(table, text);
    bool read = read_number(value, (size_t)(dots - value), &from) &&
                read_number(dots + 2, (size_t)(slash - dots) - 2, &to) &&
                read_number(slash + 1, strlen(slash + 1), &step);
    if (!read || from.percent != to.percent || to.percent != step.percent || step.mantissa == 0)
        return bad(table, text);
    uint8_t scale = from.scale > to.scale ? from.scale : to.scale;
    if (step.scale > scale) scale = step.scale;
    rescale(&from, scale), rescale(&to, scale), rescale(&step, scale);
    table->swept = lic_arena_copy(table->arena, text, strlen(text) + 1);
    if (table->swept == NULL) return LIC_NO_MEMORY;
    for (lic_i128 at = from.mantissa; at <= to.mantissa; at += step.mantissa)
        LIC_TRY(add(table, name, print(table, at, scale, from.percent)));
    return table->variant_count > 1 ? LIC_OK : bad(table, text);
}
