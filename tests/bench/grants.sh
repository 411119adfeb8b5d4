#!/usr/bin/env bash
# grants.sh [RUNS] - many small signed transactions on the ledger (tests/workload/GRANTS.md), against what bounds them:
# libsodium's verification alone (verify_rate.c), and a bare log of the same bytes with a sync where a block ends.
#
# Every transaction is signed before a clock starts. Results are compared with the workload's oracle. FOLDER for data,
# builds and ledgers: $LICET_BENCH, else a temporary one.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
folder=${LICET_BENCH:-}
if [ -z "$folder" ]; then
    folder=$(mktemp -d "${TMPDIR:-/tmp}/licet-bench.XXXXXX")
    trap 'rm -rf "$folder"' EXIT
fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
grants=$(dirname "$LICET")/licet-grants
data=$folder/grants
flags="-O2 -std=c11 -D_GNU_SOURCE"
# shellcheck disable=SC2086
${CC:-cc} $flags -o "$folder/verify_rate" "$root/tests/workload/verify_rate.c" -lsodium -lpthread
[ -s "$data/grants.tsv" ] || python3 "$root/tests/workload/generate_grants.py" --out "$data"
[ -s "$data.want/grants.out.tsv" ] || python3 "$root/tests/workload/grants_oracle.py" "$data" "$data.want"
exec python3 "$here/grants.py" --runs "${1:-5}" ${LICET_BENCH_JSON:+--json} \
    "$grants" "$root/tests/scenario/agreements/signed_grants.lic" "$folder"
