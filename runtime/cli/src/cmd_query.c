/* cmd_query.c - licet query: read-only SQL over the documented views, postings and usage lines. */
#include "reading.h"

#include <licet/cli_commands.h>

#include <string.h>

static bool goes_to_eyes(const lic_cli *cli)
{
    return lic_cli_for_eyes(cli) && !lic_cli_has(cli, LIC_OPTION_HEADER) &&
           !lic_cli_has(cli, LIC_OPTION_OUTPUT);
}

static lic_format format_of(const lic_cli *cli)
{
    const char *text = lic_cli_value(cli, LIC_OPTION_FORMAT);
    if (text == NULL)
        return cli->json ? LIC_FORMAT_JSON : goes_to_eyes(cli) ? LIC_FORMAT_TABLE : LIC_FORMAT_TSV;
    if (strcmp(text, "tsv") == 0) return LIC_FORMAT_TSV;
    return strcmp(text, "table") == 0 ? LIC_FORMAT_TABLE : LIC_FORMAT_JSON;
}

lic_status lic_cmd_query(lic_cli *cli)
{
    const char *path = NULL;
    lic_listing listing = {.sql = cli->operands[0],
                           .header = lic_cli_has(cli, LIC_OPTION_HEADER),
                           .seconds = 60,
                           .format = format_of(cli),
                           .long_as_tsv = lic_cli_value(cli, LIC_OPTION_FORMAT) == NULL,
                           .movements = true};
    LIC_TRY(lic_cli_number(cli, LIC_OPTION_LIMIT, 1, 86400, &listing.seconds));
    LIC_TRY(lic_ledger_path(cli, NULL, &path));
    const char *output = lic_cli_value(cli, LIC_OPTION_OUTPUT);
    if (output != NULL) LIC_TRY(lic_output_begin(cli, output));
    return lic_output_end(cli, lic_listing_run(cli, path, &listing));
}
