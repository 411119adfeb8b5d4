/* print/line.c - what stands behind the leader of each kind of line. */
#include "print/line.h"

static void expression(lic_printer *w, const lic_node *node, uint32_t index)
{
    const lic_node *child = lic_child(node, index);
    if (child) lic_write_expression(w, child);
}

/* Child `index`, when it is there, behind `before`. */
static void optional(lic_printer *w, const char *before, const lic_node *node, uint32_t index)
{
    const lic_node *child = lic_child(node, index);
    if (!child) return;
    lic_write(w, before);
    lic_write_expression(w, child);
}

static void count(lic_printer *w, const lic_node *node)
{
    lic_write_number(w, node->number, node->scale, true);
}

/* -- header and declarations ------------------------------------------------------------------------- */

static void write_name(lic_printer *w, const lic_node *node)
{
    lic_write_slice(w, node->name);
}
static void write_text(lic_printer *w, const lic_node *node)
{
    lic_write_quoted(w, node->text);
}
static void write_children(lic_printer *w, const lic_node *node)
{
    lic_write_list(w, node, 0);
}

static void write_rounding(lic_printer *w, const lic_node *node)
{
    write_name(w, node);
    lic_write(w, " to ");
    count(w, node);
    lic_write(w, ", each amount");
}

static void write_term_dates(lic_printer *w, const lic_node *node)
{
    lic_write(w, "from ");
    expression(w, node, 0);
    optional(w, " to ", node, 1);
}

static void write_party(lic_printer *w, const lic_node *node)
{
    lic_write(w, "is ");
    for (uint32_t i = 0; i < node->child_count; i++) {
        const lic_node *role = node->children[i];
        if (i > 0) lic_write(w, ", ");
        lic_write_slice(w, role->name);
        optional(w, " of ", role, 0);
    }
}

/* type [for each] {, attribute} */
static void write_variable(lic_printer *w, const lic_node *node)
{
    lic_write_type(w, node->children[0]);
    const lic_node *each = lic_child(node, 1);
    if (each) {
        lic_write(w, " ");
        lic_write_for_each(w, each);
    }
    lic_write_attributes(w, node, 2);
}

static void write_record(lic_printer *w, const lic_node *node)
{
    lic_write_slice(w, node->text);
    lic_write(w, " ");
    write_name(w, node);
    lic_write(w, " ");
    write_variable(w, node);
}

static void write_territory_set(lic_printer *w, const lic_node *node)
{
    write_name(w, node);
    optional(w, " ", node, 0);
}

static void write_definition(lic_printer *w, const lic_node *node)
{
    write_name(w, node);
    optional(w, " = ", node, 0);
}

/* -- blocks ------------------------------------------------------------------------------------------- */

static void write_rows(lic_printer *w, const lic_node *node)
{
    lic_write(w, "at most ");
    count(w, node);
}

static void write_column(lic_printer *w, const lic_node *node)
{
    lic_write_type(w, node->children[0]);
    lic_write_attributes(w, node, 1);
}

static void write_by(lic_printer *w, const lic_node *node)
{
    expression(w, node, 0);
    optional(w, ", every ", node, 1);
    lic_write(w, ", ");
    lic_write_within(w, node->children[2]);
}

static void write_lines(lic_printer *w, const lic_node *node)
{
    write_rows(w, node);
    if (node->child_count > 0) {
        lic_write(w, ", unique (");
        lic_write_list(w, node, 0);
        lic_write(w, ")");
    }
    lic_write(w, node->flags & LIC_FLAG_SET_ASIDE ? ", else set aside" : ", else refuse");
}

static void write_correct(lic_printer *w, const lic_node *node)
{
    lic_write_within(w, node->children[0]);
}

static void write_tiers(lic_printer *w, const lic_node *node)
{
    write_name(w, node);
    lic_write(w, " of ");
    lic_write_slice(w, node->children[0]->name);
    lic_write(w, node->flags & LIC_FLAG_MARGINAL ? ", marginal" : ", whole");
}

static void write_sublicense(lic_printer *w, const lic_node *node)
{
    const lic_node *party = lic_child(node, 1);
    if (party) {
        lic_write(w, "with consent of ");
        lic_write_expression(w, party);
    } else {
        expression(w, node, 0);
    }
}

