/* types/math.c - sums, products and comparisons: which types agree, what the result is, and the divisor
 * and range that it carries. */
#include "analyse.h"

#include <licet/reference.h>

static bool is_error(const lic_meaning *m)
{
    return m->sort == LIC_SORT_ERROR;
}
static bool is_fraction(const lic_meaning *m)
{
    return m->divisor != 1 || m->dynamic;
}

/* -- agreement of two types ------------------------------------------------------------------------ */

bool lic_same_type(const lic_meaning *a, const lic_meaning *b)
{
    if (a->sort == LIC_SORT_ERROR || b->sort == LIC_SORT_ERROR) return true;
    if (lic_money_like(a) && lic_money_like(b)) return a->currency == b->currency;
    if (a->sort != b->sort) return false;
    if (a->sort == LIC_SORT_PRICE) return a->currency == b->currency && a->unit == b->unit;
    if (a->sort == LIC_SORT_ROW) return a->table == b->table;
    if (a->sort == LIC_SORT_ENUM) return a->values == b->values;
    if (a->sort == LIC_SORT_TEXT && a->unit && b->unit) return a->unit == b->unit;
    return true;
}

static lic_meaning *disagree(typer *t, lic_node *node, lic_node *left, lic_node *right,
                             const char *doing)
{
    const lic_meaning *a = left->meaning, *b = right->meaning;
    bool money = lic_money_like(a) || lic_money_like(b) || a->sort == LIC_SORT_PRICE ||
                 b->sort == LIC_SORT_PRICE || a->sort == LIC_SORT_RATE || b->sort == LIC_SORT_RATE;
    lic_diagnostic *d = lic_diag(t->c, money ? "S1" : "T01", left->span, NULL,
                                 "%s and %s cannot be %s", lic_meaning_text(t->s, a),
                                 lic_meaning_text(t->s, b), doing);
    lic_diag_label(t->c, d, "this is %s", lic_meaning_text(t->s, a));
    lic_diag_place(t->c, d, right->span, "this is %s", lic_meaning_text(t->s, b));
    if (lic_money_like(a) && b->sort == LIC_SORT_COUNT && b->is_constant) {
        lic_diag_help(t->c, d, "give the number its currency");
        lic_slice text = lic_expression_text(t->c, right);
        lic_diag_fix(t->c, d, right->span, "%s %.*s", lic_money_code(t->s, a->currency),
                     LIC_S(text));
    } else if (lic_money_like(a) && lic_money_like(b)) {
        lic_diag_help(
            t->c, d,
            "multiply one by a price between the two, for instance a column `rate %s per %s`",
            lic_money_code(t->s, a->currency), lic_money_code(t->s, b->currency));
    }
    return lic_meaning_wrong(t, node);
}

static bool too_fine(typer *t, lic_node *node, unsigned scale)
{
    if (scale <= LIC_SCALE_MAX) return false;
    lic_diag(t->c, "S6", node->span, NULL, "the exact value needs %u decimals, more than %d", scale,
             LIC_SCALE_MAX);
    return true;
}

/* The divisor that both sides have when they are added or compared. */
static bool join_divisors(typer *t, lic_node *node, lic_meaning *m, lic_meaning *a, lic_meaning *b)
{
    if (a->dynamic && b->dynamic && !lic_tree_equal(a->dynamic, b->dynamic)) {
        lic_diagnostic *d = lic_diag(t->c, "S6", node->span, NULL,
                                     "two different divisors meet before a rounding");
        lic_diag_place(t->c, d, a->dynamic->span, "one");
        lic_diag_place(t->c, d, b->dynamic->span, "the other");
        return false;
    }
    m->dynamic = a->dynamic ? a->dynamic : b->dynamic;
    m->divisor = a->divisor == b->divisor ? a->divisor : lic_saturated_mul(a->divisor, b->divisor);
    if (m->divisor > INT64_MAX) {
        lic_diag(t->c, "S6", node->span, NULL, "the common divisor is beyond 64 bits");
        return false;
    }
    lic_i128 up_a = m->divisor / a->divisor, up_b = m->divisor / b->divisor;
    if (m->dynamic && !a->dynamic) up_a = lic_saturated_mul(up_a, m->dynamic->meaning->high);
    if (m->dynamic && !b->dynamic) up_b = lic_saturated_mul(up_b, m->dynamic->meaning->high);
    a->low = lic_saturated_mul(a->low, up_a), a->high = lic_saturated_mul(a->high, up_a);
    b->low = lic_saturated_mul(b->low, up_b), b->high = lic_saturated_mul(b->high, up_b);
    if (a->is_constant) a->value = lic_saturated_mul(a->value, up_a);
    if (b->is_constant) b->value = lic_saturated_mul(b->value, up_b);
    if (m->dynamic && (!a->dynamic || !b->dynamic)) a->is_constant = false;
    return true;
}

