#!/usr/bin/env bash
# [lang.term.3] [lang.action.4] Folds over a schedule in an action, with its parameters in their conditions, and a
# counter for each row that begins anew before an act; figures by hand.
#
# Would catch: a fold that keeps what the last act folded, that misses its condition or the act's parameter; a counter
# that one act resets for one row alone.
# Also: an amount that `licet why` does not derive, or tells in words that are not so.
. "$(dirname "$0")/../lib.sh"
l=folding.licet
new_ledger $l 2026-01-10 Label Platform || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$SOURCE/tests/scenario/agreements/folding.lic" --ledger $l --as Label | cut -d ' ' -f 1)
printf 'a\t1990\t10.000000\t2026-12-31\nb\t2000\t20.500000\t2026-03-31\nc\t2010\t30.250000\t2026-06-30\n' >songs.tsv
check "songs" "$LICET" load "$contract" Songs=songs.tsv --as Label --ledger $l
check "signed" "$LICET" sign "$contract" --as Label --as Platform --ledger $l
act() { "$LICET" act "$contract" "$@" --as Platform --ledger $l; }
duties() { query $l "SELECT duty_amount FROM duties ORDER BY number" | paste -sd ,; }
sold() { query $l "SELECT key || ' ' || value FROM counters WHERE counter = 'Sold' AND value != '0' ORDER BY key" | paste -sd ,; }

refused "all songs cost 60.75" 65 "total" act Buy since=1900
refused "two cost 50.75" 65 "total" act Buy since=2000
check "one costs 30.25" act Buy since=2010
refused "no song: the alternative is today" 65 "latest" act Buy since=2020
check "one again" act Buy since=2001
refused "twice a year" 65 "limit" act Buy since=2010
same "a duty for each act" "30.25,30.25" "$(duties)"
check "five of a" act Sell song=a n=5
check "two of b" act Sell song=b n=2
check "one more of b" act Sell song=b n=1
same "sold in 2026" "a 5,b 3" "$(sold)"

check "the next year" "$LICET" clock 2027-01-02 --ledger $l
refused "the latest has expired" 65 "latest" act Buy since=2010
check "one of a" act Sell song=a n=1
same "every row begins anew" "a 1" "$(sold)"
check "the ledger replays" "$LICET" replay $l
explained $l
finish
