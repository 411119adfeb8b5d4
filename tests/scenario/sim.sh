#!/usr/bin/env bash
# licet sim: a story, and a ledger's history, with other parameters.
#
# Would catch: a what-if that settles otherwise than a ledger does; one that touches the ledger; a parameter that is
# not changed, or changed where it is not named; a page that needs anything else.
. "$(dirname "$0")/../lib.sh"
A=$SOURCE/contracts/streaming
check "a year on a ledger" "$A/settle_year.sh" year.licet
sum=$(sha256sum <year.licet)
root() { sed -n "s/^output root $1 *//p" "$2"; }
"$LICET" sim NorthlightWavefront --ledger year.licet >ledger.txt 2>err || not_ok "the ledger's story" "$(cat err)"
"$LICET" sim "$A" >story.txt 2>err || not_ok "the scenario's story" "$(cat err)"
same "played again it is the same" "$(root now ledger.txt)" "$(root then ledger.txt)"
same "the scenario settles what the ledger settled" "$(root now ledger.txt)" "$(root now story.txt)"

# The advance of 250,000.00 less: all of it goes into the pool, 35 % of that to the artist: 87,500.00.
"$LICET" sim "$A" --set AdvanceSum=0 >none.txt
same "the artist without an advance" "Owed of Artist GBP 225750.42 313250.42 +87500.00" \
    "$(grep '^  Owed of Artist  ' none.txt | xargs)"
"$LICET" sim NorthlightWavefront --ledger year.licet --set AdvanceSum=0 >ledger_none.txt
same "the same on the ledger's history" "$(root then none.txt)" "$(root then ledger_none.txt)"
printf 'GBNLT2600001\tGB\tpremium\t1000000\t5000.00\n' >forecast.tsv
# 52 % of 5,000.00 = 2,600.00, above the floor of 1,200.00; the artist's 35 %: 910.00
"$LICET" sim NorthlightWavefront --ledger year.licet --report Usage=forecast.tsv --period 2027-Q1 >forecast.txt
same "a quarter to come" "+910.00" "$(grep '^  Owed of Artist: Pool split' forecast.txt | awk '{ print $NF }')"
same "the ledger is as it was" "$sum" "$(sha256sum <year.licet)"

"$LICET" sim "$A" --set FirstRate=10% --set TopRate=9% --output set.html
grep -q '<p>FirstRate=10%, TopRate=9%</p>' set.html && ok "the page says what was changed" || not_ok "the page" "$(head -c 300 set.html)"
same "and so does the text" "the first year, FirstRate=10%" "$("$LICET" sim "$A" --set FirstRate=10% | head -1)"
"$LICET" sim "$A" --sweep AdvanceSum=0..500000/500000 >sweep.txt
tail -n 1 sweep.txt | grep -q '^  recouped' && ok "a sweep ends with its last line" || not_ok "the end of a sweep" "$(tail -2 sweep.txt)"
"$LICET" sim "$A" --sweep AdvanceSum=0..500000/50000 --output sweep.html
"$LICET" sim "$A" --sweep AdvanceSum=0..500000/50000 --output sweep.csv
same "a column a value" 19 "$(head -1 sweep.csv | tr ',' '\n' | wc -l)"
same "the last value" "138250.42" "$(grep '"Owed","Artist","Pool"' sweep.csv | tr -d '\r' | sed 's/.*,//')"
grep -q "<svg" sweep.html && ! grep -qi "http\|src=\|<script\|url(" sweep.html && ok "one page that needs nothing else" ||
    not_ok "one page that needs nothing else" "it refers to something"
same "a line a payee" 8 "$(grep -c '<polyline' sweep.html)"

refused "a parameter that there is not" 66 "no parameter Nope\|parameter Nope" "$LICET" sim "$A" --set Nope=1
refused "one out of its bounds" 65 "AdvanceSum" "$LICET" sim "$A" --set AdvanceSum=99999999999
refused "a sweep without a step" 64 "not of the form" "$LICET" sim "$A" --sweep AdvanceSum=0..5
refused "a scenario that there is not" 66 "no scenario that begins with xx" "$LICET" sim "$A" --scenario xx
refused "a report without a period" 64 "with --period" "$LICET" sim "$A" --report Usage=forecast.tsv
finish
