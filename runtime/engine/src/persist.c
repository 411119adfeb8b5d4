/* Parties, keys, images, contracts and uploads from the store at opening, and what a block changed
 * into the store before it is sealed. */
#include "state.h"

#include "former.h"
#include "outputs.h"
#include "report/upload.h"
#include "stale.h"
#include "superseded.h"

#include <licet/old_pages.h>

#include <string.h>

static lic_status keep(lic_engine *engine, lic_slice bytes, lic_slice *kept)
{
    const void *copy = lic_arena_copy(engine->names, bytes.data, bytes.size);
    *kept = lic_slice_of(copy, bytes.size);
    return copy == NULL && bytes.size != 0 ? LIC_NO_MEMORY : LIC_OK;
}

/* -- reading -------------------------------------------------------------------------------------------------------- */

static bool comes_later(const lic_engine *engine, uint64_t height)
{
    return engine->earlier && height > engine->at_height;
}

/* What the indexes refuse stands in the file twice. */
static lic_status not_twice(lic_status status)
{
    return status == LIC_REFUSED ? LIC_CORRUPT : status;
}

static lic_status read_party(void *context, const lic_row_party *row)
{
    lic_engine *engine = context;
    if (comes_later(engine, row->height)) return LIC_OK;
    lic_party_state party = {.id = row->id, .height = row->height};
    LIC_TRY(keep(engine, row->name, &party.name));
    memcpy(party.recovery.bytes, row->recovery.bytes, LIC_KEY_SIZE);
    uint32_t number = 0;
    LIC_TRY(not_twice(lic_registry_add_party(engine, &party, &number)));
    return number == row->number ? LIC_OK : LIC_CORRUPT;
}

static lic_status read_key(void *context, const lic_row_key *row)
{
    lic_engine *engine = context;
    lic_key_state key = {
        .party = row->party, .roles = (uint8_t)row->roles, .first = row->first, .last = row->last};
    memcpy(key.key.bytes, row->key.bytes, LIC_KEY_SIZE);
    uint32_t number = 0;
    if (row->party >= engine->party_count) return LIC_CORRUPT;
    LIC_TRY(not_twice(lic_registry_add_key(engine, &key, &number)));
    return number == row->number ? LIC_OK : LIC_CORRUPT;
}

typedef struct lic_reading {
    lic_engine *engine;
    lic_error *error;
} lic_reading;

static lic_status read_image(void *context, const lic_row_image *row)
{
    const lic_reading *reading = context;
    lic_image_state *state = NULL;
    LIC_TRY(lic_image_load(reading->engine, row->bytes, &state, reading->error));
    if (state->number != row->number || !lic_hash_equal(&state->image->id, &row->id))
        return LIC_CORRUPT;
    state->changed = false;
    return LIC_OK;
}

static lic_status read_parties_of(lic_engine *engine, lic_contract *contract, lic_slice bytes)
{
    lic_cursor cursor = lic_cursor_of(bytes);
    for (uint32_t i = 0; i < contract->image->parties_count; i++) {
        contract->parties[i] = lic_get_u32(&cursor);
        if (contract->parties[i] >= engine->party_count) return LIC_CORRUPT;
    }
    return lic_cursor_done(&cursor) ? LIC_OK : LIC_CORRUPT;
}

static lic_status read_contract(void *context, const lic_row_contract *row)
{
    const lic_reading *reading = context;
    lic_engine *engine = reading->engine;
    if (comes_later(engine, row->height)) return LIC_OK;
    if (row->image >= engine->image_count || row->deployer >= engine->party_count)
        return LIC_CORRUPT;
    lic_contract *contract = NULL;
    LIC_TRY(lic_contract_create(engine, engine->images[row->image], &contract));
    contract->id = row->id;
    contract->deployer = row->deployer;
    contract->height = row->height;
    lic_status status = keep(engine, row->source, &contract->source);
    if (status == LIC_OK) status = keep(engine, row->parameters, &contract->parameters);
    if (status == LIC_OK) status = read_parties_of(engine, contract, row->parties);
    if (status == LIC_OK) status = lic_contract_list(engine, contract);
    if (status != LIC_OK) {
        lic_contract_destroy(engine, contract);
        return status;
    }
    return contract->number == row->number ? LIC_OK : LIC_CORRUPT;
}

