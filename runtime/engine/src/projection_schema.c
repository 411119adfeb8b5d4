/* projection_schema.c - the tables behind the views, and the documented views themselves
 * (docs/spec/api.md).
 *
 * What is written in bulk lies in two tables of eight free columns a..h: p_cells, results of blocks,
 * which only grows, and p_state, present values. A *set* is what a number `set_id` there stands for:
 * the rows of one table of one contract; p_columns and p_fields say what its columns mean. So a
 * commit writes one narrow row for each settled row, and every value is a plain SQL value: an INTEGER
 * of its unit, or TEXT when it does not fit in 64 bits. The views give amounts as TEXT, in units and
 * as decimals. (set_id, row) is the primary key, so that views join on `row`. Schedule rows, many and
 * seldom read, are JSON in segments. Numbers: table = contract << 8 | table of the image. */
#include "projection.h"

/* -- pieces of SQL ------------------------------------------------------------------------------- */

#define ABS(units) "ltrim(" units ",'-')"
/* Zeros in front, so that at least one digit stands before the point. */
#define PADDED(units, scale)                                                                       \
    "(substr('000000000000000000000000000000000000000000',1,max(0," scale "+1-length(" ABS(units) \
    ")))||" ABS(units) ")"
/* Decimal text of units * 10^-scale; trailing zeros dropped down to `keep` decimals. */
#define DECIMAL(units, scale, keep)                                                                \
    "(CASE WHEN " units " IS NULL THEN NULL WHEN " scale "=0 THEN " units                          \
    " ELSE CASE WHEN substr(" units ",1,1)='-' THEN '-' ELSE '' END||rtrim(substr("                \
    PADDED(units, scale) ",1,length(" PADDED(units, scale) ")-" scale ")||'.'||substr(substr("     \
    PADDED(units, scale) ",-" scale "),1," keep ")||rtrim(substr(substr(" PADDED(units, scale)     \
    ",-" scale ")," keep "+1),'0'),'.') END)"
#define AMOUNT(name) name "_units," DECIMAL(name "_units", "scale", "keep") " AS " name "_amount"
#define DATE(column) "date(" column "*86400,'unixepoch')"

/* A stored value as text; NULL stays NULL. */
#define CELL(c) "CAST(x." c " AS TEXT)"
/* The value of the column whose number is `col`. */
#define PICK(col)                                                                                  \
    "CAST(CASE " col " WHEN 0 THEN x.a WHEN 1 THEN x.b WHEN 2 THEN x.c WHEN 3 THEN x.d WHEN 4 THEN x.e" \
    " WHEN 5 THEN x.f WHEN 6 THEN x.g ELSE x.h END AS TEXT)"
/* The key of row x.row in the table that the set's rows belong to. */
#define KEYS_OF(set) " LEFT JOIN p_keys k ON k.tbl=" set ".tbl AND k.row=x.row"
#define KEY "k.key"
/* Key of one row of a table, as a subquery. */
#define KEY_OF(table, of_row) "(SELECT q.key FROM p_keys q WHERE q.tbl=" table " AND q.row=" of_row ")"
#define CELLS_OF(set) " JOIN p_cells x ON x.set_id=" set ".id"
#define CONTRACT "c.id AS contract,c.number AS contract_number"
#define CONTRACT_OUT "contract,contract_number"
#define OF_CONTRACT(row) " JOIN p_contracts c ON c.number=" row ".contract"
#define OF_TABLE(row) " JOIN p_tables t ON t.id=" row ".tbl"

/* -- tables ------------------------------------------------------------------------------------------ */

