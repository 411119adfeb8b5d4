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
sql "a second statement" 65 "one statement\|statement" "SELECT 1; DELETE FROM blocks"
sql "nonsense" 65 "syntax" "SELEKT 1"
sql "an unknown view" 65 "no such\|not allowed" "SELECT * FROM nowhere"
[ ! -e other.db ] && [ ! -e copy.db ] && ok "no file was made" || not_ok "no file was made" "one is there"

begin=$(date +%s)
refused "a query that never ends" 75 "time limit" "$LICET" query --time-limit 1 --ledger l.licet \
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
took=$(($(date +%s) - begin))
[ $took -le 10 ] && ok "is stopped in time" || not_ok "is stopped in time" "$took s"

same "the file is the same to the byte" "$sum" "$(sha256sum <l.licet)"
unchanged "the ledger is as it was" l.licet
finish
