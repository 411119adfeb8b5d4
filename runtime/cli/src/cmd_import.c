/* cmd_import.c - licet import: an exported ledger put in place, after it has been copied, compared with its manifest and
 * examined. What fails leaves nothing. */
#include "snapshot.h"

#include <licet/cli_commands.h>
#include <licet/crypto.h>

#include <stdio.h>
#include <sys/stat.h>

enum { MANIFEST_MAX = 4096 };

static lic_status read_manifest(lic_cli *cli, const char *file, lic_snapshot *manifest)
{
    char path[LIC_PARTIAL_PATH];
    lic_buffer text;
    (void)snprintf(path, sizeof path, "%s" LIC_MANIFEST_SUFFIX, file);
    lic_buffer_init(&text, cli->allocator, MANIFEST_MAX);
    lic_status status = lic_file_read(cli, path, &text);
    if (status == LIC_MISSING)
        status = lic_fail(&cli->error, LIC_MISSING, "manifest",
                          "keep the two files of licet export together; a ledger that was copied "
                          "otherwise can be used where it lies",
                          "there is no manifest %s", path);
    else if (status == LIC_TOO_LARGE)
        status = lic_fail(&cli->error, LIC_MALFORMED, "manifest",
                          "take the manifest that licet export wrote with the file",
                          "%s is no manifest of an exported ledger", path);
    if (status == LIC_OK)
        status = lic_snapshot_parse(lic_slice_of(text.data, text.size), path, manifest,
                                    &cli->error);
    lic_buffer_free(&text);
    return status;
}

/* The bytes are those that were exported. */
static lic_status compare_bytes(const lic_partial *partial, const char *file,
                                const lic_snapshot *manifest)
{
    lic_hash sha256;
    uint64_t bytes = 0;
    lic_cli *cli = partial->cli;
    LIC_TRY(lic_partial_hash(partial, &sha256, &bytes));
    if (bytes != manifest->bytes)
        return lic_fail(&cli->error, LIC_CORRUPT, "size",
                        "copy it again from where it was exported to, or take another export",
                        "%s has %llu bytes, its manifest says %llu: it is cut off, or was written "
                        "to since, or the two do not belong together",
                        file, (unsigned long long)bytes, (unsigned long long)manifest->bytes);
    if (!lic_hash_equal(&sha256, &manifest->sha256))
        return lic_fail(&cli->error, LIC_CORRUPT, "sha256",
                        "copy it again from where it was exported to, or take another export",
                        "%s does not have the SHA-256 that its manifest names: it is damaged, or "
                        "was written to since, or the two do not belong together",
                        file);
    return LIC_OK;
}

/* The ledger in them is the one that the manifest speaks of. */
static lic_status compare_ledger(lic_cli *cli, const char *file, const lic_snapshot *manifest,
                                 const lic_snapshot *found)
{
    bool same = lic_hash_equal(&manifest->chain, &found->chain) &&
                manifest->height == found->height &&
                lic_hash_equal(&manifest->block, &found->block) &&
                lic_hash_equal(&manifest->state, &found->state);
    if (same) return LIC_OK;
    return lic_fail(&cli->error, LIC_CORRUPT, "manifest", "take another export",
                    "%s holds another ledger, or another block, than its manifest says", file);
}

static lic_status import_into(lic_cli *cli, const char *file, const lic_snapshot *manifest,
                              lic_partial *partial)
{
    lic_snapshot found = {.bytes = manifest->bytes, .sha256 = manifest->sha256};
    lic_progress progress;
    lic_progress_begin(&progress, cli, "copying");
    lic_status status = lic_partial_copy(partial, file, &progress);
    lic_progress_end(&progress);
    LIC_TRY(status);
    LIC_TRY(compare_bytes(partial, file, manifest));
    status = lic_snapshot_examine(partial, lic_cli_has(cli, LIC_OPTION_ALL_BLOCKS), &found);
    if (status == LIC_CORRUPT || status == LIC_DIFFERS)
        (void)snprintf(cli->error.help, sizeof cli->error.help,
                       "take another export than %.200s: nothing was put in place", file);
    LIC_TRY(status);
    LIC_TRY(compare_ledger(cli, file, manifest, &found));
    LIC_TRY(lic_partial_place(partial));
    return lic_snapshot_tell(cli, partial->target, &found);
}

lic_status lic_cmd_import(lic_cli *cli)
{
    const char *file = cli->operands[0], *target = cli->operands[1];
    struct stat about;
    lic_snapshot manifest;
    lic_partial partial;
    if (stat(file, &about) != 0)
        return lic_fail(&cli->error, LIC_MISSING, "missing", "give the path of an exported ledger",
                        "there is no file %s", file);
    LIC_TRY(lic_crypto_start(&cli->error));
    LIC_TRY(read_manifest(cli, file, &manifest));
    LIC_TRY(lic_partial_begin(cli, target, about.st_mode, &partial));
    lic_status status = import_into(cli, file, &manifest, &partial);
    lic_partial_end(&partial);
    return status;
}
