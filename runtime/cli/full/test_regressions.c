/* test_regressions.c - draws with which properties failed, beside their file of scenarios: FILE.regressions. A line is
 * a property's name, a tab, and the draws; it is tried first in every later run, until somebody removes it. */
#include "testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 4096, LISTS_MAX = 1000, FILE_MAX = 16 << 20 };

static bool path_of(const lic_test_job *job, char path[PATH_SIZE])
{
    return snprintf(path, PATH_SIZE, "%s.regressions", job->shown) < PATH_SIZE;
}

static lic_status read_all(lic_test_run *run, const lic_test_job *job, lic_buffer *text)
{
    char path[PATH_SIZE], room[65536];
    FILE *file = path_of(job, path) ? fopen(path, "rb") : NULL;
    if (file == NULL) return LIC_MISSING;
    (void)run;
    for (size_t size; (size = fread(room, 1, sizeof room, file)) > 0;)
        lic_put_bytes(text, room, size);
    (void)fclose(file);
    return text->failed ? LIC_TOO_LARGE : LIC_OK;
}

/* The line's draws, when it is of the property. */
static bool put_line(lic_slice line, lic_slice property, lic_buffer *target)
{
    if (line.size <= property.size || line.data[property.size] != '\t' ||
        memcmp(line.data, property.data, property.size) != 0)
        return false;
    uint32_t count = 0;
    size_t place = target->size;
    lic_put_u32(target, 0);
    for (size_t at = property.size + 1; at < line.size;) {
        uint64_t number = 0;
        while (at < line.size && line.data[at] >= '0' && line.data[at] <= '9')
            number = number * 10 + (uint64_t)(line.data[at++] - '0');
        lic_put_u64(target, number & INT64_MAX);
        count++;
        while (at < line.size && (line.data[at] < '0' || line.data[at] > '9')) at++;
    }
    if (!target->failed) lic_store_u32(target->data + place, count);
    return true;
}

lic_status lic_test_regressions_get(lic_test_run *run, const lic_test_job *job, lic_slice property,
                                    lic_buffer *target)
{
    lic_buffer text;
    uint32_t lists = 0;
    lic_buffer_init(&text, run->cli->allocator, FILE_MAX);
    if (read_all(run, job, &text) == LIC_OK) {
        size_t place = target->size;
        lic_put_u32(target, 0);
        for (size_t at = 0; at < text.size && lists < LISTS_MAX;) {
            const uint8_t *end = memchr(text.data + at, '\n', text.size - at);
            size_t size = end == NULL ? text.size - at : (size_t)(end - text.data) - at;
            lists += put_line(lic_slice_of(text.data + at, size), property, target);
            at += size + 1;
        }
        if (!target->failed) lic_store_u32(target->data + place, lists);
    }
    lic_buffer_free(&text);
    return LIC_OK;
}

static void put_draws(lic_buffer *line, const lic_scenario_result *told)
{
    lic_cursor cursor = lic_cursor_of(told->draws);
    uint32_t count = lic_get_u32(&cursor);
    lic_put_bytes(line, told->name.data, told->name.size);
    lic_put_u8(line, '\t');
    for (uint32_t i = 0; i < count && !cursor.failed; i++)
        lic_put_format(line, "%s%llu", i == 0 ? "" : " ", (unsigned long long)lic_get_u64(&cursor));
    lic_put_u8(line, '\n');
}

/* Appends the line unless it is there. */
static lic_status save(lic_test_run *run, const lic_test_result *r)
{
    char path[PATH_SIZE];
    const lic_test_job *job = &run->jobs[r->job];
    lic_buffer line, text;
    if (!path_of(job, path)) return LIC_OK;
    lic_buffer_init(&line, run->cli->allocator, 1 << 20);
    lic_buffer_init(&text, run->cli->allocator, FILE_MAX);
    put_draws(&line, &r->told);
    (void)read_all(run, job, &text);
    lic_status status = LIC_OK;
    if (!line.failed && !text.failed &&
        (text.size == 0 || memmem(text.data, text.size, line.data, line.size) == NULL)) {
        FILE *file = fopen(path, "ab");
        bool good = file != NULL && fwrite(line.data, 1, line.size, file) == line.size;
        if (file != NULL) good = fclose(file) == 0 && good;
        if (good)
            lic_cli_say(run->cli, "%s: the failing draws are kept, and tried first from now on",
                        path);
        else
            status = lic_fail(&run->cli->error, LIC_IO, "regressions", "make the folder writable",
                              "cannot write %s", path);
    }
    lic_buffer_free(&line);
    lic_buffer_free(&text);
    return status;
}

lic_status lic_test_regressions_save(lic_test_run *run)
{
    for (size_t i = 0; i < run->result_count; i++)
        if (run->results[i].told.failed && run->results[i].told.draws.size > 4)
            LIC_TRY(save(run, &run->results[i]));
    return LIC_OK;
}
