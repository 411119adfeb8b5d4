/* mutate/mutation.c - tries the changes to an agreement one by one: makes the change in a copy of the tree, prints
 * it, takes it back, and compiles what was printed. */
#include "mutate/mutate.h"

#include <string.h>

#define MUTATOR_ARENA_MAX ((size_t)1 << 30)
#define TEXT_MAX (8u * LIC_SOURCE_MAX)

struct lic_mutator {
    lic_compilation own; /* arena of the copy and the changes */
    const lic_compilation *original;
    const lic_compile_options *options;
    lic_compile_options kept_options;
    lic_node *file;
    lic_changes changes;
    size_t next;
    uint32_t group; /* of the last mutant: its other ways are passed over; LIC_NONE32: none */
    lic_buffer text, description, bytes;
    lic_compilation *mutant;
    lic_hash *seen; /* images of the original and of mutants, without what is for people */
    size_t seen_count, seen_capacity;
    lic_mutation_count count;
};

const char *lic_mutation_kind_id(lic_mutation_kind kind)
{
    static const char *const IDS[] = {
        "amount", "rate",  "count",  "date",   "duration", "comparison", "operator", "rounding",
        "party",  "tiers", "shares", "period", "member",   "attribute",  "order",    "drop"};
    return (size_t)kind < LIC_COUNT(IDS) ? IDS[kind] : "?";
}

/* -- images ------------------------------------------------------------------------------------------------ */

/* The image's hash without what nothing executes: texts of grants, title, law, advisories. */
static lic_status hash_executed(lic_mutator *m, const lic_image *image, lic_hash *hash)
{
    lic_image copy = *image;
    const lic_slice none = {NULL, 0};
    lic_grant *grants = lic_arena_take(m->own.arena, (image->grants_count + 1u) * sizeof *grants);
    if (!grants) return LIC_NO_MEMORY;
    copy.title = copy.law = copy.language = copy.calendar = none;
    copy.first_advisory = copy.advisory_count = 0;
    copy.rules.prevails_code = false;
    for (uint32_t i = 0; i < image->grants_count; i++) {
        grants[i] = image->grants[i];
        grants[i].text = none;
    }
    copy.grants = grants;
    lic_buffer_clear(&m->bytes);
    LIC_TRY(lic_image_encode(&copy, &m->bytes));
    const lic_slice bytes = lic_slice_of(m->bytes.data, m->bytes.size);
    m->own.hasher->sha256(&bytes, 1, hash);
    return LIC_OK;
}

static bool is_seen(const lic_mutator *m, const lic_hash *hash)
{
    for (size_t i = 0; i < m->seen_count; i++)
        if (lic_hash_equal(&m->seen[i], hash)) return true;
    return false;
}

/* -- making and destroying ------------------------------------------------------------------------------------ */

/* Alone in its function, so that no local variable lives across the unwinding. */
static bool list_guarded(lic_mutator *m)
{
    if (setjmp(m->own.out_of_memory) != 0) return false;
    m->file = lic_node_copy(&m->own, m->original->tree);
    m->changes = (lic_changes){.c = &m->own, .program = m->original->surface};
    lic_list_changes(&m->changes, m->file);
    m->seen = lic_new(&m->own, (m->changes.count + 1) * sizeof *m->seen);
    return true;
}

lic_mutator *lic_mutator_create(const lic_compilation *original, const lic_compile_options *options,
                                const lic_hasher *hasher, const lic_allocator *allocator)
{
    LIC_ASSERT(lic_compilation_image(original) != NULL);
    lic_arena *arena = lic_arena_create(allocator, MUTATOR_ARENA_MAX);
    lic_mutator *m = arena ? lic_arena_take(arena, sizeof *m) : NULL;
    if (!m) {
        lic_arena_destroy(arena);
        return NULL;
    }
    m->own.arena = arena;
    m->own.allocator = allocator;
    m->own.hasher = hasher;
    m->original = original;
    if (options) m->kept_options = *options, m->options = &m->kept_options;
    m->group = LIC_NONE32;
    lic_buffer_init(&m->text, allocator, TEXT_MAX);
    lic_buffer_init(&m->description, allocator, TEXT_MAX);
    lic_buffer_init(&m->bytes, allocator, 2u * LIC_IMAGE_MAX);
    bool made = list_guarded(m) && hash_executed(m, original->image, &m->seen[0]) == LIC_OK;
    m->seen_count = 1;
    m->count.total = (uint32_t)m->changes.count;
    if (made) return m;
    lic_mutator_destroy(m);
    return NULL;
}

