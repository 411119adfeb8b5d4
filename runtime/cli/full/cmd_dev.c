/* cmd_dev.c - licet dev: a ledger in memory on which a folder's deals stand, made anew when their files are saved, and
 * the tests that a save touches, run again. */
#include "dev.h"

#include <licet/cli_commands.h>
#include <licet/crypto.h>

#include <string.h>

static lic_status develop(lic_dev *dev)
{
    lic_cli *cli = dev->cli;
    bool news = false, once = lic_cli_has(cli, LIC_OPTION_ONCE);
    uint64_t runs = 0;
    LIC_TRY(lic_test_seed(cli, &dev->seed));
    LIC_TRY(lic_cli_number(cli, LIC_OPTION_RUNS_EACH, 1, 1000000, &runs));
    dev->runs = (uint32_t)runs;
    LIC_TRY(lic_crypto_start(&cli->error));
    LIC_TRY(lic_dev_look(dev, false, &news));
    lic_dev_tell(dev);
    lic_status status = lic_dev_session(dev, once);
    cli->finding = !lic_dev_good(&dev->now);
    return status;
}

lic_status lic_cmd_dev(lic_cli *cli)
{
    lic_dev dev = {.cli = cli, .folder = cli->operand_count == 0 ? "." : cli->operands[0]};
    lic_status status = develop(&dev);
    lic_dev_round_free(&dev.now);
    return status;
}
