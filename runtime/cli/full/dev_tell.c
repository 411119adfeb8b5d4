/* dev_tell.c - what came of a round, and how the ledger stands: a compact screen for people, a document a line as
 * JSON. On a terminal each round begins with an empty screen. */
#include "dev.h"
#include "reading.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ROWS_SHOWN = 12, SHARE_WIDTH = 40 };

const lic_dev_section lic_dev_sections[LIC_DEV_SECTIONS] = {
    {"contracts", "SELECT number, agreement, status, state, since FROM contracts ORDER BY number"},
    {"parties", "SELECT p.contract_number AS contract, p.name, p.party, p.roles FROM "
                "contract_parties p ORDER BY "
                "p.contract_number, p.row"},
    {"balances",
     "SELECT contract_number AS contract, account, key, currency, amount FROM balances WHERE "
     "units <> '0' AND kind = 'declared' ORDER BY contract_number, account, row"},
    {"duties",
     "SELECT contract_number AS contract, debtor, creditor, currency, open_amount AS open, due, "
     "term FROM duties WHERE state = 'open' ORDER BY contract_number, number"},
    {"payments", "SELECT contract_number AS contract, number, creditor, currency, payment_amount "
                 "AS amount FROM payments "
                 "WHERE state = 'reported' ORDER BY contract_number, number"},
};

static bool on_screen(const lic_dev *dev)
{
    return lic_cli_for_eyes(dev->cli);
}

static void put_line(lic_buffer *out, const char *lead, lic_slice line)
{
    lic_put_text(out, lead);
    lic_put_safe(out, line);
    lic_put_u8(out, '\n');
}

static void put_lines(lic_buffer *out, const char *lead, lic_slice text)
{
    for (size_t from = 0; from < text.size;) {
        const uint8_t *end = memchr(text.data + from, '\n', text.size - from);
        size_t size = end == NULL ? text.size - from : (size_t)(end - text.data) - from;
        put_line(out, lead, lic_slice_of(text.data + from, size));
        from += size + 1;
    }
}

/* -- a round for people ------------------------------------------------------------------------------------------------ */

static void text_changed(lic_dev *dev)
{
    lic_buffer *out = &dev->cli->out;
    const lic_dev_paths *changed = &dev->now.changed;
    if (on_screen(dev)) lic_put_text(out, "\033[H\033[2J\033[3J");
    if (changed->count == 0) return;
    lic_put_text(out, "saved:");
    for (size_t i = 0; i < changed->count && i < 5; i++) {
        lic_put_u8(out, ' ');
        lic_put_safe(out, lic_slice_text(changed->items[i]));
    }
    if (changed->count > 5) lic_put_format(out, " and %zu more", changed->count - 5);
    lic_put_u8(out, '\n');
}

/* What is wrong stays on the screen until it is mended. */
static void text_agreements(lic_dev *dev)
{
    lic_buffer *out = &dev->cli->out;
    for (size_t i = 0; i < dev->now.agreement_count; i++) {
        const lic_dev_agreement *a = &dev->now.agreements[i];
        if (a->errors > 0 || a->fresh) lic_put_bytes(out, a->shown.data, a->shown.size);
        if (a->errors > 0 || a->fresh)
            lic_put_format(out, "%s: %s\n", a->path, a->errors > 0 ? "not well" : "well");
    }
}

static void text_tests(lic_dev *dev)
{
    lic_buffer *out = &dev->cli->out;
    size_t passed = 0, failed = 0;
    uint32_t job = 0;
    for (size_t i = 0; i < dev->now.test_count; i++) {
        const lic_dev_tests *t = &dev->now.tests[i];
        if (t->waits != NULL) {
            lic_put_format(out, "%s: not run, %s is not well\n", t->path, t->waits);
            continue;
        }
        passed += t->passed;
        failed += t->failed;
        if (t->fresh)
            lic_put_format(out, "%s: %zu passed, %zu failed\n", t->path, t->passed, t->failed);
        else if (t->failed > 0) lic_put_format(out, "%s: %zu failed before\n", t->path, t->failed);
        if (t->fresh) lic_test_tell_failures(&dev->now.run, job++);
    }
    lic_put_format(out, "%zu passed, %zu failed\n", passed, failed);
}

static void text_ledger(lic_dev *dev)
{
    lic_buffer *out = &dev->cli->out;
    const lic_dev_ledger *ledger = &dev->now.ledger;
    put_lines(out, "deals: ", ledger->notes);
    if (ledger->refused > 0 && !dev->now.first) lic_put_text(out, "the ledger stays as it was\n");
}

/* -- a round as documents ---------------------------------------------------------------------------------------------- */

static void begin_document(lic_dev *dev, lic_json *json, const char *event)
{
    lic_json_init(json, &dev->cli->out);
    lic_json_object(json);
    lic_json_put_text(json, "event", event);
}

static void end_document(lic_dev *dev, lic_json *json)
{
    lic_json_end(json);
    lic_put_u8(&dev->cli->out, '\n');
}

static void json_agreements(lic_dev *dev)
{
    lic_json json;
    for (size_t i = 0; i < dev->now.agreement_count; i++) {
        const lic_dev_agreement *a = &dev->now.agreements[i];
        if (!a->fresh) continue;
        begin_document(dev, &json, "agreement");
        lic_json_put_text(&json, "file", a->path);
        lic_json_put_integer(&json, "errors", (int64_t)a->errors);
        lic_json_key(&json, "diagnostics");
        lic_json_array(&json);
        lic_put_bytes(&dev->cli->out, a->json.data, a->json.size);
        lic_json_end(&json);
        end_document(dev, &json);
    }
}