/* Scale and sort of two amounts, rates or prices that are added, chosen from or compared; the ranges
 * and constants of the copies are brought to it. */
static lic_meaning aligned(const lic_program *p, lic_meaning *a, lic_meaning *b)
{
    lic_meaning m = *a;
    m.is_constant = m.is_literal = false;
    if (lic_money_like(a)) {
        unsigned unit = p->unit_scale;
        unsigned sa = a->scale, sb = b->scale;
        bool money_a = a->sort == LIC_SORT_MONEY || (a->is_literal && sa <= unit);
        bool money_b = b->sort == LIC_SORT_MONEY || (b->is_literal && sb <= unit);
        if (money_a && money_b && (a->sort == LIC_SORT_MONEY || b->sort == LIC_SORT_MONEY)) {
            m.sort = LIC_SORT_MONEY;
            m.scale = (uint8_t)unit;
        } else {
            m.sort = LIC_SORT_EXACT;
            m.scale = (uint8_t)(sa > sb ? sa : sb);
            m.is_literal = a->is_literal && b->is_literal;
        }
    } else if (a->sort == LIC_SORT_RATE || a->sort == LIC_SORT_PRICE) {
        m.scale = a->scale > b->scale ? a->scale : b->scale;
        m.is_literal = a->is_literal && b->is_literal;
    }
    lic_meaning *both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        both[i]->low = lic_rescale(both[i]->low, both[i]->scale, m.scale);
        both[i]->high = lic_rescale(both[i]->high, both[i]->scale, m.scale);
        if (both[i]->is_constant)
            both[i]->value = lic_rescale(both[i]->value, both[i]->scale, m.scale);
    }
    return m;
}

static lic_meaning *add_date(typer *t, lic_node *node, const lic_meaning *a, const lic_meaning *b,
                             bool minus)
{
    if (minus && b->sort == LIC_SORT_DATE) {
        lic_meaning m = lic_meaning_of(LIC_SORT_COUNT);
        m.is_constant = a->is_constant && b->is_constant;
        m.value = a->value - b->value;
        lic_range_sub(&m, a, b);
        return lic_meaning_keep(t, node, m);
    }
    lic_meaning m = lic_meaning_of(LIC_SORT_DATE);
    if (a->is_constant && b->is_constant) {
        lic_date date = (lic_date)a->value;
        int64_t months = minus ? -(int64_t)b->months : b->months;
        lic_i128 days = minus ? -b->value : b->value;
        bool fits = lic_date_add_months(date, months, t->s->months_roll, &date);
        m.value = date + days;
        if (!fits || m.value < LIC_DATE_MIN || m.value > LIC_DATE_MAX) {
            lic_diag(t->c, "T03", node->span, NULL, "the date is beyond the calendar");
            return lic_meaning_wrong(t, node);
        }
        m.is_constant = true;
    }
    return lic_meaning_keep(t, node, m);
}

/* Two sets of territories, one of which is not known when the agreement is compiled. */
static lic_meaning *changing_set(typer *t, lic_node *node, const lic_node *left,
                                 const lic_node *right)
{
    const lic_node *changing = left->meaning->is_constant ? right : left;
    lic_diagnostic *d = lic_diag(t->c, "S0", changing->span, "can change",
                                 "sets of territories that change are known but not executed yet "
                                 "here");
    lic_diag_help(t->c, d, "ask each set by itself: `x in A`, `not x in B`");
    return lic_meaning_wrong(t, node);
}

