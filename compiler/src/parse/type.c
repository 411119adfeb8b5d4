/* parse/type.c - types and attributes, and `for each`. */
#include "parse/parser.h"

/* -- types ------------------------------------------------------------------------------------------- */

static lic_node *parse_code_word(lic_parser *p)
{
    lic_node *node = lic_begin(p, LIC_NODE_WORD);
    const lic_token *token = lic_expect(p, LIC_TOKEN_CODE, "a currency, for instance `GBP`");
    if (!token) return lic_error_node(p);
    node->name = token->text;
    return node;
}

/* CODE, CODE per unit */
static void parse_money_type(lic_parser *p, lic_node *type)
{
    type->name = lic_slice_text("money");
    lic_add(p, type, parse_code_word(p));
    if (!lic_accept_word(p, "per")) return;
    type->name = lic_slice_text("price");
    lic_add(p, type, lic_parse_unit(p));
}

static void parse_exact_type(lic_parser *p, lic_node *type)
{
    lic_add(p, type, parse_code_word(p));
    if (lic_at_word(p, "per")) {
        lic_diagnostic *d = lic_unexpected(p, "`,` or the end of the line");
        lic_diag_help(p->compilation, d, "a price is exact already: write it without `exact`");
    }
}

static void parse_sized_type(lic_parser *p, lic_node *type)
{
    lic_take_count(p, type, "a number of bytes or digits");
}

static void parse_in_type(lic_parser *p, lic_node *type)
{
    lic_add(p, type, lic_parse_name(p, "a schedule's name"));
}

static void parse_word_set(lic_parser *p, lic_node *parent)
{
    if (!lic_expect(p, LIC_TOKEN_LPAREN, NULL)) return;
    lic_parse_words(p, parent, "a value", NULL);
    lic_expect(p, LIC_TOKEN_RPAREN, NULL);
}

static void parse_one_of_type(lic_parser *p, lic_node *type)
{
    type->name = lic_slice_text("one_of");
    lic_expect_word(p, "of");
    parse_word_set(p, type);
}

static void parse_territory_type(lic_parser *p, lic_node *type)
{
    if (lic_accept_word(p, "set")) {
        type->name = lic_slice_text("territory_set");
    } else if (lic_accept_word(p, "in")) {
        type->name = lic_slice_text("territory_in");
        lic_add(p, type, lic_parse_name(p, "the name of a grant or set"));
    }
}

static void parse_past_type(lic_parser *p, lic_node *type)
{
    lic_add(p, type, lic_parse_period(p));
}

static void parse_shares_type(lic_parser *p, lic_node *type)
{
    lic_expect_word(p, "of");
    lic_add(p, type, lic_parse_name(p, "a schedule's name"));
}

/* marginal tiers of unit, type [for (words)] */
static void parse_tiers_type(lic_parser *p, lic_node *type)
{
    type->flags |= lic_slice_is(type->name, "marginal") ? LIC_FLAG_MARGINAL : LIC_FLAG_WHOLE;
    type->name = lic_slice_text("tiers");
    lic_expect_word(p, "tiers");
    lic_expect_word(p, "of");
    lic_add(p, type, lic_parse_unit(p));
    lic_expect(p, LIC_TOKEN_COMMA, NULL);
    lic_add(p, type, p->silent ? lic_error_node(p) : lic_parse_type(p));
    if (lic_accept_word(p, "for")) parse_word_set(p, type);
}

static void parse_plain_type(lic_parser *p, lic_node *type)
{
    (void)p;
    (void)type;
}

static void parse_identifier_type(lic_parser *p, lic_node *type, lic_slice word)
{
    type->name = lic_slice_text("identifier");
    lic_node *identifier = lic_node_new(p->compilation, LIC_NODE_WORD, type->span);
    identifier->name = word;
    lic_add(p, type, identifier);
}

