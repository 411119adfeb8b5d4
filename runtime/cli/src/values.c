/* values.c - the values that options of a closed set may have: commands.def lists them, and what it does not list
 * is refused here, before the command runs. */
#include "frame.h"

#include <string.h>

/* The first word of a list, which is then moved behind it. */
static lic_slice next_word(const char **list, char separator)
{
    const char *end = strchr(*list, separator);
    size_t size = end == NULL ? strlen(*list) : (size_t)(end - *list);
    lic_slice word = lic_slice_of(*list, size);
    *list += end == NULL ? size : size + 1;
    return word;
}

static bool is_listed(lic_slice word, const char *values)
{
    while (*values != '\0')
        if (lic_slice_equal(word, next_word(&values, '|'))) return true;
    return false;
}

/* "a, b and c". */
static void put_words(lic_buffer *target, const char *values)
{
    for (bool first = true; *values != '\0'; first = false) {
        lic_slice word = next_word(&values, '|');
        lic_put_text(target, first ? "" : *values == '\0' ? " and " : ", ");
        lic_put_bytes(target, word.data, word.size);
    }
}

static lic_status refuse(lic_cli *cli, const lic_option_info *option, lic_slice word,
                         const char *values)
{
    lic_buffer words;
    lic_buffer_init(&words, cli->allocator, 4096);
    put_words(&words, values);
    lic_status status = lic_cli_usage(cli, "--%s: %.*s is none of %.*s", option->name,
                                      (int)word.size, (const char *)word.data, (int)words.size,
                                      (const char *)words.data);
    lic_buffer_free(&words);
    return status;
}

static lic_status check_together(lic_cli *cli)
{
    static const struct {
        lic_option one, other;
    } apart[] = {
#define APART(one, other) {LIC_OPTION_##one, LIC_OPTION_##other},
#include <licet/commands.def>
    };
    for (size_t i = 0; i < LIC_COUNT(apart); i++)
        if (lic_cli_has(cli, apart[i].one) && lic_cli_has(cli, apart[i].other))
            return lic_cli_usage(cli, "--%s and --%s contradict one another",
                                 lic_option_describe(apart[i].one)->name,
                                 lic_option_describe(apart[i].other)->name);
    return LIC_OK;
}

lic_status lic_options_check(lic_cli *cli)
{
    LIC_TRY(check_together(cli));
    for (size_t i = 0; i < cli->use_count; i++) {
        const lic_option_info *option = lic_option_describe(cli->uses[i].option);
        if (option->argument == NULL) continue;
        lic_cli_argument argument = lic_cli_argument_describe(lic_slice_text(option->argument));
        const char *given = cli->uses[i].value;
        bool several = argument.kind == LIC_ARGUMENT_LIST;
        if (argument.kind != LIC_ARGUMENT_WORDS && !several) continue;
        do {
            lic_slice word = several ? next_word(&given, ',') : lic_slice_text(given);
            if (!is_listed(word, argument.values))
                return refuse(cli, option, word, argument.values);
        } while (several && *given != '\0');
    }
    return LIC_OK;
}
