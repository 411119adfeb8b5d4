/* sheet_agreements.h - the agreements of a sheet, each read and compiled once. */
#ifndef LICET_AUTHOR_SHEET_AGREEMENTS_H
#define LICET_AUTHOR_SHEET_AGREEMENTS_H

#include <licet/binding.h>
#include <licet/sheet.h>

/* Compilations that are kept at a time: sheets name few files, and one that composes a text for each deal
 * does not come back to it. */
#define LIC_SHEET_AGREEMENTS_KEPT 16u

typedef struct lic_sheet_agreement {
    lic_slice file;        /* as the sheet says; empty: the text was given */
    lic_hash written;      /* SHA-256 of the text as it was written */
    lic_slice text;        /* canonical, in the arena */
    lic_slice name, title; /* in the arena */
    lic_hash source, image;
    lic_compilation *compilation; /* NULL when it failed, or gave way to a later one */
    lic_binding *binding;
    const lic_image *shape;
} lic_sheet_agreement;

typedef struct lic_sheet_agreements {
    const lic_sheet_options *options;
    lic_project *project;
    lic_arena *arena;
    lic_sheet_agreement kept[LIC_SHEET_AGREEMENTS_KEPT];
    size_t next; /* where the next one goes */
} lic_sheet_agreements;

/* The agreement that a deal names: a file of the project, or its text. MALFORMED, code "agreement", when it
 * does not compile (options->diagnose was told). Valid until the next call. */
lic_status lic_sheet_agreements_find(lic_sheet_agreements *agreements, lic_slice file,
                                     lic_slice text, const lic_sheet_agreement **agreement,
                                     lic_error *error);
void lic_sheet_agreements_close(lic_sheet_agreements *agreements);

#endif
