#!/usr/bin/env bash
# Schedule rows that must not get in: shares off 100 %, unknown references, duplicates, bad values, too late.
#
# Would catch: shares repaired in silence, a dangling reference, a key that stands twice, rows changed after a party
# signed, a load that takes effect by half.
. "$(dirname "$0")/../lib.sh"
month=$SOURCE/contracts/month_of_streams/month_of_streams.lic
python3 "$SOURCE/tests/workload/generate.py" --size S --seed 11 --lines 10 --works 40 --payees 20 --contracts 5 \
    --out data >/dev/null
new_ledger l.licet 2026-01-01 Label Service || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$month" --ledger l.licet --as Label | cut -d ' ' -f 1)
load() { "$LICET" load "$contract" "$@" --as Label --ledger l.licet; }

remember l.licet
refused "rows that refer to a schedule not loaded yet" 65 "Territories\|unknown" load Payees=data/payees.tsv
unchanged "the ledger is as it was" l.licet
check "parents load" load Territories=data/territories.tsv Payees=data/payees.tsv Cards.rates=data/cards.tsv \
    Contracts=data/contracts.tsv
remember l.licet

spoiled() { # WHAT SCHEDULE FILE PATTERN AWK
    awk -F '\t' -v OFS='\t' "$5" "data/$3" >"spoiled.tsv"
    cmp -s spoiled.tsv "data/$3" && not_ok "$1" "the data are as before"
    refused "$1" 65 "$4" load "$2=spoiled.tsv"
    grep -q 'spoiled.tsv:[0-9]' "$WORK/.err" || grep -q 'line [0-9]' "$WORK/.err" ||
        not_ok "$1" "no line number in: $(cat "$WORK/.err")"
}
spoiled "an unknown reference" Works works.tsv "no key of Contracts" 'NR == 7 { $2 = "C99999" } { print }'
spoiled "a key that stands twice" Works works.tsv "twice\|duplicate\|already" '{ print } NR == 3 { print }'
spoiled "a key of the wrong form" Works works.tsv "canonical form" 'NR == 4 { $1 = "usabc2600001" } { print }'
spoiled "a count with a sign" Works works.tsv "not a whole number" 'NR == 5 { $3 = "-1" } { print }'
spoiled "a count beyond its bound" Works works.tsv "not a whole number from 0 to" \
    'NR == 5 { $3 = "1000000000000001" } { print }'
spoiled "a missing column" Works works.tsv "column" 'NR == 6 { print $1, $2, $3, $4; next } { print }'
spoiled "a column too many" Works works.tsv "column" 'NR == 6 { print $0, "x"; next } { print }'
spoiled "an empty line" Works works.tsv "column\|empty" '{ print } NR == 6 { print "" }'
awk 'NR == 2 { print $0 "\xff"; next } { print }' data/works.tsv >spoiled.tsv
refused "a row that is not UTF-8" 65 "UTF-8\|encoding" load Works=spoiled.tsv
unchanged "the ledger is as it was" l.licet

check "works load" load Works=data/works.tsv
remember l.licet
spoiled "shares of 99.99 %" Works.holders splits.tsv "100\|add up\|total" 'NR == 1 { $4 = $4 - 1 } { print }'
spoiled "shares of 100.01 %" Works.holders splits.tsv "100\|add up\|total" 'NR == 1 { $4 = $4 + 1 } { print }'
spoiled "an unknown holder" Works.holders splits.tsv "no key of Payees" 'NR == 9 { $3 = "P999999" } { print }'
spoiled "a holder that stands twice" Works.holders splits.tsv "twice\|duplicate\|already" \
    'NR == 1 { first = $3 } NR == 2 { $3 = first } { print }'
spoiled "an ordinal out of order" Works.holders splits.tsv "ordinal\|order" 'NR == 2 { $2 = 5 } { print }'
spoiled "a work without holders" Works.holders splits.tsv "there are none" \
    'NR == 1 { work = $1 } $1 != work { print }'
spoiled "nine holders" Works.holders splits.tsv "too many" \
    'NR == 1 { work = $1 } $1 == work { last = NR; next } NR == last + 1 { for (i = 0; i < 9; i++) print work, i, sprintf("P%06d", i), (i ? 1111 : 1112) } { print }'
unchanged "the ledger is as it was" l.licet

remember l.licet
refused "a schedule that does not exist" 66 "no schedule Nothing" load Nothing=data/works.tsv
refused "a file that is not there" 66 "absent" load Works.holders=data/absent.tsv
refused "somebody else loads" 65 "Service\|deployer\|may not" "$LICET" load "$contract" \
    Works.holders=data/splits.tsv --as Service --ledger l.licet
refused "signing before every schedule is loaded" 65 "holders\|loaded" "$LICET" sign "$contract" --as Label \
    --ledger l.licet
unchanged "the ledger is as it was" l.licet
check "holders load" load Works.holders=data/splits.tsv
check "one party signs" "$LICET" sign "$contract" --as Label --ledger l.licet
remember l.licet
refused "rows after the first signature" 65 "sign" load Works=data/works.tsv
unchanged "the ledger is as it was" l.licet
check "the other signs" "$LICET" sign "$contract" --as Service --ledger l.licet
finish
