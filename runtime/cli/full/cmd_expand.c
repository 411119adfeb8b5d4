/* cmd_expand.c - licet expand: the kernel of an agreement, as text that compiles. */
#include "author.h"

#include <licet/cli_commands.h>

lic_status lic_cmd_expand(lic_cli *cli)
{
    lic_buffer text;
    lic_author author;
    lic_buffer_init(&text, cli->allocator, LIC_AUTHOR_TEXT_MAX);
    lic_status status = lic_author_open(cli, cli->operands[0], LIC_AUTHOR_UNIT_SCALE, &author);
    if (status == LIC_OK && !lic_compilation_expand(author.compilation, &text)) {
        status = lic_author_stopped(cli, &author);
    }
    if (status == LIC_OK) status = lic_author_put(cli, &text);
    lic_author_close(&author);
    lic_buffer_free(&text);
    return status;
}
