#!/usr/bin/env bash
# Documents that show commands with what they print (`$ command` in an indented block) show what comes out, line for
# line; the tutorial among them. One that rightly changed is written again by tests/newcomer.sh --bless.
#
# Would catch: a command, message or figure that changed and a document that did not; and here, that the comparison is
# blind.
. "$(dirname "$0")/../lib.sh"
tool=$SOURCE/tests/tools/transcript.py
documents=$(cd "$SOURCE" && find . -name '*.md' -not -path './build*' -not -path './demo-out*' -exec grep -l '^    \$ ' {} + | sort)
grep -q TUTORIAL <<<"$documents" && ok "the tutorial is one of them" || not_ok "the tutorial is one of them" "$documents"
for document in $documents; do
    python3 "$tool" check "$SOURCE/$document" >lines 2>&1 || [ -s lines ] || not_ok "$document" "it did not run"
    while IFS= read -r line; do
        case $line in
        "ok - "*) ok "$(basename "$document"): ${line#ok - }" ;;
        *) not_ok "$(basename "$document")" "${line#not ok - }" ;;
        esac
    done <lines
done
# Each step of the way is there.
for step in doctor new check test sim init register deploy sign report statement why query replay; do
    grep -q "^    \$ licet $step" "$SOURCE/docs/TUTORIAL.md" || not_ok "the tutorial's steps" "$step is missing"
done
# A changed figure, line, exit code and command are seen.
for change in 's/3,357.87 by/3,357.88 by/' '/^    registered Agent/d' 's/^    \[1\]/    [2]/' 's/FirstNovel Agent/FirstNovel Author/'; do
    sed -e "$change" "$SOURCE/docs/TUTORIAL.md" >changed.md
    cmp -s changed.md "$SOURCE/docs/TUTORIAL.md" && not_ok "$change" "the edit found nothing"
    python3 "$tool" check changed.md >lines
    grep -q '^not ok' lines && ok "seen: $change" || not_ok "seen: $change" "no difference"
done
same "newcomer.sh prints commands and output" "$(grep -c '^    \$ ' "$SOURCE/docs/TUTORIAL.md")" \
    "$("$SOURCE/tests/newcomer.sh" | grep -c '^\$ ')"
finish
