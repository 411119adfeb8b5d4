/* key_change.c - keys of a registered party come, go, and take one another's place. A party signs that with a key of its
 * own, or with the recovery key that it named when it registered. */
#include "key_change.h"

#include <stdio.h>
#include <string.h>

static lic_slice party_name(const lic_writer *writer)
{
    return lic_slice_text(writer->cli->operands[1]);
}

/* --as, or else the party's own key file. */
static lic_status open_signers(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    LIC_TRY(lic_writer_signers(writer, false));
    if (writer->signer_count > 0) return LIC_OK;
    lic_status status = lic_keys_open(cli, writer->folder, cli->operands[1], &writer->signers[0]);
    if (status == LIC_MISSING)
        return lic_fail(&cli->error, status, "key_file",
                        "sign with another key of the party, or with its recovery key: --as NAME",
                        "there is no key file %s.key in %s", cli->operands[1], writer->folder);
    LIC_TRY(status);
    writer->signer_count = 1;
    return LIC_OK;
}

/* "did:key:...", or the name of a key file; `file` is zero for the former. */
static lic_status find_key(lic_writer *writer, const char *text, lic_key *key, lic_keyfile *file)
{
    static const char scheme[] = "did:";
    lic_cli *cli = writer->cli;
    char path[LIC_PATH_SIZE];
    memset(file, 0, sizeof *file);
    if (strncmp(text, scheme, sizeof scheme - 1) == 0)
        return lic_did_parse(lic_slice_text(text), key, &cli->error);
    LIC_TRY(lic_keys_path(cli, writer->folder, text, path));
    if (!lic_keys_exist(path))
        return lic_fail(&cli->error, LIC_MISSING, "key_file",
                        "name a key file, or give the key itself: did:key:...",
                        "there is no key file %s", path);
    LIC_TRY(lic_keyfile_inspect(path, file, &cli->error));
    *key = file->key;
    return LIC_OK;
}

/* -- what the ledger knows of a party's keys ------------------------------------------------------------- */

static lic_status find_party(lic_writer *writer, lic_party_info *info)
{
    uint32_t number = 0;
    const lic_engine *engine = lic_client_engine(writer->client);
    LIC_TRY(lic_engine_find_party(engine, party_name(writer), &number, &writer->cli->error));
    return lic_engine_party(engine, number, info) ? LIC_OK : LIC_MISSING;
}

/* In the block after the open one. */
static bool is_valid(lic_engine *engine, const lic_party_key *key)
{
    uint64_t next = lic_ledger_tip(lic_engine_ledger(engine))->height + 1;
    next += lic_engine_in_block(engine);
    return key->first <= next && next <= key->last;
}

/* Keys of the party that are valid, counted; *found is the first of them that has one of the roles, or the one
 * that is `wanted`. */
static size_t count_valid(lic_writer *writer, const lic_party_info *party, uint8_t roles,
                          const lic_key *wanted, lic_party_key *found)
{
    lic_engine *engine = lic_client_engine(writer->client);
    size_t count = 0;
    for (uint32_t i = 0; i < party->key_count; i++) {
        lic_party_key key;
        if (!lic_engine_party_key(engine, party->number, i, &key) || !is_valid(engine, &key) ||
            (key.roles & roles) == 0 || (wanted != NULL && !lic_key_equal(&key.key, wanted)))
            continue;
        if (count++ == 0 && found != NULL) *found = key;
    }
    return count;
}

/* -- adding and revoking ------------------------------------------------------------------------------------ */

static lic_status from_height(lic_cli *cli, uint64_t *from)
{
    *from = 0;
    return lic_cli_number(cli, LIC_OPTION_FROM, 1, INT64_MAX, from);
}

lic_status lic_key_add(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    const char *name = cli->operands[1], *text = cli->operands[2];
    lic_client_call call;
    lic_keyfile file;
    lic_key key;
    uint64_t from = 0;
    LIC_TRY(from_height(cli, &from));
    LIC_TRY(find_key(writer, text, &key, &file));
    uint8_t roles = file.roles != 0 ? file.roles : LIC_KEY_MAY_SIGN | LIC_KEY_MAY_FILE;
    if (file.roles != 0)
        LIC_TRY(lic_keys_guarded(cli, lic_writer_genesis(writer), writer->folder, text));
    LIC_TRY(lic_keys_roles(cli, &roles));
    LIC_TRY(open_signers(writer));
    LIC_TRY(lic_writer_call(writer, &call));
    LIC_TRY(
        lic_writer_done(writer, lic_client_add_key(writer->client, &call, party_name(writer), &key,
                                                   roles, from, &writer->result, &cli->error)));
    if (writer->result.sent) lic_key_tell(cli, name, &key);
    return LIC_OK;
}

