/* why/names.c - what people read in a derivation: keys of rows, texts of values, the bytes of usage
 * lines from the report's own chunks, and the ids of rules. */
#include "outputs.h"
#include "projection/projection.h"
#include "reader.h"
#include "why/nodes.h"

#include <licet/standard.h>

#include <string.h>

static const struct {
    const char *id, *doc;
} rules[] = {
#define RULE(name, id, doc) {id, doc},
    LIC_WHY_RULES(RULE)
#undef RULE
};

const char *lic_why_rule_id(lic_why_rule rule)
{
    LIC_ASSERT(rule < LIC_WHY_RULE_COUNT);
    return rules[rule].id;
}

const char *lic_why_rule_doc(lic_why_rule rule)
{
    LIC_ASSERT(rule < LIC_WHY_RULE_COUNT);
    return rules[rule].doc;
}

/* -- keys --------------------------------------------------------------------------------------------- */

enum { TABLES_MAX = 256 }; /* value.h: a table number is 8 bits */

typedef struct naming {
    lic_why *why;
    lic_engine *engine;
    uint32_t contract;
    const lic_tables *tables;
    lic_buffer text;
    uint32_t *parents[TABLES_MAX]; /* of child tables that were needed */
} naming;

static void release_parents(naming *n)
{
    for (uint32_t t = 0; t < TABLES_MAX; t++) {
        if (n->parents[t] == NULL) continue;
        lic_release(n->why->allocator, n->parents[t],
                    n->tables->views[t].row_count * sizeof(uint32_t));
    }
}

static lic_status keep(naming *n, lic_slice *slice)
{
    if (n->text.failed) return LIC_NO_MEMORY;
    *slice = lic_slice_of(NULL, 0);
    if (n->text.size == 0) return LIC_OK;
    void *kept = lic_arena_copy(n->why->arena, n->text.data, n->text.size);
    if (kept == NULL) return LIC_NO_MEMORY;
    *slice = lic_slice_of(kept, n->text.size);
    return LIC_OK;
}

static lic_status name_row(naming *n, uint16_t table, uint32_t row, lic_slice *key)
{
    lic_error ignored;
    if (table == LIC_TABLE_PARTIES && row < n->why->image->parties_count) {
        *key = n->why->image->parties[row].name;
        return LIC_OK;
    }
    lic_buffer_clear(&n->text);
    LIC_TRY(lic_engine_row_key(n->engine, n->contract, table, row, &n->text, &ignored));
    return keep(n, key);
}

static lic_status name_account_row(naming *n, uint16_t account, uint32_t row, lic_slice *key)
{
    return name_row(n, n->why->image->fields[n->why->image->accounts[account].field].table, row,
                    key);
}

/* Rows, enumerations, territories: numbers that mean something else. */
static bool has_text(lic_type type)
{
    return type.kind == LIC_KIND_ROW || type.kind == LIC_KIND_ENUM ||
           type.kind == LIC_KIND_TERRITORY;
}

static lic_status name_value(naming *n, lic_why_node *node)
{
    uint8_t place[8];
    lic_store_u64(place, (uint64_t)(int64_t)node->value);
    if (node->type.kind == LIC_KIND_ROW) {
        return name_row(n, node->type.aux, (uint32_t)node->value, &node->text);
    }
    lic_buffer_clear(&n->text);
    lic_value_print(n->why->image, n->tables, node->type, place, &n->text);
    return keep(n, &node->text);
}

/* A child table's rows to their parents' rows, made when it is first asked for. */
static lic_status find_parents(naming *n, uint16_t table)
{
    const lic_table *shape = &n->why->image->tables[table];
    uint32_t rows = n->tables->views[table].row_count;
    uint32_t parents = n->tables->views[shape->parent].row_count;
    if (n->parents[table] != NULL || rows == 0) return LIC_OK;
    n->parents[table] = lic_allocate_zero(n->why->allocator, rows, sizeof(uint32_t));
    if (n->parents[table] == NULL) return LIC_NO_MEMORY;
    for (uint32_t row = 0; row < parents; row++) {
        uint64_t span = (uint64_t)lic_field_get(n->tables, shape->parent_span, row);
        uint32_t first = (uint32_t)span, count = (uint32_t)(span >> 32);
        for (uint32_t i = 0; i < count && first + i < rows; i++) n->parents[table][first + i] = row;
    }
    return LIC_OK;
}