#define TABLES_CONTRACT                                                                            \
    "CREATE TABLE p_contracts(number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, agreement TEXT NOT NULL," \
    " title TEXT NOT NULL, deployer INTEGER NOT NULL, height INTEGER NOT NULL, status TEXT NOT NULL," \
    " state TEXT NOT NULL, since INTEGER NOT NULL) STRICT;"                                          \
    "CREATE TABLE p_contract_parties(contract INTEGER NOT NULL, row INTEGER NOT NULL, name TEXT NOT NULL," \
    " roles TEXT NOT NULL, party INTEGER NOT NULL, signed INTEGER NOT NULL,"                         \
    " PRIMARY KEY(contract,row)) WITHOUT ROWID, STRICT;"                                             \
    "CREATE TABLE p_tables(id INTEGER PRIMARY KEY, contract INTEGER NOT NULL, name TEXT NOT NULL,"   \
    " kind TEXT NOT NULL, parent INTEGER) STRICT;"                                                   \
    "CREATE TABLE p_keys(tbl INTEGER NOT NULL, row INTEGER NOT NULL, key TEXT NOT NULL,"             \
    " PRIMARY KEY(tbl,row)) WITHOUT ROWID, STRICT;"                                                  \
    "CREATE TABLE p_schedule_columns(tbl INTEGER NOT NULL, ordinal INTEGER NOT NULL, name TEXT NOT NULL," \
    " PRIMARY KEY(tbl,ordinal)) WITHOUT ROWID, STRICT;"                                              \
    /* data: [[value...]...]; of child tables [parent row, value...] */                              \
    "CREATE TABLE p_schedule_rows(id INTEGER PRIMARY KEY, tbl INTEGER NOT NULL, first INTEGER NOT NULL," \
    " data TEXT NOT NULL) STRICT;"                                                                   \
    "CREATE INDEX p_schedule_rows_of ON p_schedule_rows(tbl, first);"

#define TABLES_SETS                                                                                \
    /* id = height << 24 | number in the block; kind: 1 term results, 2 turnover, 3 statements,       \
       4 further columns of statements */                                                            \
    "CREATE TABLE p_sets(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, contract INTEGER NOT NULL,"  \
    " tbl INTEGER NOT NULL, rows INTEGER NOT NULL, height INTEGER NOT NULL," \
    " period TEXT, first INTEGER, last INTEGER, date INTEGER NOT NULL, name TEXT NOT NULL,"          \
    " label TEXT NOT NULL, anchor TEXT NOT NULL, currency TEXT NOT NULL, exact_scale INTEGER NOT NULL," \
    " scale INTEGER NOT NULL, keep INTEGER NOT NULL) STRICT;"                                        \
    "CREATE INDEX p_sets_of ON p_sets(kind, contract);"                                              \
    "CREATE TABLE p_cells(set_id INTEGER NOT NULL, row INTEGER NOT NULL, a ANY, b ANY, c ANY, d ANY," \
    " e ANY, f ANY, g ANY, h ANY, PRIMARY KEY(set_id,row)) WITHOUT ROWID, STRICT;"                   \
    /* role: 1 line of a clause, 2 opening, 3 closing (statements); 4 an account's turnover: col to col + 3 */ \
    "CREATE TABLE p_columns(set_id INTEGER NOT NULL, col INTEGER NOT NULL, role INTEGER NOT NULL,"   \
    " ordinal INTEGER NOT NULL, account TEXT NOT NULL, clause TEXT NOT NULL, name TEXT NOT NULL,"    \
    " anchor TEXT NOT NULL, currency TEXT NOT NULL, scale INTEGER NOT NULL, keep INTEGER NOT NULL,"  \
    " PRIMARY KEY(set_id,col)) WITHOUT ROWID, STRICT;"                                               \
    /* over all rows: results {exact, earned, topup, recouped, net}, turnover {opening, debit, credit, closing} */ \
    "CREATE TABLE p_totals(set_id INTEGER NOT NULL, col INTEGER NOT NULL, a TEXT, b TEXT, c TEXT, d TEXT," \
    " e TEXT, PRIMARY KEY(set_id,col)) WITHOUT ROWID, STRICT;"                                       \
    /* set_id = table << 7 | group of eight fields; role: 1 account, 2 counter, 3 fact;               \
       type: 0 integer, 1 decimal, 2 date, 3 text */                                                 \
    "CREATE TABLE p_fields(set_id INTEGER NOT NULL, col INTEGER NOT NULL, contract INTEGER NOT NULL," \
    " tbl INTEGER NOT NULL, role INTEGER NOT NULL, name TEXT NOT NULL,"                              \
    " kind TEXT NOT NULL, currency TEXT NOT NULL, type INTEGER NOT NULL, scale INTEGER NOT NULL,"    \
    " keep INTEGER NOT NULL, PRIMARY KEY(set_id,col)) WITHOUT ROWID, STRICT;"                          \
    "CREATE TABLE p_state(set_id INTEGER NOT NULL, row INTEGER NOT NULL, a ANY, b ANY, c ANY, d ANY," \
    " e ANY, f ANY, g ANY, h ANY, PRIMARY KEY(set_id,row)) WITHOUT ROWID, STRICT;"                   \
    "CREATE TABLE p_statement_sums(set_id INTEGER NOT NULL, row INTEGER NOT NULL, ordinal INTEGER NOT NULL," \
    " line_group TEXT NOT NULL, name TEXT NOT NULL, units TEXT NOT NULL, currency TEXT NOT NULL,"    \
    " scale INTEGER NOT NULL, keep INTEGER NOT NULL, PRIMARY KEY(set_id,row,ordinal)) WITHOUT ROWID, STRICT;"

