/* trial.c - an extension with every type and every way to fail, for test_plugin.c. */
#include "trial.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

LICET_EXTENSION("trial.interface");

static size_t handed_over; /* blocks that were not released yet */

static void *give(const void *data, size_t size)
{
    void *copy = malloc(size + 1);
    if (copy == NULL) abort();
    memcpy(copy, data, size);
    handed_over++;
    return copy;
}

void trial_release(void *data, size_t size)
{
    if (size == 0 || handed_over == 0) abort();
    handed_over--;
    free(data);
}

int64_t trial_add(int64_t a, int32_t b, uint64_t c, bool d)
{
    return a + b + (int64_t)c + d;
}

uint64_t trial_largest(void)
{
    return UINT64_MAX;
}

int32_t trial_negative(void)
{
    return -7;
}

bool trial_opposite(bool yes)
{
    return !yes;
}

void trial_echo(const char *words, size_t words_size, const uint8_t *raw, size_t raw_size,
                licet_text *words_back, licet_bytes *raw_back)
{
    if (words_size > 0) *words_back = (licet_text){give(words, words_size), words_size};
    if (raw_size > 0) *raw_back = (licet_bytes){give(raw, raw_size), raw_size};
}

uint64_t trial_held(void)
{
    return handed_over;
}

void trial_scalars(int64_t *a, uint64_t *b, int32_t *c, bool *d)
{
    if (*a != 0 || *b != 0 || *c != 0 || *d) abort();
    *a = INT64_MIN;
    *b = UINT64_MAX;
    *c = INT32_MIN;
    *d = true;
}

int32_t trial_refuse(int64_t number, licet_text *failure)
{
    static const char why[] = "the rate of 2026-01-05";
    if (number == 7) *failure = (licet_text){give(why, sizeof why - 1), sizeof why - 1};
    return (int32_t)number;
}

int32_t trial_ask(int64_t count, trial_keep_callback keep, int64_t *kept)
{
    for (int64_t i = 0; i < count; i++) *kept += keep(i, "n\xc3\xa9", 3);
    return 0;
}

int64_t trial_weigh(trial_weigh_callback weigh)
{
    return weigh((const uint8_t *)"\0\xff", 2, -5, UINT64_MAX, true);
}

int32_t trial_rows(int64_t count, uint64_t wide, trial_row_callback row)
{
    char *cells = malloc(wide + 1);
    if (cells == NULL) return 1;
    memset(cells, 'x', wide);
    for (int64_t i = 0; i < count; i++) row(i, cells, wide);
    free(cells);
    return 0;
}

int32_t trial_flood(trial_row_callback row)
{
    for (int64_t i = 0;; i++) row(i, "x", 1);
}

int32_t trial_crash(void)
{
    return raise(SIGSEGV);
}

int32_t trial_stop(const char *words, size_t words_size)
{
    (void)fprintf(stderr, "assertion failed: %.*s\n", (int)words_size, words);
    abort();
}

int32_t trial_leave(int32_t code)
{
    exit(code);
}

int32_t trial_hang(void)
{
    for (;;) (void)pause();
}

int32_t trial_spin(void)
{
    for (volatile uint64_t i = 0;; i++) continue;
}

/* True when memory was refused before two gibibytes. */
bool trial_eat(void)
{
    for (int i = 0; i < 2048; i++) {
        char *block = malloc((size_t)1 << 20);
        if (block == NULL) return true;
        *(volatile char *)block = 1;
    }
    return false;
}

int32_t trial_huge(uint64_t size, licet_bytes *raw)
{
    *raw = (licet_bytes){calloc(1, size), size};
    if (raw->data == NULL) return 1;
    handed_over++;
    return 0;
}

void trial_bad_text(licet_text *words)
{
    *words = (licet_text){give("\xff\xfe", 2), 2};
}

void trial_bad_row(trial_row_callback row)
{
    row(1, "\xff", 1);
}

int32_t trial_descriptors(void)
{
    int32_t count = 0;
    for (int i = 0; i < 1024; i++) count += fcntl(i, F_GETFD) >= 0;
    return count;
}

bool trial_look(const char *path, size_t path_size)
{
    char name[256] = "";
    if (path_size < sizeof name) memcpy(name, path, path_size);
    return open(name, O_RDONLY) >= 0;
}

bool trial_write(const char *path, size_t path_size)
{
    char name[256] = "";
    if (path_size < sizeof name) memcpy(name, path, path_size);
    int made = open(name, O_WRONLY | O_CREAT, 0600);
    return made >= 0 && write(made, "x", 1) == 1;
}

void trial_print(const char *words, size_t words_size)
{
    (void)printf("%.*s\n", (int)words_size, words);
    (void)fflush(stdout);
}

/* What a hostile extension can do: it has the socket, too. */
void trial_garbage(void)
{
    static const char nonsense[] = "\x05\0\0\0\x63nons";
    if (write(3, nonsense, sizeof nonsense - 1) < 0) abort();
}
