/* cmd_author.c - licet author: deals of a sheet, shown for reading or written as text and binding. */
#include "authoring.h"

#include <licet/cli_commands.h>
#include <licet/crypto.h>
#include <licet/store.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct project_paths {
    char folder[PATH_MAX]; /* the project's */
    char sheet[PATH_MAX];  /* of the sheet, in the folder */
} project_paths;

/* -- where things are ------------------------------------------------------------------------------------- */

static lic_status fail_path(lic_cli *cli, const char *path)
{
    bool missing = errno == ENOENT || errno == ENOTDIR;
    return lic_fail(&cli->error, missing ? LIC_MISSING : LIC_IO, missing ? "missing" : "file",
                    "give the path of an existing file", "cannot open %s: %s", path,
                    strerror(errno));
}

/* The sheet's own folder is the project, unless --root names one above it. */
static lic_status find_project(lic_cli *cli, const char *sheet, project_paths *paths)
{
    char real[PATH_MAX];
    const char *root = lic_cli_value(cli, LIC_OPTION_ROOT);
    if (realpath(sheet, real) == NULL) return fail_path(cli, sheet);
    if (root != NULL && realpath(root, paths->folder) == NULL) return fail_path(cli, root);
    if (root == NULL) {
        char *slash = strrchr(real, '/');
        (void)snprintf(paths->folder, sizeof paths->folder, "%.*s",
                       slash == real ? 1 : (int)(slash - real), real);
    }
    size_t size = strcmp(paths->folder, "/") == 0 ? 0 : strlen(paths->folder);
    if (strncmp(real, paths->folder, size) != 0 || real[size] != '/')
        return lic_fail(&cli->error, LIC_DENIED, "root", "give a folder above the sheet as --root",
                        "%s does not lie beneath %s", sheet, root);
    (void)snprintf(paths->sheet, sizeof paths->sheet, "%s", real + size + 1);
    return LIC_OK;
}

/* -- reading ------------------------------------------------------------------------------------------------- */

static void diagnose(void *context, const char *path, lic_slice source,
                     const lic_diagnostics *diagnostics)
{
    const lic_cli *cli = context;
    lic_buffer text;
    if (cli->json) return;
    lic_buffer_init(&text, cli->allocator, (size_t)64 << 20);
    for (size_t i = 0; i < diagnostics->count; i++)
        if (diagnostics->items[i].level == LIC_ERROR)
            lic_diagnostic_text(&diagnostics->items[i], path, source, cli->colour, &text);
    lic_cli_talk(cli, lic_slice_of(text.data, text.size));
    lic_buffer_free(&text);
}

static void tell(const lic_cli *cli, const lic_error *error)
{
    lic_buffer text;
    lic_buffer_init(&text, cli->allocator, 64 * 1024);
    lic_put_safe(&text, lic_slice_text(error->text));
    if (error->help[0] != '\0') lic_put_text(&text, "; ");
    lic_put_safe(&text, lic_slice_text(error->help));
    lic_put_u8(&text, '\n');
    lic_cli_talk(cli, lic_slice_of(text.data, text.size));
    lic_buffer_free(&text);
}

/* One refused deal is the command's error; of several each is said, and the command counts. */
static lic_status refuse(lic_cli *cli, const lic_sheet *sheet)
{
    size_t kept = 0, count = 0;
    const lic_error *errors = lic_sheet_errors(sheet, &kept, &count);
    if (count == 0) return LIC_OK;
    cli->error = errors[0];
    if (count == 1) return cli->error.status;
    if (cli->json)
        return lic_fail(&cli->error, errors[0].status, errors[0].code, errors[0].help,
                        "%s; %zu more deals are refused", errors[0].text, count - 1);
    for (size_t i = 0; i < kept; i++) tell(cli, &errors[i]);
    if (count > kept) lic_cli_say(cli, "and %zu more", count - kept);
    return lic_fail(&cli->error, LIC_MALFORMED, "deals", "mend what is shown and try again",
                    "%zu deals are refused", count);
}

static lic_status author(lic_cli *cli, const project_paths *paths, lic_sheet *sheet)
{
    const char *output = lic_cli_value(cli, LIC_OPTION_OUTPUT);
    LIC_TRY(refuse(cli, sheet));
    if (lic_sheet_count(sheet) == 0)
        return lic_fail(&cli->error, LIC_MALFORMED, "deals",
                        "call deal \"Name\" {...}, or return a list of deals",
                        "the sheet has no deals");
    if (output != NULL) LIC_TRY(lic_deals_write(cli, sheet, paths->folder, output));
    lic_deals_tell(cli, sheet, output);
    if (output != NULL)
        lic_cli_say(cli, "%zu deal%s written to %s", lic_sheet_count(sheet),
                    lic_sheet_count(sheet) == 1 ? "" : "s", output);
    return LIC_OK;
}

lic_status lic_cmd_author(lic_cli *cli)
{
    project_paths paths;
    lic_sheet *sheet = NULL;
    lic_sheet_options options = {.folder = paths.folder,
                                 .allocator = cli->allocator,
                                 .hasher = &lic_hasher_native,
                                 .clock = &lic_clock_system,
                                 .unit_scale = LIC_DEAL_UNIT_SCALE,
                                 .quiet = cli->quiet,
                                 .diagnose = diagnose,
                                 .diagnose_context = cli};
    lic_confine_limits_init(&options.limits);
    LIC_TRY(lic_crypto_start(&cli->error));
    LIC_TRY(find_project(cli, cli->operands[0], &paths));
    lic_status status = lic_sheet_read(&options, paths.sheet, &sheet, &cli->error);
    if (status == LIC_OK) status = author(cli, &paths, sheet);
    lic_sheet_close(sheet);
    return status;
}
