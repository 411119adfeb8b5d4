/* sim_table.c - the same accounts and clauses in every variant, and what changed. */
#include "sim.h"

#include "reading.h"

#include <licet/number.h>

#include <string.h>

#define T(slice) (int)(slice).size, (const char *)(slice).data

static bool same_account(const lic_sim_row *a, const lic_sim_row *b)
{
    return lic_slice_equal(a->agreement, b->agreement) && lic_slice_equal(a->account, b->account) &&
           lic_slice_equal(a->key, b->key) && lic_slice_equal(a->currency, b->currency);
}

static bool same_clause(const lic_sim_row *a, const lic_sim_row *b)
{
    return lic_slice_equal(a->term, b->term) && lic_slice_equal(a->clause, b->clause) &&
           lic_slice_equal(a->anchor, b->anchor);
}

static void add(lic_sim_line *lines, size_t *count, const lic_sim_row *row, size_t variant,
                bool clauses)
{
    for (size_t i = 0; i < *count; i++) {
        if (!same_account(lines[i].about, row) || (clauses && !same_clause(lines[i].about, row)))
            continue;
        lines[i].units[variant] += row->units;
        return;
    }
    lic_sim_line *line = &lines[(*count)++];
    memset(line, 0, sizeof *line);
    line->about = row;
    line->units[variant] = row->units;
}

lic_status lic_sim_compare(lic_sim_table *table)
{
    size_t all = 0;
    for (size_t v = 0; v < table->variant_count; v++) all += table->variants[v].result.count;
    table->lines = lic_arena_take(table->arena, (all + 1) * sizeof *table->lines);
    table->payees = lic_arena_take(table->arena, (all + 1) * sizeof *table->payees);
    if (table->lines == NULL || table->payees == NULL) return LIC_NO_MEMORY;
    for (size_t v = 0; v < table->variant_count; v++) {
        const lic_sim_result *result = &table->variants[v].result;
        for (size_t i = 0; i < result->count; i++) {
            add(table->lines, &table->line_count, &result->rows[i], v, true);
            add(table->payees, &table->payee_count, &result->rows[i], v, false);
        }
    }
    return LIC_OK;
}

/* -- words ------------------------------------------------------------------------------------------------- */

void lic_sim_put_amount(const lic_sim_table *table, const lic_sim_line *line, lic_i128 units,
                        bool sign, lic_buffer *target)
{
    char text[LIC_DECIMAL_MAX];
    size_t size = lic_decimal_print_short(units, line->about->scale, 2, text);
    (void)table;
    if (sign && units > 0) lic_put_u8(target, '+');
    lic_put_bytes(target, text, size);
}

void lic_sim_put_name(const lic_sim_line *line, bool clause, lic_buffer *target)
{
    const lic_sim_row *row = line->about;
    lic_put_safe(target, row->account);
    if (row->key.size > 0) {
        lic_put_text(target, " of ");
        lic_put_safe(target, row->key);
    }
    if (!clause) return;
    lic_put_text(target, ": ");
    if (row->term.size > 0) {
        lic_put_safe(target, row->term);
        lic_put_u8(target, ' ');
    }
    lic_put_safe(target, row->clause);
    if (row->anchor.size > 0) lic_put_format(target, " [%.*s]", T(row->anchor));
}

/* -- text ----------------------------------------------------------------------------------------------------- */

enum { NAME_WIDTH = 52, CELL_WIDTH = 18 };

static void pad(lic_buffer *target, size_t from, size_t width)
{
    for (size_t size = target->size - from; size < width; size++) lic_put_u8(target, ' ');
}

static void put_right(lic_buffer *target, lic_slice text)
{
    for (size_t size = text.size; size < CELL_WIDTH; size++) lic_put_u8(target, ' ');
    lic_put_bytes(target, text.data, text.size);
}

static void put_cell(const lic_sim_table *table, const lic_sim_line *line, lic_i128 units,
                     bool sign, lic_buffer *target)
{
    lic_buffer cell;
    lic_buffer_init(&cell, table->cli->allocator, 256);
    lic_sim_put_amount(table, line, units, sign, &cell);
    put_right(target, lic_slice_of(cell.data, cell.size));
    lic_buffer_free(&cell);
}

static void text_lines(const lic_sim_table *table, const lic_sim_line *lines, size_t count,
                       bool clauses, lic_buffer *target)
{
    for (size_t i = 0; i < count; i++) {
        size_t from = target->size;
        lic_put_text(target, "  ");
        lic_sim_put_name(&lines[i], clauses, target);
        pad(target, from, NAME_WIDTH);
        lic_put_format(target, " %.*s", T(lines[i].about->currency));
        for (size_t v = 0; v < table->variant_count; v++)
            put_cell(table, &lines[i], lines[i].units[v], false, target);
        if (table->variant_count == 2)
            put_cell(table, &lines[i], lines[i].units[1] - lines[i].units[0], true, target);
        lic_put_u8(target, '\n');
    }
}

