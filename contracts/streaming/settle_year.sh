#!/bin/sh
# settle_year.sh LEDGER [DATA_DIR] - runs the licence's first year on a fresh ledger: the deal of deal.lua is deployed
# and signed, four quarters are reported, and what came out is printed, one fact a line (the form of
# tests/oracle/streaming.py). DATA_DIR: recordings.tsv, 2026-Q1.tsv ... 2026-Q4.tsv. AGREEMENT is another text of it.
set -eu
export LC_ALL=C
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

fail() { echo "settle_year.sh: $1" >&2; exit "$2"; }

[ $# -eq 1 ] || [ $# -eq 2 ] || fail "usage: settle_year.sh LEDGER [DATA_DIR]" 64
ledger=$1 data=${2:-$here/data}
[ ! -e "$ledger" ] || fail "$ledger exists: the year is settled on a fresh ledger" 65

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
export LICET_LEDGER="$ledger"
unset LICET_AS LICET_KEYS 2>/dev/null || true

"$licet" init "$ledger" --clock simulated:2026-01-05 >&2
for party in Label Platform Artist Producer Society; do
    "$licet" key new "$party" --no-passphrase >&2
    "$licet" register "$party" >&2
done

# The deal, with this data and text.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/settle_year.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 75' HUP INT TERM
mkdir "$scratch/data"
cp "$here/deal.lua" "$scratch"
cp "${AGREEMENT:-$here/streaming.lic}" "$scratch/streaming.lic"
cp "$data/recordings.tsv" "$scratch/data"
"$licet" author "$scratch/deal.lua" --output "$scratch/deals" >/dev/null
contract=$("$licet" deploy --deal "$scratch/deals/NorthlightWavefront.deal" --as Label)
contract=${contract%%[!0-9a-f]*}
"$licet" sign "$contract" --as Label --as Platform >&2

settled() { # PERIOD DAY
    "$licet" clock "$2" >&2
    "$licet" report "$contract" Usage "$data/$1.tsv" --period "$1" --as Platform >&2
    rows "SELECT 'term', period, term, earned_amount, topup_amount, recouped_amount, net_amount
            FROM term_results WHERE period = '$1' AND term = 'Stream'"
    rows "SELECT 'balance', '$1', account, amount FROM balances WHERE account = 'Advance'"
    rows "SELECT 'payee', period, key, opening_amount, credit_amount, debit_amount, closing_amount
            FROM account_turnover WHERE account = 'Owed' AND period = '$1' AND key <> 'Platform'
            ORDER BY row"
}
rows() { "$licet" query "$1" --format tsv; }

settled 2026-Q1 2026-04-20
settled 2026-Q2 2026-07-20
settled 2026-Q3 2026-10-20
settled 2026-Q4 2027-01-20
