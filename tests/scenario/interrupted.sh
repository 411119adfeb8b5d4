#!/usr/bin/env bash
# A report whose process is killed between two blocks, and that is sent again.
#
# Would catch: a second upload beside the first one, which then waits for days and counts against the quotas; an upload
# that nobody can see; money that depends on the interruption; a file mended after a refusal that has to wait for the
# one before it.
. "$(dirname "$0")/../lib.sh"
python3 "$SOURCE/tests/workload/generate.py" --size S --seed 5 --lines 20000 --works 300 --payees 80 --contracts 20 \
    --out data >/dev/null
month() { # LEDGER: ready for its report, 20 transactions a block, one waiting upload a party
    export LICET_LEDGER=$1
    "$LICET" init "$1" --clock simulated:2026-01-01 --limit block_transactions=20 --limit party_uploads=2
    cat >lines <<BATCH
register Label
register Service
deploy $SOURCE/contracts/month_of_streams/month_of_streams.lic --as Label
load MonthOfStreams Territories=data/territories.tsv Payees=data/payees.tsv Cards.rates=data/cards.tsv Contracts=data/contracts.tsv Works=data/works.tsv Works.holders=data/splits.tsv --as Label
sign MonthOfStreams --as Label --as Service
clock 2026-02-01
BATCH
    "$LICET" batch lines
}
report() { "$LICET" report MonthOfStreams Usage "$1" --period 2026-01 --as Service --chunk 4000; }
uploads() { query "$LICET_LEDGER" "SELECT state, received < chunks, chunks FROM uploads WHERE kind = 'report'"; }
amounts() { query "$1" "SELECT term, key, net_units FROM term_results ORDER BY term, row" | sha256sum; }

month whole.licet >/dev/null 2>&1 || not_ok "a ledger" "cannot be made"
check "without an interruption" report data/usage.tsv
chunks=$(query whole.licet "SELECT chunks FROM uploads WHERE kind = 'report'")
[ "$chunks" -gt 100 ] && ok "it has many chunks ($chunks)" || not_ok "it has many chunks" "$chunks"

# Goes on for some milliseconds at a time, and stands while the ledger is looked at: the moment cannot be missed.
cat >kill.py <<'PY'
import signal, sqlite3, subprocess, sys, time
ledger, least, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]

def received():
    try:
        db = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True, timeout=0)
        row = db.execute("SELECT max(received) FROM uploads WHERE state = 'waiting'").fetchone()
        db.close()
        return row[0] or 0
    except sqlite3.Error:
        return 0

child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
while child.poll() is None:
    child.send_signal(signal.SIGSTOP)
    if received() >= least:
        child.send_signal(signal.SIGKILL)
        child.wait()
        print("killed")
        break
    child.send_signal(signal.SIGCONT)
    time.sleep(0.002)
PY
month k.licet >/dev/null 2>&1 || not_ok "a ledger" "cannot be made"
again() { python3 kill.py k.licet "$1" "$LICET" report MonthOfStreams Usage data/usage.tsv --period 2026-01 --as Service --chunk 4000; }
same "a report is killed after some blocks" killed "$(again 10)"
same "it waits" "waiting	1	$chunks" "$(uploads)"
check "show lists it" "$LICET" show uploads
grep -q "MonthOfStreams *report *Usage *2026-01 *Service *waiting *[1-9][0-9]* *$chunks " .out && ok "with what came of it" ||
    not_ok "with what came of it" "$(cat .out)"
same "once more, after some others" killed "$(again $((chunks / 2)))"
same "it is one upload" "waiting	1	$chunks" "$(uploads)"
check "the interrupted ledger replays" "$LICET" replay k.licet
check "sent again it is settled" report data/usage.tsv
grep -q "an interrupted upload went on: [1-9][0-9]* of its chunks were there" .err && ok "and says that it went on" ||
    not_ok "and says that it went on" "$(cat .err)"
same "nothing waits" "complete	0	$chunks" "$(uploads)"
same "the amounts are those without an interruption" "$(amounts whole.licet)" "$(amounts k.licet)"
check "the ledger replays" "$LICET" replay k.licet
check "doctor finds nothing" "$LICET" doctor k.licet

# A file with a fault that only its end shows, and the same file mended: what waits of the first one goes with the second.
month m.licet >/dev/null 2>&1 || not_ok "a ledger" "cannot be made"
same "a file that is given up" killed "$(sed 's/1/2/' data/usage.tsv >bad.tsv; python3 kill.py m.licet 10 \
    "$LICET" report MonthOfStreams Usage bad.tsv --period 2026-01 --as Service --chunk 4000)"
check "the right one" report data/usage.tsv
same "overtakes it" "expired 1,complete 0" "$(query m.licet "SELECT state || ' ' || (received < chunks) FROM uploads WHERE kind = 'report'" | paste -sd ,)"
check "the ledger replays" "$LICET" replay m.licet
finish
