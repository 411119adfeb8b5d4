/* writer.c - a ledger opened for writing, and what its options say about the calls that write to it. */
#include "writer.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_SECONDS = 5, WAIT_MOST = 3600 };

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

static lic_status open_client(lic_writer *writer, uint64_t threads)
{
    lic_cli *cli = writer->cli;
    uint64_t seconds = WAIT_SECONDS;
    LIC_TRY(lic_cli_number(cli, LIC_OPTION_WAIT, 0, WAIT_MOST, &seconds));
    const lic_client_options options = {.path = writer->path,
                                        .allocator = cli->allocator,
                                        .random = &lic_random_system,
                                        .clock = &lic_clock_system,
                                        .operators = writer->operators,
                                        .operator_count = writer->operator_count,
                                        .wait_ms = (uint32_t)seconds * 1000u,
                                        .threads = (unsigned)threads};
    return lic_client_open(&options, &writer->client, &cli->error);
}

static lic_status open_ledger(lic_writer *writer, uint64_t threads)
{
    LIC_TRY(read_genesis(writer));
    return open_client(writer, threads);
}

void lic_writer_leave(lic_writer *writer)
{
    lic_client_close(writer->client);
    writer->client = NULL;
}

lic_status lic_writer_return(lic_writer *writer)
{
    LIC_TRY(open_client(writer, 1));
    lic_client_begin(writer->client);
    return LIC_OK;
}

static void wipe_keys(lic_writer *writer)
{
    for (size_t i = 0; i < writer->operator_count; i++) lic_keypair_wipe(&writer->operators[i]);
    for (size_t i = 0; i < writer->signer_count; i++) lic_keypair_wipe(&writer->signers[i]);
}

/* What is written is told, what is lost is not. */
static lic_status settle(lic_client *client, lic_held *held, bool last, lic_error *error)
{
    lic_error untold = {0};
    lic_status status = last ? lic_client_commit(client, error) : lic_client_flush(client, error);
    uint64_t written = lic_client_calls(client).written;
    lic_held_drop(held, written);
    lic_status told = lic_held_tell(held, written, &untold);
    if (status != LIC_OK || told == LIC_OK) return status;
    *error = untold;
    return told;
}

lic_status lic_kept_settle(lic_kept *kept, lic_error *error)
{
    if (kept->open) return settle(kept->writer.client, &kept->held, false, error);
    return lic_held_tell(&kept->held, 0, error);
}

void lic_kept_close(lic_kept *kept)
{
    lic_client_close(kept->writer.client);
    wipe_keys(&kept->writer);
    kept->writer = (lic_writer){0};
    kept->open = false;
    kept->held.calls = 0;
}

lic_status lic_kept_written(lic_cli *cli)
{
    return cli->kept == NULL ? LIC_OK : lic_kept_settle(cli->kept, &cli->error);
}

bool lic_kept_adopt(lic_kept *kept, const char *path, const char *folder, lic_client *client,
                    const lic_keypair *pair)
{
    lic_writer *writer = &kept->writer;
    if (kept->open || strlen(path) >= sizeof kept->path) return false;
    memcpy(kept->path, path, strlen(path) + 1);
    kept->threads = 0;
    *writer = (lic_writer){.path = kept->path, .client = client, .operator_count = 1};
    memcpy(writer->folder, folder, strlen(folder) + 1);
    writer->operators[0] = *pair;
    lic_client_begin(client);
    kept->open = true;
    return true;
}

/* The ledger that the command before had open, when this one means the same; otherwise it is opened, to be
 * kept for the next. */
static lic_status borrow_ledger(lic_kept *kept, lic_writer *writer, uint64_t threads)
{
    bool same = kept->open && strcmp(kept->path, writer->path) == 0 &&
                strcmp(kept->writer.folder, writer->folder) == 0 && kept->threads == threads;
    if (!same) {
        LIC_TRY(lic_kept_written(writer->cli));
        lic_kept_close(kept);
        if (strlen(writer->path) >= sizeof kept->path)
            return lic_cli_usage(writer->cli, "the ledger's path is too long");
        memcpy(kept->path, writer->path, strlen(writer->path) + 1);
        kept->threads = threads;
        kept->writer = *writer;
        kept->writer.path = kept->path;
        LIC_TRY(open_ledger(&kept->writer, threads));
        lic_client_begin(kept->writer.client);
        kept->open = true;
    }
    lic_cli *cli = writer->cli;
    *writer = kept->writer;
    writer->cli = cli;
    writer->borrowed = true;
    return LIC_OK;
}

static lic_status open_writer(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    uint64_t threads = 0; /* as many as pay */
    LIC_TRY(lic_cli_number(cli, LIC_OPTION_THREADS, 1, 64, &threads));
    LIC_TRY(lic_crypto_start(&cli->error));
    LIC_TRY(lic_keys_folder(cli, writer->path, writer->folder));
    if (cli->kept != NULL) return borrow_ledger(cli->kept, writer, threads);
    LIC_TRY(open_ledger(writer, threads));
    lic_client_begin(writer->client);
    return LIC_OK;
}

