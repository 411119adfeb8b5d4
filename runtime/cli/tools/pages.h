/* pages.h - what the writers of man pages and completions share. A build tool: it runs while licet is built,
 * reads nothing but the table of commands and templates, and ends the process when it cannot write. */
#ifndef LICET_PAGES_H
#define LICET_PAGES_H

#include <licet/cli.h>

#include <stdio.h>

typedef struct page_command {
    const char *name, *operands, *summary, *details;
    lic_cli_group group;
    bool both; /* licet-node has it too */
} page_command;

typedef struct page_program {
    const char *name; /* "licet-node" */
    const char *id;   /* the same as a name of shell functions */
    const char *about;
    bool full; /* has every command */
} page_program;

/* The commands in the order of the table; NULL beyond the last. */
const page_command *page_command_at(size_t n);
/* The n-th command of a program. */
const page_command *program_command_at(const page_program *program, size_t n);

/* May the option stand before the command, and does one of the program's commands take it? */
bool program_leads(const page_program *program, lic_option option);

/* The forms of a command's operands: the n-th line; an empty slice without data beyond the last. */
lic_slice page_form_at(const char *operands, size_t n);

FILE *page_create(const char *folder, const char *name);
void page_close(FILE *page);

/* FOLDER/NAME.1.scd for the program, and for each of its commands when it is `licet`. */
void write_man_pages(const char *folder, const page_program *program);

/* Writes a template's text, with what `fill` writes in place of each @WORD@. */
typedef void (*page_fill)(FILE *page, const page_program *program, lic_slice word);
void page_from_template(FILE *page, const char *path, const page_program *program, page_fill fill);

void fill_bash(FILE *page, const page_program *program, lic_slice word);
void fill_zsh(FILE *page, const page_program *program, lic_slice word);
void fill_fish(FILE *page, const page_program *program, lic_slice word);

/* The text in single quotes for a POSIX shell (bash and zsh), or for fish. */
void put_quoted(FILE *page, const char *text, size_t size);
void put_fish_quoted(FILE *page, const char *text, size_t size);

#endif
