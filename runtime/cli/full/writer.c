/* writer.c - a ledger opened for writing, and envelopes on their way into it. */
#include "writer.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- the operator ------------------------------------------------------------------------------------ */

static bool is_operator(const lic_genesis *genesis, const lic_key *key)
{
    for (uint32_t i = 0; i < genesis->operator_count; i++) {
        if (lic_key_equal(&genesis->operators[i], key)) return true;
    }
    return false;
}

/* NAME of NAME.key; false for other files. */
static bool key_file_name(const char *entry, char name[LIC_PATH_SIZE])
{
    size_t size = strlen(entry);
    if (size <= 4 || size >= LIC_PATH_SIZE || strcmp(entry + size - 4, ".key") != 0) return false;
    memcpy(name, entry, size - 4);
    name[size - 4] = '\0';
    return true;
}

static lic_status try_operator(lic_writer *writer, const lic_genesis *genesis, const char *name)
{
    char path[LIC_PATH_SIZE];
    lic_keyfile file;
    lic_error ignored;
    LIC_TRY(lic_keys_path(writer->cli, writer->folder, name, path));
    if (lic_keyfile_inspect(path, &file, &ignored) != LIC_OK || !is_operator(genesis, &file.key))
        return LIC_OK;
    LIC_TRY(lic_keys_open(writer->cli, writer->folder, name,
                          &writer->operators[writer->operator_count]));
    writer->operator_count++;
    return LIC_OK;
}

static lic_status find_operators(lic_writer *writer, const lic_genesis *genesis)
{
    char name[LIC_PATH_SIZE];
    DIR *folder = opendir(writer->folder);
    lic_status status = LIC_OK;
    struct dirent *entry = NULL;
    while (folder != NULL && status == LIC_OK && writer->operator_count < genesis->quorum &&
           (entry = readdir(folder)) != NULL) {
        if (key_file_name(entry->d_name, name) && name[0] != '.')
            status = try_operator(writer, genesis, name);
    }
    if (folder != NULL) (void)closedir(folder);
    LIC_TRY(status);
    if (writer->operator_count >= genesis->quorum) return LIC_OK;
    return lic_fail(&writer->cli->error, LIC_MISSING, "operator_key",
                    "say where the operator's key file is with --keys or LICET_KEYS",
                    "no key file in %s belongs to an operator of the ledger", writer->folder);
}

/* -- opening ------------------------------------------------------------------------------------------- */

/* Genesis names the operators, so a reader is opened first. */
static lic_status read_genesis(lic_writer *writer)
{
    lic_engine_options options;
    lic_engine *engine = NULL;
    lic_engine_options_fill(writer->cli, writer->path, &options);
    options.read_only = true;
    lic_status status = lic_engine_open(&options, &engine, &writer->cli->error);
    if (status == LIC_OK)
        status = find_operators(writer, lic_ledger_genesis(lic_engine_ledger(engine)));
    lic_engine_close(engine);
    return status;
}

static lic_status open_ledger(lic_writer *writer, uint64_t threads)
{
    lic_cli *cli = writer->cli;
    LIC_TRY(read_genesis(writer));
    LIC_TRY(lic_projection_create(cli->allocator, &writer->projection));
    lic_engine_options options;
    lic_engine_options_fill(cli, writer->path, &options);
    options.operator_keys = writer->operators;
    options.operator_count = writer->operator_count;
    options.sink = lic_projection_sink(writer->projection);
    options.threads = (unsigned)threads;
    LIC_TRY(lic_engine_open(&options, &writer->engine, &cli->error));
    lic_projection_attach(writer->projection, lic_ledger_store(lic_engine_ledger(writer->engine)));
    return LIC_OK;
}

static void close_ledger(lic_writer *writer)
{
    if (writer->projection != NULL) lic_projection_detach(writer->projection);
    lic_engine_close(writer->engine);
    lic_projection_destroy(writer->projection);
}

static void wipe_keys(lic_writer *writer)
{
    for (size_t i = 0; i < writer->operator_count; i++) lic_keypair_wipe(&writer->operators[i]);
    for (size_t i = 0; i < writer->signer_count; i++) lic_keypair_wipe(&writer->signers[i]);
}

void lic_kept_close(lic_kept *kept)
{
    close_ledger(&kept->writer);
    wipe_keys(&kept->writer);
    memset(kept, 0, sizeof *kept);
}

/* The ledger that the command before had open, when this one means the same; otherwise it is opened, to be
 * kept for the next. */
