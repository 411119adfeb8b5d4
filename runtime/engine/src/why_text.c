/* why_text.c - a derivation as an explanation: the payee's accounts, each movement with its clause, and
 * below it what it follows from, as deep as asked. */
#include "why_text.h"

#include <string.h>

enum { CHILDREN_SHOWN = 12, LINE_SHOWN = 100, LEVELS_MAX = 200 };

void lic_telling_slice(lic_buffer *target, lic_slice text)
{
    for (size_t i = 0; i < text.size && i < LINE_SHOWN; i++) {
        uint8_t byte = text.data[i];
        lic_put_u8(target, byte == '\t' ? ' ' : byte < 0x20 || byte == 0x7F ? '?' : byte);
    }
    if (text.size > LINE_SHOWN) lic_put_text(target, " ...");
}

/* 122850.00 as 122,850.00 */
static void put_grouped(lic_buffer *target, const uint8_t *digits, size_t size)
{
    size_t start = size > 0 && digits[0] == '-' ? 1 : 0, point = start;
    while (point < size && digits[point] != '.') point++;
    for (size_t i = 0; i < size; i++) {
        bool group = i > start && i < point && (point - i) % 3 == 0;
        if (group) lic_put_u8(target, ',');
        lic_put_u8(target, digits[i]);
    }
}

void lic_telling_amount(lic_telling *t, const lic_why_node *node, int sign)
{
    lic_buffer text;
    const char *currency = lic_why_currency(t->why, node);
    lic_why_node shown = *node;
    lic_buffer_init(&text, t->why->allocator, 4096);
    if (sign < 0) shown.value = -shown.value;
    lic_why_value(t->why, &shown, &text);
    if (currency[0] != '\0') lic_put_format(t->target, "%s ", currency);
    bool number = node->type.kind != LIC_KIND_DATE && text.size > 0 &&
                  (text.data[0] == '-' || (text.data[0] >= '0' && text.data[0] <= '9')) &&
                  (node->text.size == 0 || node->rule == LIC_WHY_USAGE);
    if (number) {
        put_grouped(t->target, text.data, text.size);
    } else {
        lic_telling_slice(t->target, lic_slice_of(text.data, text.size));
    }
    lic_buffer_free(&text);
}

static void put_named(lic_buffer *target, lic_slice name, lic_slice key)
{
    lic_telling_slice(target, name);
    if (key.size == 0) return;
    lic_put_text(target, " of ");
    lic_telling_slice(target, key);
}

static void put_clause(lic_telling *t, const lic_why_node *node)
{
    const lic_clause *clause = lic_why_clause(t->why, node);
    lic_telling_slice(t->target, clause->name);
    if (clause->label.size > 0) lic_put_u8(t->target, ' ');
    lic_telling_slice(t->target, clause->label);
    if (clause->anchor.size == 0) return;
    lic_put_text(t->target, " [");
    lic_telling_slice(t->target, clause->anchor);
    lic_put_u8(t->target, ']');
}

static void put_line(lic_telling *t, const lic_why_node *node)
{
    const lic_why_run *run = &t->why->runs[node->run];
    const lic_image *image = t->why->image;
    if (run->kind == LIC_ENTRY_REPORT && node->index != LIC_NONE32) {
        const lic_report *report = &image->reports[run->subject];
        lic_telling_slice(t->target, image->columns[report->first_column + node->index].name);
        lic_put_text(t->target, " in the report ");
        lic_telling_slice(t->target, report->name);
        lic_put_text(t->target, ", ");
    }
    lic_put_format(t->target, "line %llu: ", (unsigned long long)node->line);
    lic_telling_slice(t->target, node->text);
}

static void put_field(lic_telling *t, const lic_why_node *node, const char *behind)
{
    if (node->field == LIC_NONE16) return;
    put_named(t->target, t->why->image->fields[node->field].name, node->key);
    lic_put_text(t->target, behind);
}

