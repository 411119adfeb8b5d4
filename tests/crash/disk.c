/* disk.c - what a disk notes, and what is left of it when the power goes. */
#include "disk_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* One for all disks and states of the process, so that files are copied by sharing. */
memory_room disk_room = {.allocator = &lic_allocator_system, .max_chunks = UINT64_MAX};

void *disk_need(void *memory)
{
    if (memory != NULL) return memory;
    (void)fprintf(stderr, "the disk in memory has no memory\n");
    abort();
}

void disk_good(lic_status status)
{
    if (status != LIC_OK) (void)disk_need(NULL);
}

uint64_t disk_draw(disk_chance *chance, uint64_t below)
{
    uint64_t x = chance->state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (x ^ x >> 31) % below;
}

/* -- lists of operations ----------------------------------------------------------------------------- */

static void keep(disk_ops *ops, disk_op *op)
{
    if (ops->count == ops->capacity) {
        ops->capacity = ops->capacity == 0 ? 64 : ops->capacity * 2;
        ops->list = disk_need(realloc(ops->list, ops->capacity * sizeof(disk_op *)));
    }
    ops->list[ops->count++] = op;
    op->users++;
}

static void let_go(disk_op *op)
{
    if (--op->users == 0) free(op);
}

static void free_ops(disk_ops *ops)
{
    for (size_t i = 0; i < ops->count; i++) let_go(ops->list[i]);
    free(ops->list);
    *ops = (disk_ops){0};
}

void disk_note(crash_disk *disk, disk_op_kind kind, const live_file *file, uint64_t offset,
               const void *bytes, size_t size)
{
    if (file != NULL && file->number == 0) return;
    disk_op *op = disk_need(malloc(sizeof *op + size));
    *op = (disk_op){.kind = kind, .offset = offset, .size = size};
    op->elsewhere = disk_is_elsewhere(disk);
    op->harms = disk->harms;
    if (file != NULL) {
        op->file = file->number;
        memcpy(op->name, file->name, sizeof op->name);
    }
    if (size > 0) memcpy(op->bytes, bytes, size);
    keep(&disk->notes, op);
}

void disk_note_call(crash_disk *disk)
{
    uint64_t number = disk->calls++;
    if (!disk_is_elsewhere(disk)) return;
    if (disk->elsewhere_count == disk->elsewhere_capacity) {
        disk->elsewhere_capacity = disk->elsewhere_capacity == 0 ? 64
                                                                 : disk->elsewhere_capacity * 2;
        disk->elsewhere = disk_need(
            realloc(disk->elsewhere, disk->elsewhere_capacity * sizeof *disk->elsewhere));
    }
    disk->elsewhere[disk->elsewhere_count++] = number;
}

void disk_note_commit(crash_disk *disk)
{
    if (disk->commit_count == disk->commit_capacity) {
        disk->commit_capacity = disk->commit_capacity == 0 ? 16 : disk->commit_capacity * 2;
        disk->commits = disk_need(
            realloc(disk->commits, disk->commit_capacity * sizeof *disk->commits));
    }
    disk->commits[disk->commit_count++] = disk->notes.count;
}

/* -- states -------------------------------------------------------------------------------------------- */

static disk_file *find_file(const disk_state *state, uint32_t number)
{
    for (size_t i = 0; i < state->file_count; i++)
        if (state->files[i].number == number) return &state->files[i];
    return NULL;
}

static void add_file(disk_state *state, uint32_t number)
{
    state->files = disk_need(realloc(state->files, (state->file_count + 1) * sizeof *state->files));
    state->files[state->file_count++] = (disk_file){.number = number};
    if (state->next_file <= number) state->next_file = number + 1;
}

static void enter(disk_state *state, const char *name, uint32_t file)
{
    size_t i = 0;
    while (i < state->entry_count && strcmp(state->entries[i].name, name) != 0) i++;
    if (i == state->entry_count)
        state->entries = disk_need(
            realloc(state->entries, ++state->entry_count * sizeof *state->entries));
    state->entries[i].file = file;
    memcpy(state->entries[i].name, name, DISK_NAME);
}

