/* cmd_doctor.c - licet doctor: is this machine fit, is the file whole, are the keys guarded. Each finding
 * says what to do. It executes nothing: replay does. */
#include "doctor.h"
#include "reading.h"

#include <licet/cli_commands.h>
#include <licet/crypto.h>
#include <licet/ids.h>
#include <licet/keyfile.h>
#include <licet/replay.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 4096, AHEAD_SECONDS = 120 };

lic_doctor_examination *lic_doctor_beyond = NULL;

void lic_doctor_tell(lic_doctor *d, lic_verdict how, const char *what, const char *text,
                     const char *help)
{
    static const char *const words[] = {"ok", "note", "bad"};
    if (how == LIC_VERDICT_BAD) d->cli->finding = true;
    if (d->cli->json) {
        lic_json_object(&d->json);
        lic_json_put_text(&d->json, "verdict", words[how]);
        lic_json_put_text(&d->json, "what", what);
        lic_json_put_text(&d->json, "text", text);
        lic_json_put_text(&d->json, "help", help);
        lic_json_end(&d->json);
        return;
    }
    lic_put_format(&d->cli->out, "%-5s %s: %s\n", words[how], what, text);
    if (help[0] != '\0') lic_put_format(&d->cli->out, "      %s\n", help);
}

/* -- the ledger --------------------------------------------------------------------------------------------- */

static void tell_ledger(lic_doctor *d, lic_engine *engine)
{
    lic_ledger *ledger = lic_engine_ledger(engine);
    const lic_header *tip = lic_ledger_tip(ledger);
    char text[256];
    d->simulated = lic_ledger_genesis(ledger)->clock == LIC_CLOCK_SIMULATED;
    snprintf(text, sizeof text, "%llu blocks, engine version %u, %s clock",
             (unsigned long long)tip->height + 1, (unsigned)tip->engine_version,
             d->simulated ? "simulated" : "real");
    lic_doctor_tell(d, LIC_VERDICT_OK, "ledger", text, "");
}

/* What it is compared with: another copy's, an export's manifest, what a party wrote down. */
static void tell_last(lic_doctor *d, const lic_ledger *ledger)
{
    char hash[LIC_HASH_TEXT], text[256];
    lic_hash_print(lic_ledger_tip_hash(ledger), hash);
    (void)snprintf(text, sizeof text, "block %llu, %s",
                   (unsigned long long)lic_ledger_tip(ledger)->height, hash);
    lic_doctor_tell(
        d, LIC_VERDICT_OK, "last block", text,
        "a file cannot know that blocks were cut off its end: compare with another copy");
}

static void examine_time(lic_doctor *d, const lic_ledger *ledger)
{
    char text[256];
    int64_t ahead = lic_ledger_tip(ledger)->time - lic_clock_system.now(NULL);
    if (d->simulated) {
        lic_doctor_tell(d, LIC_VERDICT_NOTE, "time", "the ledger's clock is simulated",
                        "it is for trials, and every statement says so: what it settles was due on "
                        "days that somebody set");
    } else if (ahead > AHEAD_SECONDS) {
        (void)snprintf(text, sizeof text,
                       "the last block is %lld seconds ahead of this machine's clock",
                       (long long)ahead);
        lic_doctor_tell(
            d, LIC_VERDICT_BAD, "time", text,
            "set the clock: until it has caught up, new blocks bear the time of the last");
    }
}

/* Where it fits, nobody wants to hear of it. */
static void examine_ids(lic_doctor *d, lic_store *store)
{
    bool fits = false;
    if (lic_store_check_ids(store, &fits) == LIC_OK && fits) return;
    lic_doctor_tell(d, LIC_VERDICT_BAD, "ids", "the index of transactions' ids does not fit them",
                    "`licet doctor --rebuild` makes it again");
}

/* Signatures, roots and digests of all blocks; what was erased has only its digest left. */
static void examine_chain(lic_doctor *d, lic_ledger *ledger)
{
    char text[160];
    lic_error error = {0};
    lic_progress_begin(&d->progress, d->cli, "checking blocks");
    const lic_engine_progress steps = lic_progress_steps(&d->progress);
    lic_verifying verifying = {.step = steps.step, .context = steps.context};
    lic_status status = lic_ledger_verify(ledger, 0, lic_ledger_tip(ledger)->height, &verifying,
                                          &error);
    lic_progress_end(&d->progress);
    if (status != LIC_OK) {
        lic_doctor_tell(d, LIC_VERDICT_BAD, "chain",
                        error.text[0] != '\0' ? error.text : lic_status_message(status),
                        error.help);
        return;
    }
    lic_doctor_tell(d, LIC_VERDICT_OK, "chain", "hashes, roots and signatures of all blocks hold",
                    "`licet replay` executes them too");
    examine_ids(d, lic_ledger_store(ledger));
    if (verifying.unseen == 0) return;
    (void)snprintf(text, sizeof text,
                   "the contents of %llu transactions and outputs were erased: only their digests "
                   "could be checked",
                   (unsigned long long)verifying.unseen);
    lic_doctor_tell(d, LIC_VERDICT_NOTE, "erased", text, "");
}

