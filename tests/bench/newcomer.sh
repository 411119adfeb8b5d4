#!/usr/bin/env bash
# newcomer.sh [RUNS] - how long each step of docs/TUTORIAL.md takes to answer. Prints medians; nothing is asserted.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
export LICET=${LICET:-$root/build/release/bin/licet}
exec python3 -B "$root/tests/tools/transcript.py" time "$root/docs/TUTORIAL.md" "${1:-5}"
