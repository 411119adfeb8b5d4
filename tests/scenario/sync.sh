#!/usr/bin/env bash
# The synchronisation licence: a fee in parts that facts make due, bonuses that come once, payments shared when they
# are made with the odd penny to the composer, a lifecycle driven by facts, parts cancelled or due at once.
#
# Would catch: a bonus paid twice, a fact that changes after it was set once or falls, a penny with the wrong party,
# a part due without its trigger, a cancelled part that is still owed.
# Also: an amount that `licet why` does not derive, or tells in words that are not so.
. "$(dirname "$0")/../lib.sh"
agreement=$SOURCE/tests/scenario/agreements/sync.lic
python3 "$SOURCE/tests/oracle/sync.py" >want
start() { # LEDGER: signed on 2026-06-01
    new_ledger "$1" 2026-06-01 Publisher Studio Composer Tracker || not_ok "a ledger" "cannot be made"
    l=$1
    contract=$("$LICET" deploy "$agreement" --ledger "$l" --as Publisher | cut -d ' ' -f 1)
    check "signed" "$LICET" sign "$contract" --as Publisher --as Studio --ledger "$l"
}
clock() { check "clock $1" "$LICET" clock "$1" --ledger "$l"; }
fact() { "$LICET" fact "$contract" "$1" "$2" --as "$3" --ledger "$l"; }
state() { query "$l" "SELECT state FROM contracts"; }
open() { query "$l" "SELECT open_amount || ' ' || state FROM duties ORDER BY number" | paste -sd ,; }
balance() { query "$l" "SELECT coalesce(sum(units), 0) FROM balances WHERE account = '$1'"; }

start full.licet
same "signed" signed "$(state)"
same "one part is due, two wait" "30000.00 open,30000.01 contingent,60000.00 contingent" "$(open)"
same "two weeks after the signature" 2026-06-15 "$(query $l "SELECT due FROM duties ORDER BY number LIMIT 1")"
refused "delivery is the publisher's to state" 65 "does not set" fact Delivered 2026-06-10 Studio
refused "a date outside its bounds" 65 "range\|from\|bound" fact Delivered 2026-04-30 Publisher
refused "a date that is none" 65 "date" fact Delivered 2026-02-30 Publisher
clock 2026-06-10
check "delivered" fact Delivered 2026-06-10 Publisher
same "delivered" delivered "$(state)"
refused "set once" 65 "once\|already" fact Delivered 2026-06-11 Publisher
same "the second part is due" "30000.00 open,30000.01 open,60000.00 contingent" "$(open)"
clock 2026-10-15
check "released" fact Release 2026-10-15 Studio
same "released" released "$(state)"
same "the third part is due" "30000.00 open,30000.01 open,60000.00 open" "$(open)"

check "gross grows" fact Gross 9999999.99 Tracker
same "no bonus yet" 3 "$(query $l "SELECT count(*) FROM duties")"
check "gross reaches ten million" fact Gross 10000000.00 Tracker
same "the first bonus" "15000.00 open" "$(open | tr , '\n' | tail -1)"
refused "gross never falls" 65 "fall" fact Gross 9999999.99 Tracker
check "gross grows again" fact Gross 24999999.99 Tracker
same "the bonus comes once" 4 "$(query $l "SELECT count(*) FROM duties")"
check "gross passes 25 million" fact Gross 25000000.01 Tracker
same "the second bonus" "35000.03 open" "$(open | tr , '\n' | tail -1)"
refused "beyond the fact's bound" 65 "range\|at most\|large" fact Gross 2000000001.00 Tracker

# Each payment goes into the account and is shared at once.
: >got
while IFS=$'\t' read -r name amount publisher composer; do
    [ "$name" = total ] && continue
    check "the studio pays $amount" "$LICET" pay "$contract" Shares "$amount" --as Studio --ledger $l
    printf '%s\t%s\t%s\n' "$name" \
        "$(query $l "SELECT amount FROM balances WHERE kind = 'party' AND key = 'Publisher'")" \
        "$(query $l "SELECT amount FROM balances WHERE kind = 'party' AND key = 'Composer'")" >>got
done <want
awk -F '\t' '$1 != "total" { p += $3 * 100; c += $4 * 100; printf "%s\t%.2f\t%.2f\n", $1, p / 100, c / 100 }' want >want.sums
same_files "shares of every payment, odd pennies to the composer" want.sums got
same "nothing stays in the shared account" 0.00 "$(query $l "SELECT amount FROM balances WHERE account = 'Shares'")"
same "all is paid" "0.00 paid,0.00 paid,0.00 paid,0.00 paid,0.00 paid" "$(open)"

trailer() { "$LICET" act "$contract" AddTrailer "name=$1" "seconds=$2" --as Studio --as Publisher --ledger $l; }
refused "a trailer needs both" 65 "Publisher" "$LICET" act "$contract" AddTrailer name=One seconds=60 --as Studio --ledger $l
refused "a trailer too long" 65 "2.4\|condition" trailer One 151
for name in One Two Three; do check "trailer $name" trailer $name 60; done
refused "a fourth trailer" 65 "2.4\|condition" trailer Four 60
same "three trailers" 3 "$(query $l "SELECT value FROM counters WHERE counter = 'Trailers'")"
check "replays" "$LICET" replay $l

start cancelled.licet
clock 2027-01-31
same "without delivery it ends by time" terminated "$(state)"
same "what was open is cancelled" "0.00 cancelled,0.00 cancelled,0.00 cancelled" "$(open | cut -d , -f 1-3)"
start overdue.licet
clock 2026-06-10; check "delivered" fact Delivered 2026-06-10 Publisher
clock 2026-10-15; check "released" fact Release 2026-10-15 Studio
clock 2026-11-20
check "the publisher terminates for arrears" "$LICET" act "$contract" terminated_2 --as Publisher --ledger $l
same "terminated" terminated "$(state)"
check "replays" "$LICET" replay $l
why() { "$LICET" why HalfLight "$@"; }
tells "a part, before its trigger" "To be paid into Shares: EUR 30,000.01 by Studio, not due before Delivered: fee Sync [3.1], part 2, duty 1; it is 50 % of EUR 120,000.01 - 25 % of EUR 120,000.01" \
    why --duty 1 --ledger full.licet
tells "and when it came" "due 2026-07-10 from now on" why --duty 1 --ledger full.licet
tells "a share of what was paid" "EUR 18,000.00  split Shares [3.2]: 60 % of EUR 30,000.00" why Publisher --period 2026 --ledger full.licet
tells "and who paid it, for what" "payment 1 on 2026-10-15, by Studio, for fee Sync [3.1], duty 0" why Publisher --period 2026 --ledger full.licet
tells "what was cancelled, and by what" "fee Sync [3.1], part 3, duty 2, by terminated [4.4]" why Studio --period 2027 --ledger cancelled.licet
for ledger in full cancelled overdue; do explained $ledger.licet; done
finish
