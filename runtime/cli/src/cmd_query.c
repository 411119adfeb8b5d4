/* cmd_query.c - licet query: read-only SQL over the documented views, postings and usage lines. */
#include "reading.h"

#include <licet/cli_commands.h>

#include <string.h>

static lic_status format_of(lic_cli *cli, lic_format *format)
{
    const char *text = lic_cli_value(cli, LIC_OPTION_FORMAT);
    if (text == NULL) text = cli->json ? "json" : "tsv";
    if (strcmp(text, "tsv") == 0) {
        *format = LIC_FORMAT_TSV;
    } else if (strcmp(text, "table") == 0) {
        *format = LIC_FORMAT_TABLE;
    } else if (strcmp(text, "json") == 0) {
        *format = LIC_FORMAT_JSON;
    } else {
        return lic_cli_usage(cli, "--format: %s is none of tsv, table and json", text);
    }
    return LIC_OK;
}

lic_status lic_cmd_query(lic_cli *cli)
{
    const char *path = NULL;
    lic_listing listing = {.sql = cli->operands[0],
                           .header = lic_cli_has(cli, LIC_OPTION_HEADER),
                           .seconds = 60,
                           .movements = true};
    LIC_TRY(format_of(cli, &listing.format));
    LIC_TRY(lic_cli_number(cli, LIC_OPTION_LIMIT, 1, 86400, &listing.seconds));
    LIC_TRY(lic_ledger_path(cli, NULL, &path));
    return lic_listing_run(cli, path, &listing);
}