lic_status lic_writer_tell_now(lic_writer *writer)
{
    LIC_TRY(lic_cli_flush(writer->cli, true));
    return settle(writer->client, writer->cli->held, false, &writer->cli->error);
}

/* What was accepted is written also when a later call of the command was not. */
static lic_status end_run(lic_writer *writer, lic_status status)
{
    lic_cli *cli = writer->cli;
    lic_error said = cli->error;
    lic_status ended = LIC_OK;
    if (status != LIC_OK && cli->json && !cli->wrote) lic_buffer_clear(&cli->out);
    (void)lic_cli_flush(cli, true);
    if (writer->client != NULL) ended = settle(writer->client, cli->held, true, &cli->error);
    else (void)lic_held_tell(cli->held, 0, &cli->error);
    lic_held_free(cli->held);
    cli->held = NULL;
    lic_client_close(writer->client);
    if (ended != LIC_OK) return ended;
    cli->error = said;
    return status;
}

lic_status lic_writer_run(lic_cli *cli, lic_status (*run)(lic_writer *writer))
{
    const char *path = NULL;
    lic_held held;
    LIC_TRY(lic_ledger_path(cli, NULL, &path));
    lic_writer writer = {.cli = cli, .path = path};
    if (cli->kept == NULL) {
        lic_held_init(&held, cli->allocator);
        cli->held = &held;
    }
    lic_status status = open_writer(&writer);
    if (status == LIC_OK) status = run(&writer);
    if (cli->kept == NULL) status = end_run(&writer, status);
    wipe_keys(&writer);
    return status;
}

const lic_genesis *lic_writer_genesis(const lic_writer *writer)
{
    return lic_ledger_genesis(lic_engine_ledger(lic_client_engine(writer->client)));
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
    return LIC_OK;
}

/* -- calls ------------------------------------------------------------------------------------------------ */

static lic_status write_envelope(void *context, lic_slice wire)
{
    lic_envelope_files *files = context;
    char path[LIC_PATH_SIZE];
    int size = files->count == 0 ? snprintf(path, sizeof path, "%s", files->path)
                                 : snprintf(path, sizeof path, "%s.%llu", files->path,
                                            (unsigned long long)files->count - 1);
    files->count++;
    if (size < 0 || size >= (int)sizeof path)
        return lic_cli_usage(files->cli, "--envelope: the path is too long");
    return lic_file_write(files->cli, path, wire);
}

lic_status lic_writer_call(lic_writer *writer, lic_client_call *call)
{
    lic_cli *cli = writer->cli;
    const char *day = lic_cli_value(cli, LIC_OPTION_VALID);
    uint64_t chunk = 0;
    LIC_TRY(lic_cli_number(cli, LIC_OPTION_CHUNK, 1, LIC_CHUNK_MAX, &chunk));
    if (day != NULL && lic_date_parse(lic_slice_text(day), &writer->valid_until) != LIC_OK)
        return lic_cli_usage(cli, "--valid-until: %s is not a date of the form 2026-01-31", day);
    writer->files = (lic_envelope_files){.cli = cli,
                                         .path = lic_cli_value(cli, LIC_OPTION_ENVELOPE)};
    *call = (lic_client_call){.signers = writer->signers,
                              .signer_count = writer->signer_count,
                              .valid_until = day == NULL ? NULL : &writer->valid_until,
                              .divert = writer->files.path == NULL ? NULL : write_envelope,
                              .divert_context = &writer->files,
                              .chunk_bytes = (uint32_t)chunk};
    return LIC_OK;
}

/* What a client cannot know: which option was meant, and that it was the command line that was wrong. */
static const struct {
    lic_status status;
    const char *code;
    bool usage;
    const char *option; /* stands before the text */
    const char *text, *help;
} words[] = {
    {LIC_MALFORMED, "unknown_parameter", true, "--set: ", NULL, NULL},
    {LIC_MALFORMED, "unknown_party", true, "--party: ", NULL, NULL},
    {LIC_MISSING, "parameter", false, "", NULL, "bind it with --set NAME=VALUE"},
    {LIC_MISSING, "party", false, "", NULL,
     "register it, or bind the party to a registered one with --party NAME=REGISTERED"},
    {LIC_MALFORMED, "argument", true, "", NULL, NULL},
    {LIC_MALFORMED, "currency", true, "--currency: ", NULL, NULL},
    {LIC_MALFORMED, "currencies", true, "", "the agreement has several currencies: use --currency",
     NULL},
    {LIC_MALFORMED, "amount", true, "", NULL, NULL},
};

