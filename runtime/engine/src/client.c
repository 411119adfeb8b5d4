/* The client's side of an upload: a file is cut into chunks at line ends, hashed, signed for, and
 * submitted as header and chunks. While a thread hashes the chunks, the tables that the upload will need
 * come back from the store. */
#include "engine.h"
#include "report/pieces.h"

#include <string.h>

typedef struct lic_sending {
    lic_engine *engine;
    const lic_upload_options *options;
    lic_transaction *header;
    lic_cut *cut, *own; /* own: it is freed here */
    lic_merkle *tree;
    lic_buffer wire;
    bool shares;      /* the block goes on with it */
    bool begun;       /* the header stands in the ledger, of an earlier time */
    uint32_t resumed; /* chunks that do */
    uint64_t height;  /* of the block that it began in, when that held something before; else 0 */
    lic_block_mark mark; /* what it held */
    lic_outcome *outcome;
    lic_error *error;
} lic_sending;

static lic_status out_of_memory(lic_error *error)
{
    return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
}

/* What goes wrong here will go wrong again where it is needed, and is reported there. */
static void load_tables(const lic_sending *s)
{
    if (s->header->kind != LIC_TX_REPORT) return;
    lic_error unused = {0};
    uint32_t number = lic_contract_find(s->engine, &s->header->body.report.contract);
    if (number != LIC_NONE32 &&
        lic_contract_load(s->engine, s->engine->contracts[number], &unused) != LIC_OK)
        return;
}

/* The cut that came with the call, when it is of the same file and chunks. */
static lic_cut *given_cut(const lic_sending *s)
{
    const lic_upload_options *o = s->options;
    bool same = o->cut != NULL && lic_cut_file(o->cut).data == o->bytes.data &&
                lic_cut_file(o->cut).size == o->bytes.size &&
                lic_cut_chunk_bytes(o->cut) == o->chunk_bytes;
    return same ? o->cut : NULL;
}

static lic_status cut_file(lic_sending *s)
{
    const lic_engine *engine = s->engine;
    s->cut = given_cut(s);
    if (s->cut != NULL) return LIC_OK;
    LIC_TRY(lic_cut_create(engine->allocator, engine->hasher, s->options->bytes,
                           s->options->chunk_bytes, &s->own, s->error));
    s->cut = s->own;
    if (engine->options.threads != 1 && s->options->divert == NULL) lic_cut_hash_ahead(s->cut);
    return LIC_OK;
}

/* While a thread hashes, the tables that the upload will need come back from the store. */
static lic_status hash_and_load(lic_sending *s)
{
    if (s->options->divert == NULL) load_tables(s);
    lic_cut_hash(s->cut);
    for (uint32_t i = 0; i < lic_cut_chunks(s->cut); i++)
        if (lic_merkle_set(s->tree, i, lic_cut_leaf(s->cut, i)) != LIC_OK)
            return out_of_memory(s->error);
    return LIC_OK;
}

static lic_status submit(lic_sending *s, const lic_transaction *transaction)
{
    lic_buffer_clear(&s->wire);
    LIC_TRY(lic_transaction_encode(transaction, &s->wire, s->error));
    if (s->wire.failed) return out_of_memory(s->error);
    if (s->options->divert != NULL)
        return s->options->divert(s->options->divert_context,
                                  lic_slice_of(s->wire.data, s->wire.size));
    return lic_engine_submit(s->engine, lic_slice_of(s->wire.data, s->wire.size), s->outcome,
                             s->error);
}

static bool is_full(const lic_sending *s, lic_status status)
{
    return status == LIC_TOO_LARGE && strcmp(s->error->code, "block_full") == 0;
}

