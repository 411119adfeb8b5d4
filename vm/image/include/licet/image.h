/* image.h - the module image: what the compiler emits and the VM, the engine and the node read.
 *
 * An image is a canonical byte string; its identity is its SHA-256. lic_image is the decoded form:
 * plain arrays, every cross reference an index that lic_image_decode has range-checked. Slices
 * borrow from the image's own copy of the bytes. Nothing runs before lic_image_verify accepted it.
 * Encoding and meaning: docs/spec/bytecode.md. */
#ifndef LICET_IMAGE_H
#define LICET_IMAGE_H

#include <licet/date.h>
#include <licet/hash.h>
#include <licet/number.h>
#include <licet/value.h>

#define LIC_IMAGE_MAX (256u * 1024) /* bytes of one image */
#define LIC_REGISTERS 256 /* 64-bit registers of a frame; 255 is never one: it means "none" */
#define LIC_NONE16 UINT16_MAX
#define LIC_NONE32 UINT32_MAX

typedef enum lic_op {
#define OP(name, number, a, b, c, imm, gas, doc) LIC_OP_##name = (number),
#include <licet/opcodes.def>
#undef OP
} lic_op;

typedef enum lic_trap {
#define TRAP(name, number, id, message) LIC_TRAP_##name = (number),
#include <licet/traps.def>
#undef TRAP
} lic_trap;

typedef enum lic_native {
#define NATIVE(name, number, gas, result, args, subject, host, doc) LIC_NATIVE_##name = (number),
#include <licet/natives.def>
#undef NATIVE
} lic_native;

const char *lic_op_name(uint8_t op);    /* "MULDIV_EVEN"; NULL when undefined */
const char *lic_trap_id(lic_trap trap); /* "overflow" */
const char *lic_trap_message(lic_trap trap);
const char *lic_native_name(uint32_t native); /* "ADD_DAYS"; NULL when undefined */

/* What a row of natives.def says. */
typedef enum lic_subject {
    LIC_SUBJECT_NONE = 0,
    LIC_SUBJECT_TERM = 1,
    LIC_SUBJECT_GRANT = 2,
    LIC_SUBJECT_HISTORY = 3 /* a table of kind HISTORY */
} lic_subject;
typedef struct lic_native_info {
    uint8_t gas, result;         /* result: lic_kind; NONE: the type of the history's values */
    uint8_t count, arguments[3]; /* lic_kind */
    uint8_t subject;             /* lic_subject */
    bool host, changes;          /* answered by the engine; changes state there */
} lic_native_info;
const lic_native_info *lic_native_find(uint32_t native); /* NULL when undefined */

typedef struct lic_instruction {
    uint8_t op, a, b, c;
    uint32_t imm;
} lic_instruction;

/* -- state layout --------------------------------------------------------------------------- */

/* Tables 0..3 always exist, in this order; their fixed columns are listed in docs/spec/bytecode.md. */
enum { LIC_TABLE_SELF = 0, LIC_TABLE_PARTIES = 1, LIC_TABLE_DUTIES = 2, LIC_TABLE_PAYMENTS = 3 };

typedef enum lic_table_kind {
    LIC_TABLE_KIND_SELF = 0,     /* one row: scalars, balances, lifecycle, timers, parameters */
    LIC_TABLE_KIND_PARTIES = 1,  /* one row a party, in order of declaration */
    LIC_TABLE_KIND_DUTIES = 2,   /* grown by OBLIGE, owned by the engine */
    LIC_TABLE_KIND_PAYMENTS = 3, /* grown by pay transactions, owned by the engine */
    LIC_TABLE_KIND_SCHEDULE = 4, /* rows in the image or loaded before the first signature */
    LIC_TABLE_KIND_CHILD =
        5, /* rows of a schedule's tiers or shares column, contiguous per parent */
    LIC_TABLE_KIND_REGISTER = 6, /* grown by ENTER and ENSURE */
    LIC_TABLE_KIND_GRID = 7,     /* all max_rows rows exist from the start: groups of a statement */
    LIC_TABLE_KIND_HISTORY =
        8 /* earlier values of one field with their dates, owned by the engine */
} lic_table_kind;

