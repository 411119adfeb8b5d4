/* Any bytes as a table of exchange rates: what is taken is in order, above zero, and found again by
 * its own pair and day; what is refused names a line. */
#include "fx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool good, const char *what)
{
    if (good) return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void ask_for_each(const fx *table)
{
    size_t count;
    const fx_rate *rates = fx_rates(table, &count);
    for (size_t i = 0; i < count; i++) {
        const fx_rate *found = NULL;
        char words[FX_WORDS] = "", day[LIC_DATE_TEXT];
        lic_i128 value;
        lic_date_print(rates[i].day, day);
        fx_status status = fx_ask(table, lic_slice_text(rates[i].base),
                                  lic_slice_text(rates[i].quote), lic_slice_text(day), 0, &found,
                                  words);
        require(status == FX_GOOD && found == &rates[i], "a rate is not found");
        require(lic_decimal_parse(lic_slice_of(found->text, found->size), FX_SCALE, &value) ==
                        LIC_OK &&
                    value > 0,
                "a rate that is none");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fx *table = NULL;
    char words[FX_WORDS] = "";
    uint8_t *copy = malloc(size == 0 ? 1 : size); /* so that reading past the end is seen */
    if (copy == NULL) return 0;
    if (size > 0) memcpy(copy, data, size);
    fx_status status = fx_open(&lic_allocator_system, lic_slice_of(copy, size), &table, words);
    free(copy); /* the table borrows nothing */
    if (status == FX_GOOD) ask_for_each(table);
    else
        require(table == NULL && (status == FX_MEMORY || strncmp(words, "line ", 5) == 0), "words");
    fx_close(table);
    return 0;
}
