/* mutate/list.c - which changes there are to an agreement, block by block and line by line. A change may
 * well not compile: that is found out when it is tried. */
#include "mutate/mutate.h"

/* -- lines ------------------------------------------------------------------------------------------------ */

static void rounding(const lic_spot *s)
{
    static const char *const MODES[] = {"half_even", "half_up", "floor", "ceiling"};
    for (size_t i = 0; i < LIC_COUNT(MODES); i++)
        if (!lic_named(s->node, MODES[i])) lic_change_name(s, LIC_MUTATION_ROUNDING, MODES[i]);
    lic_node *finer = lic_change_twin(s), *coarser = lic_change_twin(s);
    finer->scale++;
    lic_change_add(s, LIC_MUTATION_ROUNDING, finer);
    if (coarser->scale > 0) coarser->scale--;
    else coarser->number *= 10;
    lic_change_add(s, LIC_MUTATION_ROUNDING, coarser);
}

static void other_rule(const lic_spot *s, const char *a, const char *b)
{
    lic_change_name(s, LIC_MUTATION_ROUNDING, lic_named(s->node, a) ? b : a);
}

static void pennies(const lic_spot *s)
{
    const lic_node *share = lic_child_of(s->parent, LIC_NODE_SHARE, 0);
    lic_node *node = lic_node_new(s->list->c, LIC_NODE_PENNIES, s->node->span);
    if (lic_named(s->node, "to")) {
        node->name = lic_slice_text("largest_remainder");
    } else if (share) {
        lic_node *to = lic_node_new(s->list->c, LIC_NODE_NAME_REF, s->node->span);
        to->name = share->name;
        node->name = lic_slice_text("to");
        lic_node_add(s->list->c, node, to);
    } else {
        return;
    }
    lic_change_add(s, LIC_MUTATION_SHARES, node);
}

/* This party and the next one change their shares. */
static void share(const lic_spot *s)
{
    lic_spot next = *s;
    next.index++;
    if (next.index >= s->parent->child_count) return;
    next.node = s->parent->children[next.index];
    if (next.node->kind != LIC_NODE_SHARE) return;
    lic_node *own = lic_change_twin(s), *other = lic_change_twin(&next);
    own->name = next.node->name;
    other->name = s->node->name;
    lic_change *change = lic_change_add(s, LIC_MUTATION_SHARES, own);
    change->other = next.index;
    change->other_node = other;
}

static void tier(const lic_spot *s)
{
    if (lic_named(s->node, "up_to")) lic_change_name(s, LIC_MUTATION_TIERS, "below");
    else if (lic_named(s->node, "below")) lic_change_name(s, LIC_MUTATION_TIERS, "up_to");
}

static void members(const lic_spot *s, lic_node_kind kind)
{
    uint32_t first = 0;
    while (first < s->node->child_count && s->node->children[first]->kind != kind) first++;
    uint32_t last = first;
    while (last < s->node->child_count && s->node->children[last]->kind == kind) last++;
    for (uint32_t i = first; i < last && last - first > 1; i++) lic_change_shorter(s, 0, i);
}

static void attribute(const lic_spot *s)
{
    static const char *const DROPPED[] = {"at_most", "from_to",      "unique",
                                          "starts",  "resets_every", "never_falls"};
    for (size_t i = 0; i < LIC_COUNT(DROPPED); i++)
        if (lic_named(s->node, DROPPED[i])) lic_change_add(s, LIC_MUTATION_ATTRIBUTE, NULL);
    if (lic_named(s->node, "set_once_by")) lic_change_name(s, LIC_MUTATION_ATTRIBUTE, "set_by");
    const lic_node *end = lic_child(s->node, 0);
    if (!lic_named(s->node, "at_end") || !end || !lic_named(end, "paid_out")) return;
    lic_node *node = lic_change_twin(s), *word = lic_node_new(s->list->c, LIC_NODE_WORD, end->span);
    word->name = lic_slice_text("written_off");
    node->children[0] = word;
    node->child_count = 1;
    lic_change_add(s, LIC_MUTATION_ATTRIBUTE, node);
}

static void parts_of_line(const lic_spot *s)
{
    switch ((int)s->node->kind) {
    case LIC_NODE_ROUNDING: rounding(s); break;
    case LIC_NODE_MONTHS: other_rule(s, "clip", "roll"); break;
    case LIC_NODE_YEARS: other_rule(s, "calendar", "contract"); break;
    case LIC_NODE_TIERS:
        lic_change_flags(s, LIC_MUTATION_TIERS, LIC_FLAG_MARGINAL | LIC_FLAG_WHOLE);
        break;
    case LIC_NODE_TYPE:
        if (lic_named(s->node, "tiers"))
            lic_change_flags(s, LIC_MUTATION_TIERS, LIC_FLAG_MARGINAL | LIC_FLAG_WHOLE);
        break;
    case LIC_NODE_TIER: tier(s); break;
    case LIC_NODE_PENNIES: pennies(s); break;
    case LIC_NODE_SHARE: share(s); break;
    case LIC_NODE_ATTRIBUTE: attribute(s); break;
    case LIC_NODE_LINES:
        lic_change_flags(s, LIC_MUTATION_ATTRIBUTE, LIC_FLAG_SET_ASIDE);
        members(s, LIC_NODE_WORD);
        break;
    case LIC_NODE_LIMIT: lic_change_number(s, LIC_MUTATION_COUNT, s->node->number + 1); break;
    case LIC_NODE_TO:
    case LIC_NODE_BY_PARTIES: members(s, LIC_NODE_NAME_REF); break;
    case LIC_NODE_IN_STATES:
    case LIC_NODE_FROM: members(s, LIC_NODE_WORD); break;
    case LIC_NODE_LESS: lic_change_without(s, LIC_MUTATION_DROP, 1); break;
    case LIC_NODE_WHEN:
        if (lic_named(s->node, "signed")) members(s, LIC_NODE_NAME_REF);
        if (s->node->flags & LIC_FLAG_NOTICED)
            lic_change_flags(s, LIC_MUTATION_COMPARISON, LIC_FLAG_NOTICED);
        if (lic_named(s->node, "by")) lic_change_without(s, LIC_MUTATION_COMPARISON, 1);
        break;
    default: lic_change_value(s); break;
    }
}

