/* author_work.c - the work that each entry of an agreement can take, as S10 bounds it: a sum of gas once, for each
 * line of a report and for each row of a table, and what that comes to with the declared maxima. */
#include "author.h"

/* The rows that the phases of an entry run over, a table once. */
typedef struct row_work {
    uint16_t table;
    uint64_t gas; /* of one row, all phases together */
} row_work;

enum { TABLES = 255 }; /* an image has no more */

typedef struct entry_work {
    const char *kind;
    lic_slice subject; /* of the entry; empty when it has none */
    uint64_t once, per_line;
    uint32_t lines;
    row_work rows[TABLES];
    size_t row_count;
    lic_i128 most;
} entry_work;

static lic_slice subject_of(const lic_image *image, const lic_entry *entry)
{
    uint16_t n = entry->subject, term;
    switch (entry->kind) {
    case LIC_ENTRY_REPORT: return image->reports[n].name;
    case LIC_ENTRY_STATEMENT: return image->statements[n].name;
    case LIC_ENTRY_FACT: return image->facts[n].name;
    case LIC_ENTRY_PERIOD: return image->terms[image->periodics[n].term].name;
    case LIC_ENTRY_ACTION: return image->actions[n].name;
    case LIC_ENTRY_PAYMENT:
        term = image->duties[n].term;
        return term == LIC_NONE16 ? (lic_slice){0} : image->terms[term].name;
    default: return (lic_slice){0};
    }
}

static void add_rows(entry_work *work, const lic_phase *phase)
{
    size_t i = 0;
    while (i < work->row_count && work->rows[i].table != phase->table) i++;
    if (i == work->row_count) work->rows[work->row_count++] = (row_work){.table = phase->table};
    work->rows[i].gas += phase->gas;
}

static entry_work work_of(const lic_image *image, const lic_entry *entry)
{
    static const char *const kinds[] = {"opening", "report",  "statement", "fact", "period",
                                        "action",  "payment", "step",      "wake", "ending"};
    entry_work work = {.kind = kinds[entry->kind],
                       .subject = subject_of(image, entry),
                       .once = entry->gas_once,
                       .most = entry->gas_once};
    if (entry->kind == LIC_ENTRY_REPORT) {
        work.per_line = entry->gas_per_line;
        work.lines = image->reports[entry->subject].max_lines;
        work.most += (lic_i128)work.per_line * work.lines;
    }
    for (uint32_t i = 0; i < entry->phase_count; i++) {
        const lic_phase *phase = &image->phases[entry->first_phase + i];
        if (phase->kind != LIC_PHASE_ROWS) continue;
        add_rows(&work, phase);
        work.most += (lic_i128)phase->gas * image->tables[phase->table].max_rows;
    }
    return work;
}

static void put_number(lic_buffer *target, lic_i128 number)
{
    char digits[LIC_DECIMAL_MAX];
    lic_decimal_print(number, 0, digits);
    size_t size = lic_slice_text(digits).size;
    for (size_t i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0) lic_put_u8(target, ',');
        lic_put_u8(target, (uint8_t)digits[i]);
    }
}

static void put_times(lic_buffer *target, lic_i128 gas, lic_i128 times)
{
    lic_put_text(target, " + ");
    put_number(target, gas);
    lic_put_text(target, " x ");
    put_number(target, times);
}

static void put_text(const lic_image *image, const entry_work *work, lic_buffer *target)
{
    lic_put_format(target, "  %-9s %-16.*s ", work->kind, (int)work->subject.size,
                   (const char *)work->subject.data);
    put_number(target, work->most);
    lic_put_text(target, " = ");
    put_number(target, work->once);
    if (work->lines > 0) {
        put_times(target, work->per_line, work->lines);
        lic_put_text(target, " lines");
    }
    for (size_t i = 0; i < work->row_count; i++) {
        const lic_table *table = &image->tables[work->rows[i].table];
        put_times(target, work->rows[i].gas, table->max_rows);
        lic_put_format(target, " %.*s", (int)table->name.size, (const char *)table->name.data);
    }
    lic_put_u8(target, '\n');
}

static void put_json(const lic_image *image, const entry_work *work, lic_json *json)
{
    lic_json_object(json);
    lic_json_put_text(json, "entry", work->kind);
    if (work->subject.size > 0) lic_json_put_slice(json, "subject", work->subject);
    lic_json_put_integer(json, "most", (int64_t)work->most);
    lic_json_put_integer(json, "once", (int64_t)work->once);
    lic_json_put_integer(json, "per_line", (int64_t)work->per_line);
    lic_json_put_integer(json, "lines", work->lines);
    lic_json_key(json, "rows");
    lic_json_array(json);
    for (size_t i = 0; i < work->row_count; i++) {
        const lic_table *table = &image->tables[work->rows[i].table];
        lic_json_object(json);
        lic_json_put_slice(json, "table", table->name);
        lic_json_put_integer(json, "per_row", (int64_t)work->rows[i].gas);
        lic_json_put_integer(json, "rows", table->max_rows);
        lic_json_end(json);
    }
    lic_json_end(json);
    lic_json_end(json);
}

void lic_author_work(lic_cli *cli, const lic_author *author)
{
    const lic_image *image = lic_compilation_image(author->compilation);
    if (image == NULL) return;
    lic_put_format(&cli->out, "%s: the work of each entry at most, in gas\n", author->path);
    for (uint32_t i = 0; i < image->entries_count; i++) {
        entry_work work = work_of(image, &image->entries[i]);
        put_text(image, &work, &cli->out);
    }
}

void lic_author_work_json(const lic_author *author, lic_json *json)
{
    const lic_image *image = lic_compilation_image(author->compilation);
    if (image == NULL) return;
    lic_json_key(json, "work");
    lic_json_array(json);
    for (uint32_t i = 0; i < image->entries_count; i++) {
        entry_work work = work_of(image, &image->entries[i]);
        put_json(image, &work, json);
    }
    lic_json_end(json);
}
