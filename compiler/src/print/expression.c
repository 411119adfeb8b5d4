/* print/expression.c - expressions, types and attributes as canonical text. Parentheses stand where
 * the grammar needs them, and where the author put some. */
#include "print/printer.h"

#include <string.h>

/* -- pieces ---------------------------------------------------------------------------------------------- */

void lic_write(lic_printer *w, const char *text)
{
    lic_put_text(w->target, text);
}
void lic_write_slice(lic_printer *w, lic_slice text)
{
    lic_put_bytes(w->target, text.data, text.size);
}

void lic_write_quoted(lic_printer *w, lic_slice text)
{
    lic_write(w, "\"");
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\') lic_write(w, "\\");
        lic_put_u8(w->target, text.data[i]);
    }
    lic_write(w, "\"");
}

void lic_write_number(lic_printer *w, lic_i128 number, uint8_t scale, bool group_four)
{
    char text[LIC_DECIMAL_MAX];
    size_t size = lic_decimal_print(number, scale, text);
    size_t first = number < 0 ? 1 : 0;
    size_t whole = size - (scale > 0 ? (size_t)scale + 1 : 0) - first;
    bool grouped = whole > 4 || (whole == 4 && group_four);
    for (size_t i = 0; i < size; i++) {
        bool inside = i > first && i < first + whole;
        if (grouped && inside && (first + whole - i) % 3 == 0) lic_write(w, ",");
        lic_put_u8(w->target, (uint8_t)text[i]);
    }
}

void lic_write_list(lic_printer *w, const lic_node *node, uint32_t from)
{
    for (uint32_t i = from; i < node->child_count; i++) {
        if (i > from) lic_write(w, ", ");
        lic_write_expression(w, node->children[i]);
    }
}

/* -- expressions -------------------------------------------------------------------------------------------- */

typedef enum level {
    LEVEL_OR = 1,
    LEVEL_AND,
    LEVEL_NOT,
    LEVEL_COMPARISON,
    LEVEL_SUM,
    LEVEL_PRODUCT,
    LEVEL_POST,
    LEVEL_PRIMARY
} level;

static level binary_level(lic_slice operator)
{
    static const struct {
        const char *operator;
        level level;
    } LEVELS[] = {{"or", LEVEL_OR},     {"and", LEVEL_AND},    {"+", LEVEL_SUM},
                  {"-", LEVEL_SUM},     {"except", LEVEL_SUM}, {"otherwise", LEVEL_SUM},
                  {"*", LEVEL_PRODUCT}, {"/", LEVEL_PRODUCT}};
    for (size_t i = 0; i < LIC_COUNT(LEVELS); i++) {
        if (lic_slice_is(operator, LEVELS[i].operator)) return LEVELS[i].level;
    }
    return LEVEL_COMPARISON;
}

static level level_of(const lic_node *node)
{
    if (node->kind == LIC_NODE_BINARY) return binary_level(node->name);
    if (node->kind == LIC_NODE_NOT) return LEVEL_NOT;
    if (node->kind == LIC_NODE_THROUGH) return LEVEL_POST;
    return LEVEL_PRIMARY;
}

/* True when text that follows would be taken into the node: `sum of x where ...`, `5% of ...`. */
static bool is_open(const lic_node *node)
{
    if (node->flags & LIC_FLAG_PAREN) return false;
    if (node->kind == LIC_NODE_FOLD)
        return lic_child(node, 1) != NULL || (node->child_count > 0 && is_open(node->children[0]));
    if (node->kind == LIC_NODE_RATE) return node->child_count > 0;
    bool last = node->kind == LIC_NODE_OF || node->kind == LIC_NODE_BOUNDARY ||
                node->kind == LIC_NODE_BINARY || node->kind == LIC_NODE_NOT;
    if (last && node->child_count > 0) return is_open(node->children[node->child_count - 1]);
    return false;
}

static void write_at(lic_printer *w, const lic_node *node, level least);

/* An operand behind which the expression goes on. */
static void write_left(lic_printer *w, const lic_node *node, level least)
{
    bool parens = level_of(node) >= least && is_open(node);
    if (parens) lic_write(w, "(");
    write_at(w, node, least);
    if (parens) lic_write(w, ")");
}

static void write_binary(lic_printer *w, const lic_node *node)
{
    level own = binary_level(node->name);
    bool comparison = own == LEVEL_COMPARISON;
    write_left(w, node->children[0], comparison ? LEVEL_SUM : own);
    lic_write(w, " ");
    lic_write_slice(w, node->name);
    lic_write(w, " ");
    write_at(w, node->children[1], (level)(own + 1));
}

