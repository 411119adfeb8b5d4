#!/usr/bin/env bash
# Names and texts that look like others: blanks at their ends, invisible characters, other normalisation forms.
#
# Would catch: a second party that reads as the first one, and a text in a transaction that is not what it shows.
. "$(dirname "$0")/../lib.sh"
new_ledger l.licet 2026-01-10 Owner Maker || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$SOURCE/tests/scenario/agreements/sync.lic" --ledger l.licet --as Owner \
    --party Publisher=Owner --party Studio=Maker --party Composer=Maker --party Tracker=Maker | cut -d ' ' -f 1)
cp l.licet-keys/Owner.key other.key
remember l.licet
named() { # NAME: registers with a key of its own
    "$LICET" register "$1" --ledger l.licet
}
refused "a blank at the end" 64 "cannot be a name: a blank at the end" named "Owner "
refused "a blank at the beginning" 64 "a blank at the beginning" named " Owner"
refused "a zero-width space" 64 "an invisible character" named $'Own\xe2\x80\x8ber'
refused "another normalisation form" 64 "normalisation form" named $'Oe\xcc\x81ner'
refused "a direction of writing" 64 "direction of writing" named $'Own\xe2\x80\xaeer'
refused "under another key" 65 "cannot be a party's name: a blank at the end" \
    "$LICET" register "Owner " --as Owner --ledger l.licet
same "no key files are left" "Maker Owner operator" "$(ls l.licet-keys | sed 's/\.key$//' | sort | xargs)"
refused "a value" 65 "value: a blank at the end" \
    "$LICET" fact "$contract" Delivered "2026-01-01 " --as Owner --ledger l.licet
refused "a reference" 65 "reference: an invisible character" \
    "$LICET" pay "$contract" Publisher 1.00 --reference $'in\xc2\xadvoice' --as Maker --ledger l.licet
unchanged "the ledger is as it was" l.licet
check "names of any script are taken" named $'\xe6\x9d\xb1\xe4\xba\xac \xc3\x96l'
finish
