#!/usr/bin/env bash
# kernel.sh [RUNS] - kernel K (one usage line of royalty arithmetic) in the VM's interpreter against checked
# native C. Builds the yardstick itself; CPU time is that of many passes less that of one, so that start-up and
# setup do not count. Prints flags, medians, spread and the ratio; fails when a checksum differs.
#
# The VM's program is LICET_KERNEL, by default bin/licet-kernel of $LICET_BUILD or build/release.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
runs=${1:-7} passes=${LICET_PASSES:-40}
flags="-O2"
folder=$(mktemp -d "${TMPDIR:-/tmp}/licet-kernel.XXXXXX")
trap 'rm -rf "$folder"' EXIT
# shellcheck disable=SC2086
${CC:-cc} $flags -w -o "$folder/native" "$root/tests/workload/kernel/native.c"
vm=${LICET_KERNEL:-${LICET_BUILD:-$root/build/release}/bin/licet-kernel}
[ -x "$vm" ] || { echo "kernel.sh: no $vm: build target licet-kernel" >&2; exit 66; }
for n in 1 3; do
    want=$("$folder/native" k $n) got=$("$vm" k $n)
    [ "$want" = "$got" ] || { echo "kernel.sh: checksum after $n passes is $got, must be $want" >&2; exit 1; }
done
echo "kernel K, 100,000 lines a pass, $passes passes less one, $runs runs in turn; yardstick: ${CC:-cc} $flags"
python3 "$here/measure.py" --runs "$runs" ${LICET_BENCH_JSON:+--json} \
    "native C=$folder/native k $passes" "native C-empty=$folder/native k 1" \
    "licet interpreter=$vm k $passes" "licet interpreter-empty=$vm k 1"
echo "checksums are equal"
