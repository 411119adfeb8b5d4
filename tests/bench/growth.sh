#!/usr/bin/env bash
# growth.sh [RUNS] - how a ledger behaves while it grows to LICET_ENTRIES entries (growth.py; one million when it is not set).
# It is one ledger that grows, so that RUNS means nothing here. LICET_BENCH: where the ledger lies meanwhile.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec python3 -B "$here/growth.py" --entries "${LICET_ENTRIES:-1e6}" ${LICET_BENCH:+--folder "$LICET_BENCH"} \
    ${LICET_BENCH_JSON:+--json}
