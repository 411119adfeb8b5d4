/* sources.c - the engine behind the sources of queries, and the walk over outputs that they share. */
#include "sources.h"

#include "work.h"

#include <string.h>

enum { OPENINGS = 5, TEXT_MAX = 64 * 1024 };

/* -- the engine --------------------------------------------------------------------------------------- */

lic_status lic_sources_create(const lic_engine_options *options, lic_sources **result)
{
    lic_sources *sources = lic_allocate_zero(options->allocator, 1, sizeof *sources);
    if (sources == NULL) return LIC_NO_MEMORY;
    sources->options = *options;
    sources->options.read_only = true;
    sources->options.sink = (lic_effects_sink){NULL, NULL};
    lic_postings_source(sources, &sources->postings);
    lic_usage_source(sources, &sources->lines);
    *result = sources;
    return LIC_OK;
}

lic_status lic_sources_add(lic_sources *sources, lic_query *query, lic_error *error)
{
    LIC_TRY(lic_query_add_source(query, &sources->postings, error));
    return lic_query_add_source(query, &sources->lines, error);
}

void lic_sources_release(lic_sources *sources)
{
    if (sources->engine != NULL) lic_store_end_read(lic_ledger_store(sources->engine->ledger));
    lic_engine_close(sources->engine);
    sources->engine = NULL;
}

void lic_sources_destroy(lic_sources *sources)
{
    if (sources == NULL) return;
    lic_sources_release(sources);
    lic_release(sources->options.allocator, sources, sizeof *sources);
}

static lic_status take_height(void *context, const lic_row_block *row)
{
    *(uint64_t *)context = row->height;
    return LIC_OK;
}

/* Fixes what the engine sees of the file. *same: no block came between opening and this. */
static lic_status fix_view(lic_sources *sources, bool *same, lic_error *error)
{
    lic_ledger *ledger = sources->engine->ledger;
    lic_store *store = lic_ledger_store(ledger);
    uint64_t tip = lic_ledger_tip(ledger)->height, next = tip;
    lic_status status = lic_store_begin_read(store);
    if (status == LIC_OK) status = lic_store_read_block(store, tip + 1, take_height, &next);
    *same = next == tip;
    return status == LIC_OK ? LIC_OK
                            : lic_fail(error, status, "ledger", "see the message", "%s",
                                       lic_store_error(store)->text);
}

static lic_status open_engine(lic_sources *sources, lic_error *error)
{
    bool same = sources->engine != NULL;
    for (unsigned i = 0; i < OPENINGS && !same; i++) {
        lic_sources_release(sources);
        LIC_TRY(lic_engine_open(&sources->options, &sources->engine, error));
        LIC_TRY(fix_view(sources, &same, error));
    }
    return same ? LIC_OK
                : lic_fail(error, LIC_LOCKED, "busy", "try again when fewer blocks are written",
                           "blocks are written faster than the ledger can be opened");
}

/* -- hints --------------------------------------------------------------------------------------------- */

lic_status lic_source_text_keep(const lic_allocator *allocator, lic_slice text,
                                lic_source_text *kept)
{
    uint8_t *copy = NULL;
    if (kept->given) return LIC_OK;
    if (text.size > 0) {
        copy = lic_allocate(allocator, text.size);
        if (copy == NULL) return LIC_NO_MEMORY;
        memcpy(copy, text.data, text.size);
    }
    *kept = (lic_source_text){true, lic_slice_of(copy, text.size)};
    return LIC_OK;
}

void lic_source_text_free(const lic_allocator *allocator, lic_source_text *kept)
{
    union {
        const uint8_t *kept;
        uint8_t *owned;
    } data = {.kept = kept->text.data};
    if (data.owned != NULL) lic_release(allocator, data.owned, kept->text.size);
    *kept = (lic_source_text){false, {NULL, 0}};
}

bool lic_source_text_fits(const lic_source_text *kept, lic_slice text)
{
    return !kept->given || lic_slice_equal(kept->text, text);
}

static void nothing_fits(lic_source_walk *walk)
{
    walk->height = 1;
    walk->last = 0;
}

static void only_contract(lic_source_walk *walk, uint32_t number)
{
    bool other = walk->only != LIC_NONE32 && walk->only != number;
    if (number >= walk->engine->contract_count || other) {
        nothing_fits(walk);
        return;
    }
    walk->only = number;
    uint64_t deployed = walk->engine->contracts[number]->height;
    if (walk->height < deployed) walk->height = deployed;
}

