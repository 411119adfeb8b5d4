/* Statements back from their bytes. Everything is bounds checked: the bytes may come from anywhere. */
#include <licet/engine.h>

#include <string.h>

static lic_slice rest(const lic_cursor *cursor)
{
    return lic_slice_of(cursor->at, (size_t)(cursor->end - cursor->at));
}

static bool skip_balances(lic_statement_view *view, lic_cursor *cursor)
{
    view->balance_count = lic_get_u8(cursor);
    view->balances = lic_cursor_of(rest(cursor));
    for (uint32_t i = 0; i < view->balance_count && !cursor->failed; i++) {
        (void)lic_get_u16(cursor);
        (void)lic_get_zigzag(cursor);
        (void)lic_get_zigzag(cursor);
    }
    return !cursor->failed;
}

static bool skip_lines(lic_statement_view *view, lic_cursor *cursor)
{
    view->line_count = lic_get_u32(cursor);
    view->lines = lic_cursor_of(rest(cursor));
    for (uint32_t i = 0; i < view->line_count && !cursor->failed; i++) {
        (void)lic_get_u32(cursor);
        (void)lic_get_zigzag(cursor);
    }
    return !cursor->failed;
}

static bool skip_sums(lic_statement_view *view, lic_cursor *cursor)
{
    view->sum_count = lic_get_u32(cursor);
    view->sums = lic_cursor_of(rest(cursor));
    for (uint32_t i = 0; i < view->sum_count && !cursor->failed; i++) {
        (void)lic_get_bytes(cursor, 6);
        (void)lic_get_zigzag(cursor);
    }
    return lic_cursor_done(cursor);
}

lic_status lic_statement_decode(lic_slice output, lic_statement_view *view)
{
    lic_cursor cursor = lic_cursor_of(output);
    memset(view, 0, sizeof *view);
    uint8_t version = lic_get_u8(&cursor);
    lic_slice id = lic_get_bytes(&cursor, LIC_HASH_SIZE);
    if (cursor.failed || version != 1) return LIC_MALFORMED;
    memcpy(view->contract.bytes, id.data, id.size);
    view->number = lic_get_u64(&cursor);
    view->statement = lic_get_u16(&cursor);
    view->first = (lic_date)lic_get_u32(&cursor);
    view->last = (lic_date)lic_get_u32(&cursor);
    view->issued = (lic_date)lic_get_u32(&cursor);
    uint8_t clock = lic_get_u8(&cursor);
    view->simulated = clock == LIC_CLOCK_SIMULATED;
    view->table = lic_get_u16(&cursor);
    view->row = lic_get_u32(&cursor);
    view->key = lic_get_slice(&cursor, 65536);
    bool good = !cursor.failed && clock <= LIC_CLOCK_SIMULATED && skip_balances(view, &cursor) &&
                skip_lines(view, &cursor) && skip_sums(view, &cursor);
    return good ? LIC_OK : LIC_MALFORMED;
}

bool lic_statement_next_balance(lic_statement_view *view, lic_statement_balance *balance)
{
    if (view->balance_count == 0) return false;
    view->balance_count--;
    balance->account = lic_get_u16(&view->balances);
    balance->opening = lic_get_zigzag(&view->balances);
    balance->closing = lic_get_zigzag(&view->balances);
    return !view->balances.failed;
}

bool lic_statement_next_line(lic_statement_view *view, lic_statement_line *line)
{
    if (view->line_count == 0) return false;
    view->line_count--;
    line->account = lic_get_u16(&view->lines);
    line->clause = lic_get_u16(&view->lines);
    line->amount = lic_get_zigzag(&view->lines);
    return !view->lines.failed;
}

bool lic_statement_next_sum(lic_statement_view *view, lic_statement_sum *sum)
{
    if (view->sum_count == 0) return false;
    view->sum_count--;
    sum->group = lic_get_u32(&view->sums);
    sum->field = lic_get_u16(&view->sums);
    sum->value = lic_get_zigzag(&view->sums);
    return !view->sums.failed;
}
