/* cmd_check.c - licet check: compile, show what is wrong and what each entry can cost, write nothing. */
#include "author.h"

#include <licet/cli_commands.h>

lic_status lic_cmd_check(lic_cli *cli)
{
    size_t errors = 0;
    lic_json json;
    lic_json_init(&json, &cli->out);
    if (cli->json) lic_json_array(&json);
    for (size_t i = 0; i < cli->operand_count; i++) {
        lic_author author;
        lic_status status = lic_author_open(cli, cli->operands[i], LIC_AUTHOR_UNIT_SCALE, &author);
        if (status == LIC_OK && cli->json) {
            lic_author_json(cli, &author, &json);
            errors += lic_compilation_diagnostics(author.compilation)->error_count;
        } else if (status == LIC_OK) {
            errors += lic_author_show(cli, &author);
            if (!cli->quiet) lic_author_work(cli, &author);
        }
        lic_author_close(&author);
        LIC_TRY(status);
    }
    if (cli->json) {
        lic_json_end(&json);
        lic_put_u8(&cli->out, '\n');
    } else if (errors == 0) {
        lic_cli_say(cli, "%zu agreement%s checked, nothing wrong", cli->operand_count,
                    cli->operand_count == 1 ? "" : "s");
    } else {
        lic_cli_say(cli, "%zu error%s", errors, errors == 1 ? "" : "s");
    }
    cli->finding = errors > 0;
    return LIC_OK;
}