void lic_sim_text(const lic_sim_table *table, lic_buffer *target)
{
    char root[LIC_HASH_TEXT];
    lic_put_text(target, table->subject);
    if (table->changed != NULL) lic_put_format(target, ", %s", table->changed);
    if (table->swept != NULL) lic_put_format(target, ", %s", table->swept);
    lic_put_text(target, "\n\n");
    size_t from = target->size;
    lic_put_text(target, "what came to whom, and by which clause");
    pad(target, from, NAME_WIDTH + 4);
    for (size_t v = 0; v < table->variant_count; v++)
        put_right(target, lic_slice_text(table->variants[v].label));
    if (table->variant_count == 2) put_right(target, lic_slice_text("change"));
    lic_put_u8(target, '\n');
    text_lines(table, table->lines, table->line_count, true, target);
    lic_put_text(target, "\nin all\n");
    text_lines(table, table->payees, table->payee_count, false, target);
    if (table->swept != NULL) return;
    lic_put_text(target, "\n");
    for (size_t v = 0; v < table->variant_count; v++) {
        lic_hash_print(&table->variants[v].result.root, root);
        lic_put_format(target, "output root %-5s %s\n", table->variants[v].label, root);
    }
}

/* -- CSV, RFC 4180; a text that a spreadsheet would take for a formula gets an apostrophe ------------------------- */

static void csv_text(lic_buffer *target, lic_slice text)
{
    bool formula = text.size > 0 && strchr("=+-@\t\r", text.data[0]) != NULL;
    lic_put_u8(target, '"');
    if (formula) lic_put_u8(target, '\'');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"') lic_put_u8(target, '"');
        lic_put_u8(target, text.data[i]);
    }
    lic_put_u8(target, '"');
}

void lic_sim_csv(const lic_sim_table *table, lic_buffer *target)
{
    lic_put_text(target, "agreement,account,key,term,clause,anchor,currency");
    for (size_t v = 0; v < table->variant_count; v++) {
        lic_put_u8(target, ',');
        csv_text(target, lic_slice_text(table->variants[v].label));
    }
    lic_put_text(target, "\r\n");
    for (size_t i = 0; i < table->line_count; i++) {
        const lic_sim_row *row = table->lines[i].about;
        const lic_slice parts[] = {row->agreement, row->account, row->key,     row->term,
                                   row->clause,    row->anchor,  row->currency};
        for (size_t p = 0; p < LIC_COUNT(parts); p++) {
            if (p > 0) lic_put_u8(target, ',');
            csv_text(target, parts[p]);
        }
        for (size_t v = 0; v < table->variant_count; v++) {
            lic_put_u8(target, ',');
            lic_sim_put_amount(table, &table->lines[i], table->lines[i].units[v], false, target);
        }
        lic_put_text(target, "\r\n");
    }
}

/* -- JSON ------------------------------------------------------------------------------------------------------------- */

static void json_line(const lic_sim_table *table, const lic_sim_line *line, lic_json *json)
{
    const lic_sim_row *row = line->about;
    lic_json_object(json);
    lic_json_put_slice(json, "agreement", row->agreement);
    lic_json_put_slice(json, "account", row->account);
    lic_json_put_slice(json, "key", row->key);
    lic_json_put_slice(json, "term", row->term);
    lic_json_put_slice(json, "clause", row->clause);
    lic_json_put_slice(json, "anchor", row->anchor);
    lic_json_put_slice(json, "currency", row->currency);
    lic_json_key(json, "amounts");
    lic_json_array(json);
    for (size_t v = 0; v < table->variant_count; v++) {
        char text[LIC_DECIMAL_MAX];
        size_t size = lic_decimal_print_short(line->units[v], row->scale, 2, text);
        lic_json_slice(json, lic_slice_of(text, size));
    }
    lic_json_end(json);
    lic_json_end(json);
}

void lic_sim_json(const lic_sim_table *table, lic_buffer *target)
{
    lic_json json;
    lic_json_init(&json, target);
    lic_json_object(&json);
    lic_json_put_text(&json, "story", table->subject);
    lic_json_put_text(&json, "changed", table->changed == NULL ? "" : table->changed);
    lic_json_key(&json, "variants");
    lic_json_array(&json);
    for (size_t v = 0; v < table->variant_count; v++) {
        lic_json_object(&json);
        lic_json_put_text(&json, "label", table->variants[v].label);
        lic_json_put_hash(&json, "output_root", &table->variants[v].result.root);
        lic_json_end(&json);
    }
    lic_json_end(&json);
    lic_json_key(&json, "lines");
    lic_json_array(&json);
    for (size_t i = 0; i < table->line_count; i++) json_line(table, &table->lines[i], &json);
    lic_json_end(&json);
    lic_json_end(&json);
    lic_put_u8(target, '\n');
}
