/* cmd_act.c - licet act: an action of the agreement, or the notice of it. */
#include "writer.h"

#include <licet/cli_commands.h>

/* Transitions into one state are actions of one name: the state and the signers choose. */
static lic_status find_action(lic_writer *writer, const lic_contract_info *info, uint16_t *action)
{
    lic_cli *cli = writer->cli;
    uint32_t parties[LIC_SIGNERS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < writer->signer_count; i++) {
        if (lic_engine_party_of_key(writer->engine, &writer->signers[i].key, &parties[count]))
            count++;
    }
    return lic_engine_find_action(writer->engine, info->number, lic_slice_text(cli->operands[1]),
                                  parties, count, action, &cli->error);
}

/* Arguments in the action's order; each exactly once. */
static lic_status put_arguments(lic_cli *cli, const lic_image *image, const lic_action *action,
                                lic_buffer *texts)
{
    if (lic_cli_has(cli, LIC_OPTION_NOTICE)) {
        return cli->operand_count == 2 ? LIC_OK : lic_cli_usage(cli, "a notice takes no arguments");
    }
    for (uint32_t i = 0; i < action->argument_count; i++) {
        lic_slice wanted = image->arguments[action->first_argument + i].name;
        const char *found = NULL;
        for (size_t o = 2; o < cli->operand_count; o++) {
            lic_slice name;
            const char *value = NULL;
            LIC_TRY(lic_cli_pair(cli, cli->operands[o], &name, &value));
            if (lic_slice_equal(name, wanted)) found = value;
        }
        if (found == NULL) {
            return lic_cli_usage(cli, "the argument %.*s is missing: give %.*s=VALUE",
                                 (int)wanted.size, (const char *)wanted.data, (int)wanted.size,
                                 (const char *)wanted.data);
        }
        lic_texts_put(texts, lic_slice_text(found));
    }
    if (cli->operand_count == (size_t)action->argument_count + 2) return LIC_OK;
    return lic_cli_usage(cli, "the action %s takes %u arguments", cli->operands[1],
                         action->argument_count);
}

static lic_status send(lic_writer *writer, const lic_contract_info *info, uint16_t action,
                       const lic_buffer *texts)
{
    lic_transaction transaction;
    bool sent = false;
    LIC_TRY(lic_writer_envelope(writer, LIC_TX_ACT, &transaction));
    lic_body_act *body = &transaction.body.act;
    body->contract = info->id;
    body->action = action;
    body->notice = lic_cli_has(writer->cli, LIC_OPTION_NOTICE);
    /* A notice is given before the arguments are known. */
    uint32_t count = body->notice ? 0 : info->image->actions[action].argument_count;
    body->arguments = (lic_texts){count, lic_slice_of(texts->data, texts->size)};
    LIC_TRY(lic_writer_send(writer, &transaction, &sent));
    char id[LIC_HASH_TEXT];
    lic_hash_print(&transaction.id, id);
    if (sent) lic_writer_tell(writer, id);
    return LIC_OK;
}

static lic_status run(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    lic_contract_info info;
    lic_buffer texts;
    uint16_t action = 0;
    LIC_TRY(lic_writer_signers(writer, true));
    LIC_TRY(lic_writer_contract(writer, cli->operands[0], &info));
    LIC_TRY(find_action(writer, &info, &action));
    lic_buffer_init(&texts, cli->allocator, (size_t)LIC_ARGUMENTS_MAX * (LIC_TEXT_MAX + 4));
    lic_status status = put_arguments(cli, info.image, &info.image->actions[action], &texts);
    if (status == LIC_OK && texts.failed) status = LIC_TOO_LARGE;
    if (status == LIC_OK) status = send(writer, &info, action, &texts);
    lic_buffer_free(&texts);
    return status;
}

lic_status lic_cmd_act(lic_cli *cli)
{
    const char *path = NULL;
    lic_writer writer;
    LIC_TRY(lic_ledger_path(cli, NULL, &path));
    lic_status status = lic_writer_open(cli, path, &writer);
    if (status == LIC_OK) status = run(&writer);
    lic_writer_close(&writer);
    return status;
}
