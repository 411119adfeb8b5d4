#!/usr/bin/env bash
# What the READMEs show as commands runs, as it stands there.
#
# Would catch: an example that went stale.
. "$(dirname "$0")/../lib.sh"
PATH=$(dirname "$LICET"):$PATH
run_readme() { # NAME FILE: the indented commands, one after the other, in a folder that looks like the checkout
    local name=$1 file=$2 line
    mkdir "$name" && cd "$name" || return
    for part in contracts tests; do ln -s "$SOURCE/$part" "$part"; done
    sed -n 's/^    //p' "$file" | grep -v -e '^\./demo.sh' -e '^\./test.sh' -e demo-out >commands
    while read -r line; do
        if eval "$line" >said 2>&1 </dev/null; then ok "$name: $line"; else not_ok "$name: $line" "$(head -c 300 said)"; fi
    done <commands
    cd ..
    unset LICET_LEDGER
}
run_readme licet "$SOURCE/README.md"
run_readme month "$SOURCE/contracts/month_of_streams/README.md"
run_readme streaming "$SOURCE/contracts/streaming/README.md"
finish
