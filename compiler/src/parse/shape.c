/* parse/shape.c - which lines a block must have, and which it may have only once: what the grammar leaves
 * to tables, because the order of lines is the author's. Labels of money terms are no grammars of
 * their own; they only fix which clauses are demanded. Lines with fixed places in their node were
 * checked for doubles when they were filled in. */
#include "parse/parser.h"

typedef struct shape_rule {
    const char *label;   /* of money terms; NULL: every one */
    uint16_t kinds[4];   /* one of these, at least once; 0 ends the list */
    const char *missing; /* "a trigger" */
    const char *help;
} shape_rule;

static const shape_rule TERM_RULES[] = {
    {NULL,
     {LIC_NODE_ON, LIC_NODE_EVERY, LIC_NODE_ONCE, LIC_NODE_PART},
     "nothing says when",
     "add a trigger, for instance   on signature   or   every year"},
    {NULL,
     {LIC_NODE_AMOUNT, 0},
     "no amount is named",
     "add a line   amount  E   with the exact amount"},
    {NULL,
     {LIC_NODE_PAYS, LIC_NODE_MOVE, 0},
     "no money moves",
     "say who pays or owes, for instance   Licensee pays Licensor, within 30 days"},
    {"advance",
     {LIC_NODE_ADD, 0},
     "the advance fills no account",
     "add a line   add amount to ACCOUNT   so that it can be recouped"},
    {"minimum", {LIC_NODE_EVERY, 0}, "a minimum holds for a period", "add a line   every year"},
    {"withholding",
     {LIC_NODE_MOVE, 0},
     "nothing is withheld",
     "add a line   move from ACCOUNT to ACCOUNT"},
    {"reserve",
     {LIC_NODE_MOVE, 0},
     "nothing is reserved",
     "add a line   move from ACCOUNT to ACCOUNT"}};

/* Kinds of which a block has at most one line. */
static const struct {
    uint16_t block;
    uint16_t kind;
    const char *leader;
} ONCE_RULES[] = {{LIC_NODE_MONEY_TERM, LIC_NODE_ON, "on"},
                  {LIC_NODE_MONEY_TERM, LIC_NODE_EVERY, "every"},
                  {LIC_NODE_MONEY_TERM, LIC_NODE_ONCE, "once"},
                  {LIC_NODE_MONEY_TERM, LIC_NODE_AMOUNT, "amount"},
                  {LIC_NODE_MONEY_TERM, LIC_NODE_LINES_WHERE, "lines"},
                  {LIC_NODE_MONEY_TERM, LIC_NODE_BELOW, "below"},
                  {LIC_NODE_SPLIT, LIC_NODE_HOLDERS, "holders"},
                  {LIC_NODE_SPLIT, LIC_NODE_PENNIES, "pennies"},
                  {LIC_NODE_SPLIT, LIC_NODE_INTO, "into"},
                  {LIC_NODE_ACTION, LIC_NODE_BY_PARTIES, "by"},
                  {LIC_NODE_ACTION, LIC_NODE_IN_STATES, "in"},
                  {LIC_NODE_ACTION, LIC_NODE_LIMIT, "limit"},
                  {LIC_NODE_FILE, LIC_NODE_MONEY, "money"},
                  {LIC_NODE_FILE, LIC_NODE_MONTHS, "months"},
                  {LIC_NODE_FILE, LIC_NODE_YEARS, "years"},
                  {LIC_NODE_FILE, LIC_NODE_ROUNDING, "rounding"},
                  {LIC_NODE_FILE, LIC_NODE_PAYMENTS, "payments"},
                  {LIC_NODE_FILE, LIC_NODE_PREVAILS, "prevails"},
                  {LIC_NODE_FILE, LIC_NODE_TERM_DATES, "term"}};

/* The second line is taken out of the tree, so that nothing else is said about it; then the tree is
 * no longer the text, and can't be formatted or hashed. */
static void report_twice(lic_compilation *compilation, const lic_node *first, lic_node *again,
                         lic_slice leader)
{
    lic_diagnostic *d = lic_diag(compilation, "P17", again->span, "and again here",
                                 "`%.*s` stands twice", LIC_S(leader));
    lic_diag_place(compilation, d, first->span, "first here");
    lic_diag_help(compilation, d, "keep one of them");
    again->kind = LIC_NODE_ERROR;
    compilation->was_read = false;
}

