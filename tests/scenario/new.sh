#!/usr/bin/env bash
# licet new: what it makes is what lies in contracts/, works where it is, and is refused where something is already.
#
# Would catch: a file of an agreement that is left out or differs, an agreement renamed by its letters alone, a name that
# is none, something overwritten, half a folder left behind, a list that is not what can be made.
. "$(dirname "$0")/../lib.sh"
"$LICET" new --list >list || not_ok "the list" "fails"
same "the list is what lies in contracts/" "$(cd "$SOURCE/contracts" && for f in */; do [ -f "$f${f%/}.lic" ] && echo "${f%/}"; done | xargs)" \
    "$(sed 's/ .*//' list | xargs)"
mkdir as
while read -r template title; do
    same "$template: its title" "$(head -1 "$SOURCE/contracts/$template/README.md")" "# $title"
    check "$template is made" "$LICET" new "$template"
    same_files "$template holds what lies in contracts/" "$SOURCE/contracts/$template" "$template"
    [ -z "$(find "$template" -name '*.sh' ! -perm -u+x)" ] || not_ok "$template" "a script cannot be run"
    check "$template checks" "$LICET" check "$template/$template.lic"
    check "$template is canonical" "$LICET" fmt --check "$template/$template.lic"
    # Another name: every other word of the tree stays, no word of the texts around keeps the old one.
    check "$template under another name" "$LICET" new "$template" "as/$template" --name Renamed2
    old=$(sed -n 's/^agreement \([A-Za-z0-9]*\) .*/\1/p' "$template/$template.lic")
    same "$template: its name alone changed" "agreement $old" "$(diff "$template/$template.lic" "as/$template/$template.lic" |
        sed -n 's/^< \(agreement [A-Za-z0-9]*\) .*/\1/p')"
    same "$template: one line" 1 "$(diff "$template/$template.lic" "as/$template/$template.lic" | grep -c '^>')"
    check "$template, renamed, checks" "$LICET" check "as/$template/$template.lic"
    if ls "$template"/*.scenario.lua >/dev/null 2>&1; then
        check "$template, renamed, holds its scenarios" "$LICET" test --seed 7 --fuzz 2 "as/$template"
    fi
    same "$template: no text speaks of the old name" "" "$(grep -rlw "$old" "as/$template")"
done <list
"$LICET" new simple trial --name AnotherNovel --json >out 2>/dev/null
same "JSON says what was made" "simple trial AnotherNovel README.md" "$(python3 -c 'import json
d = json.load(open("out")); print(d["template"], d["folder"], d["agreement"], d["files"][0])')"

mkdir empty full && touch full/mine
check "an empty folder is filled" "$LICET" new simple empty
refused "a folder with something in it" 65 "not empty" "$LICET" new simple full
same "what was there is there" mine "$(ls full)"
touch file
refused "a file" 65 "no folder" "$LICET" new simple file
refused "again" 65 "not empty" "$LICET" new simple empty
refused "no such template" 66 "did you mean simple" "$LICET" new simpel
refused "no template named" 64 "licet new --list" "$LICET" new
refused "a list of one" 64 "no operands" "$LICET" new --list simple
for name in small_letter GB "Two Words" "" 'Quote"' "$(printf 'A\nb')" Ünïcode; do
    refused "the name [${name//$'\n'/ }]" 64 "cannot name" "$LICET" new simple bad --name "$name"
    [ ! -e bad ] || not_ok "a name that is none" "a folder was left"
done
refused "no folder above it" 74 "folder above" "$LICET" new simple nowhere/novel
if [ "$(id -u)" != 0 ]; then
    mkdir shut && chmod 555 shut
    refused "a folder that takes nothing" 74 "cannot make" "$LICET" new simple shut/novel
    chmod 755 shut
fi
# The disk is full: what was begun is taken back.
refused "no room for a file" 74 "cannot make" bash -c 'ulimit -f 1; trap "" XFSZ; exec "$LICET" new streaming torn'
[ ! -e torn ] && ok "nothing of it is left" || not_ok "nothing of it is left" "$(ls torn | xargs)"
finish
