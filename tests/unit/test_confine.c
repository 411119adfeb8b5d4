/* A function in a process of its own. Would catch: a system call that gets through, a limit that does not
 * stop or is not named, a result or an error that is lost or changed on the way, a service that answers
 * though the command has none, a host that waits for ever for a child that does not listen, and a child
 * that cannot do what it should (compute, use memory, run a ledger). */
#include "unit.h"

#include <licet/client.h>
#include <licet/confine.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static lic_buffer result;
static lic_error error;

static int begin(void **state)
{
    (void)state;
    error = (lic_error){0};
    lic_buffer_init(&result, &lic_allocator_system, 1u << 20);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    lic_buffer_free(&result);
    return 0;
}

static lic_confine_options options_of(void)
{
    lic_confine_options options = {.allocator = &lic_allocator_system, .clock = &lic_clock_system};
    lic_confine_limits_init(&options.limits);
    options.limits.cpu_seconds = 1;
    options.limits.wall_seconds = 300; /* a busy machine takes long */
    return options;
}

static lic_status run(lic_confined_run *function, void *context)
{
    lic_confine_options options = options_of();
    return lic_confine_run(&options, function, context, &result, &error);
}

/* -- what comes back ---------------------------------------------------------------------------------------- */

static lic_status adds(lic_confined *confined, void *context, lic_buffer *sum, lic_error *why)
{
    (void)confined, (void)why;
    lic_put_u32(sum, *(uint32_t *)context + 1);
    return LIC_OK;
}

static void result_comes_back(void **state)
{
    (void)state;
    uint32_t number = 41;
    assert_ok(run(adds, &number));
    assert_int_equal(result.size, 4);
    assert_int_equal(lic_load_u32(result.data), 42);
}

static lic_status refuses(lic_confined *confined, void *context, lic_buffer *sum, lic_error *why)
{
    (void)confined, (void)context;
    lic_put_text(sum, "half of it");
    return lic_fail(why, LIC_REFUSED, "code", "help", "text");
}

static void error_comes_back_without_result(void **state)
{
    (void)state;
    assert_int_equal(run(refuses, NULL), LIC_REFUSED);
    assert_int_equal(error.status, LIC_REFUSED);
    assert_string_equal(error.code, "code");
    assert_string_equal(error.text, "text");
    assert_string_equal(error.help, "help");
    assert_int_equal(result.size, 0);
}

static lic_status too_much(lic_confined *confined, void *context, lic_buffer *sum, lic_error *why)
{
    (void)context, (void)why;
    (void)lic_buffer_extend(sum, (size_t)lic_confined_limits(confined)->message_bytes + 1);
    return LIC_OK;
}

static void too_large_a_result_is_named(void **state)
{
    (void)state;
    assert_int_equal(run(too_much, NULL), LIC_TOO_LARGE);
    assert_non_null(strstr(error.text, "limit of 64 MiB"));
}

/* -- what a child may not do --------------------------------------------------------------------------------- */

typedef void attempt(void);

static lic_status attempts(lic_confined *confined, void *context, lic_buffer *sum, lic_error *why)
{
    (void)confined, (void)sum;
    (*(attempt **)context)();
    return lic_fail(why, LIC_REFUSED, "survived", "", "the call was made");
}

static void is_stopped_at(attempt *function, const char *what)
{
    lic_status status = run(attempts, &function);
    if (status != LIC_DENIED || strcmp(error.code, "system_call") != 0)
        fail_msg("%s: %d %s", what, (int)status, error.text);
}

static void opens(void)
{
    (void)open("/etc/hostname", O_RDONLY);
}

static void makes_a_socket(void)
{
    (void)socket(AF_INET, SOCK_STREAM, 0);
}

static void forks(void)
{
    (void)fork();
}

static void executes(void)
{
    (void)execl("/bin/true", "true", (char *)NULL);
}

static void kills_its_parent(void)
{
    (void)kill(getppid(), SIGKILL);
}

static void removes(void)
{
    (void)unlink("/tmp/licet-no-such-file");
}

