/* frame.h - what the parts of the frame share. */
#ifndef LICET_CLI_FRAME_H
#define LICET_CLI_FRAME_H

#include <licet/cli.h>

/* Fills cli->command, uses and operands; false when there is nothing to run (*exit_code says how to leave,
 * cli->error what was wrong). Without --json argp tells people itself of misspelt options and wrong
 * operands, and ends the process with 64. `operands` has room for argc. */
bool lic_options_parse(lic_cli *cli, int argc, char **argv, const char **operands, int *exit_code);

#endif
