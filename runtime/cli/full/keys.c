/* keys.c - key files in a folder: finding, making, opening. */
#include "writer.h"

#include <licet/text.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

lic_status lic_keys_folder(lic_cli *cli, const char *ledger, char folder[LIC_PATH_SIZE])
{
    const char *given = lic_cli_value(cli, LIC_OPTION_KEYS);
    if (given == NULL) given = getenv("LICET_KEYS");
    int size = -1;
    if (given != NULL && given[0] != '\0') {
        size = snprintf(folder, LIC_PATH_SIZE, "%s", given);
    } else if (ledger != NULL) {
        size = snprintf(folder, LIC_PATH_SIZE, "%s-keys", ledger);
    } else {
        return lic_cli_usage(
            cli, "where are the key files: use --keys FOLDER, LICET_KEYS, or name a ledger");
    }
    if (size > 0 && size < LIC_PATH_SIZE) return LIC_OK;
    return lic_cli_usage(cli, "the path of the key folder is longer than %d bytes",
                         LIC_PATH_SIZE - 1);
}

static bool is_file_name(const char *name)
{
    if (name[0] == '\0' || name[0] == '.' || strlen(name) > LIC_NAME_MAX) return false;
    for (const char *c = name; *c != '\0'; c++) {
        if (*c == '/' || (unsigned char)*c < 0x20 || *c == 0x7F) return false;
    }
    return true;
}

lic_status lic_keys_path(lic_cli *cli, const char *folder, const char *name,
                         char path[LIC_PATH_SIZE])
{
    const char *unfit = lic_name_unfit(lic_slice_text(name));
    if (unfit != NULL) return lic_cli_usage(cli, "\"%s\" cannot be a name: %s", name, unfit);
    if (!is_file_name(name)) {
        return lic_cli_usage(cli,
                             "\"%s\" cannot be a name: at most %d bytes, no slash, no leading dot",
                             name, LIC_NAME_MAX);
    }
    int size = snprintf(path, LIC_PATH_SIZE, "%s/%s.key", folder, name);
    if (size > 0 && size < LIC_PATH_SIZE) return LIC_OK;
    return lic_cli_usage(cli, "the path of the key file is longer than %d bytes",
                         LIC_PATH_SIZE - 1);
}

bool lic_keys_exist(const char *path)
{
    return access(path, F_OK) == 0;
}

lic_passphrase_source lic_keys_passphrase(lic_cli *cli, lic_status *status)
{
    lic_passphrase_source source = {.kind = LIC_PASSPHRASE_TERMINAL};
    const char *file = lic_cli_value(cli, LIC_OPTION_PASS_FILE);
    uint64_t descriptor = 0;
    *status = LIC_OK;
    if (lic_cli_has(cli, LIC_OPTION_PASS_FD)) {
        *status = lic_cli_number(cli, LIC_OPTION_PASS_FD, 0, 65535, &descriptor);
        source.kind = LIC_PASSPHRASE_DESCRIPTOR;
        source.descriptor = (int)descriptor;
    } else if (file != NULL) {
        source.kind = LIC_PASSPHRASE_FILE;
        source.path = file;
    }
    return source;
}

static lic_status read_passphrase(lic_cli *cli, const char *name, bool confirm,
                                  lic_passphrase *passphrase)
{
    lic_status status = LIC_OK;
    char prompt[LIC_NAME_MAX + 32];
    lic_passphrase_source source = lic_keys_passphrase(cli, &status);
    if (status != LIC_OK) return status;
    (void)snprintf(prompt, sizeof prompt, "Passphrase of %s: ", name);
    return lic_passphrase_read(&source, prompt, confirm, passphrase, &cli->error);
}

static lic_status make_folder(lic_cli *cli, const char *folder)
{
    if (mkdir(folder, 0700) == 0 || errno == EEXIST) return LIC_OK;
    return lic_fail(&cli->error, LIC_IO, "folder", "choose another folder with --keys",
                    "cannot make the folder %s: %s", folder, strerror(errno));
}

lic_status lic_keys_make(lic_cli *cli, const char *folder, const char *name, uint8_t roles,
                         bool plain, lic_keypair *pair)
{
    char path[LIC_PATH_SIZE];
    lic_passphrase passphrase;
    LIC_TRY(lic_keys_path(cli, folder, name, path));
    LIC_TRY(make_folder(cli, folder));
    if (!plain) LIC_TRY(read_passphrase(cli, name, true, &passphrase));
    lic_keypair_create(&lic_random_system, pair);
    lic_status status = lic_keyfile_create(path, pair, roles, plain ? NULL : &passphrase,
                                           &lic_random_system, &cli->error);
    if (!plain) lic_passphrase_wipe(&passphrase);
    if (status != LIC_OK) lic_keypair_wipe(pair);
    return status;
}

lic_status lic_keys_refuse_plain(lic_cli *cli)
{
    return lic_cli_usage(cli,
                         "--no-passphrase is for simulated ledgers: this one has a real clock");
}

/* FOLDER/NAME.key, which is there. */
static lic_status find_file(lic_cli *cli, const char *folder, const char *name,
                            char path[LIC_PATH_SIZE], lic_keyfile *file)
{
    LIC_TRY(lic_keys_path(cli, folder, name, path));
    if (!lic_keys_exist(path)) {
        return lic_fail(&cli->error, LIC_MISSING, "key_file",
                        "make it with licet key new, or say where it is with --keys",
                        "there is no key file %s", path);
    }
    return lic_keyfile_inspect(path, file, &cli->error);
}

lic_status lic_keys_guarded(lic_cli *cli, const lic_genesis *genesis, const char *folder,
                            const char *name)
{
    char path[LIC_PATH_SIZE];
    lic_keyfile file;
    LIC_TRY(find_file(cli, folder, name, path, &file));
    if (file.sealed || genesis->clock == LIC_CLOCK_SIMULATED) return LIC_OK;
    return lic_fail(&cli->error, LIC_REFUSED, "plain_key",
                    "make another key, with a passphrase: licet key new NAME",
                    "%s has no passphrase, and the ledger's clock is real", path);
}

lic_status lic_keys_open(lic_cli *cli, const char *folder, const char *name, lic_keypair *pair)
{
    char path[LIC_PATH_SIZE];
    lic_keyfile file;
    lic_passphrase passphrase;
    LIC_TRY(find_file(cli, folder, name, path, &file));
    if (!file.sealed) return lic_keyfile_open(path, NULL, &file, pair, &cli->error);
    LIC_TRY(read_passphrase(cli, name, false, &passphrase));
    lic_status status = lic_keyfile_open(path, &passphrase, &file, pair, &cli->error);
    lic_passphrase_wipe(&passphrase);
    return status;
}

lic_status lic_keys_roles(lic_cli *cli, uint8_t *roles)
{
    static const struct {
        const char *name;
        uint8_t bit;
    } names[] = {
        {"sign", LIC_KEY_MAY_SIGN}, {"file", LIC_KEY_MAY_FILE}, {"operate", LIC_KEY_MAY_OPERATE}};
    const char *text = lic_cli_value(cli, LIC_OPTION_ROLES);
    if (text == NULL) return LIC_OK;
    *roles = 0;
    while (*text != '\0') { /* words of this list alone: lic_options_check */
        size_t size = strcspn(text, ",");
        for (size_t i = 0; i < LIC_COUNT(names); i++) {
            if (strlen(names[i].name) == size && strncmp(names[i].name, text, size) == 0)
                *roles |= names[i].bit;
        }
        text += size + (text[size] == ',');
    }
    return LIC_OK;
}
