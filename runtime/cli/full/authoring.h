/* authoring.h - what becomes of the deals of a sheet. */
#ifndef LICET_CLI_AUTHORING_H
#define LICET_CLI_AUTHORING_H

#include <licet/cli.h>
#include <licet/deal_file.h>
#include <licet/text.h>

/* Writes NAME.lic and NAME.deal of each deal, and the files of schedules, into the folder `output`, which is
 * made when there is none. `project` is where schedules' files are read. */
lic_status lic_deals_write(lic_cli *cli, const lic_sheet *sheet, const char *project,
                           const char *output);

/* Shows each deal; with `output`, the files that were written. */
void lic_deals_tell(lic_cli *cli, const lic_sheet *sheet, const char *output);

#endif
