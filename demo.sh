#!/usr/bin/env bash
# demo.sh - builds licet and runs its main job on a month of a million usage lines; shows what came out.
#
# Installs the packages it needs (as root or through sudo), builds the release, generates the month, settles it
# on a fresh ledger, compares the outputs with known hashes, replays the ledger, and leaves everything in
# ./demo-out of the folder it is called from. Works from any path, in any locale, again and again.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$(pwd)/demo-out
size=${DEMO_SIZE:-M}
export LC_ALL=C TZ=UTC PYTHONDONTWRITEBYTECODE=1
unset LICET_LEDGER LICET_AS LICET_KEYS

say() { printf '%s\n' "$*"; }
log=$(mktemp "${TMPDIR:-/tmp}/licet-demo.XXXXXX")
trap 'rm -f "$log"' EXIT
quietly() { # STEP COMMAND...: its talk is shown only when it fails
    local step=$1
    shift
    printf '%s ... ' "$step"
    if ! "$@" >"$log" 2>&1; then
        printf 'failed\n'
        tail -40 "$log" >&2
        exit 1
    fi
    printf 'done\n'
}

"$root/cmake/install-packages.sh"
quietly "building (release)" bash -c 'cd "$1" && cmake --preset release && cmake --build --preset release' _ "$root"
export LICET=$root/build/release/bin/licet

mkdir -p "$out"
rm -rf "$out/ledger" "$out/results"
mkdir "$out/ledger"
data=$out/data-$size
if [ ! -s "$data/manifest.json" ]; then
    quietly "making the month (size $size)" python3 "$root/tests/workload/generate.py" --size "$size" --out "$data"
fi
ledger=$out/ledger/month.licet
begin=$(date +%s%N)
"$root/contracts/month_of_streams/settle.sh" "$data" "$out/results" "$ledger" 2>"$log" ||
    { tail -20 "$log" >&2; exit 1; }
took=$((($(date +%s%N) - begin) / 1000000))

expected() { # FILE: first 16 digits of its SHA-256 with the generator's default arguments
    awk -F '|' -v size=" $size " -v file="$1" '
        $2 ~ /^ size / { for (i = 3; i < NF; i++) { gsub(/ /, "", $i); column[$i] = i } }
        $2 == size { gsub(/ /, "", $column[file]); print $column[file]; exit }' "$root/tests/workload/README.md"
}
verdict=identical
for file in payees.out.tsv totals.out.tsv rejects.out.tsv; do
    [ "$(sha256sum "$out/results/$file" | cut -c 1-16)" = "$(expected "$file")" ] || verdict="DIFFERENT ($file)"
done

total() { awk -v name="$1" '$1 == name { print $2 }' "$out/results/totals.out.tsv"; }
grouped() { sed -e ':a' -e 's/^\([0-9]\{1,\}\)\([0-9]\{3\}\)/\1,\2/' -e 'ta'; }
money() { awk -v v="$(total "$1")" 'BEGIN { n = length(v); if (n < 7) { v = substr("0000000", 1, 7 - n) v; n = 7 }
    print substr(v, 1, n - 6) "." substr(v, n - 5) }' | grouped; }
query() { "$LICET" query "$1" --ledger "$ledger"; }

contract=$(query "SELECT id FROM contracts")
payee=$(query "SELECT key FROM term_results WHERE term = 'Payout' ORDER BY length(net_units) DESC, net_units DESC LIMIT 1")

say
say "agreement    $(query "SELECT title || ', contract ' || substr(id, 1, 12) FROM contracts") (contracts/month_of_streams/month_of_streams.lic)"
say "reported     $(total lines | grouped) usage lines: $(total accepted | grouped) accepted, $(total rejected | grouped) set aside with line number and reason"
say "settled in   $((took / 1000)).$(printf %03d $((took % 1000))) s, whole script: keys, deploy, load, signatures, report, ledger, outputs"
say "speed        $(($(total lines) * 1000 / took)) lines/s"
say "earned       USD $(money earned)   minimums USD $(money topup)"
say "recouped     USD $(money recouped)   distributed USD $(money distributed)"
say "withheld     USD $(money withheld)   paid out USD $(money paid)"
say "outputs      $out/results: $verdict with the reference oracle's"
say
excerpt() { # FIRST LAST COMMAND...: not by a pipe that head would close early
    local lines=$1,$2
    shift 2
    "$@" >"$log"
    sed -n "${lines}p" "$log"
}
excerpt 3 12 "$LICET" statement "$contract" --period 2026-01 --payee "$payee" --ledger "$ledger"
say
excerpt 1 8 "$LICET" why "$contract" "$payee" --period 2026-01 --depth 3 --ledger "$ledger"
say
"$LICET" replay "$ledger"
say "the ledger   $ledger (one SQLite file; sqlite3 opens it)"
[ "$verdict" = identical ]
