/* The table of commands and options, and the frame that runs a command. Would catch: a command or
 * option twice, progress that is not all at the end, an option given to a command that does not exist, a value that help does not name, a command
 * without an example, options and operands mixed up, wrong exit codes for wrong use and for failures, a call for
 * help that runs the command. */
#include "unit.h"

#include <licet/cli.h>
#include <licet/projection.h>

#include <stdio.h>
#include <string.h>

/* -- the tables --------------------------------------------------------------------------------------- */

static const char *const names[] = {
#define COMMAND(name, where, group, operands, min, max, summary, details) #name,
#include <licet/commands.def>
};

static const struct {
    const char *command;
    lic_option option;
} uses[] = {
#define USES(command, id) {#command, LIC_OPTION_##id},
#include <licet/commands.def>
};

static void names_are_unique(void **state)
{
    (void)state;
    for (size_t a = 0; a < LIC_COUNT(names); a++) {
        for (size_t b = a + 1; b < LIC_COUNT(names); b++)
            assert_string_not_equal(names[a], names[b]);
    }
    for (int a = 0; a < (int)LIC_OPTIONS; a++) {
        const lic_option_info *x = lic_option_describe((lic_option)a);
        assert_true(strlen(x->doc) > 0);
        for (int b = a + 1; b < (int)LIC_OPTIONS; b++) {
            const lic_option_info *y = lic_option_describe((lic_option)b);
            assert_string_not_equal(x->name, y->name);
            assert_true(x->short_name == 0 || x->short_name != y->short_name);
        }
    }
}

static void uses_name_what_exists(void **state)
{
    (void)state;
    for (size_t i = 0; i < LIC_COUNT(uses); i++) {
        bool found = false;
        for (size_t n = 0; n < LIC_COUNT(names); n++)
            found = found || strcmp(names[n], uses[i].command) == 0;
        assert_true(found);
        assert_true(lic_command_takes(uses[i].command, uses[i].option));
    }
    assert_true(lic_command_takes("check", LIC_OPTION_JSON));
    assert_false(lic_command_takes("check", LIC_OPTION_PERIOD));
}

static void values_stand_in_the_help(void **state)
{
    (void)state;
    for (int i = 0; i < (int)LIC_OPTIONS; i++) {
        const lic_option_info *option = lic_option_describe((lic_option)i);
        if (option->argument == NULL) continue;
        lic_cli_argument argument = lic_cli_argument_describe(lic_slice_text(option->argument));
        if (argument.kind != LIC_ARGUMENT_WORDS && argument.kind != LIC_ARGUMENT_LIST) continue;
        for (const char *at = argument.values; *at != '\0';) {
            char word[32];
            size_t size = strcspn(at, "|");
            (void)snprintf(word, sizeof word, "%.*s", (int)size, at);
            assert_non_null(strstr(option->doc, word));
            at += size + (at[size] == '|');
        }
    }
}

static void every_command_has_an_example(void **state)
{
    (void)state;
    bool had[LIC_COUNT(names)] = {false};
    for (size_t n = 0; lic_example_at(n) != NULL; n++) {
        const lic_example *example = lic_example_at(n);
        char begin[64];
        (void)snprintf(begin, sizeof begin, "licet %s", example->command);
        assert_int_equal(strncmp(example->line, begin, strlen(begin)), 0);
        assert_true(strlen(example->doc) > 0);
        bool known = false;
        for (size_t i = 0; i < LIC_COUNT(names); i++) {
            if (strcmp(names[i], example->command) != 0) continue;
            had[i] = known = true;
        }
        assert_true(known);
    }
    for (size_t i = 0; i < LIC_COUNT(names); i++) assert_true(had[i]);
}

/* The help of query names each view that a query may read. */
static void views_stand_in_the_help(void **state)
{
    (void)state;
    static const char help[] =
#define COMMAND(name, where, group, operands, min, max, summary, details) " " #name ": " details
#include <licet/commands.def>
        ;
    const char *query = strstr(help, " query: Runs");
    assert_non_null(query);
    for (size_t i = 0; i < lic_projection_module.view_count; i++)
        assert_non_null(strstr(query, lic_projection_module.views[i]));
}

static void operands_are_told_once(void **state)
{
    (void)state;
    lic_cli_argument argument;
    const char *forms = "[party] PARTY\nkey PARTY KEY...\nNAME=FILE";
    static const char *const expected[] = {"PARTY", "KEY", "NAME=FILE"};
    for (size_t n = 0; n < LIC_COUNT(expected); n++) {
        assert_true(lic_operand_at(forms, n, &argument));
        assert_string_equal(argument.word, expected[n]);
    }
    assert_false(lic_operand_at(forms, LIC_COUNT(expected), &argument));
}

/* -- the frame ------------------------------------------------------------------------------------------- */

static lic_cli seen;
static char seen_operands[4][32];
static lic_status answer;

static lic_status run(lic_cli *cli)
{
    seen = *cli;
    for (size_t i = 0; i < cli->operand_count && i < 4; i++) {
        (void)snprintf(seen_operands[i], sizeof seen_operands[i], "%s", cli->operands[i]);
    }
    uint64_t threads = 1;
    LIC_TRY(lic_cli_number(cli, LIC_OPTION_THREADS, 1, 64, &threads));
    if (answer != LIC_OK)
        return lic_fail(&cli->error, answer, "test", "nothing helps", "it failed");
    cli->finding = strcmp(seen_operands[0], "find") == 0;
    return LIC_OK;
}

