/* projection/movements.c - a block of acts: what they did to accounts, in the rows that they moved alone. A turnover of all
 * rows for every act would cost as much as the table is long.
 *
 * A set has one account's opening, debit, credit and closing. Present balances do not stand in it: they are changed
 * where they are. */
#include "projection/projection.h"

#include <stdlib.h>

enum { MOVEMENT_COLUMNS = 4 };

typedef struct moved_row {
    uint16_t account;
    uint32_t row;
    lic_i128 debit, credit;
} moved_row;

typedef struct movements {
    lic_projection *projection;
    const lic_contract_effects *contract;
    const lic_image *image;
    moved_row *rows;
    size_t count, capacity;
    const moved_row *fed; /* rows of the account that is being written */
    int64_t set;
    char room[LIC_DECIMAL_MAX];
} movements;

static int by_place(const void *a, const void *b)
{
    const moved_row *x = a, *y = b;
    if (x->account != y->account) return x->account < y->account ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static void collect(movements *of, const lic_run_effects *first)
{
    for (const lic_run_effects *run = first; run != NULL; run = run->next) {
        if (run->contract != of->contract->number) continue;
        for (size_t i = 0; i < run->posting_count; i++) {
            const lic_posting *p = &run->postings[i];
            of->rows[of->count++] = (moved_row){p->from, p->from_row, p->amount, 0};
            of->rows[of->count++] = (moved_row){p->to, p->to_row, 0, p->amount};
        }
    }
}

/* One entry a row, in order. */
static void merge(movements *of)
{
    size_t kept = 0;
    qsort(of->rows, of->count, sizeof *of->rows, by_place);
    for (size_t i = 0; i < of->count; i++) {
        if (kept > 0 && by_place(&of->rows[kept - 1], &of->rows[i]) == 0) {
            of->rows[kept - 1].debit += of->rows[i].debit;
            of->rows[kept - 1].credit += of->rows[i].credit;
        } else {
            of->rows[kept++] = of->rows[i];
        }
    }
    of->count = kept;
}

static lic_i128 column_of(const movements *of, const moved_row *moved, unsigned column)
{
    uint16_t field = of->image->accounts[moved->account].field;
    lic_i128 closing = lic_field_wide(of->contract->tables, field, moved->row);
    switch (column) {
    case 0: return closing - moved->credit + moved->debit;
    case 1: return moved->debit;
    case 2: return moved->credit;
    default: return closing;
    }
}

static void cell_of(void *context, uint64_t index, unsigned column, lic_feed_cell *cell)
{
    movements *of = context;
    const moved_row *moved = &of->fed[index];
    cell->kind = LIC_FEED_INTEGER;
    if (column == 0) cell->integer = of->set;
    else if (column == 1) cell->integer = moved->row;
    else if (column < 2 + MOVEMENT_COLUMNS)
        lic_projection_cell(column_of(of, moved, column - 2), of->room, cell);
}

static void add_up(const movements *of, size_t count, lic_projection_set *set)
{
    set->summed = MOVEMENT_COLUMNS;
    for (unsigned column = 0; column < MOVEMENT_COLUMNS; column++)
        for (size_t i = 0; i < count; i++)
            set->totals[column] += column_of(of, &of->fed[i], column);
}

static lic_status put_balances(const movements *of, size_t count)
{
    uint16_t account = of->fed->account;
    const lic_allocator *allocator = of->projection->allocator;
    const lic_table *table = &of->image->tables[lic_projection_account_table(of->image, account)];
    if (lic_projection_grows(table)) return LIC_OK; /* with what else changed of its rows */
    uint32_t *rows = lic_allocate(allocator, count * sizeof *rows);
    if (rows == NULL) return LIC_NO_MEMORY;
    for (size_t i = 0; i < count; i++) rows[i] = of->fed[i].row;
    lic_status status = lic_projection_balances(of->projection, of->contract,
                                                of->image->accounts[account].field, rows, count);
    lic_release(allocator, rows, count * sizeof *rows);
    return status;
}

/* The rows of one account, from `fed` on. */
static lic_status put_account(movements *of, const lic_run_effects *run, size_t count)
{
    uint16_t account = of->fed->account;
    lic_projection_set set = lic_projection_turnover_set(of->image, of->contract->number, account,
                                                         run);
    set.rows = count;
    for (uint8_t i = 0; i < MOVEMENT_COLUMNS; i++) set.places[i] = i;
    LIC_TRY(lic_projection_number(of->projection, &set.id));
    of->set = set.id;
    add_up(of, count, &set);
    LIC_TRY(lic_projection_set_put(of->projection, &set));
    const lic_feed feed = {.context = of, .rows = count, .cell = cell_of};
    LIC_TRY(lic_projection_bulk(of->projection, MOVEMENT_COLUMNS, &feed));
    return put_balances(of, count);
}

static const lic_run_effects *last_of(const lic_contract_effects *contract,
                                      const lic_run_effects *first)
{
    const lic_run_effects *last = NULL;
    for (const lic_run_effects *run = first; run != NULL; run = run->next)
        if (run->contract == contract->number && run->posting_count > 0) last = run;
    return last;
}

lic_status lic_projection_movements(lic_projection *projection,
                                    const lic_contract_effects *contract,
                                    const lic_run_effects *first)
{
    movements of = {.projection = projection, .contract = contract, .image = contract->info->image};
    for (const lic_run_effects *run = first; run != NULL; run = run->next)
        if (run->contract == contract->number) of.capacity += 2 * run->posting_count;
    if (of.capacity == 0) return LIC_OK;
    of.rows = lic_allocate(projection->allocator, of.capacity * sizeof *of.rows);
    if (of.rows == NULL) return LIC_NO_MEMORY;
    collect(&of, first);
    merge(&of);
    lic_status status = LIC_OK;
    for (size_t from = 0, to = 0; status == LIC_OK && from < of.count; from = to) {
        while (to < of.count && of.rows[to].account == of.rows[from].account) to++;
        of.fed = &of.rows[from];
        status = put_account(&of, last_of(contract, first), to - from);
    }
    lic_release(projection->allocator, of.rows, of.capacity * sizeof *of.rows);
    return status;
}