static lic_meaning *add(typer *t, lic_node *node, lic_node *left, lic_node *right, bool minus)
{
    lic_meaning a = *left->meaning, b = *right->meaning, m;
    if (is_error(&a) || is_error(&b)) return lic_meaning_wrong(t, node);
    if (a.sort == LIC_SORT_DATE && (b.sort == LIC_SORT_DURATION || b.sort == LIC_SORT_COUNT ||
                                    (minus && b.sort == LIC_SORT_DATE)))
        return add_date(t, node, &a, &b, minus);
    if (a.sort == LIC_SORT_DURATION && b.sort == LIC_SORT_DURATION) {
        m = a;
        m.value += minus ? -b.value : b.value;
        m.months += minus ? -b.months : b.months;
        return lic_meaning_keep(t, node, m);
    }
    if (a.sort == LIC_SORT_SET && b.sort == LIC_SORT_SET && !minus) {
        if (!a.is_constant || !b.is_constant) return changing_set(t, node, left, right);
        for (int i = 0; i < 32; i++) a.set[i] |= b.set[i];
        return lic_meaning_keep(t, node, a);
    }
    bool number = lic_money_like(&a) || a.sort == LIC_SORT_COUNT || a.sort == LIC_SORT_RATE ||
                  a.sort == LIC_SORT_PRICE;
    if (!number || !lic_same_type(&a, &b))
        return disagree(t, node, left, right, minus ? "subtracted" : "added");
    m = aligned(t->s, &a, &b);
    if (!join_divisors(t, node, &m, &a, &b)) return lic_meaning_wrong(t, node);
    if (minus) lic_range_sub(&m, &a, &b);
    else lic_range_add(&m, &a, &b);
    m.is_constant = a.is_constant && b.is_constant;
    if (m.is_constant) m.value = minus ? a.value - b.value : lic_saturated_add(a.value, b.value);
    return lic_meaning_keep(t, node, m);
}

static bool join_factors(typer *t, lic_node *node, lic_meaning *m, const lic_meaning *a,
                         const lic_meaning *b)
{
    if (a->dynamic && b->dynamic) {
        lic_diag(t->c, "S6", node->span, NULL,
                 "a product of two divided values has two divisors that are not constant");
        return false;
    }
    m->dynamic = a->dynamic ? a->dynamic : b->dynamic;
    m->divisor = lic_saturated_mul(a->divisor, b->divisor);
    if (m->divisor > INT64_MAX) {
        lic_diag(t->c, "S6", node->span, NULL, "the divisor is beyond 64 bits");
        return false;
    }
    return true;
}

lic_meaning *lic_type_product(typer *t, lic_node *node, lic_node *left, lic_node *right)
{
    lic_meaning a = *left->meaning, b = *right->meaning;
    if (is_error(&a) || is_error(&b)) return lic_meaning_wrong(t, node);
    if (lic_money_like(&b) || (b.sort == LIC_SORT_PRICE && !lic_money_like(&a))) {
        lic_meaning swap = a;
        a = b;
        b = swap;
    }
    lic_meaning m = lic_meaning_of(LIC_SORT_ERROR);
    bool plain_b = b.sort == LIC_SORT_COUNT || b.sort == LIC_SORT_RATE;
    unsigned scale = (unsigned)a.scale * (a.sort != LIC_SORT_COUNT) +
                     (unsigned)b.scale * (b.sort != LIC_SORT_COUNT);
    if (lic_money_like(&a) && plain_b) {
        m.sort = LIC_SORT_EXACT, m.currency = a.currency;
    } else if (lic_money_like(&a) && b.sort == LIC_SORT_PRICE && b.unit == a.currency + 1) {
        m.sort = LIC_SORT_EXACT, m.currency = b.currency;
    } else if (a.sort == LIC_SORT_PRICE && a.unit == 0 && b.sort == LIC_SORT_COUNT) {
        m.sort = LIC_SORT_EXACT, m.currency = a.currency;
    } else if (a.sort == LIC_SORT_PRICE && b.sort == LIC_SORT_RATE) {
        m.sort = LIC_SORT_PRICE, m.currency = a.currency, m.unit = a.unit;
    } else if (a.sort == LIC_SORT_COUNT && b.sort == LIC_SORT_COUNT) {
        m.sort = LIC_SORT_COUNT;
    } else if ((a.sort == LIC_SORT_RATE || a.sort == LIC_SORT_COUNT) && plain_b) {
        m.sort = LIC_SORT_RATE;
    } else {
        return disagree(t, node, left, right, "multiplied");
    }
    if (too_fine(t, node, scale) || !join_factors(t, node, &m, &a, &b))
        return lic_meaning_wrong(t, node);
    m.scale = (uint8_t)scale;
    lic_range_mul(&m, &a, &b);
    m.is_constant = a.is_constant && b.is_constant;
    m.is_literal = m.is_constant && (a.is_literal || b.is_literal);
    if (m.is_constant) m.value = lic_saturated_mul(a.value, b.value);
    return lic_meaning_keep(t, node, m);
}

