#!/usr/bin/env bash
# Two processes on one ledger: both write, a third reads, and one of the writers dies.
#
# Would catch: two writers at once; an act that is told of and is not there, or is there twice; a reader who sees half of a
# block, or is kept out; a lock that a dead writer leaves behind.
. "$(dirname "$0")/../lib.sh"
new_ledger l.licet 2026-01-01 Owner Keeper 2>/dev/null || not_ok "a ledger" "cannot be made"
export LICET_LEDGER=l.licet
C=Stewardship
check "deployed" "$LICET" deploy "$SOURCE/tests/scenario/agreements/held.lic" --as Owner
check "signed" "$LICET" sign $C --as Owner --as Keeper

# NAME: twelve acts, one after the other, each with its own process; the answers go to NAME.said. Who is told to come again
# (75: a reader was in the way for too long) does.
writer() {
    for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
        status=75
        while [ $status -eq 75 ]; do
            "$LICET" act $C TopUp added=$n.00 --as Keeper --wait 120 >/dev/null 2>>"$1.err"
            status=$?
        done
        [ $status -ne 0 ] || echo $n >>"$1.said"
    done
}
# Each act is one posting of its block: the fund's balance is the sum of the postings, in every answer.
reader() {
    while [ ! -e stop ]; do
        query l.licet "SELECT (SELECT ifnull(units_sum(units), 0) FROM postings WHERE to_account = 'Fund') =
            (SELECT units_sum(units) FROM balances WHERE account = 'Fund')" >>seen 2>>seen.err
        status=$?
        [ $status -eq 0 ] || echo "exit $status" >>failures
    done
}
writer a & a=$!
writer b & b=$!
reader & r=$!
wait $a $b
touch stop
wait $r
same "both writers were told of all their acts" "12 12" "$(grep -c . a.said) $(grep -c . b.said)"
same "each act is there, once" 24 "$(query l.licet "SELECT count(*) FROM postings WHERE to_account = 'Fund'")"
same "with its amount" 156.00 "$(query l.licet "SELECT amount FROM balances WHERE account = 'Fund'")"
same "what was read was whole" 1 "$(sort -u seen)"
[ ! -e failures ] || [ "$(sort -u failures)" = "exit 75" ] && ok "readers were answered, or told to come again" ||
    not_ok "readers were answered" "$(sort -u failures) $(head -c 300 seen.err)"

# A writer that is killed in the middle of many blocks: nothing has to be cleared away, and what it told of is there.
for n in $(seq 300); do echo "act $C TopUp added=1.00 --as Keeper"; done >many
"$LICET" batch many >said 2>/dev/null & killed=$!
for _ in $(seq 200); do [ -s l.licet-lock ] && break; sleep 0.01; done
kill -9 $killed 2>/dev/null
wait $killed 2>/dev/null
told=$(grep -c . said)
there=$(($(query l.licet "SELECT count(*) FROM postings WHERE to_account = 'Fund'") - 24))
[ "$there" -ge "$told" ] && ok "what the dead writer told of is there ($told of $there)" ||
    not_ok "what the dead writer told of is there" "$told told of, $there there"
check "another writes" "$LICET" act $C TopUp added=5.00 --as Keeper
same "and adds to what is there" $((156 + there + 5)).00 "$(query l.licet "SELECT amount FROM balances WHERE account = 'Fund'")"
check "the ledger replays" "$LICET" replay
check "doctor finds nothing" "$LICET" doctor
finish