/* How a text is read into a value: columns of reports and schedules, arguments, parameters, keys. */
typedef enum lic_form {
    LIC_FORM_IGNORED = 0,
    LIC_FORM_COUNT = 1, /* digits; max */
    LIC_FORM_EXACT = 2, /* money or exact; scale decimals, or integer when unit_scale is set; max */
    LIC_FORM_RATE = 3,  /* rate or price: the same; "in bps" = unit_scale 4 */
    LIC_FORM_DIGITS = 4,    /* at most `width` digits, 1..18, as a count */
    LIC_FORM_ENUM = 5,      /* one of enumeration type.aux */
    LIC_FORM_ROW = 6,       /* a key of table type.aux */
    LIC_FORM_TERRITORY = 7, /* a code of the bound territory table, in set `set` when not NONE16 */
    LIC_FORM_DATE = 8,      /* ISO 8601 */
    LIC_FORM_TEXT = 9,      /* at most `width` bytes */
    LIC_FORM_HASH = 10,     /* 64 lower-case hex digits */
    LIC_FORM_IDENTIFIER = 11, /* identifier kind `width` of identifiers.def, canonical form */
    LIC_FORM_SET = 12,        /* territory codes separated by one space, "world" allowed */
    LIC_FORM_BOOL = 13        /* yes | no */
} lic_form;

typedef struct lic_reader {
    uint8_t form;       /* lic_form */
    bool integer_units; /* "in units of"/"in bps": an integer of 10^-unit_scale, no point */
    bool has_empty;     /* an empty text means `empty` instead of being malformed */
    uint8_t unit_scale; /* decimals the text counts in, <= type.scale */
    uint16_t width;     /* see lic_form */
    uint16_t set;       /* constant index of a SET, or LIC_NONE16 */
    lic_type type;      /* of the resulting value */
    lic_i128 min, max;  /* bounds of the value, in its own unit */
    lic_i128 empty;
} lic_reader;

typedef enum lic_role {
    LIC_ROLE_COLUMN = 0, /* fixed: a schedule's column, a parameter; mutable: a register's column */
    LIC_ROLE_ACCOUNT = 1, /* mutable, money: written by POST alone */
    LIC_ROLE_COUNTER = 2,
    LIC_ROLE_FACT = 3,
    LIC_ROLE_TALLY = 4, /* made by lowering: folds, results kept, flags */
    LIC_ROLE_ENGINE = 5 /* read by bytecode, written by the engine alone */
} lic_role;

typedef struct lic_field {
    lic_slice name; /* "Sold", "factor", "Running.value" */
    lic_type type;
    uint8_t role;    /* lic_role */
    bool is_mutable; /* in the row's cells (pages); otherwise in its fixed part */
    uint16_t table;
    uint16_t offset; /* bytes in that part; multiples of 8 */
    uint16_t bound;  /* counters and facts: index in bounds, or LIC_NONE16 */
} lic_field;

/* A column of a schedule or child file, in file order. */
typedef struct lic_column {
    lic_slice name;
    lic_reader reader;
    uint16_t field; /* index of the field it fills; LIC_NONE16: ignored or the key */
    bool is_key;
    bool unique;
} lic_column;

typedef struct lic_table {
    lic_slice name;
    uint8_t kind; /* lic_table_kind */
    uint8_t
        page_shift; /* rows a page = 1 << page_shift; page body <= 512 bytes unless one row is larger */
    uint16_t parent; /* CHILD: the schedule; otherwise LIC_NONE16 */
    uint16_t
        parent_span; /* CHILD: the field of the parent that holds {first, count}; HISTORY: the field
                             whose earlier values it keeps */
    uint16_t cell_size;  /* bytes of a row's mutable part, multiple of 8 */
    uint16_t fixed_size; /* bytes of a row's constant part, multiple of 8 */
    uint16_t key_size;   /* longest key in bytes; 0: no key */
    uint8_t key_form;    /* lic_form of the key: TEXT, IDENTIFIER, COUNT, DATE, TERRITORY... */
    uint8_t key_kind;    /* IDENTIFIER: its kind; ENUM: the enumeration; ROW: the table; else 0 */
    uint16_t child_min, child_max; /* CHILD: rows per parent */
    uint8_t child_role;            /* CHILD: 0 none, 1 tiers, 2 shares */
    uint32_t max_rows;
    uint16_t first_column, column_count; /* into image.columns */
    uint32_t static_rows;   /* rows given in the image (parties, literal rows, literal tiers) */
    lic_slice static_fixed; /* static_rows * fixed_size bytes */
    uint32_t first_key;     /* static rows' keys in image.texts; LIC_NONE32 when without key */
    uint16_t anchor;        /* text index, or LIC_NONE16 */
} lic_table;

