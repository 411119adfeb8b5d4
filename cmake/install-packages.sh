#!/bin/sh
# install-packages.sh [test] - installs what building licet needs, and with `test` what its tests need
# too. Looks for each thing itself first, so that nothing is done, and no network asked, where all is
# there. Debian 12 packages, through apt-get as root or with sudo.
set -u

wanted=""

want_program() { # PROGRAM PACKAGE
    command -v "$1" >/dev/null 2>&1 || wanted="$wanted $2"
}

want_library() { # PKG-CONFIG-NAME PACKAGE
    command -v pkg-config >/dev/null 2>&1 && pkg-config --exists "$1" || wanted="$wanted $2"
}

look() {
    wanted=""
    want_program gcc gcc
    [ -e /usr/include/stdlib.h ] || wanted="$wanted libc6-dev"
    want_program cmake cmake
    want_program ninja ninja-build
    want_program pkg-config pkg-config
    want_library libxxhash libxxhash-dev
    want_library libsodium libsodium-dev
    want_library nettle nettle-dev
    want_library sqlite3 libsqlite3-dev
    want_library lua5.4 liblua5.4-dev
    want_library libseccomp libseccomp-dev
    want_library libffi libffi-dev
    want_library libedit libedit-dev
    want_library jansson libjansson-dev
    want_program python3 python3
    want_program sqlite3 sqlite3
    want_program scdoc scdoc
    [ "$1" = test ] || return 0
    want_library cmocka libcmocka-dev
    want_program clang clang
    want_program nm binutils
    want_program man man-db
    want_program mandoc mandoc
    # For builds for other machines (tests/portable): compilers with their C libraries, an emulator.
    want_program s390x-linux-gnu-gcc gcc-s390x-linux-gnu
    [ -e /usr/s390x-linux-gnu/include/stdlib.h ] || wanted="$wanted libc6-dev-s390x-cross"
    want_program qemu-s390x qemu-user
    [ -e /usr/i686-linux-gnu/include/stdlib.h ] || wanted="$wanted libc6-dev-i386-cross"
    ls -d /usr/lib/gcc-cross/i686-linux-gnu/* >/dev/null 2>&1 || wanted="$wanted libgcc-12-dev-i386-cross"
    want_program zsh zsh
    want_program fish fish
    echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return d && n ? 0 : 0; }' |
        clang -fsanitize=fuzzer,address -x c - -o /dev/null >/dev/null 2>&1 ||
        wanted="$wanted libclang-rt-dev"
}

# Libraries for the other machines that tests build for. Without them those tests are skipped, and say so.
sysroots() {
    [ "$1" = test ] || return 0
    for arch in s390x i386; do
        "$(dirname "$0")/sysroot.sh" "$arch" || echo "no libraries for $arch: its tests are skipped" >&2
    done
}

look "${1:-build}"
[ -n "$wanted" ] || { sysroots "${1:-build}"; exit 0; }

if ! command -v apt-get >/dev/null 2>&1; then
    echo "licet needs what these Debian packages hold:$wanted; please install it and try again" >&2
    exit 78
fi
as_root=""
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "licet needs these packages:$wanted; install them as root and try again" >&2
        exit 78
    fi
    as_root=sudo
fi
echo "installing:$wanted" >&2
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update >&2 &&
    $as_root apt-get install -y --no-install-recommends $wanted >&2 || {
    echo "apt-get could not install:$wanted" >&2
    exit 78
}
look "${1:-build}"
[ -z "$wanted" ] || { echo "still not there:$wanted" >&2; exit 78; }
sysroots "${1:-build}"