static void fill_header(lic_sending *s)
{
    lic_transaction *t = s->header;
    lic_hash root;
    lic_merkle_tree_root(s->tree, &root);
    if (t->kind == LIC_TX_REPORT) {
        t->body.report.bytes = lic_cut_file(s->cut).size;
        t->body.report.lines = lic_cut_lines(s->cut);
        t->body.report.chunks = lic_cut_chunks(s->cut);
        t->body.report.root = root;
    } else {
        t->body.load.bytes = lic_cut_file(s->cut).size;
        t->body.load.rows = lic_cut_lines(s->cut);
        t->body.load.chunks = lic_cut_chunks(s->cut);
        t->body.load.root = root;
    }
}

static lic_status send_header(lic_sending *s)
{
    lic_transaction *t = s->header;
    LIC_TRY(lic_transaction_sign(s->engine->hasher, t, s->options->keypair, s->error));
    lic_status status = submit(s, t);
    if (s->options->divert != NULL || !is_full(s, status)) return status;
    LIC_TRY(lic_engine_commit(s->engine, s->error));
    return submit(s, t);
}

/* The file was begun before, and does not expire with the block that comes. */
static void find_begun(lic_sending *s)
{
    const lic_upload *begun = lic_upload_same(s->engine, s->header);
    if (s->options->divert != NULL || begun == NULL || begun->expires < lic_engine_date(s->engine))
        return;
    s->header->id = begun->id;
    s->begun = true;
    s->resumed = begun->received;
}

/* The header was refused: perhaps because this very file is settled, and nobody was told when its process ended. Who
 * sends it again is answered as with any other transaction that the ledger knows. */
static bool is_settled(const lic_sending *s)
{
    if (s->header->kind != LIC_TX_REPORT || !s->options->resends) return false;
    if (!lic_upload_settled(s->engine, s->header, s->outcome)) return false;
    s->header->id = s->outcome->receipt.id;
    return true;
}

static lic_status send_chunk(lic_sending *s, uint32_t index)
{
    lic_transaction t;
    lic_hash path[LIC_MERKLE_PATH_MAX];
    memset(&t, 0, sizeof t);
    size_t size = lic_merkle_path(s->tree, index, path);
    t.chain = *lic_ledger_chain(s->engine->ledger);
    t.kind = LIC_TX_LINES;
    t.body.lines.upload = s->header->id;
    t.body.lines.index = index;
    t.body.lines.proof = (lic_hashes){.count = (uint32_t)size,
                                      .encoded = lic_slice_of(path[0].bytes, size * LIC_HASH_SIZE)};
    t.body.lines.chunk = lic_cut_chunk(s->cut, index);
    lic_merkle_get(s->tree, index, &t.chunk_leaf);
    LIC_TRY(lic_transaction_identify_leaf(s->engine->hasher, &t, s->error));
    return s->options->divert != NULL
               ? submit(s, &t)
               : lic_engine_submit_decoded(s->engine, &t, s->outcome, s->error);
}

/* A commit may read the state again, so that the upload is looked up each time. */
static bool is_there(const lic_sending *s, uint32_t index)
{
    if (!s->begun) return false;
    const lic_upload *upload = lic_upload_find(s->engine, &s->header->id);
    return upload == NULL ||
           lic_pieces_received(upload, index); /* with its last chunk it waits no more */
}

/* Blocks hold what the ledger's limits allow; a file that fits in one is one block, all or nothing. */
static lic_status send_chunks(lic_sending *s)
{
    for (uint32_t i = 0; i < lic_cut_chunks(s->cut); i++) {
        if (is_there(s, i)) continue;
        lic_status status = send_chunk(s, i);
        if (is_full(s, status)) {
            LIC_TRY(lic_engine_commit(s->engine, s->error));
            status = send_chunk(s, i);
        }
        LIC_TRY(status);
    }
    return LIC_OK;
}

/* A report that is settled in steps: the blocks that it takes. */
static lic_status wait_for_steps(lic_sending *s)
{
    lic_engine *engine = s->engine;
    const lic_step_outcome *stepped = &engine->stepped;
    while (lic_engine_busy(engine) && !lic_hash_equal(&stepped->upload, &s->header->id))
        LIC_TRY(lic_engine_work(engine, s->error));
    if (!lic_hash_equal(&stepped->upload, &s->header->id)) return LIC_OK;
    if (stepped->status != LIC_OK) {
        *s->error = stepped->error;
        return stepped->status;
    }
    s->outcome->settled = true;
    s->outcome->height = stepped->height;
    s->outcome->lines = stepped->lines;
    s->outcome->accepted = stepped->accepted;
    s->outcome->rejected = stepped->rejected;
    return LIC_OK;
}