void lic_mutator_destroy(lic_mutator *mutator)
{
    if (!mutator) return;
    lic_compilation_destroy(mutator->mutant);
    lic_buffer_free(&mutator->text);
    lic_buffer_free(&mutator->description);
    lic_buffer_free(&mutator->bytes);
    lic_arena_destroy(mutator->own.arena);
}

/* -- trying ------------------------------------------------------------------------------------------------------- */

/* The tree with the change, as text. The tree is as it was when this returns. */
static void print_changed(lic_mutator *m, const lic_change *change)
{
    lic_node *parent = change->parent, **children = parent->children;
    lic_node *child = children[change->index];
    lic_node *other = change->other != LIC_NONE32 ? children[change->other] : NULL;
    uint32_t count = parent->child_count;
    size_t behind = (count - change->index - 1) * sizeof *children;
    if (change->node) children[change->index] = change->node;
    else
        memmove(children + change->index, children + change->index + 1, behind),
            parent->child_count--;
    if (other) children[change->other] = change->other_node;
    lic_buffer_clear(&m->text);
    lic_print(m->file, &m->text);
    if (!change->node) memmove(children + change->index + 1, children + change->index, behind);
    children[change->index] = child;
    if (other) children[change->other] = other;
    parent->child_count = count;
}

/* Refused by a mistake of ours. */
static bool is_fault(const lic_compilation *mutant)
{
    const lic_diagnostics *found = lic_compilation_diagnostics(mutant);
    for (size_t i = 0; i < found->count; i++)
        if (found->items[i].code[0] == 'I') return true;
    return false;
}

/* OK with *good: the change makes a mutant. */
static lic_status try_change(lic_mutator *m, const lic_change *change, bool *good)
{
    lic_hash hash;
    *good = false;
    print_changed(m, change);
    if (m->text.failed) return LIC_NO_MEMORY;
    lic_compilation_destroy(m->mutant);
    m->mutant = lic_compile(lic_slice_of(m->text.data, m->text.size), m->options, m->own.hasher,
                            m->own.allocator);
    if (!m->mutant) return LIC_NO_MEMORY;
    m->count.tried++;
    if (!lic_compilation_image(m->mutant)) {
        m->count.refused++;
        m->count.faults += is_fault(m->mutant);
        return LIC_OK;
    }
    LIC_TRY(hash_executed(m, m->mutant->image, &hash));
    if (is_seen(m, &hash)) {
        m->count.same++;
        return LIC_OK;
    }
    m->seen[m->seen_count++] = hash;
    *good = true;
    return LIC_OK;
}

lic_status lic_mutator_next(lic_mutator *m, lic_mutant *mutant)
{
    bool good = false;
    const lic_change *change = NULL;
    while (!good) {
        if (m->next == m->changes.count) return LIC_MISSING;
        change = &m->changes.items[m->next++];
        if (change->group == m->group) continue;
        LIC_TRY(try_change(m, change, &good));
    }
    m->group = change->group;
    lic_buffer_clear(&m->description);
    lic_describe_change(change, &m->description);
    if (m->description.failed) return LIC_NO_MEMORY;
    *mutant = (lic_mutant){
        .kind = (lic_mutation_kind)change->kind,
        .span = change->parent->children[change->index]->span,
        .description = lic_slice_of(m->description.data, m->description.size),
        .text = lic_slice_of(m->text.data, m->text.size),
        .compilation = m->mutant,
    };
    return LIC_OK;
}

lic_mutation_count lic_mutator_count(const lic_mutator *mutator)
{
    return mutator->count;
}
