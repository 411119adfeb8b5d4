/* reading.c - opening a ledger for commands, and finding what their operands name. */
#include "reading.h"

#include <licet/crypto.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

lic_status lic_ledger_path(lic_cli *cli, const char *operand, const char **path)
{
    const char *given = lic_cli_value(cli, LIC_OPTION_LEDGER);
    if (operand != NULL) given = operand;
    if (given == NULL) given = getenv("LICET_LEDGER");
    if (given == NULL || given[0] == '\0') {
        return lic_cli_usage(cli, "no ledger given: use --ledger FILE or set LICET_LEDGER");
    }
    struct stat about;
    if (stat(given, &about) == 0 && S_ISDIR(about.st_mode)) {
        return lic_fail(&cli->error, LIC_MALFORMED, "folder", "give the path of the ledger's file",
                        "%s is a folder, not a ledger", given);
    }
    *path = given;
    return LIC_OK;
}

void lic_engine_options_fill(lic_cli *cli, const char *path, lic_engine_options *options)
{
    memset(options, 0, sizeof *options);
    options->path = path;
    options->allocator = cli->allocator;
    options->random = &lic_random_system;
    options->clock = &lic_clock_system;
    options->one_shot = true;
    options->modules = &lic_projection_module;
    options->module_count = 1;
}

void lic_store_options_fill(lic_cli *cli, const char *path, lic_store_options *options)
{
    memset(options, 0, sizeof *options);
    options->path = path;
    options->allocator = cli->allocator;
    options->modules = &lic_projection_module;
    options->module_count = 1;
}

lic_status lic_reading_open(lic_cli *cli, const char *operand, lic_engine **engine)
{
    const char *path = NULL;
    lic_engine_options options;
    LIC_TRY(lic_ledger_path(cli, operand, &path));
    LIC_TRY(lic_crypto_start(&cli->error));
    lic_engine_options_fill(cli, path, &options);
    options.read_only = true;
    return lic_engine_open(&options, engine, &cli->error);
}

lic_status lic_reading_contract(lic_cli *cli, lic_engine *engine, const char *text,
                                lic_contract_info *info)
{
    uint32_t number = 0;
    LIC_TRY(lic_engine_find_contract(engine, lic_slice_text(text), &number, &cli->error));
    return lic_engine_contract(engine, number, info, &cli->error);
}

lic_status lic_reading_period(lic_cli *cli, bool demand, const char **period)
{
    *period = lic_cli_value(cli, LIC_OPTION_PERIOD);
    if (*period == NULL && demand)
        return lic_cli_usage(cli, "no period given: use --period, for instance --period 2026-01");
    if (*period == NULL) return LIC_OK;
    lic_period_kind kind = LIC_MONTH;
    lic_date first = 0;
    if (lic_period_parse(lic_slice_text(*period), &kind, &first) == LIC_OK) return LIC_OK;
    return lic_cli_usage(cli, "--period: %s is none of the forms 2026, 2026-H1, 2026-Q1, 2026-01",
                         *period);
}
