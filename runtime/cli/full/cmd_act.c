/* cmd_act.c - licet act: an action of the agreement, or the notice of it. */
#include "writer.h"

#include <licet/cli_commands.h>

static lic_status act(lic_writer *writer, const lic_acting *acting)
{
    lic_cli *cli = writer->cli;
    lic_client_call call;
    LIC_TRY(lic_writer_call(writer, &call));
    LIC_TRY(lic_writer_done(writer,
                            lic_client_act(writer->client, &call, lic_slice_text(cli->operands[0]),
                                           acting, &writer->result, &cli->error)));
    if (!writer->result.sent) return LIC_OK;
    lic_writer_tell_id(writer);
    lic_contract_info info = {0};
    LIC_TRY(
        lic_client_contract(writer->client, lic_slice_text(cli->operands[0]), &info, &cli->error));
    lic_cli_say(cli, "action %.*s is recorded; %.*s is %.*s", (int)acting->action.size,
                (const char *)acting->action.data, (int)info.name.size,
                (const char *)info.name.data, (int)info.state_name.size,
                (const char *)info.state_name.data);
    return LIC_OK;
}

static lic_status run(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    size_t count = cli->operand_count - 2;
    const char *value = NULL;
    LIC_TRY(lic_writer_signers(writer, true));
    lic_named_text *arguments = lic_allocate_zero(cli->allocator, count + 1, sizeof *arguments);
    if (arguments == NULL) return LIC_NO_MEMORY;
    lic_acting acting = {.action = lic_slice_text(cli->operands[1]),
                         .notice = lic_cli_has(cli, LIC_OPTION_NOTICE),
                         .arguments = arguments,
                         .argument_count = count};
    lic_status status = LIC_OK;
    for (size_t i = 0; i < count && status == LIC_OK; i++) {
        status = lic_cli_pair(cli, cli->operands[i + 2], &arguments[i].name, &value);
        if (status == LIC_OK) arguments[i].value = lic_slice_text(value);
    }
    if (status == LIC_OK) status = act(writer, &acting);
    lic_release(cli->allocator, arguments, (count + 1) * sizeof *arguments);
    return status;
}

lic_status lic_cmd_act(lic_cli *cli)
{
    return lic_writer_run(cli, run);
}
