/* Three views of the duties: in order of due dates; sums and orders by term; sums and orders by pair of debtor and
 * creditor, with the payments between the two. A view holds the rows below its count. */
#include "owing.h"

#include "order.h"
#include "reader.h"

#include <licet/standard.h>

#define PAIRS_BYTES ((size_t)1 << 32)

/* A sum of amounts that are not negative, wider than any of them. */
typedef struct wide_sum {
    lic_u128 low;
    uint64_t high;
} wide_sum;

typedef struct term_duties {
    wide_sum open, paid;
    uint32_t due;   /* open ones by due date */
    uint32_t parts; /* contingent ones by number of the part */
} term_duties;

typedef struct pair_duties {
    lic_owing_pair key;
    wide_sum open, reported;
    uint32_t due;     /* open ones by due date */
    uint32_t credits; /* confirmed payments with something left, by number */
    uint32_t number;
    bool ready; /* both are there: listed in `ready` under the first payment */
} pair_duties;

struct lic_owing {
    const lic_allocator *allocator;
    uint64_t secret;
    lic_date oldest;
    bool oldest_known, scanned;
    lic_order due_order;
    uint32_t due, due_rows;
    lic_order term_order;
    term_duties *terms;
    uint32_t term_count, term_rows;
    lic_order pair_order, credit_order, ready_order;
    uint32_t ready, pair_rows, payment_rows;
    lic_arena *arena; /* of the pairs, which the index borrows */
    lic_index *index;
    pair_duties **pairs;
    uint32_t pair_count, pair_capacity;
};

/* -- rows -------------------------------------------------------------------------------------------------- */

static const uint8_t *row_at(const lic_tables *tables, uint16_t table, uint32_t row)
{
    const lic_table_state *state = &tables->states[table];
    LIC_ASSERT(!state->absent && row >= state->hollow);
    return state->cells + (size_t)row * state->shape->cell_size;
}

static uint32_t row_count(const lic_tables *tables, uint16_t table)
{
    return tables->views[table].row_count;
}

typedef struct duty_row {
    const lic_duty *duty;
    int64_t state, due;
    lic_i128 amount, open;
    uint64_t debtor, creditor;
} duty_row;

static duty_row duty_at(const lic_tables *tables, uint32_t row)
{
    const uint8_t *cells = row_at(tables, LIC_TABLE_DUTIES, row);
    return (duty_row){
        .duty = &tables->image->duties[lic_load_u64(cells + LIC_DUTY_DUTY_AT)],
        .state = (int64_t)lic_load_u64(cells + LIC_DUTY_STATE_AT),
        .due = (int64_t)lic_load_u64(cells + LIC_DUTY_DUE_AT),
        .amount = lic_load_i128(cells + LIC_DUTY_AMOUNT_AT),
        .open = lic_load_i128(cells + LIC_DUTY_OPEN_AT),
        .debtor = lic_load_u64(cells + LIC_DUTY_DEBTOR_AT),
        .creditor = lic_load_u64(cells + LIC_DUTY_CREDITOR_AT),
    };
}

static lic_owing_pair pair_of_duty(const duty_row *row)
{
    bool account = row->duty->creditor_table == LIC_TABLE_SELF;
    return (lic_owing_pair){.debtor = row->debtor,
                            .table = row->duty->creditor_table,
                            .creditor = account ? row->duty->creditor_account : row->creditor,
                            .currency = row->duty->currency};
}

static lic_owing_pair pair_of_payment(const uint8_t *cells)
{
    lic_owing_pair pair = {.debtor = lic_load_u64(cells + LIC_PAYMENT_DEBTOR_AT),
                           .table = lic_load_u64(cells + LIC_PAYMENT_CREDITOR_TABLE_AT),
                           .currency = lic_load_u64(cells + LIC_PAYMENT_CURRENCY_AT)};
    pair.creditor = lic_load_u64(
        cells + (pair.table == LIC_TABLE_SELF ? LIC_PAYMENT_ACCOUNT_AT : LIC_PAYMENT_CREDITOR_AT));
    return pair;
}

