/* fx.c - reads a whole table, sorts it by pair and day, and answers. */
#include "fx_read.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXTS_MAX ((size_t)256 << 20) /* of all rates' digits */

/* -- words ------------------------------------------------------------------------------------- */

static fx_status say(fx_status status, char words[FX_WORDS], const char *format, ...)
    LIC_PRINTF(3, 4);

/* What a cell holds may be anything; words are text. */
static fx_status say(fx_status status, char words[FX_WORDS], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(words, FX_WORDS, format, arguments);
    va_end(arguments);
    for (size_t i = 0; words[i] != '\0'; i++)
        if (words[i] < ' ' || words[i] == 127) words[i] = '?';
    return status;
}

/* -- reading ----------------------------------------------------------------------------------- */

static bool make_room(fx *table)
{
    if (table->count < table->room) return true;
    size_t room = table->room == 0 ? 1024 : 2 * table->room;
    if (room > FX_ROWS_MAX) return false;
    fx_rate *rates = table->allocator->resize(table->allocator->context, table->rates,
                                              table->room * sizeof *rates, room * sizeof *rates);
    if (rates == NULL) return false;
    table->rates = rates;
    table->room = room;
    return true;
}

static fx_status take_rate(fx *table, const fx_rate *about, lic_slice text, char words[FX_WORDS])
{
    lic_i128 value;
    if (memcmp(about->base, about->quote, FX_CODE) == 0)
        return say(FX_MALFORMED, words, "line %u: a rate of %s to itself", about->line,
                   about->base);
    if (text.size > 100 || lic_decimal_parse(text, FX_SCALE, &value) != LIC_OK)
        return say(FX_MALFORMED, words, "line %u: %.*s is no decimal of at most %u places",
                   about->line, FX_SHOWN(text), FX_SCALE);
    if (value <= 0)
        return say(FX_ZERO, words, "line %u: the rate of %s/%s is %.*s", about->line, about->base,
                   about->quote, FX_SHOWN(text));
    if (!make_room(table)) return FX_MEMORY;
    fx_rate *made = &table->rates[table->count++];
    *made = *about;
    made->size = (uint16_t)text.size;
    made->text = lic_arena_text(table->arena, (const char *)text.data, text.size);
    return made->text == NULL ? FX_MEMORY : FX_GOOD;
}

static fx_status take_narrow(fx *table, const fx_form *form, const fx_line *line, fx_rate *about,
                             char words[FX_WORDS])
{
    lic_slice base = line->cells[form->base], quote = line->cells[form->quote];
    if (!fx_is_code(base) || !fx_is_code(quote))
        return say(FX_MALFORMED, words, "line %u: %.*s/%.*s is no pair of currencies", line->number,
                   FX_SHOWN(base), FX_SHOWN(quote));
    memcpy(about->base, base.data, FX_CODE - 1);
    memcpy(about->quote, quote.data, FX_CODE - 1);
    return take_rate(table, about, line->cells[form->rate], words);
}

/* The European Central Bank writes N/A where a currency has no rate of the day. */
static fx_status take_wide(fx *table, const fx_form *form, const fx_line *line, fx_rate *about,
                           char words[FX_WORDS])
{
    memcpy(about->base, "EUR", FX_CODE);
    for (unsigned i = 1; i < form->count; i++) {
        lic_slice cell = line->cells[i];
        bool absent = cell.size == 0 || lic_slice_equal(cell, lic_slice_text("N/A"));
        if (form->quotes[i][0] == '\0' && !absent)
            return say(FX_MALFORMED, words, "line %u: a cell more than there are currencies",
                       line->number);
        if (absent) continue;
        memcpy(about->quote, form->quotes[i], FX_CODE);
        fx_status status = take_rate(table, about, cell, words);
        if (status != FX_GOOD) return status;
    }
    return FX_GOOD;
}

