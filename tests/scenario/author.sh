#!/usr/bin/env bash
# Deal sheets: Lua, CSV and JSON of the same deals are the same bytes, whatever the machine does around them; what is
# wrong is refused with its place; a deal that was written is what is deployed.
#
# Would catch: bytes that depend on addresses, locale or hash seeds; a float, a currency, a parameter or party that passes;
# an error without its row, column or line; a deal that is changed after it was made; schedules loaded in another order
# than they refer; five hundred deals that take longer than a compile each.
. "$(dirname "$0")/../lib.sh"
cp -r "$SOURCE/contracts/streaming/." .
member() { python3 -c 'import json, sys; print(eval("d" + sys.argv[1], {"d": json.load(open("out.json"))}))' "$1"; }

# -- the sample deals -----------------------------------------------------------------------------------------------
check "streaming's deal" "$LICET" author "$SOURCE/contracts/streaming/deal.lua"
check "the month's deal" "$LICET" author "$SOURCE/contracts/month_of_streams/deal.lua"
check "the novel's deal" "$LICET" author "$SOURCE/contracts/simple/deal.lua"
"$LICET" author deal.lua --json >out.json 2>/dev/null
same "the source's hash is that of the canonical text" "$("$LICET" fmt --stdout streaming.lic | sha256sum | cut -d ' ' -f 1)" \
    "$(member '[0]["source"]')"
same "the image is that of licet build" "$("$LICET" build streaming.lic --output s.limg | sed -n 's/^image  *//p')" \
    "$(member '[0]["image"]')"
same "a value is shown as the language writes it" "GBP 250,000.00 52%" "$(member '[0]["set"][0]["value"]') $(member '[0]["set"][1]["value"]')"

# -- three forms, one deal --------------------------------------------------------------------------------------------
cat >three.csv <<'CSV'
deal,agreement,party.Label,set.AdvanceSum,set.FirstRate,set.MiddleRate,set.TopRate,set.LabelShare,set.ArtistShare,set.ProducerShare,set.SocietyShare,schedule.Recordings
One,streaming.lic,"Northlight ""North"", Ltd","GBP 250,000.00",52%,0.54,5500 bps,50%,35%,10%,5%,data/recordings.tsv
Two,streaming.lic,,250000,52%,54%,55%,50%,35%,10.0%,5%,
CSV
cat >three.json <<'JSON'
[{"name": "One", "agreement": "streaming.lic", "parties": {"Label": "Northlight \"North\", Ltd"},
  "set": {"SocietyShare": "5%", "AdvanceSum": "250000 ", "FirstRate": "52%", "MiddleRate": "54%", "TopRate": "55%", "LabelShare": "50%",
          "ArtistShare": "35%", "ProducerShare": "10%"}, "schedules": {"Recordings": "data/recordings.tsv"}},
 {"name": "Two", "agreement": "streaming.lic", "parties": null,
  "set": {"AdvanceSum": "GBP 250000.00", "FirstRate": "52%", "MiddleRate": "54%", "TopRate": "55%", "LabelShare": "50%",
          "ArtistShare": "35%", "ProducerShare": "10%", "SocietyShare": "500 bps"}}]
JSON
sed -i 's/"250000 "/"250,000"/' three.json
cat >three.lua <<'LUA'
local shared = { FirstRate = rate "52%", MiddleRate = rate "54%", TopRate = rate "55%", LabelShare = rate "50%",
                 ArtistShare = rate "35%", ProducerShare = rate "10%", SocietyShare = rate "5%" }
local function with(sum)
  local set = { AdvanceSum = sum }
  for name, value in pairs(shared) do set[name] = value end
  return set
end
deal "One" {
  agreement = "streaming.lic",
  parties = { Label = 'Northlight "North", Ltd' },
  set = with(money "GBP 100,000.00" + money "GBP 75000" * 2),
  schedules = { Recordings = "data/recordings.tsv" },
}
return { { name = "Two", agreement = project.read "streaming.lic", set = with(money "250000 GBP") } }
LUA
for form in csv json lua; do check "a sheet in $form" "$LICET" author three.$form --output $form; done
same_files "CSV and JSON: the same bytes" csv json
same_files "CSV and Lua: the same bytes" csv lua
same "canonical JSON: names in order, texts alone" "$(python3 -c 'import json
d = json.load(open("csv/One.deal"))
def texts(v): return all(map(texts, v.values())) if isinstance(v, dict) else isinstance(v, str)
print(json.dumps(d, sort_keys=True, separators=(",", ":"), ensure_ascii=False) if texts(d) else "not texts alone")')" "$(cat csv/One.deal)"
same_files "the schedule lies beside" data/recordings.tsv csv/data/recordings.tsv
same_files "the text is the canonical one" <("$LICET" fmt --stdout streaming.lic) csv/One.lic

