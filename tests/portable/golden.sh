#!/usr/bin/env bash
# golden.sh [--make VERSION]: the ledgers of all versions so far, in ledgers/VERSION.licet.xz, open, replay to the last block, and show
# the rows that they showed when they were made (ledgers/VERSION.roots: what portable_play printed).
#
# Would catch: a version that cannot read what an earlier one wrote, executes it otherwise, or shows other rows;
# --make adds the ledger of this version, from the play `every`, and refuses to write one that is there.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../lib.sh"
play=${LICET_BUILD:-$SOURCE/build/release}/tests/portable_play
node=${LICET_NODE:-$(dirname "$LICET")/licet-node}

if [ "${1:-}" = --make ]; then
    name=$here/ledgers/${2:?golden.sh --make VERSION}
    [ ! -e "$name.licet.xz" ] || { echo "$name.licet.xz is there: a golden ledger is never changed" >&2; exit 65; }
    "$play" "$here/every.play" "$SOURCE" "$here/data" golden.licet 1 >"$name.roots" || exit 70
    python3 -c 'import lzma, sys; sys.stdout.buffer.write(lzma.compress(sys.stdin.buffer.read(), preset=9))' \
        <golden.licet >"$name.licet.xz"
    finished=1 # nothing was tested
    exit
fi

for packed in "$here"/ledgers/*.licet.xz; do
    version=$(basename "$packed" .licet.xz)
    python3 -c 'import lzma, sys; sys.stdout.buffer.write(lzma.decompress(sys.stdin.buffer.read()))' <"$packed" >"$version.licet"
    grep -v '^agreement' "$here/ledgers/$version.roots" >want
    "$play" --read "$version.licet" >got 2>err
    same_files "$version: blocks, roots and rows are as they were, and replay" want got
    [ ! -s err ] || not_ok "$version: portable_play says nothing" "$(head -c 300 err)"
    check "$version: licet-node replays it" "$node" replay "$version.licet"
    check "$version: licet rebuilds what is derived" "$LICET" doctor --rebuild "$version.licet"
    "$play" --read "$version.licet" >got 2>err
    same_files "$version: and shows the same" want got
done
finish
