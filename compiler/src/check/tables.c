/* check/tables.c - rows that refer to rows: what is referred to is there first. Schedules that are loaded
 * cannot wait for one another, nor can registers; rows that stand in the file are all there at once. */
#include "check/check.h"

static bool refers(const lic_symbol *column)
{
    return column->kind == LIC_SYMBOL_COLUMN && column->meaning.sort == LIC_SORT_ROW &&
           column->meaning.table;
}

static void report_register(lic_compilation *c, const lic_symbol *column)
{
    const lic_symbol *table = column->meaning.table;
    lic_diagnostic *d = lic_diag(c, "T02", column->span, NULL,
                                 "no row of `%.*s` is there when `%.*s` gets its rows",
                                 LIC_S(table->name), LIC_S(column->owner->name));
    lic_diag_place(c, d, table->span, "actions enter its rows, after all have signed");
    lic_diag_help(c, d, "refer to a schedule, or make `%.*s` a register, too",
                  LIC_S(column->owner->name));
}

static bool is_table(const lic_symbol *symbol)
{
    return symbol->kind == LIC_SYMBOL_SCHEDULE || symbol->kind == LIC_SYMBOL_REGISTER;
}

/* A table on the way to which the walk is, and the column that it follows. */
typedef struct place {
    lic_symbol *table;
    const lic_symbol *column;
} place;

/* `path` leads from a table back to itself by `column` of its last one. */
static void report_circle(lic_compilation *c, const place *path, size_t length,
                          const lic_symbol *column)
{
    const lic_symbol *first = path[0].table;
    bool stands = true;
    for (size_t i = 0; i < length; i++) stands = stands && path[i].table->rows;
    bool itself = length == 1 && first->kind == LIC_SYMBOL_SCHEDULE; /* its rows come one by one */
    if (stands || itself) return;
    lic_diagnostic *d = lic_diag(c, "T02", column->span, "and so on",
                                 "rows of `%.*s` wait for rows of `%.*s`, and these for them",
                                 LIC_S(column->owner->name), LIC_S(first->name));
    for (size_t i = 0; i + 1 < length && i < 3; i++)
        lic_diag_place(c, d, path[i].column->span, "waits for rows of `%.*s`",
                       LIC_S(path[i + 1].table->name));
    if (length == 1) lic_diag_help(c, d, "the first row could name none: drop the column");
    else
        lic_diag_help(c, d,
                      "drop one of the columns, or keep who refers to whom in a third schedule");
}

enum { NOT_SEEN, ON_THE_WAY, DONE };

/* Goes on with the next column of the last table; false when it has none. */
static bool step(lic_compilation *c, place *path, size_t *length)
{
    place *last = &path[*length - 1];
    const lic_symbol *column = last->column ? last->column->next_member : last->table->members;
    while (column && !refers(column)) column = column->next_member;
    last->column = column;
    if (!column) return false;
    lic_symbol *table = column->meaning.table;
    if (last->table->kind == LIC_SYMBOL_SCHEDULE && table->kind == LIC_SYMBOL_REGISTER) {
        report_register(c, column);
    } else if (table->walk == NOT_SEEN) {
        table->walk = ON_THE_WAY;
        path[(*length)++] = (place){table, NULL};
    } else if (table->walk == ON_THE_WAY) {
        size_t first = *length;
        while (path[first - 1].table != table) first--;
        report_circle(c, path + first - 1, *length - first + 1, column);
    }
    return true;
}

void lic_check_tables(lic_compilation *c, lic_program *p)
{
    size_t count = p->kind_counts[LIC_SYMBOL_SCHEDULE] + p->kind_counts[LIC_SYMBOL_REGISTER];
    place *path = lic_new(c, (count + 1) * sizeof *path);
    for (size_t i = 0; i < p->all.count; i++) {
        lic_symbol *table = p->all.items[i];
        if (!is_table(table) || table->walk != NOT_SEEN) continue;
        size_t length = 1;
        path[0] = (place){table, NULL};
        table->walk = ON_THE_WAY;
        while (length) {
            if (step(c, path, &length)) continue;
            path[--length].table->walk = DONE;
        }
    }
}