static void leave(disk_state *state, const char *name)
{
    for (size_t i = 0; i < state->entry_count; i++)
        if (strcmp(state->entries[i].name, name) == 0)
            state->entries[i--] = state->entries[--state->entry_count];
}

static bool is_named(const disk_state *state, uint32_t number)
{
    for (size_t i = 0; i < state->entry_count; i++)
        if (state->entries[i].file == number) return true;
    for (size_t i = 0; i < state->unsafe.count; i++) {
        const disk_op *op = state->unsafe.list[i];
        if (op->kind == DISK_ENTER && op->file == number) return true;
    }
    return false;
}

/* Files that no name can lead to any more. */
static void sweep(disk_state *state)
{
    for (size_t i = 0; i < state->file_count; i++) {
        if (is_named(state, state->files[i].number)) continue;
        memory_bytes_free(&state->files[i].bytes, &disk_room);
        state->files[i--] = state->files[--state->file_count];
    }
}

static void apply(disk_state *state, const disk_op *op)
{
    disk_file *file = find_file(state, op->file);
    if (op->kind == DISK_ENTER) enter(state, op->name, op->file);
    if (op->kind == DISK_LEAVE) leave(state, op->name);
    if (op->kind == DISK_CUT && file != NULL)
        memory_bytes_cut(&file->bytes, &disk_room, op->offset);
    if (op->kind == DISK_WRITE && file != NULL)
        disk_good(memory_bytes_write(&file->bytes, &disk_room, op->bytes, op->size, op->offset));
}

static disk_state copy_state(const disk_state *from)
{
    disk_state to = {.next_file = from->next_file};
    for (size_t i = 0; i < from->file_count; i++) {
        add_file(&to, from->files[i].number);
        disk_good(
            memory_bytes_copy(&from->files[i].bytes, &disk_room, &to.files[i].bytes, &disk_room));
    }
    for (size_t i = 0; i < from->entry_count; i++)
        enter(&to, from->entries[i].name, from->entries[i].file);
    for (size_t i = 0; i < from->unsafe.count; i++) keep(&to.unsafe, from->unsafe.list[i]);
    return to;
}

void state_free(disk_state *state)
{
    free_ops(&state->unsafe);
    for (size_t i = 0; i < state->file_count; i++)
        memory_bytes_free(&state->files[i].bytes, &disk_room);
    free(state->files);
    free(state->entries);
    *state = (disk_state){0};
}

/* -- what is left ---------------------------------------------------------------------------------------- */

/* How a failure treats what was under way. */
typedef struct manner {
    disk_chance *chance;
    enum { ALL_LOST, ALL_KEPT, IN_ORDER, WRITES, SECTORS, TORN } how;
    uint64_t keep;  /* of 100, in the last three */
    uint64_t whole; /* operations that IN_ORDER keeps */
} manner;

static manner draw_manner(disk_chance *chance, size_t operations)
{
    static const uint64_t often[] = {5, 50, 95};
    manner m = {.chance = chance};
    uint64_t drawn = disk_draw(chance, 12);
    m.how = drawn == 0   ? ALL_LOST
            : drawn == 1 ? ALL_KEPT
            : drawn < 4  ? IN_ORDER
            : drawn < 7  ? WRITES
            : drawn < 9  ? SECTORS
                         : TORN;
    m.keep = often[disk_draw(chance, 3)];
    m.whole = disk_draw(chance, operations + 1);
    return m;
}

static bool kept(const manner *m, size_t index)
{
    if (m->how == ALL_LOST || m->how == ALL_KEPT) return m->how == ALL_KEPT;
    if (m->how == IN_ORDER) return index < m->whole;
    return disk_draw(m->chance, 100) < m->keep;
}

