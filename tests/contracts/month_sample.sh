#!/usr/bin/env bash
# The small month in contracts/month_of_streams/sample: the generator makes these bytes from the numbers in its manifest,
# and licet settles it as the reference oracle does.
#
# Would catch: a sample that somebody edited, a generator that changed, a figure that differs.
# Also: an amount that `licet why` does not derive, or tells in words that are not so.
. "$(dirname "$0")/../lib.sh"
folder=$SOURCE/contracts/month_of_streams
# shellcheck disable=SC2046
python3 "$SOURCE/tests/workload/generate.py" --out made $(python3 - "$folder/sample/manifest.json" <<'PY'
import json, sys
m = json.load(open(sys.argv[1]))
print("--size", m["size"], "--seed", m["seed"], "--lines", m["lines"], "--works", m["works"], "--payees", m["payees"],
      "--contracts", m["contracts"], "--bad-ppm", m["bad_ppm"])
PY
) >/dev/null
same_files "the generator makes the sample" made "$folder/sample"
check "the sample settles" "$folder/settle.sh" "$folder/sample" got month.licet
python3 "$SOURCE/tests/workload/oracle.py" "$folder/sample" want >/dev/null
same_files "as the oracle has it" want got
check "it is small" test "$(du -sk "$folder/sample" | cut -f 1)" -lt 100
nobody=$(query month.licet "SELECT key FROM term_results WHERE term = 'Payout' AND net_units = '0' LIMIT 1")
tells "a payee of whose works nothing was used" "fee Payout [7] comes to USD 0.000000" \
    "$LICET" why MonthOfStreams "$nobody" --period 2026-01 --ledger month.licet
explained month.licet "$folder/sample/usage.tsv" --units-of gross --payees 6
awk -F '\t' '$2 > 0' got/totals.out.tsv | grep -q '^BAD_' && ok "some of its lines are set aside" ||
    not_ok "some of its lines are set aside" "none"
finish
