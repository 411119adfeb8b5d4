/* identifier.c - form and check digits of the identifier kinds. A check routine sees a text of at
 * most the kind's size and decides on the form first, then on the digits. */
#include <licet/identifier.h>

#include <string.h>

typedef lic_identifier_fault check_function(const uint8_t *at, size_t size);

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_capital(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}

/* A pattern stands for one byte a character: d digit, a capital, x either, h hexadecimal digit, any
 * other itself. */
static bool matches(const uint8_t *at, size_t size, const char *pattern)
{
    if (size != strlen(pattern)) return false;
    for (size_t i = 0; i < size; i++) {
        uint8_t c = at[i];
        bool fits = false;
        switch (pattern[i]) {
        case 'd': fits = is_digit(c); break;
        case 'a': fits = is_capital(c); break;
        case 'x': fits = is_digit(c) || is_capital(c); break;
        case 'h': fits = is_digit(c) || (c >= 'A' && c <= 'F'); break;
        default: fits = c == (uint8_t)pattern[i];
        }
        if (!fits) return false;
    }
    return true;
}

static lic_identifier_fault fault_unless(bool good)
{
    return good ? LIC_IDENTIFIER_GOOD : LIC_IDENTIFIER_BAD_CHECK;
}

static unsigned digit(uint8_t c)
{
    return (unsigned)(c - '0');
}

/* 0-9 and A-Z as 0..35 */
static unsigned base36(uint8_t c)
{
    return is_digit(c) ? digit(c) : (unsigned)(c - 'A') + 10;
}

static lic_identifier_fault check_design(const uint8_t *at, size_t size)
{
    return matches(at, size, "ddddddddddddd") ? LIC_IDENTIFIER_GOOD : LIC_IDENTIFIER_BAD_FORM;
}

static lic_identifier_fault check_isrc(const uint8_t *at, size_t size)
{
    return matches(at, size, "aaxxxddddddd") ? LIC_IDENTIFIER_GOOD : LIC_IDENTIFIER_BAD_FORM;
}

/* ISO 15707: seed + sum of i * digit i, and the check digit, are 0 modulo 10. */
static bool mod10_by_position(const uint8_t *nine, unsigned seed, uint8_t check)
{
    unsigned sum = seed + digit(check);
    for (unsigned i = 0; i < 9; i++) sum += (i + 1) * digit(nine[i]);
    return sum % 10 == 0;
}

static lic_identifier_fault check_iswc(const uint8_t *at, size_t size)
{
    if (!matches(at, size, "Tdddddddddd")) return LIC_IDENTIFIER_BAD_FORM;
    return fault_unless(mod10_by_position(at + 1, 1, at[10]));
}

static lic_identifier_fault check_ipi_base(const uint8_t *at, size_t size)
{
    if (!matches(at, size, "I-ddddddddd-d")) return LIC_IDENTIFIER_BAD_FORM;
    return fault_unless(mod10_by_position(at + 2, 2, at[12]));
}

static lic_identifier_fault check_ipi(const uint8_t *at, size_t size)
{
    if (!matches(at, size, "ddddddddddd")) return LIC_IDENTIFIER_BAD_FORM;
    unsigned sum = 0;
    for (unsigned i = 0; i < 9; i++) sum += digit(at[i]) * (10 - i);
    unsigned rest = sum % 101;
    unsigned check = rest == 0 ? 0 : (101 - rest) % 100;
    return fault_unless(digit(at[9]) * 10 + digit(at[10]) == check);
}

/* ISO 7064 MOD 11-2; the check character X stands for 10. */
static lic_identifier_fault check_isni(const uint8_t *at, size_t size)
{
    bool form = matches(at, size, "dddddddddddddddd") || matches(at, size, "dddddddddddddddX");
    if (!form) return LIC_IDENTIFIER_BAD_FORM;
    unsigned sum = 0;
    for (unsigned i = 0; i < 15; i++) sum = (sum + digit(at[i])) * 2;
    unsigned check = (12 - sum % 11) % 11;
    return fault_unless(check == (at[15] == 'X' ? 10 : digit(at[15])));
}

/* GS1: weights 3 and 1 from the right; all digits with the check digit are 0 modulo 10. */
static bool mod10_gs1(const uint8_t *at, size_t size)
{
    unsigned sum = 0;
    for (size_t i = 0; i < size; i++) sum += digit(at[i]) * ((size - i) % 2 == 0 ? 3 : 1);
    return sum % 10 == 0;
}

static lic_identifier_fault check_ean(const uint8_t *at, size_t size)
{
    if (!matches(at, size, "ddddddddddddd")) return LIC_IDENTIFIER_BAD_FORM;
    return fault_unless(mod10_gs1(at, size));
}

static lic_identifier_fault check_upc(const uint8_t *at, size_t size)
{
    if (!matches(at, size, "dddddddddddd")) return LIC_IDENTIFIER_BAD_FORM;
    return fault_unless(mod10_gs1(at, size));
}

static lic_identifier_fault check_isbn(const uint8_t *at, size_t size)
{
    bool form = matches(at, size, "978dddddddddd") || matches(at, size, "979dddddddddd");
    if (!form) return LIC_IDENTIFIER_BAD_FORM;
    return fault_unless(mod10_gs1(at, size));
}

