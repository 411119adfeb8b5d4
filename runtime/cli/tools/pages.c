/* pages.c - licet-pages SOURCE FOLDER: writes man pages (scdoc's form) into FOLDER/man and completions into
 * FOLDER/completions, from commands.def and the templates in SOURCE. */
#include "pages.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_MAX_SIZE = 4096, TEMPLATE_MAX = 64 * 1024 };

static void give_up(const char *what)
{
    perror(what);
    exit(74);
}

const page_command *page_command_at(size_t n)
{
    enum { IS_FULL, IS_BOTH };
    static const page_command table[] = {
#define COMMAND(name, where, group, operands, min, max, summary, details) \
    {#name, operands, summary, details, LIC_GROUP_##group, IS_##where == IS_BOTH},
#include <licet/commands.def>
    };
    return n < LIC_COUNT(table) ? &table[n] : NULL;
}

const page_command *program_command_at(const page_program *program, size_t n)
{
    for (size_t i = 0; page_command_at(i) != NULL; i++) {
        if (!program->full && !page_command_at(i)->both) continue;
        if (n-- == 0) return page_command_at(i);
    }
    return NULL;
}

bool program_leads(const page_program *program, lic_option option)
{
    bool taken = false;
    for (size_t n = 0; program_command_at(program, n) != NULL; n++)
        taken = taken || lic_command_takes(program_command_at(program, n)->name, option);
    return taken && lic_option_leads(option);
}

lic_slice page_form_at(const char *operands, size_t n)
{
    for (;;) {
        size_t size = strcspn(operands, "\n");
        if (n-- == 0) return lic_slice_of(operands, size);
        if (operands[size] == '\0') return lic_slice_of(NULL, 0);
        operands += size + 1;
    }
}

FILE *page_create(const char *folder, const char *name)
{
    char path[PATH_MAX_SIZE];
    int size = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (mkdir(folder, 0777) != 0 && access(folder, F_OK) != 0) give_up(folder);
    FILE *page = size < PATH_MAX_SIZE ? fopen(path, "w") : NULL;
    if (page == NULL) give_up(path);
    return page;
}

void page_close(FILE *page)
{
    bool bad = ferror(page) != 0;
    if (fclose(page) != 0 || bad) give_up("a page");
}

void put_quoted(FILE *page, const char *text, size_t size)
{
    fputc('\'', page);
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\'') fputs("'\\''", page);
        else fputc(text[i], page);
    }
    fputc('\'', page);
}

void put_fish_quoted(FILE *page, const char *text, size_t size)
{
    fputc('\'', page);
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\'' || text[i] == '\\') fputc('\\', page);
        fputc(text[i], page);
    }
    fputc('\'', page);
}

/* A word of a template: @ID@, @PROGRAM@, or what `fill` knows. */
static void put_word(FILE *page, const page_program *program, lic_slice word, page_fill fill)
{
    if (lic_slice_equal(word, lic_slice_text("ID"))) fputs(program->id, page);
    else if (lic_slice_equal(word, lic_slice_text("PROGRAM"))) fputs(program->name, page);
    else fill(page, program, word);
}

void page_from_template(FILE *page, const char *path, const page_program *program, page_fill fill)
{
    static char text[TEMPLATE_MAX];
    FILE *template = fopen(path, "r");
    if (template == NULL) give_up(path);
    size_t size = fread(text, 1, sizeof text - 1, template);
    if (ferror(template) || !feof(template)) give_up(path);
    fclose(template);
    text[size] = '\0';
    for (const char *at = text; *at != '\0';) {
        size_t letters = *at == '@' ? strspn(at + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") : 0;
        if (letters > 0 && at[1 + letters] == '@') {
            put_word(page, program, lic_slice_of(at + 1, letters), fill);
            at += letters + 2;
        } else {
            fputc(*at++, page);
        }
    }
}

static void write_completions(const char *source, const char *folder, const page_program *program)
{
    static const struct {
        const char *shell, *before,
            *behind; /* what stands around the program's name in the file's */
        page_fill fill;
    } shells[] = {
        {"bash", "", ".bash", fill_bash},
        {"zsh", "_", "", fill_zsh},
        {"fish", "", ".fish", fill_fish},
    };
    for (size_t i = 0; i < LIC_COUNT(shells); i++) {
        char name[64], template[PATH_MAX_SIZE];
        (void)snprintf(name, sizeof name, "%s%s%s", shells[i].before, program->name,
                       shells[i].behind);
        (void)snprintf(template, sizeof template, "%s/completion.%s", source, shells[i].shell);
        FILE *page = page_create(folder, name);
        page_from_template(page, template, program, shells[i].fill);
        page_close(page);
    }
}

int main(int argc, char **argv)
{
    static const page_program programs[] = {
        {"licet", "licet", "runs licensing agreements", true},
        {"licet-node", "licet_node", "reads, explains and replays a ledger of licet", false},
    };
    char man[PATH_MAX_SIZE], completions[PATH_MAX_SIZE];
    if (argc != 3) {
        fprintf(stderr, "usage: licet-pages SOURCE FOLDER\n");
        return 64;
    }
    (void)snprintf(man, sizeof man, "%s/man", argv[2]);
    (void)snprintf(completions, sizeof completions, "%s/completions", argv[2]);
    for (size_t i = 0; i < LIC_COUNT(programs); i++) {
        write_man_pages(man, &programs[i]);
        write_completions(argv[1], completions, &programs[i]);
    }
    return 0;
}
