/* templates.h - the files of contracts/, compiled in for `licet new`. A template is a folder there that holds an
 * agreement of the same name: contracts/NAME/NAME.lic. */
#ifndef LICET_CLI_TEMPLATES_H
#define LICET_CLI_TEMPLATES_H

#include <licet/bytes.h>

typedef struct lic_template_file {
    const char *folder; /* the template */
    const char *path;   /* within it, with slashes */
    bool executable;
    lic_slice bytes;
} lic_template_file;

/* The n-th file, by folder and path; NULL beyond the last. */
const lic_template_file *lic_template_file_at(size_t n);
/* The n-th template: its agreement's file; NULL beyond the last. */
const lic_template_file *lic_template_at(size_t n);
/* A file of a template, or NULL. */
const lic_template_file *lic_template_find(const char *folder, const char *path);

#endif
