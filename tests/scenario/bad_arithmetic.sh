#!/usr/bin/env bash
# Values beyond their range: a counter over its bound, a tier that refuses, a product beyond 64 bits.
#
# Would catch: a wrap-around, a clamp in silence, a trap that leaves half a transaction.
. "$(dirname "$0")/../lib.sh"
# What could leave its range is refused when the agreement is compiled.
sed -e 's/ and Seats < 2//' "$SOURCE/tests/scenario/agreements/limits.lic" >wide.lic
refused "a counter that is not tested first" 1 "error.S11" "$LICET" check wide.lic
sed -e 's/Seats + 1/Seats + seats/' "$SOURCE/tests/scenario/agreements/limits.lic" >wide.lic
refused "a sum without a bound" 1 "error.S11" "$LICET" check wide.lic
new_ledger l.licet 2026-01-10 Owner User || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$SOURCE/tests/scenario/agreements/limits.lic" --ledger l.licet --as Owner |
    cut -d ' ' -f 1)
check "signed" "$LICET" sign "$contract" --as Owner --as User --ledger l.licet
act() { "$LICET" act "$contract" "$@" --as User --ledger l.licet; }
check "a counter up to" act Add seats=90
check "its bound" act Add seats=1
remember l.licet
refused "a counter over its bound" 65 "require\|condition" act Add seats=1
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
finish
