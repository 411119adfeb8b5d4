#!/usr/bin/env bash
# licet doctor on a sick ledger and a sick machine: each kind of damage is a finding that says where it is and what to do.
#
# Would catch: damage that doctor does not see, or calls something else; a finding without a remedy; one that hides the
# others, or makes doctor give up before keys and blocks are looked at; an examination that changes what it examines.
# What timers could not do, which doctor tells too, is in held.sh.
. "$(dirname "$0")/../lib.sh"
new_ledger l.licet 2026-01-10 Owner Maker || not_ok "a ledger" "cannot be made"
agreement=$SOURCE/tests/scenario/agreements/merchandise.lic
contract=$("$LICET" deploy "$agreement" --ledger l.licet --as Owner | cut -d ' ' -f 1)
check "signed" "$LICET" sign "$contract" --as Owner --as Maker --ledger l.licet
check "the date" "$LICET" clock 2026-04-01 --ledger l.licet
check "reported" "$LICET" report "$contract" Sales "$SOURCE/tests/scenario/data/merchandise/2026-Q1.tsv" \
    --period 2026-Q1 --as Maker --ledger l.licet
size=$(wc -c <l.licet)

copy() { rm -rf c.licet*; cp l.licet c.licet; cp -r l.licet-keys c.licet-keys; }
# finds WHAT EXIT VERDICT NAME PATTERN [REMEDY]: a line of that verdict and name whose text matches, and a remedy behind it
finds() {
    local status
    "$LICET" doctor c.licet >.out 2>.err
    status=$?
    if [ $status -ne "$2" ]; then not_ok "$1" "exit $status: $(tr '\n' '|' <.out | head -c 600) $(head -c 300 .err)"; return; fi
    if ! grep -q "^$3 *$4: .*\($5\)" .out; then not_ok "$1" "no $3 $4 $5 in: $(tr '\n' '|' <.out | head -c 900)"; return; fi
    if ! grep -A1 "^$3 *$4: .*\($5\)" .out | tail -1 | grep -q "^      .*\(${6:-.}\)"; then
        not_ok "$1: a remedy" "$(grep -A1 "^$3 *$4" .out | tr '\n' '|')"; return
    fi
    ok "$1"
}
also() { grep -q "$2" .out && ok "$1" || not_ok "$1" "no [$2] in: $(tr '\n' '|' <.out | head -c 900)"; }
sick() { # WHAT SQL VERDICT NAME PATTERN REMEDY: rows changed behind licet's back
    copy
    sqlite3 c.licet "$2"
    finds "$1" 1 "$3" "$4" "$5" "$6"
}

# -- nothing to find ---------------------------------------------------------------------------------------------------------
copy
sum=$(sha256sum <c.licet)
"$LICET" doctor c.licet >.out; same "a healthy ledger" 0 $?
same "nothing bad" "" "$(grep '^bad' .out)"
for what in file chain state views; do also "it looked at the $what" "^ok    $what: "; done
also "and names the last block" "last block: block [0-9]*, [0-9a-f]\{64\}"
same "the file is untouched" "$sum" "$(sha256sum <c.licet)"

# -- the file ------------------------------------------------------------------------------------------------------------------
root=$(sqlite3 l.licet "SELECT rootpage FROM sqlite_schema WHERE name = 'payloads'")
copy; printf 'damaged-damaged' | dd of=c.licet bs=1 seek=$(((root - 1) * 16384)) conv=notrunc status=none
finds "a damaged page" 1 bad "file\|chain" "malformed\|damaged\|btree" "import\|backup\|copy"
copy; truncate -s $((size / 2)) c.licet
finds "half of the file" 1 bad ledger "malformed\|damaged\|cannot" "backup\|disk"
also "the keys are looked at all the same" "operator.key"
sick "another application's file" "PRAGMA application_id = 1" bad ledger "not a licet ledger" "path"
sick "another version's file" "PRAGMA user_version = 99" bad ledger "version 99" "release"
rm -rf c.licet*; head -c 100000 /dev/urandom >c.licet
finds "random bytes" 1 bad ledger "not a ledger" "path\|backup"
if [ "$(id -u)" -ne 0 ]; then
    copy; chmod 0 c.licet
    finds "a file that may not be read" 1 bad ledger "cannot" "permissions"
