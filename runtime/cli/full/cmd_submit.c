/* cmd_submit.c - licet submit: envelopes from files, as they are. They share blocks; one that is refused leaves
 * the others as they are. */
#include "writer.h"

#include <licet/cli_commands.h>

#include <string.h>

typedef struct submitting {
    lic_writer *writer;
    size_t refused;
    lic_status status; /* of the first that was */
    lic_error error;
} submitting;

/* Of several files, this one. */
static lic_status name_file(lic_cli *cli, lic_status status, const char *file)
{
    lic_error inner = cli->error;
    if (status == LIC_OK || strstr(inner.text, file) != NULL) return status;
    return lic_fail(&cli->error, status, inner.code, inner.help, "%s: %s", file, inner.text);
}

static lic_status submit_file(lic_writer *writer, const char *file)
{
    lic_cli *cli = writer->cli;
    lic_buffer wire;
    lic_buffer_init(&wire, cli->allocator, (size_t)LIC_TRANSACTION_MAX + 65536);
    lic_status status = lic_file_read(cli, file, &wire);
    if (status == LIC_OK)
        status = lic_client_submit(writer->client, lic_slice_of(wire.data, wire.size),
                                   &writer->result, &cli->error);
    lic_buffer_free(&wire);
    LIC_TRY(name_file(cli, lic_writer_done(writer, status), file));
    const lic_outcome *outcome = &writer->result.outcome;
    lic_writer_tell_id(writer);
    lic_cli_say(cli, "%s: %s, block %llu", file, outcome->known ? "known" : "accepted",
                (unsigned long long)outcome->receipt.height);
    return LIC_OK;
}

/* The ledger cannot go on, and what it had in its open block is lost. */
static bool is_fatal(lic_status status)
{
    return status == LIC_IO || status == LIC_NO_MEMORY || status == LIC_CORRUPT;
}

static void note_refusal(submitting *s, const char *file, lic_status status)
{
    lic_cli *cli = s->writer->cli;
    if (s->refused++ == 0) {
        s->status = status;
        s->error = cli->error;
    }
    if (cli->operand_count == 1) return;
    if (cli->json) lic_writer_tell_refusal(s->writer, "file", file, status);
    else lic_cli_tell_error(cli, status);
}

static lic_status submit_all(submitting *s)
{
    lic_cli *cli = s->writer->cli;
    for (size_t i = 0; i < cli->operand_count; i++) {
        lic_status status = submit_file(s->writer, cli->operands[i]);
        if (is_fatal(status)) return status;
        if (status != LIC_OK) note_refusal(s, cli->operands[i], status);
    }
    if (s->refused == 0) return LIC_OK;
    cli->error = s->error;
    if (cli->operand_count == 1) return s->status;
    return lic_fail(&cli->error, s->status, s->error.code, "mend them and submit them again",
                    "%zu of %zu files were not taken; the first: %s", s->refused,
                    cli->operand_count, s->error.text);
}

static lic_status run(lic_writer *writer)
{
    submitting s = {.writer = writer};
    writer->several = true;
    return lic_writer_told(writer, submit_all(&s));
}

lic_status lic_cmd_submit(lic_cli *cli)
{
    return lic_writer_run(cli, run);
}
