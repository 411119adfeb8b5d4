/* process.c - starts licet-extension with nothing but a socket, /dev/null and a pipe for its last
 * words, with an empty environment and signals at their defaults, and collects it again. */
#include "process.h"

#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { GRACE_STEPS = 1000, GRACE_STEP_NS = 1000000 };

static lic_status cannot(lic_error *error, const char *helper, int number)
{
    bool missing = number == ENOENT || number == EACCES;
    return lic_fail(error, LIC_CONFIGURATION, "helper",
                    missing ? "install licet whole: licet-extension lies beside its extensions"
                            : "free memory, processes or descriptors and try again",
                    "cannot start %s: %s", helper, strerror(number));
}

static int describe(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes,
                    const int channel[2], const int words[2])
{
    sigset_t all, none;
    (void)sigfillset(&all);
    (void)sigemptyset(&none);
    int failed = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    if (failed == 0)
        failed = posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0);
    /* By way of numbers beyond the few that are kept: a target must not hit a source. */
    if (failed == 0) failed = posix_spawn_file_actions_adddup2(actions, words[1], 2);
    if (failed == 0)
        failed = posix_spawn_file_actions_adddup2(actions, channel[1], MESSAGE_DESCRIPTOR);
    if (failed == 0)
        failed = posix_spawn_file_actions_addclosefrom_np(actions, MESSAGE_DESCRIPTOR + 1);
    if (failed == 0) failed = posix_spawnattr_setsigdefault(attributes, &all);
    if (failed == 0) failed = posix_spawnattr_setsigmask(attributes, &none);
    if (failed == 0)
        failed = posix_spawnattr_setflags(attributes,
                                          POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    return failed;
}

static int spawn(const char *helper, const int channel[2], const int words[2], pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    static char name[] = "licet-extension", serve[] = "--serve";
    char *arguments[] = {name, serve, NULL}, *environment[] = {NULL};
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed != 0) return failed;
    failed = posix_spawnattr_init(&attributes);
    if (failed == 0) {
        failed = describe(&actions, &attributes, channel, words);
        if (failed == 0)
            failed = posix_spawn(pid, helper, &actions, &attributes, arguments, environment);
        (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/* Moves a descriptor above those that the child gets, so that no dup2 there overwrites one. */
static bool raise_above(int *descriptor)
{
    if (*descriptor > MESSAGE_DESCRIPTOR) return true;
    int raised = fcntl(*descriptor, F_DUPFD_CLOEXEC, MESSAGE_DESCRIPTOR + 1);
    if (raised < 0) return false;
    (void)close(*descriptor);
    *descriptor = raised;
    return true;
}

static void shut(int pair[2])
{
    if (pair[0] >= 0) (void)close(pair[0]);
    if (pair[1] >= 0) (void)close(pair[1]);
}

lic_status process_start(const char *helper, process *made, lic_error *error)
{
    int channel[2] = {-1, -1}, words[2] = {-1, -1};
    *made = (process){.channel = -1, .words = -1};
    int failed = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0 ||
        pipe2(words, O_CLOEXEC | O_NONBLOCK) != 0 || !raise_above(&channel[1]) ||
        !raise_above(&words[1]))
        failed = errno;
    if (failed == 0) failed = spawn(helper, channel, words, &made->pid);
    if (failed != 0) {
        shut(channel);
        shut(words);
        made->pid = 0;
        return cannot(error, helper, failed);
    }
    (void)close(channel[1]);
    (void)close(words[1]);
    made->channel = channel[0];
    made->words = words[0];
    return LIC_OK;
}

/* -- the end ----------------------------------------------------------------------------------- */

static size_t read_words(const process *of, char *target, size_t size)
{
    ssize_t got;
    do got = read(of->words, target, size);
    while (got < 0 && errno == EINTR);
    return got > 0 ? (size_t)got : 0;
}

void process_hush(const process *of)
{
    char away[4096];
    while (read_words(of, away, sizeof away) == sizeof away) continue;
}

/* The last of what was said, on one line. */
static void last_words(const process *of, char words[PROCESS_WORDS])
{
    char part[4096], kept[2 * PROCESS_WORDS];
    size_t size = 0;
    for (size_t got; (got = read_words(of, part, sizeof part)) > 0;) {
        size_t take = got < PROCESS_WORDS ? got : PROCESS_WORDS;
        size_t keep = size < PROCESS_WORDS ? size : PROCESS_WORDS;
        memmove(kept, kept + size - keep, keep);
        memcpy(kept + keep, part + got - take, take);
        size = keep + take;
    }
    while (size > 0 && (kept[size - 1] == '\n' || kept[size - 1] == ' ')) size--;
    size_t from = size < PROCESS_WORDS ? 0 : size - (PROCESS_WORDS - 1);
    size_t length = 0;
    for (size_t i = from; i < size; i++)
        words[length++] = (kept[i] >= ' ' && kept[i] < 127) ? kept[i] : ' ';
    words[length] = '\0';
}

/* Without a process to wait for (SIGCHLD is ignored here) it is gone, too, and nobody knows how. */
static bool collect(pid_t pid, int options, int *how)
{
    pid_t done;
    do done = waitpid(pid, how, options);
    while (done < 0 && errno == EINTR);
    return done != 0;
}

void process_end(process *of, bool kill_it, process_ending *ending)
{
    if (ending != NULL) *ending = (process_ending){0};
    if (of->pid == 0) return;
    int how = 0;
    bool gone = false;
    for (int i = 0; !kill_it && !gone && i < GRACE_STEPS; i++) {
        gone = collect(of->pid, WNOHANG, &how);
        if (!gone) (void)nanosleep(&(struct timespec){.tv_nsec = GRACE_STEP_NS}, NULL);
    }
    if (!gone) {
        (void)kill(of->pid, SIGKILL);
        (void)collect(of->pid, 0, &how);
    }
    if (ending != NULL) {
        ending->signal = WIFSIGNALED(how) ? WTERMSIG(how) : 0;
        ending->code = WIFEXITED(how) ? WEXITSTATUS(how) : 0;
        last_words(of, ending->words);
    }
    (void)close(of->channel);
    (void)close(of->words);
    *of = (process){.channel = -1, .words = -1};
}