static lic_meaning *divide(typer *t, lic_node *node, lic_node *left, lic_node *right)
{
    lic_meaning a = *left->meaning, b = *right->meaning;
    if (is_error(&a) || is_error(&b)) return lic_meaning_wrong(t, node);
    bool number = lic_money_like(&a) || a.sort == LIC_SORT_COUNT || a.sort == LIC_SORT_RATE ||
                  a.sort == LIC_SORT_PRICE;
    if (!number || b.sort != LIC_SORT_COUNT || is_fraction(&b))
        return disagree(t, node, left, right, "divided");
    a.is_constant = a.is_constant && b.is_constant;
    if (b.is_constant) {
        if (b.value <= 0) {
            lic_diag(t->c, "T03", right->span, NULL, "a divisor must be positive");
            return lic_meaning_wrong(t, node);
        }
        a.divisor = lic_saturated_mul(a.divisor, b.value);
        if (a.divisor > INT64_MAX) {
            lic_diag(t->c, "S6", node->span, NULL, "the divisor is beyond 64 bits");
            return lic_meaning_wrong(t, node);
        }
    } else if (a.dynamic) {
        lic_diagnostic *d = lic_diag(t->c, "S6", right->span, NULL,
                                     "a second divisor that is not constant");
        lic_diag_place(t->c, d, a.dynamic->span, "the first");
        return lic_meaning_wrong(t, node);
    } else {
        a.dynamic = right;
    }
    return lic_meaning_keep(t, node, a);
}

bool lic_is_comparison(const lic_node *node)
{
    return node->kind == LIC_NODE_BINARY &&
           (lic_named(node, "=") || lic_named(node, "<") || lic_named(node, ">") ||
            lic_named(node, "<=") || lic_named(node, ">="));
}

/* -- comparisons ------------------------------------------------------------------------------------ */

/* A word, or a list of them, that only the other side of a comparison can explain. */
static bool is_open(const typer *t, const lic_node *node)
{
    if (node->kind == LIC_NODE_SET_OF) return node->child_count && is_open(t, node->children[0]);
    if (node->kind != LIC_NODE_NAME_REF && node->kind != LIC_NODE_CODE) return false;
    if (lic_local_find(t, node->name) || lic_symbol_find(t->s, node->name)) return false;
    if (t->line_of && lic_symbol_member(t->line_of, node->name)) return false;
    return !lic_named(node, "today") && !(t->kernel && lic_named(node, "state"));
}

static lic_meaning *refuse_fraction(typer *t, lic_node *node, lic_node *side)
{
    lic_diagnostic *d = lic_diag(t->c, "S6", side->span, "divided, not rounded yet",
                                 "a divided value cannot be compared or kept before it is rounded");
    lic_diag_help(t->c, d, "multiply the other side instead of dividing this one");
    return lic_meaning_wrong(t, node);
}

