#!/usr/bin/env bash
# Keys of a party: added, rotated, revoked, recovered; what was signed before stays valid, what is signed after is refused.
#
# Would catch: a rotation that locks its party out, a revoked key that still signs, or is told as if it did, a revocation
# that reaches back; a recovery key that cannot recover, or one of somebody else that can; a rotation that was interrupted
# and stays so.
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

# Recovery: Maker has lost the key file; what it was registered with brings another one.
export LICET_LEDGER=$l
keys=l.licet-keys
did() { "$LICET" key list --json | python3 -c 'import json, sys
print(next(k["key"] for k in json.load(sys.stdin) if k["name"] == sys.argv[1]))' "$1"; }
valid() { "$LICET" show party "$1" --json | python3 -c 'import json, sys
print(" ".join(k["roles"].replace(", ", "+") for k in json.load(sys.stdin)["keys"] if not k["revoked"]))'; }
for name in Rec Other; do "$LICET" key new $name --no-passphrase >/dev/null; done
check "a party with a recovery key" "$LICET" register Maker --recovery Rec
mkdir lost && mv $keys/Maker.key lost/
refused "without its key file and without --as" 66 "recovery key: --as NAME" "$LICET" key rotate Maker
refused "a key of somebody else recovers nothing" 65 "may not change" "$LICET" key rotate Maker --as Other
check "the recovery key rotates" "$LICET" key rotate Maker --as Rec
same "one key is valid" "sign+file" "$(valid Maker)"
[ -e $keys/Maker.key ] && [ ! -e $keys/Maker.new.key ] && ok "its file is there" || not_ok "its file is there" "$(ls $keys)"
check "it signs" "$LICET" key add Maker Other --as Maker
cp lost/Maker.key $keys/Lost.key
refused "the lost one signs no more" 65 "key" "$LICET" key revoke Maker "$(did Other)" --as Lost

# With the party's own file there, --as says who signs all the same.
before=$(did Maker)
refused "--as is heeded" 65 "another party" "$LICET" key rotate Maker --as User
check "a rotation by the recovery key beside the own one" "$LICET" key rotate Maker --as Rec
same "the other key stays" "sign+file sign+file" "$(valid Maker)"
[ "$before" != "$(did Maker)" ] && ok "Maker has another key" || not_ok "Maker has another key" "$before"
rm $keys/Maker.key
refused "of two keys one must be named" 64 "Maker has 2 keys: name the one" "$LICET" key rotate Maker --as Rec
check "which is then replaced" "$LICET" key rotate Maker Other --as Rec --roles file
same "by one of other roles" "sign+file file" "$(valid Maker)"

# All keys revoked: whoever does it is told, and the recovery key lets another one in.
for key in $("$LICET" show party Maker --json | python3 -c 'import json, sys
print(*(k["key"] for k in json.load(sys.stdin)["keys"] if not k["revoked"]))'); do
    check "revoked by the recovery key" "$LICET" key revoke Maker "$key" --as Rec
done
grep -q "Maker has no key left that signs; its recovery key adds one" .err && ok "the last one is told" ||
    not_ok "the last one is told" "$(cat .err)"
"$LICET" key new Spare --no-passphrase >/dev/null
check "another key is added" "$LICET" key add Maker Spare --as Rec
check "and acts for the party" "$LICET" key add Maker "$("$LICET" key new Fourth --no-passphrase)" --as Spare --roles sign
same "with the roles that were asked for" "sign+file sign" "$(valid Maker)"
check "a party without a recovery key" "$LICET" register Alone
check "revokes its only key" "$LICET" key revoke Alone Alone
grep -q "nobody can act for it any more" .err && ok "and is told" || not_ok "and is told" "$(cat .err)"

# As of a later block.
height() { "$LICET" show ledger --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["height"])'; }
at=$(($(height) + 4))
check "a key that ends later" "$LICET" key revoke Maker Fourth --as Spare --from $at
same "is known" "$((at - 1))" "$("$LICET" show party Maker --json | python3 -c 'import json, sys
print(next(k["until"] for k in json.load(sys.stdin)["keys"] if k["key"] == sys.argv[1]))' "$(did Fourth)")"
"$LICET" key new Fifth --no-passphrase >/dev/null
check "a key that begins then" "$LICET" key add Maker Fifth --as Fourth --from $at
refused "signs no sooner" 65 "not valid" "$LICET" key add Maker "$("$LICET" key new Sixth --no-passphrase)" --as Fifth
while [ "$(height)" -lt $((at - 1)) ]; do "$LICET" register "Filler$(height)" >/dev/null 2>&1; done
refused "the other has ended" 65 "not valid" "$LICET" key revoke Maker Spare --as Fourth
check "this one signs" "$LICET" key revoke Maker Spare --as Fifth
refused "a block that is decided" 65 "decided" "$LICET" key revoke Maker Fifth --as Fifth --from 2
refused "--from elsewhere" 64 "key add and key revoke" "$LICET" key rotate Maker --from 9

# A rotation that died between the ledger and the files is brought to its end.
check "a party that rotates" "$LICET" register Twice
before=$(height)
cp $keys/Twice.key twice.key
check "rotates" "$LICET" key rotate Twice
same "in one block" $((before + 1)) "$(height)"
mv $keys/Twice.key $keys/Twice.new.key && mv $keys/Twice.old-1.key $keys/Twice.key
check "again, its files being as before" "$LICET" key rotate Twice
same "nothing was written" $((before + 1)) "$(height)"
same_files "the old file is aside" twice.key $keys/Twice.old-1.key
check "the new one signs" "$LICET" key rotate Twice

# A recovery key may be a party's own key too.
check "a trustee" "$LICET" register Trustee
check "whose key recovers another party" "$LICET" register Ward --recovery Trustee
check "does so" "$LICET" key rotate Ward --as Trustee
same "for that one alone" "sign+file sign+file" "$(valid Ward) $(valid Trustee)"
check "the ledger replays" "$LICET" replay $l
finish
