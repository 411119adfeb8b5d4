/* names_list.c - the names of a compiled agreement as a list: what was declared, read from the symbols that
 * the typer made, and the few words that the engine gives a meaning. */
#include "parse/parser.h"
#include "print/printer.h"
#include "program.h"

#include <licet/names.h>

#include <string.h>

#define NAMES_ARENA_MAX ((size_t)64 << 20)
#define TYPE_TEXT_MAX (64u << 10)

typedef struct listing {
    lic_names shown;
    lic_arena *arena;
    lic_name *items;
    size_t capacity;
    lic_buffer text;
    lic_name nowhere; /* written when memory is out, and not read */
    bool failed;
} listing;

/* -- one name ------------------------------------------------------------------------------------------- */

static lic_name *add(listing *l, lic_slice text, lic_slice owner, const char *kind)
{
    if (l->shown.count == l->capacity) {
        size_t wanted = l->capacity ? 2 * l->capacity : 64;
        lic_name *grown = lic_arena_take(l->arena, wanted * sizeof *grown);
        l->failed = l->failed || !grown;
        if (l->failed) return &l->nowhere;
        if (l->shown.count) memcpy(grown, l->items, l->shown.count * sizeof *grown);
        l->items = grown;
        l->capacity = wanted;
    }
    lic_name *name = &l->items[l->shown.count++];
    *name = (lic_name){.text = text, .owner = owner, .kind = lic_slice_text(kind)};
    return name;
}

/* The type that stands in the declaration, as text. */
static lic_slice type_text(listing *l, const lic_node *declaration)
{
    const lic_node *type = lic_child_of(declaration, LIC_NODE_TYPE, 0),
                   *each = lic_child_of(declaration, LIC_NODE_FOR_EACH, 0);
    if (!type || type->kind != LIC_NODE_TYPE) return (lic_slice){NULL, 0};
    lic_buffer_clear(&l->text);
    lic_printer w = {.target = &l->text};
    lic_write_type(&w, type);
    if (each) {
        lic_write(&w, " ");
        lic_write_for_each(&w, each);
    }
    uint8_t *copy = l->text.failed ? NULL : lic_arena_copy(l->arena, l->text.data, l->text.size);
    l->failed = l->failed || !copy;
    return copy ? lic_slice_of(copy, l->text.size) : (lic_slice){NULL, 0};
}

static void add_declared(listing *l, lic_slice owner, const char *kind, const lic_symbol *symbol)
{
    lic_name *name = add(l, symbol->name, owner, kind);
    if (!symbol->from_module) name->span = symbol->span;
    name->type = type_text(l, symbol->node);
}

/* -- what belongs to a name ---------------------------------------------------------------------------------- */

static const char *const MEMBERS[] = {"earned", "topup", "recouped", "net", "open", "paid"};

static void add_members(listing *l, const lic_symbol *symbol)
{
    for (const lic_symbol *m = symbol->members; m; m = m->next_member)
        add_declared(l, symbol->name, m->kind == LIC_SYMBOL_COLUMN ? "column" : "value", m);
    for (size_t i = 0; i < LIC_COUNT(MEMBERS) && symbol->kind == LIC_SYMBOL_TERM; i++)
        add(l, lic_slice_text(MEMBERS[i]), symbol->name, "member");
    if (symbol->kind != LIC_SYMBOL_ACTION) return;
    for (uint32_t i = 0; i < symbol->node->child_count; i++) {
        const lic_node *parameter = symbol->node->children[i];
        if (parameter->kind != LIC_NODE_PARAMETER) continue;
        lic_name *name = add(l, parameter->name, symbol->name, "parameter");
        name->span = parameter->name_span;
        name->type = type_text(l, parameter);
    }
}

/* "an account" is an account. */
static const char *kind_of(const lic_symbol *symbol)
{
    const char *text = lic_symbol_kind_text(symbol->kind), *space = strchr(text, ' ');
    return space ? space + 1 : text;
}

static void add_symbol(listing *l, const lic_symbol *symbol)
{
    add_declared(l, (lic_slice){NULL, 0}, kind_of(symbol), symbol);
    bool labelled = symbol->kind == LIC_SYMBOL_TERM && symbol->node->text.size > 0;
    if (labelled && !l->failed) l->items[l->shown.count - 1].kind = symbol->node->text;
    add_members(l, symbol);
}

/* Known without being declared. */
static void add_words(listing *l)
{
    static const struct {
        const char *owner, *word, *type;
    } WORDS[] = {
        {"", "today", "date"},       {"", "caller", ""},        {"", "period", ""},
        {"period", "start", "date"}, {"period", "end", "date"}, {"period", "year", "count"},
        {"period", "fraction", ""},  {"", "term", ""},          {"term", "start", "date"},
        {"term", "end", "date"},     {"", "signature", ""},     {"", "world", "territory set"}};
    for (size_t i = 0; i < LIC_COUNT(WORDS); i++) {
        bool member = WORDS[i].owner[0] != '\0';
        add(l, lic_slice_text(WORDS[i].word), lic_slice_text(WORDS[i].owner),
            member ? "member" : "word")
            ->type = lic_slice_text(WORDS[i].type);
    }
}

/* -- the list ---------------------------------------------------------------------------------------------------- */

static void fill(listing *l, const lic_program *p)
{
    for (size_t i = 0; p && i < p->all.count; i++) add_symbol(l, p->all.items[i]);
    for (size_t i = 0; p && i < p->states.count; i++)
        add_declared(l, (lic_slice){NULL, 0}, "state", p->states.items[i]);
    add_words(l);
    l->shown.items = l->items;
}

const lic_names *lic_names_create(const lic_compilation *compilation,
                                  const lic_allocator *allocator)
{
    lic_arena *arena = lic_arena_create(allocator, NAMES_ARENA_MAX);
    listing *l = arena ? lic_arena_take(arena, sizeof *l) : NULL;
    if (l) {
        l->arena = arena;
        lic_buffer_init(&l->text, allocator, TYPE_TEXT_MAX);
        fill(l, compilation->surface);
        lic_buffer_free(&l->text);
        if (!l->failed) return &l->shown;
    }
    lic_arena_destroy(arena);
    return NULL;
}

void lic_names_destroy(const lic_names *names)
{
    /* The listing begins with what is shown of it. */
    if (names) lic_arena_destroy(((const listing *)(const void *)names)->arena);
}

const lic_name *lic_names_find(const lic_names *names, lic_slice owner, lic_slice text)
{
    for (size_t i = 0; i < names->count; i++)
        if (lic_slice_equal(names->items[i].text, text) &&
            lic_slice_equal(names->items[i].owner, owner))
            return &names->items[i];
    return NULL;
}

/* -- leaders --------------------------------------------------------------------------------------------------------- */

const lic_leader_name *lic_leader_names(size_t *count)
{
    static const lic_leader_name NAMES[] = {
#define LEADER(contexts, words, next, function, syntax) \
    {words, syntax, ((contexts) & (LIC_IN_FILE | LIC_IN_MODULE)) != 0},
#include "parse/leaders.def"
#undef LEADER
    };
    *count = LIC_COUNT(NAMES);
    return NAMES;
}

const char *lic_did_you_mean(lic_slice word, const char *const *candidates, size_t count)
{
    return lic_nearest(word, candidates, count);
}