/* A text that the column or parameter beside it can never hold. */
void lic_check_text(typer *t, const lic_node *text, const lic_symbol *symbol)
{
    if (text->kind != LIC_NODE_TEXT || !symbol) return;
    lic_diagnostic *d = NULL;
    if (symbol->form == LIC_FORM_IDENTIFIER) {
        char canonical[LIC_IDENTIFIER_TEXT];
        lic_identifier_fault fault = lic_identifier_canonical(symbol->meaning.unit, text->text,
                                                              canonical);
        if (fault == LIC_IDENTIFIER_GOOD && lic_slice_is(text->text, canonical)) return;
        d = lic_diag(t->c, "T03", text->span, NULL, "this is no %s in canonical form (%s)",
                     lic_identifier_word(symbol->meaning.unit),
                     lic_identifier_form(symbol->meaning.unit));
    } else if (symbol->form == LIC_FORM_TEXT && text->text.size > symbol->meaning.width) {
        d = lic_diag(t->c, "T03", text->span, NULL, "the text is longer than %u bytes",
                     symbol->meaning.width);
    }
    if (d) lic_diag_place(t->c, d, symbol->span, "what it goes with");
}

static void check_texts(typer *t, const lic_node *left, const lic_node *right)
{
    lic_check_text(t, left, right->symbol);
    lic_check_text(t, right, left->symbol);
    for (uint32_t i = 0; right->kind == LIC_NODE_SET_OF && i < right->child_count; i++)
        lic_check_text(t, right->children[i], left->symbol);
}

static lic_meaning *compare(typer *t, lic_node *node, lic_node *left, lic_node *right)
{
    if (lic_named(node, "in")) t->subject = right;
    if (is_open(t, left) && !is_open(t, right))
        lic_type_expression(t, left, lic_type_expression(t, right, NULL));
    else lic_type_expression(t, right, lic_type_expression(t, left, NULL));
    t->subject = NULL;
    lic_meaning a = *left->meaning, b = *right->meaning;
    if (is_error(&a) || is_error(&b)) return lic_meaning_wrong(t, node);
    bool in = lic_named(node, "in");
    bool order = !in && !lic_named(node, "=");
    lic_meaning m = lic_meaning_of(LIC_SORT_BOOL);
    const lic_symbol *reg = in && right->kind == LIC_NODE_NAME_REF ? right->symbol : NULL;
    if (reg && reg->kind == LIC_SYMBOL_REGISTER && reg->key) {
        b = reg->key->meaning; /* a key that the register has or has not */
        right->meaning->sort = b.sort;
        return lic_same_type(&a, &b) ? lic_meaning_keep(t, node, m)
                                     : disagree(t, node, left, right, "compared");
    }
    if (in) {
        bool fits = (a.sort == LIC_SORT_TERRITORY && b.sort == LIC_SORT_SET) ||
                    (b.sort == LIC_SORT_WORDS &&
                     (a.sort == LIC_SORT_ENUM || a.sort == LIC_SORT_PARTY ||
                      a.sort == LIC_SORT_STATE || a.sort == LIC_SORT_TEXT) &&
                     right->child_count && lic_same_type(&a, right->children[0]->meaning));
        if (fits && a.sort == LIC_SORT_TEXT) check_texts(t, left, right);
        return fits ? lic_meaning_keep(t, node, m)
                    : disagree(t, node, left, right, "compared with `in`");
    }
    bool ordered = lic_money_like(&a) || a.sort == LIC_SORT_COUNT || a.sort == LIC_SORT_DATE ||
                   a.sort == LIC_SORT_RATE || a.sort == LIC_SORT_PRICE;
    bool equal = ordered || a.sort == LIC_SORT_ENUM || a.sort == LIC_SORT_TERRITORY ||
                 a.sort == LIC_SORT_ROW || a.sort == LIC_SORT_PARTY || a.sort == LIC_SORT_STATE ||
                 a.sort == LIC_SORT_TEXT || a.sort == LIC_SORT_HASH || a.sort == LIC_SORT_BOOL;
    if (!lic_same_type(&a, &b) || !equal || (order && !ordered))
        return disagree(t, node, left, right, "compared");
    if (a.sort == LIC_SORT_TEXT) check_texts(t, left, right);
    if (is_fraction(&a)) return refuse_fraction(t, node, left);
    if (is_fraction(&b)) return refuse_fraction(t, node, right);
    m.is_constant = a.is_constant && b.is_constant && ordered;
    if (m.is_constant) {
        aligned(t->s, &a, &b);
        m.value = lic_named(node, "=")    ? a.value == b.value
                  : lic_named(node, "<")  ? a.value < b.value
                  : lic_named(node, ">")  ? a.value > b.value
                  : lic_named(node, "<=") ? a.value <= b.value
                                          : a.value >= b.value;
    }
    return lic_meaning_keep(t, node, m);
}

