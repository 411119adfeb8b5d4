#!/usr/bin/env bash
# What the READMEs show as commands runs, as it stands there: those of the sources in a folder that looks like the
# checkout, those of an agreement in a folder that licet new made.
#
# Would catch: an example that went stale, a template that lacks a file which its README names.
. "$(dirname "$0")/../lib.sh"
PATH=$(dirname "$LICET"):$PATH
run_readme() { # NAME FILE: the indented commands, one after the other, in the working folder
    local name=$1 file=$2 line count=0
    sed -n 's/^    //p' "$file" | grep -v -e '^\./demo.sh' -e '^\./test.sh' -e demo-out >.commands
    while read -r line; do
        count=$((count + 1))
        if eval "$line" >.said 2>&1 </dev/null; then ok "$name: $line"; else not_ok "$name: $line" "$(head -c 300 .said)"; fi
    done <.commands
    [ $count -gt 0 ] || not_ok "$name" "no commands in $file"
    unset LICET_LEDGER
}
for file in README.md contracts/README.md; do
    mkdir checkout && cd checkout || exit 70
    for part in contracts tests; do ln -s "$SOURCE/$part" "$part"; done
    run_readme "$file" "$SOURCE/$file"
    cd .. && rm -rf checkout
done
for template in $(licet new --list | sed 's/ .*//'); do
    licet new "$template" "$template" --quiet >/dev/null || not_ok "$template" "licet new failed"
    cd "$template" || exit 70
    run_readme "$template" README.md
    cd ..
done
finish