static uint32_t contract_of(const lic_engine *engine, lic_slice text)
{
    char hex[LIC_HASH_TEXT];
    for (uint32_t i = 0; i < engine->contract_count; i++) {
        lic_hash_print(&engine->contracts[i]->id, hex);
        if (lic_slice_equal(lic_slice_text(hex), text)) return i;
    }
    return LIC_NONE32;
}

static void only_height(lic_source_walk *walk, int64_t height)
{
    if (height < 0 || (uint64_t)height < walk->height || (uint64_t)height > walk->last) {
        nothing_fits(walk);
        return;
    }
    walk->height = walk->last = (uint64_t)height;
}

static lic_status take_hints(lic_source_walk *walk, const lic_source_equal *equals, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const lic_query_value *value = &equals[i].value;
        bool small = value->integer >= 0 && value->integer < LIC_NONE32;
        switch (equals[i].column) {
        case LIC_SOURCE_CONTRACT:
            only_contract(walk, contract_of(walk->engine, value->bytes));
            break;
        case LIC_SOURCE_CONTRACT_NUMBER:
            only_contract(walk, small ? (uint32_t)value->integer : LIC_NONE32);
            break;
        case LIC_SOURCE_HEIGHT: only_height(walk, value->integer); break;
        case LIC_SOURCE_PERIOD:
            LIC_TRY(lic_source_text_keep(walk->engine->allocator, value->bytes, &walk->period));
            break;
        default: break;
        }
    }
    return LIC_OK;
}

/* -- the walk ------------------------------------------------------------------------------------------- */

lic_status lic_source_walk_init(lic_source_walk *walk, lic_sources *sources, lic_output_class class,
                                uint64_t height, const lic_source_equal *equals, size_t count,
                                lic_error *error)
{
    LIC_TRY(open_engine(sources, error));
    lic_engine *engine = sources->engine;
    *walk = (lic_source_walk){.engine = engine, .class = class, .last = height, .only = LIC_NONE32};
    lic_buffer_init(&walk->bytes, engine->allocator, LIC_OUTPUT_MAX);
    lic_buffer_init(&walk->text, engine->allocator, (size_t)16 << 20);
    if (take_hints(walk, equals, count) == LIC_OK) return LIC_OK;
    return lic_fail(error, LIC_NO_MEMORY, "memory", "free memory", "out of memory");
}

void lic_source_walk_free(lic_source_walk *walk)
{
    if (walk->engine == NULL) return;
    lic_source_text_free(walk->engine->allocator, &walk->period);
    lic_buffer_free(&walk->bytes);
    lic_buffer_free(&walk->text);
}

typedef struct reading {
    lic_engine *engine;
    lic_buffer *bytes;
    uint32_t contract;
    lic_hash leaf;
    bool found, there, good;
} reading;

static lic_status take_output(void *context, const lic_row_output *row)
{
    reading *r = context;
    r->found = true;
    r->contract = row->contract;
    r->leaf = row->leaf;
    return LIC_OK;
}

