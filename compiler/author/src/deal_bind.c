/* deal_bind.c - binds a deal: its agreement, parties and parameters. */
#include "deal_bind.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* -- refusing ------------------------------------------------------------------------------------------------ */

static void print_place(const lic_deal_work *work, const char *table, lic_slice name, uint32_t line,
                        lic_buffer *target)
{
    char member[300] = "";
    if (name.size != 0)
        (void)snprintf(member, sizeof member, "%s%s%.*s", table, table[0] == '\0' ? "" : ".",
                       (int)(name.size < 200 ? name.size : 200), (const char *)name.data);
    lic_deal_place_print(&work->written->place, lic_slice_text(member), line, target);
    lic_put_u8(target, 0);
}

static lic_status place(const lic_deal_work *work, const char *table, lic_slice name, uint32_t line,
                        const char *help, const char *what)
{
    lic_buffer text;
    if (help[0] == '\0') help = "docs/spec/author.md says what a deal holds";
    lic_buffer_init(&text, work->allocator, 4096);
    print_place(work, table, name, line, &text);
    lic_status status = lic_fail(work->error, LIC_MALFORMED, "deal", help, "%s: %s",
                                 text.failed ? "a deal" : (const char *)text.data, what);
    lic_buffer_free(&text);
    return status;
}

lic_status lic_deal_refuse(const lic_deal_work *work, const char *table, lic_slice name,
                           uint32_t line, const char *help, const char *format, ...)
{
    char what[400];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return place(work, table, name, line, help, what);
}

lic_status lic_deal_placed(const lic_deal_work *work, const char *table, lic_slice name,
                           uint32_t line)
{
    if (work->error == NULL) return LIC_MALFORMED;
    lic_error cause = *work->error;
    if (cause.status == LIC_NO_MEMORY) return cause.status;
    return place(work, table, name, line, cause.help, cause.text);
}

static lic_status out_of_memory(const lic_deal_work *work)
{
    return lic_fail(work->error, LIC_NO_MEMORY, "memory", "", "out of memory");
}

lic_status lic_deal_unknown(const lic_deal_work *work, const char *table, lic_slice name,
                            uint32_t line, const char *what, const char *const *names, size_t count)
{
    char help[200] = "";
    const char *nearest = lic_nearest(name, names, count);
    if (nearest != NULL) (void)snprintf(help, sizeof help, "did you mean %s?", nearest);
    else if (count == 0) (void)snprintf(help, sizeof help, "the agreement has no %s", what);
    for (size_t i = 0; nearest == NULL && i < count; i++) {
        size_t used = strlen(help);
        (void)snprintf(help + used, sizeof help - used, "%s%s", i == 0 ? "it has " : ", ",
                       names[i]);
    }
    return lic_deal_refuse(work, table, name, line, help, "the agreement has no %s %.*s", what,
                           (int)name.size, (const char *)name.data);
}

static lic_slice copy(const lic_deal_work *work, lic_slice bytes)
{
    void *held = lic_arena_copy(work->arena, bytes.data, bytes.size);
    return lic_slice_of(held, held == NULL ? 0 : bytes.size);
}

static const char *name_at(const lic_deal_work *work, lic_slice name)
{
    return lic_arena_text(work->arena, (const char *)name.data, name.size);
}

/* -- parties -------------------------------------------------------------------------------------------------- */

static lic_status check_parties(const lic_deal_work *work)
{
    const lic_image *image = work->agreement->shape;
    const char *names[LIC_DEAL_TEXTS_MAX];
    size_t count = image->parties_count < LIC_DEAL_TEXTS_MAX ? image->parties_count
                                                             : LIC_DEAL_TEXTS_MAX;
    for (size_t i = 0; i < count; i++) {
        names[i] = name_at(work, image->parties[i].name);
        if (names[i] == NULL) return out_of_memory(work);
    }
    for (size_t i = 0; i < work->written->party_count; i++) {
        const lic_written_text *party = &work->written->parties[i];
        bool known = false;
        for (size_t p = 0; p < count; p++)
            known |= lic_slice_equal(party->name, image->parties[p].name);
        if (!known)
            return lic_deal_unknown(work, "parties", party->name, party->line, "party", names,
                                    count);
        if (party->text.size == 0)
            return lic_deal_refuse(work, "parties", party->name, party->line,
                                   "leave it out for the registered party of the same name",
                                   "the name is empty");
        if (!lic_utf8_valid(party->text))
            return lic_deal_refuse(work, "parties", party->name, party->line, "write it in UTF-8",
                                   "the name is not UTF-8");
    }
    return LIC_OK;
}

