/* Reading outputs back, bounds checked: for replay's words, the projection, and tests. */
#include "outputs.h"

bool lic_output_head(lic_slice bytes, lic_run_head *head, lic_cursor *cursor)
{
    *cursor = lic_cursor_of(bytes);
    head->form = lic_get_u8(cursor);
    lic_slice id = lic_get_bytes(cursor, LIC_HASH_SIZE);
    for (size_t i = 0; i < id.size; i++) head->contract.bytes[i] = id.data[i];
    head->kind = lic_get_u8(cursor);
    head->subject = lic_get_u16(cursor);
    head->today = (lic_date)lic_get_u32(cursor);
    head->first = (lic_date)lic_get_u32(cursor);
    head->last = (lic_date)lic_get_u32(cursor);
    return !cursor->failed;
}

uint8_t lic_run_period_kind(const lic_image *image, uint8_t kind, uint16_t subject)
{
    switch (kind) {
    case LIC_ENTRY_REPORT:
        return subject < image->reports_count ? image->reports[subject].period : 0;
    case LIC_ENTRY_STATEMENT:
        return subject < image->statements_count ? image->statements[subject].period : 0;
    case LIC_ENTRY_PERIOD:
        return subject < image->periodics_count ? image->periodics[subject].period : 0;
    default: return 0;
    }
}

/* -- what ran, in words ------------------------------------------------------------------------------------ */

const char *lic_run_kind_name(uint8_t kind)
{
    switch (kind) {
    case LIC_ENTRY_OPEN: return "opening";
    case LIC_ENTRY_REPORT: return "report";
    case LIC_ENTRY_STATEMENT: return "statement";
    case LIC_ENTRY_FACT: return "fact";
    case LIC_ENTRY_PERIOD: return "period";
    case LIC_ENTRY_ACTION: return "action";
    case LIC_ENTRY_PAYMENT: return "payment";
    case LIC_ENTRY_STEP: return "step";
    case LIC_ENTRY_CLOSE: return "close";
    case LIC_RUN_SETTLE: return "allotment";
    default: return "other";
    }
}

lic_slice lic_run_subject_name(const lic_image *image, const lic_run_head *head)
{
    uint16_t n = head->subject;
    if (head->kind == LIC_ENTRY_REPORT && n < image->reports_count) return image->reports[n].name;
    if (head->kind == LIC_ENTRY_STATEMENT && n < image->statements_count)
        return image->statements[n].name;
    if (head->kind == LIC_ENTRY_FACT && n < image->facts_count) return image->facts[n].name;
    if (head->kind == LIC_ENTRY_ACTION && n < image->actions_count) return image->actions[n].name;
    uint16_t term = LIC_NONE16;
    if (head->kind == LIC_ENTRY_PERIOD && n < image->periodics_count)
        term = image->periodics[n].term;
    if (head->kind == LIC_ENTRY_PAYMENT && n < image->duties_count) term = image->duties[n].term;
    return term < image->terms_count ? image->terms[term].name : lic_slice_of(NULL, 0);
}

/* -- postings ---------------------------------------------------------------------------------------------------------- */

bool lic_postings_begin(lic_slice bytes, lic_run_head *head, lic_postings_reader *reader)
{
    reader->from_row = reader->to_row = 0;
    if (!lic_output_head(bytes, head, &reader->cursor) || head->form != LIC_FORM_SEGMENT)
        return false;
    reader->left = lic_get_u32(&reader->cursor);
    return !reader->cursor.failed;
}

static bool next_row(lic_cursor *cursor, int64_t *row)
{
    lic_i128 delta = lic_get_zigzag(cursor);
    lic_i128 next = *row + delta;
    if (next < 0 || next > UINT32_MAX) return false;
    *row = (int64_t)next;
    return true;
}

bool lic_postings_next(lic_postings_reader *reader, lic_posting *posting)
{
    if (reader->left == 0) return false;
    reader->left--;
    uint64_t clause = lic_get_varint(&reader->cursor), from = lic_get_varint(&reader->cursor);
    uint64_t to = lic_get_varint(&reader->cursor);
    bool rows = next_row(&reader->cursor, &reader->from_row) &&
                next_row(&reader->cursor, &reader->to_row);
    posting->amount = lic_get_zigzag(&reader->cursor);
    if (!rows || reader->cursor.failed || clause > UINT16_MAX || from > UINT16_MAX ||
        to > UINT16_MAX) {
        reader->left = 0;
        reader->cursor.failed = true;
        return false;
    }
    posting->clause = (uint16_t)clause;
    posting->from = (uint16_t)from;
    posting->to = (uint16_t)to;
    posting->from_row = (uint32_t)reader->from_row;
    posting->to_row = (uint32_t)reader->to_row;
    return true;
}

