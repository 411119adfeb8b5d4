/* help.c - the overview of commands, from the table. */
#include "frame.h"

#include <string.h>

enum { HELP_WIDTH = 79 };

/* The text with a newline in place of a blank wherever a line would grow too long. */
static void put_wrapped(lic_buffer *target, const lic_buffer *text)
{
    size_t column = 0;
    const char *at = (const char *)text->data, *end = at + text->size;
    while (at < end) {
        const char *blank = memchr(at, ' ', (size_t)(end - at));
        size_t size = (size_t)((blank == NULL ? end : blank) - at);
        bool breaks = column > 0 && column + 1 + size > HELP_WIDTH;
        if (column > 0) lic_put_u8(target, breaks ? '\n' : ' ');
        lic_put_bytes(target, at, size);
        column = breaks || column == 0 ? size : column + 1 + size;
        at += size + 1;
    }
    lic_put_u8(target, '\n');
}

static void put_ending(const lic_cli *cli, lic_buffer *target)
{
    lic_buffer text;
    lic_buffer_init(&text, cli->allocator, 4096);
    lic_put_format(&text, "%s COMMAND --help tells operands, options and what the command does.",
                   cli->program);
    for (size_t n = 0; lic_variable_at(n) != NULL; n++)
        lic_put_format(&text, "%s %s", n == 0 ? " Environment:" : ",", lic_variable_at(n)->name);
    lic_put_text(&text, ". Data goes to standard output, talk to standard error. ");
    lic_put_exit_codes(&text);
    lic_put_u8(target, '\n');
    put_wrapped(target, &text);
    lic_buffer_free(&text);
}

void lic_cli_help(const lic_cli *cli, lic_buffer *target)
{
    lic_put_format(target,
                   "Usage: %s [--json] [--color WHEN] [--quiet] COMMAND [OPTION...] [OPERAND...]\n",
                   cli->program);
    for (int group = 0; group < (int)LIC_GROUPS; group++) {
        bool titled = false;
        for (const lic_command *c = cli->commands; c->name != NULL; c++) {
            if (c->group != (lic_cli_group)group) continue;
            if (!titled) lic_put_format(target, "\n%s\n", lic_group_title(c->group));
            titled = true;
            lic_put_format(target, "  %-12s %s\n", c->name, c->summary);
        }
    }
    put_ending(cli, target);
}

static void put_examples(const lic_command *command, lic_buffer *target)
{
    bool any = false;
    for (size_t n = 0; lic_example_at(n) != NULL; n++) {
        const lic_example *example = lic_example_at(n);
        if (strcmp(example->command, command->name) != 0) continue;
        lic_put_format(target, "%s  %s\n", any ? "" : "\nExamples:\n", example->line);
        any = true;
    }
}

void lic_put_command_help(const lic_command *command, lic_buffer *target)
{
    lic_cli_argument argument;
    for (size_t n = 0; lic_operand_at(command->operands, n, &argument); n++)
        lic_put_format(target, "%s  %-11s %s\n", n == 0 ? "\nOperands:\n" : "", argument.word,
                       argument.doc);
    put_examples(command, target);
    lic_buffer text;
    lic_buffer_init(&text, target->allocator, 4096);
    lic_put_exit_codes(&text);
    lic_put_u8(target, '\n');
    put_wrapped(target, &text);
    lic_buffer_free(&text);
}
