/* report/report.h - a report's run, which may rest between two chunks: begun, carried on for a number of lines, ended. */
#ifndef LICET_ENGINE_REPORT_H
#define LICET_ENGINE_REPORT_H

#include "report/pipeline.h"
#include "report/unique.h"
#include "report/upload.h"

typedef struct lic_report_work {
    lic_work *work;
    lic_upload *upload;
    const lic_report *report;
    uint16_t number;
    lic_report_outcome *outcome;
    lic_line_reason reasons[LIC_LINE_REASONS_MAX];
    size_t rejected_capacity;
    uint16_t judge, lines;  /* phases, or LIC_NONE16 */
    uint16_t first_require; /* index in reasons */
    bool at_once;           /* it does not rest */
    lic_intake intake;
    lic_unique unique; /* of lines that were not begun with */
    lic_parser *begun; /* at work on the lines since before they were filed; NULL: none */
    /* how far it is */
    uint16_t phase;         /* of the entry: the next one */
    bool read;              /* all lines */
    uint32_t chunk;         /* the next one */
    lic_pipeline *pipeline; /* while lines are read */
    uint64_t line, offset;  /* of the file so far */
    uint64_t gas_before;    /* of the run, before its first line */
    /* the batch under way: a part of a parsed chunk */
    uint32_t count;
    uint64_t *items;
    uint16_t *reason;
    uint64_t numbers[LIC_BATCH], offsets[LIC_BATCH];
    uint32_t sizes[LIC_BATCH];
    char what[LIC_WHAT_MAX]; /* "report Usage" */
    lic_error *error;        /* of the call under way */
} lic_report_work;

/* For an upload that is all there, in a unit that has begun; zero otherwise. `error` is to be set before each
 * call. After an answer other than OK the unit is to be rolled back. */
lic_status lic_report_begin(lic_report_work *r);
/* Reads and runs lines until *lines of them are done (whole chunks; *lines goes down to 0), and whatever of the
 * entry comes before and behind them. *done: all of it. */
lic_status lic_report_some(lic_report_work *r, uint64_t *lines, bool *done);
/* Closes the run, and settles what follows from it. */
lic_status lic_report_end(lic_report_work *r);
/* Frees what the run holds; `work` is the caller's. */
void lic_report_free(lic_report_work *r);

#endif
