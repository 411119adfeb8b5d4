/* differences.c - the first difference of a replay in the words of the agreement: outputs of both
 * sides are decoded side by side, and the first value that is not equal is named. When the bytes of a
 * side can't be decoded the first differing byte is. */
#include "differences.h"
#include "outputs.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct describing {
    lic_engine *engine;
    const lic_contract *contract; /* NULL when there is none */
    const lic_image *image;
    lic_slice stored, computed;
    lic_replay_difference *out;
} describing;

static void say(char *target, size_t size, const char *format, ...) LIC_PRINTF(3, 4);
static void say(char *target, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(target, size, format, arguments);
    va_end(arguments);
}

static void say_money(char *target, size_t size, lic_i128 value, const lic_currency *currency)
{
    char text[LIC_DECIMAL_MAX];
    (void)lic_decimal_print_short(value, currency->unit_scale, currency->minor, text);
    say(target, size, "%s %s", currency->code, text);
}

/* "P000123" or "row 5" */
static void say_row(const describing *d, uint16_t table, uint32_t row, char *target, size_t size)
{
    lic_buffer key;
    lic_buffer_init(&key, d->engine->allocator, 4096);
    lic_error ignored;
    bool known = d->contract != NULL && lic_engine_row_key(d->engine, d->contract->number, table,
                                                           row, &key, &ignored) == LIC_OK;
    if (known && key.size > 0 && !key.failed) {
        say(target, size, "%.*s", (int)key.size, (const char *)key.data);
    } else {
        say(target, size, "row %u", row);
    }
    lic_buffer_free(&key);
}

static const char *slice_text(lic_slice slice, char room[128])
{
    (void)snprintf(room, 128, "%.*s", (int)slice.size, (const char *)slice.data);
    return room;
}

/* -- bytes ------------------------------------------------------------------------------------------- */

static void describe_bytes(const describing *d)
{
    size_t at = 0;
    while (at < d->stored.size && at < d->computed.size &&
           d->stored.data[at] == d->computed.data[at])
        at++;
    lic_replay_difference *out = d->out;
    say(out->what, sizeof out->what, "byte %zu of the output", at);
    if (at < d->stored.size) {
        say(out->stored, sizeof out->stored, "0x%02x (%zu bytes)", d->stored.data[at],
            d->stored.size);
    } else {
        say(out->stored, sizeof out->stored, "an end after %zu bytes", d->stored.size);
    }
    if (at < d->computed.size) {
        say(out->computed, sizeof out->computed, "0x%02x (%zu bytes)", d->computed.data[at],
            d->computed.size);
    } else {
        say(out->computed, sizeof out->computed, "an end after %zu bytes", d->computed.size);
    }
}

/* -- statements ---------------------------------------------------------------------------------------- */

static void statement_title(const describing *d, const lic_statement_view *view, char *target,
                            size_t size)
{
    char period[LIC_PERIOD_TEXT] = "", name[128], payee[128];
    const lic_statement *statement = &d->image->statements[view->statement];
    lic_period whole = {view->first, view->last};
    lic_period_print((lic_period_kind)statement->period, whole, period);
    say(target, size, "statement %s %s of %s", slice_text(statement->name, name), period,
        slice_text(view->key, payee));
}

static bool describe_line(const describing *d, const char *title, const lic_statement_line *a,
                          const lic_statement_line *b)
{
    bool same_place = a->account == b->account && a->clause == b->clause;
    if (same_place && a->amount == b->amount) return false;
    lic_replay_difference *out = d->out;
    const lic_clause *clause = &d->image->clauses[a->clause];
    const lic_account *account = &d->image->accounts[a->account];
    char name[128], label[128], account_name[128];
    say(out->what, sizeof out->what, "%s, line %s %s, account %s", title,
        slice_text(clause->name, name), slice_text(clause->label, label),
        slice_text(account->name, account_name));
    say_money(out->stored, sizeof out->stored, a->amount, &d->image->currencies[account->currency]);
    if (same_place) {
        say_money(out->computed, sizeof out->computed, b->amount,
                  &d->image->currencies[account->currency]);
    } else {
        say(out->computed, sizeof out->computed, "another line");
    }
    return true;
}