static void write_exclusive(lic_printer *w, const lic_node *node)
{
    const lic_node *word = node->children[0];
    lic_write_slice(w, word->name);
    if (node->child_count < 2) return;
    lic_write(w, " ");
    if (lic_slice_is(word->name, "for")) {
        lic_write_list(w, node, 1);
    } else {
        expression(w, node, 1);
        optional(w, " until ", node, 2);
    }
}

static void write_accept(lic_printer *w, const lic_node *node)
{
    lic_write_within(w, node->children[0]);
    lic_write(w, ", silence ");
    expression(w, node, 1);
}

static void write_during(lic_printer *w, const lic_node *node)
{
    expression(w, node, 0);
    optional(w, " from ", node, 1);
}

static void write_from(lic_printer *w, const lic_node *node)
{
    expression(w, node, 0);
    optional(w, " to ", node, 1);
    optional(w, ", before ", node, 2);
}

static void write_grant_of(lic_printer *w, const lic_node *node)
{
    expression(w, node, 0);
    optional(w, " ", node, 1);
}

static void write_grant_clause(lic_printer *w, const lic_node *node)
{
    static const struct {
        const char *name;
        void (*write)(lic_printer *w, const lic_node *node);
    } CLAUSES[] = {
        {"from", write_from},           {"of", write_grant_of},           {"during", write_during},
        {"exclusive", write_exclusive}, {"sublicense", write_sublicense}, {"accept", write_accept},
        {"resubmit", write_rows}};
    for (size_t i = 0; i < LIC_COUNT(CLAUSES); i++) {
        if (!lic_slice_is(node->name, CLAUSES[i].name)) continue;
        CLAUSES[i].write(w, node);
        return;
    }
    lic_write_list(w, node, 0);
}

static void write_pennies(lic_printer *w, const lic_node *node)
{
    if (lic_slice_is(node->name, "to")) optional(w, "to ", node, 0);
    else lic_write(w, "largest remainder, ties as written");
}

static void write_split(lic_printer *w, const lic_node *node)
{
    write_name(w, node);
    optional(w, " of ", node, 0);
}

static void write_action(lic_printer *w, const lic_node *node)
{
    write_name(w, node);
    lic_write(w, "(");
    for (uint32_t i = 0; i < node->child_count && node->children[i]->kind == LIC_NODE_PARAMETER;
         i++) {
        if (i > 0) lic_write(w, ", ");
        write_name(w, node->children[i]);
        lic_write(w, ": ");
        lic_write_type(w, node->children[i]->children[0]);
    }
    lic_write(w, ")");
}

static void write_by_parties(lic_printer *w, const lic_node *node)
{
    if (node->flags & LIC_FLAG_ANY_OF) lic_write(w, "any of ");
    for (uint32_t i = 0; i < node->child_count; i++) {
        if (i > 0) lic_write(w, ", ");
        if (node->children[i]->kind == LIC_NODE_NOTICE) lic_write_notice(w, node->children[i]);
        else lic_write_expression(w, node->children[i]);
    }
}

static void write_limit(lic_printer *w, const lic_node *node)
{
    count(w, node);
    optional(w, " every ", node, 0);
}

static void write_finals(lic_printer *w, const lic_node *node)
{
    lic_write_list(w, node, 1);
    optional(w, ", after ", node, 0);
}

void lic_write_from_states(lic_printer *w, const lic_node *node)
{
    lic_write_list(w, node->children[1], 0);
    lic_write(w, " to ");
    write_name(w, node);
}

void lic_write_when(lic_printer *w, const lic_node *when)
{
    if (lic_named(when, "signed")) {
        lic_write(w, "when signed by ");
        lic_write_list(w, when, 0);
    } else if (lic_named(when, "condition")) {
        lic_write(w, "when ");
        lic_write_condition(w, when->children[0]);
    } else if (lic_named(when, "by")) {
        optional(w, "by ", when, 0);
        const lic_node *condition = lic_child(when, 1);
        if (condition) {
            lic_write(w, when->flags & LIC_FLAG_NOTICED ? " when noticed " : " when ");
            lic_write_condition(w, condition);
        }
        const lic_node *notice = lic_child(when, 2);
        if (notice) {
            lic_write(w, ", ");
            lic_write_notice(w, notice);
        }
    } else {
        optional(w, lic_named(when, "on") ? "on " : "after ", when, 0);
    }
}

