/* layout.c - which column each cell of a record type is: built in, or declared by the file in a
 * `#TYPE` line, which then holds for the rest of the file. */
#include "reading.h"

#include <string.h>

enum { DECLARED_MAX = 64 };

typedef struct name {
    const char *text;
    size_t size;
} name;

static const struct {
    name name, other;
    dsr_kind kind;
} columns[DSR_COLUMNS] = {
    [COLUMN_NONE] = {{"", 0}, {"", 0}, KIND_TEXT},
#define NAME(text)            \
    {                         \
        text, sizeof text - 1 \
    }
#define COLUMN(id, name, kind, other) [COLUMN_##id] = {NAME(name), NAME(other), KIND_##kind},
#include "columns.def"
#undef COLUMN
};

static const struct {
    const char *type, *columns;
    dsr_role role;
} layouts[] = {
#define LAYOUT(type, role, columns) {type, columns, ROLE_##role},
#include "layouts.def"
#undef LAYOUT
};

const char *dsr_column_name(dsr_column column)
{
    return columns[column].name.text;
}

dsr_kind dsr_column_kind(dsr_column column)
{
    return columns[column].kind;
}

/* -- names ------------------------------------------------------------------------------------- */

static uint8_t small(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte - 'A' + 'a') : byte;
}

/* Capitals do not count: real files write NumberofFiles. */
static bool same_name(lic_slice text, const name *of)
{
    if (text.size != of->size) return false;
    for (size_t i = 0; i < text.size; i++)
        if (small(text.data[i]) != small((uint8_t)of->text[i])) return false;
    return true;
}

/* Name number n: a column's own when it is even, its other when it is odd. */
static const name *name_at(unsigned n)
{
    return n % 2 == 0 ? &columns[n / 2].name : &columns[n / 2].other;
}

/* Names of one size are chained: a layout's columns are found without a look at all names. */
static void chain_names(dsr_names *names)
{
    for (unsigned n = 2 * DSR_COLUMNS - 1; n > 1; n--) {
        size_t size = name_at(n)->size;
        LIC_ASSERT(size < DSR_NAME_SIZES);
        names->next[n] = names->first[size];
        names->first[size] = (uint16_t)n;
    }
}

static dsr_column find_column(const dsr_names *names, lic_slice text)
{
    if (text.size == 0 || text.size >= DSR_NAME_SIZES) return COLUMN_NONE;
    for (unsigned n = names->first[text.size]; n != 0; n = names->next[n])
        if (same_name(text, name_at(n))) return (dsr_column)(n / 2);
    return COLUMN_NONE;
}

static void append(dsr_layout *to, dsr_column column, bool optional)
{
    to->columns[to->count] = (uint8_t)column;
    to->optional[to->count] = optional;
    to->count++;
    if (column != COLUMN_NONE) to->place[column] = (uint8_t)to->count;
}

/* -- built in ---------------------------------------------------------------------------------- */

static void read_layout(const dsr_names *names, const char *text, dsr_layout *to)
{
    while (*text != '\0') {
        size_t size = strcspn(text, "? ");
        dsr_column column = find_column(names, lic_slice_of(text, size));
        LIC_ASSERT(column != COLUMN_NONE && to->place[column] == 0);
        append(to, column, text[size] == '?');
        text += size;
        text += strspn(text, "? ");
    }
}

bool dsr_layouts_create(dsr *report)
{
    report->known = lic_arena_take(report->arena, LIC_COUNT(layouts) * sizeof *report->known);
    report->declared = lic_arena_take(report->arena, DECLARED_MAX * sizeof *report->declared);
    if (report->known == NULL || report->declared == NULL) return false;
    report->known_count = LIC_COUNT(layouts);
    chain_names(&report->names);
    for (size_t i = 0; i < LIC_COUNT(layouts); i++) {
        memcpy(report->known[i].type, layouts[i].type, strlen(layouts[i].type));
        report->known[i].role = layouts[i].role;
        read_layout(&report->names, layouts[i].columns, &report->known[i]);
    }
    return true;
}

