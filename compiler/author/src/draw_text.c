/* draw_text.c - texts by the kind of what reads them. */
#include "draw_text.h"

#include <licet/identifier.h>
#include <licet/reference.h>

#include <stdio.h>
#include <string.h>

static uint64_t take(lic_drawn *d, uint64_t below)
{
    if (below == 0) return 0;
    uint64_t value = d->number % below;
    d->number = d->number / below * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return value;
}

/* What no reader of numbers takes. */
static void put_wrong(lic_drawn *d, lic_buffer *target)
{
    static const char *const wrong[] = {
        "", "-1", "x", "01", "99999999999999999999999999999999999", "\xff"};
    lic_put_text(target, wrong[take(d, LIC_COUNT(wrong))]);
}

/* Small more often than large, and the bounds themselves now and then. */
static lic_i128 draw_number(lic_drawn *d, lic_i128 least, lic_i128 most)
{
    lic_i128 room = most - least;
    switch (take(d, 8)) {
    case 0: return least;
    case 1: return most;
    case 2: return least + (room > 1 ? 1 : 0);
    default: break;
    }
    uint64_t scale = 1;
    for (uint64_t i = take(d, 7); i > 0; i--) scale *= 10;
    lic_i128 value = (lic_i128)take(d, scale * 10);
    return least + (value > room ? value % (room + 1) : value);
}

static void put_decimal(lic_i128 number, uint8_t scale, lic_buffer *target)
{
    char text[LIC_DECIMAL_MAX];
    size_t size = lic_decimal_print(number, scale, text);
    lic_put_bytes(target, text, size);
}

/* In the reader's own form: an integer of its units, or a decimal. */
static void put_amount(lic_drawn *d, const lic_reader *reader, lic_buffer *target)
{
    lic_i128 unit = 1;
    for (uint8_t i = reader->unit_scale; i < reader->type.scale; i++) unit *= 10;
    lic_i128 least = reader->min / unit, most = reader->max / unit;
    put_decimal(draw_number(d, least < 0 ? 0 : least, most),
                reader->integer_units ? 0 : reader->unit_scale, target);
}

static void put_identifier(lic_drawn *d, uint16_t kind, lic_buffer *target)
{
    char text[LIC_IDENTIFIER_TEXT];
    const char *form = lic_identifier_form(kind);
    size_t size = form == NULL ? 0 : strlen(form);
    if (size >= sizeof text) size = sizeof text - 1;
    for (size_t i = 0; i < size; i++) {
        bool letter = form[i] == 'C' || form[i] == 'X' || form[i] == 'A';
        bool digit = form[i] == 'N' || form[i] == 'Y' || form[i] == '0';
        text[i] = letter ? (char)('A' + take(d, 26)) : digit ? (char)('0' + take(d, 10)) : form[i];
    }
    static const char last[] = "0123456789X";
    for (size_t i = 0; size > 0 && i < sizeof last - 1; i++) {
        text[size - 1] = last[i];
        if (lic_identifier_check(kind, lic_slice_of(text, size)) == LIC_IDENTIFIER_GOOD) break;
    }
    lic_put_bytes(target, text, size);
}

static lic_status take_count(void *context, uint64_t row, size_t count, const char *const *names,
                             const lic_query_value *values)
{
    (void)row, (void)count, (void)names;
    if (values != NULL) *(uint64_t *)context = (uint64_t)values[0].integer;
    return LIC_OK;
}

/* The key of a row that is there. */
static lic_status put_row(lic_drawn *d, uint16_t table, lic_buffer *target, lic_error *error)
{
    char sql[256];
    uint64_t rows = 0;
    const lic_query_limits limits = {.seconds = 3600};
    lic_client *client = lic_world_client(d->world);
    lic_slice name = d->image->tables[table].name;
    (void)snprintf(
        sql, sizeof sql,
        "SELECT count(*) FROM schedule_rows WHERE contract_number=%u AND schedule='%.*s'",
        d->contract, (int)name.size, (const char *)name.data);
    LIC_TRY(lic_client_query(client, sql, &limits, take_count, &rows, error));
    if (rows == 0) return LIC_OK;
    return lic_engine_row_key(lic_client_engine(client), d->contract, table,
                              (uint32_t)take(d, rows), target, error);
}

static void put_name(lic_drawn *d, const lic_reader *reader, lic_buffer *target)
{
    const lic_enumeration *words = &d->image->enumerations[reader->type.aux];
    lic_slice word = d->image->texts[words->first_text + take(d, words->count)];
    lic_put_bytes(target, word.data, word.size);
}

static void put_date(lic_drawn *d, const lic_reader *reader, lic_buffer *target)
{
    char text[LIC_DATE_TEXT];
    lic_date today = lic_world_today(d->world);
    lic_i128 date = today - 200 + (lic_date)take(d, 800);
    if (date < reader->min) date = reader->min;
    if (date > reader->max) date = reader->max;
    lic_date_print((lic_date)date, text);
    lic_put_text(target, text);
}

static void put_text(lic_drawn *d, uint16_t width, lic_buffer *target)
{
    uint64_t size = 1 + take(d, width > 12 ? 12 : width);
    if (size > width) size = width;
    for (uint64_t i = 0; i < size; i++) lic_put_u8(target, (uint8_t)('a' + take(d, 26)));
}

static void put_hash(lic_drawn *d, lic_buffer *target)
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < 64; i++) lic_put_u8(target, (uint8_t)digits[take(d, 16)]);
}

static void put_territory(lic_drawn *d, lic_buffer *target)
{
    static const char *const codes[] = {"GB", "US", "DE", "FR", "JP", "BR", "CN", "ZA", "IN", "AU"};
    lic_put_text(target, codes[take(d, LIC_COUNT(codes))]);
}

lic_status lic_draw_text(lic_drawn *d, const lic_reader *reader, lic_buffer *target,
                         lic_error *error)
{
    if (d->wrong) {
        put_wrong(d, target);
        return LIC_OK;
    }
    switch ((lic_form)reader->form) {
    case LIC_FORM_COUNT:
        put_decimal(draw_number(d, reader->min < 0 ? 0 : reader->min, reader->max), 0, target);
        break;
    case LIC_FORM_EXACT:
    case LIC_FORM_RATE: put_amount(d, reader, target); break;
    case LIC_FORM_DIGITS: put_decimal((lic_i128)d->line, 0, target); break;
    case LIC_FORM_ENUM: put_name(d, reader, target); break;
    case LIC_FORM_ROW: return put_row(d, reader->type.aux, target, error);
    case LIC_FORM_TERRITORY: put_territory(d, target); break;
    case LIC_FORM_DATE: put_date(d, reader, target); break;
    case LIC_FORM_IGNORED:
    case LIC_FORM_TEXT: put_text(d, reader->width, target); break;
    case LIC_FORM_HASH: put_hash(d, target); break;
    case LIC_FORM_IDENTIFIER: put_identifier(d, reader->width, target); break;
    case LIC_FORM_SET: lic_put_text(target, "world"); break;
    case LIC_FORM_BOOL: lic_put_text(target, take(d, 2) == 0 ? "no" : "yes"); break;
    }
    return LIC_OK;
}
