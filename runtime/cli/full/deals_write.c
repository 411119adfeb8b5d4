/* deals_write.c - the files of deals in a folder: texts, bindings, rows. Files of schedules keep the place that
 * they have in the project, so that the folder stands for itself; deals share them. */
#include "authoring.h"

#include <licet/crypto.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A file that was written, so that no other one takes its place. */
typedef struct written {
    struct written *next;
    lic_slice name;
    lic_hash hash;
} written;

typedef struct writing {
    lic_cli *cli;
    lic_project *project;
    const char *output;
    bool in_place; /* the folder is the project's own: its files are there already */
    lic_arena *arena;
    written *files;
} writing;

static lic_status make_folder(lic_cli *cli, const char *path)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST) return LIC_OK;
    return lic_fail(&cli->error, LIC_IO, "folder", "choose another place for the folder",
                    "cannot make the folder %s: %s", path, strerror(errno));
}

/* FOLDER/NAME, the folders on the way being made. */
static lic_status place(const writing *w, lic_slice name, char path[PATH_MAX])
{
    int size = snprintf(path, PATH_MAX, "%s/%.*s", w->output, (int)name.size,
                        (const char *)name.data);
    if (size < 0 || size >= PATH_MAX)
        return lic_fail(&w->cli->error, LIC_TOO_LARGE, "path", "choose a shorter path",
                        "the path of %.*s is too long", (int)name.size, (const char *)name.data);
    for (char *slash = strchr(path + strlen(w->output) + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        lic_status status = make_folder(w->cli, path);
        *slash = '/';
        LIC_TRY(status);
    }
    return LIC_OK;
}

/* *known: a file of that name was written. REFUSED when it holds something else. */
static lic_status remember(writing *w, const lic_deal *deal, lic_slice name, const lic_hash *hash,
                           bool *known)
{
    *known = false;
    for (const written *file = w->files; file != NULL; file = file->next) {
        if (!lic_slice_equal(file->name, name)) continue;
        *known = true;
        if (lic_hash_equal(&file->hash, hash)) return LIC_OK;
        return lic_fail(&w->cli->error, LIC_REFUSED, "file",
                        "give the deal or the file another name",
                        "%.*s: %.*s would be written over by another file", (int)deal->place.size,
                        (const char *)deal->place.data, (int)name.size, (const char *)name.data);
    }
    written *file = lic_arena_take(w->arena, sizeof *file);
    void *held = lic_arena_copy(w->arena, name.data, name.size);
    if (file == NULL || held == NULL) return LIC_NO_MEMORY;
    *file = (written){w->files, lic_slice_of(held, name.size), *hash};
    w->files = file;
    return LIC_OK;
}

static lic_status write_bytes(writing *w, const lic_deal *deal, lic_slice name, lic_slice bytes)
{
    char path[PATH_MAX];
    lic_hash hash;
    bool known = false;
    lic_hasher_native.sha256(&bytes, 1, &hash);
    LIC_TRY(remember(w, deal, name, &hash, &known));
    if (known) return LIC_OK;
    LIC_TRY(place(w, name, path));
    return lic_file_write_many(w->cli, path, bytes);
}

/* The file as it was when the deal was bound to it. */
static lic_status copy_file(writing *w, const lic_deal *deal, const lic_deal_schedule *schedule)
{
    lic_buffer bytes;
    lic_hash hash;
    bool known = false;
    LIC_TRY(remember(w, deal, schedule->file, &schedule->hash, &known));
    if (known || w->in_place) return LIC_OK;
    char path[PATH_MAX];
    lic_buffer_init(&bytes, w->cli->allocator, LIC_SCHEDULE_BYTES_MAX);
    lic_status status = lic_project_read(w->project, schedule->file, &bytes, &w->cli->error);
    lic_slice held = lic_slice_of(bytes.data, bytes.size);
    if (status == LIC_OK) {
        lic_hasher_native.sha256(&held, 1, &hash);
        if (!lic_hash_equal(&hash, &schedule->hash))
            status = lic_fail(&w->cli->error, LIC_DIFFERS, "schedule", "try again",
                              "%.*s changed meanwhile", (int)schedule->file.size,
                              (const char *)schedule->file.data);
    }
    if (status == LIC_OK) status = place(w, schedule->file, path);
    if (status == LIC_OK) status = lic_file_write_many(w->cli, path, held);
    lic_buffer_free(&bytes);
    return status;
}

static lic_status write_schedules(writing *w, const lic_deal *deal, lic_buffer *name)
{
    for (size_t i = 0; i < deal->schedule_count; i++) {
        const lic_deal_schedule *schedule = &deal->schedules[i];
        if (schedule->file.size > 0) {
            LIC_TRY(copy_file(w, deal, schedule));
            continue;
        }
        lic_buffer_clear(name);
        lic_deal_schedule_file(deal, schedule, name);
        LIC_TRY(write_bytes(w, deal, lic_slice_of(name->data, name->size), schedule->rows));
    }
    return LIC_OK;
}

static lic_status write_deal(writing *w, const lic_deal *deal, lic_buffer *text)
{
    char name[128]; /* a deal's name has at most 100 bytes */
    (void)snprintf(name, sizeof name, "%.*s.lic", (int)deal->name.size,
                   (const char *)deal->name.data);
    LIC_TRY(write_bytes(w, deal, lic_slice_text(name), deal->text));
    lic_buffer_clear(text);
    lic_deal_file_write(deal, name, text);
    if (text->failed) return LIC_NO_MEMORY;
    (void)snprintf(name, sizeof name, "%.*s.deal", (int)deal->name.size,
                   (const char *)deal->name.data);
    LIC_TRY(write_bytes(w, deal, lic_slice_text(name), lic_slice_of(text->data, text->size)));
    return write_schedules(w, deal, text);
}

static lic_status write_all(writing *w, const lic_sheet *sheet, const char *project)
{
    char real_project[PATH_MAX], real_output[PATH_MAX];
    lic_buffer text;
    LIC_TRY(make_folder(w->cli, w->output));
    w->in_place = realpath(project, real_project) != NULL &&
                  realpath(w->output, real_output) != NULL &&
                  strcmp(real_project, real_output) == 0;
    LIC_TRY(lic_project_open(project, LIC_SCHEDULE_BYTES_MAX, w->cli->allocator, &w->project,
                             &w->cli->error));
    lic_buffer_init(&text, w->cli->allocator, LIC_DEAL_FILE_MAX);
    lic_status status = LIC_OK;
    for (size_t i = 0; status == LIC_OK && i < lic_sheet_count(sheet); i++)
        status = write_deal(w, lic_sheet_deal(sheet, i), &text);
    lic_buffer_free(&text);
    lic_project_close(w->project);
    return status;
}

lic_status lic_deals_write(lic_cli *cli, const lic_sheet *sheet, const char *project,
                           const char *output)
{
    writing w = {.cli = cli, .output = output};
    w.arena = lic_arena_create(cli->allocator, (size_t)256 << 20);
    if (w.arena == NULL) return LIC_NO_MEMORY;
    lic_status status = write_all(&w, sheet, project);
    lic_arena_destroy(w.arena);
    return status;
}
