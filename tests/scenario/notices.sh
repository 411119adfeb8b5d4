#!/usr/bin/env bash
# [lang.life.4] [lang.action.3] [lang.type.6] [lang.check.3]
# `when noticed`: a notice counts when its reason held on the day it was given and has held ever since; periods that
# are over, named by a day; columns that are unique; completed and started periods.
#
# Would catch: a notice given in advance, one that outlives the payment that cured it, one that runs a day short; a
# quarter taken for a year; a value that stands twice in a unique column.
# Also: an amount that `licet why` does not derive, or tells in words that are not so.
. "$(dirname "$0")/../lib.sh"
l=notices.licet
new_ledger $l 2026-01-10 Label Platform || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$SOURCE/tests/scenario/agreements/notices.lic" --ledger $l --as Label | cut -d ' ' -f 1)
printf 'a\tx\nb\ty\nc\tx\n' >twice.tsv
refused "a tag that stands twice" 65 "unique\|twice\|again" "$LICET" load "$contract" Tags=twice.tsv --as Label --ledger $l
printf 'a\tx\nb\ty\nc\tz\n' >once.tsv
check "tags that stand once" "$LICET" load "$contract" Tags=once.tsv --as Label --ledger $l
check "signed" "$LICET" sign "$contract" --as Label --as Platform --ledger $l
at() { check "clock $1" "$LICET" clock "$1" --ledger $l; }
notice() { check "notice on $1" "$LICET" act "$contract" ended --notice --as Label --ledger $l; }
state() { same "$1" "$2" "$(query $l "SELECT state FROM contracts")"; }

at 2026-04-10
check "released" "$LICET" fact "$contract" Release 2024-05-20 --as Label --ledger $l
audit() { "$LICET" act "$contract" Audit part="$1" plan="$2" --as Label --ledger $l; }
refused "a quarter that runs" 65 "not over" audit 2026-04-01 B
refused "the other plan" 65 "rank" audit 2026-02-14 A
check "the first quarter, by a day in it" audit 2026-02-14 B
# 2026-01-01 to 2026-03-31: 89 days between them; due 45 days after the last.
same "the quarter's first and last day" "89.00	2026-05-15" \
    "$(query $l "SELECT duty_amount, due FROM duties WHERE duty_amount = '89.00'")"

notice 2026-04-10 # in advance: nothing is overdue
at 2026-05-31
state "30 days overdue, not more" active
at 2026-06-14     # the fee of 2026-05-01 is overdue for more than 30 days since 2026-06-01
state "an earlier notice does not count" active
at 2026-06-15
notice 2026-06-15
at 2026-06-20
check "paid" "$LICET" pay "$contract" Label 189.00 --as Platform --ledger $l
check "confirmed" "$LICET" acknowledge "$contract" 1 --as Label --ledger $l
at 2026-08-30
state "cured" active
at 2026-09-05     # the fee of 2026-07-31 is overdue for more than 30 days since 2026-08-31
state "a cured notice does not come back" active
notice 2026-09-05
at 2026-09-14
state "the notice runs" active
at 2026-09-15
state "ten days after the notice" ended
# 2024-05-20 to 2026-09-15: four full half-years (2026-05-20), the third year begun: 4 * 10.00 + 3 * 0.50.
at 2027-01-02
same "completed half-years, started years" "41.50" \
    "$(query $l "SELECT earned_amount FROM term_results WHERE term = 'Seniority'")"
check "the ledger replays" "$LICET" replay $l
explained $l
finish