static lic_status take_record(const lic_reading *reading, uint32_t number, lic_slice record,
                              lic_slice extra)
{
    lic_engine *engine = reading->engine;
    lic_contract *contract = engine->contracts[number];
    lic_record_table *roots = lic_allocate_zero(engine->allocator, contract->image->tables_count,
                                                sizeof *roots);
    if (roots == NULL) return LIC_NO_MEMORY;
    lic_status status = lic_record_get(engine, contract, record, extra, roots);
    lic_release(engine->allocator, roots, contract->image->tables_count * sizeof *roots);
    LIC_TRY(status);
    lic_hash source; /* what people are shown is what the parties signed */
    engine->hasher->sha256(&contract->source, 1, &source);
    if (!lic_hash_equal(&source, &contract->source_hash)) return LIC_CORRUPT;
    contract->status_sealed = contract->head.status;
    lic_merkle_leaf(engine->hasher, record, &contract->leaf);
    return lic_merkle_set(engine->contract_tree, number, &contract->leaf);
}

static lic_status read_contract_state(void *context, const lic_row_contract_state *row)
{
    const lic_reading *reading = context;
    const lic_engine *engine = reading->engine;
    bool in_turn = row->contract <= lic_merkle_count(engine->contract_tree);
    if (!in_turn || row->contract >= engine->contract_count) return LIC_CORRUPT;
    return take_record(reading, row->contract, row->record, row->extra);
}

static lic_status failed(lic_engine *engine, lic_status status, const char *what, lic_error *error)
{
    if (error->status == status && error->text[0] != '\0') return status;
    if (status == LIC_CORRUPT)
        return lic_fail(
            error, status, what,
            "`licet doctor --rebuild` makes them again from the blocks; or restore a backup",
            "the ledger's %s are damaged: they do not fit together", what);
    const lic_error *store = lic_store_error(lic_ledger_store(engine->ledger));
    return lic_fail(error, status, what, store->help, "cannot read the ledger's %s: %s", what,
                    store->text);
}

/* The trees that were read give the state root of the tip. */
static lic_status check_root(lic_engine *engine, lic_error *error)
{
    lic_hash root;
    LIC_TRY(lic_state_root(engine, &root));
    if (lic_hash_equal(&root, &lic_ledger_tip(engine->ledger)->state_root)) return LIC_OK;
    return failed(engine, LIC_CORRUPT, "parties, lanes and contract records", error);
}

/* -- as after an earlier block ----------------------------------------------------------------------------------------- */

static lic_status take_until(void *context, const lic_row_old_page *row)
{
    *(uint64_t *)context = row->until;
    return LIC_OK;
}

static lic_status read_old_record(void *context, const lic_row_old_page *row)
{
    const lic_reading *reading = context;
    lic_cursor cursor = lic_cursor_of(row->body);
    lic_slice record = lic_get_slice(&cursor, row->body.size);
    lic_slice extra = lic_get_slice(&cursor, row->body.size);
    if (!lic_cursor_done(&cursor)) return LIC_CORRUPT;
    return take_record(reading, row->contract, record, extra);
}

/* The record that the first block behind at_height superseded; when none did, the present one. */
static lic_status read_earlier_states(lic_reading *reading)
{
    lic_engine *engine = reading->engine;
    lic_store *store = lic_ledger_store(engine->ledger);
    for (uint32_t i = 0; i < engine->contract_count; i++) {
        uint64_t until = 0;
        LIC_TRY(lic_store_read_next_old_page(store, i, engine->at_height, take_until, &until));
        if (until == 0)
            LIC_TRY(lic_store_read_contract_state(store, i, read_contract_state, reading));
        else
            LIC_TRY(lic_store_read_old_page(store, i, until, LIC_RECORD_TABLE, 0, read_old_record,
                                            reading));
    }
    return LIC_OK;
}

