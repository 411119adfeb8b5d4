/* confine.c - what the process of an extension may use: memory, processor time, no core file, no
 * file written. After loading it opens nothing more: Landlock takes the right away from the process
 * itself, where the kernel knows it (5.13; TCP from 6.7 on); elsewhere the limits alone hold. */
#include "helper.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Rights of later kernels than the headers of the build know are not asked for. */
#define FILES                                                                                      \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |   \
     LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR |                                 \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | \
     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |   \
     LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)
/* The same structure as a kernel with TCP rights has it; theirs are 1 (bind) and 2 (connect). */
struct rules {
    uint64_t files, tcp;
};
enum { TCP_SINCE = 4, TCP_ALL = 3, DESCRIPTORS = 32 };

static bool limit(__rlimit_resource_t what, uint64_t most)
{
    struct rlimit now;
    if (getrlimit(what, &now) != 0) return false;
    if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most) most = now.rlim_max;
    return setrlimit(what, &(struct rlimit){.rlim_cur = most, .rlim_max = most}) == 0;
}

bool helper_limit(uint64_t memory_bytes, uint32_t cpu_seconds)
{
    /* A sanitizer reserves terabytes of addresses. */
    bool good = LICET_WATCHED || limit(RLIMIT_AS, memory_bytes);
    /* One second more until SIGKILL: SIGXCPU says what the reason is. */
    struct rlimit cpu = {.rlim_cur = cpu_seconds, .rlim_max = (rlim_t)cpu_seconds + 1};
    return setrlimit(RLIMIT_CPU, &cpu) == 0 && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) &&
           limit(RLIMIT_NOFILE, DESCRIPTORS) && good;
}

void helper_confine(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1) return;
    struct rules none = {.files = FILES, .tcp = version >= TCP_SINCE ? TCP_ALL : 0};
    size_t size = version >= TCP_SINCE ? sizeof none : sizeof none.files;
    long rules = syscall(SYS_landlock_create_ruleset, &none, size, 0);
    if (rules < 0) return;
    (void)syscall(SYS_landlock_restrict_self, (int)rules, 0);
    (void)close((int)rules);
}