fi
copy; chmod o+w c.licet
finds "a file that others may write" 0 note access "write" "chmod"

# -- beside the file -------------------------------------------------------------------------------------------------------------
copy; : >c.licet.partial; : >c.licet.partial-journal
finds "leftovers of an export" 0 note leftovers "2 files" "remove them"
# a process that died with a log: with it all is well, without it blocks are missing, and that is said
copy
sqlite3 c.licet "PRAGMA journal_mode = WAL" >/dev/null
python3 - c.licet <<'PY'
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1]); db.execute("PRAGMA wal_autocheckpoint = 0")
db.execute("UPDATE head SET one = one"); db.commit(); os._exit(0)
PY
finds "a log that a process left" 0 ok log "in the log beside the file" "licet export"
: >c.licet-shm; rm -f c.licet-wal
finds "a log that was taken away" 1 bad log "taken away" "put the log back"
# the mark of a writer that died, until the next one has made safe what it left
copy; printf w >c.licet-lock
finds "a writer's mark in the lock" 0 note lock "ended without notice" "makes it safe"
check "who writes next" "$LICET" clock 2026-04-02 --ledger c.licet
"$LICET" doctor c.licet >.out; same "removes it" "" "$(grep ' lock:' .out)"
# a rollback journal of a process that died in the middle
copy
python3 - c.licet <<'PY'
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_spill = 1"); db.execute("PRAGMA cache_size = 1")
db.execute("BEGIN IMMEDIATE"); db.execute("UPDATE payloads SET bytes = zeroblob(length(bytes))"); os._exit(0)
PY
[ -s c.licet-journal ] || not_ok "a journal" "the writer left none"
finds "a journal of one that died" 0 note journal "a writer is at work, or died" "undoes"
same "and what it had begun is undone" "$(sqlite3 l.licet .dump | sha256sum)" "$(sqlite3 c.licet .dump | sha256sum)"

# -- blocks ------------------------------------------------------------------------------------------------------------------------
sick "a block's header edited" "UPDATE blocks SET time = time + 86400 WHERE height = 3" bad chain "header" "backup"
sick "a block's signature edited" "UPDATE blocks SET signatures = CAST(substr(signatures, 1, 9) || CASE substr(signatures, 10, 2) WHEN x'0102' THEN x'0201' ELSE x'0102' END || substr(signatures, 12) AS BLOB) WHERE height = 3" \
    bad chain "signature\|sign" "."
sick "a block gone" "DELETE FROM blocks WHERE height = 4" bad chain "block 4: it is missing" "backup"
sick "the last block cut off its head" "UPDATE head SET height = height - 1" bad ledger "head" "backup"
sick "a payload altered" "UPDATE payloads SET bytes = CAST(x'02' || substr(bytes, 2) AS BLOB) WHERE place = (SELECT max(place) FROM payloads)" \
    bad chain "block [0-9]*: bytes of .* do not have their digest" "backup"
sick "a transaction taken out" "DELETE FROM transactions WHERE place = (SELECT max(place) FROM transactions)" bad chain "transactions do not have its root" "backup"
sick "an id that is not found" "UPDATE recent_ids SET ids = zeroblob(length(ids))" bad ids "index" "doctor --rebuild"
sick "a digest altered" "UPDATE outputs SET leaf = zeroblob(32) WHERE place = (SELECT max(place) FROM outputs)" bad chain "digest\|root" "backup"