/* The sector was to become part of the file: that the file grew may be all that is left of it. */
static void grow(disk_file *file, uint64_t to, disk_chance *chance)
{
    uint8_t rubbish[DISK_SECTOR];
    bool zeros = disk_draw(chance, 2) == 0;
    if (file->bytes.size >= to || disk_draw(chance, 2) == 0) return;
    for (size_t i = 0; i < sizeof rubbish; i++)
        rubbish[i] = zeros ? 0 : (uint8_t)disk_draw(chance, 256);
    while (file->bytes.size < to) {
        uint64_t size = to - file->bytes.size;
        if (size > sizeof rubbish) size = sizeof rubbish;
        disk_good(
            memory_bytes_write(&file->bytes, &disk_room, rubbish, (size_t)size, file->bytes.size));
    }
}

/* One sector of a write, or less of it where the write begins and ends. */
static void leave_sector(disk_file *file, const uint8_t *bytes, size_t size, uint64_t offset,
                         bool is_kept, const manner *m)
{
    size_t first = 0, last = size;
    if (m->how == TORN && disk_draw(m->chance, 3) == 0) {
        size_t cut = (size_t)disk_draw(m->chance, size + 1);
        if (disk_draw(m->chance, 2) == 0) last = cut;
        else first = cut;
        is_kept = true;
    }
    if (is_kept && first < last)
        disk_good(memory_bytes_write(&file->bytes, &disk_room, bytes + first, last - first,
                                     offset + first));
    if (m->how != ALL_LOST && m->how != IN_ORDER) grow(file, offset + size, m->chance);
}

/* Bytes that are there become others. */
static void spoil(disk_file *file, uint64_t from, uint64_t to, disk_chance *chance)
{
    uint8_t rubbish[DISK_BLOCK];
    if (to > file->bytes.size) to = file->bytes.size;
    if (from >= to) return;
    size_t size = (size_t)(to - from);
    for (size_t i = 0; i < size; i++) rubbish[i] = (uint8_t)disk_draw(chance, 256);
    disk_good(memory_bytes_write(&file->bytes, &disk_room, rubbish, size, from));
}

/* Beside a write, in the blocks where it begins and ends. */
static void spoil_beside(disk_file *file, const disk_op *op, disk_chance *chance)
{
    uint64_t begin = op->offset, end = op->offset + op->size;
    if (disk_draw(chance, 2) == 0) spoil(file, begin - begin % DISK_BLOCK, begin, chance);
    if (disk_draw(chance, 2) == 0)
        spoil(file, end, end + (DISK_BLOCK - end % DISK_BLOCK) % DISK_BLOCK, chance);
}

static void leave_write(disk_state *state, const disk_op *op, const manner *m, bool whole)
{
    disk_file *file = find_file(state, op->file);
    if (file == NULL) return;
    bool is_torn = m->how == SECTORS || m->how == TORN;
    if (op->harms && is_torn && disk_draw(m->chance, 3) == 0) spoil_beside(file, op, m->chance);
    for (size_t at = 0; at < op->size;) {
        size_t left = DISK_SECTOR - (size_t)((op->offset + at) % DISK_SECTOR);
        size_t size = op->size - at < left ? op->size - at : left;
        bool is_kept = is_torn ? disk_draw(m->chance, 100) < m->keep : whole;
        leave_sector(file, op->bytes + at, size, op->offset + at, is_kept, m);
        at += size;
    }
}

/* What is left of the operations on `file` (0: of all), which are no longer under way afterwards. */
static void strike(disk_state *state, uint32_t file, disk_chance *chance)
{
    manner m = draw_manner(chance, state->unsafe.count);
    size_t waiting = 0;
    for (size_t i = 0; i < state->unsafe.count; i++) {
        disk_op *op = state->unsafe.list[i];
        bool of_folder = op->kind == DISK_ENTER || op->kind == DISK_LEAVE;
        if (file != 0 && (of_folder || op->file != file)) {
            state->unsafe.list[waiting++] = op;
            continue;
        }
        bool whole = kept(&m, i);
        if (op->kind == DISK_WRITE) leave_write(state, op, &m, whole);
        else if (whole) apply(state, op);
        let_go(op);
    }
    state->unsafe.count = waiting;
}

