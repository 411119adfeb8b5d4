/* showing.h - what the files of `licet show` share: each shows one kind of thing. */
#ifndef LICET_CLI_SHOWING_H
#define LICET_CLI_SHOWING_H

#include "fields.h"
#include "reading.h"

lic_status lic_show_ledger(lic_cli *cli, lic_engine *engine);
lic_status lic_show_block(lic_cli *cli, lic_engine *engine);
lic_status lic_show_transaction(lic_cli *cli, lic_engine *engine);
lic_status lic_show_party(lic_cli *cli, lic_engine *engine);
lic_status lic_show_contract(lic_cli *cli, lic_engine *engine);
lic_status lic_show_source(lic_cli *cli, lic_engine *engine);

/* Digits alone, below 2^35; false otherwise. */
bool lic_cli_height(const char *text, uint64_t *height);
/* "sign, file, operate" */
void lic_put_key_roles(lic_fields *fields, const char *name, uint8_t roles);

#endif
