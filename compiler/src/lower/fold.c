/* lower/fold.c - folds. A fold over lines becomes a tally: each line adds to it, the close reads it and
 * sets it back. A fold over a schedule that does not read the line runs once, before the first line. */
#include "lower/lower.h"

void lic_declare_tally(lowering *l, lic_slice name, const lic_meaning *type,
                       const lic_symbol *scoped)
{
    lic_node *tally = lic_make(l, LIC_NODE_TALLY), *type_node = lic_make(l, LIC_NODE_TYPE);
    tally->name = name;
    lic_node_add(l->c, tally, type_node);
    static const char *const names[LIC_SORTS] = {
        [LIC_SORT_MONEY] = "money",
        [LIC_SORT_EXACT] = "exact",
        [LIC_SORT_DATE] = "date",
        [LIC_SORT_SET] = "territory_set",
    };
    type_node->name = lic_slice_text(names[type->sort] ? names[type->sort] : "count");
    if (lic_is_wide(type)) {
        lic_node *code = lic_make(l, LIC_NODE_CODE);
        code->name = l->p->currencies[type->currency].code;
        lic_node_add(l->c, type_node, code);
    }
    if (scoped) {
        lic_node *each = lic_make(l, LIC_NODE_FOR_EACH);
        each->name = scoped->variable;
        lic_node_add(l->c, each,
                     scoped->scope ? lic_make_name(l, scoped->scope->name)
                                   : lic_make_word(l, "Parties"));
        lic_node_add(l->c, tally, each);
    } else {
        lic_node_add(l->c, tally, lic_make(l, LIC_NODE_ABSENT));
    }
    if (type->sort == LIC_SORT_EXACT) {
        lic_node *scale = lic_make(l, LIC_NODE_ATTRIBUTE);
        scale->name = lic_slice_text("scale");
        scale->number = type->scale;
        lic_node_add(l->c, tally, scale);
    }
    lic_node_add(l->c, l->kernel, tally);
}

/* `Streams.sum_value [of row]` from the tally's dotted name. */
lic_node *lic_tally_reference(lowering *l, lic_slice name, lic_node *row)
{
    size_t dot = 0;
    while (dot < name.size && name.data[dot] != '.') dot++;
    lic_node *field = lic_make_field(l, lic_make_name(l, lic_slice_of(name.data, dot)),
                                     lic_slice_of(name.data + dot + 1, name.size - dot - 1));
    return row ? lic_make_of(l, field, row) : field;
}

/* The column of a line that names its row of the term's scope. */
static lic_node *line_row(lowering *l)
{
    const lic_symbol *found = NULL;
    for (const lic_symbol *m = l->report->members; m; m = m->next_member) {
        if (m->kind != LIC_SYMBOL_COLUMN || m->meaning.sort != LIC_SORT_ROW ||
            m->meaning.table != l->term->scope)
            continue;
        if (!found || lic_slice_equal(m->name, l->term->variable)) found = m;
    }
    if (found) return lic_make_name(l, found->name);
    lic_diagnostic *d = lic_diag(l->c, "T02", l->term->span, NULL,
                                 "no column of the report says which %.*s a line belongs to",
                                 LIC_S(l->term->variable));
    lic_diag_place(l->c, d, l->report->span, "the report");
    return lic_make_name(l, l->term->variable);
}

/* Where the term's line statements go: behind its filter in the report's line handler. */
static void enter_lines(lowering *l)
{
    lic_handler *lines = lic_handler_of(l, "line", l->report->name, NULL);
    l->handler = lines;
    if (!l->line_block) {
        l->out = lines->node;
        const lic_node *line = l->line;
        l->line = l->filter ? l->filter : line;
        lic_emit_clause(l, l->term->name, "lines", l->term->node->anchor);
        if (l->filter) {
            lic_node *where = lic_lower_value(l, l->filter->children[0]);
            lic_emit_if(l, where);
        }
        l->line = line;
        l->line_block = l->out;
    }
    l->out = l->line_block;
}

typedef struct place {
    lic_handler *handler;
    lic_node *out;
    lic_renamed *renamed;
    bool in_line;
} place;

static place to_lines(lowering *l)
{
    place was = {l->handler, l->out, l->renamed, l->in_line};
    l->in_line = true;
    if (l->row) lic_rename(l, l->row, line_row(l));
    enter_lines(l);
    return was;
}

