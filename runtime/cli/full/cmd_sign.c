/* cmd_sign.c - licet sign: each --as signs image, source, parameters and loaded rows, one transaction
 * a party. */
#include "writer.h"

#include <licet/cli_commands.h>

static lic_status tell(lic_writer *writer, const lic_party_info *party)
{
    lic_cli *cli = writer->cli;
    lic_contract_info info = {0};
    LIC_TRY(
        lic_client_contract(writer->client, lic_slice_text(cli->operands[0]), &info, &cli->error));
    lic_writer_tell_id(writer);
    bool draft = info.status == LIC_CONTRACT_DRAFT;
    lic_cli_say(cli, "%.*s has signed %.*s%s%.*s", (int)party->name.size,
                (const char *)party->name.data, (int)info.name.size, (const char *)info.name.data,
                draft ? "; it is a draft until all have" : ", which is now ",
                draft ? 0 : (int)info.state_name.size, (const char *)info.state_name.data);
    return LIC_OK;
}

static lic_status sign_as(lic_writer *writer, const lic_keypair *signer)
{
    lic_cli *cli = writer->cli;
    lic_client_call call;
    lic_party_info party = {0};
    LIC_TRY(lic_writer_call(writer, &call));
    call.signers = signer;
    call.signer_count = 1;
    LIC_TRY(lic_client_party_of(writer->client, &signer->key, &party, &cli->error));
    LIC_TRY(lic_writer_done(writer,
                            lic_client_sign(writer->client, &call, lic_slice_text(cli->operands[0]),
                                            &writer->result, &cli->error)));
    return writer->result.sent ? tell(writer, &party) : LIC_OK;
}

static lic_status sign_all(lic_writer *writer)
{
    for (size_t i = 0; i < writer->signer_count; i++) LIC_TRY(sign_as(writer, &writer->signers[i]));
    return LIC_OK;
}

static lic_status run(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    writer->several = true;
    LIC_TRY(lic_writer_signers(writer, true));
    if (writer->signer_count > 1 && lic_cli_has(cli, LIC_OPTION_ENVELOPE))
        return lic_cli_usage(cli, "--envelope takes one --as at a time: each signs alone");
    return lic_writer_told(writer, sign_all(writer));
}

lic_status lic_cmd_sign(lic_cli *cli)
{
    return lic_writer_run(cli, run);
}
