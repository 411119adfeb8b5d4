#!/usr/bin/env bash
# The oracles give the figures that people worked, agree with each other, and see each seeded error.
#
# Would catch: an oracle that is wrong, or so coarse that a wrong engine would pass.
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/licet-oracles.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 70
export PYTHONDONTWRITEBYTECODE=1
passes=0 failures=0
check() {
    local what=$1
    shift
    if "$@" >out 2>&1; then echo "ok - $what"; passes=$((passes + 1)); else
        echo "not ok - $what: $(tail -1 out)"; failures=$((failures + 1))
    fi
}
differ() { ! cmp -s "$1" "$2"; }
seen() { # WHAT ORACLE DATA OPTION...: the option changes what the oracle says
    local what=$1 oracle=$2 data=$3
    shift 3
    python3 "$here/$oracle" "$data" >plain
    python3 "$here/$oracle" "$data" "$@" >changed
    check "$what is seen" differ plain changed
}
check "streaming: worked figures" python3 "$here/streaming.py" --check "$root/contracts/streaming/data"
check "sales reports: figures added up by hand" python3 "$here/dsr.py" --check "$root/tests/data/dsr"
check "patent: worked figures" python3 "$here/patent.py" --check "$root/tests/scenario/data/patent"
ties=$root/tests/contracts/data/streaming_ties
seen "streaming: rounding" streaming.py "$ties" --rounding half_up
seen "streaming: tie order" streaming.py "$ties" --reverse-shares
seen "streaming: clause order" streaming.py "$ties" --advance-first
seen "patent: rounding" patent.py "$root/tests/scenario/data/patent" --rounding floor
seen "patent: clause order" patent.py "$root/tests/scenario/data/patent" --credit-last
seen "merchandise: rounding" merchandise.py "$root/tests/scenario/data/merchandise" --rounding half_even
seen "merchandise: kind of tiers" merchandise.py "$root/tests/scenario/data/merchandise" --marginal
seen "merchandise: term order" merchandise.py "$root/tests/scenario/data/merchandise" --reserve-last
python3 "$root/tests/workload/generate.py" --size S --seed 3 --lines 5000 --works 600 --payees 200 --contracts 30 \
    --out data >/dev/null
python3 "$root/tests/workload/oracle.py" data reference
python3 "$here/month.py" data plain-month
check "month: the two oracles agree" diff -r reference plain-month
for option in "--choose lesser" --no-minimum "--rounding half_up" --reverse-ties --recoup-first --payout-first; do
    # shellcheck disable=SC2086
    python3 "$here/month.py" data changed-month $option
    check "month: $option is seen" differ plain-month/payees.out.tsv changed-month/payees.out.tsv
done
echo "$passes passed, $failures failed"
[ "$failures" -eq 0 ]