static void json_texts(lic_json *json, const char *name, lic_slice lines)
{
    lic_json_key(json, name);
    lic_json_array(json);
    for (size_t from = 0; from < lines.size;) {
        const uint8_t *end = memchr(lines.data + from, '\n', lines.size - from);
        size_t size = end == NULL ? lines.size - from : (size_t)(end - lines.data) - from;
        lic_json_slice(json, lic_slice_of(lines.data + from, size));
        from += size + 1;
    }
    lic_json_end(json);
}

static void json_tests(lic_dev *dev)
{
    lic_json json;
    size_t passed = 0, failed = 0;
    begin_document(dev, &json, "tests");
    lic_json_key(&json, "not_run");
    lic_json_array(&json);
    for (size_t i = 0; i < dev->now.test_count; i++) {
        const lic_dev_tests *t = &dev->now.tests[i];
        if (t->waits != NULL) lic_json_slice(&json, lic_slice_text(t->path));
        passed += t->waits == NULL ? t->passed : 0;
        failed += t->waits == NULL ? t->failed : 0;
    }
    lic_json_end(&json);
    lic_json_put_integer(&json, "passed", (int64_t)passed);
    lic_json_put_integer(&json, "failed", (int64_t)failed);
    lic_json_put_integer(&json, "seed", (int64_t)(dev->seed & INT64_MAX));
    lic_test_tell_results(&dev->now.run, &json);
    json_texts(&json, "deals", dev->now.ledger.notes);
    end_document(dev, &json);
}

void lic_dev_tell(lic_dev *dev)
{
    if (dev->cli->json) {
        json_agreements(dev);
        json_tests(dev);
    } else {
        text_changed(dev);
        text_agreements(dev);
        text_tests(dev);
        text_ledger(dev);
    }
    (void)lic_cli_flush(dev->cli, true);
}

/* -- the ledger's state ------------------------------------------------------------------------------------------------- */

static lic_slice cell(const lic_slice *cells, size_t columns, size_t row, size_t column)
{
    return cells[(row + 1) * columns + column];
}

static size_t width_of(const lic_slice *cells, size_t columns, size_t rows, size_t column)
{
    size_t width = 0;
    for (size_t r = 0; r < rows && r < ROWS_SHOWN; r++) {
        size_t size = cell(cells, columns, r, column).size;
        if (size > width) width = size;
    }
    return width < SHARE_WIDTH ? width : SHARE_WIDTH;
}

static void text_rows(lic_buffer *out, const lic_slice *cells, size_t columns, size_t rows)
{
    for (size_t r = 0; r < rows && r < ROWS_SHOWN; r++) {
        lic_put_text(out, " ");
        for (size_t c = 0; c < columns; c++) {
            lic_slice text = cell(cells, columns, r, c);
            size_t width = width_of(cells, columns, rows, c);
            lic_put_text(out, width == 0 ? "" : " ");
            lic_put_safe(out, text);
            bool last = c + 1 == columns;
            for (size_t i = text.size; !last && i < width; i++) lic_put_u8(out, ' ');
        }
        lic_put_u8(out, '\n');
    }
    if (rows > ROWS_SHOWN) lic_put_format(out, "  and %zu more\n", rows - ROWS_SHOWN);
}

static void json_rows(lic_json *json, const char *name, const lic_slice *cells, size_t columns,
                      size_t rows)
{
    char key[64];
    lic_json_key(json, name);
    lic_json_array(json);
    for (size_t r = 0; r < rows; r++) {
        lic_json_object(json);
        for (size_t c = 0; c < columns; c++) {
            (void)snprintf(key, sizeof key, "%.*s", (int)cells[c].size,
                           (const char *)cells[c].data);
            lic_json_put_slice(json, key, cell(cells, columns, r, c));
        }
        lic_json_end(json);
    }
    lic_json_end(json);
}

void lic_dev_tell_section(lic_dev *dev, size_t section, const lic_slice *cells, size_t columns,
                          size_t rows)
{
    const char *name = lic_dev_sections[section].name;
    if (dev->cli->json) {
        if (section == 0) {
            begin_document(dev, &dev->json, "ledger");
            lic_json_put_text(&dev->json, "date", dev->date);
        }
        json_rows(&dev->json, name, cells, columns, rows);
        if (section + 1 == LIC_DEV_SECTIONS) end_document(dev, &dev->json);
    } else if (rows > 0 || section == 0) {
        if (section == 0) lic_put_format(&dev->cli->out, "ledger on %s, ", dev->date);
        lic_put_format(&dev->cli->out, rows > 0 ? "%s\n" : "no %s\n", name);
        text_rows(&dev->cli->out, cells, columns, rows);
    }
}

void lic_dev_tell_answer(lic_dev *dev, bool failed, lic_slice text)
{
    if (dev->cli->json) {
        lic_json json;
        begin_document(dev, &json, "answer");
        lic_json_put_slice(&json, failed ? "error" : "answer", text);
        end_document(dev, &json);
    } else {
        if (failed) lic_put_text(&dev->cli->out, "error: ");
        put_lines(&dev->cli->out, "", text);
    }
    (void)lic_cli_flush(dev->cli, true);
}
