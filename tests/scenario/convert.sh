#!/usr/bin/env bash
# Foreign files become rows of a usage report, and the rows a payment; what is wrong is told and nothing else is read.
#
# Would catch: rows other than those that tests/oracle/dsr.py adds up, an amount that was rounded, a defect that is not told or
# does not count, a setting that is ignored, a converter that reads what was not named, an extension that runs without
# being allowed, a crash or a loop of a converter or an extension that is not told as such.
. "$(dirname "$0")/../lib.sh"
SAMPLE=$(echo "$SOURCE"/tests/data/dsr/DSR_TEST_YouTube*.tsv)
ORACLE=$SOURCE/tests/oracle/dsr_rows.py

rows() { # WHAT REVENUE CONTROLLER RATE ARGUMENT...
    local what=$1 revenue=$2 controller=$3 rate=$4
    shift 4
    python3 "$ORACLE" "$revenue" "$controller" "$rate" "$SAMPLE" >expected
    "$LICET" convert dsr "$SAMPLE" --allow-defects --quiet --output found "$@" 2>err || not_ok "$what" "$(head -c 300 err)"
    same_files "$what" expected found
}
printf 'date,base,quote,rate\n2015-12-31,USD,GBP,0.6736\n' >rates.csv
rows "the sales' revenue" sale "" 1
rows "what is allocated" amount "" 1 --set revenue=amount
rows "what is allocated to one" amount PUB_3 1 --set revenue=amount --set controller=PUB_3
rows "net of it" net SOC_1 1 --set revenue=net --set controller=SOC_1
rows "in another currency" amount "" 0.6736 --set revenue=amount --set currency=GBP --with rates=rates.csv --set rate_day=2015-12-31
differs "the oracle sees the rate" <(python3 "$ORACLE" amount "" 0.6736 "$SAMPLE") <(python3 "$ORACLE" amount "" 0.6737 "$SAMPLE")

# Settings.
convert() { "$LICET" convert dsr "$SAMPLE" --allow-defects --quiet "$@" 2>err; }
same "columns, plans, a heading" "plan|title|usages free|Sexual Healing|7810" \
    "$(convert --set columns=plan,title,usages --set plan.AdvertisementSupportedModel/Stream=free --header | head -2 | tr '\t\n' '| ' | xargs)"
same "a row a sale" 6 "$(convert --set group=no | wc -l)"
pounds() { convert --set revenue=amount --set currency=GBP --with rates=rates.csv --set rate_day=2015-12-31 "$@" | head -1 | cut -f 5; }
same "exact, and rounded where it is said" "84.354928 84.35" "$(pounds) $(pounds --set 'round=0.01 half_even')" # 125.23 * 0.6736
mkdir own && printf '%s\n' 'return require "dsr" { plans = { AdvertisementSupportedModel = "family" }, columns = "plan,isrc" }' >own/mine.lua
same "a converter of one's own" family "$("$LICET" convert own/mine.lua "$SAMPLE" -q --allow-defects | head -1 | cut -f 1)"

# Defects and totals.
"$LICET" convert dsr "$SAMPLE" >out 2>err
same "a defect is a finding" 1 $?
same "the rows are there all the same" 3 "$(wc -l <out)"
grep -q ':17: ' err && not_ok "line 17 has no defect" "$(grep ':17: ' err | head -1)"
for told in ':11: SY02.01: duplicate_summary' ':16: RU01: usages_differ: .*releases 7100, sales 7810' ':22: SU03.01: duplicate_sale' \
    ':15: MW01.01: short_row.*8 of 16' 'sum of PUB_2: .*amount 125.23 USD' '^sum: .*usages 10210.*amount 198.88 USD' \
    '3 rows, 31 defects; 2 of 20 totals agree'; do
    grep -q -e "$told" err && ok "told: $told" || not_ok "told: $told" "$(tail -1 err)"
