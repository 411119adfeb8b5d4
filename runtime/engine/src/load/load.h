/* load/load.h - a schedule or a child table on its way from a file into its table. */
#ifndef LICET_ENGINE_LOAD_H
#define LICET_ENGINE_LOAD_H

#include "engine.h"
#include "report/lines.h"

/* A line taken apart before it is loaded, and before those in front of it are. */
typedef struct lic_load_line {
    lic_slice line, *columns; /* room for all that the table declares, and two more */
    uint64_t *hashes;         /* of columns that are looked up */
    size_t count;             /* columns found, perhaps more than there is room for */
    lic_slice beyond;         /* as lic_lines_take gives it */
} lic_load_line;

typedef struct lic_load {
    lic_engine *engine;
    lic_contract *contract;
    lic_tables *tables;
    const lic_image *image;
    const lic_table *shape;
    uint16_t table;
    bool child, makes_parents;
    uint64_t line;      /* of the file, from 1 */
    lic_slice last_key; /* child: parent's key as the line before wrote it */
    bool resumes;       /* that line lies in a chunk that is gone */
    uint32_t parent, ordinal;
    lic_tuple_set **uniques;   /* a column with `unique`: values seen */
    const lic_index **indexes; /* a column of a line: where it is looked up; NULL: nowhere */
    lic_load_line *ahead;
    bool apart;   /* rows have their places already, and this loads some of them: load/apart.c */
    uint32_t row; /* apart: the next */
    lic_error *error; /* NULL: nobody reads what is wrong */
} lic_load;

static inline const lic_column *lic_load_column(const lic_load *load, size_t index)
{
    return &load->image->columns[load->shape->first_column + index];
}

static inline bool lic_load_threads(const lic_load *load)
{
    return load->engine->options.threads != 1 && load->engine->observer == NULL;
}

/* -- load/rows.c -- */
lic_status lic_load_make_ahead(lic_load *load, lic_arena *arena);
/* The lines of a chunk, or of whatever begins and ends with a line. */
lic_status lic_load_lines(lic_load *load, lic_slice bytes);
lic_status lic_load_failed(const lic_load *load, lic_status status);

/* -- load/apart.c: the whole file by two threads. False: nothing was loaded, and what may be wrong is found
 * by loading line after line. */
bool lic_load_apart(lic_load *load, const lic_upload *upload, lic_arena *arena);

#endif