static lic_status read_states(lic_reading *reading)
{
    if (reading->engine->earlier) return read_earlier_states(reading);
    return lic_store_read_contract_states(lic_ledger_store(reading->engine->ledger),
                                          read_contract_state, reading);
}

static lic_status read_keys(lic_engine *engine, lic_cursor *kept)
{
    if (kept == NULL)
        return lic_store_read_keys(lic_ledger_store(engine->ledger), read_key, engine);
    return lic_kept_keys_get(engine, kept);
}

lic_status lic_persist_read(lic_engine *engine, lic_cursor *kept, lic_error *error)
{
    lic_store *store = lic_ledger_store(engine->ledger);
    lic_reading reading = {engine, error};
    lic_status status = lic_store_read_parties(store, read_party, engine);
    if (status == LIC_OK) status = read_keys(engine, kept);
    for (uint32_t i = 0; status == LIC_OK && i < engine->party_count; i++)
        status = lic_registry_leaf(engine, i);
    if (status != LIC_OK) return failed(engine, status, "parties", error);
    status = lic_store_read_images(store, read_image, &reading);
    if (status == LIC_OK) status = lic_store_read_contracts(store, read_contract, &reading);
    if (status == LIC_OK) status = read_states(&reading);
    if (status == LIC_OK && lic_merkle_count(engine->contract_tree) != engine->contract_count)
        status = LIC_CORRUPT;
    if (status != LIC_OK) return failed(engine, status, "contracts", error);
    status = lic_uploads_read(engine);
    if (status != LIC_OK) return failed(engine, status, "uploads", error);
    return check_root(engine, error);
}

/* -- writing ----------------------------------------------------------------------------------------------------------- */

static lic_status write_parties(lic_engine *engine, lic_store *store)
{
    for (uint32_t i = engine->first_changed; i != LIC_NONE32; i = engine->parties[i].next_changed) {
        lic_party_state *party = &engine->parties[i];
        lic_row_party row = {.number = i,
                             .id = party->id,
                             .name = party->name,
                             .roles = engine->keys[party->keys[0]].roles,
                             .height = party->height};
        memcpy(row.recovery.bytes, party->recovery.bytes, LIC_KEY_SIZE);
        LIC_TRY(lic_store_put_party(store, &row));
        for (uint32_t k = 0; k < party->key_count; k++) {
            lic_key_state *key = &engine->keys[party->keys[k]];
            if (!key->changed) continue;
            lic_row_key stored = {.number = party->keys[k],
                                  .party = i,
                                  .roles = key->roles,
                                  .first = key->first,
                                  .last = key->last};
            memcpy(stored.key.bytes, key->key.bytes, LIC_KEY_SIZE);
            LIC_TRY(lic_store_put_key(store, &stored));
        }
    }
    return LIC_OK;
}

static lic_status write_images(lic_engine *engine, lic_store *store)
{
    for (uint32_t i = 0; i < engine->image_count; i++) {
        const lic_image_state *state = engine->images[i];
        if (!state->changed) continue;
        lic_buffer bytes;
        lic_buffer_init(&bytes, engine->allocator, LIC_IMAGE_MAX);
        lic_status status = lic_image_encode(state->image, &bytes);
        lic_row_image row = {
            .number = i, .id = state->image->id, .bytes = lic_slice_of(bytes.data, bytes.size)};
        if (status == LIC_OK) status = lic_store_put_image(store, &row);
        lic_buffer_free(&bytes);
        LIC_TRY(status);
    }
    return LIC_OK;
}

