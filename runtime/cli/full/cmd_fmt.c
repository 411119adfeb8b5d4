/* cmd_fmt.c - licet fmt: the canonical text, in place, to stdout, or only compared. */
#include "author.h"

#include <licet/cli_commands.h>

static lic_status place_text(lic_cli *cli, const lic_author *author, lic_slice text)
{
    bool same = lic_slice_equal(text, lic_author_source(author));
    if (lic_cli_has(cli, LIC_OPTION_CHECK)) {
        if (same) return LIC_OK;
        cli->finding = true;
        lic_put_format(&cli->out, "%s\n", author->path);
        return lic_cli_flush(cli, false);
    }
    if (lic_cli_has(cli, LIC_OPTION_STDOUT)) {
        lic_put_bytes(&cli->out, text.data, text.size);
        return lic_cli_flush(cli, false);
    }
    return same ? LIC_OK : lic_file_write(cli, author->path, text);
}

static lic_status format_one(lic_cli *cli, const char *path)
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
    if (status == LIC_OK) status = place_text(cli, &author, lic_slice_of(text.data, text.size));
    lic_author_close(&author);
    lic_buffer_free(&text);
    return status;
}

lic_status lic_cmd_fmt(lic_cli *cli)
{
    for (size_t i = 0; i < cli->operand_count; i++) LIC_TRY(format_one(cli, cli->operands[i]));
    return LIC_OK;
}