/* Of a row of a child table the parent's key. */
static lic_status name_field_row(naming *n, lic_why_node *node)
{
    const lic_image *image = n->why->image;
    uint16_t table = image->fields[node->field].table;
    if (image->tables[table].kind != LIC_TABLE_KIND_CHILD)
        return name_row(n, table, node->row, &node->key);
    LIC_TRY(find_parents(n, table));
    if (node->row >= n->tables->views[table].row_count) return LIC_OK;
    return name_row(n, image->tables[table].parent, n->parents[table][node->row], &node->key);
}

/* Creditor and debtor. A creditor that is an account has no key of its own. */
static lic_status name_duty(naming *n, lic_why_node *node)
{
    const lic_image *image = n->why->image;
    LIC_TRY(name_row(n, LIC_TABLE_PARTIES, node->other_row, &node->other_key));
    if (node->rule == LIC_WHY_PAYMENT || node->account != LIC_NONE16) return LIC_OK;
    uint32_t number = node->index;
    if (node->rule == LIC_WHY_ALLOTTED)
        number = (uint32_t)lic_column_get(n->tables, LIC_TABLE_DUTIES, node->duty,
                                          LIC_DUTY_DUTY_AT);
    return name_row(n, image->duties[number].creditor_table, node->row, &node->key);
}

static lic_status name_node(naming *n, lic_why_node *node)
{
    if (node->scope != LIC_NONE16)
        LIC_TRY(name_row(n, node->scope, node->scope_row, &node->scope_key));
    switch (node->rule) {
    case LIC_WHY_POSTING:
        LIC_TRY(name_account_row(n, node->account, node->row, &node->key));
        LIC_TRY(name_account_row(n, node->other, node->other_row, &node->other_key));
        break;
    case LIC_WHY_DUTY:
    case LIC_WHY_DUE:
    case LIC_WHY_CANCELLED:
    case LIC_WHY_ALLOTTED:
    case LIC_WHY_PAYMENT: LIC_TRY(name_duty(n, node)); break;
    case LIC_WHY_BALANCE: LIC_TRY(name_account_row(n, node->account, node->row, &node->key)); break;
    case LIC_WHY_SCHEDULE:
    case LIC_WHY_PARAMETER:
    case LIC_WHY_OPENING:
    case LIC_WHY_AS_OF:
    case LIC_WHY_EARLIER:
    case LIC_WHY_SUM:
        if (node->field != LIC_NONE16) LIC_TRY(name_field_row(n, node));
        break;
    default: break;
    }
    return node->rule != LIC_WHY_USAGE && has_text(node->type) ? name_value(n, node) : LIC_OK;
}

/* -- lines -------------------------------------------------------------------------------------------------- */

typedef struct chunk_walk {
    naming *naming;
    size_t first; /* nodes from here on */
    uint32_t run;
    uint64_t offset; /* of the chunk in the report */
} chunk_walk;

static lic_status take_number(void *context, const lic_row_upload *row)
{
    *(uint32_t *)context = row->number;
    return LIC_OK;
}

/* Every line of the run that lies in this chunk; lines never cross chunks. */
static lic_status visit_chunk(void *context, const lic_row_chunk *row)
{
    chunk_walk *walk = context;
    lic_why *why = walk->naming->why;
    for (size_t i = walk->first; i < why->node_count; i++) {
        lic_why_node *node = &why->nodes[i];
        bool here = node->rule == LIC_WHY_USAGE && node->run == walk->run &&
                    node->offset >= walk->offset &&
                    node->offset - walk->offset + node->size <= row->bytes.size;
        if (!here) continue;
        void *kept = lic_arena_copy(why->arena, row->bytes.data + (node->offset - walk->offset),
                                    node->size);
        if (kept == NULL) return LIC_NO_MEMORY;
        node->text = lic_slice_of(kept, node->size);
    }
    walk->offset += row->bytes.size;
    return LIC_OK;
}

static bool uses_lines(const lic_why *why, size_t first, uint32_t run)
{
    for (size_t i = first; i < why->node_count; i++) {
        if (why->nodes[i].rule == LIC_WHY_USAGE && why->nodes[i].run == run) return true;
    }
    return false;
}

static lic_status name_lines(naming *n, size_t first)
{
    lic_why *why = n->why;
    lic_store *store = lic_ledger_store(lic_engine_ledger(n->engine));
    for (uint32_t run = 0; run < why->run_count; run++) {
        uint32_t number = LIC_NONE32;
        if (!why->runs[run].has_upload || !uses_lines(why, first, run)) continue;
        LIC_TRY(lic_store_read_upload(store, &why->runs[run].upload, take_number, &number));
        if (number == LIC_NONE32) continue;
        chunk_walk walk = {.naming = n, .first = first, .run = run};
        LIC_TRY(lic_store_read_chunks(store, LIC_CHUNK_SLOT(number, 0),
                                      LIC_CHUNK_SLOT((uint64_t)number + 1, 0) - 1, visit_chunk,
                                      &walk));
    }
    return LIC_OK;
}

