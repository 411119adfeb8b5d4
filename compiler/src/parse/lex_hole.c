/* parse/lex_hole.c - the tokens of what is filled into the holes of a template. A value gives the tokens of
 * its kind and no others: what can't be read back as that kind is refused here, at the hole. */
#include "parse/lexer.h"

#include "parse/lex_number.h"

#include <licet/date.h>

bool lic_lexer_open_template(lic_lexer *lexer, lic_compilation *compilation,
                             const lic_template *text)
{
    /* The tree holds parts of the text, which is borrowed. */
    size_t size = text->text.size < LIC_SOURCE_MAX + 1 ? text->text.size : LIC_SOURCE_MAX + 1;
    lic_slice own = lic_slice_copy(compilation, lic_slice_of(text->text.data, size));
    bool fit = lic_lexer_open(lexer, compilation, own);
    lexer->holes = text;
    lexer->used = lic_new(compilation, text->hole_count);
    if (text->hole_count <= LIC_HOLES_MAX) return fit;
    lic_diag(compilation, "P11", (lic_span){0, 0, 1, 1}, NULL,
             "the template has %zu holes, at most %u are filled", text->hole_count, LIC_HOLES_MAX);
    lexer->source.size = 0;
    return false;
}

/* -- refusals ---------------------------------------------------------------------------------------- */

typedef struct fill { /* one value on its way into the line */
    lic_lexer *lexer;
    lic_slice name;
    lic_span span;
    bool refused;
} fill;

static void refuse(fill *f, const char *what)
{
    if (f->refused) return;
    f->refused = true;
    lic_diag(f->lexer->compilation, "P22", f->span, NULL, "`$%.*s` can't be filled: %s",
             LIC_S(f->name), what);
}

static lic_slice kept(const fill *f, lic_slice text)
{
    return lic_slice_text(lic_text(f->lexer->compilation, "%.*s", LIC_S(text)));
}

static lic_token *push(fill *f, lic_token_kind kind, lic_slice text)
{
    return lic_lexer_push(f->lexer, kind, f->span, text);
}

static lic_token *push_word(fill *f, const char *word)
{
    return push(f, LIC_TOKEN_WORD, lic_slice_text(word));
}

/* -- names and words -------------------------------------------------------------------------------------- */

static bool is_upper(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}
static bool is_lower(uint8_t c)
{
    return c >= 'a' && c <= 'z';
}

lic_token_kind lic_word_kind(lic_slice text)
{
    bool capitals = true;
    if (text.size == 0 || text.size > LIC_LINE_BYTES_MAX) return LIC_TOKEN_ERROR;
    if (!is_upper(text.data[0]) && !is_lower(text.data[0])) return LIC_TOKEN_ERROR;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];
        bool digit = c >= '0' && c <= '9';
        if (!digit && !is_upper(c) && !is_lower(c) && c != '_') return LIC_TOKEN_ERROR;
        capitals = capitals && is_upper(c);
    }
    if (is_lower(text.data[0])) return LIC_TOKEN_WORD;
    return capitals && text.size >= 2 && text.size <= 3 ? LIC_TOKEN_CODE : LIC_TOKEN_NAME;
}

/* Shown in messages: of what may be anything, and long. */
static const char *shown(lic_compilation *compilation, lic_slice text)
{
    bool fit = text.size <= 40 && lic_text_unfit(text) == NULL;
    return fit ? lic_text(compilation, "`%.*s`", LIC_S(text)) : "the text";
}

static void fill_name(fill *f, const lic_filling *value)
{
    lic_token_kind kind = lic_word_kind(value->text);
    if (kind == LIC_TOKEN_ERROR) {
        lic_compilation *c = f->lexer->compilation;
        refuse(f, lic_text(c, "%s is no name", shown(c, value->text)));
        return;
    }
    push(f, kind, kept(f, value->text))->is_filled = kind == LIC_TOKEN_WORD;
}

static void fill_word(fill *f, const lic_filling *value)
{
    bool closes = lic_slice_is(value->text, "end") || lic_slice_is(value->text, "else");
    if (lic_word_kind(value->text) != LIC_TOKEN_WORD || closes) {
        lic_compilation *c = f->lexer->compilation;
        refuse(f, lic_text(c, "%s is no word of the language", shown(c, value->text)));
        return;
    }
    push(f, LIC_TOKEN_WORD, kept(f, value->text));
}

static void fill_text(fill *f, const lic_filling *value)
{
    const char *unfit = value->text.size > LIC_LINE_BYTES_MAX ? "it is too long"
                                                              : lic_text_unfit(value->text);
    if (unfit) refuse(f, lic_text(f->lexer->compilation, "a text may not stand there: %s", unfit));
    else push(f, LIC_TOKEN_STRING, kept(f, value->text));
}

