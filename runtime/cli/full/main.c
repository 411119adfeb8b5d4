/* main.c - licet: every command. */
#define LICET_FULL
#include "table.h"

int main(int argc, char **argv)
{
    return lic_cli_main("licet", lic_commands, argc, argv);
}
