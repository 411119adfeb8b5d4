#!/usr/bin/env bash
# Installs the build into an empty folder with a space in its name, moves it, and builds a small program
# against it, once with pkg-config and once with find_package. Catches: a header, table or library, man page or
# completion that is not installed, a path of the build in what is installed, a missing dependency.
. "$LICET_SOURCE/tests/lib.sh"

check "cmake --install" cmake --install "$LICET_BUILD" --prefix "$WORK/first place"
mv "$WORK/first place" "$WORK/pre fix" 2>/dev/null
prefix="$WORK/pre fix"
check "licet starts" "$prefix/bin/licet" --version
check "licet-node starts" "$prefix/bin/licet-node" --version

# Each command has its page, where man looks, and each shell its completion, where it looks.
share=$prefix/share
if command -v scdoc >/dev/null 2>&1; then
    pages=$("$prefix/bin/licet" help | sed -n 's/^  \([a-z]*\) .*/licet-\1.1/p')
    same "every command has its man page" "$(printf '%s\n' licet.1 licet-node.1 $pages | sort | xargs)" \
        "$(cd "$share/man/man1" && echo *)"
    same "man finds them" "$share/man/man1/licet-check.1" "$(man -M "$share/man" -w licet-check)"
fi
for program in licet licet-node; do
    for file in bash-completion/completions/$program zsh/site-functions/_$program \
        fish/vendor_completions.d/$program.fish; do
        check "$file" test -s "$share/$file"
    done
done

cat >program.c <<'C'
#include <licet/compile.h>
#include <licet/crypto.h>
#include <licet/currency.h>
#include <stdio.h>

int main(void)
{
    unsigned minor = 0;
    lic_compilation *made = lic_compile(lic_slice_text("nonsense"), &(lic_compile_options){.unit_scale = 6},
                                        &lic_hasher_native, &lic_allocator_system);
    bool found = lic_currency_find(lic_slice_text("JPY"), &minor);
    bool refused = made != NULL && lic_compilation_diagnostics(made)->error_count > 0;
    lic_compilation_destroy(made);
    printf("%d %d %u\n", found, refused, minor);
    return 0;
}
C

# pkg-config wants the folder in a variable that takes no space unquoted, so the link goes through one.
ln -s "$prefix" "$WORK/prefix"
libraries=$(find "$WORK/prefix/" -name licet.pc -printf '%h\n' | head -1)
export PKG_CONFIG_PATH=$libraries
check "pkg-config knows licet" pkg-config --exists licet
# shellcheck disable=SC2046
check "a program builds with pkg-config" ${CC:-cc} program.c -o with-pkg-config $(pkg-config --cflags --libs licet)
same "and runs" "1 1 0" "$(./with-pkg-config)"

cat >CMakeLists.txt <<'C'
cmake_minimum_required(VERSION 3.25)
project(program LANGUAGES C)
find_package(licet REQUIRED)
add_executable(program program.c)
target_link_libraries(program PRIVATE licet::licet_compiler licet::licet_crypto)
C
check "find_package(licet)" cmake -S . -B out "-DCMAKE_PREFIX_PATH=$prefix"
check "a program builds with find_package" cmake --build out
same "and runs, too" "1 1 0" "$(out/program)"

# A stranger's extension: three files, built with what is installed, and opened from another folder.
mkdir "an extension" && cd "an extension" || exit 70
cat >twice.interface <<'C'
interface 1
extension twice 1
release  twice_release
function of (n int64, words text, said out text) -> int64
C
cat >twice.c <<'C'
#include <stdlib.h>
#include <string.h>
#include <licet/extension.h>
#include "twice.h"
LICET_EXTENSION("twice.interface");
int64_t twice_of(int64_t n, const char *words, size_t size, licet_text *said)
{
    said->data = malloc(size);
    if (said->data != NULL) memcpy(said->data, words, said->size = size);
    return 2 * n;
}
void twice_release(void *data, size_t size) { (void)size; free(data); }
C
check "prototypes of an extension" sh -c '"$1" extension twice.interface --prototypes >twice.h' - "$prefix/bin/licet"
check "an extension builds" ${CC:-cc} -std=c17 -pedantic -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden \
    -I"$prefix/include" -I. twice.c -o twice.so
! command -v ${CXX:-c++} >/dev/null || check "and in C++" ${CXX:-c++} -x c++ -fsyntax-only -I"$prefix/include" -I. twice.h
cd ..
same "and is opened" "function of (n int64, words text, said out text) -> int64" \
    "$("$prefix/bin/licet" extension "an extension/twice.interface" | tail -1)"
sed -i 's/n int64/n int32/' "an extension/twice.interface"
refused "but not with another interface" 65 "says of (n int32.*the object says of (n int64" \
    "$prefix/bin/licet" extension "an extension/twice.interface"
check "licet's own extensions are found" "$prefix/bin/licet" extension ddex_dsr

found=$(grep -rlF -e "$LICET_SOURCE" -e "$LICET_BUILD" "$prefix" | head -3)
same "no path of the build in what is installed" "" "$found"
finish
