#!/usr/bin/env bash
# databases.sh [SIZE] [RUNS] - the month of streams in SQLite, PostgreSQL and DuckDB (databases.py), where they are
# installed, against native.c. FOLDER for data and builds: $LICET_BENCH, else a temporary one.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
size=${1:-M} runs=${2:-3}
folder=$(mktemp -d "${LICET_BENCH:-${TMPDIR:-/tmp}}/licet-databases.XXXXXX")
trap 'rm -rf "$folder"' EXIT
data=${LICET_BENCH:-$folder}/data-$size
${CC:-cc} -O2 -std=c11 -D_GNU_SOURCE -o "$folder/native" "$root/tests/workload/native.c"
${CC:-cc} -O2 -std=c11 -D_GNU_SOURCE -o "$folder/month_lines" "$here/month_lines.c"
[ -s "$data/manifest.json" ] || python3 "$root/tests/workload/generate.py" --size "$size" --out "$data"
python3 -B "$here/databases.py" --runs "$runs" ${LICET_BENCH_JSON:+--json} "$data" "$folder"
