#!/usr/bin/env bash
# [lang.type.15] A counter that never falls: an act that would lower it is refused and leaves it as it was; a count, a
# rate, a date, an amount that tiers count.
#
# Would catch: a fall that is taken, by `set` or by `add` with what is below zero; a rise or the same value that is refused;
# a refusal that leaves something behind or names neither counter nor clause.
. "$(dirname "$0")/../lib.sh"
l=rising.licet
new_ledger $l 2026-01-10 Label Platform || not_ok "a ledger" "cannot be made"
export LICET_LEDGER=$l
check "deployed" "$LICET" deploy "$SOURCE/tests/scenario/agreements/rising.lic" --as Label
check "signed" "$LICET" sign Rising --as Label --as Platform
value() { query $l "SELECT value FROM counters WHERE counter = '$1'"; }
check "a rise" "$LICET" act Rising Raise level=9 more=3 --as Platform
same "by set, and by nothing" 9 "$(value Level)"
refused "a fall by set" 65 'Level never falls .1.' "$LICET" act Rising Raise level=8 more=50 --as Platform
refused "a fall by add" 65 'Level never falls .1.' "$LICET" act Rising Raise level=20 more=2 --as Platform
same "leave what was there" 9 "$(value Level)"
check "the same value" "$LICET" act Rising Regrade next=5% --as Label
refused "a rate that falls" 65 'Grade never falls .2.' "$LICET" act Rising Regrade next=4.99% --as Label
check "a rate that rises" "$LICET" act Rising Regrade next=5.01% --as Label
refused "a date that falls" 65 'Peak never falls .3.' "$LICET" act Rising Move day=2026-01-31 --as Label
check "a date that rises" "$LICET" act Rising Move day=2027-01-31 --as Label
same "dates and rates are kept" "2027-01-31 0.0501" "$(value Peak) $(value Grade)"
check "clock" "$LICET" clock 2026-02-10
printf '60.00\n70.00\n' >sales.tsv
check "a report" "$LICET" report Rising Sales sales.tsv --period 2026-01 --as Platform
same "what tiers count rises" "130.00" "$(value Total)"
same "and counts" "16.00" "$(query $l "SELECT earned_amount FROM term_results")"
check "the end" "$LICET" clock 2029-01-01
check "replays" "$LICET" replay $l
finish
