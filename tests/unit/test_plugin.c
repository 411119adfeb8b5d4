/* Native extensions in a process of their own. Would catch: a value that changes on its way in
 * either direction, an out that is not released, a callback that gets other arguments or whose
 * answer is lost, a call that does not fit and is made all the same, a crash, an exit or a loop of
 * the extension that takes the caller with it or is told as something else, an object that does not
 * belong to its interface file and is called, an extension that opens files or has more memory than
 * it is given. */
#include "scratch.h"

#include <licet/plugin.h>

#include <fcntl.h>
#include <linux/landlock.h>
#include <signal.h>
#include <sys/syscall.h>

static const lic_plugin_options quick = {.call_ms = 1500};

static lic_plugin *open_trial(const lic_plugin_options *options)
{
    lic_plugin *plugin = NULL;
    lic_error error = {0};
    if (lic_plugin_open(TRIALS "/trial.interface", options, &lic_allocator_system, &plugin,
                        &error) != LIC_OK)
        fail_msg("%s", error.text);
    return plugin;
}

static lic_value integer(int64_t n)
{
    return (lic_value){.type = LIC_VALUE_INT64, .as.integer = n};
}

static lic_value small(int64_t n)
{
    return (lic_value){.type = LIC_VALUE_INT32, .as.integer = n};
}

static lic_value natural(uint64_t n)
{
    return (lic_value){.type = LIC_VALUE_UINT64, .as.natural = n};
}

static lic_value truth(bool yes)
{
    return (lic_value){.type = LIC_VALUE_BOOL, .as.truth = yes};
}

static lic_value text(const char *words)
{
    return (lic_value){.type = LIC_VALUE_TEXT, .as.bytes = lic_slice_text(words)};
}

static lic_value raw(const void *data, size_t size)
{
    return (lic_value){.type = LIC_VALUE_BYTES, .as.bytes = lic_slice_of(data, size)};
}

static lic_value handler(const lic_handler *of)
{
    return (lic_value){.type = LIC_VALUE_CALLBACK, .as.handler = of};
}

static lic_status try(lic_plugin *plugin, const char *function, const lic_value *arguments,
                      size_t count, lic_value *results, lic_error *error)
{
    size_t index = lic_interface_function(lic_plugin_interface(plugin), lic_slice_text(function));
    assert_true(index != SIZE_MAX);
    *error = (lic_error){0};
    return lic_plugin_call(plugin, index, arguments, count, results, error);
}

static void call(lic_plugin *plugin, const char *function, const lic_value *arguments, size_t count,
                 lic_value *results)
{
    lic_error error;
    if (try(plugin, function, arguments, count, results, &error) != LIC_OK)
        fail_msg("%s", error.text);
}

/* The call fails with `code`, and the text holds `told`. */
static void refuse(lic_plugin *plugin, const char *function, const lic_value *arguments,
                   size_t count, const char *code, const char *told)
{
    lic_error error;
    lic_value results[8];
    assert_int_equal(try(plugin, function, arguments, count, results, &error), LIC_EXTENSION);
    if (strcmp(error.code, code) != 0 || strstr(error.text, told) == NULL)
        fail_msg("%s: [%s] [%s], not [%s] [%s]", function, error.code, error.text, code, told);
    assert_true(error.help[0] != '\0');
}

/* -- values ------------------------------------------------------------------------------------ */

static void passes_every_type(void **state)
{
    (void)state;
    lic_plugin *plugin = open_trial(NULL);
    lic_value results[8];
    call(plugin, "add", (lic_value[]){integer(-1000), small(-7), natural(40), truth(true)}, 4,
         results);
    assert_int_equal(results[0].as.integer, -966);
    call(plugin, "largest", NULL, 0, results);
    assert_true(results[0].as.natural == UINT64_MAX);
    call(plugin, "again", NULL, 0, results);
    assert_true(results[0].as.natural == UINT64_MAX);
    call(plugin, "negative", NULL, 0, results);
    assert_int_equal(results[0].as.integer, -7);
    call(plugin, "opposite", (lic_value[]){truth(true)}, 1, results);
    assert_false(results[0].as.truth);
    call(plugin, "opposite", (lic_value[]){truth(false)}, 1, results);
    assert_true(results[0].as.truth);
    call(plugin, "scalars", NULL, 0, results);
    assert_true(results[0].as.integer == INT64_MIN && results[1].as.natural == UINT64_MAX);
    assert_true(results[2].as.integer == INT32_MIN && results[3].as.truth);
    lic_plugin_close(plugin);
}

