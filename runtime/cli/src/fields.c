/* fields.c - named facts as lines or as JSON. */
#include "fields.h"

#include "reading.h"

#include <string.h>

enum { NAME_WIDTH = 18 };

void lic_fields_begin(lic_fields *fields, lic_cli *cli)
{
    *fields = (lic_fields){.cli = cli};
    lic_json_init(&fields->json, &cli->out);
    if (cli->json) lic_json_object(&fields->json);
}

lic_status lic_fields_finish(lic_fields *fields)
{
    if (fields->cli->json) {
        lic_json_end(&fields->json);
        lic_put_u8(&fields->cli->out, '\n');
    }
    return lic_cli_flush(fields->cli, false);
}

/* What stands before a value that is written for people. */
static void put_name(lic_fields *fields, const char *name)
{
    lic_buffer *out = &fields->cli->out;
    if (!fields->listing) {
        lic_put_format(out, "%-*s ", NAME_WIDTH, name);
        return;
    }
    /* "  NAME VALUE; fact value; fact value": what the item is called needs no word for it. */
    bool plain = fields->started ? strcmp(name, "value") == 0 || strcmp(name, "text") == 0
                                 : strcmp(name, "name") == 0 || strcmp(name, "key") == 0;
    lic_put_text(out, !fields->started ? "  " : plain ? " " : "; ");
    if (!plain) lic_put_format(out, "%s ", name);
    fields->started = true;
}

static void put_end(lic_fields *fields)
{
    if (!fields->listing) lic_put_u8(&fields->cli->out, '\n');
}

void lic_fields_slice(lic_fields *fields, const char *name, lic_slice text)
{
    if (fields->cli->json) {
        lic_json_put_slice(&fields->json, name, text);
        return;
    }
    put_name(fields, name);
    lic_put_safe(&fields->cli->out, text);
    put_end(fields);
}

void lic_fields_text(lic_fields *fields, const char *name, const char *text)
{
    lic_fields_slice(fields, name, lic_slice_text(text));
}

void lic_fields_integer(lic_fields *fields, const char *name, uint64_t value)
{
    if (fields->cli->json) {
        lic_json_put_integer(&fields->json, name, (int64_t)value);
        return;
    }
    lic_fields_number(fields, name, (lic_i128)value);
}

void lic_fields_number(lic_fields *fields, const char *name, lic_i128 value)
{
    char text[LIC_DECIMAL_MAX];
    size_t size = lic_decimal_print(value, 0, text);
    lic_fields_slice(fields, name, lic_slice_of(text, size));
}

void lic_fields_bool(lic_fields *fields, const char *name, bool value)
{
    if (fields->cli->json) {
        lic_json_put_bool(&fields->json, name, value);
        return;
    }
    lic_fields_text(fields, name, value ? "yes" : "no");
}

void lic_fields_hash(lic_fields *fields, const char *name, const lic_hash *hash)
{
    char text[LIC_HASH_TEXT];
    lic_hash_print(hash, text);
    lic_fields_text(fields, name, text);
}

void lic_fields_key(lic_fields *fields, const char *name, const lic_key *key)
{
    char text[LIC_DID_TEXT];
    if (lic_key_zero(key)) {
        lic_fields_text(fields, name, "");
        return;
    }
    lic_did_print(key, text);
    lic_fields_text(fields, name, text);
}

void lic_fields_date(lic_fields *fields, const char *name, lic_date date)
{
    char text[LIC_DATE_TEXT];
    lic_date_print(date, text);
    lic_fields_text(fields, name, text);
}

void lic_fields_moment(lic_fields *fields, int64_t time)
{
    enum { DAY = 86400 };
    char text[LIC_DATE_TEXT];
    int64_t of_day = (time % DAY + DAY) % DAY;
    lic_date_print((lic_date)((time - of_day) / DAY), text);
    if (fields->cli->json) {
        lic_json_put_integer(&fields->json, "time", time);
        lic_json_put_text(&fields->json, "date", text);
        return;
    }
    put_name(fields, "time");
    lic_put_format(&fields->cli->out, "%s %02d:%02d:%02d UTC", text, (int)(of_day / 3600),
                   (int)(of_day / 60 % 60), (int)(of_day % 60));
    put_end(fields);
}

void lic_fields_named_hash(lic_fields *fields, const char *name, const lic_hash *hash,
                           const char *name_key, lic_slice text)
{
    char hex[LIC_HASH_TEXT];
    if (fields->cli->json || text.size == 0) {
        lic_fields_hash(fields, name, hash);
        if (text.size > 0) lic_fields_slice(fields, name_key, text);
        return;
    }
    lic_hash_print(hash, hex);
    put_name(fields, name);
    lic_put_safe(&fields->cli->out, text);
    lic_put_format(&fields->cli->out, " (%.12s)", hex);
    put_end(fields);
}

void lic_fields_named_number(lic_fields *fields, const char *name, uint64_t value,
                             const char *name_key, lic_slice text)
{
    if (fields->cli->json || text.size == 0) lic_fields_integer(fields, name, value);
    if (text.size > 0) lic_fields_slice(fields, fields->cli->json ? name_key : name, text);
}

void lic_fields_list(lic_fields *fields, const char *name)
{
    if (fields->cli->json) {
        lic_json_key(&fields->json, name);
        lic_json_array(&fields->json);
    } else {
        lic_put_format(&fields->cli->out, "%s\n", name);
    }
    fields->listing = true;
}

void lic_fields_item(lic_fields *fields)
{
    if (fields->cli->json) lic_json_object(&fields->json);
    fields->started = false;
}

void lic_fields_item_end(lic_fields *fields)
{
    if (fields->cli->json) {
        lic_json_end(&fields->json);
    } else {
        lic_put_u8(&fields->cli->out, '\n');
    }
}

void lic_fields_list_end(lic_fields *fields)
{
    if (fields->cli->json) lic_json_end(&fields->json);
    fields->listing = false;
}
