/* Uploads: a header names size, lines, chunks and root; chunks come in any order, each with its proof;
 * the last one starts the run. Chunks are kept in memory as long as there is room, otherwise they are
 * read back from the store. */
#include "engine.h"

#include "report/pieces.h"
#include "report/steps.h"

#include <string.h>

#define PIECES_MAX ((size_t)1 << 30) /* bytes of chunks held in memory */

lic_upload *lic_upload_find(const lic_engine *engine, const lic_hash *id)
{
    for (lic_upload *u = engine->uploads; u != NULL; u = u->next)
        if (u->state == LIC_UPLOAD_WAITING && lic_hash_equal(&u->id, id)) return u;
    return NULL;
}

void lic_uploads_forget_borrowed(lic_engine *engine)
{
    for (lic_upload *u = engine->uploads; u != NULL; u = u->next)
        lic_pieces_forget_borrowed(engine, u);
}

void lic_upload_destroy(lic_engine *engine, lic_upload *upload)
{
    lic_pieces_free(engine, upload);
    lic_release(engine->allocator, upload, sizeof *upload);
}

static lic_status make_upload(lic_engine *engine, uint32_t chunks, lic_upload **result)
{
    lic_upload *upload = lic_allocate_zero(engine->allocator, 1, sizeof *upload);
    if (upload == NULL) return LIC_NO_MEMORY;
    upload->chunks = chunks;
    *result = upload;
    return LIC_OK;
}

static void list_upload(lic_engine *engine, lic_upload *upload)
{
    upload->next = engine->uploads;
    engine->uploads = upload;
}

static void unlist_upload(lic_engine *engine, lic_upload *upload)
{
    for (lic_upload **at = &engine->uploads; *at != NULL; at = &(*at)->next)
        if (*at == upload) {
            *at = upload->next;
            lic_upload_destroy(engine, upload);
            return;
        }
}

/* -- headers -------------------------------------------------------------------------------------------------------- */

static lic_status check_quota(const lic_engine *engine, uint32_t party, uint32_t contract,
                              uint64_t bytes, lic_error *error)
{
    const lic_limits *limits = &lic_ledger_genesis(engine->ledger)->limits;
    uint32_t of_party = 0, of_contract = 0;
    uint64_t party_bytes = 0;
    for (const lic_upload *u = engine->uploads; u != NULL; u = u->next) {
        if (u->state != LIC_UPLOAD_WAITING) continue;
        of_contract += u->contract == contract ? 1u : 0u;
        of_party += u->party == party ? 1u : 0u;
        party_bytes += u->party == party ? u->bytes : 0;
    }
    if (of_party >= limits->party_uploads || of_contract >= limits->contract_uploads ||
        bytes > limits->party_upload_bytes - (party_bytes < limits->party_upload_bytes
                                                  ? party_bytes
                                                  : limits->party_upload_bytes))
        return lic_fail(error, LIC_REFUSED, "quota_uploads",
                        "complete the open uploads, or let them expire",
                        "too many incomplete uploads");
    return LIC_OK;
}

static lic_status check_size(const lic_engine *engine, uint64_t bytes, uint64_t lines,
                             uint32_t chunks, lic_error *error)
{
    const lic_limits *limits = &lic_ledger_genesis(engine->ledger)->limits;
    if (bytes > limits->upload_bytes || lines > limits->upload_lines)
        return lic_fail(
            error, LIC_TOO_LARGE, "upload", "split the file, or ask the operator for higher limits",
            "the ledger takes uploads of at most %llu bytes and %llu lines",
            (unsigned long long)limits->upload_bytes, (unsigned long long)limits->upload_lines);
    uint64_t least = (bytes + LIC_CHUNK_MAX - 1) / LIC_CHUNK_MAX;
    if (chunks > LIC_UPLOAD_CHUNKS_MAX || chunks < least || chunks > bytes || lines > bytes)
        return lic_fail(error, LIC_MALFORMED, "upload",
                        "count bytes, lines and chunks of the file again",
                        "the header's numbers do not fit together");
    return LIC_OK;
}

