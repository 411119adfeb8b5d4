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
# sizes LEDGER HEIGHT: how many transactions each block above the height has.
sizes() { "$LICET" log blocks --ledger "$1" --json |
    python3 -c 'import json, sys
print(",".join(str(b["transactions"]) for b in map(json.loads, sys.stdin) if b["height"] > int(sys.argv[1])))' "$2"; }
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

# A report that traps in its last line goes with its header and chunks; what its batch did before it is written.
printf '90\t1.00\n90\t1.00\n90\t1.00\n' >trap.tsv
check "the clock" "$LICET" clock 2026-02-05
before=$(height)
printf 'register Sixth\nact %s Add seats=1 --as User\nreport %s Use trap.tsv --period 2026-01 --as User\n' "$name" "$name" >trapping
refused "a batch whose report traps" 65 "trapping, line 3: failed; commands done before it: 2" "$LICET" batch trapping
same "is one block" $((before + 1)) "$(height)"
same "of two transactions" 2 "$(sizes $l "$before")"
same "nothing of the report is left" 0 "$(query $l "SELECT count(*) FROM uploads WHERE kind = 'report'")"

# Two reports of one contract in one block; each is found by its period.
cat >quarters <<BATCH
clock 2026-07-10
report FirstNovel Sales s/data/2026-Q2.tsv --period 2026-Q2 --as Publisher
pay FirstNovel Author 3357.87 --as Publisher
acknowledge FirstNovel 1 --as Author
BATCH
(cd s && "$LICET" init two.licet --clock simulated:2026-01-05 >/dev/null 2>&1)
sed 's/^report.*//' simple | cat - <(echo "clock 2026-07-09"; echo "report FirstNovel Sales s/data/2026-Q1.tsv --period 2026-Q1 --as Publisher"
    grep -v '^clock' quarters) >both
check "a batch with two reports, a payment, its confirmation" "$LICET" batch both --ledger s/two.licet
same "blocks: the deployment, a clock, a clock with all the rest" 3 \
    "$("$LICET" show ledger --json --ledger s/two.licet | python3 -c 'import json, sys; print(json.load(sys.stdin)["height"])')"
for quarter in "Q1 3,357.87" "Q2 4,599.32"; do
    "$LICET" why FirstNovel Author --period "2026-${quarter% *}" --ledger s/two.licet >why 2>&1
    grep -q "${quarter#* }  85 % of" why && ok "why of ${quarter% *}" || not_ok "why of ${quarter% *}" "$(cat why)"
done
same "what is left of the duty" 4599.32 "$(query s/two.licet "SELECT open_amount FROM duties WHERE creditor = 'Author'")"
check "replays" "$LICET" replay s/two.licet

# A key that is changed in a batch: what it signs goes on, in the next block.
before=$(height)
printf 'act %s Add seats=1 --as User\nkey rotate User\nact %s Add seats=1 --as User\n' "$name" "$name" >rotating
check "a batch over a change of keys" "$LICET" batch rotating --ledger $l
same "is three blocks: both sides of the change are one by themselves" 1,2,1 "$(sizes $l "$before")"

# What a signature makes due, of a contract that was deployed and loaded in the same block.
cat >opening <<BATCH
register Label
register Platform
register Artist
register Producer
register Society
deploy $SOURCE/contracts/streaming/streaming.lic --as Label --set AdvanceSum=250000.00 --set FirstRate=52% --set MiddleRate=54% --set TopRate=55% --set LabelShare=50% --set ArtistShare=35% --set ProducerShare=10% --set SocietyShare=5%
load NorthlightWavefront Recordings=$SOURCE/contracts/streaming/data/recordings.tsv --as Label
sign NorthlightWavefront --as Label --as Platform
BATCH
"$LICET" init o.licet --clock simulated:2026-01-05 >/dev/null 2>&1
check "a batch up to the last signature" "$LICET" batch opening --ledger o.licet
same "is one block" 1 "$(sizes o.licet 0 | wc -w)"
"$LICET" why NorthlightWavefront Label --block 1 --ledger o.licet >why 2>&1
grep -q "To be paid to you: GBP 250,000.00 by Platform, due 2026-01-15" why && ok "whose why is told" || not_ok "whose why is told" "$(cat why)"

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
# Some are refused by the agreement or by their place: the others are accepted, in one block.
"$LICET" act "$name" Multiply first=3000000000 second=3000000000 --as User --envelope traps.tx >/dev/null 2>&1
"$LICET" act "$name" Add seats=1 --as User --envelope same.tx >/dev/null 2>&1 # of the same sequence
"$LICET" act "$name" Add seats=1 --as Owner --envelope denied.tx >/dev/null 2>&1
"$LICET" register Seventh --envelope seventh.tx >/dev/null 2>&1
cp same.tx forged.tx && printf '\001' | dd of=forged.tx bs=1 seek=40 conv=notrunc 2>/dev/null
before=$(height)
seats=$(query $l "SELECT value FROM counters WHERE counter = 'Seats'")
refused "refused ones among accepted" 65 "3 of 5 files were not taken; the first: traps.tx:" \
    "$LICET" submit traps.tx denied.tx same.tx forged.tx seventh.tx
same "two are accepted" 2 "$(grep -c ': accepted' .err)"
same "in one block" 2 "$(sizes $l "$before")"
same "which did what they say" $((seats + 1)) "$(query $l "SELECT value FROM counters WHERE counter = 'Seats'")"
refused "a block of none but refused ones is not written" 65 "2 of 2 files" "$LICET" submit traps.tx denied.tx
same "the height stays" $((before + 1)) "$(height)"
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

# Writers side by side wait for one another; how long is said, because a busy machine takes longer than the five seconds of
# a command that says nothing.
for n in 1 2 3 4 5 6; do "$LICET" register "S$n" --wait 60 >"s$n.out" 2>&1 & done
wait
same "six at once are all registered" 6 "$(query $l "SELECT count(*) FROM parties WHERE name LIKE 'S_'")"
before=$(height)
for n in 1 2 3 4; do
    for k in 1 2 3 4 5; do echo "register T$n$k"; done >t$n
    "$LICET" batch t$n --wait 60 >"t$n.out" 2>&1 &
done
wait
same "four batches at once: twenty parties" 20 "$(query $l "SELECT count(*) FROM parties WHERE name LIKE 'T__'")"
same "a block a batch, none mixed" 5,5,5,5 "$(sizes $l "$before")"
check "the ledger of all of them replays" "$LICET" replay $l
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