/* A static cell that takes its value from a parameter at deployment. */
typedef struct lic_patch {
    uint16_t table;
    uint32_t row;
    uint16_t offset; /* in the fixed part */
    uint16_t parameter;
} lic_patch;

/* -- names of the agreement --------------------------------------------------------------------- */

typedef struct lic_party {
    lic_slice name, roles; /* roles: "licensor, signs" */
    bool signs;
} lic_party;

/* `given`: bound at deployment, kept in a fixed field of table 0. */
typedef struct lic_parameter {
    lic_slice name;
    lic_reader reader;
    uint16_t field;
} lic_parameter;

/* A line of the agreement that money or a refusal cites. */
typedef struct lic_clause {
    uint16_t term;    /* index in terms, or LIC_NONE16 (a split, an account, the lifecycle) */
    lic_slice label;  /* "amount", "at least", "less", "pays", "split", "starts", "at end", ... */
    lic_slice name;   /* "Running", "Pool" */
    lic_slice anchor; /* "4.2" or empty */
} lic_clause;

typedef struct lic_term {
    lic_slice label, name, anchor; /* "royalty", "Running", "3.1" */
    uint16_t table;                /* scope of `for each`, or LIC_TABLE_SELF */
    uint8_t currency;
    uint8_t exact_scale; /* of the exact amount in its results */
    uint16_t results;    /* 1 when the term yields results (RESULT), else 0 */
} lic_term;

typedef enum lic_account_kind {
    LIC_ACCOUNT_DECLARED = 0, /* never negative */
    LIC_ACCOUNT_PARTY = 1,    /* implicit, signed: what a party gave (-) and got (+) */
    LIC_ACCOUNT_PAYEE = 2,    /* the same for rows of a schedule */
    LIC_ACCOUNT_OPENING = 3,
    LIC_ACCOUNT_RECOUPED = 4,
    LIC_ACCOUNT_WRITTEN_OFF = 5,
    LIC_ACCOUNT_CREDIT = 6 /* implicit, never negative: `credit X against Term` */
} lic_account_kind;

typedef struct lic_account {
    lic_slice name;
    uint8_t kind; /* lic_account_kind */
    uint8_t currency;
    uint16_t field;  /* its balance */
    uint16_t debtor; /* party that answers for it, or LIC_NONE16 */
    uint16_t anchor; /* text index, or LIC_NONE16 */
} lic_account;

typedef struct lic_currency {
    char code[4];       /* ISO 4217, NUL */
    uint8_t minor;      /* decimals of the minor unit */
    uint8_t unit_scale; /* decimals of the ledger unit that the image was compiled for */
} lic_currency;

typedef struct lic_reference { /* a reference table that the image binds */
    lic_slice name;            /* "territories", "currencies" */
    lic_hash hash;
} lic_reference;

/* A counter's or fact's rule. */
typedef struct lic_bound {
    lic_i128 min, max;
    uint8_t rule;    /* 0 plain, 1 set once, 2 never falls */
    uint16_t setter; /* fact: party; otherwise LIC_NONE16 */
    uint16_t flag;   /* fact: field of the date on which it was set (0 = not yet), or LIC_NONE16 */
} lic_bound;

