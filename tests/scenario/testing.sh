#!/usr/bin/env bash
# licet test from the outside: what passes, what fails, and how it is told.
#
# Would catch: a failing expectation that passes; a refusal that is expected and does not come; a mistake in the
# script that counts as a refusal; an agreement that loses money or never ends and is called good; a property that is
# not made smaller, not repeated by its seed, or not tried again; a mutant that nobody notices and nobody is told of,
# or that is explained away by words for another one;
# a run that leaves anything in the file system or depends on how many processes work.
. "$(dirname "$0")/../lib.sh"
cp "$SOURCE/contracts/simple/simple.lic" .
scenarios() { cat >"$1.scenario.lua"; }
last() { tail -n 1 .out; }

scenarios good <<'LUA'
local deal = { agreement = "simple.lic" }
local function signed()
  advance "2026-01-10"
  local c = deploy(deal):sign()
  advance "2026-04-10"
  return c
end
scenario("paid to the penny", function()
  local c = signed()
  c:file("Sales", "2026-Q1", "ebook\t10\t80.00\n")
  expect(c:owed("Author"), "GBP 8.50")
  expect(c:owed("Author"), money "GBP 8.5")
end)
scenario("refused in time", function()
  local c = signed()
  refuse("earlier period", function() c:file("Sales", "2026-Q2", "") end)
end)
property("many readers", function(draw)
  local c = signed()
  pcall(c.file, c, "Sales", "2026-Q1", draw:lines(c, "Sales", draw:int(0, 3))) -- some lines are bad on purpose
end, { runs = 5 })
LUA
check "a good file" "$LICET" test good.scenario.lua --seed 1 --fuzz 1 --filter "p"
check "all of it, in one process or several" "$LICET" test good.scenario.lua --seed 1 -j 1 --filter paid
same "the last line counts" "1 passed, 0 failed" "$(last)"
check "the folder" "$LICET" test . --filter "refused in time"
same "filtered" "1 passed, 0 failed" "$(last)"

# Each of these fails, with its place and its reason.
fails() { # WHAT PATTERN: the body of a scenario on standard input
    { echo 'local deal = { agreement = "simple.lic" }'; echo 'scenario("it", function()'; cat; echo 'end)'; } >one.scenario.lua
    "$LICET" test one.scenario.lua --seed 1 >.out 2>.err
    same "$1: exit" 1 $?
    if grep -q -e "$2" .out; then ok "$1"; else not_ok "$1" "no \"$2\" in $(head -c 400 .out)"; fi
    same "$1: counted" "0 passed, 1 failed" "$(last)"
}
fails "another amount" "one.scenario.lua:6: expected GBP 9.00, got GBP 8.50" <<'LUA'
advance "2026-01-10"
local c = deploy(deal):sign()
advance "2026-04-10" c:file("Sales", "2026-Q1", "ebook\t10\t80.00\n")
expect(c:owed("Author"), "GBP 9.00")
LUA
fails "accepted after all" "one.scenario.lua:3: expected a refusal (late), but it was accepted" <<'LUA'
refuse("late", function() advance "2026-01-10" end)
LUA
fails "refused for another reason" 'expected a refusal with "late", got: ' <<'LUA'
advance "2026-01-10"
refuse("late", function() advance "2026-01-09" end)
LUA
fails "a mistake is no refusal" "attempt to call" <<'LUA'
refuse("nil", function() nothing() end)
LUA
fails "a refusal that nobody expects" "one.scenario.lua:4: .*before the ledger" <<'LUA'
advance "2026-01-10"
advance "2026-01-09"
LUA
fails "a float where money stands" "one.scenario.lua:3: deal, set.Rate: a float (0.5) is not exact" <<'LUA'
deploy { agreement = "simple.lic", set = { Rate = 0.5 } }
LUA
fails "and what to do" "help: write it as a text" <<'LUA'
deploy { agreement = "simple.lic", set = { Rate = 0.5 } }
LUA
fails "a member that no deal has" 'a deal has no `partys`' <<'LUA'
deploy { agreement = "simple.lic", partys = {} }
LUA
fails "a file outside the project" "no plain relative path\|leads out" <<'LUA'
deploy { agreement = "../simple.lic" }
LUA
fails "no such contract's account" "there is no account Nope" <<'LUA'
advance "2026-01-10"
deploy(deal):balance("Nope")
LUA

