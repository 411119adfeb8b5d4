#!/usr/bin/env bash
# A ledger with a real clock: what is said of its clock, which keys it takes, and what falls due by itself.
#
# Would catch: a real clock that is moved, or whose refusal speaks of something else; a key without a passphrase that
# comes to a ledger where signatures count; duties that wait for somebody's transaction; a reader who is asked for keys,
# or is not told that something is due; a sweeper that keeps others from writing, or dies in the middle.
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

# A ledger of a machine whose clock went three days ahead.
check "a ledger of the future" "$(dirname "$LICET")/../tests/past_ledger" ahead.licet -3
"$LICET" doctor ahead.licet >.out; same "doctor finds something bad" 1 $?
grep -A1 "^bad *time: the last block is 259[0-9]* seconds ahead of this machine's clock" .out | grep -q "^ *set the clock" &&
    ok "and says how far it is ahead, and what to do" || not_ok "and says how far it is ahead, and what to do" "$(grep -A1 time .out)"

# A ledger that was left a hundred days ago: three contracts of which each owes EUR 100.00 for every month.
past() { "$(dirname "$LICET")/../tests/past_ledger" "$@"; }
check "a ledger of the past" past old.licet 100
export LICET_LEDGER=old.licet
today=$(date -u +%Y-%m-%d)
months=$(python3 -c 'import datetime as d
begin, now = d.datetime.utcnow().date() - d.timedelta(100), d.datetime.utcnow().date()
print((now.year - begin.year) * 12 + now.month - begin.month)' 2>/dev/null)
duties() { query "$LICET_LEDGER" "SELECT count(*) || ' ' || count(DISTINCT due) FROM duties WHERE duty_amount = '100.00'"; }
before=$("$LICET" show ledger --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["height"])')
check "whoever has no operator's key reads the date" "$LICET" clock --keys nowhere
same "which is today" "$today" "$(cat .out)"
grep -q "3 contracts have something due since 20[0-9-]*: licet clock runs it" .err && ok "and what is due" ||
    not_ok "and what is due" "$(cat .err)"
check "the same as JSON" "$LICET" clock --keys nowhere --json
same "the count of contracts" 3 "$(python3 -c 'import json; print(json.load(open(".out"))["due"])')"
same "nothing has run" "0 0" "$(duties)"
cp old.licet late.licet && cp -r old.licet-keys late.licet-keys
cp old.licet stays.licet && cp -r old.licet-keys stays.licet-keys

check "the operator's clock runs it" "$LICET" clock
same "and says the date" "$today" "$(cat .out)"
same "every month of every contract, each on its day" "$((3 * months)) $months" "$(duties)"
same "in one block" "$((before + 1))" "$("$LICET" show ledger --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["height"])')"
check "again there is nothing to do" "$LICET" clock --json
same "that is told" "$today 0 None" "$(python3 -c 'import json; d = json.load(open(".out")); print(d["date"], d["due"], d["since"])')"
refused "with a date it is refused all the same" 65 "clock is real" "$LICET" clock 2199-01-01
check "the ledger replays" "$LICET" replay old.licet

# A transaction does the same, before it is looked at.
export LICET_LEDGER=late.licet
check "somebody's transaction" "$LICET" register Third --passphrase-file right
same "comes behind what was due" "$((3 * months)) $months" "$(duties)"
check "replays" "$LICET" replay late.licet

# A sweeper that stays, lets others write between its rounds, and ends when it is told to.
export LICET_LEDGER=stays.licet
"$LICET" clock --watch >watched 2>said & watcher=$!
for _ in $(seq 200); do [ -s watched ] && break; sleep 0.05; done
same "a sweeper that stays begins at once" "$today" "$(cat watched)"
same "with what is due" "$((3 * months)) $months" "$(duties)"
check "others write meanwhile" "$LICET" register Fourth --passphrase-file right
kill -TERM "$watcher"
wait "$watcher"
same "and it ends when it is told to" 0 $?
check "replays" "$LICET" replay stays.licet
refused "a date is none of its business" 64 "takes no date" "$LICET" clock 2026-01-01 --watch
new_ledger sim.licet 2026-01-10 Owner >/dev/null 2>&1
refused "nor a simulated clock" 64 "stands still" "$LICET" clock --watch --ledger sim.licet
finish
