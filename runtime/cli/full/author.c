/* author.c - compiles a file for the author's commands and renders what the compiler says. */
#include "author.h"

#include <licet/crypto.h>

#include <stdio.h>
#include <string.h>

lic_status lic_author_open(lic_cli *cli, const char *path, uint8_t unit_scale, lic_author *author)
{
    memset(author, 0, sizeof *author);
    author->path = path;
    /* One byte more than the limit, so that the compiler can say that the file is too large. */
    lic_buffer_init(&author->source, cli->allocator, LIC_SOURCE_MAX + 2);
    LIC_TRY(lic_crypto_start(&cli->error));
    lic_status status = lic_file_read(cli, path, &author->source);
    if (status == LIC_TOO_LARGE) {
        return lic_fail(&cli->error, LIC_TOO_LARGE, "size", "split the agreement into modules",
                        "%s: an agreement has at most %u bytes", path, LIC_SOURCE_MAX);
    }
    LIC_TRY(status);
    const lic_compile_options options = {.unit_scale = unit_scale};
    author->compilation = lic_compile(lic_author_source(author), &options, &lic_hasher_native,
                                      cli->allocator);
    return author->compilation == NULL ? LIC_NO_MEMORY : LIC_OK;
}

void lic_author_close(lic_author *author)
{
    if (author->compilation != NULL) lic_compilation_destroy(author->compilation);
    lic_buffer_free(&author->source);
    author->compilation = NULL;
}

lic_slice lic_author_source(const lic_author *author)
{
    return lic_slice_of(author->source.data, author->source.size);
}

size_t lic_author_show(lic_cli *cli, const lic_author *author)
{
    const lic_diagnostics *list = lic_compilation_diagnostics(author->compilation);
    lic_buffer text;
    lic_buffer_init(&text, cli->allocator, (size_t)64 << 20);
    for (size_t i = 0; i < list->count; i++) {
        if (cli->quiet && list->items[i].level != LIC_ERROR) continue;
        lic_diagnostic_text(&list->items[i], author->path, lic_author_source(author), cli->colour,
                            &text);
    }
    lic_cli_talk(cli, lic_slice_of(text.data, text.size));
    lic_buffer_free(&text);
    return list->error_count;
}

void lic_author_json(lic_cli *cli, const lic_author *author, lic_json *json)
{
    const lic_diagnostics *list = lic_compilation_diagnostics(author->compilation);
    lic_json_object(json);
    lic_json_put_text(json, "file", author->path);
    lic_json_put_integer(json, "errors", (int64_t)list->error_count);
    lic_json_key(json, "diagnostics");
    lic_json_array(json);
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0) lic_put_u8(&cli->out, ',');
        lic_diagnostic_json(&list->items[i], author->path, &cli->out);
    }
    lic_json_end(json);
    lic_author_work_json(author, json);
    lic_json_end(json);
}

static lic_status demand(lic_cli *cli, lic_author *author)
{
    const lic_diagnostics *list = lic_compilation_diagnostics(author->compilation);
    if (list->error_count == 0) return LIC_OK;
    size_t errors = list->error_count;
    if (cli->json) {
        lic_json json;
        lic_json_init(&json, &cli->out);
        lic_author_json(cli, author, &json);
        lic_put_u8(&cli->out, '\n');
    } else {
        (void)lic_author_show(cli, author);
    }
    return lic_fail(&cli->error, LIC_MALFORMED, "diagnostics", "mend what is shown and try again",
                    "%s: %zu error%s", author->path, errors, errors == 1 ? "" : "s");
}

lic_status lic_author_demand(lic_cli *cli, const char *path, uint8_t unit_scale, lic_author *author)
{
    LIC_TRY(lic_author_open(cli, path, unit_scale, author));
    return demand(cli, author);
}

lic_status lic_author_put(lic_cli *cli, lic_buffer *text)
{
    const char *path = lic_cli_value(cli, LIC_OPTION_OUTPUT);
    lic_slice bytes = lic_slice_of(text->data, text->size);
    if (text->failed) return LIC_NO_MEMORY;
    if (!cli->json) return lic_file_write(cli, path == NULL ? "-" : path, bytes);
    lic_json json;
    lic_json_init(&json, &cli->out);
    lic_json_object(&json);
    lic_json_put_text(&json, "file", cli->operands[0]);
    if (path == NULL) lic_json_put_slice(&json, "text", bytes);
    else lic_json_put_text(&json, "output", path);
    lic_json_end(&json);
    lic_put_u8(&cli->out, '\n');
    return path == NULL ? LIC_OK : lic_file_write(cli, path, bytes);
}

lic_status lic_author_stopped(lic_cli *cli, const lic_author *author)
{
    (void)lic_author_show(cli, author);
    return lic_fail(&cli->error, LIC_MALFORMED, "diagnostics", "mend what is shown and try again",
                    "%s: errors stopped the compiler before that stage", author->path);
}