static void check_once(lic_compilation *compilation, lic_node *block)
{
    for (size_t i = 0; i < LIC_COUNT(ONCE_RULES); i++) {
        if (ONCE_RULES[i].block != block->kind) continue;
        const lic_node *first = NULL;
        for (uint32_t j = 0; j < block->child_count; j++) {
            lic_node *line = block->children[j];
            if (line->kind != ONCE_RULES[i].kind) continue;
            if (first) report_twice(compilation, first, line, lic_slice_text(ONCE_RULES[i].leader));
            else first = line;
        }
    }
}

/* Lines of one kind that are told apart by their name, of which there are few: header texts, clauses
 * of grants and deliverables. */
static void check_names_once(lic_compilation *compilation, lic_node *block, lic_node_kind kind)
{
    lic_node *firsts[16];
    size_t count = 0;
    for (uint32_t i = 0; i < block->child_count; i++) {
        lic_node *line = block->children[i];
        if (line->kind != kind) continue;
        size_t at = 0;
        while (at < count && !lic_slice_equal(firsts[at]->name, line->name)) at++;
        if (at < count) report_twice(compilation, firsts[at], line, line->name);
        else if (count < LIC_COUNT(firsts)) firsts[count++] = line;
    }
}

static void report_missing(lic_compilation *compilation, const lic_node *block, const char *missing,
                           const char *help)
{
    lic_diagnostic *d = lic_diag(compilation, "P18", block->span, NULL, "%s in `%.*s`", missing,
                                 LIC_S(block->name));
    lic_diag_help(compilation, d, "%s", help);
}

static bool has_errors(const lic_node *block)
{
    return lic_child_of(block, LIC_NODE_ERROR, 0) != NULL;
}

static bool has_one(const lic_node *block, const uint16_t kinds[4])
{
    for (size_t i = 0; i < 4 && kinds[i] != 0; i++) {
        if (lic_child_of(block, (lic_node_kind)kinds[i], 0)) return true;
    }
    return false;
}

/* A term has one trigger; parts bring their own. */
static void check_one_trigger(lic_compilation *compilation, const lic_node *term)
{
    const lic_node *first = NULL;
    for (uint32_t i = 0; i < term->child_count; i++) {
        const lic_node *line = term->children[i];
        bool trigger = line->kind == LIC_NODE_ON || line->kind == LIC_NODE_EVERY ||
                       line->kind == LIC_NODE_ONCE || line->kind == LIC_NODE_PART;
        if (!trigger) continue;
        if (first && first->kind != line->kind) {
            lic_diagnostic *d = lic_diag(compilation, "P17", line->span, "and another one here",
                                         "`%.*s` has two kinds of triggers", LIC_S(term->name));
            lic_diag_place(compilation, d, first->span, "one trigger here");
            lic_diag_help(compilation, d, "keep one of them, or write two terms");
            return;
        }
        if (!first) first = line;
    }
}

static void check_term(lic_compilation *compilation, const lic_node *term)
{
    check_one_trigger(compilation, term);
    if (has_errors(term)) return;
    for (size_t i = 0; i < LIC_COUNT(TERM_RULES); i++) {
        const shape_rule *rule = &TERM_RULES[i];
        if (rule->label && !lic_slice_is(term->text, rule->label)) continue;
        if (!has_one(term, rule->kinds))
            report_missing(compilation, term, rule->missing, rule->help);
    }
}

static void check_split(lic_compilation *compilation, const lic_node *split)
{
    if (has_errors(split)) return;
    const lic_node *share = lic_child_of(split, LIC_NODE_SHARE, 0),
                   *holders = lic_child_of(split, LIC_NODE_HOLDERS, 0);
    if (!share && !holders)
        report_missing(compilation, split, "nobody has a share",
                       "add rows   Party: 50%   or   holders: COLUMN");
    if (share && holders) {
        lic_diagnostic *d = lic_diag(compilation, "P17", holders->span, NULL,
                                     "a split has rows of parties or `holders`, not both");
        lic_diag_place(compilation, d, share->span, "a row of a party");
        lic_diag_help(compilation, d, "keep one of them");
    }
    if (!lic_child_of(split, LIC_NODE_PENNIES, 0)) {
        report_missing(
            compilation, split, "nothing says who gets the odd pennies",
            "add a line   pennies largest remainder, ties as written   or   pennies to PARTY");
    }
}

