/* generate/generate.c - from the typed kernel to the image: tables, then an entry for each handler and action in
 * the image's order, then the gas of everything. */
#include "generate/generate.h"

#include <string.h>

/* -- phases ------------------------------------------------------------------------------------------- */

static bool is_silent(const lic_node *node)
{
    return node->kind == LIC_NODE_CLAUSE || node->kind == LIC_NODE_ABSENT ||
           node->kind == LIC_NODE_PARAMETER || node->kind == LIC_NODE_BY_PARTIES ||
           node->kind == LIC_NODE_IN_STATES || node->kind == LIC_NODE_LIMIT;
}

static void rows_phase(generator *g, const lic_node *each)
{
    const lic_symbol *table = lic_symbol_find(g->p, each->children[0]->name);
    uint16_t number = table ? table->table_number : LIC_TABLE_PARTIES;
    lic_phase_begin(g, LIC_PHASE_ROWS, number);
    each->symbol->value_number = lic_input_value(g, LIC_SOURCE_ROW, 0,
                                                 lic_type_of(LIC_KIND_ROW, (uint8_t)number));
    lic_generate_steps(g, each, 1, each->child_count);
    lic_phase_end(g);
}

/* Steps between two `for each` run once. */
static void once_phase(generator *g, const lic_node *block, uint32_t from, uint32_t to)
{
    bool silent = true;
    for (uint32_t i = from; i < to; i++) silent = silent && is_silent(block->children[i]);
    if (silent) return;
    lic_phase_begin(g, LIC_PHASE_ONCE, LIC_NONE16);
    lic_generate_steps(g, block, from, to);
    lic_phase_end(g);
}

static void phases_of(generator *g, const lic_node *block, uint32_t from)
{
    uint32_t start = from;
    for (uint32_t i = from; i <= block->child_count; i++) {
        if (i < block->child_count && block->children[i]->kind != LIC_NODE_EACH) continue;
        once_phase(g, block, start, i);
        if (i < block->child_count) rows_phase(g, block->children[i]);
        start = i + 1;
    }
}

/* -- entries ---------------------------------------------------------------------------------------------- */

static uint16_t entry_begin(generator *g, lic_entry_kind kind, uint16_t subject)
{
    g->entry_kind = (uint8_t)kind;
    *LIC_PUT(g, entries) = (lic_entry){
        .kind = (uint8_t)kind, .subject = subject, .first_phase = (uint16_t)g->image->phases_count};
    return (uint16_t)(g->image->entries_count - 1);
}

static void entry_end(generator *g, uint16_t entry)
{
    lic_entry *e = &g->image->entries[entry];
    e->phase_count = (uint16_t)(g->image->phases_count - e->first_phase);
}

static const lic_node *handler_of(const generator *g, const char *kind, lic_slice subject)
{
    const lic_node *file = g->p->file;
    for (uint32_t i = 0; i < file->child_count; i++) {
        const lic_node *node = file->children[i];
        if (node->kind == LIC_NODE_HANDLER && lic_named(node, kind) &&
            lic_slice_equal(node->text, subject))
            return node;
    }
    return NULL;
}

/* The entry of one handler, or LIC_NONE16 when there is none. */
static uint16_t simple_entry(generator *g, lic_entry_kind kind, const char *name, lic_slice subject,
                             uint16_t number)
{
    const lic_node *handler = handler_of(g, name, subject);
    if (!handler) return LIC_NONE16;
    uint16_t entry = entry_begin(g, kind, number);
    phases_of(g, handler, 1);
    entry_end(g, entry);
    return entry;
}

/* -- reports ------------------------------------------------------------------------------------------------- */

static void judge(generator *g, const lic_symbol *report, const lic_report *r)
{
    if (!r->require_count) return;
    lic_phase_begin(g, LIC_PHASE_JUDGE, LIC_NONE16);
    uint16_t reason = r->first_require;
    for (uint32_t i = 0; i < report->node->child_count; i++) {
        const lic_node *require = report->node->children[i];
        if (require->kind != LIC_NODE_REQUIRE) continue;
        g->code.step = require;
        int32_t holds = lic_generate_value(g, require->children[0]);
        int32_t next = lic_label_new(g), fails = lic_label_new(g);
        lic_branch_false(g, holds, fails);
        lic_jump(g, next);
        lic_label_here(g, fails);
        lic_effect(g, LIC_OP_REFUSE, LIC_NO_VALUE, LIC_NO_VALUE, LIC_NO_VALUE, reason++);
        g->code.left = true;
        lic_label_here(g, next);
    }
    lic_phase_end(g);
}

static void lines(generator *g, lic_symbol *report)
{
    const lic_node *handler = handler_of(g, "line", report->name);
    lic_phase_begin(g, LIC_PHASE_LINES, LIC_NONE16);
    lic_generate_grid_lines(g);
    if (handler) lic_generate_steps(g, handler, 1, handler->child_count);
    lic_phase_end(g);
}

