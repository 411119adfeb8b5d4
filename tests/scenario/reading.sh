#!/usr/bin/env bash
# Reading a ledger: show, log, doctor, statement, views by plain sqlite3, and licet-node, which has no compiler.
#
# Would catch: a command whose text and JSON disagree, a documented view or column that is not there, an amount stored as
# REAL, a node that needs what it should not have.
. "$(dirname "$0")/../lib.sh"
"$SOURCE/contracts/streaming/settle_year.sh" y.licet >/dev/null 2>err || not_ok "a year" "$(tail -2 err)"
contract=$(query y.licet "SELECT id FROM contracts")
last=$("$LICET" log transactions --ledger y.licet | tail -1 | cut -f 5)
json() { python3 -c 'import json, sys; json.load(sys.stdin)' <"$1"; }
shows() { # WHAT TEXT ARGUMENT...: text holds TEXT, and --json is JSON that holds it too
    local what=$1 text=$2
    shift 2
    "$LICET" "$@" --ledger y.licet >out 2>err || not_ok "$what" "$(cat err)"
    "$LICET" "$@" --json --ledger y.licet >out.json 2>err || not_ok "$what, JSON" "$(cat err)"
    if grep -q -e "$text" out && grep -q -e "$text" out.json; then ok "$what"; else
        not_ok "$what" "no $text in $(head -c 200 out) / $(head -c 200 out.json)"
    fi
    python3 -c 'import json, sys; [json.loads(x) for x in (open("out.json") if sys.argv[1] == "log" else [open("out.json").read()])]' "$1" ||
        not_ok "$what" "no JSON"
}
shows "the ledger" simulated show
shows "parties" Wavefront show contracts
shows "a party" did:key show party Label
shows "a contract" AdvanceSum show contract NorthlightWavefront
shows "a block" state_root show block 3
shows "a transaction" position show transaction "$last"
shows "a term" 601000.00 show term NorthlightWavefront Stream
shows "a schedule" GBNLT2600003 show schedule NorthlightWavefront Recordings
shows "one row" GBNLT2600003 show schedule NorthlightWavefront Recordings GBNLT2600003
shows "the source" "royalty Stream" show source NorthlightWavefront
shows "blocks" "2027-01-20" log
shows "transactions" sign log transactions
shows "events" report log events NorthlightWavefront
shows "postings" 351000.00 log postings NorthlightWavefront
shows "postings of an account" 250000.00 log postings NorthlightWavefront --account Advance
shows "the examination" ok doctor
shows "a statement" 122850.00 statement NorthlightWavefront --period 2026-Q1 --payee Artist
said() { "$LICET" "$@" --ledger y.licet >out 2>err || not_ok "$*" "$(cat err)"; }
has() { grep -q -e "$2" out && ok "$1" || not_ok "$1" "no $2 in $(head -c 600 out)"; }
lacks() { grep -q -e "$2" out && not_ok "$1" "$(grep -e "$2" out | head -2)" || ok "$1"; }
# Numbers and hashes of a transaction have their names beside them.
report=$("$LICET" log transactions --ledger y.licet | awk -F '\t' '$3 == "report" { print $5; exit }')
said show transaction "$report"
for part in 'party  *Platform (' 'contract  *NorthlightWavefront (' 'report  *Usage$' 'time  *2026-04-20 00:00:00 UTC' 'did:key:.*; party Platform'; do
    has "a report's transaction: $part" "$part"
