#!/usr/bin/env bash
# Backups: a ledger exported while another process writes to it, and put in place again.
#
# Would catch: a copy that is of no one moment or of none that the ledger had; a file that is damaged, cut off, of another
# version, no ledger, or of another manifest, and is put in place; a copy whose signatures, digests, roots or results are
# wrong though its manifest fits; something overwritten; something left behind after a failure.
. "$(dirname "$0")/../lib.sh"
new_ledger l.licet 2026-01-10 Owner Maker || not_ok "a ledger" "cannot be made"
agreement=$SOURCE/tests/scenario/agreements/merchandise.lic
contract=$("$LICET" deploy "$agreement" --ledger l.licet --as Owner | cut -d ' ' -f 1)
check "signed" "$LICET" sign "$contract" --as Owner --as Maker --ledger l.licet
check "the date" "$LICET" clock 2026-04-01 --ledger l.licet
check "reported" "$LICET" report "$contract" Sales "$SOURCE/tests/scenario/data/merchandise/2026-Q1.tsv" \
    --period 2026-Q1 --as Maker --ledger l.licet

value() { sed -n "s/^$1 //p" "$2"; }
manifest() { # FILE: its manifest made anew, as somebody would who wants it to fit
    local sum
    sum=$(sha256sum <"$1" | cut -d ' ' -f 1)
    sed -i -e "s/^bytes .*/bytes $(wc -c <"$1")/" -e "s/^sha256 .*/sha256 $sum/" "$1.manifest"
}
left() { find . -maxdepth 1 -name 'new.licet*' | xargs; }

# -- there and back ----------------------------------------------------------------------------------------------------
check "exported" "$LICET" export l.licet b.licet
same "nothing lies beside the copy" "b.licet b.licet.manifest" "$(echo b.licet*)"
same "the manifest names the file" "$(wc -c <b.licet) $(sha256sum <b.licet | cut -d ' ' -f 1)" \
    "$(value bytes b.licet.manifest) $(value sha256 b.licet.manifest)"
"$LICET" show --json --ledger l.licet >shown
of_ledger() { python3 -c 'import json; d = json.load(open("shown")); print(d["chain"], d["height"], d["block"], d["state_root"])'; }
same "and the ledger in it" "$(of_ledger)" "$(for f in chain height block state; do value $f b.licet.manifest; done | xargs)"
chmod a-w b.licet
check "the copy can be replayed where it lies" "$LICET" replay b.licet
remember l.licet
check "imported, every block executed" "$LICET" import b.licet r.licet --replay
unchanged "it is the same ledger" r.licet
same_files "byte by byte" b.licet r.licet
chmod u+w b.licet r.licet
cp -r l.licet-keys r.licet-keys
check "and goes on where the other stopped" "$LICET" clock 2026-05-01 --ledger r.licet
cp b.licet.manifest r.licet.manifest
refused "a copy that was written to since" 65 "written to since" "$LICET" import r.licet new.licet
same "leaves nothing" "" "$(left)"

# -- nothing is overwritten ------------------------------------------------------------------------------------------------
sums=$(sha256sum b.licet b.licet.manifest l.licet)
mv b.licet.manifest kept
refused "an export onto a file" 65 "b.licet exists and is not overwritten" "$LICET" export l.licet b.licet
mv kept b.licet.manifest; mv b.licet kept.licet
refused "an export onto a manifest" 65 "b.licet.manifest exists" "$LICET" export l.licet b.licet
mv kept.licet b.licet
refused "an import onto a ledger" 65 "l.licet exists" "$LICET" import b.licet l.licet
same "all as before" "$sums" "$(sha256sum b.licet b.licet.manifest l.licet)"
for beside in wal journal; do
    : >new.licet-$beside
    refused "an import beside an old -$beside" 65 "new.licet-$beside" "$LICET" import b.licet new.licet
    same "which stays" "./new.licet-$beside" "$(left)"
    rm new.licet-$beside
done
refused "no such ledger" 66 "no ledger nowhere" "$LICET" export nowhere b2
refused "no such folder" 74 "folder" "$LICET" export l.licet nowhere/b2
refused "no such file" 66 "no file nowhere" "$LICET" import nowhere new.licet
refused "a file without a manifest" 66 "manifest" "$LICET" import l.licet new.licet
refused "what is no ledger is not exported" 65 "not a ledger" "$LICET" export "$agreement" b2

