/* man.c - man pages in scdoc's form: one of the program, one of each command. */
#include "pages.h"

#include <string.h>

/* Text without a meaning for scdoc. */
static void put_text(FILE *page, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("\\*_`~#<>[]|+", *text) != NULL) fputc('\\', page);
        fputc(*text, page);
    }
}

static void put_heading(FILE *page, const char *name, const char *doc)
{
    fprintf(page, "%s(1) \"licet %s\" \"licet\"\n\n# NAME\n\n%s - ", name, LICET_VERSION, name);
    put_text(page, doc);
    fputs("\n\n", page);
}

/* A form of operands: words in capitals are for the reader to replace, the rest stands for itself. */
static void put_form(FILE *page, lic_slice form)
{
    const char *at = (const char *)form.data, *end = at + form.size;
    while (at < end) {
        size_t size = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ=");
        size_t letters = strspn(at, "abcdefghijklmnopqrstuvwxyz");
        if (size > 0) {
            fprintf(page, "_%.*s_", (int)size, at);
        } else if (letters > 0) {
            size = letters;
            fprintf(page, "*%.*s*", (int)size, at);
        } else {
            char one[2] = {*at, '\0'};
            size = 1;
            put_text(page, one);
        }
        at += size;
    }
}

static void put_option(FILE *page, lic_option option)
{
    const lic_option_info *info = lic_option_describe(option);
    if (info->short_name != 0) fprintf(page, "*-%c*, ", info->short_name);
    fprintf(page, "*--%s*", info->name);
    if (info->argument != NULL) fprintf(page, "=_%s_", info->argument);
    fputs("\n\t", page);
    put_text(page, info->doc);
    fputs(".\n\n", page);
}

static void put_exit_status(FILE *page)
{
    fputs("# EXIT STATUS\n\n", page);
#define EXIT(code, doc) fprintf(page, "*%d*\n\t%s\n\n", code, doc);
#include <licet/commands.def>
}

static void put_environment(FILE *page)
{
    fputs("# ENVIRONMENT\n\n", page);
    for (size_t n = 0; lic_variable_at(n) != NULL; n++) {
        fprintf(page, "*%s*\n\t", lic_variable_at(n)->name);
        put_text(page, lic_variable_at(n)->doc);
        fputs(".\n\n", page);
    }
}

/* -- a command ---------------------------------------------------------------------------------- */

static void put_synopsis(FILE *page, const page_command *command)
{
    fputs("# SYNOPSIS\n\n", page);
    for (size_t n = 0; page_form_at(command->operands, n).data != NULL; n++) {
        fprintf(page, "%s*licet %s* [_OPTION_...] ", n == 0 ? "" : "++\n", command->name);
        put_form(page, page_form_at(command->operands, n));
    }
    fputs("\n\n", page);
}

/* What the words of the synopsis stand for, each once, in their order. */
static void put_operands(FILE *page, const char *operands)
{
    lic_cli_argument argument;
    for (size_t n = 0; lic_operand_at(operands, n, &argument); n++) {
        fprintf(page, "%s_%s_\n\t", n == 0 ? "# OPERANDS\n\n" : "", argument.word);
        put_text(page, argument.doc);
        fputs(".\n\n", page);
    }
}

static void put_options(FILE *page, const char *command)
{
    fputs("# OPTIONS\n\n", page);
    for (int every = 0; every < 2; every++) {
        for (int i = 0; i < (int)LIC_OPTIONS; i++) {
            lic_option option = (lic_option)i;
            if (lic_command_takes(command, option) && lic_option_every(option) == (every == 1))
                put_option(page, option);
        }
    }
    fputs("*-h*, *--help*\n\tShow the options and what the command does.\n\n", page);
}

static void put_examples(FILE *page, const char *command)
{
    bool any = false;
    for (size_t n = 0; lic_example_at(n) != NULL; n++) {
        const lic_example *example = lic_example_at(n);
        if (strcmp(example->command, command) != 0) continue;
        fputs(any ? "" : "# EXAMPLES\n\n", page);
        put_text(page, example->doc);
        fprintf(page, ":\n\n```\n%s\n```\n\n", example->line);
        any = true;
    }
}

static void write_command(const char *folder, const page_command *command)
{
    char name[64], file[80];
    (void)snprintf(name, sizeof name, "licet-%s", command->name);
    (void)snprintf(file, sizeof file, "%s.1.scd", name);
    FILE *page = page_create(folder, file);
    put_heading(page, name, command->summary);
    put_synopsis(page, command);
    fputs("# DESCRIPTION\n\n", page);
    put_text(page, command->details);
    fputs("\n\n", page);
    if (command->both) fputs("*licet-node*(1) has this command too.\n\n", page);
    put_operands(page, command->operands);
    put_options(page, command->name);
    put_examples(page, command->name);
    put_environment(page);
    put_exit_status(page);
    fputs("# SEE ALSO\n\n*licet*(1)\n", page);
    page_close(page);
}

/* -- the program ----------------------------------------------------------------------------------- */

static void put_about(FILE *page, const page_program *program)
{
    fprintf(page, "# SYNOPSIS\n\n*%s* [_OPTION_...] _COMMAND_ [_OPTION_...] [_OPERAND_...]++\n",
            program->name);
    fprintf(page, "*%s* help [_COMMAND_]++\n*%s* --version\n\n# DESCRIPTION\n\n", program->name,
            program->name);
    fprintf(page,
            "*%s* %s. An agreement is a text with parties, reports, money terms and splits; the "
            "parties sign it, signed usage reports come in, and its terms are executed exactly. "
            "Each step is a block in a ledger, one SQLite file, that anybody can replay. Each "
            "amount explains itself, down to the lines of the reports.\n\n",
            program->name, program->about);
    if (!program->full)
        fputs("It holds no compiler and no keys: it reads a ledger, and writes nothing.\n\n", page);
    fputs("Data goes to standard output, talk to standard error.\n\n", page);
}

static void put_commands(FILE *page, const page_program *program)
{
    fputs("# COMMANDS\n\n", page);
    for (int group = 0; group < (int)LIC_GROUPS; group++) {
        bool titled = false;
        for (size_t n = 0; program_command_at(program, n) != NULL; n++) {
            const page_command *command = program_command_at(program, n);
            if (command->group != (lic_cli_group)group) continue;
            if (!titled) fprintf(page, "## %s\n\n", lic_group_title(command->group));
            titled = true;
            fprintf(page, "*licet-%s*(1)\n\t", command->name);
            put_text(page, command->summary);
            fputs(".\n\n", page);
        }
    }
}

static void write_program(const char *folder, const page_program *program)
{
    char file[80];
    (void)snprintf(file, sizeof file, "%s.1.scd", program->name);
    FILE *page = page_create(folder, file);
    put_heading(page, program->name, program->about);
    put_about(page, program);
    put_commands(page, program);
    fputs("# OPTIONS\n\nThese may stand before the command.\n\n", page);
    for (int i = 0; i < (int)LIC_OPTIONS; i++)
        if (program_leads(program, (lic_option)i)) put_option(page, (lic_option)i);
    put_environment(page);
    put_exit_status(page);
    fprintf(page, "# SEE ALSO\n\n*%s*(1), *sqlite3*(1)\n", program->full ? "licet-node" : "licet");
    page_close(page);
}

void write_man_pages(const char *folder, const page_program *program)
{
    write_program(folder, program);
    for (size_t n = 0; program->full && page_command_at(n) != NULL; n++)
        write_command(folder, page_command_at(n));
}
