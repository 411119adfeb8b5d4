/* shells.c - the tables that the templates of completions walk by, each in its shell's words. */
#include "pages.h"

#include <string.h>

static bool is(lic_slice word, const char *name)
{
    return lic_slice_equal(word, lic_slice_text(name));
}

static void put_names(FILE *page, const page_program *program, const char *between)
{
    for (size_t n = 0; program_command_at(program, n) != NULL; n++)
        fprintf(page, "%s%s", n == 0 ? "" : between, program_command_at(program, n)->name);
}

/* Options of a command, or with NULL those that may stand before it. */
static bool takes(const page_program *program, const char *command, lic_option option)
{
    return command == NULL ? program_leads(program, option) : lic_command_takes(command, option);
}

/* -- bash and zsh ----------------------------------------------------------------------------------- */

static void put_forms(FILE *page, const char *operands)
{
    fputs(" forms=(", page);
    for (size_t n = 0; page_form_at(operands, n).data != NULL; n++) {
        lic_slice form = page_form_at(operands, n);
        fputs(n == 0 ? "" : " ", page);
        put_quoted(page, (const char *)form.data, form.size);
    }
    fputs(") ;;\n", page);
}

/* OPTION -> the word of its argument. */
static void put_option_words(FILE *page, const page_program *program)
{
    fprintf(page, "_%s_option() {\n    case $1 in\n", program->id);
    for (int i = 0; i < (int)LIC_OPTIONS; i++) {
        const lic_option_info *info = lic_option_describe((lic_option)i);
        if (info->argument == NULL) continue;
        fprintf(page, "    --%s", info->name);
        if (info->short_name != 0) fprintf(page, " | -%c", info->short_name);
        fprintf(page, ") argument='%s' ;;\n", info->argument);
    }
    fputs("    esac\n}\n\n", page);
}

