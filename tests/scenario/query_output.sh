#!/usr/bin/env bash
# A query's answer in a file.
#
# Would catch: half of an answer where a whole one was, a file left beside it, an answer that goes to a terminal all the same.
. "$(dirname "$0")/../lib.sh"
new_ledger l.licet 2026-01-10 Owner || not_ok "a ledger" "cannot be made"
mkdir out
query() { "$LICET" query --ledger l.licet "$@"; }

check "an answer goes to a file" query "SELECT name FROM parties" --output out/parties.tsv
same "and nowhere else" "" "$(cat .out .err)"
same "it is the answer" "$(query "SELECT name FROM parties")" "$(cat out/parties.tsv)"
check "JSON goes there, too" query "SELECT name FROM parties" --output out/parties.json --json
same "as it would go to standard output" "$(query "SELECT name FROM parties" --json)" "$(cat out/parties.json)"
tells "- is standard output" Owner query "SELECT name FROM parties" --output -

chmod 640 out/parties.tsv
check "an answer of many bytes takes the place of another" query --output out/parties.tsv \
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200000) SELECT x FROM n"
same "whole" "200000 20000100000" "$(awk '{ sum += $1 } END { printf "%d %.0f", NR, sum }' out/parties.tsv)"
same "with the permissions that it had" 640 "$(stat -c %a out/parties.tsv)"

# The answer begins, and then it fails: the file stays what it was.
cp out/parties.tsv before
refused "an answer that fails half way" 65 "would round" query --output out/parties.tsv \
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200000) \
     SELECT x, 9223372036854775807 * (x / 200000 + 1) FROM n"
check "leaves the file that was there" cmp before out/parties.tsv
refused "a query that is none" 65 "syntax" query --output out/none.tsv "SELEKT"
same "leaves nothing else" "parties.json parties.tsv" "$(ls -A out | tr '\n' ' ' | sed 's/ $//')"
refused "a folder that is not there" 74 "make the folder first" query --output nowhere/a.tsv "SELECT 1"
(ulimit -f 64; query --output out/large.tsv \
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200000) SELECT x FROM n") >.out 2>.err
same "a disk that takes no more is told" "74 out/large.tsv" "$? $(grep -o 'out/large.tsv' .err | head -1)"
same "and leaves nothing" "parties.json parties.tsv" "$(ls -A out | tr '\n' ' ' | sed 's/ $//')"
finish
