/* cmd_key.c - licet key: key files, and what the ledger knows of them. */
#include "key_change.h"

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

void lic_key_tell(lic_cli *cli, const char *name, const lic_key *key)
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
    lic_key_tell(cli, name, &pair.key);
    lic_keypair_wipe(&pair);
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

/* What else a verb does not take. */
static lic_status check_options(lic_cli *cli, const char *verb)
{
    bool dated = strcmp(verb, "add") == 0 || strcmp(verb, "revoke") == 0;
    if (!dated && lic_cli_has(cli, LIC_OPTION_FROM))
        return lic_cli_usage(cli, "--from is for key add and key revoke");
    if (!dated && lic_cli_has(cli, LIC_OPTION_ENVELOPE))
        return lic_cli_usage(cli, "key %s takes no --envelope", verb);
    return LIC_OK;
}

lic_status lic_cmd_key(lic_cli *cli)
{
    const char *verb = cli->operands[0];
    size_t count = cli->operand_count;
    LIC_TRY(lic_crypto_start(&cli->error));
    LIC_TRY(check_options(cli, verb));
    if (strcmp(verb, "new") == 0 && count == 2) return key_new(cli, cli->operands[1]);
    if (strcmp(verb, "list") == 0 && count == 1) return key_list(cli);
    if (strcmp(verb, "add") == 0 && count == 3) return lic_writer_run(cli, lic_key_add);
    if (strcmp(verb, "rotate") == 0 && count > 1) return lic_writer_run(cli, lic_key_rotate);
    if (strcmp(verb, "revoke") == 0 && count == 3) return lic_writer_run(cli, lic_key_revoke);
    return lic_cli_usage(cli, "give one of: key new NAME, key add NAME KEY, key rotate NAME [KEY], "
                              "key revoke NAME KEY, key list");
}