/* Names given to line values stay: they are only read in lines. */
static void back(lowering *l, place was, bool keep_names)
{
    l->handler = was.handler;
    l->out = was.out;
    l->in_line = was.in_line;
    if (!keep_names) l->renamed = was.renamed;
}

void lic_lower_line(lowering *l, const lic_node *line)
{
    l->line = line;
    place was = to_lines(l);
    lic_emit_clause(l, l->term->name, "line",
                    line->anchor.size ? line->anchor : l->term->node->anchor);
    lic_node *value = lic_lower_value(l, line->children[0]);
    char *name = lic_text(l->c, "%.*s", LIC_S(line->name));
    lic_node *reference = lic_emit_let(l, name, value);
    if (l->row) l->renamed = was.renamed; /* the row variable means the row again */
    lic_rename(l, line->symbol, reference);
    back(l, was, true);
}

/* From the reference to a fold's tally to that of the one beside it. */
static lic_node *any_of(lowering *l, const lic_node *reference)
{
    lic_node *copy = lic_copy(l, reference);
    lic_node *field = copy->kind == LIC_NODE_OF ? copy->children[0] : copy;
    field->name = lic_slice_text(lic_text(l->c, "%.*s_any", LIC_S(field->name)));
    return copy;
}

static lic_node *fold_done(const lowering *l, const lic_node *fold)
{
    for (uint32_t i = 0; i < l->folds->child_count; i += 2)
        if (lic_tree_equal(l->folds->children[i], fold)) return l->folds->children[i + 1];
    return NULL;
}

static bool tally_taken(const lowering *l, const char *name)
{
    for (uint32_t i = 0; i < l->kernel->child_count; i++)
        if (l->kernel->children[i]->kind == LIC_NODE_TALLY &&
            lic_slice_is(l->kernel->children[i]->name, name))
            return true;
    return false;
}

static lic_slice tally_name(lowering *l, const lic_node *fold)
{
    const lic_node *body = fold->children[0];
    lic_slice base = lic_slice_text("value");
    if (body->kind == LIC_NODE_NAME_REF || body->kind == LIC_NODE_FIELD) base = body->name;
    lic_slice owner = l->term ? l->term->name : l->clause_name;
    char *name = lic_text(l->c, "%.*s.%.*s_%.*s", LIC_S(owner), LIC_S(fold->name), LIC_S(base));
    for (uint32_t n = 2;; n++) {
        if (!tally_taken(l, name) && !tally_taken(l, lic_text(l->c, "%s_any", name)))
            return lic_slice_text(name);
        name = lic_text(l->c, "%.*s.%.*s_%.*s_%u", LIC_S(owner), LIC_S(fold->name), LIC_S(base), n);
    }
}

/* The tally beside that of a `latest of` or `earliest of` which is 1 when there was anything to fold. */
static lic_slice any_name(lowering *l, lic_slice name)
{
    return lic_slice_text(lic_text(l->c, "%.*s_any", LIC_S(name)));
}

static void declare_any(lowering *l, lic_slice name, const lic_symbol *scoped)
{
    lic_meaning count = {.sort = LIC_SORT_COUNT};
    lic_declare_tally(l, any_name(l, name), &count, scoped);
}

/* The first value is taken as it is, others when they are greater or less. */
static void fold_extreme(lowering *l, const lic_node *fold, lic_slice name, lic_node *row,
                         lic_node *value)
{
    lic_node *outer = l->out, *tally = lic_tally_reference(l, name, row),
             *any = lic_tally_reference(l, any_name(l, name), row ? lic_copy(l, row) : NULL);
    if (value->kind != LIC_NODE_NAME_REF) value = lic_emit_let(l, "candidate", value);
    lic_emit_if(l, lic_make_binary(l, "=", any, lic_make_number(l, 0)));
    lic_emit_set(l, lic_copy(l, tally), lic_copy(l, value));
    lic_emit_set(l, lic_copy(l, any), lic_make_number(l, 1));
    l->out = outer;
    lic_emit_set(l, lic_copy(l, tally),
                 lic_make_choose(l, lic_named(fold, "latest") ? "greater" : "lesser", tally,
                                 lic_copy(l, value)));
}

