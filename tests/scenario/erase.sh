#!/usr/bin/env bash
# Contents erased from a ledger: a report with its lines, a payment's reference. Nothing of them is left in the file or
# beside it, no root changes, whoever asks is told when and why, and replay goes on behind them.
#
# Would catch: bytes that stay between the rows of the file or in its log; a digest or root that changes; a replay that
# stops, goes on from a state that nobody proved, or sees no difference any more behind the erased block; a state rebuilt
# without what was erased; an answer that is silently short; something deleted that the state rests on.
. "$(dirname "$0")/../lib.sh"
new_ledger l.licet 2026-02-15 Owner Maker || not_ok "a ledger" "cannot be made"
export LICET_LEDGER=l.licet
agreement=$SOURCE/tests/scenario/agreements/merchandise.lic
data=$SOURCE/tests/scenario/data/merchandise
contract=$("$LICET" deploy "$agreement" --as Owner | cut -d ' ' -f 1)
check "signed" "$LICET" sign "$contract" --as Owner --as Maker
sed '1s/^[^\t]*/ZEBRA-77120/' "$data/2026-Q1.tsv" >secret.tsv
file() { # PERIOD DAY FILE
    check "clock $2" "$LICET" clock "$2"
    check "report $1" "$LICET" report "$contract" Sales "$3" --period "$1" --as Maker
}
id_of() { "$LICET" log transactions | awk -v kind="$1" '$3 == kind { print $NF }' | sed -n "${2}p"; }
file 2026-Q1 2026-04-10 secret.tsv
check "paid" "$LICET" pay "$contract" Owner 40.00 --as Maker --reference "MEMO-FOR-MISS-MOLE"
file 2026-Q2 2026-07-10 "$data/2026-Q2.tsv"
# keys and parties that change behind what is erased: the state kept must be as it was before
check "a key rotated" "$LICET" key rotate Maker
check "a party registered" "$LICET" register Late
check "confirmed" "$LICET" acknowledge "$contract" 1 --as Owner
file 2026-Q3 2026-10-10 "$data/2026-Q3.tsv"
cp -r l.licet-keys c.licet-keys

secrets() { cat "$1" "$1"-* "$1".* 2>/dev/null | grep -aoE 'ZEBRA-77120|MEMO-FOR-MISS-MOLE' | sort -u | xargs; }
same "the secrets are there" "MEMO-FOR-MISS-MOLE ZEBRA-77120" "$(secrets l.licet)"
cp l.licet before.licet
blocks() { "$LICET" log blocks --ledger "$1"; }
report=$(id_of report 1) pay=$(id_of pay 1) lines=$(id_of lines 1)
remember l.licet

# -- what cannot go ---------------------------------------------------------------------------------------------------------
sum=$(sha256sum <l.licet)
refused "without a reason" 64 "no reason given" "$LICET" erase "$report"
refused "a reason of two lines" 65 "on one line" "$LICET" erase "$report" --why $'a\nb'
refused "what is no id" 64 "no transaction id" "$LICET" erase x --why y
refused "what is no transaction" 66 "holds no transaction" "$LICET" erase "$(printf '0%.0s' $(seq 64))" --why y
for kind in register deploy sign clock keys; do
    refused "a transaction $kind" 65 "part of the state" "$LICET" erase "$(id_of $kind 1)" --why y
done
refused "lines without their report" 65 "erase the report" "$LICET" erase "$lines" --why y
same "the file is untouched" "$sum" "$(sha256sum <l.licet)"

