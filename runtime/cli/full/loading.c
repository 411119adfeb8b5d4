/* loading.c - one schedule file as an upload. */
#include "loading.h"

#include <licet/crypto.h>

/* What was read ahead, if it is that file. */
static bool take(lic_read_ahead **ahead, const char *path, lic_read_file *file)
{
    if (*ahead == NULL || !lic_read_ahead_is(*ahead, path)) return false;
    bool taken = lic_read_ahead_take(*ahead, path, file);
    *ahead = NULL;
    return taken;
}

lic_status lic_upload_read(lic_writer *writer, const char *path, lic_read_file *file)
{
    lic_ledger *ledger = lic_engine_ledger(lic_client_engine(writer->client));
    lic_kept *kept = writer->cli->kept;
    *file = (lic_read_file){0};
    lic_buffer_init(&file->bytes, writer->cli->allocator,
                    (size_t)lic_ledger_genesis(ledger)->limits.upload_bytes + 1);
    if (take(&writer->ahead, path, file) || (kept != NULL && take(&kept->ahead, path, file)))
        return LIC_OK;
    return lic_file_read(writer->cli, path, &file->bytes);
}

/* Begins to read the command's next file while this one is loaded. */
static void read_next(lic_writer *writer, uint32_t chunk_bytes)
{
    if (writer->next != NULL && writer->ahead == NULL)
        writer->ahead = lic_read_ahead_next(writer->cli->allocator, writer->next, chunk_bytes);
}

/* `hash`: what the file must be; NULL: anything. */
static lic_status check(lic_cli *cli, const char *file, const lic_buffer *bytes,
                        const lic_hash *hash)
{
    lic_hash found;
    lic_slice held = lic_slice_of(bytes->data, bytes->size);
    if (hash == NULL) return LIC_OK;
    lic_hasher_native.sha256(&held, 1, &found);
    if (lic_hash_equal(&found, hash)) return LIC_OK;
    return lic_fail(&cli->error, LIC_DIFFERS, "schedule",
                    "author the deal again, or name the file that is meant with --schedule",
                    "%s is not the file that the deal was made with: its hash is another", file);
}

static lic_status load(lic_writer *writer, lic_slice contract, lic_slice name, const char *path,
                       const lic_hash *hash)
{
    lic_cli *cli = writer->cli;
    lic_client_call call;
    lic_progress progress;
    lic_read_file file;
    LIC_TRY(lic_writer_call(writer, &call));
    call.progress = lic_writer_progress(&progress);
    lic_progress_begin(&progress, cli, "loading");
    lic_status status = lic_upload_read(writer, path, &file);
    read_next(writer, call.chunk_bytes);
    if (status == LIC_OK) status = check(cli, path, &file.bytes, hash);
    call.cut = file.cut;
    if (status == LIC_OK)
        status = lic_client_load(writer->client, &call, contract, name,
                                 lic_slice_of(file.bytes.data, file.bytes.size), &writer->result,
                                 &cli->error);
    lic_progress_end(&progress);
    lic_read_file_free(&file);
    return status;
}

lic_status lic_load_pair(lic_writer *writer, lic_slice contract, const char *pair)
{
    lic_slice name;
    const char *file = NULL;
    LIC_TRY(lic_cli_pair(writer->cli, pair, &name, &file));
    return lic_load_file(writer, contract, name, file, NULL);
}

lic_status lic_load_file(lic_writer *writer, lic_slice contract, lic_slice name, const char *file,
                         const lic_hash *hash)
{
    lic_contract_info info;
    uint16_t table = 0;
    /* before a large file is read for nothing */
    LIC_TRY(lic_client_contract(writer->client, contract, &info, &writer->cli->error));
    LIC_TRY(lic_find_schedule(info.image, name, &table, &writer->cli->error));
    LIC_TRY(lic_writer_done(writer, load(writer, contract, name, file, hash)));
    if (!writer->result.sent) return LIC_OK;
    if (writer->several) lic_writer_tell(writer, NULL);
    lic_writer_say_resumed(writer);
    lic_cli_say(writer->cli, "loaded %.*s from %s", (int)name.size, (const char *)name.data, file);
    return LIC_OK;
}
