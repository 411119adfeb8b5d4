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

found=$(grep -rlF -e "$LICET_SOURCE" -e "$LICET_BUILD" "$prefix" | head -3)
same "no path of the build in what is installed" "" "$found"
finish