/* With others in the block: what is borrowed goes to the file, and the caller commits. What was settled in steps
 * is told when its block is written. */
static lic_status end_sending(lic_sending *s)
{
    lic_engine *engine = s->engine;
    lic_store *store = lic_ledger_store(engine->ledger);
    if (s->options->divert != NULL) return LIC_OK;
    bool stepped = lic_engine_busy(engine) ||
                   lic_hash_equal(&engine->stepped.upload, &s->header->id);
    if (s->shares && !stepped) {
        if (lic_store_write_chunks(store) == LIC_OK) return LIC_OK;
        *s->error = *lic_store_error(store);
        return s->error->status;
    }
    LIC_TRY(lic_engine_commit(engine, s->error));
    return s->header->kind == LIC_TX_REPORT ? wait_for_steps(s) : LIC_OK;
}

/* What came before it in the block stays, or the block is accepted by itself first. */
static lic_status begin_sending(lic_sending *s)
{
    lic_engine *engine = s->engine;
    if (engine->block == NULL || !engine->dirty || s->options->divert != NULL) return LIC_OK;
    if (!s->shares) return lic_engine_commit(engine, s->error);
    s->height = engine->height;
    s->mark = lic_block_mark_of(engine->block);
    return LIC_OK;
}

/* Nothing of it stays in the open block; `status` is why. */
static lic_status give_up(lic_sending *s, lic_status status)
{
    lic_engine *engine = s->engine;
    lic_error again = {0};
    if (engine->block == NULL) return status;
    bool others = s->shares && s->height == engine->height;
    bool good = !engine->broken && !engine->spoilt;
    if (others && good && lic_upload_withdraw(engine, &s->header->id, s->mark, &again) == LIC_OK)
        return status;
    if (others) return lic_engine_lose(engine, s->error);
    if (lic_engine_abandon(engine, &again) != LIC_OK) engine->broken = true;
    return status;
}

static lic_status send_all(lic_sending *s)
{
    LIC_TRY(cut_file(s));
    LIC_TRY(hash_and_load(s));
    fill_header(s);
    find_begun(s);
    s->shares = s->options->shares && !s->begun; /* what is here already is not taken back */
    LIC_TRY(begin_sending(s));
    lic_status status = s->begun ? LIC_OK : send_header(s);
    bool refused = status == LIC_REFUSED;
    if (status == LIC_OK) status = send_chunks(s);
    if (status == LIC_OK) status = end_sending(s);
    if (status != LIC_OK) status = give_up(s, status);
    s->outcome->resumed = s->resumed;
    return refused && is_settled(s) ? LIC_OK : status;
}

lic_status lic_engine_upload(lic_engine *engine, lic_transaction *header,
                             const lic_upload_options *options, lic_outcome *outcome,
                             lic_error *error)
{
    lic_error scratch = {0};
    lic_sending s = {.engine = engine,
                     .options = options,
                     .header = header,
                     .outcome = outcome,
                     .error = error == NULL ? &scratch : error};
    lic_buffer_init(&s.wire, engine->allocator, (size_t)LIC_CHUNK_MAX + 65536);
    s.tree = lic_merkle_create(engine->allocator, engine->hasher);
    engine->progress = options->progress;
    engine->borrows = true;
    lic_status status = s.tree == NULL ? out_of_memory(s.error) : send_all(&s);
    engine->progress = (lic_engine_progress){0};
    engine->borrows = false;
    lic_uploads_forget_borrowed(engine);
    lic_merkle_destroy(s.tree);
    lic_cut_destroy(s.own);
    lic_buffer_free(&s.wire);
    return status;
}
