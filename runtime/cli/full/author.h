/* author.h - what the author's commands share: a file, its compilation, and its diagnostics. */
#ifndef LICET_CLI_AUTHOR_H
#define LICET_CLI_AUTHOR_H

#include <licet/cli.h>
#include <licet/compile.h>

typedef struct lic_author {
    const char *path;
    lic_buffer source;
    lic_compilation *compilation;
} lic_author;

/* Reads and compiles `path` for a ledger unit of 10^-unit_scale. Diagnostics are not shown yet. To
 * be closed in any case. */
lic_status lic_author_open(lic_cli *cli, const char *path, uint8_t unit_scale, lic_author *author);
void lic_author_close(lic_author *author);

/* Shows the diagnostics as text on stderr; returns how many errors there are. */
size_t lic_author_show(lic_cli *cli, const lic_author *author);
/* The work that each entry can take (S10), as text on stdout and as the member `work`; nothing when errors
 * left no image. */
void lic_author_work(lic_cli *cli, const lic_author *author);
void lic_author_work_json(const lic_author *author, lic_json *json);
/* One object {file, errors, diagnostics, work} in `json`. */
void lic_author_json(lic_cli *cli, const lic_author *author, lic_json *json);
/* Opens, shows, and fails with MALFORMED when there were errors: for commands that need the result. */
lic_status lic_author_demand(lic_cli *cli, const char *path, uint8_t unit_scale,
                             lic_author *author);

/* The failure of a stage that errors kept from running; shows them. */
lic_status lic_author_stopped(lic_cli *cli, const lic_author *author);
/* Writes a result to --output or stdout; with --json {file, text} or {file, output} is on stdout. */
lic_status lic_author_put(lic_cli *cli, lic_buffer *text);
#define LIC_AUTHOR_TEXT_MAX ((size_t)256 << 20) /* of a dump */

lic_slice lic_author_source(const lic_author *author);

/* Decimals of the ledger unit when no ledger says otherwise (docs/spec/numbers.md). */
enum { LIC_AUTHOR_UNIT_SCALE = 6 };

#endif