static void passes_text_and_bytes(void **state)
{
    (void)state;
    lic_plugin *plugin = open_trial(NULL);
    lic_value results[2];
    static uint8_t large[5 << 20];
    for (size_t i = 0; i < sizeof large; i++) large[i] = (uint8_t)(i * 7 + i / 251);
    call(plugin, "echo", (lic_value[]){text("n\xc3\xa9"), raw("\0\xff", 2)}, 2, results);
    assert_memory_equal(results[0].as.bytes.data, "n\xc3\xa9", 3);
    assert_int_equal(results[1].as.bytes.size, 2);
    assert_memory_equal(results[1].as.bytes.data, "\0\xff", 2);
    call(plugin, "echo", (lic_value[]){text(""), raw(NULL, 0)}, 2, results);
    assert_int_equal(results[0].as.bytes.size + results[1].as.bytes.size, 0);
    call(plugin, "echo", (lic_value[]){text("x"), raw(large, sizeof large)}, 2, results);
    assert_int_equal(results[1].as.bytes.size, sizeof large);
    assert_memory_equal(results[1].as.bytes.data, large, sizeof large);
    call(plugin, "held", NULL, 0, results);
    assert_int_equal(results[0].as.natural, 0); /* every block was given back */
    lic_plugin_close(plugin);
}

static void a_status_is_an_error_with_its_name(void **state)
{
    (void)state;
    lic_plugin *plugin = open_trial(NULL);
    lic_value results[1];
    call(plugin, "refuse", (lic_value[]){integer(0)}, 1, results);
    refuse(plugin, "refuse", (lic_value[]){integer(1)}, 1, "stale",
           "extension trial: refuse: too old");
    refuse(plugin, "refuse", (lic_value[]){integer(7)}, 1, "odd", "refuse: the rate of 2026-01-05");
    refuse(plugin, "refuse", (lic_value[]){integer(99)}, 1, "failed", "status 99");
    refuse(plugin, "refuse", (lic_value[]){integer(-1)}, 1, "failed", "status -1");
    lic_plugin_close(plugin);
}

/* -- callbacks --------------------------------------------------------------------------------- */

typedef struct seen {
    lic_plugin *plugin;
    int64_t count, fails_at;
    uint64_t bytes;
} seen;

static lic_status keep_even(void *context, const lic_value *arguments, size_t count,
                            lic_value *result, lic_error *error)
{
    seen *of = context;
    assert_int_equal(count, 2);
    assert_int_equal(arguments[0].as.integer, of->count);
    assert_true(lic_slice_equal(arguments[1].as.bytes, lic_slice_text("n\xc3\xa9")));
    if (of->count == of->fails_at)
        return lic_fail(error, LIC_MALFORMED, "mine", "help", "row %lld", (long long)of->count);
    of->count++;
    result->as.truth = arguments[0].as.integer % 2 == 0;
    return LIC_OK;
}

static lic_status weigh(void *context, const lic_value *arguments, size_t count, lic_value *result,
                        lic_error *error)
{
    (void)context;
    (void)error;
    assert_int_equal(count, 4);
    assert_int_equal(arguments[0].as.bytes.size, 2);
    assert_memory_equal(arguments[0].as.bytes.data, "\0\xff", 2);
    assert_int_equal(arguments[1].as.integer, -5);
    assert_true(arguments[2].as.natural == UINT64_MAX && arguments[3].as.truth);
    result->as.integer = INT64_MIN;
    return LIC_OK;
}

static lic_status take_row(void *context, const lic_value *arguments, size_t count,
                           lic_value *result, lic_error *error)
{
    seen *of = context;
    (void)result;
    assert_int_equal(count, 2);
    if (of->count == of->fails_at) return lic_fail(error, LIC_IO, "mine", "help", "no more");
    assert_int_equal(arguments[0].as.integer, of->count);
    of->count++;
    of->bytes += arguments[1].as.bytes.size;
    return LIC_OK;
}