/* -- numbers ------------------------------------------------------------------------------------------------ */

static bool fits(fill *f, lic_i128 number, unsigned scale)
{
    lic_i128 limit = lic_power_of_ten(LIC_NUMBER_DIGITS_MAX);
    if (number < 0) refuse(f, "it is negative; an agreement subtracts what is owed the other way");
    else if (number >= limit || scale > LIC_NUMBER_DECIMALS_MAX)
        refuse(f, "the number has too many digits");
    return !f->refused;
}

static lic_token *push_number(fill *f, lic_i128 number, uint8_t scale)
{
    char text[LIC_DECIMAL_MAX];
    size_t size = lic_decimal_print(number, scale, text);
    lic_token *token = push(f, LIC_TOKEN_NUMBER, kept(f, lic_slice_of(text, size)));
    token->number = number;
    token->scale = scale;
    return token;
}

static void fill_number(fill *f, const lic_filling *value)
{
    if (fits(f, value->number, value->scale)) push_number(f, value->number, value->scale);
}

static void fill_money(fill *f, const lic_filling *value)
{
    if (lic_word_kind(value->text) != LIC_TOKEN_CODE) refuse(f, "the currency is no code");
    if (!fits(f, value->number, value->scale) || f->refused) return;
    push(f, LIC_TOKEN_CODE, kept(f, value->text));
    push_number(f, value->number, value->scale);
}

#define FRACTION_MAX 999999999 /* what the lexer reads */

static void fill_rate(fill *f, const lic_filling *value)
{
    bool fraction = value->denominator != 0;
    lic_i128 number = value->number;
    unsigned scale = fraction ? 0 : value->scale;
    if (fraction &&
        (value->denominator < 1 || value->denominator > FRACTION_MAX || number > FRACTION_MAX))
        refuse(f, "numerator and denominator have at most nine digits");
    if (!fits(f, number, scale)) return;
    for (; !fraction && scale < 2; scale++) number *= 10; /* a percentage has two places at least */
    if (!fits(f, number, scale)) return;
    lic_slice text = lic_slice_text(lic_text(f->lexer->compilation, "$%.*s", LIC_S(f->name)));
    lic_token *token = push(f, LIC_TOKEN_RATE, text);
    token->number = number;
    token->scale = (uint8_t)scale;
    token->denominator = value->denominator;
    token->flags = fraction ? LIC_FLAG_FRACTION : LIC_FLAG_PERCENT;
}

static void fill_date(fill *f, const lic_filling *value)
{
    char text[LIC_DATE_TEXT];
    if (value->number < LIC_DATE_MIN || value->number > LIC_DATE_MAX) {
        refuse(f, "there is no such date");
        return;
    }
    lic_date_print((lic_date)value->number, text);
    push(f, LIC_TOKEN_DATE, kept(f, lic_slice_text(text)))->number = value->number;
}

static void fill_duration(fill *f, const lic_filling *value)
{
    static const char *const UNITS[] = {"days", "months", "years", "business_days"};
    size_t unit = 0;
    while (unit < LIC_COUNT(UNITS) && !lic_slice_is(value->text, UNITS[unit])) unit++;
    if (unit == LIC_COUNT(UNITS))
        refuse(f, "a duration counts days, months, years or business_days");
    if (!fits(f, value->number, 0) || f->refused) return;
    push_number(f, value->number, 0);
    if (unit == 3) push_word(f, "business");
    push_word(f, unit == 3 ? "days" : UNITS[unit]);
}

/* -- lists ---------------------------------------------------------------------------------------------------- */

static void fill_scalar(fill *f, const lic_filling *value)
{
    switch ((lic_filling_kind)value->kind) {
    case LIC_FILLING_NAME: fill_name(f, value); return;
    case LIC_FILLING_WORD: fill_word(f, value); return;
    case LIC_FILLING_TEXT: fill_text(f, value); return;
    case LIC_FILLING_MONEY: fill_money(f, value); return;
    case LIC_FILLING_RATE: fill_rate(f, value); return;
    case LIC_FILLING_NUMBER: fill_number(f, value); return;
    case LIC_FILLING_DATE: fill_date(f, value); return;
    case LIC_FILLING_DURATION: fill_duration(f, value); return;
    case LIC_FILLING_NONE:
    case LIC_FILLING_LIST:
    case LIC_FILLING_SET:
    case LIC_FILLING_EXPRESSION:
    case LIC_FILLING_LINES: break;
    }
    refuse(f, "a list holds names and values alone");
}

