#!/usr/bin/env bash
# Envelopes that must not get in: forged, replayed on this ledger or another, expired, out of sequence, of a kind that is
# not executed, cut short.
#
# Would catch: a signature that is not checked or covers too little, a transaction that runs twice, one made for another
# ledger, a gap in a lane's sequence.
. "$(dirname "$0")/../lib.sh"
envelope() { python3 "$SOURCE/tests/tools/envelope.py" "$@"; }
agreement=$SOURCE/tests/scenario/agreements/limits.lic
new_ledger a.licet 2026-01-10 Owner User || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$agreement" --ledger a.licet --as Owner | cut -d ' ' -f 1)
check "signed" "$LICET" sign "$contract" --as Owner --as User --ledger a.licet
submit() { "$LICET" submit "$@" --ledger a.licet; }
make() { # FILE SEATS: a signed envelope that is not submitted
    "$LICET" act "$contract" Add "seats=$2" --as User --ledger a.licet --envelope "$1" >/dev/null
}
seats() { query a.licet "SELECT value FROM counters WHERE counter = 'Seats'"; }

remember a.licet
check "an envelope is made" make first.tx 1
unchanged "making one changes nothing" a.licet

envelope first.tx bad.tx flip-signature
refused "a changed signature" 65 "signature" submit bad.tx
envelope first.tx bad.tx flip-body
refused "a changed body" 65 "signature" submit bad.tx
envelope first.tx bad.tx sign=a.licet-keys/Owner.key
refused "signed by another party's key" 65 "signature\|key\|MALFORMED\|form" submit bad.tx
envelope first.tx bad.tx sequence=4 as=a.licet-keys/Owner.key sign=a.licet-keys/Owner.key
refused "another party's key for this party" 65 "key\|party" submit bad.tx
"$LICET" key new Nobody --no-passphrase --ledger a.licet >/dev/null
envelope first.tx bad.tx sequence=1 as=a.licet-keys/Nobody.key sign=a.licet-keys/Nobody.key
refused "a key that is not registered" 65 "key" submit bad.tx
envelope first.tx bad.tx chain="$(printf %064d 1)" sign=a.licet-keys/User.key
refused "another ledger's chain" 65 "chain\|another ledger" submit bad.tx
envelope first.tx bad.tx sequence=9 sign=a.licet-keys/User.key
refused "a gap in the sequence" 65 "sequence" submit bad.tx
envelope first.tx bad.tx sequence=0 sign=a.licet-keys/User.key
refused "a sequence that is used" 65 "sequence" submit bad.tx
envelope first.tx bad.tx valid-until=20400 sign=a.licet-keys/User.key
refused "expired" 65 "expired\|valid" submit bad.tx
envelope first.tx bad.tx valid-until=20700 sign=a.licet-keys/User.key
refused "valid for too long" 65 "valid" submit bad.tx
envelope first.tx bad.tx lane=5000 sign=a.licet-keys/User.key
refused "a lane beyond the limit" 65 "lane" submit bad.tx
envelope first.tx bad.tx gas=1 sign=a.licet-keys/User.key
refused "too little gas" 65 "gas" submit bad.tx
for kind in 13 14; do
    envelope first.tx bad.tx kind=$kind sign=a.licet-keys/User.key
    refused "kind $kind is not executed yet" 65 "kind_$kind\|not execute" submit bad.tx
done
envelope first.tx bad.tx kind=99 sign=a.licet-keys/User.key
refused "an unknown kind" 65 "kind" submit bad.tx
for size in 0 1 40 123 130; do
    envelope first.tx bad.tx truncate=$size
    refused "cut after $size bytes" 65 "form\|envelope\|malformed\|empty" submit bad.tx
done
envelope first.tx bad.tx extend
refused "a byte too many" 65 "form\|envelope\|malformed" submit bad.tx
unchanged "the ledger is as it was" a.licet

check "the envelope itself is accepted" submit first.tx
same "and runs" 1 "$(seats)"
remember a.licet
check "the same again is answered with its receipt" submit first.tx
unchanged "and does not run twice" a.licet
same "once" 1 "$(seats)"

# The same parties and agreement on another ledger: other chain, other contract.
new_ledger b.licet 2026-01-10 Owner User || not_ok "a second ledger" "cannot be made"
remember b.licet
refused "replayed on another ledger" 65 "chain\|another ledger" "$LICET" submit first.tx --ledger b.licet
unchanged "the other ledger is as it was" b.licet

check "an envelope for later" make late.tx 2
check "its validity passes" "$LICET" clock 2026-03-20 --ledger a.licet
remember a.licet
refused "an envelope filed too late" 65 "expired\|valid" submit late.tx
unchanged "the ledger is as it was" a.licet
check "the ledger replays" "$LICET" replay a.licet
finish
