/* fuzz_image.c - any bytes as an image, or any text as a listing of one. What decodes must have one
 * encoding, and its listing must lead back to it; what verifies must run on small tables without
 * leaving them, without costing more gas than the image says, and leave in every cell a value of its type. */
#include <string.h>

#include <licet/crypto.h>
#include <licet/exec.h>
#include <licet/listing.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS = 4, SPARE = 4, TEXTS = 64, ARGUMENTS = 1024, LINES = 3 };

typedef struct contract {
    const lic_image *image;
    lic_arena *arena;
    lic_table_view *views;
    lic_slice texts[TEXTS];
    uint32_t text_count;
    uint64_t random; /* contents of lines and cells: a plain congruential generator */
} contract;

static uint64_t next_random(contract *c)
{
    c->random = c->random * 6364136223846793005u + 1442695040888963407u;
    return c->random >> 16;
}

/* -- the host: does nothing, remembers what the interpreter relies on ------------------------------- */

static lic_trap touch(void *context, uint16_t table, uint32_t page)
{
    contract *c = context;
    const lic_table_view *view = &c->views[table];
    LIC_ASSERT((uint64_t)page << view->page_shift < view->row_count);
    view->page_run[page] = 1;
    return LIC_TRAP_NONE;
}

static lic_trap posted(void *context, const lic_posting *posting)
{
    const contract *c = context;
    LIC_ASSERT(posting->amount > 0 && posting->from < c->image->accounts_count);
    LIC_ASSERT(posting->to < c->image->accounts_count);
    return LIC_TRAP_NONE;
}

static lic_trap oblige(void *context, uint16_t duty, uint16_t clause, lic_i128 amount, lic_date due,
                       uint32_t debtor, uint32_t creditor)
{
    const contract *c = context;
    const lic_table *creditors = &c->image->tables[c->image->duties[duty].creditor_table];
    (void)clause;
    LIC_ASSERT(amount > 0 && lic_date_valid(due) && debtor < c->image->parties_count);
    LIC_ASSERT(creditor < c->views[creditors - c->image->tables].row_count);
    return LIC_TRAP_NONE;
}

static lic_trap emit(void *context, uint16_t event, const uint64_t *regs)
{
    const contract *c = context;
    (void)regs;
    LIC_ASSERT(event < c->image->events_count);
    return LIC_TRAP_NONE;
}

static lic_trap result(void *context, uint16_t term, uint32_t row, const lic_i128 values[5])
{
    const contract *c = context;
    (void)values;
    LIC_ASSERT(row < c->views[c->image->terms[term].table].row_count);
    return LIC_TRAP_NONE;
}

static lic_trap enter_state(void *context, uint16_t state)
{
    const contract *c = context;
    LIC_ASSERT(state < c->image->enumerations[c->image->lifecycle.states].count);
    return LIC_TRAP_NONE;
}

static lic_trap native(void *context, uint32_t number, uint16_t subject, const uint64_t *arguments,
                       uint64_t *value, lic_i128 *wide)
{
    (void)context, (void)number, (void)subject, (void)arguments;
    *value = 0;
    *wide = 0;
    return LIC_TRAP_NONE;
}

static lic_trap find(void *context, uint16_t table, uint64_t key, uint32_t *row)
{
    const contract *c = context;
    *row = key % 2 == 0 && c->views[table].row_count > 0 ? 0 : LIC_NONE32;
    return LIC_TRAP_NONE;
}

static lic_trap enter(void *context, uint16_t table, uint64_t key, uint32_t *row)
{
    contract *c = context;
    (void)key;
    if (c->views[table].row_count >= ROWS + SPARE) return LIC_TRAP_TABLE_FULL;
    *row = c->views[table].row_count++;
    return LIC_TRAP_NONE;
}

static lic_trap retire(void *context, uint16_t table, uint32_t row)
{
    const contract *c = context;
    LIC_ASSERT(row < c->views[table].row_count);
    return LIC_TRAP_NONE;
}

static lic_slice text(void *context, uint64_t handle)
{
    const contract *c = context;
    LIC_ASSERT(handle < c->text_count);
    return c->texts[handle];
}