static void write_rate(lic_printer *w, const lic_node *node)
{
    if (node->flags & LIC_FLAG_FRACTION) {
        lic_write_number(w, node->number, 0, false);
        lic_write(w, "/");
        lic_write_number(w, node->denominator, 0, false);
    } else {
        uint8_t shift = node->flags & LIC_FLAG_BPS ? 4 : 2;
        lic_i128 number = node->number;
        uint8_t scale = node->scale;
        for (; scale < shift; scale++) number *= 10;
        lic_write_number(w, number, (uint8_t)(scale - shift), node->flags & LIC_FLAG_GROUPED);
        lic_write(w, shift == 4 ? "bps" : "%");
    }
    if (node->child_count == 0) return;
    lic_write(w, " of ");
    write_at(w, node->children[0], LEVEL_POST);
}

void lic_write_duration(lic_printer *w, const lic_node *node)
{
    lic_write_number(w, node->number, 0, false);
    lic_write(w, " ");
    bool business = lic_slice_is(node->name, "business_days");
    if (business) lic_write(w, "business ");
    lic_slice unit = business ? lic_slice_text("days") : node->name;
    if (node->number == 1 && unit.size > 0) unit.size--;
    lic_write_slice(w, unit);
}

/* True when a `where` behind the node would go to a fold inside it. */
static bool takes_where(const lic_node *node)
{
    if (node->flags & LIC_FLAG_PAREN) return false;
    if (node->kind == LIC_NODE_FOLD) return true;
    bool last = node->kind == LIC_NODE_OF || node->kind == LIC_NODE_BOUNDARY;
    if (last && node->child_count > 0) return takes_where(node->children[node->child_count - 1]);
    return is_open(node);
}

static void write_folded(lic_printer *w, const lic_node *node)
{
    bool parens = takes_where(node);
    if (parens) lic_write(w, "(");
    write_at(w, node, LEVEL_PRIMARY);
    if (parens) lic_write(w, ")");
}

static void write_fold(lic_printer *w, const lic_node *node)
{
    lic_write_slice(w, node->name);
    lic_write(w, " of ");
    const lic_node *where = lic_child(node, 1);
    if (where) write_folded(w, node->children[0]);
    else write_at(w, node->children[0], LEVEL_PRIMARY);
    if (!where) return;
    lic_write(w, " where ");
    write_at(w, where, LEVEL_COMPARISON);
}

static void write_call(lic_printer *w, const char *before, const lic_node *node, lic_slice name)
{
    lic_write(w, before);
    lic_write_slice(w, name);
    lic_write(w, "(");
    lic_write_list(w, node, 0);
    lic_write(w, ")");
}

static void write_through(lic_printer *w, const lic_node *node)
{
    write_left(w, node->children[0], LEVEL_POST);
    lic_write(w, " through ");
    write_left(w, node->children[1], LEVEL_PRIMARY);
    const lic_node *product = lic_child(node, 2), *counter = lic_child(node, 3);
    if (product) {
        lic_write(w, " for ");
        write_left(w, product, LEVEL_PRIMARY);
    }
    if (counter) {
        lic_write(w, node->flags & LIC_FLAG_AFTER ? " after " : " cumulative in ");
        write_left(w, counter, LEVEL_PRIMARY);
    }
}

static void write_date(lic_printer *w, const lic_node *node)
{
    char text[LIC_DATE_TEXT];
    lic_date_print((lic_date)node->number, text);
    lic_write(w, text);
}

static void write_report_state(lic_printer *w, const lic_node *node)
{
    lic_write_slice(w, node->name);
    lic_write(w, " ");
    lic_write_slice(w, node->text);
    const lic_node *late = lic_child(node, 0);
    if (!late) return;
    lic_write(w, " ");
    lic_write_duration(w, late);
}

static void write_of(lic_printer *w, const lic_node *node)
{
    write_at(w, node->children[0], LEVEL_PRIMARY);
    lic_write(w, " of ");
    write_at(w, node->children[1], LEVEL_PRIMARY);
}

static void write_amount(lic_printer *w, const lic_node *node)
{
    lic_write_slice(w, node->name);
    lic_write(w, " ");
    lic_write_number(w, node->number, node->scale, true);
}