static lic_status call_again(void *context, const lic_value *arguments, size_t count,
                             lic_value *result, lic_error *error)
{
    seen *of = context;
    (void)arguments;
    (void)count;
    (void)result;
    return lic_plugin_call(of->plugin, 1, NULL, 0, result, error);
}

static void callbacks_ask_and_tell(void **state)
{
    (void)state;
    lic_plugin *plugin = open_trial(NULL);
    lic_value results[2];
    seen asked = {.fails_at = -1}, told = {.fails_at = -1};
    lic_handler keep = {&asked, keep_even}, weighs = {NULL, weigh}, rows = {&told, take_row};
    call(plugin, "ask", (lic_value[]){integer(7), handler(&keep)}, 2, results);
    assert_int_equal(results[0].as.integer, 4);
    assert_int_equal(asked.count, 7);
    call(plugin, "weigh", (lic_value[]){handler(&weighs)}, 1, results);
    assert_true(results[0].as.integer == INT64_MIN);
    call(plugin, "rows", (lic_value[]){integer(20000), natural(100), handler(&rows)}, 3, results);
    assert_int_equal(told.count, 20000);
    assert_int_equal(told.bytes, 2000000);
    told = (seen){.fails_at = -1};
    call(plugin, "rows", (lic_value[]){integer(3), natural(9u << 20), handler(&rows)}, 3, results);
    assert_int_equal(told.bytes, 27u << 20);
    lic_plugin_close(plugin);
}

static void a_failed_callback_fails_the_call(void **state)
{
    (void)state;
    lic_plugin *plugin = open_trial(NULL);
    lic_value results[2];
    lic_error error;
    seen asked = {.fails_at = 3}, told = {.fails_at = 30}, again = {.plugin = plugin};
    lic_handler keep = {&asked, keep_even}, rows = {&told, take_row}, calls = {&again, call_again};
    assert_int_equal(
        try(plugin, "ask", (lic_value[]){integer(7), handler(&keep)}, 2, results, &error),
        LIC_MALFORMED);
    assert_string_equal(error.text, "row 3");
    assert_int_equal(asked.count, 3);
    assert_int_equal(try(plugin, "rows", (lic_value[]){integer(90000), natural(10), handler(&rows)},
                         3, results, &error),
                     LIC_IO);
    assert_int_equal(told.count, 30);
    refuse(plugin, "rows", (lic_value[]){integer(1), natural(1), handler(&calls)}, 3, "busy",
           "another call of this extension is under way");
    call(plugin, "largest", NULL, 0, results); /* it goes on */
    lic_plugin_close(plugin);
}

static lic_status begin(lic_plugin *plugin, const char *function, const lic_value *arguments,
                        size_t count)
{
    size_t index = lic_interface_function(lic_plugin_interface(plugin), lic_slice_text(function));
    return lic_plugin_begin(plugin, index, arguments, count, NULL);
}

static void a_call_goes_in_steps(void **state)
{
    (void)state;
    lic_plugin *plugin = open_trial(NULL);
    lic_plugin_step step;
    lic_error error;
    const lic_value asks[] = {integer(3), handler(NULL)};
    assert_ok(begin(plugin, "ask", asks, 2));
    for (int64_t i = 0; i < 3; i++) {
        assert_ok(lic_plugin_next(plugin, &step, &error));
        assert_true(step.what == LIC_STEP_CALLBACK && step.parameter == 1 && step.count == 2);
        assert_int_equal(step.kind->result, LIC_VALUE_BOOL);
        assert_int_equal(step.values[0].as.integer, i);
        assert_int_equal(begin(plugin, "largest", NULL, 0), LIC_EXTENSION);
        const lic_value yes = truth(i != 1);
        assert_ok(lic_plugin_answer(plugin, &yes, &error));
    }
    assert_ok(lic_plugin_next(plugin, &step, &error));
    assert_true(step.what == LIC_STEP_RETURN && step.count == 1);
    assert_int_equal(step.values[0].as.integer, 2);
    lic_plugin_close(plugin);
}

