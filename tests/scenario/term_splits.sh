#!/usr/bin/env bash
# [lang.split.2] Pools that terms without `on` fill are split behind them: a minimum at the end of its period, a bonus
# when its condition holds. Figures by hand.
#
# Would catch: a pool that nothing splits, a split that runs in every step, or before what fills its pool.
. "$(dirname "$0")/../lib.sh"
l=term_splits.licet
new_ledger $l 2026-01-10 Label Platform Artist || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$SOURCE/tests/scenario/agreements/term_splits.lic" --ledger $l --as Label | cut -d ' ' -f 1)
check "signed" "$LICET" sign "$contract" --as Label --as Platform --ledger $l
clock() { check "clock $1" "$LICET" clock "$1" --ledger $l; }
balance() { query $l "SELECT coalesce(key, '') || ' ' || amount FROM balances WHERE $1 ORDER BY 1" | paste -sd ,; }

clock 2026-02-28
same "not yet" 0 "$(query $l "SELECT count(*) FROM postings")"
clock 2026-03-01
# 10.00: a third is 3.33, the odd penny goes to the artist.
same "the prize is shared out" "Artist 6.67,Label 3.33" "$(balance "kind = 'party' AND key IN ('Label', 'Artist')")"
same "nothing stays in the pool" " 0.00" "$(balance "account = 'Prize'")"
clock 2026-04-10
echo 300.00 >q1.tsv
check "report" "$LICET" report "$contract" Usage q1.tsv --period 2026-Q1 --as Platform --ledger $l
clock 2026-07-29
same "the floor waits for the second report" " 0.00" "$(balance "account = 'Guaranteed'")"
same "nobody has a share of it" "Artist 0.00,Label 0.00,Platform 0.00" "$(balance "account = 'Owed'")"
clock 2026-07-30
# 100.01 less 10% of 300.00: 70.01; halves are 35.005, the odd penny goes to the first.
same "and is shared out at its deadline" "Artist 35.00,Label 35.01,Platform 0.00" "$(balance "account = 'Owed'")"
same "nothing stays in the pool" " 0.00" "$(balance "account = 'Guaranteed'")"
clock 2026-08-09
same "the shares are paid with the statement" "Artist 35.00 2026-08-19,Label 35.01 2026-08-19" \
    "$(query $l "SELECT creditor || ' ' || duty_amount || ' ' || due FROM duties WHERE term = 'Payout' ORDER BY 1" | paste -sd ,)"
check "replays" "$LICET" replay $l
finish
