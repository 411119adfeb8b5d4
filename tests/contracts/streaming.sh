#!/usr/bin/env bash
# The streaming licence's first year: every quarter to the penny, as the rational oracle works it; statements,
# duties, payments and their explanation.
#
# Would catch: wrong tiers or reset of the yearly counter, a floor or advance applied in another order, a lost
# or invented penny, a carried amount that is forgotten, a statement that omits a group or a clause, a payment
# booked to another duty. The mutated agreements prove that rounding mode, order of ties and order of clauses
# are seen.
# Also: an amount that `licet why` does not derive, or tells in words that are not so.
. "$(dirname "$0")/../lib.sh"
folder=$SOURCE/contracts/streaming
ties=$SOURCE/tests/contracts/data/streaming_ties
oracle=$SOURCE/tests/oracle/streaming.py

check "the oracle gives the worked figures" python3 "$oracle" --check "$folder/data"
python3 "$oracle" "$folder/data" | grep -v '^group' >want.year
python3 "$oracle" "$ties" | grep -v '^group' >want.ties
"$folder/settle_year.sh" year.licet >got.year 2>err || not_ok "the year settles" "$(tail -3 err | tr '\n' ' ')"
same_files "four quarters, to the penny" want.year got.year
"$folder/settle_year.sh" ties.licet "$ties" >got.ties 2>err || not_ok "ties settle" "$(tail -3 err | tr '\n' ' ')"
same_files "amounts that lie on half a penny, to the penny" want.ties got.ties

# mutated NAME SED-SCRIPT: the edited agreement runs and gives what the edited oracle gives, and not the rest.
mutated() {
    local name=$1 script=$2
    shift 2
    sed -e "$script" "$folder/streaming.lic" >"$name.lic"
    cmp -s "$name.lic" "$folder/streaming.lic" && not_ok "$name" "the edit found nothing"
    AGREEMENT=$WORK/$name.lic "$folder/settle_year.sh" "$name.licet" "$ties" >"got.$name" 2>err ||
        not_ok "$name: settles" "$(tail -3 err | tr '\n' ' ')"
    python3 "$oracle" "$@" "$ties" | grep -v '^group' >"want.$name"
    same_files "$name: the result follows the text" "want.$name" "got.$name"
    differs "$name: the unchanged agreement's test would fail" want.ties "got.$name"
}
mutated half-up 's/half_even to/half_up to/' --rounding half_up
mutated last-share-first "s/^  Label:.*/@/;s/^  Society:.*/  Label:    LabelShare/;s/^@/  Society:  SocietyShare/
s/^  Artist:.*/@/;s/^  Producer:.*/  Artist:   ArtistShare/;s/^@/  Producer: ProducerShare/" --reverse-shares
# The floor is applied before the advance is recouped: the other order is refused, and would give other amounts.
sed -e '/^  at least /{h;d};/^  less /{G}' "$folder/streaming.lic" >advance-first.lic
refused "advance-first: the compiler refuses the order" 1 "must stand above" "$LICET" check advance-first.lic
python3 "$oracle" --advance-first "$ties" | grep -v '^group' >want.advance-first
differs "advance-first: an engine with that order would fail" want.advance-first got.ties

# Statements: one line per clause, the report's sums per country and plan.
contract=$(query year.licet "SELECT id FROM contracts")
python3 "$oracle" "$folder/data" | awk -F '\t' '$1 == "group" && $2 == "2026-Q1"' | wc -l >want.groups
query year.licet "SELECT count(DISTINCT line_group) FROM statement_sums WHERE period = '2026-Q1' AND payee = 'Artist'" \
    >got.groups
same_files "as many groups as the report has" want.groups got.groups
check "a statement" "$LICET" statement "$contract" --period 2026-Q1 --payee Artist --ledger year.licet
for part in Artist 122,850.00 4.3 simulated; do
    grep -q -e "$part" "$WORK/.out" || grep -q -e "$(printf %s "$part" | tr -d ,)" "$WORK/.out" ||
        not_ok "the statement shows $part" "$(head -c 600 "$WORK/.out")"
done

# Duties: the advance, then what each quarter pays; due dates of the text.
same "the advance is due ten days after the signature" "250000.00 2026-01-15 open" \
    "$(query year.licet "SELECT duty_amount || ' ' || due || ' ' || state FROM duties WHERE term = 'Signing'")"
same "nothing is due for an amount below 50.00" 0 \
    "$(query year.licet "SELECT count(*) FROM duties WHERE made >= '2027-01-01'")"
same "what is paid out in the year" 645000.01 \
    "$(query year.licet "SELECT units_sum(duty_units) FROM duties WHERE term = 'Payout'" |
        awk '{ printf "%d.%02d", $1 / 1000000, $1 % 1000000 / 10000 }')"

