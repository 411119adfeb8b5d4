#!/usr/bin/env bash
# The release build of a copy of these sources in another folder gives the same bytes, program by program.
#
# Would catch: a path, a time or an order of files of this machine that gets into a program.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../lib.sh"
built=${LICET_BUILD:-$SOURCE/build/release}
copy="$WORK/a much longer name of a folder/licet"
mkdir -p "$copy"
(cd "$SOURCE" && tar -cf - --exclude=./build --exclude=./.git --exclude=./demo-out .) | tar -xf - -C "$copy"
export CCACHE_DISABLE=1
check "configures" cmake -S "$copy" -B "$copy/out" -G Ninja -DCMAKE_BUILD_TYPE=Release -DLICET_TESTS=OFF
check "builds" cmake --build "$copy/out" --target licet licet-node
for program in bin/licet bin/licet-node; do
    check "$program: the same bytes" cmp "$built/$program" "$copy/out/$program"
done
for extension in "$copy"/out/lib*/licet/*; do
    file=${extension#"$copy/out/"}
    check "$file: the same bytes" cmp "$built/$file" "$extension"
done
finish
