/* table.h - the command table of one executable. The includer defines LICET_FULL for all commands;
 * without it only those that both executables have are listed, so that a node links nothing else. */
#include <licet/cli_commands.h>

#define ROW_OF(name, group, operands, min, max, summary, details) \
    {#name, operands, summary, details, LIC_GROUP_##group, min, max, lic_cmd_##name},
#define ROW_BOTH(...) ROW_OF(__VA_ARGS__)
#ifdef LICET_FULL
#define ROW_FULL(...) ROW_OF(__VA_ARGS__)
#else
#define ROW_FULL(...)
#endif
#define COMMAND(name, where, ...) ROW_##where(name, __VA_ARGS__)

static const lic_command lic_commands[] = {
#include <licet/commands.def>
    {NULL, NULL, NULL, NULL, LIC_GROUP_RUN, 0, 0, NULL},
};