typedef struct lic_fact {
    lic_slice name, anchor;
    lic_reader reader;
    uint16_t field, bound;
    uint16_t entry; /* entry run after it is set, or LIC_NONE16 */
} lic_fact;

/* offset from a base date: months first, then days */
typedef struct lic_delay {
    int32_t months, days;
} lic_delay;

typedef struct lic_report {
    lic_slice name, anchor;
    uint16_t by;        /* party */
    uint8_t period;     /* lic_period_kind */
    bool set_aside;     /* else: refuse */
    lic_delay deadline; /* from period.end */
    uint32_t max_lines;
    uint16_t first_column,
        column_count; /* into image.columns; `field` there is the first 64-bit slot of the item */
    uint16_t slots;   /* 64-bit slots of one item */
    uint16_t first_unique,
        unique_count; /* into image.uniques: column numbers of the report; 0 = none */
    uint16_t first_require, require_count; /* into image.reasons: one per `require`, in order */
    uint16_t entry;                        /* ENTRY_REPORT */
    uint16_t next_field; /* table 0, DATE: first day of the next period to be filed */
} lic_report;

typedef struct lic_reason { /* what REFUSE cites */
    lic_slice text, anchor;
} lic_reason;

typedef struct lic_statement {
    lic_slice name, anchor;
    uint8_t period;
    lic_delay deadline;                /* from period.end */
    uint16_t payees;                   /* table of the payees: PARTIES or a schedule */
    uint64_t parties;                  /* PARTIES: bit set of those named */
    uint16_t grid;                     /* table of groups, or LIC_NONE16 */
    uint16_t first_group, group_count; /* into image.groups: the grouped columns */
    uint16_t entry;                    /* terms `on` it, or LIC_NONE16 */
    uint16_t next_field; /* table 0, DATE: first day of the next period to be issued */
} lic_statement;

typedef struct lic_group { /* one `lines by` column; row = mixed radix over cardinalities */
    lic_slice name;
    uint8_t form; /* ENUM or TERRITORY */
    uint8_t enumeration;
    uint32_t cardinality;
} lic_group;

typedef struct lic_periodic { /* a term `every PERIOD` */
    uint16_t term;
    uint8_t period;
    lic_delay deadline;
    uint16_t entry, next_field;
} lic_periodic;

typedef struct lic_argument {
    lic_slice name;
    lic_reader reader;
} lic_argument;

typedef struct lic_action {
    lic_slice name, anchor;
    uint64_t by;     /* bit set of parties that must all sign; 0 with any_of set below */
    uint64_t any_of; /* bit set of parties of which one signs */
    uint64_t states; /* bit set of states; all ones = any but the final ones */
    uint16_t first_argument, argument_count;
    lic_delay notice;      /* notice to be given before; {0,0} and notice_field NONE16 = none */
    uint16_t notice_to;    /* party, or LIC_NONE16 */
    uint16_t notice_field; /* table 0, DATE: when notice was given, 0 = not */
    uint16_t entry;
} lic_action;

typedef struct lic_duty { /* descriptor of OBLIGE */
    uint16_t term, clause;
    uint16_t debtor; /* party, or LIC_NONE16: the party row lies in register debtor_register */
    uint8_t debtor_register;
    uint16_t creditor_table;   /* PARTIES or a schedule; SELF when an account is the creditor */
    uint16_t creditor_account; /* account paid into (split on payment), or LIC_NONE16 */
    uint16_t payment_entry;    /* entry run when it is paid, or LIC_NONE16 */
    uint16_t part;             /* number of the contingent part, 0 = due as given */
    uint8_t currency;
} lic_duty;

typedef struct lic_event {
    lic_slice name;
    uint16_t first_argument, argument_count; /* into image.event_arguments */
} lic_event;

typedef struct lic_event_argument {
    uint8_t reg;
    lic_type type;
} lic_event_argument;

typedef struct lic_tiers { /* descriptor of TIER_* */
    uint16_t table;        /* child table, rows ascending by `edge` */
    uint16_t
        edge; /* field: lower edge; the first row's is 0; inclusive upper edge of the row before */
    uint16_t value;   /* field of the first value column; the columns are adjacent */
    uint16_t columns; /* how many */
    uint16_t refuse;  /* field: BOOL column "refuse", or LIC_NONE16 */
    lic_type result;  /* type of the instruction's result */
} lic_tiers;

