/* why/json.c - a derivation as JSON (docs/spec/api.md). Nodes stand in an order in which children come
 * before what follows from them; only what a root needs is written. */
#include "why/why.h"

#include <licet/json.h>

#include <string.h>

static const char *kind_name(uint8_t kind)
{
    switch ((lic_kind)kind) {
    case LIC_KIND_NONE: return "none";
    case LIC_KIND_BOOL: return "truth";
    case LIC_KIND_COUNT: return "count";
    case LIC_KIND_DATE: return "date";
    case LIC_KIND_RATE: return "rate";
    case LIC_KIND_PRICE: return "price";
    case LIC_KIND_ROW: return "row";
    case LIC_KIND_ENUM: return "enum";
    case LIC_KIND_TERRITORY: return "territory";
    case LIC_KIND_TEXT: return "text";
    case LIC_KIND_HASH: return "hash";
    case LIC_KIND_MONEY: return "money";
    case LIC_KIND_EXACT: return "exact";
    case LIC_KIND_SET: return "set";
    case LIC_KIND_SPAN: return "span";
    }
    return "";
}

static const char *input_name(uint32_t source)
{
    static const char *const names[] = {
        "column",
        "row",
        "argument",
        "today",
        "first day of the period",
        "last day of the period",
        "first day of the full period",
        "last day of the full period",
        "party",
        "state",
        "amount paid",
        "accepted lines",
    };
    return source < LIC_COUNT(names) ? names[source] : "";
}

static void put_units(lic_json *json, const char *key, lic_i128 value)
{
    lic_json_key(json, key);
    lic_json_decimal(json, value, 0, 0);
}

static void put_value(const lic_why *why, lic_json *json, const lic_why_node *node,
                      lic_buffer *scratch)
{
    lic_buffer_clear(scratch);
    lic_why_value(why, node, scratch);
    put_units(json, "units", node->value);
    lic_json_put_slice(json, "value", lic_slice_of(scratch->data, scratch->size));
    lic_json_put_text(json, "type", kind_name(node->type.kind));
    bool scaled = lic_type_wide(node->type) || node->type.kind == LIC_KIND_RATE ||
                  node->type.kind == LIC_KIND_PRICE;
    unsigned scale = node->type.kind == LIC_KIND_MONEY
                         ? why->image->currencies[node->type.currency].unit_scale
                         : node->type.scale;
    if (scaled) lic_json_put_integer(json, "scale", scale);
    const char *currency = lic_why_currency(why, node);
    if (currency[0] != '\0') lic_json_put_text(json, "currency", currency);
}

static void put_children(const lic_why *why, lic_json *json, const lic_why_node *node)
{
    bool signs = false;
    if (node->child_count == 0) return;
    lic_json_key(json, "children");
    lic_json_array(json);
    for (uint32_t i = 0; i < node->child_count; i++) {
        const lic_why_link *link = &why->links[node->first_child + i];
        lic_json_integer(json, link->node);
        signs = signs || link->sign < 0;
    }
    lic_json_end(json);
    if (!signs) return;
    lic_json_key(json, "signs");
    lic_json_array(json);
    for (uint32_t i = 0; i < node->child_count; i++) {
        lic_json_integer(json, why->links[node->first_child + i].sign);
    }
    lic_json_end(json);
}

static void put_place(const lic_why *why, lic_json *json, const char *key, uint16_t account,
                      lic_slice row)
{
    lic_json_key(json, key);
    lic_json_object(json);
    lic_json_put_slice(json, "account", why->image->accounts[account].name);
    if (row.size > 0) lic_json_put_slice(json, "key", row);
    lic_json_end(json);
}

static void put_field(const lic_why *why, lic_json *json, const lic_why_node *node)
{
    if (node->field == LIC_NONE16) return;
    const lic_field *field = &why->image->fields[node->field];
    lic_json_put_slice(json, "table", why->image->tables[field->table].name);
    lic_json_put_slice(json, "field", field->name);
    lic_json_put_integer(json, "row", node->row);
    if (node->key.size > 0) lic_json_put_slice(json, "key", node->key);
}

