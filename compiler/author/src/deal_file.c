/* deal_file.c - writing NAME.deal, and checking one against its agreement. */
#include <licet/deal_file.h>

#include "load_order.h"

#include <licet/binding.h>
#include <licet/json.h>

#include <stdlib.h>
#include <string.h>

void lic_deal_schedule_file(const lic_deal *deal, const lic_deal_schedule *schedule,
                            lic_buffer *target)
{
    if (schedule->file.size != 0) {
        lic_put_bytes(target, schedule->file.data, schedule->file.size);
        return;
    }
    lic_put_format(target, "%.*s.%.*s.tsv", (int)deal->name.size, (const char *)deal->name.data,
                   (int)schedule->name.size, (const char *)schedule->name.data);
}

/* -- writing ------------------------------------------------------------------------------------------------ */

static int by_name(const void *a, const void *b)
{
    return lic_slice_compare(*(const lic_slice *)a, *(const lic_slice *)b);
}

static void put_key(lic_json *json, lic_slice name, lic_buffer *scratch)
{
    lic_buffer_clear(scratch);
    lic_put_bytes(scratch, name.data, name.size);
    lic_put_u8(scratch, 0);
    if (!scratch->failed) lic_json_key(json, (const char *)scratch->data);
}

static void put_texts(lic_json *json, const char *key, const lic_deal_text *texts, size_t count,
                      lic_buffer *scratch)
{
    lic_json_key(json, key);
    lic_json_object(json);
    /* The next name in order each time: agreements have dozens of them at most. */
    lic_slice last = lic_slice_of(NULL, 0);
    for (size_t put = 0; put < count; put++) {
        const lic_deal_text *next = NULL;
        for (size_t i = 0; i < count; i++)
            if ((put == 0 || by_name(&texts[i].name, &last) > 0) &&
                (next == NULL || by_name(&texts[i].name, &next->name) < 0))
                next = &texts[i];
        if (next == NULL) break;
        put_key(json, next->name, scratch);
        lic_json_slice(json, next->value);
        last = next->name;
    }
    lic_json_end(json);
}

static void put_schedules(lic_json *json, const lic_deal *deal, lic_buffer *scratch)
{
    lic_json_key(json, "schedules");
    lic_json_object(json);
    lic_slice last = lic_slice_of(NULL, 0);
    for (size_t put = 0; put < deal->schedule_count; put++) {
        const lic_deal_schedule *next = NULL;
        for (size_t i = 0; i < deal->schedule_count; i++)
            if ((put == 0 || by_name(&deal->schedules[i].name, &last) > 0) &&
                (next == NULL || by_name(&deal->schedules[i].name, &next->name) < 0))
                next = &deal->schedules[i];
        if (next == NULL) break;
        put_key(json, next->name, scratch);
        lic_json_object(json);
        lic_buffer_clear(scratch);
        lic_deal_schedule_file(deal, next, scratch);
        lic_json_put_slice(json, "file", lic_slice_of(scratch->data, scratch->size));
        lic_json_put_hash(json, "hash", &next->hash);
        lic_json_end(json);
        last = next->name;
    }
    lic_json_end(json);
}

void lic_deal_file_write(const lic_deal *deal, const char *agreement, lic_buffer *target)
{
    lic_json json;
    lic_buffer scratch;
    lic_buffer_init(&scratch, target->allocator, (size_t)1 << 16);
    lic_json_init(&json, target);
    lic_json_object(&json);
    lic_json_put_text(&json, "agreement", agreement);
    lic_json_put_slice(&json, "deal", deal->name);
    lic_json_put_text(&json, "format", "licet-deal-1");
    lic_json_put_hash(&json, "image", &deal->image);
    lic_json_put_hash(&json, "parameters", &deal->parameters);
    put_texts(&json, "parties", deal->parties, deal->party_count, &scratch);
    put_schedules(&json, deal, &scratch);
    put_texts(&json, "set", deal->set, deal->set_count, &scratch);
    lic_json_put_hash(&json, "source", &deal->source);
    lic_json_end(&json);
    lic_put_u8(target, '\n');
    if (scratch.failed) target->failed = true;
    lic_buffer_free(&scratch);
}