static void parse_word_type(lic_parser *p, lic_node *type)
{
    static const struct {
        const char *word;
        void (*parse)(lic_parser *p, lic_node *type);
    } TYPES[] = {{"exact", parse_exact_type},   {"rate", parse_plain_type},
                 {"count", parse_plain_type},   {"date", parse_plain_type},
                 {"instant", parse_plain_type}, {"hash", parse_plain_type},
                 {"ignored", parse_plain_type}, {"text", parse_sized_type},
                 {"digits", parse_sized_type},  {"in", parse_in_type},
                 {"one", parse_one_of_type},    {"territory", parse_territory_type},
                 {"past", parse_past_type},     {"marginal", parse_tiers_type},
                 {"whole", parse_tiers_type},   {"shares", parse_shares_type}};
    lic_slice word = lic_peek(p)->text;
    for (size_t i = 0; i < LIC_COUNT(TYPES); i++) {
        if (!lic_at_word(p, TYPES[i].word)) continue;
        type->name = word;
        lic_accept(p, LIC_TOKEN_WORD);
        TYPES[i].parse(p, type);
        return;
    }
    if (lic_word_is_reserved(word) || lic_peek(p)->is_filled) {
        lic_unexpected(p, "a type");
        return;
    }
    lic_accept(p, LIC_TOKEN_WORD);
    parse_identifier_type(p, type, word);
}

lic_node *lic_parse_type(lic_parser *p)
{
    lic_node *type = lic_begin(p, LIC_NODE_TYPE);
    if (lic_at(p, LIC_TOKEN_CODE)) {
        parse_money_type(p, type);
    } else if (lic_at(p, LIC_TOKEN_NAME)) {
        type->name = lic_slice_text("named");
        lic_add(p, type, lic_parse_name(p, "a type"));
    } else if (lic_at(p, LIC_TOKEN_WORD)) {
        parse_word_type(p, type);
    } else {
        lic_unexpected(p, "a type, for instance `count` or `GBP`");
    }
    lic_close(p, type);
    return p->silent ? lic_error_node(p) : type;
}

lic_node *lic_parse_for_each(lic_parser *p)
{
    lic_node *node = lic_begin(p, LIC_NODE_FOR_EACH);
    lic_expect_word(p, "for");
    lic_expect_word(p, "each");
    lic_take_lower(p, node, "a variable");
    lic_add(p, node, lic_accept_word(p, "in") ? lic_parse_name(p, "a schedule's name") : NULL);
    lic_close(p, node);
    return node;
}

/* -- attributes ----------------------------------------------------------------------------------------- */

static void name_attribute(lic_node *attribute, const char *name)
{
    attribute->name = lic_slice_text(name);
}

static void parse_at(lic_parser *p, lic_node *attribute)
{
    if (lic_accept_word(p, "most")) {
        name_attribute(attribute, "at_most");
        lic_add(p, attribute, lic_parse_expression(p));
        return;
    }
    name_attribute(attribute, "at_end");
    if (!lic_accept_word(p, "end")) {
        lic_unexpected(p, "`most` or `end`");
        return;
    }
    lic_node *what = lic_begin(p, LIC_NODE_WORD);
    if (lic_accept_word(p, "lapses")) what->name = lic_slice_text("lapses");
    else if (lic_accept_word(p, "written") && lic_expect_word(p, "off"))
        what->name = lic_slice_text("written_off");
    else if (lic_accept_word(p, "paid") && lic_expect_word(p, "out"))
        what->name = lic_slice_text("paid_out");
    else lic_unexpected(p, "`paid out`, `written off` or `lapses`");
    lic_close(p, what);
    lic_add(p, attribute, what);
    bool to = lic_slice_is(what->name, "paid_out") && lic_accept_word(p, "to");
    lic_add(p, attribute, to ? lic_parse_name(p, "a party") : NULL);
}

static void parse_from_to(lic_parser *p, lic_node *attribute)
{
    name_attribute(attribute, "from_to");
    lic_add(p, attribute, lic_parse_expression(p));
    lic_expect_word(p, "to");
    lic_add(p, attribute, lic_parse_expression(p));
}

static void parse_scale(lic_parser *p, lic_node *attribute)
{
    name_attribute(attribute, "scale");
    lic_take_count(p, attribute, "a number of decimals");
}

