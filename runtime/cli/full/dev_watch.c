/* dev_watch.c - waiting for a line, for a save, or for the end. */
#include "dev.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

enum {
    QUIET_MS = 40,   /* an editor that saves writes, renames and removes: all of it is one save */
    SETTLE_MAX = 50, /* so often quiet is waited for; then it is looked all the same */
    LOOK_MS = 2000,  /* where inotify says nothing, as on network file systems */
    LOOK_ALONE_MS = 300 /* without inotify */
};

static const uint32_t EVENTS = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE |
                               IN_DELETE | IN_ONLYDIR;

static volatile sig_atomic_t stopped;
static struct sigaction before[2];
static sigset_t outside; /* the mask of before lic_dev_hold */
static const int ENDS[2] = {SIGINT, SIGTERM};

static void note_end(int number)
{
    (void)number;
    stopped = 1;
}

void lic_dev_hold(void)
{
    sigset_t ends;
    struct sigaction action = {.sa_handler = note_end};
    (void)sigemptyset(&ends);
    for (size_t i = 0; i < LIC_COUNT(ENDS); i++) (void)sigaddset(&ends, ENDS[i]);
    (void)sigprocmask(SIG_BLOCK, &ends, &outside);
    for (size_t i = 0; i < LIC_COUNT(ENDS); i++) (void)sigaction(ENDS[i], &action, &before[i]);
}

void lic_dev_let(void)
{
    for (size_t i = 0; i < LIC_COUNT(ENDS); i++) (void)sigaction(ENDS[i], &before[i], NULL);
    (void)sigprocmask(SIG_SETMASK, &outside, NULL);
}

/* -- watching ---------------------------------------------------------------------------------------------------- */

void lic_dev_watch_open(lic_dev_watch *watch, const char *folder)
{
    *watch = (lic_dev_watch){.folder = folder, .inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
    if (watch->inotify >= 0 && inotify_add_watch(watch->inotify, folder, EVENTS) < 0)
        lic_dev_watch_close(watch);
}

void lic_dev_watch_close(lic_dev_watch *watch)
{
    if (watch->inotify >= 0) (void)close(watch->inotify);
    watch->inotify = -1;
}

/* Adding a watch again is no harm. A folder that cannot be watched is seen by looking. */
void lic_dev_watch_folders(lic_dev_watch *watch, const lic_dev_files *files)
{
    char path[4096];
    for (size_t i = 0; watch->inotify >= 0 && i < files->count; i++) {
        const char *slash = strrchr(files->items[i].path, '/');
        if (slash == NULL) continue;
        int size = snprintf(path, sizeof path, "%s/%.*s", watch->folder,
                            (int)(slash - files->items[i].path), files->items[i].path);
        if (size > 0 && (size_t)size < sizeof path)
            (void)inotify_add_watch(watch->inotify, path, EVENTS);
    }
}

/* True when there was something. What it says does not matter: the files themselves are looked at. */
static bool drain(int inotify)
{
    char events[16384];
    bool some = false;
    while (read(inotify, events, sizeof events) > 0) some = true;
    return some;
}

static void wait_for_quiet(int inotify)
{
    const struct timespec quiet = {.tv_nsec = QUIET_MS * 1000000L};
    for (int i = 0; i < SETTLE_MAX; i++) {
        (void)nanosleep(&quiet, NULL);
        if (!drain(inotify)) return;
    }
}

lic_dev_event lic_dev_wait(const lic_dev_watch *watch, int input)
{
    int64_t wait = watch->inotify >= 0 ? LOOK_MS : LOOK_ALONE_MS;
    const struct timespec time = {.tv_sec = wait / 1000, .tv_nsec = wait % 1000 * 1000000};
    struct pollfd polls[2] = {{.fd = input, .events = POLLIN},
                              {.fd = watch->inotify, .events = POLLIN}};
    int ready = ppoll(polls, LIC_COUNT(polls), &time, &outside);
    if (stopped != 0) return LIC_DEV_STOPPED;
    if (ready > 0 && polls[0].revents != 0) return LIC_DEV_INPUT;
    if (ready > 0 && drain(watch->inotify)) wait_for_quiet(watch->inotify);
    return LIC_DEV_LOOK;
}