static void put_line(const lic_why *why, lic_json *json, const lic_why_node *node)
{
    const lic_why_run *run = &why->runs[node->run];
    lic_json_put_integer(json, "line", (int64_t)node->line);
    lic_json_put_integer(json, "offset", (int64_t)node->offset);
    lic_json_put_integer(json, "size", node->size);
    if (run->kind == LIC_ENTRY_REPORT && node->index != LIC_NONE32) {
        const lic_report *report = &why->image->reports[run->subject];
        lic_json_put_slice(json, "report", report->name);
        lic_json_put_slice(json, "column",
                           why->image->columns[report->first_column + node->index].name);
        lic_json_put_integer(json, "column_number", node->index);
    }
    lic_json_put_slice(json, "text", node->text);
}

static void put_rounding(lic_json *json, const lic_why_node *node)
{
    static const char *const modes[] = {"half_even", "half_up", "floor", "ceiling"};
    lic_json_put_text(json, "mode", node->mode < LIC_COUNT(modes) ? modes[node->mode] : "");
    put_units(json, "divisor", node->divisor);
    put_units(json, "unit", node->unit);
}

static void put_day(lic_json *json, const char *key, lic_date date)
{
    char text[LIC_DATE_TEXT];
    lic_date_print(date, text);
    lic_json_put_text(json, key, text);
}

static void put_as_of(const lic_why *why, lic_json *json, const lic_why_node *node)
{
    put_field(why, json, node);
    put_day(json, "as_of", node->as_of);
    if (node->since != 0) put_day(json, "since", node->since);
}

/* What a calendar function needs beside its children. */
static void put_calendar(const lic_why *why, lic_json *json, const lic_why_node *node)
{
    lic_json_put_text(json, "native", lic_native_name(node->index));
    if (node->index == LIC_NATIVE_ADD_MONTHS || node->index == LIC_NATIVE_COMPLETED)
        lic_json_put_text(json, "months", why->image->rules.months_roll ? "roll" : "clip");
    else if (node->index != LIC_NATIVE_ADD_DAYS && node->as_of != LIC_DATE_MIN)
        put_day(json, "anchor", node->as_of);
}

static void put_earlier(const lic_why *why, lic_json *json, const lic_why_node *node)
{
    put_field(why, json, node);
    lic_json_put_integer(json, "block", (int64_t)node->line);
    put_day(json, "date", node->as_of);
}

/* A value of another kind than sums: which block set it. */
static void put_opening(const lic_why *why, lic_json *json, const lic_why_node *node)
{
    put_field(why, json, node);
    if (node->duty != LIC_NONE32) lic_json_put_integer(json, "duty", node->duty);
    if (node->line == 0) return;
    lic_json_put_integer(json, "block", (int64_t)node->line);
    put_day(json, "date", node->as_of);
}

/* Whose duty it is, and to whom: a party, a row, or an account that is shared out when it is paid. */
static void put_duty(const lic_why *why, lic_json *json, const lic_why_node *node)
{
    lic_json_put_integer(json, "duty", node->duty);
    if (node->rule == LIC_WHY_OPEN) return;
    lic_json_put_slice(json, "debtor", node->other_key);
    lic_json_put_slice(json, "creditor",
                       node->account != LIC_NONE16 ? why->image->accounts[node->account].name
                                                   : node->key);
    if (node->term != LIC_NONE16)
        lic_json_put_slice(json, "of_term", why->image->terms[node->term].name);
    if (node->rule == LIC_WHY_DUTY && why->image->duties[node->index].part != 0)
        lic_json_put_integer(json, "part", why->image->duties[node->index].part);
    if (node->rule == LIC_WHY_ALLOTTED) lic_json_put_integer(json, "payment", node->index + 1);
}

