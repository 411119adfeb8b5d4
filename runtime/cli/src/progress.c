/* progress.c - one line on a terminal that says how far long work is. Nothing is shown in the first
 * half second, nor when stderr is no terminal. */
#include <licet/cli.h>

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

void lic_progress_begin(lic_progress *progress, const lic_cli *cli, const char *what)
{
    *progress = (lic_progress){.cli = cli, .what = what, .started_ms = now_ms()};
}

void lic_progress_show(lic_progress *progress, uint64_t done, uint64_t total)
{
    const lic_cli *cli = progress->cli;
    if (cli->quiet || cli->json || isatty(STDERR_FILENO) != 1) return;
    int64_t now = now_ms();
    if (now - progress->started_ms < SHOW_AFTER_MS || now - progress->shown_ms < SHOW_EVERY_MS)
        return;
    progress->shown_ms = now;
    progress->shown = true;
    if (total > 0) {
        fprintf(stderr, "\r\033[K%s: %llu of %llu (%llu %%)", progress->what,
                (unsigned long long)done, (unsigned long long)total,
                (unsigned long long)(done / (total / 100 + 1)));
    } else {
        fprintf(stderr, "\r\033[K%s: %llu", progress->what, (unsigned long long)done);
    }
    (void)fflush(stderr);
}

void lic_progress_end(lic_progress *progress)
{
    if (!progress->shown) return;
    fputs("\r\033[K", stderr);
    (void)fflush(stderr);
    progress->shown = false;
}
