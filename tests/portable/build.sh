#!/usr/bin/env bash
# build.sh NAME [CMAKE-ARGUMENT...]: portable_play built another way gives the same roots. NAME is a preset for another
# machine (s390x, i386), where unit tests that say MACHINE are run too, or names what the arguments set. Skipped, with a word, where the tools are not there.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../lib.sh"
name=$1
shift
folder=${LICET_BUILD:-$SOURCE/build/release}/portable/$name
skip() { echo "skipped: $1; cmake/install-packages.sh test brings it"; exit 77; }
need() { command -v "$1" >/dev/null 2>&1 || skip "no $1"; }
program=("$folder/tests/portable_play")
case $name in
    s390x) need s390x-linux-gnu-gcc; need qemu-s390x; program=(qemu-s390x "${program[@]}") ;;
    i386)
        need clang
        [ "$(uname -m)" = x86_64 ] || { echo "skipped: this machine does not run programs for i386"; exit 77; }
        [ -d /usr/i686-linux-gnu/lib ] || skip "no C library for i386"
        ;;
    clang*) need clang ;;
esac
case $name in
    s390x | i386)
        [ -e "$SOURCE/build/sysroot/$name/.complete" ] || skip "build/sysroot/$name is not there"
        set -- --toolchain "$SOURCE/cmake/toolchains/$name.cmake" -DCMAKE_BUILD_TYPE=Release "$@"
        ;;
esac
! command -v ccache >/dev/null 2>&1 || set -- -DCMAKE_C_COMPILER_LAUNCHER=ccache "$@"
# gcc warns of other things at other levels of optimisation, which is the presets' concern; clang does not.
werror=OFF
case $name in clang*) werror=ON ;; esac
check "configures" cmake --fresh -S "$SOURCE" -B "$folder" -G Ninja -DLICET_WERROR=$werror "$@"
targets=(portable_play)
case $name in s390x | i386) targets+=(licet_machine_tests) ;; esac
check "builds" cmake --build "$folder" --target "${targets[@]}"
if [ ${#targets[@]} -gt 1 ]; then
    check "unit tests of what depends on the kind of machine" ctest --test-dir "$folder" -L machine --output-on-failure
    grep -h '^[ 0-9/]*Test .*\*\*\*' "$WORK/.out" || true
fi
"$here/roots.sh" "${program[@]}" || failures=$((failures + 1))
finish
