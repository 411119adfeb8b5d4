/* program.h - what names and expressions mean: made by lic_analyse, read by the
 * checks, by lowering and by code generation.
 *
 * A symbol is one declared name. A meaning is the type of an expression with what is known about its
 * value: constant or not, the range it can lie in, and the divisor that a later rounding applies. */
#ifndef LICET_PROGRAM_H
#define LICET_PROGRAM_H

#include "passes.h"

typedef struct lic_symbol lic_symbol;
typedef struct lic_meaning lic_meaning;

typedef enum lic_sort {
    LIC_SORT_ERROR = 0, /* already reported; agrees with everything */
    LIC_SORT_BOOL,
    LIC_SORT_COUNT,
    LIC_SORT_DATE,
    LIC_SORT_RATE,
    LIC_SORT_PRICE,
    LIC_SORT_ROW,   /* of `table` */
    LIC_SORT_PARTY, /* a row of parties */
    LIC_SORT_ENUM,  /* of enumeration `values` */
    LIC_SORT_TERRITORY,
    LIC_SORT_TEXT,
    LIC_SORT_HASH,
    LIC_SORT_MONEY,
    LIC_SORT_EXACT,
    LIC_SORT_SET,   /* of territories */
    LIC_SORT_WORDS, /* {a, b}: enumeration values or parties, for `in` alone */
    LIC_SORT_DURATION,
    LIC_SORT_STATE,
    LIC_SORT_TIERS,   /* a tiers column or block: `tiers` */
    LIC_SORT_SHARES,  /* a shares column */
    LIC_SORT_ACCOUNT, /* an implicit account: opening, recouped, written_off */
    LIC_SORT_IGNORED,
    LIC_SORTS
} lic_sort;

/* A list of words, equal lists are one enumeration. */
typedef struct lic_values {
    lic_slice *words;
    uint32_t count, index;
    struct lic_values *next;
} lic_values;

struct lic_meaning {
    uint8_t sort;     /* lic_sort */
    uint8_t currency; /* index in program.currencies */
    uint8_t scale;    /* RATE, PRICE, EXACT; MONEY: the ledger unit's */
    uint8_t unit;     /* PRICE: 0 per count, n + 1 per currency n */
    bool is_constant;
    bool is_literal; /* of EXACT, RATE: written in the text, takes any larger scale without loss */
    bool is_bounded; /* low and high follow from declared bounds alone */
    bool is_party_scope; /* row variable of `for each payee` without `in` */
    uint16_t
        width; /* TEXT, DIGITS: bytes; IDENTIFIER: kind; COUNT: LIC_WIDTH_YEAR; DATE: months of the
                          * period that the day stands for, or 0 */
    lic_symbol *table;  /* ROW: schedule or register; TIERS, SHARES: the column or tiers symbol */
    lic_values *values; /* ENUM */
    lic_i128 value;     /* when constant: in the type's own unit; DURATION: days, see months */
    int32_t months;     /* DURATION */
    uint8_t set[32];    /* SET, when constant */
    lic_i128 low, high; /* range of the value, saturated */
    lic_i128 divisor;   /* the value is (this) / (divisor * dynamic); 1 = none */
    const lic_node *dynamic; /* a count expression, or NULL */
};

enum { LIC_MEMBER_EARNED = 1, LIC_MEMBER_TOPUP = 2, LIC_MEMBER_RECOUPED = 4, LIC_MEMBER_NET = 8 };

