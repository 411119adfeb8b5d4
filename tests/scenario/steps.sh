#!/usr/bin/env bash
# A month that is settled over many blocks, because the ledger's genesis lets a block work off few lines.
#
# Would catch: outputs that depend on the steps; a process that dies between two steps and leaves a contract that is
# busy for ever, or half a report; a `why` that does not find a report that ended in a later block than its chunks.
# Also: an amount that `licet why` does not derive, or tells in words that are not so.
. "$(dirname "$0")/../lib.sh"
python3 "$SOURCE/tests/workload/generate.py" --size S --seed 3 --lines 20000 --works 600 --payees 200 --contracts 30 \
    --out data >/dev/null
python3 "$SOURCE/tests/workload/oracle.py" data want
cp -r "$SOURCE/contracts/month_of_streams" month
month() { # WORK CHUNK LEDGER
    sed "s/ --clock simulated/ --limit work_per_block=$1 --clock simulated/" \
        "$SOURCE/contracts/month_of_streams/commands.awk" >month/commands.awk
    LICET_CHUNK=$2 month/settle.sh data "got-$1" "$3"
}
for work in 700 19999 20000; do
    check "$work lines a block" month "$work" 8000 "l$work.licet"
    same_files "$work lines a block: the five files" want "got-$work"
    check "$work lines a block: replays" "$LICET" replay "l$work.licet"
done
blocks() { query "$1" "SELECT max(height) FROM reports"; }
[ "$(blocks l700.licet)" -gt "$(($(blocks l20000.licet) + 20))" ] && ok "it took many blocks" ||
    not_ok "it took many blocks" "$(blocks l700.licet) $(blocks l20000.licet)"
explained l700.licet data/usage.tsv --units-of gross --payees 2
payee=$(query l700.licet "SELECT key FROM term_results WHERE term = 'Payout' ORDER BY length(net_units) DESC, net_units DESC LIMIT 1")
"$LICET" why MonthOfStreams "$payee" --period 2026-01 --ledger l700.licet --json >why.json
check "why recomputes" python3 "$SOURCE/tests/oracle/why_check.py" why.json data/usage.tsv --units-of gross

# The reporter's process is killed when the report is under way; whoever comes next brings it to its end.
# It is stopped while it is looked at, so that a quick machine is not through before anybody saw it at work.
cat >kill.py <<'PY'
import signal, sqlite3, subprocess, sys, time
ledger, command = sys.argv[1], sys.argv[2:]

def stands_still(process):
    """Stopped, or at its end."""
    with open(f"/proc/{process.pid}/stat", encoding="ascii", errors="replace") as about:
        return about.read().rpartition(")")[2].split()[0] in "TZ"

def worked():
    try:
        db = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True, timeout=0)
        row = db.execute("SELECT worked FROM transfers WHERE state = 3").fetchone()
        db.close()
        return row[0] if row else 0
    except sqlite3.Error:
        return 0 # it was stopped while it had the file for itself

child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
while child.poll() is None:
    time.sleep(0.002)
    child.send_signal(signal.SIGSTOP)
    while not stands_still(child):
        time.sleep(0.0001)
    if worked() > 1000:
        child.send_signal(signal.SIGKILL)
        child.wait()
        print("killed")
        break
    child.send_signal(signal.SIGCONT)
PY
export LICET_LEDGER=k.licet
"$LICET" init k.licet --clock simulated:2026-01-01 --limit work_per_block=100 >/dev/null 2>&1
for party in Label Service; do "$LICET" register $party --no-passphrase >/dev/null 2>&1; done
"$LICET" deploy "$SOURCE/contracts/month_of_streams/month_of_streams.lic" --as Label >/dev/null 2>&1
"$LICET" load MonthOfStreams Territories=data/territories.tsv Payees=data/payees.tsv Cards.rates=data/cards.tsv \
    Contracts=data/contracts.tsv Works=data/works.tsv Works.holders=data/splits.tsv --as Label >/dev/null 2>&1
"$LICET" sign MonthOfStreams --as Label --as Service >/dev/null 2>&1
"$LICET" clock 2026-02-01 >/dev/null 2>&1
same "the report is interrupted" killed "$(python3 kill.py k.licet "$LICET" report MonthOfStreams Usage data/usage.tsv \
    --period 2026-01 --as Service --chunk 4000)"
same "nothing is settled" 0 "$(query k.licet "SELECT count(*) FROM reports")"
check "the interrupted ledger replays" "$LICET" replay k.licet
for file in k.licet*; do cp -r "$file" "again${file#k}"; done
check "another transaction comes" "$LICET" clock 2026-02-02
same "the report is settled" 1 "$(query k.licet "SELECT count(*) FROM reports")"
amounts() { query "$1" "SELECT key, net_units FROM term_results ORDER BY term, row" | sha256sum; }
same "with the same amounts" "$(amounts l700.licet)" "$(amounts k.licet)"
check "it replays" "$LICET" replay k.licet

# Its sender, who saw his process die, sends it again instead: he is told that it is in, with the id that it has, each time.
export LICET_LEDGER=again.licet
again() { "$LICET" report MonthOfStreams Usage data/usage.tsv --period 2026-01 --as Service --chunk 4000 "$@"; }
check "the reporter sends it again" again
grep -q "this file was filed before, and is settled" .err && ok "and is told that it is in" || not_ok "and is told that it is in" "$(cat .err)"
id=$("$LICET" log transactions | awk '$3 == "report" { print $NF }')
same "with its id" "$id" "$(cat .out)"
same "it was settled once" "1" "$(query again.licet "SELECT count(*) FROM reports")"
same "with the same amounts" "$(amounts l700.licet)" "$(amounts again.licet)"
again --json >said 2>/dev/null
same "once more, for programs" "$id True $(query again.licet "SELECT accepted || ' ' || rejected FROM reports")" \
    "$(python3 -c 'import json; d = json.load(open("said")); print(d["transaction"], d["known"], d["accepted"], d["rejected"])')"
refused "another file for the month" 65 "settled already" "$LICET" report MonthOfStreams Usage data/works.tsv --period 2026-01 --as Service
check "it replays" "$LICET" replay again.licet
check "doctor finds nothing" "$LICET" doctor k.licet
finish
