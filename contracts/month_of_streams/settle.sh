#!/bin/sh
# settle.sh DATA_DIR OUT_DIR [LEDGER] - settles the month of DATA_DIR on a fresh ledger and writes the five
# output files to OUT_DIR. LEDGER is where the ledger stays (it must not exist yet); without it a
# temporary one is used and removed.
#
# Nothing is computed here: licet settles, and the files are rows of its documented views. What a
# schedule, column, term or reason is called stands in mapping.tsv alone. LICET_CHUNK sets the size of
# the report's chunks in bytes.
set -eu
export LC_ALL=C
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
map=$here/mapping.tsv
tab=$(printf '\t')

fail() { echo "settle.sh: $1" >&2; exit "$2"; }

[ $# -eq 2 ] || [ $# -eq 3 ] || fail "usage: settle.sh DATA_DIR OUT_DIR [LEDGER]" 64
data=$1 out=$2
[ -d "$data" ] || fail "$data is not a folder" 66

find_licet() {
    for candidate in "${LICET:-}" "$here"/../../build/*/bin/licet "$here"/../../build/bin/licet; do
        if [ -n "$candidate" ] && [ -x "$candidate" ]; then
            echo "$candidate"
            return
        fi
    done
    command -v licet || fail "no licet: build it (./demo.sh does), or set LICET" 66
}
licet=$(find_licet)

mkdir -p "$out"
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

# Fields 2 to 6 of the mapping's lines of one kind.
mapped() { awk -F "$tab" -v kind="$1" -v OFS="$tab" '$1 == kind { print $2, $3, $4, $5, $6 }' "$map"; }

# One word of a line for licet batch.
word() { printf "'"; printf '%s' "$1" | sed "s/'/'\"'\"'/g"; printf "'"; }

# -- the agreement: deployed, its schedules loaded, signed; past the month's end, the report is filed, and its
#    acceptance settles the month.
agreement=$here/$(mapped agreement | cut -f 1)
parties=$(mapped party | cut -f 1)
deployer=$(echo "$parties" | head -n 1)
IFS=$tab read -r report file reporter period filed <<REPORT
$(mapped report)
REPORT
contract=$(
    {
        echo "init $(word "$ledger") --clock simulated:$(mapped opened | cut -f 1)"
        for party in $parties; do echo "register $party --no-passphrase"; done
        echo "deploy $(word "$agreement") --as $deployer"
    } | "$licet" batch
)
contract=$(echo "$contract" | tail -n 1)
{
    printf 'load %s --as %s' "$contract" "$deployer"
    mapped load | while IFS=$tab read -r schedule rows _; do
        printf ' %s' "$(word "$schedule=$data/$rows")"
    done
    printf '\nsign %s' "$contract"
    printf ' --as %s' $parties
    printf '\nclock %s\n' "$filed"
    echo "report $contract $report $(word "$data/$file") --period $period --as $reporter" \
        ${LICET_CHUNK:+--chunk "$LICET_CHUNK"}
} | "$licet" batch >&2

# -- the outputs: rows of views ---------------------------------------------------------------------------
select_for() {
    awk -F "$tab" -v contract="$contract" -v report="$report" -v period="$period" -v want="$1" \
        -f "$here/outputs.awk" "$map"
}
mapped rows | cut -f 1 >"$out/.files"
mapped rejected | cut -f 1 >>"$out/.files"
mapped totals | cut -f 1 >>"$out/.files"
queries=
set --
while read -r name; do
    "$licet" query "$(select_for "$name")" --format tsv >"$out/$name" &
    queries="$queries $!"
    set -- "$@" "$out/$name"
done <"$out/.files"
rm "$out/.files"
for query in $queries; do
    wait "$query" || fail "an output could not be written" 74
done
sync "$@"
