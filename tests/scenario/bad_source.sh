#!/usr/bin/env bash
# Hostile source text: cut short anywhere, not UTF-8, with control characters, empty, too large, too wide, missing.
#
# Would catch: a crash or silence of the compiler, an exit code that a script takes for success, a deployment
# that leaves something behind, an image that the compiler makes and a node cannot read.
. "$(dirname "$0")/../lib.sh"
source=$SOURCE/tests/scenario/agreements/merchandise.lic
new_ledger l.licet 2026-01-10 Owner Maker || not_ok "a ledger" "cannot be made"
remember l.licet

# Cut after every 61st byte: a finding with a place, never a crash, never accepted.
size=$(wc -c <"$source")
cut_wrong=
for ((n = 0; n < size - 4; n += 61)); do
    head -c "$n" "$source" >cut.lic
    "$LICET" check cut.lic >out 2>err
    status=$?
    if [ $status -ne 1 ] || ! grep -q 'error\[' err; then cut_wrong="$cut_wrong $n:$status"; fi
done
same "a source cut short is a finding at every length" "" "$cut_wrong"
head -c $((size / 2)) "$source" >cut.lic
refused "a cut source is not deployed" 65 'error\[' "$LICET" deploy cut.lic --ledger l.licet --as Owner

bad_bytes() { # WHAT PATTERN SED-EXPRESSION
    sed -e "$3" "$source" >bytes.lic
    refused "check: $1" 1 "$2" "$LICET" check bytes.lic
    grep -q 'bytes.lic:[0-9]*:[0-9]*' "$WORK/.err" || not_ok "check: $1" "no line and column in the message"
    refused "deploy: $1" 65 "$2" "$LICET" deploy bytes.lic --ledger l.licet --as Owner
}
bad_bytes "a byte that is not UTF-8" "UTF-8" $'s/Toyworks/Toy\xffworks/'
bad_bytes "an overlong form" "UTF-8" $'s/Toyworks/Toy\xc0\xafworks/'
bad_bytes "a surrogate" "UTF-8" $'s/Toyworks/Toy\xed\xa0\x80works/'
bad_bytes "a control character" "control" $'s/Toyworks/Toy\x01works/'
bad_bytes "a bidirectional override" "direction" $'s/Toyworks/Toy\xe2\x80\xaeworks/'

: >empty.lic
refused "an empty source" 1 "licet" "$LICET" check empty.lic
head -c 1048577 /dev/zero | tr '\0' ' ' >large.lic
refused "a source over the limit" 1 "at most 1048576" "$LICET" check large.lic
refused "a source that is not there" 66 "missing.lic" "$LICET" check missing.lic
refused "a folder for a source" 74 "folder\|directory\|file" "$LICET" check .
printf 'licet 1\nagreement A "a"\n%s\n' "$(head -c 200000 /dev/zero | tr '\0' '(')" >deep.lic
refused "brackets without end" 1 'error\[' "$LICET" check deep.lic

# As many parts as the text has room for: a limit by name, and no fault of the compiler's.
columns() { # COUNT
    printf 'licet 1\nagreement Wide "wide"\n  law        "Spain"\n  money      EUR\n'
    printf '  rounding   half_even to 0.01, each amount\n  term       from 2026-01-01 to 2026-12-31\n'
    printf 'party Owner  is licensor, signs\nparty User   is licensee, signs\nschedule Works\n'
    printf '  rows    at most 100\n  key     id  text 8\n'
    seq "$1" | sed 's/.*/  column  c&  count, at most 9/'
    printf 'end\nfee Entry\n  on      signature\n  amount  EUR 1 * sum of Works.c1\n  User pays Owner, due 2026-02-01\nend\n'
    printf 'lifecycle\n  initial draft\n  states  active\n  final   ended, after 120 days\n'
    printf '  from draft to active  when signed by Owner, User\n  from draft to ended   on 2026-02-28\n'
    printf '  from active to ended  on term.end\nend\n'
}
columns 1000 >wide.lic
check "a schedule of a thousand columns" "$LICET" check wide.lic
columns 5000 >wide.lic
refused "a schedule of five thousand" 1 "S10.*more than 4096 fields" "$LICET" check wide.lic
columns 20000 >wide.lic
refused "of twenty thousand" 1 "larger than 60,000 bytes" "$LICET" check wide.lic

unchanged "the ledger is as it was" l.licet
finish
