/* interface_parse.c - an interface file into lic_interface. Every name, number and count is bounded
 * here: the object's own text comes from code that nobody has checked. */
#include "interface_tokens.h"

#include <string.h>

enum { ARENA_MAX = 1024 * 1024, VERSION_MAX = 999999, STATUS_MAX = 255 };

typedef struct parser {
    tokens from;
    const char *where;
    lic_error *error;
    lic_interface *face;
    lic_signature *functions, *callbacks; /* of the face, while they grow */
    lic_named_status *statuses;
} parser;

static const char *const value_types[] = {"nothing", "int64", "uint64",   "int32", "bool",
                                          "text",    "bytes", "callback", "status"};

const char *lic_value_type_name(lic_value_type type)
{
    LIC_ASSERT((size_t)type < LIC_COUNT(value_types));
    return value_types[type];
}

static bool is(lic_slice text, const char *word)
{
    return lic_slice_equal(text, lic_slice_text(word));
}

static lic_status fail(const parser *p, const char *help, const char *what)
{
    return lic_fail(p->error, LIC_MALFORMED, "interface", help, "%s:%u: %s", p->where,
                    p->from.now.line, what);
}

/* -- words ------------------------------------------------------------------------------------ */

static lic_status expect(parser *p, token_kind kind, const char *what)
{
    if (p->from.now.kind != kind) {
        lic_slice found = p->from.now.text;
        if (p->from.now.kind == TOKEN_NEWLINE || p->from.now.kind == TOKEN_END)
            found = lic_slice_text("the end of the line");
        return lic_fail(p->error, LIC_MALFORMED, "interface",
                        "docs/spec/extensions.md has the grammar of interface files",
                        "%s:%u: %s is wanted here, not %.*s", p->where, p->from.now.line, what,
                        (int)(found.size > 40 ? 40 : found.size), (const char *)found.data);
    }
    tokens_next(&p->from);
    return LIC_OK;
}

static lic_status take_number(parser *p, uint32_t max, const char *what, uint32_t *number)
{
    uint64_t value = 0;
    lic_slice digits = p->from.now.text;
    LIC_TRY(expect(p, TOKEN_NUMBER, what));
    for (size_t i = 0; i < digits.size && value <= max; i++)
        value = value * 10 + (uint64_t)(digits.data[i] - '0');
    if (value == 0 || value > max || digits.data[0] == '0')
        return fail(p, "give a number from 1 on, within the documented limit",
                    "a number that cannot be");
    *number = (uint32_t)value;
    return LIC_OK;
}

static lic_status copy(parser *p, lic_slice text, lic_slice *kept)
{
    void *block = lic_arena_text(p->face->arena, (const char *)text.data, text.size);
    if (block == NULL) return LIC_NO_MEMORY;
    *kept = lic_slice_of(block, text.size);
    return LIC_OK;
}

/* A name of the interface: [a-z][a-z0-9_]*. */
static lic_status take_name(parser *p, const char *what, lic_slice *name)
{
    lic_slice word = p->from.now.text;
    LIC_TRY(expect(p, TOKEN_WORD, what));
    bool good = word.size <= LIC_INTERFACE_NAME && word.data[0] >= 'a' && word.data[0] <= 'z';
    for (size_t i = 0; i < word.size; i++)
        if (word.data[i] >= 'A' && word.data[i] <= 'Z') good = false;
    if (!good) {
        return fail(p, "begin with a letter; letters are small; at most 63 bytes",
                    "a name that cannot be");
    }
    return copy(p, word, name);
}

static lic_status take_symbol(parser *p, lic_slice *symbol)
{
    lic_slice word = p->from.now.text;
    LIC_TRY(expect(p, TOKEN_WORD, "a symbol"));
    if (word.size > LIC_INTERFACE_NAME)
        return fail(p, "give a shorter one", "a symbol of more than 63 bytes");
    return copy(p, word, symbol);
}

/* What stands between quotes: no control character, at most 63 or 200 bytes. */
static lic_status take_string(parser *p, size_t max, const char *what, lic_slice *text)
{
    lic_slice string = p->from.now.text;
    LIC_TRY(expect(p, TOKEN_STRING, what));
    if (string.size == 0 || string.size > max || !lic_utf8_valid(string))
        return fail(p, "give UTF-8, neither empty nor long", "a text that cannot be");
    return copy(p, string, text);
}