/* Who has no key left is told how to get one. */
static lic_status warn_locked_out(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    lic_party_info party;
    static const lic_key none;
    LIC_TRY(find_party(writer, &party));
    if (count_valid(writer, &party, LIC_KEY_MAY_SIGN, NULL, NULL) > 0) return LIC_OK;
    bool recoverable = !lic_key_equal(&party.recovery, &none);
    lic_cli_say(cli, "%s has no key left that signs%s", cli->operands[1],
                recoverable ? "; its recovery key adds one: licet key add NAME KEY --as RECOVERY"
                            : ", and no recovery key: nobody can act for it any more");
    return LIC_OK;
}

lic_status lic_key_revoke(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    lic_client_call call;
    lic_keyfile file;
    lic_key key;
    uint64_t from = 0;
    LIC_TRY(from_height(cli, &from));
    LIC_TRY(find_key(writer, cli->operands[2], &key, &file));
    LIC_TRY(open_signers(writer));
    LIC_TRY(lic_writer_call(writer, &call));
    LIC_TRY(
        lic_writer_done(writer, lic_client_revoke_key(writer->client, &call, party_name(writer),
                                                      &key, from, &writer->result, &cli->error)));
    if (!writer->result.sent) return LIC_OK;
    lic_key_tell(cli, cli->operands[1], &key);
    return warn_locked_out(writer);
}

/* -- rotating: files ------------------------------------------------------------------------------------------- */

