/* clause_golden.c - golden tests of clauses in Lua: a .lua file gives a clause, an agreement or a list of them,
 * and behind it, in lines that begin with `--|`, stands the text that they print, or the error. Text of an
 * agreement is compiled again, and must have the image that was composed. A line `-- as FILE` names an
 * agreement of the project that has the same image. prelude.lua, in the same folder, runs first.
 *
 * Would catch: a clause function that makes another text than it did, a text that is not what was composed.
 *
 * `clause_golden [--bless] FILE...` compares, or writes the expectations anew. */
#include "lua_clause.h"

#include <licet/crypto.h>
#include <licet/image.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_MAX (4u << 20)

typedef struct golden {
    lic_buffer file, prelude;
    lic_slice script, expected;
    const char *name;
    char *said; /* `size` bytes */
    size_t size;
    char problem[256];
} golden;

static lic_buffer read_file(const char *path)
{
    lic_buffer bytes;
    lic_buffer_init(&bytes, &lic_allocator_system, BYTES_MAX);
    FILE *file = fopen(path, "rb");
    char block[4096];
    if (!file) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(66);
    }
    for (size_t n = fread(block, 1, sizeof block, file); n > 0;
         n = fread(block, 1, sizeof block, file))
        lic_put_bytes(&bytes, block, n);
    fclose(file);
    return bytes;
}

static void part_file(golden *g)
{
    lic_slice all = lic_slice_of(g->file.data, g->file.size);
    size_t at = 0;
    while (at < all.size) {
        const uint8_t *newline = memchr(all.data + at, '\n', all.size - at);
        if (all.size - at >= 3 && memcmp(all.data + at, "--|", 3) == 0) break;
        at = newline ? (size_t)(newline - all.data) + 1 : all.size;
    }
    g->script = lic_slice_of(all.data, at);
    g->expected = lic_slice_of(all.data + at, all.size - at);
}

/* -- in Lua ------------------------------------------------------------------------------------------------------ */

static lic_compilation *compile(lic_slice text)
{
    return lic_compile(text, NULL, &lic_hasher_native, &lic_allocator_system);
}

/* The text alone has the image that was composed. */
static void check_image(lua_State *L, golden *g)
{
    char hex[LIC_HASH_TEXT] = "";
    lic_slice name, text;
    if (!lic_lua_is_agreement(L, -1, &name, &text)) return;
    (void)lua_getfield(L, -1, "image");
    lua_pushvalue(L, -2);
    lua_call(L, 1, 1);
    lic_compilation *c = compile(text);
    if (lic_compilation_image(c)) lic_hash_print(&lic_compilation_image(c)->id, hex);
    if (strcmp(hex, lua_tostring(L, -1)) != 0)
        (void)snprintf(g->problem, sizeof g->problem, "the text compiles to another image");
    lic_compilation_destroy(c);
    lua_pop(L, 1);
}

/* A clause, an agreement, or a list of them, as text on the stack. */
static void push_text(lua_State *L, int index, golden *g)
{
    if (!lua_istable(L, index)) {
        lua_pushvalue(L, index);
        check_image(L, g);
        (void)lic_lua_text(L, -1, NULL);
        lua_remove(L, -2);
        return;
    }
    lua_pushliteral(L, "");
    for (size_t i = 1; i <= lua_rawlen(L, index); i++) {
        if (i > 1) lua_pushliteral(L, "\n");
        (void)lua_rawgeti(L, index, (lua_Integer)i);
        push_text(L, lua_gettop(L), g);
        lua_remove(L, -2);
        lua_concat(L, i > 1 ? 3 : 2);
    }
}

static int run_script(lua_State *L)
{
    golden *g = lua_touserdata(L, 1);
    lic_lua_load(L, "prelude.lua", lic_slice_of(g->prelude.data, g->prelude.size));
    lua_call(L, 0, 0);
    lic_lua_load(L, g->name, g->script);
    lua_call(L, 0, 1);
    push_text(L, lua_gettop(L), g);
    lic_slice text = lic_lua_slice(L, -1);
    g->said = malloc(text.size + 1);
    g->size = text.size;
    if (g->said) memcpy(g->said, text.data, text.size);
    return 0;
}

