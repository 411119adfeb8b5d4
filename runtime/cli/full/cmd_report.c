/* cmd_report.c - licet report: a usage report, the file's own bytes. */
#include "loading.h"

#include <licet/cli_commands.h>

#include <stdio.h>

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

static lic_status read_reasons(lic_writer *writer, lic_json *json, lic_error *error)
{
    lic_buffer sql;
    char contract[LIC_HASH_TEXT];
    const lic_query_limits limits = {.seconds = 60};
    lic_buffer_init(&sql, writer->cli->allocator, 4096);
    lic_hash_print(&writer->result.outcome.receipt.contract, contract);
    lic_put_format(&sql,
                   "SELECT column, code, anchor, count FROM report_reasons WHERE contract='%s'",
                   contract);
    lic_put_text(&sql, " AND report=");
    lic_sql_quote(&sql, lic_slice_text(writer->cli->operands[1]));
    lic_put_text(&sql, " AND period=");
    lic_sql_quote(&sql, lic_slice_text(lic_cli_value(writer->cli, LIC_OPTION_PERIOD)));
    lic_put_text(&sql, " AND count>0 ORDER BY ordinal");
    lic_put_u8(&sql, 0);
    lic_status status = sql.failed ? LIC_NO_MEMORY
                                   : lic_client_query(writer->client, (const char *)sql.data,
                                                      &limits, put_reason, json, error);
    lic_buffer_free(&sql);
    return status;
}

/* How many lines were set aside for which reason, in judging order. The report is settled whatever becomes
 * of this reading, so that its failure is only told. */
static void put_reasons(lic_writer *writer, lic_json *json)
{
    lic_error error = {0};
    if (!writer->result.outcome.settled) return;
    lic_json_key(json, "reasons");
    lic_json_array(json);
    lic_status status = read_reasons(writer, json, &error);
    lic_json_end(json);
    if (status != LIC_OK)
        lic_cli_say(writer->cli,
                    "the report is settled; its reasons cannot be read now: %s; "
                    "licet query 'SELECT * FROM report_reasons' shows them",
                    error.text);
}

static lic_status see_counts(void *context, uint64_t row, size_t count, const char *const *names,
                             const lic_query_value *values)
{
    lic_outcome *outcome = context;
    (void)row;
    (void)names;
    if (values == NULL) return LIC_OK;
    LIC_ASSERT(count == 2);
    outcome->accepted = (uint64_t)values[0].integer;
    outcome->rejected = (uint64_t)values[1].integer;
    outcome->settled = true;
    return LIC_OK;
}

/* Of a report that was settled before, what was said then to whoever may not have heard it. */
static lic_status recall(lic_writer *writer)
{
    char sql[128 + LIC_HASH_TEXT], id[LIC_HASH_TEXT];
    lic_outcome *outcome = &writer->result.outcome;
    const lic_query_limits limits = {.seconds = 60};
    if (!outcome->known) return LIC_OK;
    lic_hash_print(&writer->result.id, id);
    (void)snprintf(sql, sizeof sql, "SELECT accepted, rejected FROM reports WHERE upload='%s'", id);
    lic_cli_say(writer->cli, "this file was filed before, and is settled: nothing was sent");
    return lic_client_query(writer->client, sql, &limits, see_counts, outcome, &writer->cli->error);
}

static lic_status fill(lic_writer *writer, lic_filing *filing)
{
    lic_cli *cli = writer->cli;
    const char *period = NULL;
    const char *replaces = lic_cli_value(cli, LIC_OPTION_REPLACES);
    LIC_TRY(lic_reading_period(cli, true, &period));
    *filing = (lic_filing){.report = lic_slice_text(cli->operands[1]),
                           .period = lic_slice_text(period)};
    if (replaces != NULL && lic_hash_parse(lic_slice_text(replaces), &filing->replaces) != LIC_OK)
        return lic_cli_usage(cli, "--replaces: %s is not the id of a report", replaces);
    return LIC_OK;
}

/* Before a large file is read for nothing. */
static lic_status look_first(lic_writer *writer, const lic_filing *filing)
{
    lic_cli *cli = writer->cli;
    lic_contract_info info;
    uint16_t report = 0;
    LIC_TRY(
        lic_client_contract(writer->client, lic_slice_text(cli->operands[0]), &info, &cli->error));
    return lic_find_report(info.image, filing->report, &report, &cli->error);
}

static lic_status file(lic_writer *writer, lic_filing *filing)
{
    lic_cli *cli = writer->cli;
    lic_client_call call;
    lic_progress progress;
    lic_read_file upload;
    LIC_TRY(lic_writer_call(writer, &call));
    call.progress = lic_writer_progress(&progress);
    call.resends = true;
    lic_progress_begin(&progress, cli, "reading");
    lic_status status = lic_upload_read(writer, cli->operands[2], &upload);
    filing->bytes = lic_slice_of(upload.bytes.data, upload.bytes.size);
    call.cut = upload.cut;
    if (status == LIC_OK)
        status = lic_client_report(writer->client, &call, lic_slice_text(cli->operands[0]), filing,
                                   &writer->result, &cli->error);
    lic_progress_end(&progress);
    lic_read_file_free(&upload);
    return status;
}

static lic_status run(lic_writer *writer)
{
    lic_filing filing;
    char id[LIC_HASH_TEXT];
    const lic_outcome *outcome = &writer->result.outcome;
    LIC_TRY(lic_writer_signers(writer, true));
    LIC_TRY(fill(writer, &filing));
    LIC_TRY(look_first(writer, &filing));
    LIC_TRY(lic_writer_done(writer, file(writer, &filing)));
    if (!writer->result.sent) return LIC_OK;
    lic_hash_print(&writer->result.id, id);
    LIC_TRY(recall(writer));
    if (writer->cli->json) /* reasons are read from what is written */
        LIC_TRY(lic_client_flush(writer->client, &writer->cli->error));
    lic_writer_tell_more(writer, id, put_reasons);
    lic_writer_say_resumed(writer);
    lic_cli_say(writer->cli, "%llu lines: %llu accepted, %llu set aside; block %llu",
                (unsigned long long)outcome->lines, (unsigned long long)outcome->accepted,
                (unsigned long long)outcome->rejected, (unsigned long long)outcome->height);
    return LIC_OK;
}

lic_status lic_cmd_report(lic_cli *cli)
{
    return lic_writer_run(cli, run);
}