/* -- sums ------------------------------------------------------------------------------------------------------ */

static void sum_add(wide_sum *sum, lic_i128 amount)
{
    sum->low += (lic_u128)amount;
    if (sum->low < (lic_u128)amount) sum->high++;
}

static void sum_take(wide_sum *sum, lic_i128 amount)
{
    if (sum->low < (lic_u128)amount) sum->high--;
    sum->low -= (lic_u128)amount;
}

static void sum_move(wide_sum *sum, lic_i128 amount, bool in)
{
    if (in) sum_add(sum, amount);
    else sum_take(sum, amount);
}

static lic_status sum_read(const wide_sum *sum, lic_i128 *value)
{
    if (sum->high != 0 || sum->low > (lic_u128)LIC_I128_MAX) return LIC_OVERFLOW;
    *value = (lic_i128)sum->low;
    return LIC_OK;
}

/* -- a view's rows ----------------------------------------------------------------------------------------------- */

static void list(lic_order *order, uint32_t *set, uint32_t number, int64_t key, bool in)
{
    if (in) lic_order_add(order, set, number, key);
    else lic_order_remove(order, set, number);
}

static void move_in_terms(lic_owing *owing, const duty_row *duty, uint32_t row, bool in)
{
    if (duty->duty->term == LIC_NONE16) return; /* an action's */
    term_duties *term = &owing->terms[duty->duty->term];
    bool contingent = duty->state == LIC_DUTY_CONTINGENT;
    /* a cancelled duty keeps in `open` what was cancelled: amount - open is what was paid in every state */
    sum_move(&term->paid, duty->amount - duty->open, in);
    if (!contingent && duty->state != LIC_DUTY_OPEN) return;
    sum_move(&term->open, duty->open, in);
    if (contingent) list(&owing->term_order, &term->parts, row, duty->duty->part, in);
    else list(&owing->term_order, &term->due, row, duty->due, in);
}

static pair_duties *find_pair(const lic_owing *owing, const lic_owing_pair *key)
{
    lic_slice bytes = lic_slice_of(key, sizeof *key);
    uint32_t number = lic_index_find(owing->index, bytes, lic_index_hash(owing->index, bytes));
    return number == LIC_INDEX_NONE ? NULL : owing->pairs[number];
}

/* A pair is listed under its first payment while there is one to allot and a duty to take it. */
static void list_ready(lic_owing *owing, pair_duties *pair)
{
    bool ready = pair->due != LIC_ORDER_NONE && pair->credits != LIC_ORDER_NONE;
    if (pair->ready) lic_order_remove(&owing->ready_order, &owing->ready, pair->number);
    pair->ready = ready;
    if (ready)
        lic_order_add(&owing->ready_order, &owing->ready, pair->number,
                      lic_order_first(&owing->credit_order, pair->credits));
}

static void move_in_pairs(lic_owing *owing, const duty_row *duty, uint32_t row, bool in)
{
    if (duty->state != LIC_DUTY_OPEN) return;
    lic_owing_pair key = pair_of_duty(duty);
    pair_duties *pair = find_pair(owing, &key);
    sum_move(&pair->open, duty->open, in);
    list(&owing->pair_order, &pair->due, row, duty->due, in);
    list_ready(owing, pair);
}

static void move_payment(lic_owing *owing, const lic_tables *tables, uint32_t row, bool in)
{
    const uint8_t *cells = row_at(tables, LIC_TABLE_PAYMENTS, row);
    lic_owing_pair key = pair_of_payment(cells);
    pair_duties *pair = find_pair(owing, &key);
    if (lic_load_u64(cells + LIC_PAYMENT_STATE_AT) == LIC_PAYMENT_REPORTED)
        sum_move(&pair->reported, lic_load_i128(cells + LIC_PAYMENT_AMOUNT_AT), in);
    else if (lic_load_i128(cells + LIC_PAYMENT_LEFT_AT) > 0)
        list(&owing->credit_order, &pair->credits, row, row, in);
    list_ready(owing, pair);
}

