/* code_lines.c - the map from code to lines, for every agreement of the project. The kernel that an
 * agreement expands to is compiled by itself: there the parser says on which line a step stands, where the
 * map counted lines while printing. Would catch: an instruction that is charged to another step, a line
 * that is counted wrongly, a clause that is shown at another clause's line.
 *
 * `property_code_lines FILE...`: files that do not compile are passed over. */
#include "agreements.h"

#include <licet/code_map.h>

/* Line `number` of a text, from 1, without blanks in front. */
static lic_slice line_of(lic_slice text, uint32_t number)
{
    size_t at = 0;
    for (uint32_t line = 1; line < number && at < text.size; line++) {
        const uint8_t *newline = memchr(text.data + at, '\n', text.size - at);
        at = newline ? (size_t)(newline - text.data) + 1 : text.size;
    }
    while (at < text.size && text.data[at] == ' ') at++;
    const uint8_t *newline = memchr(text.data + at, '\n', text.size - at);
    return lic_slice_of(text.data + at,
                        newline ? (size_t)(newline - text.data) - at : text.size - at);
}

static bool begins(lic_slice line, lic_slice word)
{
    return line.size >= word.size && memcmp(line.data, word.data, word.size) == 0;
}

static bool contains(lic_slice line, lic_slice word)
{
    for (size_t at = 0; at + word.size <= line.size; at++)
        if (memcmp(line.data + at, word.data, word.size) == 0) return true;
    return false;
}

static const char *check_kernel_lines(const lic_code_map *map, const lic_code_map *kernel)
{
    if (!lic_slice_equal(map->kernel, kernel->kernel)) return "the kernel expands to another";
    if (map->place_count != kernel->place_count) return "the kernel has another image";
    for (uint32_t pc = 0; pc < map->place_count; pc++) {
        if (map->places[pc].kernel_line != kernel->places[pc].source_line) {
            printf("  pc %u: line %u of the kernel, read on line %u\n", pc,
                   map->places[pc].kernel_line, kernel->places[pc].source_line);
            return "a step stands on another line of the kernel";
        }
    }
    return NULL;
}

/* Labels that lines begin with, or have as their verb. */
static const char *check_clause(const lic_clause_place *clause, lic_slice text)
{
    static const char *const LEADERS[] = {"amount", "at least", "at most", "less",   "below",
                                          "add",    "move",     "part",    "let",    "require",
                                          "once",   "line",     "cancel",  "due now"};
    lic_slice line = line_of(text, clause->span.line);
    bool verb = lic_slice_equal(clause->label, lic_slice_text("pays")) ||
                lic_slice_equal(clause->label, lic_slice_text("owes"));
    if (verb && !contains(line, clause->label)) return "a sentence is shown at another line";
    for (size_t i = 0; i < LIC_COUNT(LEADERS); i++) {
        if (!lic_slice_equal(clause->label, lic_slice_text(LEADERS[i]))) continue;
        bool then = begins(line, lic_slice_text("then ")) && contains(line, clause->label);
        bool by = contains(line, lic_slice_text(" by ")); /* a transition's condition */
        if (!begins(line, clause->label) && !then && !by) {
            printf("  `%.*s` of %.*s at line %u: %.*s\n", (int)clause->label.size,
                   (const char *)clause->label.data, (int)clause->name.size,
                   (const char *)clause->name.data, clause->span.line, (int)line.size,
                   (const char *)line.data);
            return "a clause is shown at another line";
        }
    }
    return NULL;
}

static const char *check_clauses(const lic_code_map *map, const lic_image *image, lic_slice text)
{
    const char *problem = map->clause_count == image->clauses_count ? NULL : "clauses are missing";
    for (uint32_t i = 0; i < map->clause_count && !problem; i++)
        problem = check_clause(&map->clauses[i], text);
    uint32_t total = 0;
    for (uint32_t pc = 0; pc < map->place_count; pc++)
        total += map->places[pc].clause != LIC_NONE16;
    for (uint32_t i = 0; i < map->clause_count; i++) total -= map->clauses[i].code_count;
    return problem || total == 0 ? problem : "instructions of clauses do not add up";
}

/* Every instruction but the last of a phase, and jumps to it, belongs to a line. */
static const char *check_all_placed(const lic_code_map *map, const lic_image *image)
{
    for (uint32_t p = 0; p < image->phases_count; p++) {
        const lic_phase *phase = &image->phases[p];
        for (uint32_t pc = phase->first; pc + 1 < phase->first + phase->count; pc++) {
            if (map->places[pc].phase != p) return "an instruction is in another phase";
            if (map->places[pc].source_line == 0) return "an instruction belongs to no line";
        }
    }
    return NULL;
}

static const char *check_agreement(const lic_compilation *c, bool is_kernel)
{
    const lic_code_map *map = lic_code_map_create(c, &lic_allocator_system);
    lic_compilation *expanded = agreements_compile(map->kernel);
    if (!expanded) return "the kernel does not compile";
    const lic_code_map *kernel = lic_code_map_create(expanded, &lic_allocator_system);
    const char *problem = check_kernel_lines(map, kernel);
    if (!problem && !is_kernel)
        problem = check_clauses(map, lic_compilation_image(c), lic_compilation_source(c));
    if (!problem) problem = check_all_placed(map, lic_compilation_image(c));
    lic_code_map_destroy(kernel);
    lic_compilation_destroy(expanded);
    lic_code_map_destroy(map);
    return problem;
}

int main(int count, char **paths)
{
    for (int i = 1; i < count; i++) {
        lic_buffer file = agreements_read(paths[i]);
        lic_compilation *c = agreements_compile(agreements_slice(&file));
        lic_buffer text;
        lic_buffer_init(&text, &lic_allocator_system, 8u << 20);
        if (c && lic_compilation_format(c, &text)) {
            const lic_code_map *map = lic_code_map_create(c, &lic_allocator_system);
            bool is_kernel = lic_slice_equal(map->kernel, agreements_slice(&text));
            lic_code_map_destroy(map);
            agreements_result(paths[i], check_agreement(c, is_kernel));
        }
        lic_buffer_free(&text);
        lic_compilation_destroy(c);
        lic_buffer_free(&file);
    }
    return agreements_failed > 0;
}
