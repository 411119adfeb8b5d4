/* cmd_deploy.c - licet deploy: compile, bind, put on the ledger, load. */
#include "author.h"
#include "loading.h"

#include <licet/cli_commands.h>

#include <string.h>

/* Text given with --set for a parameter; NULL when there is none. */
static const char *setting_of(lic_cli *cli, lic_option option, lic_slice name)
{
    const char *text = NULL, *found = NULL;
    for (size_t i = 0; (text = lic_cli_nth(cli, option, i)) != NULL; i++) {
        const char *equals = strchr(text, '=');
        if (equals != NULL && lic_slice_equal(lic_slice_of(text, (size_t)(equals - text)), name))
            found = equals + 1;
    }
    return found;
}

/* Every NAME=VALUE must name something. */
static lic_status check_names(lic_cli *cli, const lic_image *image, lic_option option)
{
    const char *text = NULL;
    for (size_t i = 0; (text = lic_cli_nth(cli, option, i)) != NULL; i++) {
        lic_slice name;
        const char *value = NULL;
        bool known = false;
        LIC_TRY(lic_cli_pair(cli, text, &name, &value));
        if (option == LIC_OPTION_SET) {
            for (uint32_t p = 0; p < image->parameters_count; p++)
                known |= lic_slice_equal(image->parameters[p].name, name);
        } else {
            for (uint32_t p = 0; p < image->parties_count; p++)
                known |= lic_slice_equal(image->parties[p].name, name);
        }
        if (!known) {
            return lic_cli_usage(cli, "--%s: the agreement has no %s %.*s",
                                 lic_option_describe(option)->name,
                                 option == LIC_OPTION_SET ? "parameter" : "party", (int)name.size,
                                 (const char *)name.data);
        }
    }
    return LIC_OK;
}

static lic_status put_parameters(lic_cli *cli, const lic_image *image, lic_buffer *texts)
{
    LIC_TRY(check_names(cli, image, LIC_OPTION_SET));
    for (uint32_t i = 0; i < image->parameters_count; i++) {
        lic_slice name = image->parameters[i].name;
        const char *value = setting_of(cli, LIC_OPTION_SET, name);
        if (value == NULL) {
            return lic_fail(&cli->error, LIC_MISSING, "parameter", "bind it with --set NAME=VALUE",
                            "the parameter %.*s has no value", (int)name.size,
                            (const char *)name.data);
        }
        lic_texts_put(texts, lic_slice_text(value));
    }
    return LIC_OK;
}

static lic_status put_parties(lic_writer *writer, const lic_image *image, lic_buffer *hashes)
{
    lic_cli *cli = writer->cli;
    LIC_TRY(check_names(cli, image, LIC_OPTION_PARTY));
    for (uint32_t i = 0; i < image->parties_count; i++) {
        lic_slice name = image->parties[i].name;
        const char *bound = setting_of(cli, LIC_OPTION_PARTY, name);
        lic_slice wanted = bound == NULL ? name : lic_slice_text(bound);
        uint32_t number = 0;
        lic_party_info info;
        lic_status status = lic_engine_find_party(writer->engine, wanted, &number, &cli->error);
        if (status == LIC_OK && !lic_engine_party(writer->engine, number, &info))
            status = LIC_MISSING;
        if (status != LIC_OK) {
            return lic_fail(
                &cli->error, LIC_MISSING, "party",
                "register it, or bind the party to a registered one with --party NAME=REGISTERED",
                "no registered party is called %.*s, which the party %.*s of the agreement is "
                "bound to",
                (int)wanted.size, (const char *)wanted.data, (int)name.size,
                (const char *)name.data);
        }
        lic_put_bytes(hashes, info.id.bytes, LIC_HASH_SIZE);
    }
    return LIC_OK;
}

static lic_status load_schedules(lic_writer *writer, const lic_hash *contract)
{
    const char *pair = NULL;
    char id[LIC_HASH_TEXT];
    lic_hash_print(contract, id);
    for (size_t i = 0; (pair = lic_cli_nth(writer->cli, LIC_OPTION_SCHEDULE, i)) != NULL; i++) {
        lic_contract_info info;
        LIC_TRY(lic_writer_contract(writer, id, &info));
        LIC_TRY(lic_load_pair(writer, &info, pair));
    }
    return LIC_OK;
}

static lic_status send(lic_writer *writer, const lic_author *author, const lic_buffer *source,
                       const lic_buffer *texts, const lic_buffer *hashes)
{
    const lic_image *image = lic_compilation_image(author->compilation);
    lic_transaction transaction;
    bool sent = false;
    LIC_TRY(lic_writer_envelope(writer, LIC_TX_DEPLOY, &transaction));
    lic_body_deploy *body = &transaction.body.deploy;
    body->image = lic_compilation_bytes(author->compilation);
    body->source = lic_slice_of(source->data, source->size);
    body->parameters = (lic_texts){image->parameters_count, lic_slice_of(texts->data, texts->size)};
    body->parties = (lic_hashes){image->parties_count, lic_slice_of(hashes->data, hashes->size)};
    lic_random_system.fill(lic_random_system.context, body->salt.bytes, LIC_HASH_SIZE);
    LIC_TRY(lic_writer_send(writer, &transaction, &sent));
    if (!sent) return LIC_OK;
    char id[LIC_HASH_TEXT];
    lic_hash_print(&transaction.id, id);
    lic_writer_tell(writer, id);
    lic_cli_say(writer->cli, "deployed %.*s", (int)image->name.size,
                (const char *)image->name.data);
    return load_schedules(writer, &transaction.id);
}

static lic_status deploy(lic_writer *writer, lic_author *author)
{
    lic_cli *cli = writer->cli;
    lic_buffer source, texts, hashes;
    uint8_t unit_scale = lic_ledger_genesis(lic_engine_ledger(writer->engine))->unit_scale;
    LIC_TRY(lic_writer_signers(writer, true));
    LIC_TRY(lic_author_demand(cli, cli->operands[0], unit_scale, author));
    lic_buffer_init(&source, cli->allocator, LIC_DEPLOY_SOURCE_MAX);
    lic_buffer_init(&texts, cli->allocator, (size_t)LIC_PARAMETERS_MAX * (LIC_TEXT_MAX + 4));
    lic_buffer_init(&hashes, cli->allocator, (size_t)LIC_BINDINGS_MAX * LIC_HASH_SIZE);
    const lic_image *image = lic_compilation_image(author->compilation);
    lic_status status = lic_compilation_format(author->compilation, &source) ? LIC_OK
                                                                             : LIC_MALFORMED;
    if (status == LIC_OK) status = put_parameters(cli, image, &texts);
    if (status == LIC_OK) status = put_parties(writer, image, &hashes);
    if (status == LIC_OK && (source.failed || texts.failed || hashes.failed)) {
        status = lic_fail(&cli->error, LIC_TOO_LARGE, "size",
                          "docs/spec/ledger.md lists the limits",
                          "source, parameters or parties are beyond what a deployment may hold");
    }
    if (status == LIC_OK) status = send(writer, author, &source, &texts, &hashes);
    lic_buffer_free(&source);
    lic_buffer_free(&texts);
    lic_buffer_free(&hashes);
    return status;
}

lic_status lic_cmd_deploy(lic_cli *cli)
{
    const char *path = NULL;
    lic_writer writer;
    lic_author author = {0};
    LIC_TRY(lic_ledger_path(cli, NULL, &path));
    lic_status status = lic_writer_open(cli, path, &writer);
    if (status == LIC_OK) status = deploy(&writer, &author);
    lic_author_close(&author);
    lic_writer_close(&writer);
    return status;
}
