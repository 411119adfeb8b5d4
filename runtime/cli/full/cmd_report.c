/* cmd_report.c - licet report: a usage report, the file's own bytes. */
#include "loading.h"

#include <licet/cli_commands.h>

static lic_status find_report(lic_cli *cli, const lic_image *image, const char *name,
                              uint16_t *report)
{
    for (uint32_t i = 0; i < image->reports_count; i++) {
        if (!lic_slice_equal(image->reports[i].name, lic_slice_text(name))) continue;
        *report = (uint16_t)i;
        return LIC_OK;
    }
    return lic_fail(&cli->error, LIC_MISSING, "report",
                    "licet show source CONTRACT shows the agreement",
                    "the agreement has no report %s", name);
}

static lic_status fill(lic_writer *writer, lic_transaction *header, uint16_t *report)
{
    lic_cli *cli = writer->cli;
    lic_contract_info info;
    const char *period = NULL;
    lic_period_kind kind = LIC_MONTH;
    lic_date first = 0;
    LIC_TRY(lic_reading_period(cli, true, &period));
    LIC_TRY(lic_period_parse(lic_slice_text(period), &kind, &first));
    LIC_TRY(lic_writer_contract(writer, cli->operands[0], &info));
    LIC_TRY(find_report(cli, info.image, cli->operands[1], report));
    if (info.image->reports[*report].period != (uint8_t)kind) {
        return lic_fail(
            &cli->error, LIC_REFUSED, "period", "name a period of the report's own length",
            "%s is not a period that the report %s is filed for", period, cli->operands[1]);
    }
    LIC_TRY(lic_writer_envelope(writer, LIC_TX_REPORT, header));
    header->body.report.contract = info.id;
    header->body.report.report = *report;
    header->body.report.period = first;
    const char *replaces = lic_cli_value(cli, LIC_OPTION_REPLACES);
    if (replaces != NULL &&
        lic_hash_parse(lic_slice_text(replaces), &header->body.report.replaces) != LIC_OK) {
        return lic_cli_usage(cli, "--replaces: %s is not the id of a report", replaces);
    }
    return LIC_OK;
}

static lic_status run(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    lic_transaction header;
    uint16_t report = 0;
    LIC_TRY(lic_writer_signers(writer, true));
    LIC_TRY(fill(writer, &header, &report));
    LIC_TRY(lic_upload_file(writer, &header, cli->operands[2], "reading"));
    if (lic_cli_has(cli, LIC_OPTION_ENVELOPE)) return LIC_OK;
    char id[LIC_HASH_TEXT];
    lic_hash_print(&header.id, id);
    lic_writer_tell(writer, id);
    lic_cli_say(cli, "%llu lines: %llu accepted, %llu set aside; block %llu",
                (unsigned long long)writer->outcome.lines,
                (unsigned long long)writer->outcome.accepted,
                (unsigned long long)writer->outcome.rejected,
                (unsigned long long)writer->outcome.receipt.height);
    return LIC_OK;
}

lic_status lic_cmd_report(lic_cli *cli)
{
    const char *path = NULL;
    lic_writer writer;
    LIC_TRY(lic_ledger_path(cli, NULL, &path));
    lic_status status = lic_writer_open(cli, path, &writer);
    if (status == LIC_OK) status = run(&writer);
    lic_writer_close(&writer);
    return status;
}