typedef struct lic_split_info { /* descriptor of SPLIT */
    uint16_t table, share;      /* child table and its share field */
    uint16_t max;  /* results, 1..LIC_SPLIT_MAX; more child rows trap LIMIT, fewer leave 0 */
    int64_t total; /* what the shares of one parent add up to, else the trap is OUT_OF_RANGE */
    int64_t unit;  /* amounts are shared out in multiples of it (the rounding unit, ledger
                                    units, >= 1); what is over goes unit by unit to the largest
                                    remainders, ties to the lower row; the last may get less than one */
} lic_split_info;

typedef struct lic_grant {
    lic_slice name, anchor, text; /* text: the canonical clause lines, for people */
    uint16_t from, to;            /* parties */
    uint16_t closes_field;        /* table 0, DATE: last day, LIC_DATE_MAX = open */
} lic_grant;

/* -- code ------------------------------------------------------------------------------------------ */

typedef enum lic_source {                      /* where an input register's value comes from */
                          LIC_SOURCE_SLOT = 0, /* lines: slot `index` of the item */
                          LIC_SOURCE_ROW = 1,  /* rows: the row number */
                          LIC_SOURCE_ARGUMENT =
                              2, /* argument `index` of the action; a fact's new value is argument 0 */
                          LIC_SOURCE_TODAY = 3,
                          LIC_SOURCE_PERIOD_FIRST = 4, /* the period, cut to the term */
                          LIC_SOURCE_PERIOD_LAST = 5,
                          LIC_SOURCE_FULL_FIRST = 6, /* the period in full */
                          LIC_SOURCE_FULL_LAST = 7,
                          LIC_SOURCE_CALLER = 8,  /* party row */
                          LIC_SOURCE_STATE = 9,   /* lifecycle state number, COUNT */
                          LIC_SOURCE_AMOUNT = 10, /* payment entries: the amount paid */
                          LIC_SOURCE_LINES = 11   /* accepted lines of the report */
} lic_source;

typedef struct lic_input {
    uint8_t reg;    /* read-only in the phase; even when the type is wide */
    uint8_t source; /* lic_source */
    uint16_t index;
    lic_type type;
} lic_input;

/* A chain of row references from an input, for resolving and prefetching ahead. */
typedef struct lic_touch {
    uint8_t reg; /* input register with a row of `table`; 255: the row that the touch
                                    before this one leads to by its `via` */
    uint16_t table;
    bool cells;   /* the mutable part is touched too */
    uint16_t via; /* ROW or SPAN field of that row that leads on, or LIC_NONE16 */
} lic_touch;

typedef enum lic_phase_kind {
    LIC_PHASE_ONCE = 0,
    LIC_PHASE_JUDGE = 1, /* per line that parsed: `require`; reads columns and fixed fields alone */
    LIC_PHASE_LINES = 2, /* per accepted line */
    LIC_PHASE_ROWS = 3   /* per row of a table, in row order; tombstones skipped */
} lic_phase_kind;

typedef struct lic_phase {
    uint8_t kind;
    uint16_t table;        /* ROWS; otherwise LIC_NONE16 */
    uint32_t first, count; /* instructions; the last one is END or REFUSE */
    uint16_t first_input, input_count;
    uint16_t first_touch, touch_count;
    uint32_t gas; /* worst path for one item */
} lic_phase;

typedef enum lic_entry_kind {
    LIC_ENTRY_OPEN =
        0, /* once, when the last signature arrives: `starts`, then terms on signature */
    LIC_ENTRY_REPORT = 1,
    LIC_ENTRY_STATEMENT = 2,
    LIC_ENTRY_FACT = 3,
    LIC_ENTRY_PERIOD = 4,
    LIC_ENTRY_ACTION = 5,
    LIC_ENTRY_PAYMENT = 6,
    LIC_ENTRY_STEP = 7, /* after every transaction and timer: `once` terms and transitions */
    LIC_ENTRY_WAKE = 8, /* leaves in field `wake` the next date on which STEP could act */
    LIC_ENTRY_CLOSE = 9 /* `at end`, when the run-off is over */
} lic_entry_kind;

