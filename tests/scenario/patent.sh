#!/usr/bin/env bash
# The patent licence over three years: quarters with third-party credit and its floor, the yearly minimum in
# proportion to the term, audits with notice, limit and cost, a rate that an action raises, a notice of
# termination; figures by the rational oracle.
#
# Would catch: a credit that goes below its floor or into the next year, territories left out or let in, a whole tier
# taken as marginal, a minimum due on another day, an audit that costs when it should not, an action without
# its notice or beyond its limit.
# Also: an amount that `licet why` does not derive, or tells in words that are not so.
. "$(dirname "$0")/../lib.sh"
data=$SOURCE/tests/scenario/data/patent
l=patent.licet
new_ledger $l 2026-04-01 Orion Kestrel Examiner || not_ok "a ledger" "cannot be made"
contract=$("$LICET" deploy "$SOURCE/tests/scenario/agreements/patent.lic" --ledger $l --as Orion | cut -d ' ' -f 1)
check "signed" "$LICET" sign "$contract" --as Orion --as Kestrel --ledger $l
clock() { "$LICET" clock "$1" --ledger $l; }
act() { "$LICET" act "$contract" "$@" --ledger $l; }
file() { # PERIOD DAY
    check "clock $2" clock "$2"
    check "report $1" "$LICET" report "$contract" Sales "$data/$1.tsv" --period "$1" --as Kestrel --ledger $l
}
file 2026-Q2 2026-07-20
file 2026-Q3 2026-10-20
file 2026-Q4 2027-01-20
file 2027-Q1 2027-04-20
printf 'valve\tUS\t1\t100.00\t10.00\t5.01\t0\n' >deductions.tsv
check "clock 2027-07-20" clock 2027-07-20
refused "deductions over 15 % of gross" 65 "1.9(b)" "$LICET" report "$contract" Sales deductions.tsv --period 2027-Q2 \
    --as Kestrel --ledger $l
check "report 2027-Q2" "$LICET" report "$contract" Sales "$data/2027-Q2.tsv" --period 2027-Q2 --as Kestrel --ledger $l
file 2027-Q3 2027-10-20
file 2027-Q4 2028-01-20
file 2028-Q1 2028-04-20
file 2028-Q2 2028-07-20
file 2028-Q3 2028-10-20
file 2028-Q4 2029-01-20
python3 "$SOURCE/tests/oracle/patent.py" "$data" >want
{
    query $l "SELECT term, period, earned_amount, topup_amount, recouped_amount, net_amount FROM term_results WHERE term = 'Running' ORDER BY period"
    query $l "SELECT r.term, r.period, r.net_amount, coalesce((SELECT d.due FROM duties d WHERE d.term = 'Annual'
        AND d.made > r.period || '-12-31' AND d.made < (r.period + 1) || '-12-31'), '') FROM term_results r
        WHERE r.term = 'Annual' AND r.period < '2029' ORDER BY r.period" |
        awk -F '\t' -v OFS='\t' '{ print $1, $2, $3, $4 }'
} >got
# a year in which nothing is missing has no duty, and so no date
awk -F '\t' -v OFS='\t' '$1 == "Annual" && $3 == "0.00" { $4 = "" } { print }' want >want.dated
same_files "quarters and years, to the penny and the day" want.dated got

check "a credit that is not used lapses with the year" true
same "the account of credits is empty in the end" 0.00 "$(query $l "SELECT amount FROM balances WHERE account = 'Offset'")"

refused "an audit without notice" 65 "notice" act Audit year=2028 audited=215000.00 cost=30000.00 --as Examiner
check "notice of the audit" act Audit --notice --as Examiner
refused "before the notice has run" 65 "notice" act Audit year=2028 audited=215000.00 cost=30000.00 --as Examiner
check "thirty days later" clock 2029-02-21
refused "by the licensee" 65 "Examiner\|Kestrel" act Audit year=2028 audited=215000.00 cost=30000.00 --as Kestrel
refused "of a year that is not over" 65 "past\|year" act Audit year=2029 audited=215000.00 cost=30000.00 --as Examiner
check "the audit" act Audit year=2028 audited=215000.00 cost=30000.00 --as Examiner
same "6.98 % are missing: the difference and the cost" "15000.00 2029-02-14,30000.00 2029-03-23" \
    "$(query $l "SELECT duty_amount || ' ' || due FROM duties WHERE made = '2029-02-21' ORDER BY number" | paste -sd ,)"
check "a second notice" act Audit --notice --as Examiner
check "clock" clock 2029-04-01
refused "a second audit in the year" 65 "limit\|1 every year" act Audit year=2028 audited=206000.00 cost=30000.00 \
    --as Examiner
check "clock" clock 2030-01-05
check "the audit of the next year" act Audit year=2028 audited=206000.00 cost=30000.00 --as Examiner
same "2.91 % are missing: the difference alone" "6000.00" \
    "$(query $l "SELECT duty_amount FROM duties WHERE made = '2030-01-05' AND term <> 'Annual'" | paste -sd ,)"

hash=$(printf %064d 7)
check "a challenge raises the rate" act Challenge patent=US9123456 "notice=$hash" --as Kestrel
same "to 5 %" 0.05 "$(query $l "SELECT value FROM counters WHERE counter = 'RunningRate'")"
refused "a challenge of no patent" 65 "not a key" act Challenge patent=US1 "notice=$hash" --as Kestrel
refused "a patent in another form" 65 "canonical" act Challenge "patent=US 9123456" "notice=$hash" --as Kestrel
refused "a hash of 63 digits" 65 "hash\|malformed\|notice" act Challenge patent=US9123456 notice=${hash#0} --as Kestrel

check "notice of termination" act terminated --notice --as Kestrel
check "eighty-nine days later" clock 2030-04-04
same "still in force" active "$(query $l "SELECT state FROM contracts")"
check "ninety days later" clock 2030-04-05
same "terminated" terminated "$(query $l "SELECT state FROM contracts")"
check "the ledger replays" "$LICET" replay $l
why() { "$LICET" why "$contract" "$@" --ledger $l; }
tells "why nothing came of a report" \
    "royalty Running [3.1] comes to USD 0.00: 4 % (RunningRate) of USD 0.00; none of the 1 accepted line of the report Sales counts for it" \
    why Orion --period 2026-Q4
tells "and of the year's minimum" "minimum Annual [3.4] comes to USD 0.00: earned USD -643.79, topped up by USD 643.79" \
    why Orion --period 2026
tells "an action's amount: given, less the year's results" "Audit [6.2]: USD 215,000.00 - USD 200,000.00 (net of Running_years 2028)" \
    why Orion --period 2029
tells "who did what" "action Audit(year = 2028, audited = 215000.00, cost = 30000.00), by Examiner" why Orion --period 2029
tells "what is divided says by what" "USD 12,775,000.00 / 365  the difference of" why Orion --period 2027 --all
tells "and the divisor is told" "divided by 365  the sum of" why Orion --period 2027 --all
tells "years are no amounts" "2027  the year of" why Orion --period 2027 --all
tells "a party's own account has its name" "Orion: what came to you, less what you gave" why Orion --period 2027
tells "what a party owes" "To be paid by you to Orion: USD 25,000.00, due 2027-05-15: royalty Running [3.5]" why Kestrel --period 2027
for report in "$data"/*.tsv; do
    reports+=("$(basename "$report" .tsv)=$report")
done
explained $l "${reports[@]}"
finish
