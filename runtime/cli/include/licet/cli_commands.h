/* cli_commands.h - the commands' functions, one each, declared from the table. */
#ifndef LICET_CLI_COMMANDS_H
#define LICET_CLI_COMMANDS_H

#include <licet/cli.h>

#define COMMAND(name, where, group, operands, min, max, summary, details) \
    lic_status lic_cmd_##name(lic_cli *cli);
#include <licet/commands.def>

#endif
