#!/usr/bin/env bash
# newcomer.sh - the first ten minutes: runs the commands of docs/TUTORIAL.md, one after the other in an empty folder, and
# prints each with its output. `newcomer.sh --bless` writes into the document what came out; read the difference.
#
# LICET is the executable; otherwise that of the last build.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
if [ -z "${LICET:-}" ]; then
    # shellcheck disable=SC2012
    LICET=$(ls -t "$root"/build/*/bin/licet 2>/dev/null | head -n 1)
    [ -x "$LICET" ] || { echo "newcomer.sh: no licet: build it first, or set LICET" >&2; exit 66; }
fi
LICET=$(cd "$(dirname "$LICET")" && pwd)/$(basename "$LICET")
export LICET
[ "${1:-}" = --bless ] && how=bless || how=run
exec python3 -B "$here/tools/transcript.py" $how "$root/docs/TUTORIAL.md"
