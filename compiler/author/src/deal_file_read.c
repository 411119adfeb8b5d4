/* deal_file_read.c - reading NAME.deal: only what the writer writes, member by member. */
#include <licet/deal_file.h>

#include <jansson.h>
#include <string.h>

typedef struct reading {
    const char *path;
    lic_arena *arena;
    lic_deal_file *file;
    lic_error *error;
} reading;

enum { MEMBERS_MAX = 65536 };

static lic_status refuse(const reading *r, const char *member, const char *what)
{
    return lic_fail(r->error, LIC_MALFORMED, "deal_file",
                    "author the deal again: licet author SHEET --output FOLDER", "%s: %s %s",
                    r->path, member, what);
}

static lic_status out_of_memory(const reading *r)
{
    return lic_fail(r->error, LIC_NO_MEMORY, "memory", "", "out of memory");
}

static lic_status take_text(const reading *r, json_t *value, const char *member, lic_slice *text)
{
    if (!json_is_string(value)) return refuse(r, member, "is no text");
    size_t size = json_string_length(value);
    char *held = lic_arena_text(r->arena, json_string_value(value), size);
    *text = lic_slice_of(held, size);
    return held == NULL ? out_of_memory(r) : LIC_OK;
}

static lic_status take_hash(const reading *r, json_t *value, const char *member, lic_hash *hash)
{
    lic_slice text = lic_slice_of(json_string_value(value), json_string_length(value));
    if (json_is_string(value) && lic_hash_parse(text, hash) == LIC_OK) return LIC_OK;
    return refuse(r, member, "is no hash");
}

/* A file beside the .deal. */
static lic_status take_path(const reading *r, json_t *value, const char *member, lic_slice *path)
{
    LIC_TRY(take_text(r, value, member, path));
    return lic_project_path_valid(*path) ? LIC_OK : refuse(r, member, "leads out of the folder");
}

static lic_status count_members(const reading *r, json_t *object, const char *member, size_t *count)
{
    if (!json_is_object(object)) return refuse(r, member, "is no object");
    *count = json_object_size(object);
    return *count <= MEMBERS_MAX ? LIC_OK : refuse(r, member, "has too many members");
}

static int by_name(const void *a, const void *b)
{
    return lic_slice_compare(((const lic_deal_text *)a)->name, ((const lic_deal_text *)b)->name);
}

static lic_status take_texts(const reading *r, json_t *object, const char *member,
                             lic_deal_text **list, size_t *count)
{
    size_t size = 0, at = 0;
    LIC_TRY(count_members(r, object, member, &size));
    *list = lic_arena_take(r->arena, (size + 1) * sizeof **list);
    if (*list == NULL) return out_of_memory(r);
    for (void *i = json_object_iter(object); i != NULL; i = json_object_iter_next(object, i)) {
        const char *name = json_object_iter_key(i);
        lic_deal_text *text = &(*list)[at++];
        char *held = lic_arena_text(r->arena, name, strlen(name));
        if (held == NULL) return out_of_memory(r);
        text->name = lic_slice_text(held);
        LIC_TRY(take_text(r, json_object_iter_value(i), member, &text->value));
    }
    *count = at;
    qsort(*list, at, sizeof **list, by_name);
    return LIC_OK;
}

static lic_status take_schedule(const reading *r, const char *name, json_t *value,
                                lic_deal_file_schedule *schedule)
{
    size_t members = 0;
    char *held = lic_arena_text(r->arena, name, strlen(name));
    if (held == NULL) return out_of_memory(r);
    schedule->name = lic_slice_text(held);
    LIC_TRY(count_members(r, value, "schedules", &members));
    if (members != 2) return refuse(r, "schedules", "have file and hash");
    LIC_TRY(take_path(r, json_object_get(value, "file"), "schedules: file", &schedule->file));
    return take_hash(r, json_object_get(value, "hash"), "schedules: hash", &schedule->hash);
}

static lic_status take_schedules(const reading *r, json_t *object)
{
    size_t size = 0, at = 0;
    LIC_TRY(count_members(r, object, "schedules", &size));
    r->file->schedules = lic_arena_take(r->arena, (size + 1) * sizeof *r->file->schedules);
    if (r->file->schedules == NULL) return out_of_memory(r);
    for (void *i = json_object_iter(object); i != NULL; i = json_object_iter_next(object, i))
        LIC_TRY(take_schedule(r, json_object_iter_key(i), json_object_iter_value(i),
                              &r->file->schedules[at++]));
    r->file->schedule_count = at;
    return LIC_OK;
}

static lic_status check_format(const reading *r, json_t *root)
{
    static const char *const known[] = {"agreement", "deal",      "format", "image", "parameters",
                                        "parties",   "schedules", "set",    "source"};
    if (!json_is_object(root)) return refuse(r, "the file", "is no object");
    for (void *i = json_object_iter(root); i != NULL; i = json_object_iter_next(root, i)) {
        bool found = false;
        for (size_t k = 0; k < LIC_COUNT(known); k++)
            found |= strcmp(json_object_iter_key(i), known[k]) == 0;
        if (!found) return refuse(r, json_object_iter_key(i), "is no member of a deal");
    }
    for (size_t k = 0; k < LIC_COUNT(known); k++)
        if (json_object_get(root, known[k]) == NULL) return refuse(r, known[k], "is missing");
    const char *format = json_string_value(json_object_get(root, "format"));
    if (format != NULL && strcmp(format, "licet-deal-1") == 0) return LIC_OK;
    return lic_fail(r->error, LIC_VERSION, "format", "use the version of licet that wrote it",
                    "%s: another format than licet-deal-1", r->path);
}

static lic_status take_all(const reading *r, json_t *root)
{
    lic_deal_file *file = r->file;
    LIC_TRY(check_format(r, root));
    LIC_TRY(take_path(r, json_object_get(root, "agreement"), "agreement", &file->agreement));
    LIC_TRY(take_text(r, json_object_get(root, "deal"), "deal", &file->name));
    LIC_TRY(take_hash(r, json_object_get(root, "image"), "image", &file->image));
    LIC_TRY(take_hash(r, json_object_get(root, "parameters"), "parameters", &file->parameters));
    LIC_TRY(take_hash(r, json_object_get(root, "source"), "source", &file->source));
    LIC_TRY(take_texts(r, json_object_get(root, "parties"), "parties", &file->parties,
                       &file->party_count));
    LIC_TRY(take_texts(r, json_object_get(root, "set"), "set", &file->set, &file->set_count));
    return take_schedules(r, json_object_get(root, "schedules"));
}

lic_status lic_deal_file_read(lic_slice bytes, const char *path, lic_arena *arena,
                              lic_deal_file *file, lic_error *error)
{
    json_error_t why;
    const reading r = {path, arena, file, error};
    *file = (lic_deal_file){0};
    json_object_seed(1); /* what a deal file costs is bounded by its size */
    json_t *root = json_loadb((const char *)bytes.data, bytes.size, JSON_REJECT_DUPLICATES, &why);
    if (root == NULL)
        return lic_fail(error, LIC_MALFORMED, "deal_file",
                        "author the deal again: licet author SHEET --output FOLDER", "%s:%d:%d: %s",
                        path, why.line, why.column, why.text);
    lic_status status = take_all(&r, root);
    json_decref(root);
    return status;
}