# Payments: reported by the debtor, confirmed by the payee; oldest duty first; the excess stays a credit.
pay() { "$LICET" pay "$contract" "$@" --as Platform --ledger year.licet; }
check "the platform pays a part to the artist" pay Artist 100000.00
same "not before it is confirmed" 122850.00 "$(query year.licet "SELECT open_amount FROM duties
    WHERE term = 'Payout' AND creditor = 'Artist' ORDER BY number LIMIT 1")"
number=$(query year.licet "SELECT max(number) FROM payments")
refused "confirmed by the payee alone" 65 "another party" "$LICET" acknowledge "$contract" "$number" \
    --as Producer --ledger year.licet
check "the artist confirms" "$LICET" acknowledge "$contract" "$number" --as Artist --ledger year.licet
same "the oldest duty is paid first" "22850.00 18900.00 84000.00" "$(query year.licet "SELECT open_amount FROM duties
    WHERE term = 'Payout' AND creditor = 'Artist' ORDER BY number" | tr '\n' ' ' | sed 's/ $//')"
refused "a payment is confirmed once" 65 "confirmed\|payment" "$LICET" acknowledge "$contract" "$number" --as Artist \
    --ledger year.licet
check "a second payment" pay Artist 50000.00
check "confirmed" "$LICET" acknowledge "$contract" "$((number + 1))" --as Artist --ledger year.licet
same "it goes on to the next duties" "0.00 0.00 75750.00" "$(query year.licet "SELECT open_amount FROM duties
    WHERE term = 'Payout' AND creditor = 'Artist' ORDER BY number" | tr '\n' ' ' | sed 's/ $//')"

# Why: the text names the clauses; the tree is recomputed with exact rationals, down to the report's bytes.
check "why, as text" "$LICET" why "$contract" Artist --period 2026-Q1 --ledger year.licet
for part in 4.1 4.3 5.3 351,000.00; do
    grep -q -e "$part" "$WORK/.out" || not_ok "why names $part" "$(head -c 800 "$WORK/.out")"
done
while read -r period due lines; do
    "$LICET" why "$contract" Artist --period "$period" --json --ledger year.licet >"why.$period" 2>err ||
        not_ok "why --json $period" "$(head -c 300 err)"
    check "why --json of $period recomputes, down to the report's bytes" python3 "$SOURCE/tests/oracle/why_check.py" \
        "why.$period" "$folder/data/$period.tsv" --due "$due" --lines "$lines"
done <<'QUARTERS'
2026-Q1 122850.00 8
2026-Q2 18900.00 3
2026-Q3 84000.00 3
2026-Q4 0.00 2
QUARTERS
why() { "$LICET" why "$contract" "$@" --ledger year.licet; }
tells "why something stays" "fee Payout [5.3] pays nothing yet: GBP 0.42 is below GBP 50.00, so it stays and is carried forward [5.3]" \
    why Artist --period 2026-Q4
tells "the advance, by the month of the signature" "GBP 250,000.00 by Platform, due 2026-01-15: advance Signing [3.1], duty 0" \
    why Label --period 2026-01
tells "what recouped, and where the advance came from" \
    "royalty Stream [4.1]: earned GBP 601,000.00, recouped GBP 250,000.00, from 8 lines of the report Usage and what block" \
    why Artist --period 2026-Q1
tells "what earlier blocks brought, by block and clause" ": advance Signing, add [3.1]" why Artist --period 2026-Q1 --all
tells "a payment on a duty" "GBP 22,850.00 of it is still open" why --duty "$(query year.licet "SELECT number FROM duties
    WHERE term = 'Payout' AND creditor = 'Artist' ORDER BY number LIMIT 1")"
# The checker sees a value, a line and a rule that were changed.
why_check() { python3 "$SOURCE/tests/oracle/why_check.py" "$1" "$folder/data/2026-Q1.tsv"; }
sed 's/"units":"351000000000"/"units":"351000000001"/' why.2026-Q1 >changed
refused "a changed value is seen" 1 "parts give\|scale" why_check changed
sed 's/"offset":48/"offset":49/' why.2026-Q1 >changed
refused "a changed place of a line is seen" 1 "does not begin" why_check changed
sed 's/"mode":"half_even","divisor":"100000000"/"mode":"half_even","divisor":"100000001"/' why.2026-Q1 >changed
refused "a changed rule is seen" 1 "parts give" why_check changed
check "the year replays" "$LICET" replay year.licet
for n in 1 2 3 4; do
    quarters+=("2026-Q$n=$folder/data/2026-Q$n.tsv")
    ties_quarters+=("2026-Q$n=$ties/2026-Q$n.tsv")
done
explained year.licet "${quarters[@]}"
explained ties.licet "${ties_quarters[@]}"
finish
