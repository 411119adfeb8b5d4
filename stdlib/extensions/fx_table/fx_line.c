/* fx_line.c - lines of a table of rates: cells, what a heading says of them, days. */
#include "fx_read.h"

#include <stdio.h>
#include <string.h>

bool fx_is_code(lic_slice text)
{
    if (text.size != 3) return false;
    for (size_t i = 0; i < 3; i++)
        if (text.data[i] < 'A' || text.data[i] > 'Z') return false;
    return true;
}

/* -- cells ------------------------------------------------------------------------------------- */

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

static lic_slice trimmed(lic_slice text)
{
    while (text.size > 0 && is_blank(text.data[text.size - 1])) text.size--;
    while (text.size > 0 && is_blank(text.data[0])) text.data++, text.size--;
    return text;
}

/* The end of the cell that begins at `from`: a comma that is not between quotes. */
static bool cell_end(lic_slice text, size_t from, size_t *end)
{
    bool quoted = false;
    size_t at = from;
    for (; at < text.size && (quoted || text.data[at] != ','); at++)
        if (text.data[at] == '"') quoted = !quoted;
    *end = at;
    return !quoted;
}

bool fx_cut(lic_slice text, fx_line *line)
{
    line->count = 0;
    for (size_t from = 0, end = 0;; from = end + 1) {
        if (line->count == FX_CELLS_MAX || !cell_end(text, from, &end)) return false;
        lic_slice cell = trimmed(lic_slice_of(text.data + from, end - from));
        if (cell.size >= 2 && cell.data[0] == '"' && cell.data[cell.size - 1] == '"')
            cell = lic_slice_of(cell.data + 1, cell.size - 2);
        line->cells[line->count++] = cell;
        if (end == text.size) return true;
    }
}

/* -- the heading ------------------------------------------------------------------------------- */

static bool is_named(lic_slice cell, const char *name)
{
    if (cell.size != strlen(name)) return false;
    for (size_t i = 0; i < cell.size; i++) {
        uint8_t byte = cell.data[i];
        if (byte >= 'A' && byte <= 'Z') byte = (uint8_t)(byte - 'A' + 'a');
        if (byte != (uint8_t)name[i]) return false;
    }
    return true;
}

static bool find(const fx_line *line, const char *name, const char *other, unsigned *cell)
{
    for (unsigned i = 0; i < line->count; i++) {
        if (!is_named(line->cells[i], name) && !is_named(line->cells[i], other)) continue;
        *cell = i;
        return true;
    }
    return false;
}

/* Date,USD,JPY,...: what one euro is. A line ends with a comma there, so a last cell may be
 * empty. */
static bool read_wide(const fx_line *line, fx_form *form)
{
    bool some = false;
    if (line->count < 2 || !is_named(line->cells[0], "date")) return false;
    for (unsigned i = 1; i < line->count; i++) {
        if (line->cells[i].size == 0 && i + 1 == line->count) continue;
        if (!fx_is_code(line->cells[i])) return false;
        memcpy(form->quotes[i], line->cells[i].data, FX_CODE - 1);
        some = true;
    }
    form->wide = true;
    return some;
}

/* The names of the second column are those of the European Central Bank's data portal. */
bool fx_read_form(const fx_line *line, fx_form *form, char words[FX_WORDS])
{
    *form = (fx_form){.count = line->count};
    if (find(line, "date", "time_period", &form->day) &&
        find(line, "base", "currency_denom", &form->base) &&
        find(line, "quote", "currency", &form->quote) &&
        find(line, "rate", "obs_value", &form->rate))
        return true;
    if (read_wide(line, form)) return true;
    (void)snprintf(words, FX_WORDS,
                   "line %u: no heading of a table of rates; one begins with date,base,quote,rate "
                   "or Date,USD,JPY",
                   line->number);
    return false;
}

/* -- days -------------------------------------------------------------------------------------- */

static bool take_number(lic_slice *text, int32_t *number)
{
    size_t size = 0;
    *number = 0;
    for (; size < text->size && size < 5 && text->data[size] >= '0' && text->data[size] <= '9';
         size++)
        *number = *number * 10 + (text->data[size] - '0');
    *text = trimmed(lic_slice_of(text->data + size, text->size - size));
    return size > 0;
}

static bool take_month(lic_slice *text, int32_t *number)
{
    static const char *const months[] = {"january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december"};
    size_t size = 0;
    while (size < text->size && !is_blank(text->data[size])) size++;
    lic_slice word = lic_slice_of(text->data, size);
    *text = trimmed(lic_slice_of(text->data + size, text->size - size));
    for (int32_t i = 0; i < 12; i++) {
        if (!is_named(word, months[i])) continue;
        *number = i + 1;
        return true;
    }
    return false;
}

bool fx_read_day(lic_slice text, lic_date *day)
{
    lic_civil civil;
    if (lic_date_parse(text, day) == LIC_OK) return true;
    return take_number(&text, &civil.day) && take_month(&text, &civil.month) &&
           take_number(&text, &civil.year) && text.size == 0 && lic_date_of(civil, day);
}
