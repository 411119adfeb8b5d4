/* convert.h - runs a converter: Lua text that turns foreign files into the rows of a usage report,
 * in a confined process (confine.h), with extensions in processes of their own. The host reads the
 * files that were named and nothing else. What a converter is: docs/spec/converting.md. */
#ifndef LICET_CONVERT_H
#define LICET_CONVERT_H

#include <licet/extensions.h>

/* What comes out, as it comes. Slices are borrowed until the call returns; texts are UTF-8. A
 * failure ends the run with it. */
typedef struct lic_convert_defect {
    lic_slice file; /* name of an input; empty: of none */
    int64_t line;   /* from 1; 0: of none */
    lic_slice record, reason, meaning, words;
} lic_convert_defect;

typedef struct lic_convert_total {
    lic_slice file;
    int64_t line;
    lic_slice what, key, stated, found;
    bool agrees;
} lic_convert_total;

typedef struct lic_convert_sum {
    lic_slice what, key, value, currency;
} lic_convert_sum;

typedef struct lic_convert_sink {
    void *context;
    lic_status (*columns)(void *context, lic_slice names, lic_error *error); /* separated by tabs */
    lic_status (*rows)(void *context, lic_slice lines, lic_error *error); /* whole lines of TSV */
    lic_status (*defect)(void *context, const lic_convert_defect *defect, lic_error *error);
    lic_status (*total)(void *context, const lic_convert_total *total, lic_error *error);
    lic_status (*sum)(void *context, const lic_convert_sum *sum, lic_error *error);
} lic_convert_sink;

typedef struct lic_named_path {
    lic_slice name;   /* for the script: a file's own name, or what it is for ("rates") */
    const char *path; /* "-" is not read: name a file */
} lic_named_path;

typedef struct lic_named_value {
    lic_slice name, value;
} lic_named_value;

typedef struct lic_convert_options {
    const char *converter; /* one of the product's, or the path of a .lua file */
    const lic_named_path *inputs, *files;
    size_t input_count, file_count;
    const lic_named_value *settings; /* later ones hold */
    size_t setting_count;
    lic_extensions *extensions; /* borrowed */
    const lic_allocator *allocator;
    const lic_clock *clock;
    lic_convert_sink sink;
    bool quiet; /* what the script prints is not shown */
} lic_convert_options;

/* MISSING, code "converter" or "file"; MALFORMED, code "lua": the script has a mistake, or a
 * setting is not one of its; what lic_confine_run, extensions and the sink answer. */
lic_status lic_convert_run(const lic_convert_options *options, lic_error *error);

#endif
