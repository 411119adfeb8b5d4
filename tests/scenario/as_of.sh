#!/usr/bin/env bash
# [lang.close.1] [lang.close.2] [lang.close.3]
# Facts and counters that change between the end of a period and the filing of its report: two ledgers with the same
# acts on the same days; in one a report is filed early and before the acts of its day, in the other late and behind
# them. What is owed is the same, and what a program says that never looks at when reports came.
#
# Would catch: a close that reads what a fact or counter holds when the report comes, a first value that is lost, a
# second change of a day taken for another one, a fact that counts as set before it was, a counter of one period read
# in another, a counter of the reports that an act of the next year sets back, a history that a replay loses.
# Also: an amount that `licet why` does not derive, or tells in words that are not so.
. "$(dirname "$0")/../lib.sh"
agreement=$SOURCE/tests/scenario/agreements/as_of.lic

lines() { # the three lines of a quarter, of its number
    printf 'A\t%s\t%s.00\n' $(($1 * 10)) $(($1 * 1000 + 100))
    printf 'B\t%s\t%s.00\n' $(($1 * 7 + 1)) $(($1 * 500))
    printf 'A\t3\t0.33\n'
}
for n in 1 2 3 4 5; do lines $n >"$n.tsv"; done

begin() { # LEDGER
    l=$1
    new_ledger "$l" 2026-01-05 Orchard Press || not_ok "a ledger" "cannot be made"
    contract=$("$LICET" deploy "$agreement" --ledger "$l" --as Orchard | cut -d ' ' -f 1)
    check "signed" "$LICET" sign "$contract" --as Orchard --as Press --ledger "$l"
}
clock() { check "$l: $1" "$LICET" clock "$1" --ledger "$l"; }
file() { # NUMBER PERIOD
    check "$l: report $2" "$LICET" report "$contract" Sales "$1.tsv" --period "$2" --as Press --ledger "$l"
}
set_fact() { check "$l: $1 = $2" "$LICET" fact "$contract" "$1" "$2" --as "$3" --ledger "$l"; }
act() {
    local what=$1
    shift
    check "$l: $what $*" "$LICET" act "$contract" "$what" "$@" --ledger "$l"
}
raise() { act Raise "to_rate=$1" --as Orchard --as Press; }
lift() { act Lift "work=$1" "by_rate=$2" --as Orchard; }
strike() { act Strike --as Orchard; }

# The acts, a function a day.
day_2026_02_10() { set_fact Price 2.00 Orchard; strike; strike; }
day_2026_03_31() { set_fact Code x Press; set_fact Price 2.50 Orchard; set_fact Price 3.00 Orchard; lift B 0.05; }
day_2026_04_01() { raise 0.12; lift A 0.01; strike; }
day_2026_04_20() { raise 0.13; raise 0.15; set_fact Price 4.00 Orchard; set_fact Opened 2026-06-01 Press; }
day_2026_08_15() { set_fact Code "y y" Press; raise 0.20; lift A 0.02; lift B 0.03; set_fact Price 0.10 Orchard; }
day_2026_12_31() { set_fact Code x Press; strike; strike; strike; raise 0.08; }
day_2027_01_01() { set_fact Price 9.00 Orchard; strike; raise 0.50; }

begin early.licet
clock 2026-02-10; day_2026_02_10
clock 2026-03-31; day_2026_03_31
clock 2026-04-01; file 1 2026-Q1; day_2026_04_01
clock 2026-04-20; day_2026_04_20
clock 2026-07-01; file 2 2026-Q2
clock 2026-08-15; day_2026_08_15
clock 2026-10-01; file 3 2026-Q3
clock 2026-12-31; day_2026_12_31
clock 2027-01-01; file 4 2026-Q4; day_2027_01_01
clock 2027-04-01; file 5 2027-Q1
clock 2027-05-20
early=$contract

begin late.licet
clock 2026-02-10; day_2026_02_10
clock 2026-03-31; day_2026_03_31
clock 2026-04-01; day_2026_04_01
clock 2026-04-20; day_2026_04_20
clock 2026-05-14; file 1 2026-Q1
clock 2026-08-15; day_2026_08_15; file 2 2026-Q2
refused "a fact that is set once is set once" 65 "set" \
    "$LICET" fact "$contract" Opened 2026-07-01 --as Press --ledger $l
refused "a rate beyond its bounds" 65 "bounds\|range" \
    "$LICET" act "$contract" Raise to_rate=0.51 --as Orchard --as Press --ledger $l
clock 2026-12-31; day_2026_12_31; file 3 2026-Q3
clock 2027-01-01; day_2027_01_01
clock 2027-05-20; file 4 2026-Q4; file 5 2027-Q1
late=$contract

results() { # LEDGER
    query "$1" "SELECT term, period, key, net_amount FROM term_results WHERE term <> 'Big' ORDER BY term, period, key"
}
results early.licet >early
results late.licet >late
python3 "$SOURCE/tests/oracle/as_of.py" >want
same_files "filed at once: what the program says" want early
same_files "filed behind the acts: the same" want late

same "the year's last report earns the bonus" "2027-01-01 7.00" \
    "$(query early.licet "SELECT made || ' ' || duty_amount FROM duties WHERE term = 'Big'")"
same "when it comes late, too" "2027-05-20 7.00" \
    "$(query late.licet "SELECT made || ' ' || duty_amount FROM duties WHERE term = 'Big'")"
check "the early ledger replays" "$LICET" replay early.licet
check "the late one replays" "$LICET" replay late.licet
check "and is sound" "$LICET" doctor late.licet

"$LICET" why "$late" Orchard --period 2026-Q1 --all --ledger late.licet >why.text
check "why says what held, and since when" grep -q 'Price, as of 2026-03-31, set on 2026-03-31' why.text
check "and what never changed before" grep -q 'Rate, as of 2026-03-31, never changed before' why.text
"$LICET" why "$late" Orchard --period 2026-Q1 --json --ledger late.licet >why.json
check "the derivation holds" python3 "$SOURCE/tests/oracle/why_check.py" why.json 1.tsv
for ledger in early late; do
    explained $ledger.licet 2026-Q1=1.tsv 2026-Q2=2.tsv 2026-Q3=3.tsv 2026-Q4=4.tsv 2027-Q1=5.tsv
done
finish
