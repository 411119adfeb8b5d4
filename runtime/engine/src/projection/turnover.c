/* projection/turnover.c - what the postings of a block did to accounts, row by row: opening, debit,
 * credit, closing. Consecutive runs of one period are taken together, so that a settlement and its
 * statements make one turnover. All rows of a touched account are written, zeros too. A block of acts alone
 * is written by movements.c.
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

/* -- an account of a stretch ----------------------------------------------------------------------------- */

enum { OPENING, DEBIT, CREDIT, CLOSING, ACCOUNT_COLUMNS };

typedef struct account_part {
    turnover_source *source;
    uint16_t account;
    bool is_last; /* stretch of the account: its closing balance is the present one */
    lic_projection_set set;
} account_part;

static lic_i128 closing_of(const turnover_source *source, uint16_t account, uint32_t row)
{
    uint16_t field = source->image->accounts[account].field;
    return lic_field_wide(source->contract->tables, field, row) -
           source->accounts[account].rows[row].later;
}

static void fill(void *context, uint32_t first, uint32_t count, unsigned column, lic_i128 *values,
                 uint8_t *has)
{
    const account_part *part = context;
    const movement *moved = part->source->accounts[part->account].rows + first;
    (void)has;
    for (uint32_t i = 0; i < count; i++) {
        lic_i128 closing = column == DEBIT || column == CREDIT
                               ? 0
                               : closing_of(part->source, part->account, first + i);
        values[i] = column == DEBIT     ? moved[i].debit
                    : column == CREDIT  ? moved[i].credit
                    : column == OPENING ? closing - moved[i].credit + moved[i].debit
                                        : closing;
    }
}

static void add_up(const turnover_source *source, uint16_t account, lic_projection_set *set)
{
    lic_i128 *sums = set->totals;
    set->summed = ACCOUNT_COLUMNS;
    memset(sums, 0, sizeof set->totals);
    for (uint32_t i = 0; i < source->accounts[account].count; i++) {
        const movement *moved = &source->accounts[account].rows[i];
        sums[DEBIT] += moved->debit;
        sums[CREDIT] += moved->credit;
        sums[CLOSING] += closing_of(source, account, i);
    }
    sums[OPENING] = sums[CLOSING] - sums[CREDIT] + sums[DEBIT];
}

lic_projection_set lic_projection_turnover_set(const lic_image *image, uint32_t contract,
                                               uint16_t account, const lic_run_effects *run)
{
    const lic_account *a = &image->accounts[account];
    const lic_currency *currency = &image->currencies[a->currency];
    return (lic_projection_set){.kind = LIC_SET_TURNOVER,
                                .contract = contract,
                                .table = lic_projection_account_table(image, account),
                                .run = run,
                                .name = a->name,
                                .currency = currency,
                                .decimals = lic_projection_decimals(image, currency)};
}

/* The set and its totals, and where its present balance stands now. */
static lic_status place(void *context, lic_projection *projection, int64_t cells,
                        const uint8_t *places)
{
    account_part *part = context;
    const lic_image *image = part->source->image;
    part->set.cells = cells;
    memcpy(part->set.places, places, ACCOUNT_COLUMNS);
    add_up(part->source, part->account, &part->set);
    LIC_TRY(lic_projection_set_put(projection, &part->set));
    if (!part->is_last || lic_projection_grows(&image->tables[part->set.table])) return LIC_OK;
    const lic_projection_place closing = {
        .set = cells, .column = places[CLOSING], .is_history = true};
    return lic_projection_move(projection, part->source->contract,
                               image->accounts[part->account].field, &closing);
}

static void release(void *context, lic_projection *projection)
{
    lic_release(projection->allocator, context, sizeof(account_part));
}

static lic_status gather_account(turnover_source *source, const lic_run_effects *run,
                                 uint16_t account)
{
    lic_projection *projection = source->projection;
    account_part *part = lic_allocate(projection->allocator, sizeof *part);
    if (part == NULL) return LIC_NO_MEMORY;
    *part = (account_part){
        .source = source,
        .account = account,
        .is_last = !source->accounts[account].written,
        .set = lic_projection_turnover_set(source->image, source->contract->number, account, run)};
    part->set.rows = source->accounts[account].count;
    part->set.period_kind = lic_projection_period(source->image, run);
    source->accounts[account].written = true;
    lic_status status = lic_projection_number(projection, &part->set.id);
    if (status != LIC_OK) {
        release(part, projection);
        return status;
    }
    const lic_projection_part of = {.context = part,
                                    .fill = fill,
                                    .columns = ACCOUNT_COLUMNS,
                                    .place = place,
                                    .release = release};
    return lic_projection_gather(projection, part->set.table, &of);
}

/* -- a stretch of runs --------------------------------------------------------------------------------- */

static lic_status put_stretch(turnover_source *source, const lic_run_effects *run)
{
    uint32_t count = source->image->accounts_count;
    for (uint32_t a = 0; a < count; a++)
        if (source->accounts[a].touched) LIC_TRY(gather_account(source, run, (uint16_t)a));
    for (uint32_t a = 0; a < count; a++) {
        account_state *state = &source->accounts[a];
        if (!state->touched) continue;
        state->touched = false;
        LIC_TRY(lic_projection_flush(source->projection, source->contract,
                                     lic_projection_account_table(source->image, (uint16_t)a)));
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