#define TABLES_REPORTS                                                                             \
    "CREATE TABLE p_reports(id INTEGER PRIMARY KEY, contract INTEGER NOT NULL, name TEXT NOT NULL,"  \
    " anchor TEXT NOT NULL, period TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,"    \
    " height INTEGER NOT NULL, upload TEXT NOT NULL, bytes INTEGER NOT NULL, lines INTEGER NOT NULL," \
    " accepted INTEGER NOT NULL, rejected INTEGER NOT NULL) STRICT;"                                 \
    "CREATE TABLE p_reasons(report INTEGER NOT NULL, ordinal INTEGER NOT NULL, name TEXT NOT NULL,"  \
    " code TEXT NOT NULL, anchor TEXT NOT NULL, count INTEGER NOT NULL,"                             \
    " PRIMARY KEY(report,ordinal)) WITHOUT ROWID, STRICT;"                                           \
    "CREATE TABLE p_sums(report INTEGER NOT NULL, ordinal INTEGER NOT NULL, name TEXT NOT NULL,"     \
    " units TEXT NOT NULL, currency TEXT NOT NULL, scale INTEGER NOT NULL, keep INTEGER NOT NULL,"   \
    " PRIMARY KEY(report,ordinal)) WITHOUT ROWID, STRICT;"                                           \
    "CREATE TABLE p_rejected(report INTEGER NOT NULL, line INTEGER NOT NULL, reason INTEGER NOT NULL," \
    " PRIMARY KEY(report,line)) WITHOUT ROWID, STRICT;"

/* Duties and payments as the engine keeps them, and the image's names that they point to. */
#define TABLES_DUTIES                                                                              \
    "CREATE TABLE p_duties(contract INTEGER NOT NULL, row INTEGER NOT NULL, duty INTEGER NOT NULL,"  \
    " debtor INTEGER NOT NULL,"                                                                      \
    " creditor INTEGER NOT NULL, amount ANY NOT NULL, open ANY NOT NULL, due INTEGER NOT NULL,"      \
    " made INTEGER NOT NULL, state INTEGER NOT NULL, clause INTEGER NOT NULL,"                        \
    " PRIMARY KEY(contract,row)) WITHOUT ROWID, STRICT;"               \
    "CREATE TABLE p_payments(contract INTEGER NOT NULL, row INTEGER NOT NULL,"                       \
    " debtor INTEGER NOT NULL, tbl INTEGER NOT NULL,"                                                \
    " creditor INTEGER NOT NULL, account INTEGER NOT NULL, amount ANY NOT NULL, unallotted ANY NOT NULL," \
    " made INTEGER NOT NULL, state INTEGER NOT NULL, currency INTEGER NOT NULL,"                      \
    " PRIMARY KEY(contract,row)) WITHOUT ROWID, STRICT;"             \
    "CREATE TABLE p_duty_kinds(contract INTEGER NOT NULL, duty INTEGER NOT NULL, term TEXT NOT NULL," \
    " tbl INTEGER NOT NULL, account TEXT NOT NULL, currency TEXT NOT NULL, scale INTEGER NOT NULL,"  \
    " keep INTEGER NOT NULL, PRIMARY KEY(contract,duty)) WITHOUT ROWID, STRICT;"                     \
    "CREATE TABLE p_clauses(contract INTEGER NOT NULL, clause INTEGER NOT NULL, label TEXT NOT NULL," \
    " name TEXT NOT NULL, anchor TEXT NOT NULL, PRIMARY KEY(contract,clause)) WITHOUT ROWID, STRICT;" \
    "CREATE TABLE p_accounts(contract INTEGER NOT NULL, account INTEGER NOT NULL, name TEXT NOT NULL," \
    " PRIMARY KEY(contract,account)) WITHOUT ROWID, STRICT;"                                         \
    "CREATE TABLE p_currencies(contract INTEGER NOT NULL, currency INTEGER NOT NULL, code TEXT NOT NULL," \
    " scale INTEGER NOT NULL, keep INTEGER NOT NULL, PRIMARY KEY(contract,currency)) WITHOUT ROWID, STRICT;"