/* -- blocks -------------------------------------------------------------------------------------------------- */

static bool is_step(const lic_node *node)
{
    switch ((int)node->kind) {
    case LIC_NODE_LET:
    case LIC_NODE_SET:
    case LIC_NODE_ADD:
    case LIC_NODE_REQUIRE:
    case LIC_NODE_PAYS:
    case LIC_NODE_CREDIT:
    case LIC_NODE_MOVE:
    case LIC_NODE_CANCEL:
    case LIC_NODE_DUE_NOW:
    case LIC_NODE_EMIT:
    case LIC_NODE_CLOSE_GRANTS:
    case LIC_NODE_IF:
    case LIC_NODE_ENTER:
    case LIC_NODE_RETIRE: return true;
    default: return false;
    }
}

static bool is_clause(const lic_node *node)
{
    switch ((int)node->kind) {
    case LIC_NODE_LINE:
    case LIC_NODE_LET:
    case LIC_NODE_AMOUNT:
    case LIC_NODE_AT_LEAST:
    case LIC_NODE_AT_MOST:
    case LIC_NODE_LESS:
    case LIC_NODE_ADD:
    case LIC_NODE_BELOW:
    case LIC_NODE_PART:
    case LIC_NODE_PAYS:
    case LIC_NODE_MOVE: return true;
    default: return false;
    }
}

/* Lines of a block whose order means something. */
static bool is_ordered(const lic_node *block, const lic_node *line)
{
    switch ((int)block->kind) {
    case LIC_NODE_FILE: return line->kind == LIC_NODE_MONEY_TERM || line->kind == LIC_NODE_SPLIT;
    case LIC_NODE_MONEY_TERM: return is_clause(line);
    case LIC_NODE_SPLIT: return line->kind == LIC_NODE_SHARE;
    case LIC_NODE_LIFECYCLE: return line->kind == LIC_NODE_TRANSITION;
    case LIC_NODE_REPORT: return line->kind == LIC_NODE_REQUIRE;
    case LIC_NODE_ACTION:
    case LIC_NODE_THEN:
    case LIC_NODE_ELSE: return is_step(line);
    default: return false;
    }
}

static bool is_dropped(const lic_node *block, const lic_node *line)
{
    switch ((int)block->kind) {
    case LIC_NODE_FILE:
        return line->kind == LIC_NODE_MONEY_TERM || line->kind == LIC_NODE_ACTION ||
               line->kind == LIC_NODE_STATEMENT || line->kind == LIC_NODE_DELIVERABLE;
    case LIC_NODE_MONEY_TERM:
        return line->kind == LIC_NODE_LINES_WHERE ||
               (is_clause(line) && line->kind != LIC_NODE_AMOUNT);
    case LIC_NODE_ACTION:
        return is_step(line) || line->kind == LIC_NODE_LIMIT || line->kind == LIC_NODE_IN_STATES;
    case LIC_NODE_SPLIT: return false;
    case LIC_NODE_IF: return line->kind == LIC_NODE_ELSE;
    default: return is_ordered(block, line);
    }
}

/* With the next line of the block that has a place in the same order. */
static void order(const lic_spot *s)
{
    if (!is_ordered(s->parent, s->node)) return;
    bool file = s->parent->kind == LIC_NODE_FILE;
    uint32_t next = s->index + 1;
    while (file && next < s->parent->child_count &&
           !is_ordered(s->parent, s->parent->children[next]))
        next++;
    if (next >= s->parent->child_count || !is_ordered(s->parent, s->parent->children[next])) return;
    lic_change *change = lic_change_add(s, LIC_MUTATION_ORDER, s->parent->children[next]);
    change->other = next;
    change->other_node = s->node;
}

/* What is for people alone, or says how much may come. */
static bool is_left_alone(const lic_spot *s)
{
    switch ((int)s->node->kind) {
    case LIC_NODE_ABSENT:
    case LIC_NODE_HEADER_TEXT:
    case LIC_NODE_MONEY:
    case LIC_NODE_PAYMENTS:
    case LIC_NODE_PREVAILS:
    case LIC_NODE_PARTY:
    case LIC_NODE_USE:
    case LIC_NODE_ADVISORY: return true;
    case LIC_NODE_NUMBER: /* rows at most */
        return s->parent->kind == LIC_NODE_SCHEDULE || s->parent->kind == LIC_NODE_REGISTER;
    default: return false;
    }
}

static void visit(lic_changes *list, lic_node *parent, uint32_t index)
{
    const lic_spot s = {list, parent, parent->children[index], index};
    if (is_left_alone(&s)) return;
    if (parent->kind == LIC_NODE_FILE) list->block = s.node;
    parts_of_line(&s);
    for (uint32_t i = 0; i < s.node->child_count && s.node->kind != LIC_NODE_TYPE; i++)
        visit(list, s.node, i);
    if (parent->kind == LIC_NODE_FILE) list->block = NULL;
    order(&s);
    if (is_dropped(parent, s.node)) lic_change_add(&s, LIC_MUTATION_DROP, NULL);
}

void lic_list_changes(lic_changes *changes, lic_node *file)
{
    for (uint32_t i = 0; i < file->child_count; i++) visit(changes, file, i);
}
