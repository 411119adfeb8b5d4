/* parse/lex_number.c - numbers with grouping commas, rates and ISO dates. A comma between two digits is
 * always grouping; what looks like the decimal comma or the grouping point of other countries is
 * refused with a message of its own, because reading it wrongly would be off by a factor of 1,000. */
#include "parse/lex_number.h"

#include <licet/date.h>

typedef struct shape { /* what the characters of a number look like, before any judgement */
    uint32_t from, whole_end, end; /* end: behind decimals, before % */
    uint32_t commas, points;
    bool groups_good; /* every comma group right */
    bool comma_after_point;
    uint32_t digits, decimals;
} shape;

static bool is_digit_at(const lic_line_text *line, uint32_t at)
{
    return at < line->size && line->text[at] >= '0' && line->text[at] <= '9';
}

static bool is_letter_at(const lic_line_text *line, uint32_t at)
{
    if (at >= line->size) return false;
    uint8_t c = line->text[at];
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

static bool is_sign_at(const lic_line_text *line, uint32_t at, char sign)
{
    return at < line->size && line->text[at] == (uint8_t)sign;
}

static lic_span span_of(const lic_line_text *line, uint32_t from, uint32_t to)
{
    return (lic_span){line->first + from, to - from, line->line_number, from + 1};
}

/* Runs over digits, commas between digits and points between digits. */
static shape measure(const lic_line_text *line, uint32_t from)
{
    shape s = {.from = from, .groups_good = true};
    uint32_t at = from, group = 0;
    for (;;) {
        if (is_digit_at(line, at)) {
            s.digits++, group++;
            if (s.points > 0) s.decimals++;
        } else if (is_sign_at(line, at, ',') && is_digit_at(line, at + 1)) {
            s.groups_good = s.groups_good && (s.commas == 0 ? group <= 3 : group == 3);
            s.comma_after_point = s.comma_after_point || s.points > 0;
            s.commas++, group = 0;
        } else if (is_sign_at(line, at, '.') && is_digit_at(line, at + 1)) {
            if (s.points == 0) {
                s.whole_end = at;
                s.groups_good = s.groups_good && (s.commas == 0 || group == 3);
            }
            s.points++, group = 0;
        } else {
            break;
        }
        at++;
    }
    if (s.points == 0) {
        s.whole_end = at;
        s.groups_good = s.groups_good && (s.commas == 0 || group == 3);
    }
    s.end = at;
    return s;
}

/* -- refusals: each reports, makes an ERROR token and says what to write ------------------------------ */

static void fail(const lic_line_text *line, lic_token *token, const char *code, const char *title,
                 const char *fix, const char *help)
{
    lic_diagnostic *d = lic_diag(line->compilation, code, token->span, NULL, "%s", title);
    lic_diag_help(line->compilation, d, "%s", help);
    if (fix) lic_diag_fix(line->compilation, d, token->span, "%s", fix);
    token->kind = LIC_TOKEN_ERROR;
}

/* Rewrites the digits with grouping commas in the whole part and a point before `decimals` digits. */
static const char *regroup(const lic_line_text *line, const shape *s, uint32_t decimals,
                           bool percent)
{
    char *text = lic_new(line->compilation, 2 * (size_t)(s->end - s->from) + 4);
    size_t size = 0;
    uint32_t seen = 0, whole = s->digits - decimals;
    for (uint32_t at = s->from; at < s->end; at++) {
        if (!is_digit_at(line, at)) continue;
        if (seen == whole && seen > 0) text[size++] = '.';
        else if (seen > 0 && seen < whole && (whole - seen) % 3 == 0) text[size++] = ',';
        text[size++] = (char)line->text[at];
        seen++;
    }
    if (percent) text[size++] = '%';
    return text;
}

static uint32_t digits_behind(const lic_line_text *line, const shape *s, char sign)
{
    uint32_t last = s->from;
    for (uint32_t at = s->from; at < s->end; at++) {
        if (is_sign_at(line, at, sign)) last = at;
    }
    return s->end - last - 1;
}

/* True when the shape was refused. */
static bool refuse_shape(const lic_line_text *line, const shape *s, lic_token *token)
{
    bool percent = is_sign_at(line, s->end, '%');
    if (s->comma_after_point) {
        const char *fix = regroup(line, s, digits_behind(line, s, ','), percent);
        fail(line, token, "P06",
             "the point is not a grouping sign and the comma not a decimal sign", fix,
             "grouping is a comma, decimals follow a point: write 1,500.00");
        return true;
    }
    if (s->points > 1) {
        fail(line, token, "P06", "the point is not a grouping sign", regroup(line, s, 0, percent),
             "grouping is a comma, decimals follow a point: write 1,500,000");
        return true;
    }
    if (s->groups_good) return false;
    uint32_t last = digits_behind(line, s, ',');
    if (s->commas == 1 && s->points == 0 && last != 3) {
        fail(line, token, "P06", "a comma between digits is grouping, never a decimal sign",
             regroup(line, s, last, percent),
             "decimals follow a point: write 52.5%; between two numbers put a space behind the "
             "comma");
        return true;
    }
    fail(line, token, "P05", "digits are grouped by three", regroup(line, s, s->decimals, percent),
         "write 1,000,000 or 1000000; between two numbers put a space behind the comma");
    return true;
}

/* -- values ------------------------------------------------------------------------------------------------ */

static bool refuse_length(const lic_line_text *line, const shape *s, lic_token *token)
{
    if (s->digits > LIC_NUMBER_DIGITS_MAX || s->decimals > LIC_NUMBER_DECIMALS_MAX) {
        fail(line, token, "P07", "the number has too many digits", NULL,
             "at most 36 digits, 20 of them decimals");
        return true;
    }
    if (line->text[s->from] == '0' && s->whole_end - s->from > 1) {
        fail(line, token, "P07", "the number begins with a superfluous zero", NULL,
             "drop the zero; codes and ids stand in quotes");
        return true;
    }
    return false;
}

static lic_i128 value_of(const lic_line_text *line, uint32_t from, uint32_t to)
{
    lic_i128 value = 0;
    for (uint32_t at = from; at < to; at++) {
        if (is_digit_at(line, at)) value = value * 10 + (line->text[at] - '0');
    }
    return value;
}

/* `2/3` without spaces is a fraction of one. */
static uint32_t read_fraction(const lic_line_text *line, const shape *s, lic_token *token)
{
    uint32_t end = s->end + 1;
    while (is_digit_at(line, end)) end++;
    token->span = span_of(line, s->from, end);
    token->text = lic_slice_of(line->text + s->from, end - s->from);
    token->denominator = end - s->end > 10 ? 0 : value_of(line, s->end + 1, end);
    token->kind = LIC_TOKEN_RATE;
    token->flags |= LIC_FLAG_FRACTION;
    if (token->denominator == 0 || token->number >= 1000000000) {
        fail(line, token, "P07", "not a fraction", NULL,
             "numerator and denominator have at most nine digits, and the denominator is not 0");
    }
    return end;
}

static bool is_bps(const lic_line_text *line, uint32_t at)
{
    return is_sign_at(line, at, 'b') && is_sign_at(line, at + 1, 'p') &&
           is_sign_at(line, at + 2, 's') && !is_letter_at(line, at + 3) &&
           !is_digit_at(line, at + 3);
}

static bool is_date(const lic_line_text *line, uint32_t from)
{
    static const char SHAPE[] = "dddd-dd-dd";
    for (uint32_t i = 0; SHAPE[i]; i++) {
        bool fits = SHAPE[i] == 'd' ? is_digit_at(line, from + i) : is_sign_at(line, from + i, '-');
        if (!fits) return false;
    }
    return true;
}

static uint32_t read_date(const lic_line_text *line, uint32_t from, lic_token *token)
{
    lic_date date = 0;
    token->kind = LIC_TOKEN_DATE;
    token->span = span_of(line, from, from + 10);
    token->text = lic_slice_of(line->text + from, 10);
    if (is_digit_at(line, from + 10) || is_letter_at(line, from + 10) ||
        lic_date_parse(token->text, &date) != LIC_OK) {
        fail(line, token, "P08", "there is no such date", NULL, "dates are written YYYY-MM-DD");
    }
    token->number = date;
    return from + 10;
}

uint32_t lic_lex_number(const lic_line_text *line, uint32_t from, lic_token *token)
{
    if (is_date(line, from)) return read_date(line, from, token);
    shape s = measure(line, from);
    bool percent = is_sign_at(line, s.end, '%'), bps = is_bps(line, s.end);
    uint32_t end = s.end + (percent ? 1 : bps ? 3 : 0);
    token->kind = percent || bps ? LIC_TOKEN_RATE : LIC_TOKEN_NUMBER;
    token->span = span_of(line, from, end);
    token->text = lic_slice_of(line->text + from, end - from);
    if (refuse_shape(line, &s, token) || refuse_length(line, &s, token)) return end;
    token->number = value_of(line, from, s.end);
    token->scale = (uint8_t)(s.decimals + (percent ? 2 : bps ? 4 : 0));
    token->flags = (percent ? (uint32_t)LIC_FLAG_PERCENT
                    : bps   ? (uint32_t)LIC_FLAG_BPS
                            : 0) |
                   (s.commas > 0 ? (uint32_t)LIC_FLAG_GROUPED : 0);
    bool whole = token->kind == LIC_TOKEN_NUMBER && s.commas == 0 && s.points == 0;
    if (whole && is_sign_at(line, end, '/') && is_digit_at(line, end + 1))
        end = read_fraction(line, &s, token);
    if (token->kind != LIC_TOKEN_ERROR && is_letter_at(line, end)) {
        while (end < line->size && (is_letter_at(line, end) || is_digit_at(line, end))) end++;
        token->span.size = end - from;
        fail(line, token, "P07", "the number runs into a word", NULL,
             "put a space behind the number; names do not begin with a digit");
    }
    return end;
}