static void put_payment(lic_json *json, const lic_why_node *node)
{
    lic_json_put_integer(json, "payment", node->index + 1);
    lic_json_put_slice(json, "debtor", node->other_key);
    put_day(json, "date", node->as_of);
}

static void put_scope(const lic_why *why, lic_json *json, const lic_why_node *node)
{
    if (node->scope == LIC_NONE16) return;
    lic_json_key(json, "for");
    lic_json_object(json);
    lic_json_put_slice(json, "schedule", why->image->tables[node->scope].name);
    lic_json_put_integer(json, "row", node->scope_row);
    if (node->scope_key.size > 0) lic_json_put_slice(json, "key", node->scope_key);
    lic_json_end(json);
}

static void put_detail(const lic_why *why, lic_json *json, const lic_why_node *node)
{
    switch (node->rule) {
    case LIC_WHY_USAGE: put_line(why, json, node); break;
    case LIC_WHY_SCHEDULE:
    case LIC_WHY_PARAMETER:
    case LIC_WHY_SUM: put_field(why, json, node); break;
    case LIC_WHY_OPENING: put_opening(why, json, node); break;
    case LIC_WHY_EARLIER: put_earlier(why, json, node); break;
    case LIC_WHY_PAYMENT: put_payment(json, node); break;
    case LIC_WHY_DUTY:
    case LIC_WHY_DUE:
    case LIC_WHY_CANCELLED:
    case LIC_WHY_OPEN:
    case LIC_WHY_ALLOTTED: put_duty(why, json, node); break;
    case LIC_WHY_AS_OF: put_as_of(why, json, node); break;
    case LIC_WHY_INPUT: lic_json_put_text(json, "input", input_name(node->index)); break;
    case LIC_WHY_DATE: put_calendar(why, json, node); break;
    case LIC_WHY_LOOKUP:
        if (node->index != 0) lic_json_put_text(json, "native", lic_native_name(node->index));
        break;
    case LIC_WHY_SCALE: put_units(json, "factor", node->unit); break;
    case LIC_WHY_ROUND_PRODUCT:
    case LIC_WHY_ROUND_QUOTIENT: put_rounding(json, node); break;
    case LIC_WHY_SHARE:
        lic_json_put_integer(json, "index", node->index);
        put_units(json, "total", node->divisor);
        put_units(json, "unit", node->unit);
        break;
    case LIC_WHY_POSTING:
        put_place(why, json, "from", node->account, node->key);
        put_place(why, json, "to", node->other, node->other_key);
        break;
    case LIC_WHY_BALANCE: put_place(why, json, "of", node->account, node->key); break;
    default: break;
    }
}

static void put_clause(const lic_why *why, lic_json *json, const lic_why_node *node)
{
    if (lic_why_label(node) != NULL && node->term != LIC_NONE16) {
        lic_json_put_text(json, "result", lic_why_label(node));
        lic_json_put_slice(json, "term", why->image->terms[node->term].name);
    }
    if (node->clause == LIC_NONE16) return;
    const lic_clause *clause = lic_why_clause(why, node);
    lic_json_key(json, "clause");
    lic_json_object(json);
    lic_json_put_slice(json, "name", clause->name);
    lic_json_put_slice(json, "label", clause->label);
    lic_json_put_slice(json, "anchor", clause->anchor);
    lic_json_end(json);
}

static void put_node(const lic_why *why, lic_json *json, size_t id, lic_buffer *scratch)
{
    const lic_why_node *node = &why->nodes[id];
    lic_json_object(json);
    lic_json_put_integer(json, "id", (int64_t)id);
    lic_json_put_text(json, "rule", lic_why_rule_id((lic_why_rule)node->rule));
    put_value(why, json, node, scratch);
    put_children(why, json, node);
    lic_json_put_integer(json, "run", node->run);
    put_clause(why, json, node);
    put_scope(why, json, node);
    put_detail(why, json, node);
    lic_json_end(json);
}

