/* kernel_k.c - see kernel_k.h. The state lies in plain arrays, as the engine keeps it: a table's
 * fixed part, its cells and the run that last touched each page. */
#include "kernel_k.h"

#include <k.h>
#include <licet/exec.h>
#include <licet/listing.h>
#include <string.h>

enum {
    TABLES = 9,
    WORKS = 4,
    RATES = 5,
    HOLDERS = 6,
    PAYEES = 7,
    TERRITORIES = 8,
    SLOTS = 6,
    PAGES = 64
};

typedef struct kernel_state {
    lic_table_view views[TABLES];
    uint32_t page_run[TABLES][PAGES];
    uint8_t self[72], parties[16];
    uint8_t works_fixed[W * 16], works_cells[W * 24];
    uint8_t rates[W * 4 * 16], holders[W * 4 * 16];
    uint8_t payees[P * 16], territories[T * 8];
    uint64_t items[N * SLOTS];
    uint64_t postings;
} kernel_state;

static void put64(uint8_t *at, int64_t value)
{
    lic_store_u64(at, (uint64_t)value);
}

static void put_span(uint8_t *at, uint32_t first, uint32_t count)
{
    lic_store_u32(at, first);
    lic_store_u32(at + 4, count);
}

static void set_up_works(kernel_state *s)
{
    for (uint32_t w = 0; w < W; w++) {
        put_span(s->works_fixed + w * 16, w * 4, 4);
        put_span(s->works_fixed + w * 16 + 8, w * 4, 4);
        put64(s->works_cells + w * 24, cum[w]);
        lic_store_i128(s->works_cells + w * 24 + 8, recoup[w]);
        for (uint32_t j = 0; j < 4; j++) {
            uint32_t row = w * 4 + j;
            put64(s->rates + row * 16, j == 0 ? 0 : thresh[row - 1]); /* the lower edge */
            put64(s->rates + row * 16 + 8, rate[row]);
            put64(s->holders + row * 16, payee[row]);
            put64(s->holders + row * 16 + 8, bps[row]);
        }
    }
    for (uint32_t t = 0; t < T; t++) put64(s->territories + t * 8, terr_wh[t]);
}

static void set_up_items(kernel_state *s)
{
    for (size_t i = 0; i < N; i++) {
        uint64_t *item = s->items + i * SLOTS;
        item[0] = (uint64_t)l_work[i];
        item[1] = (uint64_t)l_terr[i];
        item[2] = (uint64_t)l_units[i];
        item[3] = (uint64_t)l_rate[i];
        lic_i128 deducted = l_ded[i];
        memcpy(item + 4, &deducted, sizeof deducted);
    }
}

static void view(kernel_state *s, const lic_image *image, unsigned table, uint8_t *cells,
                 const uint8_t *fixed, uint32_t rows)
{
    const lic_table *t = &image->tables[table];
    s->views[table] = (lic_table_view){.cells = cells,
                                       .fixed = fixed,
                                       .row_count = rows,
                                       .cell_size = t->cell_size,
                                       .fixed_size = t->fixed_size,
                                       .page_shift = t->page_shift,
                                       .page_run = s->page_run[table]};
}

static void set_up_state(kernel_state *s, const lic_image *image)
{
    set_up_works(s);
    set_up_items(s);
    view(s, image, LIC_TABLE_SELF, s->self, NULL, 1);
    view(s, image, LIC_TABLE_PARTIES, s->parties, NULL, 1);
    view(s, image, WORKS, s->works_cells, s->works_fixed, W);
    view(s, image, RATES, NULL, s->rates, W * 4);
    view(s, image, HOLDERS, NULL, s->holders, W * 4);
    view(s, image, PAYEES, s->payees, NULL, P);
    view(s, image, TERRITORIES, NULL, s->territories, T);
}

static lic_trap touch(void *context, uint16_t table, uint32_t page)
{
    kernel_state *s = context;
    s->page_run[table][page] = 1;
    return LIC_TRAP_NONE;
}

static lic_trap posted(void *context, const lic_posting *posting)
{
    kernel_state *s = context;
    s->postings += posting->amount > 0;
    return LIC_TRAP_NONE;
}

/* What is left in the tables, in the kernel's own arrays. */
static int64_t checksum_of(const kernel_state *s)
{
    for (size_t w = 0; w < W; w++) {
        cum[w] = (int64_t)lic_load_u64(s->works_cells + w * 24);
        recoup[w] = (int64_t)lic_load_i128(s->works_cells + w * 24 + 8);
    }
    for (size_t p = 0; p < P; p++) bal[p] = (int64_t)lic_load_i128(s->payees + p * 16);
    return checksum();
}

static lic_status load(lic_slice listing, const lic_hasher *hasher, lic_arena *arena,
                       lic_image **image, lic_error *error)
{
    lic_buffer bytes;
    lic_buffer_init(&bytes, &lic_allocator_system, LIC_IMAGE_MAX);
    lic_status status = lic_assemble(listing, arena, image, error);
    if (status == LIC_OK) status = lic_image_encode(*image, &bytes);
    if (status == LIC_OK)
        status = lic_image_decode(lic_slice_of(bytes.data, bytes.size), hasher, arena, image,
                                  error);
    if (status == LIC_OK) status = lic_image_verify(*image, error);
    lic_buffer_free(&bytes);
    return status;
}

static lic_status run_passes(kernel_state *s, const lic_image *image, const lic_program *program,
                             uint64_t passes, kernel_run *run, lic_error *error)
{
    const lic_exec_host host = {.context = s, .touch = touch, .posted = posted};
    const lic_exec_state state = {.program = program, .tables = s->views, .run = 1, .host = &host};
    const lic_exec_frame frame = {.lines = N};
    lic_exec_stop stop;
    *run = (kernel_run){.instructions = image->phases[0].count};
    for (uint64_t n = 0; n < passes; n++)
        if (lic_exec_lines(&state, &frame, 0, s->items, SLOTS, N, &run->gas, &stop) !=
            LIC_TRAP_NONE)
            return lic_fail(error, LIC_TRAPPED, lic_trap_id(stop.trap), "", "line %llu, pc %u: %s",
                            (unsigned long long)stop.item, stop.pc, lic_trap_message(stop.trap));
    run->checksum = checksum_of(s);
    run->postings = s->postings;
    return LIC_OK;
}

lic_status kernel_k(lic_slice listing, const lic_hasher *hasher, uint64_t passes, kernel_run *run,
                    lic_error *error)
{
    lic_arena *arena = lic_arena_create(&lic_allocator_system, 64u << 20);
    kernel_state *s = lic_allocate_zero(&lic_allocator_system, 1, sizeof *s);
    lic_image *image = NULL;
    const lic_program *program = NULL;
    lic_status status = arena != NULL && s != NULL ? LIC_OK : LIC_NO_MEMORY;
    if (status == LIC_OK) status = load(listing, hasher, arena, &image, error);
    if (status == LIC_OK) status = lic_exec_prepare(image, arena, &program);
    if (status == LIC_OK) {
        setup();
        set_up_state(s, image);
        status = run_passes(s, image, program, passes, run, error);
    }
    lic_release(&lic_allocator_system, s, sizeof *s);
    lic_arena_destroy(arena);
    return status;
}
