/* confine.c - the host of a confined run: it forks, answers requests until the child is done, watches
 * the clock, and says why a child ended that did not return. */
#include "confine.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define NANOSECONDS 1000000000u

typedef struct host {
    const lic_confine_options *options;
    lic_link link;
    pid_t child;
    uint64_t
        left; /* ticks that the child may still let us wait; 0: it has no limit, or none is left */
    bool late;
} host;

void lic_confine_limits_init(lic_confine_limits *limits)
{
    *limits = (lic_confine_limits){
        .cpu_seconds = LIC_CONFINE_CPU_SECONDS,
        .wall_seconds = LIC_CONFINE_WALL_SECONDS,
        .memory_bytes = (uint64_t)LIC_CONFINE_MEMORY_MIB << 20,
        .message_bytes = (uint64_t)LIC_CONFINE_MESSAGE_MIB << 20,
        .talk_bytes = LIC_CONFINE_TALK_BYTES,
    };
}

size_t lic_message_max(const lic_confine_limits *limits)
{
    return (size_t)limits->message_bytes + LIC_MESSAGE_EXTRA;
}

static void wind_up(host *self)
{
    self->left = (uint64_t)self->options->limits.wall_seconds * NANOSECONDS;
}

/* Begins to wait for the child; `waited` takes what it took off its time. */
static uint64_t begin_waiting(host *self)
{
    uint64_t now = self->link.clock->ticks(self->link.clock->context);
    self->link.deadline = self->options->limits.wall_seconds == 0 ? 0 : now + self->left;
    return now;
}

static void waited(host *self, uint64_t since)
{
    uint64_t took = self->link.clock->ticks(self->link.clock->context) - since;
    self->left = took < self->left ? self->left - took : 0;
}

static lic_link_result receive(host *self, lic_buffer *message)
{
    uint64_t since = begin_waiting(self);
    lic_link_result result = lic_link_receive(&self->link, message);
    waited(self, since);
    return result;
}

static lic_link_result send_answer(host *self, const lic_buffer *answer)
{
    uint64_t since = begin_waiting(self);
    lic_link_result result = lic_link_send(&self->link, lic_slice_of(answer->data, answer->size));
    waited(self, since);
    return result;
}

/* -- how a child ends ----------------------------------------------------------------------------------- */

static lic_status cpu_limit(const host *self, lic_error *error)
{
    return lic_fail(
        error, LIC_TIME_LIMIT, "cpu_limit", "look for a loop, or a pattern, that does not end",
        "the limit of %u seconds of processor time is reached", self->options->limits.cpu_seconds);
}

/* A process that is late to take SIGXCPU, as on a machine that is busy, meets the hard limit a second later. */
static bool at_hard_limit(const host *self, int signal, const struct rusage *used)
{
    uint32_t limit = self->options->limits.cpu_seconds;
    return signal == SIGKILL && limit != 0 &&
           used->ru_utime.tv_sec + used->ru_stime.tv_sec >= (time_t)limit;
}

static lic_status killed(const host *self, int signal, const struct rusage *used, lic_error *error)
{
    if (signal == SIGXCPU || at_hard_limit(self, signal, used)) return cpu_limit(self, error);
    if (signal == SIGSYS)
        return lic_fail(error, LIC_DENIED, "system_call",
                        "code that runs here may compute, and ask licet for files of the project",
                        "it was stopped at a system call that is not allowed");
    const char *name = sigabbrev_np(signal);
    return lic_fail(error, LIC_CORRUPT, "child",
                    signal == SIGKILL ? "look whether the machine ran out of memory"
                                      : "this is a fault of licet: report it with the input",
                    "the process that ran it was ended by signal %d (%s)", signal,
                    name == NULL ? "?" : name);
}