# -- the same everywhere ------------------------------------------------------------------------------------------------
cat >build.sh <<'SH'
rm -rf "$2"; "$LICET" author "$1" --output "$2" --quiet >/dev/null && (cd "$2" && find . -type f | sort | xargs cat | sha256sum)
SH
for i in $(seq 40); do bash build.sh three.lua again; done >hashes
setarch -R true 2>/dev/null && for i in $(seq 40); do setarch -R bash build.sh three.lua again; done >>hashes
for locale in C.UTF-8 de_DE.UTF-8 tr_TR; do LC_ALL=$locale LANG=$locale bash build.sh three.lua again; done >>hashes 2>/dev/null
(cd / && bash "$WORK/build.sh" "$WORK/three.lua" "$WORK/again") >>hashes
for i in $(seq 20); do bash build.sh three.json again; done >>hashes
same "a hundred builds have one hash" 1 "$(sort -u hashes | wc -l)"

# -- many -----------------------------------------------------------------------------------------------------------------
python3 - <<'PY'
rows = [open("three.csv").readline().strip()]
for i in range(500):
    rows.append(f'D{i:03},streaming.lic,L{i},"GBP {1000 + i:,}",{50 + i % 10}%,54%,55%,50%,35%,10%,5%,data/recordings.tsv')
open("many.csv", "w").write("\ufeff" + "\r\n".join(rows))
PY
check "five hundred deals" timeout 60 "$LICET" author many.csv --output many
same "each has its text and its binding" "500 500" "$(ls many/*.lic | wc -l) $(ls many/*.deal | wc -l)"
same "and its own parameters" 500 "$(sed 's/.*"parameters":"\([0-9a-f]*\).*/\1/' many/*.deal | sort -u | wc -l)"

# -- what is wrong ---------------------------------------------------------------------------------------------------------
ok='MiddleRate="54%", TopRate="55%", LabelShare="50%", ArtistShare="35%", ProducerShare="10%", SocietyShare="5%"'
wrong() { # WHAT PATTERN DEAL: refused with that
    printf '%s\n' "$3" >wrong.lua
    refused "$1" 65 "$2" "$LICET" author wrong.lua
}
set_to() { printf 'deal "A" { agreement = "streaming.lic",\n set = { %s } }' "$1"; }
wrong "a float, with its line" 'wrong.lua:2: deal A, set.FirstRate: a float (0.52) is not exact; write it as a text: .*rate "52%"' \
    "$(set_to "AdvanceSum='1', FirstRate=0.52, $ok")"
