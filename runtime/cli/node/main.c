/* main.c - licet-node: reads, explains and replays a ledger. No compiler, no keys. */
#include "table.h"

int main(int argc, char **argv)
{
    return lic_cli_main("licet-node", lic_commands, argc, argv);
}
