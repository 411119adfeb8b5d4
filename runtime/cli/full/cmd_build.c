/* cmd_build.c - licet build: agreement to module image. */
#include "author.h"

#include <licet/cli_commands.h>

#include <stdio.h>
#include <string.h>

enum { PATH_MAX_BYTES = 4096 };

/* NAME.lic becomes NAME.limg; any other name gets .limg appended. */
static lic_status image_path(lic_cli *cli, const char *source, char path[PATH_MAX_BYTES])
{
    const char *given = lic_cli_value(cli, LIC_OPTION_OUTPUT);
    size_t length = strlen(source);
    if (given == NULL && length > 4 && strcmp(source + length - 4, ".lic") == 0) length -= 4;
    int size = given != NULL ? snprintf(path, PATH_MAX_BYTES, "%s", given)
                             : snprintf(path, PATH_MAX_BYTES, "%.*s.limg", (int)length, source);
    if (size > 0 && size < PATH_MAX_BYTES) return LIC_OK;
    return lic_cli_usage(cli, "the path of the image is longer than %d bytes", PATH_MAX_BYTES - 1);
}

static void tell(lic_cli *cli, const lic_author *author, const char *path)
{
    const lic_image *image = lic_compilation_image(author->compilation);
    lic_hash source = lic_compilation_source_hash(author->compilation);
    size_t size = lic_compilation_bytes(author->compilation).size;
    if (cli->json) {
        lic_json json;
        lic_json_init(&json, &cli->out);
        lic_json_object(&json);
        lic_json_put_text(&json, "image_file", path);
        lic_json_put_slice(&json, "agreement", image->name);
        lic_json_put_hash(&json, "image", &image->id);
        lic_json_put_hash(&json, "source", &source);
        lic_json_put_integer(&json, "bytes", (int64_t)size);
        lic_json_end(&json);
        lic_put_u8(&cli->out, '\n');
        return;
    }
    char image_text[LIC_HASH_TEXT], source_text[LIC_HASH_TEXT];
    lic_hash_print(&image->id, image_text);
    lic_hash_print(&source, source_text);
    lic_put_format(&cli->out, "image   %s\nsource  %s\nfile    %s (%zu bytes)\n", image_text,
                   source_text, path, size);
}

lic_status lic_cmd_build(lic_cli *cli)
{
    char path[PATH_MAX_BYTES];
    LIC_TRY(image_path(cli, cli->operands[0], path));
    lic_author author;
    lic_status status = lic_author_demand(cli, cli->operands[0], LIC_AUTHOR_UNIT_SCALE, &author);
    if (status == LIC_OK) {
        (void)lic_author_show(cli, &author);
        status = lic_file_write(cli, path, lic_compilation_bytes(author.compilation));
    }
    if (status == LIC_OK && strcmp(path, "-") != 0) tell(cli, &author, path);
    lic_author_close(&author);
    return status;
}