static lic_node *fold_lines(lowering *l, const lic_node *fold)
{
    lic_node *done = fold_done(l, fold);
    if (done) return lic_copy(l, done);
    lic_slice name = tally_name(l, fold);
    bool sum = lic_named(fold, "sum");
    lic_declare_tally(l, name, fold->meaning, l->row ? l->term : NULL);
    if (!sum) declare_any(l, name, l->row ? l->term : NULL);
    place was = to_lines(l);
    lic_emit_clause(l, l->term->name, l->clause_label, l->clause_anchor);
    lic_node *condition = lic_child(fold, 1) ? lic_lower_value(l, fold->children[1]) : NULL;
    if (condition) lic_emit_if(l, condition);
    lic_node *row = l->row ? lic_renamed_value(l, l->row) : NULL;
    lic_node *value = lic_lower_value(l, fold->children[0]);
    if (sum) lic_emit_add(l, value, lic_tally_reference(l, name, row));
    else fold_extreme(l, fold, name, row, value);
    back(l, was, false);
    lic_node *reference = lic_tally_reference(l, name,
                                              l->row ? lic_renamed_value(l, l->row) : NULL);
    lic_node_add(l->c, l->folds, lic_copy(l, fold));
    lic_node_add(l->c, l->folds, reference);
    lic_node *back_to_zero = sum ? lic_copy(l, reference) : any_of(l, reference);
    lic_node_add(l->c, l->tallies, back_to_zero);
    lic_node_add(l->c, l->tallies, sum ? lic_make_zero(l, fold->meaning) : lic_make_number(l, 0));
    return lic_copy(l, reference);
}

/* -- over the rows of a schedule -------------------------------------------------------------------------- */

static lic_node *hoisted_start(lowering *l, const lic_node *fold)
{
    if (lic_named(fold, "earliest")) {
        if (fold->meaning->sort == LIC_SORT_DATE) return lic_make_date(l, LIC_DATE_MAX);
        return lic_make_number(l, INT64_MAX);
    }
    if (lic_named(fold, "latest") && fold->meaning->sort == LIC_SORT_DATE)
        return lic_make_date(l, 0);
    return lic_make_zero(l, fold->meaning);
}

/* Bare column names of the schedule become fields of the row variable. */
static lic_node *of_row(lowering *l, const lic_node *node, const lic_symbol *schedule,
                        lic_slice variable)
{
    bool own = node->symbol && node->symbol->kind == LIC_SYMBOL_COLUMN &&
               node->symbol->owner == schedule;
    bool bare = node->kind == LIC_NODE_NAME_REF;
    bool whole = node->kind == LIC_NODE_FIELD && node->children[0]->kind == LIC_NODE_NAME_REF &&
                 node->children[0]->symbol == schedule;
    bool local = bare && node->symbol && node->symbol->kind == LIC_SYMBOL_LOCAL &&
                 node->symbol->node->kind != LIC_NODE_PARAMETER;
    if (local) {
        lic_diagnostic *d = lic_diag(l->c, "T02", node->span, NULL,
                                     "`%.*s` is not known to a fold over rows, which runs first",
                                     LIC_S(node->name));
        lic_diag_help(l->c, d, "write what it stands for in its place");
    }
    if (own && (bare || whole)) return lic_make_field(l, lic_make_name(l, variable), node->name);
    if (bare || node->kind == LIC_NODE_FOLD) return lic_lower_value(l, node);
    lic_node *copy = lic_copy(l, node);
    for (uint32_t i = 0; i < node->child_count; i++)
        copy->children[i] = of_row(l, node->children[i], schedule, variable);
    return copy;
}

/* A fold is cited as a part of the amount, wherever it stands in the term. */
static void hoisted_clause(lowering *l)
{
    const lic_node *line = l->line,
                   *amount = l->term ? lic_child_of(l->term->node, LIC_NODE_AMOUNT, 0) : NULL;
    if (amount) l->line = amount;
    lic_emit_clause(l, l->term ? l->term->name : l->clause_name,
                    l->clause_label ? l->clause_label : "fold", l->clause_anchor);
    l->line = line;
}

