/* cmd_register.c - licet register: a party and its first key. */
#include "writer.h"

#include <licet/cli_commands.h>

#include <string.h>

/* The key file of the party, or of --as; made when there is none. */
static lic_status open_key(lic_writer *writer, const char *party, uint8_t roles)
{
    lic_cli *cli = writer->cli;
    const char *name = lic_cli_value(cli, LIC_OPTION_AS);
    char path[LIC_PATH_SIZE];
    if (name == NULL) name = party;
    LIC_TRY(lic_keys_path(cli, writer->folder, name, path));
    writer->signer_count = 1;
    if (lic_keys_exist(path)) return lic_keys_open(cli, writer->folder, name, &writer->signers[0]);
    bool simulated = lic_ledger_genesis(lic_engine_ledger(writer->engine))->clock ==
                     LIC_CLOCK_SIMULATED;
    bool asked = lic_cli_has(cli, LIC_OPTION_PASS_FILE) || lic_cli_has(cli, LIC_OPTION_PASS_FD);
    bool plain = lic_cli_has(cli, LIC_OPTION_NO_PASS) || (simulated && !asked);
    if (plain && !simulated) {
        return lic_cli_usage(cli,
                             "--no-passphrase is for simulated ledgers: this one has a real clock");
    }
    return lic_keys_make(cli, writer->folder, name, roles, plain, &writer->signers[0]);
}

static lic_status recovery_key(lic_writer *writer, lic_key *key)
{
    const char *name = lic_cli_value(writer->cli, LIC_OPTION_RECOVERY);
    char path[LIC_PATH_SIZE];
    lic_keyfile file;
    if (name == NULL) return LIC_OK;
    LIC_TRY(lic_keys_path(writer->cli, writer->folder, name, path));
    LIC_TRY(lic_keyfile_inspect(path, &file, &writer->cli->error));
    *key = file.key;
    return LIC_OK;
}

static lic_status run(lic_writer *writer)
{
    lic_transaction transaction;
    lic_cli *cli = writer->cli;
    const char *name = cli->operands[0];
    uint8_t roles = LIC_KEY_MAY_SIGN | LIC_KEY_MAY_FILE;
    bool sent = false;
    LIC_TRY(lic_keys_roles(cli, &roles));
    LIC_TRY(open_key(writer, name, roles));
    LIC_TRY(lic_writer_envelope(writer, LIC_TX_REGISTER, &transaction));
    memset(&transaction.party, 0, sizeof transaction.party);
    transaction.body.registration.name = lic_slice_text(name);
    transaction.body.registration.key = writer->signers[0].key;
    transaction.body.registration.roles = roles;
    LIC_TRY(recovery_key(writer, &transaction.body.registration.recovery));
    LIC_TRY(lic_writer_send(writer, &transaction, &sent));
    char id[LIC_HASH_TEXT];
    lic_hash_print(&transaction.id, id);
    if (sent) lic_writer_tell(writer, id);
    if (sent) lic_cli_say(cli, "registered %s", name);
    return LIC_OK;
}

lic_status lic_cmd_register(lic_cli *cli)
{
    const char *path = NULL;
    lic_writer writer;
    LIC_TRY(lic_ledger_path(cli, NULL, &path));
    lic_status status = lic_writer_open(cli, path, &writer);
    if (status == LIC_OK) status = run(&writer);
    lic_writer_close(&writer);
    return status;
}