lic_status lic_why_name_nodes(lic_why *why, lic_engine *engine, uint32_t contract, size_t first)
{
    naming n = {.why = why, .engine = engine, .contract = contract};
    n.tables = engine->contracts[contract]->tables;
    lic_buffer_init(&n.text, why->allocator, (size_t)1 << 20);
    lic_status status = LIC_OK;
    for (size_t i = first; status == LIC_OK && i < why->node_count; i++)
        status = name_node(&n, &why->nodes[i]);
    if (status == LIC_OK) status = name_lines(&n, first);
    release_parents(&n);
    lic_buffer_free(&n.text);
    return status;
}

/* -- runs ------------------------------------------------------------------------------------------------------ */

const char *lic_why_run_kind(const lic_why_run *run)
{
    static const char *const kinds[] = {
        "opening", "report",  "statement", "fact", "period",
        "action",  "payment", "step",      "wake", "close",
    };
    return run->kind < LIC_COUNT(kinds) ? kinds[run->kind] : "allotment";
}

lic_slice lic_why_run_subject(const lic_why *why, const lic_why_run *run)
{
    const lic_image *image = why->image;
    uint16_t subject = run->subject;
    switch (run->kind) {
    case LIC_ENTRY_REPORT: return image->reports[subject].name;
    case LIC_ENTRY_STATEMENT: return image->statements[subject].name;
    case LIC_ENTRY_FACT: return image->facts[subject].name;
    case LIC_ENTRY_PERIOD: return image->terms[image->periodics[subject].term].name;
    case LIC_ENTRY_ACTION: return image->actions[subject].name;
    default: return lic_slice_of(NULL, 0);
    }
}

bool lic_why_run_period(const lic_why *why, const lic_why_run *run, char text[LIC_PERIOD_TEXT])
{
    uint8_t kind = lic_run_period_kind(why->image, run->kind, run->subject);
    if (kind == 0) return false;
    lic_period_print((lic_period_kind)kind, (lic_period){run->full_first, run->full_last}, text);
    return true;
}

/* -- for both renderings --------------------------------------------------------------------------------------- */

const lic_clause *lic_why_clause(const lic_why *why, const lic_why_node *node)
{
    static const lic_clause none = {.term = LIC_NONE16};
    return node->clause == LIC_NONE16 ? &none : &why->image->clauses[node->clause];
}

const char *lic_why_label(const lic_why_node *node)
{
    static const char *const labels[] = {"exact", "earned", "topup", "recouped", "net"};
    return node->label == 0 ? NULL : labels[node->label - 1];
}

const char *lic_why_currency(const lic_why *why, const lic_why_node *node)
{
    bool money = lic_type_wide(node->type) || node->type.kind == LIC_KIND_PRICE;
    return money && node->type.currency < why->image->currencies_count
               ? why->image->currencies[node->type.currency].code
               : "";
}

void lic_why_value(const lic_why *why, const lic_why_node *node, lic_buffer *target)
{
    char text[LIC_DECIMAL_MAX];
    unsigned scale = node->type.scale, keep = 0;
    if (node->type.kind == LIC_KIND_DATE) {
        if (node->value < LIC_DATE_MIN || node->value > LIC_DATE_MAX) return;
        lic_date_print((lic_date)node->value, text);
        lic_put_text(target, text);
        return;
    }
    if (has_text(node->type) && node->text.size > 0 && node->rule != LIC_WHY_USAGE) {
        lic_put_bytes(target, node->text.data, node->text.size);
        return;
    }
    if (lic_type_wide(node->type) && node->type.currency < why->image->currencies_count) {
        const lic_currency *currency = &why->image->currencies[node->type.currency];
        bool money = node->type.kind == LIC_KIND_MONEY;
        keep = money ? lic_projection_decimals(why->image, currency) : currency->minor;
    }
    if (node->type.kind == LIC_KIND_MONEY)
        scale = why->image->currencies[node->type.currency].unit_scale;
    bool scaled = lic_type_wide(node->type) || node->type.kind == LIC_KIND_RATE ||
                  node->type.kind == LIC_KIND_PRICE;
    size_t size = lic_decimal_print_short(node->value, scaled ? scale : 0, keep, text);
    lic_put_bytes(target, text, size);
}