static void check_named_clauses(lic_compilation *compilation, lic_node *block,
                                const char *const *needed, size_t count)
{
    check_names_once(compilation, block, LIC_NODE_GRANT_CLAUSE);
    if (has_errors(block)) return;
    for (size_t i = 0; i < count; i++) {
        bool present = false;
        for (uint32_t j = 0; j < block->child_count; j++)
            present = present || lic_named(block->children[j], needed[i]);
        if (present) continue;
        report_missing(compilation, block, lic_text(compilation, "`%s` is missing", needed[i]),
                       "add the line; licet explain P18");
    }
}

static void check_lifecycle(lic_compilation *compilation, const lic_node *lifecycle)
{
    static const struct {
        const char *leader, *help;
    } NEEDED[] = {{"initial", "add a line   initial draft"},
                  {NULL, NULL},
                  {"final", "add a line   final ended, after 120 days"}};
    if (has_errors(lifecycle)) return;
    for (uint32_t i = 0; i < 3; i++) {
        if (!NEEDED[i].leader || lic_child(lifecycle, i)) continue;
        lic_diagnostic *d = lic_diag(compilation, "P18", lifecycle->span, NULL,
                                     "`%s` is missing in the lifecycle", NEEDED[i].leader);
        lic_diag_help(compilation, d, "%s", NEEDED[i].help);
    }
}

/* Kernels may give the bare graph; their transitions are in handlers. */
static void check_transitions(lic_compilation *compilation, const lic_node *lifecycle)
{
    for (uint32_t i = 3; i < lifecycle->child_count; i++) {
        const lic_node *line = lifecycle->children[i];
        if (line->kind != LIC_NODE_TRANSITION || line->children[0]->kind != LIC_NODE_ABSENT)
            continue;
        lic_diagnostic *d = lic_diag(compilation, "P18", line->span, NULL,
                                     "nothing says when this transition happens");
        lic_diag_help(compilation, d,
                      "add `when` a condition, `by` a party, `on` a date or `after` a duration");
    }
}

/* Only a kernel's actions can be named after a state. */
static void check_action_name(lic_compilation *compilation, const lic_node *action)
{
    uint8_t first = action->name.size > 0 ? action->name.data[0] : 'A';
    if (first < 'a' || first > 'z') return;
    lic_diagnostic *d = lic_diag(compilation, "P20", action->name_span, NULL,
                                 "an action's name begins with a capital letter");
    char *name = lic_text(compilation, "%.*s", LIC_S(action->name));
    name[0] = (char)(name[0] - 'a' + 'A');
    lic_diag_help(compilation, d, "write `%s`", name);
    lic_diag_fix(compilation, d, action->name_span, "%s", name);
}

static void check_block(lic_compilation *compilation, lic_node *block, bool is_kernel)
{
    static const char *const GRANT[] = {"from", "of", "rights", "territory", "during", "exclusive"};
    static const char *const DELIVERABLE[] = {"from", "accept"};
    check_once(compilation, block);
    if (block->kind == LIC_NODE_MONEY_TERM) check_term(compilation, block);
    if (block->kind == LIC_NODE_ACTION && !is_kernel) check_action_name(compilation, block);
    if (block->kind == LIC_NODE_SPLIT) check_split(compilation, block);
    if (block->kind == LIC_NODE_GRANT)
        check_named_clauses(compilation, block, GRANT, LIC_COUNT(GRANT));
    if (block->kind == LIC_NODE_DELIVERABLE)
        check_named_clauses(compilation, block, DELIVERABLE, LIC_COUNT(DELIVERABLE));
    if (block->kind == LIC_NODE_LIFECYCLE) {
        check_lifecycle(compilation, block);
        if (!is_kernel) check_transitions(compilation, block);
    }
}

void lic_check_shape(lic_compilation *compilation, lic_node *file, bool is_kernel)
{
    check_once(compilation, file);
    check_names_once(compilation, file, LIC_NODE_HEADER_TEXT);
    for (uint32_t i = 0; i < file->child_count; i++)
        check_block(compilation, file->children[i], is_kernel);
    bool complete = compilation->was_read && !(file->flags & LIC_FLAG_MODULE);
    if (!complete || lic_child_of(file, LIC_NODE_LIFECYCLE, 0)) return;
    lic_diagnostic *d = lic_diag(compilation, "P18", file->name_span, NULL,
                                 "the agreement has no lifecycle");
    lic_diag_help(compilation, d, "add a block `lifecycle` that says how it begins and ends");
}