/* NAME.key goes to NAME.old-N.key, the new one takes its place. */
static lic_status set_aside(lic_writer *writer, const char *name)
{
    char path[LIC_PATH_SIZE], other[LIC_PATH_SIZE], old[LIC_NAME_MAX + 16];
    LIC_TRY(lic_keys_path(writer->cli, writer->folder, name, path));
    if (!lic_keys_exist(path)) return LIC_OK;
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
static lic_status put_in_place(lic_writer *writer, const char *fresh, const char *name)
{
    char from[LIC_PATH_SIZE], path[LIC_PATH_SIZE];
    LIC_TRY(lic_keys_path(writer->cli, writer->folder, fresh, from));
    LIC_TRY(lic_keys_path(writer->cli, writer->folder, name, path));
    if (rename(from, path) == 0) return LIC_OK;
    return lic_fail(&writer->cli->error, LIC_IO, "rename",
                    "rename it by hand: the ledger knows it already", "cannot rename %s to %s",
                    from, path);
}

/* -- rotating: the ledger --------------------------------------------------------------------------------------- */

typedef struct rotation {
    lic_writer *writer;
    const char *name;
    lic_party_info party;
    char path[LIC_PATH_SIZE];           /* NAME.key, which need not be there */
    char fresh_name[LIC_NAME_MAX + 16]; /* NAME.new */
    bool has_old;
    lic_party_key old; /* the key that goes */
    lic_key fresh;
} rotation;

/* The key that is named, or that of NAME.key, or the only one that the party has. */
static lic_status find_old(rotation *r)
{
    lic_writer *writer = r->writer;
    lic_cli *cli = writer->cli;
    lic_keyfile file;
    lic_key key;
    if (cli->operand_count > 2) {
        LIC_TRY(find_key(writer, cli->operands[2], &key, &file));
        r->has_old = count_valid(writer, &r->party, LIC_KEY_MAY_ALL, &key, &r->old) > 0;
        if (r->has_old) return LIC_OK;
        return lic_fail(&cli->error, LIC_REFUSED, "key", "licet show party NAME lists its keys",
                        "%s is no valid key of %s", cli->operands[2], r->name);
    }
    if (lic_keys_exist(r->path)) {
        LIC_TRY(lic_keyfile_inspect(r->path, &file, &cli->error));
        r->has_old = count_valid(writer, &r->party, LIC_KEY_MAY_ALL, &file.key, &r->old) > 0;
        if (r->has_old) return LIC_OK;
    }
    size_t count = count_valid(writer, &r->party, LIC_KEY_MAY_ALL, NULL, &r->old);
    r->has_old = count == 1;
    if (count < 2) return LIC_OK;
    return lic_cli_usage(cli,
                         "%s has %zu keys: name the one that is replaced, as licet show party "
                         "lists it",
                         r->name, count);
}

/* Without a passphrase only where the clock is simulated, and the old one has none or it is asked for. */
static lic_status is_plain(rotation *r, bool *plain)
{
    lic_cli *cli = r->writer->cli;
    lic_keyfile file = {.sealed = false};
    bool simulated = lic_writer_genesis(r->writer)->clock == LIC_CLOCK_SIMULATED;
    bool asked = lic_cli_has(cli, LIC_OPTION_PASS_FILE) || lic_cli_has(cli, LIC_OPTION_PASS_FD);
    *plain = lic_cli_has(cli, LIC_OPTION_NO_PASS);
    if (*plain && !simulated) return lic_keys_refuse_plain(cli);
    if (lic_keys_exist(r->path)) LIC_TRY(lic_keyfile_inspect(r->path, &file, &cli->error));
    *plain = *plain || (simulated && !file.sealed && !asked);
    return LIC_OK;
}

/* NAME.new.key, where there is one: of a rotation that did not come to its end. *added: on the ledger it did. */
static lic_status find_interrupted(rotation *r, bool *there, bool *added)
{
    lic_cli *cli = r->writer->cli;
    char path[LIC_PATH_SIZE];
    lic_keyfile file;
    *added = false;
    LIC_TRY(lic_keys_path(cli, r->writer->folder, r->fresh_name, path));
    *there = lic_keys_exist(path);
    if (!*there) return LIC_OK;
    LIC_TRY(lic_keyfile_inspect(path, &file, &cli->error));
    r->fresh = file.key;
    *added = count_valid(r->writer, &r->party, LIC_KEY_MAY_ALL, &r->fresh, NULL) > 0;
    return LIC_OK;
}

/* The key that is to come: in a file that was left behind, or in a new one. */
static lic_status make_fresh(rotation *r, bool there, uint8_t roles)
{
    lic_cli *cli = r->writer->cli;
    lic_keypair pair;
    bool plain = false;
    if (there)
        return lic_keys_guarded(cli, lic_writer_genesis(r->writer), r->writer->folder,
                                r->fresh_name);
    LIC_TRY(is_plain(r, &plain));
    LIC_TRY(lic_keys_make(cli, r->writer->folder, r->fresh_name, roles, plain, &pair));
    r->fresh = pair.key;
    lic_keypair_wipe(&pair);
    return LIC_OK;
}

/* Both in one block: whoever reads the ledger finds the old key or the new one. */
static lic_status change_keys(rotation *r, uint8_t roles)
{
    lic_writer *writer = r->writer;
    lic_cli *cli = writer->cli;
    lic_client_call call;
    LIC_TRY(lic_writer_call(writer, &call));
    LIC_TRY(lic_client_flush(writer->client, &cli->error)); /* what came before stays */
    lic_status status = lic_client_add_key(writer->client, &call, party_name(writer), &r->fresh,
                                           roles, 0, &writer->result, &cli->error);
    if (status == LIC_OK && r->has_old)
        status = lic_client_revoke_key(writer->client, &call, party_name(writer), &r->old.key, 0,
                                       &writer->result, &cli->error);
    if (status != LIC_OK) {
        lic_client_abandon(writer->client);
        lic_client_begin(writer->client);
    }
    LIC_TRY(lic_writer_done(writer, status));
    return lic_client_flush(writer->client, &cli->error);
}

static lic_status replace_key(rotation *r, bool there)
{
    uint8_t roles = LIC_KEY_MAY_SIGN | LIC_KEY_MAY_FILE;
    LIC_TRY(find_old(r));
    if (r->has_old) roles = r->old.roles;
    LIC_TRY(lic_keys_roles(r->writer->cli, &roles));
    LIC_TRY(open_signers(r->writer));
    LIC_TRY(make_fresh(r, there, roles));
    return change_keys(r, roles);
}

/* The files change places when the ledger has both transactions, so that whatever happens before leaves
 * NAME.key as it was, and what happens between the two is mended by rotating again. */
lic_status lic_key_rotate(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    rotation r = {.writer = writer, .name = cli->operands[1]};
    bool there = false, added = false;
    LIC_TRY(lic_keys_path(cli, writer->folder, r.name, r.path));
    (void)snprintf(r.fresh_name, sizeof r.fresh_name, "%.*s.new", LIC_NAME_MAX - 12, r.name);
    LIC_TRY(find_party(writer, &r.party));
    LIC_TRY(find_interrupted(&r, &there, &added));
    if (!added) LIC_TRY(replace_key(&r, there));
    LIC_TRY(set_aside(writer, r.name));
    LIC_TRY(put_in_place(writer, r.fresh_name, r.name));
    lic_key_tell(cli, r.name, &r.fresh);
    return LIC_OK;
}