static void write_words(lic_printer *w, const char *words, const lic_node *last)
{
    lic_write(w, words);
    if (last) write_at(w, last, LEVEL_PRIMARY);
}

static void write_last(lic_printer *w, const lic_node *node)
{
    lic_write(w, "last ");
    lic_write_number(w, node->number, 0, false);
    lic_write(w, " ");
    lic_write_expression(w, node->children[0]);
}

/* The node without parentheses of its own. */
static void write_inside(lic_printer *w, const lic_node *node)
{
    switch ((int)node->kind) {
    case LIC_NODE_NUMBER:
        lic_write_number(w, node->number, node->scale, node->flags & LIC_FLAG_GROUPED);
        break;
    case LIC_NODE_RATE: write_rate(w, node); break;
    case LIC_NODE_AMOUNT_OF: write_amount(w, node); break;
    case LIC_NODE_DATE: write_date(w, node); break;
    case LIC_NODE_DURATION: lic_write_duration(w, node); break;
    case LIC_NODE_TEXT: lic_write_quoted(w, node->text); break;
    case LIC_NODE_FIELD:
        write_at(w, node->children[0], LEVEL_PRIMARY);
        lic_write(w, ".");
        lic_write_slice(w, node->name);
        break;
    case LIC_NODE_OF: write_of(w, node); break;
    case LIC_NODE_SET_OF:
        lic_write(w, "{");
        lic_write_list(w, node, 0);
        lic_write(w, "}");
        break;
    case LIC_NODE_WORLD: lic_write(w, "world"); break;
    case LIC_NODE_FOLD: write_fold(w, node); break;
    case LIC_NODE_CHOOSE:
        lic_write_slice(w, node->name);
        write_call(w, " of ", node, (lic_slice){NULL, 0});
        break;
    case LIC_NODE_THROUGH: write_through(w, node); break;
    case LIC_NODE_BINARY: write_binary(w, node); break;
    case LIC_NODE_NOT:
        lic_write(w, "not ");
        write_at(w, node->children[0], LEVEL_COMPARISON);
        break;
    case LIC_NODE_OVERDUE: write_words(w, "overdue ", lic_child(node, 0)); break;
    case LIC_NODE_REPORT_STATE: write_report_state(w, node); break;
    case LIC_NODE_BOUNDARY:
        lic_write_slice(w, node->name);
        write_words(w, " ", lic_child(node, 0));
        break;
    case LIC_NODE_LAST: write_last(w, node); break;
    case LIC_NODE_ROUNDED: write_call(w, "rounded", node, (lic_slice){NULL, 0}); break;
    case LIC_NODE_CALL: write_call(w, "call ", node, node->name); break;
    default: lic_write_slice(w, node->name); break; /* names, codes, words, periods */
    }
}

static void write_at(lic_printer *w, const lic_node *node, level least)
{
    bool parens = (node->flags & LIC_FLAG_PAREN) || level_of(node) < least;
    if (parens) lic_write(w, "(");
    write_inside(w, node);
    if (parens) lic_write(w, ")");
}

void lic_write_condition(lic_printer *w, const lic_node *node)
{
    write_at(w, node, LEVEL_OR);
}
void lic_write_expression(lic_printer *w, const lic_node *node)
{
    write_at(w, node, LEVEL_SUM);
}
void lic_write_primary(lic_printer *w, const lic_node *node)
{
    write_at(w, node, LEVEL_PRIMARY);
}

void lic_print_expression(const lic_node *node, lic_buffer *target)
{
    lic_printer w = {.target = target, .line_start = target->size};
    lic_write_condition(&w, node);
}

/* -- types ------------------------------------------------------------------------------------------------------ */

static void write_children(lic_printer *w, const lic_node *node, const char *before)
{
    lic_write(w, before);
    lic_write_list(w, node, 0);
}

static void write_tiers_type(lic_printer *w, const lic_node *node)
{
    lic_write(w, node->flags & LIC_FLAG_MARGINAL ? "marginal tiers of " : "whole tiers of ");
    lic_write_expression(w, node->children[0]);
    lic_write(w, ", ");
    lic_write_type(w, node->children[1]);
    if (node->child_count <= 2) return;
    lic_write(w, " for (");
    lic_write_list(w, node, 2);
    lic_write(w, ")");
}

