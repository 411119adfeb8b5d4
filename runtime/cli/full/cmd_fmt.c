/* cmd_fmt.c - licet fmt: the canonical text, in place, to stdout, or only compared. */
#include "author.h"

#include <licet/cli_commands.h>

/* {file, changed} and, with --stdout, the text. */
static void tell(lic_cli *cli, const lic_author *author, bool changed, lic_slice text,
                 lic_json *json)
{
    if (!cli->json) return;
    lic_json_object(json);
    lic_json_put_text(json, "file", author->path);
    lic_json_put_bool(json, "changed", changed);
    if (lic_cli_has(cli, LIC_OPTION_STDOUT)) lic_json_put_slice(json, "text", text);
    lic_json_end(json);
}

static lic_status place_text(lic_cli *cli, const lic_author *author, lic_slice text, lic_json *json)
{
    bool same = lic_slice_equal(text, lic_author_source(author));
    tell(cli, author, !same, text, json);
    if (lic_cli_has(cli, LIC_OPTION_CHECK)) {
        if (same) return LIC_OK;
        cli->finding = true;
        if (!cli->json) lic_put_format(&cli->out, "%s\n", author->path);
        return lic_cli_flush(cli, false);
    }
    if (lic_cli_has(cli, LIC_OPTION_STDOUT)) {
        if (!cli->json) lic_put_bytes(&cli->out, text.data, text.size);
        return lic_cli_flush(cli, false);
    }
    return same ? LIC_OK : lic_file_write(cli, author->path, text);
}

static lic_status format_one(lic_cli *cli, const char *path, lic_json *json)
{
    lic_author author;
    lic_buffer text;
    lic_buffer_init(&text, cli->allocator, (size_t)4 * LIC_SOURCE_MAX);
    lic_status status = lic_author_open(cli, path, LIC_AUTHOR_UNIT_SCALE, &author);
    if (status == LIC_OK && !lic_compilation_format(author.compilation, &text)) {
        (void)lic_author_show(cli, &author);
        status = lic_fail(&cli->error, LIC_MALFORMED, "syntax", "mend what is shown and try again",
                          "%s cannot be formatted: it does not parse", path);
    }
    if (status == LIC_OK && text.failed) status = LIC_NO_MEMORY;
    if (status == LIC_OK)
        status = place_text(cli, &author, lic_slice_of(text.data, text.size), json);
    lic_author_close(&author);
    lic_buffer_free(&text);
    return status;
}

lic_status lic_cmd_fmt(lic_cli *cli)
{
    lic_json json;
    lic_json_init(&json, &cli->out);
    if (cli->json) lic_json_array(&json);
    for (size_t i = 0; i < cli->operand_count; i++)
        LIC_TRY(format_one(cli, cli->operands[i], &json));
    if (cli->json) {
        lic_json_end(&json);
        lic_put_u8(&cli->out, '\n');
    }
    return LIC_OK;
}
