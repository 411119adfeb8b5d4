/* base_lines - answers questions about vm/base, a line each, for the property tests in Python that
 * know the answers by other means. Question: words separated by one space; answer: one line, `-` when
 * the function fails.
 *
 *   muldiv MODE a b d          mul a b                     split amount unit total w...
 *   decimal SCALE text         print SCALE value           date text          civil day
 *   months DATE n clip|roll    period KIND ANCHOR DATE     name text
 *   includes leaf index count root path...
 *
 * MODE half_even | half_up | floor | ceiling; KIND month | quarter | half | year; dates as text. */
#include <licet/date.h>
#include <licet/hash.h>
#include <licet/number.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nettle/sha2.h>

enum { WORDS = 96, LINE = 1 << 14 };

static void sha256(const lic_slice *parts, size_t count, lic_hash *result)
{
    struct sha256_ctx context;
    sha256_init(&context);
    for (size_t i = 0; i < count; i++) sha256_update(&context, parts[i].size, parts[i].data);
    sha256_digest(&context, LIC_HASH_SIZE, result->bytes);
}

static const lic_hasher hasher = {.sha256 = sha256, .blake2b = NULL};

static lic_i128 number(const char *word)
{
    lic_i128 value;
    if (lic_decimal_parse(lic_slice_text(word), 0, &value) != LIC_OK) {
        fprintf(stderr, "not a number: %s\n", word);
        exit(64);
    }
    return value;
}

static void answer(lic_i128 value)
{
    char text[LIC_DECIMAL_MAX];
    lic_decimal_print(value, 0, text);
    fputs(text, stdout);
}

static void answer_if(bool good, lic_i128 value)
{
    if (good) answer(value);
    else fputs("-", stdout);
}

/* The place of `word` in a list that NULL ends; stops the program when it is not there. */
static size_t place_of(const char *word, const char *const *list)
{
    for (size_t i = 0; list[i] != NULL; i++)
        if (strcmp(word, list[i]) == 0) return i;
    fprintf(stderr, "not expected here: %s\n", word);
    exit(64);
}

static const char *const modes[] = {"half_even", "half_up", "floor", "ceiling", NULL};
static const char *const kinds[] = {"month", "quarter", "half", "year", NULL};
static const lic_period_kind kind_values[] = {LIC_MONTH, LIC_QUARTER, LIC_HALF, LIC_YEAR};
static const char *const month_rules[] = {"clip", "roll", NULL};

static void muldiv(char **words, size_t count)
{
    (void)count;
    lic_i128 result = 0;
    bool good = lic_muldiv((lic_rounding)place_of(words[1], modes), number(words[2]),
                           (int64_t)number(words[3]), number(words[4]), &result);
    answer_if(good, result);
}

static void mul(char **words, size_t count)
{
    (void)count;
    lic_i128 result = 0;
    bool good = lic_mul_i128(number(words[1]), (int64_t)number(words[2]), &result);
    answer_if(good, result);
}

static void split(char **words, size_t count)
{
    int64_t weights[LIC_SPLIT_MAX];
    lic_i128 parts[LIC_SPLIT_MAX];
    size_t size = count - 4;
    for (size_t i = 0; i < size; i++) weights[i] = (int64_t)number(words[4 + i]);
    if (!lic_split(number(words[1]), (int64_t)number(words[2]), weights, size,
                   (int64_t)number(words[3]), parts)) {
        fputs("-", stdout);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        if (i > 0) putchar(' ');
        answer(parts[i]);
    }
}

static void decimal(char **words, size_t count)
{
    (void)count;
    lic_i128 value = 0;
    lic_status status = lic_decimal_parse(lic_slice_text(words[2]), (unsigned)number(words[1]),
                                          &value);
    if (status == LIC_OK) answer(value);
    else fputs(lic_status_id(status), stdout);
}

