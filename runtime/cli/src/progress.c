/* progress.c - one line on a terminal that says how far long work is. Nothing is shown in the first
 * half second, nor when stderr is no terminal. */
#include "reading.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { SHOW_AFTER_MS = 500, SHOW_EVERY_MS = 100 };

static int64_t now_ms(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) return 0;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void lic_progress_print(const char *what, uint64_t done, uint64_t total,
                        char text[LIC_PROGRESS_TEXT])
{
    unsigned long long some = done, all = total;
    if (total > 0) {
        unsigned percent = done >= total ? 100 : (unsigned)((lic_u128)done * 100 / total);
        (void)snprintf(text, LIC_PROGRESS_TEXT, "%s: %llu of %llu (%u %%)", what, some, all,
                       percent);
    } else if (done > 0) {
        (void)snprintf(text, LIC_PROGRESS_TEXT, "%s: %llu", what, some);
    } else {
        (void)snprintf(text, LIC_PROGRESS_TEXT, "%s", what);
    }
}

static void show_step(void *context, const char *what, uint64_t done, uint64_t total)
{
    lic_progress *progress = context;
    progress->what = what;
    lic_progress_show(progress, done, total);
}

void lic_progress_begin(lic_progress *progress, const lic_cli *cli, const char *what)
{
    *progress = (lic_progress){.what = what,
                               .started_ms = now_ms(),
                               .wanted = !cli->quiet && !cli->json && isatty(STDERR_FILENO) == 1};
}

void lic_progress_show(lic_progress *progress, uint64_t done, uint64_t total)
{
    if (!progress->wanted) return;
    int64_t now = now_ms();
    if (now - progress->started_ms < SHOW_AFTER_MS || now - progress->shown_ms < SHOW_EVERY_MS)
        return;
    progress->shown_ms = now;
    progress->shown = true;
    char text[LIC_PROGRESS_TEXT];
    lic_progress_print(progress->what, done, total, text);
    fprintf(stderr, "\r\033[K%s", text);
    (void)fflush(stderr);
}

lic_engine_progress lic_progress_steps(lic_progress *progress)
{
    return (lic_engine_progress){.context = progress, .step = show_step};
}

void lic_progress_end(lic_progress *progress)
{
    if (!progress->shown) return;
    fputs("\r\033[K", stderr);
    (void)fflush(stderr);
    progress->shown = false;
}
