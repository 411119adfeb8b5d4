/* analyse.h - what names.c and the room types share: the state of one walk over a tree. */
#ifndef LICET_ANALYSE_H
#define LICET_ANALYSE_H

#include "program.h"

typedef struct lic_local {
    lic_symbol *symbol;
    struct lic_local *outer, *alike; /* alike: the next one whose name hashes like this one's */
} lic_local;

#define LIC_LOCALS 1024u /* chains of local names */

/* The range of a counter before a condition narrowed it. */
typedef struct lic_narrowed {
    lic_symbol *symbol;
    lic_i128 low, high;
    struct lic_narrowed *outer;
} lic_narrowed;

/* A fact whose date is set wherever the walk is. */
typedef struct lic_known {
    const lic_symbol *fact;
    struct lic_known *outer;
} lic_known;

typedef struct typer {
    lic_compilation *c;
    lic_program *s;
    bool kernel;
    const lic_node *module; /* the `use` whose names are being declared, or NULL */

    /* where the walk is */
    lic_local *locals; /* innermost first */
    lic_local **named; /* the same, by name: LIC_LOCALS chains, innermost first */
    lic_narrowed *narrowed;
    lic_known *known;
    lic_symbol *report;  /* whose lines the term folds over, or NULL */
    lic_symbol *line_of; /* columns of this report or schedule may be named bare */
    lic_symbol *term;    /* money term being typed */
    bool has_period;     /* `period` has a meaning here */
    bool in_fold;
    bool has_alternative;        /* the left side of `otherwise`: a fold may find nothing */
    bool constant_only;          /* bounds, static rows: only what is known when compiled */
    bool judging;                /* `require` and `value` of a report */
    bool has_caller;             /* an action: `caller` is the party that acts */
    const lic_symbol *paid_into; /* kernel: `paid` is what was paid into this account */
    int depth;
    bool too_deep;     /* said once */
    lic_node *subject; /* a name that may stand here for what has no value: the first argument
                              * of a function of kernels, the register behind `in` */
    lic_local *phase;  /* the names that all phases of the handler or action know */
    lic_node *handler; /* kernel: the handler being typed */
    bool in_rows;      /* kernel: inside `for each` */
    int depth_of_steps;
} typer;

void lic_symbol_list_add(lic_compilation *compilation, lic_symbol_list *list, lic_symbol *symbol);
uint8_t lic_currency_index(typer *t, const lic_node *at, lic_slice code);

/* names.c */
bool lic_declare(typer *t); /* false: too large to look at */

/* types/type.c */
/* The meaning of a TYPE node; `symbol` gets bounds and children rules and may be NULL. */
lic_meaning lic_type_of_node(typer *t, lic_node *node, lic_symbol *symbol);
lic_meaning lic_unit_of(typer *t, const lic_node *unit, bool of_price); /* ERROR: reported */
bool lic_constant_as(typer *t, lic_node *node, const lic_meaning *type, lic_i128 *value);
bool lic_is_number(const lic_meaning *m); /* money, count, rate, price or date */
/* The constant set of a grant's territory or a library set; false when it has none. */
bool lic_symbol_territories(typer *t, lic_symbol *symbol, uint8_t set[32]);

/* types/header.c */
void lic_type_header(typer *t);

/* types/attribute.c: children from `from` on */
const lic_node *lic_attribute(const lic_node *node, const char *name); /* NULL: it has none */
void lic_type_attributes(typer *t, lic_node *node, uint32_t from, lic_symbol *symbol);

/* types/tiers.c */
void lic_type_tiers_block(typer *t, lic_symbol *tiers);

/* types/decl.c */
void lic_type_declarations(typer *t);
lic_symbol *lic_row_variable(typer *t, lic_node *each, lic_slice name, lic_symbol *table,
                             bool is_scoped);

/* types/types.c: expressions */
/* Never NULL. `expected` gives enumeration words, territory codes and states their meaning; may be NULL. */
lic_meaning *lic_type_expression(typer *t, lic_node *node, const lic_meaning *expected);
/* What a node means, kept in it; `wrong` when a mistake was reported. */
lic_meaning *lic_meaning_keep(typer *t, lic_node *node, lic_meaning m);
lic_meaning *lic_meaning_wrong(typer *t, lic_node *node);
/* The same, and it must be of `sort`. */
lic_meaning *lic_type_as(typer *t, lic_node *node, lic_sort sort, const char *what);
bool lic_same_type(const lic_meaning *a, const lic_meaning *b);
lic_meaning lic_meaning_of(lic_sort sort);
lic_symbol *lic_bind(typer *t, lic_node *node,
                     uint8_t kind); /* NAME_REF to a symbol of a kind, reported */