static void a_call_can_be_abandoned(void **state)
{
    (void)state;
    lic_plugin *plugin = open_trial(NULL);
    lic_plugin_step step;
    lic_error error;
    const lic_value asks[] = {integer(3), handler(NULL)};
    const lic_value rows[] = {integer(50000), natural(10), handler(NULL)};
    lic_value results[1];
    assert_ok(begin(plugin, "ask", asks, 2));
    assert_ok(lic_plugin_next(plugin, &step, &error));
    assert_ok(lic_plugin_abandon(plugin, &error));
    assert_ok(begin(plugin, "rows", rows, 3));
    assert_ok(lic_plugin_next(plugin, &step, &error));
    assert_ok(lic_plugin_abandon(plugin, &error));
    assert_ok(lic_plugin_abandon(plugin, &error)); /* nothing is under way */
    call(plugin, "largest", NULL, 0, results);
    lic_plugin_close(plugin);
}

/* -- calls that do not fit --------------------------------------------------------------------- */

static void a_wrong_call_is_not_made(void **state)
{
    (void)state;
    lic_plugin *plugin = open_trial(NULL);
    refuse(plugin, "opposite", NULL, 0, "count", "it takes 1 arguments, not 0");
    refuse(plugin, "opposite", (lic_value[]){integer(1)}, 1, "type", "yes is bool, not int64");
    refuse(plugin, "add", (lic_value[]){integer(1), small(INT64_C(1) << 31), natural(1), truth(1)},
           4, "type", "b is int32 and cannot hold 2147483648");
    refuse(plugin, "echo", (lic_value[]){text("\xff"), raw("", 0)}, 2, "text",
           "words is text and takes UTF-8 alone");
    static uint8_t large[(32 << 20) + 1];
    refuse(plugin, "echo", (lic_value[]){text(""), raw(large, sizeof large)}, 2, "size",
           "pass them in parts");
    assert_false(lic_plugin_dead(plugin));
    lic_plugin_close(plugin);
}

static void what_comes_back_is_checked(void **state)
{
    (void)state;
    lic_plugin *plugin = open_trial(NULL);
    lic_value results[2];
    seen told = {.fails_at = -1};
    lic_handler rows = {&told, take_row};
    refuse(plugin, "bad_text", NULL, 0, "text",
           "words, which the extension hands over, is not UTF-8");
    refuse(plugin, "bad_row", (lic_value[]){handler(&rows)}, 1, "text", "cells, which");
    assert_int_equal(told.count, 0);
    call(plugin, "huge", (lic_value[]){natural(30u << 20)}, 1, results);
    assert_int_equal(results[0].as.bytes.size, 30u << 20);
    refuse(plugin, "huge", (lic_value[]){natural(33u << 20)}, 1, "size",
           "it hands over more than 33554432 bytes at once");
    refuse(plugin, "rows", (lic_value[]){integer(2), natural(33u << 20), handler(&rows)}, 3, "size",
           "it hands over more than");
    call(plugin, "largest", NULL, 0, results);
    lic_plugin_close(plugin);
}

/* -- the end of the process -------------------------------------------------------------------- */

static void lost(const lic_plugin_options *options, const char *function,
                 const lic_value *arguments, size_t count, const char *code, const char *told)
{
    lic_plugin *plugin = open_trial(options);
    lic_value results[1];
    call(plugin, "largest", NULL, 0, results);
    refuse(plugin, function, arguments, count, code, told);
    assert_true(lic_plugin_dead(plugin));
    refuse(plugin, "largest", NULL, 0, "ended", "its process has ended");
    lic_plugin_close(plugin);
}

static void a_crash_is_an_error(void **state)
{
    (void)state;
    lost(NULL, "crash", NULL, 0, "crashed", "extension trial: crash: ");
    lost(NULL, "stop", (lic_value[]){text("row < count")}, 1, "crashed",
         "stop: its process was ended by SIGABRT; it said: ");
    lost(NULL, "stop", (lic_value[]){text("row < count")}, 1, "crashed", "row < count");
    lost(NULL, "leave", (lic_value[]){small(0)}, 1, "crashed",
         "leave: it left its process with exit code 0");
    lost(NULL, "leave", (lic_value[]){small(9)}, 1, "crashed", "with exit code 9");
    lost(NULL, "garbage", NULL, 0, "protocol", "no answer that can be");
}