# -- state and views ------------------------------------------------------------------------------------------------------------------
sick "a contract's pages" "UPDATE pages SET body = zeroblob(length(body)) WHERE body <> zeroblob(length(body))" bad state "roots" "doctor --rebuild"
sick "a party's name" "UPDATE registered SET name = 'Mallory' WHERE number = 1" bad ledger "parties" "doctor --rebuild"
also "and the blocks, which are whole, are looked at" "^ok    chain: "
check "made again" "$LICET" doctor c.licet --rebuild
sick "a view altered" "DROP VIEW duties; CREATE VIEW duties AS SELECT 'paid' AS state" bad views "duties" "doctor --rebuild"
sick "a view gone" "DROP VIEW payments" bad views "payments" "doctor --rebuild"
sick "views that lag behind" "DELETE FROM p_reports" bad views "reports has 0 rows, there are 1" "doctor --rebuild"
check "made again" "$LICET" doctor c.licet --rebuild
"$LICET" doctor c.licet >.out; same "and healthy" 0 $?

# -- keys and clocks ---------------------------------------------------------------------------------------------------------------------
copy; chmod 0644 c.licet-keys/Owner.key
finds "a key file that others can read" 1 bad Owner.key "others" "chmod"
copy; printf x >>c.licet-keys/Maker.key
finds "a damaged key file" 1 bad Maker.key "." "."
copy
finds "keys without a passphrase, for trials" 0 note operator.key "without a passphrase" "another key"
finds "a simulated clock" 0 note time "simulated" "trials"

# -- the disk -----------------------------------------------------------------------------------------------------------------------------
full() {
    unshare -rm bash -c 'mkdir -p small && mount -t tmpfs -o size=8m tmpfs small && cp l.licet small/c.licet && "$LICET" doctor small/c.licet'
}
if unshare -rm bash -c 'mkdir -p small && mount -t tmpfs -o size=1m tmpfs small' 2>/dev/null; then
    full >.out 2>.err; same "a disk that is nearly full" 1 $?
    also "is named with what is free" "^bad   disk: [0-9]* MiB are free"
    also "and what happens when it is full" "^      free some before the next block"
else
    echo "no disk can be mounted here: left out"
fi

# -- scripts ------------------------------------------------------------------------------------------------------------------------------
"$LICET" doctor >.out; same "this machine" 0 $?
also "the sandbox was tried" "^ok    sandbox: "
also "and the user's limits" "limits: "
if (ulimit -v 900000; exec "$LICET" --version) >.out 2>&1; then # a sanitizer reserves more than any machine has
    (ulimit -v 900000; exec "$LICET" doctor) >.out 2>.err; same "little address space is no failure" 0 $?
    also "but a note" "^note  limits: address space is limited to [0-9]* MiB"
else
    echo "this build does not start in little address space: left out"
fi
(ulimit -f 1000; exec "$LICET" doctor) >.out 2>.err
also "a limit of files' sizes is a note" "^note  limits: files are limited to"
# a machine that does not let a process filter its system calls
cat >noseccomp.py <<'PY'
import ctypes, os, struct, sys
# allows everything but seccomp(2) and prctl(PR_SET_SECCOMP): those answer EPERM
libc = ctypes.CDLL(None, use_errno=True)
ld, jeq, ret = 0x20, 0x15, 0x06
def op(code, jt, jf, k): return struct.pack("HBBI", code, jt, jf, k)
program = b"".join([op(ld, 0, 0, 0), op(jeq, 3, 0, 317), op(jeq, 0, 3, 157), op(ld, 0, 0, 16),
                    op(jeq, 0, 1, 22), op(ret, 0, 0, 0x00050001), op(ret, 0, 0, 0x7fff0000)])
room = ctypes.create_string_buffer(program)
filter = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(room))
libc.prctl(38, 1, 0, 0, 0)
if libc.prctl(22, 2, ctypes.c_char_p(filter), 0, 0) != 0: sys.exit(77)
os.execv(sys.argv[1], sys.argv[1:])
PY
if [ "$(uname -m)" = x86_64 ] && python3 noseccomp.py /bin/true; then
    python3 noseccomp.py "$LICET" doctor >.out 2>.err; same "a machine that cannot confine scripts" 1 $?
    also "is said to be one" "^bad   sandbox: "
else
    echo "no filter can be set here: left out"
fi
finish
