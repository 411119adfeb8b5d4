#!/usr/bin/env bash
# Keys of a party: rotated, revoked; what was signed before stays valid, what is signed after is refused.
#
# Would catch: a rotation that locks its party out, a revoked key that still signs, or is told as if it did, a revocation that reaches back.
. "$(dirname "$0")/../lib.sh"
l=l.licet
new_ledger $l 2026-01-10 Owner User || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$SOURCE/tests/scenario/agreements/limits.lic" --ledger $l --as Owner | cut -d ' ' -f 1)
check "signed" "$LICET" sign "$contract" --as Owner --as User --ledger $l
act() { "$LICET" act "$contract" Add seats=1 --as User --ledger $l "$@"; }
check "the first key signs" act
check "an envelope of the first key, kept" act --envelope kept.tx
cp l.licet-keys/User.key first.key
check "a rotation" "$LICET" key rotate User --no-passphrase --ledger $l
check "the new key signs" act
mkdir old && cp l.licet-keys/operator.key old/ && cp first.key old/User.key
refused "the old key is revoked" 65 "key" act --keys old
refused "what it signed and nobody sent is refused" 65 "key\|sequence" "$LICET" submit kept.tx --ledger $l
same "two keys are known, one revoked" "2 1" "$("$LICET" show party User --json --ledger $l |
    python3 -c 'import json, sys; k = json.load(sys.stdin)["keys"]; print(len(k), sum(x["revoked"] for x in k))')"
same "two acts were accepted" 2 "$(query $l "SELECT value FROM counters WHERE counter = 'Seats'")"
check "a second rotation" "$LICET" key rotate User --no-passphrase --ledger $l
check "signs too" act
check "doctor names the keys without a passphrase" "$LICET" doctor $l
grep -q "User.key: a key without a passphrase" "$WORK/.out" || not_ok "doctor names User.key" "$(head -c 400 "$WORK/.out")"
same "doctor knows which keys were revoked" 2 "$(grep -c '^ok.*User.old-[12].key: revoked: from block [0-9]* on' "$WORK/.out")"
check "the ledger replays" "$LICET" replay $l
finish