static lic_status write_instance(lic_engine *engine, lic_store *store, const lic_contract *contract)
{
    lic_buffer parties;
    lic_buffer_init(&parties, engine->allocator, 1u << 16);
    for (uint32_t i = 0; i < contract->image->parties_count; i++)
        lic_put_u32(&parties, contract->parties[i]);
    lic_row_contract row = {.number = contract->number,
                            .id = contract->id,
                            .image = contract->code->number,
                            .deployer = contract->deployer,
                            .height = contract->height,
                            .name = contract->name,
                            .source = contract->source,
                            .parameters = contract->parameters,
                            .parties = lic_slice_of(parties.data, parties.size)};
    lic_status status = parties.failed ? LIC_NO_MEMORY : lic_store_put_contract(store, &row);
    lic_buffer_free(&parties);
    return status;
}

static lic_status write_fixed(lic_engine *engine, lic_store *store, const lic_contract *contract)
{
    lic_buffer body;
    lic_buffer_init(&body, engine->allocator, (size_t)1 << 24);
    lic_status status = LIC_OK;
    for (uint16_t t = 0; status == LIC_OK && t < contract->image->tables_count; t++) {
        if (!contract->loaded[t]) continue;
        uint32_t step = lic_fixed_block_rows(&contract->image->tables[t]);
        uint32_t rows = contract->tables->views[t].row_count;
        for (uint32_t i = 0; status == LIC_OK && i < lic_fixed_blocks(contract->tables, t); i++) {
            lic_buffer_clear(&body);
            lic_fixed_block_put(contract->tables, t, i, &body);
            uint32_t first = i * step, count = rows - first < step ? rows - first : step;
            lic_row_fixed row = {.contract = contract->number,
                                 .tbl = t,
                                 .first = first,
                                 .rows = count,
                                 .body = lic_slice_of(body.data, body.size)};
            status = body.failed ? LIC_NO_MEMORY : lic_store_put_fixed(store, &row);
        }
    }
    lic_buffer_free(&body);
    return status;
}

/* Where the block is written, and what was made for that ahead. */
typedef struct lic_persisting {
    lic_engine *engine;
    lic_store *store;
    const lic_superseded *made;
} lic_persisting;

enum { FORMER_ROWS = 128, FORMER_BYTES = 1 << 18 };

/* Superseded extents on their way to the file: many at once cost half. The body of row i ends at ends[i] of `bytes`. */
typedef struct lic_former_rows {
    lic_row_old_page rows[FORMER_ROWS];
    size_t ends[FORMER_ROWS];
    size_t count;
    lic_buffer bytes;
} lic_former_rows;

static lic_status write_formers(lic_former_rows *formers, lic_store *store)
{
    size_t from = 0, count = formers->count;
    for (size_t i = 0; i < count; from = formers->ends[i++])
        if (formers->ends[i] > from)
            formers->rows[i].body = lic_slice_of(formers->bytes.data + from,
                                                 formers->ends[i] - from);
    LIC_TRY(lic_store_put_old_page_rows(store, formers->rows, count));
    formers->count = 0;
    lic_buffer_clear(&formers->bytes);
    return LIC_OK;
}

typedef struct lic_extent_writer {
    lic_engine *engine;
    lic_store *store;
    const lic_contract *contract;
    const lic_superseded *superseded;
    size_t extent;            /* which of its extents comes next */
    const lic_page_ref *refs; /* changed pages, in order */
    size_t count;
    lic_stale_list waiting, left; /* before and after the block */
    size_t at;                    /* in `waiting` */
    unsigned group;               /* which is written now, LIC_NONE32: all */
    lic_superseded_room room;
    lic_former_rows formers;
} lic_extent_writer;

static lic_status put_extent(lic_extent_writer *w, uint16_t table, uint32_t extent)
{
    lic_slice body;
    LIC_TRY(lic_extent_body(w->contract->tables, table, extent, &w->room.after, &body));
    const lic_row_page row = {
        .contract = w->contract->number, .tbl = table, .page = extent, .body = body};
    return lic_store_put_page(w->store, &row);
}