static void print(char **words, size_t count)
{
    (void)count;
    char text[LIC_DECIMAL_MAX];
    lic_decimal_print(number(words[2]), (unsigned)number(words[1]), text);
    fputs(text, stdout);
}

static void put_date(lic_date date)
{
    char text[LIC_DATE_TEXT];
    lic_date_print(date, text);
    fputs(text, stdout);
}

static void civil(char **words, size_t count)
{
    (void)count;
    put_date((lic_date)number(words[1]));
}

static void date(char **words, size_t count)
{
    (void)count;
    lic_date result = 0;
    lic_status status = lic_date_parse(lic_slice_text(words[1]), &result);
    answer_if(status == LIC_OK, result);
}

static lic_date date_of(const char *word)
{
    lic_date result;
    if (lic_date_parse(lic_slice_text(word), &result) == LIC_OK) return result;
    fprintf(stderr, "not a date: %s\n", word);
    exit(64);
}

static void months(char **words, size_t count)
{
    (void)count;
    lic_date result;
    bool roll = place_of(words[3], month_rules) == 1;
    if (lic_date_add_months(date_of(words[1]), (int64_t)number(words[2]), roll, &result))
        put_date(result);
    else fputs("-", stdout);
}

static void period(char **words, size_t count)
{
    (void)count;
    lic_period_kind kind = kind_values[place_of(words[1], kinds)];
    lic_period found = lic_period_of(kind, date_of(words[2]), date_of(words[3]));
    char text[LIC_PERIOD_TEXT];
    lic_period_print(kind, found, text);
    put_date(found.first);
    putchar(' ');
    put_date(found.last);
    printf(" %s", text);
}

static void name(char **words, size_t count)
{
    (void)count;
    lic_period_kind kind;
    lic_date first;
    if (lic_period_parse(lic_slice_text(words[1]), &kind, &first) != LIC_OK) {
        fputs("-", stdout);
        return;
    }
    size_t place = 0;
    while (kind_values[place] != kind) place++;
    printf("%s ", kinds[place]);
    put_date(first);
}

static lic_hash hash_of(const char *word)
{
    lic_hash hash;
    if (lic_hash_parse(lic_slice_text(word), &hash) != LIC_OK) {
        fprintf(stderr, "not a hash: %s\n", word);
        exit(64);
    }
    return hash;
}

static void includes(char **words, size_t count)
{
    lic_hash leaf = hash_of(words[1]), root = hash_of(words[4]), path[WORDS];
    for (size_t i = 5; i < count; i++) path[i - 5] = hash_of(words[i]);
    bool good = lic_merkle_includes(&hasher, &leaf, strtoull(words[2], NULL, 10),
                                    strtoull(words[3], NULL, 10), path, count - 5, &root);
    fputs(good ? "yes" : "no", stdout);
}

static const struct {
    const char *word;
    size_t least;
    void (*run)(char **words, size_t count);
} questions[] = {
    {"muldiv", 5, muldiv}, {"mul", 3, mul},     {"split", 5, split},       {"decimal", 3, decimal},
    {"print", 3, print},   {"civil", 2, civil}, {"date", 2, date},         {"months", 4, months},
    {"period", 4, period}, {"name", 2, name},   {"includes", 5, includes},
};

static bool ask(char **words, size_t count)
{
    for (size_t i = 0; i < LIC_COUNT(questions); i++) {
        if (strcmp(words[0], questions[i].word) != 0 || count < questions[i].least) continue;
        questions[i].run(words, count);
        putchar('\n');
        return true;
    }
    return false;
}

int main(void)
{
    static char line[LINE];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *words[WORDS], *rest = line;
        size_t count = 0;
        for (char *word; count < WORDS && (word = strsep(&rest, " ")) != NULL;)
            words[count++] = word;
        if (count > 0 && ask(words, count)) continue;
        fprintf(stderr, "not a question: %s\n", line);
        return 64;
    }
    return 0;
}
