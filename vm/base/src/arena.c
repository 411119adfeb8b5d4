/* arena.c - blocks that die together. Memory comes in chunks that double in size; a request that
 * does not fit gets a chunk of its own behind the current one, so that the room left in the current
 * one is not lost. `used` counts what was taken, not what the chunks hold: whether the maximum is
 * reached depends on the requests alone. */
#include <licet/memory.h>

#include <string.h>

/* Under the address sanitizer a chunk is closed but for the bytes that were asked for, and there is a gap behind each
 * block, so that one step beyond it is no step into the next. */
#if defined(__SANITIZE_ADDRESS__) /* gcc */
#define ADDRESS_SANITIZER 1
#elif defined(__has_feature) /* clang */
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#endif
#if defined(ADDRESS_SANITIZER)
#include <sanitizer/asan_interface.h>
#define GAP 16
#define CLOSE(bytes, size) ASAN_POISON_MEMORY_REGION(bytes, size)
#define OPEN(bytes, size) ASAN_UNPOISON_MEMORY_REGION(bytes, size)
#else
#define GAP 0
#define CLOSE(bytes, size) ((void)(bytes), (void)(size))
#define OPEN(bytes, size) ((void)(bytes), (void)(size))
#endif

enum { ALIGNMENT = 16, FIRST_CHUNK = 4096, LARGEST_CHUNK = 2 << 20 };

typedef struct chunk {
    struct chunk *next;
    size_t size; /* of the whole block, this header included */
} chunk;

struct lic_arena {
    const lic_allocator *allocator;
    chunk *chunks; /* the current one first */
    size_t max, used;
    size_t at; /* first free byte of the current chunk */
    size_t next_size;
};

static size_t align_up(size_t size)
{
    return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

lic_arena *lic_arena_create(const lic_allocator *allocator, size_t max_bytes)
{
    lic_arena *arena = lic_allocate_zero(allocator, 1, sizeof *arena);
    if (arena == NULL) return NULL;
    arena->allocator = allocator;
    arena->max = max_bytes;
    arena->next_size = FIRST_CHUNK;
    return arena;
}

static void release_chunks(const lic_arena *arena, chunk *first)
{
    while (first != NULL) {
        chunk *next = first->next;
        lic_release(arena->allocator, first, first->size);
        first = next;
    }
}

void lic_arena_destroy(lic_arena *arena)
{
    if (arena == NULL) return;
    release_chunks(arena, arena->chunks);
    lic_release(arena->allocator, arena, sizeof *arena);
}

static uint8_t *body_of(chunk *of)
{
    return (uint8_t *)of + align_up(sizeof(chunk));
}

/* The current chunk is the largest but for those of one request. */
void lic_arena_reset(lic_arena *arena)
{
    chunk *kept = arena->chunks;
    arena->used = 0;
    if (kept == NULL) return;
    release_chunks(arena, kept->next);
    kept->next = NULL;
    arena->at = align_up(sizeof(chunk));
    CLOSE(body_of(kept), kept->size - arena->at);
}

static chunk *chunk_create(const lic_arena *arena, size_t body)
{
    size_t size = align_up(sizeof(chunk)) + body;
    chunk *made = lic_allocate(arena->allocator, size);
    if (made == NULL) return NULL;
    *made = (chunk){.next = NULL, .size = size};
    CLOSE(body_of(made), body);
    return made;
}

/* A chunk for one large request, behind the current chunk. */
static void *take_alone(lic_arena *arena, size_t size)
{
    chunk *made = chunk_create(arena, size);
    if (made == NULL) return NULL;
    if (arena->chunks == NULL) {
        arena->chunks = made;
        arena->at = made->size;
    } else {
        made->next = arena->chunks->next;
        arena->chunks->next = made;
    }
    return body_of(made);
}

static void *take_from_new(lic_arena *arena, size_t size)
{
    chunk *made = chunk_create(arena, arena->next_size - align_up(sizeof(chunk)));
    if (made == NULL) return NULL;
    if (arena->next_size < LARGEST_CHUNK) arena->next_size *= 2;
    made->next = arena->chunks;
    arena->chunks = made;
    arena->at = align_up(sizeof(chunk)) + size;
    return body_of(made);
}

/* Its bytes are anything. */
static void *take(lic_arena *arena, size_t size)
{
    if (size > SIZE_MAX - ALIGNMENT - GAP) return NULL;
    size_t asked = size;
    size = align_up(size > 0 ? size : 1);
    if (size > arena->max - arena->used) return NULL;

    void *block;
    size_t room = size + GAP;
    if (arena->chunks != NULL && room <= arena->chunks->size - arena->at) {
        block = (uint8_t *)arena->chunks + arena->at;
        arena->at += room;
    } else if (room > arena->next_size / 2) {
        block = take_alone(arena, room);
    } else {
        block = take_from_new(arena, room);
    }
    if (block == NULL) return NULL;
    arena->used += size;
    OPEN(block, asked);
    return block;
}

void *lic_arena_take(lic_arena *arena, size_t size)
{
    void *block = take(arena, size);
    if (block != NULL && size > 0) memset(block, 0, size);
    return block;
}

void *lic_arena_copy(lic_arena *arena, const void *bytes, size_t size)
{
    void *copy = take(arena, size);
    if (copy != NULL && size > 0) memcpy(copy, bytes, size);
    return copy;
}

char *lic_arena_text(lic_arena *arena, const char *text, size_t size)
{
    if (size == SIZE_MAX) return NULL;
    char *copy = lic_arena_take(arena, size + 1);
    if (copy != NULL && size > 0) memcpy(copy, text, size);
    return copy;
}

size_t lic_arena_used(const lic_arena *arena)
{
    return arena->used;
}