/* WORD -> kind and values. */
static void put_arguments(FILE *page, const page_program *program)
{
    fprintf(page, "_%s_argument() {\n    kind=TEXT values=\n    case $1 in\n", program->id);
    fputs("    COMMAND) kind=WORDS values='", page);
    put_names(page, program, "|");
    fputs("' ;;\n", page);
#define ARGUMENT(word, kind, values, doc)                     \
    if (LIC_ARGUMENT_##kind != LIC_ARGUMENT_TEXT) {           \
        fputs("    " #word ") kind=" #kind " values=", page); \
        put_quoted(page, values, strlen(values));             \
        fputs(" ;;\n", page);                                 \
    }
#include <licet/commands.def>
    fputs("    esac\n}\n", page);
}

static void put_tables(FILE *page, const page_program *program,
                       void (*put_options)(FILE *page, const page_program *program,
                                           const char *command))
{
    fprintf(page, "_%s_command() {\n    case $1 in\n", program->id);
    for (size_t n = 0; program_command_at(program, n) != NULL; n++) {
        const page_command *command = program_command_at(program, n);
        fprintf(page, "    %s)", command->name);
        put_options(page, program, command->name);
        put_forms(page, command->operands);
    }
    fputs("    help)", page);
    put_options(page, program, "");
    put_forms(page, "[COMMAND]");
    fputs("    *) return 1 ;;\n    esac\n}\n\n", page);
    put_option_words(page, program);
    put_arguments(page, program);
}

static void put_bash_words(FILE *page, const page_program *program, const char *command)
{
    for (int i = 0; i < (int)LIC_OPTIONS; i++) {
        const lic_option_info *info = lic_option_describe((lic_option)i);
        if (takes(program, command, (lic_option)i))
            fprintf(page, "--%s%s ", info->name, info->argument != NULL ? "=" : "");
    }
    fputs("--help", page);
}

static void put_bash_options(FILE *page, const page_program *program, const char *command)
{
    fputs(" options='", page);
    if (command[0] != '\0') put_bash_words(page, program, command);
    fputs("'", page);
}

void fill_bash(FILE *page, const page_program *program, lic_slice word)
{
    if (is(word, "TABLES")) put_tables(page, program, put_bash_options);
    if (is(word, "COMMANDS")) put_names(page, program, " ");
    if (is(word, "LEADING")) {
        put_bash_words(page, program, NULL);
        fputs(" --version", page);
    }
}

/* 'name:what it is' of the options with an argument, or of those without. */
static void put_zsh_words(FILE *page, const page_program *program, const char *command, bool valued)
{
    for (int i = 0; i < (int)LIC_OPTIONS; i++) {
        const lic_option_info *info = lic_option_describe((lic_option)i);
        if (!takes(program, command, (lic_option)i) || (info->argument != NULL) != valued) continue;
        fprintf(page, " '--%s':", info->name);
        put_quoted(page, info->doc, strlen(info->doc));
    }
    if (!valued) fputs(" '--help:Show this help'", page);
}

static void put_zsh_options(FILE *page, const page_program *program, const char *command)
{
    fputs(" switches=(", page);
    if (command[0] != '\0') put_zsh_words(page, program, command, false);
    fputs(") valued=(", page);
    if (command[0] != '\0') put_zsh_words(page, program, command, true);
    fputs(")", page);
}

void fill_zsh(FILE *page, const page_program *program, lic_slice word)
{
    if (is(word, "TABLES")) put_tables(page, program, put_zsh_options);
    if (is(word, "SWITCHES")) {
        put_zsh_words(page, program, NULL, false);
        fputs(" '--version:Show the version'", page);
    }
    if (is(word, "VALUED")) put_zsh_words(page, program, NULL, true);
    if (!is(word, "COMMANDS")) return;
    for (size_t n = 0; program_command_at(program, n) != NULL; n++) {
        const page_command *command = program_command_at(program, n);
        fprintf(page, "      %s:", command->name);
        put_quoted(page, command->summary, strlen(command->summary));
        fputs("\n", page);
    }
    fputs("      help:'show help'", page);
}

/* -- fish ------------------------------------------------------------------------------------------- */

static void put_fish_option_words(FILE *page, const page_program *program)
{
    fprintf(page, "function __%s_option # OPTION: the word of its argument\n    switch $argv[1]\n",
            program->id);
    for (int i = 0; i < (int)LIC_OPTIONS; i++) {
        const lic_option_info *info = lic_option_describe((lic_option)i);
        if (info->argument == NULL) continue;
        fprintf(page, "        case --%s", info->name);
        if (info->short_name != 0) fprintf(page, " -%c", info->short_name);
        fprintf(page, "\n            echo '%s'\n", info->argument);
    }
    fputs("    end\nend\n\n", page);
}

static void put_fish_arguments(FILE *page, const page_program *program)
{
    fprintf(page, "function __%s_argument # WORD: its kind and values\n    switch $argv[1]\n",
            program->id);
    fputs("        case COMMAND\n            printf '%s\\n' WORDS '", page);
    put_names(page, program, "|");
    fputs("'\n", page);
#define ARGUMENT(word, kind, values, doc)                                               \
    if (LIC_ARGUMENT_##kind != LIC_ARGUMENT_TEXT) {                                     \
        fputs("        case '" #word "'\n            printf '%s\\n' " #kind " ", page); \
        put_fish_quoted(page, values, strlen(values));                                  \
        fputs("\n", page);                                                              \
    }
#include <licet/commands.def>
    fputs("    end\nend\n\n", page);
}

static void put_fish_forms(FILE *page, const page_program *program)
{
    fprintf(page,
            "function __%s_forms # COMMAND: its operands, one form a line\n"
            "    switch $argv[1]\n",
            program->id);
    for (size_t n = 0; program_command_at(program, n) != NULL; n++) {
        const page_command *command = program_command_at(program, n);
        fprintf(page, "        case %s\n            printf '%%s\\n'", command->name);
        for (size_t f = 0; page_form_at(command->operands, f).data != NULL; f++) {
            lic_slice form = page_form_at(command->operands, f);
            fputc(' ', page);
            put_fish_quoted(page, (const char *)form.data, form.size);
        }
        fputs("\n", page);
    }
    fputs("        case help\n            echo '[COMMAND]'\n    end\nend\n", page);
}

/* Options of a command, or with NULL those that may stand before it. */
static void put_fish_options(FILE *page, const page_program *program, const char *command)
{
    for (int i = 0; i < (int)LIC_OPTIONS; i++) {
        const lic_option_info *info = lic_option_describe((lic_option)i);
        if (!takes(program, command, (lic_option)i)) continue;
        fprintf(page, "complete -c %s -n '__%s_is%s%s' -l %s", program->name, program->id,
                command == NULL ? "" : " ", command == NULL ? "" : command, info->name);
        if (info->short_name != 0) fprintf(page, " -s %c", info->short_name);
        if (info->argument != NULL)
            fprintf(page, " -x -a '(__%s_option_values %s)'", program->id, info->argument);
        fputs(" -d ", page);
        put_fish_quoted(page, info->doc, strlen(info->doc));
        fputs("\n", page);
    }
}

static void put_fish_complete(FILE *page, const page_program *program)
{
    const char *name = program->name, *id = program->id;
    for (size_t n = 0; program_command_at(program, n) != NULL; n++) {
        const page_command *command = program_command_at(program, n);
        fprintf(page, "complete -c %s -n __%s_is -a %s -d ", name, id, command->name);
        put_fish_quoted(page, command->summary, strlen(command->summary));
        fprintf(page, "\ncomplete -c %s -n '__%s_is %s' -a '(__%s_operands)'\n", name, id,
                command->name, id);
        put_fish_options(page, program, command->name);
    }
    fprintf(page, "complete -c %s -n __%s_is -a help -d 'show help'\n", name, id);
    fprintf(page, "complete -c %s -n '__%s_is help' -a '(__%s_operands)'\n", name, id, id);
    fprintf(page, "complete -c %s -n __%s_is -l version -d 'Show the version'\n", name, id);
    fprintf(page, "complete -c %s -l help -d 'Show this help'\n", name);
    put_fish_options(page, program, NULL);
}

void fill_fish(FILE *page, const page_program *program, lic_slice word)
{
    if (is(word, "TABLES")) {
        put_fish_option_words(page, program);
        put_fish_arguments(page, program);
        put_fish_forms(page, program);
    }
    if (is(word, "COMPLETE")) put_fish_complete(page, program);
}