wrong "an integer as a rate" 'set.FirstRate: 1 does not fit: the parameter is a rate; write rate "52%"' "$(set_to "AdvanceSum='1', FirstRate=1, $ok")"
wrong "an integer as money" 'set.AdvanceSum: 1 does not fit: the parameter is an amount of money' "$(set_to "AdvanceSum=1, FirstRate='1%', $ok")"
wrong "money as a rate" 'GBP 1.00 does not fit: the parameter is a rate' "$(set_to "AdvanceSum='1', FirstRate=money 'GBP 1', $ok")"
wrong "another currency" 'an amount in another currency' "$(set_to "AdvanceSum=money 'USD 1', FirstRate='1%', $ok")"
wrong "out of range" 'set.FirstRate: .*"101%" is not a number with at most 4 decimals from 0 to 1' "$(set_to "AdvanceSum='1', FirstRate='101%', $ok")"
wrong "too many decimals" 'set.FirstRate: ' "$(set_to "AdvanceSum='1', FirstRate=rate '1.00001%', $ok")"
wrong "a comma in the wrong place" 'set.AdvanceSum: ' "$(set_to "AdvanceSum='1.500,00', FirstRate='1%', $ok")"
wrong "a parameter misspelt" 'no parameter FirstRte; did you mean FirstRate?' "$(set_to "AdvanceSum='1', FirstRte='1%', $ok")"
wrong "a parameter left out" 'parameters without a value: AdvanceSum, FirstRate' "$(set_to "$ok")"
wrong "shares that do not total 100 %" 'the shares add up to 99 %' "$(set_to "AdvanceSum='1', FirstRate='1%', ${ok/35%/34%}")"
wrong "a key misspelt" 'wrong.lua:1: deal A: a deal has no `partys`; did you mean `parties`?' 'deal "A" { agreement = "streaming.lic", partys = {} }'
wrong "a party misspelt" 'no party Lable; did you mean Label?' 'deal "A" { agreement = "streaming.lic", parties = { Lable = "x" } }'
wrong "a party that is no text" 'parties.Label: is no text' 'deal "A" { agreement = "streaming.lic", parties = { Label = 1 } }'
wrong "a schedule misspelt" 'no schedule Recording; did you mean Recordings?' "$(set_to "AdvanceSum='1', FirstRate='1%', $ok }, schedules = { Recording = 'x'")"
wrong "a schedule that is not there" 'schedules.Recordings: nowhere.tsv: No such file' \
    "$(set_to "AdvanceSum='1', FirstRate='1%', $ok }, schedules = { Recordings = 'nowhere.tsv'")"
wrong "no agreement" 'the deal has no agreement' 'deal "A" {}'
wrong "an agreement that is not there" 'deal A, agreement: nowhere.lic: No such file' 'deal "A" { agreement = "nowhere.lic" }'
wrong "a name that is no file's" "cannot be a file's name" 'deal "../A" { agreement = "streaming.lic" }'
wrong "two deals of one name" 'the name Same is taken: wrong.lua:1: deal Same' "$(printf '%s\n%s' \
    "deal 'Same' { agreement = 'streaming.lic', set = { AdvanceSum='1', FirstRate='1%', $ok } }" "deal 'Same' { agreement = 'streaming.lic' }")"
wrong "no deal" 'the sheet has no deals' '-- nothing'
wrong "an item of a list" 'wrong.lua: deal 1 (X), set.FirstRate: a float' 'return { { name = "X", agreement = "a.lic", set = { FirstRate = 0.5 } } }'
sed 's/^royalty/royalties/' streaming.lic >broken.lic
wrong "an agreement that does not compile" 'did you mean `royalty`' 'deal "A" { agreement = "broken.lic" }'
wrong "a composed one that does not" 'agreement North, line' 'return { { name = "A", agreement = agreement "North" "N" {} } }'

row() { # WHAT PATTERN CSV
    printf "$3" >wrong.csv
    refused "$1" 65 "$2" "$LICET" author wrong.csv
}
row "an unknown column" 'row 1, column 2: there is no column `agrement`; did you mean `agreement`?' 'deal,agrement\n'
row "a column twice" 'row 1, column set.X: the column stands twice' 'deal,set.X,set.X\n'
row "a quote that does not end" 'row 3, column agreement: a quoted cell does not end' 'deal,agreement\nA,"a\nb"\nB,"x\n'
row "a quote within" 'row 2, column agreement: a quote stands within' 'deal,agreement\nA,x"y\n'
row "too few cells" 'row 2: the row has 1 cells, the header has 2' 'deal,agreement\nA\n'
row "too many cells" 'row 2: the row has more than 2 cells' 'deal,agreement\nA,b,c\n'
row "not UTF-8" 'row 2, column agreement: .*UTF-8' 'deal,agreement\nA,\377\n'
row "a row without a name" 'row 2: the deal has no name; fill its column deal' 'deal,agreement\n,streaming.lic\n'
sed '3s/,54%,/,fifty,/' three.csv >wrong.csv
refused "a bad value in a row" 65 'wrong.csv: row 3, column set.MiddleRate: .*"fifty"' "$LICET" author wrong.csv
sed '2,3s/50%/fifty/' three.csv >wrong.csv
refused "two bad rows are both shown" 65 'row 2, column set.LabelShare' "$LICET" author wrong.csv
refused "and counted" 65 '2 deals are refused' "$LICET" author wrong.csv

text() { # WHAT PATTERN JSON
    printf '%s' "$3" >wrong.json
    refused "$1" 65 "$2" "$LICET" author wrong.json
}
text "a fraction" 'deal 1 (A), set.X: a number with a fraction' '[{"name": "A", "agreement": "streaming.lic", "set": {"X": 0.52}}]'
text "an exponent" 'deal 1 (A), set.X: a number with a fraction or an exponent' '[{"name": "A", "agreement": "streaming.lic", "set": {"X": 1E2}}]'
text "a member twice" 'wrong.json:1:.*duplicate object key' '[{"name": "A", "name": "B"}]'
text "too large a number" 'too big integer' '[{"name": "A", "set": {"X": 99999999999999999999}}]'
text "no list" 'no list of deals' '{}'
text "no JSON" 'wrong.json:2:' '[
nothing'
refused "another ending" 65 'a sheet is Lua, CSV or JSON' "$LICET" author streaming.lic
refused "a sheet that is not there" 66 'cannot open' "$LICET" author nowhere.lua

# -- rows in the sheet, and composed agreements --------------------------------------------------------------------------------
cat >rows.lua <<LUA
deal "Rows" {
  agreement = "streaming.lic",
  set = { AdvanceSum = "1", FirstRate = "1%", $ok },
  schedules = { Recordings = { { "GBNLT2600001", "Harbour" }, { title = "Paper Planes", code = "GBNLT2600002" } } },
}
LUA
check "rows in the sheet" "$LICET" author rows.lua --output rows
same "become the file that is loaded" "$(printf 'GBNLT2600001\tHarbour\nGBNLT2600002\tPaper Planes')" "$(cat rows/Rows.Recordings.tsv)"
bad_rows() { sed "s/{ { \"GBNLT2600001\".*/$2 },/" rows.lua >wrong.lua; refused "$1" 65 "$3" "$LICET" author wrong.lua; }
bad_rows "a cell that is no key" '{ { "X", "y" } }' 'schedules.Recordings: row 1: column code: "X" is not an identifier'
bad_rows "a column misspelt" '{ { code = "GBNLT2600001", titel = "y" } }' 'row 1, column titel: the schedule has no such column; did you mean title?'
bad_rows "a cell too few" '{ { "GBNLT2600001" } }' 'row 1: has too few cells'
bad_rows "a tab in a cell" '{ { "GBNLT2600001", "a\\tb" } }' 'row 1, column title: a tab or a line end'
bad_rows "a float in a cell" '{ { "GBNLT2600001", 0.5 } }' 'row 1 has a float (0.5) as a cell'
bad_rows "a gap" '{ { [1] = "GBNLT2600001", [3] = "x" } }' 'has a gap'

cat >units.lic <<'LIC'
licet 1
agreement Units "Rows in units"
  law        "England and Wales"
  money      USD
  rounding   half_even to 0.01, each amount
  term       from 2026-01-01 to 2026-12-31

party Label  is licensor, signs
party Shop   is licensee, signs

schedule Items [A]
  rows    at most 10
  key     code   text 8
  column  share  rate, in bps, at most 100%
  column  price  USD, in units of 0.000001, at most USD 1,000
  column  count  count, at most 1,000,000
  column  since  date
end

account Pool USD for each item in Items, at end paid out to Label

report Sales [1]
  by      Shop, every month, within 20 days of period.end
  lines   at most 1,000, unique (item), else refuse
  column  item   in Items
  column  units  count, at most 1,000,000
end

royalty Sold [2]
  on      Sales, for each item in Items
  lines   where item.since <= period.end and units <= item.count
  amount  item.share * item.price * sum of units
  Shop owes Pool of item
end

lifecycle
  initial draft
  states  active
  final   ended, after 60 days
  from draft to active  when signed by Label, Shop
  from draft to ended   on 2026-06-30
  from active to ended  on term.end
end
LIC
cat >units.lua <<'LUA'
deal "Units" { agreement = "units.lic", schedules = { Items = {
  { "A", rate "52.5%", money "USD 12.50", 1000, date "2026-01-05" },
  { "B", "5250", "12500000", "1,000", "2026-01-05" } } } }
LUA
check "rows are written in the units of the file" "$LICET" author units.lua --output units
same "both forms alike" "$(printf 'A\t5250\t12500000\t1000\t2026-01-05\nB\t5250\t12500000\t1000\t2026-01-05')" "$(cat units/Units.Items.tsv 2>&1)"
sed 's/52.5%/52.555%/' units.lua >wrong.lua
refused "what the file's unit cannot hold" 65 'row 1: column share: "52.555%" is not' "$LICET" author wrong.lua

cat >composed.lua <<'LUA'
local fee = clause [[
fee Setup [3]
  on      signature
  amount  $amount
  Platform pays Label, within 30 days
end
]]
local function licence(name, amount)
  return agreement(name) "Licence" {
    clauses.header { money = "GBP", from = date "2026-01-01", to = date "2026-12-31" },
    clauses.parties { members = { { "Label", "licensor", "signs" }, { "Platform", "licensee", "signs" } } },
    fee { amount = amount },
    clauses.lifecycle.simple { signers = { "Label", "Platform" }, unsigned = date "2026-03-31" },
  }
end
for i, place in ipairs { "North", "South" } do
  deal(place) { agreement = licence(place, money "GBP 1,000.00" * i), parties = { Platform = "Shop" } }
end
LUA
check "composed agreements" "$LICET" author composed.lua --output composed
same "each its own text" "GBP 2,000.00" "$(sed -n 's/^  amount  *//p' composed/South.lic)"

# -- from the deal to the ledger ---------------------------------------------------------------------------------------------------
export LICET_LEDGER=$WORK/l.licet
new_ledger l.licet 2026-01-05 Label Platform Artist Producer Society Shop Service 2>/dev/null
"$LICET" author deal.lua --output signed >/dev/null 2>&1
check "a deal is deployed" "$LICET" deploy --deal signed/NorthlightWavefront.deal --as Label
check "signed" "$LICET" sign NorthlightWavefront --as Label --as Platform
same "image, source and parameters are those that were authored" \
    "$(python3 -c 'import json; d = json.load(open("signed/NorthlightWavefront.deal")); print(d["image"], d["source"], d["parameters"])')" \
    "$("$LICET" show contract NorthlightWavefront --json | python3 -c 'import json, sys
d = json.load(sys.stdin); print(d["image"], d["source_hash"], d["parameters_hash"])')"
settled=$("$LICET" show contracts --json | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["id"])')
check "the month's deal with its schedules" bash -c 'cp -r "$0" month && cd month && "$LICET" author deal.lua --output . &&
    "$LICET" deploy --deal MonthOfStreams.deal --as Label && "$LICET" sign MonthOfStreams --as Label --as Service' "$SOURCE/contracts/month_of_streams"
check "a composed one" "$LICET" deploy --deal composed/North.deal --as Label
same "its party is bound" Shop "$("$LICET" show contract North --json | python3 -c 'import json, sys
print([p["bound_to"] if "bound_to" in p else p for p in json.load(sys.stdin)["parties"]][1])' | sed "s/.*'\(Shop\)'.*/\1/")"
check "rows of the sheet" "$LICET" deploy --deal units/Units.deal --as Label

tampered() { # WHAT PATTERN SED-SCRIPT FILE
    rm -rf t && cp -r signed t && sed -i "$3" "t/$4"
    remember l.licet
    refused "$1" "${5:-1}" "$2" "$LICET" deploy --deal t/NorthlightWavefront.deal --as Label
    unchanged "$1: nothing is deployed" l.licet true
}
tampered "a parameter changed" 'parameters were changed' 's/GBP 250,000.00/GBP 350,000.00/' NorthlightWavefront.deal
tampered "the text changed" "text is not the deal's" 's/below   GBP 50.00/below   GBP 60.00/' NorthlightWavefront.lic
tampered "the image's hash changed" 'another image' 's/"image":"./"image":"x/;s/"image":"x/"image":"0/' NorthlightWavefront.deal
tampered "a member more" 'is no member of a deal' 's/^{/{"note":"x",/' NorthlightWavefront.deal 65
tampered "a member twice" 'duplicate' 's/^{/{"deal":"x",/' NorthlightWavefront.deal 65
tampered "a path out" 'leads out of the folder' 's|data/recordings.tsv|../data/recordings.tsv|' NorthlightWavefront.deal 65
tampered "another format" 'another format' 's/licet-deal-1/licet-deal-2/' NorthlightWavefront.deal 78
rm -rf t && cp -r signed t && printf 'GBNLT2600001\tHarbour Lights\n' >t/data/recordings.tsv
refused "a schedule changed" 1 'not the file that the deal was made with' "$LICET" deploy --deal t/NorthlightWavefront.deal --as Label
check "--schedule goes before it" "$LICET" deploy --deal t/NorthlightWavefront.deal --as Label --schedule Recordings=t/data/recordings.tsv
check "--set goes before it" "$LICET" deploy --deal signed/NorthlightWavefront.deal --as Label --set "AdvanceSum=GBP 1.00" --party Artist=Shop
same "and holds" "GBP 1.00" "$(query l.licet "SELECT count(*) FROM contracts" >/dev/null; "$LICET" show contracts --json | python3 -c 'import json, sys
print(json.load(sys.stdin)[-1]["id"])' | xargs -I{} "$LICET" show contract {} --json | python3 -c 'import json, sys
print(json.load(sys.stdin)["parameters"][0]["value"])')"
refused "neither a file nor a deal" 64 "FILE, or --deal" "$LICET" deploy --as Label
check "the text may lie elsewhere" "$LICET" deploy streaming.lic --deal signed/NorthlightWavefront.deal --as Label
"$LICET" clock 2026-04-20 >/dev/null 2>&1
"$LICET" report "$settled" Usage data/2026-Q1.tsv --period 2026-Q1 --as Platform >/dev/null 2>&1
same "the first quarter of a deal, to the penny" 601000.00 \
    "$(query l.licet "SELECT earned_amount FROM term_results WHERE term = 'Stream' AND period = '2026-Q1'")"
finish