/* -- clauses ------------------------------------------------------------------------------------------------ */

static void write_trigger(lic_printer *w, const lic_node *node)
{
    write_name(w, node);
    if (node->flags & LIC_FLAG_ACCEPTED) lic_write(w, " accepted");
}

static void write_on(lic_printer *w, const lic_node *node)
{
    write_trigger(w, node);
    for (uint32_t i = 1; i < node->child_count; i++) {
        lic_write(w, ", ");
        write_trigger(w, node->children[i]);
    }
    const lic_node *each = lic_child(node, 0);
    if (!each) return;
    lic_write(w, ", ");
    lic_write_for_each(w, each);
}

static void write_every(lic_printer *w, const lic_node *node)
{
    expression(w, node, 0);
    const lic_node *within = lic_child(node, 1);
    if (!within) return;
    lic_write(w, ", ");
    lic_write_within(w, within);
}

static void write_expression(lic_printer *w, const lic_node *node)
{
    expression(w, node, 0);
}
static void write_primary(lic_printer *w, const lic_node *node)
{
    lic_write_primary(w, node->children[0]);
}
static void write_condition(lic_printer *w, const lic_node *node)
{
    lic_write_condition(w, node->children[0]);
}

static void write_where(lic_printer *w, const lic_node *node)
{
    lic_write(w, "where ");
    write_condition(w, node);
}

static void write_less(lic_printer *w, const lic_node *node)
{
    lic_write_primary(w, node->children[0]);
    optional(w, ", leaving at least ", node, 1);
}

static void write_to(lic_printer *w, const lic_node *node)
{
    expression(w, node, 0);
    lic_write(w, " to ");
    lic_write_primary(w, node->children[1]);
}

static void write_below(lic_printer *w, const lic_node *node)
{
    expression(w, node, 0);
    lic_write(w, " carry forward");
}

static void write_part(lic_printer *w, const lic_node *node)
{
    expression(w, node, 0);
    lic_write(w, " on ");
    write_on(w, node->children[1]);
    const lic_node *within = lic_child(node, 2);
    if (!within) return;
    lic_write(w, ", ");
    lic_write_within(w, within);
}

static void write_move(lic_printer *w, const lic_node *node)
{
    if (lic_child(node, 2)) {
        lic_write_expression(w, node->children[2]);
        lic_write(w, " ");
    }
    lic_write(w, "from ");
    lic_write_primary(w, node->children[0]);
    lic_write(w, " to ");
    lic_write_primary(w, node->children[1]);
}

static void write_pays(lic_printer *w, const lic_node *node)
{
    expression(w, node, 0);
    lic_write(w, node->flags & LIC_FLAG_OWES ? " owes " : " pays ");
    lic_write_primary(w, node->children[1]);
    optional(w, " ", node, 2);
    const lic_node *from = lic_child(node, 3), *within = lic_child(node, 4);
    if (from) {
        lic_write(w, ", from ");
        lic_write_primary(w, from);
    }
    if (within) {
        lic_write(w, ", ");
        lic_write_within(w, within);
    }
}

/* -- steps ---------------------------------------------------------------------------------------------------- */

static void write_credit(lic_printer *w, const lic_node *node)
{
    expression(w, node, 0);
    optional(w, " ", node, 1);
    optional(w, " against ", node, 2);
}

static void write_arguments(lic_printer *w, const lic_node *node)
{
    write_name(w, node);
    lic_write(w, "(");
    lic_write_list(w, node, 0);
    lic_write(w, ")");
}

static void write_close_grants(lic_printer *w, const lic_node *node)
{
    if (node->child_count < 2) return;
    lic_write(w, "except ");
    lic_write_list(w, node, 1);
    optional(w, " after ", node, 0);
}

static void write_enter(lic_printer *w, const lic_node *node)
{
    expression(w, node, 1);
    optional(w, " in ", node, 0);
    if (node->child_count <= 2) return;
    lic_write(w, ": ");
    lic_write_list(w, node, 2);
}

/* -- kernel ---------------------------------------------------------------------------------------------------- */

