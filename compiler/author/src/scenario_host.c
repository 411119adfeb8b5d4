/* scenario_host.c - the host's side of a file of scenarios: says what to do next, and tells the sink what came out. */
#include "scenario_work.h"

#include <licet/crypto.h>
#include <licet/extensions.h>
#include <licet/project.h>

#include <string.h>

enum { NAME_MAX_BYTES = 1 << 16, TEXT_MAX_BYTES = 1 << 20, ENTRIES_MAX = 100000 };

typedef struct entry {
    lic_slice name, kind, place;
} entry;

typedef struct hosting {
    const lic_scenario_options *options;
    lic_project *project;
    lic_extensions *extensions; /* that stand-ins are made for */
    lic_arena *arena;           /* names */
    entry *entries;
    uint32_t count;
    lic_scenario_work doing;
    uint32_t index;     /* of the scenario under way */
    bool first, failed; /* failed: a scenario, without any mutant */
} hosting;

/* -- answers ----------------------------------------------------------------------------------------------------- */

static lic_slice keep(hosting *h, lic_slice text)
{
    void *copy = lic_arena_copy(h->arena, text.data, text.size);
    return lic_slice_of(copy, copy == NULL ? 0 : text.size);
}

static lic_status take_explained(const hosting *h, lic_cursor *told)
{
    const lic_scenario_sink *sink = &h->options->sink;
    lic_explained_change e;
    do {
        e.change = lic_get_slice(told, TEXT_MAX_BYTES);
        e.reason = lic_get_slice(told, TEXT_MAX_BYTES);
        e.place = lic_get_slice(told, NAME_MAX_BYTES);
        if (!told->failed && e.change.size > 0 && sink->explained != NULL)
            sink->explained(sink->context, &e);
    } while (!told->failed && e.change.size > 0);
    return told->failed ? LIC_MALFORMED : LIC_OK;
}

static lic_status take_list(hosting *h, lic_cursor *told)
{
    h->count = lic_get_u32(told);
    if (told->failed || h->count > ENTRIES_MAX) return LIC_MALFORMED;
    h->entries = lic_arena_take(h->arena, (h->count + 1u) * sizeof *h->entries);
    if (h->entries == NULL) return LIC_NO_MEMORY;
    for (uint32_t i = 0; i < h->count; i++) {
        h->entries[i].name = keep(h, lic_get_slice(told, NAME_MAX_BYTES));
        h->entries[i].kind = keep(h, lic_get_slice(told, NAME_MAX_BYTES));
        h->entries[i].place = keep(h, lic_get_slice(told, NAME_MAX_BYTES));
    }
    return told->failed ? LIC_MALFORMED : take_explained(h, told);
}

static lic_status take_result(hosting *h, lic_cursor *told)
{
    const entry *e = &h->entries[h->index];
    lic_scenario_result r = {
        .index = h->index, .name = e->name, .kind = e->kind, .place = e->place};
    r.failed = lic_get_u8(told) != 0;
    r.failure = lic_get_slice(told, NAME_MAX_BYTES);
    r.text = lic_get_slice(told, TEXT_MAX_BYTES);
    r.help = lic_get_slice(told, TEXT_MAX_BYTES);
    r.expectations = lic_get_u64(told);
    r.gas = lic_get_slice(told, TEXT_MAX_BYTES);
    r.draws = lic_get_slice(told, TEXT_MAX_BYTES);
    r.shown = lic_get_slice(told, TEXT_MAX_BYTES);
    if (told->failed) return LIC_MALFORMED;
    h->failed = h->failed || r.failed;
    if (h->options->sink.result != NULL) h->options->sink.result(h->options->sink.context, &r);
    return LIC_OK;
}

static lic_status take_covered(hosting *h, lic_cursor *told)
{
    const lic_scenario_sink *sink = &h->options->sink;
    uint32_t clauses = lic_get_u32(told);
    for (uint32_t i = 0; i < clauses && !told->failed; i++) {
        lic_covered_clause c;
        c.agreement = lic_get_slice(told, NAME_MAX_BYTES);
        c.what = lic_get_slice(told, NAME_MAX_BYTES);
        c.name = lic_get_slice(told, NAME_MAX_BYTES);
        c.label = lic_get_slice(told, NAME_MAX_BYTES);
        c.anchor = lic_get_slice(told, NAME_MAX_BYTES);
        c.line = lic_get_u32(told);
        c.code = lic_get_u32(told);
        c.covered = lic_get_u32(told);
        if (!told->failed && sink->clause != NULL) sink->clause(sink->context, &c);
    }
    uint32_t kernels = lic_get_u32(told);
    for (uint32_t i = 0; i < kernels && !told->failed; i++) {
        lic_covered_kernel k;
        k.agreement = lic_get_slice(told, NAME_MAX_BYTES);
        k.lines = lic_get_u32(told);
        k.covered = lic_get_u32(told);
        k.missed = lic_get_slice(told, TEXT_MAX_BYTES);
        if (!told->failed && sink->kernel != NULL) sink->kernel(sink->context, &k);
    }
    return told->failed ? LIC_MALFORMED : LIC_OK;
}

/* *more: there was one. */
static lic_status take_mutant(hosting *h, lic_cursor *told, bool *more)
{
    const lic_scenario_sink *sink = &h->options->sink;
    lic_tried_mutant m;
    *more = lic_get_u8(told) != 0;
    if (!*more) return told->failed ? LIC_MALFORMED : LIC_OK;
    m.agreement = lic_get_slice(told, NAME_MAX_BYTES);
    m.description = lic_get_slice(told, TEXT_MAX_BYTES);
    m.number = lic_get_u32(told);
    m.line = lic_get_u32(told);
    m.killer = lic_get_slice(told, NAME_MAX_BYTES);
    if (told->failed) return LIC_MALFORMED;
    if (sink->mutant != NULL) sink->mutant(sink->context, &m);
    return LIC_OK;
}