# -- what comes back is what went, or nothing ----------------------------------------------------------------------------------
spoilt() { # WHAT EXIT PATTERN COMMAND...: the command spoils c.licet or c.licet.manifest
    local what=$1 code=$2 pattern=$3
    shift 3
    cp b.licet c.licet
    cp b.licet.manifest c.licet.manifest
    eval "$@"
    refused "$what" "$code" "$pattern" "$LICET" import c.licet new.licet
    same "$what: nothing is left" "" "$(left)"
    rm -f new.licet
}
size=$(wc -c <b.licet)
spoilt "one byte" 65 "SHA-256" "printf x | dd of=c.licet bs=1 seek=$((size / 2)) conv=notrunc status=none"
spoilt "cut off" 65 "cut off" "truncate -s $((size - 1)) c.licet"
spoilt "empty" 65 "cut off" ": >c.licet"
spoilt "no manifest" 66 "manifest" "rm c.licet.manifest"
spoilt "a manifest of another version" 78 "another version than 1" "sed -i 's/licet-export 1/licet-export 2/' c.licet.manifest"
spoilt "a manifest cut off" 65 "no manifest of an exported" "truncate -s -2 c.licet.manifest"
spoilt "a manifest with more" 65 "no manifest of an exported" "echo more 1 >>c.licet.manifest"
spoilt "a manifest that is the ledger" 65 "no manifest" "cp b.licet c.licet.manifest"
spoilt "another export's manifest" 65 "do not belong together" "sed -i 's/^sha256 ..../sha256 0000/' c.licet.manifest"
spoilt "a manifest of another block" 65 "another ledger, or another block" "sed -i 's/^block ..../block 0000/' c.licet.manifest"
spoilt "a file that is no ledger" 65 "not a ledger" "cp \"$agreement\" c.licet; manifest c.licet"
spoilt "a ledger of another version" 78 "version 99" "sqlite3 c.licet 'PRAGMA user_version = 99'; manifest c.licet"
spoilt "another application's file" 65 "not a licet ledger" "sqlite3 c.licet 'PRAGMA application_id = 1'; manifest c.licet"
# the manifest fits, the ledger does not: whoever made it made both
fits() { spoilt "$1" "$2" "$3" "sqlite3 c.licet \"$4\"; manifest c.licet"; }
fits "an altered payload" 65 "do not have their digest" \
    "UPDATE payloads SET bytes = CAST(x'02' || substr(bytes, 2) AS BLOB) WHERE place = (SELECT max(place) FROM payloads)"
fits "an altered digest" 65 "do not have their digest\|root" "UPDATE outputs SET leaf = zeroblob(32) WHERE place = (SELECT max(place) FROM outputs)"
fits "an altered signature" 65 "signature" "UPDATE blocks SET signatures = CAST(substr(signatures, 1, 10) || CASE substr(signatures, 11, 1) WHEN x'00' THEN x'01' ELSE x'00' END || substr(signatures, 12) AS BLOB) WHERE height = 3"
fits "an altered header" 65 "header does not have the hash" "UPDATE blocks SET time = time + 86400 WHERE height = 2"
fits "a block gone" 65 "missing" "DELETE FROM blocks WHERE height = 4"
fits "the last block gone" 65 "its head row" "UPDATE head SET height = height - 1"
fits "an altered state" 65 "roots" "UPDATE pages SET body = zeroblob(length(body)) WHERE body <> zeroblob(length(body))"
cp b.licet c.licet; cp b.licet.manifest c.licet.manifest
sqlite3 c.licet "UPDATE p_duties SET amount = amount + 1"; manifest c.licet
refused "an altered view, executed again" 1 "p_duties" "$LICET" import c.licet new.licet --replay
same "nothing is left" "" "$(left)"

# -- a limit of the disk, and what a process left that was killed ------------------------------------------------------------------
limited() { (ulimit -f $((size / 2048)); exec "$LICET" "$@"); }
refused "no room for the copy" 74 "cannot write" limited import b.licet new.licet
same "nothing is left" "" "$(left)"
refused "no room for the export" 74 "cannot copy" limited export l.licet new.licet
same "nothing is left" "" "$(left)"
head -c 5000 /dev/urandom >new.licet.partial
check "what was left by one that was killed is taken over" "$LICET" import b.licet new.licet
same_files "and the bytes are right" b.licet new.licet
rm new.licet

# -- beside a writer ------------------------------------------------------------------------------------------------------------------
# Each copy is one that the ledger was: it examines and replays whole, at a height between those before and after.
height() { sqlite3 -readonly -cmd ".timeout 30000" "$1" "SELECT height FROM head"; }
for day in $(seq 1 400); do date -u -d "2026-04-01 + $day days" "+clock %Y-%m-%d"; done >days
"$LICET" batch days --ledger l.licet --quiet >/dev/null 2>batch.err &
writer=$!
wrong= copies=0
while kill -0 $writer 2>/dev/null && [ $copies -lt 12 ]; do
    before=$(height l.licet)
    "$LICET" export l.licet w.licet >.out 2>.err || wrong="$wrong [$(tail -1 .err)]"
    after=$(height l.licet) held=$(value height w.licet.manifest)
    { [ "$before" -le "$held" ] && [ "$held" -le "$after" ]; } || wrong="$wrong $before..$held..$after"
    copies=$((copies + 1))
    mv w.licet "w$copies.licet"; rm -f w.licet.manifest
done
wait $writer
same "the writer was not disturbed" "0 " "$? $(head -c 200 batch.err)"
same "every copy is of a moment" "" "$wrong"
[ $copies -ge 1 ] && ok "there were copies beside the writer" || not_ok "there were copies beside the writer" "$copies"
check "the last of them replays" "$LICET" replay "w$copies.licet"
check "the first of them replays" "$LICET" replay w1.licet
finish
