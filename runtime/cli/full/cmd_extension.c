/* cmd_extension.c - licet extension: what a native extension can be asked, after it was opened, so
 * that an object that does not belong to its interface file is told here; or the C prototypes for
 * its author. */
#include <licet/cli_commands.h>
#include <licet/plugin.h>

#include <stdio.h>
#include <string.h>

/* -- which ------------------------------------------------------------------------------------- */

/* A name without a slash or an ending is one of the product's own. */
static lic_status find_interface(lic_cli *cli, const char *word, char path[LIC_PLUGIN_PATH])
{
    int put = snprintf(path, LIC_PLUGIN_PATH, "%s", word);
    if (strpbrk(word, "/.") == NULL) {
        LIC_TRY(lic_plugin_folder(path, &cli->error));
        size_t used = strlen(path);
        put = snprintf(path + used, LIC_PLUGIN_PATH - used, "/%s.interface", word) + (int)used;
    }
    if (put > 0 && put < LIC_PLUGIN_PATH) return LIC_OK;
    return lic_fail(&cli->error, LIC_TOO_LARGE, "path", "give a shorter path", "too long a path");
}

/* -- prototypes -------------------------------------------------------------------------------- */

static lic_status print_prototypes(lic_cli *cli, const char *path)
{
    lic_interface *face = NULL;
    lic_buffer text, header;
    lic_buffer_init(&text, cli->allocator, (size_t)LIC_INTERFACE_MAX + 2);
    lic_buffer_init(&header, cli->allocator, (size_t)1 << 20);
    lic_status status = lic_file_read(cli, path, &text);
    if (status == LIC_OK)
        status = lic_interface_parse(lic_slice_of(text.data, text.size), path, cli->allocator,
                                     &face, &cli->error);
    if (status == LIC_OK) lic_interface_print_header(face, &header);
    if (status == LIC_OK && header.failed) status = LIC_NO_MEMORY;
    if (status == LIC_OK && cli->json) {
        lic_json json;
        lic_json_init(&json, &cli->out);
        lic_json_object(&json);
        lic_json_put_slice(&json, "prototypes", lic_slice_of(header.data, header.size));
        lic_json_end(&json);
        lic_put_u8(&cli->out, '\n');
    } else if (status == LIC_OK) {
        lic_put_bytes(&cli->out, header.data, header.size);
    }
    lic_interface_destroy(face);
    lic_buffer_free(&text);
    lic_buffer_free(&header);
    return status;
}

/* -- the interface ----------------------------------------------------------------------------- */

static void put_signatures(lic_cli *cli, lic_json *json, const lic_interface *face, bool callbacks)
{
    size_t count = callbacks ? face->callback_count : face->function_count;
    lic_buffer text;
    lic_buffer_init(&text, cli->allocator, (size_t)1 << 20);
    lic_json_key(json, callbacks ? "callbacks" : "functions");
    lic_json_array(json);
    for (size_t i = 0; i < count; i++) {
        lic_buffer_clear(&text);
        lic_signature_print(face, callbacks ? &face->callbacks[i] : &face->functions[i], &text);
        lic_json_slice(json, lic_slice_of(text.data, text.size));
    }
    lic_json_end(json);
    lic_buffer_free(&text);
}

static void put_json(lic_cli *cli, const lic_interface *face)
{
    lic_json json;
    lic_json_init(&json, &cli->out);
    lic_json_object(&json);
    lic_json_put_slice(&json, "name", face->name);
    lic_json_put_integer(&json, "version", face->version);
    lic_json_key(&json, "statuses");
    lic_json_array(&json);
    for (size_t i = 0; i < face->status_count; i++) {
        lic_json_object(&json);
        lic_json_put_integer(&json, "number", face->statuses[i].number);
        lic_json_put_slice(&json, "name", face->statuses[i].name);
        lic_json_put_slice(&json, "text", face->statuses[i].text);
        lic_json_end(&json);
    }
    lic_json_end(&json);
    put_signatures(cli, &json, face, true);
    put_signatures(cli, &json, face, false);
    lic_json_end(&json);
    lic_put_u8(&cli->out, '\n');
}

lic_status lic_cmd_extension(lic_cli *cli)
{
    char path[LIC_PLUGIN_PATH];
    lic_plugin *plugin = NULL;
    LIC_TRY(find_interface(cli, cli->operands[0], path));
    if (lic_cli_has(cli, LIC_OPTION_PROTOTYPES)) return print_prototypes(cli, path);
    LIC_TRY(lic_plugin_open(path, NULL, cli->allocator, &plugin, &cli->error));
    const lic_interface *face = lic_plugin_interface(plugin);
    if (cli->json) put_json(cli, face);
    else lic_interface_print(face, &cli->out);
    lic_plugin_close(plugin);
    return cli->out.failed ? LIC_NO_MEMORY : LIC_OK;
}
