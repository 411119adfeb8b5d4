#!/usr/bin/env bash
# Values beyond their range: a counter over its bound, a tier that refuses, a product beyond 64 bits.
#
# Would catch: a wrap-around, a clamp in silence, a trap that leaves half a transaction.
# Also: an amount that `licet why` does not derive, or tells in words that are not so.
. "$(dirname "$0")/../lib.sh"
# In a term, what could leave its range is refused when the agreement is compiled.
sed -e 's/(used through Bands) \* used/(used through Bands) * used * used * used * used * used * used * used * used * used * used * used * used * used * used * used * used * used * used/' \
    "$SOURCE/tests/scenario/agreements/limits.lic" >wide.lic
refused "a product that could leave its range" 1 "error.S11" "$LICET" check wide.lic

# In an action it is a trap.
new_ledger l.licet 2026-01-10 Owner User || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$SOURCE/tests/scenario/agreements/limits.lic" --ledger l.licet --as Owner |
    cut -d ' ' -f 1)
check "signed" "$LICET" sign "$contract" --as Owner --as User --ledger l.licet
act() { "$LICET" act "$contract" "$@" --as User --ledger l.licet; }
check "a counter up to its bound" act Add seats=100
remember l.licet
refused "a counter over its bound" 65 "bound\|range" act Add seats=1
refused "a sum beyond 64 bits" 65 "bound\|range" act Add seats=9223372036854775807
refused "a product beyond its range" 65 "range" act Multiply first=4000000000 second=4000000000
refused "an argument beyond 64 bits" 65 "large\|range\|number" act Add seats=18446744073709551617
refused "an argument that is negative" 65 "negative\|number\|malformed" act Add seats=-1
refused "an argument that is missing" 64 "seats" act Add
refused "an argument that does not exist" 64 "1 argument\|chairs" act Add seats=1 chairs=1
unchanged "the ledger is as it was" l.licet

check "the month ends" "$LICET" clock 2026-02-02 --ledger l.licet
remember l.licet
printf '90\t1.00\n90\t1.00\n21\t1.00\n' >tiers.tsv
refused "a value in a tier that refuses" 65 "tier" "$LICET" report "$contract" Use tiers.tsv --period 2026-01 \
    --as User --ledger l.licet
grep -q "\[2\]\|Seat" "$WORK/.err" || not_ok "the message names the clause" "$(cat "$WORK/.err")"
unchanged "the ledger is as it was" l.licet
printf '90\t1.00\n90\t1.00\n20\t1.00\n' >tiers.tsv
check "one seat less is accepted" "$LICET" report "$contract" Use tiers.tsv --period 2026-01 --as User \
    --ledger l.licet
same "200 seats at the second rate" 1800.00 \
    "$(query l.licet "SELECT duty_amount FROM duties WHERE debtor = 'User'")"
explained l.licet tiers.tsv
finish