/* -- views --------------------------------------------------------------------------------------------- */

#define VIEWS_PARTIES                                                                              \
    "CREATE VIEW parties AS SELECT r.number,lower(hex(r.id)) AS id,r.name,r.height,"                 \
    "(SELECT count(*) FROM party_keys k WHERE k.party=r.number) AS keys FROM registered r;"          \
    "CREATE VIEW contracts AS SELECT c.number,c.id,c.agreement,c.title,c.status,c.state,"            \
    "CASE WHEN c.since=0 THEN NULL ELSE " DATE("c.since") " END AS since,r.name AS deployer,c.height" \
    " FROM p_contracts c LEFT JOIN registered r ON r.number=c.deployer;"                             \
    "CREATE VIEW contract_parties AS SELECT " CONTRACT ",p.row,p.name,p.roles,r.name AS party,"      \
    "lower(hex(r.id)) AS party_id,p.signed FROM p_contract_parties p" OF_CONTRACT("p")               \
    " LEFT JOIN registered r ON r.number=p.party;"

#define VIEWS_SCHEDULES                                                                            \
    "CREATE VIEW schedule_rows AS SELECT " CONTRACT ",t.name AS schedule,g.first+j.key AS row,"      \
    KEY_OF("t.id", "g.first+j.key") " AS key,"                                                          \
    "CASE WHEN t.parent IS NULL THEN NULL ELSE " KEY_OF("t.parent", "json_extract(j.value,'$[0]')")  \
    " END AS parent,"                                                                                \
    "(SELECT json_group_object(m.name,v.value) FROM json_each(j.value) v JOIN p_schedule_columns m"  \
    " ON m.tbl=t.id AND m.ordinal=v.key-(t.parent IS NOT NULL)) AS columns"                          \
    " FROM p_schedule_rows g" OF_TABLE("g") OF_CONTRACT("t") " JOIN json_each(g.data) j;"

#define REPORT_OF(row) " JOIN p_reports r ON r.id=" row ".report" OF_CONTRACT("r")
#define REPORT CONTRACT ",r.name AS report,r.period,r.height"

#define VIEWS_REPORTS                                                                              \
    "CREATE VIEW reports AS SELECT " REPORT ",r.anchor," DATE("r.first") " AS first," DATE("r.last") \
    " AS last,r.upload,r.bytes,r.lines,r.accepted,r.rejected FROM p_reports r" OF_CONTRACT("r") ";"  \
    "CREATE VIEW report_reasons AS SELECT " REPORT ",x.ordinal,x.name AS column,x.code,x.anchor,x.count" \
    " FROM p_reasons x" REPORT_OF("x") ";"                                                           \
    "CREATE VIEW report_totals AS SELECT " CONTRACT_OUT ",report,period,height,ordinal,column,currency,scale," \
    "units," DECIMAL("units", "scale", "keep") " AS amount FROM (SELECT " REPORT ",s.ordinal,"     \
    "s.name AS column,s.currency,s.scale,s.keep,s.units FROM p_sums s" REPORT_OF("s") ");"                                       \
    "CREATE VIEW rejected_lines AS SELECT " REPORT ",x.line,y.name AS column,y.code FROM p_rejected x" \
    " JOIN p_reasons y ON y.report=x.report AND y.ordinal=x.reason" REPORT_OF("x") ";"

