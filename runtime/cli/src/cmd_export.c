/* cmd_export.c - licet export: a ledger as of this moment, as a file that stands alone, examined, with a manifest
 * beside it. Others may go on writing to the ledger. */
#include "reading.h"
#include "snapshot.h"

#include <licet/cli_commands.h>
#include <licet/crypto.h>

#include <stdio.h>
#include <sys/stat.h>

enum { WAIT_MS = 60000 }; /* for a moment between two blocks of a busy writer */

static lic_status copy_ledger(lic_cli *cli, const char *path, const lic_partial *partial)
{
    lic_store_options options;
    lic_store *store = NULL;
    lic_progress progress;
    lic_store_options_fill(cli, path, &options);
    options.wait_ms = WAIT_MS;
    LIC_TRY(lic_store_open(&options, &store, &cli->error));
    lic_progress_begin(&progress, cli, "copying");
    const lic_engine_progress steps = lic_progress_steps(&progress);
    const lic_store_progress told = {.context = steps.context, .step = steps.step};
    lic_status status = lic_store_copy(store, partial->path, &told);
    lic_progress_end(&progress);
    if (status != LIC_OK) cli->error = *lic_store_error(store);
    lic_store_close(store);
    return status;
}

static lic_status write_manifest(lic_cli *cli, const char *path, const lic_snapshot *snapshot)
{
    lic_buffer text;
    lic_buffer_init(&text, cli->allocator, 4096);
    lic_snapshot_put(snapshot, &text);
    lic_status status = text.failed ? LIC_NO_MEMORY
                                    : lic_file_write(cli, path, lic_slice_of(text.data, text.size));
    lic_buffer_free(&text);
    return status;
}

static lic_status export_into(lic_cli *cli, const char *path, const char *manifest,
                              lic_partial *partial)
{
    lic_snapshot snapshot = {0};
    LIC_TRY(copy_ledger(cli, path, partial));
    LIC_TRY(lic_snapshot_examine(partial, lic_cli_has(cli, LIC_OPTION_ALL_BLOCKS), &snapshot));
    LIC_TRY(lic_partial_hash(partial, &snapshot.sha256, &snapshot.bytes));
    LIC_TRY(lic_partial_place(partial));
    LIC_TRY(write_manifest(cli, manifest, &snapshot));
    return lic_snapshot_tell(cli, partial->target, &snapshot);
}

lic_status lic_cmd_export(lic_cli *cli)
{
    const char *path = NULL, *file = cli->operands[cli->operand_count - 1];
    char manifest[LIC_PARTIAL_PATH];
    struct stat about;
    lic_partial partial;
    LIC_TRY(lic_ledger_path(cli, cli->operand_count > 1 ? cli->operands[0] : NULL, &path));
    if (stat(path, &about) != 0)
        return lic_fail(&cli->error, LIC_MISSING, "no_ledger", "give the path of a ledger",
                        "there is no ledger %s", path);
    (void)snprintf(manifest, sizeof manifest, "%s" LIC_MANIFEST_SUFFIX, file);
    if (lstat(manifest, &(struct stat){0}) == 0)
        return lic_fail(&cli->error, LIC_REFUSED, "exists", "choose another path",
                        "%s exists and is not overwritten", manifest);
    LIC_TRY(lic_crypto_start(&cli->error));
    LIC_TRY(lic_partial_begin(cli, file, about.st_mode, &partial));
    lic_status status = export_into(cli, path, manifest, &partial);
    lic_partial_end(&partial);
    return status;
}
