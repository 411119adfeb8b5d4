/* projection/turnover.c - what the postings of a block did to accounts, row by row: opening, debit,
 * credit, closing. Consecutive runs of one period are taken together, so that a settlement and its
 * statements make one turnover. All rows of a touched account are written, zeros too. A block of acts alone
 * is written by movements.c.
 *
 * A set has an account's columns at 0 and 4, or at 5 behind the results of a term that it shares rows
 * with.
 *
 * Closing balances are known only as they stand after the block, so that the stretches of runs are
 * walked backwards: what later stretches moved is taken off. */
#include "projection/projection.h"

#include <string.h>

typedef struct movement {
    lic_i128 debit, credit; /* of the stretch at hand */
    lic_i128 later;         /* credit - debit of the stretches behind it */
} movement;

typedef struct account_state {
    movement *rows; /* NULL: not touched by any stretch so far */
    uint32_t count;
    bool touched; /* by the stretch at hand */
    bool written; /* with a later stretch: its closing balance there is the present one */
} account_state;

typedef struct turnover_source {
    lic_projection *projection;
    const lic_contract_effects *contract;
    const lic_image *image;
    account_state *accounts;
    int64_t set; /* being written */
} turnover_source;

/* Runs of a period: their accounts are shown even when nothing moved. */
static bool is_settling(const lic_run_effects *run)
{
    return run->kind == LIC_ENTRY_REPORT || run->kind == LIC_ENTRY_STATEMENT ||
           run->kind == LIC_ENTRY_PERIOD;
}

static bool is_shown(const lic_contract_effects *contract, const lic_run_effects *run)
{
    return run->contract == contract->number && (run->posting_count > 0 || is_settling(run));
}

/* Runs of acts are shown by the rows that they moved (movements.c), if the whole block's are. */
static bool are_acts(const lic_contract_effects *contract, const lic_run_effects *first)
{
    lic_date today = LIC_DATE_MAX;
    for (const lic_run_effects *run = first; run != NULL; run = run->next) {
        if (!is_shown(contract, run)) continue;
        bool act = run->kind == LIC_ENTRY_ACTION || run->kind == LIC_ENTRY_FACT ||
                   run->kind == LIC_ENTRY_PAYMENT || run->kind == LIC_ENTRY_STEP;
        if (!act || (today != LIC_DATE_MAX && run->today != today)) return false;
        today = run->today;
    }
    return true;
}

static uint32_t rows_of(const turnover_source *source, uint16_t account)
{
    return source->contract->tables->views[lic_projection_account_table(source->image, account)]
        .row_count;
}

static movement *movement_of(turnover_source *source, uint16_t account, uint32_t row)
{
    account_state *state = &source->accounts[account];
    if (state->rows == NULL) {
        state->count = rows_of(source, account);
        state->rows = lic_allocate_zero(source->projection->allocator, state->count,
                                        sizeof *state->rows);
        if (state->rows == NULL) return NULL;
    }
    state->touched = true;
    LIC_ASSERT(row < state->count);
    return &state->rows[row];
}

/* Accounts that the run's entry can post to count as touched, so that a month in which nothing moved has
 * its rows too. */
static lic_status touch_entry(turnover_source *source, const lic_run_effects *run)
{
    const lic_image *image = source->image;
    uint16_t number = lic_image_entry(image, (lic_entry_kind)run->kind, run->subject);
    if (number == LIC_NONE16) return LIC_OK;
    const lic_entry *entry = &image->entries[number];
    for (uint32_t p = entry->first_phase; p < (uint32_t)entry->first_phase + entry->phase_count;
         p++) {
        const lic_phase *phase = &image->phases[p];
        for (uint32_t pc = phase->first; pc < phase->first + phase->count; pc++) {
            if (image->code[pc].op != LIC_OP_POST) continue;
            for (unsigned leg = 0; leg < 2; leg++) {
                uint16_t account = (uint16_t)(image->code[pc].imm >> (16 * leg));
                if (rows_of(source, account) > 0 && movement_of(source, account, 0) == NULL)
                    return LIC_NO_MEMORY;
            }
        }
    }
    return LIC_OK;
}

static lic_status add_run(turnover_source *source, const lic_run_effects *run)
{
    if (is_settling(run)) LIC_TRY(touch_entry(source, run));
    for (size_t i = 0; i < run->posting_count; i++) {
        const lic_posting *posting = &run->postings[i];
        movement *from = movement_of(source, posting->from, posting->from_row);
        if (from == NULL) return LIC_NO_MEMORY;
        from->debit += posting->amount;
        movement *to = movement_of(source, posting->to, posting->to_row);
        if (to == NULL) return LIC_NO_MEMORY;
        to->credit += posting->amount;
    }
    return LIC_OK;
}

