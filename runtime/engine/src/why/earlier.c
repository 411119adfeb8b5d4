/* why/earlier.c - where the value of a field before the watched transaction came from: what each earlier
 * block added to it or took from it, and for accounts by which clause. Money that one block leaves for a
 * later one can so be followed to the block that brought it. Values that are not sums say since when they
 * hold. */
#include "why/nodes.h"

#include "outputs.h"

#include <licet/standard.h>

enum {
    BLOCKS_MAX =
        24, /* that are told one by one, two years of months; what they found is told as one amount */
    PARTS_MAX = 16,   /* clauses that one block's change of an account is told by */
    SEGMENTS_MAX = 16 /* of postings: a block with more is not decoded for the sake of a name */
};

typedef struct change {
    uint64_t height;
    lic_i128 amount;
} change;

typedef struct tracing {
    lic_why_tracer *t;
    uint16_t field;
    uint32_t row;
    uint64_t before; /* height of the watched unit */
    bool sums;       /* all that was added is looked for; otherwise the block that set it */
    lic_i128 value;  /* what the earliest of `changes` found */
    change changes[BLOCKS_MAX]; /* the last one first */
    size_t count;
    uint64_t
        rest_height; /* of the block that left what `changes` do not tell; 0: not looked for, or not found */
} tracing;

/* -- by block -------------------------------------------------------------------------------------------- */

static lic_i128 read_cell(const lic_field *field, const uint8_t *cells)
{
    if (cells == NULL) return 0;
    return lic_type_wide(field->type) ? lic_load_i128(cells + field->offset)
                                      : (lic_i128)(int64_t)lic_load_u64(cells + field->offset);
}

/* Block `height` found the field at `held`, and left what is known as g->value. */
static bool visit_change(void *context, uint64_t height, const uint8_t *cells)
{
    tracing *g = context;
    lic_i128 held = read_cell(&g->t->image->fields[g->field], cells);
    if (held == g->value) return true;
    if (g->count == BLOCKS_MAX) {
        g->rest_height = height;
        return false;
    }
    g->changes[g->count++] = (change){height, g->value - held};
    g->value = held;
    return g->sums && held != 0;
}

static lic_status find_changes(tracing *g)
{
    bool all = false;
    const lic_why_place place = {g->t->contract->number, g->t->image->fields[g->field].table,
                                 g->row, g->before};
    return lic_why_row_changes(g->t->why, &place, visit_change, g, &all);
}

/* -- by clause --------------------------------------------------------------------------------------------- */

typedef struct part {
    uint16_t clause;
    lic_date today;
    lic_i128 amount;
} part;

typedef struct splitting {
    const tracing *g;
    uint16_t account;
    part parts[PARTS_MAX];
    size_t count, segments;
    bool full;
} splitting;

static void add_part(splitting *s, uint16_t clause, lic_date today, lic_i128 amount)
{
    size_t at = 0;
    while (at < s->count && (s->parts[at].clause != clause || s->parts[at].today != today)) at++;
    if (at == PARTS_MAX) {
        s->full = true;
        return;
    }
    if (at == s->count) s->parts[s->count++] = (part){clause, today, 0};
    s->parts[at].amount += amount;
}

static lic_status take_segment(void *context, const lic_row_payload *row)
{
    splitting *s = context;
    lic_run_head head;
    lic_postings_reader reader;
    lic_posting posting;
    if (!lic_postings_begin(row->bytes, &head, &reader)) return LIC_OK;
    while (lic_postings_next(&reader, &posting)) {
        if (posting.to == s->account && posting.to_row == s->g->row)
            add_part(s, posting.clause, head.today, posting.amount);
        if (posting.from == s->account && posting.from_row == s->g->row)
            add_part(s, posting.clause, head.today, -posting.amount);
    }
    return LIC_OK;
}

static lic_status visit_segment(void *context, const lic_row_output *row)
{
    splitting *s = context;
    const lic_why_tracer *t = s->g->t;
    if (row->contract != t->contract->number || ++s->segments > SEGMENTS_MAX) return LIC_OK;
    return lic_store_read_payload(lic_ledger_store(lic_engine_ledger(t->why->engine)), row->place,
                                  take_segment, s);
}

/* False: the block's postings do not tell it, because they are many, erased, or another transaction's. */
static bool split_change(splitting *s, const change *c)
{
    lic_store *store = lic_ledger_store(lic_engine_ledger(s->g->t->why->engine));
    lic_i128 sum = 0;
    lic_status status = lic_store_read_outputs(
        store, LIC_PLACE(c->height, LIC_OUTPUT_POSTINGS, 0),
        LIC_PLACE(c->height, LIC_OUTPUT_POSTINGS, LIC_PLACE_ORDINALS - 1), visit_segment, s);
    for (size_t i = 0; i < s->count; i++) sum += s->parts[i].amount;
    return status == LIC_OK && !s->full && s->segments <= SEGMENTS_MAX && sum == c->amount;
}

