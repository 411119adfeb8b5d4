/* deal_file.h - NAME.deal: what a deal binds, as canonical JSON beside the agreement's text. It is what people
 * read, keep under version control and hand to `licet deploy --deal`.
 *
 * One line of JSON: members in order of names, no blanks, every value a text:
 *   agreement   the file with the canonical text, beside this one
 *   deal        the deal's name
 *   format      "licet-deal-1"
 *   image       SHA-256 of the image for ledgers that count in 10^-6
 *   parameters  hash of the parameters, as parties sign it
 *   parties     { party of the agreement: registered party }
 *   schedules   { schedule: { file: beside this one, hash: SHA-256 of its bytes } }
 *   set         { parameter: value }
 *   source      SHA-256 of the canonical text */
#ifndef LICET_DEAL_FILE_H
#define LICET_DEAL_FILE_H

#include <licet/sheet.h>

#define LIC_DEAL_UNIT_SCALE \
    6u /* decimals of the ledger unit that `image` is for: docs/spec/numbers.md */
#define LIC_DEAL_FILE_MAX ((size_t)4 << 20) /* bytes */

/* Where a deal's schedule lies beside the .deal: the sheet's path, or NAME.SCHEDULE.tsv for rows that stood
 * in the sheet. */
void lic_deal_schedule_file(const lic_deal *deal, const lic_deal_schedule *schedule,
                            lic_buffer *target);
/* Appends the file's bytes; `agreement` is the name of the file with the text. */
void lic_deal_file_write(const lic_deal *deal, const char *agreement, lic_buffer *target);

typedef struct lic_deal_file_schedule {
    lic_slice name, file;
    lic_hash hash;
} lic_deal_file_schedule;

/* As read. Everything lives in the arena; lists are in order of names. */
typedef struct lic_deal_file {
    lic_slice agreement, name;
    lic_hash source, image, parameters;
    lic_deal_text *parties, *set;
    lic_deal_file_schedule *schedules;
    size_t party_count, set_count, schedule_count;
} lic_deal_file;

/* MALFORMED, code "deal_file": not JSON, a member missing, unknown or twice, a value that is no text, a path that
 * leads out of the folder; VERSION: another format. `path` is named in errors. */
lic_status lic_deal_file_read(lic_slice bytes, const char *path, lic_arena *arena,
                              lic_deal_file *file, lic_error *error);

/* Checks a file against the agreement's text that lies beside it, compiled for `unit_scale`: DIFFERS, code
 * "source", "image" (compared for a unit of 10^-6) or "parameters". Parameters that `overridden` says are set
 * otherwise are not compared. */
lic_status lic_deal_file_check(const lic_deal_file *file, const lic_compilation *compilation,
                               uint8_t unit_scale, bool overridden, const lic_hasher *hasher,
                               const lic_allocator *allocator, lic_error *error);

/* The file's schedules in the order in which they load: `order` has room for schedule_count numbers.
 * MISSING, code "schedule": the agreement has none of that name. */
lic_status lic_deal_file_order(const lic_deal_file *file, const lic_image *image, size_t *order,
                               lic_error *error);

#endif
