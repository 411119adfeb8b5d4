/* test_gas.c - the most that each kind of transaction cost in any scenario, as lines of a snapshot. */
#include "testing.h"

#include <stdlib.h>
#include <string.h>

typedef struct cost {
    lic_slice folder, what;
    uint64_t gas;
} cost;

enum { SNAPSHOT_MAX = 16 << 20 };

static void note(cost *costs, size_t *count, size_t room, const cost *seen)
{
    for (size_t i = 0; i < *count; i++) {
        if (!lic_slice_equal(costs[i].folder, seen->folder) ||
            !lic_slice_equal(costs[i].what, seen->what))
            continue;
        if (seen->gas > costs[i].gas) costs[i].gas = seen->gas;
        return;
    }
    if (*count < room) costs[(*count)++] = *seen;
}

static int compare_slices(lic_slice a, lic_slice b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size == 0 ? 0 : memcmp(a.data, b.data, size);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static int by_name(const void *a, const void *b)
{
    const cost *x = a, *y = b;
    int order = compare_slices(x->folder, y->folder);
    return order != 0 ? order : compare_slices(x->what, y->what);
}

static size_t gather(const lic_test_run *run, cost *costs, size_t room)
{
    size_t count = 0;
    for (size_t i = 0; i < run->result_count; i++) {
        const lic_test_result *r = &run->results[i];
        lic_cursor cursor = lic_cursor_of(r->told.gas);
        while (!lic_cursor_done(&cursor) && !cursor.failed) {
            cost seen = {.folder = lic_slice_text(run->jobs[r->job].folder)};
            seen.what = lic_get_slice(&cursor, r->told.gas.size);
            seen.gas = lic_get_u64(&cursor);
            if (!cursor.failed) note(costs, &count, room, &seen);
        }
    }
    qsort(costs, count, sizeof *costs, by_name);
    return count;
}

lic_status lic_test_gas(lic_test_run *run, const char *file, bool check)
{
    enum { ROOM = 4096 };
    lic_cli *cli = run->cli;
    lic_buffer now, before;
    cost *costs = lic_arena_take(run->arena, ROOM * sizeof *costs);
    if (costs == NULL) return LIC_NO_MEMORY;
    size_t count = gather(run, costs, ROOM);
    lic_buffer_init(&now, cli->allocator, SNAPSHOT_MAX);
    lic_buffer_init(&before, cli->allocator, SNAPSHOT_MAX);
    for (size_t i = 0; i < count; i++)
        lic_put_format(&now, "%.*s\t%.*s\t%llu\n", (int)costs[i].folder.size,
                       (const char *)costs[i].folder.data, (int)costs[i].what.size,
                       (const char *)costs[i].what.data, (unsigned long long)costs[i].gas);
    lic_status status = LIC_OK;
    if (!check) {
        status = lic_file_write(cli, file, lic_slice_of(now.data, now.size));
    } else {
        status = lic_file_read(cli, file, &before);
        bool same = status == LIC_OK && now.size == before.size &&
                    (now.size == 0 || memcmp(now.data, before.data, now.size) == 0);
        if (status == LIC_OK && !same) {
            lic_cli_say(cli, "gas is not what %s says; without --check it is written anew", file);
            cli->finding = true;
        }
    }
    lic_buffer_free(&now);
    lic_buffer_free(&before);
    return status;
}