static bool is_due(const lic_extent_writer *w, uint16_t table, uint32_t extent)
{
    return w->group == LIC_NONE32 || w->group == lic_stale_group(table, extent);
}

/* The row of the extent of changed pages refs[0 .. count - 1] goes behind the others. */
static lic_status append_former(lic_extent_writer *w, const lic_page_ref *refs, size_t count)
{
    lic_buffer *bytes = &w->formers.bytes;
    lic_slice made;
    if (!lic_superseded_row(w->superseded, w->extent, &made))
        return lic_superseded_put(w->contract->tables, w->engine->height, refs, count, &w->room,
                                  bytes);
    lic_put_bytes(bytes, made.data, made.size);
    return bytes->failed ? LIC_NO_MEMORY : LIC_OK;
}

/* The old version of the extent of these pages; *told: its row leads to the new one, too. */
static lic_status put_former(lic_extent_writer *w, const lic_page_ref *refs, size_t count,
                             bool *told)
{
    lic_former_rows *formers = &w->formers;
    if (formers->count == FORMER_ROWS || formers->bytes.size > FORMER_BYTES)
        LIC_TRY(write_formers(formers, w->store));
    size_t start = formers->bytes.size;
    LIC_TRY(append_former(w, refs, count));
    formers->rows[formers->count] = (lic_row_old_page){.contract = w->contract->number,
                                                       .until = w->engine->height,
                                                       .tbl = refs[0].table,
                                                       .page = refs[0].page >> LIC_EXTENT_SHIFT};
    formers->ends[formers->count++] = formers->bytes.size;
    size_t size = formers->bytes.size - start;
    *told = size != 0 && !lic_former_whole(lic_slice_of(formers->bytes.data + start, size));
    return LIC_OK;
}

static bool changes_table(const lic_extent_writer *w, uint16_t table)
{
    size_t low = 0, high = w->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (w->refs[middle].table < table) low = middle + 1;
        else high = middle;
    }
    return low < w->count && w->refs[low].table == table;
}

/* One that an earlier block changed. Of a table that this block leaves alone it is not known to be in memory. */
static lic_status pass_waiting(lic_extent_writer *w, const lic_stale *item)
{
    if (changes_table(w, item->table) && is_due(w, item->table, item->extent))
        return put_extent(w, item->table, item->extent);
    return lic_stale_append(&w->left, *item);
}

/* Those before a place; *from: since when the one at it waits, if it does. */
static lic_status pass_until(lic_extent_writer *w, uint16_t table, uint32_t extent, uint64_t *from)
{
    for (; w->at < w->waiting.count; w->at++) {
        const lic_stale *item = &w->waiting.items[w->at];
        if (item->table == table && item->extent == extent) {
            *from = item->from;
            w->at++;
            return LIC_OK;
        }
        if (item->table > table || (item->table == table && item->extent > extent)) return LIC_OK;
        LIC_TRY(pass_waiting(w, item));
    }
    return LIC_OK;
}

static lic_status write_extent(lic_extent_writer *w, const lic_page_ref *refs, size_t count)
{
    lic_stale item = {.table = refs[0].table,
                      .extent = refs[0].page >> LIC_EXTENT_SHIFT,
                      .from = w->engine->height};
    bool told = false;
    LIC_TRY(pass_until(w, item.table, item.extent, &item.from));
    LIC_TRY(put_former(w, refs, count, &told));
    if (!told || is_due(w, item.table, item.extent)) return put_extent(w, item.table, item.extent);
    return lic_stale_append(&w->left, item);
}

