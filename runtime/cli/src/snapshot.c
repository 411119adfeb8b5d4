/* snapshot.c - the manifest of an exported ledger, and the examination of one (snapshot.h). */
#include "snapshot.h"
#include "fields.h"
#include "reading.h"

#include <licet/replay.h>

#include <string.h>

static const char title[] = "licet-export 1\n";

/* -- examination ------------------------------------------------------------------------------------------------ */

static lic_status check_store(lic_cli *cli, lic_ledger *ledger, lic_progress *progress)
{
    lic_progress_show(progress, 0, 0);
    lic_status status = lic_store_check(lic_ledger_store(ledger));
    if (status != LIC_OK) cli->error = *lic_store_error(lic_ledger_store(ledger));
    return status;
}

static lic_status check_contents(lic_cli *cli, lic_engine *engine, lic_progress *progress,
                                 lic_snapshot *snapshot)
{
    lic_ledger *ledger = lic_engine_ledger(engine);
    const lic_header *tip = lic_ledger_tip(ledger);
    const lic_engine_progress steps = lic_progress_steps(progress);
    lic_verifying verifying = {.step = steps.step, .context = steps.context};
    LIC_TRY(check_store(cli, ledger, progress));
    LIC_TRY(lic_ledger_verify(ledger, 0, tip->height, &verifying, &cli->error));
    LIC_TRY(lic_engine_check(engine, &steps, &cli->error));
    snapshot->chain = *lic_ledger_chain(ledger);
    snapshot->height = tip->height;
    snapshot->block = *lic_ledger_tip_hash(ledger);
    snapshot->state = tip->state_root;
    snapshot->erased = verifying.unseen;
    return LIC_OK;
}

static lic_status execute(lic_cli *cli, const char *path, lic_progress *progress)
{
    lic_replay_result result;
    const lic_replay_options options = {.path = path,
                                        .allocator = cli->allocator,
                                        .random = &lic_random_system,
                                        .progress = lic_progress_steps(progress)};
    return lic_replay(&options, &result, &cli->error);
}

lic_status lic_snapshot_examine(const lic_partial *partial, bool replay, lic_snapshot *snapshot)
{
    lic_cli *cli = partial->cli;
    lic_engine *engine = NULL;
    lic_progress progress;
    LIC_TRY(lic_reading_open(cli, partial->path, &engine));
    lic_progress_begin(&progress, cli, "checking");
    lic_status status = check_contents(cli, engine, &progress, snapshot);
    lic_engine_close(engine);
    if (status == LIC_OK && replay) status = execute(cli, partial->path, &progress);
    snapshot->replayed = replay;
    lic_progress_end(&progress);
    return status;
}

/* -- the manifest -------------------------------------------------------------------------------------------------- */

static void put_hash(lic_buffer *target, const char *name, const lic_hash *hash)
{
    char text[LIC_HASH_TEXT];
    lic_hash_print(hash, text);
    lic_put_format(target, "%s %s\n", name, text);
}

void lic_snapshot_put(const lic_snapshot *snapshot, lic_buffer *target)
{
    lic_put_text(target, title);
    put_hash(target, "chain", &snapshot->chain);
    lic_put_format(target, "height %llu\n", (unsigned long long)snapshot->height);
    put_hash(target, "block", &snapshot->block);
    put_hash(target, "state", &snapshot->state);
    lic_put_format(target, "bytes %llu\n", (unsigned long long)snapshot->bytes);
    put_hash(target, "sha256", &snapshot->sha256);
}

/* Takes "NAME VALUE\n" off the front. */
static bool take_line(lic_slice *text, const char *name, lic_slice *value)
{
    size_t size = strlen(name);
    const uint8_t *end = text->size == 0 ? NULL : memchr(text->data, '\n', text->size);
    if (end == NULL || text->size <= size || memcmp(text->data, name, size) != 0 ||
        text->data[size] != ' ')
        return false;
    *value = lic_slice_of(text->data + size + 1, (size_t)(end - text->data) - size - 1);
    text->size -= (size_t)(end - text->data) + 1;
    text->data = end + 1;
    return true;
}

static bool take_hash(lic_slice *text, const char *name, lic_hash *hash)
{
    lic_slice value;
    return take_line(text, name, &value) && lic_hash_parse(value, hash) == LIC_OK;
}

static bool take_number(lic_slice *text, const char *name, uint64_t *number)
{
    lic_slice value;
    *number = 0;
    if (!take_line(text, name, &value) || value.size == 0 || value.size > 18) return false;
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] < '0' || value.data[i] > '9') return false;
        *number = *number * 10 + (uint64_t)(value.data[i] - '0');
    }
    return value.size == 1 || value.data[0] != '0';
}

lic_status lic_snapshot_parse(lic_slice text, const char *path, lic_snapshot *snapshot,
                              lic_error *error)
{
    lic_slice version;
    memset(snapshot, 0, sizeof *snapshot);
    bool good = take_line(&text, "licet-export", &version);
    if (good && !lic_slice_equal(version, lic_slice_text("1")))
        return lic_fail(error, LIC_VERSION, "manifest", "use the release that wrote it",
                        "%s is of another version than 1", path);
    good = good && take_hash(&text, "chain", &snapshot->chain) &&
           take_number(&text, "height", &snapshot->height) &&
           take_hash(&text, "block", &snapshot->block) &&
           take_hash(&text, "state", &snapshot->state) &&
           take_number(&text, "bytes", &snapshot->bytes) &&
           take_hash(&text, "sha256", &snapshot->sha256) && text.size == 0;
    if (good) return LIC_OK;
    return lic_fail(error, LIC_MALFORMED, "manifest",
                    "take the manifest that licet export wrote with the file",
                    "%s is no manifest of an exported ledger", path);
}

/* -- telling --------------------------------------------------------------------------------------------------------- */

lic_status lic_snapshot_tell(lic_cli *cli, const char *file, const lic_snapshot *snapshot)
{
    lic_fields fields;
    lic_fields_begin(&fields, cli);
    lic_fields_text(&fields, "file", file);
    lic_fields_hash(&fields, "chain", &snapshot->chain);
    lic_fields_integer(&fields, "height", snapshot->height);
    lic_fields_hash(&fields, "block", &snapshot->block);
    lic_fields_hash(&fields, "state_root", &snapshot->state);
    lic_fields_number(&fields, "bytes", (lic_i128)snapshot->bytes);
    lic_fields_hash(&fields, "sha256", &snapshot->sha256);
    lic_fields_integer(&fields, "erased", snapshot->erased);
    lic_fields_bool(&fields, "replayed", snapshot->replayed);
    return lic_fields_finish(&fields);
}
