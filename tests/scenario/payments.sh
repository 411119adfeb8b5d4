#!/usr/bin/env bash
# [lang.term.13] Terms `on payment`: between the posting of what was paid and the split; figures by hand.
#
# Would catch: a term that sees the duty in place of the payment, that runs behind the split or once for all payments,
# money that is shared out and withheld, too; a payment that no amount of the agreement can be.
# Also: an amount that `licet why` does not derive, or tells in words that are not so.
. "$(dirname "$0")/../lib.sh"
l=payments.licet
new_ledger $l 2026-01-10 Publisher Studio Composer Agent || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$SOURCE/tests/scenario/agreements/payments.lic" --ledger $l --as Publisher | cut -d ' ' -f 1)
check "signed" "$LICET" sign "$contract" --as Publisher --as Studio --ledger $l
balance() { query $l "SELECT amount FROM balances WHERE account = '$1'"; }
party() { query $l "SELECT amount FROM balances WHERE kind = 'party' AND key = '$1'"; }
# 15 % to Tax, at most 100; 10 % to Commission, at least 1; the rest 60 : 40, odd pennies to the composer.
#   5.00: 0.75, 1.00 (0.50), 3.25: 1.95, 1.30        400.00: 60, 40, 300: 180, 120
# 600.05: 90.01 (90.0075), 60.01 (60.005), 450.03: 270.01, 180.02       1000.00: 100, 100, 800: 480, 320
while read -r paid tax commission publisher composer; do
    check "the studio pays $paid" "$LICET" pay "$contract" Shares "$paid" --as Studio --ledger $l
    same "after $paid" "$tax $commission $publisher $composer 0.00" \
        "$(balance Tax) $(balance Commission) $(party Publisher) $(party Composer) $(balance Shares)"
done <<'PAYMENTS'
5.00 0.75 1.00 1.95 1.30
400.00 60.75 41.00 181.95 121.30
600.05 150.76 101.01 451.96 301.32
1000.00 250.76 201.01 931.96 621.32
PAYMENTS
refused "a fraction of a penny" 65 "rounds EUR to 0.01: it knows no 0.001" \
    "$LICET" pay "$contract" Shares 0.001 --as Studio --ledger $l
same "what was paid is what arrived" -2005.05 "$(party Studio)"
same "a result for each payment" 4 "$(query $l "SELECT count(*) FROM term_results WHERE term = 'Abroad'")"
check "ended" "$LICET" clock 2028-03-01 --ledger $l
same "whoever paid in answers for what was withheld" "Agent 201.01,Publisher 250.76" \
    "$(query $l "SELECT creditor || ' ' || duty_amount FROM duties WHERE term IS NULL OR term != 'Sync' ORDER BY 1" | paste -sd ,)"
check "the ledger replays" "$LICET" replay $l
explained $l
finish