#define RUN_COLUMNS CONTRACT ",s.height,s.period," DATE("s.date") " AS date,s.name AS term,s.label,s.anchor," \
    "t.name AS schedule,s.currency,s.exact_scale,s.scale,s.keep"
#define RUN_OUT CONTRACT_OUT ",height,period,date,term,label,anchor,schedule"
#define RESULTS_OUT                                                                                \
    "currency,exact_scale,scale,exact_units," DECIMAL("exact_units", "exact_scale", "keep")          \
    " AS exact_amount," AMOUNT("earned") "," AMOUNT("topup") "," AMOUNT("recouped") "," AMOUNT("net")

#define VIEWS_RESULTS                                                                              \
    "CREATE VIEW term_results AS SELECT " RUN_OUT ",row,key," RESULTS_OUT " FROM (SELECT "           \
    RUN_COLUMNS ",x.row," KEY " AS key," CELL("a") " AS exact_units," CELL("b")         \
    " AS earned_units," CELL("c") " AS topup_units," CELL("d") " AS recouped_units," CELL("e")       \
    " AS net_units FROM p_sets s" OF_CONTRACT("s") OF_TABLE("s") CELLS_OF("s")       \
    KEYS_OF("s") " WHERE s.kind=1);"                                                             \
    "CREATE VIEW term_totals AS SELECT " RUN_OUT "," RESULTS_OUT " FROM (SELECT " RUN_COLUMNS        \
    ",x.a AS exact_units,x.b AS earned_units,x.c AS topup_units,x.d AS recouped_units,x.e AS net_units" \
    " FROM p_sets s" OF_CONTRACT("s") OF_TABLE("s") " JOIN p_totals x ON x.set_id=s.id WHERE s.kind=1);"

#define TURNOVER CONTRACT ",z.height,z.period," DATE("z.date") " AS date,s.account,t.name AS schedule," \
    "s.currency,s.scale,s.keep"
#define TURNOVER_FROM " FROM p_columns s JOIN p_sets z ON z.id=s.set_id" OF_CONTRACT("z") OF_TABLE("z")
#define TURNOVER_OUT "currency,scale," AMOUNT("opening") "," AMOUNT("debit") "," AMOUNT("credit") "," AMOUNT("closing")
/* An account's four columns are a..d or e..h. */
#define EITHER(first, second) "CAST(CASE s.col WHEN 0 THEN x." first " ELSE x." second " END AS TEXT)"
#define VIEWS_TURNOVER                                                                             \
    "CREATE VIEW account_turnover AS SELECT " CONTRACT_OUT ",height,period,date,account,schedule,row,key," \
    TURNOVER_OUT " FROM (SELECT " TURNOVER ",x.row," KEY " AS key," EITHER("a", "e")                 \
    " AS opening_units," EITHER("b", "f") " AS debit_units," EITHER("c", "g") " AS credit_units,"    \
    EITHER("d", "h") " AS closing_units" TURNOVER_FROM CELLS_OF("z") KEYS_OF("z")                    \
    " WHERE z.kind=2 AND s.role=4);"                                                                 \
    "CREATE VIEW account_totals AS SELECT " CONTRACT_OUT ",height,period,date,account,schedule,"     \
    TURNOVER_OUT " FROM (SELECT " TURNOVER ",x.a AS opening_units,x.b AS debit_units,"               \
    "x.c AS credit_units,x.d AS closing_units" TURNOVER_FROM                                         \
    " JOIN p_totals x ON x.set_id=z.id AND x.col=s.col WHERE z.kind=2 AND s.role=4);"

#define STATE_OF(set) " JOIN p_state x ON x.set_id=" set ".set_id"
#define STATE_ROWS(roles)                                                                          \
    "(SELECT " CONTRACT ",s.name,s.kind,t.name AS schedule,x.row," KEY " AS key,s.currency,s.scale,s.keep," \
    "s.type," PICK("s.col") " AS units FROM p_fields s" OF_CONTRACT("s") OF_TABLE("s") STATE_OF("s") \
    KEYS_OF("s") " WHERE s.role" roles ")"
