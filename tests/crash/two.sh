#!/usr/bin/env bash
# Two processes on one ledger: both write, a third reads, and one of the writers dies.
#
# Would catch: two writers at once; an act that is told of and is not there, or is there twice; a reader who sees half of a
# block, or is kept out; a lock that a dead writer leaves behind.
#
# Blocks are of two acts, so that a batch is many of them: writers that are let in together meet between two blocks of one
# of them, and a writer that is killed when it has told of its first act has more to do.
. "$(dirname "$0")/../lib.sh"
"$LICET" init l.licet --clock simulated:2026-01-01 --limit block_transactions=2 >/dev/null 2>&1 ||
    not_ok "a ledger" "cannot be made"
export LICET_LEDGER=l.licet
for party in Owner Keeper; do
    check "$party has a key" "$LICET" key new $party --no-passphrase
    check "$party is registered" "$LICET" register $party
done
C=Stewardship
check "deployed" "$LICET" deploy "$SOURCE/tests/scenario/agreements/held.lic" --as Owner
check "signed" "$LICET" sign $C --as Owner --as Keeper

# NAME: 48 acts in four batches, each of which is a process; the answers go to NAME.said. Who is told to come again (75: a
# reader was in the way for too long) does, with the acts that it was not told of.
writer() {
    : >"$1.said"
    for last in 12 24 36 48; do
        while told=$(grep -c . "$1.said"); [ "$told" -lt $last ]; do
            for n in $(seq $((told + 1)) $last); do echo "act $C TopUp added=$n.00 --as Keeper"; done >"$1.acts"
            "$LICET" batch "$1.acts" --wait 120 >>"$1.said" 2>>"$1.err"
            status=$?
            [ $status -eq 0 ] || [ $status -eq 75 ] || { echo "exit $status" >>"$1.failed"; return; }
        done
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
[ ! -e a.failed ] && [ ! -e b.failed ] && ok "no writer is in the other's way" ||
    not_ok "no writer is in the other's way" "$(cat a.failed b.failed 2>/dev/null) $(grep -h '^error' a.err b.err | head -3)"
same "both writers were told of all their acts" "48 48" "$(grep -c . a.said) $(grep -c . b.said)"
same "each act is there, once" 96 "$(query l.licet "SELECT count(*) FROM postings WHERE to_account = 'Fund'")"
same "with its amount" 2352.00 "$(query l.licet "SELECT amount FROM balances WHERE account = 'Fund'")"
same "what was read was whole" 1 "$(sort -u seen)"
[ ! -e failures ] || [ "$(sort -u failures)" = "exit 75" ] && ok "readers were answered, or told to come again" ||
    not_ok "readers were answered" "$(sort -u failures) $(head -c 300 seen.err)"

# A writer that is killed in the middle of many blocks: nothing has to be cleared away, and what it told of is there.
for n in $(seq 3000); do echo "act $C TopUp added=1.00 --as Keeper"; done >many
"$LICET" batch many >said 2>/dev/null & killed=$!
for _ in $(seq 2000); do [ -s said ] && break; sleep 0.01; done
kill -9 $killed 2>/dev/null
wait $killed 2>/dev/null
same "it was killed" 137 $?
told=$(grep -c . said)
there=$(($(query l.licet "SELECT count(*) FROM postings WHERE to_account = 'Fund'") - 96))
[ "$told" -gt 0 ] && [ "$told" -lt 3000 ] && ok "in the middle" || not_ok "in the middle" "after $told acts"
[ "$there" -ge "$told" ] && ok "what the dead writer told of is there ($told of $there)" ||
    not_ok "what the dead writer told of is there" "$told told of, $there there"
check "another writes" "$LICET" act $C TopUp added=5.00 --as Keeper
same "and adds to what is there" $((2352 + there + 5)).00 "$(query l.licet "SELECT amount FROM balances WHERE account = 'Fund'")"
check "the ledger replays" "$LICET" replay
check "doctor finds nothing" "$LICET" doctor
finish