static void take_number(lic_parser *p, lic_node *node, const char *what)
{
    const lic_token *token = lic_expect(p, LIC_TOKEN_NUMBER, what);
    if (!token) return;
    node->number = token->number;
    node->scale = token->scale;
}

static void parse_in(lic_parser *p, lic_node *attribute)
{
    if (lic_accept_word(p, "bps")) {
        name_attribute(attribute, "in_bps");
        return;
    }
    name_attribute(attribute, "in_units_of");
    lic_expect_word(p, "units");
    lic_expect_word(p, "of");
    take_number(p, attribute, "a unit, for instance 0.01");
}

static void parse_empty(lic_parser *p, lic_node *attribute)
{
    name_attribute(attribute, "empty_is");
    lic_expect_word(p, "is");
    take_number(p, attribute, "a number");
}

static void parse_unique(lic_parser *p, lic_node *attribute)
{
    (void)p;
    name_attribute(attribute, "unique");
}

static void parse_starts(lic_parser *p, lic_node *attribute)
{
    name_attribute(attribute, "starts");
    lic_add(p, attribute, lic_parse_expression(p));
}

static void parse_resets(lic_parser *p, lic_node *attribute)
{
    name_attribute(attribute, "resets_every");
    lic_expect_word(p, "every");
    lic_add(p, attribute, lic_parse_period(p));
}

static void parse_never(lic_parser *p, lic_node *attribute)
{
    if (lic_accept_word(p, "resets")) name_attribute(attribute, "never_resets");
    else if (lic_accept_word(p, "falls")) name_attribute(attribute, "never_falls");
    else lic_unexpected(p, "`resets` or `falls`");
}

static void parse_set(lic_parser *p, lic_node *attribute)
{
    name_attribute(attribute, lic_accept_word(p, "once") ? "set_once_by" : "set_by");
    lic_expect_word(p, "by");
    lic_add(p, attribute, lic_parse_name(p, "a party"));
}

static void parse_every(lic_parser *p, lic_node *attribute)
{
    p->is_kernel = true;
    name_attribute(attribute, "every");
    lic_add(p, attribute, lic_parse_period(p));
    bool more = lic_at(p, LIC_TOKEN_COMMA) &&
                (lic_next_is_word(p, "within") || lic_next_is_word(p, "due"));
    if (more) lic_accept(p, LIC_TOKEN_COMMA);
    lic_add(p, attribute, more ? lic_parse_within(p) : NULL);
}

typedef struct attribute_parser {
    const char *word;
    void (*parse)(lic_parser *p, lic_node *attribute);
} attribute_parser;

static const attribute_parser ATTRIBUTES[] = {
    {"at", parse_at},         {"from", parse_from_to},  {"scale", parse_scale},
    {"in", parse_in},         {"empty", parse_empty},   {"unique", parse_unique},
    {"starts", parse_starts}, {"resets", parse_resets}, {"never", parse_never},
    {"set", parse_set},       {"every", parse_every}};

static lic_node *parse_attribute(lic_parser *p)
{
    const char *words[LIC_COUNT(ATTRIBUTES)];
    for (size_t i = 0; i < LIC_COUNT(words); i++) words[i] = ATTRIBUTES[i].word;
    lic_node *attribute = lic_begin(p, LIC_NODE_ATTRIBUTE);
    const char *word = lic_expect_one_of(
        p, words, LIC_COUNT(words),
        "an attribute: at most, from .. to, scale, in bps, in units of, empty is, unique, starts, "
        "resets every, never resets, "
        "never falls, set by, set once by, at end");
    if (!word) return lic_error_node(p);
    for (size_t i = 0; i < LIC_COUNT(words); i++) {
        if (words[i] == word) ATTRIBUTES[i].parse(p, attribute);
    }
    lic_close(p, attribute);
    return p->silent ? lic_error_node(p) : attribute;
}

void lic_parse_attributes(lic_parser *p, lic_node *parent)
{
    while (lic_accept(p, LIC_TOKEN_COMMA)) lic_add(p, parent, parse_attribute(p));
}