/* -- what comes next ------------------------------------------------------------------------------------------------ */

static bool is_wanted(const hosting *h, uint32_t index)
{
    const char *filter = h->options->filter;
    lic_slice name = h->entries[index].name;
    return filter == NULL || memmem(name.data, name.size, filter, strlen(filter)) != NULL;
}

static void ask_run(hosting *h, lic_buffer *work)
{
    const lic_scenario_options *o = h->options;
    lic_put_u8(work, LIC_WORK_RUN);
    lic_put_u32(work, h->index);
    lic_put_u64(work, o->seed);
    lic_put_u32(work, o->runs);
    size_t before = work->size;
    if (o->sink.regressions != NULL)
        o->sink.regressions(o->sink.context, h->entries[h->index].name, work);
    if (work->size == before) lic_put_u32(work, 0);
}

static void ask_mutant(const hosting *h, lic_buffer *work)
{
    lic_put_u8(work, LIC_WORK_MUTANT);
    lic_put_u32(work, h->options->share);
    lic_put_u32(work, h->options->shares == 0 ? 1 : h->options->shares);
    lic_put_u64(work, h->options->seed);
    lic_put_u32(work, h->options->runs);
}

/* The next scenario that is wanted, from `index` on; then what follows all of them. */
static void ask_next(hosting *h, uint32_t index, lic_buffer *work)
{
    while (index < h->count && !is_wanted(h, index)) index++;
    h->index = index;
    if (index < h->count) {
        h->doing = LIC_WORK_RUN;
        ask_run(h, work);
    } else if (h->options->mutate && !h->failed) { /* otherwise everything would be noticed */
        h->doing = LIC_WORK_MUTANT;
        ask_mutant(h, work);
    } else if (h->options->coverage && h->doing != LIC_WORK_COVERED) {
        h->doing = LIC_WORK_COVERED;
        lic_put_u8(work, LIC_WORK_COVERED);
    } else {
        lic_put_u8(work, LIC_WORK_END);
    }
}

static lic_status next(void *context, lic_slice told, lic_buffer *work, lic_error *error)
{
    hosting *h = context;
    lic_cursor cursor = lic_cursor_of(told);
    lic_status status = LIC_OK;
    bool more = false;
    if (h->first) {
        h->first = false;
        h->doing = LIC_WORK_LIST;
        lic_put_u8(work, LIC_WORK_LIST);
        return LIC_OK;
    }
    switch (h->doing) {
    case LIC_WORK_LIST:
        status = take_list(h, &cursor);
        if (status == LIC_OK) ask_next(h, 0, work);
        break;
    case LIC_WORK_RUN:
        status = take_result(h, &cursor);
        if (status == LIC_OK) ask_next(h, h->index + 1, work);
        break;
    case LIC_WORK_MUTANT:
        status = take_mutant(h, &cursor, &more);
        if (status == LIC_OK && more) ask_mutant(h, work);
        else lic_put_u8(work, LIC_WORK_END);
        break;
    case LIC_WORK_SIM:
    case LIC_WORK_EVAL:
    case LIC_WORK_QUERY:
    case LIC_WORK_COVERED:
        status = take_covered(h, &cursor);
        lic_put_u8(work, LIC_WORK_END);
        break;
    case LIC_WORK_END: lic_put_u8(work, LIC_WORK_END); break;
    }
    if (status == LIC_OK) return LIC_OK;
    return lic_fail(error, status, "answer", "",
                    "the scenarios' process answers what was not asked");
}

static lic_status read_file(void *context, lic_slice path, lic_buffer *target, lic_error *error)
{
    return lic_project_read(((hosting *)context)->project, path, target, error);
}

static lic_status list_folder(void *context, lic_slice path, lic_buffer *target, lic_error *error)
{
    return lic_project_list(((hosting *)context)->project, path, target, error);
}

/* No extension runs in a test: what stands in for one is held to its interface. */
static lic_status describe(void *context, lic_slice extension, lic_slice function,
                           lic_slice arguments, lic_buffer *target, lic_error *error)
{
    return lic_extensions_call(((hosting *)context)->extensions, extension, function, arguments,
                               target, error);
}

lic_status lic_scenarios_run(const lic_scenario_options *options, lic_error *error)
{
    hosting h = {.options = options, .first = true};
    lic_scenario_start start = {.file = options->file, .coverage = options->coverage};
    lic_confine_options confine = {.limits = options->limits,
                                   .services = {.context = &h,
                                                .read = read_file,
                                                .list = list_folder,
                                                .call = describe,
                                                .next = next},
                                   .allocator = options->allocator,
                                   .clock = options->clock};
    LIC_TRY(lic_crypto_start(error)); /* which asks the system for chance: not in the child */
    LIC_TRY(lic_project_open(options->folder, (size_t)options->limits.message_bytes,
                             options->allocator, &h.project, error));
    lic_project_observe(h.project, &options->observer);
    h.arena = lic_arena_create(options->allocator, (size_t)256 << 20);
    h.extensions = lic_extensions_create(true, options->allocator);
    lic_status status = h.arena == NULL || h.extensions == NULL
                            ? lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory")
                            : lic_confine_run(&confine, lic_scenario_child, &start, NULL, error);
    lic_extensions_destroy(h.extensions);
    lic_project_close(h.project);
    lic_arena_destroy(h.arena);
    return status;
}
