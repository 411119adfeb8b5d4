/* cmd_register.c - licet register: a party and its first key. */
#include "writer.h"

#include <licet/cli_commands.h>

/* The key file of the party, or of --as; made when there is none. */
static lic_status open_key(lic_writer *writer, const char *party, uint8_t roles)
{
    lic_cli *cli = writer->cli;
    const char *name = lic_cli_value(cli, LIC_OPTION_AS);
    char path[LIC_PATH_SIZE];
    if (name == NULL) name = party;
    LIC_TRY(lic_keys_path(cli, writer->folder, name, path));
    writer->signer_count = 1;
    const lic_genesis *genesis = lic_writer_genesis(writer);
    if (lic_keys_exist(path)) {
        LIC_TRY(lic_keys_guarded(cli, genesis, writer->folder, name));
        return lic_keys_open(cli, writer->folder, name, &writer->signers[0]);
    }
    bool simulated = genesis->clock == LIC_CLOCK_SIMULATED;
    bool asked = lic_cli_has(cli, LIC_OPTION_PASS_FILE) || lic_cli_has(cli, LIC_OPTION_PASS_FD);
    bool plain = lic_cli_has(cli, LIC_OPTION_NO_PASS) || (simulated && !asked);
    if (plain && !simulated) return lic_keys_refuse_plain(cli);
    LIC_TRY(lic_keys_make(cli, writer->folder, name, roles, plain, &writer->signers[0]));
    lic_cli_say(cli, "made %s%s", path,
                plain ? ", without a passphrase: the clock is simulated" : "");
    return LIC_OK;
}

static lic_status recovery_key(lic_writer *writer, lic_key *key)
{
    const char *name = lic_cli_value(writer->cli, LIC_OPTION_RECOVERY);
    char path[LIC_PATH_SIZE];
    lic_keyfile file;
    if (name == NULL) return LIC_OK;
    LIC_TRY(lic_keys_guarded(writer->cli, lic_writer_genesis(writer), writer->folder, name));
    LIC_TRY(lic_keys_path(writer->cli, writer->folder, name, path));
    LIC_TRY(lic_keyfile_inspect(path, &file, &writer->cli->error));
    *key = file.key;
    return LIC_OK;
}

static lic_status run(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    lic_client_call call;
    lic_key recovery = {0};
    const char *name = cli->operands[0];
    uint8_t roles = LIC_KEY_MAY_SIGN | LIC_KEY_MAY_FILE;
    LIC_TRY(lic_keys_roles(cli, &roles));
    LIC_TRY(open_key(writer, name, roles));
    LIC_TRY(lic_writer_call(writer, &call));
    LIC_TRY(recovery_key(writer, &recovery));
    LIC_TRY(lic_writer_done(writer,
                            lic_client_register(writer->client, &call, lic_slice_text(name), roles,
                                                &recovery, &writer->result, &cli->error)));
    if (!writer->result.sent) return LIC_OK;
    lic_writer_tell_id(writer);
    lic_cli_say(cli, "registered %s", name);
    return LIC_OK;
}

lic_status lic_cmd_register(lic_cli *cli)
{
    return lic_writer_run(cli, run);
}
