/* history.c - postings and events of a contract, from the payloads of its outputs. */
#include "outputs.h"
#include "reader.h"
#include "state.h"

#include <licet/history.h>

#include <string.h>

enum { TEXT_MAX = 64 * 1024 };

typedef struct history {
    lic_engine *engine;
    lic_contract *contract;
    lic_history_posting_visit *posting;
    lic_history_event_visit *event;
    lic_history_erased_visit *erased;
    void *context;
    lic_output_class class;
    lic_buffer text;
    uint64_t place; /* of the output under way */
    bool there;     /* it has its payload */
    lic_error *error;
} history;

static lic_status unreadable(const history *h)
{
    return lic_fail(h->error, LIC_CORRUPT, "output", "`licet doctor` examines the file",
                    "block %llu holds an output that cannot be read",
                    (unsigned long long)(h->place >> 28));
}

static lic_moment moment_of(const history *h, const lic_run_head *head)
{
    return (lic_moment){h->place >> 28, head->today, head->first, head->last};
}

static lic_status read_postings(history *h, lic_slice bytes)
{
    lic_run_head head;
    lic_postings_reader reader;
    lic_posting posting;
    if (!lic_postings_begin(bytes, &head, &reader)) return unreadable(h);
    lic_moment moment = moment_of(h, &head);
    while (lic_postings_next(&reader, &posting)) LIC_TRY(h->posting(h->context, &moment, &posting));
    return reader.cursor.failed ? unreadable(h) : LIC_OK;
}

/* Arguments stand as i128, texts and hashes as length and bytes; the printer wants a field's form. */
static bool print_argument(history *h, lic_type type, lic_cursor *cursor)
{
    uint8_t place[LIC_HASH_SIZE] = {0};
    if (type.kind == LIC_KIND_TEXT || type.kind == LIC_KIND_HASH) {
        lic_slice bytes = lic_get_slice(cursor, UINT16_MAX);
        if (cursor->failed) return false;
        if (type.kind == LIC_KIND_TEXT) {
            lic_put_bytes(&h->text, bytes.data, bytes.size);
            return true;
        }
        if (bytes.size != LIC_HASH_SIZE) return false;
        memcpy(place, bytes.data, bytes.size);
    } else {
        lic_store_i128(place, lic_get_i128(cursor));
        if (cursor->failed) return false;
    }
    lic_value_print(h->contract->image, h->contract->tables, type, place, &h->text);
    return true;
}

static lic_status read_event(history *h, const lic_run_head *head, lic_cursor *cursor)
{
    const lic_image *image = h->contract->image;
    uint16_t number = lic_get_u16(cursor);
    uint8_t count = lic_get_u8(cursor);
    if (cursor->failed || number >= image->events_count ||
        count != image->events[number].argument_count) {
        return unreadable(h);
    }
    const lic_event *event = &image->events[number];
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) lic_put_text(&h->text, ", ");
        if (!print_argument(h, image->event_arguments[event->first_argument + i].type, cursor)) {
            return unreadable(h);
        }
    }
    lic_moment moment = moment_of(h, head);
    return h->event(h->context, &moment, event->name, lic_slice_of(h->text.data, h->text.size));
}

static void put_state(history *h, uint16_t state)
{
    const lic_image *image = h->contract->image;
    const lic_enumeration *states = &image->enumerations[image->lifecycle.states];
    if (state >= states->count) return;
    lic_slice name = image->texts[states->first_text + state];
    lic_put_bytes(&h->text, name.data, name.size);
}

static lic_status read_state(history *h, const lic_run_head *head, lic_cursor *cursor)
{
    uint16_t from = lic_get_u16(cursor);
    uint16_t to = lic_get_u16(cursor);
    if (cursor->failed) return unreadable(h);
    put_state(h, from);
    lic_put_text(&h->text, " to ");
    put_state(h, to);
    lic_moment moment = moment_of(h, head);
    return h->event(h->context, &moment, lic_slice_text("state"),
                    lic_slice_of(h->text.data, h->text.size));
}

static lic_status read_report(history *h, const lic_run_head *head, lic_cursor *cursor)
{
    const lic_image *image = h->contract->image;
    uint16_t report = lic_get_u16(cursor);
    (void)lic_get_bytes(cursor, LIC_HASH_SIZE);
    uint64_t bytes = lic_get_u64(cursor);
    uint64_t lines = lic_get_u64(cursor);
    uint64_t accepted = lic_get_u64(cursor);
    if (cursor->failed || report >= image->reports_count) return unreadable(h);
    lic_slice name = image->reports[report].name;
    lic_put_format(&h->text, "%.*s, %llu lines, %llu accepted, %llu bytes", (int)name.size,
                   (const char *)name.data, (unsigned long long)lines, (unsigned long long)accepted,
                   (unsigned long long)bytes);
    lic_moment moment = moment_of(h, head);
    return h->event(h->context, &moment, lic_slice_text("report"),
                    lic_slice_of(h->text.data, h->text.size));
}