done
lacks "what it does not replace is not shown" replaces
"$LICET" show transaction "$report" --json --ledger y.licet >out
check "the same in JSON, numbers and hashes kept" python3 -c 'import json
t = json.load(open("out"))
assert (t["party_name"], t["agreement"], t["report"], t["report_name"]) == ("Platform", "NorthlightWavefront", 0, "Usage"), t
assert len(t["party"]) == len(t["contract"]) == 64 and t["replaces"] == "0" * 64 and t["date"] == "2026-04-20", t'
said show block "$("$LICET" log transactions --ledger y.licet | awk -F '\t' '$3 == "report" { print $1; exit }')"
has "a block's transactions: whose and of what" 'kind report; party Platform; agreement NorthlightWavefront; id '
has "a block's time" 'time  *2026-[0-9-]* 00:00:00 UTC'
"$LICET" pay NorthlightWavefront Artist 1.50 --as Platform --ledger y.licet --reference "a part" >/dev/null 2>&1
said show transaction "$("$LICET" log transactions --ledger y.licet | tail -1 | cut -f 5)"
for part in 'creditor  *Artist$' 'amount  *1.50$' 'reference  *a part$'; do has "a payment's transaction: $part" "$part"; done
# What a pipe reads is data alone; on a terminal there are titles.
terminal() { python3 "$SOURCE/tests/tools/terminal.py" "$LICET" "$@" --ledger y.licet >out 2>err || not_ok "$*" "$(cat err)"; }
terminal query "SELECT number, creditor FROM duties LIMIT 1"
has "a query on a terminal is a table with titles" '^number  creditor$'
terminal query "SELECT number, creditor FROM duties LIMIT 1" --format tsv
lacks "tsv stays tsv" number
terminal query "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100100) SELECT i FROM n"
same "a table that grows too long goes on as lines" 100101 "$(wc -l <out)"
terminal log transactions
has "a log on a terminal" '^height.position.kind.party.id$'
terminal statement NorthlightWavefront --period 2026-Q1
has "statements on a terminal" '^statement  *period  *payee  *issued'
said query "SELECT number FROM duties LIMIT 1"
same "a pipe gets data alone" 0 "$(cat out)"
said statement NorthlightWavefront --period 2026-Q4 --payee Artist
has "why something stays" 'fee Payout \[5.3\] pays nothing yet: GBP 0.42 is below what the agreement pays out'
said statement NorthlightWavefront --period 2026-Q1 --payee Artist
lacks "where everything is paid" "pays nothing"
refused "a thing that cannot be shown" 64 "cannot be shown" "$LICET" show everything --ledger y.licet
refused "a block that is not there" 66 "no block" "$LICET" show block 999 --ledger y.licet
refused "a transaction that is not there" 66 "no transaction" "$LICET" show transaction "$(printf %064d 5)" --ledger y.licet
refused "a term that is not there" 65 "no term" "$LICET" show term NorthlightWavefront Nothing --ledger y.licet

# Money moves in balanced postings: over all of them, what an account gets less what it gives is its balance.
"$LICET" log postings "$contract" --json --ledger y.licet >postings
query y.licet "SELECT account || CASE WHEN key IS NULL OR schedule = 'self' THEN '' ELSE ' of ' || key END, amount FROM balances
    WHERE CAST(units AS INTEGER) <> 0" | sort >want
python3 - <<'PY' | sort >got
import collections, decimal, json
sums = collections.Counter()
for line in open("postings", encoding="utf-8"):
    p = json.loads(line)
    sums[p["from"]] -= decimal.Decimal(p["amount"])
    sums[p["to"]] += decimal.Decimal(p["amount"])
assert sum(sums.values()) == 0
for name, amount in sums.items():
    if amount:
        print(f"{name}\t{amount:.2f}")
PY
same_files "postings add up to the balances" want got

# Plain sqlite3 reads what is documented, and finds no REAL.
sed -n '/^## 2/,/^## 3/s/^| `\([a-z_]*\)` | a.* | \(.*\) |$/\1 \2/p' "$SOURCE/docs/spec/api.md" | grep -v ' as `' >documented
[ "$(wc -l <documented)" -ge 16 ] && ok "the views are documented" || not_ok "the views are documented" "$(wc -l <documented)"
while read -r view columns; do
    columns=$(printf %s "$columns" | sed 's/ ([^)]*)//g')
    sqlite3 y.licet "SELECT $columns FROM $view" >rows 2>err || not_ok "sqlite3 reads $view" "$(cat err)"
    reals=$(for column in $(printf %s "$columns" | tr -d ,); do
        sqlite3 y.licet "SELECT '$column' FROM $view WHERE typeof($column) = 'real' LIMIT 1"; done)
    same "$view: documented columns, no REAL" "" "$reals"
done <documented

# The node reads and replays alike.
node=${LICET_NODE:-$(dirname "$LICET")/licet-node}
if [ -x "$node" ]; then
    check "licet-node replays" "$node" replay y.licet
    "$node" query "SELECT key, net_amount FROM term_results ORDER BY height, term, row" --ledger y.licet >by.node
    query y.licet "SELECT key, net_amount FROM term_results ORDER BY height, term, row" >by.licet
    same_files "licet-node reads the same rows" by.licet by.node
    refused "licet-node writes nothing" 64 "clock\|command" "$node" clock 2027-02-01 --ledger y.licet
fi
finish