# Schedules load in the order in which they refer to each other, rows of the deal in the units of their file.
mkdir month && cp -r "$SOURCE/contracts/month_of_streams/." month
cat >month/month.scenario.lua <<'LUA'
scenario("the rows of a deal", function()
  advance "2026-01-01"
  local territories = {}
  for code, factor, withholding in project.read("sample/territories.tsv"):gmatch("(%S+)\t(%S+)\t(%S+)\n") do
    territories[#territories + 1] = { code, rate(factor .. " bps"), withholding }
  end
  local c = deploy { agreement = "month_of_streams.lic", schedules = {
    ["Works.holders"] = "sample/splits.tsv", Works = "sample/works.tsv", Contracts = "sample/contracts.tsv",
    ["Cards.rates"] = "sample/cards.tsv", Payees = project.read "sample/payees.tsv", Territories = territories } }
  expect(c:sign():state(), "active")
end)
LUA
check "a deal with its schedules" "$LICET" test month/month.scenario.lua --seed 1

# A composed agreement on a ledger: of what is owed 15 % are held back, and come back the next time.
mkdir composed && cp "$SOURCE/tests/clauses/prelude.lua" composed
cat >composed/reserve.scenario.lua <<'LUA'
require "prelude"
scenario("held back for a quarter", function()
  advance "2026-01-05"
  local c = deploy { agreement = trial {
    pooled(clauses.reserve { on = "Account", rate = rate "15%", currency = "GBP", anchor = "6.3" }) } }:sign()
  local function quarter(period, day, revenue)
    advance(day)
    c:file("Usage", period, { { "premium", 1, revenue, 0 } })
  end
  local function paid(label, artist, what)
    expect(c:owed("Label"), label, "label, " .. what)
    expect(c:owed("Artist"), artist, "artist, " .. what)
  end
  quarter("2026-Q1", "2026-04-10", 1000) -- 200.00: 120.00 and 80.00
  paid("GBP 102.00", "GBP 68.00", "15 % less")
  expect(c:balance("Held", "Label"), "GBP 18.00")
  expect(c:balance("Held", "Artist"), "GBP 12.00")
  quarter("2026-Q2", "2026-07-10", 500) -- 60.00 and 40.00, less 9.00 and 6.00, and what was held back before
  paid("GBP 171.00", "GBP 114.00", "with 69.00 and 46.00 more")
  expect(c:balance("Held", "Label"), "GBP 9.00")
  quarter("2026-Q3", "2026-10-10", 0)
  paid("GBP 180.00", "GBP 120.00", "all of it in the end")
  expect(c:balance("Freed", "Label"), "GBP 0.00")
end)
LUA
check "a reserve holds back and gives back" "$LICET" test composed

# An agreement in which money is left when it is over is found without being asked for.
sed -e 's/at end paid out/at end lapses/' -e '/^fee Payout/,/^end/d' simple.lic >left.lic
if "$LICET" check left.lic >/dev/null 2>&1; then
    fails_as() { sed "s/simple.lic/$1/" good.scenario.lua >left.scenario.lua; }
    fails_as left.lic
    check "what lapses at the end is disposed of" "$LICET" test left.scenario.lua --filter "refused in time" --seed 1
fi

# A property that fails is made smaller, shown, repeated by its seed, and kept.
scenarios prop <<'LUA'
property("small numbers", function(draw)
  local n = draw:int(0, 100000)
  draw:int(0, 9)
  expect(n < 500, true)
end)
LUA
"$LICET" test prop.scenario.lua --seed 7 >.out 2>.err
same "the property fails" 1 $?
grep -q "drawn: 500, 0" .out && ok "made as small as it can be" || not_ok "made as small as it can be" "$(cat .out)"
same "kept" "small numbers	500 0" "$(cat prop.scenario.lua.regressions)"
"$LICET" test prop.scenario.lua --seed 7 --fuzz 1 >again 2>&1
grep -q "drawn: 500, 0" again && ok "tried first the next time" || not_ok "tried first the next time" "$(cat again)"
sed -i 's/n < 500/n <= 100000/' prop.scenario.lua
check "mended" "$LICET" test prop.scenario.lua --seed 7
rm prop.scenario.lua.regressions
sed -i 's/n <= 100000/n < 98000/' prop.scenario.lua
for run in first second; do
    "$LICET" test prop.scenario.lua --seed 11 --fuzz 500 >$run 2>/dev/null
    rm -f prop.scenario.lua.regressions
done
grep -q "drawn: 98000, 0" first && ok "found and made small" || not_ok "found and made small" "$(cat first)"
same_files "the same seed, the same run" first second

# Coverage, mutants, gas.
scenarios thin <<'LUA'
scenario("deployed and signed", function()
  advance "2026-01-10"
  deploy({ agreement = "simple.lic" }):sign()
end)
LUA
"$LICET" test thin.scenario.lua --coverage >.out
grep -q 'never exercised: royalty Royalty "amount" \[2\], line [0-9]*' .out && ok "a clause that nothing exercised is named" ||
    not_ok "a clause that nothing exercised is named" "$(cat .out)"
"$LICET" test thin.scenario.lua --mutate -j 1 >one 2>/dev/null
same "mutants that nobody noticed are a finding" 1 $?
grep -q "nobody noticed: ./simple.lic, line [0-9]*: 12.5% becomes" one && ok "and named" || not_ok "and named" "$(head -5 one)"
"$LICET" test thin.scenario.lua --mutate -j 3 >three 2>/dev/null
same_files "as many, whoever tries them" one three

# A change that makes no difference is explained, in the words that are shown without lines; for nothing it is not.
change() { sed -n "s/.*nobody noticed: [^,]*, line [0-9]*: //p" one | sed 's/ (line [0-9]*)//' | sed -n "$1p"; }
count() { grep -c 'nobody noticed' "$1"; }
{
    cat thin.scenario.lua
    printf 'equivalent([[%s]], "so it is")\n' "$(change 1)" "$(sed -n 's/.*nobody noticed: [^,]*, line [0-9]*: \(.*(line .*\)/\1/p' one | sed 's/ (line [0-9]*)//' | head -1)"
} >reasons.scenario.lua
"$LICET" test reasons.scenario.lua --mutate >.out 2>/dev/null
same "two are explained" $(($(count one) - 2)) "$(count .out)"
grep -q "noticed, 2 explained, " .out && ok "and counted" || not_ok "and counted" "$(grep mutants: .out)"
{
    cat thin.scenario.lua
    sed -n "s/.*nobody noticed: [^,]*, line [0-9]*: //p" one | sed 's/ (line [0-9]*)//; s/.*/equivalent([[&]], "so it is")/'
} >reasons.scenario.lua
check "when all are explained it is no finding" "$LICET" test reasons.scenario.lua --mutate
echo 'equivalent("12.5% becomes 99% in royalty Royalty", "so it is")' >>reasons.scenario.lua
"$LICET" test reasons.scenario.lua --mutate >.out 2>/dev/null
same "an explanation for nothing is a finding" 1 $?
grep -q "explained for nothing: reasons.scenario.lua:[0-9]*: 12.5% becomes 99% in royalty Royalty" .out && ok "with its place" ||
    not_ok "with its place" "$(tail -3 .out)"
printf 'scenario("bad", function() expect(1, 2) end)\n' >>thin.scenario.lua
"$LICET" test thin.scenario.lua --mutate >.out 2>/dev/null
grep -q "mutants: 0 tried" .out && ok "no mutant counts as noticed by what fails anyway" || not_ok "a failing file" "$(tail -2 .out)"
rm reasons.scenario.lua
"$LICET" test "$SOURCE/contracts/simple" --mutate --seed 5 --fuzz 2 >.out 2>/dev/null
same "contracts/simple leaves no change unexplained" 0 $? || cat .out
check "a gas snapshot" "$LICET" test good.scenario.lua --gas gas.txt --seed 1 --filter paid
grep -q "report Sales" gas.txt && ok "names the report" || not_ok "names the report" "$(cat gas.txt)"
check "compares" "$LICET" test good.scenario.lua --gas gas.txt --check --seed 1 --filter paid
sed -i 's/[0-9]*$/1/' gas.txt
refused "notices" 1 "gas is not what gas.txt says" "$LICET" test good.scenario.lua --gas gas.txt --check --seed 1 --filter paid

# Other readers.
check "TAP" "$LICET" test good.scenario.lua --style tap --seed 1 --filter paid
same "TAP's plan" "TAP version 13 1..1 ok 1 - good.scenario.lua: paid to the penny" "$(head -3 .out | tr '\n' ' ' | sed 's/ $//')"
check "JUnit" "$LICET" test good.scenario.lua --style junit --seed 1
cp .out junit.xml
check "JUnit is XML" python3 -c 'import xml.dom.minidom, sys; xml.dom.minidom.parse(sys.argv[1])' junit.xml

# A scenario that never ends is stopped, and the others are told.
scenarios endless <<'LUA'
scenario("for ever", function() while true do end end)
LUA
"$LICET" test endless.scenario.lua >.out 2>.err
same "an endless scenario: exit" 1 $?
grep -qi "limit" .out && ok "an endless scenario is stopped" || not_ok "an endless scenario is stopped" "$(head -c 300 .out)"
same "nothing is left behind" "" "$(find . -name '*.licet*' -o -name '*.db')"

# The agreements of this project.
for folder in simple streaming month_of_streams; do
    check "contracts/$folder" "$LICET" test "$SOURCE/contracts/$folder" --seed 5 --fuzz 5 --coverage
    if grep -q "never exercised" .out; then not_ok "every clause of it is exercised" "$(grep never .out)"; else
        ok "every clause of it is exercised"
    fi
done
finish
