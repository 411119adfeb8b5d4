/* Encoding of a run's effects as outputs: events, report, rejected lines, results, postings. */
#include "outputs.h"

#include "work.h"

#include <licet/leb128.h>

#define RECORD_MAX 256u /* a record of a segment is shorter than this */

typedef struct lic_segment {
    lic_work *work;
    const lic_run_effects *run;
    lic_buffer bytes;
    size_t count_at; /* where the record count stands */
    uint32_t count;
} lic_segment;

static void put_head(lic_buffer *target, uint8_t form, const lic_work *work,
                     const lic_run_effects *run)
{
    lic_put_u8(target, form);
    lic_put_bytes(target, work->contract->id.bytes, LIC_HASH_SIZE);
    lic_put_u8(target, run->kind);
    lic_put_u16(target, run->subject);
    lic_put_u32(target, (uint32_t)run->today);
    lic_put_u32(target, (uint32_t)run->first);
    lic_put_u32(target, (uint32_t)run->last);
}

static void begin_output(lic_segment *segment, uint8_t form)
{
    lic_buffer_clear(&segment->bytes);
    put_head(&segment->bytes, form, segment->work, segment->run);
}

static lic_status end_output(lic_segment *segment, lic_output_class class)
{
    if (segment->bytes.failed) return LIC_NO_MEMORY;
    return lic_engine_output(segment->work->engine, class, segment->work->contract, 0,
                             lic_slice_of(segment->bytes.data, segment->bytes.size));
}

/* Room for one record, to be written into straight; NULL: no memory, which the segment's end tells. */
static uint8_t *begin_record(lic_segment *segment)
{
    lic_buffer *bytes = &segment->bytes;
    return lic_buffer_reserve(bytes, RECORD_MAX) ? bytes->data + bytes->size : NULL;
}

static void end_record(lic_segment *segment, const uint8_t *end)
{
    segment->bytes.size = (size_t)(end - segment->bytes.data);
}

static void begin_counted(lic_segment *segment, uint8_t form)
{
    begin_output(segment, form);
    segment->count_at = segment->bytes.size;
    segment->count = 0;
    lic_put_u32(&segment->bytes, 0);
}

static lic_status end_counted(lic_segment *segment, lic_output_class class)
{
    if (segment->count == 0) return LIC_OK;
    if (!segment->bytes.failed)
        lic_store_u32(segment->bytes.data + segment->count_at, segment->count);
    return end_output(segment, class);
}

static bool is_full(const lic_segment *segment)
{
    return segment->bytes.size + RECORD_MAX > segment->work->engine->rules->segment_bytes;
}

/* -- class EVENT ------------------------------------------------------------------------------------------------- */

static lic_status put_events(lic_segment *segment)
{
    const lic_run_effects *run = segment->run;
    for (size_t i = 0; i < run->event_count; i++) {
        begin_output(segment, LIC_FORM_EVENT);
        const lic_event *event = &segment->work->contract->image->events[run->events[i].event];
        lic_put_u16(&segment->bytes, run->events[i].event);
        lic_put_u8(&segment->bytes, (uint8_t)event->argument_count);
        lic_put_bytes(&segment->bytes, run->events[i].arguments.data,
                      run->events[i].arguments.size);
        LIC_TRY(end_output(segment, LIC_OUTPUT_EVENT));
    }
    for (size_t i = 0; i < run->state_count; i++) {
        begin_output(segment, LIC_FORM_STATE);
        lic_put_u16(&segment->bytes, run->states[i].from);
        lic_put_u16(&segment->bytes, run->states[i].to);
        LIC_TRY(end_output(segment, LIC_OUTPUT_EVENT));
    }
    return LIC_OK;
}

static lic_status put_allotments(lic_segment *segment)
{
    const lic_run_effects *run = segment->run;
    if (run->allotment_count == 0) return LIC_OK;
    begin_counted(segment, LIC_FORM_ALLOTMENT);
    for (size_t i = 0; i < run->allotment_count; i++) {
        lic_put_u32(&segment->bytes, run->allotments[i].payment);
        lic_put_u32(&segment->bytes, run->allotments[i].duty);
        lic_put_i128(&segment->bytes, run->allotments[i].amount);
        segment->count++;
    }
    return end_counted(segment, LIC_OUTPUT_EVENT);
}

static lic_status put_report(lic_segment *segment)
{
    const lic_report_outcome *report = segment->run->report;
    begin_output(segment, LIC_FORM_REPORT);
    lic_buffer *target = &segment->bytes;
    lic_put_u16(target, report->report);
    lic_put_bytes(target, report->upload.bytes, LIC_HASH_SIZE);
    lic_put_u64(target, report->bytes);
    lic_put_u64(target, report->lines);
    lic_put_u64(target, report->accepted);
    lic_put_u64(target, report->rejected);
    lic_put_u16(target, (uint16_t)report->reason_count);
    for (size_t i = 0; i < report->reason_count; i++) lic_put_u64(target, report->reasons[i]);
    lic_put_u16(target, (uint16_t)report->sum_count);
    for (size_t i = 0; i < report->sum_count; i++) {
        lic_put_u16(target, report->sums[i].column);
        lic_put_i128(target, report->sums[i].value);
    }
    return end_output(segment, LIC_OUTPUT_EVENT);
}

