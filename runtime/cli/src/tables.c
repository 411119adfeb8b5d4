/* tables.c - commands.def as tables, for parsing, help, completions, man pages and tests. */
#include <licet/cli.h>

#include <string.h>

/* -- options ------------------------------------------------------------------------------------- */

static const lic_option_info option_table[] = {
#define OPTION(id, long_name, short_name, argument, doc) {long_name, short_name, argument, doc},
#include <licet/commands.def>
};

static const lic_option leading[] = {
#define LEADS(id) LIC_OPTION_##id,
#include <licet/commands.def>
};

static const lic_option everywhere[] = {
#define EVERY(id) LIC_OPTION_##id,
#include <licet/commands.def>
};

static const struct {
    const char *command;
    lic_option option;
} use_table[] = {
#define USES(command, id) {#command, LIC_OPTION_##id},
#include <licet/commands.def>
};

const lic_option_info *lic_option_describe(lic_option option)
{
    LIC_ASSERT(option < LIC_OPTIONS);
    return &option_table[option];
}

static bool lists(const lic_option *list, size_t count, lic_option option)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == option) return true;
    return false;
}

bool lic_option_leads(lic_option option)
{
    return lists(leading, LIC_COUNT(leading), option);
}

bool lic_option_every(lic_option option)
{
    return lists(everywhere, LIC_COUNT(everywhere), option);
}

bool lic_command_takes(const char *command, lic_option option)
{
    if (lic_option_every(option)) return true;
    for (size_t i = 0; i < LIC_COUNT(use_table); i++) {
        if (use_table[i].option == option && strcmp(use_table[i].command, command) == 0)
            return true;
    }
    return false;
}

/* -- arguments ------------------------------------------------------------------------------------- */

lic_cli_argument lic_cli_argument_describe(lic_slice word)
{
    static const lic_cli_argument table[] = {
#define ARGUMENT(word, kind, values, doc) {#word, LIC_ARGUMENT_##kind, values, doc},
#include <licet/commands.def>
    };
    for (size_t i = 0; i < LIC_COUNT(table); i++)
        if (lic_slice_equal(word, lic_slice_text(table[i].word))) return table[i];
    return (lic_cli_argument){"", LIC_ARGUMENT_TEXT, "", ""};
}

/* Words that are to be replaced stand in capitals. */
static lic_slice capital_word(const char *text)
{
    return lic_slice_of(text, strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ="));
}

bool lic_operand_at(const char *operands, size_t n, lic_cli_argument *argument)
{
    for (const char *at = operands; *at != '\0';) {
        lic_slice word = capital_word(at);
        *argument = lic_cli_argument_describe(word);
        bool seen = false;
        for (const char *before = operands; before < at && !seen;) {
            lic_slice other = capital_word(before);
            seen = word.size > 0 && lic_slice_equal(word, other);
            before += other.size > 0 ? other.size : 1;
        }
        bool told = argument->doc[0] != '\0' && !seen;
        if (told && n-- == 0) return true;
        at += word.size > 0 ? word.size : 1;
    }
    return false;
}

/* -- what is only told ------------------------------------------------------------------------------- */

const char *lic_group_title(lic_cli_group group)
{
    static const char *const titles[] = {
#define GROUP(id, title) title,
#include <licet/commands.def>
    };
    LIC_ASSERT(group < LIC_GROUPS);
    return titles[group];
}

const lic_example *lic_example_at(size_t n)
{
    static const lic_example table[] = {
#define EXAMPLE(command, line, doc) {#command, line, doc},
#include <licet/commands.def>
    };
    return n < LIC_COUNT(table) ? &table[n] : NULL;
}

const lic_variable *lic_variable_at(size_t n)
{
    static const lic_variable table[] = {
#define VARIABLE(name, doc) {#name, doc},
#include <licet/commands.def>
    };
    return n < LIC_COUNT(table) ? &table[n] : NULL;
}

void lic_put_exit_codes(lic_buffer *target)
{
    static const struct {
        int code;
        const char *doc;
    } table[] = {
#define EXIT(code, doc) {code, doc},
#include <licet/commands.def>
    };
    for (size_t i = 0; i < LIC_COUNT(table); i++)
        lic_put_format(target, "%s%d %s", i == 0 ? "Exit codes: " : ", ", table[i].code,
                       table[i].doc);
    lic_put_text(target, ".");
}