static bool describe_balance(const describing *d, const char *title, const lic_statement_balance *a,
                             const lic_statement_balance *b)
{
    if (a->account != b->account || (a->opening == b->opening && a->closing == b->closing))
        return false;
    lic_replay_difference *out = d->out;
    const lic_account *account = &d->image->accounts[a->account];
    bool opening = a->opening != b->opening;
    char name[128];
    say(out->what, sizeof out->what, "%s, %s balance of %s", title, opening ? "opening" : "closing",
        slice_text(account->name, name));
    say_money(out->stored, sizeof out->stored, opening ? a->opening : a->closing,
              &d->image->currencies[account->currency]);
    say_money(out->computed, sizeof out->computed, opening ? b->opening : b->closing,
              &d->image->currencies[account->currency]);
    return true;
}

static bool in_image(const lic_image *image, uint16_t account, uint16_t clause)
{
    return account < image->accounts_count && clause < image->clauses_count;
}

static bool describe_statement(const describing *d)
{
    lic_statement_view a, b;
    lic_statement_line line_a, line_b;
    lic_statement_balance balance_a, balance_b;
    char title[300];
    if (lic_statement_decode(d->stored, &a) != LIC_OK ||
        lic_statement_decode(d->computed, &b) != LIC_OK)
        return false;
    if (b.statement >= d->image->statements_count || a.statement != b.statement) return false;
    statement_title(d, &b, title, sizeof title);
    if (a.row != b.row || a.table != b.table) {
        lic_replay_difference *out = d->out;
        char stored[128], computed[128];
        say(out->what, sizeof out->what, "the payee of %s", title);
        say(out->stored, sizeof out->stored, "%s", slice_text(a.key, stored));
        say(out->computed, sizeof out->computed, "%s", slice_text(b.key, computed));
        return true;
    }
    while (lic_statement_next_line(&a, &line_a) && lic_statement_next_line(&b, &line_b)) {
        if (!in_image(d->image, line_a.account, line_a.clause)) return false;
        if (describe_line(d, title, &line_a, &line_b)) return true;
    }
    while (lic_statement_next_balance(&a, &balance_a) &&
           lic_statement_next_balance(&b, &balance_b)) {
        if (!in_image(d->image, balance_a.account, 0)) return false;
        if (describe_balance(d, title, &balance_a, &balance_b)) return true;
    }
    return false;
}

/* -- results and postings --------------------------------------------------------------------------------- */

static const char *const result_names[5] = {"exact", "earned", "topup", "recouped", "net"};

static bool describe_result(const describing *d, const lic_result_effect *a,
                            const lic_result_effect *b)
{
    unsigned at = 0;
    while (at < 5 && a->values[at] == b->values[at]) at++;
    if (a->term != b->term || a->row != b->row || at == 5 || b->term >= d->image->terms_count)
        return false;
    lic_replay_difference *out = d->out;
    const lic_term *term = &d->image->terms[b->term];
    lic_currency currency = d->image->currencies[term->currency];
    char row[256], name[128];
    if (at == 0) currency.unit_scale = term->exact_scale;
    say_row(d, term->table, b->row, row, sizeof row);
    say(out->what, sizeof out->what, "%s of term %s for %s", result_names[at],
        slice_text(term->name, name), row);
    say_money(out->stored, sizeof out->stored, a->values[at], &currency);
    say_money(out->computed, sizeof out->computed, b->values[at], &currency);
    return true;
}

static bool describe_total(const describing *d, const lic_term_total *a, const lic_term_total *b)
{
    unsigned at = 0;
    while (at < 5 && a->values[at] == b->values[at]) at++;
    if (a->term != b->term || at == 5 || b->term >= d->image->terms_count) return false;
    lic_replay_difference *out = d->out;
    const lic_term *term = &d->image->terms[b->term];
    lic_currency currency = d->image->currencies[term->currency];
    char name[128];
    if (at == 0) currency.unit_scale = term->exact_scale;
    say(out->what, sizeof out->what, "%s of term %s in total", result_names[at],
        slice_text(term->name, name));
    say_money(out->stored, sizeof out->stored, a->values[at], &currency);
    say_money(out->computed, sizeof out->computed, b->values[at], &currency);
    return true;
}

static bool describe_results(const describing *d)
{
    lic_run_head head_a, head_b;
    lic_results_reader a, b;
    lic_result_effect row_a, row_b;
    lic_term_total total_a, total_b;
    if (!lic_results_begin(d->stored, &head_a, &a) || !lic_results_begin(d->computed, &head_b, &b))
        return false;
    for (;;) {
        bool more_a = lic_results_next(&a, &row_a), more_b = lic_results_next(&b, &row_b);
        if (more_a != more_b) return false;
        if (!more_a) break;
        if (describe_result(d, &row_a, &row_b)) return true;
    }
    while (lic_totals_next(&a, &total_a) && lic_totals_next(&b, &total_b)) {
        if (describe_total(d, &total_a, &total_b)) return true;
    }
    return false;
}