static void write_subject(lic_printer *w, const lic_node *node)
{
    lic_write(w, "of ");
    lic_write_slice(w, node->text);
    optional(w, " from ", node, 0);
}

static void write_each(lic_printer *w, const lic_node *node)
{
    write_name(w, node);
    optional(w, " in ", node, 0);
}

static void write_clause(lic_printer *w, const lic_node *node)
{
    write_name(w, node);
    if (node->name.size > 0) lic_write(w, " ");
    lic_write_quoted(w, node->text);
}

static void write_post(lic_printer *w, const lic_node *node)
{
    expression(w, node, 0);
    optional(w, " from ", node, 1);
    optional(w, " to ", node, 2);
}

static void write_oblige(lic_printer *w, const lic_node *node)
{
    expression(w, node, 0);
    optional(w, " to ", node, 1);
    optional(w, ", amount ", node, 2);
    optional(w, ", due ", node, 3);
    if (node->number == 0) return;
    lic_write(w, ", part ");
    lic_write_number(w, node->number, 0, true);
}

static void write_result(lic_printer *w, const lic_node *node)
{
    write_name(w, node);
    optional(w, " of ", node, 0);
    lic_write(w, ": ");
    lic_write_list(w, node, 1);
}

/* -- the table ---------------------------------------------------------------------------------------------------- */

static const struct {
    uint16_t kind;
    const char *leader;
    void (*write)(lic_printer *w, const lic_node *node);
} LINES[] = {{LIC_NODE_HEADER_TEXT, NULL, write_text},
             {LIC_NODE_MONEY, "money", write_name},
             {LIC_NODE_MONTHS, "months", write_name},
             {LIC_NODE_YEARS, "years", write_name},
             {LIC_NODE_ROUNDING, "rounding", write_rounding},
             {LIC_NODE_PAYMENTS, "payments", write_children},
             {LIC_NODE_PREVAILS, "prevails", write_name},
             {LIC_NODE_TERM_DATES, "term", write_term_dates},
             {LIC_NODE_PARTY, "party", write_party},
             {LIC_NODE_USE, "use", write_name},
             {LIC_NODE_ADVISORY, "advisory", write_text},
             {LIC_NODE_TERRITORY_SET, "set", write_territory_set},
             {LIC_NODE_ACCOUNT, "account", write_variable},
             {LIC_NODE_COUNTER, "counter", write_variable},
             {LIC_NODE_FACT, "fact", write_variable},
             {LIC_NODE_GIVEN, "given", write_variable},
             {LIC_NODE_TALLY, "tally", write_variable},
             {LIC_NODE_RECORD, "record", write_record},
             {LIC_NODE_SCHEDULE, "schedule", write_name},
             {LIC_NODE_REGISTER, "register", write_name},
             {LIC_NODE_REPORT, "report", write_name},
             {LIC_NODE_TIERS, "tiers", write_tiers},
             {LIC_NODE_GRANT, "grant", write_name},
             {LIC_NODE_MONEY_TERM, NULL, write_name},
             {LIC_NODE_SPLIT, "split", write_split},
             {LIC_NODE_STATEMENT, "statement", write_name},
             {LIC_NODE_DELIVERABLE, "deliverable", write_name},
             {LIC_NODE_ACTION, "action", write_action},
             {LIC_NODE_LIFECYCLE, "lifecycle", NULL},
             {LIC_NODE_HANDLER, NULL, write_subject},
             {LIC_NODE_EACH, "for each", write_each},
             {LIC_NODE_SHARE_OUT, "share out", write_expression},
             {LIC_NODE_NUMBER, "rows", write_rows},
             {LIC_NODE_COLUMN, NULL, write_column},
             {LIC_NODE_ROW, "row", NULL},
             {LIC_NODE_BY, "by", write_by},
             {LIC_NODE_LINES, "lines", write_lines},
             {LIC_NODE_CORRECT, "correct", write_correct},
             {LIC_NODE_VALUE, "value", write_definition},
             {LIC_NODE_REQUIRE, "require", write_condition},
             {LIC_NODE_GRANT_CLAUSE, NULL, write_grant_clause},
             {LIC_NODE_ON, "on", write_on},
             {LIC_NODE_EVERY, "every", write_every},
             {LIC_NODE_ONCE, "once", write_condition},
             {LIC_NODE_LINES_WHERE, "lines", write_where},
             {LIC_NODE_LINE, "line", write_definition},
             {LIC_NODE_LET, "let", write_definition},
             {LIC_NODE_AMOUNT, "amount", write_expression},
             {LIC_NODE_AT_LEAST, "at least", write_expression},
             {LIC_NODE_AT_MOST, "at most", write_expression},
             {LIC_NODE_LESS, "less", write_less},
             {LIC_NODE_ADD, "add", write_to},
             {LIC_NODE_BELOW, "below", write_below},
             {LIC_NODE_PART, "part", write_part},
             {LIC_NODE_MOVE, "move", write_move},
             {LIC_NODE_PAYS, NULL, write_pays},
             {LIC_NODE_PENNIES, "pennies", write_pennies},
             {LIC_NODE_INTO, "into", write_primary},
             {LIC_NODE_HOLDERS, "holders:", write_expression},
             {LIC_NODE_TO, "to", write_children},
             {LIC_NODE_LINES_BY, "lines", write_children},
             {LIC_NODE_BY_PARTIES, "by", write_by_parties},
             {LIC_NODE_IN_STATES, "in", write_children},
             {LIC_NODE_LIMIT, "limit", write_limit},
             {LIC_NODE_INITIAL, "initial", write_name},
             {LIC_NODE_STATES, "states", write_children},
             {LIC_NODE_FINALS, "final", write_finals},
             {LIC_NODE_TRANSITION, "from", lic_write_from_states},
             {LIC_NODE_SET, "set", NULL},
             {LIC_NODE_CREDIT, "credit", write_credit},
             {LIC_NODE_CANCEL, "cancel", write_primary},
             {LIC_NODE_DUE_NOW, "due now", write_primary},
             {LIC_NODE_EMIT, "emit", write_arguments},
             {LIC_NODE_CLOSE_GRANTS, NULL, write_close_grants},
             {LIC_NODE_IF, "if", write_condition},
             {LIC_NODE_ENTER, "enter", write_enter},
             {LIC_NODE_RETIRE, "retire", write_expression},
             {LIC_NODE_CLAUSE, "clause", write_clause},
             {LIC_NODE_POST, "post", write_post},
             {LIC_NODE_OBLIGE, "oblige", write_oblige},
             {LIC_NODE_RESULT, "result", write_result},
             {LIC_NODE_GOES_TO, "goes to", write_name},
             {LIC_NODE_REFUSE, "refuse", write_text},
             {LIC_NODE_DO, "do", write_arguments}};