static lic_status take_payload(void *context, const lic_row_payload *row)
{
    reading *r = context;
    lic_hash digest;
    r->there = true;
    if (row->salt.size != LIC_SALT_SIZE) return LIC_OK;
    lic_salted_digest(r->engine->hasher, row->salt.data, row->bytes, &digest);
    r->good = lic_hash_equal(&digest, &r->leaf);
    lic_put_bytes(r->bytes, row->bytes.data, row->bytes.size);
    return r->bytes->failed ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status corrupt_at(uint64_t height, const char *what, lic_error *error)
{
    return lic_fail(error, LIC_CORRUPT, "output",
                    "`licet doctor` and `licet replay` examine the file",
                    "block %llu holds %s that cannot be read", (unsigned long long)height, what);
}

lic_status lic_source_corrupt(const lic_source_walk *walk, const char *what, lic_error *error)
{
    return corrupt_at(walk->place >> 28, what, error);
}

static lic_status store_failed(lic_engine *engine, lic_status status, lic_error *error)
{
    return lic_fail(error, status, "ledger", "`licet doctor` examines the file", "%s",
                    lic_store_error(lic_ledger_store(engine->ledger))->text);
}

lic_status lic_source_output(lic_engine *engine, uint64_t place, uint32_t only, lic_buffer *bytes,
                             bool *found, uint32_t *contract, lic_error *error)
{
    lic_store *store = lic_ledger_store(engine->ledger);
    reading r = {.engine = engine, .bytes = bytes};
    lic_buffer_clear(bytes);
    lic_status status = lic_store_read_output_at(store, place, take_output, &r);
    *found = r.found;
    *contract = r.contract;
    bool wanted = r.found && (only == LIC_NONE32 || only == r.contract);
    if (status == LIC_OK && wanted) status = lic_store_read_payload(store, place, take_payload, &r);
    if (status != LIC_OK) return store_failed(engine, status, error);
    if (!wanted || r.good) return LIC_OK;
    if (r.there) return corrupt_at(place >> 28, "an output", error);
    return lic_fail(error, LIC_MISSING, "erased",
                    "ask for other contracts or heights: contract_number = N, height = N",
                    "an output of block %llu was erased", (unsigned long long)(place >> 28));
}

/* Name of the full period that the run's cut one lies in. */
static lic_status find_period(lic_source_walk *walk, lic_error *error)
{
    const lic_run_head *head = &walk->head;
    const lic_image *image = walk->contract->image;
    uint8_t kind = 0;
    walk->period_text[0] = '\0';
    if (head->first == 0 && head->last == 0) return LIC_OK;
    if (head->kind == LIC_ENTRY_REPORT && head->subject < image->reports_count)
        kind = image->reports[head->subject].period;
    if (head->kind == LIC_ENTRY_STATEMENT && head->subject < image->statements_count)
        kind = image->statements[head->subject].period;
    if (head->kind == LIC_ENTRY_PERIOD && head->subject < image->periodics_count)
        kind = image->periodics[head->subject].period;
    if (kind == 0) return LIC_OK;
    if (!lic_date_valid(head->first)) return lic_source_corrupt(walk, "an output", error);
    lic_period period = lic_settle_period(walk->contract, kind, head->first);
    lic_period_print((lic_period_kind)kind, period, walk->period_text);
    return LIC_OK;
}

/* The output's own words about contract and run. */
static lic_status take_head(lic_source_walk *walk, uint32_t contract, lic_error *error)
{
    lic_cursor cursor;
    if (contract >= walk->engine->contract_count)
        return lic_source_corrupt(walk, "an output", error);
    walk->contract = walk->engine->contracts[contract];
    LIC_TRY(lic_contract_open(walk->engine, walk->contract, error));
    lic_slice bytes = lic_slice_of(walk->bytes.data, walk->bytes.size);
    if (!lic_output_head(bytes, &walk->head, &cursor) ||
        !lic_hash_equal(&walk->head.contract, &walk->contract->id))
        return lic_source_corrupt(walk, "an output", error);
    return find_period(walk, error);
}

lic_status lic_source_walk_next(lic_source_walk *walk, lic_source_step *step, lic_error *error)
{
    bool found = false;
    uint32_t contract = 0;
    *step = LIC_STEP_END;
    if (walk->height > walk->last) return LIC_OK;
    *step = LIC_STEP_AGAIN;
    walk->place = LIC_PLACE(walk->height, walk->class, walk->ordinal);
    LIC_TRY(lic_source_output(walk->engine, walk->place, walk->only, &walk->bytes, &found,
                              &contract, error));
    if (!found) {
        walk->height++;
        walk->ordinal = 0;
        return LIC_OK;
    }
    walk->ordinal++;
    if (walk->only != LIC_NONE32 && contract != walk->only) return LIC_OK;
    LIC_TRY(take_head(walk, contract, error));
    if (lic_source_text_fits(&walk->period, lic_slice_text(walk->period_text)))
        *step = LIC_STEP_ROW;
    return LIC_OK;
}

void lic_source_walk_value(lic_source_walk *walk, unsigned column, lic_query_value *value)
{
    switch (column) {
    case LIC_SOURCE_CONTRACT: {
        char hex[LIC_HASH_TEXT];
        lic_hash_print(&walk->contract->id, hex);
        lic_buffer_clear(&walk->text);
        lic_put_text(&walk->text, hex);
        lic_value_set_text(value, lic_slice_of(walk->text.data, walk->text.size));
        break;
    }
    case LIC_SOURCE_CONTRACT_NUMBER: lic_value_set_integer(value, walk->contract->number); break;
    case LIC_SOURCE_HEIGHT: lic_value_set_integer(value, (int64_t)(walk->place >> 28)); break;
    case LIC_SOURCE_PERIOD:
        if (walk->period_text[0] != '\0') lic_value_set_string(value, walk->period_text);
        break;
    default: break;
    }
}
