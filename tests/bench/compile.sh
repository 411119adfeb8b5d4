#!/usr/bin/env bash
# compile.sh [RUNS] - how long `licet check` takes: an agreement of 1,000 lines, one of 4,000, and sources of up
# to 1 MiB that were made to be slow. Prints medians; nothing is asserted but that each run ends with a verdict.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
runs=${1:-7}
licet=${LICET:-$here/../../build/release/bin/licet}
folder=$(mktemp -d "${TMPDIR:-/tmp}/licet-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT
commands=("start-up=$licet --version")
for lines in 1000 4000; do
    python3 "$here/agreement.py" --lines "$lines" >"$folder/$lines.lic"
    "$licet" check "$folder/$lines.lic" >/dev/null # it is an agreement, not an error
    commands+=("$lines lines=$licet check $folder/$lines.lic")
done
for kind in parties:45000 parties:19000 accounts:19000 terms:19000 transitions-of-facts:19000 steps:3900 columns:3900 rows:40000; do
    python3 "$here/agreement.py" --hostile "${kind%:*}" --lines "${kind#*:}" >"$folder/${kind%:*}-${kind#*:}.lic"
    # Mistakes are an answer too (1); a crash or a refusal to read is not.
    commands+=("$kind=$licet check $folder/${kind%:*}-${kind#*:}.lic; [ \$? -le 1 ]")
done
python3 "$here/measure.py" --runs "$runs" ${LICET_BENCH_JSON:+--json} "${commands[@]}"
