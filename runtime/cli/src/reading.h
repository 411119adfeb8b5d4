/* reading.h - how commands that only read come to a ledger, and what they share in showing it. */
#ifndef LICET_CLI_READING_H
#define LICET_CLI_READING_H

#include <licet/cli.h>
#include <licet/engine.h>
#include <licet/projection.h>
#include <licet/sources.h>
#include <licet/text.h>

/* --ledger, the operand that names it (may be NULL), or LICET_LEDGER. Usage error when there is none. */
lic_status lic_ledger_path(lic_cli *cli, const char *operand, const char **path);

/* Options common to all openings: allocator, system clock and randomness, the projection's module. */
void lic_engine_options_fill(lic_cli *cli, const char *path, lic_engine_options *options);
void lic_store_options_fill(lic_cli *cli, const char *path, lic_store_options *options);

/* Opens for reading; crypto is started. */
lic_status lic_reading_open(lic_cli *cli, const char *operand, lic_engine **engine);

/* A contract by id, beginning of the id or name. */
lic_status lic_reading_contract(lic_cli *cli, lic_engine *engine, const char *text,
                                lic_contract_info *info);

/* PERIOD as an option; demanded when `demand`. NULL otherwise. Checked to be one. */
lic_status lic_reading_period(lic_cli *cli, bool demand, const char **period);

/* Shows the engine's steps on a terminal, in the words of the engine. Borrowed as long as it works. */
lic_engine_progress lic_progress_steps(lic_progress *progress);

/* -- tables of answers -------------------------------------------------------------------------------- */

typedef enum lic_format { LIC_FORMAT_TSV, LIC_FORMAT_TABLE, LIC_FORMAT_JSON } lic_format;

/* Runs SQL over the views and writes the answer. Parameters are put in as SQL texts by the caller with
 * lic_sql_quote. */
typedef struct lic_listing {
    const char *sql;
    lic_format format;
    bool header;      /* TSV: column names first */
    bool long_as_tsv; /* a TABLE that would be too long goes on as TSV; otherwise TOO_LARGE */
    uint64_t seconds; /* 0: 60 */
    uint64_t *rows;   /* NULL, or where the number of rows goes */
    bool movements;   /* the tables postings and usage_lines can be read too */
} lic_listing;
lic_status lic_listing_run(lic_cli *cli, const char *path, const lic_listing *listing);

/* 'text' with quotes doubled. */
void lic_sql_quote(lic_buffer *target, lic_slice text);

#endif