static const dsr_layout *find_layout(const dsr_layout *list, size_t count, lic_slice type)
{
    for (size_t i = 0; i < count; i++)
        if (lic_slice_equal(type, lic_slice_text(list[i].type))) return &list[i];
    return NULL;
}

const dsr_layout *dsr_layout_of(const dsr *report, lic_slice type)
{
    const dsr_layout *own = find_layout(report->declared, report->declared_count, type);
    return own != NULL ? own : find_layout(report->known, report->known_count, type);
}

/* -- declared ---------------------------------------------------------------------------------- */

/* AA00, AA00.00 or one of the four-letter types: what else follows a # is a remark. */
static bool is_type(lic_slice type)
{
    if (type.size < 4 || type.size > 8) return false;
    for (size_t i = 0; i < type.size; i++) {
        uint8_t byte = type.data[i];
        bool letter = byte >= 'A' && byte <= 'Z', digit = byte >= '0' && byte <= '9';
        bool good = i < 2 ? letter : i < 4 ? letter || digit : i == 4 ? byte == '.' : digit;
        if (!good) return false;
    }
    return type.size == 4 || type.size == 7;
}

/* A type that is not built in does what its family does. */
static dsr_role role_of_family(lic_slice type)
{
    static const struct {
        const char *letters;
        dsr_role role;
    } families[] = {{"AS", ROLE_RESOURCE}, {"MW", ROLE_WORK}, {"RE", ROLE_RELEASE},
                    {"RU", ROLE_USAGE},    {"SU", ROLE_SALE}, {"LI", ROLE_SHARE},
                    {"SY", ROLE_SUMMARY}};
    for (size_t i = 0; i < LIC_COUNT(families); i++)
        if (memcmp(type.data, families[i].letters, 2) == 0) return families[i].role;
    return ROLE_OTHER;
}

static bool is_optional(const dsr_layout *known, dsr_column column)
{
    if (known == NULL || known->place[column] == 0) return true;
    return known->optional[known->place[column] - 1];
}

static void tell_missing(dsr *report, const dsr_row *row, const dsr_layout *known,
                         const dsr_layout *made)
{
    for (unsigned i = 0; known != NULL && i < known->count; i++) {
        dsr_column column = (dsr_column)known->columns[i];
        if (known->optional[i] || made->place[column] != 0) continue;
        dsr_defect(report, row, DSR_LAYOUT, "%s is not declared", columns[column].name.text);
    }
}

static dsr_layout *place_for(dsr *report, lic_slice type)
{
    for (size_t i = 0; i < report->declared_count; i++)
        if (lic_slice_equal(type, lic_slice_text(report->declared[i].type)))
            return &report->declared[i];
    if (report->declared_count == DECLARED_MAX) return NULL;
    return &report->declared[report->declared_count++];
}

void dsr_declare(dsr *report, const dsr_row *row)
{
    lic_slice type = lic_slice_of(row->cells[0].data + 1, row->cells[0].size - 1);
    if (!is_type(type) || row->count < 2) return;
    const dsr_layout *known = find_layout(report->known, report->known_count, type);
    dsr_layout *made = place_for(report, type);
    if (made == NULL) return;
    *made = (dsr_layout){.role = known != NULL ? known->role : role_of_family(type)};
    memcpy(made->type, type.data, type.size);
    for (unsigned i = 1; i < row->count && i < DSR_CELLS_MAX; i++) {
        dsr_column column = find_column(&report->names, row->cells[i]);
        bool again = column != COLUMN_NONE && made->place[column] != 0;
        if (again)
            dsr_defect(report, row, DSR_LAYOUT, "%s stands twice", columns[column].name.text);
        else if (column == COLUMN_NONE)
            dsr_defect(report, row, DSR_LAYOUT, "no column is called %.*s",
                       DSR_SHOWN(row->cells[i]));
        append(made, again ? COLUMN_NONE : column, is_optional(known, column));
    }
    tell_missing(report, row, known, made);
}