/* "period Retainer 2026-02-01 to 2026-02-28" */
static void put_what_ran(history *h, const lic_run_head *head)
{
    char first[LIC_DATE_TEXT], last[LIC_DATE_TEXT];
    lic_slice name = lic_run_subject_name(h->contract->image, head);
    lic_put_text(&h->text, lic_run_kind_name(head->kind));
    if (name.size != 0) lic_put_format(&h->text, " %.*s", (int)name.size, (const char *)name.data);
    if (head->last == 0) return;
    lic_date_print(head->first, first);
    lic_date_print(head->last, last);
    lic_put_format(&h->text, " %s to %s", first, last);
}

/* ", in amount of Retainer [3.1]" */
static void put_clause(history *h, const lic_clause *clause)
{
    lic_put_format(&h->text, ", in %.*s", (int)clause->label.size,
                   (const char *)clause->label.data);
    if (clause->name.size != 0)
        lic_put_format(&h->text, " of %.*s", (int)clause->name.size,
                       (const char *)clause->name.data);
    if (clause->anchor.size != 0)
        lic_put_format(&h->text, " [%.*s]", (int)clause->anchor.size,
                       (const char *)clause->anchor.data);
}

static lic_status read_failure(history *h, const lic_run_head *head, lic_cursor *cursor)
{
    const lic_image *image = h->contract->image;
    uint8_t trap = lic_get_u8(cursor);
    uint16_t clause = lic_get_u16(cursor);
    if (cursor->failed) return unreadable(h);
    const char *message = lic_trap_message((lic_trap)trap);
    put_what_ran(h, head);
    lic_put_format(&h->text, ": %s", message == NULL ? "unknown" : message);
    if (clause < image->clauses_count) put_clause(h, &image->clauses[clause]);
    lic_moment moment = moment_of(h, head);
    return h->event(h->context, &moment, lic_slice_text("failure"),
                    lic_slice_of(h->text.data, h->text.size));
}

/* Rejected lines are rows of a view; allotments show in the duties. */
static lic_status read_events(history *h, lic_slice bytes)
{
    lic_run_head head;
    lic_cursor cursor;
    if (!lic_output_head(bytes, &head, &cursor)) return unreadable(h);
    lic_buffer_clear(&h->text);
    switch (head.form) {
    case LIC_FORM_EVENT: return read_event(h, &head, &cursor);
    case LIC_FORM_STATE: return read_state(h, &head, &cursor);
    case LIC_FORM_REPORT: return read_report(h, &head, &cursor);
    case LIC_FORM_FAILURE: return read_failure(h, &head, &cursor);
    default: return LIC_OK;
    }
}

static lic_status take_payload(void *context, const lic_row_payload *row)
{
    history *h = context;
    h->there = true;
    return h->posting != NULL ? read_postings(h, row->bytes) : read_events(h, row->bytes);
}

static lic_status take_output(void *context, const lic_row_output *row)
{
    history *h = context;
    h->place = row->place;
    h->there = false;
    LIC_TRY(
        lic_store_read_payload(lic_ledger_store(h->engine->ledger), row->place, take_payload, h));
    return h->there || h->erased == NULL ? LIC_OK : h->erased(h->context, row->place >> 28);
}

/* In a block in which something happened to the contract. */
static lic_status visit_day(void *context, const lic_row_day *row)
{
    history *h = context;
    return lic_store_read_block_outputs(lic_ledger_store(h->engine->ledger), h->contract->number,
                                        LIC_PLACE(row->height, h->class, 0),
                                        LIC_PLACE(row->height, h->class, LIC_PLACE_ORDINALS - 1),
                                        take_output, h);
}

static lic_status read_class(history *h, uint32_t contract, lic_output_class class)
{
    if (contract >= h->engine->contract_count) {
        return lic_fail(h->error, LIC_REFUSED, "unknown", "", "there is no such contract");
    }
    h->contract = h->engine->contracts[contract];
    LIC_TRY(lic_contract_load(h->engine, h->contract, h->error));
    h->class = class;
    lic_buffer_init(&h->text, h->engine->allocator, TEXT_MAX);
    lic_status status = lic_store_read_days(lic_ledger_store(h->engine->ledger), contract, 0,
                                            INT64_MAX, visit_day, h);
    lic_buffer_free(&h->text);
    return status;
}

lic_status lic_history_postings(lic_engine *engine, uint32_t contract,
                                lic_history_posting_visit *visit, lic_history_erased_visit *erased,
                                void *context, lic_error *error)
{
    history h = {
        .engine = engine, .posting = visit, .erased = erased, .context = context, .error = error};
    return read_class(&h, contract, LIC_OUTPUT_POSTINGS);
}

lic_status lic_history_events(lic_engine *engine, uint32_t contract, lic_history_event_visit *visit,
                              lic_history_erased_visit *erased, void *context, lic_error *error)
{
    history h = {
        .engine = engine, .event = visit, .erased = erased, .context = context, .error = error};
    return read_class(&h, contract, LIC_OUTPUT_EVENT);
}