static lic_status write_extents(lic_extent_writer *w)
{
    const lic_page_ref *refs = w->refs;
    for (size_t from = 0, pages; from < w->count; from += pages, w->extent++) {
        pages = lic_superseded_pages(refs + from, w->count - from);
        LIC_TRY(write_extent(w, refs + from, pages));
    }
    for (; w->at < w->waiting.count; w->at++) LIC_TRY(pass_waiting(w, &w->waiting.items[w->at]));
    LIC_TRY(write_formers(&w->formers, w->store));
    return lic_stale_write(&w->left, &w->waiting, w->store, w->contract->number);
}

/* A block changes so much of a contract that few of SQLite's pages would be spared. */
static bool changes_much(const lic_contract *contract)
{
    enum { PAGES_MANY = 2048 };
    return contract->tables->changed_count >= PAGES_MANY;
}

/* The group that has waited longest, or all. */
static unsigned choose_group(const lic_extent_writer *w)
{
    uint64_t oldest = UINT64_MAX;
    unsigned group = 0;
    if (changes_much(w->contract)) return LIC_NONE32;
    for (size_t i = 0; i < w->waiting.count; i++) {
        const lic_stale *item = &w->waiting.items[i];
        unsigned other = lic_stale_group(item->table, item->extent);
        bool older = item->from < oldest || (item->from == oldest && other < group);
        if (!older || !changes_table(w, item->table)) continue;
        oldest = item->from;
        group = other;
    }
    return group;
}

static lic_status write_refs(lic_extent_writer *w)
{
    const lic_allocator *allocator = w->engine->allocator;
    lic_superseded_room_init(&w->room, allocator);
    lic_buffer_init(&w->formers.bytes, allocator, (size_t)1 << 26);
    w->left = (lic_stale_list){.allocator = allocator};
    lic_status status = lic_stale_read(&w->waiting, w->store, w->contract->number, allocator);
    w->group = choose_group(w);
    if (status == LIC_OK) status = write_extents(w);
    lic_stale_free(&w->waiting);
    lic_stale_free(&w->left);
    lic_superseded_room_free(&w->room);
    lic_buffer_free(&w->formers.bytes);
    return status;
}

static lic_status write_sorted(const lic_persisting *p, const lic_contract *contract,
                               const lic_superseded *superseded)
{
    lic_extent_writer w = {.engine = p->engine,
                           .store = p->store,
                           .contract = contract,
                           .superseded = superseded,
                           .refs = superseded->refs,
                           .count = superseded->count};
    return write_refs(&w);
}

static lic_status write_pages(const lic_persisting *p, const lic_contract *contract)
{
    const lic_tables *tables = contract->tables;
    if (tables->changed_count == 0) return LIC_OK;
    if (p->made->tables == tables) return write_sorted(p, contract, p->made);
    lic_superseded sorted;
    LIC_TRY(lic_superseded_sort(&sorted, tables));
    lic_status status = write_sorted(p, contract, &sorted);
    lic_superseded_free(&sorted);
    return status;
}

static lic_status write_record(lic_engine *engine, lic_store *store, lic_contract *contract)
{
    lic_buffer record, extra, sealed;
    lic_buffer_init(&record, engine->allocator, (size_t)1 << 24);
    lic_buffer_init(&extra, engine->allocator, (size_t)1 << 30);
    lic_buffer_init(&sealed, engine->allocator, (size_t)1 << 30);
    lic_status status = lic_record_put(engine, contract, &record);
    lic_extra_put(contract, &extra);
    lic_slice record_bytes = lic_slice_of(record.data, record.size);
    lic_slice extra_bytes = lic_slice_of(extra.data, extra.size);
    lic_put_slice(&sealed, record_bytes);
    lic_put_slice(&sealed, extra_bytes);
    if (status == LIC_OK && (extra.failed || sealed.failed)) status = LIC_NO_MEMORY;
    lic_row_contract_state row = {
        .contract = contract->number, .record = record_bytes, .extra = extra_bytes};
    lic_row_old_page old = {.contract = contract->number,
                            .until = engine->height,
                            .tbl = LIC_RECORD_TABLE,
                            .body = lic_slice_of(contract->sealed, contract->sealed_size)};
    if (status == LIC_OK) status = lic_store_put_old_page(store, &old);
    if (status == LIC_OK) status = lic_store_put_contract_state(store, &row);
    if (status == LIC_OK) { /* the next block will store this one as the old version */
        lic_release(engine->allocator, contract->sealed, contract->sealed_size);
        contract->sealed_size = sealed.size;
        contract->sealed = lic_allocate(engine->allocator, sealed.size);
        if (contract->sealed == NULL) status = LIC_NO_MEMORY;
        else memcpy(contract->sealed, sealed.data, sealed.size);
    }
    lic_buffer_free(&record);
    lic_buffer_free(&extra);
    lic_buffer_free(&sealed);
    return status;
}

