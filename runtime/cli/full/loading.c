/* loading.c - one schedule file as an upload. */
#include "loading.h"

#include <stdio.h>
#include <string.h>

/* The image's tables name child tables "Schedule.column", which is what people write. */
static lic_status find_table(lic_cli *cli, const lic_image *image, lic_slice name, uint16_t *table)
{
    char list[200] = "";
    for (uint32_t t = 0; t < image->tables_count; t++) {
        uint8_t kind = image->tables[t].kind;
        if (kind != LIC_TABLE_KIND_SCHEDULE && kind != LIC_TABLE_KIND_CHILD) continue;
        if (lic_slice_equal(image->tables[t].name, name)) {
            *table = (uint16_t)t;
            return LIC_OK;
        }
        size_t used = strlen(list), size = image->tables[t].name.size;
        if (used + size + 3 < sizeof list) {
            if (used > 0) memcpy(list + used, ", ", 3), used += 2;
            memcpy(list + used, image->tables[t].name.data, size);
            list[used + size] = '\0';
        }
    }
    return lic_fail(&cli->error, LIC_MISSING, "schedule", "use one of the agreement's schedules",
                    "the agreement has no schedule %.*s; it has: %s", (int)name.size,
                    (const char *)name.data, list);
}

/* --envelope FILE: the header goes to FILE, chunks to FILE.0, FILE.1, ... */
typedef struct envelope_files {
    lic_cli *cli;
    const char *path;
    uint64_t count;
} envelope_files;

static lic_status write_envelope(void *context, lic_slice wire)
{
    envelope_files *files = context;
    char path[LIC_PATH_SIZE];
    int size = files->count == 0 ? snprintf(path, sizeof path, "%s", files->path)
                                 : snprintf(path, sizeof path, "%s.%llu", files->path,
                                            (unsigned long long)files->count - 1);
    files->count++;
    if (size < 0 || size >= (int)sizeof path)
        return lic_cli_usage(files->cli, "--envelope: the path is too long");
    return lic_file_write(files->cli, path, wire);
}

lic_status lic_upload_file(lic_writer *writer, lic_transaction *header, const char *file,
                           const char *what)
{
    lic_cli *cli = writer->cli;
    lic_progress progress;
    lic_buffer bytes;
    uint64_t chunk = 0;
    LIC_TRY(lic_cli_number(cli, LIC_OPTION_CHUNK, 1, LIC_CHUNK_MAX, &chunk));
    lic_buffer_init(
        &bytes, cli->allocator,
        (size_t)lic_ledger_genesis(lic_engine_ledger(writer->engine))->limits.upload_bytes + 1);
    lic_progress_begin(&progress, cli, what);
    lic_status status = lic_file_read(cli, file, &bytes);
    if (status == LIC_OK) {
        const char *envelope = lic_cli_value(cli, LIC_OPTION_ENVELOPE);
        envelope_files files = {.cli = cli, .path = envelope};
        const lic_upload_options options = {
            .bytes = lic_slice_of(bytes.data, bytes.size),
            .chunk_bytes = (uint32_t)chunk,
            .keypair = &writer->signers[0],
            .progress = lic_writer_progress(&progress),
            .divert = envelope == NULL ? NULL : write_envelope,
            .divert_context = &files,
        };
        status = lic_engine_upload(writer->engine, header, &options, &writer->outcome, &cli->error);
        if (status == LIC_OK && envelope != NULL)
            lic_writer_tell_envelope(writer, &header->id, files.count);
    }
    lic_progress_end(&progress);
    lic_buffer_free(&bytes);
    return status;
}

lic_status lic_load_pair(lic_writer *writer, const lic_contract_info *contract, const char *pair)
{
    lic_slice name;
    const char *file = NULL;
    uint16_t table = 0;
    lic_transaction header;
    LIC_TRY(lic_cli_pair(writer->cli, pair, &name, &file));
    LIC_TRY(find_table(writer->cli, contract->image, name, &table));
    LIC_TRY(lic_writer_envelope(writer, LIC_TX_LOAD, &header));
    header.body.load.contract = contract->id;
    header.body.load.table = table;
    LIC_TRY(lic_upload_file(writer, &header, file, "loading"));
    if (lic_cli_has(writer->cli, LIC_OPTION_ENVELOPE)) return LIC_OK;
    if (writer->several && writer->cli->json) lic_writer_tell(writer, "");
    lic_cli_say(writer->cli, "loaded %.*s from %s", (int)name.size, (const char *)name.data, file);
    return LIC_OK;
}