/* -- nodes ------------------------------------------------------------------------------------------------------ */

static uint16_t account_of(const lic_image *image, uint16_t field)
{
    for (uint32_t i = 0; i < image->accounts_count; i++) {
        if (image->accounts[i].field == field) return (uint16_t)i;
    }
    return LIC_NONE16;
}

static void add_leaf(lic_why_tracer *t, const tracing *g, uint64_t height, const part *p)
{
    uint32_t node = lic_why_make(t, LIC_WHY_EARLIER, t->image->fields[g->field].type, p->amount);
    if (node == LIC_WHY_NO_NODE) return;
    lic_why_node *made = &t->why->nodes[node];
    made->clause = p->clause;
    made->field = g->field;
    made->row = g->row;
    made->line = height;
    made->as_of = p->today;
}

static void add_leaves(lic_why_tracer *t, const tracing *g)
{
    uint16_t account = account_of(t->image, g->field);
    for (size_t i = g->count; i-- > 0 && t->status == LIC_OK;) {
        const change *c = &g->changes[i];
        splitting s = {.g = g, .account = account};
        part whole = {.clause = LIC_NONE16, .amount = c->amount};
        if (account != LIC_NONE16 && c->height < g->before && split_change(&s, c)) {
            for (size_t n = 0; n < s.count; n++)
                if (s.parts[n].amount != 0) add_leaf(t, g, c->height, &s.parts[n]);
            continue;
        }
        lic_status status = lic_why_block_date(t->why, c->height, &whole.today);
        if (status != LIC_OK) t->status = status;
        add_leaf(t, g, c->height, &whole);
    }
}

/* A leaf for what the field held after a block; height 0: after one that is not known. */
static uint32_t make_held(lic_why_tracer *t, const tracing *g, uint64_t height, lic_i128 value)
{
    uint32_t node = lic_why_make(t, LIC_WHY_OPENING, t->image->fields[g->field].type, value);
    if (node == LIC_WHY_NO_NODE) return node;
    lic_why_node *made = &t->why->nodes[node];
    made->clause = LIC_NONE16;
    made->field = g->field;
    made->row = g->row;
    made->line = height;
    if (height == 0) return node;
    lic_status status = lic_why_block_date(t->why, height, &made->as_of);
    if (status != LIC_OK) t->status = status;
    return node;
}

static uint32_t make_sum(lic_why_tracer *t, const tracing *g, lic_i128 value)
{
    size_t first = t->why->node_count;
    if (g->value != 0) (void)make_held(t, g, g->rest_height, g->value);
    add_leaves(t, g);
    size_t last = t->why->node_count;
    uint32_t node = lic_why_make(t, LIC_WHY_SUM, t->image->fields[g->field].type, value);
    for (size_t i = first; i < last; i++) lic_why_child(t, node, (uint32_t)i, 1);
    return node;
}

/* What changes in time and says something when it is told: not the other side of a party's movements, and
 * not what the engine keeps for itself. */
static bool is_told(const lic_image *image, uint16_t field)
{
    uint16_t account = account_of(image, field);
    uint8_t role = image->fields[field].role;
    if (account != LIC_NONE16)
        return image->accounts[account].kind == LIC_ACCOUNT_DECLARED ||
               image->accounts[account].kind == LIC_ACCOUNT_CREDIT;
    return role == LIC_ROLE_COUNTER || role == LIC_ROLE_TALLY || role == LIC_ROLE_COLUMN ||
           role == LIC_ROLE_FACT;
}

bool lic_why_adds_up(const lic_field *field)
{
    return field->role != LIC_ROLE_FACT &&
           (lic_type_wide(field->type) || field->type.kind == LIC_KIND_COUNT);
}

uint32_t lic_why_opening(lic_why_tracer *t, uint16_t field, uint32_t row, lic_i128 value)
{
    const lic_field *f = &t->image->fields[field];
    tracing g = {.t = t,
                 .field = field,
                 .row = row,
                 .before = t->why->units[t->unit].height,
                 .sums = lic_why_adds_up(f),
                 .value = value};
    uint32_t node = LIC_WHY_NO_NODE;
    bool told = value != 0 && is_told(t->image, field) && lic_type_size(f->type) <= 16;
    if (told) t->status = find_changes(&g);
    if (t->status == LIC_OK)
        node = told && g.sums ? make_sum(t, &g, value)
                              : make_held(t, &g, g.count == 0 ? 0 : g.changes[0].height, value);
    if (node == LIC_WHY_NO_NODE) return node;
    t->why->nodes[node].field = field;
    t->why->nodes[node].row = row;
    t->why->nodes[node].clause = LIC_NONE16;
    return node;
}
