#!/usr/bin/env bash
# Licences as a register: granted, transferred, surrendered; a number is never used again.
#
# Would catch: a key that is entered twice, a row that comes back after it was retired, a transfer of what is not
# held, a limit per month that does not count, a price taken from another row, a key or a value beyond the bounds that
# its column declares [lang.type.10].
# Also: an amount that `licet why` does not derive, or tells in words that are not so.
. "$(dirname "$0")/../lib.sh"
l=register.licet
new_ledger $l 2026-01-05 Agency Club || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$SOURCE/tests/scenario/agreements/register.lic" --ledger $l --as Agency | cut -d ' ' -f 1)
printf 'P1\t120.00\nP2\t80.50\n' >pictures.tsv
check "pictures load" "$LICET" load "$contract" Pictures=pictures.tsv --as Agency --ledger $l
check "signed" "$LICET" sign "$contract" --as Agency --as Club --ledger $l
grant() { "$LICET" act "$contract" Grant "number=$1" "holder=$2" "picture=$3" "expires=$4" --as Agency --ledger $l; }
transfer() { "$LICET" act "$contract" Transfer "licence=$1" "buyer=$2" --as Club --ledger $l; }
surrender() { "$LICET" act "$contract" Surrender "licence=$1" --as Club --ledger $l; }
check "a licence" grant 7 ALPHA P1 2026-06-30
check "a second" grant 3 BRAVO P2 2026-02-10
same "its price is due" "120.00,80.50" "$(query $l "SELECT duty_amount FROM duties ORDER BY number" | paste -sd ,)"
remember $l
refused "a number twice" 65 "key\|already" grant 7 CHARLIE P2 2026-06-30
refused "a holder who is none" 65 "unknown\|DELTA" grant 8 DELTA P2 2026-06-30
refused "a picture that is none" 65 "unknown\|P9" grant 8 ALPHA P9 2026-06-30
refused "a date in the past" 65 "3.1\|condition" grant 8 ALPHA P1 2026-01-04
refused "a transfer of no licence" 65 "unknown\|5" transfer 5 BRAVO
refused "a number beyond the key's bounds" 65 "bounds\|range" grant 1000 ALPHA P1 2026-06-30
refused "a date beyond the column's bounds" 65 "bounds\|range" grant 8 ALPHA P1 2028-01-01
unchanged "the ledger is as it was" $l
check "a transfer" transfer 7 CHARLIE
check "a transfer back" transfer 7 ALPHA
refused "a third in a month" 65 "limit\|2 every month" transfer 7 BRAVO
check "next month" "$LICET" clock 2026-02-11 --ledger $l
refused "an expired licence" 65 "3.2\|condition" transfer 3 ALPHA
check "the next month's first" transfer 7 BRAVO
check "a surrender" surrender 3
refused "a surrendered licence is gone" 65 "unknown\|retired\|3" surrender 3
refused "its number is not used again" 65 "key\|already\|retired" grant 3 ALPHA P1 2026-06-30
same "granted in all" 2 "$(query $l "SELECT value FROM counters WHERE counter = 'Granted'")"
same "the register's rows, the surrendered one without columns" '7 {"holder":"BRAVO","picture":"P1","expires":"2026-06-30"};3 ' \
    "$(query $l "SELECT key || ' ' || coalesce(columns, '') FROM schedule_rows WHERE schedule = 'Licences' ORDER BY row" |
        paste -sd ';')"
check "events" "$LICET" log events "$contract" --ledger $l
for event in Issued Transferred; do
    grep -q $event "$WORK/.out" || not_ok "the log shows $event" "$(head -c 300 "$WORK/.out")"
done
check "replays" "$LICET" replay $l
explained $l
tells "an action's price" "Grant [3.1]: price of P1, as signed" "$LICET" why "$contract" Agency --period 2026 --ledger $l
finish