/* The child is gone, or about to: whatever it is at, its end is awaited, and said if it is the news. */
static lic_status bury(const host *self, lic_error *error)
{
    int how = 0;
    (void)kill(self->child, SIGKILL); /* does not change how it ended if it is ending */
    struct rusage used = {0};
    while (wait4(self->child, &how, 0, &used) < 0 && errno == EINTR) continue;
    if (WIFSIGNALED(how)) return killed(self, WTERMSIG(how), &used, error);
    return lic_fail(
        error, LIC_CORRUPT, "child", "this is a fault of licet: report it with the input",
        "the process that ran it ended with exit code %d before it was done", WEXITSTATUS(how));
}

static lic_status end_of_link(const host *self, lic_link_result why, lic_error *error)
{
    lic_status status = bury(self, error);
    if (why == LIC_LINK_LATE)
        return lic_fail(
            error, LIC_TIME_LIMIT, "time_limit", "look for a loop, or a pattern, that does not end",
            "the time limit of %u seconds is reached", self->options->limits.wall_seconds);
    if (why == LIC_LINK_LARGE)
        return lic_fail(error, LIC_TOO_LARGE, "message", "make what is read or written smaller",
                        "a message is larger than the limit of %llu MiB",
                        (unsigned long long)(self->options->limits.message_bytes >> 20));
    return status;
}

static lic_status out_of_turn(const host *self, lic_error *error)
{
    (void)bury(self, NULL);
    return lic_fail(error, LIC_CORRUPT, "child",
                    "this is a fault of licet: report it with the input",
                    "the process that ran it sent what is no request");
}

/* -- serving ---------------------------------------------------------------------------------------------- */

static lic_status done(const host *self, lic_cursor *cursor, lic_buffer *result, lic_error *error)
{
    lic_error said = {0};
    lic_status status = lic_get_error(cursor, &said);
    lic_slice bytes = lic_get_slice(cursor, SIZE_MAX);
    if (!lic_cursor_done(cursor)) return out_of_turn(self, error);
    (void)bury(self, NULL);
    if (status != LIC_OK && error != NULL) *error = said;
    if (result == NULL) return status;
    lic_put_bytes(result, bytes.data, bytes.size);
    if (status == LIC_OK && result->failed)
        return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    return status;
}

static lic_status serve(host *self, lic_buffer *message, lic_buffer *answer, lic_buffer *result,
                        lic_error *error)
{
    for (;;) {
        lic_link_result link = receive(self, message);
        if (link != LIC_LINK_OK) return end_of_link(self, link, error);
        lic_cursor cursor = lic_cursor_of(lic_slice_of(message->data, message->size));
        uint8_t kind = lic_get_u8(&cursor);
        if (kind == LIC_MESSAGE_DONE) return done(self, &cursor, result, error);
        lic_buffer_clear(answer);
        if (!lic_host_answer(self->options, (lic_message)kind, &cursor, answer))
            return out_of_turn(self, error);
        if (kind == LIC_MESSAGE_NEXT) wind_up(self);
        link = send_answer(self, answer);
        if (link != LIC_LINK_OK) return end_of_link(self, link, error);
    }
}

static lic_status fail_start(const char *what, lic_error *error)
{
    return lic_fail(error, LIC_IO, "process", "see what limits this machine sets to processes",
                    "cannot start a process: %s: %s", what, strerror(errno));
}

lic_status lic_confine_run(const lic_confine_options *options, lic_confined_run *run, void *context,
                           lic_buffer *result, lic_error *error)
{
    int ends[2];
    host self = {.options = options, .link = {.clock = options->clock}};
    lic_buffer message, answer;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail_start("socketpair", error);
    pid_t parent = getpid();
    self.child = fork();
    if (self.child == 0) lic_confined_main(ends[1], parent, options, run, context);
    (void)close(ends[1]);
    if (self.child < 0) {
        (void)close(ends[0]);
        return fail_start("fork", error);
    }
    self.link.descriptor = ends[0];
    wind_up(&self);
    lic_buffer_init(&message, options->allocator, lic_message_max(&options->limits));
    lic_buffer_init(&answer, options->allocator, lic_message_max(&options->limits));
    lic_status status = serve(&self, &message, &answer, result, error);
    lic_buffer_free(&message);
    lic_buffer_free(&answer);
    (void)close(ends[0]);
    return status;
}