static lic_status bind_parties(lic_deal_work *work)
{
    const lic_image *image = work->agreement->shape;
    LIC_TRY(check_parties(work));
    lic_deal_text *list = lic_arena_take(work->arena, (image->parties_count + 1) * sizeof *list);
    if (list == NULL) return out_of_memory(work);
    for (uint32_t p = 0; p < image->parties_count; p++) {
        lic_slice value = image->parties[p].name;
        for (size_t i = 0; i < work->written->party_count; i++)
            if (lic_slice_equal(work->written->parties[i].name, image->parties[p].name))
                value = work->written->parties[i].text;
        list[p] = (lic_deal_text){copy(work, image->parties[p].name), copy(work, value)};
        if (list[p].name.data == NULL || list[p].value.data == NULL) return out_of_memory(work);
    }
    work->deal->parties = list;
    work->deal->party_count = image->parties_count;
    return LIC_OK;
}

/* -- parameters ------------------------------------------------------------------------------------------------- */

static lic_kind_words words_for(lic_kind kind)
{
    switch (kind) {
    case LIC_KIND_COUNT: return (lic_kind_words){"a count", "write an integer"};
    case LIC_KIND_RATE: return (lic_kind_words){"a rate", "write rate \"52%\""};
    case LIC_KIND_MONEY:
    case LIC_KIND_EXACT:
        return (lic_kind_words){"an amount of money", "write money \"GBP 250.00\""};
    case LIC_KIND_PRICE:
        return (lic_kind_words){"a price", "write its amount as money \"GBP 0.0012\""};
    case LIC_KIND_DATE: return (lic_kind_words){"a date", "write date \"2026-01-31\""};
    case LIC_KIND_BOOL: return (lic_kind_words){"yes or no", "write true or false"};
    case LIC_KIND_NONE:
    case LIC_KIND_ROW:
    case LIC_KIND_ENUM:
    case LIC_KIND_TERRITORY:
    case LIC_KIND_SPAN:
    case LIC_KIND_TEXT:
    case LIC_KIND_SET:
    case LIC_KIND_HASH: break;
    }
    return (lic_kind_words){"a text", "write it in quotes"};
}

static bool kind_fits(uint8_t bound, lic_kind kind)
{
    switch (bound) {
    case LIC_BOUND_TEXT: return true;
    case LIC_BOUND_INTEGER:
    case LIC_BOUND_EXACT + LIC_EXACT_DECIMAL: return kind == LIC_KIND_COUNT;
    case LIC_BOUND_BOOLEAN: return kind == LIC_KIND_BOOL;
    case LIC_BOUND_EXACT + LIC_EXACT_RATE: return kind == LIC_KIND_RATE;
    case LIC_BOUND_EXACT + LIC_EXACT_MONEY:
        return kind == LIC_KIND_MONEY || kind == LIC_KIND_EXACT || kind == LIC_KIND_PRICE;
    case LIC_BOUND_EXACT + LIC_EXACT_DATE: return kind == LIC_KIND_DATE;
    default: return false;
    }
}

bool lic_deal_kind_fits(uint8_t bound_kind, lic_slice text, const lic_image *image, lic_type type,
                        lic_kind_words *words)
{
    *words = words_for((lic_kind)type.kind);
    if (!kind_fits(bound_kind, (lic_kind)type.kind)) return false;
    if (bound_kind != LIC_BOUND_EXACT + LIC_EXACT_MONEY || text.size < 3) return true;
    *words = (lic_kind_words){"an amount in another currency",
                              "give it in the agreement's currency"};
    return memcmp(text.data, image->currencies[type.currency].code, 3) == 0;
}

static const lic_written_text *find_setting(const lic_written_deal *written, lic_slice name)
{
    for (size_t i = 0; i < written->set_count; i++)
        if (lic_slice_equal(written->set[i].name, name)) return &written->set[i];
    return NULL;
}

static lic_status check_settings(const lic_deal_work *work)
{
    const lic_image *image = work->agreement->shape;
    const char *names[LIC_DEAL_TEXTS_MAX];
    size_t count = image->parameters_count < LIC_DEAL_TEXTS_MAX ? image->parameters_count
                                                                : LIC_DEAL_TEXTS_MAX;
    for (size_t i = 0; i < count; i++) {
        names[i] = name_at(work, image->parameters[i].name);
        if (names[i] == NULL) return out_of_memory(work);
    }
    for (size_t i = 0; i < work->written->set_count; i++) {
        bool known = false;
        for (size_t p = 0; p < count; p++)
            known |= lic_slice_equal(work->written->set[i].name, image->parameters[p].name);
        const lic_written_text *text = &work->written->set[i];
        if (!known)
            return lic_deal_unknown(work, "set", text->name, text->line, "parameter", names, count);
    }
    return LIC_OK;
}