static void examine_state(lic_doctor *d, lic_engine *engine)
{
    lic_error error = {0};
    lic_progress_begin(&d->progress, d->cli, "checking");
    const lic_engine_progress steps = lic_progress_steps(&d->progress);
    lic_status status = lic_engine_check(engine, &steps, &error);
    lic_progress_end(&d->progress);
    if (status == LIC_OK)
        lic_doctor_tell(d, LIC_VERDICT_OK, "state",
                        "every contract has the roots that the last block names", "");
    else
        lic_doctor_tell(d, LIC_VERDICT_BAD, "state",
                        error.text[0] != '\0' ? error.text : lic_status_message(status),
                        error.help);
}

/* What timers could not do, and nobody was told when it happened. */
static void examine_held(lic_doctor *d, lic_engine *engine)
{
    for (uint32_t i = 0; i < lic_engine_contract_count(engine); i++) {
        lic_contract_info info;
        lic_error error = {0};
        char text[256], day[LIC_DATE_TEXT];
        if (lic_engine_contract(engine, i, &info, &error) != LIC_OK || !info.is_held) continue;
        lic_date_print(info.held, day);
        (void)snprintf(text, sizeof text,
                       "%.*s is held: what fell due on %s trapped, and waits until a transaction "
                       "mends the cause",
                       (int)info.name.size, (const char *)info.name.data, day);
        lic_doctor_tell(d, LIC_VERDICT_NOTE, "held", text,
                        "`licet log events CONTRACT` says what trapped and why");
    }
}

static void examine_pages(lic_doctor *d, lic_store *store)
{
    if (lic_store_check(store) == LIC_OK)
        lic_doctor_tell(d, LIC_VERDICT_OK, "file", "every page is readable and in its place", "");
    else
        lic_doctor_tell(
            d, LIC_VERDICT_BAD, "file", lic_store_error(store)->text,
            "licet import of the last export, or the last good copy of the file; then send the "
            "transactions since then again");
}

/* The state cannot be read: are the blocks, from which it can be made again? */
static void examine_blocks_alone(lic_doctor *d)
{
    lic_ledger *ledger = NULL;
    lic_error error = {0};
    lic_ledger_options options = {.mode = LIC_LEDGER_READ,
                                  .hasher = &lic_hasher_native,
                                  .engine_version = LIC_ENGINE_VERSION};
    lic_store_options_fill(d->cli, d->path, &options.store);
    if (lic_ledger_open(&options, &ledger, &error) != LIC_OK) return;
    examine_pages(d, lic_ledger_store(ledger));
    examine_chain(d, ledger);
    tell_last(d, ledger);
    lic_ledger_close(ledger);
}

/* What keeps a ledger from being opened is a finding like others, and the rest is looked at all the same. */
static bool is_finding(lic_status status)
{
    return status == LIC_CORRUPT || status == LIC_VERSION || status == LIC_IO ||
           status == LIC_LOCKED || status == LIC_BAD_SIGNATURE || status == LIC_DENIED ||
           status == LIC_MALFORMED;
}

static lic_status examine_ledger(lic_doctor *d)
{
    lic_doctor_files(d);
    lic_status opened = lic_reading_open(d->cli, d->path, &d->engine);
    lic_engine *engine = d->engine;
    if (is_finding(opened)) {
        lic_doctor_tell(d, LIC_VERDICT_BAD, "ledger",
                        d->cli->error.text[0] != '\0' ? d->cli->error.text
                                                      : lic_status_message(opened),
                        d->cli->error.help);
        memset(&d->cli->error, 0, sizeof d->cli->error);
        if (opened == LIC_CORRUPT) examine_blocks_alone(d);
        return LIC_OK;
    }
    LIC_TRY(opened);
    tell_ledger(d, engine);
    lic_ledger *ledger = lic_engine_ledger(engine);
    examine_pages(d, lic_ledger_store(ledger));
    examine_chain(d, ledger);
    tell_last(d, ledger);
    examine_time(d, ledger);
    examine_state(d, engine);
    lic_doctor_views(d, lic_ledger_store(ledger));
    examine_held(d, engine);
    return LIC_OK;
}

/* -- key files ------------------------------------------------------------------------------------------------ */

static bool keys_folder(const lic_doctor *d, char folder[PATH_SIZE])
{
    const char *given = lic_cli_value(d->cli, LIC_OPTION_KEYS);
    if (given == NULL) given = getenv("LICET_KEYS");
    bool named = given != NULL && given[0] != '\0';
    int size = named ? snprintf(folder, PATH_SIZE, "%s", given)
                     : snprintf(folder, PATH_SIZE, "%s-keys", d->path);
    return size > 0 && size < PATH_SIZE;
}

