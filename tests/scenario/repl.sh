#!/usr/bin/env bash
# licet repl: lines of Lua on a ledger in memory, and on what a ledger's history makes.
#
# Would catch: an answer that is not the ledger's; a mistake that ends the session or is not told; a line that goes on
# and is run too early; an endless line that is not stopped; a session that writes to the ledger it began with.
. "$(dirname "$0")/../lib.sh"
A=$SOURCE/contracts/streaming
session() { # ARGUMENT...: lines from stdin
    "$LICET" repl "$@" >out 2>err
}

# 12.5 % of 31,603.80 = 3,950.475, half even 3,950.48; 85 % of it 3,357.908 for the author.
session "$SOURCE/contracts/simple" <<'LUA' || not_ok "a session" "$(cat err)"
advance "2026-01-10"
c = deploy { agreement = "simple.lic" }:sign()
advance "2026-04-10"
c:file("Sales", "2026-Q1",
       "hardback\t1200\t19198.80\npaperback\t1500\t12405.00\n").accepted
c:owed("Author")
c:duty { creditor = "Author" }.due
query "SELECT count(*) AS n FROM postings WHERE to_account = 'Owed'"
LUA
same "what lines give" '2
GBP 3,357.91
2026-05-10
{n = 2}' "$(cat out)"

session "$SOURCE/contracts/simple" <<'LUA'
c = deploy { agreement = "nowhere.lic" }
1 +
+ 1)
nothing.at.all
x = 20
x + 1
LUA
same "a mistake has its exit code" 1 $?
same "mistakes are told" 3 "$(grep -c '^error: ' out)"
same "what comes after them is answered" 21 "$(tail -1 out)"
grep -q "nowhere.lic" out && ok "the file is named" || not_ok "the file is named" "$(cat out)"

printf 'io.open("/etc/passwd")\nos.execute("true")\nrequire("posix")\n' | session .
same "nothing of the machine" 3 "$(grep -c '^error: ' out)"

printf '1 + 1\nnothing()\n' | session . --json
same "JSON is a document a line" '{"answer":"2"} error' \
    "$(head -1 out) $(tail -1 out | python3 -c 'import json, sys; print(*json.load(sys.stdin))')"

check "a ledger" "$A/settle_year.sh" year.licet
sum=$(sha256sum <year.licet)
session . --ledger year.licet <<'LUA' || not_ok "a session on a ledger" "$(cat err)"
c = contract_named "NorthlightWavefront"
#query "SELECT 1 FROM postings"
c:why("Artist", "2026-Q1")
LUA
same "as many postings as the ledger has" "$(query year.licet "SELECT count(*) FROM postings")" "$(head -1 out)"
plain() { sed 's/block [0-9]*/block/g' "$1"; } # acts of keys and clock are blocks there
"$LICET" why NorthlightWavefront Artist --period 2026-Q1 --ledger year.licet >why.txt
same "why says what licet why says" "$(plain why.txt)" "$(tail -n +2 out >told && plain told)"
same "the ledger is as it was" "$sum" "$(sha256sum <year.licet)"

printf 'while true do end\n1 + 1\n' | session .
same "an endless line is stopped, and the next one read" "1 2" "$(grep -c 'error: the limit of' out) $(tail -1 out)"
finish