disk_state state_after(const disk_state *state, disk_end end, disk_chance *chance)
{
    disk_state after = copy_state(state);
    if (end == DISK_POWER) strike(&after, 0, chance);
    sweep(&after);
    return after;
}

/* -- what happens, one operation after the other ----------------------------------------------------------- */

/* Operations on a file, or on the folder, become safe in their order. */
static void make_safe(disk_state *state, bool folder, uint32_t file)
{
    size_t waiting = 0;
    for (size_t i = 0; i < state->unsafe.count; i++) {
        disk_op *op = state->unsafe.list[i];
        bool of_folder = op->kind == DISK_ENTER || op->kind == DISK_LEAVE;
        if (folder ? of_folder : !of_folder && op->file == file) {
            apply(state, op);
            let_go(op);
        } else {
            state->unsafe.list[waiting++] = op;
        }
    }
    state->unsafe.count = waiting;
    if (folder) sweep(state);
}

static void follow(disk_state *state, disk_op *op)
{
    disk_chance chance = {op->offset};
    switch (op->kind) {
    case DISK_SYNC: make_safe(state, false, op->file); break;
    case DISK_SYNC_FOLDER: make_safe(state, true, 0); break;
    case DISK_SYNC_FAILED: strike(state, op->file, &chance); break;
    case DISK_ENTER:
        add_file(state, op->file);
        keep(&state->unsafe, op);
        break;
    case DISK_WRITE:
    case DISK_CUT:
    case DISK_LEAVE: keep(&state->unsafe, op); break;
    }
}

void state_follow(disk_state *state, const crash_disk *disk, size_t *from, size_t to)
{
    for (; *from < to; (*from)++) follow(state, disk->notes.list[*from]);
}

/* Everything, safe or not. */
static disk_state seen(const disk_state *state)
{
    disk_state all = copy_state(state);
    for (size_t i = 0; i < all.unsafe.count; i++) {
        apply(&all, all.unsafe.list[i]);
        let_go(all.unsafe.list[i]);
    }
    all.unsafe.count = 0;
    return all;
}

/* -- a disk ------------------------------------------------------------------------------------------------- */

live_file *disk_find(const crash_disk *disk, const char *name)
{
    live_file *file = disk->files;
    while (file != NULL && strcmp(file->name, name) != 0) file = file->next;
    return file;
}

/* NULL: a temporary one. */
live_file *disk_add(crash_disk *disk, const char *name, uint32_t number)
{
    live_file *file = disk_need(calloc(1, sizeof *file));
    file->number = number;
    if (name == NULL) return file;
    (void)snprintf(file->name, sizeof file->name, "%s", name);
    file->listed = true;
    file->next = disk->files;
    disk->files = file;
    return file;
}

void disk_release(live_file *file)
{
    for (size_t i = 0; i < DISK_REGIONS; i++) free(file->regions[i]);
    memory_bytes_free(&file->bytes, &disk_room);
    free(file);
}

void disk_drop(crash_disk *disk, live_file *file)
{
    live_file **link = &disk->files;
    while (*link != NULL && *link != file) link = &(*link)->next;
    if (*link != NULL) *link = file->next;
    file->listed = false;
    if (file->opens == 0) disk_release(file);
}

crash_disk *disk_create(const disk_state *state)
{
    crash_disk *made = disk_need(calloc(1, sizeof *made));
    disk_state all = seen(state);
    made->next_file = all.next_file == 0 ? 1 : all.next_file;
    made->maker = pthread_self();
    for (size_t i = 0; i < all.entry_count; i++) {
        live_file *file = disk_add(made, all.entries[i].name, all.entries[i].file);
        const disk_file *source = find_file(&all, file->number);
        disk_good(memory_bytes_copy(&source->bytes, &disk_room, &file->bytes, &disk_room));
    }
    state_free(&all);
    if (disk_register(made) != SQLITE_OK) (void)disk_need(NULL);
    return made;
}

