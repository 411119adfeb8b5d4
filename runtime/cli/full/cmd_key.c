/* cmd_key.c - licet key: key files, and what the ledger knows of them. */
#include "writer.h"

#include <licet/cli_commands.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *ledger_of(lic_cli *cli)
{
    const char *path = lic_cli_value(cli, LIC_OPTION_LEDGER);
    return path != NULL ? path : getenv("LICET_LEDGER");
}

static void tell_key(lic_cli *cli, const char *name, const lic_key *key)
{
    char did[LIC_DID_TEXT];
    lic_did_print(key, did);
    if (!cli->json) {
        lic_put_format(&cli->out, "%s\n", did);
        return;
    }
    lic_json json;
    lic_json_init(&json, &cli->out);
    lic_json_object(&json);
    lic_json_put_text(&json, "name", name);
    lic_json_put_text(&json, "key", did);
    lic_json_end(&json);
    lic_put_u8(&cli->out, '\n');
}

/* A key for a ledger that is there, and whose clock is real, has a passphrase. */
static lic_status check_plain(lic_cli *cli, const char *ledger)
{
    lic_engine *engine = NULL;
    if (ledger == NULL || !lic_keys_exist(ledger)) return LIC_OK;
    LIC_TRY(lic_reading_open(cli, ledger, &engine));
    bool real = lic_ledger_genesis(lic_engine_ledger(engine))->clock == LIC_CLOCK_REAL;
    lic_engine_close(engine);
    return real ? lic_keys_refuse_plain(cli) : LIC_OK;
}

static lic_status key_new(lic_cli *cli, const char *name)
{
    char folder[LIC_PATH_SIZE];
    uint8_t roles = LIC_KEY_MAY_SIGN | LIC_KEY_MAY_FILE;
    bool plain = lic_cli_has(cli, LIC_OPTION_NO_PASS);
    lic_keypair pair;
    LIC_TRY(lic_keys_roles(cli, &roles));
    LIC_TRY(lic_keys_folder(cli, ledger_of(cli), folder));
    if (plain) LIC_TRY(check_plain(cli, ledger_of(cli)));
    LIC_TRY(lic_keys_make(cli, folder, name, roles, plain, &pair));
    tell_key(cli, name, &pair.key);
    lic_keypair_wipe(&pair);
    return LIC_OK;
}

/* -- on the ledger --------------------------------------------------------------------------------------- */

/* NAME.key goes to NAME.old-N.key, the new one takes its place. */
static lic_status set_aside(lic_writer *writer, const char *name)
{
    char path[LIC_PATH_SIZE], other[LIC_PATH_SIZE], old[LIC_NAME_MAX + 16];
    LIC_TRY(lic_keys_path(writer->cli, writer->folder, name, path));
    for (unsigned n = 1; n < 10000; n++) {
        (void)snprintf(old, sizeof old, "%.*s.old-%u", LIC_NAME_MAX - 12, name, n);
        LIC_TRY(lic_keys_path(writer->cli, writer->folder, old, other));
        if (lic_keys_exist(other)) continue;
        if (rename(path, other) == 0) return LIC_OK;
        break;
    }
    return lic_fail(&writer->cli->error, LIC_IO, "rename", "check the folder's permissions",
                    "cannot set %s aside", path);
}

/* NAME.new.key becomes NAME.key. */
static lic_status put_in_place(lic_writer *writer, const char *fresh, const char *path)
{
    char from[LIC_PATH_SIZE];
    LIC_TRY(lic_keys_path(writer->cli, writer->folder, fresh, from));
    if (rename(from, path) == 0) return LIC_OK;
    return lic_fail(&writer->cli->error, LIC_IO, "rename",
                    "rename it by hand: the ledger knows it already", "cannot rename %s to %s",
                    from, path);
}

/* The new key comes in by the old one's signature, and the old one goes by the new one's. */
static lic_status change_keys(lic_writer *writer, const lic_keypair *fresh, const lic_keyfile *old)
{
    lic_cli *cli = writer->cli;
    lic_client_call call;
    const lic_slice own = {NULL, 0};
    LIC_TRY(lic_writer_call(writer, &call));
    LIC_TRY(lic_client_add_key(writer->client, &call, own, &fresh->key, old->roles, &writer->result,
                               &cli->error));
    call.signers = fresh;
    return lic_client_revoke_key(writer->client, &call, own, &old->key, &writer->result,
                                 &cli->error);
}

/* The files change places when the ledger has both transactions, so that whatever happens before leaves
 * NAME.key as it was. */
static lic_status rotate(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    const char *name = cli->operands[1];
    char path[LIC_PATH_SIZE], fresh_name[LIC_NAME_MAX + 16];
    lic_keyfile file;
    lic_keypair fresh;
    lic_party_info info;
    if (lic_cli_has(cli, LIC_OPTION_ENVELOPE))
        return lic_cli_usage(cli, "key rotate changes the ledger and the key files together: "
                                  "it takes no --envelope");
    LIC_TRY(lic_keys_path(cli, writer->folder, name, path));
    LIC_TRY(lic_keys_open(cli, writer->folder, name, &writer->signers[0]));
    writer->signer_count = 1;
    LIC_TRY(lic_keyfile_inspect(path, &file, &cli->error));
    if (lic_client_party_of(writer->client, &file.key, &info, &cli->error) != LIC_OK) {
        return lic_fail(&cli->error, LIC_REFUSED, "key", "register it first: licet register NAME",
                        "%s belongs to no registered party", path);
    }
    (void)snprintf(fresh_name, sizeof fresh_name, "%.*s.new", LIC_NAME_MAX - 12, name);
    LIC_TRY(lic_keys_make(cli, writer->folder, fresh_name, file.roles, !file.sealed, &fresh));
    lic_status status = change_keys(writer, &fresh, &file);
    if (status == LIC_OK) status = set_aside(writer, name);
    if (status == LIC_OK) status = put_in_place(writer, fresh_name, path);
    if (status == LIC_OK) tell_key(cli, name, &fresh.key);
    lic_keypair_wipe(&fresh);
    return status;
}