static fx_status take_line(fx *table, const fx_form *form, const fx_line *line,
                           char words[FX_WORDS])
{
    fx_rate about = {.line = line->number};
    if (line->count != form->count)
        return say(FX_MALFORMED, words, "line %u: %u cells, the heading has %u", line->number,
                   line->count, form->count);
    if (!fx_read_day(line->cells[form->day], &about.day))
        return say(FX_MALFORMED, words, "line %u: %.*s is no day", line->number,
                   FX_SHOWN(line->cells[form->day]));
    return form->wide ? take_wide(table, form, line, &about, words)
                      : take_narrow(table, form, line, &about, words);
}

static fx_status read_lines(fx *table, lic_slice content, char words[FX_WORDS])
{
    fx_form form;
    fx_line line = {.number = 0};
    bool headed = false;
    for (size_t at = 0; at < content.size;) {
        const uint8_t *stop = memchr(content.data + at, '\n', content.size - at);
        size_t end = stop == NULL ? content.size : (size_t)(stop - content.data);
        lic_slice text = lic_slice_of(content.data + at, end - at);
        at = end + 1;
        line.number++;
        if (text.size > 0 && text.data[text.size - 1] == '\r') text.size--;
        if (text.size == 0) continue;
        if (!lic_utf8_valid(text) || !fx_cut(text, &line))
            return say(FX_MALFORMED, words,
                       "line %u: not UTF-8, too many cells, or a quote stays open", line.number);
        if (headed) {
            fx_status status = take_line(table, &form, &line, words);
            if (status != FX_GOOD) return status;
        } else if (!fx_read_form(&line, &form, words)) {
            return FX_MALFORMED;
        }
        headed = true;
    }
    if (!headed) return say(FX_MALFORMED, words, "line 1: the table is empty");
    return FX_GOOD;
}

/* -- order ------------------------------------------------------------------------------------- */

static int compare_pair(const fx_rate *a, const fx_rate *b)
{
    int order = memcmp(a->base, b->base, FX_CODE);
    return order != 0 ? order : memcmp(a->quote, b->quote, FX_CODE);
}

static int compare(const void *one, const void *other)
{
    const fx_rate *a = one, *b = other;
    int order = compare_pair(a, b);
    if (order != 0) return order;
    if (a->day != b->day) return a->day < b->day ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

static bool same_value(const fx_rate *a, const fx_rate *b)
{
    lic_i128 one = 0, other = 0;
    bool read = lic_decimal_parse(lic_slice_of(a->text, a->size), FX_SCALE, &one) == LIC_OK &&
                lic_decimal_parse(lic_slice_of(b->text, b->size), FX_SCALE, &other) == LIC_OK;
    LIC_ASSERT(read);
    return one == other;
}

/* A rate that stands twice with one value is one rate; with two, nobody knows which holds. The
 * conflict that is told is the one whose second line comes first. */
static fx_status put_in_order(fx *table, char words[FX_WORDS])
{
    size_t kept = 0;
    fx_rate first = {0}, second = {.line = UINT32_MAX};
    if (table->count > 0) qsort(table->rates, table->count, sizeof *table->rates, compare);
    for (size_t i = 0; i < table->count; i++) {
        fx_rate *now = &table->rates[i];
        fx_rate *before = kept == 0 ? NULL : &table->rates[kept - 1];
        bool again = before != NULL && compare_pair(before, now) == 0 && before->day == now->day;
        if (!again) table->rates[kept++] = *now;
        else if (!same_value(before, now) && now->line < second.line)
            first = *before, second = *now;
    }
    table->count = kept;
    if (second.line == UINT32_MAX) return FX_GOOD;
    return say(FX_CONFLICT, words, "line %u: %s/%s is %s, in line %u it is %s for the same day",
               second.line, second.base, second.quote, second.text, first.line, first.text);
}

fx_status fx_open(const lic_allocator *allocator, lic_slice content, fx **table,
                  char words[FX_WORDS])
{
    fx *made = lic_allocate_zero(allocator, 1, sizeof *made);
    *table = NULL;
    if (made == NULL) return FX_MEMORY;
    made->allocator = allocator;
    made->arena = lic_arena_create(allocator, TEXTS_MAX);
    fx_status status = made->arena == NULL ? FX_MEMORY : read_lines(made, content, words);
    if (status == FX_GOOD) status = put_in_order(made, words);
    if (status == FX_GOOD) *table = made;
    else fx_close(made);
    return status;
}

void fx_close(fx *table)
{
    if (table == NULL) return;
    lic_release(table->allocator, table->rates, table->room * sizeof *table->rates);
    lic_arena_destroy(table->arena);
    lic_release(table->allocator, table, sizeof *table);
}

const fx_rate *fx_rates(const fx *table, size_t *count)
{
    *count = table->count;
    return table->rates;
}

/* -- questions --------------------------------------------------------------------------------- */

/* The number of rates before (pair, day) and on it. */
static size_t count_until(const fx *table, const fx_rate *asked)
{
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_pair(&table->rates[middle], asked);
        if (order < 0 || (order == 0 && table->rates[middle].day <= asked->day)) low = middle + 1;
        else high = middle;
    }
    return low;
}

