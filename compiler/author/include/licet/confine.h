/* confine.h - a function runs in a process of its own that can do nothing but compute.
 *
 * lic_confine_run forks. The child keeps its memory, standard output and standard error, and a socket to
 * the parent, the host; it is limited in processor time, memory and system calls (seccomp), and the host
 * watches the clock. What it needs from outside it asks the host for, and the host answers through the
 * functions of lic_host_services, which decide what is allowed. Where the child ends otherwise than by
 * returning (killed by a limit, by a system call that is not allowed, or by its own fault) the host says
 * so in words that name the limit.
 *
 * The child sees the parent's memory as it was at the fork, and no change that either makes later. It must
 * not use stdio (lic_confined_say is there), open anything, or ask the system for time or chance.
 * Linux alone. Design: docs/adr/0100-lua-runs-in-a-process-without-system-calls.md. */
#ifndef LICET_CONFINE_H
#define LICET_CONFINE_H

#include <licet/bytes.h>
#include <licet/environment.h>

/* What one run may use. lic_confine_limits_init fills in what suits a sheet or a test. */
typedef struct lic_confine_limits {
    uint32_t cpu_seconds;  /* processor time of the child, from 1 on; 0: unlimited */
    uint32_t wall_seconds; /* time that the child lets the host wait, between two calls of `next`;
                             * 0: unlimited. What the host itself takes does not count. */
    uint64_t
        memory_bytes; /* for allocators that the child's function caps itself (Lua's); the child's
                             * address space is limited to what it had, twice this, and a reserve */
    uint64_t message_bytes; /* the largest request, answer or result */
    uint64_t talk_bytes;    /* on standard error, in the whole run */
} lic_confine_limits;

#define LIC_CONFINE_CPU_SECONDS 10u  /* a deal sheet takes milliseconds */
#define LIC_CONFINE_WALL_SECONDS 30u /* a machine may be three times as busy as it should */
#define LIC_CONFINE_MEMORY_MIB 256u  /* ten thousand deals with their rows take less than a tenth */
#define LIC_CONFINE_MESSAGE_MIB 64u  /* the largest file or result that crosses the socket */
#define LIC_CONFINE_TALK_BYTES (1u << 20) /* more than anybody reads */

void lic_confine_limits_init(lic_confine_limits *limits);

/* -- the host's side ---------------------------------------------------------------------------------- */

/* What the host does for the child. A function that is NULL is refused: DENIED, "this command does not".
 * Arguments come from the child and are hostile: check everything. Answers are appended to `target`,
 * whose maximum is limits.message_bytes. An error goes to the child, which may go on. */
typedef struct lic_host_services {
    void *context;
    /* The bytes of a file of the project. */
    lic_status (*read)(void *context, lic_slice path, lic_buffer *target, lic_error *error);
    /* The names in a folder of the project, in order of bytes: each with lic_put_slice. */
    lic_status (*list)(void *context, lic_slice path, lic_buffer *target, lic_error *error);
    /* Takes a result. */
    lic_status (*write)(void *context, lic_slice name, lic_slice bytes, lic_error *error);
    /* Calls a function of an extension; arguments and answer as the two agree. */
    lic_status (*call)(void *context, lic_slice extension, lic_slice function, lic_slice arguments,
                       lic_buffer *target, lic_error *error);
    /* The next piece of work of a child that lives on: `told` is what it says of the last one. The
     * child's wall-clock time begins anew. */
    lic_status (*next)(void *context, lic_slice told, lic_buffer *target, lic_error *error);
} lic_host_services;

typedef struct lic_confine_options {
    lic_confine_limits limits;
    lic_host_services services;
    const lic_allocator *allocator; /* the host's: messages */
    const lic_clock *clock;         /* the host's: ticks, for the wall-clock limit */
    bool quiet;                     /* lic_confined_say says nothing */
} lic_confine_options;

/* The child's end of it. */
typedef struct lic_confined lic_confined;

/* The child's function: its result, its status and its error go to the host. */
typedef lic_status lic_confined_run(lic_confined *confined, void *context, lic_buffer *result,
                                    lic_error *error);

/* Runs `run(…, context, …)` in a child and waits for its end. Answers what `run` returned, with its error and
 * what it put into `result` (appended; may be NULL). Otherwise
 *   TIME_LIMIT, code "cpu_limit" or "time_limit"
 *   DENIED, code "system_call"   it made a system call that is not allowed
 *   TOO_LARGE, code "message"    a message is larger than limits.message_bytes
 *   CORRUPT, code "child"        it ended by another signal, or spoke out of turn
 *   CONFIGURATION, code "seccomp"  this machine cannot confine: nothing was run
 *   NO_MEMORY, IO
 * Call it with one thread running. */
lic_status lic_confine_run(const lic_confine_options *options, lic_confined_run *run, void *context,
                           lic_buffer *result, lic_error *error);

/* -- the child's side ----------------------------------------------------------------------------------- */

const lic_confine_limits *lic_confined_limits(const lic_confined *confined);

/* Requests. The error is the host's; TOO_LARGE, code "message", when it does not fit. */
lic_status lic_host_read(lic_confined *confined, lic_slice path, lic_buffer *target,
                         lic_error *error);
lic_status lic_host_list(lic_confined *confined, lic_slice path, lic_buffer *target,
                         lic_error *error);
lic_status lic_host_write(lic_confined *confined, lic_slice name, lic_slice bytes,
                          lic_error *error);
lic_status lic_host_call(lic_confined *confined, lic_slice extension, lic_slice function,
                         lic_slice arguments, lic_buffer *target, lic_error *error);
lic_status lic_host_next(lic_confined *confined, lic_slice told, lic_buffer *target,
                         lic_error *error);

/* Text for people on standard error, control characters but line ends and tabs made visible. False when
 * limits.talk_bytes are used up; then nothing is said. */
bool lic_confined_say(lic_confined *confined, lic_slice text);
/* Data on standard output, as it is. False when it cannot be written. */
bool lic_confined_output(lic_confined *confined, lic_slice bytes);

/* Ends the child at once with this error, whatever stands on its stack. */
LIC_NORETURN void lic_confined_stop(lic_confined *confined, const lic_error *error);

#endif