static void move_row(lic_owing *owing, const lic_tables *tables, uint16_t table, uint32_t row,
                     bool in)
{
    if (table == LIC_TABLE_PAYMENTS) {
        if (row < owing->payment_rows) move_payment(owing, tables, row, in);
        return;
    }
    duty_row duty = duty_at(tables, row);
    if (row < owing->term_rows) move_in_terms(owing, &duty, row, in);
    if (row < owing->pair_rows) move_in_pairs(owing, &duty, row, in);
    if (duty.state != LIC_DUTY_OPEN) return;
    if (row < owing->due_rows) list(&owing->due_order, &owing->due, row, duty.due, in);
    if (in && duty.due < owing->oldest) owing->oldest = (lic_date)duty.due;
    if (!in && duty.due <= owing->oldest) owing->oldest_known = false;
}

void lic_owing_leave(const lic_tables *tables, uint16_t table, uint32_t row)
{
    if (tables->owing != NULL) move_row(tables->owing, tables, table, row, false);
}

void lic_owing_return(const lic_tables *tables, uint16_t table, uint32_t row)
{
    if (tables->owing != NULL) move_row(tables->owing, tables, table, row, true);
}

void lic_owing_made(const lic_tables *tables, uint32_t row)
{
    if (tables->owing == NULL) return;
    duty_row duty = duty_at(tables, row);
    if (duty.due < tables->owing->oldest) tables->owing->oldest = (lic_date)duty.due;
}

/* -- rollback ---------------------------------------------------------------------------------------------------- */