static void report_entry(generator *g, lic_symbol *report)
{
    g->report = report;
    const lic_report r = g->image->reports[report->image_index];
    uint16_t entry = entry_begin(g, LIC_ENTRY_REPORT, report->image_index);
    judge(g, report, &r);
    const lic_node *start = handler_of(g, "start", report->name),
                   *close = handler_of(g, "close", report->name);
    if (start) phases_of(g, start, 1);
    lines(g, report);
    if (close) phases_of(g, close, 1);
    entry_end(g, entry);
    g->image->reports[report->image_index].entry = entry;
    g->report = NULL;
}

/* -- the rest --------------------------------------------------------------------------------------------------- */

static void action_entry(generator *g, lic_symbol *action)
{
    bool steps = false;
    for (uint32_t i = 0; i < action->node->child_count; i++)
        steps = steps || !is_silent(action->node->children[i]);
    bool noticed = g->image->actions[action->image_index].notice_field != LIC_NONE16;
    if (!steps && noticed) return;
    uint16_t entry = entry_begin(g, LIC_ENTRY_ACTION, action->image_index);
    if (steps) {
        phases_of(g, action->node, 0);
    } else {
        lic_phase_begin(g, LIC_PHASE_ONCE, LIC_NONE16);
        lic_phase_end(g);
    }
    entry_end(g, entry);
    g->image->actions[action->image_index].entry = entry;
}

/* Duties into one account by one debtor share the entry that runs when they are paid. */
static void payment_entries(generator *g)
{
    const lic_node *file = g->p->file;
    for (uint32_t i = 0; i < file->child_count; i++) {
        const lic_node *handler = file->children[i];
        if (handler->kind != LIC_NODE_HANDLER || !lic_named(handler, "payment") || !handler->symbol)
            continue;
        uint16_t entry = LIC_NONE16, account = handler->symbol->image_index;
        for (uint32_t d = 0; d < g->image->duties_count; d++) {
            lic_duty *duty = &g->image->duties[d];
            if (duty->creditor_account != account ||
                duty->debtor != handler->children[0]->symbol->index)
                continue;
            if (entry == LIC_NONE16) {
                entry = entry_begin(g, LIC_ENTRY_PAYMENT, (uint16_t)d);
                phases_of(g, handler, 1);
                entry_end(g, entry);
            }
            g->image->duties[d].payment_entry = entry;
        }
    }
}

static void entries(generator *g)
{
    lic_symbol_list *all = &g->p->all;
    lic_slice none = {0};
    (void)simple_entry(g, LIC_ENTRY_OPEN, "opening", none, LIC_NONE16);
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->kind == LIC_SYMBOL_REPORT) report_entry(g, all->items[i]);
    for (size_t i = 0; i < all->count; i++) {
        lic_symbol *s = all->items[i];
        if (s->kind != LIC_SYMBOL_STATEMENT) continue;
        uint16_t entry = simple_entry(g, LIC_ENTRY_STATEMENT, "issue", s->name, s->image_index);
        g->image->statements[s->image_index].entry = entry;
    }
    for (size_t i = 0; i < all->count; i++) {
        lic_symbol *s = all->items[i];
        if (s->kind != LIC_SYMBOL_FACT) continue;
        uint16_t entry = simple_entry(g, LIC_ENTRY_FACT, "change", s->name, s->image_index);
        g->image->facts[s->image_index].entry = entry;
    }
    for (uint32_t i = 0; i < g->image->periodics_count; i++) {
        uint16_t entry = simple_entry(g, LIC_ENTRY_PERIOD, "period",
                                      g->image->terms[g->image->periodics[i].term].name,
                                      (uint16_t)i);
        g->image->periodics[i].entry = entry;
    }
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->kind == LIC_SYMBOL_ACTION) action_entry(g, all->items[i]);
    (void)simple_entry(g, LIC_ENTRY_STEP, "step", none, LIC_NONE16);
    (void)simple_entry(g, LIC_ENTRY_WAKE, "wake", none, LIC_NONE16);
    (void)simple_entry(g, LIC_ENTRY_CLOSE, "ending", none, LIC_NONE16);
    payment_entries(g);
}

/* -- the end ------------------------------------------------------------------------------------------------------- */

static void debtors(generator *g)
{
    for (uint32_t i = 0; i < g->image->duties_count; i++) {
        const lic_duty *duty = &g->image->duties[i];
        if (duty->creditor_account != LIC_NONE16)
            g->image->accounts[duty->creditor_account].debtor = duty->debtor;
    }
}

