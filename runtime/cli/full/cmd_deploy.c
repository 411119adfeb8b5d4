/* cmd_deploy.c - licet deploy: compile, bind, put on the ledger, load. */
#include "author.h"
#include "loading.h"

#include <licet/cli_commands.h>

#include <string.h>

/* What was given with --set and --party, in the order given. */
typedef struct bindings {
    lic_named_text parameters[LIC_OPTION_USES], parties[LIC_OPTION_USES];
    size_t parameter_count, party_count;
} bindings;

static lic_status take_pairs(lic_cli *cli, lic_option option, lic_named_text *list, size_t *count)
{
    const char *text = NULL, *value = NULL;
    for (*count = 0; (text = lic_cli_nth(cli, option, *count)) != NULL; ++*count) {
        LIC_TRY(lic_cli_pair(cli, text, &list[*count].name, &value));
        list[*count].value = lic_slice_text(value);
    }
    return LIC_OK;
}

static lic_status load_schedules(lic_writer *writer)
{
    const char *pair = NULL;
    char id[LIC_HASH_TEXT];
    lic_hash_print(&writer->result.id, id);
    for (size_t i = 0; (pair = lic_cli_nth(writer->cli, LIC_OPTION_SCHEDULE, i)) != NULL; i++)
        LIC_TRY(lic_load_pair(writer, lic_slice_text(id), pair));
    return LIC_OK;
}

static lic_status send(lic_writer *writer, const lic_author *author, const lic_buffer *source)
{
    lic_cli *cli = writer->cli;
    lic_client_call call;
    bindings given;
    LIC_TRY(take_pairs(cli, LIC_OPTION_SET, given.parameters, &given.parameter_count));
    LIC_TRY(take_pairs(cli, LIC_OPTION_PARTY, given.parties, &given.party_count));
    LIC_TRY(lic_writer_call(writer, &call));
    const lic_deployment deployment = {.image = lic_compilation_bytes(author->compilation),
                                       .source = lic_slice_of(source->data, source->size),
                                       .parameters = given.parameters,
                                       .parameter_count = given.parameter_count,
                                       .parties = given.parties,
                                       .party_count = given.party_count};
    LIC_TRY(lic_writer_done(writer, lic_client_deploy(writer->client, &call, &deployment,
                                                      &writer->result, &cli->error)));
    if (!writer->result.sent) return LIC_OK;
    const lic_image *image = lic_compilation_image(author->compilation);
    lic_writer_tell_id(writer);
    lic_cli_say(cli, "deployed %.*s", (int)image->name.size, (const char *)image->name.data);
    return load_schedules(writer);
}

static lic_status deploy(lic_writer *writer, lic_author *author)
{
    lic_cli *cli = writer->cli;
    lic_buffer source;
    lic_ledger *ledger = lic_engine_ledger(lic_client_engine(writer->client));
    LIC_TRY(lic_writer_signers(writer, true));
    LIC_TRY(
        lic_author_demand(cli, cli->operands[0], lic_ledger_genesis(ledger)->unit_scale, author));
    lic_buffer_init(&source, cli->allocator, LIC_DEPLOY_SOURCE_MAX);
    lic_status status = lic_compilation_format(author->compilation, &source) ? LIC_OK
                                                                             : LIC_MALFORMED;
    if (status == LIC_OK && source.failed)
        status = lic_fail(&cli->error, LIC_TOO_LARGE, "size",
                          "docs/spec/ledger.md lists the limits",
                          "the source is beyond what a deployment may hold");
    if (status == LIC_OK) status = send(writer, author, &source);
    lic_buffer_free(&source);
    return status;
}

static lic_status run(lic_writer *writer)
{
    lic_author author = {0};
    lic_status status = deploy(writer, &author);
    lic_author_close(&author);
    return status;
}

lic_status lic_cmd_deploy(lic_cli *cli)
{
    return lic_writer_run(cli, run);
}
