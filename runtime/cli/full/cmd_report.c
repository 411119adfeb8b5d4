/* cmd_report.c - licet report: a usage report, the file's own bytes. */
#include "loading.h"

#include <licet/cli_commands.h>

#include <stdio.h>

static lic_status find_report(lic_cli *cli, const lic_image *image, const char *name,
                              uint16_t *report)
{
    for (uint32_t i = 0; i < image->reports_count; i++) {
        if (!lic_slice_equal(image->reports[i].name, lic_slice_text(name))) continue;
        *report = (uint16_t)i;
        return LIC_OK;
    }
    return lic_fail(&cli->error, LIC_MISSING, "report", "licet show contract lists its reports",
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

/* A row of report_reasons. */
static lic_status put_reason(void *context, uint64_t row, size_t count, const char *const *names,
                             const lic_query_value *values)
{
    lic_json *json = context;
    (void)row;
    if (values == NULL) return LIC_OK;
    lic_json_object(json);
    for (size_t i = 0; i < count; i++) {
        if (values[i].kind == LIC_VALUE_INTEGER)
            lic_json_put_integer(json, names[i], values[i].integer);
        else lic_json_put_slice(json, names[i], values[i].bytes);
    }
    lic_json_end(json);
    return LIC_OK;
}

/* How many lines were set aside for which reason, in judging order. The report is settled whatever becomes
 * of this reading, so that its failure is only told. */
static void put_reasons(lic_writer *writer, lic_json *json)
{
    lic_store_options options;
    lic_query *query = NULL;
    lic_error error;
    char contract[LIC_HASH_TEXT], sql[256];
    const lic_query_limits limits = {.seconds = 60};
    const lic_receipt *receipt = &writer->outcome.receipt;
    if (!writer->outcome.settled) return;
    lic_hash_print(&receipt->contract, contract);
    (void)snprintf(sql, sizeof sql,
                   "SELECT column, code, anchor, count FROM report_reasons WHERE contract='%s' AND "
                   "height=%llu AND count>0 ORDER BY ordinal",
                   contract, (unsigned long long)receipt->height);
    lic_store_options_fill(writer->cli, writer->path, &options);
    lic_json_key(json, "reasons");
    lic_json_array(json);
    lic_status status = lic_query_open(&options, &query, &error);
    if (status == LIC_OK) status = lic_query_run(query, sql, &limits, put_reason, json, &error);
    lic_query_close(query);
    lic_json_end(json);
    if (status != LIC_OK)
        lic_cli_say(writer->cli,
                    "the report is settled; its reasons cannot be read now: %s; "
                    "licet query 'SELECT * FROM report_reasons' shows them",
                    error.text);
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
    lic_writer_tell_more(writer, id, put_reasons);
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
