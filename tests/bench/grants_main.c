/* grants_main.c - `licet-grants AGREEMENT DATA LEDGER OUT`: the workload of GRANTS.md on a fresh ledger.
 *
 * Parties, agreement and signatures are made before the clock starts. Then `--waiting` transactions at a time are
 * handed over at once, and written in one block; the latency of each is the time from handing over to its block on
 * the disk. With `--stream 1` all are handed over at once, and blocks hold `--waiting`. Prints a line of JSON: what was
 * done, in which time. `--log 1` writes the same envelopes to a bare log behind it, with a sync where a block would end,
 * and prints another. */
#include "grants.h"

#include <licet/store.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

typedef struct options {
    const char *agreement, *data, *ledger, *out;
    uint32_t waiting, threads, limit;
    bool log, stream;
} options;

static uint64_t nanoseconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static double cpu_seconds(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* -- the ledger ------------------------------------------------------------------------------------------ */

typedef struct randomness {
    lic_seeded seed;
    lic_random random;
} randomness;

static lic_status create(const options *o, randomness *random, lic_client **client,
                         lic_error *error)
{
    lic_genesis genesis;
    lic_keypair operator_pair;
    uint8_t seed[LIC_SECRET_SIZE] = {3};
    lic_date begin = 0;
    LIC_TRY(lic_crypto_start(error));
    lic_keypair_from_seed(seed, &operator_pair);
    LIC_TRY(lic_date_parse(lic_slice_text("2026-01-05"), &begin));
    lic_genesis_init(&genesis);
    genesis.name = lic_slice_text("grants");
    genesis.clock = LIC_CLOCK_SIMULATED;
    genesis.time = (int64_t)begin * 86400;
    if (o->stream) genesis.limits.block_transactions = o->waiting;
    lic_seeded_init(&random->seed, 11); /* the same ledger each time */
    random->random = lic_seeded_random(&random->seed);
    const lic_client_options client_options = {.path = o->ledger,
                                               .allocator = &lic_allocator_system,
                                               .random = &random->random,
                                               .clock = &lic_clock_system,
                                               .operators = &operator_pair,
                                               .operator_count = 1,
                                               .threads = o->threads,
                                               .stays = true};
    return lic_client_create(&client_options, &genesis, client, error);
}

/* -- the clock runs ---------------------------------------------------------------------------------------- */

typedef struct batch {
    grants_transaction *first;
    lic_error *error;
} batch;

/* What the last write of a batch takes, all batches together. */
static uint64_t commit_time;
static uint32_t commits;

static void count_commit(uint64_t begun)
{
    commit_time += nanoseconds() - begun;
    commits++;
}

static lic_status told(void *context, size_t index, lic_status status,
                       const lic_client_result *result, const lic_error *error)
{
    batch *of = context;
    (void)result;
    if (status == LIC_OK) return LIC_OK;
    of->first[index].result = grants_refusal(status, error);
    if (of->first[index].result != NULL) return LIC_OK;
    *of->error = *error;
    return status;
}

static lic_status run_batch(lic_client *client, const lic_slice *wires, grants_transaction *first,
                            uint32_t count, lic_error *error)
{
    batch of = {first, error};
    uint64_t begun = nanoseconds();
    LIC_TRY(lic_client_submit_all(client, wires, count, told, &of, error));
    uint64_t submitted = nanoseconds();
    LIC_TRY(lic_client_flush(client, error));
    count_commit(submitted);
    uint64_t done = nanoseconds();
    for (uint32_t i = 0; i < count; i++) first[i].begun = begun, first[i].done = done;
    return LIC_OK;
}

/* A stream is handed over at once, and its blocks are as long as genesis lets them be. */
static lic_status run(const options *o, lic_client *client, grants_data *data, lic_error *error)
{
    uint32_t total = data->transaction_count, step = o->stream ? total : o->waiting;
    lic_slice *wires = malloc((total + 1u) * sizeof *wires);
    if (wires == NULL) return LIC_NO_MEMORY;
    for (uint32_t i = 0; i < total; i++)
        wires[i] = lic_slice_of(data->wires.data + data->transactions[i].first,
                                data->transactions[i].size);
    lic_status status = LIC_OK;
    lic_client_begin(client);
    for (uint32_t first = 0; status == LIC_OK && first < total; first += step) {
        uint32_t count = total - first < step ? total - first : step;
        status = run_batch(client, wires + first, &data->transactions[first], count, error);
    }
    free(wires);
    return status;
}

static lic_status run_log(const options *o, grants_data *data, lic_error *error)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/grants.log", o->out);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file < 0) return lic_fail(error, LIC_IO, "file", "", "cannot write %s", path);
    for (uint32_t first = 0; first < data->transaction_count; first += o->waiting) {
        uint32_t left = data->transaction_count - first;
        uint32_t count = left < o->waiting ? left : o->waiting;
        grants_transaction *from = &data->transactions[first];
        uint64_t begun = nanoseconds();
        size_t size = from[count - 1].first + from[count - 1].size - from->first;
        if (write(file, data->wires.data + from->first, size) != (ssize_t)size ||
            fdatasync(file) != 0)
            return lic_fail(error, LIC_IO, "file", "", "cannot write %s", path);
        count_commit(begun);
        for (uint32_t i = 0; i < count; i++) from[i].begun = begun, from[i].done = nanoseconds();
    }
    return close(file) == 0 ? LIC_OK : LIC_IO;
}

