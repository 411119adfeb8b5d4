#!/usr/bin/env bash
# Several transactions, one block: batches, files of envelopes, commands that send several; and writers side by side.
#
# Would catch: a line that is told before its block is written, or in another order; one that is refused and takes others
# with it; lines that need what the ones before them did, and do not find it in the open block; a block a line; two writers
# of which one is turned away at once.
. "$(dirname "$0")/../lib.sh"
l=l.licet
new_ledger $l 2026-01-10 Owner User || not_ok "a ledger" "cannot be made"
export LICET_LEDGER=$l
height() { "$LICET" show ledger --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["height"])'; }
agreement=$SOURCE/tests/scenario/agreements/limits.lic
name=$(sed -n 's/^agreement \([A-Za-z]*\) .*/\1/p' "$agreement")

# A contract's life in one block: what a line makes is there for the next.
before=$(height)
cat >life <<BATCH
register Third
deploy $agreement --as Owner
sign $name --as Owner --as User
act $name Add seats=1 --as User
act $name Add seats=2 --as User
act $name Add seats=3 --as User
BATCH
check "a batch from the deployment on" "$LICET" batch life
same "is one block" $((before + 1)) "$(height)"
same "with all that it did" 6 "$(query $l "SELECT value FROM counters WHERE counter = 'Seats'")"
same "and says so in its order" "registered Third,deployed $name,Owner has signed,User has signed,action Add,action Add,action Add" \
    "$(sed 's/;.*//; s/ is recorded//; s/ signed .*/ signed/' .err | grep -v '^made' | paste -sd ,)"
same "with an id a transaction" 7 "$(grep -c '^[0-9a-f]\{64\}$' .out)"

# A clock in between begins a block of its own, which the lines after it share.
before=$(height)
printf 'act %s Add seats=1 --as User\nclock 2026-01-12\nact %s Add seats=1 --as User\nclock\n' "$name" "$name" >days
check "days in a batch" "$LICET" batch days
same "two blocks" $((before + 2)) "$(height)"
same "the date is read when it is written" "2026-01-12 2026-01-12" "$(grep '^2026' .out | xargs)"

# The line that fails ends the batch; those before it are written, and told before its error.
before=$(height)
printf 'register Fourth\nact %s Add seats=1 --as User\nact %s Multiply first=3000000000 second=3000000000 --as User\nregister Fifth\n' "$name" "$name" >fails
"$LICET" batch fails >out 2>err
same "a batch with a line that is refused ends with its exit code" 65 $?
same "what was before it is told first" "registered Fourth,action Add,licet act,licet batch" \
    "$(grep -v '^made' err | sed 's/ is recorded.*//; s/: .*//' | paste -sd ,)"
grep -q "fails, line 3: failed; commands done before it: 2" err && ok "and counted" || not_ok "and counted" "$(cat err)"
same "in one block" $((before + 1)) "$(height)"
same "the parties before it are there, those behind it are not" "Fourth" \
    "$(query $l "SELECT name FROM parties WHERE name IN ('Fourth', 'Fifth')")"

# Lines that say their JSON, with a report whose reasons are read when it is written.
cp -r "$SOURCE/contracts/simple" s
(cd s && "$LICET" init n.licet --clock simulated:2026-01-05 >../.out 2>&1) || not_ok "a second ledger" "$(cat .out)"
cat >simple <<BATCH
register Author
register Publisher
register Agent
deploy s/simple.lic --as Author
sign FirstNovel --as Author --as Publisher
clock 2026-04-10
report FirstNovel Sales s/data/2026-Q1.tsv --period 2026-Q1 --as Publisher
BATCH
check "JSON lines" "$LICET" batch simple --json --ledger s/n.licet
cat >lines.py <<'PY'
import json
lines = [json.loads(line) for line in open("lines.out", encoding="utf-8")]
assert len(lines) == 7 and lines[5] == {"date": "2026-04-10"} and len(lines[4]) == 2, lines
assert lines[6]["lines"] == 2 and lines[6]["reasons"] == [], lines[6]
assert lines[6]["block"] == 2 and lines[0]["block"] == lines[4][1]["block"] == 1, lines
PY
cp .out lines.out
check "a document a line" python3 lines.py
check "replays" "$LICET" replay s/n.licet

