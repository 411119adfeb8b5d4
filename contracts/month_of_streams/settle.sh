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

# Fields 2 and 3 of the mapping's lines of one kind.
mapped() { awk -F "$tab" -v kind="$1" -v OFS="$tab" '$1 == kind { print $2, $3, $4, $5, $6 }' "$map"; }

# -- the agreement: deployed, its schedules loaded, signed ------------------------------------------------
agreement=$here/$(mapped agreement | cut -f 1)
"$licet" init "$ledger" --clock "simulated:$(mapped opened | cut -f 1)" >&2
parties=$(mapped party | cut -f 1)
signers=
for party in $parties; do
    "$licet" register "$party" --no-passphrase >&2
    signers="$signers --as $party"
    : "${deployer:=$party}"
done
contract=$("$licet" deploy "$agreement" --as "$deployer")
contract=${contract%%[!0-9a-f]*}
set --
while IFS=$tab read -r schedule file _; do
    set -- "$@" "$schedule=$data/$file"
done <<LOADS
$(mapped load)
LOADS
"$licet" load "$contract" "$@" --as "$deployer" >&2
# shellcheck disable=SC2086  # one --as a signer
"$licet" sign "$contract" $signers >&2

# -- the month: past its end, the report is filed; its acceptance settles it -----------------------------
IFS=$tab read -r report file reporter period filed <<REPORT
$(mapped report)
REPORT
"$licet" clock "$filed" >&2
"$licet" report "$contract" "$report" "$data/$file" --period "$period" --as "$reporter" \
    ${LICET_CHUNK:+--chunk "$LICET_CHUNK"} >&2

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