/* -- one set: one or two accounts of a table --------------------------------------------------------- */

enum { ACCOUNT_COLUMNS = 4 };

typedef struct account_part {
    const turnover_source *source;
    uint16_t account;
    char room[LIC_DECIMAL_MAX];
} account_part;

static lic_i128 closing_of(const turnover_source *source, uint16_t account, uint32_t row)
{
    uint16_t field = source->image->accounts[account].field;
    return lic_field_wide(source->contract->tables, field, row) -
           source->accounts[account].rows[row].later;
}

static lic_i128 column_of(const turnover_source *source, uint16_t account, uint32_t row,
                          unsigned column)
{
    const movement *m = &source->accounts[account].rows[row];
    switch (column) {
    case 0: return closing_of(source, account, row) - m->credit + m->debit;
    case 1: return m->debit;
    case 2: return m->credit;
    default: return closing_of(source, account, row);
    }
}

static void account_cell(void *context, uint32_t row, unsigned column, lic_feed_cell *cell)
{
    account_part *part = context;
    lic_projection_cell(column_of(part->source, part->account, row, column), part->room, cell);
}

static lic_status put_total(turnover_source *source, uint16_t account, unsigned place)
{
    lic_i128 sums[4] = {0};
    for (uint32_t row = 0; row < source->accounts[account].count; row++) {
        for (unsigned column = 0; column < 4; column++)
            sums[column] += column_of(source, account, row, column);
    }
    lic_projection_row row;
    lic_projection_begin(source->projection, LIC_PROJECTION_TOTAL, &row);
    lic_projection_i64(&row, source->set);
    lic_projection_i64(&row, place);
    for (unsigned column = 0; column < 4; column++) lic_projection_units(&row, sums[column]);
    lic_projection_null(&row);
    return lic_projection_write(&row);
}

lic_status lic_projection_turnover_column(lic_projection *projection, const lic_image *image,
                                          int64_t set, uint16_t account, unsigned place)
{
    const lic_account *a = &image->accounts[account];
    const lic_currency *currency = &image->currencies[a->currency];
    lic_projection_row row;
    lic_projection_begin(projection, LIC_PROJECTION_COLUMN, &row);
    lic_projection_i64(&row, set);
    lic_projection_i64(&row, place);
    lic_projection_i64(&row, LIC_COLUMN_TURNOVER);
    lic_projection_i64(&row, account);
    lic_projection_text(&row, a->name);
    lic_projection_string(&row, "");
    lic_projection_string(&row, "");
    lic_projection_string(&row, "");
    lic_projection_string(&row, currency->code);
    lic_projection_i64(&row, currency->unit_scale);
    lic_projection_i64(&row, lic_projection_decimals(image, currency));
    return lic_projection_write(&row);
}

/* The directory's rows of an account in the set, and where its present balance stands now. */
static lic_status put_account(turnover_source *source, uint16_t account, unsigned place)
{
    LIC_TRY(lic_projection_turnover_column(source->projection, source->image, source->set, account,
                                           place));
    LIC_TRY(put_total(source, account, place));
    account_state *state = &source->accounts[account];
    uint16_t table = lic_projection_account_table(source->image, account);
    if (state->written || lic_projection_grows(&source->image->tables[table])) return LIC_OK;
    state->written = true;
    return lic_projection_move(source->projection, source->contract,
                               source->image->accounts[account].field, source->set, place + 3);
}

/* Results that look for company, or nothing; accounts; counters: the columns of a set. */
static lic_status put_parts(turnover_source *source, uint16_t table, uint64_t rows,
                            const uint16_t *accounts, unsigned count)
{
    lic_projection *projection = source->projection;
    lic_projection_part parts[LIC_PARTS_MAX];
    lic_projection_spare spares[LIC_SET_COLUMNS];
    account_part feeds[2];
    lic_projection_batch *results = NULL;
    size_t n = 0;
    unsigned column = 0;
    if (count == 1) {
        LIC_TRY(lic_projection_take(projection, table, source->set, &results, &parts[0]));
        if (results != NULL) column = parts[n++].columns;
    }
    lic_status status = LIC_OK;
    for (unsigned i = 0; status == LIC_OK && i < count; i++) {
        feeds[i] = (account_part){.source = source, .account = accounts[i]};
        parts[n++] = (lic_projection_part){&feeds[i], account_cell, ACCOUNT_COLUMNS};
        status = put_account(source, accounts[i], column);
        column += ACCOUNT_COLUMNS;
    }
    size_t spare = lic_projection_spares(projection, source->contract, table, spares, parts + n,
                                         LIC_SET_COLUMNS - column);
    if (status == LIC_OK)
        status = lic_projection_parts(projection, source->set, rows, parts, n + spare);
    lic_projection_results_release(projection, results);
    LIC_TRY(status);
    return lic_projection_spares_moved(projection, source->contract, spares, spare, source->set,
                                       column);
}

