#!/usr/bin/env bash
# SQL that writes, reads what is not a documented view, or never ends.
#
# Would catch: a query connection that can write, attach another file, load code, or hold the ledger for ever.
. "$(dirname "$0")/../lib.sh"
new_ledger l.licet 2026-01-10 Owner || not_ok "a ledger" "cannot be made"
remember l.licet
sum=$(sha256sum <l.licet)

sql() { refused "$1" "$2" "$3" "$LICET" query "$4" --ledger l.licet; }
sql "insert" 65 "not allowed" "INSERT INTO blocks VALUES (1)"
sql "update of a view" 65 "not allowed\|view" "UPDATE parties SET name = 'x'"
sql "delete" 65 "not allowed" "DELETE FROM blocks"
sql "drop" 65 "not allowed\|view" "DROP VIEW parties"
sql "create" 65 "not allowed" "CREATE TABLE mine (a)"
sql "attach" 65 "not allowed" "ATTACH 'other.db' AS other"
sql "a pragma that writes" 65 "not allowed" "PRAGMA user_version = 7"
sql "journal mode" 65 "not allowed" "PRAGMA journal_mode = DELETE"
sql "vacuum into" 65 "not allowed" "VACUUM INTO 'copy.db'"
sql "load_extension" 65 "permitted\|authorized\|denied\|function" "SELECT load_extension('x')"
sql "a temporary table" 65 "not allowed" "CREATE TEMP TABLE mine (a)"
sql "a virtual table" 65 "not allowed" "CREATE VIRTUAL TABLE mine USING fts5(a)"
sql "attach in memory" 65 "not allowed" "ATTACH ':memory:' AS other"
sql "detach" 65 "not allowed\|no such\|main" "DETACH main"
sql "a transaction" 65 "not allowed" "BEGIN IMMEDIATE"
sql "a savepoint" 65 "not allowed" "SAVEPOINT a"
sql "analyze" 65 "not allowed" "ANALYZE"
sql "reindex" 65 "not allowed\|unable" "REINDEX"
sql "a delete behind a WITH" 65 "not allowed" "WITH a AS (SELECT 1) DELETE FROM blocks"
sql "replace" 65 "not allowed" "REPLACE INTO head VALUES (1, 2, 3, 4, 5, 6)"
sql "the schema" 65 "not allowed\|prohibited" "SELECT sql FROM sqlite_schema"
sql "a table behind the views" 65 "not allowed\|prohibited" "SELECT bytes FROM payloads"
sql "a pragma as a table" 65 "not allowed\|prohibited\|no such" "SELECT * FROM pragma_database_list"
sql "pages of the file" 65 "not allowed\|no such" "SELECT * FROM sqlite_dbpage"
sql "a file" 65 "no such function\|not allowed\|not authorized" "SELECT readfile('/etc/passwd')"
sql "a file that is written" 65 "no such function\|not allowed\|not authorized" "SELECT writefile('other.db', 'x')"
sql "a tokenizer's address" 65 "no such function\|not allowed\|not authorized" "SELECT fts3_tokenizer('simple')"
sql "a view that joins what it may not" 65 "not allowed\|prohibited" \
    "SELECT * FROM parties JOIN registered ON registered.name = parties.name"
sql "a second statement" 65 "one statement\|statement" "SELECT 1; DELETE FROM blocks"
sql "nonsense" 65 "syntax" "SELEKT 1"
sql "an unknown view" 65 "no such\|not allowed" "SELECT * FROM nowhere"
[ ! -e other.db ] && [ ! -e copy.db ] && ok "no file was made" || not_ok "no file was made" "one is there"

begin=$(date +%s)
refused "a query that never ends" 75 "time limit" "$LICET" query --time-limit 1 --ledger l.licet \
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
took=$(($(date +%s) - begin))
[ $took -le 10 ] && ok "is stopped in time" || not_ok "is stopped in time" "$took s"

# One value, or one row after the other, as large as they come: an error, or an answer in the memory that it has.
memory=1500000 # kB; a sanitizer reserves more than any machine has
(ulimit -v $memory; exec "$LICET" --version) >out 2>&1 || memory=unlimited
bounded() { # WHAT SQL
    local status
    (ulimit -v $memory; exec timeout 60 "$LICET" query --time-limit 2 --ledger l.licet "$2") >out 2>err
    status=$?
    case $status in
    0 | 65 | 70 | 75) [ $status -eq 0 ] || [ -s err ] && ok "$1" || not_ok "$1" "exit $status without words" ;;
    *) not_ok "$1" "exit $status: $(head -c 200 err)" ;;
    esac
}
bounded "a value of two gigabytes" "SELECT length(zeroblob(2000000000))"
bounded "a text that doubles" "WITH RECURSIVE n(x, t) AS (SELECT 1, 'x' UNION ALL SELECT x + 1, t || t FROM n WHERE x < 60) SELECT max(length(t)) FROM n"
bounded "a text that is put together" "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT group_concat(x) FROM n"
bounded "a width of two billion" "SELECT length(printf('%2000000000d', 1))"
bounded "rows that are sorted" "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 100000000) SELECT x FROM n ORDER BY -x LIMIT 1"
bounded "rows without end" "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
bounded "every row with every row" "SELECT count(*) FROM parties a, parties b, parties c, parties d, parties e, parties f, parties g, parties h, parties i, parties j, parties k, parties l, parties m, parties n, parties o, parties p, parties q, parties r, parties s, parties t, parties u, parties v, parties w, parties x, parties y, parties z"
bounded "brackets without end" "SELECT $(printf '(%.0s' {1..2000})1$(printf ')%.0s' {1..2000})"
bounded "a pattern that backtracks" "SELECT '$(printf 'a%.0s' {1..5000})' LIKE '$(printf '%%a%.0s' {1..2000})b'"
bounded "a statement of a megabyte" "SELECT '$(head -c 100000 /dev/zero | tr '\0' x)'"

same "the file is the same to the byte" "$sum" "$(sha256sum <l.licet)"
unchanged "the ledger is as it was" l.licet
finish
