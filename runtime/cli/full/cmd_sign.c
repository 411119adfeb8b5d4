/* cmd_sign.c - licet sign: each --as signs image, source, parameters and loaded rows, one transaction
 * a party. */
#include "writer.h"

#include <licet/cli_commands.h>

static lic_status sign_as(lic_writer *writer, bool *sent)
{
    lic_contract_info info;
    lic_transaction transaction;
    LIC_TRY(lic_writer_contract(writer, writer->cli->operands[0], &info));
    LIC_TRY(lic_writer_envelope(writer, LIC_TX_SIGN, &transaction));
    transaction.body.sign.contract = info.id;
    transaction.body.sign.image = info.image->id;
    transaction.body.sign.source = info.source_hash;
    transaction.body.sign.parameters = info.parameters_hash;
    transaction.body.sign.rows = info.rows_root;
    return lic_writer_send(writer, &transaction, sent);
}

static lic_status party_of(lic_writer *writer, const lic_key *key, lic_party_info *party)
{
    uint32_t number = 0;
    if (lic_engine_party_of_key(writer->engine, key, &number) &&
        lic_engine_party(writer->engine, number, party)) {
        return LIC_OK;
    }
    return lic_fail(&writer->cli->error, LIC_REFUSED, "key",
                    "register it first: licet register NAME",
                    "the key belongs to no registered party");
}

/* The writer signs with all its keys at once; here each signs alone, in turn. */
static lic_status sign_each(lic_writer *writer)
{
    size_t count = writer->signer_count;
    lic_keypair pairs[LIC_SIGNERS_MAX];
    lic_status status = LIC_OK;
    for (size_t i = 0; i < count; i++) pairs[i] = writer->signers[i];
    for (size_t i = 0; i < count && status == LIC_OK; i++) {
        bool sent = false;
        lic_party_info party = {0};
        writer->signers[0] = pairs[i];
        writer->signer_count = 1;
        status = party_of(writer, &pairs[i].key, &party);
        if (status != LIC_OK) break;
        writer->party = party.id;
        status = sign_as(writer, &sent);
        if (status != LIC_OK || !sent) continue;
        lic_contract_info info = {0};
        status = lic_writer_contract(writer, writer->cli->operands[0], &info);
        if (status != LIC_OK) break;
        char id[LIC_HASH_TEXT];
        lic_hash_print(&writer->outcome.receipt.id, id);
        lic_writer_tell(writer, id);
        lic_cli_say(writer->cli, "%.*s has signed %.*s; the contract is %s", (int)party.name.size,
                    (const char *)party.name.data, (int)info.name.size,
                    (const char *)info.name.data, lic_contract_status_name(info.status));
    }
    for (size_t i = 0; i < count; i++) lic_keypair_wipe(&pairs[i]);
    return status;
}

lic_status lic_cmd_sign(lic_cli *cli)
{
    const char *path = NULL;
    lic_writer writer;
    LIC_TRY(lic_ledger_path(cli, NULL, &path));
    lic_status status = lic_writer_open(cli, path, &writer);
    if (status == LIC_OK) status = lic_writer_signers(&writer, true);
    writer.several = true;
    if (status == LIC_OK && writer.signer_count > 1 && lic_cli_has(cli, LIC_OPTION_ENVELOPE))
        status = lic_cli_usage(cli, "--envelope takes one --as at a time: each signs alone");
    if (status == LIC_OK) status = lic_writer_told(&writer, sign_each(&writer));
    lic_writer_close(&writer);
    return status;
}
