#!/usr/bin/env bash
# A ledger file that is damaged, locked, of another version, or no ledger at all.
#
# Would catch: a command that goes on with a file it should not trust, repairs it in silence, or hides the cause.
. "$(dirname "$0")/../lib.sh"
new_ledger l.licet 2026-01-10 Owner Maker || not_ok "a ledger" "cannot be made"
agreement=$SOURCE/tests/scenario/agreements/merchandise.lic
contract=$("$LICET" deploy "$agreement" --ledger l.licet --as Owner | cut -d ' ' -f 1)
check "signed" "$LICET" sign "$contract" --as Owner --as Maker --ledger l.licet
check "reported" "$LICET" clock 2026-04-01 --ledger l.licet
check "reported" "$LICET" report "$contract" Sales "$SOURCE/tests/scenario/data/merchandise/2026-Q1.tsv" \
    --period 2026-Q1 --as Maker --ledger l.licet
check "replays" "$LICET" replay l.licet

copy() { rm -rf c.licet*; cp l.licet c.licet; cp -r l.licet-keys c.licet-keys; [ ! -e l.licet-wal ] || cp l.licet-wal c.licet-wal; }
each() { # WHAT EXIT PATTERN: commands that read, write and replay all refuse c.licet
    local sum
    sum=$(sha256sum <c.licet)
    refused "$1: show" "$2" "$3" "$LICET" show ledger --ledger c.licet
    refused "$1: clock" "$2" "$3" "$LICET" clock 2026-05-01 --ledger c.licet
    refused "$1: replay" "$2" "$3" "$LICET" replay c.licet
    refused "$1: query" "$2" "$3" "$LICET" query "SELECT * FROM parties" --ledger c.licet
    same "$1: the file is untouched" "$sum" "$(sha256sum <c.licet)"
}

copy; sqlite3 c.licet "PRAGMA user_version = 99" >/dev/null; sqlite3 c.licet "PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
each "another version" 78 "version"
copy; sqlite3 c.licet "PRAGMA application_id = 1" >/dev/null; sqlite3 c.licet "PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
each "another application's file" 65 "not a licet ledger\|ledger"
rm -rf c.licet*; : >c.licet
each "an empty file" 66 "ledger"
rm -rf c.licet*; head -c 100000 /dev/urandom >c.licet
each "random bytes" 65 "ledger\|damaged"
refused "a ledger that is not there" 66 "absent.licet" "$LICET" show ledger --ledger absent.licet
[ ! -e absent.licet ] && ok "reading makes no file" || not_ok "reading makes no file" "absent.licet exists"

# Damage: a run of bytes overwritten in every sixteenth page. Nothing may crash; replay or doctor must see it.
copy; sqlite3 c.licet "PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null; cp c.licet whole.licet
size=$(wc -c <whole.licet)
unseen= crashed=
for ((at = 4096; at < size; at += 65536)); do
    rm -rf c.licet*; cp whole.licet c.licet
    printf 'damaged-damaged-damaged-damaged-' | dd of=c.licet bs=1 seek=$((at + 2000)) conv=notrunc 2>/dev/null
    cmp -s c.licet whole.licet && continue
    "$LICET" doctor c.licet >out 2>err; doctor=$?
    "$LICET" replay c.licet >>out 2>>err; replay=$?
    if [ $doctor -gt 128 ] || [ $replay -gt 128 ]; then crashed="$crashed $at:$doctor/$replay"; fi
    if [ $doctor -eq 0 ] && [ $replay -eq 0 ]; then unseen="$unseen $at"; fi
done
same "damage never crashes a command" "" "$crashed"
# a page of free space or of an index may be without meaning; what has meaning is seen
echo "damaged places without effect:$(printf %s "$unseen" | wc -w)"
head -c $((size / 2)) whole.licet >c.licet
refused "half a file" 65 "damaged\|malformed" "$LICET" replay c.licet

# Locked: another process holds the file.
copy
python3 "$SOURCE/tests/tools/hold_lock.py" c.licet 20 >held & holder=$!
while ! grep -q held held; do sleep 0.05; done
refused "a locked ledger" 75 "another process\|locked" "$LICET" clock 2026-05-01 --ledger c.licet
kill "$holder" 2>/dev/null; wait "$holder" 2>/dev/null
check "works again once it is free" "$LICET" clock 2026-05-01 --ledger c.licet
finish
