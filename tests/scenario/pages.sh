#!/usr/bin/env bash
# Man pages: one of each program and command, with every operand, option, example and exit code of the table, no
# option that the program refuses, no warning from what renders them.
#
# Would catch: a command or option without its place in a page or in --help, a character that means something to
# the page's markup, an option that licet-node does not have on its page.
. "$(dirname "$0")/../lib.sh"
pages=$(dirname "$LICET")/../pages/man
for program in mandoc man; do
    command -v $program >/dev/null 2>&1 || { echo "$program is not there"; exit 77; }
done
ls "$pages"/licet.1 >/dev/null 2>&1 || { echo "scdoc was not there when licet was built: no man pages"; exit 77; }
export MANWIDTH=100 MANPAGER=cat
python3 "$SOURCE/tests/tools/check_pages.py" "$LICET" "${LICET_NODE:-${LICET}-node}" "$pages" >lines
while IFS= read -r line; do
    case $line in
    "ok - "*) ok "${line#ok - }" ;;
    *) not_ok "$(echo "${line#not ok - }" | sed 's/: [^:]*$//')" "${line##*: }" ;;
    esac
done <lines
[ "$(wc -l <lines)" -gt 100 ] && ok "there are pages" || not_ok "there are pages" "$(wc -l <lines) checks were made"
finish
