/* why/formula.c - a short amount as a formula over what the agreement and its reports give: "35 % of
 * GBP 1.20", "(GBP 12,000.00 * 320 - GBP 5,255.91 * 365) / 365", "all of Due". What would be long stands as
 * its value. */
#include "why/text.h"

enum { OPERANDS_MAX = 5, DEPTH_MAX = 4 };

static const lic_why_node *strip(const lic_why *why, const lic_why_node *node)
{
    node = lic_telling_behind(why, node);
    bool plain = node->rule == LIC_WHY_ROUND_QUOTIENT && node->child_count == 1 &&
                 lic_telling_divisor(why, node) == 1;
    return plain ? lic_telling_child(why, node, 0) : node;
}

static bool is_operation(const lic_why_node *node)
{
    switch (node->rule) {
    case LIC_WHY_ADD:
    case LIC_WHY_SUBTRACT:
    case LIC_WHY_MULTIPLY:
    case LIC_WHY_MINIMUM:
    case LIC_WHY_MAXIMUM: return node->child_count == 2;
    case LIC_WHY_ROUND_PRODUCT:
    case LIC_WHY_ROUND_QUOTIENT: return true;
    default: return false;
    }
}

/* Days and periods are counted, not calculated, for a reader; a term's results stand for themselves. */
static bool opens(const lic_why_node *node, unsigned depth)
{
    bool money = lic_type_wide(node->type) || node->type.kind == LIC_KIND_RATE;
    return is_operation(node) && money && depth < DEPTH_MAX && (depth == 0 || node->label <= 1);
}

static unsigned count_operands(const lic_why *why, const lic_why_node *node, unsigned depth)
{
    unsigned count = 0;
    node = strip(why, node);
    if (!opens(node, depth)) return 1;
    for (uint32_t i = 0; i < node->child_count; i++)
        count += count_operands(why, lic_telling_child(why, node, i), depth + 1);
    return count;
}

static bool is_rate(const lic_why_node *node)
{
    return node->type.kind == LIC_KIND_RATE;
}

static void put_node(lic_telling *t, const lic_why_node *node, unsigned depth);

/* What a term came to, or the name behind a value, where one line of the agreement or of its books gives it. */
static void put_source(lic_telling *t, const lic_why_node *node)
{
    if (node->label > 1) {
        lic_put_format(t->target, " (%s)", lic_why_label(node));
        return;
    }
    bool named = node->rule == LIC_WHY_SCHEDULE || node->rule == LIC_WHY_PARAMETER ||
                 node->rule == LIC_WHY_AS_OF;
    bool kept = node->rule == LIC_WHY_SUM && node->field != LIC_NONE16 &&
                t->why->image->fields[node->field].role != LIC_ROLE_TALLY;
    if (!named && !kept) return;
    lic_say(t, " (");
    lic_telling_field(t, node);
    lic_say(t, ")");
}

static void put_value(lic_telling *t, const lic_why_node *node)
{
    lic_telling_amount(t, node, 1);
    put_source(t, node);
}

static void put_infix(lic_telling *t, const lic_why_node *node, const char *sign, unsigned depth)
{
    put_node(t, lic_telling_child(t->why, node, 0), depth + 1);
    lic_say(t, sign);
    put_node(t, lic_telling_child(t->why, node, 1), depth + 1);
}

static void put_product(lic_telling *t, const lic_why_node *node, unsigned depth)
{
    const lic_why_node *x = lic_telling_child(t->why, node, 0),
                       *y = lic_telling_child(t->why, node, 1);
    if (!is_rate(x) && !is_rate(y)) {
        put_infix(t, node, " * ", depth);
        return;
    }
    put_node(t, is_rate(y) ? y : x, depth + 1);
    lic_say(t, " of ");
    put_node(t, is_rate(y) ? x : y, depth + 1);
}

static void put_divisor(lic_telling *t, const lic_why_node *node)
{
    char text[LIC_DECIMAL_MAX];
    lic_i128 divisor = lic_telling_divisor(t->why, node);
    if (divisor != 1) {
        (void)lic_decimal_print(divisor, 0, text);
        lic_put_format(t->target, " / %s", text);
    }
    if (node->rule == LIC_WHY_ROUND_PRODUCT || node->child_count < 2) return;
    lic_say(t, " / ");
    lic_telling_amount(t, lic_telling_child(t->why, node, 1), 1);
}

