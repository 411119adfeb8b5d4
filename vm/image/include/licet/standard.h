/* standard.h - the fixed columns of the engine's own tables, shared by compiler, verifier and engine.
 *
 * All lie in cells, in the order of the lists, from offset 0 on, with LIC_ROLE_ENGINE. Money columns
 * of `duties` and `payments` have type money of currency 0; the duty's descriptor, or the payment's
 * `currency`, names the real one. Table 0 `self` begins its cells with LIC_SELF_COLUMNS, then comes
 * one DATE `next` per report, statement and periodic term in this order, then what the agreement
 * needs. The image's lifecycle, reports, statements and periodics say which field is which; the
 * verifier checks their types and roles. */
#ifndef LICET_STANDARD_H
#define LICET_STANDARD_H

#include <licet/image.h>

/* X(NAME, "name", KIND, offset, meaning) */
#define LIC_SELF_COLUMNS(X)                                                 \
    X(STATE, "state", COUNT, 0, "lifecycle state")                          \
    X(SINCE, "since", DATE, 8, "when the state began")                      \
    X(SIGNED, "signed", COUNT, 16, "bit set of parties that signed")        \
    X(WAKE, "wake", DATE, 24,                                               \
      "next date on which step could act (role tally: bytecode writes it)") \
    X(FIRST, "first", DATE, 32, "first day of the term")                    \
    X(LAST, "last", DATE, 40, "last day of the term")
#define LIC_SELF_NEXT 48 /* offset of the first `next` */

#define LIC_DUTY_COLUMNS(X)                                                      \
    X(DUTY, "duty", COUNT, 0, "descriptor in the image")                         \
    X(DEBTOR, "debtor", COUNT, 8, "party row")                                   \
    X(CREDITOR, "creditor", COUNT, 16, "row in the descriptor's creditor table") \
    X(AMOUNT, "amount", MONEY, 24, "as obliged")                                 \
    X(OPEN, "open", MONEY, 40, "not yet paid or cancelled")                      \
    X(DUE, "due", DATE, 56, "")                                                  \
    X(MADE, "made", DATE, 64, "when it was obliged")                             \
    X(STATE, "state", COUNT, 72, "lic_duty_state")                               \
    X(CLAUSE, "clause", COUNT, 80, "clause that obliged it")
#define LIC_DUTY_SIZE 88

#define LIC_PAYMENT_COLUMNS(X)                                        \
    X(DEBTOR, "debtor", COUNT, 0, "party row")                        \
    X(CREDITOR_TABLE, "creditor_table", COUNT, 8, "")                 \
    X(CREDITOR, "creditor", COUNT, 16, "row there")                   \
    X(ACCOUNT, "account", COUNT, 24, "account paid into; 65535 none") \
    X(AMOUNT, "amount", MONEY, 32, "as reported")                     \
    X(LEFT, "left", MONEY, 48, "not yet allotted to duties")          \
    X(MADE, "made", DATE, 64, "when it was reported")                 \
    X(STATE, "state", COUNT, 72, "lic_payment_state")                 \
    X(CURRENCY, "currency", COUNT, 80, "index in the image's currencies")
#define LIC_PAYMENT_SIZE 88

/* A table of kind HISTORY keeps the earlier values of one field: a row says what a row of the field's
 * table held until the day `changed`, from the day on which the row `previous` says that it changed.
 * Rows of one value are chained from the newest on; `jump` leads further back, so that a date is found
 * in a number of steps that grows with the logarithm of their number. Row numbers count from 1, 0 is
 * none. The newest stands in a COUNT of the engine directly behind the field. Behind these columns
 * comes `value`, of the field's type. */
#define LIC_HISTORY_COLUMNS(X)                                         \
    X(CHANGED, "changed", DATE, 0, "the first day with another value") \
    X(PREVIOUS, "previous", COUNT, 8, "the change before this one")    \
    X(JUMP, "jump", COUNT, 16, "a change further back")                \
    X(DEPTH, "depth", COUNT, 24, "number of changes up to this one")
#define LIC_HISTORY_VALUE_AT 32 /* offset of `value` */

#define LIC_SELF_OFFSET(NAME, name, KIND, offset, doc) LIC_SELF_##NAME##_AT = (offset),
#define LIC_DUTY_OFFSET(NAME, name, KIND, offset, doc) LIC_DUTY_##NAME##_AT = (offset),
#define LIC_PAYMENT_OFFSET(NAME, name, KIND, offset, doc) LIC_PAYMENT_##NAME##_AT = (offset),
#define LIC_HISTORY_OFFSET(NAME, name, KIND, offset, doc) LIC_HISTORY_##NAME##_AT = (offset),
enum { LIC_SELF_COLUMNS(LIC_SELF_OFFSET) };       /* LIC_SELF_STATE_AT ... */
enum { LIC_DUTY_COLUMNS(LIC_DUTY_OFFSET) };       /* LIC_DUTY_OPEN_AT ... */
enum { LIC_PAYMENT_COLUMNS(LIC_PAYMENT_OFFSET) }; /* LIC_PAYMENT_LEFT_AT ... */
enum { LIC_HISTORY_COLUMNS(LIC_HISTORY_OFFSET) }; /* LIC_HISTORY_DEPTH_AT ... */
#undef LIC_SELF_OFFSET
#undef LIC_DUTY_OFFSET
#undef LIC_PAYMENT_OFFSET
#undef LIC_HISTORY_OFFSET

typedef enum lic_duty_state {
    LIC_DUTY_OPEN = 0,
    LIC_DUTY_PAID = 1,
    LIC_DUTY_CANCELLED = 2,
    LIC_DUTY_CONTINGENT = 3
} lic_duty_state;
typedef enum lic_payment_state {
    LIC_PAYMENT_REPORTED = 0,
    LIC_PAYMENT_CONFIRMED = 1
} lic_payment_state;

typedef struct lic_standard_column {
    const char *name;
    uint8_t kind; /* lic_kind */
    uint16_t offset;
    uint8_t role; /* lic_role: ENGINE, but TALLY for `wake` */
} lic_standard_column;

/* The columns of table SELF, DUTIES or PAYMENTS; NULL and 0 for any other table. */
const lic_standard_column *lic_standard_columns(uint16_t table, size_t *count);
/* The columns of every table of kind HISTORY, without `value`. */
const lic_standard_column *lic_history_columns(size_t *count);
/* The type of such a column in an image (money: currency 0 and its unit scale). */
lic_type lic_standard_type(const lic_image *image, const lic_standard_column *column);

#endif
