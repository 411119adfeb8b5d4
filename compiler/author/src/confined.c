/* confined.c - the child of a confined run: it gives up what it does not need, computes, tells the
 * result and ends. */
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { SAY_STEP = 512 };

const lic_confine_limits *lic_confined_limits(const lic_confined *confined)
{
    return &confined->limits;
}

/* -- talk and data -------------------------------------------------------------------------------------------- */

static bool write_all(int descriptor, const uint8_t *data, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t put = write(descriptor, data + done, size - done);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return false;
        done += (size_t)put;
    }
    return true;
}

static bool in_c1(uint8_t lead, uint8_t byte)
{
    return lead == 0xC2 && byte >= 0x80 && byte <= 0x9F;
}

/* A control of one byte, or either byte of one that has two: U+0080 to U+009F. */
static bool is_control(lic_slice text, size_t at)
{
    uint8_t byte = text.data[at];
    if (byte < 0x80) return (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F;
    if (at > 0 && in_c1(text.data[at - 1], byte)) return true;
    return at + 1 < text.size && in_c1(byte, text.data[at + 1]);
}

/* A byte as a terminal may see it; returns how many bytes that takes. */
static size_t make_safe(lic_slice text, size_t at, uint8_t room[4])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t byte = text.data[at];
    bool control = is_control(text, at);
    room[0] = control ? '\\' : byte;
    if (!control) return 1;
    room[1] = 'x';
    room[2] = (uint8_t)digits[byte >> 4];
    room[3] = (uint8_t)digits[byte & 15u];
    return 4;
}

bool lic_confined_say(lic_confined *confined, lic_slice text)
{
    uint8_t out[SAY_STEP];
    size_t size = 0;
    if (text.size > confined->talk_left) return false;
    confined->talk_left -= text.size;
    if (confined->quiet) return true;
    for (size_t i = 0; i < text.size; i++) {
        size += make_safe(text, i, out + size);
        if (size + 4 <= sizeof out && i + 1 < text.size) continue;
        if (!write_all(STDERR_FILENO, out, size)) return false;
        size = 0;
    }
    return true;
}

bool lic_confined_output(lic_confined *confined, lic_slice bytes)
{
    (void)confined;
    return write_all(STDOUT_FILENO, bytes.data, bytes.size);
}

/* -- the end ----------------------------------------------------------------------------------------------------- */

static void tell_end(lic_confined *confined, lic_status status, const lic_error *error,
                     lic_slice result)
{
    lic_buffer *message = &confined->message;
    lic_buffer_clear(message);
    lic_put_u8(message, LIC_MESSAGE_DONE);
    lic_put_error(message, status, error);
    lic_put_slice(message, result);
    if (!message->failed)
        (void)lic_link_send(&confined->link, lic_slice_of(message->data, message->size));
}

LIC_NORETURN void lic_confined_stop(lic_confined *confined, const lic_error *error)
{
    tell_end(confined, error->status, error, lic_slice_of(NULL, 0));
    _exit(0);
}

/* Handlers and masks of the parent are not the child's; nor does it outlive its parent. */
static void begin_alone(pid_t parent)
{
    static const int signals[] = {SIGXCPU, SIGSYS, SIGPIPE, SIGABRT, SIGINT, SIGTERM, SIGHUP};
    sigset_t none;
    for (size_t i = 0; i < LIC_COUNT(signals); i++) (void)signal(signals[i], SIG_DFL);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)prctl(PR_SET_DUMPABLE, 0);
    if (getppid() != parent) _exit(0); /* it ended before it could be followed */
}

LIC_NORETURN void lic_confined_main(int descriptor, pid_t parent,
                                    const lic_confine_options *options, lic_confined_run *run,
                                    void *context)
{
    if (descriptor <= STDERR_FILENO) descriptor = fcntl(descriptor, F_DUPFD, STDERR_FILENO + 1);
    lic_confined confined = {.link = {.descriptor = descriptor},
                             .limits = options->limits,
                             .allocator = options->allocator,
                             .talk_left = options->limits.talk_bytes,
                             .quiet = options->quiet};
    lic_error error = {0};
    lic_buffer result;
    lic_buffer_init(&confined.message, options->allocator, lic_message_max(&options->limits));
    lic_buffer_init(&result, options->allocator, (size_t)options->limits.message_bytes);
    begin_alone(parent);
    lic_status status = lic_confine_self(descriptor, &options->limits, &error);
    if (status == LIC_OK) status = run(&confined, context, &result, &error);
    if (status == LIC_OK && result.failed)
        status = lic_fail(&error, LIC_TOO_LARGE, "message", "make what is written smaller",
                          "the result is larger than the limit of %llu MiB",
                          (unsigned long long)(options->limits.message_bytes >> 20));
    tell_end(&confined, status, &error,
             status == LIC_OK ? lic_slice_of(result.data, result.size) : lic_slice_of(NULL, 0));
    _exit(0);
}
