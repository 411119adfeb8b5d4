#!/usr/bin/env bash
# `licet why` of a ledger with a long history: an amount that many blocks brought is told by the last 24 of them and by what the
# older ones left, and a period's blocks alone are looked at. Figures by hand: ten pounds a month, tiers 10 % up to 100, then 20 %.
#
# Would catch: older blocks that are left out of the sum, or told one by one without end; a block that is told twice, once alone and
# once in what was left; a run that is found under another period than its own.
. "$(dirname "$0")/../lib.sh"
l=long.licet
new_ledger $l 2026-01-10 Label Platform || not_ok "a ledger" "cannot be made"
export LICET_LEDGER=$l
check "deployed" "$LICET" deploy "$SOURCE/tests/scenario/agreements/rising.lic" --as Label
check "signed" "$LICET" sign Rising --as Label --as Platform
printf '10.00\n' >sales.tsv
reports=()
for n in $(seq 0 29); do
    month=$((2026 + n / 12))-$(printf %02d $((n % 12 + 1)))
    printf 'clock %s-01\nreport Rising Sales sales.tsv --period %s --as Platform\n' \
        $((2026 + (n + 1) / 12))-$(printf %02d $(((n + 1) % 12 + 1))) "$month"
    reports+=("$month=sales.tsv")
done >thirty
check "thirty months" "$LICET" batch <thirty

# Of the counter Total, when the report of a month ran: value and block of what older blocks left, how many blocks are told one by
# one, what they are said to have added, and which the last one was.
total() {
    "$LICET" why Rising Label --period "$1" --json | python3 -c '
import json, sys
from decimal import Decimal
nodes = {n["id"]: n for n in json.load(sys.stdin)["nodes"]}
for n in nodes.values():
    below = [nodes[c] for c in n.get("children", [])]
    if n["rule"] != "sum" or not any(c["rule"] == "earlier" and c["field"].endswith("Total") for c in below):
        continue
    left = [c for c in below if c["rule"] == "opening"]
    told = [c for c in below if c["rule"] == "earlier"]
    assert sum(int(c["units"]) for c in below) == int(n["units"])
    print(*[(Decimal(c["value"]).normalize(), c["block"]) for c in left], len(told), *{Decimal(c["value"]).normalize() for c in told},
          told[0]["block"], told[-1]["block"])
    break'
}
block() { query $l "SELECT height FROM reports WHERE period = '$1'"; }
first=$(block 2026-01)
same "a block a month" $((first + 29)) "$(block 2028-06)"
same "the second month: one block before it" "1 1E+1 $first $first" "$(total 2026-02)"
same "the 25th: all 24 before it" "24 1E+1 $first $((first + 23))" "$(total 2028-01)"
same "the 26th: the last 24, and what the first left" "(Decimal('1E+1'), $first) 24 1E+1 $((first + 1)) $((first + 24))" \
    "$(total 2028-02)"
same "the 30th: the last 24, and what five left" "(Decimal('5E+1'), $((first + 4))) 24 1E+1 $((first + 5)) $((first + 28))" \
    "$(total 2028-06)"
tells "in words, too" "as it stood after block $((first + 4)) on 2026-06-01" "$LICET" why Rising Label --period 2028-06 --all
tells "a month in the middle is that month's" "report Sales for 2026-10, by Platform" "$LICET" why Rising Label --period 2026-10
reports_of() {
    "$LICET" why Rising Label --period "$1" --json |
        python3 -c 'import json, sys; print(sum(r["kind"] == "report" for r in json.load(sys.stdin)["runs"]))'
}
same "and only that" 1 "$(reports_of 2026-10)"
same "a year has its twelve" 12 "$(reports_of 2027)"
check "replays, the days of blocks too" "$LICET" replay $l
explained $l "${reports[@]}"
finish