typedef enum lic_symbol_kind {
    LIC_SYMBOL_PARTY,
    LIC_SYMBOL_SCHEDULE,
    LIC_SYMBOL_REGISTER,
    LIC_SYMBOL_REPORT,
    LIC_SYMBOL_TIERS,
    LIC_SYMBOL_ACCOUNT,
    LIC_SYMBOL_COUNTER,
    LIC_SYMBOL_FACT,
    LIC_SYMBOL_GIVEN,
    LIC_SYMBOL_TALLY,
    LIC_SYMBOL_GRANT,
    LIC_SYMBOL_TERM,
    LIC_SYMBOL_STATEMENT,
    LIC_SYMBOL_ACTION,
    LIC_SYMBOL_DELIVERABLE,
    LIC_SYMBOL_SET, /* of a module: territories */
    LIC_SYMBOL_COLUMN,
    LIC_SYMBOL_VALUE,
    LIC_SYMBOL_STATE,
    LIC_SYMBOL_LOCAL,
    LIC_SYMBOL_ROW_VARIABLE,
    LIC_SYMBOL_ENGINE /* self's engine fields and implicit accounts, kernel and terms */
} lic_symbol_kind;

/* How a text is read, and the bounds of the value: attributes of a column, parameter, fact, given. */
typedef struct lic_bounds {
    bool has_max, has_min, has_empty, integer_units;
    uint8_t unit_scale;
    lic_i128 min, max, empty; /* in the type's unit */
} lic_bounds;

struct lic_symbol {
    uint8_t kind; /* lic_symbol_kind */
    lic_slice name;
    lic_node *node; /* its declaration */
    lic_span span;  /* of the name, for diagnostics */
    bool from_module;
    uint32_t index;      /* number within its kind, in order of declaration */
    uint32_t uses;       /* references, for S12 */
    uint32_t writes;     /* set, add, post, fact */
    lic_meaning meaning; /* type of the value */
    lic_bounds bounds;
    lic_symbol *owner;  /* COLUMN, VALUE: schedule, register or report */
    lic_symbol *scope;  /* ACCOUNT, COUNTER, TALLY, TERM: `for each` table; NULL: the agreement */
    lic_slice variable; /* of the scope */
    bool is_scoped;     /* has a `for each`; scope NULL then means parties */
    lic_symbol *members, *last_member, *next_member; /* columns and values, in order */
    lic_symbol **member_buckets, *next_alike;        /* the same by name; NULL without members */
    lic_symbol *key;                                 /* SCHEDULE, REGISTER */
    uint32_t rows;                                   /* SCHEDULE: rows in the file */
    uint32_t max_rows;
    uint8_t walk; /* SCHEDULE, REGISTER: how far check/tables.c has come */
    bool is_key, is_unique;
    /* tiers columns and blocks */
    bool whole;
    lic_meaning unit; /* of the edges */
    uint32_t min_children, max_children;
    bool is_tiers, is_shares;
    uint32_t year_members; /* TERM: LIC_MEMBER bits that other clauses read by year */
    uint32_t row_members;  /* and those that they read of a row, in the same entry */
    bool reads_open;       /* TERM: `open`, `paid`, parts: duties are asked for by term */
    bool is_credited;      /* TERM: `credit X against` it */
    bool has_within;       /* COLUMN `territory in X`: */
    uint8_t within[32];
    bool is_asked;                      /* GRANT: its territories are being worked out */
    uint8_t form;                       /* lic_form: how its text is read */
    lic_symbol *setter;                 /* FACT */
    uint8_t rule;                       /* FACT, COUNTER: lic_bound.rule */
    lic_node *starts, *at_end, *resets; /* attributes, or NULL */
    bool is_dated;   /* FACT, COUNTER: read as of a date; in a kernel its earlier values are kept */
    bool is_settled; /* COUNTER that begins anew: closes alone change it, and set it back */
    lic_symbol *amount_symbol, *earned_symbol; /* TERM: the names that its later clauses use */
    bool is_line;                              /* LOCAL: a value of each line */
    bool may_be_unset; /* LOCAL: it was read from a date that may not have been set */
    uint8_t sign;      /* LOCAL: for check/step.c: 0 not known yet, 1 never negative, 2 may be */
    /* filled in by code generation */
    uint16_t table_number, field_number, image_index;
    uint16_t holders;     /* COLUMN of a register that is unique: the table of who holds a value */
    int32_t value_number; /* LOCAL: the value in the present phase */
    lic_symbol *next;     /* hash chain of the namespace */
};