void lic_write_type(lic_printer *w, const lic_node *node)
{
    static const struct {
        const char *name, *text;
    } WORDS[] = {{"money", ""},
                 {"exact", "exact "},
                 {"in", "in "},
                 {"territory_in", "territory in "},
                 {"past", "past "},
                 {"named", ""},
                 {"shares", "shares of "},
                 {"identifier", ""}};
    if (node->kind != LIC_NODE_TYPE) return;
    for (size_t i = 0; i < LIC_COUNT(WORDS); i++) {
        if (!lic_slice_is(node->name, WORDS[i].name)) continue;
        write_children(w, node, WORDS[i].text);
        return;
    }
    if (lic_slice_is(node->name, "price")) {
        lic_write_expression(w, node->children[0]);
        lic_write(w, " per ");
        lic_write_expression(w, node->children[1]);
    } else if (lic_slice_is(node->name, "tiers")) {
        write_tiers_type(w, node);
    } else if (lic_slice_is(node->name, "one_of")) {
        write_children(w, node, "one of (");
        lic_write(w, ")");
    } else if (lic_slice_is(node->name, "territory_set")) {
        lic_write(w, "territory set");
    } else {
        lic_write_slice(w, node->name);
        bool sized = lic_slice_is(node->name, "text") || lic_slice_is(node->name, "digits");
        if (!sized) return;
        lic_write(w, " ");
        lic_write_number(w, node->number, 0, false);
    }
}

void lic_write_for_each(lic_printer *w, const lic_node *node)
{
    lic_write(w, "for each ");
    lic_write_slice(w, node->name);
    const lic_node *table = lic_child(node, 0);
    if (!table) return;
    lic_write(w, " in ");
    lic_write_expression(w, table);
}

/* -- attributes -------------------------------------------------------------------------------------------------- */

static void write_at_end(lic_printer *w, const lic_node *node)
{
    const lic_node *what = lic_child(node, 0), *to = lic_child(node, 1);
    lic_write(w, "at end ");
    for (size_t i = 0; what && i < what->name.size; i++) {
        lic_put_u8(w->target, what->name.data[i] == '_' ? ' ' : what->name.data[i]);
    }
    if (!to) return;
    lic_write(w, " to ");
    lic_write_expression(w, to);
}

void lic_write_attribute(lic_printer *w, const lic_node *node)
{
    static const struct {
        const char *name, *text;
        bool number;
    } WORDS[] = {{"at_most", "at most ", false},
                 {"scale", "scale ", true},
                 {"in_bps", "in bps", false},
                 {"in_units_of", "in units of ", true},
                 {"empty_is", "empty is ", true},
                 {"unique", "unique", false},
                 {"starts", "starts ", false},
                 {"resets_every", "resets every ", false},
                 {"never_resets", "never resets", false},
                 {"never_falls", "never falls", false},
                 {"set_by", "set by ", false},
                 {"set_once_by", "set once by ", false},
                 {"every", "every ", false},
                 {"from_to", "from ", false}};
    if (lic_slice_is(node->name, "at_end")) {
        write_at_end(w, node);
        return;
    }
    for (size_t i = 0; i < LIC_COUNT(WORDS); i++) {
        if (!lic_slice_is(node->name, WORDS[i].name)) continue;
        lic_write(w, WORDS[i].text);
        if (WORDS[i].number) lic_write_number(w, node->number, node->scale, true);
    }
    const lic_node *first = lic_child(node, 0), *second = lic_child(node, 1);
    if (first) lic_write_expression(w, first);
    if (!second) return;
    if (second->kind == LIC_NODE_WITHIN) {
        lic_write(w, ", ");
        lic_write_within(w, second);
        return;
    }
    lic_write(w, " to ");
    lic_write_expression(w, second);
}

void lic_write_attributes(lic_printer *w, const lic_node *node, uint32_t from)
{
    for (uint32_t i = from; i < node->child_count; i++) {
        if (node->children[i]->kind != LIC_NODE_ATTRIBUTE) continue;
        lic_write(w, ", ");
        lic_write_attribute(w, node->children[i]);
    }
}

void lic_write_within(lic_printer *w, const lic_node *node)
{
    const lic_node *first = lic_child(node, 0), *base = lic_child(node, 1);
    lic_write(w, node->flags & LIC_FLAG_DUE ? "due " : "within ");
    if (first) lic_write_expression(w, first);
    if (!base) return;
    lic_write(w, " of ");
    lic_write_expression(w, base);
}

void lic_write_notice(lic_printer *w, const lic_node *node)
{
    lic_write(w, "notice ");
    lic_write_expression(w, node->children[0]);
    lic_write(w, " to ");
    lic_write_expression(w, node->children[1]);
}