static void put_rounding(lic_telling *t, const lic_why_node *node)
{
    static const char *const modes[] = {"half to even", "half up", "down", "up"};
    const lic_currency *currency = &t->why->image->currencies[node->type.currency];
    char unit[LIC_DECIMAL_MAX];
    (void)lic_decimal_print_short(node->unit, currency->unit_scale, 0, unit);
    lic_put_format(t->target, "rounded %s to %s, from", node->mode < 4 ? modes[node->mode] : "",
                   unit);
}

static void put_share(lic_telling *t, const lic_why_node *node)
{
    lic_put_text(t->target, "share ");
    const lic_why_link *weight = &t->why->links[node->first_child + 1 + node->index];
    lic_telling_amount(t, &t->why->nodes[weight->node], 1);
    lic_put_text(t->target, ", pennies by largest remainder, of");
}

static void put_as_of(lic_telling *t, const lic_why_node *node)
{
    char as_of[LIC_DATE_TEXT], since[LIC_DATE_TEXT];
    lic_date_print(node->as_of, as_of);
    lic_date_print(node->since, since);
    put_field(t, node, "");
    if (node->since == 0) lic_put_format(t->target, ", as of %s, never changed before", as_of);
    else lic_put_format(t->target, ", as of %s, set on %s", as_of, since);
}

static void put_phrase(lic_telling *t, const lic_why_node *node)
{
    static const char *const inputs[] = {
        "",
        "the row at hand",
        "an argument of the action",
        "the date of settlement",
        "the first day of the period",
        "the last day of the period",
        "the first day of the full period",
        "the last day of the full period",
        "the party that acts",
        "the state of the agreement",
        "the amount paid",
        "the accepted lines",
    };
    switch ((lic_why_rule)node->rule) {
    case LIC_WHY_USAGE: put_line(t, node); break;
    case LIC_WHY_SCHEDULE: put_field(t, node, ", as signed"); break;
    case LIC_WHY_PARAMETER: put_field(t, node, ", bound at deployment"); break;
    case LIC_WHY_LITERAL:
        lic_put_text(t->target, "as the text says in ");
        put_clause(t, node);
        break;
    case LIC_WHY_OPENING: put_field(t, node, ", as it stood before"); break;
    case LIC_WHY_INPUT:
        lic_put_text(t->target, node->index < LIC_COUNT(inputs) ? inputs[node->index] : "");
        break;
    case LIC_WHY_LOOKUP: lic_put_text(t->target, "looked up"); break;
    case LIC_WHY_ADD: lic_put_text(t->target, "the sum of"); break;
    case LIC_WHY_SUBTRACT: lic_put_text(t->target, "the difference of"); break;
    case LIC_WHY_MULTIPLY: lic_put_text(t->target, "the product of"); break;
    case LIC_WHY_MINIMUM: lic_put_text(t->target, "the lesser of"); break;
    case LIC_WHY_MAXIMUM: lic_put_text(t->target, "the greater of"); break;
    case LIC_WHY_LESS:
    case LIC_WHY_AT_MOST:
    case LIC_WHY_EQUAL:
    case LIC_WHY_AND:
    case LIC_WHY_OR:
    case LIC_WHY_NOT:
        lic_put_format(t->target, "whether %s", lic_why_rule_id((lic_why_rule)node->rule));
        break;
    case LIC_WHY_SCALE: lic_put_text(t->target, "the same as"); break;
    case LIC_WHY_ROUND_PRODUCT:
        put_rounding(t, node);
        lic_put_text(t->target, " the product of");
        break;
    case LIC_WHY_ROUND_QUOTIENT: put_rounding(t, node); break;
    case LIC_WHY_TIER_SUM:
        lic_put_text(t->target, "through the tiers, beginning where it stood");
        break;
    case LIC_WHY_TIER_VALUE: lic_put_text(t->target, "the tier that holds"); break;
    case LIC_WHY_SHARE: put_share(t, node); break;
    case LIC_WHY_DATE: lic_put_text(t->target, "by the calendar, from"); break;
    case LIC_WHY_SUM: put_field(t, node, ": the sum of"); break;
    case LIC_WHY_AS_OF: put_as_of(t, node); break;
    case LIC_WHY_POSTING:
    case LIC_WHY_DUTY:
    case LIC_WHY_BALANCE:
    case LIC_WHY_RULE_COUNT: break;
    }
}

