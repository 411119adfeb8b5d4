#!/usr/bin/env bash
# instructions.sh [RUNS] - instruction counts (instructions.py), which are the same in every run: RUNS means nothing here.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
folder=$(mktemp -d "${LICET_BENCH:-${TMPDIR:-/tmp}}/licet-instructions.XXXXXX")
trap 'rm -rf "$folder"' EXIT
${CC:-cc} -O2 -std=c11 -D_GNU_SOURCE -o "$folder/native" "$root/tests/workload/native.c"
${CC:-cc} -O2 -w -o "$folder/native_kernel" "$root/tests/workload/kernel/native.c"
python3 "$root/tests/workload/generate_grants.py" --out "$folder/grants" >&2
python3 -B "$here/instructions.py" ${LICET_BENCH_JSON:+--json} "$folder"