static void maps_code(void)
{
    (void)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void makes_code(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    (void)mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static void raises_its_limits(void)
{
    (void)setsid();
}

static void system_calls_are_stopped(void **state)
{
    (void)state;
    if (LICET_VALGRIND) skip(); /* nothing is confined there */
    is_stopped_at(opens, "open");
    is_stopped_at(makes_a_socket, "socket");
    is_stopped_at(forks, "fork");
    is_stopped_at(executes, "execve");
    is_stopped_at(kills_its_parent, "kill");
    is_stopped_at(removes, "unlink");
    is_stopped_at(maps_code, "mmap with PROT_EXEC");
    is_stopped_at(makes_code, "mprotect with PROT_EXEC");
    is_stopped_at(raises_its_limits, "setsid");
}

/* What the parent has open is not open in the child. */
static lic_status reads_descriptors(lic_confined *confined, void *context, lic_buffer *sum,
                                    lic_error *why)
{
    (void)confined, (void)why;
    const int *descriptors = context;
    uint8_t byte = 0, found = 0;
    for (int i = 0; i < 2; i++)
        if (read(descriptors[i], &byte, 1) >= 0) found++;
    lic_put_u8(sum, found);
    return LIC_OK;
}

static void descriptors_are_closed(void **state)
{
    (void)state;
    if (LICET_VALGRIND) skip(); /* nothing is confined there */
    int descriptors[2] = {open("/dev/zero", O_RDONLY)};
    descriptors[1] = fcntl(descriptors[0], F_DUPFD, 40);
    assert_true(descriptors[1] >= 40);
    assert_ok(run(reads_descriptors, descriptors));
    assert_int_equal(result.data[0], 0);
    (void)close(descriptors[0]);
    (void)close(descriptors[1]);
}

/* -- limits --------------------------------------------------------------------------------------------------- */

static void spins(void)
{
    for (volatile uint64_t i = 0;; i++) continue;
}

static void processor_time_is_limited(void **state)
{
    (void)state;
    attempt *function = spins;
    assert_int_equal(run(attempts, &function), LIC_TIME_LIMIT);
    assert_string_equal(error.code, "cpu_limit");
    assert_string_equal(error.text, "the limit of 1 seconds of processor time is reached");
}

static void time_is_limited(void **state)
{
    (void)state;
    attempt *function = spins;
    lic_confine_options options = options_of();
    options.limits.cpu_seconds = 0;
    options.limits.wall_seconds = 1;
    assert_int_equal(lic_confine_run(&options, attempts, &function, NULL, &error), LIC_TIME_LIMIT);
    assert_string_equal(error.code, "time_limit");
    assert_string_equal(error.text, "the time limit of 1 seconds is reached");
}

static void faults(void)
{
    (void)raise(SIGABRT);
}

static void a_fault_is_said(void **state)
{
    (void)state;
    attempt *function = faults;
    assert_int_equal(run(attempts, &function), LIC_CORRUPT);
    assert_non_null(strstr(error.text, "signal 6 (ABRT)"));
}

static void leaves(void)
{
    _exit(3);
}

static void an_early_end_is_said(void **state)
{
    (void)state;
    attempt *function = leaves;
    assert_int_equal(run(attempts, &function), LIC_CORRUPT);
    assert_non_null(strstr(error.text, "exit code 3"));
}

static lic_status takes_memory(lic_confined *confined, void *context, lic_buffer *sum,
                               lic_error *why)
{
    (void)confined, (void)context;
    lic_buffer buffer;
    lic_buffer_init(&buffer, &lic_allocator_system, (size_t)8 << 30);
    bool got = lic_buffer_reserve(&buffer, (size_t)4 << 30);
    lic_buffer_free(&buffer);
    lic_put_u8(sum, got ? 1 : 0);
    return lic_buffer_reserve(&buffer, (size_t)32 << 20)
               ? LIC_OK
               : lic_fail(why, LIC_NO_MEMORY, "memory", "", "not even a little");
}

static void address_space_is_limited(void **state)
{
    (void)state;
    lic_confine_options options = options_of();
    options.limits.memory_bytes = (uint64_t)64 << 20;
    assert_ok(lic_confine_run(&options, takes_memory, NULL, &result, &error));
    if (LICET_WATCHED) return; /* there it is not */
    assert_int_equal(result.data[0], 0);
}

/* -- the host -------------------------------------------------------------------------------------------------- */

static lic_status host_read(void *context, lic_slice path, lic_buffer *target, lic_error *why)
{
    (void)context;
    if (lic_slice_equal(path, lic_slice_text("missing")))
        return lic_fail(why, LIC_MISSING, "missing", "look elsewhere", "no such file");
    if (lic_slice_equal(path, lic_slice_text("large"))) (void)lic_buffer_extend(target, 65u << 20);
    lic_put_text(target, "of ");
    lic_put_bytes(target, path.data, path.size);
    return LIC_OK;
}

static lic_status host_write(void *context, lic_slice name, lic_slice bytes, lic_error *why)
{
    (void)why;
    lic_put_bytes(context, name.data, name.size);
    lic_put_bytes(context, bytes.data, bytes.size);
    return LIC_OK;
}

static lic_status host_call(void *context, lic_slice extension, lic_slice function,
                            lic_slice arguments, lic_buffer *target, lic_error *why)
{
    (void)context, (void)why;
    lic_put_format(target, "%zu %zu %zu", extension.size, function.size, arguments.size);
    return LIC_OK;
}

static lic_status asks(lic_confined *confined, void *context, lic_buffer *sum, lic_error *why)
{
    (void)context;
    LIC_TRY(lic_host_read(confined, lic_slice_text("a.lua"), sum, why));
    LIC_TRY(lic_host_write(confined, lic_slice_text("n="), lic_slice_text("bytes"), why));
    LIC_TRY(lic_host_call(confined, lic_slice_text("e"), lic_slice_text("fu"),
                          lic_slice_text("arg"), sum, why));
    lic_status missing = lic_host_read(confined, lic_slice_text("missing"), sum, why);
    lic_put_format(sum, " %d %s %s", (int)missing, why->text, why->help);
    lic_status large = lic_host_read(confined, lic_slice_text("large"), sum, why);
    lic_put_format(sum, " %d %s", (int)large, why->code);
    lic_status list = lic_host_list(confined, lic_slice_text(""), sum, why);
    lic_put_format(sum, " %d %s", (int)list, why->text);
    return LIC_OK;
}

static void the_host_answers(void **state)
{
    (void)state;
    lic_buffer written;
    lic_confine_options options = options_of();
    options.services = (lic_host_services){
        .context = &written, .read = host_read, .write = host_write, .call = host_call};
    lic_buffer_init(&written, &lic_allocator_system, 100);
    assert_ok(lic_confine_run(&options, asks, NULL, &result, &error));
    lic_put_u8(&result, 0);
    assert_string_equal(
        (char *)result.data,
        "of a.lua1 2 3 3 no such file look elsewhere 5 message 18 this command does "
        "not list folders");
    assert_int_equal(written.size, 7);
    assert_memory_equal(written.data, "n=bytes", 7);
    lic_buffer_free(&written);
}

/* Each call of `next` begins the time anew, and what the host takes does not count. */
typedef struct lines {
    int told;
} lines;

static lic_status host_next(void *context, lic_slice told, lic_buffer *target, lic_error *why)
{
    (void)why;
    lines *self = context;
    self->told++;
    (void)usleep(400000);
    lic_put_format(target, "%d %.*s", self->told, (int)told.size, (const char *)told.data);
    return LIC_OK;
}

static lic_status lives_on(lic_confined *confined, void *context, lic_buffer *sum, lic_error *why)
{
    (void)context;
    for (int i = 0; i < 4; i++) {
        lic_buffer_clear(sum);
        LIC_TRY(lic_host_next(confined, lic_slice_text("done"), sum, why));
    }
    return LIC_OK;
}

static void a_child_lives_on(void **state)
{
    (void)state;
    lines self = {0};
    lic_confine_options options = options_of();
    options.limits.wall_seconds = 1;
    options.services = (lic_host_services){.context = &self, .next = host_next};
    assert_ok(lic_confine_run(&options, lives_on, NULL, &result, &error));
    lic_put_u8(&result, 0);
    assert_string_equal((char *)result.data, "4 done");
}

/* A child that asks and does not take the answer stops nobody but itself. */
static lic_status does_not_listen(lic_confined *confined, void *context, lic_buffer *sum,
                                  lic_error *why)
{
    (void)confined, (void)context, (void)sum, (void)why;
    static const uint8_t request[] = {6, 0, 0, 0, 1, 1, 0, 0, 0, 'a'};
    for (int i = 3; i < 16; i++)
        if (write(i, request, sizeof request) > 0) break;
    spins();
    return LIC_OK;
}

static lic_status host_read_much(void *context, lic_slice path, lic_buffer *target, lic_error *why)
{
    (void)context, (void)path, (void)why;
    memset(lic_buffer_extend(target, 32u << 20), 'x', 32u << 20);
    return LIC_OK;
}

static void the_host_does_not_wait_for_ever(void **state)
{
    (void)state;
    lic_confine_options options = options_of();
    options.limits.cpu_seconds = 0;
    options.limits.wall_seconds = 1;
    options.services = (lic_host_services){.read = host_read_much};
    assert_int_equal(lic_confine_run(&options, does_not_listen, NULL, NULL, &error),
                     LIC_TIME_LIMIT);
}

static lic_status speaks_nonsense(lic_confined *confined, void *context, lic_buffer *sum,
                                  lic_error *why)
{
    (void)confined, (void)sum, (void)why;
    const lic_slice *bytes = context;
    for (int i = 3; i < 16; i++)
        if (write(i, bytes->data, bytes->size) > 0) break;
    spins();
    return LIC_OK;
}

static void nonsense_is_no_request(void **state)
{
    (void)state;
    if (LICET_VALGRIND) skip(); /* descriptors of others are open there */
    static const uint8_t unknown[] = {1, 0, 0, 0, 77}, cut[] = {3, 0, 0, 0, 1, 9, 9},
                         long_one[] = {0xFF, 0xFF, 0xFF, 0xFF, 1},
                         bad_done[] = {3, 0, 0, 0, 6, 0xFF, 0xFF}, empty[] = {0, 0, 0, 0};
    lic_slice cases[] = {lic_slice_of(unknown, sizeof unknown), lic_slice_of(cut, sizeof cut),
                         lic_slice_of(bad_done, sizeof bad_done),
                         lic_slice_of(empty, sizeof empty)};
    for (size_t i = 0; i < LIC_COUNT(cases); i++)
        assert_int_equal(run(speaks_nonsense, &cases[i]), LIC_CORRUPT);
    lic_slice large = lic_slice_of(long_one, sizeof long_one);
    assert_int_equal(run(speaks_nonsense, &large), LIC_TOO_LARGE);
}

/* -- what it is for ---------------------------------------------------------------------------------------------- */

static void no_chance(void *context, void *bytes, size_t size)
{
    (void)context;
    memset(bytes, 7, size);
}

static lic_status keeps_a_ledger(lic_confined *confined, void *context, lic_buffer *sum,
                                 lic_error *why)
{
    (void)confined, (void)context;
    static const lic_random random = {NULL, no_chance};
    static const uint8_t seed[32] = {1};
    lic_keypair operator_pair;
    lic_genesis genesis;
    lic_memory_disk *disk = NULL;
    lic_client *client = NULL;
    lic_keypair_from_seed(seed, &operator_pair);
    lic_genesis_init(&genesis);
    genesis.name = lic_slice_text("trial");
    genesis.clock = LIC_CLOCK_SIMULATED;
    genesis.time = (int64_t)20000 * 86400;
    LIC_TRY(lic_memory_disk_create(&lic_allocator_system, (uint64_t)64 << 20, &disk, why));
    const lic_client_options options = {.path = "trial",
                                        .disk = disk,
                                        .allocator = &lic_allocator_system,
                                        .random = &random,
                                        .clock = &lic_clock_system,
                                        .operators = &operator_pair,
                                        .operator_count = 1};
    LIC_TRY(lic_client_create(&options, &genesis, &client, why));
    const lic_client_call call = {.signers = &operator_pair, .signer_count = 1};
    lic_status status = lic_client_register(client, &call, lic_slice_text("Label"),
                                            LIC_KEY_MAY_SIGN, NULL, NULL, why);
    lic_put_u8(sum, 1);
    lic_client_close(client);
    lic_memory_disk_destroy(disk);
    return status;
}

static void a_child_can_keep_a_ledger_in_memory(void **state)
{
    (void)state;
    assert_ok(lic_crypto_start(&error));
    lic_confine_options options = options_of();
    options.limits.cpu_seconds = 20;
    lic_status status = lic_confine_run(&options, keeps_a_ledger, NULL, &result, &error);
    if (status != LIC_OK) fail_msg("%s", error.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(result_comes_back, begin, finish),
        cmocka_unit_test_setup_teardown(error_comes_back_without_result, begin, finish),
        cmocka_unit_test_setup_teardown(too_large_a_result_is_named, begin, finish),
        cmocka_unit_test_setup_teardown(system_calls_are_stopped, begin, finish),
        cmocka_unit_test_setup_teardown(descriptors_are_closed, begin, finish),
        cmocka_unit_test_setup_teardown(processor_time_is_limited, begin, finish),
        cmocka_unit_test_setup_teardown(time_is_limited, begin, finish),
        cmocka_unit_test_setup_teardown(a_fault_is_said, begin, finish),
        cmocka_unit_test_setup_teardown(an_early_end_is_said, begin, finish),
        cmocka_unit_test_setup_teardown(address_space_is_limited, begin, finish),
        cmocka_unit_test_setup_teardown(the_host_answers, begin, finish),
        cmocka_unit_test_setup_teardown(a_child_lives_on, begin, finish),
        cmocka_unit_test_setup_teardown(the_host_does_not_wait_for_ever, begin, finish),
        cmocka_unit_test_setup_teardown(nonsense_is_no_request, begin, finish),
        cmocka_unit_test_setup_teardown(a_child_can_keep_a_ledger_in_memory, begin, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