static lic_status reword(lic_cli *cli, lic_status status)
{
    lic_error said = cli->error;
    for (size_t i = 0; i < LIC_COUNT(words); i++) {
        if (status != words[i].status || strcmp(said.code, words[i].code) != 0) continue;
        const char *text = words[i].text != NULL ? words[i].text : said.text;
        if (words[i].usage) return lic_cli_usage(cli, "%s%s", words[i].option, text);
        return lic_fail(&cli->error, status, said.code, words[i].help, "%s", text);
    }
    return status;
}

/* -- receipts --------------------------------------------------------------------------------------------- */

static void put_receipt(lic_json *json, const lic_receipt *receipt)
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

/* An object of its own, or the next one of the array; in a batch a document is a line. */
static void begin_object(lic_writer *writer, lic_json *json)
{
    lic_cli *cli = writer->cli;
    const char *between = cli->kept == NULL ? ",\n" : ",";
    if (writer->several) lic_put_text(&cli->out, writer->told == 0 ? "[" : between);
    writer->told++;
    lic_json_init(json, &cli->out);
    lic_json_object(json);
}

/* Each piece waits for its own block. */
static void end_object(lic_writer *writer, lic_json *json)
{
    lic_json_end(json);
    if (!writer->several) lic_put_u8(&writer->cli->out, '\n');
    (void)lic_cli_flush(writer->cli, true);
}

lic_status lic_writer_told(lic_writer *writer, lic_status status)
{
    if (!writer->several || !writer->cli->json) return status;
    if (writer->told > 0) lic_put_text(&writer->cli->out, "]\n");
    else if (status == LIC_OK) lic_put_text(&writer->cli->out, "[]\n");
    (void)lic_cli_flush(writer->cli, writer->told > 0);
    return status;
}

/* Of a transaction that went to --envelope FILE (and FILE.0, ...). */
static void tell_envelope(lic_writer *writer)
{
    const char *file = writer->files.path;
    uint64_t files = writer->result.envelopes;
    lic_json json;
    if (!writer->cli->json) {
        lic_cli_say(writer->cli, "%s holds the signed transaction%s; nothing was sent", file,
                    files > 1 ? ", with its chunks beside it" : "");
        return;
    }
    begin_object(writer, &json);
    lic_json_put_hash(&json, "transaction", &writer->result.id);
    lic_json_put_text(&json, "envelope", file);
    lic_json_put_integer(&json, "files", (int64_t)files);
    end_object(writer, &json);
}

lic_status lic_writer_done(lic_writer *writer, lic_status status)
{
    writer->cli->held->calls = lic_client_calls(writer->client).made;
    if (status != LIC_OK) return reword(writer->cli, status);
    if (!writer->result.sent) tell_envelope(writer);
    return LIC_OK;
}

void lic_writer_tell(lic_writer *writer, const char *line)
{
    lic_writer_tell_more(writer, line, NULL);
}

void lic_writer_tell_more(lic_writer *writer, const char *line,
                          void (*more)(lic_writer *writer, lic_json *json))
{
    lic_cli *cli = writer->cli;
    const lic_outcome *outcome = &writer->result.outcome;
    if (!writer->result.sent) return;
    if (!cli->json) {
        if (line != NULL) lic_put_format(&cli->out, "%s\n", line);
        (void)lic_cli_flush(cli, true);
        return;
    }
    lic_json json;
    begin_object(writer, &json);
    put_receipt(&json, &outcome->receipt);
    lic_json_put_bool(&json, "known", outcome->known);
    if (outcome->settled) {
        lic_json_put_integer(&json, "lines", (int64_t)outcome->lines);
        lic_json_put_integer(&json, "accepted", (int64_t)outcome->accepted);
        lic_json_put_integer(&json, "rejected", (int64_t)outcome->rejected);
    }
    if (outcome->receipt.kind == LIC_TX_LINES && !outcome->known)
        lic_json_put_integer(&json, "resumed", (int64_t)outcome->resumed);
    if (more != NULL) more(writer, &json);
    end_object(writer, &json);
}

void lic_writer_tell_refusal(lic_writer *writer, const char *member, const char *value,
                             lic_status status)
{
    const lic_error *error = &writer->cli->error;
    lic_json json;
    begin_object(writer, &json);
    lic_json_put_text(&json, member, value);
    lic_json_key(&json, "error");
    lic_json_object(&json);
    lic_json_put_text(&json, "status", lic_status_id(status));
    lic_json_put_text(&json, "code", error->code);
    lic_json_put_text(&json, "text", error->text);
    lic_json_put_text(&json, "help", error->help);
    lic_json_end(&json);
    end_object(writer, &json);
}

void lic_writer_tell_id(lic_writer *writer)
{
    char id[LIC_HASH_TEXT];
    lic_hash_print(&writer->result.id, id);
    lic_writer_tell(writer, id);
}

void lic_writer_say_resumed(lic_writer *writer)
{
    uint32_t resumed = writer->result.outcome.resumed;
    if (resumed > 0)
        lic_cli_say(writer->cli, "an interrupted upload went on: %u of its chunks were there",
                    (unsigned)resumed);
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
