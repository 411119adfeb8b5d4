/* main.c - licet: every command. */
#define LICET_FULL
#include "table.h"

#include "doctor_sandbox.h"

int main(int argc, char **argv)
{
    lic_doctor_beyond = lic_doctor_sandbox;
    return lic_cli_main("licet", lic_commands, argc, argv);
}
