/* ddex_dsr.c - the reader of DSR files as a native extension: numbered reports, and callbacks for
 * what comes out of them. */
#include "ddex_dsr.h"

#include "dsr.h"

LICET_EXTENSION("ddex_dsr.interface");

/* Reports that one process reads at a time; converters need one. */
enum { REPORTS_MAX = 16 };

enum { UNKNOWN = 1, MEMORY = 2, TOO_LARGE = 3, ORDER = 4 };

static struct {
    dsr *report;
    bool begun;
} reports[REPORTS_MAX];

typedef struct callbacks {
    ddex_dsr_sale_callback sale;
    ddex_dsr_share_callback share;
    ddex_dsr_defect_callback defect;
    ddex_dsr_total_callback total;
    ddex_dsr_sum_callback sum;
} callbacks;

/* The two C arguments of a text. */
#define TEXT(slice) (const char *)(slice).data, (slice).size

static void sell(void *context, const dsr_sale *s)
{
    const callbacks *to = context;
    to->sale(s->place.file, s->place.line, TEXT(s->record), TEXT(s->block), TEXT(s->sale),
             TEXT(s->summary), TEXT(s->resource), TEXT(s->isrc), TEXT(s->title), TEXT(s->artist),
             TEXT(s->work), TEXT(s->iswc), TEXT(s->release), TEXT(s->icpn), TEXT(s->territory),
             TEXT(s->model), TEXT(s->use), TEXT(s->service), s->usages, s->returns,
             TEXT(s->revenue), TEXT(s->currency), TEXT(s->first), TEXT(s->last));
}

static void share_out(void *context, const dsr_share *s)
{
    const callbacks *to = context;
    to->share(s->place.file, s->place.line, s->sale.file, s->sale.line, TEXT(s->controller),
              TEXT(s->work), TEXT(s->rights), TEXT(s->percentage), s->usages, TEXT(s->amount),
              TEXT(s->net), TEXT(s->currency), TEXT(s->transaction_amount),
              TEXT(s->transaction_net), TEXT(s->transaction_currency));
}

static void complain(void *context, dsr_place place, lic_slice record, dsr_reason reason,
                     lic_slice words)
{
    const callbacks *to = context;
    lic_slice name = lic_slice_text(dsr_reason_name(reason));
    lic_slice meaning = lic_slice_text(dsr_reason_text(reason));
    to->defect(place.file, place.line, TEXT(record), TEXT(name), TEXT(meaning), TEXT(words));
}

static void compare(void *context, const dsr_total *t)
{
    const callbacks *to = context;
    to->total(t->place.file, t->place.line, TEXT(t->what), TEXT(t->summary), TEXT(t->controller),
              TEXT(t->stated), TEXT(t->found), t->agrees);
}

static void sum_up(void *context, const dsr_sum *s)
{
    const callbacks *to = context;
    to->sum(TEXT(s->controller), TEXT(s->currency), s->rows, s->usages, s->returns,
            TEXT(s->revenue), TEXT(s->amount), TEXT(s->net));
}

static dsr_sink sink_of(callbacks *to)
{
    return (dsr_sink){to, sell, share_out, complain, compare, sum_up};
}

static dsr *find(uint64_t number)
{
    return number >= 1 && number <= REPORTS_MAX ? reports[number - 1].report : NULL;
}

static int32_t status_of(lic_status status)
{
    if (status == LIC_OK) return 0;
    return status == LIC_OVERFLOW ? TOO_LARGE : MEMORY;
}

int32_t ddex_dsr_open(uint64_t *report)
{
    for (uint64_t i = 0; i < REPORTS_MAX; i++) {
        if (reports[i].report != NULL) continue;
        reports[i].report = dsr_create(&lic_allocator_system);
        reports[i].begun = false;
        *report = i + 1;
        return reports[i].report == NULL ? MEMORY : 0;
    }
    return MEMORY;
}

int32_t ddex_dsr_begin(uint64_t number, const char *name, size_t size, ddex_dsr_sale_callback sale,
                       ddex_dsr_share_callback share, ddex_dsr_defect_callback defect)
{
    callbacks to = {.sale = sale, .share = share, .defect = defect};
    dsr_sink sink = sink_of(&to);
    dsr *report = find(number);
    if (report == NULL) return UNKNOWN;
    reports[number - 1].begun = true;
    return status_of(dsr_begin(report, lic_slice_of(name, size), &sink));
}

int32_t ddex_dsr_feed(uint64_t number, const uint8_t *part, size_t size,
                      ddex_dsr_sale_callback sale, ddex_dsr_share_callback share,
                      ddex_dsr_defect_callback defect)
{
    callbacks to = {.sale = sale, .share = share, .defect = defect};
    dsr_sink sink = sink_of(&to);
    dsr *report = find(number);
    if (report == NULL) return UNKNOWN;
    if (!reports[number - 1].begun) return ORDER;
    return status_of(dsr_feed(report, lic_slice_of(part, size), &sink));
}

/* The report is closed, whatever comes of it. */
int32_t ddex_dsr_finish(uint64_t number, ddex_dsr_sale_callback sale, ddex_dsr_share_callback share,
                        ddex_dsr_defect_callback defect, ddex_dsr_total_callback total,
                        ddex_dsr_sum_callback sum)
{
    callbacks to = {sale, share, defect, total, sum};
    dsr_sink sink = sink_of(&to);
    dsr *report = find(number);
    if (report == NULL) return UNKNOWN;
    lic_status status = dsr_finish(report, &sink);
    dsr_destroy(report);
    reports[number - 1].report = NULL;
    return status_of(status);
}