typedef struct lic_symbol_list {
    lic_symbol **items;
    size_t count, capacity;
} lic_symbol_list;

#define LIC_WIDTH_YEAR 366 /* meaning.width of a count that is the number of a year */
#define LIC_CURRENCIES_MAX 16
#define LIC_BUCKETS 4096u /* of the namespace */
#define LIC_PARTIES_MAX 64
#define LIC_STATES_MAX 64

struct lic_program {
    lic_compilation *compilation;
    lic_node *file;
    bool is_kernel;
    lic_symbol_list all;    /* every declared name, in order */
    lic_symbol_list states; /* initial, states, finals, in order */
    lic_symbol_list parties;
    lic_symbol *buckets[LIC_BUCKETS];
    uint32_t kind_counts[LIC_SYMBOL_ENGINE + 1];
    lic_values *enumerations, *last_enumeration;
    uint32_t enumeration_count;
    struct {
        lic_slice code;
        unsigned minor;
    } currencies[LIC_CURRENCIES_MAX];
    uint32_t currency_count; /* [0] is the header's */
    uint8_t unit_scale;
    /* header */
    lic_node *lifecycle, *rounding, *term, *money;
    lic_rounding mode;
    lic_i128 round_unit; /* ledger units; 0 = none stated */
    bool months_roll, years_contract, from_signature;
    lic_date first, last; /* the term; last = LIC_DATE_MAX when not known */
    uint32_t final_first; /* states from this number on are final */
    lic_node *final_node;
    uint64_t
        unsigned_states; /* bit set: reached from the first one without signatures, not final */
    uint64_t signers;    /* bit set of parties with role `signs` */
    uint64_t payees;     /* parties that a split, share or statement names */
};

/* print/expression_text.c */
lic_slice lic_expression_text(lic_compilation *compilation, const lic_node *node);
const char *lic_territory_text(unsigned territory);
lic_slice lic_clause_text(lic_compilation *compilation,
                          const lic_node *node); /* a line of a block */

/* lower/split.c: the party that owes what an account holds, or NULL */
const lic_symbol *lic_debtor_of(const lic_program *p, const lic_symbol *account);

/* grant.c: a grant's clause `of`, `rights` ..., or NULL; its territories, or NULL */
const lic_node *lic_grant_clause(const lic_symbol *grant, const char *name);
const uint8_t *lic_grant_territories(const lic_symbol *grant);

/* names.c */
lic_symbol *lic_symbol_find(const lic_program *program, lic_slice name);
lic_symbol *lic_symbol_member(const lic_symbol *owner, lic_slice name);
int lic_months_of(const lic_node *period); /* of a PERIOD: 1, 3, 6, 12 */
lic_symbol *lic_state_find(const lic_program *program, lic_slice name);
const char *lic_symbol_kind_text(uint8_t kind); /* "schedule", "an account"... with article */

/* terms.c: the sentence of a money term that moves what it comes to, and who pays; NULL: there is none. */
const lic_node *lic_net_sentence(const lic_node *term);
const lic_node *lic_term_payer(const lic_node *term);

/* types/dates.c: how long behind `period.end` a deadline lies: a DURATION, or NULL for that day itself.
 * False when it is counted from something else. `within` may be absent. */
bool lic_deadline_of(const lic_node *within, const lic_node **delay);

/* types/types.c */
bool lic_is_comparison(const lic_node *node);                    /* = < > <= >= */
lic_i128 lic_scaled(lic_i128 value, unsigned from, unsigned to); /* to >= from, saturated */
lic_i128 lic_scaled_add(lic_i128 sum, lic_i128 each,
                        lic_i128 count); /* sum + each * count, saturated */
lic_type lic_meaning_type(const lic_program *program, const lic_meaning *meaning);
lic_meaning lic_rate_meaning(const lic_node *node); /* of the literal alone, without `of` */
bool lic_is_wide(const lic_meaning *meaning);
const char *lic_money_code(const lic_program *program, uint8_t currency);
const char *lic_meaning_text(const lic_program *program, const lic_meaning *meaning);

#endif