lic_status lic_upload_open(lic_engine *engine, const lic_transaction *t, uint32_t contract,
                           uint32_t party, lic_upload **result, lic_error *error)
{
    bool report = t->kind == LIC_TX_REPORT;
    uint64_t bytes = report ? t->body.report.bytes : t->body.load.bytes;
    uint64_t lines = report ? t->body.report.lines : t->body.load.rows;
    uint32_t chunks = report ? t->body.report.chunks : t->body.load.chunks;
    LIC_TRY(check_size(engine, bytes, lines, chunks, error));
    LIC_TRY(check_quota(engine, party, contract, bytes, error));
    lic_upload *upload = NULL;
    if (make_upload(engine, chunks, &upload) != LIC_OK)
        return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    upload->id = t->id;
    upload->kind = t->kind;
    upload->contract = contract;
    upload->party = party;
    upload->subject = report ? t->body.report.report : t->body.load.table;
    upload->period = report ? t->body.report.period : 0;
    upload->place = LIC_PLACE(engine->height, LIC_CLASS_TRANSACTION, engine->cause);
    upload->expires = engine->today +
                      (lic_date)lic_ledger_genesis(engine->ledger)->limits.upload_days;
    upload->bytes = bytes;
    upload->lines = lines;
    upload->root = report ? t->body.report.root : t->body.load.root;
    upload->changed = true;
    upload->number = engine->upload_count++;
    list_upload(engine, upload);
    *result = upload;
    return LIC_OK;
}

void lic_uploads_overtaken(lic_engine *engine, const lic_upload *by)
{
    for (lic_upload *u = engine->uploads; u != NULL; u = u->next) {
        if (u == by || u->state != LIC_UPLOAD_WAITING || u->kind != by->kind ||
            u->contract != by->contract || u->subject != by->subject || u->period != by->period)
            continue;
        u->state = LIC_UPLOAD_EXPIRED;
        u->ended = engine->height;
        u->changed = true;
    }
}

/* -- chunks ----------------------------------------------------------------------------------------------------------- */

typedef struct lic_chunk_copy {
    lic_buffer *target;
} lic_chunk_copy;

static lic_status copy_chunk(void *context, const lic_row_chunk *row)
{
    const lic_chunk_copy *copy = context;
    lic_put_bytes(copy->target, row->bytes.data, row->bytes.size);
    return copy->target->failed ? LIC_NO_MEMORY : LIC_OK;
}

lic_status lic_upload_chunk(lic_engine *engine, lic_upload *upload, uint32_t index,
                            lic_buffer *scratch, lic_slice *bytes)
{
    *bytes = lic_pieces_bytes(upload, index);
    if (bytes->data != NULL) return LIC_OK;
    lic_chunk_copy copy = {scratch};
    lic_buffer_clear(scratch);
    LIC_TRY(lic_store_read_chunk(lic_ledger_store(engine->ledger),
                                 LIC_CHUNK_SLOT(upload->number, index), copy_chunk, &copy));
    *bytes = lic_slice_of(scratch->data, scratch->size);
    return scratch->size == 0 ? LIC_MISSING : LIC_OK;
}

static lic_status store_chunk(lic_call *call, const lic_upload *upload, lic_error *error)
{
    lic_engine *engine = call->engine;
    const lic_body_lines *body = &call->transaction->body.lines;
    if (engine->replaying) return LIC_OK;
    lic_row_chunk row = {.slot = LIC_CHUNK_SLOT(upload->number, body->index),
                         .place = LIC_PLACE(engine->height, LIC_CLASS_TRANSACTION, engine->cause),
                         .leaf = call->transaction->chunk_leaf,
                         .bytes = body->chunk};
    lic_store *store = lic_ledger_store(engine->ledger);
    lic_status status = engine->borrows ? lic_store_put_chunk_later(store, &row)
                                        : lic_store_put_chunk(store, &row);
    if (status != LIC_OK)
        return lic_fail(error, status, "write", lic_store_error(store)->help,
                        "cannot write the chunk: %s", lic_store_error(store)->text);
    return LIC_OK;
}