# -- a payment's reference ------------------------------------------------------------------------------------------------------
check "a payment is erased" "$LICET" erase "$pay" --why "asked for by the payer" --json
cat .out >said
same "what is said" "1 0 0" "$(python3 -c 'import json; d = json.load(open("said")); print(d["transactions"], d["chunks"], d["outputs"])')"
same "its reference is gone from the file and all beside it" "ZEBRA-77120" "$(secrets l.licet)"
unchanged "views and roots are as before" l.licet
same "every block is as before" "$(blocks before.licet)" "$(blocks l.licet)"
tells "who asks for it is told when and why" "asked for by the payer" "$LICET" show transaction "$pay"
tells "and that it is gone" "erased" "$LICET" show transaction "$pay"
height=$("$LICET" log transactions | awk '$3 == "pay" { print $1 }')
check "replay goes on behind it" "$LICET" replay
grep -q "went on from the state after block $height" .out && ok "and says so" || not_ok "and says so" "$(cat .out)"
same "the same root comes out" "$("$LICET" replay before.licet | grep '^state root')" "$(grep '^state root' .out)"
tells "doctor says what is erased" "1 transactions and outputs were erased" "$LICET" doctor

# -- a report -------------------------------------------------------------------------------------------------------------------
check "a report is erased, with what it gave out" "$LICET" erase "$report" --outputs --why "court order 12/26"
same "nothing of it is left in the file and beside it" "" "$(secrets l.licet)"
unchanged "views and roots are as before" l.licet
same "every block is as before" "$(blocks before.licet)" "$(blocks l.licet)"
tells "its lines are gone too" "court order 12/26" "$LICET" show transaction "$lines"
check "replay crosses both" "$LICET" replay --json
cat .out >said
same "and executes all other blocks" "True 2" "$(python3 -c 'import json; d = json.load(open("said")); print(d["equal"], d["blocks_not_executed"])')"
refused "why of what it settled says where and what to do" 66 "erased.*export" "$LICET" why "$contract" Owner --period 2026-Q1 --all
check "why of what came later is as before" "$LICET" why "$contract" Owner --period 2026-Q2 --all
refused "its lines cannot be queried" 66 "erased" "$LICET" query "SELECT * FROM usage_lines"
tells "the log says what it leaves out" "erased" "$LICET" log postings "$contract" --json
"$LICET" log postings "$contract" >/dev/null 2>err
grep -q "erased" err && ok "the log says it to people too" || not_ok "the log says it to people too" "$(cat err)"
refused "state and views cannot be made again" 65 "erased" "$LICET" doctor --rebuild
check "the ledger goes on" "$LICET" clock 2027-01-10
check "and reports come in" "$LICET" report "$contract" Sales "$data/2026-Q4.tsv" --period 2026-Q4 --as Maker
check "it replays" "$LICET" replay
check "an export has it as it is" "$LICET" export l.licet x.licet --replay
check "and an import" "$LICET" import x.licet y.licet --replay
check "once more: nothing is left to do" "$LICET" erase "$report" "$pay" --why again --json
grep -q '"transactions":0' .out && ok "and it says so" || not_ok "and it says so" "$(cat .out)"
tells "the first reason stays" "court order 12/26" "$LICET" show transaction "$report"

# -- behind what was erased, replay sees what it saw before --------------------------------------------------------------------------
tampered() { # WHAT EXIT PATTERN SQL
    cp l.licet c.licet
    sqlite3 c.licet "$4"
    refused "$1" "$2" "$3" "$LICET" replay c.licet
}
last="(SELECT max(place) FROM outputs WHERE (place >> 24) & 15 = 4)"
tampered "another amount behind it" 1 "stored .*computed" \
    "UPDATE payloads SET bytes = CAST(substr(bytes, 1, length(bytes) - 1) || x'02' AS BLOB) WHERE place = $last"
for at in 1 7 60 150; do # version, a key, its heights, a lane
    kept=$(sqlite3 l.licet "SELECT hex(bytes) FROM kept_states ORDER BY height LIMIT 1")
    [ "${kept:$((2 * at)):2}" = FF ] && byte=00 || byte=FF
    tampered "another state kept, byte $at" 65 "kept for block" \
        "UPDATE kept_states SET bytes = x'${kept:0:$((2 * at))}$byte${kept:$((2 * at + 2))}' WHERE height = (SELECT min(height) FROM kept_states)"