#define VIEWS_STATE                                                                                \
    "CREATE VIEW balances AS SELECT " CONTRACT_OUT ",name AS account,kind,schedule,row,key,currency,scale," \
    "units," DECIMAL("units", "scale", "keep") " AS amount FROM " STATE_ROWS("=1") ";"               \
    "CREATE VIEW counters AS SELECT " CONTRACT_OUT ",name AS counter,kind,schedule,row,key,currency,scale," \
    "units,CASE type WHEN 1 THEN " DECIMAL("units", "scale", "keep") " WHEN 2 THEN CASE WHEN units='0'" \
    " THEN NULL ELSE " DATE("units") " END ELSE units END AS value FROM " STATE_ROWS(" IN (2,3)") ";"

#define PARTY(column)                                                                              \
    "(SELECT p.name FROM p_contract_parties p WHERE p.contract=c.number AND p.row=" column ")"
/* The engine's own tables: columns in docs/ARCHITECTURE.md, section 2. */
#define VIEWS_DUTIES                                                                               \
    "CREATE VIEW duties AS SELECT " CONTRACT_OUT ",number,term,clause,anchor,debtor,schedule,row,"   \
    "coalesce(nullif(account,''),key) AS creditor,currency,scale," AMOUNT("duty") "," AMOUNT("open") \
    ",due,made,state FROM (SELECT " CONTRACT ",x.row AS number,d.term,l.label AS clause,l.anchor," \
    PARTY("x.debtor") " AS debtor,t.name AS schedule,x.creditor AS row," KEY_OF("t.id", "x.creditor")   \
    " AS key,d.account,d.currency,d.scale,d.keep," CELL("amount") " AS duty_units,"                  \
    "CASE x.state WHEN 2 THEN '0' ELSE " CELL("open") " END AS open_units," DATE("x.due") " AS due," DATE("x.made") " AS made,CASE x.state WHEN 0 THEN 'open'" \
    " WHEN 1 THEN 'paid' WHEN 2 THEN 'cancelled' ELSE 'contingent' END AS state"                     \
    " FROM p_duties x" OF_CONTRACT("x") " JOIN p_duty_kinds d ON d.contract=c.number AND d.duty=x.duty"     \
    OF_TABLE("d") " LEFT JOIN p_clauses l ON l.contract=c.number AND l.clause=x.clause);"                                                                            \
    "CREATE VIEW payments AS SELECT " CONTRACT_OUT ",number,debtor,schedule,row,"                    \
    "coalesce(account,key) AS creditor,currency,scale," AMOUNT("payment") "," AMOUNT("unallotted")   \
    ",made,state FROM (SELECT " CONTRACT ",x.row+1 AS number," PARTY("x.debtor") " AS debtor," \
    "t.name AS schedule,x.creditor AS row," KEY_OF("t.id", "x.creditor") " AS key,a.name AS account,"   \
    CELL("amount") " AS payment_units," CELL("unallotted") " AS unallotted_units," DATE("x.made")    \
    " AS made,CASE x.state WHEN 0 THEN 'reported' ELSE 'confirmed' END AS state,u.code AS currency,u.scale,u.keep" \
    " FROM p_payments x" OF_CONTRACT("x") " JOIN p_tables t ON t.id=(c.number<<8|x.tbl)"                    \
    " LEFT JOIN p_accounts a ON a.contract=c.number AND a.account=x.account"                         \
    " JOIN p_currencies u ON u.contract=c.number AND u.currency=x.currency);"

