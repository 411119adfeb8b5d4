/* why/owed.c - duties, payments and results in a derivation: what makes a duty, when it falls due, what is
 * paid on it, what is cancelled, and results that came to nothing. The engine changes duties outside the
 * agreement's code, so that their nodes are kept by row, from unit to unit. */
#include "why/nodes.h"

#include <licet/standard.h>

static const lic_type type_date = {.kind = LIC_KIND_DATE};

static lic_why_node *node_at(const lic_why_tracer *t, uint32_t node)
{
    return &t->why->nodes[node];
}

static int64_t column(const lic_why_tracer *t, uint32_t row, uint16_t offset)
{
    return lic_column_get(t->tables, LIC_TABLE_DUTIES, row, offset);
}

static const lic_duty *descriptor(const lic_why_tracer *t, uint32_t row)
{
    return &t->image->duties[column(t, row, LIC_DUTY_DUTY_AT)];
}

static void remember(lic_why_tracer *t, lic_cell_map *map, uint32_t row, uint32_t node)
{
    uint32_t *place = node == LIC_WHY_NO_NODE ? NULL : lic_cell_map_put(map, row);
    if (node != LIC_WHY_NO_NODE && place == NULL) t->status = LIC_NO_MEMORY;
    if (place != NULL) *place = node + 1;
}

/* What is known of the row, when it has the value that it has now; otherwise what its column holds. */
static uint32_t recall(lic_why_tracer *t, const lic_cell_map *map, uint32_t row, uint16_t offset,
                       lic_i128 value)
{
    const uint32_t *known = lic_cell_map_find(map, row);
    if (known != NULL && *known != 0 && node_at(t, *known - 1)->value == value) return *known - 1;
    const lic_duty *duty = descriptor(t, row);
    lic_type type = lic_type_money(duty->currency, t->image->currencies[duty->currency].unit_scale);
    uint32_t node = lic_why_make(t, LIC_WHY_OPENING, type, value);
    if (node == LIC_WHY_NO_NODE) return node;
    node_at(t, node)->clause = LIC_NONE16;
    node_at(t, node)->field = lic_image_field_at(t->image, LIC_TABLE_DUTIES, true, offset);
    node_at(t, node)->row = row;
    node_at(t, node)->duty = row;
    return node;
}

static uint32_t open_of(lic_why_tracer *t, uint32_t row, lic_i128 value)
{
    return recall(t, &t->why->open, row, LIC_DUTY_OPEN_AT, value);
}

static lic_i128 wide(const lic_why_tracer *t, uint32_t row, uint16_t offset)
{
    return lic_column_wide(t->tables, LIC_TABLE_DUTIES, row, offset);
}

/* -- made --------------------------------------------------------------------------------------------- */

static bool is_followed(const lic_why_tracer *t, uint32_t row)
{
    return lic_cell_map_find(&t->log->cells,
                             lic_cell_of(LIC_TABLE_DUTIES, LIC_DUTY_OPEN_AT, row)) != NULL;
}

void lic_why_oblige(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs)
{
    const lic_duty *duty = &t->image->duties[i->imm];
    uint32_t row = t->tables->views[LIC_TABLE_DUTIES].row_count;
    uint32_t creditor = lic_why_row(regs, i->c);
    uint32_t debtor = duty->debtor != LIC_NONE16 ? duty->debtor
                                                 : (uint32_t)regs[duty->debtor_register];
    bool concerns = lic_why_duty_concerns(t->why, row, i->imm, debtor, creditor);
    lic_i128 amount = lic_why_pair(regs, i->a);
    if (amount == 0 || (!concerns && !is_followed(t, row))) return;
    lic_type type = lic_type_money(duty->currency, t->image->currencies[duty->currency].unit_scale);
    uint32_t a = lic_why_moved(t, i->a, regs, type), b = lic_why_moved(t, i->b, regs, type_date);
    uint32_t node = lic_why_make(t, LIC_WHY_DUTY, type, amount);
    if (node == LIC_WHY_NO_NODE) return;
    lic_why_node *made = node_at(t, node);
    made->index = i->imm;
    made->term = duty->term;
    made->account = duty->creditor_account;
    made->row = creditor;
    made->other_row = debtor;
    made->duty = row;
    lic_why_scope(t, node);
    lic_why_child(t, node, a, 1);
    lic_why_child(t, node, b, 1);
    remember(t, &t->why->made, row, node);
    remember(t, &t->why->open, row, node);
    if (concerns) lic_why_root(t, node);
}

/* -- changed by natives ----------------------------------------------------------------------------------- */

