/* key_change.h - what licet key does on a ledger: keys come and go. */
#ifndef LICET_CLI_KEY_CHANGE_H
#define LICET_CLI_KEY_CHANGE_H

#include "writer.h"

lic_status lic_key_add(lic_writer *writer);
lic_status lic_key_rotate(lic_writer *writer);
lic_status lic_key_revoke(lic_writer *writer);

/* The key, as data: a line, or {name, key}. */
void lic_key_tell(lic_cli *cli, const char *name, const lic_key *key);

#endif
