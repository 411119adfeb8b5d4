#!/bin/sh
# settle.sh DATA_DIR OUT_DIR [LEDGER] - settles the month of DATA_DIR on a fresh ledger and writes the five
# output files to OUT_DIR. LEDGER is where the ledger stays (it must not exist yet); without it a
# temporary one is used and removed.
#
# Nothing is computed here: licet settles, and the files are rows of its documented views. What a
# schedule, column, term or reason is called stands in mapping.tsv alone; commands.awk makes of it what
# licet is to do, outputs.awk what it is asked. LICET_CHUNK sets the size of the report's chunks in bytes,
# LICET_THREADS how many threads settle it. A month takes less than a second: the script starts as few
# programs as it can.
set -eu
export LC_ALL=C
case $0 in
*/*) here=${0%/*} ;;
*) here=. ;;
esac
here=$(CDPATH='' cd -- "$here" && pwd)
mapping=$here/mapping.tsv
tab=$(printf '\t')

fail() { echo "settle.sh: $1" >&2; exit "$2"; }

[ $# -eq 2 ] || [ $# -eq 3 ] || fail "usage: settle.sh DATA_DIR OUT_DIR [LEDGER]" 64
data=$1 out=$2
[ -d "$data" ] || fail "$data is not a folder" 66

find_licet() {
    for candidate in "${LICET:-}" "$here"/../../build/*/bin/licet "$here"/../../build/bin/licet; do
        if [ -n "$candidate" ] && [ -x "$candidate" ]; then
            licet=$candidate
            return
        fi
    done
    licet=$(command -v licet) || fail "no licet: build it (./demo.sh does), or set LICET" 66
}
find_licet

[ -d "$out" ] || mkdir -p "$out"
if [ $# -eq 3 ]; then
    ledger=$3
else
    scratch=$(mktemp -d "${TMPDIR:-/tmp}/settle.XXXXXX")
    trap 'rm -rf "$scratch"' EXIT
    trap 'exit 75' HUP INT TERM
    ledger=$scratch/month.licet
fi
[ ! -e "$ledger" ] || fail "$ledger exists: a month is settled on a fresh ledger" 65
export LICET_LEDGER="$ledger"
unset LICET_AS LICET_KEYS 2>/dev/null || true

# -- the agreement: deployed, its schedules loaded, signed; past the month's end, the report is filed, and its
#    acceptance settles the month.
agreement=
while [ -z "$agreement" ] && IFS=$tab read -r kind file _; do
    [ "$kind" != agreement ] || agreement=$here/$file
done <"$mapping"
here=$here data=$data ledger=$ledger mapping=$mapping chunk=${LICET_CHUNK:-} threads=${LICET_THREADS:-} \
    awk -f "$here/commands.awk" "$agreement" FS="$tab" "$mapping" | "$licet" batch >&2

# -- the outputs: rows of views, a SELECT a file. Two at a time: an answer takes a core, and the longest one is not to
#    share it with the short ones ---------------------------------------------------------------------------------
mapping=$mapping out=$out awk -f "$here/outputs.awk" "$agreement" FS="$tab" "$mapping" |
    xargs -P 2 -d '\n' -n 2 "$licet" query --format tsv --output ||
    fail "an output could not be written" 74
