#!/usr/bin/env bash
# Every agreement here and in contracts/: it compiles, its canonical text is stable and compiles to the same image, and
# so does the kernel that `expand` prints; building twice gives the same bytes.
#
# Would catch: a construct of the language that is lost in one of its passes or printers, an image that depends on
# spacing, comments, or the run.
. "$(dirname "$0")/../lib.sh"
for file in "$SOURCE"/tests/conformance/*.lic "$SOURCE"/tests/scenario/agreements/*.lic "$SOURCE"/contracts/*/*.lic; do
    name=$(basename "$file" .lic)
    cp "$file" "$name.lic"
    check "$name: is canonical" "$LICET" fmt --check "$name.lic"
    check "$name: no finding" "$LICET" check "$name.lic"
    check "$name: builds" "$LICET" build "$name.lic" -o "$name.limg"
    check "$name: builds again" "$LICET" build "$name.lic" -o "$name.2.limg"
    same_files "$name: the same bytes twice" "$name.limg" "$name.2.limg"
    "$LICET" fmt --stdout "$name.lic" >"$name.fmt.lic" 2>err || not_ok "$name: fmt" "$(head -c 300 err)"
    "$LICET" fmt --stdout "$name.fmt.lic" >"$name.fmt2.lic" 2>err
    same_files "$name: the canonical text is canonical" "$name.fmt.lic" "$name.fmt2.lic"
    "$LICET" build "$name.fmt.lic" -o "$name.fmt.limg" >/dev/null 2>err
    same_files "$name: the canonical text compiles to the same image" "$name.limg" "$name.fmt.limg"
    "$LICET" expand "$name.lic" >"$name.kernel.lic" 2>err || not_ok "$name: expand" "$(head -c 300 err)"
    "$LICET" build "$name.kernel.lic" -o "$name.kernel.limg" >/dev/null 2>err ||
        not_ok "$name: the kernel compiles" "$(head -c 500 err)"
    same_files "$name: the kernel compiles to the same image" "$name.limg" "$name.kernel.limg"
done
finish
