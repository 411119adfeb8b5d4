#!/usr/bin/env bash
# Uploads that go wrong between header and last chunk: a chunk altered, at another place, without its proof, twice, of
# another upload, missing until the upload expires; chunks in any order, resumed.
#
# Would catch: a chunk admitted that the signed root does not cover, a report settled without all its chunks, an upload that
# blocks the contract for ever, a result that hangs on the order of arrival.
. "$(dirname "$0")/../lib.sh"
envelope() { python3 "$SOURCE/tests/tools/envelope.py" "$@"; }
agreement=$SOURCE/tests/scenario/agreements/merchandise.lic
new_ledger l.licet 2026-02-20 Owner Maker || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$agreement" --ledger l.licet --as Owner | cut -d ' ' -f 1)
check "signed" "$LICET" sign "$contract" --as Owner --as Maker --ledger l.licet
check "the quarter ends" "$LICET" clock 2026-04-02 --ledger l.licet
seq 1 300 | awk '{ printf "S%d\tGB\t%d\t1.25\n", $1, $1 }' >report.tsv
submit() { "$LICET" submit "$@" --ledger l.licet; }
envelopes() { # NAME: a signed header and its chunks, in files
    "$LICET" report "$contract" Sales report.tsv --period 2026-Q1 --as Maker --ledger l.licet --chunk 1024 \
        --envelope "$1" >/dev/null
}
settled() { query l.licet "SELECT count(*) FROM reports"; }

remember l.licet
check "envelopes are made" envelopes up
unchanged "making them changes nothing" l.licet
chunks=$(ls up.[0-9]* | wc -l)
[ "$chunks" -ge 4 ] && ok "the report has several chunks ($chunks)" || not_ok "the report has several chunks" "$chunks"
refused "a chunk before its header" 65 "upload\|header" submit up.0
check "the header" submit up

envelope up.1 bad flip-body
refused "an altered chunk" 65 "root\|proof\|chunk" submit bad
envelope up.1 bad index=2
refused "a chunk at another place" 65 "root\|proof\|chunk" submit bad
envelope up.1 bad no-proof
refused "a chunk without its proof" 65 "root\|proof\|chunk" submit bad
envelope up.1 bad index=4000000
refused "a chunk beyond the upload" 65 "chunk\|index\|root" submit bad
for ((n = chunks - 1; n > 0; n--)); do submit "up.$n" >/dev/null 2>err || not_ok "chunk $n" "$(cat err)"; done
same "nothing settles while a chunk is missing" 0 "$(settled)"
check "a chunk again is answered with its receipt" submit up.1
same "still nothing" 0 "$(settled)"
check "the first chunk comes last" submit up.0
same "and the report is settled" 1 "$(settled)"

# The same bytes in one piece, on another ledger, give the same.
new_ledger whole.licet 2026-02-20 Owner Maker || not_ok "a ledger" "cannot be made"
other=$("$LICET" deploy "$agreement" --ledger whole.licet --as Owner | cut -d ' ' -f 1)
"$LICET" sign "$other" --as Owner --as Maker --ledger whole.licet >/dev/null
"$LICET" clock 2026-04-02 --ledger whole.licet >/dev/null
check "in one piece" "$LICET" report "$other" Sales report.tsv --period 2026-Q1 --as Maker --ledger whole.licet
results="SELECT term, row, exact_units, earned_units, topup_units, net_units FROM term_results ORDER BY term, row"
query l.licet "$results" >in.chunks
query whole.licet "$results" >in.one
same_files "chunks in any order give the same results" in.one in.chunks
refused "a chunk of an upload on another ledger" 65 "upload\|chain\|another ledger" "$LICET" submit up.2 --ledger whole.licet

# An upload that is never finished expires and leaves the period to be filed again.
check "the next quarter ends" "$LICET" clock 2026-07-02 --ledger l.licet
check "a header alone" "$LICET" report "$contract" Sales report.tsv --period 2026-Q2 --as Maker --ledger l.licet \
    --chunk 1024 --envelope late
check "is submitted" submit late
check "one chunk" submit late.0
check "the upload expires" "$LICET" clock 2026-07-20 --ledger l.licet
refused "a chunk after that" 65 "upload\|expired" submit late.1
check "the period can be filed again" "$LICET" report "$contract" Sales report.tsv --period 2026-Q2 --as Maker \
    --ledger l.licet
same "two reports are settled" 2 "$(settled)"
check "the ledger replays" "$LICET" replay l.licet
finish