static const lic_command commands[] = {
    {"report", "A B", "files a report", "", LIC_GROUP_WRITE, 1, 2, run},
    {NULL, NULL, NULL, NULL, LIC_GROUP_RUN, 0, 0, NULL},
};

/* Runs "licet" with words separated by one space. */
static int call(const char *line)
{
    static char words[512];
    static char *argv[32];
    int argc = 0;
    (void)snprintf(words, sizeof words, "licet %s", line);
    for (char *at = words; at != NULL && argc < 31; argc++) {
        argv[argc] = at;
        at = strchr(at, ' ');
        if (at != NULL) *at++ = '\0';
    }
    argv[argc] = NULL;
    memset(&seen, 0, sizeof seen);
    memset(seen_operands, 0, sizeof seen_operands);
    return lic_cli_main("licet", commands, argc, argv);
}

static void options_and_operands_in_any_order(void **state)
{
    (void)state;
    answer = LIC_OK;
    assert_int_equal(call("--quiet report one --period 2026-Q1 two --as A --as B --threads 3"), 0);
    assert_int_equal(seen.operand_count, 2);
    assert_string_equal(seen_operands[0], "one");
    assert_string_equal(seen_operands[1], "two");
    assert_true(seen.quiet);
    assert_false(seen.json);
    assert_string_equal(lic_cli_value(&seen, LIC_OPTION_PERIOD), "2026-Q1");
    assert_string_equal(lic_cli_nth(&seen, LIC_OPTION_AS, 0), "A");
    assert_string_equal(lic_cli_nth(&seen, LIC_OPTION_AS, 1), "B");
    assert_null(lic_cli_nth(&seen, LIC_OPTION_AS, 2));
    assert_false(lic_cli_has(&seen, LIC_OPTION_CHUNK));
}

static void failures_have_their_exit_code(void **state)
{
    (void)state;
    answer = LIC_OK;
    assert_int_equal(call("report find"), 1);
    assert_int_equal(call("report one --threads 65"), 64);
    assert_int_equal(call("report one --threads -1"), 64);
    assert_int_equal(call("report one --threads 1x"), 64);
    assert_int_equal(call("report one --color pink"), 64);
    assert_int_equal(call("nothing"), 64);
    assert_int_equal(call("report --frob"), 64);
    assert_int_equal(call("report"), 64);
    assert_int_equal(call("report one two three"), 64);
    answer = LIC_REFUSED;
    assert_int_equal(call("report one --json"), 65);
    answer = LIC_MISSING;
    assert_int_equal(call("report one"), 66);
    answer = LIC_IO;
    assert_int_equal(call("report one"), 74);
    answer = LIC_LOCKED;
    assert_int_equal(call("report one"), 75);
    answer = LIC_VERSION;
    assert_int_equal(call("report one"), 78);
}

/* Help is shown and nothing runs, wherever it stands and however it is spelt. */
static void help_runs_nothing(void **state)
{
    (void)state;
    static const char *const lines[] = {"report --help",
                                        "report one -h",
                                        "report one two --hel",
                                        "--quiet --help",
                                        "-h",
                                        "help report",
                                        "report --json -h",
                                        "help"};
    answer = LIC_OK;
    for (size_t i = 0; i < LIC_COUNT(lines); i++) {
        assert_int_equal(call(lines[i]), 0);
        assert_null(seen.command);
    }
}

static void pairs_need_a_name(void **state)
{
    (void)state;
    lic_cli cli = {.program = "licet", .command = &commands[0]};
    lic_slice name;
    const char *value = NULL;
    assert_int_equal(lic_cli_pair(&cli, "a=b=c", &name, &value), LIC_OK);
    assert_true(lic_slice_equal(name, lic_slice_text("a")));
    assert_string_equal(value, "b=c");
    assert_int_equal(lic_cli_pair(&cli, "=b", &name, &value), LIC_MALFORMED);
    assert_int_equal(lic_cli_pair(&cli, "ab", &name, &value), LIC_MALFORMED);
}

/* Of few steps each is a part of its own, and the last one is all. */
static void progress_says_how_far_it_is(void **state)
{
    (void)state;
    static const struct {
        uint64_t done, total;
        const char *text;
    } cases[] = {
        {13, 13, "working: 13 of 13 (100 %)"},
        {1, 1, "working: 1 of 1 (100 %)"},
        {0, 3, "working: 0 of 3 (0 %)"},
        {2, 3, "working: 2 of 3 (66 %)"},
        {199, 200, "working: 199 of 200 (99 %)"},
        {UINT64_MAX - 1, UINT64_MAX,
         "working: 18446744073709551614 of 18446744073709551615 (99 %)"},
        {14, 13, "working: 14 of 13 (100 %)"},
        {7, 0, "working: 7"},
        {0, 0, "working"},
    };
    for (size_t i = 0; i < LIC_COUNT(cases); i++) {
        char text[LIC_PROGRESS_TEXT];
        lic_progress_print("working", cases[i].done, cases[i].total, text);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(uses_name_what_exists),
        cmocka_unit_test(values_stand_in_the_help),
        cmocka_unit_test(every_command_has_an_example),
        cmocka_unit_test(views_stand_in_the_help),
        cmocka_unit_test(operands_are_told_once),
        cmocka_unit_test(help_runs_nothing),
        cmocka_unit_test(options_and_operands_in_any_order),
        cmocka_unit_test(failures_have_their_exit_code),
        cmocka_unit_test(pairs_need_a_name),
        cmocka_unit_test(progress_says_how_far_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