static void fill_items(fill *f, const lic_filling *value)
{
    if (value->item_count > LIC_LINE_BYTES_MAX) refuse(f, "the list is too long");
    for (size_t i = 0; i < value->item_count && !f->refused; i++) {
        if (i > 0) push(f, LIC_TOKEN_COMMA, lic_slice_text(","));
        fill_scalar(f, &value->items[i]);
    }
}

static void fill_list(fill *f, const lic_filling *value)
{
    if (value->item_count == 0) refuse(f, "the list is empty");
    fill_items(f, value);
}

static void fill_set(fill *f, const lic_filling *value)
{
    if (value->outside) push_word(f, "world");
    if (value->outside && value->item_count == 0) return;
    if (value->outside) push_word(f, "except");
    push(f, LIC_TOKEN_LBRACE, lic_slice_text("{"));
    fill_items(f, value);
    push(f, LIC_TOKEN_RBRACE, lic_slice_text("}"));
}

/* -- holes ------------------------------------------------------------------------------------------------------ */

/* The hole of a name, marked as used; NULL, reported, when nothing fills it. */
static const lic_filling *find(fill *f)
{
    const lic_template *holes = f->lexer->holes;
    for (size_t i = 0; holes && i < holes->hole_count; i++) {
        if (!lic_slice_equal(holes->holes[i].name, f->name)) continue;
        f->lexer->used[i] = true;
        return &holes->holes[i].filling;
    }
    lic_diagnostic *d = lic_diag(f->lexer->compilation, "P22", f->span, NULL,
                                 "nothing fills the hole `$%.*s`", LIC_S(f->name));
    lic_diag_help(f->lexer->compilation, d,
                  holes ? "give it a value, or take it out of the template"
                        : "write the value itself; holes stand in templates alone");
    return NULL;
}

static void fill_hole(fill *f, const lic_filling *value)
{
    lic_filling_kind kind = (lic_filling_kind)value->kind;
    if (kind == LIC_FILLING_LIST) fill_list(f, value);
    else if (kind == LIC_FILLING_SET) fill_set(f, value);
    else if (kind != LIC_FILLING_NONE && kind != LIC_FILLING_EXPRESSION &&
             kind != LIC_FILLING_LINES)
        fill_scalar(f, value);
    else
        push(f, LIC_TOKEN_HOLE,
             lic_slice_text(lic_text(f->lexer->compilation, "$%.*s", LIC_S(f->name))))
            ->filling = value;
}

void lic_lexer_fill(lic_lexer *lexer, lic_slice name, lic_span span)
{
    fill f = {lexer, name, span, false};
    const lic_filling *value = find(&f);
    if (value) fill_hole(&f, value);
    if (!value || f.refused) push(&f, LIC_TOKEN_ERROR, name);
}

void lic_lexer_fill_anchor(lic_lexer *lexer, lic_slice name, lic_span span)
{
    fill f = {lexer, name, span, false};
    const lic_filling *value = find(&f);
    if (value && value->kind == LIC_FILLING_NONE) return;
    if (value) {
        lic_slice text = value->text;
        bool kind = value->kind == LIC_FILLING_NAME || value->kind == LIC_FILLING_TEXT;
        bool size = text.size > 0 && text.size <= LIC_ANCHOR_MAX;
        if (!kind || !size || lic_text_unfit(text) || text.data[0] == ' ' ||
            text.data[text.size - 1] == ' ')
            refuse(&f, "an anchor has 1 to 40 bytes and no space at its edges");
        for (size_t i = 0; !f.refused && i < text.size; i++) {
            if (text.data[i] == '[' || text.data[i] == ']') refuse(&f, "an anchor has no brackets");
        }
    }
    if (value && !f.refused) push(&f, LIC_TOKEN_ANCHOR, kept(&f, value->text));
    else push(&f, LIC_TOKEN_ERROR, name);
}

void lic_lexer_check_holes(const lic_lexer *lexer)
{
    const lic_template *holes = lexer->holes;
    for (size_t i = 0; i < holes->hole_count; i++) {
        if (lexer->used[i]) continue;
        lic_diagnostic *d = lic_diag(lexer->compilation, "P22", (lic_span){0, 0, 1, 1}, NULL,
                                     "the template has no hole for %s",
                                     shown(lexer->compilation, holes->holes[i].name));
        lic_diag_help(lexer->compilation, d, "a hole is a name behind the sign $");
        return; /* the first is told: a name misspelt in the text is reported there too */
    }
}