static void change(lic_why_tracer *t, uint32_t row, lic_why_rule rule, uint32_t child)
{
    if (child == LIC_WHY_NO_NODE) return;
    uint32_t node = lic_why_make(t, rule, node_at(t, child)->type, node_at(t, child)->value);
    if (node == LIC_WHY_NO_NODE) return;
    node_at(t, node)->duty = row;
    node_at(t, node)->index = (uint32_t)column(t, row, LIC_DUTY_DUTY_AT);
    node_at(t, node)->term = descriptor(t, row)->term;
    node_at(t, node)->account = descriptor(t, row)->creditor_account;
    node_at(t, node)->row = (uint32_t)column(t, row, LIC_DUTY_CREDITOR_AT);
    node_at(t, node)->other_row = (uint32_t)column(t, row, LIC_DUTY_DEBTOR_AT);
    lic_why_child(t, node, child, 1);
    lic_why_root(t, node);
}

static void change_all(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs)
{
    uint32_t native = i->imm & 0xFFFF, rows = t->tables->views[LIC_TABLE_DUTIES].row_count;
    uint8_t date = (uint8_t)(native == LIC_NATIVE_DUE_PART ? i->b + 1 : i->b);
    for (uint32_t row = 0; row < rows && t->status == LIC_OK; row++) {
        if (!lic_why_row_concerns(t->why, t->tables, row) ||
            !lic_duty_touched(t->contract, native, (uint16_t)(i->imm >> 16), regs + i->b, row))
            continue;
        if (native == LIC_NATIVE_CANCEL_TERM)
            change(t, row, LIC_WHY_CANCELLED, open_of(t, row, wide(t, row, LIC_DUTY_OPEN_AT)));
        else change(t, row, LIC_WHY_DUE, lic_why_moved(t, date, regs, type_date));
    }
}

/* A term's open amount, or what was paid on it: of each of its duties, amount less what is open. */
static void sum_up(lic_why_tracer *t, const lic_instruction *i)
{
    bool paid = (i->imm & 0xFFFF) == LIC_NATIVE_TERM_PAID;
    uint16_t term = (uint16_t)(i->imm >> 16);
    uint32_t rows = t->tables->views[LIC_TABLE_DUTIES].row_count;
    lic_why_link *links = lic_allocate(t->why->allocator, (rows * 2 + 1) * sizeof *links);
    size_t count = 0;
    if (links == NULL) t->status = LIC_NO_MEMORY;
    for (uint32_t row = 0; row < rows && t->status == LIC_OK; row++) {
        int64_t state = column(t, row, LIC_DUTY_STATE_AT);
        bool open = state == LIC_DUTY_OPEN || state == LIC_DUTY_CONTINGENT;
        if (!lic_duty_of_term(t->contract, row, term) || (!paid && !open)) continue;
        lic_i128 left = wide(t, row, LIC_DUTY_OPEN_AT), amount = wide(t, row, LIC_DUTY_AMOUNT_AT);
        if (paid && left == amount) continue;
        if (paid)
            links[count++] = (lic_why_link){
                recall(t, &t->why->made, row, LIC_DUTY_AMOUNT_AT, amount), 1};
        if (left != 0) links[count++] = (lic_why_link){open_of(t, row, left), paid ? -1 : 1};
    }
    lic_type type = lic_native_type(t->image, lic_native_find(i->imm & 0xFFFF), term);
    uint32_t node = t->status == LIC_OK ? lic_why_make(t, LIC_WHY_SUM, type, 0) : LIC_WHY_NO_NODE;
    if (node != LIC_WHY_NO_NODE) {
        node_at(t, node)->term = term;
        node_at(t, node)->index = i->imm & 0xFFFF;
        for (size_t n = 0; n < count; n++) lic_why_child(t, node, links[n].node, links[n].sign);
        lic_why_result(t, i->a, node);
    }
    if (links != NULL) lic_release(t->why->allocator, links, (rows * 2 + 1) * sizeof *links);
}

void lic_why_duty_change(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs)
{
    switch (i->imm & 0xFFFF) {
    case LIC_NATIVE_CANCEL_TERM:
    case LIC_NATIVE_DUE_NOW:
    case LIC_NATIVE_DUE_PART: change_all(t, i, regs); break;
    default: break;
    }
}

bool lic_why_duty_call(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs)
{
    uint32_t native = i->imm & 0xFFFF;
    bool reads = native == LIC_NATIVE_TERM_OPEN || native == LIC_NATIVE_TERM_PAID;
    if (reads) sum_up(t, i);
    else lic_why_duty_change(t, i, regs); /* its truth is a look-up */
    return reads;
}

/* -- payments ---------------------------------------------------------------------------------------------- */