/* The block from which on the ledger takes nothing that the key signs; 0: it takes it, or never knew the key. */
static uint64_t revoked_in(const lic_doctor *d, const lic_key *key)
{
    lic_party_key each;
    if (d->engine == NULL) return 0;
    uint64_t next = lic_ledger_tip(lic_engine_ledger(d->engine))->height + 1, revoked = 0;
    for (uint32_t i = 0; i < lic_engine_party_count(d->engine); i++) {
        for (uint32_t k = 0; lic_engine_party_key(d->engine, i, k, &each); k++) {
            if (memcmp(each.key.bytes, key->bytes, LIC_KEY_SIZE) != 0) continue;
            if (each.last >= next) return 0; /* added again */
            revoked = each.last + 1;
        }
    }
    return revoked;
}

static void tell_revoked(lic_doctor *d, const char *name, uint64_t height)
{
    char text[128];
    (void)snprintf(text, sizeof text,
                   "revoked: from block %llu on the ledger takes nothing that it signs",
                   (unsigned long long)height);
    lic_doctor_tell(d, LIC_VERDICT_OK, name, text, "");
}

static void examine_key(lic_doctor *d, const char *folder, const char *name)
{
    char path[PATH_SIZE];
    lic_keyfile file;
    lic_error error = {0};
    int size = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (size < 0 || size >= PATH_SIZE) return;
    if (lic_keyfile_inspect(path, &file, &error) != LIC_OK) {
        lic_doctor_tell(d, LIC_VERDICT_BAD, name, error.text, error.help);
    } else if (revoked_in(d, &file.key) != 0) {
        tell_revoked(d, name, revoked_in(d, &file.key));
    } else if (file.sealed) {
        lic_doctor_tell(d, LIC_VERDICT_OK, name, "sealed with a passphrase", "");
    } else if (d->simulated) {
        lic_doctor_tell(
            d, LIC_VERDICT_NOTE, name,
            "a key without a passphrase, on a ledger with a simulated clock",
            "whoever reads the file can sign: make another key before anything here counts");
    } else {
        lic_doctor_tell(d, LIC_VERDICT_BAD, name,
                        "a key without a passphrase, on a ledger with a real clock",
                        "`licet key rotate NAME` makes another key and revokes this one");
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In the order of their names: a folder's own order is nobody's. */
static void examine_keys(lic_doctor *d)
{
    enum { KEYS_MAX = 1024 };
    static char names[KEYS_MAX][256];
    static char *order[KEYS_MAX];
    char folder[PATH_SIZE];
    size_t count = 0;
    DIR *open = keys_folder(d, folder) ? opendir(folder) : NULL;
    if (open == NULL) return;
    for (struct dirent *entry = readdir(open); entry != NULL && count < KEYS_MAX;
         entry = readdir(open)) {
        size_t size = strlen(entry->d_name);
        if (size < 5 || size >= sizeof names[0] || strcmp(entry->d_name + size - 4, ".key") != 0)
            continue;
        memcpy(names[count], entry->d_name, size + 1);
        order[count] = names[count];
        count++;
    }
    closedir(open);
    qsort(order, count, sizeof order[0], by_name);
    for (size_t i = 0; i < count; i++) examine_key(d, folder, order[i]);
}

/* -- the command ------------------------------------------------------------------------------------------------ */

static lic_status rebuild(lic_doctor *d)
{
    const lic_replay_options options = {
        .path = d->path,
        .allocator = d->cli->allocator,
        .random = &lic_random_system,
        .progress = lic_progress_steps(&d->progress),
    };
    LIC_TRY(lic_crypto_start(&d->cli->error));
    lic_progress_begin(&d->progress, d->cli, "rebuilding");
    lic_status status = lic_rebuild(&options, &d->cli->error);
    lic_progress_end(&d->progress);
    LIC_TRY(status);
    lic_doctor_tell(d, LIC_VERDICT_OK, "views",
                    "state and the tables behind the views were made again from the blocks", "");
    return LIC_OK;
}

lic_status lic_cmd_doctor(lic_cli *cli)
{
    lic_doctor d = {.cli = cli};
    lic_status status = LIC_OK;
    bool given = cli->operand_count > 0 || lic_cli_has(cli, LIC_OPTION_LEDGER) ||
                 getenv("LICET_LEDGER") != NULL;
    lic_json_init(&d.json, &cli->out);
    if (given)
        LIC_TRY(lic_ledger_path(cli, cli->operand_count > 0 ? cli->operands[0] : NULL, &d.path));
    if (cli->json) lic_json_array(&d.json);
    lic_doctor_machine(&d);
    if (lic_doctor_beyond != NULL) lic_doctor_beyond(&d);
    if (given && lic_cli_has(cli, LIC_OPTION_REBUILD)) status = rebuild(&d);
    if (given && status == LIC_OK) status = examine_ledger(&d);
    if (given && status == LIC_OK) examine_keys(&d);
    lic_engine_close(d.engine);
    if (status != LIC_OK) return status;
    if (cli->json) {
        lic_json_end(&d.json);
        lic_put_u8(&cli->out, '\n');
    }
    return lic_cli_flush(cli, false);
}