static void a_loop_is_an_error(void **state)
{
    (void)state;
    lost(&quick, "hang", NULL, 0, "hung", "hang: no answer within 1500 ms");
    lost(&quick, "spin", NULL, 0, "hung", "spin: no answer within 1500 ms");
    lost(&(lic_plugin_options){.cpu_seconds = 1}, "spin", NULL, 0, "exhausted",
         "used 1 seconds of processor time");
}

static void callbacks_without_end_are_an_error(void **state)
{
    (void)state;
    lic_plugin *plugin = open_trial(&quick);
    seen told = {.fails_at = 3};
    lic_handler rows = {&told, take_row};
    refuse(plugin, "flood", (lic_value[]){handler(&rows)}, 1, "hung", "flood: no answer within");
    assert_int_equal(told.count, 3);
    assert_true(lic_plugin_dead(plugin));
    lic_plugin_close(plugin);
}

static void sigchld_may_be_ignored(void **state)
{
    (void)state;
    void (*before)(int) = signal(SIGCHLD, SIG_IGN);
    lost(NULL, "leave", (lic_value[]){small(9)}, 1, "crashed", "leave: ");
    (void)signal(SIGCHLD, before);
}

/* -- what it may do ---------------------------------------------------------------------------- */

static bool has_landlock(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 1;
}

static void it_sees_no_files(void **state)
{
    scratch *at = *state;
    lic_plugin *plugin = open_trial(NULL);
    lic_value results[1];
    const char *path = scratch_path(at, "made");
    int mine = open("/dev/null", O_RDONLY); /* no descriptor of ours is handed on */
    lic_plugin *other = open_trial(NULL);
    call(other, "descriptors", NULL, 0, results);
    assert_int_equal(results[0].as.integer, 4);
    lic_plugin_close(other);
    assert_int_equal(close(mine), 0);
    call(plugin, "write", (lic_value[]){text(path)}, 1, results);
    assert_false(results[0].as.truth);
    call(plugin, "print", (lic_value[]){text("not ok - an extension's words on standard output")},
         1, results);
    if (has_landlock()) {
        call(plugin, "look", (lic_value[]){text("/etc/passwd")}, 1, results);
        assert_false(results[0].as.truth);
        assert_int_equal(access(path, F_OK), -1);
    }
    lic_plugin_close(plugin);
}

static void its_memory_has_an_end(void **state)
{
    (void)state;
    if (LICET_WATCHED) skip(); /* no limit of addresses there */
    lic_plugin *plugin = open_trial(&(lic_plugin_options){.memory_bytes = 256u << 20});
    lic_value results[1];
    call(plugin, "eat", NULL, 0, results);
    assert_true(results[0].as.truth);
    lic_plugin_close(plugin);
}

/* -- objects that do not belong ---------------------------------------------------------------- */

static void unopened(scratch *at, const char *interface, lic_status status, const char *code,
                     const char *told)
{
    lic_plugin *plugin = NULL;
    lic_error error = {0};
    const char *path = scratch_path(at, "e.interface");
    scratch_write(path, interface, strlen(interface));
    lic_status found = lic_plugin_open(path, &quick, &lic_allocator_system, &plugin, &error);
    if (found != status || strcmp(error.code, code) != 0 || strstr(error.text, told) == NULL)
        fail_msg("%d [%s] [%s], not [%s] [%s]", (int)found, error.code, error.text, code, told);
    assert_null(plugin);
}

#define BARE "interface 1\nextension bare 1\nobject \"" TRIALS "/bare.so\"\n"
#define TRIAL(version) "interface 1\nextension trial " version "\nobject \"" TRIALS "/trial.so\"\n"