/* Fills in what the script says: its text, or its error. */
static void run(golden *g)
{
    const lic_lua_options options = {
        .allocator = &lic_allocator_system, .memory_bytes = 64u << 20, .steps = LIC_LUA_STEPS};
    lic_lua *lua = NULL;
    lic_error error;
    lic_status status = lic_lua_open(&options, &lua, &error);
    if (status == LIC_OK) status = lic_lua_run(lua, run_script, g, &error);
    if (status != LIC_OK) {
        size_t room = sizeof error.text + sizeof error.help + 32;
        g->said = malloc(room);
        g->size = (size_t)snprintf(g->said, room, "error: %s\n%s%s%s", error.text,
                                   error.help[0] ? "help: " : "", error.help,
                                   error.help[0] ? "\n" : "");
    }
    lic_lua_close(lua);
}

/* -- comparing ---------------------------------------------------------------------------------------------------- */

static lic_buffer with_prefixes(const golden *g)
{
    lic_buffer target;
    lic_buffer_init(&target, &lic_allocator_system, BYTES_MAX);
    for (size_t at = 0; at < g->size;) {
        const char *newline = memchr(g->said + at, '\n', g->size - at);
        size_t size = newline ? (size_t)(newline - g->said) - at : g->size - at;
        lic_put_text(&target, size > 0 ? "--| " : "--|");
        lic_put_bytes(&target, g->said + at, size);
        lic_put_text(&target, "\n");
        at += size + 1;
    }
    return target;
}

/* `-- as FILE`: the agreement there has the same image. */
static void check_as(golden *g)
{
    static const char MARK[] = "-- as ";
    char path[512];
    const char *root = getenv("LICET_SOURCE");
    size_t prefix = sizeof MARK - 1, size = 0;
    if (g->script.size < prefix || memcmp(g->script.data, MARK, prefix) != 0) return;
    while (prefix + size < g->script.size && g->script.data[prefix + size] != '\n') size++;
    (void)snprintf(path, sizeof path, "%s/%.*s", root ? root : ".", (int)size,
                   (const char *)g->script.data + prefix);
    lic_buffer file = read_file(path);
    lic_compilation *theirs = compile(lic_slice_of(file.data, file.size)),
                    *ours = compile(lic_slice_of(g->said, g->size));
    if (!lic_slice_equal(lic_compilation_bytes(theirs), lic_compilation_bytes(ours)))
        (void)snprintf(g->problem, sizeof g->problem, "the image is not that of %.200s", path);
    lic_compilation_destroy(theirs);
    lic_compilation_destroy(ours);
    lic_buffer_free(&file);
}

static bool bless(const char *path, const golden *g, lic_slice said)
{
    FILE *file = fopen(path, "wb");
    if (!file) return false;
    bool good = fwrite(g->script.data, 1, g->script.size, file) == g->script.size &&
                fwrite(said.data, 1, said.size, file) == said.size;
    return fclose(file) == 0 && good;
}

static bool check(const char *path, bool blessing)
{
    golden g = {.file = read_file(path)};
    const char *slash = strrchr(path, '/');
    char prelude[512];
    g.name = slash ? slash + 1 : path;
    (void)snprintf(prelude, sizeof prelude, "%.*sprelude.lua", (int)(g.name - path), path);
    g.prelude = read_file(prelude);
    part_file(&g);
    run(&g);
    check_as(&g);
    lic_buffer said = with_prefixes(&g);
    lic_slice actual = lic_slice_of(said.data, said.size);
    bool good = g.problem[0] == '\0';
    if (good && blessing) good = bless(path, &g, actual);
    else if (good && !lic_slice_equal(actual, g.expected)) {
        good = false;
        (void)snprintf(g.problem, sizeof g.problem, "says something else");
        printf("# it says:\n%.*s", (int)actual.size, (const char *)actual.data);
    }
    if (good) printf("ok - %s\n", g.name);
    else printf("not ok - %s: %s\n", g.name, g.problem);
    free(g.said);
    lic_buffer_free(&said);
    lic_buffer_free(&g.prelude);
    lic_buffer_free(&g.file);
    return good;
}

int main(int count, char **words)
{
    bool blessing = count > 1 && strcmp(words[1], "--bless") == 0;
    size_t passed = 0, failed = 0;
    for (int i = blessing ? 2 : 1; i < count; i++) {
        if (check(words[i], blessing)) passed++;
        else failed++;
    }
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed > 0;
}
