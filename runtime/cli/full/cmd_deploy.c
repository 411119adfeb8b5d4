/* cmd_deploy.c - licet deploy: compile, bind, put on the ledger, load. What is bound comes from the command
 * line, and from a deal that licet author wrote (--deal). */
#include "author.h"
#include "loading.h"

#include <licet/cli_commands.h>
#include <licet/crypto.h>
#include <licet/deal_file.h>

#include <stdio.h>
#include <string.h>

/* What is bound; of several values of one name the last holds. */
typedef struct bindings {
    lic_named_text *parameters, *parties;
    size_t parameter_count, party_count;
} bindings;

typedef struct deploying {
    lic_writer *writer;
    lic_arena *arena;
    const char *deal_path; /* of --deal; NULL: none */
    lic_deal_file deal;
    char agreement[LIC_PATH_SIZE];
    lic_author author;
    bindings given;
} deploying;

static lic_cli *cli_of(const deploying *d)
{
    return d->writer->cli;
}

/* -- the deal ----------------------------------------------------------------------------------------------- */

/* A file that lies beside the deal. */
static lic_status beside(const deploying *d, lic_slice file, char path[LIC_PATH_SIZE])
{
    const char *slash = strrchr(d->deal_path, '/');
    int folder = slash == NULL ? 0 : (int)(slash - d->deal_path) + 1;
    int size = snprintf(path, LIC_PATH_SIZE, "%.*s%.*s", folder, d->deal_path, (int)file.size,
                        (const char *)file.data);
    return size < LIC_PATH_SIZE ? LIC_OK : lic_cli_usage(cli_of(d), "--deal: the path is too long");
}

static lic_status read_deal(deploying *d)
{
    lic_cli *cli = cli_of(d);
    lic_buffer bytes;
    d->deal_path = lic_cli_value(cli, LIC_OPTION_DEAL);
    if (d->deal_path == NULL && cli->operand_count == 0)
        return lic_cli_usage(cli, "give the agreement's FILE, or --deal");
    if (cli->operand_count > 0)
        (void)snprintf(d->agreement, sizeof d->agreement, "%s", cli->operands[0]);
    if (d->deal_path == NULL) return LIC_OK;
    lic_buffer_init(&bytes, cli->allocator, LIC_DEAL_FILE_MAX + 1);
    lic_status status = lic_file_read(cli, d->deal_path, &bytes);
    if (status == LIC_OK)
        status = lic_deal_file_read(lic_slice_of(bytes.data, bytes.size), d->deal_path, d->arena,
                                    &d->deal, &cli->error);
    lic_buffer_free(&bytes);
    LIC_TRY(status);
    return cli->operand_count > 0 ? LIC_OK : beside(d, d->deal.agreement, d->agreement);
}

static lic_status check_deal(deploying *d, uint8_t unit_scale)
{
    lic_cli *cli = cli_of(d);
    if (d->deal_path == NULL) return LIC_OK;
    lic_status status = lic_deal_file_check(&d->deal, d->author.compilation, unit_scale,
                                            lic_cli_has(cli, LIC_OPTION_SET), &lic_hasher_native,
                                            cli->allocator, &cli->error);
    if (status != LIC_DIFFERS) return status;
    lic_error why = cli->error;
    return lic_fail(&cli->error, why.status, why.code, why.help, "%s: %s", d->deal_path, why.text);
}

/* -- what is bound -------------------------------------------------------------------------------------------- */

static lic_status take(deploying *d, lic_option option, const lic_deal_text *texts,
                       size_t text_count, lic_named_text **list, size_t *count)
{
    lic_cli *cli = cli_of(d);
    const char *text = NULL, *value = NULL;
    *list = lic_arena_take(d->arena, (text_count + LIC_OPTION_USES) * sizeof **list);
    if (*list == NULL) return LIC_NO_MEMORY;
    for (size_t i = 0; i < text_count; i++)
        (*list)[i] = (lic_named_text){texts[i].name, texts[i].value};
    *count = text_count;
    for (size_t i = 0; (text = lic_cli_nth(cli, option, i)) != NULL; i++) {
        LIC_TRY(lic_cli_pair(cli, text, &(*list)[*count].name, &value));
        (*list)[*count].value = lic_slice_text(value);
        ++*count;
    }
    return LIC_OK;
}

/* -- schedules ------------------------------------------------------------------------------------------------- */

/* --schedule's NAME=FILE of this name; NULL: it is not given. */
static const char *given_pair(const deploying *d, lic_slice name)
{
    const char *pair = NULL, *file = NULL;
    lic_slice given;
    for (size_t i = 0; (pair = lic_cli_nth(cli_of(d), LIC_OPTION_SCHEDULE, i)) != NULL; i++)
        if (lic_cli_pair(cli_of(d), pair, &given, &file) == LIC_OK && lic_slice_equal(given, name))
            return pair;
    return NULL;
}