static lic_status borrow_ledger(lic_kept *kept, lic_writer *writer, uint64_t threads)
{
    bool same = kept->open && strcmp(kept->path, writer->path) == 0 &&
                strcmp(kept->writer.folder, writer->folder) == 0 && kept->threads == threads;
    if (!same) {
        lic_kept_close(kept);
        if (strlen(writer->path) >= sizeof kept->path)
            return lic_cli_usage(writer->cli, "the ledger's path is too long");
        memcpy(kept->path, writer->path, strlen(writer->path) + 1);
        kept->threads = threads;
        kept->writer = *writer;
        kept->writer.path = kept->path;
        LIC_TRY(open_ledger(&kept->writer, threads));
        kept->open = true;
    }
    lic_cli *cli = writer->cli;
    *writer = kept->writer;
    writer->cli = cli;
    writer->borrowed = true;
    return LIC_OK;
}

lic_status lic_writer_open(lic_cli *cli, const char *path, lic_writer *writer)
{
    memset(writer, 0, sizeof *writer);
    writer->cli = cli;
    writer->path = path;
    uint64_t threads = 0; /* as many as pay */
    LIC_TRY(lic_cli_number(cli, LIC_OPTION_THREADS, 1, 64, &threads));
    LIC_TRY(lic_crypto_start(&cli->error));
    LIC_TRY(lic_keys_folder(cli, path, writer->folder));
    return cli->kept == NULL ? open_ledger(writer, threads)
                             : borrow_ledger(cli->kept, writer, threads);
}

void lic_writer_close(lic_writer *writer)
{
    if (!writer->borrowed) close_ledger(writer);
    wipe_keys(writer);
}

lic_status lic_writer_signers(lic_writer *writer, bool demand)
{
    lic_cli *cli = writer->cli;
    const char *name = lic_cli_nth(cli, LIC_OPTION_AS, 0);
    if (name == NULL) name = getenv("LICET_AS");
    if (name == NULL || name[0] == '\0') {
        return demand ? lic_cli_usage(cli, "who signs: use --as NAME or set LICET_AS") : LIC_OK;
    }
    do {
        if (writer->signer_count == LIC_SIGNERS_MAX)
            return lic_cli_usage(cli, "more than %d signers", LIC_SIGNERS_MAX);
        LIC_TRY(lic_keys_open(cli, writer->folder, name, &writer->signers[writer->signer_count]));
        writer->signer_count++;
        name = lic_cli_nth(cli, LIC_OPTION_AS, writer->signer_count);
    } while (name != NULL);
    uint32_t number = 0;
    lic_party_info info;
    if (lic_engine_party_of_key(writer->engine, &writer->signers[0].key, &number) &&
        lic_engine_party(writer->engine, number, &info)) {
        writer->party = info.id;
    }
    return LIC_OK;
}

/* -- envelopes ------------------------------------------------------------------------------------------ */

static lic_status valid_until(lic_writer *writer, lic_date *day)
{
    const char *text = lic_cli_value(writer->cli, LIC_OPTION_VALID);
    if (text != NULL && lic_date_parse(lic_slice_text(text), day) != LIC_OK) {
        return lic_cli_usage(writer->cli, "--valid-until: %s is not a date of the form 2026-01-31",
                             text);
    }
    if (text != NULL) return LIC_OK;
    uint32_t days = lic_ledger_genesis(lic_engine_ledger(writer->engine))->limits.validity_days;
    *day = lic_engine_today(writer->engine) + (lic_date)(days < 7 ? days : 7);
    return LIC_OK;
}

lic_status lic_writer_envelope(lic_writer *writer, uint16_t kind, lic_transaction *transaction)
{
    LIC_ASSERT(writer->signer_count > 0);
    memset(transaction, 0, sizeof *transaction);
    transaction->chain = *lic_ledger_chain(lic_engine_ledger(writer->engine));
    transaction->kind = kind;
    transaction->party = writer->party;
    transaction->key = writer->signers[0].key;
    transaction->sequence = lic_engine_next_sequence(writer->engine, &transaction->key, 0);
    transaction->gas_limit = lic_engine_gas_limit(writer->engine);
    return valid_until(writer, &transaction->valid_until);
}

static lic_status submit(lic_writer *writer, const lic_buffer *wire)
{
    lic_cli *cli = writer->cli;
    LIC_TRY(lic_engine_submit(writer->engine, lic_slice_of(wire->data, wire->size),
                              &writer->outcome, &cli->error));
    return lic_engine_commit(writer->engine, &cli->error);
}

