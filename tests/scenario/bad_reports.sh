#!/usr/bin/env bash
# Reports that must not settle: by the wrong party, for a wrong or closed period, twice, with a chunk missing or
# altered, with a line that traps, with lines that the agreement refuses.
#
# Would catch: a report accepted in part, a period settled twice, a refusal that leaves traces.
. "$(dirname "$0")/../lib.sh"
agreement=$SOURCE/tests/scenario/agreements/merchandise.lic
data=$SOURCE/tests/scenario/data/merchandise
new_ledger l.licet 2026-02-20 Owner Maker Stranger || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$agreement" --ledger l.licet --as Owner | cut -d ' ' -f 1)
report() { # FILE PERIOD PARTY OPTION...
    local file=$1 period=$2 party=$3
    shift 3
    "$LICET" report "$contract" Sales "$file" --period "$period" --as "$party" --ledger l.licet "$@"
}
refused "before the parties signed" 65 "sign\|draft\|active" report "$data/2026-Q1.tsv" 2026-Q1 Maker
check "signed" "$LICET" sign "$contract" --as Owner --as Maker --ledger l.licet
remember l.licet
refused "before the period has ended" 65 "end" report "$data/2026-Q1.tsv" 2026-Q1 Maker
unchanged "the ledger is as it was" l.licet
check "the period ends" "$LICET" clock 2026-04-02 --ledger l.licet
remember l.licet
refused "by the other party" 65 "Maker" report "$data/2026-Q1.tsv" 2026-Q1 Owner
refused "by a stranger" 65 "Stranger\|party" report "$data/2026-Q1.tsv" 2026-Q1 Stranger
refused "by nobody who is registered" 66 "Nobody" report "$data/2026-Q1.tsv" 2026-Q1 Nobody
refused "for a later period" 65 "period" report "$data/2026-Q2.tsv" 2026-Q2 Maker
refused "for a period before the term" 65 "period\|term" report "$data/2026-Q1.tsv" 2025-Q4 Maker
refused "for a month, not a quarter" 65 "quarter\|period" report "$data/2026-Q1.tsv" 2026-01 Maker
refused "for a period that is none" 64 "period" report "$data/2026-Q1.tsv" 2026-Q5 Maker
refused "of a report that the agreement does not have" 66 "Usage" "$LICET" report "$contract" Usage \
    "$data/2026-Q1.tsv" --period 2026-Q1 --as Maker --ledger l.licet
refused "of a file that is not there" 66 "absent" report absent.tsv 2026-Q1 Maker
refused "to a contract that is not there" 65 "contract" "$LICET" report ffffffff Sales "$data/2026-Q1.tsv" \
    --period 2026-Q1 --as Maker --ledger l.licet

bad_line() { # WHAT PATTERN LINE: as the last line of an otherwise good report
    { cat "$data/2026-Q1.tsv"; printf "$3"; } >bad.tsv
    refused "$1" 65 "$2" report bad.tsv 2026-Q1 Maker
    grep -q 'line 3\|:3:' "$WORK/.err" || not_ok "$1" "line 3 is not named: $(cat "$WORK/.err")"
}
bad_line "a line with a column missing" "column" 'BEAR-9\tGB\t5\n'
bad_line "a territory outside the grant" "country" 'BEAR-9\tFR\t5\t9.99\n'
bad_line "a negative count" "units" 'BEAR-9\tGB\t-5\t9.99\n'
bad_line "three decimals" "price" 'BEAR-9\tGB\t5\t9.999\n'
bad_line "an amount beyond its bound" "price" 'BEAR-9\tGB\t5\t10000.01\n'
bad_line "a line that stands twice" "BEAR-1\|twice\|duplicate\|unique" 'BEAR-1\tGB\t5\t9.99\n'
bad_line "a condition not met" "2.2\|require" 'BEAR-9\tGB\t5\t0.49\n'
bad_line "a byte that is not UTF-8" "UTF-8\|encoding" 'BEAR-\xff\tGB\t5\t9.99\n'
{ cat "$data/2026-Q1.tsv"; head -c 70000 /dev/zero | tr '\0' x; echo; } >bad.tsv
refused "a line over 64 KiB" 65 "64\|long\|line 3" report bad.tsv 2026-Q1 Maker
seq 1 1001 | awk '{ printf "S%d\tGB\t1\t1.00\n", $1 }' >bad.tsv
refused "more lines than declared" 65 "1,000\|1000\|lines" report bad.tsv 2026-Q1 Maker
unchanged "the ledger is as it was" l.licet

check "the good report" report "$data/2026-Q1.tsv" 2026-Q1 Maker
remember l.licet
check "the same again: it is in already" report "$data/2026-Q1.tsv" 2026-Q1 Maker
printf 'S1\tGB\t1\t1.00\n' >other.tsv
refused "another file for the same period" 65 "filed\|closed\|settled" report other.tsv 2026-Q1 Maker
refused "another for the closed period" 65 "filed\|closed\|settled" report "$data/2026-Q2.tsv" 2026-Q1 Maker
unchanged "the ledger is as it was" l.licet
check "the ledger replays" "$LICET" replay l.licet
finish
