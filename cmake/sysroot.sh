#!/bin/sh
# sysroot.sh ARCH - Debian's libraries for another kind of machine (s390x or i386), unpacked under build/sysroot/ARCH for
# the presets of that name. Nothing is installed and the system's list of architectures stays as it is: packages are
# fetched with a package list of their own and unpacked. Does nothing when they are there; needs the network once.
set -eu
arch=${1:?usage: sysroot.sh s390x|i386}
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
target=$root/build/sysroot/$arch
packages="libsodium-dev nettle-dev libsqlite3-dev libxxhash-dev
    liblua5.4-dev libseccomp-dev libffi-dev libedit-dev libbsd-dev libjansson-dev libcmocka-dev libcmocka0"
[ "$(cat "$target/.complete" 2>/dev/null)" != "$packages" ] || exit 0
apt=$target/.apt
rm -rf "$target"
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/debs"
: >"$apt/status"
cat >"$apt/apt.conf" <<CONF
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Sandbox::User "";
Acquire::Languages "none";
Dir::State "$apt";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
CONF
export APT_CONFIG="$apt/apt.conf"
# A source of other things may know nothing of this architecture: what counts is that the packages come.
apt-get -q update >&2 || true
cd "$apt/debs"
# shellcheck disable=SC2086
apt-get -q download $packages >&2
for package in *.deb; do dpkg-deb -x "$package" "$target"; done
cd "$target"
rm -rf "$apt"
printf '%s\n' "$packages" >.complete
