/* sheet_agreements.c - reading, compiling and keeping the agreements that a sheet names. */
#include "sheet_agreements.h"

#include <stdio.h>
#include <string.h>

static lic_status out_of_memory(lic_error *error)
{
    return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
}

static void forget(lic_sheet_agreement *agreement)
{
    lic_binding_destroy(agreement->binding);
    if (agreement->compilation != NULL) lic_compilation_destroy(agreement->compilation);
    *agreement = (lic_sheet_agreement){0};
}

void lic_sheet_agreements_close(lic_sheet_agreements *agreements)
{
    for (size_t i = 0; i < LIC_SHEET_AGREEMENTS_KEPT; i++) forget(&agreements->kept[i]);
}

static lic_slice copy(const lic_sheet_agreements *agreements, lic_slice bytes)
{
    void *held = lic_arena_copy(agreements->arena, bytes.data, bytes.size);
    return lic_slice_of(held, held == NULL ? 0 : bytes.size);
}

/* What a deal needs of the compilation beyond its life. */
static lic_status take(const lic_sheet_agreements *agreements, lic_sheet_agreement *agreement,
                       lic_error *error)
{
    lic_buffer text;
    lic_buffer_init(&text, agreements->options->allocator, LIC_SOURCE_MAX * 2);
    bool printed = lic_compilation_format(agreement->compilation, &text) && !text.failed;
    if (printed) agreement->text = copy(agreements, lic_slice_of(text.data, text.size));
    lic_buffer_free(&text);
    if (!printed || agreement->text.data == NULL) return out_of_memory(error);
    agreement->shape = lic_compilation_image(agreement->compilation);
    agreement->name = copy(agreements, agreement->shape->name);
    agreement->title = copy(agreements, agreement->shape->title);
    agreement->source = lic_compilation_source_hash(agreement->compilation);
    agreement->image = agreement->shape->id;
    return lic_binding_create(agreement->shape, agreements->options->hasher,
                              agreements->options->allocator, &agreement->binding, error);
}

static lic_status diagnosed(const lic_sheet_agreements *agreements,
                            const lic_sheet_agreement *agreement, lic_slice source,
                            lic_error *error)
{
    const lic_sheet_options *options = agreements->options;
    const lic_diagnostics *list = lic_compilation_diagnostics(agreement->compilation);
    char path[LIC_PROJECT_PATH_MAX + 1];
    (void)snprintf(path, sizeof path, "%.*s", (int)agreement->file.size,
                   (const char *)agreement->file.data);
    if (options->diagnose != NULL)
        options->diagnose(options->diagnose_context,
                          agreement->file.size == 0 ? "composed agreement" : path, source, list);
    return lic_fail(error, LIC_MALFORMED, "agreement", "mend the agreement: licet check shows why",
                    "the agreement%s%s has %zu error%s", agreement->file.size == 0 ? "" : " ", path,
                    list->error_count, list->error_count == 1 ? "" : "s");
}

static lic_status compile(lic_sheet_agreements *agreements, lic_sheet_agreement *agreement,
                          lic_slice source, lic_error *error)
{
    const lic_sheet_options *options = agreements->options;
    const lic_compile_options how = {.unit_scale = options->unit_scale};
    agreement->compilation = lic_compile(source, &how, options->hasher, options->allocator);
    if (agreement->compilation == NULL) return out_of_memory(error);
    if (lic_compilation_diagnostics(agreement->compilation)->error_count != 0)
        return diagnosed(agreements, agreement, source, error);
    return take(agreements, agreement, error);
}

static lic_sheet_agreement *kept(lic_sheet_agreements *agreements, lic_slice file,
                                 const lic_hash *written)
{
    for (size_t i = 0; i < LIC_SHEET_AGREEMENTS_KEPT; i++) {
        lic_sheet_agreement *agreement = &agreements->kept[i];
        if (agreement->compilation == NULL || !lic_slice_equal(agreement->file, file)) continue;
        if (file.size != 0 || lic_hash_equal(&agreement->written, written)) return agreement;
    }
    return NULL;
}

/* Every deal of an agreement that does not compile says so, in the same words. */
static lic_status answer(const lic_sheet_agreement *found, const lic_sheet_agreement **agreement,
                         lic_error *error)
{
    *agreement = found;
    if (found->binding != NULL) return LIC_OK;
    size_t errors = lic_compilation_diagnostics(found->compilation)->error_count;
    return lic_fail(error, LIC_MALFORMED, "agreement", "mend the agreement: licet check shows why",
                    "the agreement%s%.*s has %zu error%s", found->file.size == 0 ? "" : " ",
                    (int)found->file.size, (const char *)found->file.data, errors,
                    errors == 1 ? "" : "s");
}

static lic_status add(lic_sheet_agreements *agreements, lic_slice file, const lic_hash *written,
                      lic_slice source, const lic_sheet_agreement **agreement, lic_error *error)
{
    lic_sheet_agreement *place = &agreements->kept[agreements->next];
    agreements->next = (agreements->next + 1) % LIC_SHEET_AGREEMENTS_KEPT;
    forget(place);
    place->file = copy(agreements, file);
    place->written = *written;
    lic_status status = compile(agreements, place, source, error);
    *agreement = place;
    return status;
}

static lic_status add_file(lic_sheet_agreements *agreements, lic_slice file,
                           const lic_sheet_agreement **agreement, lic_error *error)
{
    static const lic_hash none = {{0}};
    lic_buffer source;
    /* One byte more than the limit, so that the compiler can say that the file is too large. */
    lic_buffer_init(&source, agreements->options->allocator, LIC_SOURCE_MAX + 1);
    lic_status status = lic_project_read(agreements->project, file, &source, error);
    if (status == LIC_TOO_LARGE)
        status = lic_fail(error, LIC_TOO_LARGE, "size", "split the agreement into modules",
                          "%.*s: an agreement has at most %u bytes", (int)file.size,
                          (const char *)file.data, LIC_SOURCE_MAX);
    if (status == LIC_OK)
        status = add(agreements, file, &none, lic_slice_of(source.data, source.size), agreement,
                     error);
    lic_buffer_free(&source);
    return status;
}

lic_status lic_sheet_agreements_find(lic_sheet_agreements *agreements, lic_slice file,
                                     lic_slice text, const lic_sheet_agreement **agreement,
                                     lic_error *error)
{
    lic_hash written = {{0}};
    if (file.size == 0) agreements->options->hasher->sha256(&text, 1, &written);
    const lic_sheet_agreement *found = kept(agreements, file, &written);
    if (found != NULL) return answer(found, agreement, error);
    return file.size != 0 ? add_file(agreements, file, agreement, error)
                          : add(agreements, file, &written, text, agreement, error);
}
