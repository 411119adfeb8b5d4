/* doctor_sandbox.c - can this machine confine scripts? licet author, test, sim, repl and convert run Lua in a process that
 * can only compute; where that cannot be, they do not run. */
#include "doctor_sandbox.h"
#include "doctor.h"

#include <licet/confine.h>
#include <licet/store.h>

#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>

enum { ASKED = 41, FILES_LEAST = 64 };

static lic_status compute(lic_confined *confined, void *context, lic_buffer *result,
                          lic_error *error)
{
    (void)confined, (void)error;
    lic_put_u32(result, *(const uint32_t *)context + 1);
    return LIC_OK;
}

static lic_status try_sandbox(const lic_cli *cli, lic_error *error)
{
    uint32_t asked = ASKED;
    lic_buffer result;
    lic_confine_options options = {.allocator = cli->allocator, .clock = &lic_clock_system};
    lic_confine_limits_init(&options.limits);
    lic_buffer_init(&result, cli->allocator, 64);
    lic_status status = lic_confine_run(&options, compute, &asked, &result, error);
    if (status == LIC_OK && (result.size != 4 || lic_load_u32(result.data) != ASKED + 1))
        status = lic_fail(error, LIC_CORRUPT, "child", "reinstall licet",
                          "the confined process answered something else than it was asked for");
    lic_buffer_free(&result);
    return status;
}

/* Limits of this user under which scripts or large ledgers fail half way. */
static void examine_limits(lic_doctor *d)
{
    char text[256];
    struct rlimit memory, files, size;
    if (getrlimit(RLIMIT_AS, &memory) != 0 || getrlimit(RLIMIT_NOFILE, &files) != 0 ||
        getrlimit(RLIMIT_FSIZE, &size) != 0)
        return;
    const uint64_t least = (uint64_t)LIC_CONFINE_MEMORY_MIB * 4 << 20;
    if (memory.rlim_cur != RLIM_INFINITY && memory.rlim_cur < least) {
        (void)snprintf(text, sizeof text, "address space is limited to %" PRIu64 " MiB",
                       (uint64_t)memory.rlim_cur >> 20);
        lic_doctor_tell(d, LIC_VERDICT_NOTE, "limits", text,
                        "ulimit -v unlimited: large reports and scripts need more");
    } else if (size.rlim_cur != RLIM_INFINITY) {
        (void)snprintf(text, sizeof text, "files are limited to %" PRIu64 " MiB",
                       (uint64_t)size.rlim_cur >> 20);
        lic_doctor_tell(d, LIC_VERDICT_NOTE, "limits", text,
                        "ulimit -f unlimited: a ledger that reaches it takes no further block");
    } else if (files.rlim_cur < FILES_LEAST) {
        (void)snprintf(text, sizeof text, "%" PRIu64 " open files are allowed",
                       (uint64_t)files.rlim_cur);
        lic_doctor_tell(d, LIC_VERDICT_NOTE, "limits", text,
                        "ulimit -n 64, or more: sockets, journals and extensions need them");
    } else {
        lic_doctor_tell(d, LIC_VERDICT_OK, "limits",
                        "this user's limits leave room for scripts and ledgers", "");
    }
}

void lic_doctor_sandbox(lic_doctor *d)
{
    lic_error error = {0};
    if (try_sandbox(d->cli, &error) == LIC_OK)
        lic_doctor_tell(d, LIC_VERDICT_OK, "sandbox",
                        "scripts run confined: no files, no network, limited time and memory", "");
    else
        lic_doctor_tell(d, LIC_VERDICT_BAD, "sandbox",
                        error.text[0] != '\0' ? error.text : "a script cannot be confined",
                        error.help[0] != '\0'
                            ? error.help
                            : "author, test, sim, repl and convert do not run here; ledgers do");
    examine_limits(d);
}