/* -- results ------------------------------------------------------------------------------------------------------------- */

bool lic_results_begin(lic_slice bytes, lic_run_head *head, lic_results_reader *reader)
{
    *reader = (lic_results_reader){0};
    return lic_output_head(bytes, head, &reader->cursor) && head->form == LIC_FORM_SEGMENT;
}

static bool next_group(lic_results_reader *reader)
{
    if (lic_cursor_done(&reader->cursor)) return false;
    reader->term = lic_get_u16(&reader->cursor);
    if (reader->term == LIC_NONE16) {
        reader->in_totals = true;
        reader->totals_left = lic_get_u16(&reader->cursor);
        return false;
    }
    reader->table = lic_get_u16(&reader->cursor);
    reader->left = lic_get_varint(&reader->cursor);
    reader->row = 0;
    return !reader->cursor.failed && reader->left != 0;
}

bool lic_results_next(lic_results_reader *reader, lic_result_effect *result)
{
    if (reader->in_totals || reader->cursor.failed) return false;
    if (reader->left == 0 && !next_group(reader)) return false;
    uint64_t row = reader->row + lic_get_varint(&reader->cursor);
    for (size_t i = 0; i < 5; i++) result->values[i] = lic_get_zigzag(&reader->cursor);
    if (reader->cursor.failed || row > UINT32_MAX) return false;
    reader->left--;
    reader->row = (uint32_t)row;
    result->row = reader->row;
    result->term = reader->term;
    return true;
}

bool lic_totals_next(lic_results_reader *reader, lic_term_total *total)
{
    if (!reader->in_totals || reader->totals_left == 0) return false;
    reader->totals_left--;
    total->term = lic_get_u16(&reader->cursor);
    total->rows = lic_get_u32(&reader->cursor);
    for (size_t i = 0; i < 5; i++) total->values[i] = lic_get_i128(&reader->cursor);
    return !reader->cursor.failed;
}

/* -- reports --------------------------------------------------------------------------------------------------------------- */

static bool read_counts(lic_cursor *cursor, lic_arena *arena, lic_report_outcome *outcome)
{
    outcome->reason_count = lic_get_u16(cursor);
    outcome->reasons = lic_arena_take(arena,
                                      (outcome->reason_count + 1) * sizeof *outcome->reasons);
    for (size_t i = 0; outcome->reasons != NULL && i < outcome->reason_count; i++)
        outcome->reasons[i] = lic_get_u64(cursor);
    outcome->sum_count = lic_get_u16(cursor);
    outcome->sums = lic_arena_take(arena, (outcome->sum_count + 1) * sizeof *outcome->sums);
    for (size_t i = 0; outcome->sums != NULL && i < outcome->sum_count; i++) {
        outcome->sums[i].column = lic_get_u16(cursor);
        outcome->sums[i].value = lic_get_i128(cursor);
    }
    return outcome->reasons != NULL && outcome->sums != NULL && lic_cursor_done(cursor);
}

bool lic_report_output_read(lic_slice bytes, lic_arena *arena, lic_run_head *head,
                            lic_report_outcome *outcome)
{
    lic_cursor cursor;
    *outcome = (lic_report_outcome){0};
    if (!lic_output_head(bytes, head, &cursor) || head->form != LIC_FORM_REPORT) return false;
    outcome->report = lic_get_u16(&cursor);
    lic_slice id = lic_get_bytes(&cursor, LIC_HASH_SIZE);
    for (size_t i = 0; i < id.size; i++) outcome->upload.bytes[i] = id.data[i];
    outcome->bytes = lic_get_u64(&cursor);
    outcome->lines = lic_get_u64(&cursor);
    outcome->accepted = lic_get_u64(&cursor);
    outcome->rejected = lic_get_u64(&cursor);
    return !cursor.failed && read_counts(&cursor, arena, outcome);
}

bool lic_rejected_begin(lic_slice bytes, lic_run_head *head, lic_rejected_reader *reader)
{
    reader->line = reader->offset = 0;
    if (!lic_output_head(bytes, head, &reader->cursor) || head->form != LIC_FORM_REJECTED)
        return false;
    reader->left = lic_get_u32(&reader->cursor);
    return !reader->cursor.failed;
}

bool lic_rejected_next(lic_rejected_reader *reader, lic_rejected_line *line)
{
    if (reader->left == 0) return false;
    reader->left--;
    reader->line += lic_get_varint(&reader->cursor);
    reader->offset += lic_get_varint(&reader->cursor);
    uint64_t reason = lic_get_varint(&reader->cursor);
    if (reader->cursor.failed || reason > UINT16_MAX) {
        reader->left = 0;
        return false;
    }
    *line = (lic_rejected_line){reader->line, reader->offset, (uint16_t)reason};
    return true;
}
