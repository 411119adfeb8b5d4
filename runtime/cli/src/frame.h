/* frame.h - what the parts of the frame share. */
#ifndef LICET_CLI_FRAME_H
#define LICET_CLI_FRAME_H

#include <licet/cli.h>

/* Fills cli->command, uses and operands; false when there is nothing to run (*exit_code says how to leave,
 * cli->error what was wrong; help is shown). `operands` has room for argc. */
bool lic_options_parse(lic_cli *cli, int argc, char **argv, const char **operands, int *exit_code);
/* The end of a command's --help: what its operands are, examples, exit codes. */
void lic_put_command_help(const lic_command *command, lic_buffer *target);
/* Usage error for a value of an option that takes words of a list alone (commands.def: WORDS, LIST). */
lic_status lic_options_check(lic_cli *cli);

#endif
