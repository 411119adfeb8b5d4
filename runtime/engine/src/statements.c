/* Statements: for each payee what every clause did to its accounts since the last one, between
 * opening and closing balances, and the report's sums by group. One output a payee, numbered in the
 * contract's log. The statement's own terms run first, so that it shows what they paid out. */
#include "work.h"

#include "reader.h"

#include <string.h>

#define STATEMENTS_MAX ((size_t)256 << 20) /* bytes of all statements of one period */

typedef struct lic_issue {
    lic_work *work;
    const lic_statement *statement;
    const lic_term_span *span;
    uint16_t number;   /* of the statement in the image */
    lic_buffer groups; /* sums, the same in each */
    uint32_t group_count;
    lic_buffer bytes;
    size_t written;
} lic_issue;

/* -- sums by group ------------------------------------------------------------------------------------------------ */

static lic_i128 cell_value(const lic_tables *tables, uint16_t field, uint32_t row)
{
    const lic_field *f = &tables->image->fields[field];
    return lic_type_wide(f->type) ? lic_field_wide(tables, field, row)
                                  : lic_field_get(tables, field, row);
}

/* Non-zero sums of the grid, in row order; then the grid is zero again. */
static lic_trap collect_groups(lic_issue *issue)
{
    lic_tables *tables = issue->work->contract->tables;
    const lic_image *image = tables->image;
    uint16_t grid = issue->statement->grid;
    if (grid == LIC_NONE16) return LIC_TRAP_NONE;
    const lic_table *shape = &image->tables[grid];
    for (uint32_t row = 0; row < tables->views[grid].row_count; row++) {
        bool any = false;
        for (uint32_t f = 0; f < image->fields_count; f++) {
            if (image->fields[f].table != grid || !image->fields[f].is_mutable) continue;
            lic_i128 value = cell_value(tables, (uint16_t)f, row);
            if (value == 0) continue;
            lic_put_u32(&issue->groups, row);
            lic_put_u16(&issue->groups, (uint16_t)f);
            lic_put_zigzag(&issue->groups, value);
            issue->group_count++;
            any = true;
        }
        if (!any) continue;
        lic_trap trap = lic_tables_touch(tables, grid, row >> shape->page_shift);
        if (trap != LIC_TRAP_NONE) return trap;
        memset(tables->states[grid].cells + (size_t)row * shape->cell_size, 0, shape->cell_size);
    }
    return issue->groups.failed ? lic_work_fail(issue->work, LIC_NO_MEMORY) : LIC_TRAP_NONE;
}

/* -- one payee ------------------------------------------------------------------------------------------------------ */

static lic_i128 change_of(const lic_turnover *turnover, uint16_t account, uint32_t row)
{
    lic_u128 sum = 0;
    for (const lic_turnover_column *c = turnover->first; c != NULL; c = c->next)
        if (c->account == account && row < c->capacity) sum += (lic_u128)c->sums[row];
    return (lic_i128)sum;
}

static void put_balances(lic_issue *issue, uint32_t row)
{
    const lic_contract *contract = issue->work->contract;
    const lic_image *image = contract->image;
    const lic_turnover *turnover = &contract->turnovers[issue->number];
    size_t count_at = issue->bytes.size;
    uint8_t count = 0;
    lic_put_u8(&issue->bytes, 0);
    for (uint32_t i = 0; i < image->accounts_count; i++) {
        if (!lic_turnover_counts(image, issue->number, (uint16_t)i)) continue;
        lic_i128 closing = lic_field_wide(contract->tables, image->accounts[i].field, row);
        lic_put_u16(&issue->bytes, (uint16_t)i);
        lic_put_zigzag(&issue->bytes, closing - change_of(turnover, (uint16_t)i, row));
        lic_put_zigzag(&issue->bytes, closing);
        count++;
    }
    if (!issue->bytes.failed) issue->bytes.data[count_at] = count;
}

static uint32_t put_lines(lic_issue *issue, uint32_t row)
{
    const lic_turnover *turnover = &issue->work->contract->turnovers[issue->number];
    size_t count_at = issue->bytes.size;
    uint32_t count = 0;
    lic_put_u32(&issue->bytes, 0);
    for (const lic_turnover_column *c = turnover->first; c != NULL; c = c->next) {
        if (row >= c->capacity || c->sums[row] == 0) continue;
        lic_put_u16(&issue->bytes, c->account);
        lic_put_u16(&issue->bytes, c->clause);
        lic_put_zigzag(&issue->bytes, c->sums[row]);
        count++;
    }
    if (!issue->bytes.failed) lic_store_u32(issue->bytes.data + count_at, count);
    return count;
}

static void put_payee(lic_issue *issue, uint32_t row)
{
    const lic_contract *contract = issue->work->contract;
    uint16_t table = issue->statement->payees;
    lic_put_u16(&issue->bytes, table);
    lic_put_u32(&issue->bytes, row);
    if (table == LIC_TABLE_PARTIES) {
        lic_put_slice(&issue->bytes, contract->image->parties[row].name);
        return;
    }
    size_t size_at = issue->bytes.size;
    lic_put_u32(&issue->bytes, 0);
    lic_value_print(contract->image, contract->tables, lic_type_of(LIC_KIND_ROW, (uint8_t)table),
                    (const uint8_t[8]){(uint8_t)row, (uint8_t)(row >> 8), (uint8_t)(row >> 16),
                                       (uint8_t)(row >> 24), 0, 0, 0, 0},
                    &issue->bytes);
    if (!issue->bytes.failed)
        lic_store_u32(issue->bytes.data + size_at, (uint32_t)(issue->bytes.size - size_at - 4));
}

