/* generate/unique.c - columns of registers that are unique. Beside the register stands another one by value:
 * `held` says whether a row has the value now, `holder` which. An act that would give a held value to
 * another row is refused. Rows of it stay when a value is free again, so it has a row for each
 * value that ever was; a row that was retired holds nothing, whatever is written into it. */
#include "generate/generate.h"

enum { HOLDER, HELD }; /* fields, in order of declaration */

bool lic_is_unique(const lic_symbol *column)
{
    return column && column->kind == LIC_SYMBOL_COLUMN && column->is_unique && !column->is_key &&
           column->owner->kind == LIC_SYMBOL_REGISTER;
}

static uint16_t field_of(const generator *g, const lic_symbol *column, uint16_t which)
{
    for (uint32_t i = 0; i < g->image->fields_count; i++)
        if (g->image->fields[i].table == column->holders) return (uint16_t)(i + which);
    LIC_ASSERT(false);
    return LIC_NONE16;
}

static int32_t truth(generator *g, uint8_t op, int32_t a, int32_t b)
{
    return lic_compute(g, op, lic_type_plain(LIC_KIND_BOOL), a, b, 0);
}

static int32_t count(generator *g, int64_t value)
{
    return lic_const(g, lic_type_plain(LIC_KIND_COUNT), value);
}

static int32_t entry_of(generator *g, const lic_symbol *column, uint8_t op, int32_t value)
{
    return lic_compute(g, op, lic_type_of(LIC_KIND_ROW, (uint8_t)column->holders), value,
                       LIC_NO_VALUE, column->holders);
}

static int32_t is_held(generator *g, const lic_symbol *column, int32_t entry)
{
    return truth(g, LIC_OP_EQ, lic_load(g, entry, field_of(g, column, HELD)), count(g, 1));
}

static int32_t holds(generator *g, const lic_symbol *column, int32_t entry, int32_t row)
{
    int32_t holder = lic_load(g, entry, field_of(g, column, HOLDER));
    return truth(g, LIC_OP_AND, is_held(g, column, entry), truth(g, LIC_OP_EQ, holder, row));
}

/* `row` takes the value, unless another row has it. */
void lic_generate_claim(generator *g, const lic_symbol *column, int32_t row, int32_t value)
{
    int32_t entry = entry_of(g, column, LIC_OP_ENSURE, value), is_free = lic_label_new(g);
    size_t mark = lic_known_mark(g);
    lic_kill_calls(g);
    lic_branch_false(g, is_held(g, column, entry), is_free);
    lic_generate_refusal(g, lic_slice_text(lic_text(g->c, "%.*s is unique", LIC_S(column->name))),
                         column->owner->node->anchor);
    lic_known_forget(g, mark);
    lic_label_here(g, is_free);
    lic_store(g, row, entry, field_of(g, column, HOLDER), false);
    lic_store(g, count(g, 1), entry, field_of(g, column, HELD), false);
}

/* Before `value` is written into the row: its own value is no clash, the one that it had is free. */
void lic_generate_change(generator *g, const lic_symbol *column, int32_t row, int32_t value)
{
    if (!lic_is_unique(column)) return;
    lic_kind kind = g->image->fields[column->field_number].type.kind;
    bool handle = kind == LIC_KIND_TEXT || kind == LIC_KIND_HASH;
    int32_t old = lic_load(g, row, column->field_number), done = lic_label_new(g);
    int32_t same = truth(g, handle ? LIC_OP_SAMETEXT : LIC_OP_EQ, old, value);
    int32_t entry = entry_of(g, column, LIC_OP_FIND, old);
    int32_t not_same = truth(g, LIC_OP_EQ, same, lic_const(g, lic_type_plain(LIC_KIND_BOOL), 0));
    size_t mark = lic_known_mark(g);
    lic_branch_false(g, truth(g, LIC_OP_AND, holds(g, column, entry, row), not_same), done);
    lic_generate_claim(g, column, row, value);
    lic_store(g, count(g, 0), entry, field_of(g, column, HELD), false);
    lic_known_forget(g, mark);
    lic_label_here(g, done);
}

/* Before the row is retired: what it has is free. */
void lic_generate_release(generator *g, const lic_symbol *reg, int32_t row)
{
    for (const lic_symbol *c = reg->members; c; c = c->next_member) {
        if (!lic_is_unique(c)) continue;
        int32_t old = lic_load(g, row, c->field_number), done = lic_label_new(g);
        int32_t entry = entry_of(g, c, LIC_OP_FIND, old);
        size_t mark = lic_known_mark(g);
        lic_branch_false(g, holds(g, c, entry, row), done);
        lic_store(g, count(g, 0), entry, field_of(g, c, HELD), false);
        lic_known_forget(g, mark);
        lic_label_here(g, done);
    }
}