/* -- checking ------------------------------------------------------------------------------------------------ */

static lic_status differs(const char *code, const char *help, const char *what, lic_error *error)
{
    return lic_fail(error, LIC_DIFFERS, code, help, "%s", what);
}

static const lic_deal_text *find_set(const lic_deal_file *file, lic_slice name)
{
    for (size_t i = 0; i < file->set_count; i++)
        if (lic_slice_equal(file->set[i].name, name)) return &file->set[i];
    return NULL;
}

static lic_status check_parameters(const lic_deal_file *file, const lic_image *image,
                                   const lic_hasher *hasher, const lic_allocator *allocator,
                                   lic_error *error)
{
    lic_buffer encoded;
    lic_hash hash;
    lic_buffer_init(&encoded, allocator, LIC_DEAL_FILE_MAX * 2);
    for (uint32_t i = 0; i < image->parameters_count; i++) {
        const lic_deal_text *text = find_set(file, image->parameters[i].name);
        lic_put_slice(&encoded, text == NULL ? lic_slice_of(NULL, 0) : text->value);
    }
    lic_parameters_hash(hasher, lic_slice_of(encoded.data, encoded.size), &hash);
    bool failed = encoded.failed;
    lic_buffer_free(&encoded);
    if (failed) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    if (lic_hash_equal(&hash, &file->parameters)) return LIC_OK;
    return differs("parameters", "author the deal again, or set what is meant with --set",
                   "the deal's parameters were changed: their hash is another", error);
}

lic_status lic_deal_file_check(const lic_deal_file *file, const lic_compilation *compilation,
                               uint8_t unit_scale, bool overridden, const lic_hasher *hasher,
                               const lic_allocator *allocator, lic_error *error)
{
    const lic_image *image = lic_compilation_image(compilation);
    lic_hash source = lic_compilation_source_hash(compilation);
    if (!lic_hash_equal(&source, &file->source))
        return differs("source", "author the deal again, or give the text that it was made for",
                       "the agreement's text is not the deal's: its hash is another", error);
    if (unit_scale == LIC_DEAL_UNIT_SCALE && !lic_hash_equal(&image->id, &file->image))
        return differs("image", "author the deal again with this version of licet",
                       "the agreement compiles to another image than the deal was made for", error);
    return overridden ? LIC_OK : check_parameters(file, image, hasher, allocator, error);
}

/* -- order ------------------------------------------------------------------------------------------------------ */

static lic_status find_tables(const lic_deal_file *file, const lic_image *image, bool *wanted,
                              lic_error *error)
{
    for (size_t i = 0; i < file->schedule_count; i++) {
        lic_slice name = file->schedules[i].name;
        bool found = false;
        for (uint32_t t = 0; t < image->tables_count && !found; t++) {
            found = lic_is_loadable(&image->tables[t]) &&
                    lic_slice_equal(image->tables[t].name, name);
            wanted[t] = wanted[t] || found;
        }
        if (!found)
            return lic_fail(error, LIC_MISSING, "schedule", "author the deal again",
                            "the agreement has no schedule %.*s", (int)name.size,
                            (const char *)name.data);
    }
    return LIC_OK;
}

lic_status lic_deal_file_order(const lic_deal_file *file, const lic_image *image, size_t *order,
                               lic_error *error)
{
    bool wanted[UINT8_MAX + 1] = {false};
    uint16_t tables[UINT8_MAX + 1];
    LIC_ASSERT(image->tables_count <=
               LIC_COUNT(wanted)); /* a row's type has a byte for its table */
    LIC_TRY(find_tables(file, image, wanted, error));
    size_t count = lic_load_order(image, wanted, tables);
    for (size_t i = 0; i < count; i++)
        for (size_t s = 0; s < file->schedule_count; s++)
            if (lic_slice_equal(file->schedules[s].name, image->tables[tables[i]].name))
                order[i] = s;
    return LIC_OK;
}
