/* dump.c - tokens and tree as text for `licet dump`, for people who look into the compiler. */
#include "dump.h"
#include "parse/lexer.h"

/* -- tree ------------------------------------------------------------------------------------------------ */

static void put_number(lic_buffer *target, lic_i128 number, uint8_t scale)
{
    char text[LIC_DECIMAL_MAX];
    size_t size = lic_decimal_print(number, scale, text);
    lic_put_bytes(target, text, size);
}

static void put_flags(lic_buffer *target, uint32_t flags)
{
    static const struct {
        uint32_t flag;
        const char *name;
    } FLAGS[] = {{LIC_FLAG_KEY, "key"},           {LIC_FLAG_SET_ASIDE, "set-aside"},
                 {LIC_FLAG_MARGINAL, "marginal"}, {LIC_FLAG_WHOLE, "whole"},
                 {LIC_FLAG_ANY_OF, "any-of"},     {LIC_FLAG_NOTICED, "noticed"},
                 {LIC_FLAG_ACCEPTED, "accepted"}, {LIC_FLAG_OWES, "owes"},
                 {LIC_FLAG_PERCENT, "percent"},   {LIC_FLAG_BPS, "bps"},
                 {LIC_FLAG_DUE, "due"},           {LIC_FLAG_FRACTION, "fraction"},
                 {LIC_FLAG_MODULE, "module"},     {LIC_FLAG_AFTER, "after"}};
    for (size_t i = 0; i < LIC_COUNT(FLAGS); i++) {
        if (flags & FLAGS[i].flag) lic_put_format(target, " +%s", FLAGS[i].name);
    }
}

typedef struct dumping {
    const lic_program *program;
    lic_dump_detail detail;
    lic_buffer *target;
} dumping;

static void put_node(const dumping *d, const lic_node *node, unsigned depth)
{
    lic_buffer *target = d->target;
    for (unsigned i = 0; i < depth; i++) lic_put_text(target, "  ");
    lic_put_text(target, lic_node_id((lic_node_kind)node->kind));
    if (node->name.size > 0) lic_put_format(target, " %.*s", LIC_S(node->name));
    if (node->text.size > 0) lic_put_format(target, " \"%.*s\"", LIC_S(node->text));
    bool numbered = node->number != 0 || node->kind == LIC_NODE_NUMBER ||
                    node->kind == LIC_NODE_RATE || node->kind == LIC_NODE_AMOUNT_OF;
    if (numbered) {
        lic_put_text(target, " ");
        put_number(target, node->number, node->scale);
        if (node->denominator != 0) {
            lic_put_text(target, "/");
            put_number(target, node->denominator, 0);
        }
    }
    put_flags(target, node->flags);
    if (node->anchor.size > 0) lic_put_format(target, " [%.*s]", LIC_S(node->anchor));
    if (node->kind != LIC_NODE_ABSENT)
        lic_put_format(target, "  @%u:%u", node->span.line, node->span.column);
    if (d->detail >= LIC_DUMP_RESOLVED) lic_dump_symbol(node, target);
    if (d->detail >= LIC_DUMP_TYPED) lic_dump_meaning(d->program, node, target);
    lic_put_text(target, "\n");
    for (uint32_t i = 0; i < node->child_count; i++) put_node(d, node->children[i], depth + 1);
}

void lic_dump_nodes(const lic_node *node, const lic_program *program, lic_dump_detail detail,
                    lic_buffer *target)
{
    const dumping d = {program, detail, target};
    put_node(&d, node, 0);
}

/* -- tokens ---------------------------------------------------------------------------------------------- */

static void put_tokens(lic_lexer *lexer, lic_buffer *target)
{
    static const char *const NAMES[] = {
#define TOKEN(name, text) #name,
#include "parse/tokens.def"
#undef TOKEN
    };
    for (lic_lexer_next(lexer); !lexer->at_end; lic_lexer_next(lexer)) {
        for (uint32_t i = 0; i < lexer->count; i++) {
            const lic_token *token = &lexer->tokens[i];
            lic_put_format(target, "%u:%u\t%s\t%.*s\n", token->span.line, token->span.column,
                           NAMES[token->kind], LIC_S(token->text));
        }
    }
}

/* The lexer reports into a compilation of its own, which is thrown away. */
static bool dump_guarded(lic_compilation *own, lic_slice source, lic_buffer *target)
{
    if (setjmp(own->out_of_memory) != 0) return false;
    lic_lexer lexer;
    if (!lic_lexer_open(&lexer, own, source)) return false;
    put_tokens(&lexer, target);
    return !target->failed;
}

bool lic_dump_tokens(const lic_compilation *compilation, lic_buffer *target)
{
    lic_arena *arena = lic_arena_create(compilation->allocator, (size_t)256 << 20);
    lic_compilation *own = arena ? lic_arena_take(arena, sizeof *own) : NULL;
    bool done = false;
    if (own) {
        own->arena = arena;
        own->allocator = compilation->allocator;
        done = dump_guarded(own, compilation->source, target);
    }
    lic_arena_destroy(arena);
    return done;
}
