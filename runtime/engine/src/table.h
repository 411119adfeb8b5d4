/* table.h - the memory of one contract's tables.
 *
 * Cells (the mutable part) are one contiguous block of whole pages; a page of 1 << page_shift rows is
 * the unit of rollback, hashing and persistence. Constants lie in a second block. Keys live in blocks
 * that never move, because the key index borrows them. Everything written in a run is journalled:
 * the first write to a page copies it, rows and keys appended are counted, so that a rollback leaves
 * nothing behind. Page numbers changed since the last seal are listed once each. What a page was at the
 * seal is kept to the next one; other copies are of use to one run alone (ADR 0144). */
#ifndef LICET_ENGINE_TABLE_H
#define LICET_ENGINE_TABLE_H

#include <licet/exec.h>
#include <licet/index.h>

#define LIC_KEY_BLOCK_SHIFT 12u /* rows of keys that lie together */
#define LIC_FIXED_BLOCK_BYTES \
    4096u /* constants hashed and stored together: about this many bytes */

typedef struct lic_table_state {
    const lic_table *shape;
    uint16_t number;
    uint32_t capacity; /* rows with memory: a multiple of the page */
    uint8_t *fixed;    /* owned; the view's `fixed` */
    uint8_t *cells;
    uint32_t *page_run;  /* a page: the run that saved it last */
    uint32_t *page_seal; /* a page: the seal in which it was last listed as changed */
    size_t page_capacity;
    uint8_t **key_blocks; /* keys as u16 length and bytes, in strides */
    size_t key_block_capacity;
    lic_index *index;    /* NULL when the table has no key */
    uint32_t *parents;   /* CHILD: parent row of each row; otherwise NULL */
    uint64_t *retired;   /* bit set of tombstones; NULL when the table cannot have any */
    lic_merkle *leaves;  /* page leaves as of the last seal */
    lic_hash fixed_root; /* of the constants; zero hash of the empty tree when there are none */
    uint32_t hollow; /* rows below this lie in the store: they are counted, and nobody reads them */
    bool absent;     /* its rows lie in the store: nothing but count and roots is known here */
    lic_hash absent_root; /* of its cells, then */
} lic_table_state;

/* One page as it was before the run. */
typedef struct lic_saved_page {
    struct lic_saved_page *next;
    uint8_t *bytes;
    uint64_t retired; /* tombstones of the page's rows, from its first row on */
    uint32_t page;
    uint16_t table;
} lic_saved_page;

/* A page changed since the last seal. */
typedef struct lic_page_ref {
    const lic_saved_page *before; /* as it was at the seal */
    uint32_t page;
    uint16_t table;
} lic_page_ref;

typedef struct lic_owing lic_owing; /* owing.h */

/* All tables of a contract. `views` is what the interpreter sees. */
typedef struct lic_tables {
    const lic_allocator *allocator;
    const lic_hasher *hasher;
    const lic_image *image;
    uint64_t secret;   /* of the key indexes */
    lic_hash contract; /* id, part of every page leaf */
    lic_table_view *views;
    lic_table_state *states;
    uint32_t run;          /* number of the present or last run */
    uint32_t seal;         /* number of the present seal; from 1 */
    lic_page_ref *changed; /* pages changed since the last seal, each once */
    size_t changed_count, changed_capacity;
    uint32_t *rows_sealed; /* row counts at the last seal */
    lic_arena *journal;    /* saved pages as they were at the seal, until the next */
    lic_arena *again; /* those that an earlier run of the block had changed, until the next run */
    lic_owing *owing; /* duties and payments in order; NULL: nobody asked yet */
    /* the present run */
    bool running;
    bool exhausted; /* LIMIT was answered because memory ran out: no verdict of the contract */
    lic_saved_page *saved;
    uint32_t *rows_before; /* row counts when the run began */
    size_t changed_before;
} lic_tables;

/* Empty tables with the image's static rows; parameters' patches are not applied yet. */
lic_status lic_tables_create(const lic_allocator *allocator, const lic_hasher *hasher,
                             const lic_image *image, const lic_hash *contract, uint64_t secret,
                             lic_tables **tables);
void lic_tables_destroy(lic_tables *tables); /* NULL allowed */

/* -- a run: everything between begin and keep or roll back is one unit ---------------------------- */
lic_status lic_tables_begin(lic_tables *tables);
void lic_tables_keep(lic_tables *tables);
void lic_tables_roll_back(lic_tables *tables);

/* Before the first write to a page in a run. LIMIT when the journal is full. */
lic_trap lic_tables_touch(lic_tables *tables, uint16_t table, uint32_t page);

/* -- rows ----------------------------------------------------------------------------------------- */
/* Memory for `rows` rows in all; pages are touched once so that no fault comes later. */
lic_status lic_table_reserve(lic_tables *tables, uint16_t table, uint32_t rows);
/* Appends a zeroed row, inside a run. TABLE_FULL at max_rows. Key bytes may be empty without a key. */
lic_trap lic_table_append(lic_tables *tables, uint16_t table, lic_slice key, uint32_t *row);
/* Appends a row while a schedule is loaded, outside a run. REFUSED when the key is there. */
lic_status lic_table_load_row(lic_tables *tables, uint16_t table, lic_slice key, uint32_t *row);
lic_slice lic_table_key(const lic_tables *tables, uint16_t table, uint32_t row);
uint32_t lic_table_find(const lic_tables *tables, uint16_t table, lic_slice key); /* LIC_NONE32 */
bool lic_table_retired(const lic_tables *tables, uint16_t table, uint32_t row);
/* Inside a run. BAD_ROW when the table has no tombstones. */
lic_trap lic_table_retire(lic_tables *tables, uint16_t table, uint32_t row);
/* Row `row` of a child table becomes the next child of `parent`: the parent's span grows by it. REFUSED
 * when the parent's children would not lie together. */
