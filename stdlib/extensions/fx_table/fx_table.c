/* fx_table.c - the table as a native extension: numbered tables, copies of what is asked for. */
#include "fx_table.h"

#include "fx.h"

#include <string.h>

LICET_EXTENSION("fx_table.interface");

/* Tables that are open at a time; a converter needs one a source. */
enum { TABLES_MAX = 64 };

static fx *tables[TABLES_MAX];

static fx *find(uint64_t number)
{
    return number >= 1 && number <= TABLES_MAX ? tables[number - 1] : NULL;
}

static void give(licet_text *to, const char *text, size_t size)
{
    char *copy = size == 0 ? NULL : lic_allocate(&lic_allocator_system, size);
    if (copy == NULL) return;
    memcpy(copy, text, size);
    *to = (licet_text){copy, size};
}

void fx_table_release(void *data, size_t size)
{
    lic_release(&lic_allocator_system, data, size);
}

int32_t fx_table_open(const uint8_t *content, size_t size, uint64_t *table, licet_text *failure)
{
    char words[FX_WORDS] = "";
    uint64_t number = 0;
    while (number < TABLES_MAX && tables[number] != NULL) number++;
    if (number == TABLES_MAX) return FX_MEMORY;
    fx_status status = fx_open(&lic_allocator_system, lic_slice_of(content, size), &tables[number],
                               words);
    *table = number + 1;
    give(failure, words, strlen(words));
    return (int32_t)status;
}

int32_t fx_table_rate(uint64_t table, const char *base, size_t base_size, const char *quote,
                      size_t quote_size, const char *day, size_t day_size, int64_t stale_days,
                      licet_text *rate, licet_text *rate_day, licet_text *failure)
{
    char words[FX_WORDS] = "", text[LIC_DATE_TEXT];
    const fx_rate *found = NULL;
    const fx *asked = find(table);
    if (asked == NULL) return FX_UNKNOWN;
    fx_status status = fx_ask(asked, lic_slice_of(base, base_size), lic_slice_of(quote, quote_size),
                              lic_slice_of(day, day_size), stale_days, &found, words);
    give(failure, words, strlen(words));
    if (status != FX_GOOD) return (int32_t)status;
    lic_date_print(found->day, text);
    give(rate, found->text, found->size);
    give(rate_day, text, strlen(text));
    return rate->data == NULL || rate_day->data == NULL ? FX_MEMORY : FX_GOOD;
}

static void tell_pair(const fx_rate *first, const fx_rate *last, fx_table_pair_callback pair)
{
    char from[LIC_DATE_TEXT], to[LIC_DATE_TEXT];
    lic_date_print(first->day, from);
    lic_date_print(last->day, to);
    pair(first->base, FX_CODE - 1, first->quote, FX_CODE - 1, (uint64_t)(last - first) + 1, from,
         strlen(from), to, strlen(to));
}

int32_t fx_table_pairs(uint64_t table, fx_table_pair_callback pair)
{
    size_t count;
    const fx *asked = find(table);
    if (asked == NULL) return FX_UNKNOWN;
    const fx_rate *rates = fx_rates(asked, &count);
    for (size_t first = 0, at = 0; at < count; at++) {
        bool ends = at + 1 == count || memcmp(rates[at].base, rates[at + 1].base, FX_CODE) != 0 ||
                    memcmp(rates[at].quote, rates[at + 1].quote, FX_CODE) != 0;
        if (!ends) continue;
        tell_pair(&rates[first], &rates[at], pair);
        first = at + 1;
    }
    return FX_GOOD;
}

int32_t fx_table_close(uint64_t table)
{
    fx *closed = find(table);
    if (closed == NULL) return FX_UNKNOWN;
    fx_close(closed);
    tables[table - 1] = NULL;
    return FX_GOOD;
}
