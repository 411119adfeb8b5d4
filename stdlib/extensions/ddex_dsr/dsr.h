/* dsr.h - reads DDEX digital sales reports (DSRF flat files): lines in, sales, shares, defects and
 * totals out. A report may come in several files; files come in parts of any size.
 *
 * Nothing is refused: what is wrong is told as a defect, with file, line and reason, and reading
 * goes on. What a row says in spite of a defect is handed on when its meaning is certain, and is
 * empty or 0 when it is not. Counts are 64-bit, amounts decimals of at most 18 places, summed in
 * 128 bits. The rules are in docs/spec/extensions.md. */
#ifndef LICET_DSR_H
#define LICET_DSR_H

#include <licet/date.h>
#include <licet/number.h>

#define DSR_LINE_MAX ((size_t)1 << 20) /* bytes; a title list of a compilation has some thousand */
#define DSR_CELLS_MAX 128u             /* in a row; the longest type has 48 */
#define DSR_FILES_MAX 9999u            /* of a report */
#define DSR_MEMORY_MAX ((size_t)900 << 20) /* of names that must be remembered, in all */
#define DSR_SCALE 18u                      /* decimals of an amount */

typedef enum dsr_reason {
#define REASON(id, name, text) DSR_##id,
#include "reasons.def"
#undef REASON
    DSR_REASONS
} dsr_reason;

const char *dsr_reason_name(dsr_reason reason);
const char *dsr_reason_text(dsr_reason reason);

/* Where something stands: file from 1 in the order of dsr_begin, line from 1; 0: the report as
 * such. */
typedef struct dsr_place {
    int32_t file;
    int64_t line;
} dsr_place;

/* A sale or use, one row of the report. Texts are borrowed for the call, empty when not stated;
 * amounts are decimal text as in the file. */
typedef struct dsr_sale {
    dsr_place place;
    lic_slice record, block, sale, summary;   /* ids of the report */
    lic_slice resource, isrc, title, artist;  /* what was used */
    lic_slice work, iswc;                     /* several are separated by | */
    lic_slice release, icpn;                  /* in what */
    lic_slice territory, model, use, service; /* of the summary record */
    int64_t usages, returns;
    lic_slice revenue, currency; /* net revenue, as reported */
    lic_slice first, last;       /* days, YYYY-MM-DD, both inclusive */
} dsr_sale;

/* What of a sale is a rights controller's. It follows its sale. */
typedef struct dsr_share {
    dsr_place place, sale;
    lic_slice controller, work, rights, percentage;
    int64_t usages;
    lic_slice amount, net, currency; /* in the currency of accounting */
    lic_slice transaction_amount, transaction_net, transaction_currency; /* SR08 alone */
} dsr_share;

/* A stated total and what its rows add up to. */
typedef struct dsr_total {
    dsr_place place;
    lic_slice what, summary, controller, stated, found;
    bool agrees;
} dsr_total;

/* What all sales and shares add up to: of a controller, or of the report (controller empty). */
typedef struct dsr_sum {
    lic_slice controller, currency, revenue, amount, net;
    int64_t rows, usages, returns;
} dsr_sum;

typedef struct dsr_sink {
    void *context;
    void (*sale)(void *context, const dsr_sale *sale);
    void (*share)(void *context, const dsr_share *share);
    void (*defect)(void *context, dsr_place place, lic_slice record, dsr_reason reason,
                   lic_slice words);
    void (*total)(void *context, const dsr_total *total);
    void (*sum)(void *context, const dsr_sum *sum);
} dsr_sink;

typedef struct dsr dsr;

dsr *dsr_create(const lic_allocator *allocator); /* NULL = out */
void dsr_destroy(dsr *report);                   /* NULL allowed */

/* Each is NO_MEMORY when DSR_MEMORY_MAX or the memory is reached, OVERFLOW when a sum leaves its
 * range; the report is then of no more use. The sink is used during the call alone. */
lic_status dsr_begin(dsr *report, lic_slice name, const dsr_sink *sink); /* the next file */
lic_status dsr_feed(dsr *report, lic_slice part, const dsr_sink *sink);
lic_status dsr_finish(dsr *report, const dsr_sink *sink);

#endif