static bool has_pair(const fx *table, const char *base, const char *quote)
{
    fx_rate asked = {.day = LIC_DATE_MAX};
    memcpy(asked.base, base, FX_CODE);
    memcpy(asked.quote, quote, FX_CODE);
    size_t at = count_until(table, &asked);
    return at > 0 && compare_pair(&table->rates[at - 1], &asked) == 0;
}

static fx_status tell_missing(const fx *table, const fx_rate *asked, size_t next,
                              char words[FX_WORDS])
{
    char day[LIC_DATE_TEXT], first[LIC_DATE_TEXT];
    lic_date_print(asked->day, day);
    if (next < table->count && compare_pair(&table->rates[next], asked) == 0) {
        lic_date_print(table->rates[next].day, first);
        return say(FX_MISSING, words, "the first rate of %s/%s is of %s, after %s", asked->base,
                   asked->quote, first, day);
    }
    if (has_pair(table, asked->quote, asked->base))
        return say(FX_INVERSE, words, "the table has %s/%s, not %s/%s; a rate is not inverted",
                   asked->quote, asked->base, asked->base, asked->quote);
    return say(FX_MISSING, words, "the table has no rate of %s/%s", asked->base, asked->quote);
}

fx_status fx_ask(const fx *table, lic_slice base, lic_slice quote, lic_slice day,
                 int64_t stale_days, const fx_rate **found, char words[FX_WORDS])
{
    fx_rate asked = {.line = 0};
    *found = NULL;
    if (!fx_is_code(base) || !fx_is_code(quote) || lic_slice_equal(base, quote))
        return say(FX_QUESTION, words, "%.*s/%.*s is no pair of currencies", FX_SHOWN(base),
                   FX_SHOWN(quote));
    if (lic_date_parse(day, &asked.day) != LIC_OK)
        return say(FX_QUESTION, words, "%.*s is no day", FX_SHOWN(day));
    if (stale_days < 0)
        return say(FX_QUESTION, words, "a rate cannot be %lld days old", (long long)stale_days);
    memcpy(asked.base, base.data, FX_CODE - 1);
    memcpy(asked.quote, quote.data, FX_CODE - 1);
    size_t until = count_until(table, &asked);
    const fx_rate *last = until == 0 ? NULL : &table->rates[until - 1];
    if (last == NULL || compare_pair(last, &asked) != 0)
        return tell_missing(table, &asked, until, words);
    if (asked.day - last->day > stale_days) {
        char text[LIC_DATE_TEXT];
        lic_date_print(last->day, text);
        return say(FX_STALE, words, "the last rate of %s/%s is of %s, %d days before", asked.base,
                   asked.quote, text, (int)(asked.day - last->day));
    }
    *found = last;
    return FX_GOOD;
}
