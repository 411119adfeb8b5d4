#!/usr/bin/env bash
# [lang.term.9]
# Results of a term `for each` row that other clauses read: of the same row in the terms below, and of all rows
# together over the year; figures by hand.
#
# Would catch: the result of an earlier report read again, one row's taken for another's, a year that misses rows or
# reports, a top-up counted as earned.
# Also: an amount that `licet why` does not derive, or tells in words that are not so.
. "$(dirname "$0")/../lib.sh"
l=rows.licet
new_ledger $l 2026-01-10 Label Platform || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$SOURCE/tests/scenario/agreements/rows.lic" --ledger $l --as Label | cut -d ' ' -f 1)
printf 'A\t0.000000\nB\t10.000000\n' >works.tsv
check "works" "$LICET" load "$contract" Works=works.tsv --as Label --ledger $l
check "signed" "$LICET" sign "$contract" --as Label --as Platform --ledger $l
while read -r period day lines; do
    tr ';' '\n' <<<"$lines" | tr ':' '\t' | grep . >"$period.tsv"
    check "clock $day" "$LICET" clock "$day" --ledger $l
    check "report $period" "$LICET" report "$contract" Usage "$period.tsv" --period "$period" --as Platform --ledger $l
done <<'PERIODS'
2026-Q1 2026-04-10 A:60.00;B:20.00;A:40.00
2026-Q2 2026-07-10 B:300.00
2026-Q3 2026-10-10
2026-Q4 2027-01-10
PERIODS
# Streams: A 10, 0, 0, 0; B 2 + 8 to the floor, 30, 0 + 10, 0 + 10. Handling is 5 % of the net and 1 % of the top-up.
cat >want <<'FIGURES'
2026-Q1	A	0.50
2026-Q1	B	0.58
2026-Q2	A	0.00
2026-Q2	B	1.50
2026-Q3	A	0.00
2026-Q3	B	0.60
2026-Q4	A	0.00
2026-Q4	B	0.60
FIGURES
query $l "SELECT period, key, earned_amount FROM term_results WHERE term = 'Handling' ORDER BY period, row" >got
same_files "each row reads its own result of this report" want got
# The net of the year: 10 + 10 + 30 + 10 + 10 = 70; 30.00 are missing to 100.00.
check "the year is over" "$LICET" clock 2027-02-20 --ledger $l
same "all rows and reports of the year" "30.00" \
    "$(query $l "SELECT net_amount FROM term_results WHERE term = 'Yearly' AND period = '2026'")"
check "the ledger replays" "$LICET" replay $l
for n in 1 2 3 4; do reports+=("2026-Q$n=2026-Q$n.tsv"); done
explained $l "${reports[@]}"
for row in A B; do
    tells "amounts are told with their row: $row" "GBP 10.00  fee Payout, for $row: all of Due of $row" \
        "$LICET" why "$contract" Label --period 2026-Q1 --ledger $l
done
finish