lic_status lic_child_attach(lic_tables *tables, uint16_t table, uint32_t row, uint32_t parent);
/* The same in parts, for rows whose numbers are known beforehand. First memory for them was reserved and they count, as
 * no more than zeros or what a load left that failed; then each gets its place, in any order and by any thread, with
 * its key and its parent; then their keys are entered and their parents get their spans, or REFUSED: a key stands twice, or a
 * parent's children do not lie together, and the table must be cleared. */
void lic_table_place_rows(lic_tables *tables, uint16_t table, uint32_t rows);
void lic_table_place_row(lic_tables *tables, uint16_t table, uint32_t row, lic_slice key);
void lic_child_place(lic_tables *tables, uint16_t table, uint32_t row, uint32_t parent);
lic_status lic_table_enter_rows(lic_tables *tables, uint16_t table);
/* The table has `rows` rows that stay in the store until they are needed; roots as the record names them. */
void lic_table_set_absent(lic_tables *tables, uint16_t table, uint32_t rows, const lic_hash *cells,
                          const lic_hash *fixed);
/* The same, but rows can be appended behind them: of a table without keys and constants, whose root nobody asks for. */
lic_status lic_table_set_hollow(lic_tables *tables, uint16_t table, uint32_t rows);
/* Removes every row of a schedule or child table, outside a run. */
void lic_table_clear(lic_tables *tables, uint16_t table);

/* -- fields ---------------------------------------------------------------------------------------- */
/* Address of a field in its row; the caller has touched the page when it writes cells. */
static inline uint8_t *lic_field_at(const lic_tables *tables, uint16_t field, uint32_t row)
{
    const lic_field *f = &tables->image->fields[field];
    const lic_table_state *state = &tables->states[f->table];
    LIC_ASSERT(!state->absent && row < tables->views[f->table].row_count);
    if (f->is_mutable) return state->cells + (size_t)row * state->shape->cell_size + f->offset;
    return state->fixed + (size_t)row * state->shape->fixed_size + f->offset;
}
/* Of 8-byte kinds. */
static inline int64_t lic_field_get(const lic_tables *tables, uint16_t field, uint32_t row)
{
    return (int64_t)lic_load_u64(lic_field_at(tables, field, row));
}
/* Of money and exact. */
static inline lic_i128 lic_field_wide(const lic_tables *tables, uint16_t field, uint32_t row)
{
    return lic_load_i128(lic_field_at(tables, field, row));
}
lic_trap lic_field_set(lic_tables *tables, uint16_t field, uint32_t row,
                       int64_t value); /* in a run */
lic_trap lic_field_set_wide(lic_tables *tables, uint16_t field, uint32_t row, lic_i128 value);

/* -- pages and roots -------------------------------------------------------------------------------- */
uint32_t lic_table_pages(const lic_tables *tables, uint16_t table);
/* The body of a page as hashed and stored: cells, and for registers tombstone and key of each row.
 * `scratch` is used when it is not in one piece. */
lic_status lic_page_body(const lic_tables *tables, uint16_t table, uint32_t page,
                         lic_buffer *scratch, lic_slice *body);
/* -- extents: the pages that are stored together ------------------------------------------------------- */

/* 1 << LIC_EXTENT_SHIFT pages are one row of the store: a bulk run changes tens of thousands of ours. Eight would be more
 * than a quarter of a page of SQLite's, and so take another one for the rest. Nothing of this is hashed. */
#define LIC_EXTENT_SHIFT 2u
/* Body of an extent as it is: the cells of its rows, and for registers tombstone and key of each. */
lic_status lic_extent_body(const lic_tables *tables, uint16_t table, uint32_t extent,
                           lic_buffer *scratch, lic_slice *body);
/* Body that it had at the last seal; `refs` are its changed pages, ascending. Empty when it did not exist. */
lic_status lic_extent_body_before(const lic_tables *tables, uint16_t table, uint32_t extent,
                                  const lic_page_ref *refs, size_t count, lic_buffer *scratch,
                                  lic_slice *body);
/* Puts a stored extent back (rows are appended as needed), outside a run. CORRUPT when it does not fit. */
lic_status lic_extent_restore(lic_tables *tables, uint16_t table, uint32_t extent, uint32_t rows,
                              lic_slice body);
/* Hashes the changed pages into the trees. The list of changes stays until lic_tables_sealed. */
lic_status lic_tables_hash(lic_tables *tables);
/* Hashes the pages of one table that its tree does not have yet. */
lic_status lic_table_hash(lic_tables *tables, uint16_t table);
void lic_tables_sealed(lic_tables *tables);
void lic_table_root(lic_tables *tables, uint16_t table, lic_hash *root);
/* -- constants: blocks of whole rows. Spans of children stand as zero: each child names its parent ----------------------------------------------------------------- */
uint32_t lic_fixed_block_rows(const lic_table *shape);
uint32_t lic_fixed_blocks(const lic_tables *tables, uint16_t table);
/* Appends block number `block`: fixed bytes of its rows, each row's key (u16 length, bytes), and in child
 * tables each row's parent u32. */
void lic_fixed_block_put(const lic_tables *tables, uint16_t table, uint32_t block,
                         lic_buffer *target);
lic_status lic_fixed_block_restore(lic_tables *tables, uint16_t table, uint32_t block,
                                   uint32_t rows, lic_slice body);
/* Computes states[table].fixed_root; `threads`: a second one may help. */
lic_status lic_fixed_hash(lic_tables *tables, uint16_t table, bool threads);

#endif