/* -- signatures -------------------------------------------------------------------------------- */

static bool find_type(lic_slice word, lic_value_type *type)
{
    for (size_t i = LIC_VALUE_INT64; i <= LIC_VALUE_STATUS; i++) {
        if (!is(word, value_types[i])) continue;
        *type = (lic_value_type)i;
        return true;
    }
    return false;
}

static size_t find_signature(const lic_signature *list, size_t count, lic_slice name)
{
    for (size_t i = 0; i < count; i++)
        if (lic_slice_equal(list[i].name, name)) return i;
    return SIZE_MAX;
}

static lic_status take_callback(parser *p, lic_parameter *parameter)
{
    lic_slice name;
    LIC_TRY(take_name(p, "the name of a callback", &name));
    parameter->callback = find_signature(p->callbacks, p->face->callback_count, name);
    if (parameter->callback == SIZE_MAX)
        return fail(p, "declare the callback above the function", "no callback has this name");
    return LIC_OK;
}

static lic_status take_parameter(parser *p, bool of_callback, lic_parameter *parameter)
{
    LIC_TRY(take_name(p, "the name of a parameter", &parameter->name));
    if (p->from.now.kind == TOKEN_WORD && is(p->from.now.text, "out")) {
        parameter->out = true;
        tokens_next(&p->from);
    }
    lic_slice word = p->from.now.text;
    LIC_TRY(expect(p, TOKEN_WORD, "a type"));
    if (!find_type(word, &parameter->type) || parameter->type == LIC_VALUE_STATUS)
        return fail(p, "int64, uint64, int32, bool, text, bytes, callback NAME",
                    "no type of a parameter");
    bool called = parameter->type == LIC_VALUE_CALLBACK;
    if ((of_callback || called) && parameter->out)
        return fail(p, "hand it back as the callback's result", "`out` cannot stand here");
    if (of_callback && called)
        return fail(p, "take it in the function", "a callback takes no callback");
    return called ? take_callback(p, parameter) : LIC_OK;
}

