/* diagnostics/diag.c - collecting diagnostics: building them, dropping duplicates and what is beyond the cap,
 * and "did you mean". Rendering is elsewhere (diagnostics/text.c, diagnostics/json.c). */
#include "passes.h"

#include "diagnostics/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char *format_text(lic_compilation *compilation, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static char *format_text(lic_compilation *compilation, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    LIC_ASSERT(size >= 0);
    char *text = lic_new(compilation, (size_t)size + 1);
    vsnprintf(text, (size_t)size + 1, format, arguments);
    return text;
}

char *lic_text(lic_compilation *compilation, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = format_text(compilation, format, arguments);
    va_end(arguments);
    return text;
}

static bool is_duplicate(const lic_compilation *compilation, const char *code, lic_span span)
{
    const lic_diagnostics *all = &compilation->diagnostics;
    for (size_t i = 0; i < all->count; i++) {
        const lic_diagnostic *d = &all->items[i];
        if (d->primary.span.first == span.first && d->primary.span.line == span.line &&
            strcmp(d->code, code) == 0)
            return true;
    }
    return false;
}

lic_diagnostic *lic_diag(lic_compilation *compilation, const char *code, lic_span span,
                         const char *label, const char *title, ...)
{
    const lic_diagnostic_info *info = lic_diagnostic_find(code);
    LIC_ASSERT(info != NULL);
    lic_diagnostics *all = &compilation->diagnostics;
    if (all->count >= LIC_DIAGNOSTICS_MAX || is_duplicate(compilation, code, span)) {
        if (info->level == LIC_ERROR && all->error_count == 0) all->error_count = 1;
        compilation->dropped = (lic_diagnostic){
            .code = info->code, .level = info->level, .title = ""};
        return &compilation->dropped;
    }
    all->items = lic_grow(compilation, all->items, all->count, &compilation->diagnostics_capacity,
                          sizeof *all->items);
    lic_diagnostic *d = &all->items[all->count++];
    *d = (lic_diagnostic){.code = info->code, .level = info->level};
    va_list arguments;
    va_start(arguments, title);
    d->title = format_text(compilation, title, arguments);
    va_end(arguments);
    d->primary.span = span;
    d->primary.text = label;
    if (info->level == LIC_ERROR) all->error_count++;
    return d;
}

void lic_diag_label(lic_compilation *compilation, lic_diagnostic *diagnostic, const char *label,
                    ...)
{
    va_list arguments;
    va_start(arguments, label);
    diagnostic->primary.text = format_text(compilation, label, arguments);
    va_end(arguments);
}

void lic_diag_place(lic_compilation *compilation, lic_diagnostic *diagnostic, lic_span span,
                    const char *label, ...)
{
    if (diagnostic->secondary_count >= LIC_LABELS_MAX) return;
    va_list arguments;
    va_start(arguments, label);
    const char *text = format_text(compilation, label, arguments);
    va_end(arguments);
    diagnostic->secondary[diagnostic->secondary_count++] = (lic_label){span, text};
}

void lic_diag_note(lic_compilation *compilation, lic_diagnostic *diagnostic, const char *note, ...)
{
    if (diagnostic->note_count >= LIC_NOTES_MAX) return;
    va_list arguments;
    va_start(arguments, note);
    diagnostic->notes[diagnostic->note_count++] = format_text(compilation, note, arguments);
    va_end(arguments);
}

void lic_diag_help(lic_compilation *compilation, lic_diagnostic *diagnostic, const char *help, ...)
{
    va_list arguments;
    va_start(arguments, help);
    diagnostic->help = format_text(compilation, help, arguments);
    va_end(arguments);
}

void lic_diag_fix(lic_compilation *compilation, lic_diagnostic *diagnostic, lic_span span,
                  const char *fix, ...)
{
    va_list arguments;
    va_start(arguments, fix);
    diagnostic->fix = format_text(compilation, fix, arguments);
    va_end(arguments);
    diagnostic->fix_span = span;
}

static bool comes_before(const lic_diagnostic *a, const lic_diagnostic *b)
{
    if (a->primary.span.first != b->primary.span.first)
        return a->primary.span.first < b->primary.span.first;
    return a->level < b->level;
}

/* Insertion sort: at most LIC_DIAGNOSTICS_MAX, nearly sorted, and stable. */
void lic_diag_sort(lic_compilation *compilation)
{
    lic_diagnostics *all = &compilation->diagnostics;
    for (size_t i = 1; i < all->count; i++) {
        lic_diagnostic moved = all->items[i];
        size_t at = i;
        for (; at > 0 && comes_before(&moved, &all->items[at - 1]); at--)
            all->items[at] = all->items[at - 1];
        all->items[at] = moved;
    }
}