static void posting_text(const describing *d, const lic_posting *p, char *target, size_t size)
{
    char from[128], to[128], amount[128];
    const lic_account *account = &d->image->accounts[p->from];
    say_money(amount, sizeof amount, p->amount, &d->image->currencies[account->currency]);
    say(target, size, "%s from %s (row %u) to %s (row %u)", amount, slice_text(account->name, from),
        p->from_row, slice_text(d->image->accounts[p->to].name, to), p->to_row);
}

static bool describe_postings(const describing *d)
{
    lic_run_head head_a, head_b;
    lic_postings_reader a, b;
    lic_posting posting_a, posting_b;
    if (!lic_postings_begin(d->stored, &head_a, &a) ||
        !lic_postings_begin(d->computed, &head_b, &b))
        return false;
    for (uint64_t n = 0; lic_postings_next(&a, &posting_a) && lic_postings_next(&b, &posting_b);
         n++) {
        const lic_posting *x = &posting_a, *y = &posting_b;
        bool same = x->amount == y->amount && x->from == y->from && x->to == y->to &&
                    x->from_row == y->from_row && x->to_row == y->to_row && x->clause == y->clause;
        if (same) continue;
        bool known = in_image(d->image, x->from, x->clause) &&
                     in_image(d->image, x->to, y->clause) &&
                     in_image(d->image, y->from, y->clause) && in_image(d->image, y->to, y->clause);
        if (!known) return false;
        char name[128], label[128];
        const lic_clause *clause = &d->image->clauses[y->clause];
        lic_replay_difference *out = d->out;
        say(out->what, sizeof out->what, "posting %llu of the segment, clause %s %s",
            (unsigned long long)n, slice_text(clause->name, name),
            slice_text(clause->label, label));
        posting_text(d, x, out->stored, sizeof out->stored);
        posting_text(d, y, out->computed, sizeof out->computed);
        return true;
    }
    return false;
}

/* -- reports and receipts ------------------------------------------------------------------------------------ */

static bool describe_number(const describing *d, const char *what, uint64_t stored,
                            uint64_t computed)
{
    if (stored == computed) return false;
    lic_replay_difference *out = d->out;
    say(out->what, sizeof out->what, "%s", what);
    say(out->stored, sizeof out->stored, "%llu", (unsigned long long)stored);
    say(out->computed, sizeof out->computed, "%llu", (unsigned long long)computed);
    return true;
}

static bool describe_outcome(const describing *d, const lic_report_outcome *a,
                             const lic_report_outcome *b)
{
    if (describe_number(d, "lines of the report", a->lines, b->lines)) return true;
    if (describe_number(d, "accepted lines of the report", a->accepted, b->accepted)) return true;
    if (describe_number(d, "lines set aside of the report", a->rejected, b->rejected)) return true;
    for (size_t i = 0; i < a->reason_count && i < b->reason_count; i++) {
        if (describe_number(d, "lines set aside for one reason", a->reasons[i], b->reasons[i]))
            return true;
    }
    return false;
}

static bool describe_report(const describing *d)
{
    lic_run_head head;
    lic_report_outcome a, b;
    lic_arena *arena = lic_arena_create(d->engine->allocator, (size_t)64 << 20);
    bool found = arena != NULL && lic_report_output_read(d->stored, arena, &head, &a) &&
                 lic_report_output_read(d->computed, arena, &head, &b) &&
                 describe_outcome(d, &a, &b);
    lic_arena_destroy(arena);
    return found;
}

static bool describe_receipt(const describing *d)
{
    lic_receipt a, b;
    lic_error ignored;
    if (lic_receipt_decode(d->stored, &a, &ignored) != LIC_OK) return false;
    if (lic_receipt_decode(d->computed, &b, &ignored) != LIC_OK) return false;
    if (describe_number(d, "gas of the receipt", a.gas, b.gas)) return true;
    if (describe_number(d, "number in the receipt", a.number, b.number)) return true;
    if (describe_number(d, "status of the receipt", a.status, b.status)) return true;
    return describe_number(d, "ranges of outputs in the receipt", a.range_count, b.range_count);
}

/* -- the parts together ---------------------------------------------------------------------------------------- */

