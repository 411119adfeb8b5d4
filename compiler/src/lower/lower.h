/* lower/lower.h - what the files of this room share: the handlers that grow while the blocks of the agreement
 * are lowered in written order, and short names for making nodes. */
#ifndef LICET_LOWER_H
#define LICET_LOWER_H

#include "program.h"

typedef struct lic_handler {
    lic_node *node; /* HANDLER, or the ACTION that its steps go into */
    struct lic_handler *next;
} lic_handler;

/* A local name of the source and what stands for it in the handler that is being written. */
typedef struct lic_renamed {
    const lic_symbol *symbol;
    lic_node *value; /* copied wherever the name stands */
    struct lic_renamed *outer;
} lic_renamed;

/* A name that a handler uses, or that was asked for there. */
typedef struct lic_used_name {
    const lic_node *handler;
    lic_slice name;
    uint32_t number; /* the last that was tried behind it: name_2, name_3 ... */
    bool taken;
    struct lic_used_name *next;
} lic_used_name;

#define LIC_USED_NAMES 16384u /* chains of them */

typedef struct lowering {
    lic_compilation *c;
    const lic_program *p;
    lic_node *kernel; /* FILE that grows */
    lic_handler *handlers, *last_handler;

    /* where the code goes */
    lic_used_name **used; /* LIC_USED_NAMES chains */
    lic_handler *handler; /* names are unique in it */
    lic_node *out;        /* steps are added to this node */
    lic_renamed *renamed;
    const lic_symbol *row; /* scope of the term: rows variable, or NULL */
    const lic_node *line;  /* of the agreement, which the steps that are made stand for; or NULL */
    lic_slice clause_name, clause_anchor;
    const char *clause_label;
    lic_node *clause_in; /* where the present CLAUSE was written */

    /* the term */
    const lic_symbol *term;
    const lic_symbol *report; /* whose lines it folds over */
    lic_node *line_block;     /* where its line statements go, made when needed */
    lic_node *line_handler_node;
    const lic_node *filter;
    bool in_line, in_action;
    bool is_unsigned; /* can run before all have signed: the engine keeps no term yet */
    bool has_period;
    lic_span wake_at; /* the condition that is looked through */
    bool in_wake;     /* conditions are looked through for dates alone */
    lic_node *folds;  /* FOLD nodes done, with the tally reference as their last child */
    uint32_t fold_count;
    lic_node *tallies; /* references to set back at the end of the close */
} lowering;

/* lower/make.c */
lic_node *lic_make(lowering *l, lic_node_kind kind);
lic_node *lic_make_name(lowering *l, lic_slice name);
lic_node *lic_make_word(lowering *l, const char *word);
lic_node *lic_make_number(lowering *l, lic_i128 number);
lic_node *lic_make_date(lowering *l, lic_date date);
lic_node *lic_make_days(lowering *l, int days);
lic_node *lic_make_binary(lowering *l, const char *op, lic_node *left, lic_node *right);
lic_node *lic_make_choose(lowering *l, const char *which, lic_node *a, lic_node *b);
lic_node *lic_make_not(lowering *l, lic_node *a);
lic_node *lic_make_call(lowering *l, const char *name, lic_node *a, lic_node *b);
lic_node *lic_make_field(lowering *l, lic_node *base, lic_slice member);
lic_node *lic_make_of(lowering *l, lic_node *base, lic_node *row);
lic_node *lic_make_rounded(lowering *l, lic_node *value);
lic_node *lic_make_zero(lowering *l, const lic_meaning *type);
lic_node *lic_copy(lowering *l, const lic_node *node);

/* Steps, added to l->out. */
lic_node *lic_emit_let(lowering *l, const char *name,
                       lic_node *value); /* returns a reference to it */
void lic_emit_set(lowering *l, lic_node *target, lic_node *value);
void lic_emit_add(lowering *l, lic_node *value, lic_node *target);
void lic_emit_post(lowering *l, lic_node *value, lic_node *from, lic_node *to);
void lic_emit_oblige(lowering *l, lic_node *debtor, lic_node *creditor, lic_node *amount,
                     lic_node *due, uint32_t part);
void lic_emit_do(lowering *l, const char *native, lic_node *a, lic_node *b, lic_node *c);
void lic_emit_clause(lowering *l, lic_slice name, const char *label, lic_slice anchor);
/* Opens an IF in l->out; l->out becomes its THEN. The caller puts l->out back. */
lic_node *lic_emit_if(lowering *l, lic_node *condition);
lic_node *lic_emit_each(lowering *l,
                        const lic_symbol *scoped); /* EACH over the scope; l->out becomes it */
lic_handler *lic_handler_of(lowering *l, const char *kind, lic_slice subject,
                            const lic_symbol *from);
void lic_enter_handler(lowering *l, lic_handler *handler);
lic_slice lic_unique_name(lowering *l, const char *base, size_t size);

/* lower/value.c: expressions */
lic_node *lic_lower_value(lowering *l, const lic_node *node);
lic_node *lic_row_result(lowering *l, const lic_symbol *term, lic_slice member, lic_node *row);
lic_node *lic_due_date(lowering *l, const lic_node *within);
void lic_rename(lowering *l, const lic_symbol *symbol, lic_node *value);
lic_node *lic_renamed_value(lowering *l, const lic_symbol *symbol);
lic_node *lic_account_of(lowering *l,
                         const lic_node *account); /* a reference to an account, lowered */

/* lower/fold.c */
lic_node *lic_lower_fold(lowering *l, const lic_node *node);
lic_node *lic_lower_otherwise(lowering *l, const lic_node *node);
/* Folds over schedules below `node`, before anything else of the term. */
void lic_hoist_folds(lowering *l, const lic_node *node);
void lic_lower_line(lowering *l, const lic_node *line);
void lic_declare_tally(lowering *l, lic_slice name, const lic_meaning *type,
                       const lic_symbol *scoped);
lic_node *lic_tally_reference(lowering *l, lic_slice name, lic_node *row);

/* lower/term.c, lower/split.c, lower/step.c, lower/life.c */
void lic_lower_term(lowering *l, const lic_symbol *term);
void lic_lower_carried(lowering *l, const lic_symbol *term);
void lic_lower_split(lowering *l, const lic_node *split);
void lic_lower_splits_of(lowering *l,
                         const lic_symbol *term); /* of a term with `once`, in l->out */
void lic_share_out(lowering *l, const lic_node *split, lic_node *account);
void lic_lower_starts(lowering *l, const lic_symbol *symbol);
void lic_lower_ending(lowering *l);
void lic_lower_step(lowering *l, const lic_node *step);
void lic_lower_action(lowering *l, const lic_symbol *action);
void lic_lower_lifecycle(lowering *l);
bool lic_in_unsigned(const lowering *l, const lic_node *states); /* can be before all have signed */
/* lower/dates.c: closes read facts and counters as of the end of their period; before the resets */
void lic_lower_dates(lowering *l);
bool lic_is_close(const lic_node *handler); /* settles a period: report, statement, `every` */
void lic_lower_resets(lowering *l);
/* Runs when `payer` has paid a duty into the account: begins with the posting of what was paid. */
lic_handler *lic_payment_handler(lowering *l, const lic_symbol *account, const lic_symbol *payer,
                                 lic_slice anchor);
uint64_t lic_payers_into(const lowering *l, const lic_symbol *account); /* a set of parties */
const lic_symbol *lic_trigger_symbol(const lowering *l, const lic_node *word);

#endif