static lic_status put_set(turnover_source *source, const lic_run_effects *run,
                          const uint16_t *accounts, unsigned count)
{
    lic_projection_set set = {
        .kind = LIC_SET_TURNOVER, .contract = source->contract->number, .run = run};
    LIC_TRY(lic_projection_number(source->projection, &set.id));
    source->set = set.id;
    set.table = lic_projection_account_table(source->image, accounts[0]);
    set.rows = source->accounts[accounts[0]].count;
    set.period_kind = lic_projection_period(source->image, run);
    LIC_TRY(lic_projection_set_put(source->projection, &set));
    return put_parts(source, set.table, set.rows, accounts, count);
}

/* -- a stretch of runs --------------------------------------------------------------------------------- */

static lic_status put_stretch(turnover_source *source, const lic_run_effects *run)
{
    uint32_t count = source->image->accounts_count;
    for (uint32_t a = 0; a < count; a++) {
        if (!source->accounts[a].touched) continue;
        uint16_t table = lic_projection_account_table(source->image, (uint16_t)a);
        uint16_t accounts[2] = {(uint16_t)a, LIC_NONE16};
        source->accounts[a].touched = false;
        bool shares = source->projection->waiting[table] != NULL; /* with results: no second one */
        for (uint32_t b = a + 1; b < count && !shares && accounts[1] == LIC_NONE16; b++) {
            bool same = lic_projection_account_table(source->image, (uint16_t)b) == table;
            if (!source->accounts[b].touched || !same) continue;
            accounts[1] = (uint16_t)b;
            source->accounts[b].touched = false;
        }
        LIC_TRY(put_set(source, run, accounts, accounts[1] == LIC_NONE16 ? 1 : 2));
    }
    for (uint32_t a = 0; a < count; a++) {
        account_state *state = &source->accounts[a];
        for (uint32_t row = 0; state->rows != NULL && row < state->count; row++) {
            movement *m = &state->rows[row];
            m->later += m->credit - m->debit;
            m->debit = m->credit = 0;
        }
    }
    return LIC_OK;
}

static bool same_period(const lic_image *image, const lic_run_effects *a, const lic_run_effects *b)
{
    return lic_projection_period(image, a) == lic_projection_period(image, b) &&
           a->full_first == b->full_first && a->full_last == b->full_last && a->today == b->today;
}

typedef struct run_item {
    const lic_run_effects *run;
} run_item;

static lic_status put_runs(turnover_source *source, const run_item *runs, size_t count)
{
    while (count > 0) {
        const lic_run_effects *last = runs[count - 1].run;
        while (count > 0 && same_period(source->image, runs[count - 1].run, last)) {
            LIC_TRY(add_run(source, runs[--count].run));
        }
        LIC_TRY(put_stretch(source, last));
    }
    return LIC_OK;
}

static void release_accounts(turnover_source *source)
{
    const lic_allocator *allocator = source->projection->allocator;
    for (uint32_t a = 0; a < source->image->accounts_count; a++) {
        account_state *state = &source->accounts[a];
        if (state->rows != NULL)
            lic_release(allocator, state->rows, state->count * sizeof *state->rows);
    }
    lic_release(allocator, source->accounts,
                source->image->accounts_count * sizeof *source->accounts);
}

lic_status lic_projection_turnover(lic_projection *projection, const lic_contract_effects *contract,
                                   const lic_run_effects *first)
{
    turnover_source source = {
        .projection = projection, .contract = contract, .image = contract->info->image};
    size_t count = 0, capacity = 0;
    for (const lic_run_effects *run = first; run != NULL; run = run->next) {
        if (is_shown(contract, run)) capacity++;
    }
    if (capacity == 0) return LIC_OK;
    if (are_acts(contract, first)) return lic_projection_movements(projection, contract, first);
    run_item *runs = lic_allocate_zero(projection->allocator, capacity, sizeof *runs);
    source.accounts = lic_allocate_zero(projection->allocator, source.image->accounts_count,
                                        sizeof *source.accounts);
    lic_status status = runs == NULL || source.accounts == NULL ? LIC_NO_MEMORY : LIC_OK;
    for (const lic_run_effects *run = first; status == LIC_OK && run != NULL; run = run->next) {
        if (is_shown(contract, run)) runs[count++].run = run;
    }
    if (status == LIC_OK) status = put_runs(&source, runs, count);
    if (source.accounts != NULL) release_accounts(&source);
    if (runs != NULL) lic_release(projection->allocator, runs, capacity * sizeof *runs);
    return status;
}