static lic_status put_rejected(lic_segment *segment)
{
    const lic_report_outcome *report = segment->run->report;
    uint64_t line = 0, offset = 0;
    for (size_t i = 0; i < report->line_count; i++) {
        if (i == 0 || is_full(segment)) {
            if (i != 0) LIC_TRY(end_counted(segment, LIC_OUTPUT_EVENT));
            begin_counted(segment, LIC_FORM_REJECTED);
            line = offset = 0;
        }
        const lic_rejected_line *rejected = &report->lines_rejected[i];
        lic_put_varint(&segment->bytes, rejected->line - line);
        lic_put_varint(&segment->bytes, rejected->offset - offset);
        lic_put_varint(&segment->bytes, rejected->reason);
        line = rejected->line;
        offset = rejected->offset;
        segment->count++;
    }
    return report->line_count == 0 ? LIC_OK : end_counted(segment, LIC_OUTPUT_EVENT);
}

/* -- class RESULTS -------------------------------------------------------------------------------------------------- */

/* Rows of one term that fit: a group has its count in front, so it is found first. */
static size_t group_size(const lic_run_effects *run, size_t from, size_t most)
{
    size_t count = 1;
    while (from + count < run->result_count && count < most &&
           run->results[from + count].term == run->results[from].term &&
           run->results[from + count].row > run->results[from + count - 1].row)
        count++;
    return count;
}

static void put_group(lic_segment *segment, const lic_result_effect *results, size_t count)
{
    const lic_image *image = segment->work->contract->image;
    lic_put_u16(&segment->bytes, results[0].term);
    lic_put_u16(&segment->bytes, image->terms[results[0].term].table);
    lic_put_varint(&segment->bytes, count);
    uint32_t row = 0;
    for (size_t i = 0; i < count; i++) {
        uint8_t *to = begin_record(segment);
        if (to == NULL) return;
        to = lic_store_varint(to, results[i].row - row);
        row = results[i].row;
        for (size_t k = 0; k < 5; k++) to = lic_store_zigzag(to, results[i].values[k]);
        end_record(segment, to);
    }
}

static void put_totals(lic_buffer *target, const lic_run_effects *run)
{
    lic_put_u16(target, LIC_NONE16);
    lic_put_u16(target, (uint16_t)run->total_count);
    for (size_t i = 0; i < run->total_count; i++) {
        lic_put_u16(target, run->totals[i].term);
        lic_put_u32(target, run->totals[i].rows);
        for (size_t k = 0; k < 5; k++) lic_put_i128(target, run->totals[i].values[k]);
    }
}

static lic_status put_results(lic_segment *segment)
{
    const lic_run_effects *run = segment->run;
    uint32_t limit = segment->work->engine->rules->segment_bytes;
    begin_output(segment, LIC_FORM_SEGMENT);
    for (size_t from = 0; from < run->result_count;) {
        size_t used = segment->bytes.size;
        size_t most = used + RECORD_MAX >= limit ? 0 : (limit - used) / 32u;
        if (most == 0) {
            LIC_TRY(end_output(segment, LIC_OUTPUT_RESULTS));
            begin_output(segment, LIC_FORM_SEGMENT);
            continue;
        }
        size_t count = group_size(run, from, most);
        put_group(segment, run->results + from, count);
        from += count;
    }
    put_totals(&segment->bytes, run);
    return end_output(segment, LIC_OUTPUT_RESULTS);
}

/* -- class POSTINGS --------------------------------------------------------------------------------------------------- */

static void put_posting(lic_segment *segment, const lic_posting *posting, int64_t from_row,
                        int64_t to_row)
{
    uint8_t *to = begin_record(segment);
    segment->count++;
    if (to == NULL) return;
    to = lic_store_varint(to, posting->clause);
    to = lic_store_varint(to, posting->from);
    to = lic_store_varint(to, posting->to);
    to = lic_store_zigzag(to, (int64_t)posting->from_row - from_row);
    to = lic_store_zigzag(to, (int64_t)posting->to_row - to_row);
    to = lic_store_zigzag(to, posting->amount);
    end_record(segment, to);
}

static lic_status put_postings(lic_segment *segment)
{
    const lic_run_effects *run = segment->run;
    int64_t from_row = 0, to_row = 0;
    for (size_t i = 0; i < run->posting_count; i++) {
        if (i == 0 || is_full(segment)) {
            if (i != 0) LIC_TRY(end_counted(segment, LIC_OUTPUT_POSTINGS));
            begin_counted(segment, LIC_FORM_SEGMENT);
            from_row = to_row = 0;
        }
        const lic_posting *posting = &run->postings[i];
        put_posting(segment, posting, from_row, to_row);
        from_row = posting->from_row;
        to_row = posting->to_row;
    }
    return run->posting_count == 0 ? LIC_OK : end_counted(segment, LIC_OUTPUT_POSTINGS);
}

lic_status lic_outputs_run(lic_work *work, const lic_run_effects *run)
{
    if (work->engine->block == NULL) return LIC_OK; /* detached: nobody keeps them */
    lic_segment segment = {.work = work, .run = run};
    lic_buffer_init(&segment.bytes, work->engine->allocator, LIC_OUTPUT_MAX);
    lic_status status = put_events(&segment);
    if (status == LIC_OK) status = put_allotments(&segment);
    if (status == LIC_OK && run->report != NULL) status = put_report(&segment);
    if (status == LIC_OK && run->report != NULL) status = put_rejected(&segment);
    if (status == LIC_OK && run->result_count != 0) status = put_results(&segment);
    if (status == LIC_OK) status = put_postings(&segment);
    lic_buffer_free(&segment.bytes);
    return status;
}