lic_meaning *lic_type_logic(typer *t, lic_node *node)
{
    lic_meaning m = lic_meaning_of(LIC_SORT_BOOL);
    for (uint32_t i = 0; i < node->child_count; i++)
        lic_type_as(t, node->children[i], LIC_SORT_BOOL, "a condition");
    return lic_meaning_keep(t, node, m);
}

static lic_meaning *except(typer *t, lic_node *node, lic_node *left, lic_node *right)
{
    lic_meaning a = *left->meaning, b = *right->meaning;
    if (is_error(&a) || is_error(&b)) return lic_meaning_wrong(t, node);
    if (a.sort != LIC_SORT_SET || b.sort != LIC_SORT_SET)
        return disagree(t, node, left, right,
                        "taken from one another: `except` is for territory sets");
    if (!a.is_constant || !b.is_constant) return changing_set(t, node, left, right);
    for (int i = 0; i < 32; i++) a.set[i] = (uint8_t)(a.set[i] & ~b.set[i]);
    return lic_meaning_keep(t, node, a);
}

/* One of two values of one type: their common scale, and the range of both. */
lic_meaning *lic_type_either(typer *t, lic_node *node, lic_node *left, lic_node *right)
{
    lic_meaning a = *left->meaning, b = *right->meaning;
    if (is_error(&a) || is_error(&b)) return lic_meaning_wrong(t, node);
    if (!lic_same_type(&a, &b) || a.sort == LIC_SORT_SET || a.sort == LIC_SORT_WORDS ||
        a.sort == LIC_SORT_DURATION)
        return disagree(t, node, left, right, "alternatives");
    if (is_fraction(&a)) return refuse_fraction(t, node, left);
    if (is_fraction(&b)) return refuse_fraction(t, node, right);
    lic_meaning m = aligned(t->s, &a, &b);
    m.low = a.low < b.low ? a.low : b.low;
    m.high = a.high > b.high ? a.high : b.high;
    m.is_bounded = a.is_bounded && b.is_bounded;
    m.is_literal = false;
    m.width = a.width == b.width ? a.width : 0;
    return lic_meaning_keep(t, node, m);
}

/* `Release otherwise 2027-06-30`: the left side can be without a value. */
static lic_meaning *otherwise(typer *t, lic_node *node, lic_node *left, lic_node *right)
{
    bool was = t->has_alternative;
    t->has_alternative = true;
    lic_meaning *a = lic_type_expression(t, left, NULL);
    t->has_alternative = was;
    lic_type_expression(t, right, a);
    if (is_error(a) || is_error(right->meaning)) return lic_meaning_wrong(t, node);
    bool fact = left->kind == LIC_NODE_NAME_REF && left->symbol &&
                left->symbol->kind == LIC_SYMBOL_FACT;
    bool fold = left->kind == LIC_NODE_FOLD && !a->is_constant &&
                (lic_named(left, "latest") || lic_named(left, "earliest"));
    if (!fact && !fold) {
        lic_diagnostic *d = lic_diag(t->c, "T02", left->span, "always has a value",
                                     "`otherwise` would never take effect");
        lic_diag_note(t->c, d,
                      "a fact that is not set yet and `latest of`, `earliest of` nothing have "
                      "none; a sum of nothing is 0");
        lic_diag_help(t->c, d, "drop `otherwise` and what follows it");
        return lic_meaning_wrong(t, node);
    }
    return lic_type_either(t, node, left, right);
}

