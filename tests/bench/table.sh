#!/usr/bin/env bash
# table.sh [RUNS] [SIZE] - runs the measures and writes docs/bench.md from their figures (table.py). LICET_BENCH: where data and builds lie.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec python3 -B "$here/table.py" --runs "${1:-5}" ${2:+--size "$2"}