/* `alternative`: whether there was a row is kept beside the value. */
static lic_node *fold_schedule(lowering *l, const lic_node *fold, bool alternative)
{
    lic_node *key = lic_copy(l, fold);
    if (alternative) {
        key = lic_make(l, LIC_NODE_NOT);
        lic_node_add(l->c, key, lic_copy(l, fold));
    }
    lic_node *done = fold_done(l, key);
    if (done) return lic_copy(l, done);
    const lic_symbol *schedule = fold->children[0]->symbol->owner;
    lic_slice name = tally_name(l, fold);
    lic_declare_tally(l, name, fold->meaning, NULL);
    if (alternative) declare_any(l, name, NULL);
    lic_handler *was_handler = l->handler;
    lic_node *was_out = l->out;
    /* In lines it runs before the first of them; elsewhere right here, at the top of the handler. */
    if (l->report) lic_enter_handler(l, lic_handler_of(l, "start", l->report->name, NULL));
    else l->out = l->handler->node;
    hoisted_clause(l);
    lic_emit_set(l, lic_tally_reference(l, alternative ? any_name(l, name) : name, NULL),
                 alternative ? lic_make_number(l, 0) : hoisted_start(l, fold));
    lic_symbol scoped = {.scope = fold->children[0]->symbol->owner,
                         .variable = lic_slice_text("row")};
    lic_node *each = lic_emit_each(l, &scoped);
    hoisted_clause(l);
    if (lic_child(fold, 1)) lic_emit_if(l, of_row(l, fold->children[1], schedule, each->name));
    lic_node *value = of_row(l, fold->children[0], schedule, each->name);
    lic_node *tally = lic_tally_reference(l, name, NULL);
    if (alternative) fold_extreme(l, fold, name, NULL, value);
    else if (lic_named(fold, "sum") || lic_named(fold, "all")) lic_emit_add(l, value, tally);
    else
        lic_emit_set(l, tally,
                     lic_make_choose(l, lic_named(fold, "latest") ? "greater" : "lesser",
                                     lic_copy(l, tally), value));
    l->handler = was_handler;
    l->out = was_out;
    lic_node_add(l->c, l->folds, key);
    lic_node_add(l->c, l->folds, lic_tally_reference(l, name, NULL));
    return lic_tally_reference(l, name, NULL);
}

static bool is_over_schedule(const lic_node *fold)
{
    const lic_node *body = fold->children[0];
    return body->kind == LIC_NODE_FIELD && body->symbol &&
           body->symbol->kind == LIC_SYMBOL_COLUMN &&
           body->symbol->owner->kind == LIC_SYMBOL_SCHEDULE &&
           body->children[0]->kind == LIC_NODE_NAME_REF &&
           body->children[0]->symbol == body->symbol->owner;
}

static lic_node *lower_fold(lowering *l, const lic_node *fold, bool alternative)
{
    if (!is_over_schedule(fold)) return fold_lines(l, fold);
    if (!l->report && !l->term && !l->in_action) {
        lic_diag(l->c, "S0", fold->span, NULL,
                 "a fold over a schedule in a condition of the lifecycle is known but not executed "
                 "yet");
        return lic_make_number(l, 0);
    }
    return fold_schedule(l, fold, alternative);
}

void lic_hoist_folds(lowering *l, const lic_node *node)
{
    bool constant = node->meaning && node->meaning->is_constant;
    if (node->kind == LIC_NODE_BINARY && lic_named(node, "otherwise") &&
        node->children[0]->kind == LIC_NODE_FOLD && is_over_schedule(node->children[0])) {
        (void)lower_fold(l, node->children[0], true);
        lic_hoist_folds(l, node->children[1]);
        return;
    }
    if (node->kind == LIC_NODE_FOLD && !constant && is_over_schedule(node))
        (void)lic_lower_fold(l, node);
    for (uint32_t i = 0; i < node->child_count; i++) lic_hoist_folds(l, node->children[i]);
}

lic_node *lic_lower_fold(lowering *l, const lic_node *fold)
{
    return lower_fold(l, fold, false);
}

/* `X otherwise E`: X when the fact is set, or when there was anything to fold. */
lic_node *lic_lower_otherwise(lowering *l, const lic_node *node)
{
    const lic_node *left = node->children[0];
    lic_node *value, *condition;
    if (left->kind == LIC_NODE_FOLD) {
        value = lower_fold(l, left, true);
        if (value->kind == LIC_NODE_NUMBER) return value; /* refused */
        condition = lic_make_binary(l, "=", any_of(l, value), lic_make_number(l, 1));
    } else {
        value = lic_lower_value(l, left);
        condition = lic_make_binary(l, ">",
                                    lic_make_call(l, "set_on", lic_make_name(l, left->name), NULL),
                                    lic_make_date(l, 0));
    }
    condition->flags |= LIC_FLAG_PAREN;
    lic_node *chosen = lic_make_call(l, "chosen", condition, value);
    lic_node_add(l->c, chosen, lic_lower_value(l, node->children[1]));
    return chosen;
}
