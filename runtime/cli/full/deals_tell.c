/* deals_tell.c - deals for reading: on a page, or as JSON. */
#include "authoring.h"

static void put_hash(lic_buffer *out, const char *what, const lic_hash *hash)
{
    char text[LIC_HASH_TEXT];
    lic_hash_print(hash, text);
    lic_put_format(out, "  %-11s %s\n", what, text);
}

static void put_text(lic_buffer *out, lic_slice text)
{
    lic_put_safe(out, text);
}

/* The width of the longest name. */
static int width_of(const lic_deal_text *texts, size_t count)
{
    size_t width = 1;
    for (size_t i = 0; i < count; i++)
        if (texts[i].name.size > width) width = texts[i].name.size;
    return (int)width;
}

static void put_table(lic_buffer *out, const char *heading, const lic_deal_text *texts,
                      size_t count)
{
    int width = width_of(texts, count);
    if (count > 0) lic_put_format(out, "  %s\n", heading);
    for (size_t i = 0; i < count; i++) {
        lic_put_format(out, "    %-*.*s  ", width, (int)texts[i].name.size,
                       (const char *)texts[i].name.data);
        put_text(out, texts[i].value);
        lic_put_u8(out, '\n');
    }
}

static void put_schedules(lic_buffer *out, const lic_deal *deal)
{
    if (deal->schedule_count > 0) lic_put_text(out, "  schedules\n");
    for (size_t i = 0; i < deal->schedule_count; i++) {
        const lic_deal_schedule *schedule = &deal->schedules[i];
        char text[LIC_HASH_TEXT];
        lic_hash_print(&schedule->hash, text);
        lic_put_text(out, "    ");
        put_text(out, schedule->name);
        lic_put_text(out, "  ");
        if (schedule->file.size > 0) put_text(out, schedule->file);
        else lic_put_text(out, "(rows of the sheet)");
        lic_put_format(out, "  %s\n", text);
    }
}

static void tell_page(lic_cli *cli, const lic_deal *deal)
{
    lic_buffer *out = &cli->out;
    put_text(out, deal->name);
    lic_put_text(out, "\n  agreement   ");
    put_text(out, deal->agreement);
    lic_put_text(out, ", \"");
    put_text(out, deal->title);
    lic_put_text(out, "\", ");
    if (deal->agreement_file.size > 0) put_text(out, deal->agreement_file);
    else lic_put_text(out, "composed");
    lic_put_u8(out, '\n');
    put_hash(out, "source", &deal->source);
    put_hash(out, "image", &deal->image);
    put_hash(out, "parameters", &deal->parameters);
    put_table(out, "parties", deal->parties, deal->party_count);
    put_table(out, "set", deal->set, deal->set_count);
    put_schedules(out, deal);
}

/* -- JSON --------------------------------------------------------------------------------------------------- */

static void put_pairs(lic_json *json, const char *key, const lic_deal_text *texts, size_t count)
{
    lic_json_key(json, key);
    lic_json_array(json);
    for (size_t i = 0; i < count; i++) {
        lic_json_object(json);
        lic_json_put_slice(json, "name", texts[i].name);
        lic_json_put_slice(json, "value", texts[i].value);
        lic_json_end(json);
    }
    lic_json_end(json);
}

static void put_json_schedules(lic_json *json, const lic_deal *deal)
{
    lic_json_key(json, "schedules");
    lic_json_array(json);
    for (size_t i = 0; i < deal->schedule_count; i++) {
        const lic_deal_schedule *schedule = &deal->schedules[i];
        lic_json_object(json);
        lic_json_put_slice(json, "name", schedule->name);
        lic_json_key(json, "file");
        if (schedule->file.size > 0) lic_json_slice(json, schedule->file);
        else lic_json_null(json);
        lic_json_put_hash(json, "hash", &schedule->hash);
        lic_json_end(json);
    }
    lic_json_end(json);
}

static void put_name(lic_json *json, const lic_cli *cli, const char *key, const char *folder,
                     lic_slice name, const char *ending)
{
    lic_buffer path;
    lic_buffer_init(&path, cli->allocator, 8192);
    lic_put_format(&path, "%s/%.*s%s", folder, (int)name.size, (const char *)name.data, ending);
    lic_json_put_slice(json, key, lic_slice_of(path.data, path.size));
    lic_buffer_free(&path);
}

static void tell_json(lic_cli *cli, lic_json *json, const lic_deal *deal, const char *output)
{
    lic_json_object(json);
    lic_json_put_slice(json, "deal", deal->name);
    lic_json_put_slice(json, "place", deal->place);
    lic_json_put_slice(json, "agreement", deal->agreement);
    lic_json_put_slice(json, "title", deal->title);
    lic_json_put_hash(json, "source", &deal->source);
    lic_json_put_hash(json, "image", &deal->image);
    lic_json_put_hash(json, "parameters", &deal->parameters);
    put_pairs(json, "parties", deal->parties, deal->party_count);
    put_pairs(json, "set", deal->set, deal->set_count);
    put_json_schedules(json, deal);
    if (output != NULL) {
        put_name(json, cli, "agreement_file", output, deal->name, ".lic");
        put_name(json, cli, "deal_file", output, deal->name, ".deal");
    }
    lic_json_end(json);
}

void lic_deals_tell(lic_cli *cli, const lic_sheet *sheet, const char *output)
{
    lic_json json;
    lic_json_init(&json, &cli->out);
    if (cli->json) lic_json_array(&json);
    for (size_t i = 0; i < lic_sheet_count(sheet); i++) {
        const lic_deal *deal = lic_sheet_deal(sheet, i);
        if (cli->json) {
            tell_json(cli, &json, deal, output);
        } else if (output != NULL) {
            lic_put_format(&cli->out, "%s/%.*s.deal\n", output, (int)deal->name.size,
                           (const char *)deal->name.data);
        } else {
            if (i > 0) lic_put_u8(&cli->out, '\n');
            tell_page(cli, deal);
        }
    }
    if (cli->json) {
        lic_json_end(&json);
        lic_put_u8(&cli->out, '\n');
    }
}
