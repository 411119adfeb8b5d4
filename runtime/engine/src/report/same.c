/* Files that are sent once more: the upload that a header would begin anew, whether it waits for the rest of the file or was
 * settled long ago. The same are sender, purpose and bytes; chunks of another size are another file. */
#include "engine.h"

/* Of what stands in memory and of a row of the store alike. */
#define SAME(u, asked)                                                         \
    ((u)->kind == (asked)->kind && (u)->party == (asked)->party &&             \
     (u)->contract == (asked)->contract && (u)->subject == (asked)->subject && \
     (u)->period == (asked)->period && (u)->bytes == (asked)->bytes &&         \
     (u)->lines == (asked)->lines && (u)->chunks == (asked)->chunks &&         \
     lic_hash_equal(&(u)->root, &(asked)->root))

/* What a header asks for. */
static lic_upload asked_for(const lic_engine *engine, const lic_transaction *t)
{
    bool report = t->kind == LIC_TX_REPORT;
    const lic_body_report *r = &t->body.report;
    const lic_body_load *l = &t->body.load;
    return (lic_upload){
        .kind = t->kind,
        .party = lic_registry_party(engine, &t->party),
        .contract = lic_contract_find(engine, report ? &r->contract : &l->contract),
        .subject = report ? r->report : l->table,
        .period = report ? r->period : 0,
        .bytes = report ? r->bytes : l->bytes,
        .lines = report ? r->lines : l->rows,
        .chunks = report ? r->chunks : l->chunks,
        .root = report ? r->root : l->root,
    };
}

lic_upload *lic_upload_same(const lic_engine *engine, const lic_transaction *header)
{
    const lic_upload asked = asked_for(engine, header);
    for (lic_upload *u = engine->uploads; u != NULL; u = u->next)
        if (u->state == LIC_UPLOAD_WAITING && SAME(u, &asked)) return u;
    return NULL;
}

typedef struct search {
    lic_upload asked;
    bool found;
    lic_hash id;
    uint64_t height;
} search;

static lic_status visit(void *context, const lic_row_upload *row)
{
    search *s = context;
    if (row->state != LIC_UPLOAD_COMPLETE || !SAME(row, &s->asked)) return LIC_OK;
    s->found = true;
    s->id = row->id;
    s->height = row->ended;
    return LIC_OK;
}

bool lic_upload_settled(const lic_engine *engine, const lic_transaction *header,
                        lic_outcome *outcome)
{
    search s = {.asked = asked_for(engine, header)};
    lic_receipt receipt;
    lic_error unused;
    lic_status status = lic_store_read_uploads(lic_ledger_store(engine->ledger), visit, &s);
    if (status == LIC_OK && s.found)
        status = lic_ledger_receipt(engine->ledger, &s.id, &receipt, NULL, &unused);
    if (status != LIC_OK || !s.found) return false;
    *outcome = (lic_outcome){
        .receipt = receipt, .known = true, .height = s.height, .lines = s.asked.lines};
    return true;
}