done
tampered "another state of before" 65 "kept for block\|does not have the roots" "DELETE FROM old_pages WHERE tbl <> 65535 AND until > $height"
tampered "another digest in the erased block" 65 "root" "UPDATE transactions SET leaf = zeroblob(32) WHERE id = x'$pay'"
tampered "another present state" 65 "roots" "UPDATE pages SET body = zeroblob(length(body)) WHERE body <> zeroblob(length(body))"
tampered "no state kept" 65 "was erased: it cannot be executed again" "DELETE FROM kept_states"

# -- a report that was settled in steps: the state to go on from is the one behind its last step ---------------------------------------------
"$LICET" init s.licet --clock simulated:2026-02-15 --limit work_per_block=1 >/dev/null 2>&1; cp l.licet-keys/Owner.key l.licet-keys/Maker.key s.licet-keys
export LICET_LEDGER=s.licet
check "a ledger whose blocks work off one line" "$LICET" register Owner
check "and two parties" "$LICET" register Maker
check "signed" "$LICET" sign "$("$LICET" deploy "$agreement" --as Owner | cut -d ' ' -f 1)" --as Owner --as Maker
check "clock" "$LICET" clock 2026-04-10
for n in 1 2 3 4 5 6; do printf 'ZEBRA-77120%s\tGB\t%s00\t4.99\n' $n $n; done >steps.tsv
check "its report" "$LICET" report Brightwater Sales steps.tsv --period 2026-Q1 --as Maker --chunk 40
set -- $(sqlite3 s.licet "SELECT place >> 28, ended FROM transfers" | tr '|' ' ')
[ "$2" -ge $(($1 + 5)) ] && ok "it took blocks $1 to $2" || not_ok "it took many blocks" "$1 $2"
check "clock" "$LICET" clock 2026-07-10
check "the next one" "$LICET" report Brightwater Sales "$data/2026-Q2.tsv" --period 2026-Q2 --as Maker
remember s.licet
blocks s.licet >blocks_before
check "it is erased, with what it gave out" "$LICET" erase "$(id_of report 1)" --outputs --why "court order 13/26"
same "nothing of it is left" "" "$(secrets s.licet)"
unchanged "views and roots are as before" s.licet
same "every block is as before" "$(cat blocks_before)" "$(blocks s.licet)"
check "replay goes on" "$LICET" replay
grep -q "went on from the state after block $2" .out && ok "behind its last step" || not_ok "behind its last step" "$(cat .out)"
check "doctor finds nothing bad" "$LICET" doctor
check "clock" "$LICET" clock 2026-10-10
check "and reports come in" "$LICET" report Brightwater Sales "$data/2026-Q3.tsv" --period 2026-Q3 --as Maker
check "it replays" "$LICET" replay
export LICET_LEDGER=l.licet

# -- beside a reader, and on a log ----------------------------------------------------------------------------------------------------
cp before.licet w.licet; cp -r l.licet-keys w.licet-keys
sqlite3 w.licet "PRAGMA journal_mode = WAL" >/dev/null
python3 - w.licet <<'PY' &
import sqlite3, sys, time, os
db = sqlite3.connect(sys.argv[1]); db.execute("BEGIN"); db.execute("SELECT count(*) FROM payloads").fetchone()
open("reading", "w").close()
while not os.path.exists("enough"): time.sleep(0.05)
PY
reader=$!
while [ ! -e reading ]; do sleep 0.05; done
refused "a reader keeps old pages: that is said" 75 "still reads" "$LICET" erase "$pay" --why r --ledger w.licet
touch enough; wait $reader
check "and done again when it is gone" "$LICET" erase "$pay" --why r --ledger w.licet
same "nothing is left" "ZEBRA-77120" "$(secrets w.licet)"
check "it replays" "$LICET" replay w.licet
finish