static void describe_output(describing *d, const lic_difference *from)
{
    lic_replay_difference *out = d->out;
    const char *name = lic_output_class_name(from->class);
    say(out->output, sizeof out->output, "%s %u", name == NULL ? "output" : name, from->ordinal);
    d->stored = from->stored_bytes;
    d->computed = from->computed_bytes;
    if (d->stored.size == 0 || d->computed.size == 0) {
        say(out->what, sizeof out->what, "the output");
        say(out->stored, sizeof out->stored,
            d->stored.size == 0 ? "none" : "an output of %zu bytes", d->stored.size);
        say(out->computed, sizeof out->computed,
            d->computed.size == 0 ? "none" : "an output of %zu bytes", d->computed.size);
        return;
    }
    bool found = false;
    if (from->class == LIC_OUTPUT_RECEIPT) found = describe_receipt(d);
    if (d->image != NULL && from->class == LIC_OUTPUT_STATEMENT) found = describe_statement(d);
    if (d->image != NULL && from->class == LIC_OUTPUT_RESULTS) found = describe_results(d);
    if (d->image != NULL && from->class == LIC_OUTPUT_POSTINGS) found = describe_postings(d);
    if (d->image != NULL && from->class == LIC_OUTPUT_EVENT) found = describe_report(d);
    if (!found) describe_bytes(d);
}

static void describe_header(describing *d, const lic_difference *from)
{
    lic_replay_difference *out = d->out;
    static const lic_hash zero;
    say(out->output, sizeof out->output, "%s", from->field == NULL ? "header" : from->field);
    say(out->what, sizeof out->what, "%s of the block",
        from->field == NULL ? "header" : from->field);
    bool hashes = !lic_hash_equal(&from->stored, &zero) || !lic_hash_equal(&from->computed, &zero);
    if (!hashes) {
        say(out->stored, sizeof out->stored, "%llu", (unsigned long long)from->stored_number);
        say(out->computed, sizeof out->computed, "%llu", (unsigned long long)from->computed_number);
        return;
    }
    char text[LIC_HASH_TEXT];
    lic_hash_print(&from->stored, text);
    say(out->stored, sizeof out->stored, "%s", text);
    lic_hash_print(&from->computed, text);
    say(out->computed, sizeof out->computed, "%s", text);
}

/* There is nothing to be computed: only the operators can sign. */
static void describe_signatures(const describing *d)
{
    lic_replay_difference *out = d->out;
    say(out->output, sizeof out->output, "signatures");
    say(out->what, sizeof out->what,
        "not those of a quorum of the operators under the block's hash");
}

static lic_status take_id(void *context, const lic_row_transaction *row)
{
    *(lic_hash *)context = row->id;
    return LIC_OK;
}

static void find_transaction(describing *d)
{
    lic_replay_difference *out = d->out;
    if (out->transaction == LIC_STORE_NONE) return;
    uint64_t place = LIC_PLACE(out->height, LIC_CLASS_TRANSACTION, out->transaction);
    lic_store *store = lic_ledger_store(d->engine->ledger);
    if (lic_store_read_transactions(store, place, place, take_id, &out->transaction_id) != LIC_OK) {
        memset(&out->transaction_id, 0, sizeof out->transaction_id);
    }
}

void lic_difference_describe(lic_engine *engine, const lic_error *error, lic_replay_difference *out)
{
    const lic_difference *from = lic_ledger_difference(engine->ledger);
    describing d = {.engine = engine, .out = out};
    memset(out, 0, sizeof *out);
    out->transaction = out->contract = LIC_STORE_NONE;
    if (from == NULL || from->kind == LIC_DIFFERENCE_NONE) {
        out->height = lic_ledger_tip(engine->ledger)->height + 1;
        say(out->output, sizeof out->output, "transactions");
        say(out->what, sizeof out->what, "%s", error->text);
        say(out->stored, sizeof out->stored, "accepted");
        say(out->computed, sizeof out->computed, "refused");
        return;
    }
    out->height = from->height;
    out->transaction = from->transaction;
    out->contract = from->contract;
    if (from->contract < engine->contract_count) {
        d.contract = engine->contracts[from->contract];
        d.image = d.contract->image;
    }
    find_transaction(&d);
    if (from->kind == LIC_DIFFERENCE_OUTPUT || from->kind == LIC_DIFFERENCE_TRANSACTION) {
        describe_output(&d, from);
    } else if (from->kind == LIC_DIFFERENCE_SIGNATURES) {
        describe_signatures(&d);
    } else {
        describe_header(&d, from);
    }
}
