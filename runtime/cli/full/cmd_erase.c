/* cmd_erase.c - licet erase: contents of transactions taken out of a ledger file for good. */
#include "fields.h"
#include "writer.h"

#include <licet/cli_commands.h>
#include <licet/erase.h>

enum { IDS_MAX = 1000, WAIT_DEFAULT = 5, WAIT_LONGEST = 86400 };

static lic_status read_ids(lic_cli *cli, lic_hash *ids)
{
    for (size_t i = 0; i < cli->operand_count; i++)
        if (lic_hash_parse(lic_slice_text(cli->operands[i]), &ids[i]) != LIC_OK)
            return lic_cli_usage(cli, "%s is no transaction id: 64 lower-case hex digits",
                                 cli->operands[i]);
    return LIC_OK;
}

static lic_status tell(lic_cli *cli, const lic_erase_result *result)
{
    lic_fields fields;
    lic_fields_begin(&fields, cli);
    lic_fields_integer(&fields, "transactions", result->transactions);
    lic_fields_integer(&fields, "chunks", result->chunks);
    lic_fields_integer(&fields, "outputs", result->outputs);
    lic_fields_integer(&fields, "kept_state", result->kept);
    LIC_TRY(lic_fields_finish(&fields));
    lic_cli_say(cli, "erased in this file alone: other copies, backups and what was read from them "
                     "have it still; amounts in the state and in the views stay");
    return LIC_OK;
}

lic_status lic_cmd_erase(lic_cli *cli)
{
    static lic_hash ids[IDS_MAX];
    const char *path = NULL, *why = lic_cli_value(cli, LIC_OPTION_WHY);
    uint64_t seconds = WAIT_DEFAULT;
    lic_erase_result result;
    lic_progress progress;
    LIC_TRY(lic_ledger_path(cli, NULL, &path));
    if (why == NULL) return lic_cli_usage(cli, "no reason given: use --why TEXT");
    if (cli->operand_count > IDS_MAX)
        return lic_cli_usage(cli, "at most %d transactions at a time", (int)IDS_MAX);
    LIC_TRY(read_ids(cli, ids));
    LIC_TRY(lic_cli_number(cli, LIC_OPTION_WAIT, 0, WAIT_LONGEST, &seconds));
    LIC_TRY(lic_crypto_start(&cli->error));
    lic_progress_begin(&progress, cli, "replaying");
    const lic_erase_options options = {
        .replay = {.path = path,
                   .allocator = cli->allocator,
                   .random = &lic_random_system,
                   .progress = lic_progress_steps(&progress)},
        .clock = &lic_clock_system,
        .ids = ids,
        .count = cli->operand_count,
        .outputs = lic_cli_has(cli, LIC_OPTION_OUTPUTS),
        .why = lic_slice_text(why),
        .wait_ms = (uint32_t)seconds * 1000u,
    };
    lic_status status = lic_erase(&options, &result, &cli->error);
    lic_progress_end(&progress);
    LIC_TRY(status);
    return tell(cli, &result);
}
