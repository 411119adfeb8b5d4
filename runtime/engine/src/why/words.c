/* why/words.c - words for a derivation's values, names and rules. They speak of clauses, terms, rows and
 * reports as the agreement does, and of nothing that belongs to the machine. */
#include "why/text.h"

#include <licet/text.h>

#include <string.h>

enum { LINE_SHOWN = 100 };

/* -- values -------------------------------------------------------------------------------------------- */

void lic_telling_slice(lic_buffer *target, lic_slice text)
{
    size_t shown = text.size > LINE_SHOWN ? LINE_SHOWN : text.size;
    while (shown < text.size && shown > 0 && (text.data[shown] & 0xC0) == 0x80) shown--;
    for (size_t from = 0; from < shown;) { /* columns are told apart by blanks */
        const uint8_t *tab = memchr(text.data + from, '\t', shown - from);
        size_t size = tab == NULL ? shown - from : (size_t)(tab - text.data) - from;
        lic_put_safe(target, lic_slice_of(text.data + from, size));
        if (tab != NULL) lic_put_u8(target, ' ');
        from += size + 1;
    }
    if (text.size > shown) lic_put_text(target, " ...");
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

static void put_percent(lic_telling *t, const lic_why_node *node)
{
    char text[LIC_DECIMAL_MAX];
    unsigned scale = node->type.scale;
    lic_i128 value = scale >= 2 ? node->value : node->value * lic_power_of_ten(2 - scale);
    (void)lic_decimal_print_short(value, scale >= 2 ? scale - 2 : 0, 0, text);
    lic_put_format(t->target, "%s %%", text);
}

/* The number of a year is no amount. */
static bool is_year(const lic_why_node *node)
{
    return node->rule == LIC_WHY_DATE && node->index == LIC_NATIVE_YEAR_OF;
}

void lic_telling_value(lic_telling *t, const lic_why_node *like, lic_i128 value)
{
    lic_buffer text;
    lic_why_node shown = *like;
    const char *currency = lic_why_currency(t->why, like);
    shown.value = value;
    if (like->type.kind == LIC_KIND_RATE) {
        put_percent(t, &shown);
        return;
    }
    if (like->type.kind == LIC_KIND_BOOL) {
        lic_say(t, value != 0 ? "yes" : "no");
        return;
    }
    lic_buffer_init(&text, t->why->allocator, 4096);
    lic_why_value(t->why, &shown, &text);
    if (currency[0] != '\0') lic_put_format(t->target, "%s ", currency);
    bool number = like->type.kind != LIC_KIND_DATE && !is_year(like) && text.size > 0 &&
                  (text.data[0] == '-' || (text.data[0] >= '0' && text.data[0] <= '9')) &&
                  (like->text.size == 0 || like->rule == LIC_WHY_USAGE);
    if (number) put_grouped(t->target, text.data, text.size);
    else lic_telling_slice(t->target, lic_slice_of(text.data, text.size));
    lic_buffer_free(&text);
}

void lic_telling_amount(lic_telling *t, const lic_why_node *node, int sign)
{
    lic_telling_value(t, node, sign < 0 ? -node->value : node->value);
}

/* -- names ------------------------------------------------------------------------------------------------- */

void lic_telling_column(const lic_telling *t, const lic_why_node *like, lic_i128 value)
{
    lic_buffer text;
    lic_telling scratch = *t;
    lic_buffer_init(&text, t->why->allocator, 4096);
    scratch.target = &text;
    lic_telling_value(&scratch, like, value);
    for (size_t i = text.size; i < LIC_AMOUNT_WIDTH; i++) lic_say(t, " ");
    lic_put_bytes(t->target, text.data, text.size);
    lic_say(t, "  ");
    lic_buffer_free(&text);
}

void lic_telling_anchor(lic_telling *t, lic_slice anchor)
{
    if (anchor.size == 0) return;
    lic_say(t, " [");
    lic_telling_slice(t->target, anchor);
    lic_say(t, "]");
}

static void put_label_and_name(lic_telling *t, const lic_term *term)
{
    lic_telling_slice(t->target, term->label);
    lic_say(t, " ");
    lic_telling_slice(t->target, term->name);
}

void lic_telling_term(lic_telling *t, uint16_t number)
{
    const lic_term *term = &t->why->image->terms[number];
    put_label_and_name(t, term);
    lic_telling_anchor(t, term->anchor);
}

/* Lines of the agreement that belong to no term, by their label; others go by their name. */
static const struct {
    const char *label, *words;
} lines[] = {
    {"split", "split "},          {"starts", "start of "},     {"at end", "end of "},
    {"payment", "payment into "}, {"resets", "resetting of "}, {"credit", "credit of "},
};

/* What a term's line is, where it is not simply its amount. */
static bool says_amount(lic_slice label)
{
    static const char *const plain[] = {"amount", "pays", "owes", "move", "part"};
    for (size_t i = 0; i < LIC_COUNT(plain); i++) {
        if (lic_slice_equal(label, lic_slice_text(plain[i]))) return true;
    }
    return false;
}

void lic_telling_clause(lic_telling *t, uint16_t number)
{
    if (number == LIC_NONE16) return;
    const lic_clause *clause = &t->why->image->clauses[number];
    if (clause->term != LIC_NONE16) {
        put_label_and_name(t, &t->why->image->terms[clause->term]);
        if (!says_amount(clause->label)) {
            lic_say(t, ", ");
            lic_telling_slice(t->target, clause->label);
        }
    } else {
        for (size_t i = 0; i < LIC_COUNT(lines); i++) {
            if (lic_slice_equal(clause->label, lic_slice_text(lines[i].label)))
                lic_say(t, lines[i].words);
        }
        lic_telling_slice(t->target, clause->name);
    }
    lic_telling_anchor(t, clause->anchor);
}

uint16_t lic_telling_account_of(const lic_image *image, uint16_t field)
{
    for (uint32_t i = 0; i < image->accounts_count; i++) {
        if (image->accounts[i].field == field) return (uint16_t)i;
    }
    return LIC_NONE16;
}

void lic_telling_account(lic_telling *t, uint16_t number, lic_slice key)
{
    const lic_account *account = &t->why->image->accounts[number];
    static const char *const implicit[] = {
        [LIC_ACCOUNT_OPENING] = "what is there from the beginning",
        [LIC_ACCOUNT_RECOUPED] = "what is recouped",
        [LIC_ACCOUNT_WRITTEN_OFF] = "what is written off",
    };
    bool own = account->kind == LIC_ACCOUNT_PARTY || account->kind == LIC_ACCOUNT_PAYEE;
    if (own && key.size > 0) {
        lic_telling_slice(t->target, key);
        return;
    }
    if (account->kind < LIC_COUNT(implicit) && implicit[account->kind] != NULL) {
        lic_say(t, implicit[account->kind]);
        return;
    }
    lic_telling_slice(t->target, account->name);
    if (key.size == 0) return;
    lic_say(t, " of ");
    lic_telling_slice(t->target, key);
}

/* A party's name says enough; a row is named with its table. */
void lic_telling_field(lic_telling *t, const lic_why_node *node)
{
    if (node->field == LIC_NONE16) return;
    const lic_field *field = &t->why->image->fields[node->field];
    const lic_table *table = &t->why->image->tables[field->table];
    uint16_t account = lic_telling_account_of(t->why->image, node->field);
    if (account != LIC_NONE16) {
        lic_telling_account(t, account, node->key);
        return;
    }
    if (node->field == t->why->image->lifecycle.first_field ||
        node->field == t->why->image->lifecycle.last_field) {
        lic_put_format(t->target, "the %.*s day of the term", (int)field->name.size,
                       (const char *)field->name.data);
        return;
    }
    lic_telling_slice(t->target, field->name);
    if (field->table == LIC_TABLE_DUTIES || field->table == LIC_TABLE_PAYMENTS) {
        lic_put_format(t->target, " of %s %u",
                       field->table == LIC_TABLE_DUTIES ? "duty" : "payment", node->row);
        return;
    }
    if (node->key.size == 0) return;
    lic_say(t, " of ");
    if (table->kind == LIC_TABLE_KIND_REGISTER) {
        lic_telling_slice(t->target, table->name);
        lic_say(t, " ");
    }
    lic_telling_slice(t->target, node->key);
}

/* -- phrases ------------------------------------------------------------------------------------------------- */

static void put_line(lic_telling *t, const lic_why_node *node)
{
    const lic_why_run *run = &t->why->runs[node->run];
    const lic_image *image = t->why->image;
    if (run->kind == LIC_ENTRY_REPORT && node->index != LIC_NONE32) {
        const lic_report *report = &image->reports[run->subject];
        lic_telling_slice(t->target, image->columns[report->first_column + node->index].name);
        lic_say(t, " in the report ");
        lic_telling_slice(t->target, report->name);
        lic_say(t, ", ");
    }
    lic_put_format(t->target, "line %llu: ", (unsigned long long)node->line);
    lic_telling_slice(t->target, node->text);
}

lic_i128 lic_telling_divisor(const lic_why *why, const lic_why_node *node)
{
    unsigned unit_scale = why->image->currencies[node->type.currency].unit_scale, scale = 0;
    lic_i128 divisor = node->divisor;
    for (uint32_t i = 0; i < node->child_count; i++) {
        const lic_why_node *child = &why->nodes[why->links[node->first_child + i].node];
        bool factor = i == 0 || node->rule == LIC_WHY_ROUND_PRODUCT;
        bool scaled = lic_type_wide(child->type) || child->type.kind == LIC_KIND_RATE ||
                      child->type.kind == LIC_KIND_PRICE;
        if (factor && child->type.kind == LIC_KIND_MONEY) scale += unit_scale;
        else if (factor && scaled) scale += child->type.scale;
    }
    /* the divisor holds the rounding unit in the scale of what is rounded */
    for (; scale > unit_scale; scale--) {
        if (divisor % 10 != 0) return 1;
        divisor /= 10;
    }
    lic_i128 unit = node->unit;
    for (; scale < unit_scale; scale++) {
        if (unit % 10 != 0) return 1;
        unit /= 10;
    }
    return unit > 0 && divisor % unit == 0 ? divisor / unit : 1;
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

static void put_product(lic_telling *t, const lic_why_node *node)
{
    char text[LIC_DECIMAL_MAX];
    lic_i128 divisor = lic_telling_divisor(t->why, node);
    put_rounding(t, node);
    lic_say(t, " the product of");
    if (divisor == 1) return;
    (void)lic_decimal_print(divisor, 0, text);
    lic_put_format(t->target, ", divided by %s", text);
}

static void put_share(lic_telling *t, const lic_why_node *node)
{
    const lic_why_link *weight = &t->why->links[node->first_child + 1 + node->index];
    lic_say(t, "share of ");
    lic_telling_amount(t, &t->why->nodes[weight->node], 1);
    lic_say(t, ", pennies by largest remainder, of");
}

static void put_as_of(lic_telling *t, const lic_why_node *node)
{
    char as_of[LIC_DATE_TEXT], since[LIC_DATE_TEXT];
    lic_date_print(node->as_of, as_of);
    lic_date_print(node->since, since);
    lic_telling_field(t, node);
    if (node->since == 0) lic_put_format(t->target, ", as of %s, never changed before", as_of);
    else lic_put_format(t->target, ", as of %s, set on %s", as_of, since);
}

static void put_block(lic_telling *t, const lic_why_node *node)
{
    char day[LIC_DATE_TEXT];
    lic_date_print(node->as_of, day);
    lic_put_format(t->target, "block %llu on %s", (unsigned long long)node->line, day);
}

static void put_opening(lic_telling *t, const lic_why_node *node)
{
    bool tally = node->field != LIC_NONE16 &&
                 t->why->image->fields[node->field].role == LIC_ROLE_TALLY;
    lic_telling_field(t, node);
    if (node->line == 0) {
        lic_say(t, tally && node->value == 0 ? ", to which nothing was added"
                                             : ", as it stood before");
        return;
    }
    bool sum = node->field != LIC_NONE16 && lic_why_adds_up(&t->why->image->fields[node->field]);
    lic_say(t, sum ? ", as it stood after " : ", set in ");
    put_block(t, node);
}

static void put_earlier(lic_telling *t, const lic_why_node *node)
{
    put_block(t, node);
    if (node->clause == LIC_NONE16) return;
    lic_say(t, ": ");
    lic_telling_clause(t, node->clause);
}

static void put_sum(lic_telling *t, const lic_why_node *node)
{
    if (node->index == LIC_NATIVE_TERM_OPEN || node->index == LIC_NATIVE_TERM_PAID) {
        bool paid = node->index == LIC_NATIVE_TERM_PAID;
        lic_say(t, paid ? "what was paid on the duties of " : "what is open of the duties of ");
        lic_telling_term(t, node->term);
        lic_say(t, node->child_count > 0 ? ":" : ": there is none");
        return;
    }
    lic_telling_field(t, node);
    lic_say(t, ": the sum of");
}

static void put_calendar(lic_telling *t, const lic_why_node *node)
{
    static const struct {
        uint32_t native;
        const char *words;
    } phrases[] = {
        {LIC_NATIVE_ADD_DAYS, "that many days after"},
        {LIC_NATIVE_ADD_MONTHS, "that many months after"},
        {LIC_NATIVE_YEAR_OF, "the year of"},
        {LIC_NATIVE_YEAR_START, "the first day of the year of"},
        {LIC_NATIVE_YEAR_END, "the last day of the year of"},
        {LIC_NATIVE_PERIOD_START, "the first day of the period, of that many months, of"},
        {LIC_NATIVE_PERIOD_END, "the last day of the period, of that many months, of"},
        {LIC_NATIVE_COMPLETED, "how often the months fit between"},
    };
    for (size_t i = 0; i < LIC_COUNT(phrases); i++) {
        if (phrases[i].native == node->index) lic_say(t, phrases[i].words);
    }
}

static void put_lookup(lic_telling *t, const lic_why_node *node)
{
    switch (node->index) {
    case LIC_NATIVE_OLDEST_DUE: lic_say(t, "the earliest date on which something is due"); break;
    case LIC_NATIVE_SET_AS_OF: lic_say(t, "the day on which it was set"); break;
    default: lic_say(t, "looked up"); break;
    }
}

static void put_payment(lic_telling *t, const lic_why_node *node)
{
    char day[LIC_DATE_TEXT];
    lic_date_print(node->as_of, day);
    lic_put_format(t->target, "left of payment %u, which ", node->index + 1);
    lic_telling_slice(t->target, node->other_key);
    lic_put_format(t->target, " reported on %s", day);
}

static void put_input(lic_telling *t, const lic_why_node *node)
{
    static const char *const inputs[] = {
        "",
        "the row at hand",
        "as the action or the fact was given",
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
    lic_say(t, node->index < LIC_COUNT(inputs) ? inputs[node->index] : "");
}

void lic_telling_phrase(lic_telling *t, const lic_why_node *node)
{
    switch ((lic_why_rule)node->rule) {
    case LIC_WHY_USAGE: put_line(t, node); break;
    case LIC_WHY_SCHEDULE:
        lic_telling_field(t, node);
        lic_say(t, ", as signed");
        break;
    case LIC_WHY_PARAMETER:
        lic_telling_field(t, node);
        lic_say(t, ", bound at deployment");
        break;
    case LIC_WHY_LITERAL:
        lic_say(t, "as the text says in ");
        lic_telling_clause(t, node->clause);
        break;
    case LIC_WHY_OPENING: put_opening(t, node); break;
    case LIC_WHY_EARLIER: put_earlier(t, node); break;
    case LIC_WHY_INPUT: put_input(t, node); break;
    case LIC_WHY_LOOKUP: put_lookup(t, node); break;
    case LIC_WHY_ADD: lic_say(t, "the sum of"); break;
    case LIC_WHY_SUBTRACT: lic_say(t, "the difference of"); break;
    case LIC_WHY_MULTIPLY: lic_say(t, "the product of"); break;
    case LIC_WHY_MINIMUM: lic_say(t, "the lesser of"); break;
    case LIC_WHY_MAXIMUM: lic_say(t, "the greater of"); break;
    case LIC_WHY_LESS: lic_say(t, "whether the first is below the second"); break;
    case LIC_WHY_AT_MOST: lic_say(t, "whether the first is at most the second"); break;
    case LIC_WHY_EQUAL: lic_say(t, "whether they are equal"); break;
    case LIC_WHY_AND: lic_say(t, "whether both hold"); break;
    case LIC_WHY_OR: lic_say(t, "whether one of them holds"); break;
    case LIC_WHY_NOT: lic_say(t, "whether it does not hold"); break;
    case LIC_WHY_SCALE: lic_say(t, "the same as"); break;
    case LIC_WHY_ROUND_PRODUCT: put_product(t, node); break;
    case LIC_WHY_ROUND_QUOTIENT: put_rounding(t, node); break;
    case LIC_WHY_TIER_SUM: lic_say(t, "through the tiers, beginning where it stood"); break;
    case LIC_WHY_TIER_VALUE: lic_say(t, "the tier that holds"); break;
    case LIC_WHY_SHARE: put_share(t, node); break;
    case LIC_WHY_DATE: put_calendar(t, node); break;
    case LIC_WHY_SUM: put_sum(t, node); break;
    case LIC_WHY_AS_OF: put_as_of(t, node); break;
    case LIC_WHY_PAYMENT: put_payment(t, node); break;
    case LIC_WHY_ALLOTTED: lic_say(t, "paid: the lesser of"); break;
    case LIC_WHY_OPEN:
        lic_put_format(t->target, "open of duty %u: what is left of", node->duty);
        break;
    case LIC_WHY_DUTY: lic_put_format(t->target, "duty %u:", node->duty); break;
    case LIC_WHY_FOLDED: lic_say(t, "one of too many to derive each"); break;
    case LIC_WHY_POSTING:
    case LIC_WHY_BALANCE:
    case LIC_WHY_DUE:
    case LIC_WHY_CANCELLED:
    case LIC_WHY_RESULT:
    case LIC_WHY_RULE_COUNT: break;
    }
}

/* -- nodes ------------------------------------------------------------------------------------------------------ */

/* A type's change alone is no step for a reader. */
const lic_why_node *lic_telling_behind(const lic_why *why, const lic_why_node *node)
{
    while (node->rule == LIC_WHY_SCALE && node->child_count == 1) {
        node = &why->nodes[why->links[node->first_child].node];
    }
    return node;
}

const lic_why_node *lic_telling_child(const lic_why *why, const lic_why_node *node, uint32_t n)
{
    return lic_telling_behind(why, &why->nodes[why->links[node->first_child + n].node]);
}
