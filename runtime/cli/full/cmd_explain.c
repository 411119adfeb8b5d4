/* cmd_explain.c - licet explain: the page of a diagnostic's code. */
#include <licet/cli_commands.h>
#include <licet/diagnostic.h>

#include <string.h>

/* The page's first line is "CODE: TITLE". */
static lic_slice title_of(const char *page)
{
    size_t size = strcspn(page, "\n");
    const char *colon = memchr(page, ':', size);
    size_t skip = colon == NULL ? 0 : (size_t)(colon - page) + 1;
    while (skip < size && page[skip] == ' ') skip++;
    return lic_slice_of(page + skip, size - skip);
}

static lic_status list_codes(lic_cli *cli)
{
    lic_json json;
    lic_json_init(&json, &cli->out);
    if (cli->json) lic_json_array(&json);
    for (const char *const *code = lic_diagnostic_codes(); *code != NULL; code++) {
        const char *page = lic_explain(*code);
        lic_slice title = title_of(page == NULL ? "" : page);
        if (cli->json) {
            lic_json_object(&json);
            lic_json_put_text(&json, "code", *code);
            lic_json_put_slice(&json, "title", title);
            lic_json_end(&json);
        } else {
            lic_put_format(&cli->out, "%-5s %.*s\n", *code, (int)title.size,
                           (const char *)title.data);
        }
    }
    if (cli->json) {
        lic_json_end(&json);
        lic_put_u8(&cli->out, '\n');
    }
    return LIC_OK;
}

lic_status lic_cmd_explain(lic_cli *cli)
{
    if (cli->operand_count == 0 || lic_cli_has(cli, LIC_OPTION_LIST)) return list_codes(cli);
    const char *page = lic_explain(cli->operands[0]);
    if (page == NULL) {
        return lic_fail(&cli->error, LIC_MISSING, "code", "licet explain --list shows all codes",
                        "no diagnostic has the code %s", cli->operands[0]);
    }
    if (!cli->json) {
        lic_put_text(&cli->out, page);
        return LIC_OK;
    }
    lic_json json;
    lic_json_init(&json, &cli->out);
    lic_json_object(&json);
    lic_json_put_text(&json, "code", cli->operands[0]);
    lic_json_put_text(&json, "page", page);
    lic_json_end(&json);
    lic_put_u8(&cli->out, '\n');
    return LIC_OK;
}