static lic_trap make_text(void *context, lic_slice bytes, uint64_t *handle)
{
    contract *c = context;
    if (c->text_count == TEXTS) return LIC_TRAP_LIMIT;
    void *copy = lic_arena_copy(c->arena, bytes.data, bytes.size + 1);
    if (copy == NULL) return LIC_TRAP_LIMIT;
    *handle = c->text_count;
    c->texts[c->text_count++] = lic_slice_of(copy, bytes.size);
    return LIC_TRAP_NONE;
}

/* -- tables ------------------------------------------------------------------------------------------- */

static uint32_t lesser(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* A number of any size, the small ones as often as the large ones. */
static uint64_t any_number(contract *c, unsigned bits)
{
    return next_random(c) % ((uint64_t)1 << bits) >> next_random(c) % bits;
}

/* A value of the type; texts, hashes and spans stay as they are. */
static void put_value(contract *c, lic_type type, uint8_t *at)
{
    switch ((lic_kind)type.kind) {
    case LIC_KIND_BOOL: lic_store_u64(at, next_random(c) % 2); break;
    case LIC_KIND_ENUM:
        lic_store_u64(at, next_random(c) % c->image->enumerations[type.aux].count);
        break;
    case LIC_KIND_TERRITORY: lic_store_u64(at, next_random(c) % 256); break;
    case LIC_KIND_DATE: lic_store_u64(at, 20000 + next_random(c) % 1000); break;
    case LIC_KIND_ROW: lic_store_u64(at, next_random(c) % c->views[type.aux].row_count); break;
    case LIC_KIND_COUNT:
    case LIC_KIND_RATE:
    case LIC_KIND_PRICE: lic_store_u64(at, any_number(c, 48)); break;
    case LIC_KIND_MONEY:
    case LIC_KIND_EXACT: lic_store_i128(at, (lic_i128)any_number(c, 48)); break;
    case LIC_KIND_SET:
        for (unsigned i = 0; i < 32; i++) at[i] = (uint8_t)next_random(c);
        break;
    case LIC_KIND_NONE:
    case LIC_KIND_TEXT:
    case LIC_KIND_HASH:
    case LIC_KIND_SPAN: break;
    }
}

/* Every cell has a value, so that what is loaded decides and moves something. Not what the engine keeps, and not fixed
 * parts: rows of the image have theirs, and tiers and shares must be in order. */
static void fill_cells(contract *c)
{
    for (uint32_t f = 0; f < c->image->fields_count; f++) {
        const lic_field *field = &c->image->fields[f];
        const lic_table_view *view = &c->views[field->table];
        bool kept = field->role == LIC_ROLE_ENGINE && field->type.kind == LIC_KIND_COUNT;
        for (uint32_t row = 0; field->is_mutable && !kept && row < view->row_count; row++)
            put_value(c, field->type, view->cells + (size_t)row * view->cell_size + field->offset);
    }
}

/* All tables have a row, so that row 0, which zeroed memory names, is there. */
static bool make_table(contract *c, uint32_t number)
{
    const lic_table *table = &c->image->tables[number];
    uint32_t rows = table->static_rows > ROWS ? table->static_rows : lesser(table->max_rows, ROWS);
    if (rows > 4096) return false;
    lic_table_view *view = &c->views[number];
    size_t room = rows + (size_t)SPARE;
    uint8_t *fixed = lic_arena_take(c->arena, room * table->fixed_size + 1);
    view->cells = lic_arena_take(c->arena, room * table->cell_size + 1);
    view->page_run = lic_arena_take(c->arena, room * sizeof *view->page_run);
    view->fixed = fixed;
    if (fixed == NULL || view->cells == NULL || view->page_run == NULL) return false;
    view->row_count = rows;
    view->cell_size = table->cell_size;
    view->fixed_size = table->fixed_size;
    view->page_shift = table->page_shift;
    if (table->static_fixed.size > 0)
        memcpy(fixed, table->static_fixed.data, table->static_fixed.size);
    for (uint32_t f = 0; f < c->image->fields_count; f++) { /* spans of rows that the image lacks */
        const lic_field *field = &c->image->fields[f];
        if (field->table != number || field->type.kind != LIC_KIND_SPAN) continue;
        const lic_table *child = &c->image->tables[field->type.aux];
        uint32_t children = lesser(lesser(child->max_rows, child->child_max), ROWS);
        for (uint32_t row = table->static_rows; row < rows; row++)
            lic_store_u32(fixed + (size_t)row * table->fixed_size + field->offset + 4, children);
    }
    return true;
}

static bool make_tables(contract *c)
{
    c->views = lic_arena_take(c->arena, c->image->tables_count * sizeof *c->views);
    if (c->views == NULL) return false;
    for (uint32_t t = 0; t < c->image->tables_count; t++)
        if (!make_table(c, t)) return false;
    fill_cells(c);
    c->texts[0] = lic_slice_text("a text");
    c->text_count = 1;
    return true;
}

/* Lines as intake makes them: values within their kind. */
static void make_lines(contract *c, const lic_report *report, uint64_t *items)
{
    for (unsigned line = 0; line < LINES; line++)
        for (uint32_t n = 0; n < report->column_count; n++) {
            const lic_column *column = &c->image->columns[report->first_column + n];
            lic_type type = column->reader.type;
            if (column->reader.form == LIC_FORM_IGNORED) continue;
            uint64_t *slot = items + line * (size_t)report->slots + column->field;
            bool number = type.kind == LIC_KIND_COUNT || type.kind == LIC_KIND_RATE ||
                          type.kind == LIC_KIND_PRICE || lic_type_wide(type);
            if (!number)
                continue; /* row 0, the first of an enumeration, false, 1970-01-01, text 0 */
            slot[0] = next_random(c) >> (next_random(c) % 64);
            if (lic_type_wide(type)) slot[1] = next_random(c) % 8 == 0 ? next_random(c) : 0;
        }
}

/* -- cells -------------------------------------------------------------------------------------------- */

static bool cell_valid(const contract *c, lic_type type, const uint8_t *at)
{
    uint64_t value = lic_load_u64(at);
    switch ((lic_kind)type.kind) {
    case LIC_KIND_BOOL: return value <= 1;
    case LIC_KIND_ENUM: return value < c->image->enumerations[type.aux].count;
    case LIC_KIND_TERRITORY: return value < 256;
    case LIC_KIND_DATE: return (int64_t)value >= LIC_DATE_MIN && (int64_t)value <= LIC_DATE_MAX;
    case LIC_KIND_ROW: return value < c->views[type.aux].row_count || value == 0;
    case LIC_KIND_NONE:
    case LIC_KIND_COUNT:
    case LIC_KIND_RATE:
    case LIC_KIND_PRICE:
    case LIC_KIND_TEXT:
    case LIC_KIND_HASH:
    case LIC_KIND_MONEY:
    case LIC_KIND_EXACT:
    case LIC_KIND_SET:
    case LIC_KIND_SPAN: break;
    }
    return true;
}

static void check_cells(const contract *c)
{
    for (uint32_t f = 0; f < c->image->fields_count; f++) {
        const lic_field *field = &c->image->fields[f];
        const lic_table_view *view = &c->views[field->table];
        for (uint32_t row = 0; field->is_mutable && row < view->row_count; row++)
            LIC_ASSERT(cell_valid(c, field->type,
                                  view->cells + (size_t)row * view->cell_size + field->offset));
    }
}

/* -- running -------------------------------------------------------------------------------------------- */

static void run_phase(contract *c, const lic_exec_state *state, const lic_exec_frame *frame,
                      const lic_entry *entry, uint32_t number)
{
    const lic_phase *phase = &c->image->phases[number];
    lic_exec_stop stop;
    uint64_t gas = 0, count = 1;
    uint16_t reason;
    uint64_t *items = NULL;
    uint16_t slots = 0;
    if (phase->kind == LIC_PHASE_JUDGE || phase->kind == LIC_PHASE_LINES) {
        const lic_report *report = &c->image->reports[entry->subject];
        slots = report->slots;
        items = lic_arena_take(c->arena, (size_t)LINES * report->slots * 8 + 8);
        if (items == NULL) return;
        make_lines(c, report, items);
    }
    switch ((lic_phase_kind)phase->kind) {
    case LIC_PHASE_ONCE: (void)lic_exec_once(state, frame, number, &gas, &stop); break;
    case LIC_PHASE_JUDGE:
        (void)lic_exec_judge(state, frame, number, items, &reason, &gas, &stop);
        break;
    case LIC_PHASE_LINES:
        count = LINES;
        (void)lic_exec_lines(state, frame, number, items, slots, count, &gas, &stop);
        break;
    case LIC_PHASE_ROWS:
        count = c->views[phase->table].row_count;
        (void)lic_exec_rows(state, frame, number, 0, (uint32_t)count, NULL, &gas, &stop);
        break;
    }
    LIC_ASSERT(gas <= count * phase->gas);
    check_cells(c);
}

static void run_image(const lic_image *image, lic_arena *arena)
{
    contract c = {.image = image, .arena = arena, .random = lic_load_u64(image->id.bytes)};
    const lic_program *program;
    if (!make_tables(&c) || lic_exec_prepare(image, arena, &program) != LIC_OK) return;
    lic_i128 *arguments = lic_arena_take(arena, ARGUMENTS * sizeof *arguments);
    if (arguments == NULL) return;
    const lic_exec_host host = {&c,     touch, posted, oblige, emit, result,    enter_state,
                                native, find,  enter,  retire, text, make_text, NULL};
    const lic_exec_state state = {.program = program, .tables = c.views, .run = 1, .host = &host};
    const lic_exec_frame frame = {
        .today = 20500, .lines = LINES, .amount = 1, .arguments = arguments};
    for (uint32_t e = 0; e < image->entries_count; e++) {
        const lic_entry *entry = &image->entries[e];
        for (uint32_t p = 0; p < entry->phase_count; p++)
            run_phase(&c, &state, &frame, entry, entry->first_phase + p);
    }
}

static lic_slice encode(const lic_image *image, lic_arena *arena)
{
    lic_buffer buffer;
    lic_buffer_init(&buffer, &lic_allocator_system, 2 * LIC_IMAGE_MAX);
    lic_slice bytes = {NULL, 0};
    if (lic_image_encode(image, &buffer) == LIC_OK) {
        bytes.data = lic_arena_copy(arena, buffer.data, buffer.size);
        bytes.size = bytes.data != NULL ? buffer.size : 0;
    }
    lic_buffer_free(&buffer);
    return bytes;
}

/* The listing of a verified image assembles to the same bytes. */
static void check_listing(const lic_image *image, lic_slice bytes, lic_arena *arena)
{
    lic_buffer listing;
    lic_error error;
    lic_image *again;
    lic_buffer_init(&listing, &lic_allocator_system, 8u << 20);
    lic_image_list(image, &listing);
    lic_status status = listing.failed ? LIC_NO_MEMORY
                                       : lic_assemble(lic_slice_of(listing.data, listing.size),
                                                      arena, &again, &error);
    LIC_ASSERT(status == LIC_OK || status == LIC_NO_MEMORY);
    if (status == LIC_OK) {
        lic_slice encoded = encode(again, arena);
        LIC_ASSERT(encoded.data == NULL || lic_slice_equal(encoded, bytes));
    }
    lic_buffer_free(&listing);
}

static void try_bytes(lic_slice bytes, lic_arena *arena)
{
    lic_image *image;
    lic_error error;
    if (lic_image_decode(bytes, &lic_hasher_native, arena, &image, &error) != LIC_OK) return;
    lic_slice again = encode(image, arena);
    LIC_ASSERT(again.data == NULL || lic_slice_equal(again, bytes));
    if (lic_image_verify(image, &error) != LIC_OK) return;
    run_image(image, arena);
    check_listing(image, bytes, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lic_arena *arena = lic_arena_create(&lic_allocator_system, 64u << 20);
    lic_slice bytes = lic_slice_of(data, size);
    lic_image *image;
    lic_error error;
    if (size >= 4 && memcmp(data, "LICM", 4) != 0) {
        lic_status status = lic_assemble(bytes, arena, &image, &error);
        bytes = status == LIC_OK ? encode(image, arena) : lic_slice_of(NULL, 0);
    }
    if (bytes.data != NULL) try_bytes(bytes, arena);
    lic_arena_destroy(arena);
    return 0;
}

/* -- mutation of listings ------------------------------------------------------------------------------- */

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
#include <stdio.h>
#include <stdlib.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

typedef struct span {
    size_t start, size;
} span;

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* The line that holds a place; its newline is not counted. */
static span line_at(const uint8_t *data, size_t size, size_t at)
{
    span line = {at, 0};
    while (line.start > 0 && data[line.start - 1] != '\n') line.start--;
    while (line.start + line.size < size && data[line.start + line.size] != '\n') line.size++;
    return line;
}

/* The next number from a place on, from the beginning again behind the end: 0 digits when there is none. */
static span number_from(const uint8_t *data, size_t size, size_t at)
{
    span number = {at, 0};
    for (size_t n = 0; n < size && !is_digit(data[number.start]); n++)
        number.start = (number.start + 1) % size;
    while (number.start > 0 && is_digit(data[number.start]) && is_digit(data[number.start - 1]))
        number.start--;
    while (number.start + number.size < size && is_digit(data[number.start + number.size]))
        number.size++;
    return number;
}

/* Puts bytes in the place of others; nothing when there is no room. */
static size_t put_in_place(uint8_t *data, size_t size, size_t max_size, span place, lic_slice bytes)
{
    size_t behind = place.start + place.size;
    if (size - place.size + bytes.size > max_size) return size;
    memmove(data + place.start + bytes.size, data + behind, size - behind);
    memcpy(data + place.start, bytes.data, bytes.size);
    return size - place.size + bytes.size;
}

/* Another number: a neighbour of what is there, a small one, or one that stands elsewhere in the listing. */
static size_t change_number(uint8_t *data, size_t size, size_t max_size, uint32_t chance)
{
    span place = number_from(data, size, chance % size);
    span other = number_from(data, size, (chance >> 3) % size);
    char text[24], copy[24] = "";
    if (place.size == 0 || place.size >= 18 || other.size >= 18) return size;
    memcpy(copy, data + (chance % 4 == 3 ? other : place).start,
           (chance % 4 == 3 ? other : place).size);
    unsigned long long value = strtoull(copy, NULL, 10);
    if (chance % 4 == 0) value++;
    if (chance % 4 == 1 && value > 0) value--;
    if (chance % 4 == 2) value = chance >> 20 & 63;
    int length = snprintf(text, sizeof text, "%llu", value);
    return put_in_place(data, size, max_size, place, lic_slice_of(text, (size_t)length));
}

/* A line is left out, or a copy of it stands behind another one. */
static size_t move_line(uint8_t *data, size_t size, size_t max_size, uint32_t chance)
{
    static uint8_t copy[4096];
    span from = line_at(data, size, (chance >> 2) % size);
    span to = line_at(data, size, (chance >> 7) % size);
    size_t bytes = from.size + 1;
    if (from.start + from.size >= size || bytes > sizeof copy) return size;
    from.size = bytes;
    if (chance % 4 == 0) return put_in_place(data, size, max_size, from, lic_slice_text(""));
    memcpy(copy, data + from.start, bytes);
    return put_in_place(data, size, max_size, (span){to.start, 0}, lic_slice_of(copy, bytes));
}

/* A listing stays one: a number becomes another, a line is copied or goes. Gas is worked out again when it is assembled,
 * so that what an operand or an index names is changed and nothing else. Every fourth time, libFuzzer's own ways. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    bool listing = size >= 4 && memcmp(data, "LICM", 4) != 0;
    uint32_t chance = seed * UINT32_C(2654435761);
    chance ^= chance >> 15;
    if (!listing || seed % 4 == 0) return LLVMFuzzerMutate(data, size, max_size);
    return seed % 4 == 1 ? move_line(data, size, max_size, chance)
                         : change_number(data, size, max_size, chance);
}
#endif
