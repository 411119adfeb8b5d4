/* filter.c - what a confined process gives up: descriptors, resources, system calls. Called once, in the
 * child, before anything that is not ours runs. */
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { DESCRIPTORS = 16 };
#define RESERVE_BYTES ((uint64_t)64 << 20) /* messages, stacks, the allocator's own books */

/* -- resources --------------------------------------------------------------------------------------------- */

/* Pages of address space that this process has; 0 when /proc does not say. */
static uint64_t address_space_pages(void)
{
    char text[64] = "";
    int descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t size = descriptor < 0 ? 0 : read(descriptor, text, sizeof text - 1);
    if (descriptor >= 0) (void)close(descriptor);
    uint64_t pages = 0;
    for (ssize_t i = 0; i < size && text[i] >= '0' && text[i] <= '9'; i++)
        pages = pages * 10 + (uint64_t)(text[i] - '0');
    return pages;
}

static bool set_limit(int resource, uint64_t soft, uint64_t hard)
{
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)resource, &now) != 0) return false;
    if (now.rlim_max != RLIM_INFINITY && hard > now.rlim_max) hard = now.rlim_max;
    if (soft > hard) soft = hard;
    const struct rlimit limit = {.rlim_cur = (rlim_t)soft, .rlim_max = (rlim_t)hard};
    return setrlimit((__rlimit_resource_t)resource, &limit) == 0;
}

/* A sanitizer's shadow takes terabytes of address space, so that there the allocator's cap stands alone. */
static bool limit_memory(const lic_confine_limits *limits)
{
    uint64_t has = address_space_pages() * (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t most = has + 2 * limits->memory_bytes + 2 * limits->message_bytes + RESERVE_BYTES;
    if (LICET_WATCHED || has == 0 || limits->memory_bytes == 0) return true;
    return set_limit(RLIMIT_AS, most, most);
}

/* At the soft limit the process gets SIGXCPU, which says what happened; the hard one is a second on. */
static bool limit_processor(const lic_confine_limits *limits)
{
    uint64_t cpu = limits->cpu_seconds;
    return cpu == 0 || set_limit(RLIMIT_CPU, cpu, cpu + 1);
}

static bool limit_resources(const lic_confine_limits *limits)
{
    return limit_processor(limits) && set_limit(RLIMIT_CORE, 0, 0) &&
           set_limit(RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS) && limit_memory(limits);
}

/* Standard input is not the child's, and nothing that the parent has open. */
static bool close_others(int descriptor)
{
    int empty = open("/dev/null", O_RDONLY | O_CLOEXEC);
    bool good = empty >= 0 && dup2(empty, STDIN_FILENO) >= 0;
    if (empty > STDERR_FILENO) (void)close(empty);
    unsigned last = STDERR_FILENO;
    if (descriptor > STDERR_FILENO + 1)
        good = good && close_range(last + 1, (unsigned)descriptor - 1, 0) == 0;
    return good && close_range((unsigned)descriptor + 1, ~0U, 0) == 0;
}

/* -- system calls -------------------------------------------------------------------------------------------- */

/* Allowed whatever the arguments: none of them opens, sends, waits for or changes anything outside. */
static const int FREE_CALLS[] = {
    SCMP_SYS(read),         SCMP_SYS(write),
    SCMP_SYS(brk),          SCMP_SYS(munmap),
    SCMP_SYS(mremap),       SCMP_SYS(madvise),
    SCMP_SYS(exit),         SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(getpid),       SCMP_SYS(gettid),
    SCMP_SYS(futex),
#if LICET_WATCHED
    SCMP_SYS(rt_sigaction), SCMP_SYS(sigaltstack),
    SCMP_SYS(sched_yield),  SCMP_SYS(sched_getaffinity),
    SCMP_SYS(prctl),        SCMP_SYS(getrlimit),
    SCMP_SYS(prlimit64),    SCMP_SYS(clock_gettime),
    SCMP_SYS(nanosleep),    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(close),
#endif
};

static int allow(scmp_filter_ctx filter, int call, const struct scmp_arg_cmp *where, unsigned count)
{
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, count, where);
}

/* Memory that is mapped is nobody's file, and never code. */
static int allow_memory(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp where[] = {
        {.arg = 2, .op = SCMP_CMP_MASKED_EQ, .datum_a = PROT_EXEC, .datum_b = 0},
        {.arg = 3, .op = SCMP_CMP_MASKED_EQ, .datum_a = MAP_ANONYMOUS, .datum_b = MAP_ANONYMOUS}};
    int failed = allow(filter, SCMP_SYS(mmap), where, 2);
    return failed != 0 ? failed : allow(filter, SCMP_SYS(mprotect), where, 1);
}

/* abort() may end this process, and no other. */
static int allow_abort(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp where[] = {
        {.arg = 0, .op = SCMP_CMP_EQ, .datum_a = (scmp_datum_t)getpid()},
        {.arg = 2, .op = SCMP_CMP_EQ, .datum_a = SIGABRT}};
    return allow(filter, SCMP_SYS(tgkill), where, 2);
}

static int build(scmp_filter_ctx filter)
{
    int failed = allow_memory(filter);
    if (failed == 0) failed = allow_abort(filter);
    for (size_t i = 0; failed == 0 && i < LIC_COUNT(FREE_CALLS); i++)
        failed = allow(filter, FREE_CALLS[i], NULL, 0);
    return failed;
}

static lic_status filter_calls(lic_error *error)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int failed = filter == NULL ? -ENOMEM : build(filter);
    if (failed == 0) failed = seccomp_load(filter);
    if (filter != NULL) seccomp_release(filter);
    if (failed == 0) return LIC_OK;
    return lic_fail(error, LIC_CONFIGURATION, "seccomp",
                    "use a kernel with seccomp filters, and a container that allows them",
                    "this machine cannot confine a process: %s", strerror(-failed));
}

static int in_order(const void *a, const void *b)
{
    return *(const uint8_t *)a - *(const uint8_t *)b;
}

/* The first sort of more than a page asks glibc's qsort how much memory the machine has. */
static void ask_beforehand(void)
{
    static uint8_t bytes[8192];
    qsort(bytes, sizeof bytes, 1, in_order);
}

lic_status lic_confine_self(int descriptor, const lic_confine_limits *limits, lic_error *error)
{
    /* valgrind makes code, and keeps descriptors of its own. */
    bool good = LICET_VALGRIND ? limit_processor(limits)
                               : close_others(descriptor) && limit_resources(limits);
    if (!good)
        return lic_fail(error, LIC_CONFIGURATION, "resources",
                        "see what limits this machine sets to processes",
                        "this machine cannot limit a process: %s", strerror(errno));
    if (LICET_VALGRIND) return LIC_OK;
    ask_beforehand();
    return filter_calls(error);
}