/* Names all parameters without a value at once. */
static lic_status missing(const lic_deal_work *work)
{
    const lic_image *image = work->agreement->shape;
    char list[300] = "";
    size_t count = 0;
    for (uint32_t i = 0; i < image->parameters_count; i++) {
        lic_slice name = image->parameters[i].name;
        if (find_setting(work->written, name) != NULL) continue;
        size_t used = strlen(list);
        (void)snprintf(list + used, sizeof list - used, "%s%.*s", count++ == 0 ? "" : ", ",
                       (int)name.size, (const char *)name.data);
    }
    if (count == 0) return LIC_OK;
    return lic_deal_refuse(work, "", lic_slice_of(NULL, 0), 0, "give each a value in `set`",
                           "%s without a value: %s", count == 1 ? "a parameter" : "parameters",
                           list);
}

static lic_status bind_setting(const lic_deal_work *work, uint32_t number, lic_buffer *words)
{
    const lic_image *image = work->agreement->shape;
    const lic_parameter *parameter = &image->parameters[number];
    const lic_written_text *text = find_setting(work->written, parameter->name);
    LIC_ASSERT(text != NULL); /* missing() has looked */
    lic_kind_words wanted;
    if (!lic_deal_kind_fits(text->kind, text->text, image, parameter->reader.type, &wanted))
        return lic_deal_refuse(work, "set", text->name, text->line, wanted.remedy,
                               "%.*s does not fit: the parameter is %s", (int)text->text.size,
                               (const char *)text->text.data, wanted.what);
    lic_buffer_clear(words);
    lic_status status = lic_binding_set(work->agreement->binding, number, text->text, words,
                                        work->error);
    if (status != LIC_OK) return lic_deal_placed(work, "set", text->name, text->line);
    return words->failed ? out_of_memory(work) : LIC_OK;
}

static lic_status bind_settings(lic_deal_work *work, lic_buffer *words, lic_buffer *encoded)
{
    const lic_image *image = work->agreement->shape;
    lic_deal_text *list = lic_arena_take(work->arena, (image->parameters_count + 1) * sizeof *list);
    LIC_TRY(check_settings(work));
    LIC_TRY(missing(work));
    if (list == NULL) return out_of_memory(work);
    for (uint32_t i = 0; i < image->parameters_count; i++) {
        LIC_TRY(bind_setting(work, i, words));
        lic_slice value = lic_slice_of(words->data, words->size);
        lic_put_slice(encoded, value);
        list[i] = (lic_deal_text){copy(work, image->parameters[i].name), copy(work, value)};
        if (list[i].name.data == NULL || list[i].value.data == NULL) return out_of_memory(work);
    }
    if (encoded->failed) return out_of_memory(work);
    work->deal->set = list;
    work->deal->set_count = image->parameters_count;
    lic_parameters_hash(work->hasher, lic_slice_of(encoded->data, encoded->size),
                        &work->deal->parameters);
    if (lic_binding_check(work->agreement->binding, work->error) == LIC_OK) return LIC_OK;
    return lic_deal_placed(work, "", lic_slice_of(NULL, 0), 0);
}

/* -- the deal ---------------------------------------------------------------------------------------------------- */

static lic_status find_agreement(lic_deal_work *work)
{
    const lic_written_deal *written = work->written;
    lic_slice none = lic_slice_of(NULL, 0), name = lic_slice_text("agreement");
    lic_slice file = written->is_text ? none : written->agreement;
    lic_slice text = written->is_text ? written->agreement : none;
    if (!written->is_text && file.size == 0)
        return lic_deal_refuse(work, "", name, 0, "name its file", "the path is empty");
    lic_status status = lic_sheet_agreements_find(work->agreements, file, text, &work->agreement,
                                                  work->error);
    if (status == LIC_NO_MEMORY) return status;
    return status == LIC_OK ? LIC_OK : lic_deal_placed(work, "", name, 0);
}

static lic_status describe(lic_deal_work *work)
{
    lic_deal *deal = work->deal;
    lic_buffer place;
    lic_buffer_init(&place, work->allocator, 4096);
    lic_deal_place_print(&work->written->place, lic_slice_of(NULL, 0), 0, &place);
    deal->place = copy(work, lic_slice_of(place.data, place.size));
    lic_buffer_free(&place);
    deal->name = copy(work, work->written->place.name);
    deal->agreement = work->agreement->name;
    deal->title = work->agreement->title;
    deal->agreement_file = work->agreement->file;
    deal->text = work->agreement->text;
    deal->source = work->agreement->source;
    deal->image = work->agreement->image;
    return deal->place.data != NULL && deal->name.data != NULL ? LIC_OK : out_of_memory(work);
}

lic_status lic_deal_bind(lic_deal_work *work)
{
    lic_buffer words, encoded;
    LIC_TRY(find_agreement(work));
    LIC_TRY(describe(work));
    LIC_TRY(bind_parties(work));
    lic_buffer_init(&words, work->allocator, (size_t)1 << 16);
    lic_buffer_init(&encoded, work->allocator, (size_t)1 << 24);
    lic_status status = bind_settings(work, &words, &encoded);
    lic_buffer_free(&words);
    lic_buffer_free(&encoded);
    return status == LIC_OK ? lic_deal_bind_schedules(work) : status;
}
