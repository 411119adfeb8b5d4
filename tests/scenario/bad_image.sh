#!/usr/bin/env bash
# A module image with any byte changed: another identity or no image at all, never the signed one, never a crash; and
# an image changed inside a ledger.
#
# Would catch: a decoder that accepts two encodings of one image, a hash that leaves bytes out, code that runs unverified,
# a node that trusts the image in its file.
. "$(dirname "$0")/../lib.sh"
agreement=$SOURCE/tests/scenario/agreements/merchandise.lic
check "the image is built" "$LICET" build "$agreement" -o good.limg
id=$(sha256sum good.limg | cut -d ' ' -f 1)
grep -q "$id" "$WORK/.out" && ok "its identity is the hash of its bytes" ||
    not_ok "its identity is the hash of its bytes" "$(head -c 300 "$WORK/.out")"
check "it is listed" "$LICET" dump good.limg --stage bytecode
size=$(wc -c <good.limg)
crashed= silent= accepted=0
for ((at = 0; at < size; at += size / 160 + 1)); do
    cp good.limg bad.limg
    byte=$(od -An -tu1 -j "$at" -N 1 good.limg | tr -d ' ')
    printf "\\$(printf %o $((byte ^ (1 << at % 8))))" | dd of=bad.limg bs=1 seek="$at" conv=notrunc 2>/dev/null
    "$LICET" dump bad.limg --stage bytecode >out 2>err
    status=$?
    case $status in
    0) accepted=$((accepted + 1)); grep -q "$id" out && silent="$silent $at" ;;
    65) [ -s err ] || silent="$silent $at" ;;
    *) crashed="$crashed $at:$status" ;;
    esac
done
same "no changed byte crashes" "" "$crashed"
same "no changed byte passes for the signed image" "" "$silent"
echo "changed images that are well-formed others: $accepted"
for n in 0 1 7 100 $((size - 1)); do
    head -c "$n" good.limg >bad.limg
    refused "cut after $n bytes" 65 "image\|form\|licet 1" "$LICET" dump bad.limg --stage bytecode
done
{ cat good.limg; printf x; } >bad.limg
refused "a byte too many" 65 "image\|form" "$LICET" dump bad.limg --stage bytecode

# The image in a ledger: changed there, nothing that runs it goes on.
new_ledger l.licet 2026-02-20 Owner Maker || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$agreement" --ledger l.licet --as Owner | cut -d ' ' -f 1)
check "signed" "$LICET" sign "$contract" --as Owner --as Maker --ledger l.licet
python3 - <<'PY'
import sqlite3
db = sqlite3.connect("l.licet")
image, = db.execute("SELECT bytes FROM images").fetchone()
at = len(image) // 2
db.execute("UPDATE images SET bytes = ?", (image[:at] + bytes([image[at] ^ 1]) + image[at + 1:],))
db.commit()
PY
refused "an image changed in the ledger does not run" 65 "image\|damaged\|hash" "$LICET" clock 2026-04-10 --ledger l.licet
refused "an act on it is refused" 65 "image\|damaged\|hash" "$LICET" report "$contract" Sales \
    "$SOURCE/tests/scenario/data/merchandise/2026-Q1.tsv" --period 2026-Q1 --as Maker --ledger l.licet
finish
