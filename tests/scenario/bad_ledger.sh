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
# what nobody saw has no effect: every row of every table is as before
contents() { sqlite3 "file:$1?immutable=1" .dump | sha256sum; }
whole=$(contents whole.licet) effects=
for at in $unseen; do
    rm -rf c.licet*; cp whole.licet c.licet
    printf 'damaged-damaged-damaged-damaged-' | dd of=c.licet bs=1 seek=$((at + 2000)) conv=notrunc 2>/dev/null
    [ "$(contents c.licet)" = "$whole" ] || effects="$effects $at"
done
same "what is damaged is seen, or nothing reads it" "" "$effects"

# Rows that SQLite finds well formed, changed behind licet's back: the file says other things than its blocks.
# Replay names the place and both values, doctor makes everything again, and the file is as it was.
tampered() { # WHAT SQL PATTERN
    local before
    copy
    sqlite3 c.licet "PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
    before=$(contents c.licet)
    sqlite3 c.licet "$2"
    if [ "$(contents c.licet)" = "$before" ]; then not_ok "$1" "the SQL changed nothing"; fi
    refused "$1: replay" 1 "$3" "$LICET" replay c.licet
    check "$1: doctor makes it again" "$LICET" doctor c.licet --rebuild
    same "$1: it is as it was" "$before" "$(contents c.licet)"
    check "$1: replays again" "$LICET" replay c.licet
}
tampered "an amount in a view" "UPDATE p_duties SET amount = amount + 1" \
    "p_duties, row .* column amount: stored [0-9]*, computed [0-9]*"
tampered "a view says something else" \
    "DROP VIEW duties; CREATE VIEW duties AS SELECT 'paid' AS state" "sqlite_schema, row .*duties"
tampered "the agreement's text" "UPDATE instances SET source = replace(source, 'half_up', 'half_even')" "instances, row 1 .*column source: stored .*half_even.*computed .*half_up"
tampered "a party's name" "UPDATE registered SET name = 'Mallory' WHERE number = 1" "registered, row 2 .*Mallory.*Maker"
tampered "a key that ended" "UPDATE party_keys SET last = 2 WHERE number = 0" "party_keys, row 1 .*column last"
tampered "a sequence" "UPDATE lane_sequences SET sequences = CAST(x'ff' || substr(sequences, 2) AS BLOB)" "lane_sequences, row 1 .*column sequences"
# The index of ids is made again in another order.
for change in "UPDATE recent_ids SET ids = zeroblob(length(ids))" "DELETE FROM recent_ids" \
    "INSERT INTO transaction_ids VALUES (1, zeroblob(8), 1)"; do
    copy
    sqlite3 c.licet "$change"
    refused "ids that are not found: replay" 1 "transaction_ids" "$LICET" replay c.licet
    check "ids that are not found: doctor makes them again" "$LICET" doctor c.licet --rebuild
    check "ids that are not found: replays again" "$LICET" replay c.licet
done
tampered "a contract's state" "UPDATE pages SET body = zeroblob(length(body)) WHERE body <> zeroblob(length(body))" "pages, row .*column body"
tampered "states of before" "DELETE FROM old_pages" "old_pages, row 1 .*no such row"
tampered "days of blocks" "DELETE FROM days" "days, row 1 .*no such row"
tampered "an upload" "UPDATE transfers SET state = 0" "transfers, row 1 .*column state"

copy; sqlite3 c.licet "UPDATE pages SET body = zeroblob(length(body)) WHERE body <> zeroblob(length(body))"
"$LICET" doctor c.licet >.out
same "doctor sees a contract's damaged state" 1 $?
grep -q "^bad   state.*roots" .out && ok "doctor says what is damaged" || not_ok "doctor says what is damaged" "$(cat .out)"
refused "and so does what uses it" 65 "doctor --rebuild" "$LICET" pay "$contract" Owner 1.00 --as Maker --ledger c.licet
copy; sqlite3 c.licet "DELETE FROM payloads WHERE (place >> 24) & 15 IN (3, 4)"
"$LICET" doctor c.licet >out
grep -q "^note  erased: the contents of [1-9]" out && ok "doctor says what was erased" || not_ok "doctor says what was erased" "$(cat out)"
"$LICET" replay c.licet >out
grep -q "that is there" out && grep -q "could not be compared" out && ok "replay claims no more than it saw" || not_ok "replay claims no more than it saw" "$(cat out)"
head -c $((size / 2)) whole.licet >c.licet
refused "half a file" 65 "damaged\|malformed" "$LICET" replay c.licet

# A file that may not grow is an error of the write: the process lives, and the ledger is whole.
copy
remember c.licet
limited() { (ulimit -f "$1"; exec "$LICET" deploy "$agreement" --as Owner --ledger c.licet); }
refused "a file that may not grow" 74 "cannot .* the ledger" limited $((size / 1024))
unchanged "nothing of it is in the ledger" c.licet
check "the ledger replays after it" "$LICET" replay c.licet

# Locked: another process holds the file.
copy
python3 "$SOURCE/tests/tools/hold_lock.py" c.licet 20 >held & holder=$!
while ! grep -q held held; do sleep 0.05; done
refused "a locked ledger" 75 "another process\|locked" "$LICET" clock 2026-05-01 --ledger c.licet
kill "$holder" 2>/dev/null; wait "$holder" 2>/dev/null
check "works again once it is free" "$LICET" clock 2026-05-01 --ledger c.licet
finish