#define STATEMENT CONTRACT ",z.name AS statement,z.period"
#define STATEMENT_OUT CONTRACT_OUT ",statement,period,row,payee"
/* The first set of a statement holds its number in column a; further sets continue its columns. */
#define STATEMENT_ROWS(roles)                                                                      \
    "(SELECT " STATEMENT ",x.row," KEY " AS payee,s.role,s.ordinal,s.clause,s.name AS term,s.anchor," \
    "s.account,s.currency,s.scale,s.keep," PICK("s.col") " AS units FROM p_columns s"                \
    " JOIN p_sets z ON z.id=s.set_id" OF_CONTRACT("z") CELLS_OF("z") KEYS_OF("z")                    \
    " WHERE z.kind IN (3,4) AND s.role" roles ") WHERE units IS NOT NULL"

#define VIEWS_STATEMENTS \
    "CREATE VIEW statements AS SELECT " STATEMENT "," DATE("z.first") " AS first," DATE("z.last") " AS last," \
    DATE("z.date") " AS issued,z.height,CAST(" CELL("a") " AS INTEGER) AS number,t.name AS schedule," \
    "x.row," KEY " AS payee FROM p_sets z" OF_CONTRACT("z") OF_TABLE("z") CELLS_OF("z") \
    KEYS_OF("z") " WHERE z.kind=3 AND " CELL("a") " IS NOT NULL;" \
    "CREATE VIEW statement_lines AS SELECT " STATEMENT_OUT ",ordinal,clause,term,anchor,account,currency," \
    "scale,units," DECIMAL("units", "scale", "keep") " AS amount FROM " STATEMENT_ROWS("=1") ";" \
    "CREATE VIEW statement_balances AS SELECT " STATEMENT_OUT ",account,CASE role WHEN 2 THEN 'opening'" \
    " ELSE 'closing' END AS moment,currency,scale,units," DECIMAL("units", "scale", "keep") \
    " AS amount FROM " STATEMENT_ROWS(" IN (2,3)") ";" \
    "CREATE VIEW statement_sums AS SELECT " STATEMENT_OUT ",ordinal,line_group,column,currency,scale," \
    "units," DECIMAL("units", "scale", "keep") " AS amount FROM (SELECT " STATEMENT ",s.row," \
    KEY_OF("z.tbl", "s.row") " AS payee,s.ordinal,s.line_group,s.name AS column,s.currency,s.scale,s.keep," \
    "s.units FROM p_statement_sums s JOIN p_sets z ON z.id=s.set_id" OF_CONTRACT("z") ");"

#define VIEW_NAMES(X)                                                                              \
    X("parties") X("contracts") X("contract_parties") X("schedule_rows") X("reports")                \
    X("report_reasons") X("report_totals") X("rejected_lines") X("term_results") X("term_totals")    \
    X("account_turnover") X("account_totals") X("balances") X("counters") X("duties") X("payments")  \
    X("statements") X("statement_lines") X("statement_balances") X("statement_sums")
#define TABLE_NAMES(X)                                                                             \
    X("contracts") X("contract_parties") X("tables") X("keys") X("schedule_columns")                 \
    X("schedule_rows") X("sets") X("cells") X("columns") X("totals") X("fields")        \
    X("state") X("statement_sums") X("reports") X("reasons") X("sums") X("rejected")                 \
    X("duties") X("payments")             \
    X("duty_kinds") X("clauses") X("accounts") X("currencies")

#define DROP_VIEW(name) "DROP VIEW IF EXISTS " name ";"
#define DROP_TABLE(name) "DROP TABLE IF EXISTS p_" name ";"
#define NAME(name) name,

/* ISO C promises 4095 bytes of string; every compiler of ours takes more. */
#pragma GCC diagnostic ignored "-Woverlength-strings"
static const char schema[] =
    TABLES_CONTRACT TABLES_SETS TABLES_REPORTS TABLES_DUTIES VIEWS_PARTIES VIEWS_SCHEDULES VIEWS_REPORTS
    VIEWS_RESULTS VIEWS_TURNOVER VIEWS_STATE VIEWS_DUTIES VIEWS_STATEMENTS;

static const char *const views[] = {VIEW_NAMES(NAME)};

const lic_store_module lic_projection_module = {
    .name = "projection",
    .schema = schema,
    .drop = VIEW_NAMES(DROP_VIEW) TABLE_NAMES(DROP_TABLE),
    .views = views,
    .view_count = LIC_COUNT(views),
};
