#!/usr/bin/env bash
# month.sh [SIZE] [RUNS] - the month of streams on the ledger against native.c, which keeps no ledger.
#
# Builds its yardsticks itself. Both start from an empty folder and end with synced files; settle.sh also
# makes keys, signs, hashes and commits everything, whole script. Prints the flags, medians, spread and
# ratios, and fails when an output differs. FOLDER for data and builds: $LICET_BENCH, else a temporary one.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
size=${1:-M} runs=${2:-5}
flags="-O2 -std=c11 -D_GNU_SOURCE"
folder=${LICET_BENCH:-}
if [ -z "$folder" ]; then
    folder=$(mktemp -d "${TMPDIR:-/tmp}/licet-bench.XXXXXX")
    trap 'rm -rf "$folder"' EXIT
fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
data=$folder/data-$size
for program in native native_batch; do
    # shellcheck disable=SC2086
    ${CC:-cc} $flags -o "$folder/$program" "$root/tests/workload/$program.c"
done
[ -s "$data/manifest.json" ] || python3 "$root/tests/workload/generate.py" --size "$size" --out "$data"
run=$folder/run
echo "month of streams, size $size, $runs runs in turn; yardsticks: ${CC:-cc} $flags; $(nproc) cores"
python3 "$here/measure.py" --runs "$runs" --fresh "$run" ${LICET_BENCH_JSON:+--json} \
    "native.c=$folder/native $data $run/out" \
    "native_batch.c=$folder/native_batch $data $run/out" \
    "licet, report with 1 thread=LICET_THREADS=1 $root/contracts/month_of_streams/settle.sh $data $run/out $run/ledger" \
    "licet settle.sh=$root/contracts/month_of_streams/settle.sh $data $run/out $run/ledger"
"$folder/native" "$data" "$folder/expected"
diff -r "$folder/expected" "$run/out" && echo "outputs are byte-identical"