/* Of the statement whose turn it is: the log gets all at the end. */
static uint64_t number_of(const lic_issue *issue)
{
    return issue->work->contract->head.log.count + issue->work->run->statement_count;
}

static uint32_t encode(lic_issue *issue, uint32_t row)
{
    const lic_work *work = issue->work;
    lic_buffer *target = &issue->bytes;
    lic_buffer_clear(target);
    lic_put_u8(target, 1);
    lic_put_bytes(target, work->contract->id.bytes, LIC_HASH_SIZE);
    lic_put_u64(target, number_of(issue));
    lic_put_u16(target, issue->number);
    lic_put_u32(target, (uint32_t)issue->span->first);
    lic_put_u32(target, (uint32_t)issue->span->last);
    lic_put_u32(target, (uint32_t)work->today);
    lic_put_u8(target, lic_ledger_genesis(work->engine->ledger)->clock);
    put_payee(issue, row);
    put_balances(issue, row);
    uint32_t lines = put_lines(issue, row);
    lic_put_u32(target, issue->group_count);
    lic_put_bytes(target, issue->groups.data, issue->groups.size);
    return lines;
}

static lic_status note_statement(lic_issue *issue, uint32_t row, lic_slice bytes)
{
    lic_work *work = issue->work;
    lic_run_effects *run = work->run;
    if (run->statement_count == run->statement_capacity) {
        uint32_t rows = work->contract->tables->views[issue->statement->payees].row_count;
        size_t wanted = run->statement_capacity == 0 ? rows : run->statement_capacity * 2;
        const lic_allocator *a = work->engine->allocator;
        lic_statement_effect *grown = a->resize(a->context, run->statements,
                                                run->statement_capacity * sizeof *grown,
                                                wanted * sizeof *grown);
        if (grown == NULL) return LIC_NO_MEMORY;
        run->statements = grown;
        run->statement_capacity = wanted;
    }
    void *kept = lic_engine_copy(work->engine, bytes);
    if (kept == NULL) return LIC_NO_MEMORY;
    run->statements[run->statement_count++] = (lic_statement_effect){
        number_of(issue), row, lic_slice_of(kept, bytes.size)};
    return LIC_OK;
}

static lic_trap issue_one(lic_issue *issue, uint32_t row)
{
    lic_work *work = issue->work;
    const lic_engine_rules *rules = work->engine->rules;
    uint32_t lines = encode(issue, row);
    lic_slice bytes = lic_slice_of(issue->bytes.data, issue->bytes.size);
    issue->written += bytes.size;
    if (issue->bytes.failed) return lic_work_fail(work, LIC_NO_MEMORY);
    if (issue->written > STATEMENTS_MAX) return LIC_TRAP_LIMIT;
    lic_trap trap = lic_work_spend(work, rules->gas_statement + rules->gas_statement_line * lines);
    if (trap != LIC_TRAP_NONE) return trap;
    uint64_t number = number_of(issue);
    lic_status status = note_statement(issue, row, bytes);
    if (status == LIC_OK)
        status = lic_engine_output(work->engine, LIC_OUTPUT_STATEMENT, work->contract, number,
                                   bytes);
    return status == LIC_OK ? LIC_TRAP_NONE : lic_work_fail(work, status);
}

static bool is_payee(const lic_issue *issue, uint32_t row)
{
    if (issue->statement->payees == LIC_TABLE_PARTIES)
        return row < 64 && (issue->statement->parties >> row & 1u) != 0;
    return !lic_table_retired(issue->work->contract->tables, issue->statement->payees, row);
}

static lic_trap log_all(lic_issue *issue)
{
    lic_work *work = issue->work;
    lic_status status = lic_engine_log(work->engine, work->contract,
                                       (uint32_t)work->run->statement_count);
    return status == LIC_OK ? LIC_TRAP_NONE : lic_work_fail(work, status);
}

static lic_trap issue_all(lic_issue *issue)
{
    lic_work *work = issue->work;
    lic_status status = lic_work_fold(work, issue->number);
    if (status != LIC_OK) return lic_work_fail(work, status);
    lic_trap trap = collect_groups(issue);
    uint32_t rows = work->contract->tables->views[issue->statement->payees].row_count;
    for (uint32_t row = 0; trap == LIC_TRAP_NONE && row < rows; row++)
        if (is_payee(issue, row)) trap = issue_one(issue, row);
    if (trap == LIC_TRAP_NONE) trap = log_all(issue);
    if (trap == LIC_TRAP_NONE && lic_work_clear_turnover(work, issue->number) != LIC_OK)
        trap = lic_work_fail(work, LIC_NO_MEMORY);
    return trap;
}

lic_trap lic_statements_issue(lic_work *work, uint16_t number, const lic_term_span *span)
{
    const lic_statement *statement = &work->contract->image->statements[number];
    lic_trap needed = lic_work_need(work);
    if (needed != LIC_TRAP_NONE) return needed;
    if (lic_work_start_run(work, LIC_ENTRY_STATEMENT, number, span) == NULL)
        return lic_work_fail(work, LIC_NO_MEMORY);
    if (statement->entry != LIC_NONE16) {
        lic_trap trap = lic_work_entry(work, statement->entry);
        if (trap != LIC_TRAP_NONE) return trap;
    }
    lic_issue issue = {.work = work, .statement = statement, .span = span, .number = number};
    lic_buffer_init(&issue.groups, work->engine->allocator, LIC_OUTPUT_MAX);
    lic_buffer_init(&issue.bytes, work->engine->allocator, LIC_OUTPUT_MAX);
    lic_trap trap = issue_all(&issue);
    lic_buffer_free(&issue.groups);
    lic_buffer_free(&issue.bytes);
    if (trap != LIC_TRAP_NONE) return trap;
    return lic_work_close_run(work);
}
