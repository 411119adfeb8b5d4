/* sheet.h - deal sheets: files in Lua, CSV or JSON that bind agreements to parties, parameters and schedules.
 *
 * A sheet is evaluated in a confined child (confine.h); what it says comes back as data, and is checked here
 * against the agreements that it names, each of which is compiled once. A deal that is read is one that
 * `licet deploy` takes: names are the agreement's, values are of their types and bounds, shares total 100 %.
 * Whether parties are registered, and whether rows of schedules are good, is for the ledger to say.
 * Specification: docs/spec/author.md. */
#ifndef LICET_SHEET_H
#define LICET_SHEET_H

#include <licet/compile.h>
#include <licet/project.h>

typedef struct lic_sheet lic_sheet;

typedef struct lic_sheet_options {
    const char *folder;             /* the project's folder: files are read beneath it */
    const lic_allocator *allocator; /* borrowed while the sheet lives, as are the next two */
    const lic_hasher *hasher;
    const lic_clock *clock; /* ticks */
    lic_confine_limits limits;
    uint8_t unit_scale; /* of the ledger that the images are for */
    bool quiet;         /* what the script prints is not shown */
    /* Told of each agreement that does not compile, before its deal is refused. NULL: nobody is. */
    void (*diagnose)(void *context, const char *path, lic_slice source,
                     const lic_diagnostics *diagnostics);
    void *diagnose_context;
    lic_project_observer observer; /* of what the sheet reads, and its deals */
} lic_sheet_options;

#define LIC_SHEET_BYTES_MAX ((size_t)16 << 20)   /* a sheet */
#define LIC_SHEET_ERRORS_MAX 20u                 /* more help nobody */
#define LIC_SCHEDULE_BYTES_MAX ((size_t)1 << 30) /* a schedule's file */

/* Reads the sheet `path` (a plain relative path beneath the folder, ending in .lua, .csv or .json). Errors of
 * evaluation as in confine.h; MALFORMED, code "lua", "json" or "deal"; UNSUPPORTED, code "sheet": another
 * ending. Deals that their agreements refuse are counted in lic_sheet_errors, and the sheet is given all the
 * same; the answer is then OK. */
lic_status lic_sheet_read(const lic_sheet_options *options, const char *path, lic_sheet **sheet,
                          lic_error *error);
void lic_sheet_close(lic_sheet *sheet); /* NULL allowed */

/* What was refused, each with its place; at most LIC_SHEET_ERRORS_MAX of them are kept. */
const lic_error *lic_sheet_errors(const lic_sheet *sheet, size_t *kept, size_t *count);

/* -- deals ------------------------------------------------------------------------------------------------ */

typedef struct lic_deal_text {
    lic_slice name, value;
} lic_deal_text;

typedef struct lic_deal_schedule {
    lic_slice name; /* "Recordings", or "Works.holders" */
    lic_slice file; /* beneath the project's folder; empty: the rows stand in the sheet */
    lic_slice rows; /* then: as a file that `licet load` takes */
    lic_hash hash;  /* SHA-256 of the file's bytes */
} lic_deal_schedule;

/* A deal that was not refused. Everything lives as long as the sheet. */
typedef struct lic_deal {
    lic_slice name, place;
    lic_slice agreement, title; /* as the text says */
    lic_slice agreement_file;   /* beneath the project's folder; empty: the text was composed */
    lic_slice text;             /* canonical */
    lic_hash source, image, parameters; /* as the parties sign them */
    const lic_deal_text *parties; /* each party of the agreement, in its order -> registered name */
    const lic_deal_text *set;     /* each parameter, in the agreement's order, in one form */
    const lic_deal_schedule *schedules; /* in the order in which they are loaded */
    size_t party_count, set_count, schedule_count;
} lic_deal;

size_t lic_sheet_count(const lic_sheet *sheet);
const lic_deal *lic_sheet_deal(const lic_sheet *sheet, size_t index);

#endif