/* -- what is printed ----------------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static lic_status tell(const char *what, const options *o, const grants_data *data, double seconds,
                       double cpu)
{
    uint32_t count = data->transaction_count;
    uint64_t *taken = malloc((count + 1u) * sizeof *taken);
    if (taken == NULL) return LIC_NO_MEMORY;
    for (uint32_t i = 0; i < count; i++)
        taken[i] = data->transactions[i].done - data->transactions[i].begun;
    qsort(taken, count, sizeof *taken, by_size);
    printf("{\"what\": \"%s\", \"stream\": %s, \"waiting\": %u, \"threads\": %u, \"transactions\": "
           "%u, "
           "\"bytes\": %zu, \"seconds\": %.4f, \"per_second\": %.0f, \"cpu_us\": %.2f, "
           "\"p50_ms\": %.3f, \"p99_ms\": %.3f, \"commit_ms\": %.3f}\n",
           what, o->stream ? "true" : "false", o->waiting, o->threads, count, data->wires.size,
           seconds, count / seconds, 1e6 * cpu / count, 1e-6 * (double)taken[count / 2],
           1e-6 * (double)taken[count - 1 - count / 100], 1e-6 * (double)commit_time / commits);
    commit_time = 0;
    commits = 0;
    free(taken);
    return LIC_OK;
}

static lic_status measure(const options *o, lic_client *client, grants_data *data, lic_error *error)
{
    double cpu = cpu_seconds();
    uint64_t begun = nanoseconds();
    LIC_TRY(run(o, client, data, error));
    double seconds = 1e-9 * (double)(nanoseconds() - begun);
    LIC_TRY(tell("licet", o, data, seconds, cpu_seconds() - cpu));
    LIC_TRY(grants_results(client, data, error));
    LIC_TRY(grants_write(client, data, o->out, error));
    if (!o->log) return LIC_OK;
    cpu = cpu_seconds();
    begun = nanoseconds();
    LIC_TRY(run_log(o, data, error));
    seconds = 1e-9 * (double)(nanoseconds() - begun);
    return tell("log", o, data, seconds, cpu_seconds() - cpu);
}

static lic_status work(const options *o, lic_error *error)
{
    grants_data data;
    lic_client *client = NULL;
    randomness random;
    LIC_TRY(grants_read(o->data, &data, error));
    if (o->limit != 0 && o->limit < data.transaction_count) data.transaction_count = o->limit;
    lic_status status = create(o, &random, &client, error);
    if (status == LIC_OK) status = grants_prepare(client, o->agreement, &data, error);
    if (status == LIC_OK) status = measure(o, client, &data, error);
    lic_client_close(client);
    grants_free(&data);
    return status;
}

/* -- options ----------------------------------------------------------------------------------------------------- */

static bool number(const char *name, const char *text, const char *wanted, uint32_t *value)
{
    if (strcmp(name, wanted) != 0) return false;
    *value = (uint32_t)strtoul(text, NULL, 10);
    return true;
}

static int usage(void)
{
    fprintf(stderr, "usage: licet-grants AGREEMENT DATA LEDGER OUT [--waiting N] [--threads N] "
                    "[--limit N] [--stream 1] [--log 1]\n");
    return 64;
}

int main(int count, char **arguments)
{
    options o = {.waiting = 1000, .threads = 0};
    uint32_t log = 0, stream = 0;
    if (count < 5 || count % 2 == 0) return usage();
    o.agreement = arguments[1];
    o.data = arguments[2];
    o.ledger = arguments[3];
    o.out = arguments[4];
    for (int i = 5; i + 1 < count; i += 2)
        if (!number(arguments[i], arguments[i + 1], "--waiting", &o.waiting) &&
            !number(arguments[i], arguments[i + 1], "--threads", &o.threads) &&
            !number(arguments[i], arguments[i + 1], "--limit", &o.limit) &&
            !number(arguments[i], arguments[i + 1], "--log", &log) &&
            !number(arguments[i], arguments[i + 1], "--stream", &stream))
            return usage();
    if (o.waiting == 0) return usage();
    o.log = log != 0;
    o.stream = stream != 0;
    lic_error error = {.text = ""};
    (void)lic_store_own_memory(); /* as the command line does */
    lic_status status = work(&o, &error);
    if (status == LIC_OK) return 0;
    fprintf(stderr, "licet-grants: %s: %s\n", lic_status_message(status), error.text);
    return 1;
}
