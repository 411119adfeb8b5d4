#!/usr/bin/env bash
# Gas and quotas exhausted: limits of the genesis block, small enough to meet.
#
# Would catch: a limit that is not enforced, or enforced midway and leaving half a report; a message that does not say
# which limit and what to do.
. "$(dirname "$0")/../lib.sh"
agreement=$SOURCE/tests/scenario/agreements/merchandise.lic
data=$SOURCE/tests/scenario/data/merchandise
limited() { # LEDGER LIMIT...: a signed contract after its first quarter
    local ledger=$1 party
    shift
    "$LICET" init "$ledger" --clock simulated:2026-02-20 $(printf -- '--limit %s ' "$@") >/dev/null 2>err ||
        { not_ok "a ledger with limits" "$(cat err)"; return; }
    for party in Owner Maker; do
        "$LICET" key new $party --no-passphrase --ledger "$ledger" >/dev/null
        "$LICET" register $party --ledger "$ledger" >/dev/null
    done
    contract=$("$LICET" deploy "$agreement" --ledger "$ledger" --as Owner | cut -d ' ' -f 1)
    "$LICET" sign "$contract" --as Owner --as Maker --ledger "$ledger" >/dev/null
    "$LICET" clock 2026-04-10 --ledger "$ledger" >/dev/null
}
report() { # LEDGER FILE
    "$LICET" report "$contract" Sales "$2" --period 2026-Q1 --as Maker --ledger "$1"
}
seq 1 900 | awk '{ printf "S%d\tGB\t1\t1.00\n", $1 }' >many.tsv

limited gas.licet gas_limit=20000
remember gas.licet
refused "a report that needs more gas than a transaction may" 65 "gas" report gas.licet many.tsv
unchanged "the ledger is as it was" gas.licet
check "a smaller report fits" report gas.licet "$data/2026-Q1.tsv"

limited lines.licet upload_lines=800
remember lines.licet
refused "more lines than an upload may have" 65 "lines\|upload" report lines.licet many.tsv
unchanged "the ledger is as it was" lines.licet

limited bytes.licet upload_bytes=2000
remember bytes.licet
refused "more bytes than an upload may have" 65 "bytes\|upload\|large" report bytes.licet many.tsv
unchanged "the ledger is as it was" bytes.licet

limited party.licet party_transactions=6
made=0
check "a day's quota allows some" report party.licet "$data/2026-Q1.tsv"
for n in 1 2 3 4 5 6 7; do
    "$LICET" pay "$contract" Owner 1.00 --as Maker --ledger party.licet >/dev/null 2>err && made=$((made + 1))
done
[ $made -gt 0 ] && [ $made -lt 7 ] && ok "then it is exhausted ($made payments)" ||
    not_ok "then it is exhausted" "$made payments were accepted"
remember party.licet
refused "the quota of a party" 65 "quota" "$LICET" pay "$contract" Owner 1.00 --as Maker --ledger party.licet
unchanged "the ledger is as it was" party.licet
check "the next day" "$LICET" clock 2026-04-11 --ledger party.licet
check "allows again" "$LICET" pay "$contract" Owner 1.00 --as Maker --ledger party.licet
refused "a limit that does not exist" 64 "limit" "$LICET" init x.licet --clock simulated:2026-01-01 --limit colour=3
refused "a limit of zero" 64 "limit\|zero" "$LICET" init x.licet --clock simulated:2026-01-01 --limit gas_limit=0
finish
