#!/usr/bin/env bash
# Signatures and keys that some verifiers of Ed25519 take and others do not, of transactions and of a block: all are refused
# (docs/spec/ledger.md, signatures), and leave nothing.
#
# Would catch: a library that verifies with the cofactor, takes S + L, an R of small order or in another encoding than its
# own, or a key with a part of small order; a signature that is not verified where it comes in, and by a replay.
. "$(dirname "$0")/../lib.sh"
edge() { python3 "$SOURCE/tests/tools/edge_signature.py" "$@"; }
new_ledger l.licet 2026-01-10 Owner User || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$SOURCE/tests/scenario/agreements/limits.lic" --ledger l.licet --as Owner | cut -d ' ' -f 1)
check "signed" "$LICET" sign "$contract" --as Owner --as User --ledger l.licet
check "an act's envelope" "$LICET" act "$contract" Add seats=1 --as User --ledger l.licet --envelope act.tx
check "a registration's envelope" "$LICET" register Third --no-passphrase --ledger l.licet --envelope third.tx

remember l.licet
cases=$(edge cases sign) && keys=$(edge cases register) || not_ok "the cases" "cannot be named"
for case in $cases; do
    check "$case: made" edge sign "$case" l.licet-keys/User.key act.tx "$case.tx"
    [ "$case" = plain ] || refused "$case" 65 "signature" "$LICET" submit "$case.tx" --ledger l.licet
done
for case in $keys; do
    check "$case: made" edge register "$case" third.tx "$case.tx"
    refused "$case" 65 "key" "$LICET" submit "$case.tx" --ledger l.licet
done
unchanged "the ledger is as it was" l.licet

# The same tool's signature with nothing odd in it: what was refused was refused for what was odd.
check "a plain signature by the same hand" "$LICET" submit plain.tx --ledger l.licet
same "and the act ran" 1 "$(query l.licet "SELECT value FROM counters WHERE counter = 'Seats'")"

operator=$(find l.licet-keys -iname '*operator*' | head -1)
for case in $cases; do
    cp l.licet block.licet
    check "a block, $case: made" edge block "$case" "$operator" block.licet
    if [ "$case" = plain ]; then check "a block, plain" "$LICET" replay block.licet; continue; fi
    refused "a block, $case" 1 "block 5, signatures" "$LICET" replay block.licet
done
finish