/* What was left of the payment before the allotment. */
static uint32_t payment_of(lic_why_tracer *t, uint32_t payment, lic_type type, lic_i128 left)
{
    uint32_t node = lic_why_make(t, LIC_WHY_PAYMENT, type, left);
    if (node == LIC_WHY_NO_NODE) return node;
    lic_why_node *made = node_at(t, node);
    made->clause = LIC_NONE16;
    made->index = payment;
    made->other_row = (uint32_t)lic_column_get(t->tables, LIC_TABLE_PAYMENTS, payment,
                                               LIC_PAYMENT_DEBTOR_AT);
    made->as_of = (lic_date)lic_column_get(t->tables, LIC_TABLE_PAYMENTS, payment,
                                           LIC_PAYMENT_MADE_AT);
    return node;
}

/* What is open after it: what was open, less every allotment of the unit. */
static void reduce(lic_why_tracer *t, uint32_t row, uint32_t open, uint32_t allotted)
{
    const lic_why_node *before = node_at(t, open);
    bool grows = before->rule == LIC_WHY_OPEN;
    uint32_t first = before->first_child, count = grows ? before->child_count : 0;
    lic_i128 value = before->value - node_at(t, allotted)->value;
    uint32_t node = lic_why_make(t, LIC_WHY_OPEN, before->type, value);
    if (node == LIC_WHY_NO_NODE) return;
    node_at(t, node)->duty = row;
    node_at(t, node)->clause = LIC_NONE16;
    if (!grows) lic_why_child(t, node, open, 1);
    for (uint32_t i = 0; i < count; i++) {
        lic_why_link link = t->why->links[first + i];
        lic_why_child(t, node, link.node, link.sign);
    }
    lic_why_child(t, node, allotted, -1);
    remember(t, &t->why->open, row, node);
}

void lic_why_allot(lic_why_tracer *t, const lic_allotment *allotment)
{
    uint32_t row = allotment->duty;
    t->clause = LIC_NONE16;
    lic_i128 left = lic_column_wide(t->tables, LIC_TABLE_PAYMENTS, allotment->payment,
                                    LIC_PAYMENT_LEFT_AT);
    uint32_t open = open_of(t, row, wide(t, row, LIC_DUTY_OPEN_AT) + allotment->amount);
    if (open == LIC_WHY_NO_NODE) return;
    lic_type type = node_at(t, open)->type;
    uint32_t payment = payment_of(t, allotment->payment, type, left + allotment->amount);
    uint32_t node = lic_why_make(t, LIC_WHY_ALLOTTED, type, allotment->amount);
    if (node == LIC_WHY_NO_NODE) return;
    lic_why_node *made = node_at(t, node);
    made->index = allotment->payment;
    made->duty = row;
    made->clause = descriptor(t, row)->clause;
    made->term = descriptor(t, row)->term;
    made->account = descriptor(t, row)->creditor_account;
    made->row = (uint32_t)column(t, row, LIC_DUTY_CREDITOR_AT);
    made->other_row = (uint32_t)column(t, row, LIC_DUTY_DEBTOR_AT);
    made->as_of = node_at(t, payment)->as_of;
    lic_why_child(t, node, payment, 1);
    lic_why_child(t, node, open, 1);
    if (lic_why_row_concerns(t->why, t->tables, row)) lic_why_root(t, node);
    reduce(t, row, open, node);
    t->allotted = node;
}

/* -- results --------------------------------------------------------------------------------------------------- */

/* The five values get their names, so that an explanation can speak of "net of Stream". */
static void name_values(lic_why_tracer *t, const lic_instruction *i)
{
    for (uint8_t n = 0; n < 5; n++) {
        uint32_t node = t->regs[i->a + 2 * n];
        if (node == LIC_WHY_NO_NODE || node_at(t, node)->label != 0) continue;
        lic_why_node *named = node_at(t, node);
        if (named->rule == LIC_WHY_LITERAL) continue; /* a zero is shared by many */
        named->label = (uint8_t)(n + 1);
        named->term = (uint16_t)i->imm;
    }
}

void lic_why_result_of(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs)
{
    uint32_t values[5], row = lic_why_row(regs, i->b);
    name_values(t, i);
    if (lic_why_pair(regs, (uint8_t)(i->a + 8)) != 0 ||
        !lic_why_result_concerns(t->why, i->imm, row))
        return;
    for (uint8_t n = 0; n < 5; n++) values[n] = lic_why_register(t, (uint8_t)(i->a + 2 * n), regs);
    if (values[4] == LIC_WHY_NO_NODE) return;
    uint32_t node = lic_why_make(t, LIC_WHY_RESULT, node_at(t, values[4])->type, 0);
    if (node == LIC_WHY_NO_NODE) return;
    node_at(t, node)->term = (uint16_t)i->imm;
    lic_why_scope(t, node);
    for (uint8_t n = 0; n < 5; n++) lic_why_child(t, node, values[n], 1);
    if (t->below != LIC_WHY_NO_NODE && node_at(t, t->below)->value == 0)
        lic_why_child(t, node, t->below, 1);
    lic_why_root(t, node);
}
