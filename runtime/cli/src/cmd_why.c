/* cmd_why.c - licet why: the derivation of what a payee was owed. */
#include "reading.h"

#include <licet/cli_commands.h>
#include <licet/crypto.h>
#include <licet/why.h>

static void step(void *context, const char *what, uint64_t done, uint64_t total)
{
    lic_progress *progress = context;
    progress->what = what;
    lic_progress_show(progress, done, total);
}

lic_status lic_cmd_why(lic_cli *cli)
{
    const char *path = NULL, *period = NULL;
    uint64_t depth = 4;
    lic_why *why = NULL;
    lic_progress progress;
    LIC_TRY(lic_reading_period(cli, true, &period));
    LIC_TRY(lic_cli_number(cli, LIC_OPTION_DEPTH, 1, 1000, &depth));
    LIC_TRY(lic_ledger_path(cli, NULL, &path));
    LIC_TRY(lic_crypto_start(&cli->error));
    lic_progress_begin(&progress, cli, "deriving");
    const lic_why_options options = {
        .path = path,
        .allocator = cli->allocator,
        .random = &lic_random_system,
        .progress = {.context = &progress, .step = step},
        .contract = lic_slice_text(cli->operands[0]),
        .payee = lic_slice_text(cli->operands[1]),
        .period = lic_slice_text(period),
    };
    lic_status status = lic_why_derive(&options, &why, &cli->error);
    lic_progress_end(&progress);
    LIC_TRY(status);
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
