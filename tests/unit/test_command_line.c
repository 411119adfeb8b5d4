/* The table of commands and options, and the frame that runs a command. Would catch: a command or
 * option twice, an option given to a command that does not exist, options and operands mixed up, wrong
 * exit codes for wrong use and for failures. */
#include "unit.h"

#include <licet/cli.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(uses_name_what_exists),
        cmocka_unit_test(options_and_operands_in_any_order),
        cmocka_unit_test(failures_have_their_exit_code),
        cmocka_unit_test(pairs_need_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
