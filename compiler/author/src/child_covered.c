/* child_covered.c - which clauses and kernel lines of the deployed agreements have run. */
#include "scenario_child.h"

#include <string.h>

enum { MISSED_LINES = 20 };

typedef struct lines {
    uint32_t count, covered;
} lines;

static lic_slice line_of(lic_slice text, uint32_t line)
{
    size_t from = 0;
    for (uint32_t at = 1; at < line && from < text.size; from++)
        if (text.data[from] == '\n') at++;
    size_t to = from;
    while (to < text.size && text.data[to] != '\n') to++;
    return lic_slice_of(text.data + from, to - from);
}

static void tell_clauses(lic_child *c, const lic_agreement *agreement, const lic_code_map *map,
                         const lic_hash *image)
{
    for (uint32_t i = 0; i < map->clause_count; i++) {
        const lic_clause_place *clause = &map->clauses[i];
        uint32_t covered = 0;
        for (uint32_t pc = 0; pc < map->place_count; pc++)
            covered += map->places[pc].clause == i && lic_coverage_has(c->coverage, image, pc);
        lic_put_slice(&c->told, agreement->name);
        lic_put_slice(&c->told, clause->what);
        lic_put_slice(&c->told, clause->name);
        lic_put_slice(&c->told, clause->label);
        lic_put_slice(&c->told, clause->anchor);
        lic_put_u32(&c->told, clause->span.line);
        lic_put_u32(&c->told, clause->code_count);
        lic_put_u32(&c->told, covered);
    }
}

/* A kernel line has run when an instruction of it has. */
static lic_status tell_kernel(lic_child *c, const lic_agreement *agreement, const lic_code_map *map,
                              const lic_hash *image)
{
    uint32_t last = 0, covered = 0, with_code = 0, shown = 0;
    for (uint32_t pc = 0; pc < map->place_count; pc++)
        if (map->places[pc].kernel_line > last) last = map->places[pc].kernel_line;
    uint8_t *seen = lic_allocate_zero(&lic_allocator_system, last + 1u,
                                      1); /* 1: has code, 2: ran */
    if (seen == NULL) return LIC_NO_MEMORY;
    for (uint32_t pc = 0; pc < map->place_count; pc++)
        seen[map->places[pc].kernel_line] |= lic_coverage_has(c->coverage, image, pc) ? 3 : 1;
    lic_buffer missed;
    lic_buffer_init(&missed, &lic_allocator_system, 1 << 20);
    for (uint32_t line = 1; line <= last; line++) {
        with_code += seen[line] != 0;
        covered += seen[line] == 3;
        if (seen[line] != 1 || shown++ >= MISSED_LINES) continue;
        lic_slice text = line_of(map->kernel, line);
        lic_put_format(&missed, "%u: %.*s\n", line, (int)text.size, (const char *)text.data);
    }
    lic_put_slice(&c->told, agreement->name);
    lic_put_u32(&c->told, with_code);
    lic_put_u32(&c->told, covered);
    lic_put_slice(&c->told, lic_slice_of(missed.data, missed.size));
    lic_buffer_free(&missed);
    lic_release(&lic_allocator_system, seen, last + 1u);
    return LIC_OK;
}

lic_status lic_child_tell_covered(lic_child *c)
{
    uint32_t clauses = 0;
    size_t count = lic_agreements_count(c->agreements);
    for (size_t i = 0; i < count; i++) {
        const lic_code_map *map = lic_agreements_map(c->agreements, i);
        if (map == NULL) return LIC_NO_MEMORY;
        clauses += map->clause_count;
    }
    lic_put_u32(&c->told, clauses);
    for (size_t i = 0; i < count; i++) {
        const lic_agreement *agreement = lic_agreements_at(c->agreements, i);
        tell_clauses(c, agreement, lic_agreements_map(c->agreements, i),
                     &lic_compilation_image(agreement->compilation)->id);
    }
    lic_put_u32(&c->told, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        const lic_agreement *agreement = lic_agreements_at(c->agreements, i);
        LIC_TRY(tell_kernel(c, agreement, lic_agreements_map(c->agreements, i),
                            &lic_compilation_image(agreement->compilation)->id));
    }
    return LIC_OK;
}
