/* diagnostics/json.c - a diagnostic as one JSON object, for editors and pipelines. Offsets and columns
 * count bytes, lines and columns from 1, `first` from 0. */
#include "diagnostics/table.h"

#include <licet/json.h>

static void put_span(lic_json *json, const char *key, lic_span span, const char *text)
{
    if (key) lic_json_key(json, key);
    lic_json_object(json);
    lic_json_put_integer(json, "first", span.first);
    lic_json_put_integer(json, "size", span.size);
    lic_json_put_integer(json, "line", span.line);
    lic_json_put_integer(json, "column", span.column);
    if (text) lic_json_put_text(json, "text", text);
    lic_json_end(json);
}

static const char *level_name(lic_level level)
{
    return level == LIC_ERROR ? "error" : level == LIC_WARNING ? "warning" : "note";
}

void lic_diagnostic_json(const lic_diagnostic *diagnostic, const char *path, lic_buffer *target)
{
    lic_json json;
    lic_json_init(&json, target);
    lic_json_object(&json);
    lic_json_put_text(&json, "code", diagnostic->code);
    lic_json_put_text(&json, "level", level_name(diagnostic->level));
    lic_json_put_text(&json, "message", diagnostic->title);
    lic_json_put_text(&json, "path", path);
    put_span(&json, "primary", diagnostic->primary.span, diagnostic->primary.text);
    lic_json_key(&json, "secondary");
    lic_json_array(&json);
    for (size_t i = 0; i < diagnostic->secondary_count; i++) {
        put_span(&json, NULL, diagnostic->secondary[i].span, diagnostic->secondary[i].text);
    }
    lic_json_end(&json);
    lic_json_key(&json, "notes");
    lic_json_array(&json);
    for (size_t i = 0; i < diagnostic->note_count; i++) lic_json_text(&json, diagnostic->notes[i]);
    lic_json_end(&json);
    lic_json_put_text(&json, "help", diagnostic->help);
    if (diagnostic->fix) put_span(&json, "fix", diagnostic->fix_span, diagnostic->fix);
    const lic_diagnostic_info *info = lic_diagnostic_find(diagnostic->code);
    lic_json_put_text(&json, "why", info ? info->why : NULL);
    lic_json_end(&json);
}
