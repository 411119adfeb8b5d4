#!/usr/bin/env bash
# [lang.type.5] [lang.type.7] [lang.term.12]
# Facts that are not set, folds of nothing, the latest and earliest of lines, and texts in conditions: figures by hand.
#
# Would catch: an alternative taken although there is a value, or 0 where there is none; the latest of lines kept over
# into the next period; texts compared by their place or their padding in place of their bytes.
# Also: an amount that `licet why` does not derive, or tells in words that are not so.
. "$(dirname "$0")/../lib.sh"
l=alternatives.licet
new_ledger $l 2026-01-10 Label Platform || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$SOURCE/tests/scenario/agreements/alternatives.lic" --ledger $l --as Label | cut -d ' ' -f 1)
printf 'A\t2026-04-30\t11\nB\t2026-12-31\t4\nC\t2026-09-30\t9\n' >plans.tsv
check "plans" "$LICET" load "$contract" Plans=plans.tsv --as Label --ledger $l
check "signed" "$LICET" sign "$contract" --as Label --as Platform --ledger $l
line() { printf '%s\t%s\t%s\t%s\t%s\n' "$@"; }
report() { # PERIOD DAY FILE
    check "clock $2" "$LICET" clock "$2" --ledger $l
    check "report $1" "$LICET" report "$contract" Usage "$3" --period "$1" --as Platform --ledger $l
}
# Q1: seven lines, one void (set aside), one of a plan that no term looks at.
{
    line 2026-01-15 SUB GBAYE0000101 500 100.00
    line 2026-03-11 SUB GBAYE0000102 90 20.00
    line 2026-02-20 GIFT GBAYE0000103 30 40.00
    line 2026-03-01 AD GBAYE0000351 25 10.00
    line 2026-03-02 AD GBAYE0000352 80 10.01
    line 2026-03-31 VOID GBAYE0000101 1 99.00
    line 2026-03-30 SUBS GBAYE0000351 2 500.00
} >q1.tsv
report 2026-Q1 2026-04-10 q1.tsv
# 10% of 180.01 = 18.001; 5% of (40 + 10) = 2.50; the latest day is 2026-03-11: 20 idle days; no costs: 5.00;
# the fewest streams with more than 10.00: 30 -> 0.30. Together 45.801.
same "Q1: latest, earliest, texts, no fact" "45.80" \
    "$(query $l "SELECT earned_amount FROM term_results WHERE term = 'Share' AND period = '2026-Q1'")"
# Keep in Q1: plans that end after 2026-03-31: fees 11, 4, 9: 22.00.
same "Q1: the latest of a schedule" "22.00" \
    "$(query $l "SELECT earned_amount FROM term_results WHERE term = 'Keep' AND period = '2026-Q1'")"

refused "not yet: no release, today is before the alternative" 65 "today" \
    "$LICET" act "$contract" Review part=1 --as Label --ledger $l
check "costs" "$LICET" fact "$contract" Costs "GBP 0.00" --as Label --ledger $l
# Q2: nothing that counts. The alternatives: 2026-04-01, so 90 days; 7 streams; costs are set, to nothing.
line 2026-05-05 OTHER GBAYE0000101 5 1000.00 >q2.tsv
report 2026-Q2 2026-07-10 q2.tsv
same "Q2: nothing folded, a fact of zero" "90.07" \
    "$(query $l "SELECT earned_amount FROM term_results WHERE term = 'Share' AND period = '2026-Q2'")"
same "Q2: the latest of a schedule" "18.00" \
    "$(query $l "SELECT earned_amount FROM term_results WHERE term = 'Keep' AND period = '2026-Q2'")"
check "review: the alternative is over" "$LICET" act "$contract" Review part=1 --as Label --ledger $l
check "release" "$LICET" fact "$contract" Release 2026-12-01 --as Label --ledger $l
refused "review: the fact stands in its place" 65 "today" \
    "$LICET" act "$contract" Review part=2 --as Label --ledger $l
check "more costs" "$LICET" fact "$contract" Costs "GBP 12.34" --as Label --ledger $l
# Q3: one line; 10% of 1.00, its day is the last one, 7 streams by the alternative (1.00 is not above 10.00).
line 2026-09-30 SUB GBAYE0000101 3 1.00 >q3.tsv
report 2026-Q3 2026-10-10 q3.tsv
same "Q3: set facts, one line" "12.51" \
    "$(query $l "SELECT earned_amount FROM term_results WHERE term = 'Share' AND period = '2026-Q3'")"
: >q4.tsv
report 2026-Q4 2027-01-10 q4.tsv
# Q4: no plan ends after 2026-12-31: 2.00 * 3. No line: 91 idle days of the 92, 12.34 and 0.07.
same "Q4: no row of a schedule" "6.00" \
    "$(query $l "SELECT earned_amount FROM term_results WHERE term = 'Keep' AND period = '2026-Q4'")"
same "Q4: an empty report" "103.41" \
    "$(query $l "SELECT earned_amount FROM term_results WHERE term = 'Share' AND period = '2026-Q4'")"
# The release of 2026-12-01 and 300 days: 2027-09-27; it ends on the day after.
check "to the day" "$LICET" clock 2027-09-27 --ledger $l
same "not yet ended" active "$(query $l "SELECT state FROM contracts")"
check "the day after" "$LICET" clock 2027-09-28 --ledger $l
same "ended by the fact's date" ended "$(query $l "SELECT state FROM contracts")"
check "the ledger replays" "$LICET" replay $l
explained $l 2026-Q1=q1.tsv 2026-Q2=q2.tsv 2026-Q3=q3.tsv 2026-Q4=q4.tsv
finish
