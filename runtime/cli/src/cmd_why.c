/* cmd_why.c - licet why: the derivation of what a payee has, is owed and owes. */
#include "reading.h"

#include <licet/cli_commands.h>
#include <licet/crypto.h>
#include <licet/why.h>

/* Exactly one of --period, --block and --duty, and a payee for the first two. */
static lic_status read_asked(lic_cli *cli, lic_why_options *options)
{
    const char *period = NULL;
    uint64_t number = 0;
    bool block = lic_cli_has(cli, LIC_OPTION_BLOCK), duty = lic_cli_has(cli, LIC_OPTION_DUTY);
    LIC_TRY(lic_reading_period(cli, false, &period));
    if ((period != NULL) + block + duty != 1)
        return lic_cli_usage(cli, "give one of --period PERIOD, --block HEIGHT and --duty NUMBER");
    if (duty != (cli->operand_count == 1))
        return lic_cli_usage(cli, duty ? "a duty says itself to whom it is: give CONTRACT alone"
                                       : "give CONTRACT PAYEE");
    options->contract = lic_slice_text(cli->operands[0]);
    if (!duty) options->payee = lic_slice_text(cli->operands[1]);
    options->asked = duty ? LIC_WHY_OF_DUTY : block ? LIC_WHY_OF_BLOCK : LIC_WHY_OF_PERIOD;
    if (period != NULL) options->period = lic_slice_text(period);
    LIC_TRY(lic_cli_number(cli, LIC_OPTION_BLOCK, 1, (uint64_t)1 << 35, &options->block));
    LIC_TRY(lic_cli_number(cli, LIC_OPTION_DUTY, 0, UINT32_MAX - 1, &number));
    options->duty = (uint32_t)number;
    return LIC_OK;
}

lic_status lic_cmd_why(lic_cli *cli)
{
    uint64_t depth = 4;
    lic_why *why = NULL;
    lic_progress progress;
    lic_why_options options = {
        .allocator = cli->allocator,
        .random = &lic_random_system,
        .progress = lic_progress_steps(&progress),
    };
    LIC_TRY(read_asked(cli, &options));
    LIC_TRY(lic_cli_number(cli, LIC_OPTION_DEPTH, 1, 1000, &depth));
    LIC_TRY(lic_ledger_path(cli, NULL, &options.path));
    LIC_TRY(lic_crypto_start(&cli->error));
    lic_progress_begin(&progress, cli, "deriving");
    lic_status status = lic_why_derive(&options, &why, &cli->error);
    lic_progress_end(&progress);
    LIC_TRY(status);
    if (lic_why_erased(why) != 0)
        lic_cli_say(cli, "block %llu holds something that was erased: what it did is not told",
                    (unsigned long long)lic_why_erased(why));
    if (cli->json) {
        lic_why_json(why, &cli->out);
    } else if (lic_cli_has(cli, LIC_OPTION_ALL) || lic_cli_has(cli, LIC_OPTION_DEPTH)) {
        lic_why_text(why, lic_cli_has(cli, LIC_OPTION_ALL) ? 0 : (unsigned)depth, &cli->out);
    } else {
        lic_why_account(why, &cli->out);
    }
    lic_why_destroy(why);
    return LIC_OK;
}
