/* code_map.c - the map from code to lines: generation noted the step of the kernel that each instruction
 * is a part of, steps have the place of the line they were lowered from, and printing the kernel once more
 * tells on which of its lines they stand. */
#include "program.h"

#include <licet/code_map.h>

#include <string.h>

#define MAP_ARENA_MAX ((size_t)128 << 20)
#define KERNEL_TEXT_MAX (64u << 20)

typedef struct map {
    lic_code_map shown;
    lic_arena *arena;
} map;

/* -- lines of the kernel ------------------------------------------------------------------------------- */

static void note_line(void *context, const lic_node *node, uint32_t line)
{
    uint32_t *lines = context;
    lines[node->id] = line;
}

/* Prints the kernel; the line of each of its nodes goes to lines[node->id]. */
static bool print_kernel(const lic_compilation *c, const lic_allocator *allocator, map *m,
                         uint32_t *lines)
{
    lic_buffer text;
    lic_buffer_init(&text, allocator, KERNEL_TEXT_MAX);
    lic_print_noting(c->kernel, &text, note_line, lines);
    uint8_t *copy = text.failed ? NULL : lic_arena_copy(m->arena, text.data, text.size);
    m->shown.kernel = lic_slice_of(copy, text.size);
    lic_buffer_free(&text);
    return copy != NULL;
}

/* -- places ----------------------------------------------------------------------------------------------- */

static void fill_places(const lic_compilation *c, const uint32_t *lines, lic_code_place *places)
{
    const lic_image *image = c->image;
    for (uint32_t e = 0; e < image->entries_count; e++) {
        const lic_entry *entry = &image->entries[e];
        for (uint32_t p = 0; p < entry->phase_count; p++) {
            const lic_phase *phase = &image->phases[entry->first_phase + p];
            for (uint32_t pc = phase->first; pc < phase->first + phase->count; pc++) {
                const lic_node *step = c->code_steps[pc];
                places[pc] = (lic_code_place){
                    .entry = (uint16_t)e,
                    .phase = (uint16_t)(entry->first_phase + p),
                    .clause = lic_image_clause_at(image, pc),
                    .kernel_line = step ? lines[step->id] : 0,
                    .source_line = step ? step->span.line : 0,
                };
            }
        }
    }
}

/* -- clauses ------------------------------------------------------------------------------------------------ */

static lic_slice without_article(const char *text)
{
    const char *space = strchr(text, ' ');
    return lic_slice_text(space ? space + 1 : text);
}

static lic_slice what_of(const lic_compilation *c, const lic_clause *clause)
{
    if (clause->term != LIC_NONE16) return c->image->terms[clause->term].label;
    if (clause->name.size == 0) return lic_slice_text("agreement");
    const lic_symbol *symbol = lic_symbol_find(c->program, clause->name);
    if (!symbol) symbol = lic_state_find(c->program, clause->name);
    return symbol ? without_article(lic_symbol_kind_text(symbol->kind)) : lic_slice_text("name");
}

static void fill_clauses(const lic_compilation *c, const map *m, lic_clause_place *clauses)
{
    for (uint32_t i = 0; i < c->image->clauses_count; i++) {
        const lic_clause *clause = &c->image->clauses[i];
        clauses[i] = (lic_clause_place){.what = what_of(c, clause),
                                        .name = clause->name,
                                        .label = clause->label,
                                        .anchor = clause->anchor,
                                        .span = c->clause_steps[i]->span};
    }
    for (uint32_t pc = 0; pc < m->shown.place_count; pc++) {
        uint16_t clause = m->shown.places[pc].clause;
        if (clause != LIC_NONE16) clauses[clause].code_count++;
    }
}

/* -- the map -------------------------------------------------------------------------------------------------- */

static bool fill(const lic_compilation *c, const lic_allocator *allocator, map *m)
{
    const lic_image *image = c->image;
    lic_code_place *places = lic_arena_take(m->arena, (size_t)image->code_count * sizeof *places);
    lic_clause_place *clauses = lic_arena_take(m->arena,
                                               (size_t)image->clauses_count * sizeof *clauses + 1);
    size_t size = ((size_t)c->node_count + 1) * sizeof(uint32_t);
    uint32_t *lines = lic_arena_take(m->arena, size);
    if (!places || !clauses || !lines || !print_kernel(c, allocator, m, lines)) return false;
    fill_places(c, lines, places);
    m->shown.places = places;
    m->shown.place_count = image->code_count;
    fill_clauses(c, m, clauses);
    m->shown.clauses = clauses;
    m->shown.clause_count = image->clauses_count;
    return true;
}

const lic_code_map *lic_code_map_create(const lic_compilation *compilation,
                                        const lic_allocator *allocator)
{
    LIC_ASSERT(lic_compilation_image(compilation) != NULL);
    lic_arena *arena = lic_arena_create(allocator, MAP_ARENA_MAX);
    map *m = arena ? lic_arena_take(arena, sizeof *m) : NULL;
    if (m) {
        m->arena = arena;
        if (fill(compilation, allocator, m)) return &m->shown;
    }
    lic_arena_destroy(arena);
    return NULL;
}

void lic_code_map_destroy(const lic_code_map *shown)
{
    /* The map begins with what is shown of it. */
    if (shown) lic_arena_destroy(((const map *)(const void *)shown)->arena);
}
