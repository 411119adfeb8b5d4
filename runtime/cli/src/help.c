/* help.c - the overview of commands, from the table. */
#include <licet/cli.h>

static const char *group_title(lic_cli_group group)
{
    switch (group) {
    case LIC_GROUP_AUTHOR: return "Author an agreement";
    case LIC_GROUP_WRITE: return "Write to a ledger";
    case LIC_GROUP_READ: return "Read and check a ledger";
    case LIC_GROUP_RUN: return "Measure";
    }
    return "";
}

void lic_cli_help(const lic_cli *cli, lic_buffer *target)
{
    lic_put_format(target,
                   "Usage: %s [--json] [--color WHEN] [--quiet] COMMAND [OPTION...] [OPERAND...]\n",
                   cli->program);
    for (int group = LIC_GROUP_AUTHOR; group <= LIC_GROUP_RUN; group++) {
        bool titled = false;
        for (const lic_command *c = cli->commands; c->name != NULL; c++) {
            if (c->group != (lic_cli_group)group) continue;
            if (!titled) lic_put_format(target, "\n%s\n", group_title(c->group));
            titled = true;
            lic_put_format(target, "  %-12s %s\n", c->name, c->summary);
        }
    }
    lic_put_format(
        target,
        "\n%s COMMAND --help tells operands, options and what the command does.\n"
        "LICET_LEDGER, LICET_AS and LICET_KEYS stand in for --ledger, --as and --keys.\n"
        "Data goes to standard output, talk to standard error. Exit codes: 0 ok, 1 finding or\n"
        "failed check, 64 usage, 65 bad data, 66 missing input, 70 internal, 74 input or output,\n"
        "75 try again, 78 configuration.\n",
        cli->program);
}
