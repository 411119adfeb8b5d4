/* sheet.c - reading a sheet: a child evaluates it, the host binds what it says. */
#include "deal_bind.h"
#include "deal_lua.h"

#include <stdio.h>
#include <string.h>

#define ARENA_MAX LIC_GIGABYTES(2) /* rows that stand in sheets, canonical texts */

struct lic_sheet {
    lic_sheet_options options;
    lic_project *project;   /* for sheets, modules and agreements */
    lic_project *schedules; /* the same folder, for larger files */
    lic_arena *arena;
    lic_sheet_agreements agreements;
    lic_file_hash *files;
    lic_buffer result; /* of the child: deals are decoded from it */
    lic_deal *deals;
    size_t count, capacity;
    lic_error errors[LIC_SHEET_ERRORS_MAX];
    size_t error_count;
};

/* -- in the child ------------------------------------------------------------------------------------------- */

typedef void evaluate(lua_State *L, lic_deal_sink *sink);

typedef struct work {
    const char *path;
    evaluate *evaluate;
    lic_deal_sink sink;
    lic_buffer *bytes;
} work;

static int program(lua_State *L)
{
    work *self = lua_touserdata(L, 1);
    self->sink.source = lic_slice_text(self->path);
    self->sink.text = lic_slice_of(self->bytes->data, self->bytes->size);
    self->evaluate(L, &self->sink);
    if (self->sink.target->failed)
        return luaL_error(L, "the deals take more than the limit of %I MiB",
                          (lua_Integer)(self->sink.target->max >> 20));
    return 0;
}

static lic_status evaluate_sheet(lic_confined *confined, void *context, lic_buffer *result,
                                 lic_error *error)
{
    work self = *(const work *)context;
    lic_buffer bytes;
    lic_lua *lua = NULL;
    const lic_lua_options options = {.host = confined,
                                     .allocator = &lic_allocator_system,
                                     .memory_bytes = lic_confined_limits(confined)->memory_bytes,
                                     .steps = LIC_LUA_STEPS};
    lic_buffer_init(&bytes, &lic_allocator_system, LIC_SHEET_BYTES_MAX);
    self.bytes = &bytes;
    self.sink.target = result;
    lic_status status = lic_host_read(confined, lic_slice_text(self.path), &bytes, error);
    if (status == LIC_OK) status = lic_lua_open(&options, &lua, error);
    if (status == LIC_OK) status = lic_lua_run(lua, program, &self, error);
    lic_lua_close(lua);
    lic_buffer_free(&bytes);
    return status;
}

/* -- on the host's side ---------------------------------------------------------------------------------------- */

static lic_status out_of_memory(lic_error *error)
{
    return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
}

static evaluate *evaluator_of(const char *path)
{
    static const struct {
        const char *ending;
        evaluate *function;
    } kinds[] = {{".lua", lic_sheet_lua}, {".csv", lic_sheet_csv}, {".json", lic_sheet_json}};
    size_t size = strlen(path);
    for (size_t i = 0; i < LIC_COUNT(kinds); i++) {
        size_t ending = strlen(kinds[i].ending);
        if (size > ending && strcmp(path + size - ending, kinds[i].ending) == 0)
            return kinds[i].function;
    }
    return NULL;
}

static lic_status run(lic_sheet *sheet, const char *path, lic_error *error)
{
    const lic_sheet_options *given = &sheet->options;
    work self = {.path = path, .evaluate = evaluator_of(path)};
    lic_confine_options options = {.limits = given->limits,
                                   .allocator = given->allocator,
                                   .clock = given->clock,
                                   .quiet = given->quiet};
    if (self.evaluate == NULL)
        return lic_fail(error, LIC_UNSUPPORTED, "sheet", "name it .lua, .csv or .json",
                        "%s: a sheet is Lua, CSV or JSON", path);
    lic_project_serve(sheet->project, &options.services);
    return lic_confine_run(&options, evaluate_sheet, &self, &sheet->result, error);
}

static void keep_error(lic_sheet *sheet, const lic_error *error)
{
    if (sheet->error_count < LIC_SHEET_ERRORS_MAX) sheet->errors[sheet->error_count] = *error;
    sheet->error_count++;
}

/* Two deals of one name would be one file. */
static const lic_deal *find_named(const lic_sheet *sheet, lic_slice name)
{
    for (size_t i = 0; i < sheet->count; i++)
        if (lic_slice_equal(sheet->deals[i].name, name)) return &sheet->deals[i];
    return NULL;
}

