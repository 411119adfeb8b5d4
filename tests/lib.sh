# Shared by the shell tests: where licet is, a working folder, checks, and a small ledger to spoil.
#
# A check prints one line, `ok - WHAT` or `not ok - WHAT: WHY`; `finish` prints how many of each and makes
# the exit status 1 when any failed. Each script says at its top what it would catch. Nothing outside the working folder is written.

set -u
export LC_ALL=C TZ=UTC PYTHONDONTWRITEBYTECODE=1
unset LICET_LEDGER LICET_AS LICET_KEYS

SOURCE=${LICET_SOURCE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}

find_licet() {
    local candidate candidates
    candidates=("$SOURCE"/build/*/bin/licet)
    [ -z "${LICET_BUILD:-}" ] || candidates=("$LICET_BUILD"/bin/licet)
    [ -z "${LICET:-}" ] || candidates=("$LICET") # what is named is tested, and nothing else instead
    for candidate in "${candidates[@]}"; do
        if [ -x "$candidate" ]; then
            (cd "$(dirname "$candidate")" && printf '%s/%s\n' "$(pwd)" "$(basename "$candidate")")
            return
        fi
    done
    echo "no licet: build it first, or set LICET" >&2
    exit 66
}

LICET=$(find_licet) || exit 66
export LICET
WORK=$(mktemp -d "${TMPDIR:-/tmp}/licet-test.XXXXXX")
# A script that ends without `finish` has told nobody what failed.
trap 'status=$?; rm -rf "$WORK"; [ $status -ne 0 ] || [ -n "${finished:-}" ] || exit 70' EXIT
cd "$WORK" || exit 70

passes=0 failures=0
ok() { printf 'ok - %s\n' "$1"; passes=$((passes + 1)); }
not_ok() { printf 'not ok - %s: %s\n' "$1" "$2"; failures=$((failures + 1)); }
finish() { finished=1; printf '%s passed, %s failed\n' "$passes" "$failures"; [ "$failures" -eq 0 ]; exit; }

# check WHAT COMMAND...: the command succeeds.
check() {
    local what=$1 status
    shift
    "$@" >"$WORK/.out" 2>"$WORK/.err"
    status=$?
    if [ $status -eq 0 ]; then ok "$what"; else
        not_ok "$what" "exit $status: $(head -c 600 "$WORK/.err" | tr '\n' ' ')"
    fi
}

# tells WHAT TEXT COMMAND...: the command succeeds, and its data holds the text.
tells() {
    local what=$1 text=$2
    shift 2
    "$@" >"$WORK/.out" 2>"$WORK/.err" || { not_ok "$what" "$(head -c 300 "$WORK/.err")"; return; }
    if grep -qF -e "$text" "$WORK/.out"; then ok "$what"; else
        not_ok "$what" "no [$text] in: $(head -c 900 "$WORK/.out" | tr '\n' '|')"
    fi
}

# same WHAT EXPECTED ACTUAL: two texts are equal.
same() {
    if [ "$2" = "$3" ]; then ok "$1"; else
        not_ok "$1" "expected [$(printf %s "$2" | head -c 500)] got [$(printf %s "$3" | head -c 500)]"
    fi
}

# same_files WHAT EXPECTED ACTUAL: two files (or folders) hold the same bytes.
same_files() {
    if diff -rq "$2" "$3" >/dev/null 2>&1; then ok "$1"; else
        not_ok "$1" "$(diff -r "$2" "$3" 2>&1 | head -4 | tr '\n' '|')"
    fi
}

# differs WHAT EXPECTED ACTUAL: a seeded error shows.
differs() {
    if diff -rq "$2" "$3" >/dev/null 2>&1; then not_ok "$1" "no difference: the test is blind"; else
        ok "$1"
    fi
}

# refused WHAT EXIT PATTERN COMMAND...: fails with that exit code and a message that matches PATTERN (a
# basic regular expression, any case), says something, and did not crash.
refused() {
    local what=$1 code=$2 pattern=$3 status
    shift 3
    "$@" >"$WORK/.out" 2>"$WORK/.err" </dev/null
    status=$?
    if [ $status -ne "$code" ]; then
        not_ok "$what" "exit $status, expected $code: $(head -c 400 "$WORK/.err" | tr '\n' ' ')"
    elif ! grep -qi -e "$pattern" "$WORK/.err"; then
        not_ok "$what" "no \"$pattern\" in: $(head -c 400 "$WORK/.err" | tr '\n' ' ')"
    else
        ok "$what"
    fi
}

# What a ledger says of itself, as one text: every block's hash and state root, and the documented views.
ledger_state() {
    "$LICET" show ledger --json --ledger "$1" 2>&1
    "$LICET" log blocks --json --ledger "$1" 2>&1
    local view
    for view in contracts reports balances counters duties term_totals statements; do
        "$LICET" query "SELECT * FROM $view" --ledger "$1" 2>&1
    done
}

# unchanged WHAT LEDGER COMMAND...: runs the command (whatever its result) and compares the ledger.
remember() { ledger_state "$1" >"$WORK/.state"; }
unchanged() {
    ledger_state "$2" >"$WORK/.state.now"
    same_files "$1" "$WORK/.state" "$WORK/.state.now"
}

# new_ledger FILE DATE PARTY...: a fresh ledger with a simulated clock and registered parties.
new_ledger() {
    local ledger=$1 date=$2 party
    shift 2
    "$LICET" init "$ledger" --clock "simulated:$date" >/dev/null || return
    for party in "$@"; do
        "$LICET" key new "$party" --no-passphrase --ledger "$ledger" >/dev/null &&
            "$LICET" register "$party" --ledger "$ledger" >/dev/null || return
    done
}

# explained LEDGER [PERIOD=REPORT]... [OPTION...]: every duty and posting of the ledger is derived by `licet why`, and
# follows from the bytes of the reports; tests/oracle/why_all.py says what is asked.
explained() {
    check "$1: every amount is explained and recomputed" python3 "$SOURCE/tests/oracle/why_all.py" "$LICET" "$@"
}

# query LEDGER SQL: rows, TAB-separated.
query() { "$LICET" query "$2" --ledger "$1"; }