void lic_local_add(typer *t, lic_node *node, lic_slice name, const lic_meaning *meaning,
                   uint8_t kind);
bool lic_has_no_value(const lic_symbol *symbol); /* a report, a term ...: named, never read */
lic_symbol *lic_local_find(const typer *t, lic_slice name);
void lic_local_enter(typer *t, lic_symbol *symbol);
void lic_locals_leave(typer *t, lic_local *outer); /* back to the names that were known before */
void lic_report_unknown(typer *t, const lic_node *node);
void lic_check_range(typer *t, const lic_node *node, lic_meaning *m);
bool lic_refuse_judging(typer *t, const lic_node *node); /* true: reported */
bool lic_money_like(const lic_meaning *m);

/* types/rows.c */
void lic_type_rows(typer *t, lic_symbol *schedule);

/* types/math.c */
/* Reports a text that `symbol` can never hold. */
/* Of a counter that never falls, to which a value is added, or which is set to it. */
void lic_never_falls(typer *t, const lic_node *value, const lic_symbol *counter, bool added);
void lic_check_text(typer *t, const lic_node *text, const lic_symbol *symbol);
lic_meaning *lic_type_binary(typer *t, lic_node *node);
lic_meaning *lic_type_boundary(typer *t, lic_node *node);
lic_meaning *lic_type_either(typer *t, lic_node *node, lic_node *left, lic_node *right);
lic_meaning *lic_type_choose(typer *t, lic_node *node);
lic_meaning *lic_type_product(typer *t, lic_node *node, lic_node *left, lic_node *right);
lic_meaning *lic_type_logic(typer *t, lic_node *node);

/* types/ref.c: members, `of`, folds, tiers */
lic_meaning *lic_type_field(typer *t, lic_node *node);
lic_meaning *lic_type_row_value(typer *t, lic_node *node);
bool lic_one_trigger(typer *t, const lic_node *node); /* false: reported */
lic_meaning *lic_type_fold(typer *t, lic_node *node);
lic_meaning *lic_type_through(typer *t, lic_node *node);

/* types/grant.c */
void lic_type_grant(typer *t, lic_symbol *grant);

/* types/body.c: terms, splits, reports, actions, lifecycle, handlers */
void lic_type_bodies(typer *t);
/* types/step.c, types/life.c */
void lic_type_step(typer *t, lic_node *node);
void lic_type_sentence(typer *t, lic_node *pays);
void lic_narrow_by(typer *t, const lic_node *condition); /* `Trailers < 3` holds from here on */
void lic_widen(typer *t, const lic_narrowed *mark);
void lic_type_action(typer *t, lic_symbol *action);
void lic_type_lifecycle(typer *t, lic_node *lifecycle);
void lic_type_handler(typer *t, lic_node *node);
void lic_type_steps(typer *t, lic_node *block, uint32_t from);
void lic_type_share_lines(typer *t, lic_node *node, uint32_t from, const lic_symbol *account);
void lic_type_kernel_step(typer *t, lic_node *node); /* types/kernel.c */
lic_symbol *lic_account_reference(typer *t, lic_node *node);

/* types/money.c */
lic_meaning *lic_type_payable(typer *t, lic_node *node); /* money that is rounded to ledger units */
void lic_rounded_range(const typer *t, const lic_meaning *exact, lic_meaning *rounded);

/* types/dates.c; `within` may be NULL */
void lic_type_within(typer *t, lic_node *within);   /* of a duty: any date */
void lic_type_deadline(typer *t, lic_node *within); /* a time behind the end of the period */
/* Of a part; `trigger` is NULL for one that is due with the signature. */
void lic_type_part_date(typer *t, lic_node *within, const lic_symbol *trigger);
void lic_know_fact(typer *t, const lic_symbol *fact);
bool lic_may_be_unset(const typer *t,
                      const lic_node *expression);        /* reads a date that may not be set */
void lic_know_facts(typer *t, const lic_node *condition); /* that hold: their facts are set */

/* check/range.c: saturated arithmetic on ranges */
void lic_range_add(lic_meaning *r, const lic_meaning *a, const lic_meaning *b);
void lic_range_sub(lic_meaning *r, const lic_meaning *a, const lic_meaning *b);
void lic_range_mul(lic_meaning *r, const lic_meaning *a, const lic_meaning *b);
lic_i128 lic_saturated_mul(lic_i128 a, lic_i128 b);
lic_i128 lic_saturated_add(lic_i128 a, lic_i128 b);
lic_i128 lic_rescale(lic_i128 value, unsigned from, unsigned to); /* to >= from; saturated */
void lic_range_sort(lic_meaning *m);                              /* the widest range of its sort */

#endif