static void move_pages(const lic_tables *tables, const lic_saved_page *saved, bool in)
{
    for (; saved != NULL; saved = saved->next) {
        if (saved->table != LIC_TABLE_DUTIES && saved->table != LIC_TABLE_PAYMENTS) continue;
        unsigned shift = tables->states[saved->table].shape->page_shift;
        uint32_t rows = row_count(tables, saved->table), first = saved->page << shift;
        for (uint32_t i = 0; i < 1u << shift && first + i < rows; i++)
            move_row(tables->owing, tables, saved->table, first + i, in);
    }
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

void lic_owing_before_rollback(const lic_tables *tables)
{
    if (tables->owing != NULL) move_pages(tables, tables->saved, false);
}

void lic_owing_after_rollback(const lic_tables *tables, const lic_saved_page *saved)
{
    lic_owing *owing = tables->owing;
    if (owing == NULL) return;
    uint32_t duties = row_count(tables, LIC_TABLE_DUTIES);
    owing->due_rows = least(owing->due_rows, duties);
    owing->term_rows = least(owing->term_rows, duties);
    owing->pair_rows = least(owing->pair_rows, duties);
    owing->payment_rows = least(owing->payment_rows, row_count(tables, LIC_TABLE_PAYMENTS));
    move_pages(tables, saved, true);
}

/* -- making and taking in ------------------------------------------------------------------------------------------ */

void lic_owing_destroy(lic_owing *owing)
{
    if (owing == NULL) return;
    const lic_allocator *allocator = owing->allocator;
    lic_order_free(&owing->due_order);
    lic_order_free(&owing->term_order);
    lic_order_free(&owing->pair_order);
    lic_order_free(&owing->credit_order);
    lic_order_free(&owing->ready_order);
    lic_release(allocator, owing->terms, owing->term_count * sizeof *owing->terms);
    lic_index_destroy(owing->index);
    lic_release(allocator, owing->pairs, owing->pair_capacity * sizeof(pair_duties *));
    lic_arena_destroy(owing->arena);
    lic_release(allocator, owing, sizeof *owing);
}

/* The contract's views, without rows at first. */
static lic_status owing_of(lic_tables *tables, lic_owing **result)
{
    *result = tables->owing;
    if (tables->owing != NULL) return LIC_OK;
    const lic_allocator *allocator = tables->allocator;
    lic_owing *owing = lic_allocate_zero(allocator, 1, sizeof *owing);
    if (owing == NULL) return LIC_NO_MEMORY;
    owing->allocator = allocator;
    owing->secret = tables->secret;
    owing->oldest = LIC_DATE_MAX;
    owing->due = owing->ready = LIC_ORDER_NONE;
    lic_order_init(&owing->due_order, allocator, tables->secret);
    lic_order_init(&owing->term_order, allocator, tables->secret);
    lic_order_init(&owing->pair_order, allocator, tables->secret);
    lic_order_init(&owing->credit_order, allocator, tables->secret);
    lic_order_init(&owing->ready_order, allocator, tables->secret);
    *result = tables->owing = owing;
    return LIC_OK;
}

static lic_status due_now(const lic_tables *tables, lic_owing *owing)
{
    uint32_t rows = row_count(tables, LIC_TABLE_DUTIES);
    LIC_TRY(lic_order_reserve(&owing->due_order, rows));
    for (; owing->due_rows < rows; owing->due_rows++) {
        duty_row duty = duty_at(tables, owing->due_rows);
        if (duty.state == LIC_DUTY_OPEN)
            lic_order_add(&owing->due_order, &owing->due, owing->due_rows, duty.due);
    }
    return LIC_OK;
}

static lic_status terms_now(lic_tables *tables, lic_owing **result)
{
    LIC_TRY(owing_of(tables, result));
    lic_owing *owing = *result;
    uint32_t rows = row_count(tables, LIC_TABLE_DUTIES), terms = tables->image->terms_count;
    if (owing->terms == NULL) {
        owing->terms = lic_allocate_zero(owing->allocator, terms, sizeof *owing->terms);
        if (owing->terms == NULL) return LIC_NO_MEMORY;
        owing->term_count = terms;
        for (uint32_t i = 0; i < terms; i++)
            owing->terms[i].due = owing->terms[i].parts = LIC_ORDER_NONE;
    }
    LIC_TRY(lic_order_reserve(&owing->term_order, rows));
    for (; owing->term_rows < rows; owing->term_rows++) {
        duty_row duty = duty_at(tables, owing->term_rows);
        move_in_terms(owing, &duty, owing->term_rows, true);
    }
    return LIC_OK;
}

static lic_status grow_pairs(lic_owing *owing)
{
    if (owing->pair_count < owing->pair_capacity) return LIC_OK;
    uint32_t wanted = owing->pair_capacity == 0 ? 16 : owing->pair_capacity * 2;
    const lic_allocator *a = owing->allocator;
    pair_duties **grown = a->resize(a->context, owing->pairs, owing->pair_capacity * sizeof *grown,
                                    wanted * sizeof *grown);
    if (grown == NULL) return LIC_NO_MEMORY;
    owing->pairs = grown;
    owing->pair_capacity = wanted;
    return LIC_OK;
}

/* The pair exists from here on. */
static lic_status need_pair(lic_owing *owing, const lic_owing_pair *key)
{
    if (find_pair(owing, key) != NULL) return LIC_OK;
    LIC_TRY(grow_pairs(owing));
    LIC_TRY(lic_order_reserve(&owing->ready_order, owing->pair_count + 1u));
    pair_duties *pair = lic_arena_take(owing->arena, sizeof *pair);
    if (pair == NULL) return LIC_NO_MEMORY;
    pair->key = *key;
    pair->due = pair->credits = LIC_ORDER_NONE;
    pair->number = owing->pair_count;
    lic_slice bytes = lic_slice_of(&pair->key, sizeof pair->key);
    LIC_TRY(lic_index_add(owing->index, bytes, lic_index_hash(owing->index, bytes), pair->number));
    owing->pairs[owing->pair_count++] = pair;
    return LIC_OK;
}

lic_status lic_owing_pairs_now(lic_tables *tables)
{
    lic_owing *owing;
    LIC_TRY(owing_of(tables, &owing));
    if (owing->index == NULL) owing->index = lic_index_create(owing->allocator, owing->secret, 64);
    if (owing->arena == NULL) owing->arena = lic_arena_create(owing->allocator, PAIRS_BYTES);
    if (owing->index == NULL || owing->arena == NULL) return LIC_NO_MEMORY;
    uint32_t rows = row_count(tables, LIC_TABLE_DUTIES);
    LIC_TRY(lic_order_reserve(&owing->pair_order, rows));
    for (; owing->pair_rows < rows; owing->pair_rows++) {
        duty_row duty = duty_at(tables, owing->pair_rows);
        lic_owing_pair key = pair_of_duty(&duty);
        LIC_TRY(need_pair(owing, &key)); /* a rollback may open what is paid */
        move_in_pairs(owing, &duty, owing->pair_rows, true);
    }
    rows = row_count(tables, LIC_TABLE_PAYMENTS);
    LIC_TRY(lic_order_reserve(&owing->credit_order, rows));
    for (; owing->payment_rows < rows; owing->payment_rows++) {
        lic_owing_pair key = pair_of_payment(
            row_at(tables, LIC_TABLE_PAYMENTS, owing->payment_rows));
        LIC_TRY(need_pair(owing, &key));
        move_payment(owing, tables, owing->payment_rows, true);
    }
    return LIC_OK;
}

/* -- questions ------------------------------------------------------------------------------------------------------ */

/* The first time all rows are looked at, which costs less than an order of them: of most contracts nothing
 * else is asked. */
static lic_date scan(const lic_tables *tables)
{
    lic_date oldest = LIC_DATE_MAX;
    for (uint32_t row = 0; row < row_count(tables, LIC_TABLE_DUTIES); row++) {
        duty_row duty = duty_at(tables, row);
        if (duty.state == LIC_DUTY_OPEN && duty.due < oldest) oldest = (lic_date)duty.due;
    }
    return oldest;
}

lic_status lic_owing_oldest(lic_tables *tables, lic_date *oldest)
{
    lic_owing *owing;
    LIC_TRY(owing_of(tables, &owing));
    if (!owing->oldest_known && !owing->scanned) {
        owing->oldest = scan(tables);
        owing->scanned = true;
    } else if (!owing->oldest_known) {
        LIC_TRY(due_now(tables, owing));
        uint32_t first = lic_order_first(&owing->due_order, owing->due);
        owing->oldest = first == LIC_ORDER_NONE ? LIC_DATE_MAX
                                                : (lic_date)lic_order_key(&owing->due_order, first);
    }
    owing->oldest_known = true;
    *oldest = owing->oldest;
    return LIC_OK;
}

lic_status lic_owing_sum(lic_tables *tables, uint16_t term, bool paid, lic_i128 *sum)
{
    lic_owing *owing;
    LIC_TRY(terms_now(tables, &owing));
    return sum_read(paid ? &owing->terms[term].paid : &owing->terms[term].open, sum);
}

lic_status lic_owing_due_behind(lic_tables *tables, uint16_t term, int64_t date, uint32_t *row)
{
    lic_owing *owing;
    LIC_TRY(terms_now(tables, &owing));
    *row = lic_order_above(&owing->term_order, owing->terms[term].due, date);
    return LIC_OK;
}

lic_status lic_owing_part_above(lic_tables *tables, uint16_t term, int64_t part, uint32_t *row)
{
    lic_owing *owing;
    LIC_TRY(terms_now(tables, &owing));
    *row = lic_order_above(&owing->term_order, owing->terms[term].parts, part);
    return LIC_OK;
}

lic_status lic_owing_open(lic_tables *tables, const lic_owing_pair *key, lic_i128 *open,
                          lic_i128 *reported)
{
    LIC_TRY(lic_owing_pairs_now(tables));
    const pair_duties *pair = find_pair(tables->owing, key);
    *open = *reported = 0;
    if (pair == NULL) return LIC_OK;
    LIC_TRY(sum_read(&pair->open, open));
    return sum_read(&pair->reported, reported);
}

bool lic_owing_next(const lic_tables *tables, uint32_t *payment, uint32_t *duty)
{
    const lic_owing *owing = tables->owing;
    uint32_t first = lic_order_first(&owing->ready_order, owing->ready);
    if (first == LIC_ORDER_NONE) return false;
    const pair_duties *pair = owing->pairs[first];
    *payment = lic_order_first(&owing->credit_order, pair->credits);
    *duty = lic_order_first(&owing->pair_order, pair->due);
    return true;
}
