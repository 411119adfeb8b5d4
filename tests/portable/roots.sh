#!/usr/bin/env bash
# roots.sh [--bless] [PROGRAM...]: what PROGRAM (portable_play of this build; an emulator may stand before it) prints of each
# play is what is kept in *.roots: images, roots and hashes of every block, gas, hashes of all views' rows.
#
# Would catch: a result that depends on the compiler, its optimiser, the order of bytes, the width of words, the
# alignment of memory, the number of threads, or on whether a ledger is in memory or in a file; and any change of what
# settled agreements give. `roots.sh --bless` writes the files again when such a change is meant.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../lib.sh"
bless=
[ "${1:-}" != --bless ] || { bless=1; shift; }
[ $# -gt 0 ] || set -- "${LICET_BUILD:-$SOURCE/build/release}/tests/portable_play"

for size in S X; do python3 "$SOURCE/tests/workload/generate.py" --size $size --out "$size" >/dev/null; done
play() { # NAME DATA PROGRAM...
    local name=$1 data=$2 play=$1
    shift 2
    [ -e "$here/$play.play" ] || play=month
    "$@" "$here/$play.play" "$SOURCE" "$data" ${ledger:+"$ledger" "$threads"} >got.roots 2>err
    if [ -n "$bless" ]; then cp got.roots "$here/$name.roots"; fi
    same_files "$name${ledger:+, in a file, $threads threads}" "$here/$name.roots" got.roots
    [ ! -s err ] || not_ok "$name: it says nothing" "$(head -c 300 err)"
}
all() {
    play streaming "$here/data" "$@"
    play every "$here/data" "$@"
    play sample "$SOURCE/contracts/month_of_streams/sample" "$@"
    play S "$WORK/S" "$@"
    play X "$WORK/X" "$@"
}
ledger=
all "$@"
[ -z "$bless" ] || finish
for threads in 1 2; do
    ledger=$WORK/S-$threads.licet
    play S "$WORK/S" "$@"
done
finish