/* gas(entry) = once + per_line * lines + sum over its row phases of phase.gas * rows. */
typedef struct lic_entry {
    uint8_t kind;
    uint16_t
        subject; /* index of the report, statement, fact, periodic, action, duty; else LIC_NONE16 */
    uint16_t first_phase, phase_count;
    uint64_t gas_once, gas_per_line;
} lic_entry;

typedef struct lic_origin { /* code map: from instruction `first` on, until the next entry */
    uint32_t first;
    uint16_t clause; /* or LIC_NONE16 */
} lic_origin;

typedef struct lic_constant {
    lic_type type;
    lic_i128 value;  /* all kinds but SET */
    uint8_t set[32]; /* SET: bit n of byte n/8 is territory n */
} lic_constant;

typedef struct lic_enumeration {
    uint32_t first_text; /* into image.texts */
    uint16_t count;
} lic_enumeration;

/* Engine fields of table 0 (all LIC_ROLE_ENGINE). */
typedef struct lic_lifecycle {
    uint16_t states; /* enumeration of states; state 0 is the initial one */
    uint64_t finals; /* bit set */
    lic_delay run_off;
    uint16_t state_field;             /* COUNT */
    uint16_t since_field;             /* DATE: when the present state began */
    uint16_t signed_field;            /* COUNT: bit set of parties that signed */
    uint16_t wake_field;              /* DATE, LIC_ROLE_TALLY: written by ENTRY_WAKE */
    uint16_t first_field, last_field; /* DATE: the term's first and last day */
    bool from_signature;              /* the term begins when the last party signs */
    lic_date first, last;             /* the term in the text; first unused when from_signature */
} lic_lifecycle;

typedef struct lic_rules {
    uint8_t rounding; /* lic_rounding */
    lic_i128 unit;    /* payable amounts are multiples of it; ledger units */
    bool months_roll, years_contract;
    uint8_t payments_confirmed_by; /* 0 payee, 1 payer */
    bool excess_credited;          /* otherwise an excess is refused */
    bool prevails_code;
} lic_rules;

/* One line would be indented for every other. */
/* clang-format off */
#define LIC_IMAGE_ARRAYS(X) \
    X(lic_slice, texts) X(lic_enumeration, enumerations) X(lic_reference, references) \
    X(lic_currency, currencies) X(lic_party, parties) X(lic_parameter, parameters) \
    X(lic_field, fields) X(lic_column, columns) X(lic_table, tables) \
    X(lic_patch, patches) X(lic_bound, bounds) X(lic_account, accounts) \
    X(lic_term, terms) X(lic_clause, clauses) X(lic_fact, facts) X(lic_reason, reasons) \
    X(uint16_t, uniques) X(lic_report, reports) X(lic_group, groups) \
    X(lic_statement, statements) X(lic_periodic, periodics) X(lic_argument, arguments) \
    X(lic_action, actions) X(lic_duty, duties) X(lic_event_argument, event_arguments) \
    X(lic_event, events) X(lic_tiers, tiers) X(lic_split_info, splits) \
    X(lic_grant, grants) X(lic_constant, constants) X(lic_input, inputs) \
    X(lic_touch, touches) X(lic_phase, phases) X(lic_entry, entries) \
    X(lic_origin, origins) X(lic_instruction, code)
/* clang-format on */

/* Also what the compiler fills in before encoding. */
typedef struct lic_image {
    lic_slice name, title; /* "OrionKestrel", "Patent licence" */
    lic_slice law, language, calendar;
    uint16_t engine_version; /* lowest that can run it; 1 */
    lic_rules rules;
    lic_lifecycle lifecycle;
    uint32_t first_advisory, advisory_count; /* into texts */
#define LIC_ARRAY(type, name) \
    type *name;               \
    uint32_t name##_count;
    LIC_IMAGE_ARRAYS(LIC_ARRAY)
#undef LIC_ARRAY
    lic_hash id; /* SHA-256 of the encoding; set by decode */
} lic_image;

