#!/usr/bin/env bash
# Key files: a wrong passphrase, a damaged file, a missing one, a key of somebody else, a revoked key.
#
# Would catch: a key opened with a wrong passphrase or half a file, a passphrase taken from the command line or the
# environment, a revoked key that still signs.
. "$(dirname "$0")/../lib.sh"
new_ledger l.licet 2026-01-10 Owner || not_ok "a ledger" "cannot be made"
printf 'correct horse' >right
printf 'correct horsf' >wrong
: >nothing
check "a key under a passphrase" "$LICET" key new Maker --passphrase-file right --ledger l.licet
check "registers with it" "$LICET" register Maker --passphrase-file right --ledger l.licet
contract=$("$LICET" deploy "$SOURCE/tests/scenario/agreements/merchandise.lic" --ledger l.licet --as Owner |
    cut -d ' ' -f 1)
remember l.licet
key=$(find l.licet-keys -name 'Maker*' | head -1)
same "the key file is the owner's alone" 600 "$(stat -c %a "$key")"

sign() { "$LICET" sign "$contract" --as Maker "$@" --ledger l.licet; }
refused "a wrong passphrase" 65 "passphrase" sign --passphrase-file wrong
refused "an empty passphrase" 65 "passphrase" sign --passphrase-file nothing
refused "no passphrase and no terminal" 78 "passphrase" sign
refused "a passphrase file that is not there" 66 "absent" sign --passphrase-file absent
refused "a passphrase and none" 64 "contradict" "$LICET" key new Third --passphrase-file right --no-passphrase \
    --ledger l.licet
refused "two passphrases" 64 "contradict" sign --passphrase-file right --passphrase-fd 0

cp "$key" saved
size=$(wc -c <"$key")
quiet=
for at in 0 1 $((size / 3)) $((size / 2)) $((size - 2)); do
    cp saved "$key"
    byte=$(od -An -tu1 -j "$at" -N 1 saved | tr -d ' ')
    printf "\\$(printf %o $((byte ^ 1)))" | dd of="$key" bs=1 seek="$at" conv=notrunc 2>/dev/null
    sign --passphrase-file right >/dev/null 2>&1 && quiet="$quiet $at"
done
same "a changed byte of the key file is refused" "" "$quiet"
head -c $((size / 2)) saved >"$key"
refused "half a key file" 65 "key" sign --passphrase-file right
rm "$key"
refused "no key file" 66 "Maker" sign --passphrase-file right
cp saved "$key"
unchanged "the ledger is as it was" l.licet
check "the right passphrase signs" sign --passphrase-file right
finish
