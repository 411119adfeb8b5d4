#!/usr/bin/env bash
# Names that climb out of their folder, where a name becomes a file's: keys, templates, deals, rows of deals, modules of
# converters. Sheets are in sandbox.sh.
#
# Would catch: a key written beside its folder, a template's copy over somebody's files, a deal from outside that makes
# licet read what lies elsewhere.
. "$(dirname "$0")/../lib.sh"
mkdir inside && cd inside || exit 70
echo secret >../secret.tsv
new_ledger l.licet 2026-01-10 Owner || not_ok "a ledger" "cannot be made"
everything() { (cd .. && find . -path ./inside/l.licet -prune -o -type f -print | grep -v '/\.\(out\|err\|state\)' | sort); }
before=$(everything)
nothing_new() { same "$1: no file is made" "$before" "$(everything)"; }

for name in ../Evil /tmp/Evil .. . a/b a/../../b "" $'a\nb'; do
    refused "a key named $(printf %q "$name")" 64 "name\|given\|operand" "$LICET" key new "$name" --no-passphrase --ledger l.licet
    refused "a party named $(printf %q "$name")" 64 "name\|given\|operand" "$LICET" register "$name" --ledger l.licet
    [ -n "$name" ] && refused "signing as $(printf %q "$name")" 64 "name\|given\|operand\|party" "$LICET" clock 2026-01-11 --as "$name" --ledger l.licet
done
nothing_new "names of keys"

for template in ../streaming streaming/../streaming /etc . ..; do
    refused "a template named $template" 66 "template" "$LICET" new "$template" copy
done
refused "a copy's name that climbs" 64 "name" "$LICET" new simple copy --name ../Evil
refused "a copy over a folder with files" 65 "exists\|empty\|there" "$LICET" new simple l.licet-keys
nothing_new "templates"

# A deal from somebody else: rows and text beneath its own folder alone.
cp -r "$SOURCE/contracts/streaming" deals
check "a deal" "$LICET" author deals/deal.lua --output out
deal=$(echo out/*.deal)
before=$(everything)
for path in ../../secret.tsv /etc/passwd data/../../../secret.tsv ./data/recordings.tsv ""; do
    sed "s|data/recordings.tsv|$path|" "$deal" >out/bad.deal
    cmp -s "$deal" out/bad.deal && not_ok "a deal with rows in $path" "the deal is as before"
    refused "a deal with rows in [$path]" 65 "leads out\|path\|file" "$LICET" deploy --deal out/bad.deal --as Owner --ledger l.licet
    grep -q secret "$WORK/.out" "$WORK/.err" && not_ok "a deal with rows in [$path]" "what lies elsewhere is shown"
done
rm out/bad.deal
nothing_new "deals"

# Converters and extensions.
cp "$SOURCE/contracts/streaming/data/"* . 2>/dev/null
before=$(everything)
for name in ../streaming /etc/passwd dsr/../dsr; do
    refused "a converter named $name" 66 "converter\|no such\|absent\|$name" "$LICET" convert "$name" x.tsv
done
refused "an extension beside the folder" 66 "streaming" "$LICET" extension ../streaming
refused "an extension that is no interface" 65 "no interface file" "$LICET" extension /etc/passwd
printf 'return { convert = function() require("../../secret") end }\n' >climb.lua
refused "a converter that requires what lies outside" 65 "module's name\|climb.lua" "$LICET" convert climb.lua l.licet
rm climb.lua
nothing_new "converters"
finish