static void pages(generator *g)
{
    for (uint32_t i = 0; i < g->image->tables_count; i++) {
        lic_table *table = &g->image->tables[i];
        while (table->page_shift < 9 && table->cell_size &&
               (uint32_t)table->cell_size << (table->page_shift + 1) <= 512)
            table->page_shift++;
        if (!table->cell_size) table->page_shift = 9;
    }
}

/* Table 0's constant part exists once; literal tiers and shares hang from it, literal texts stand in it. */
static void self_row(generator *g)
{
    uint8_t *row = lic_static_rows(g, LIC_TABLE_SELF, 1);
    for (size_t i = 0; i < g->text_count; i++) {
        uint8_t *at = row + g->image->fields[g->texts[i].field].offset;
        lic_slice text = g->texts[i].text;
        at[0] = (uint8_t)text.size, at[1] = (uint8_t)(text.size >> 8);
        memcpy(at + 2, text.data, text.size);
    }
    for (uint32_t i = 0; i < g->image->fields_count; i++) {
        const lic_field *field = &g->image->fields[i];
        if (field->table != LIC_TABLE_SELF || field->is_mutable ||
            field->type.kind != LIC_KIND_SPAN)
            continue;
        lic_store_u32(row + field->offset, 0);
        lic_store_u32(row + field->offset + 4, g->image->tables[field->type.aux].static_rows);
    }
}

/* Worst work of one entry with the declared maxima; a unit of gas is about a nanosecond. */
#define WORK_MAX ((lic_i128)10000000000000)

static lic_i128 worst_work(const lic_image *image, const lic_entry *entry)
{
    lic_i128 work = entry->gas_once;
    if (entry->kind == LIC_ENTRY_REPORT)
        work = lic_scaled_add(work, entry->gas_per_line, image->reports[entry->subject].max_lines);
    for (uint32_t i = 0; i < entry->phase_count; i++) {
        const lic_phase *phase = &image->phases[entry->first_phase + i];
        if (phase->kind == LIC_PHASE_ROWS)
            work = lic_scaled_add(work, phase->gas, image->tables[phase->table].max_rows);
    }
    return work;
}

static void check_work(generator *g)
{
    static const char *const names[] = {"opening", "report",  "statement", "fact", "period",
                                        "action",  "payment", "step",      "wake", "ending"};
    for (uint32_t i = 0; i < g->image->entries_count; i++) {
        const lic_entry *entry = &g->image->entries[i];
        if (worst_work(g->image, entry) <= WORK_MAX) continue;
        lic_diagnostic *d = lic_diag(g->c, "S10", g->p->file->name_span, NULL,
                                     "the work of one %s can exceed what a node takes",
                                     names[entry->kind]);
        lic_diag_help(g->c, d, "lower `lines at most` and `rows at most` to what can occur");
    }
}

/* Only the tables that values of the image are read against. */
static void references(generator *g)
{
    bool territories = false;
    for (uint32_t i = 0; i < g->image->fields_count; i++)
        territories = territories || g->image->fields[i].type.kind == LIC_KIND_TERRITORY ||
                      g->image->fields[i].type.kind == LIC_KIND_SET;
    for (uint32_t i = 0; i < g->image->columns_count; i++)
        territories = territories || g->image->columns[i].reader.form == LIC_FORM_TERRITORY;
    for (uint32_t i = 0; i < g->image->arguments_count; i++)
        territories = territories || g->image->arguments[i].reader.form == LIC_FORM_TERRITORY;
    for (uint32_t i = 0; i < g->image->constants_count; i++)
        territories = territories || g->image->constants[i].type.kind == LIC_KIND_SET ||
                      g->image->constants[i].type.kind == LIC_KIND_TERRITORY;
    lic_generate_reference(g, "currencies");
    if (territories) lic_generate_reference(g, "territories");
}

lic_image *lic_generate(lic_compilation *compilation, lic_program *program)
{
    size_t before = compilation->diagnostics.error_count;
    generator g = {
        .c = compilation, .p = program, .image = lic_new(compilation, sizeof(lic_image))};
    for (size_t i = 0; i < LIC_CURRENCIES_MAX; i++)
        g.parties_accounts[i] = g.opening[i] = g.recouped[i] = g.written_off[i] = LIC_NONE16;
    lic_generate_header(&g);
    lic_generate_tables(&g);
    lic_generate_grids(&g);
    lic_generate_accounts(&g);
    lic_generate_facts(&g);
    entries(&g);
    debtors(&g);
    self_row(&g);
    pages(&g);
    references(&g);
    if (compilation->diagnostics.error_count != before) return NULL;
    if (lic_image_meter(g.image) != LIC_OK) {
        lic_diag(compilation, "S10", program->file->name_span, NULL,
                 "a step of the agreement costs more than the engine can count");
        return NULL;
    }
    check_work(&g);
    return compilation->diagnostics.error_count == before ? g.image : NULL;
}
