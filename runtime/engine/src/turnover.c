/* Turnovers: what each clause did to each payee's accounts since the last statement. Columns are made
 * when a posting first needs them, ordered by (account, clause), so that statements and the state
 * root do not depend on the order in which clauses ran. */
#include "state.h"

#include <string.h>

static uint16_t table_of(const lic_image *image, uint16_t account)
{
    return image->fields[image->accounts[account].field].table;
}

bool lic_turnover_counts(const lic_image *image, uint16_t statement, uint16_t account)
{
    return table_of(image, account) == image->statements[statement].payees;
}

static bool comes_before(const lic_turnover_column *column, uint16_t account, uint16_t clause)
{
    return column->account < account || (column->account == account && column->clause < clause);
}

static lic_turnover_column *column_of(lic_engine *engine, const lic_contract *contract,
                                      lic_turnover *turnover, uint16_t account, uint16_t clause)
{
    lic_turnover_column **at = &turnover->first;
    while (*at != NULL && comes_before(*at, account, clause)) at = &(*at)->next;
    if (*at != NULL && (*at)->account == account && (*at)->clause == clause) return *at;
    uint32_t rows = contract->tables->views[table_of(contract->image, account)].row_count;
    lic_turnover_column *column = lic_allocate_zero(engine->allocator, 1, sizeof *column);
    if (column == NULL) return NULL;
    column->sums = lic_allocate_zero(engine->allocator, rows == 0 ? 1 : rows, sizeof *column->sums);
    if (column->sums == NULL) {
        lic_release(engine->allocator, column, sizeof *column);
        return NULL;
    }
    column->account = account;
    column->clause = clause;
    column->capacity = rows == 0 ? 1 : rows;
    column->next = *at;
    *at = column;
    return column;
}

/* Rows are added to registers while the column lives. */
static bool make_room(lic_engine *engine, lic_turnover_column *column, uint32_t row)
{
    if (row < column->capacity) return true;
    uint32_t wanted = row + row / 2 + 1;
    const lic_allocator *a = engine->allocator;
    lic_i128 *grown = a->resize(a->context, column->sums, column->capacity * sizeof *grown,
                                wanted * sizeof *grown);
    if (grown == NULL) return false;
    memset(grown + column->capacity, 0, (wanted - column->capacity) * sizeof *grown);
    column->sums = grown;
    column->capacity = wanted;
    return true;
}

/* Balances are bounded by 2^127 and a column is a difference of balances, so the wrapping sum of
 * amounts is exact whenever the balances were. */
static void add(lic_i128 *sum, lic_i128 amount, int sign)
{
    lic_u128 changed = (lic_u128)*sum;
    *sum = (lic_i128)(sign > 0 ? changed + (lic_u128)amount : changed - (lic_u128)amount);
}

/* The column of one leg with room for its row; the last one found is tried first. NULL = out. */
static lic_turnover_column *leg_column(lic_engine *engine, lic_contract *contract,
                                       lic_turnover *turnover, lic_turnover_column *last,
                                       uint16_t account, uint16_t clause, uint32_t row)
{
    if (last == NULL || last->account != account || last->clause != clause)
        last = column_of(engine, contract, turnover, account, clause);
    return last != NULL && make_room(engine, last, row) ? last : NULL;
}

lic_status lic_turnover_fold(lic_engine *engine, lic_contract *contract, uint16_t statement,
                             const lic_posting *postings, size_t count, int sign)
{
    lic_turnover *turnover = &contract->turnovers[statement];
    lic_turnover_column *from = NULL, *to = NULL;
    for (size_t i = 0; i < count; i++) {
        const lic_posting *p = &postings[i];
        bool debits = lic_turnover_counts(contract->image, statement, p->from);
        bool credits = lic_turnover_counts(contract->image, statement, p->to);
        if (debits)
            from = leg_column(engine, contract, turnover, from, p->from, p->clause, p->from_row);
        if (credits) to = leg_column(engine, contract, turnover, to, p->to, p->clause, p->to_row);
        if ((debits && from == NULL) || (credits && to == NULL)) {
            /* all or nothing: the columns of those before are there */
            LIC_TRY(lic_turnover_fold(engine, contract, statement, postings, i, -sign));
            return LIC_NO_MEMORY;
        }
        if (debits) add(&from->sums[p->from_row], p->amount, -sign);
        if (credits) add(&to->sums[p->to_row], p->amount, sign);
    }
    return LIC_OK;
}

void lic_turnover_free(lic_engine *engine, const lic_contract *contract, lic_turnover *turnover)
{
    (void)contract;
    while (turnover->first != NULL) {
        lic_turnover_column *column = turnover->first;
        turnover->first = column->next;
        lic_release(engine->allocator, column->sums, column->capacity * sizeof *column->sums);
        lic_release(engine->allocator, column, sizeof *column);
    }
}

static uint32_t nonzero(const lic_turnover_column *column)
{
    uint32_t count = 0;
    for (uint32_t row = 0; row < column->capacity; row++) count += column->sums[row] != 0 ? 1u : 0u;
    return count;
}

/* {count u16, {account u16, clause u16, rows u32, {row varint (less the row before), zigzag}}}; columns
 * that are zero everywhere are left out, so that taking postings back leaves the same bytes. */
void lic_turnover_put(const lic_contract *contract, uint16_t statement, lic_buffer *target)
{
    uint16_t count = 0;
    const lic_turnover *turnover = &contract->turnovers[statement];
    for (const lic_turnover_column *c = turnover->first; c != NULL; c = c->next)
        count = (uint16_t)(count + (nonzero(c) != 0 ? 1 : 0));
    lic_put_u16(target, count);
    for (const lic_turnover_column *c = turnover->first; c != NULL; c = c->next) {
        uint32_t rows = nonzero(c), last = 0;
        if (rows == 0) continue;
        lic_put_u16(target, c->account);
        lic_put_u16(target, c->clause);
        lic_put_u32(target, rows);
        for (uint32_t row = 0; row < c->capacity; row++) {
            if (c->sums[row] == 0) continue;
            lic_put_varint(target, row - last);
            lic_put_zigzag(target, c->sums[row]);
            last = row;
        }
    }
}

lic_status lic_turnover_get(lic_engine *engine, lic_contract *contract, uint16_t statement,
                            lic_cursor *cursor)
{
    uint16_t count = lic_get_u16(cursor);
    for (uint16_t i = 0; i < count && !cursor->failed; i++) {
        uint16_t account = lic_get_u16(cursor), clause = lic_get_u16(cursor);
        uint32_t rows = lic_get_u32(cursor);
        if (cursor->failed || account >= contract->image->accounts_count) return LIC_CORRUPT;
        lic_turnover_column *column = column_of(engine, contract, &contract->turnovers[statement],
                                                account, clause);
        if (column == NULL) return LIC_NO_MEMORY;
        uint64_t row = 0;
        for (uint32_t k = 0; k < rows && !cursor->failed; k++) {
            row += lic_get_varint(cursor);
            lic_i128 sum = lic_get_zigzag(cursor);
            if (row >= contract->image->tables[table_of(contract->image, account)].max_rows)
                return LIC_CORRUPT;
            if (!make_room(engine, column, (uint32_t)row)) return LIC_NO_MEMORY;
            column->sums[row] = sum;
        }
    }
    return cursor->failed ? LIC_CORRUPT : LIC_OK;
}
