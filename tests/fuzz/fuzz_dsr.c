/* Any bytes as a report of one or two files: what comes out is the same however it is cut into
 * parts, every text is UTF-8, every amount a decimal, every day a day, and a share follows its
 * sale. */
#include "dsr.h"

#include <licet/hash.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct seen {
    uint64_t mark; /* of all that came out, in order */
    dsr_place sale;
} seen;

static void require(bool good, const char *what)
{
    if (good) return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void mix(seen *to, lic_slice text)
{
    require(lic_utf8_valid(text), "a text is not UTF-8");
    for (size_t i = 0; i < text.size; i++) to->mark = (to->mark ^ text.data[i]) * 0x100000001b3u;
    to->mark = (to->mark ^ 0xff) * 0x100000001b3u;
}

static void mix_number(seen *to, int64_t number)
{
    mix(to, lic_slice_of(NULL, 0));
    to->mark = (to->mark ^ (uint64_t)number) * 0x100000001b3u;
}

static void mix_amount(seen *to, lic_slice text)
{
    lic_i128 value;
    require(text.size == 0 || lic_decimal_parse(text, DSR_SCALE, &value) == LIC_OK, "an amount");
    mix(to, text);
}

static void mix_day(seen *to, lic_slice text)
{
    lic_date day;
    require(text.size == 0 || lic_date_parse(text, &day) == LIC_OK, "a day");
    mix(to, text);
}

static void on_sale(void *context, const dsr_sale *s)
{
    seen *to = context;
    const lic_slice texts[] = {s->record,    s->block,  s->sale, s->summary, s->resource, s->isrc,
                               s->title,     s->artist, s->work, s->iswc,    s->release,  s->icpn,
                               s->territory, s->model,  s->use,  s->service, s->currency};
    for (size_t i = 0; i < LIC_COUNT(texts); i++) mix(to, texts[i]);
    mix_number(to, s->place.line);
    mix_number(to, s->usages);
    mix_number(to, s->returns);
    mix_amount(to, s->revenue);
    mix_day(to, s->first);
    mix_day(to, s->last);
    to->sale = s->place;
}

static void on_share(void *context, const dsr_share *s)
{
    seen *to = context;
    require(s->sale.file == to->sale.file && s->sale.line == to->sale.line, "a share's sale");
    mix(to, s->controller);
    mix(to, s->work);
    mix(to, s->rights);
    mix(to, s->currency);
    mix(to, s->transaction_currency);
    mix_number(to, s->place.line);
    mix_number(to, s->usages);
    mix_amount(to, s->percentage);
    mix_amount(to, s->amount);
    mix_amount(to, s->net);
    mix_amount(to, s->transaction_amount);
    mix_amount(to, s->transaction_net);
}

static void on_defect(void *context, dsr_place place, lic_slice record, dsr_reason reason,
                      lic_slice words)
{
    seen *to = context;
    require(reason < DSR_REASONS && dsr_reason_text(reason) != NULL, "a reason");
    mix(to, record);
    mix(to, words);
    mix_number(to, place.file);
    mix_number(to, place.line);
    mix_number(to, (int64_t)reason);
}

static void on_total(void *context, const dsr_total *t)
{
    seen *to = context;
    mix(to, t->what);
    mix(to, t->summary);
    mix(to, t->controller);
    mix_amount(to, t->stated);
    mix_amount(to, t->found);
    require(t->agrees == lic_slice_equal(t->stated, t->found), "a total that agrees");
}

static void on_sum(void *context, const dsr_sum *s)
{
    seen *to = context;
    mix(to, s->controller);
    mix(to, s->currency);
    mix_amount(to, s->revenue);
    mix_amount(to, s->amount);
    mix_amount(to, s->net);
    mix_number(to, s->rows);
    mix_number(to, s->usages);
}

/* The first byte says where the second file begins, and how long parts are. */
static uint64_t read_report(const uint8_t *data, size_t size, size_t second, size_t part)
{
    seen all = {0};
    const dsr_sink sink = {&all, on_sale, on_share, on_defect, on_total, on_sum};
    dsr *report = dsr_create(&lic_allocator_system);
    require(report != NULL, "memory");
    lic_status status = dsr_begin(report, lic_slice_text("DSR_A_B_C_2026-01_GB_1of2_x.tsv"), &sink);
    for (size_t at = 0; at < size && status == LIC_OK;) {
        size_t left = (at < second ? second : size) - at;
        size_t take = left < part ? left : part;
        uint8_t *copy = malloc(take); /* so that reading past the end is seen */
        require(copy != NULL, "memory");
        memcpy(copy, data + at, take);
        status = dsr_feed(report, lic_slice_of(copy, take), &sink);
        free(copy);
        at += take;
        if (at == second && status == LIC_OK)
            status = dsr_begin(report, lic_slice_text("x"), &sink);
    }
    if (status == LIC_OK) status = dsr_finish(report, &sink);
    require(status == LIC_OK || status == LIC_OVERFLOW || status == LIC_NO_MEMORY, "a status");
    dsr_destroy(report);
    return all.mark;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    size_t second = (size_t)data[0] * 32 < size - 1 ? (size_t)data[0] * 32 : size - 1;
    size_t part = data[0] % 7 + 1u;
    uint64_t whole = read_report(data + 1, size - 1, second, size);
    require(whole == read_report(data + 1, size - 1, second, part), "parts change what is read");
    return 0;
}