/* ISO 7064 MOD 97-10: letters are two digits, the number is 1 modulo 97. */
static lic_identifier_fault check_lei(const uint8_t *at, size_t size)
{
    if (!matches(at, size, "xxxxxxxxxxxxxxxxxxdd")) return LIC_IDENTIFIER_BAD_FORM;
    unsigned rest = 0;
    for (size_t i = 0; i < size; i++)
        rest = (rest * (is_digit(at[i]) ? 10 : 100) + base36(at[i])) % 97;
    return fault_unless(rest == 1);
}

/* ISO 7064 MOD 37,36 over all characters, the check character last. */
static bool mod37_36(const uint8_t *at, size_t size)
{
    unsigned product = 36;
    for (size_t i = 0; i + 1 < size; i++) {
        unsigned sum = (product + base36(at[i])) % 36;
        product = (sum == 0 ? 36 : sum) * 2 % 37;
    }
    return (product + base36(at[size - 1])) % 36 == 1;
}

static lic_identifier_fault check_grid(const uint8_t *at, size_t size)
{
    if (!matches(at, size, "A1xxxxxxxxxxxxxxxx")) return LIC_IDENTIFIER_BAD_FORM;
    return fault_unless(mod37_36(at, size));
}

static lic_identifier_fault check_dpid(const uint8_t *at, size_t size)
{
    if (!matches(at, size, "PADPIDAxxxxxxxxxxx")) return LIC_IDENTIFIER_BAD_FORM;
    return fault_unless(mod37_36(at, size));
}

/* Root and episode (16) with a check character, version (8) with one over all 24. */
static lic_identifier_fault check_isan(const uint8_t *at, size_t size)
{
    if (!matches(at, size, "hhhhhhhhhhhhhhhhxhhhhhhhhx")) return LIC_IDENTIFIER_BAD_FORM;
    uint8_t all[25];
    memcpy(all, at, 16);
    memcpy(all + 16, at + 17, 9);
    return fault_unless(mod37_36(at, 17) && mod37_36(all, sizeof all));
}

/* Office (two capitals), up to two capitals of a series, 1 to 13 digits, a kind code or none. */
static lic_identifier_fault check_patent(const uint8_t *at, size_t size)
{
    size_t i = 0, digits = 0;
    while (i < size && i < 4 && is_capital(at[i])) i++;
    if (i < 2) return LIC_IDENTIFIER_BAD_FORM;
    for (; i < size && is_digit(at[i]); i++) digits++;
    if (digits < 1 || digits > 13) return LIC_IDENTIFIER_BAD_FORM;
    bool kind = i == size || matches(at + i, size - i, "a") || matches(at + i, size - i, "ad");
    return kind ? LIC_IDENTIFIER_GOOD : LIC_IDENTIFIER_BAD_FORM;
}

typedef struct kind {
    uint16_t number;
    uint16_t size;
    const char *word, *form;
    check_function *check;
} kind;

static const kind kinds[] = {
#define IDENTIFIER(name, number, word, size, form, check, doc) \
    {number, size, word, form, check_##check},
#include <licet/identifiers.def>
#undef IDENTIFIER
};

static const kind *kind_of(uint16_t number)
{
    for (size_t i = 0; i < LIC_COUNT(kinds); i++)
        if (kinds[i].number == number) return &kinds[i];
    return NULL;
}

bool lic_identifier_find(lic_slice word, uint16_t *number)
{
    for (size_t i = 0; i < LIC_COUNT(kinds); i++) {
        if (!lic_slice_equal(word, lic_slice_text(kinds[i].word))) continue;
        *number = kinds[i].number;
        return true;
    }
    return false;
}

const char *lic_identifier_word(uint16_t number)
{
    const kind *of = kind_of(number);
    return of != NULL ? of->word : NULL;
}

const char *lic_identifier_form(uint16_t number)
{
    const kind *of = kind_of(number);
    return of != NULL ? of->form : NULL;
}

unsigned lic_identifier_size(uint16_t number)
{
    const kind *of = kind_of(number);
    return of != NULL ? of->size : 0;
}

lic_identifier_fault lic_identifier_check(uint16_t number, lic_slice text)
{
    const kind *of = kind_of(number);
    LIC_ASSERT(of != NULL);
    if (text.size > of->size) return LIC_IDENTIFIER_BAD_FORM;
    return of->check(text.data, text.size);
}

/* `I` and ten digits with the dashes of the canonical base number. */
static size_t with_dashes(char *text, size_t size)
{
    if (size != 11) return size;
    text[12] = text[10];
    text[11] = '-';
    memmove(text + 2, text + 1, 9);
    text[1] = '-';
    return 13;
}

lic_identifier_fault lic_identifier_canonical(uint16_t number, lic_slice text,
                                              char canonical[LIC_IDENTIFIER_TEXT])
{
    const kind *of = kind_of(number);
    LIC_ASSERT(of != NULL);
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];
        if (c == ' ' || c == '-' || c == '.') continue;
        if (size == of->size) return LIC_IDENTIFIER_BAD_FORM;
        canonical[size++] = (char)c;
    }
    if (number == LIC_IDENTIFIER_IPI_BASE) size = with_dashes(canonical, size);
    canonical[size] = '\0';
    return lic_identifier_check(number, lic_slice_of(canonical, size));
}
