#!/usr/bin/env bash
# test.sh - builds licet and runs all tests; the last line is `N passed, N failed`.
#
# Installs the packages it needs (as root or through sudo) and works offline once they are there; on
# any date, in any locale, from any path. The release preset runs everything but the fuzz targets; those
# run under libFuzzer and sanitizers in the preset `fuzz`, ten seconds each. Arguments go to ctest and
# leave the fuzz targets out, for instance: ./test.sh -L unit
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root" || exit 70
export LC_ALL=C TZ=UTC PYTHONDONTWRITEBYTECODE=1
unset LICET_LEDGER LICET_AS LICET_KEYS CDPATH

stop() {
    printf '%s\n0 passed, 1 failed\n' "$1"
    exit 1
}

quietly() { # COMMAND...: its talk is shown only when it fails
    local log status
    log=$(mktemp) || exit 70
    "$@" >"$log" 2>&1
    status=$?
    [ $status -eq 0 ] || tail -60 "$log"
    rm -f "$log"
    return $status
}

build() { # PRESET [TARGET]
    printf 'building (%s) ...\n' "$1"
    quietly cmake --preset "$1" || stop "configuring the preset $1 failed"
    quietly cmake --build --preset "$1" ${2:+--target "$2"} || stop "building the preset $1 failed"
}

run() { # PRESET [CTEST-ARGUMENT...]: the cases go to results
    local preset=$1
    shift
    results+=("build/$preset/tests.xml")
    rm -f "build/$preset/tests.xml"
    ctest --preset "$preset" --output-junit tests.xml --test-output-size-passed 100000000 \
        --test-output-size-failed 100000000 "$@"
}

results=()
cmake/install-packages.sh test || stop "packages are missing"
build release
run release "$@"
if [ $# -eq 0 ]; then
    build fuzz licet_fuzz_targets
    run fuzz
fi
echo
python3 -B tests/count.py "${results[@]}"