static lic_status take_parameters(parser *p, bool of_callback, lic_signature *signature)
{
    lic_parameter found[LIC_INTERFACE_PARAMETERS] = {0};
    size_t count = 0;
    LIC_TRY(expect(p, TOKEN_OPEN, "`(`"));
    while (p->from.now.kind != TOKEN_CLOSE) {
        if (count > 0) LIC_TRY(expect(p, TOKEN_COMMA, "`,` or `)`"));
        if (count == LIC_INTERFACE_PARAMETERS)
            return fail(p, "pass a text or bytes that holds several values", "too many parameters");
        LIC_TRY(take_parameter(p, of_callback, &found[count]));
        for (size_t i = 0; i < count; i++)
            if (lic_slice_equal(found[i].name, found[count].name))
                return fail(p, "give each parameter a name of its own", "a name stands twice");
        count++;
    }
    tokens_next(&p->from);
    signature->count = count;
    signature->parameters = lic_arena_copy(p->face->arena, found, count * sizeof *found);
    return signature->parameters == NULL && count > 0 ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status take_result(parser *p, bool of_callback, lic_signature *signature)
{
    if (p->from.now.kind != TOKEN_ARROW) return LIC_OK;
    tokens_next(&p->from);
    lic_slice word = p->from.now.text;
    LIC_TRY(expect(p, TOKEN_WORD, "a type"));
    bool good = find_type(word, &signature->result) && signature->result != LIC_VALUE_TEXT &&
                signature->result != LIC_VALUE_BYTES && signature->result != LIC_VALUE_CALLBACK;
    if (of_callback && signature->result == LIC_VALUE_STATUS) good = false;
    if (good) return LIC_OK;
    return fail(
        p, "int64, uint64, int32 or bool; functions status, too; text comes back as `out text`",
        "no type of a result");
}

/* -- declarations ------------------------------------------------------------------------------ */

static lic_status declare_extension(parser *p)
{
    if (p->face->name.size > 0) return fail(p, "leave one", "the extension is named twice");
    LIC_TRY(take_name(p, "the extension's name", &p->face->name));
    return take_number(p, VERSION_MAX, "the extension's version", &p->face->version);
}

static lic_status declare_object(parser *p)
{
    if (p->face->object.size > 0) return fail(p, "leave one", "the object is named twice");
    return take_string(p, 1000, "the object's file in quotes", &p->face->object);
}

static lic_status declare_release(parser *p)
{
    if (p->face->release.size > 0) return fail(p, "leave one", "the release stands twice");
    return take_symbol(p, &p->face->release);
}

static lic_status declare_undescribed(parser *p)
{
    p->face->described = false;
    return LIC_OK;
}

static lic_status declare_status(parser *p)
{
    lic_interface *face = p->face;
    if (face->status_count == LIC_INTERFACE_STATUSES)
        return fail(p, "put failures together", "too many statuses");
    lic_named_status made = {0};
    LIC_TRY(take_number(p, STATUS_MAX, "the status's number", &made.number));
    if (face->status_count > 0 && made.number <= p->statuses[face->status_count - 1].number)
        return fail(p, "write statuses in the order of their numbers",
                    "a number that does not rise");
    LIC_TRY(take_name(p, "the status's name", &made.name));
    for (size_t i = 0; i < face->status_count; i++)
        if (lic_slice_equal(p->statuses[i].name, made.name))
            return fail(p, "give each status a name of its own", "a name stands twice");
    LIC_TRY(take_string(p, 200, "what the status means, in quotes", &made.text));
    p->statuses[face->status_count++] = made;
    return LIC_OK;
}

static lic_status declare_callback(parser *p)
{
    lic_signature made = {0};
    if (p->face->callback_count == LIC_INTERFACE_CALLBACKS)
        return fail(p, "let functions share a callback", "too many callbacks");
    LIC_TRY(take_name(p, "the callback's name", &made.name));
    if (find_signature(p->callbacks, p->face->callback_count, made.name) != SIZE_MAX)
        return fail(p, "give each callback a name of its own", "a name stands twice");
    LIC_TRY(take_parameters(p, true, &made));
    LIC_TRY(take_result(p, true, &made));
    p->callbacks[p->face->callback_count++] = made;
    return LIC_OK;
}

static lic_status declare_function(parser *p)
{
    lic_signature made = {0};
    if (p->face->function_count == LIC_INTERFACE_FUNCTIONS)
        return fail(p, "make two extensions of it", "too many functions");
    LIC_TRY(take_name(p, "the function's name", &made.name));
    if (find_signature(p->functions, p->face->function_count, made.name) != SIZE_MAX)
        return fail(p, "give each function a name of its own", "a name stands twice");
    if (p->from.now.kind == TOKEN_STRING)
        LIC_TRY(take_string(p, LIC_INTERFACE_NAME, "a symbol in quotes", &made.symbol));
    LIC_TRY(take_parameters(p, false, &made));
    LIC_TRY(take_result(p, false, &made));
    p->functions[p->face->function_count++] = made;
    return LIC_OK;
}

static const struct {
    const char *word;
    lic_status (*take)(parser *p);
} declarations[] = {
    {"extension", declare_extension}, {"object", declare_object},
    {"release", declare_release},     {"undescribed", declare_undescribed},
    {"status", declare_status},       {"callback", declare_callback},
    {"function", declare_function},
};

static lic_status take_declaration(parser *p)
{
    for (size_t i = 0; i < LIC_COUNT(declarations); i++) {
        if (p->from.now.kind != TOKEN_WORD || !is(p->from.now.text, declarations[i].word)) continue;
        tokens_next(&p->from);
        LIC_TRY(declarations[i].take(p));
        if (p->from.now.kind == TOKEN_END) return LIC_OK;
        return expect(p, TOKEN_NEWLINE, "the end of the declaration");
    }
    return expect(p, TOKEN_END,
                  "extension, object, release, undescribed, status, callback or function");
}

static bool hands_over(const lic_signature *signature)
{
    for (size_t i = 0; i < signature->count; i++) {
        const lic_parameter *one = &signature->parameters[i];
        if (one->out && (one->type == LIC_VALUE_TEXT || one->type == LIC_VALUE_BYTES)) return true;
    }
    return false;
}

/* What can be seen only when all is read. */
static lic_status check_whole(parser *p)
{
    lic_interface *face = p->face;
    if (face->name.size == 0)
        return fail(p, "add `extension NAME 1`", "the extension is not named");
    if (face->function_count == 0) return fail(p, "declare one", "no function is declared");
    for (size_t i = 0; i < face->function_count; i++)
        if (face->release.size == 0 && hands_over(&p->functions[i]))
            return fail(p, "add `release SYMBOL`: what frees the data of out parameters",
                        "`out text` or `out bytes`, but no `release`");
    if (face->object.size > 0) return LIC_OK;
    char name[LIC_INTERFACE_NAME + 4];
    memcpy(name, face->name.data, face->name.size);
    memcpy(name + face->name.size, ".so", 4);
    return copy(p, lic_slice_text(name), &face->object);
}

static lic_status parse(parser *p)
{
    uint32_t form = 0;
    lic_arena *arena = p->face->arena;
    p->functions = lic_arena_take(arena, LIC_INTERFACE_FUNCTIONS * sizeof *p->functions);
    p->callbacks = lic_arena_take(arena, LIC_INTERFACE_CALLBACKS * sizeof *p->callbacks);
    p->statuses = lic_arena_take(arena, LIC_INTERFACE_STATUSES * sizeof *p->statuses);
    if (p->functions == NULL || p->callbacks == NULL || p->statuses == NULL) return LIC_NO_MEMORY;
    p->face->functions = p->functions;
    p->face->callbacks = p->callbacks;
    p->face->statuses = p->statuses;
    p->face->described = true;
    while (p->from.now.kind == TOKEN_NEWLINE) tokens_next(&p->from);
    if (p->from.now.kind != TOKEN_WORD || !is(p->from.now.text, "interface"))
        return fail(p, "begin with `interface 1`", "this is no interface file");
    tokens_next(&p->from);
    LIC_TRY(take_number(p, VERSION_MAX, "the form of the file", &form));
    if (form != 1) {
        return lic_fail(p->error, LIC_VERSION, "interface", "this licet reads `interface 1`",
                        "%s: an interface file of form %u", p->where, form);
    }
    LIC_TRY(expect(p, TOKEN_NEWLINE, "the end of the line"));
    while (p->from.now.kind != TOKEN_END) {
        if (p->from.now.kind == TOKEN_NEWLINE) tokens_next(&p->from);
        else LIC_TRY(take_declaration(p));
    }
    return check_whole(p);
}

lic_status lic_interface_parse(lic_slice text, const char *where, const lic_allocator *allocator,
                               lic_interface **result, lic_error *error)
{
    *result = NULL;
    if (text.size > LIC_INTERFACE_MAX) {
        return lic_fail(error, LIC_TOO_LARGE, "interface", "make two extensions of it",
                        "%s: an interface file of more than %u bytes", where, LIC_INTERFACE_MAX);
    }
    lic_arena *arena = lic_arena_create(allocator, ARENA_MAX);
    if (arena == NULL) return LIC_NO_MEMORY;
    parser p = {.where = where, .error = error, .face = lic_arena_take(arena, sizeof *p.face)};
    lic_status status = LIC_NO_MEMORY;
    if (p.face != NULL) {
        p.face->arena = arena;
        tokens_begin(&p.from, text);
        status = parse(&p);
    }
    if (status == LIC_OK) *result = p.face;
    else lic_arena_destroy(arena);
    return status;
}

void lic_interface_destroy(lic_interface *face)
{
    if (face != NULL) lic_arena_destroy(face->arena);
}

size_t lic_interface_function(const lic_interface *face, lic_slice name)
{
    return find_signature(face->functions, face->function_count, name);
}

const lic_named_status *lic_interface_status(const lic_interface *face, int64_t number)
{
    for (size_t i = 0; i < face->status_count; i++)
        if (face->statuses[i].number == number) return &face->statuses[i];
    return NULL;
}