static void put_posting(lic_telling *t, const lic_why_node *node)
{
    const lic_image *image = t->why->image;
    put_clause(t, node);
    lic_put_text(t->target, ", from ");
    put_named(t->target, image->accounts[node->account].name, node->key);
    lic_put_text(t->target, " to ");
    put_named(t->target, image->accounts[node->other].name, node->other_key);
}

/* A type's change alone is no step for a reader. */
const lic_why_node *lic_telling_behind(const lic_why *why, const lic_why_node *node)
{
    while (node->rule == LIC_WHY_SCALE && node->child_count == 1) {
        node = &why->nodes[why->links[node->first_child].node];
    }
    return node;
}

static void indent(lic_telling *t, unsigned level)
{
    for (unsigned i = 0; i < level; i++) lic_put_text(t->target, "  ");
}

static void tell_node(lic_telling *t, const lic_why_node *node, int sign, unsigned level,
                      unsigned left);

/* Edges and values of tiers, a tier a line. */
static void tell_tiers(lic_telling *t, const lic_why_node *node, unsigned level)
{
    uint32_t first = node->rule == LIC_WHY_TIER_SUM ? 2 : 1;
    for (uint32_t i = first; i + 1 < node->child_count; i += 2) {
        const lic_why_link *link = &t->why->links[node->first_child + i];
        indent(t, level);
        lic_put_text(t->target, "tier from ");
        lic_telling_amount(t, &t->why->nodes[link[0].node], 1);
        lic_put_text(t->target, ": ");
        lic_telling_amount(t, &t->why->nodes[link[1].node], 1);
        lic_put_u8(t->target, '\n');
    }
}

/* Which children a reader needs one by one: of a share the amount alone, its weight stands in the
 * phrase; tiers have lines of their own. */
static uint32_t children_shown(const lic_why_node *node)
{
    if (node->rule == LIC_WHY_SHARE || node->rule == LIC_WHY_TIER_VALUE) return 1;
    return node->rule == LIC_WHY_TIER_SUM ? 2 : node->child_count;
}

static void tell_children(lic_telling *t, const lic_why_node *node, unsigned level, unsigned left)
{
    uint32_t count = node->child_count == 0 ? 0 : children_shown(node);
    if (count == 0) return;
    if (left == 1) {
        t->cut = true;
        return;
    }
    t->told[node - t->why->nodes] = 1;
    for (uint32_t i = 0; i < count; i++) {
        if (t->depth != 0 && i == CHILDREN_SHOWN && count > CHILDREN_SHOWN + 1) {
            indent(t, level);
            lic_put_format(t->target, "... and %u more\n", count - i);
            t->cut = true;
            break;
        }
        const lic_why_link *link = &t->why->links[node->first_child + i];
        tell_node(t, &t->why->nodes[link->node], link->sign, level, left == 0 ? 0 : left - 1);
    }
    if (node->rule == LIC_WHY_TIER_SUM || node->rule == LIC_WHY_TIER_VALUE)
        tell_tiers(t, node, level);
}

static void put_result_name(lic_telling *t, const lic_why_node *node)
{
    if (lic_why_label(node) == NULL) return;
    lic_put_format(t->target, "%s of ", lic_why_label(node));
    lic_telling_slice(t->target, t->why->image->terms[node->term].name);
    lic_put_text(t->target, ": ");
}

/* What was explained above is not explained again. */
static bool put_repeated(lic_telling *t, const lic_why_node *node)
{
    bool repeated = t->told[node - t->why->nodes] != 0;
    lic_put_text(t->target, repeated ? " (as above)\n" : "\n");
    return repeated;
}