/* Children always come before their parents, so one pass from the end finds what is needed. */
static uint8_t *reachable(const lic_why *why)
{
    uint8_t *needed = lic_allocate_zero(why->allocator, why->node_count + 1, 1);
    if (needed == NULL) return NULL;
    for (size_t i = 0; i < why->root_count; i++) needed[why->roots[i]] = 1;
    for (size_t i = why->node_count; i-- > 0;) {
        const lic_why_node *node = &why->nodes[i];
        for (uint32_t c = 0; needed[i] != 0 && c < node->child_count; c++) {
            needed[why->links[node->first_child + c].node] = 1;
        }
    }
    return needed;
}

static void put_run(const lic_why *why, lic_json *json, const lic_why_run *run)
{
    char period[LIC_PERIOD_TEXT];
    const lic_why_unit *unit = &why->units[run->unit];
    lic_slice subject = lic_why_run_subject(why, run);
    lic_json_object(json);
    lic_json_put_integer(json, "block", (int64_t)unit->height);
    lic_json_put_text(json, "kind", lic_why_run_kind(run));
    if (subject.size > 0) lic_json_put_slice(json, "subject", subject);
    if (lic_why_run_period(why, run, period)) lic_json_put_text(json, "period", period);
    if (unit->sender.size > 0) lic_json_put_slice(json, "by", unit->sender);
    put_day(json, "date", run->today);
    if (run->first != 0 || run->last != 0) {
        put_day(json, "first", run->first);
        put_day(json, "last", run->last);
    }
    if (run->has_upload) lic_json_put_hash(json, "report", &run->upload);
    lic_json_end(json);
}

static void put_runs(const lic_why *why, lic_json *json)
{
    lic_json_key(json, "runs");
    lic_json_array(json);
    for (size_t i = 0; i < why->run_count; i++) put_run(why, json, &why->runs[i]);
    lic_json_end(json);
}

static void put_asked(const lic_why *why, lic_json *json)
{
    if (why->asked != LIC_WHY_OF_DUTY) lic_json_put_slice(json, "payee", why->payee_name);
    if (why->asked == LIC_WHY_OF_PERIOD) lic_json_put_slice(json, "period", why->period);
    if (why->asked == LIC_WHY_OF_BLOCK) lic_json_put_integer(json, "block", (int64_t)why->block);
    if (why->asked == LIC_WHY_OF_DUTY) lic_json_put_integer(json, "duty", why->payee.duty);
}

void lic_why_json(const lic_why *why, lic_buffer *target)
{
    lic_json json;
    lic_buffer scratch;
    uint8_t *needed = reachable(why);
    if (needed == NULL) {
        target->failed = true;
        return;
    }
    lic_json_init(&json, target);
    lic_buffer_init(&scratch, why->allocator, 4096);
    lic_json_object(&json);
    lic_json_put_hash(&json, "contract", &why->contract);
    lic_json_put_slice(&json, "agreement", why->image->name);
    put_asked(why, &json);
    lic_json_put_text(&json, "clock", why->simulated ? "simulated" : "real");
    if (why->folded) lic_json_put_bool(&json, "folded", true);
    put_runs(why, &json);
    lic_json_key(&json, "roots");
    lic_json_array(&json);
    for (size_t i = 0; i < why->root_count; i++) lic_json_integer(&json, why->roots[i]);
    lic_json_end(&json);
    lic_json_key(&json, "nodes");
    lic_json_array(&json);
    for (size_t i = 0; i < why->node_count; i++) {
        if (needed[i] != 0) put_node(why, &json, i, &scratch);
    }
    lic_json_end(&json);
    lic_json_end(&json);
    lic_put_u8(target, '\n');
    lic_buffer_free(&scratch);
    lic_release(why->allocator, needed, why->node_count + 1);
}