/* Appends the canonical encoding. TOO_LARGE beyond LIC_IMAGE_MAX. Does not verify. */
lic_status lic_image_encode(const lic_image *image, lic_buffer *target);

/* The array (a word of LIC_IMAGE_ARRAYS) that has more records than an image may have, and how many those are; NULL
 * when there is none. Such an image encodes, and does not decode. */
const char *lic_image_excess(const lic_image *image, uint32_t *max);

/* Decodes into `arena` (which copies the bytes). Every index, size and count is checked against its
 * array; MALFORMED names the section and entry in `error`. The only encoding accepted is the one
 * that lic_image_encode would produce. */
lic_status lic_image_decode(lic_slice bytes, const lic_hasher *hasher, lic_arena *arena,
                            lic_image **image, lic_error *error);

/* One linear pass over the decoded image: layouts do not overlap and fit, register types, read-only
 * inputs, jump targets (forwards, at LABELs; types there are the meet of all ways in), bounds of
 * every operand, money flow (an account field is changed by POST alone, both its legs one register,
 * one currency), block gas, phase gas and entry gas recomputed. UNVERIFIED names phase and pc.
 * Time is O(bytes). */
lic_status lic_image_verify(const lic_image *image, lic_error *error);

/* Fills in what the verifier recomputes: gas of every block terminator (GAS operands), of every phase and of
 * every entry. The compiler and the assembler call it last; the image must be well formed otherwise.
 * REFUSED when a block costs more than 65,535 (split it by a LABEL) or a jump has no LABEL ahead. */
lic_status lic_image_meter(lic_image *image);

/* The table that keeps the field's earlier values, or LIC_NONE16. Linear in tables_count. */
uint16_t lic_image_history(const lic_image *image, uint16_t field);
/* Type of what a native gives; `subject` as in CALL's imm, which the verifier has checked. */
lic_type lic_native_type(const lic_image *image, const lic_native_info *native, uint32_t subject);

/* Units that one instruction adds to its block. 0 for an undefined one. */
uint32_t lic_instruction_gas(const lic_image *image, lic_instruction instruction);

/* The fields of a row part by place; LIC_NONE16 when there is none. Linear in fields_count. */
uint16_t lic_image_field_at(const lic_image *image, uint16_t table, bool is_mutable,
                            uint32_t offset);
/* The imm of LOAD and friends for a field. */
uint32_t lic_field_operand(const lic_field *field);

/* Clause that instruction `pc` belongs to, or LIC_NONE16. */
uint16_t lic_image_clause_at(const lic_image *image, uint32_t pc);

/* Index of the entry of a kind and subject, or LIC_NONE16. */
uint16_t lic_image_entry(const lic_image *image, lic_entry_kind kind, uint16_t subject);

/* -- reasons of a report's lines (docs/spec/language.md, "bad lines") -------------------------------- */

typedef enum lic_line_code {
    LIC_LINE_ENCODING = 0,
    LIC_LINE_COLUMNS = 1,
    LIC_LINE_NEGATIVE = 2,
    LIC_LINE_MALFORMED = 3,
    LIC_LINE_TOO_LARGE = 4,
    LIC_LINE_UNKNOWN = 5,
    LIC_LINE_REQUIRE = 6,
    LIC_LINE_DUPLICATE = 7
} lic_line_code;

typedef struct lic_line_reason {
    uint16_t column; /* of the report; LIC_NONE16 for encoding and columns; REQUIRE: its number */
    uint8_t code;    /* lic_line_code */
} lic_line_reason;

const char *lic_line_code_id(lic_line_code code); /* "encoding", "columns", "negative", ... */
/* All reasons that lines of the report can get, in judging order; returns their number (<= max). */
#define LIC_LINE_REASONS_MAX 512
size_t lic_report_reasons(const lic_image *image, const lic_report *report,
                          lic_line_reason *reasons, size_t max);

#endif
