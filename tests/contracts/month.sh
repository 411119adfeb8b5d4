#!/usr/bin/env bash
# A month of streams: the five files of settle.sh are those of the reference oracle, byte for byte, on the
# standard sets S and X (amounts beyond 64 bits) and on other seeds, sizes, fault rates and chunk sizes.
#
# Would catch: an error in judging lines, in tiers, rounding, recoupment, splits or withholding; a result
# that hangs on where chunks end; a view that leaves rows out or orders them otherwise; a debtor that is told each of
# many duties, or another sum of them.
. "$(dirname "$0")/../lib.sh"
workload=$SOURCE/tests/workload
settle=$SOURCE/contracts/month_of_streams/settle.sh

# settled NAME CHUNK GENERATOR-OPTION...
settled() {
    local name=$1 chunk=$2
    shift 2
    python3 "$workload/generate.py" "$@" --out "data-$name" >/dev/null &&
        python3 "$workload/oracle.py" "data-$name" "want-$name" || return 1
    LICET_CHUNK=$chunk check "$name: settle.sh runs" "$settle" "data-$name" "got-$name"
    same_files "$name: outputs are the oracle's ($*, chunk ${chunk:-default})" "want-$name" "got-$name"
}

settled S "" --size S
settled X 4096 --size X
settled seed-7 1000 --size S --seed 7 --lines 4000 --works 300 --payees 40 --contracts 9 --bad-ppm 300000
settled seed-99 65536 --size S --seed 99 --lines 6001 --works 2000 --payees 900 --bad-ppm 0
settled no-usage "" --size S --seed 5 --lines 0 --works 50 --payees 30

# The second oracle, which the tests of changed terms use, agrees with the first one.
python3 "$SOURCE/tests/oracle/month.py" data-X second-X
same_files "the rational oracle agrees with the reference on X" want-X second-X

# A ledger given by name stays, and a second month is not settled over it.
check "settle.sh leaves the named ledger" "$settle" data-seed-7 got-named month.licet
same_files "a named ledger gives the same outputs" want-seed-7 got-named
check "the ledger replays" "$LICET" replay month.licet
payee=$(query month.licet "SELECT key FROM term_results WHERE term = 'Payout' AND CAST(net_units AS INTEGER) > 0
    ORDER BY row LIMIT 1")
due=$(query month.licet "SELECT net_amount FROM term_results WHERE term = 'Payout' AND key = '$payee'")
"$LICET" why MonthOfStreams "$payee" --period 2026-01 --json --ledger month.licet >why.json 2>err ||
    not_ok "why --json" "$(head -c 300 err)"
check "why --json of $payee recomputes, down to the report's bytes" python3 "$SOURCE/tests/oracle/why_check.py" \
    why.json data-seed-7/usage.tsv --units-of gross --due "$due" --lines 1
check "why, as text" "$LICET" why MonthOfStreams "$payee" --period 2026-01 --ledger month.licet
# The debtor's account says what it owes in sums: one line for all duties of a term, the largest below it.
"$LICET" why MonthOfStreams Service --period 2026-01 --ledger month.licet >service 2>err
paid=$(query month.licet "SELECT net_amount FROM term_totals WHERE term = 'Payout'")
count=$(query month.licet "SELECT count(*) FROM duties")
same "duties of a debtor are told together" "To be paid by you: USD $paid by $count duties to Payees, due 2026-03-03: fee Payout [7]" \
    "$(grep '^To be paid' service | tr -d ,| sed 's/Payees due/Payees, due/')"
same "the largest of them by size" "$(query month.licet "SELECT creditor || ' duty ' || number FROM duties
    ORDER BY CAST(duty_units AS INTEGER) DESC, number LIMIT 10")" "$(sed -n '/^The largest/,/more;/p' service | sed '1d;$d' | tr -d , | awk '{ print $3, $4, $5 }')"
refused "an existing ledger is not overwritten" 65 "exists" "$settle" data-seed-7 got-again month.licet
refused "a missing data folder" 66 "not a folder" "$settle" nowhere got-again
finish