static lic_status bind_one(lic_sheet *sheet, const lic_written_deal *written, lic_error *error)
{
    lic_deal *deal = &sheet->deals[sheet->count];
    lic_deal_work one = {.agreements = &sheet->agreements,
                         .written = written,
                         .deal = deal,
                         .error = error,
                         .allocator = sheet->options.allocator,
                         .hasher = sheet->options.hasher,
                         .project = sheet->schedules,
                         .files = &sheet->files,
                         .arena = sheet->arena};
    const lic_deal *other = find_named(sheet, written->place.name);
    if (other != NULL)
        return lic_deal_refuse(&one, "", lic_slice_of(NULL, 0), 0, "give each deal its own name",
                               "the name %.*s is taken: %.*s", (int)other->name.size,
                               (const char *)other->name.data, (int)other->place.size,
                               (const char *)other->place.data);
    *deal = (lic_deal){0};
    return lic_deal_bind(&one);
}

static lic_status bind_all(lic_sheet *sheet, lic_error *error)
{
    lic_cursor cursor = lic_cursor_of(lic_slice_of(sheet->result.data, sheet->result.size));
    while (cursor.at < cursor.end) {
        lic_written_deal written;
        if (!lic_deal_decode(&cursor, sheet->arena, &written))
            return lic_fail(error, LIC_CORRUPT, "child", "this is a fault of licet",
                            "the process that read the sheet sent what is no deal");
        if (sheet->count == sheet->capacity) return out_of_memory(error);
        lic_status status = bind_one(sheet, &written, error);
        if (status == LIC_NO_MEMORY) return status;
        if (status == LIC_OK) sheet->count++;
        else keep_error(sheet, error);
    }
    return LIC_OK;
}

static lic_status open_all(lic_sheet *sheet, lic_error *error)
{
    const lic_sheet_options *o = &sheet->options;
    LIC_TRY(lic_project_open(o->folder, (size_t)o->limits.message_bytes, o->allocator,
                             &sheet->project, error));
    LIC_TRY(lic_project_open(o->folder, LIC_SCHEDULE_BYTES_MAX, o->allocator, &sheet->schedules,
                             error));
    lic_project_observe(sheet->project, &o->observer);
    lic_project_observe(sheet->schedules, &o->observer);
    sheet->arena = lic_arena_create(o->allocator, ARENA_MAX);
    if (sheet->arena == NULL) return out_of_memory(error);
    sheet->capacity = LIC_DEALS_MAX;
    sheet->deals = lic_allocate_zero(o->allocator, sheet->capacity, sizeof *sheet->deals);
    if (sheet->deals == NULL) return out_of_memory(error);
    sheet->agreements = (lic_sheet_agreements){
        .options = o, .project = sheet->project, .arena = sheet->arena};
    return LIC_OK;
}

lic_status lic_sheet_read(const lic_sheet_options *options, const char *path, lic_sheet **result,
                          lic_error *error)
{
    *result = NULL;
    lic_sheet *sheet = lic_allocate_zero(options->allocator, 1, sizeof *sheet);
    if (sheet == NULL) return out_of_memory(error);
    sheet->options = *options;
    lic_buffer_init(&sheet->result, options->allocator, (size_t)options->limits.message_bytes);
    lic_status status = open_all(sheet, error);
    if (status == LIC_OK) status = run(sheet, path, error);
    if (status == LIC_OK) status = bind_all(sheet, error);
    if (status == LIC_OK) *result = sheet;
    else lic_sheet_close(sheet);
    return status;
}

void lic_sheet_close(lic_sheet *sheet)
{
    if (sheet == NULL) return;
    const lic_allocator *allocator = sheet->options.allocator;
    lic_sheet_agreements_close(&sheet->agreements);
    lic_project_close(sheet->project);
    lic_project_close(sheet->schedules);
    if (sheet->arena != NULL) lic_arena_destroy(sheet->arena);
    lic_release(allocator, sheet->deals, sheet->capacity * sizeof *sheet->deals);
    lic_buffer_free(&sheet->result);
    lic_release(allocator, sheet, sizeof *sheet);
}

const lic_error *lic_sheet_errors(const lic_sheet *sheet, size_t *kept, size_t *count)
{
    *count = sheet->error_count;
    *kept = sheet->error_count < LIC_SHEET_ERRORS_MAX ? sheet->error_count : LIC_SHEET_ERRORS_MAX;
    return sheet->errors;
}

size_t lic_sheet_count(const lic_sheet *sheet)
{
    return sheet->count;
}

const lic_deal *lic_sheet_deal(const lic_sheet *sheet, size_t index)
{
    LIC_ASSERT(index < sheet->count);
    return &sheet->deals[index];
}
