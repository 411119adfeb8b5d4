#!/usr/bin/env bash
# [lang.life.6] [lang.action.5]
# Before all have signed: an offer is looked at, withdrawn or signed; nothing is owed, and the term's end is that of
# the header.
#
# Would catch: a draft that ends at once because the engine keeps no term yet, a bonus or an act without `in` before
# the last signature, an offer that cannot be signed any more.
. "$(dirname "$0")/../lib.sh"
agreement=$SOURCE/tests/scenario/agreements/offers.lic
start() { # LEDGER
    l=$1
    new_ledger "$l" 2026-01-10 Label Platform || not_ok "a ledger" "cannot be made"
    contract=$("$LICET" deploy "$agreement" --ledger "$l" --as Label | cut -d ' ' -f 1)
}
act() { "$LICET" act "$contract" "$@" --ledger "$l"; }
state() { query "$l" "SELECT state || ' ' || status FROM contracts"; }

start signed.licet
same "deployed" "draft draft" "$(state)"
check "looked at" act Look note=first --as Platform
refused "nothing else is done before it is signed" 65 "state draft" act Want note=one --as Platform
check "offered" act offered --as Label
same "offered" "offered draft" "$(state)"
check "clock" "$LICET" clock 2026-03-01 --ledger "$l"
check "looked at again" act Look note=second --as Platform
check "signed" "$LICET" sign "$contract" --as Label --as Platform --ledger "$l"
same "in force" "active open" "$(state)"
same "the fee and the bonus come with the signature" "Early 10.00,Setup 100.00" \
    "$(query "$l" "SELECT term || ' ' || duty_amount FROM duties ORDER BY term" | paste -sd ,)"
same "made today" 2026-03-01 "$(query "$l" "SELECT DISTINCT made FROM duties")"
check "now it is done" act Want note=one --as Platform
refused "what was for drafts is over" 65 "state active" act Look note=third --as Platform
check "ends with the term" "$LICET" clock 2026-12-31 --ledger "$l"
same "ended" "ended run-off" "$(state)"
check "replays" "$LICET" replay "$l"

start withdrawn.licet
check "withdrawn" act withdrawn --as Label
same "withdrawn at once" "withdrawn closed" "$(state)"
same "nothing is owed" 0 "$(query "$l" "SELECT count(*) FROM duties")"
refused "and cannot be signed" 65 "no draft" "$LICET" sign "$contract" --as Label --ledger "$l"

start waiting.licet
check "the day before the term's end" "$LICET" clock 2026-12-30 --ledger "$l"
same "still a draft" "draft draft" "$(state)"
check "the term's end" "$LICET" clock 2026-12-31 --ledger "$l"
same "ended unsigned" "ended closed" "$(state)"
check "replays" "$LICET" replay "$l"
finish