static bool is_sum(const lic_why_node *node)
{
    return node->rule == LIC_WHY_ADD || node->rule == LIC_WHY_SUBTRACT;
}

static void put_operation(lic_telling *t, const lic_why_node *node, unsigned depth)
{
    switch (node->rule) {
    case LIC_WHY_ADD: put_infix(t, node, " + ", depth); break;
    case LIC_WHY_SUBTRACT: put_infix(t, node, " - ", depth); break;
    case LIC_WHY_MULTIPLY: put_product(t, node, depth); break;
    case LIC_WHY_MINIMUM:
        lic_say(t, "the lesser of ");
        put_infix(t, node, " and ", depth);
        break;
    case LIC_WHY_MAXIMUM:
        lic_say(t, "the greater of ");
        put_infix(t, node, " and ", depth);
        break;
    case LIC_WHY_ROUND_PRODUCT:
        put_product(t, node, depth);
        put_divisor(t, node);
        break;
    default:
        put_node(t, lic_telling_child(t->why, node, 0), depth + 1);
        put_divisor(t, node);
        break;
    }
}

static void put_node(lic_telling *t, const lic_why_node *node, unsigned depth)
{
    node = strip(t->why, node);
    if (!opens(node, depth)) {
        put_value(t, node);
        return;
    }
    bool bracket = depth > 0 &&
                   (is_sum(node) || node->rule == LIC_WHY_MINIMUM || node->rule == LIC_WHY_MAXIMUM);
    if (bracket) lic_say(t, "(");
    put_operation(t, node, depth);
    if (bracket) lic_say(t, ")");
}

static bool is_account(const lic_why *why, const lic_why_node *node)
{
    return node->rule == LIC_WHY_SUM && node->field != LIC_NONE16 &&
           lic_telling_account_of(why->image, node->field) != LIC_NONE16;
}

static bool has_account(const lic_why *why, const lic_why_node *node, unsigned depth)
{
    node = strip(why, node);
    bool any = is_account(why, node);
    for (uint32_t i = 0; opens(node, depth) && i < node->child_count; i++)
        any = any || has_account(why, lic_telling_child(why, node, i), depth + 1);
    return any;
}

static bool is_given(const lic_why_node *node)
{
    return node->rule == LIC_WHY_SCHEDULE || node->rule == LIC_WHY_PARAMETER ||
           node->rule == LIC_WHY_AS_OF || node->rule == LIC_WHY_INPUT;
}

/* A fold over rows: few of them are told one by one. */
static bool put_rows(lic_telling *t, const lic_why_node *node, const char *lead)
{
    bool few = node->rule == LIC_WHY_SUM && node->child_count > 0 &&
               node->child_count <= OPERANDS_MAX && !is_account(t->why, node);
    for (uint32_t i = 0; few && i < node->child_count; i++)
        few = lic_telling_child(t->why, node, i)->rule == LIC_WHY_SCHEDULE;
    for (uint32_t i = 0; few && i < node->child_count; i++) {
        lic_say(t, i == 0 ? lead : " + ");
        put_value(t, lic_telling_child(t->why, node, i));
    }
    return few;
}

lic_formula lic_behind_formula(lic_telling *t, const lic_why_node *amount, const char *lead)
{
    const lic_why_node *node = strip(t->why, amount);
    if (put_rows(t, node, lead)) return LIC_FORMULA_PLAIN;
    if (is_account(t->why, node)) {
        lic_say(t, lead);
        lic_say(t, "all of ");
        lic_telling_field(t, node);
        return LIC_FORMULA_OF_ACCOUNT;
    }
    if (node->rule == LIC_WHY_LITERAL || is_given(node)) {
        lic_say(t, lead);
        if (is_given(node)) lic_telling_phrase(t, node);
        else lic_say(t, "as the text says");
        return LIC_FORMULA_PLAIN;
    }
    if (!is_operation(node) || count_operands(t->why, node, 0) > OPERANDS_MAX)
        return LIC_FORMULA_NONE;
    lic_say(t, lead);
    put_node(t, node, 0);
    return has_account(t->why, node, 0) ? LIC_FORMULA_OF_ACCOUNT : LIC_FORMULA_PLAIN;
}