static bool is_of_deal(const deploying *d, lic_slice name)
{
    for (size_t i = 0; i < d->deal.schedule_count; i++)
        if (lic_slice_equal(d->deal.schedules[i].name, name)) return true;
    return false;
}

/* The deal's in the order in which they load, --schedule in the place of those that it names. */
static lic_status load_deal(const deploying *d, lic_slice contract)
{
    const lic_image *image = lic_compilation_image(d->author.compilation);
    size_t *order = lic_arena_take(d->arena, (d->deal.schedule_count + 1) * sizeof *order);
    char path[LIC_PATH_SIZE];
    if (order == NULL) return LIC_NO_MEMORY;
    LIC_TRY(lic_deal_file_order(&d->deal, image, order, &cli_of(d)->error));
    for (size_t i = 0; i < d->deal.schedule_count; i++) {
        const lic_deal_file_schedule *schedule = &d->deal.schedules[order[i]];
        const char *given = given_pair(d, schedule->name);
        if (given != NULL) {
            LIC_TRY(lic_load_pair(d->writer, contract, given));
            continue;
        }
        LIC_TRY(beside(d, schedule->file, path));
        LIC_TRY(lic_load_file(d->writer, contract, schedule->name, path, &schedule->hash));
    }
    return LIC_OK;
}

static lic_status load_schedules(const deploying *d)
{
    const char *pair = NULL, *file = NULL;
    lic_slice name;
    char id[LIC_HASH_TEXT];
    lic_hash_print(&d->writer->result.id, id);
    LIC_TRY(load_deal(d, lic_slice_text(id)));
    for (size_t i = 0; (pair = lic_cli_nth(cli_of(d), LIC_OPTION_SCHEDULE, i)) != NULL; i++) {
        LIC_TRY(lic_cli_pair(cli_of(d), pair, &name, &file));
        if (!is_of_deal(d, name)) LIC_TRY(lic_load_pair(d->writer, lic_slice_text(id), pair));
    }
    return LIC_OK;
}

/* -- the deployment ----------------------------------------------------------------------------------------------- */

static lic_status send(deploying *d, const lic_buffer *source)
{
    lic_writer *writer = d->writer;
    lic_cli *cli = cli_of(d);
    bindings *given = &d->given;
    lic_client_call call;
    LIC_TRY(take(d, LIC_OPTION_SET, d->deal.set, d->deal.set_count, &given->parameters,
                 &given->parameter_count));
    LIC_TRY(take(d, LIC_OPTION_PARTY, d->deal.parties, d->deal.party_count, &given->parties,
                 &given->party_count));
    LIC_TRY(lic_writer_call(writer, &call));
    const lic_deployment deployment = {.image = lic_compilation_bytes(d->author.compilation),
                                       .source = lic_slice_of(source->data, source->size),
                                       .parameters = given->parameters,
                                       .parameter_count = given->parameter_count,
                                       .parties = given->parties,
                                       .party_count = given->party_count};
    LIC_TRY(lic_writer_done(writer, lic_client_deploy(writer->client, &call, &deployment,
                                                      &writer->result, &cli->error)));
    if (!writer->result.sent) return LIC_OK;
    const lic_image *image = lic_compilation_image(d->author.compilation);
    lic_writer_tell_id(writer);
    lic_cli_say(cli, "deployed %.*s", (int)image->name.size, (const char *)image->name.data);
    return load_schedules(d);
}

static lic_status deploy(deploying *d)
{
    lic_cli *cli = cli_of(d);
    lic_buffer source;
    lic_ledger *ledger = lic_engine_ledger(lic_client_engine(d->writer->client));
    uint8_t unit_scale = lic_ledger_genesis(ledger)->unit_scale;
    LIC_TRY(read_deal(d));
    LIC_TRY(lic_writer_signers(d->writer, true));
    LIC_TRY(lic_author_demand(cli, d->agreement, unit_scale, &d->author));
    LIC_TRY(check_deal(d, unit_scale));
    lic_buffer_init(&source, cli->allocator, LIC_DEPLOY_SOURCE_MAX);
    lic_status status = lic_compilation_format(d->author.compilation, &source) ? LIC_OK
                                                                               : LIC_MALFORMED;
    if (status == LIC_OK && source.failed)
        status = lic_fail(&cli->error, LIC_TOO_LARGE, "size",
                          "docs/spec/ledger.md lists the limits",
                          "the source is beyond what a deployment may hold");
    if (status == LIC_OK) status = send(d, &source);
    lic_buffer_free(&source);
    return status;
}

static lic_status run(lic_writer *writer)
{
    deploying d = {.writer = writer};
    d.arena = lic_arena_create(writer->cli->allocator, (size_t)64 << 20);
    if (d.arena == NULL) return LIC_NO_MEMORY;
    lic_status status = deploy(&d);
    lic_author_close(&d.author);
    lic_arena_destroy(d.arena);
    return status;
}

lic_status lic_cmd_deploy(lic_cli *cli)
{
    return lic_writer_run(cli, run);
}