static void tell_node(lic_telling *t, const lic_why_node *node, int sign, unsigned level,
                      unsigned left)
{
    if (level > LEVELS_MAX) {
        t->cut = true;
        return;
    }
    node = lic_telling_behind(t->why, node);
    indent(t, level);
    lic_telling_amount(t, node, sign);
    lic_put_text(t->target, "  ");
    put_result_name(t, node);
    if (node->rule != LIC_WHY_POSTING) {
        put_phrase(t, node);
        if (!put_repeated(t, node)) tell_children(t, node, level + 1, left);
        return;
    }
    put_posting(t, node);
    if (put_repeated(t, node)) return;
    if (left == 1) {
        t->cut = true;
        return;
    }
    /* A posting's one child is its amount: its own line would repeat the figure. */
    t->told[node - t->why->nodes] = 1;
    node = lic_telling_behind(t->why, &t->why->nodes[t->why->links[node->first_child].node]);
    indent(t, level + 1);
    lic_put_text(t->target, "= ");
    put_result_name(t, node);
    put_phrase(t, node);
    if (!put_repeated(t, node)) tell_children(t, node, level + 2, left);
}

/* Movements of an account: sums that were only made because something read it in between are opened. */
static void tell_movements(lic_telling *t, const lic_why_node *node, uint16_t field, uint32_t row)
{
    const lic_why *why = t->why;
    for (uint32_t i = 0; i < node->child_count; i++) {
        const lic_why_link *link = &why->links[node->first_child + i];
        const lic_why_node *child = &why->nodes[link->node];
        if (child->rule == LIC_WHY_SUM && child->field == field && child->row == row) {
            tell_movements(t, child, field, row);
            t->told[link->node] = 1;
        } else {
            tell_node(t, child, link->sign, 1, t->depth == 0 ? 0 : t->depth + 1);
        }
    }
}

static void tell_balance(lic_telling *t, const lic_why_node *node)
{
    const lic_why *why = t->why;
    lic_put_u8(t->target, '\n');
    put_named(t->target, why->image->accounts[node->account].name, node->key);
    lic_put_format(t->target, " (block %llu)\n", (unsigned long long)why->runs[node->run].height);
    tell_movements(t, node, node->field, node->row);
    lic_put_text(t->target, "  ");
    lic_telling_amount(t, node, 1);
    lic_put_text(t->target, "  stands on the account after it\n");
}

static void tell_duty(lic_telling *t, const lic_why_node *node)
{
    const lic_image *image = t->why->image;
    const lic_duty *duty = &image->duties[node->index];
    lic_put_text(t->target, "\nTo be paid: ");
    lic_telling_amount(t, node, 1);
    if (duty->debtor != LIC_NONE16) {
        lic_put_text(t->target, " by ");
        lic_telling_slice(t->target, image->parties[duty->debtor].name);
    }
    if (node->child_count > 1) {
        lic_put_text(t->target, ", due ");
        lic_telling_amount(t, &t->why->nodes[t->why->links[node->first_child + 1].node], 1);
    }
    lic_put_text(t->target, ", under ");
    put_clause(t, node);
    lic_put_u8(t->target, '\n');
}

void lic_why_text(const lic_why *why, unsigned depth, lic_buffer *target)
{
    lic_telling t = {.why = why, .target = target, .depth = depth};
    lic_telling_slice(target, why->payee_name);
    lic_put_text(target, ", ");
    lic_telling_slice(target, why->period);
    lic_put_text(target, ", under ");
    lic_telling_slice(target, why->image->title);
    if (why->simulated) lic_put_text(target, " (simulated clock)");
    lic_put_u8(target, '\n');
    t.told = lic_allocate_zero(why->allocator, why->node_count + 1, 1);
    if (t.told == NULL) {
        target->failed = true;
        return;
    }
    for (size_t i = 0; i < why->root_count; i++) {
        const lic_why_node *node = &why->nodes[why->roots[i]];
        if (node->rule == LIC_WHY_DUTY) tell_duty(&t, node);
    }
    for (size_t i = 0; i < why->root_count; i++) {
        const lic_why_node *node = &why->nodes[why->roots[i]];
        if (node->rule == LIC_WHY_BALANCE) tell_balance(&t, node);
    }
    lic_release(why->allocator, t.told, why->node_count + 1);
    if (t.cut) lic_put_text(target, "\nMore: --depth N, or --all; --json gives every step.\n");
}