done
"$LICET" convert dsr "$SAMPLE" --json >out 2>err
same "a defect is a finding in JSON, too" 1 $?
cat >read.py <<'PY'
import json
def number(text):
    raise SystemExit(f"a fraction: {text}")
d = json.load(open("out", encoding="utf-8"), parse_float=number)
print(d["rows"], len(d["defects"]), sum(t["agrees"] for t in d["totals"]), len(d["totals"]), d["columns"][0],
      d["text"].count("\n"), [s["value"] for s in d["sums"] if s["what"] == "amount" and s["of"] == "SOC_1"][0])
PY
same "all of it in JSON" "3 31 2 20 isrc 3 31.84" "$(python3 read.py)"
"$LICET" convert dsr "$SOURCE"/tests/data/dsr/*PADPIDA*.tsv >out 2>err
same "two files are one report" "1 0 1" "$? $(wc -l <out) $(grep -c 'footer_lines.*123, found 7' err | sed 's/2/1/')"
refused "a file of it is missing" 1 "file_missing.*2 of 2" "$LICET" convert dsr "$SOURCE"/tests/data/dsr/*1of2*.tsv

# Rows that no agreement can take are left out, and told.
sed 's/USSM19803037//' "$SAMPLE" >"$(basename "$SAMPLE")"
refused "a sale without ISRC" 1 "no_isrc: left out" "$LICET" convert dsr "$(basename "$SAMPLE")"
printf '%s\n' 'return require "dsr" { plans = {} }' >bare.lua
refused "a model without a plan" 1 "no_plan: left out.*AdvertisementSupportedModel/Stream" "$LICET" convert bare.lua "$SAMPLE"
refused "another currency without rates" 1 "currency_differs.*USD, not GBP" "$LICET" convert dsr "$SAMPLE" --set currency=GBP
refused "a stale rate" 1 "rate_stale.*of 2015-12-31, 21 days before" "$LICET" convert dsr "$SAMPLE" --set currency=GBP \
    --with rates=rates.csv --set rate_day=2016-01-21
printf 'date,base,quote,rate\n2015-12-31,GBP,USD,1.48\n' >inverse.csv
refused "an inverse rate" 1 "rate_inverse.*not inverted" "$LICET" convert dsr "$SAMPLE" --set currency=GBP --with rates=inverse.csv

# Wrong uses.
refused "no files" 64 "give a converter and the files" "$LICET" convert dsr
refused "no such converter" 66 "no converter frob" "$LICET" convert frob "$SAMPLE"
refused "no such file" 66 "cannot read nowhere" "$LICET" convert dsr nowhere
refused "no such setting" 65 "no setting frob; it has columns, controller" "$LICET" convert dsr "$SAMPLE" --set frob=1
refused "no such column" 65 "no column frob; there are isrc" "$LICET" convert dsr "$SAMPLE" --set columns=isrc,frob
refused "no such rounding" 65 "round is a unit and a mode" "$LICET" convert dsr "$SAMPLE" --set round=0.01
refused "a table of rates that is none" 65 "line 1: no heading" "$LICET" convert dsr "$SAMPLE" --set currency=GBP --with "rates=$SAMPLE"
gzip -k <"$SAMPLE" >packed.tsv.gz
refused "a packed file" 65 "packed with gzip" "$LICET" convert dsr packed.tsv.gz

# What a converter may do.
script() { # WHAT EXIT PATTERN TEXT ARGUMENT...
    local what=$1 code=$2 pattern=$3
    printf '%s\n' "$4" >script.lua
    shift 4
    refused "$what" "$code" "$pattern" "$LICET" convert script.lua "$SAMPLE" "$@"
}
script "a mistake in Lua" 65 "script.lua:1: " 'return { convert = function() local x = nil + 1 end }'
script "no converter" 65 "a converter returns" 'return 5'
script "a float in a row" 65 "not a float" 'return { convert = function(run) run.row { 1.5 } end }'
script "a tab in a cell" 65 "without tabs" 'return { convert = function(run) run.row { "a\tb" } end }'
script "rows of different length" 65 "a row has 1 cells, there are 2" 'return { convert = function(run) run.row { 1, 2 } run.row { 1 } end }'
script "another file" 65 "path\|\.\." 'return { convert = function(run) project.read("../rates.csv") end }'
script "an extension that nobody allowed" 66 "no extension trial" 'local t = extension "trial" return {}'
TRIAL=$(find "${LICET_BUILD:-$SOURCE/build/release}/tests/extensions" -name trial.interface 2>/dev/null | head -1)
if [ -n "$TRIAL" ]; then
    printf '%s\n' 'local t = extension "trial" return { convert = function(run) run.row { t.negative(), "n" } end }' >script.lua
    same "one that is allowed" "-7	n" "$("$LICET" convert script.lua "$SAMPLE" --extension "$TRIAL")"
    script "one that crashes" 65 "extension trial: crash: " \
        'local t = extension "trial" return { convert = function(run) t.crash() end }' --extension "$TRIAL"
    script "one that leaves" 65 "extension trial: leave: it left its process with exit code 3" \
        'local t = extension "trial" return { convert = function(run) t.leave(3) end }' --extension "$TRIAL"
fi

# A test of a converter needs no extension and no files.
cat >own/mine.scenario.lua <<'LUA'
scenario("a sale becomes a row", function()
  stand_in("ddex_dsr", {
    open = function() return 1 end,
    begin = function() end,
    feed = function(report, part, sale)
      sale { file = 1, line = 3, record = "SU03.01", block = "1", sale = "U1", summary = "1", resource = "R",
        isrc = "USSM19803037", title = "T", artist = "A", work = "", iswc = "", release = "", icpn = "", territory = "IS",
        model = "AdvertisementSupportedModel", use = "Stream", service = "S", usages = 5, returns = 1, revenue = part,
        currency = "USD", first = "2026-01-01", last = "2026-01-31" }
    end,
    finish = function() end,
  })
  local told = convert(require "mine", { inputs = { ["a.tsv"] = "1.10" }, set = { columns = "plan,revenue" } })
  expect(#told.rows, 1)
  expect(told.rows[1], "family\t1.1")
end)
LUA
check "stand-ins in a scenario" "$LICET" test own
grep -q "1 passed, 0 failed" .out && ok "and it passes" || not_ok "and it passes" "$(tail -3 .out)"

# From the report to the payment: the rows are filed as they came out.
A=$SOURCE/contracts/streaming
new_ledger l.licet 2026-01-05 Label Platform Artist Producer Society 2>/dev/null || not_ok "a ledger" "cannot be made"
export LICET_LEDGER=l.licet
"$LICET" deploy "$A/streaming.lic" --as Label --set AdvanceSum=1.00 --set FirstRate=50% --set MiddleRate=50% --set TopRate=50% \
    --set LabelShare=50% --set ArtistShare=35% --set ProducerShare=10% --set SocietyShare=5% >/dev/null 2>&1
printf 'USSM19803037\tSexual Healing\nUSUV71101875\tAll I Want\nUSRH10903879\tThis Bitter Earth\n' >recordings.tsv
"$LICET" load NorthlightWavefront Recordings=recordings.tsv --as Label >/dev/null
"$LICET" sign NorthlightWavefront --as Label --as Platform >/dev/null
"$LICET" clock 2026-04-20 >/dev/null
convert --set revenue=amount --output usage.tsv
check "the rows are a report" "$LICET" report NorthlightWavefront Usage usage.tsv --period 2026-Q1 --as Platform
# 198.88 allocated, of which 125.23, 0 and 73.65 by recording; half of it is 99.44, less an advance of 1.00.
same "and half of what was allocated is owed, less the advance" "99.44 1.00 98.44" \
    "$(query l.licet "SELECT earned_amount || ' ' || recouped_amount || ' ' || net_amount FROM term_totals WHERE term = 'Stream'" | head -1)"
finish