lic_status lic_writer_send(lic_writer *writer, lic_transaction *transaction, bool *sent)
{
    lic_cli *cli = writer->cli;
    for (size_t i = 0; i < writer->signer_count; i++) {
        LIC_TRY(lic_transaction_sign(&lic_hasher_native, transaction, &writer->signers[i],
                                     &cli->error));
    }
    lic_buffer wire;
    lic_buffer_init(&wire, cli->allocator, (size_t)LIC_TRANSACTION_MAX + 65536);
    const char *file = lic_cli_value(cli, LIC_OPTION_ENVELOPE);
    lic_status status = lic_transaction_encode(transaction, &wire, &cli->error);
    *sent = file == NULL;
    if (status == LIC_OK) {
        status = *sent ? submit(writer, &wire)
                       : lic_file_write(cli, file, lic_slice_of(wire.data, wire.size));
    }
    lic_buffer_free(&wire);
    if (status == LIC_OK && !*sent) lic_writer_tell_envelope(writer, &transaction->id, 1);
    return status;
}

lic_status lic_writer_contract(lic_writer *writer, const char *text, lic_contract_info *info)
{
    return lic_reading_contract(writer->cli, writer->engine, text, info);
}

/* -- receipts --------------------------------------------------------------------------------------------- */

void lic_receipt_json(lic_json *json, const lic_receipt *receipt)
{
    const char *kind = lic_transaction_kind_name(receipt->kind);
    lic_json_put_hash(json, "transaction", &receipt->id);
    lic_json_put_text(json, "kind", kind);
    lic_json_put_text(json, "status", receipt->status == LIC_RECEIPT_DONE ? "done" : "waiting");
    lic_json_put_integer(json, "block", (int64_t)receipt->height);
    lic_json_put_integer(json, "position", (int64_t)receipt->position);
    lic_json_put_integer(json, "gas", (int64_t)receipt->gas);
    lic_json_put_hash(json, "contract", &receipt->contract);
    lic_json_put_integer(json, "number", (int64_t)receipt->number);
}

/* An object of its own, or the next one of the array. */
static void begin_object(lic_writer *writer, lic_json *json)
{
    if (writer->several) lic_put_text(&writer->cli->out, writer->told == 0 ? "[" : ",\n");
    writer->told++;
    lic_json_init(json, &writer->cli->out);
    lic_json_object(json);
}

static void end_object(lic_writer *writer, lic_json *json)
{
    lic_json_end(json);
    if (!writer->several) lic_put_u8(&writer->cli->out, '\n');
}

lic_status lic_writer_told(lic_writer *writer, lic_status status)
{
    if (status == LIC_OK && writer->several && writer->cli->json)
        lic_put_text(&writer->cli->out, writer->told == 0 ? "[]\n" : "]\n");
    return status;
}

void lic_writer_tell_envelope(lic_writer *writer, const lic_hash *id, uint64_t files)
{
    const char *file = lic_cli_value(writer->cli, LIC_OPTION_ENVELOPE);
    lic_json json;
    if (!writer->cli->json) {
        lic_cli_say(writer->cli, "%s holds the signed transaction%s; nothing was sent", file,
                    files > 1 ? ", with its chunks beside it" : "");
        return;
    }
    begin_object(writer, &json);
    lic_json_put_hash(&json, "transaction", id);
    lic_json_put_text(&json, "envelope", file);
    lic_json_put_integer(&json, "files", (int64_t)files);
    end_object(writer, &json);
}

void lic_writer_tell(lic_writer *writer, const char *line)
{
    lic_writer_tell_more(writer, line, NULL);
}

void lic_writer_tell_more(lic_writer *writer, const char *line,
                          void (*more)(lic_writer *writer, lic_json *json))
{
    lic_cli *cli = writer->cli;
    if (!cli->json) {
        lic_put_format(&cli->out, "%s\n", line);
        return;
    }
    lic_json json;
    begin_object(writer, &json);
    lic_receipt_json(&json, &writer->outcome.receipt);
    lic_json_put_bool(&json, "known", writer->outcome.known);
    if (writer->outcome.settled) {
        lic_json_put_integer(&json, "lines", (int64_t)writer->outcome.lines);
        lic_json_put_integer(&json, "accepted", (int64_t)writer->outcome.accepted);
        lic_json_put_integer(&json, "rejected", (int64_t)writer->outcome.rejected);
    }
    if (more != NULL) more(writer, &json);
    end_object(writer, &json);
}

static void progress_step(void *context, const char *what, uint64_t done, uint64_t total)
{
    lic_progress *progress = context;
    progress->what = what;
    lic_progress_show(progress, done, total);
}

lic_engine_progress lic_writer_progress(lic_progress *progress)
{
    return (lic_engine_progress){.context = progress, .step = progress_step};
}
