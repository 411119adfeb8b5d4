#!/usr/bin/env bash
# Schedules as deep and as wide as the language lets them be: a million rows; 64 shares and 64 tiers in a row, the widest
# keys, as many columns as a row holds, sheets of maximal rows; and one more of each.
#
# Would catch: a load whose memory grows beyond the cap or that takes a row more than the agreement allows, a limit that
# refuses what it allows, or that answers with a fault of licet's own instead of words.
. "$(dirname "$0")/../lib.sh"
new_ledger l.licet 2026-01-10 Label Service || not_ok "a ledger" "cannot be made"

# -- long -------------------------------------------------------------------------------------------------------------

month=$SOURCE/contracts/month_of_streams/month_of_streams.lic
contract=$("$LICET" deploy "$month" --ledger l.licet --as Label | cut -d ' ' -f 1)
load() { "$LICET" load "$contract" "$@" --as Label --ledger l.licet; }
memory=1000000 # KiB of address space, and "unlimited" where a sanitizer reserves all of it
(ulimit -v $memory; exec "$LICET" --version) >out 2>&1 || memory=unlimited
printf 'GB\t10000\t0\n' >territories.tsv
check "the table that rows refer to" load Territories=territories.tsv
seq -f 'P%06.0f' 0 999999 | sed 's/$/\tGB/' >payees.tsv
{ cat payees.tsv; printf 'Q000000\tGB\n'; } >more.tsv
remember l.licet
refused "a million rows and one" 65 "1,000,000\|1000000" load Payees=more.tsv
unchanged "the ledger is as it was" l.licet
check "a million rows within a gigabyte" bash -c "ulimit -v $memory; exec \"\$@\"" load \
    "$LICET" load "$contract" Payees=payees.tsv --as Label --ledger l.licet
tells "are there" 1000000 "$LICET" query \
    "SELECT count(*) FROM schedule_rows WHERE schedule = 'Payees'" --ledger l.licet
rm -f payees.tsv more.tsv

# -- wide: the widest key, 55 texts of 1,000 bytes and 200 counts, 64 shares, 64 tiers ---------------------------------

cat >wide.in <<'END'
licet 1
agreement Wide "A schedule at the limits"
  law        "Germany"
  money      EUR
  rounding   half_even to 0.01, each amount
  months     clip
  years      calendar
  payments   confirmed by payee, oldest first, interest last, excess credited
  term       from 2026-01-01 to 2026-12-31

party Label    is licensor, signs
party Service  is licensee, signs

account Owed EUR for each payee in Payees, at end paid out
account Pool EUR for each work in Works, at end paid out to Label

schedule Payees
  rows    at most 100
  key     id     text 40
end

schedule Works
  rows    at most 100
  key     id       text 1000
@COLUMNS@
  column  holders  shares of Payees, from 1 to 64, in bps
  column  rates    marginal tiers of count, EUR per count, from 1 to 64, in units of 0.000001, at most EUR 1,000
end

report Usage [1]
  by       Service, every month, within 20 days of period.end
  lines    at most 1,000, else set aside
  column   work   in Works
  column   units  count, at most 1,000,000
  require  units > 0                                                        [1.1]
end

royalty Fee [2]
  on      Usage, for each work in Works
  amount  sum of units through work.rates
  Service owes Pool of work
end

split Pool of work [2b]
  on      Usage, for each work in Works
  holders: work.holders
  pennies largest remainder, ties as written
  into    Owed
end

fee Payout [3]
  on      Month, for each payee in Payees
  amount  Owed of payee
  Service pays payee, from Owed of payee, within 30 days
end

statement Month [5]
  every  month, within 30 days of period.end
  to     Payees
end

lifecycle
  initial draft
  states  active
  final   ended, after 60 days
  from draft to active  when signed by Label, Service
  from draft to ended   on 2026-06-30
  from active to ended  on term.end
end
END
wide() { # TEXTS SED: the agreement with so many texts
    local columns
    columns=$(seq -f '  column  t%g  text 1000' "$1"; seq -f '  column  c%g  count, at most 1,000,000' 200)
    awk -v columns="$columns" '/@COLUMNS@/ { print columns; next } { print }' wide.in | sed -e "$2"
}
wide 60 "" >wider.lic
refused "a row of more than 60,000 bytes" 1 "larger than 60,000 bytes" "$LICET" check wider.lic
wide 1 's/from 1 to 64, in bps/from 1 to 65, in bps/' >wider.lic
refused "65 shares" 1 "from 1 to 64" "$LICET" check wider.lic
wide 1 's/from 1 to 64, in units/from 1 to 65, in units/' >wider.lic
refused "65 tiers" 1 "from 1 to 64" "$LICET" check wider.lic
wide 1 's/text 1000/text 1001/' >wider.lic
refused "a text of 1,001 bytes" 1 "between 1 and 1000" "$LICET" check wider.lic
wide 55 "" >wide.lic
contract=$("$LICET" deploy wide.lic --ledger l.licet --as Label | cut -d ' ' -f 1)

long=$(head -c 996 /dev/zero | tr '\0' 'x')
row() { seq "$1" | awk -v long="$long" '{
    printf "%s%04d", long, $1; for (i = 0; i < 55; i++) printf "\t%s%04d", long, i
    for (i = 0; i < 200; i++) printf "\t1000000"; printf "\n" }'; }
seq -f 'P%03.0f' 100 >payees.tsv
row 100 >works.tsv
cut -f 1 works.tsv | awk '{ for (i = 0; i < 64; i++) printf "%s\t%d\tP%03d\t%d\n", $1, i, i + 1, i < 63 ? 156 : 172 }' >holders.tsv
cut -f 1 works.tsv | awk '{ for (i = 0; i < 64; i++) printf "%s\t%d\t%d\t1000000\n", $1, i, i * 10 }' >rates.tsv
check "payees" load Payees=payees.tsv
remember l.licet
sed '3s/\tx/\txx/' works.tsv >wider.tsv
refused "a cell wider than its column" 65 "wider.tsv:3\|line 3" load Works=wider.tsv
sed '4s/$/\t1/' works.tsv >wider.tsv
refused "a column too many" 65 "wider.tsv:4\|line 4" load Works=wider.tsv
unchanged "the ledger is as it was" l.licet
check "a hundred maximal rows" load Works=works.tsv
remember l.licet
{ head -63 holders.tsv; head -1 works.tsv | awk '{ printf "%s\t63\tP064\t100\n%s\t64\tP065\t72\n", $1, $1 }'; tail -n +65 holders.tsv; } >wider.tsv
refused "a row of 65 shares" 65 "too many\|64" load Works.holders=wider.tsv
unchanged "the ledger is as it was" l.licet
check "64 shares a row" load Works.holders=holders.tsv
check "64 tiers a row" load Works.rates=rates.tsv
check "both sign" "$LICET" sign "$contract" --as Label --as Service --ledger l.licet
"$LICET" clock 2026-02-01 --ledger l.licet >/dev/null
printf '%s0007\t1000\n' "$long" >usage.tsv
check "a report" "$LICET" report "$contract" Usage usage.tsv --period 2026-01 --as Service --ledger l.licet
# a thousand units at EUR 1 through 64 tiers; 63 shares of 1.56 %, one of 1.72 %
same "what each of 64 holders is owed" "63 15.60 1 17.20" "$("$LICET" query \
    "SELECT count(*), duty_amount FROM duties GROUP BY duty_amount ORDER BY duty_amount" --ledger l.licet |
    tr '\t\n' '  ' | sed 's/ $//')"
finish