lic_meaning *lic_type_binary(typer *t, lic_node *node)
{
    lic_node *left = node->children[0], *right = node->children[1];
    if (lic_named(node, "and") || lic_named(node, "or")) return lic_type_logic(t, node);
    if (!lic_named(node, "+") && !lic_named(node, "-") && !lic_named(node, "*") &&
        !lic_named(node, "/") && !lic_named(node, "except") && !lic_named(node, "otherwise"))
        return compare(t, node, left, right);
    if (lic_named(node, "otherwise")) return otherwise(t, node, left, right);
    lic_type_expression(t, left, NULL);
    lic_type_expression(t, right, NULL);
    if (lic_named(node, "+")) return add(t, node, left, right, false);
    if (lic_named(node, "-")) return add(t, node, left, right, true);
    if (lic_named(node, "*")) return lic_type_product(t, node, left, right);
    if (lic_named(node, "/")) return divide(t, node, left, right);
    return except(t, node, left, right);
}

/* `completed ((today - Release) / 1 year)`: full years between two dates. */
lic_meaning *lic_type_boundary(typer *t, lic_node *node)
{
    lic_node *ratio = lic_child(node, 0),
             *span = ratio && ratio->kind == LIC_NODE_BINARY && lic_named(ratio, "/")
                         ? lic_child(ratio, 0)
                         : NULL;
    bool dates = span && span->kind == LIC_NODE_BINARY && lic_named(span, "-") &&
                 lic_child(span, 1) && lic_child(ratio, 1);
    if (dates) {
        const lic_meaning *to = lic_type_expression(t, span->children[0], NULL),
                          *from = lic_type_expression(t, span->children[1], NULL),
                          *by = lic_type_expression(t, ratio->children[1], NULL);
        if (is_error(to) || is_error(from) || is_error(by)) return lic_meaning_wrong(t, node);
        dates = to->sort == LIC_SORT_DATE && from->sort == LIC_SORT_DATE &&
                by->sort == LIC_SORT_DURATION && by->months > 0;
    }
    if (!dates) {
        lic_diagnostic *d = lic_diag(t->c, "T02", node->span, NULL,
                                     "`%.*s` counts months or years between two dates",
                                     LIC_S(node->name));
        lic_diag_help(t->c, d, "write for instance `%.*s ((today - Release) / 1 year)`",
                      LIC_S(node->name));
        return lic_meaning_wrong(t, node);
    }
    lic_meaning m = lic_meaning_of(LIC_SORT_COUNT);
    m.low = 0, m.high = 120000, m.is_bounded = true;
    return lic_meaning_keep(t, node, m);
}

lic_meaning *lic_type_choose(typer *t, lic_node *node)
{
    lic_meaning m = *lic_type_expression(t, node->children[0], NULL);
    bool greater = lic_named(node, "greater");
    for (uint32_t i = 1; i < node->child_count; i++) {
        lic_meaning b = *lic_type_expression(t, node->children[i], NULL), a = m;
        if (is_error(&a) || is_error(&b)) return lic_meaning_wrong(t, node);
        bool ordered = lic_money_like(&a) || a.sort == LIC_SORT_COUNT || a.sort == LIC_SORT_DATE ||
                       a.sort == LIC_SORT_RATE || a.sort == LIC_SORT_PRICE;
        if (!ordered || !lic_same_type(&a, &b))
            return disagree(t, node, node->children[0], node->children[i], "compared");
        if (is_fraction(&a)) return refuse_fraction(t, node, node->children[0]);
        if (is_fraction(&b)) return refuse_fraction(t, node, node->children[i]);
        m = aligned(t->s, &a, &b);
        m.low = greater == (a.low > b.low) ? a.low : b.low;
        m.high = greater == (a.high > b.high) ? a.high : b.high;
        m.is_bounded = a.is_bounded && b.is_bounded;
        m.is_constant = a.is_constant && b.is_constant;
        m.value = greater == (a.value > b.value) ? a.value : b.value;
    }
    return lic_meaning_keep(t, node, m);
}