static lic_status revoke(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    const char *name = cli->operands[1];
    lic_client_call call;
    lic_key key;
    LIC_TRY(lic_did_parse(lic_slice_text(cli->operands[2]), &key, &cli->error));
    LIC_TRY(lic_writer_signers(writer, false));
    if (writer->signer_count == 0) {
        LIC_TRY(lic_keys_open(cli, writer->folder, name, &writer->signers[0]));
        writer->signer_count = 1;
    }
    LIC_TRY(lic_writer_call(writer, &call));
    LIC_TRY(
        lic_writer_done(writer, lic_client_revoke_key(writer->client, &call, lic_slice_text(name),
                                                      &key, &writer->result, &cli->error)));
    if (writer->result.sent) tell_key(cli, name, &key);
    return LIC_OK;
}

/* -- list ------------------------------------------------------------------------------------------------- */

static void list_one(lic_cli *cli, lic_json *json, lic_engine *engine, const char *name,
                     const lic_keyfile *file)
{
    char did[LIC_DID_TEXT];
    uint32_t number = 0;
    lic_party_info info;
    lic_slice party = lic_slice_of(NULL, 0);
    lic_did_print(&file->key, did);
    bool known = engine != NULL && lic_engine_party_of_key(engine, &file->key, &number) &&
                 lic_engine_party(engine, number, &info);
    if (known) party = info.name;
    if (!cli->json) {
        lic_put_format(&cli->out, "%-20s %s  %s  %.*s\n", name, did,
                       file->sealed ? "sealed" : "plain ", (int)party.size,
                       (const char *)party.data);
        return;
    }
    lic_json_object(json);
    lic_json_put_text(json, "name", name);
    lic_json_put_text(json, "key", did);
    lic_json_put_bool(json, "sealed", file->sealed);
    lic_json_key(json, "party");
    if (known) lic_json_slice(json, party);
    if (!known) lic_json_null(json);
    lic_json_end(json);
}

static int by_name(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

static lic_status list_folder(lic_cli *cli, const char *folder, lic_engine *engine)
{
    enum { FILES_MAX = 4096 };
    static char *names[FILES_MAX];
    size_t count = 0;
    lic_json json;
    DIR *directory = opendir(folder);
    struct dirent *entry = NULL;
    lic_arena *arena = lic_arena_create(cli->allocator, (size_t)16 << 20);
    while (directory != NULL && arena != NULL && count < FILES_MAX &&
           (entry = readdir(directory)) != NULL) {
        size_t size = strlen(entry->d_name);
        if (size <= 4 || entry->d_name[0] == '.' || strcmp(entry->d_name + size - 4, ".key") != 0)
            continue;
        names[count] = lic_arena_text(arena, entry->d_name, size - 4);
        if (names[count] != NULL) count++;
    }
    if (directory != NULL) (void)closedir(directory);
    if (count > 1) qsort(names, count, sizeof names[0], by_name);
    lic_json_init(&json, &cli->out);
    if (cli->json) lic_json_array(&json);
    for (size_t i = 0; i < count; i++) {
        char path[LIC_PATH_SIZE];
        lic_keyfile file;
        lic_error ignored;
        if (lic_keys_path(cli, folder, names[i], path) != LIC_OK) continue;
        if (lic_keyfile_inspect(path, &file, &ignored) == LIC_OK)
            list_one(cli, &json, engine, names[i], &file);
    }
    if (cli->json) {
        lic_json_end(&json);
        lic_put_u8(&cli->out, '\n');
    }
    lic_arena_destroy(arena);
    return LIC_OK;
}

static lic_status key_list(lic_cli *cli)
{
    char folder[LIC_PATH_SIZE];
    const char *path = ledger_of(cli);
    lic_engine *engine = NULL;
    LIC_TRY(lic_keys_folder(cli, path, folder));
    LIC_TRY(lic_kept_written(cli));
    if (path != NULL) LIC_TRY(lic_reading_open(cli, path, &engine));
    lic_status status = list_folder(cli, folder, engine);
    lic_engine_close(engine);
    return status;
}

lic_status lic_cmd_key(lic_cli *cli)
{
    const char *verb = cli->operands[0];
    size_t count = cli->operand_count;
    LIC_TRY(lic_crypto_start(&cli->error));
    if (strcmp(verb, "new") == 0 && count == 2) return key_new(cli, cli->operands[1]);
    if (strcmp(verb, "list") == 0 && count == 1) return key_list(cli);
    if (strcmp(verb, "rotate") == 0 && count == 2) return lic_writer_run(cli, rotate);
    if (strcmp(verb, "revoke") == 0 && count == 3) return lic_writer_run(cli, revoke);
    return lic_cli_usage(
        cli, "give one of: key new NAME, key rotate NAME, key revoke NAME KEY, key list");
}
