/* json.c - the JSON writer. Invariant: `depth` containers are open, and `keyed` is set exactly
 * between a key and its value. */
#include <licet/json.h>
#include <licet/text.h>

#include <string.h>

void lic_json_init(lic_json *json, lic_buffer *target)
{
    memset(json, 0, sizeof *json);
    json->target = target;
}

/* Comma before every member but the first; inside an object the key has placed it already. */
static void begin_value(lic_json *json)
{
    if (json->depth == 0) return;
    unsigned top = json->depth - 1;
    if (json->open[top] == '{') {
        LIC_ASSERT(json->keyed);
        json->keyed = false;
        return;
    }
    if (json->filled[top]) lic_put_u8(json->target, ',');
    json->filled[top] = true;
}

static void open_container(lic_json *json, uint8_t mark)
{
    begin_value(json);
    LIC_ASSERT(json->depth < LIC_JSON_DEPTH);
    json->open[json->depth] = mark;
    json->filled[json->depth] = false;
    json->depth++;
    lic_put_u8(json->target, mark);
}

void lic_json_object(lic_json *json)
{
    open_container(json, '{');
}

void lic_json_array(lic_json *json)
{
    open_container(json, '[');
}

void lic_json_end(lic_json *json)
{
    LIC_ASSERT(json->depth > 0 && !json->keyed);
    json->depth--;
    lic_put_u8(json->target, json->open[json->depth] == '{' ? '}' : ']');
}

void lic_json_key(lic_json *json, const char *key)
{
    LIC_ASSERT(json->depth > 0 && json->open[json->depth - 1] == '{' && !json->keyed);
    unsigned top = json->depth - 1;
    if (json->filled[top]) lic_put_u8(json->target, ',');
    json->filled[top] = true;
    lic_json_quote(json->target, lic_slice_text(key));
    lic_put_u8(json->target, ':');
    json->keyed = true;
}

/* Length of the well-formed UTF-8 character at the start of `text`, 0 when there is none. */
static size_t character_size(lic_slice text)
{
    uint8_t lead = text.data[0];
    size_t size = lead < 0x80 ? 1 : lead < 0xC0 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (size == 0 || size > text.size) return 0;
    return lic_utf8_valid(lic_slice_of(text.data, size)) ? size : 0;
}

static void put_escape(lic_buffer *target, uint8_t byte)
{
    switch (byte) {
    case '"': lic_put_text(target, "\\\""); break;
    case '\\': lic_put_text(target, "\\\\"); break;
    case '\n': lic_put_text(target, "\\n"); break;
    case '\t': lic_put_text(target, "\\t"); break;
    case '\r': lic_put_text(target, "\\r"); break;
    default: lic_put_format(target, "\\u%04x", (unsigned)byte); break;
    }
}

static bool is_plain(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

void lic_json_quote(lic_buffer *target, lic_slice text)
{
    lic_put_u8(target, '"');
    size_t at = 0;
    while (at < text.size) {
        size_t plain = at;
        while (plain < text.size && is_plain(text.data[plain])) plain++;
        if (plain > at) lic_put_bytes(target, text.data + at, plain - at);
        at = plain;
        if (at == text.size) break;
        uint8_t byte = text.data[at];
        if (byte < 0x80) {
            put_escape(target, byte);
            at++;
            continue;
        }
        size_t size = character_size(lic_slice_of(text.data + at, text.size - at)), next = at;
        uint32_t c = size == 0 ? 0xFFFD : lic_utf8_next(text, &next);
        if (size == 0 || lic_unicode_steers(c)) {
            lic_put_format(target, "\\u%04x", (unsigned)c);
            at += size == 0 ? 1 : size;
        } else {
            lic_put_bytes(target, text.data + at, size);
            at += size;
        }
    }
    lic_put_u8(target, '"');
}

void lic_json_slice(lic_json *json, lic_slice text)
{
    begin_value(json);
    lic_json_quote(json->target, text);
}

void lic_json_text(lic_json *json, const char *text)
{
    if (text == NULL) {
        lic_json_null(json);
    } else {
        lic_json_slice(json, lic_slice_text(text));
    }
}

void lic_json_integer(lic_json *json, int64_t value)
{
    begin_value(json);
    lic_put_format(json->target, "%lld", (long long)value);
}

void lic_json_bool(lic_json *json, bool value)
{
    begin_value(json);
    lic_put_text(json->target, value ? "true" : "false");
}

void lic_json_null(lic_json *json)
{
    begin_value(json);
    lic_put_text(json->target, "null");
}

void lic_json_hash(lic_json *json, const lic_hash *hash)
{
    char text[LIC_HASH_TEXT];
    lic_hash_print(hash, text);
    lic_json_text(json, text);
}

void lic_json_decimal(lic_json *json, lic_i128 value, unsigned scale, unsigned keep)
{
    char text[LIC_DECIMAL_MAX];
    size_t size = lic_decimal_print_short(value, scale, keep, text);
    lic_json_slice(json, lic_slice_of(text, size));
}

void lic_json_put_text(lic_json *json, const char *key, const char *text)
{
    lic_json_key(json, key);
    lic_json_text(json, text);
}

void lic_json_put_slice(lic_json *json, const char *key, lic_slice text)
{
    lic_json_key(json, key);
    lic_json_slice(json, text);
}

void lic_json_put_integer(lic_json *json, const char *key, int64_t value)
{
    lic_json_key(json, key);
    lic_json_integer(json, value);
}

void lic_json_put_bool(lic_json *json, const char *key, bool value)
{
    lic_json_key(json, key);
    lic_json_bool(json, value);
}

void lic_json_put_hash(lic_json *json, const char *key, const lic_hash *hash)
{
    lic_json_key(json, key);
    lic_json_hash(json, hash);
}

void lic_json_put_money(lic_json *json, const char *key, lic_i128 value, unsigned scale,
                        unsigned keep, const char *currency)
{
    lic_json_key(json, key);
    lic_json_object(json);
    lic_json_key(json, "amount");
    lic_json_decimal(json, value, scale, keep);
    lic_json_put_text(json, "currency", currency);
    lic_json_end(json);
}
