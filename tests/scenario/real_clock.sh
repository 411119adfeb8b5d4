#!/usr/bin/env bash
# A ledger with a real clock: what is said of its clock, and which keys it takes.
#
# Would catch: a real clock that is moved, or whose refusal speaks of something else; a key without a passphrase that
# comes to a ledger where signatures count.
. "$(dirname "$0")/../lib.sh"
l=real.licet
printf 'correct horse' >right
export LICET_LEDGER=$l
check "a ledger with a real clock" "$LICET" init $l --passphrase-file right
refused "init without a passphrase" 64 "real clock" "$LICET" init other.licet --no-passphrase
remember $l
for date in 2027-01-01 2200-01-01 9999-12-31 1999-01-01; do
    refused "its clock is not moved to $date" 65 "clock is real" "$LICET" clock $date --passphrase-file right
done

refused "a key without a passphrase" 64 "real clock" "$LICET" key new Owner --no-passphrase
[ ! -e $l-keys/Owner.key ] && ok "is not made" || not_ok "is not made" "it lies there"
check "where no ledger is named it is made" "$LICET" key new Plain --no-passphrase --keys $l-keys --ledger absent.licet
refused "but not registered" 65 "no passphrase, and the ledger's clock is real" \
    "$LICET" register Plain --passphrase-file right
check "a key under a passphrase" "$LICET" key new Owner --passphrase-file right
refused "a plain recovery key" 65 "no passphrase" "$LICET" register Owner --recovery Plain --passphrase-file right
unchanged "nothing of this is in the ledger" $l
check "the key under a passphrase is registered" "$LICET" register Owner --passphrase-file right
refused "a plain key is not added" 65 "no passphrase" "$LICET" key add Owner Plain --passphrase-file right
check "a rotation asks for a passphrase" "$LICET" key rotate Owner --passphrase-file right
same "and the new key has it" true "$("$LICET" key list --json | python3 -c 'import json, sys
print(str(next(k["sealed"] for k in json.load(sys.stdin) if k["name"] == "Owner")).lower())')"
finish
