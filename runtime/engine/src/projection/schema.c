/* projection/schema.c - the tables behind the views, and the documented views themselves
 * (docs/spec/api.md).
 *
 * What is written in bulk lies in one table of ten free columns a..j, p_cells. A *set* is what a number
 * `set_id` there stands for: the rows of one table of one contract, with columns of several things
 * that were written over all its rows in one block; p_sets, p_columns and p_fields say where a thing's
 * columns are; what is zero in every row is written nowhere, what is equal once (projection/sheet.c). So a commit writes few narrow rows, and every value is a plain SQL value: an INTEGER of
 * its unit, or TEXT when it does not fit in 64 bits. The views give amounts as TEXT, in units and as
 * decimals. (set_id, row) is the primary key, so that views join on `row`. Schedule rows, many and
 * seldom read, are JSON in segments; p_shown says what their values mean.
 * Numbers: table = contract << 8 | table of the image. */
#include "projection/projection.h"

#include "projection/sql.inc"

#define VIEW_NAMES(X)     \
    X("parties")          \
    X("contracts")        \
    X("contract_parties") \
    X("schedule_rows")    \
    X("uploads")          \
    X("reports")          \
    X("report_reasons")   \
    X("report_totals")    \
    X("rejected_lines")   \
    X("term_results")     \
    X("term_totals")      \
    X("account_turnover") \
    X("account_totals")   \
    X("balances")         \
    X("counters")         \
    X("duties")           \
    X("payments") X("statements") X("statement_lines") X("statement_balances") X("statement_sums")
#define TABLE_NAMES(X)    \
    X("contracts")        \
    X("contract_parties") \
    X("tables")           \
    X("keys")             \
    X("schedule_rows")    \
    X("shown")            \
    X("sets")             \
    X("cells")            \
    X("columns")          \
    X("fields")           \
    X("statement_sums")   \
    X("uploads")          \
    X("reports")          \
    X("reasons")          \
    X("sums")             \
    X("rejected")         \
    X("duties") X("payments") X("duty_kinds") X("clauses") X("accounts") X("currencies")

#define DROP_VIEW(name) "DROP VIEW IF EXISTS " name ";"
#define DROP_TABLE(name) "DROP TABLE IF EXISTS p_" name ";"
#define NAME(name) name,

static const char schema[] = SIZES_TABLE TABLES_CONTRACT TABLES_SETS TABLES_REPORTS TABLES_DUTIES
    SIZES VIEWS_PARTIES VIEWS_SCHEDULES VIEWS_REPORTS VIEWS_RESULTS VIEWS_TURNOVER VIEWS_STATE
        VIEWS_DUTIES VIEWS_STATEMENTS;

static const char *const views[] = {VIEW_NAMES(NAME)};

const lic_store_module lic_projection_module = {
    .name = "projection",
    .schema = schema,
    .drop = VIEW_NAMES(DROP_VIEW) TABLE_NAMES(DROP_TABLE),
    .views = views,
    .view_count = LIC_COUNT(views),
};
