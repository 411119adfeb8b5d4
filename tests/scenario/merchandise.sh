#!/usr/bin/env bash
# The merchandise licence over its whole term: whole tiers at their edges, a cap, a reserve, amounts carried forward,
# a minimum for a first and a last year that are cut by the term; figures by the rational oracle.
#
# Would catch: `up to` taken for `below`, marginal for whole, a cap that is not a posting, a reserve taken after
# the payout, a carried amount lost, a fraction of the year with a day too many.
# Also: an amount that `licet why` does not derive, or tells in words that are not so.
. "$(dirname "$0")/../lib.sh"
data=$SOURCE/tests/scenario/data/merchandise
l=merchandise.licet
new_ledger $l 2026-02-15 Owner Maker || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$SOURCE/tests/scenario/agreements/merchandise.lic" --ledger $l --as Owner | cut -d ' ' -f 1)
check "signed" "$LICET" sign "$contract" --as Owner --as Maker --ledger $l
while read -r period day; do
    check "clock $day" "$LICET" clock "$day" --ledger $l
    check "report $period" "$LICET" report "$contract" Sales "$data/$period.tsv" --period "$period" --as Maker --ledger $l
done <<'PERIODS'
2026-Q1 2026-04-10
2026-Q2 2026-07-10
2026-Q3 2026-10-10
2026-Q4 2027-01-10
2027-Q1 2027-04-10
2027-Q2 2027-07-10
2027-Q3 2027-10-10
2027-Q4 2027-11-10
PERIODS
python3 "$SOURCE/tests/oracle/merchandise.py" "$data" >all
grep '^Toy' all >want.toy
query $l "SELECT term, period, earned_amount, topup_amount, net_amount FROM term_results WHERE term = 'Toy' ORDER BY period" >got.toy
same_files "royalties, to the penny" want.toy got.toy
grep '^Returns' all >want.returns
query $l "SELECT term, period, earned_amount FROM term_results WHERE term = 'Returns' ORDER BY period" >got.returns
same_files "reserves" want.returns got.returns
awk -F '\t' '$1 == "Payout" && $3 != "0.00" { print $3 }' all >want.payout
query $l "SELECT duty_amount FROM duties WHERE term = 'Payout' ORDER BY number" >got.payout
same_files "payouts; less than 25.00 is carried" want.payout got.payout
# The exact amount of a payout is what the account held before it was drawn on.
awk -F '\t' -v OFS='\t' '$1 == "Payout" { print $2, $3 }' all >want.exact
query $l "SELECT period, net_amount FROM term_results WHERE term = 'Payout' AND (exact_units = earned_units) ORDER BY period" >got.exact
same_files "what a payout came to exactly" want.exact got.exact
awk -F '\t' -v OFS='\t' '$1 == "Yearly" { print $3, $4 }' all >want.yearly
query $l "SELECT duty_amount, due FROM duties WHERE term = 'Yearly' ORDER BY number" >got.yearly
same_files "what is missing to the minimum, and when it is due" want.yearly got.yearly
same "carried in the end" "$(awk '$1 == "Due" { print $3 }' all)" \
    "$(query $l "SELECT amount FROM balances WHERE account = 'Due'")"
same "held in the reserve" "$(awk '$1 == "Reserve" { print $3 }' all)" \
    "$(query $l "SELECT amount FROM balances WHERE account = 'Reserve'")"
same "expired with its term" expired "$(query $l "SELECT state FROM contracts")"
check "after the run-off" "$LICET" clock 2028-03-01 --ledger $l
same "the reserve is paid out" 0.00 "$(query $l "SELECT amount FROM balances WHERE account = 'Reserve'")"
same "closed" closed "$(query $l "SELECT status FROM contracts")"
check "the ledger replays" "$LICET" replay $l
why() { "$LICET" why "$contract" "$@" --ledger $l; }
tells "a minimum is told with all quarters of its year" \
    "minimum Yearly [6]: (GBP 12,000.00 * 320 - GBP 5,255.91 (net of Toy_years 2026) * 365) / 365, from what blocks" \
    why Owner --period 2026
tells "a payout is told with what came into its account" "GBP 219.68  royalty Toy [3]: 4 % of GBP 5,492.00, from 2 lines of the report Sales" \
    why Owner --period 2026-Q1
tells "and with what left it" "GBP -21.97  reserve Returns [4]: 10 % of GBP 219.68 (Due)" why Owner --period 2026-Q1
tells "what is paid at the end" "GBP 707.73 by Maker, due 2028-02-28: end of Reserve" why Owner --period 2028
tells "and which blocks brought it" ": reserve Returns [4]" why --duty 9
for report in "$data"/*.tsv; do
    reports+=("$(basename "$report" .tsv)=$report")
done
explained $l "${reports[@]}"
finish