# Envelopes of several parties in one block; one that is refused leaves the others as they are.
for n in 1 2 3; do "$LICET" act "$name" Add seats=$n --as User --envelope tx.$n >/dev/null 2>&1 && "$LICET" submit tx.$n >/dev/null 2>&1; done
for n in $(seq 1 20); do
    "$LICET" register "P$n" --envelope "reg.$n" >/dev/null 2>&1
done
printf junk >reg.bad
before=$(height)
refused "twenty envelopes, a bad one among them" 65 "1 of 22 files were not taken; the first: reg.bad:" \
    "$LICET" submit reg.[1-9] reg.bad reg.1? reg.20 reg.7
same "nineteen are accepted, and one is known" "20 1" "$(grep -c ': accepted' .err) $(grep -c ': known' .err)"
grep -q '^licet submit: reg.bad: ' .err && ok "the bad one is named" || not_ok "the bad one is named" "$(cat .err)"
same "in one block" $((before + 1)) "$(height)"
"$LICET" submit --json --quiet reg.bad tx.1 >out 2>err
same "with --json too" 65 $?
cat >array.py <<'PY'
import json
refused, known = json.load(open("out", encoding="utf-8"))
assert refused["file"] == "reg.bad" and refused["error"]["code"] == "transaction", refused
assert known["known"] is True and known["kind"] == "act", known
assert json.load(open("err", encoding="utf-8"))["error"]["text"].startswith("1 of 2 files"), "the error"
PY
check "where each has its place" python3 array.py
check "the ledger replays" "$LICET" replay $l
check "doctor finds nothing" "$LICET" doctor $l

# Blocks of few transactions: as full as they may be.
"$LICET" init small.licet --clock simulated:2026-01-10 --limit block_transactions=4 >/dev/null 2>&1
for n in $(seq 1 10); do echo "register Q$n"; done >many
check "ten lines, four transactions a block" "$LICET" batch many --ledger small.licet
same "are three blocks" "1 4,2 4,3 2" "$("$LICET" log blocks --ledger small.licet --json |
    
    python3 -c 'import json, sys
print(",".join("%d %d" % (b["height"], b["transactions"]) for b in map(json.loads, sys.stdin) if b["height"]))')"
check "replays" "$LICET" replay small.licet

# The disk is full when the block of the last lines is to be written: they are not told.
size=$(wc -c <small.licet)
for n in $(seq 1 300); do echo "register $(printf 'R%0.90d' "$n")"; done >lost
(ulimit -f $((size / 1024 + 8)); "$LICET" batch lost --ledger small.licet >out 2>err)
status=$?
same "a block that cannot be written ends the batch" 74 $status
same "what is told is what is there" "$(query small.licet "SELECT count(*) - 10 FROM parties")" "$(grep -c '^[0-9a-f]\{64\}$' out)"
grep -q "commands done before it: $(grep -c '^[0-9a-f]\{64\}$' out)" err && ok "and counted" || not_ok "and counted" "$(tail -2 err)"
check "the ledger replays after it" "$LICET" replay small.licet

# Writers side by side wait for one another.
for n in 1 2 3 4 5 6; do "$LICET" register "S$n" >"s$n.out" 2>&1 & done
wait
same "six at once are all registered" 6 "$(query $l "SELECT count(*) FROM parties WHERE name LIKE 'S_'")"
python3 - "$l" <<'PY' &
import fcntl, os, struct, sys, time
# as SQLite does: a lock of the byte behind the pending byte
lock = os.open(sys.argv[1] + "-lock", os.O_RDWR | os.O_CREAT)
fcntl.lockf(lock, fcntl.LOCK_EX, 1, 0x40000001)
print("held", flush=True)
open("held", "w").write("held")
time.sleep(30)
PY
holder=$!
while [ ! -s held ]; do sleep 0.05; done
refused "a writer that may not wait" 75 "another process writes" "$LICET" register Late --wait 0
refused "one that waits a second" 75 "another process writes" "$LICET" register Late --wait 1
(sleep 1; kill "$holder") &
check "one that waits longer gets its turn" "$LICET" register Late --wait 60
finish