static lic_slice handler_leader(const lic_node *node)
{
    return lic_named(node, "line") ? lic_slice_text("each line") : node->name;
}

lic_slice lic_line_leader(const lic_node *node)
{
    switch ((int)node->kind) {
    case LIC_NODE_HEADER_TEXT:
    case LIC_NODE_GRANT_CLAUSE: return node->name;
    case LIC_NODE_MONEY_TERM: return node->text;
    case LIC_NODE_HANDLER: return handler_leader(node);
    case LIC_NODE_COLUMN: return lic_slice_text(node->flags & LIC_FLAG_KEY ? "key" : "column");
    case LIC_NODE_CLOSE_GRANTS:
        return lic_slice_text(node->child_count > 1 ? "close grants," : "close grants");
    default: break;
    }
    for (size_t i = 0; i < LIC_COUNT(LINES); i++) {
        if (LINES[i].kind == node->kind)
            return lic_slice_text(LINES[i].leader ? LINES[i].leader : "");
    }
    return (lic_slice){NULL, 0};
}

void lic_write_rest(lic_printer *w, const lic_node *node)
{
    if (node->kind == LIC_NODE_SET) {
        lic_write_primary(w, node->children[0]);
        optional(w, " to ", node, 1);
        return;
    }
    if (node->kind == LIC_NODE_LINES_BY) lic_write(w, "by ");
    bool subject = node->kind != LIC_NODE_HANDLER || node->text.size > 0;
    for (size_t i = 0; i < LIC_COUNT(LINES); i++) {
        if (LINES[i].kind == node->kind && LINES[i].write && subject) LINES[i].write(w, node);
    }
}
