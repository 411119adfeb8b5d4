/* cmd_fact.c - licet fact: a value from outside. */
#include "writer.h"

#include <licet/cli_commands.h>

static lic_status run(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    lic_contract_info info;
    lic_transaction transaction;
    uint32_t fact = 0;
    bool sent = false;
    LIC_TRY(lic_writer_signers(writer, true));
    LIC_TRY(lic_writer_contract(writer, cli->operands[0], &info));
    const lic_image *image = info.image;
    while (fact < image->facts_count &&
           !lic_slice_equal(image->facts[fact].name, lic_slice_text(cli->operands[1])))
        fact++;
    if (fact == image->facts_count) {
        return lic_fail(&cli->error, LIC_MISSING, "fact", "licet show contract lists its facts",
                        "the agreement has no fact %s", cli->operands[1]);
    }
    LIC_TRY(lic_writer_envelope(writer, LIC_TX_FACT, &transaction));
    transaction.body.fact.contract = info.id;
    transaction.body.fact.fact = (uint16_t)fact;
    transaction.body.fact.value = lic_slice_text(cli->operands[2]);
    LIC_TRY(lic_writer_send(writer, &transaction, &sent));
    char id[LIC_HASH_TEXT];
    lic_hash_print(&transaction.id, id);
    if (sent) lic_writer_tell(writer, id);
    return LIC_OK;
}

lic_status lic_cmd_fact(lic_cli *cli)
{
    const char *path = NULL;
    lic_writer writer;
    LIC_TRY(lic_ledger_path(cli, NULL, &path));
    lic_status status = lic_writer_open(cli, path, &writer);
    if (status == LIC_OK) status = run(&writer);
    lic_writer_close(&writer);
    return status;
}
