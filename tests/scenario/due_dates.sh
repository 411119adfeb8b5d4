#!/usr/bin/env bash
# [lang.term.10] [lang.time.1] [lang.time.2]
# Days by which something is due: parts counted from other days than their trigger, deadlines of reports, statements
# and periodic terms, a fact that is not set. Dates by hand.
#
# Would catch: a date behind `of` or `due` that is dropped, a periodic term that waits for a report beyond its own
# deadline, a duty that falls due in 1970 because nobody has set the fact.
# Also: an amount that `licet why` does not derive, or tells in words that are not so.
. "$(dirname "$0")/../lib.sh"
l=due_dates.licet
new_ledger $l 2026-01-10 Label Platform || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$SOURCE/tests/scenario/agreements/due_dates.lic" --ledger $l --as Label | cut -d ' ' -f 1)
check "signed" "$LICET" sign "$contract" --as Label --as Platform --ledger $l
clock() { check "clock $1" "$LICET" clock "$1" --ledger $l; }
report() { # PERIOD REVENUE
    echo "$2" >"$1.tsv"
    check "report $1" "$LICET" report "$contract" Usage "$1.tsv" --period "$1" --as Platform --ledger $l
}
# AMOUNT DUE of the duties of a term, those that are not contingent, in their order
duties() {
    query $l "SELECT duty_amount || ' ' || due FROM duties WHERE term = '$1' AND state != 'contingent' ORDER BY number" |
        paste -sd ,
}
made() { query $l "SELECT duty_amount || ' ' || made || ' ' || due FROM duties WHERE term = '$1' ORDER BY number" | paste -sd ,; }
state() { query $l "SELECT state FROM contracts"; }

same "a part with the signature, on a date of its own" "20.00 2026-02-01" "$(duties Setup)"
clock 2026-04-10
same "statements whose report is not there come 4 days behind the month" 2026-02-04,2026-03-04,2026-04-04 \
    "$(query $l "SELECT DISTINCT issued FROM statements ORDER BY issued" | paste -sd ,)"
report 2026-Q1 100.00
same "parts on a report: from the term's end, the period's end, the day" \
    "20.00 2026-02-01,20.00 2027-01-30,10.00 2026-04-15,10.00 2026-04-12" "$(duties Setup)"
same "without the option: 10 days behind the period" "10.00 2026-04-10" "$(duties Share)"
refused "the option is not set" 65 "Option" "$LICET" act "$contract" Exercise fee=5.00 --as Label --ledger $l
clock 2026-05-03
check "release" "$LICET" fact "$contract" Release 2026-05-01 --as Label --ledger $l
same "parts on a fact: from the term's end, on a date, from the fact" \
    "20.00 2026-02-01,20.00 2027-01-30,10.00 2026-04-15,10.00 2026-04-12,10.00 2027-01-31,10.00 2026-09-01,20.00 2026-05-06" \
    "$(duties Setup)"

# Nobody reports the second quarter: deadline 2026-06-30 + 45 days = 2026-08-14, late from the 20th.
clock 2026-08-19
same "not late yet" active "$(state)"
clock 2026-08-20
same "late" behind "$(state)"
same "due at the period's end: settled on the day behind it" "30.00 2026-07-01 2026-07-02" "$(made Prompt)"
same "within 20 days: it waited until then" "40.00 2026-07-20 2026-08-29" "$(made Dated)"
same "without a deadline it waits" "" "$(made Waiting)"
report 2026-Q2 200.00
same "and is settled with the report" "30.00 2026-08-20 2026-08-21" "$(made Waiting)"
same "in time again" active "$(state)"

clock 2026-08-25
check "option" "$LICET" fact "$contract" Option 2026-08-25 --as Label --ledger $l
check "exercised" "$LICET" act "$contract" Exercise fee=5.00 --as Label --ledger $l
same "behind a condition that the fact must be set for" "5.00 2026-09-04" \
    "$(query $l "SELECT duty_amount || ' ' || due FROM duties ORDER BY number DESC LIMIT 1")"
clock 2026-10-05
report 2026-Q3 300.00
same "with the option" "10.00 2026-04-10,20.00 2026-07-10,30.00 2026-09-04" "$(duties Share)"
check "replays" "$LICET" replay $l
explained $l 2026-Q1=2026-Q1.tsv 2026-Q2=2026-Q2.tsv 2026-Q3=2026-Q3.tsv
finish