/* A copy, or what the reader of a stored block has copied already. */
static uint8_t *own(lic_engine *engine, lic_slice bytes)
{
    uint8_t *copy = engine->kept_chunk == NULL ? NULL : *engine->kept_chunk;
    if (copy != NULL) {
        *engine->kept_chunk = NULL;
        return copy;
    }
    copy = lic_allocate(engine->allocator, bytes.size);
    if (copy != NULL) memcpy(copy, bytes.data, bytes.size);
    return copy;
}

/* Keeps the bytes; without room the store has them. In replay the store is what was replayed from. */
static void remember(lic_engine *engine, lic_piece *piece, lic_slice bytes)
{
    if (engine->borrows) {
        piece->bytes = bytes;
        return;
    }
    if (bytes.size == 0 || engine->piece_bytes + bytes.size > PIECES_MAX) return;
    uint8_t *copy = own(engine, bytes);
    if (copy == NULL) return;
    piece->owned = copy;
    piece->bytes = lic_slice_of(copy, bytes.size);
    engine->piece_bytes += bytes.size;
}

static lic_status check_chunk(const lic_call *call, const lic_upload *upload, lic_error *error)
{
    const lic_body_lines *body = &call->transaction->body.lines;
    if (body->index >= upload->chunks)
        return lic_fail(error, LIC_REFUSED, "chunk", "number the chunks from 0",
                        "the upload has %u chunks, not number %u", upload->chunks, body->index);
    if (lic_pieces_received(upload, body->index))
        return lic_fail(error, LIC_REFUSED, "chunk_known", "send the chunks that are missing",
                        "chunk %u is here already", body->index);
    lic_hash path[LIC_PROOF_MAX];
    for (uint32_t i = 0; i < body->proof.count; i++) path[i] = lic_hashes_at(&body->proof, i);
    if (!lic_merkle_includes(call->engine->hasher, &call->transaction->chunk_leaf, body->index,
                             upload->chunks, path, body->proof.count, &upload->root))
        return lic_fail(error, LIC_REFUSED, "proof",
                        "send the file's own bytes, as they were when its header was signed",
                        "chunk %u is not the one that the signed root names", body->index);
    bool last = body->index + 1 == upload->chunks;
    if (body->chunk.size == 0 || (!last && body->chunk.data[body->chunk.size - 1] != '\n'))
        return lic_fail(error, LIC_REFUSED, "cut", "cut chunks at line ends",
                        "chunk %u does not end with a line", body->index);
    return LIC_OK;
}

/* More lines than the block may still work off: it is settled in steps, and this is told to nobody but in
 * outputs. */
static lic_status run_in_steps(lic_call *call, lic_upload *upload, lic_error *error)
{
    call->result.status = LIC_RECEIPT_WAITING;
    return lic_steps_start(call->engine, upload, error);
}

static lic_status run_complete(lic_call *call, lic_upload *upload, lic_error *error)
{
    bool report = upload->kind == LIC_TX_REPORT;
    if (report && upload->lines > call->engine->work) return run_in_steps(call, upload, error);
    uint64_t limit = lic_ledger_genesis(call->engine->ledger)->limits.gas_limit, gas = 0;
    lic_status status = report ? lic_report_run(call->engine, upload, limit, &gas, call->outcome,
                                                error)
                               : lic_load_run(call->engine, upload, limit, &gas, error);
    call->result.gas += gas;
    if (status == LIC_OK) {
        if (report) call->engine->work -= upload->lines; /* what is refused leaves no trace */
        upload->state = LIC_UPLOAD_COMPLETE;
        upload->ended = call->engine->height;
        upload->changed = true;
        lic_uploads_overtaken(call->engine, upload);
    }
    return status;
}

