/* judge.h - a slow judge of the lines of Press, written from LANGUAGE's words alone: it shares nothing
 * with the engine. Used by the property test and the fuzz target. */
#ifndef LICET_TESTS_JUDGE_H
#define LICET_TESTS_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Reasons in the order of judging, as the engine lists them for Press. */
enum judged {
    JUDGED_ENCODING,
    JUDGED_COLUMNS,
    JUDGED_LINE_MALFORMED,
    JUDGED_WORK_MALFORMED,
    JUDGED_WORK_UNKNOWN,
    JUDGED_PLAN_UNKNOWN,
    JUDGED_UNITS_NEGATIVE,
    JUDGED_UNITS_MALFORMED,
    JUDGED_UNITS_LARGE,
    JUDGED_GROSS_MALFORMED,
    JUDGED_GROSS_LARGE,
    JUDGED_REQUIRE,
    JUDGED_DUPLICATE,
    JUDGED_GOOD
};

typedef struct judge {
    uint64_t seen[4096];
    size_t seen_count;
} judge;

/* What a good line says. */
typedef struct judged_line {
    uint64_t line, units, gross; /* gross in 10^-4 EUR */
    int work;                    /* 0, 1, 2 */
} judged_line;

static inline bool judge_utf8(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n;) {
        uint32_t c = p[i++], more = 0, least = 0;
        if (c < 0x80) continue;
        if (c >= 0xC0 && c < 0xE0) more = 1, least = 0x80, c &= 0x1F;
        else if (c >= 0xE0 && c < 0xF0) more = 2, least = 0x800, c &= 0x0F;
        else if (c >= 0xF0 && c < 0xF8) more = 3, least = 0x10000, c &= 0x07;
        else return false;
        for (; more > 0; more--) {
            if (i == n || (p[i] & 0xC0) != 0x80) return false;
            c = c << 6 | (p[i++] & 0x3Fu);
        }
        if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return false;
    }
    return true;
}

/* 0 good, 1 malformed, 2 too large. At most `places` decimals; the value in 10^-places. */
static inline int judge_number(const uint8_t *p, size_t n, size_t places, uint64_t max,
                               uint64_t *value)
{
    size_t whole = 0, fraction = 0;
    while (whole < n && p[whole] >= '0' && p[whole] <= '9') whole++;
    if (whole == 0 || (whole > 1 && p[0] == '0')) return 1;
    if (whole < n) {
        if (places == 0 || p[whole] != '.') return 1;
        fraction = n - whole - 1;
        if (fraction == 0 || fraction > places) return 1;
        for (size_t i = 0; i < fraction; i++)
            if (p[whole + 1 + i] < '0' || p[whole + 1 + i] > '9') return 1;
    }
    if (whole > 14) return 2;
    *value = 0;
    for (size_t i = 0; i < whole; i++) *value = *value * 10 + (uint64_t)(p[i] - '0');
    for (size_t i = 0; i < places; i++)
        *value = *value * 10 + (i < fraction ? (uint64_t)(p[whole + 1 + i] - '0') : 0);
    return *value > max ? 2 : 0;
}

static inline bool judge_isrc(const uint8_t *p, size_t n)
{
    if (n != 12) return false;
    for (size_t i = 0; i < n; i++) {
        bool digit = p[i] >= '0' && p[i] <= '9', capital = p[i] >= 'A' && p[i] <= 'Z';
        if (!(i < 2 ? capital : i < 5 ? capital || digit : digit)) return false;
    }
    return true;
}

static inline bool judge_is(const uint8_t *p, size_t n, const char *word)
{
    return strlen(word) == n && memcmp(p, word, n) == 0;
}

static inline enum judged judge_line(judge *j, const uint8_t *p, size_t n, judged_line *out)
{
    size_t start[16], size[16], count = 0, from = 0;
    if (!judge_utf8(p, n)) return JUDGED_ENCODING;
    for (size_t i = 0; i <= n; i++) {
        if (i != n && p[i] != '\t') continue;
        if (count < 16) start[count] = from, size[count] = i - from;
        count++;
        from = i + 1;
    }
    if (count != 6) return JUDGED_COLUMNS;
    const uint8_t *line = p + start[0], *work = p + start[1], *plan = p + start[2],
                  *units = p + start[3];
    const uint8_t *gross = p + start[4];
    if (size[0] > 9 || judge_number(line, size[0], 0, UINT64_MAX, &out->line) != 0)
        return JUDGED_LINE_MALFORMED;
    if (!judge_isrc(work, size[1])) return JUDGED_WORK_MALFORMED;
    if (memcmp(work, "DEAAA000000", 11) != 0 || work[11] < '1' || work[11] > '3')
        return JUDGED_WORK_UNKNOWN;
    out->work = work[11] - '1';
    if (!judge_is(plan, size[2], "free") && !judge_is(plan, size[2], "paid"))
        return JUDGED_PLAN_UNKNOWN;
    if (size[3] > 1 && units[0] == '-') {
        size_t i = 1;
        while (i < size[3] && units[i] >= '0' && units[i] <= '9') i++;
        return i == size[3] ? JUDGED_UNITS_NEGATIVE : JUDGED_UNITS_MALFORMED;
    }
    int code = judge_number(units, size[3], 0, 1000000, &out->units);
    if (code != 0) return code == 1 ? JUDGED_UNITS_MALFORMED : JUDGED_UNITS_LARGE;
    out->gross = 0;
    code = size[4] == 0 ? 0 : judge_number(gross, size[4], 4, UINT64_C(1000000000), &out->gross);
    if (code != 0) return code == 1 ? JUDGED_GROSS_MALFORMED : JUDGED_GROSS_LARGE;
    if (out->units > 500000 && out->gross == 0) return JUDGED_REQUIRE;
    for (size_t i = 0; i < j->seen_count; i++)
        if (j->seen[i] == out->line) return JUDGED_DUPLICATE;
    j->seen[j->seen_count++] = out->line;
    return JUDGED_GOOD;
}

#endif