static void another_object_is_refused(void **state)
{
    scratch *at = *state;
    unopened(at, "interface 1\nextension e 1\nfunction f ()\n", LIC_MISSING, "object",
             "extension e: cannot read");
    unopened(at, "interface 1\nextension e 1\nobject \"e.interface\"\nfunction f ()\n",
             LIC_MALFORMED, "object", "extension e: it cannot be loaded");
    unopened(at, BARE "function next (n int64) -> int64\n", LIC_MALFORMED, "descriptor",
             "its object holds no licet_extension_v1");
    unopened(at, BARE "undescribed\nfunction last (n int64) -> int64\n", LIC_MISSING, "symbol",
             "extension bare: its object holds no symbol bare_last");
    unopened(at, TRIAL("2") "function negative () -> int32\n", LIC_VERSION, "version",
             "the interface file is version 2, the object version 3");
    unopened(at, TRIAL("3") "function negative () -> int64\n", LIC_MALFORMED, "signature",
             "extension trial: ");
    unopened(at,
             "interface 1\nextension early 1\nundescribed\nobject \"" TRIALS
             "/early.so\"\nfunction next (n int64) -> int64\n",
             LIC_EXTENSION, "crashed", "extension early: open: its process was ended by SIGABRT");
    unopened(at, "interface 1\nextension e 1\nfunction f (\n", LIC_MALFORMED, "interface",
             "e.interface:4: ");
}

static void an_object_without_text_is_called_on_request(void **state)
{
    scratch *at = *state;
    lic_plugin *plugin = NULL;
    lic_error error = {0};
    lic_value results[1];
    const char *path = scratch_path(at, "bare.interface");
    static const char interface[] = BARE "undescribed\nfunction next (n int64) -> int64\n";
    scratch_write(path, interface, sizeof interface - 1);
    if (lic_plugin_open(path, NULL, &lic_allocator_system, &plugin, &error) != LIC_OK)
        fail_msg("%s", error.text);
    call(plugin, "next", (lic_value[]){integer(41)}, 1, results);
    assert_int_equal(results[0].as.integer, 42);
    lic_plugin_close(plugin);
}

static void a_missing_file_is_told(void **state)
{
    (void)state;
    lic_plugin *plugin = NULL;
    lic_error error = {0};
    assert_int_equal(
        lic_plugin_open("/nowhere/e.interface", NULL, &lic_allocator_system, &plugin, &error),
        LIC_MISSING);
    assert_non_null(strstr(error.text, "/nowhere/e.interface"));
    if (LICET_VALGRIND) return; /* a process that is started there shares no memory to say so in */
    assert_int_equal(lic_plugin_open(TRIALS "/trial.interface",
                                     &(lic_plugin_options){.helper = "/nowhere/helper"},
                                     &lic_allocator_system, &plugin, &error),
                     LIC_CONFIGURATION);
    assert_non_null(strstr(error.text, "cannot start /nowhere/helper"));
    assert_null(plugin);
}

static void memory_that_runs_out_is_told(void **state)
{
    (void)state;
    lic_error error;
    for (size_t n = 0; n < 40; n++) {
        unit_heap heap = {.left = n};
        lic_allocator allocator = unit_allocator(&heap);
        lic_plugin *plugin = NULL;
        lic_value results[2] = {{0}};
        lic_status status = lic_plugin_open(TRIALS "/trial.interface", NULL, &allocator, &plugin,
                                            &error);
        if (status == LIC_OK)
            (void)try(plugin, "echo", (lic_value[]){text("a"), raw("b", 1)}, 2, results, &error);
        else assert_true(status == LIC_NO_MEMORY || status == LIC_EXTENSION);
        lic_plugin_close(plugin);
        assert_int_equal(heap.live_bytes, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_every_type),
        cmocka_unit_test(passes_text_and_bytes),
        cmocka_unit_test(a_status_is_an_error_with_its_name),
        cmocka_unit_test(callbacks_ask_and_tell),
        cmocka_unit_test(a_failed_callback_fails_the_call),
        cmocka_unit_test(a_call_goes_in_steps),
        cmocka_unit_test(a_call_can_be_abandoned),
        cmocka_unit_test(a_wrong_call_is_not_made),
        cmocka_unit_test(what_comes_back_is_checked),
        cmocka_unit_test(a_crash_is_an_error),
        cmocka_unit_test(a_loop_is_an_error),
        cmocka_unit_test(callbacks_without_end_are_an_error),
        cmocka_unit_test(sigchld_may_be_ignored),
        scratch_test(it_sees_no_files),
        cmocka_unit_test(its_memory_has_an_end),
        scratch_test(another_object_is_refused),
        scratch_test(an_object_without_text_is_called_on_request),
        cmocka_unit_test(a_missing_file_is_told),
        cmocka_unit_test(memory_that_runs_out_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