static lic_status put_day(const lic_engine *engine, lic_store *store, uint32_t contract,
                          lic_date day)
{
    const lic_row_day row = {
        .contract = contract, .day = lic_day_key(day), .height = engine->height};
    return lic_store_put_day(store, &row);
}

/* Under which days the block is found: its own, and the periods for which something ran. */
static lic_status write_days(const lic_engine *engine, lic_store *store)
{
    for (uint32_t i = 0; i < engine->contract_count; i++)
        if (engine->contracts[i]->changed) LIC_TRY(put_day(engine, store, i, engine->today));
    for (const lic_run_effects *run = engine->effects.runs; run != NULL; run = run->next) {
        const lic_image *image = engine->contracts[run->contract]->image;
        lic_date day = lic_run_period_kind(image, run->kind, run->subject) != 0 ? run->first
                                                                                : run->today;
        if (day != engine->today) LIC_TRY(put_day(engine, store, run->contract, day));
    }
    return LIC_OK;
}

static lic_status write_contract(const lic_persisting *p, lic_contract *contract)
{
    if (contract->created) LIC_TRY(write_instance(p->engine, p->store, contract));
    LIC_TRY(write_pages(p, contract));
    return write_record(p->engine, p->store, contract);
}

static lic_status write_contracts(const lic_persisting *p)
{
    lic_engine *engine = p->engine;
    bool much = false;
    for (uint32_t i = 0; i < engine->contract_count; i++) {
        if (!engine->contracts[i]->changed) continue;
        much = much || changes_much(engine->contracts[i]);
        LIC_TRY(write_contract(p, engine->contracts[i]));
    }
    return lic_store_enter_old_pages(p->store, engine->height, much);
}

static lic_status told(lic_store *store, lic_status status, lic_error *error)
{
    if (status == LIC_OK) return LIC_OK;
    const lic_error *why = lic_store_error(store);
    return lic_fail(error, status, "write", why->help, "cannot write the block: %s",
                    why->text[0] != '\0' ? why->text : lic_status_message(status));
}

lic_status lic_persist_early(lic_engine *engine, lic_store *store, bool much, lic_error *error)
{
    lic_status status = LIC_OK;
    for (uint32_t i = 0; status == LIC_OK && i < engine->contract_count; i++)
        if (engine->contracts[i]->changed)
            status = write_fixed(engine, store, engine->contracts[i]);
    if (status == LIC_OK && much) status = lic_store_send_ahead(store);
    return told(store, status, error);
}

lic_status lic_persist_write(lic_engine *engine, lic_store *store, const lic_superseded *made,
                             lic_error *error)
{
    const lic_persisting p = {.engine = engine, .store = store, .made = made};
    lic_status status = write_parties(engine, store);
    if (status == LIC_OK) status = write_images(engine, store);
    if (status == LIC_OK) status = write_contracts(&p);
    if (status == LIC_OK) status = write_days(engine, store);
    if (status == LIC_OK) status = lic_uploads_write(engine, store);
    return told(store, status, error);
}
