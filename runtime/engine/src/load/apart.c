/* load/apart.c - the rows of a large file by two threads (licet/share.h). Every line makes one row, so that counting lines tells
 * where each row lies before it is read; nothing else that a line writes is written by another, and nothing that it reads. What
 * hangs on order, keys of the table itself and spans of parents, is entered when all rows are there.
 *
 * This is a way to be done sooner and no more: whatever is wrong, and whatever hangs on order otherwise, is left to loading
 * line after line, which tells it. A part of a child file begins with a row that is its parent's first, so that no
 * ordinal hangs on another part. */
#include "report/pieces.h"

#include "load/load.h"

#include <licet/share.h>

#include <stdatomic.h>

enum { FEWEST = 3 }; /* one or two chunks are loaded before a thread has started */

typedef struct part {
    lic_slice bytes[2]; /* of a chunk, from its first line that begins a part, and of the next */
    uint32_t lines, first;
} part;

typedef struct apart {
    part *parts;
    uint32_t count;
    atomic_bool wrong;
    lic_load loads[LIC_SHARERS];
} apart;

/* -- what does not hang on order -------------------------------------------------------------------------- */

static bool refers_to(const lic_load *load, uint16_t table)
{
    const lic_table *key_of = load->child ? &load->image->tables[load->shape->parent] : load->shape;
    if (key_of->key_form == LIC_FORM_ROW && key_of->key_kind == table) return true;
    for (size_t i = 0; i < load->shape->column_count; i++) {
        const lic_reader *reader = &lic_load_column(load, i)->reader;
        if (reader->form == LIC_FORM_ROW && reader->type.aux == table) return true;
    }
    return false;
}

static bool can_be_apart(const lic_load *load, const lic_upload *upload)
{
    if (!lic_load_threads(load) || upload->chunks < FEWEST || load->makes_parents ||
        refers_to(load, load->table))
        return false;
    for (size_t i = 0; i < load->shape->column_count; i++)
        if (load->uniques[i] != NULL) return false;
    for (uint32_t i = 0; i < upload->chunks; i++)
        if (lic_pieces_bytes(upload, i).data == NULL) return false;
    return true;
}

/* -- parts ---------------------------------------------------------------------------------------------------- */

/* How many bytes lie before the first line that begins a part; all of them when none does. */
static size_t bytes_before(const lic_load *load, lic_slice chunk)
{
    lic_line_scan scan = lic_lines_scan(chunk);
    lic_slice line, columns[2], beyond;
    size_t count = 0;
    if (!load->child) return 0;
    while (lic_lines_take(&scan, &line, columns, 2, &count, &beyond))
        if (count >= 2 && lic_slice_equal(columns[1], lic_slice_text("0")))
            return (size_t)(line.data - chunk.data);
    return chunk.size;
}

/* False: the file is not one that can be divided into its chunks. */
static bool find_parts(apart *a, const lic_load *load, const lic_upload *upload)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < a->count; i++) {
        lic_slice chunk = lic_pieces_bytes(upload, i);
        size_t before = bytes_before(load, chunk);
        if (before == chunk.size || (i == 0 && before != 0)) return false;
        if (i > 0) a->parts[i - 1].bytes[1] = lic_slice_of(chunk.data, before);
        a->parts[i].bytes[0] = lic_slice_of(chunk.data + before, chunk.size - before);
        a->parts[i].bytes[1] = lic_slice_of(NULL, 0);
        bytes += chunk.size;
    }
    return bytes == upload->bytes;
}

/* The header's number of lines is what memory was reserved for. */
static bool find_rows(apart *a, const lic_upload *upload)
{
    uint64_t first = 0;
    for (uint32_t i = 0; i < a->count; i++) {
        a->parts[i].first = (uint32_t)first;
        first += a->parts[i].lines;
        if (first > upload->lines) return false;
    }
    return first == upload->lines;
}

/* -- by whichever thread has time ------------------------------------------------------------------------------- */

static void count_lines(void *context, unsigned worker, uint32_t piece)
{
    part *of = &((apart *)context)->parts[piece];
    (void)worker;
    of->lines = (uint32_t)(lic_lines_count(of->bytes[0]) + lic_lines_count(of->bytes[1]));
}

static void load_part(void *context, unsigned worker, uint32_t piece)
{
    apart *a = context;
    const part *of = &a->parts[piece];
    lic_load *load = &a->loads[worker];
    load->row = of->first;
    for (unsigned i = 0; i < LIC_COUNT(of->bytes) && !atomic_load(&a->wrong); i++) {
        load->last_key = lic_slice_of(NULL, 0);
        load->resumes = i != 0;
        if (lic_load_lines(load, of->bytes[i]) != LIC_OK) atomic_store(&a->wrong, true);
    }
}

/* -- what hangs on order ------------------------------------------------------------------------------------------ */

/* A parent whose rows go on in the next part has a second row that says it is its first. */
static bool parts_are_apart(const apart *a, const lic_load *load)
{
    const uint32_t *parents = load->tables->states[load->table].parents;
    for (uint32_t i = 1; load->child && i < a->count; i++) {
        uint32_t first = a->parts[i].first;
        if (parents[first - 1] == parents[first]) return false;
    }
    return true;
}

static bool load_all(apart *a, lic_load *load, const lic_upload *upload)
{
    lic_share(a->count, count_lines, a);
    if (!find_rows(a, upload)) return false;
    lic_table_place_rows(load->tables, load->table, (uint32_t)upload->lines);
    lic_share(a->count, load_part, a);
    if (atomic_load(&a->wrong) || !parts_are_apart(a, load)) {
        lic_table_place_rows(load->tables, load->table, 0);
        return false;
    }
    if (lic_table_enter_rows(load->tables, load->table) == LIC_OK) return true;
    lic_table_clear(load->tables, load->table);
    return false;
}

static void count(const lic_engine *engine)
{
    const lic_thresholds *of = lic_store_thresholds(lic_ledger_store(engine->ledger));
    if (of->counts != NULL) of->counts->loads++;
}

bool lic_load_apart(lic_load *load, const lic_upload *upload, lic_arena *arena)
{
    if (!can_be_apart(load, upload)) return false;
    apart *a = lic_arena_take(arena, sizeof *a);
    if (a == NULL) return false;
    a->count = upload->chunks;
    a->parts = lic_arena_take(arena, a->count * sizeof *a->parts);
    if (a->parts == NULL || !find_parts(a, load, upload)) return false;
    for (unsigned i = 0; i < LIC_SHARERS; i++) {
        a->loads[i] = *load;
        a->loads[i].apart = true;
        a->loads[i].error = NULL;
        if (lic_load_make_ahead(&a->loads[i], arena) != LIC_OK) return false;
    }
    if (!load_all(a, load, upload)) return false;
    count(load->engine);
    return true;
}