void disk_destroy(crash_disk *disk)
{
    LIC_ASSERT(disk->opens == 0);
    (void)sqlite3_vfs_unregister(&disk->base);
    while (disk->files != NULL) disk_drop(disk, disk->files);
    free_ops(&disk->notes);
    free(disk->commits);
    free(disk->elsewhere);
    free(disk);
}

const char *disk_vfs(const crash_disk *disk)
{
    return disk->name;
}

size_t disk_moment(const crash_disk *disk)
{
    return disk->notes.count;
}

uint64_t disk_history(const crash_disk *disk)
{
    uint64_t sum = disk->notes.count;
    for (size_t i = 0; i < disk->notes.count; i++) {
        const disk_op *op = disk->notes.list[i];
        const uint64_t what[] = {op->kind, op->file, op->offset, op->size};
        sum = XXH3_64bits_withSeed(what, sizeof what, sum);
        sum = XXH3_64bits_withSeed(op->bytes, op->size, sum);
    }
    return sum;
}

bool disk_is_elsewhere(const crash_disk *disk)
{
    return pthread_equal(disk->maker, pthread_self()) == 0;
}

bool disk_elsewhere(const crash_disk *disk, size_t moment)
{
    return moment < disk->notes.count && disk->notes.list[moment]->elsewhere;
}

size_t disk_commit_count(const crash_disk *disk)
{
    return disk->commit_count;
}

size_t disk_commit(const crash_disk *disk, size_t index)
{
    return disk->commits[index];
}

uint64_t disk_digest(const crash_disk *disk, const char *name, const size_t (*ranges)[2])
{
    const live_file *file = disk_find(disk, name);
    uint8_t chunk[LIC_MEMORY_CHUNK];
    if (file == NULL) return 0;
    uint64_t digest = file->bytes.size;
    for (uint64_t at = 0; at < file->bytes.size; at += sizeof chunk) {
        bool short_read;
        memory_bytes_read(&file->bytes, chunk, sizeof chunk, at, &short_read);
        for (size_t i = 0; at == 0 && ranges[i][1] != 0; i++)
            memset(chunk + ranges[i][0], 0, ranges[i][1]);
        digest = XXH3_64bits_withSeed(chunk, sizeof chunk, digest);
    }
    return digest;
}

void disk_lie(crash_disk *disk)
{
    disk->lies = true;
}

void disk_harm(crash_disk *disk)
{
    LIC_ASSERT(disk->opens == 0);
    disk->harms = true;
}

disk_writes disk_writes_to(const crash_disk *disk, const char *name)
{
    disk_writes writes = {0};
    for (size_t i = 0; i < disk->notes.count; i++) {
        const disk_op *op = disk->notes.list[i];
        if (op->kind != DISK_WRITE || strcmp(op->name, name) != 0) continue;
        writes.count++;
        if (writes.largest < op->size) writes.largest = op->size;
    }
    return writes;
}

void disk_fail(crash_disk *disk, disk_fault fault, uint64_t after, bool forever)
{
    disk->armed = true;
    disk->fault = fault;
    disk->left = after;
    disk->forever = forever;
    disk->failures = disk->failures_elsewhere = disk->calls = 0;
    disk->elsewhere_count = 0;
    disk->chance = (disk_chance){after * 4 + fault};
}

void disk_mend(crash_disk *disk)
{
    disk->armed = false;
}

uint64_t disk_failures(const crash_disk *disk)
{
    return disk->failures;
}

uint64_t disk_failures_elsewhere(const crash_disk *disk)
{
    return disk->failures_elsewhere;
}

size_t disk_calls_elsewhere(const crash_disk *disk, const uint64_t **numbers)
{
    *numbers = disk->elsewhere;
    return disk->elsewhere_count;
}

uint64_t disk_calls(const crash_disk *disk)
{
    return disk->calls;
}