lic_status lic_handle_lines(lic_call *call, lic_error *error)
{
    lic_engine *engine = call->engine;
    const lic_body_lines *body = &call->transaction->body.lines;
    lic_upload *upload = lic_upload_find(engine, &body->upload);
    if (upload == NULL)
        return lic_fail(error, LIC_REFUSED, "upload", "file the header first; uploads expire",
                        "no upload with this id waits for chunks");
    LIC_TRY(check_chunk(call, upload, error));
    lic_piece *piece = lic_pieces_make(engine, upload, body->index);
    if (piece == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    LIC_TRY(store_chunk(call, upload, error));
    remember(engine, piece, body->chunk);
    piece->received = true;
    upload->received++;
    call->result.status = LIC_RECEIPT_WAITING;
    call->result.number = upload->number;
    lic_status status = LIC_OK;
    if (upload->received == upload->chunks) {
        call->result.status = LIC_RECEIPT_DONE;
        status = run_complete(call, upload, error);
    }
    if (status == LIC_OK) {
        upload->changed = true;
        return LIC_OK;
    }
    upload->received--;
    piece->received = false;
    lic_piece_forget(engine, piece);
    uint64_t slot = LIC_CHUNK_SLOT(upload->number, body->index);
    if (!engine->replaying &&
        lic_store_erase_chunks(lic_ledger_store(engine->ledger), slot, slot) != LIC_OK)
        engine->broken = true;
    return status;
}

lic_status lic_upload_withdraw(lic_engine *engine, const lic_hash *id, lic_block_mark mark,
                               lic_error *error)
{
    lic_store *store = lic_ledger_store(engine->ledger);
    lic_upload *upload = lic_upload_find(engine, id);
    lic_status status = LIC_OK;
    if (upload != NULL) { /* otherwise its header was refused */
        uint64_t first = LIC_CHUNK_SLOT(upload->number, 0);
        LIC_ASSERT(upload->number + 1 == engine->upload_count);
        status = lic_store_erase_chunks(store, first, first + LIC_UPLOAD_CHUNKS_MAX - 1);
        engine->upload_count--;
        unlist_upload(engine, upload);
    }
    if (status == LIC_OK) status = lic_block_rewind(engine->block, mark);
    if (status == LIC_OK) return LIC_OK;
    engine->broken = true;
    return lic_fail(error, status, "write", lic_store_error(store)->help,
                    "cannot take the upload back: %s", lic_store_error(store)->text);
}

/* -- load and report headers -------------------------------------------------------------------------------------------- */

/* An empty file is complete with its header. */
static lic_status open_upload(lic_call *call, lic_error *error)
{
    lic_engine *engine = call->engine;
    lic_upload *upload = NULL;
    LIC_TRY(lic_upload_open(engine, call->transaction, call->contract->number, call->party, &upload,
                            error));
    call->result.number = upload->number;
    call->result.status = LIC_RECEIPT_WAITING;
    if (upload->chunks != 0) return LIC_OK;
    call->result.status = LIC_RECEIPT_DONE;
    lic_status status = run_complete(call, upload, error);
    if (status != LIC_OK) {
        engine->upload_count--;
        unlist_upload(engine, upload);
    }
    return status;
}

lic_status lic_handle_load(lic_call *call, lic_error *error)
{
    lic_contract *contract = call->contract;
    LIC_TRY(lic_contract_open(call->engine, contract, error));
    if (call->party != contract->deployer || (call->roles[0] & LIC_KEY_MAY_SIGN) == 0)
        return lic_fail(error, LIC_DENIED, "deployer",
                        "load as the party that deployed the contract",
                        "only the deployer loads schedules");
    LIC_TRY(lic_load_admit(call->engine, contract, call->transaction->body.load.table, error));
    return open_upload(call, error);
}

/* Everything that reading and judging can cost is known from the header: gas can't run out midway. */
static lic_status check_gas(lic_call *call, lic_error *error)
{
    const lic_engine *engine = call->engine;
    const lic_body_report *body = &call->transaction->body.report;
    const lic_image *image = call->contract->image;
    const lic_entry *entry = &image->entries[image->reports[body->report].entry];
    lic_u128 bound = entry->gas_once + engine->rules->gas_transaction;
    bound += (lic_u128)body->lines * (entry->gas_per_line + engine->rules->gas_line);
    for (uint16_t i = 0; i < entry->phase_count; i++) {
        const lic_phase *phase = &image->phases[entry->first_phase + i];
        if (phase->kind == LIC_PHASE_ROWS)
            bound += (lic_u128)phase->gas * call->contract->tables->views[phase->table].row_count;
    }
    if (bound <= call->transaction->gas_limit) return LIC_OK;
    return lic_fail(error, LIC_REFUSED, "gas", "raise the gas limit of the report's header",
                    "a report of %llu lines can cost more gas than the transaction allows",
                    (unsigned long long)body->lines);
}

static lic_status check_filer(const lic_call *call, const lic_report *report, lic_error *error)
{
    if (lic_call_signed_by(call, report->by, LIC_KEY_MAY_FILE) ||
        lic_call_signed_by(call, report->by, LIC_KEY_MAY_SIGN))
        return LIC_OK;
    lic_slice name = call->contract->image->parties[report->by].name;
    return lic_fail(error, LIC_DENIED, "wrong_party",
                    "file as the party that the agreement names, with a key that has the role file",
                    "report %.*s is filed by %.*s, not by this party", (int)report->name.size,
                    (const char *)report->name.data, (int)name.size, (const char *)name.data);
}

lic_status lic_handle_report(lic_call *call, lic_error *error)
{
    lic_contract *contract = call->contract;
    const lic_body_report *body = &call->transaction->body.report;
    static const lic_hash zero;
    LIC_TRY(lic_contract_open(call->engine, contract, error));
    if (body->report >= contract->image->reports_count)
        return lic_fail(error, LIC_REFUSED, "report", "name a report of the agreement",
                        "there is no report %u", body->report);
    const lic_report *report = &contract->image->reports[body->report];
    LIC_TRY(check_filer(call, report, error));
    if (!lic_hash_equal(&body->replaces, &zero))
        return lic_fail(error, LIC_UNSUPPORTED, "correct",
                        "file a report of its own for the next period",
                        "corrections of settled reports are not executed yet");
    LIC_TRY(
        lic_report_admit(call->engine, contract, report->by, body->report, body->period, error));
    if (body->lines > report->max_lines)
        return lic_fail(
            error, LIC_TOO_LARGE, "lines", "the agreement declares the largest number of lines",
            "report %.*s takes at most %u lines, the file has %llu", (int)report->name.size,
            (const char *)report->name.data, report->max_lines, (unsigned long long)body->lines);
    LIC_TRY(check_gas(call, error));
    return open_upload(call, error);
}

/* -- the store ------------------------------------------------------------------------------------------------------------ */

typedef struct lic_have {
    lic_engine *engine;
    lic_upload *upload;
    uint64_t end; /* chunks of transactions from this place on are not here yet */
} lic_have;

/* Places from here on lie behind the block whose state is read. */
static uint64_t end_of(const lic_engine *engine)
{
    return engine->earlier ? LIC_PLACE(engine->at_height + 1, 0, 0) : UINT64_MAX;
}

static lic_status read_have(void *context, const lic_row_chunk *row)
{
    const lic_have *have = context;
    uint32_t index = (uint32_t)(row->slot & ((1u << 20) - 1u));
    if (index >= have->upload->chunks) return LIC_CORRUPT;
    if (row->place >= have->end) return LIC_OK;
    lic_piece *piece = lic_pieces_make(have->engine, have->upload, index);
    if (piece == NULL) return LIC_NO_MEMORY;
    piece->received = true;
    have->upload->received++;
    return LIC_OK;
}

static lic_status reopen_upload(void *context, const lic_row_upload *row)
{
    lic_engine *engine = context;
    if (row->contract >= engine->contract_count || row->chunks > LIC_UPLOAD_CHUNKS_MAX)
        return LIC_CORRUPT;
    lic_upload *upload = NULL;
    LIC_TRY(make_upload(engine, row->chunks, &upload));
    upload->number = row->number;
    upload->id = row->id;
    upload->kind = (uint16_t)row->kind;
    upload->contract = row->contract;
    upload->party = row->party;
    upload->subject = (uint16_t)row->subject;
    upload->period = (lic_date)row->period;
    upload->place = row->place;
    upload->expires = (lic_date)row->expires;
    upload->bytes = row->bytes;
    upload->lines = row->lines;
    upload->root = row->root;
    if (!engine->earlier) { /* a state is kept when nothing is under way */
        upload->begun = (lic_date)row->begun;
        upload->worked = row->worked;
        if (row->state == LIC_UPLOAD_RUNNING) upload->state = LIC_UPLOAD_RUNNING;
    }
    list_upload(engine, upload);
    lic_have have = {engine, upload, end_of(engine)};
    return lic_store_read_chunks(lic_ledger_store(engine->ledger), LIC_CHUNK_SLOT(row->number, 0),
                                 LIC_CHUNK_SLOT(row->number, (1u << 20) - 1u), read_have, &have);
}

static lic_status read_upload(void *context, const lic_row_upload *row)
{
    lic_engine *engine = context;
    uint64_t end = end_of(engine);
    if (row->place >= end) return LIC_OK;
    if (row->number >= engine->upload_count) engine->upload_count = row->number + 1;
    bool open = row->state == LIC_UPLOAD_WAITING || row->state == LIC_UPLOAD_RUNNING ||
                (engine->earlier && row->ended > engine->at_height);
    return open ? reopen_upload(engine, row) : LIC_OK;
}

lic_status lic_upload_reopen(lic_engine *engine, const lic_hash *id, lic_upload **upload)
{
    lic_upload *newest = engine->uploads;
    LIC_TRY(lic_store_read_upload(lic_ledger_store(engine->ledger), id, reopen_upload, engine));
    *upload = engine->uploads;
    return engine->uploads == newest ? LIC_MISSING : LIC_OK;
}

lic_status lic_uploads_read(lic_engine *engine)
{
    return lic_store_read_uploads(lic_ledger_store(engine->ledger), read_upload, engine);
}

lic_status lic_uploads_write(const lic_engine *engine, lic_store *store)
{
    for (const lic_upload *u = engine->uploads; u != NULL; u = u->next) {
        if (!u->changed) continue;
        lic_row_upload row = {.number = u->number,
                              .id = u->id,
                              .place = u->place,
                              .contract = u->contract,
                              .party = u->party,
                              .kind = u->kind,
                              .subject = u->subject,
                              .period = u->period,
                              .expires = u->expires,
                              .bytes = u->bytes,
                              .lines = u->lines,
                              .chunks = u->chunks,
                              .received = u->received,
                              .state = u->state,
                              .root = u->root,
                              .begun = u->begun,
                              .worked = u->worked,
                              .ended = u->ended};
        LIC_TRY(lic_store_put_upload(store, &row));
    }
    return LIC_OK;
}

lic_status lic_uploads_expire(lic_engine *engine)
{
    for (lic_upload *u = engine->uploads; u != NULL; u = u->next)
        if (u->state == LIC_UPLOAD_WAITING && engine->today > u->expires) {
            u->state = LIC_UPLOAD_EXPIRED;
            u->ended = engine->height;
            u->changed = true;
        }
    return LIC_OK;
}

void lic_uploads_sealed(lic_engine *engine)
{
    for (lic_upload **at = &engine->uploads; *at != NULL;) {
        lic_upload *upload = *at;
        upload->changed = false;
        if (upload->state == LIC_UPLOAD_WAITING || upload->state == LIC_UPLOAD_RUNNING) {
            at = &upload->next;
            continue;
        }
        *at = upload->next;
        lic_upload_destroy(engine, upload);
    }
}
