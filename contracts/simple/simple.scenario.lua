-- What FirstNovel must do, in figures that were worked by hand.
local deal = { agreement = "simple.lic" }

-- Signed by both in January; the first quarter is over.
local function signed()
  advance "2026-01-10"
  local c = deploy(deal):sign()
  advance "2026-04-10"
  return c
end

scenario("a quarter's sales are shared", function()
  local c = signed()
  local filed = c:file("Sales", "2026-Q1", "hardback\t1200\t19198.80\npaperback\t1500\t12405.00\n")
  expect(filed.accepted, 2, "lines")
  -- 12.5 % of 31,603.80 = 3,950.475, half even: 3,950.48; 85 % of it 3,357.908, 15 % 592.572
  expect(c:result("Royalty", "2026-Q1").earned, "GBP 3,950.48")
  expect(c:owed("Author"), "GBP 3,357.91")
  expect(c:owed("Agent"), "GBP 592.57")
  expect(c:duty { creditor = "Author" }.due, "2026-05-10", "thirty days after the statement")
  for _, payee in ipairs { "Author", "Agent" } do
    expect(#c:statement("2026-Q1", payee) > 0, true, payee .. " has a statement")
  end
  expect(#c:statement("2026-Q1", "Publisher"), 0, "who pays has none")
  expect(c:balance("party", "Publisher"), "GBP -3,950.48", "it comes from the publisher")
end)

scenario("half a penny goes to the even one", function()
  local c = signed()
  c:file("Sales", "2026-Q1", "ebook\t1\t0.20\n") -- 0.025
  expect(c:result("Royalty", "2026-Q1").earned, "GBP 0.02")
  advance "2026-07-10"
  c:file("Sales", "2026-Q2", "ebook\t1\t0.28\n") -- 0.035
  expect(c:result("Royalty", "2026-Q2").earned, "GBP 0.04")
end)

scenario("the odd penny goes to the larger remainder", function()
  local c = signed()
  -- 12.5 % of 0.24 = 0.03: 0.0255 and 0.0045
  c:file("Sales", "2026-Q1", "ebook\t1\t0.24\n")
  expect(c:owed("Author"), "GBP 0.03")
  expect(c:owed("Agent"), nil)
  advance "2026-07-10"
  -- 12.5 % of 1.04 = 0.13: 0.1105 and 0.0195
  c:file("Sales", "2026-Q2", "ebook\t1\t1.04\n")
  expect(c:owed("Agent"), "GBP 0.02")
end)

scenario("of equal remainders the author's comes first", function()
  local c = signed()
  c:file("Sales", "2026-Q1", "ebook\t1\t0.80\n") -- 0.10: 0.085 and 0.015
  expect(c:owed("Author"), "GBP 0.09")
  expect(c:owed("Agent"), "GBP 0.01")
end)

scenario("as much as a line may hold", function()
  local c = signed()
  refuse("column copies: too_large", function() c:file("Sales", "2026-Q1", "ebook\t1000001\t1.00\n") end)
  refuse("column receipts: too_large", function() c:file("Sales", "2026-Q1", "ebook\t1\t10000000.01\n") end)
  c:file("Sales", "2026-Q1", "ebook\t1000000\t10000000.00\n")
  expect(c:result("Royalty", "2026-Q1").earned, "GBP 1,250,000.00")
end)

scenario("a bad line refuses the report", function()
  local c = signed()
  refuse("line 2, column format: unknown", function()
    c:file("Sales", "2026-Q1", "ebook\t1\t1.00\nscroll\t1\t1.00\n")
  end)
  refuse("duplicate", function() c:file("Sales", "2026-Q1", "ebook\t1\t1.00\nebook\t2\t2.00\n") end)
  expect(c:owed("Author"), nil)
end)

scenario("who may file, and when", function()
  local c = signed()
  refuse("filed by Publisher", function() c:file("Sales", "2026-Q1", "", { by = "Author" }) end)
  refuse("earlier period", function() c:file("Sales", "2026-Q2", "") end)
  c:file("Sales", "2026-Q1", "")
  refuse("settled already", function() c:file("Sales", "2026-Q1", "") end)
  refuse("has not ended", function() c:file("Sales", "2026-Q2", "") end)
end)

scenario("what is paid is no longer owed", function()
  local c = signed()
  c:file("Sales", "2026-Q1", "hardback\t1\t800.00\n") -- 100.00: 85.00 and 15.00
  local payment = c:pay("Author", "GBP 60.00")
  expect(c:owed("Author"), "GBP 85.00", "reported, not yet confirmed")
  c:acknowledge(payment)
  expect(c:owed("Author"), "GBP 25.00")
end)

scenario("the author gives notice", function()
  local c = signed()
  refuse("", function() c:notice("ended", { by = "Publisher" }) end)
  c:notice("ended")
  advance "2026-07-08"
  expect(c:state(), "active")
  advance "2026-07-09"
  expect(c:state(), "ended", "ninety days after 10 April")
end)

scenario("without signatures it ends by itself", function()
  advance "2026-01-10"
  local c = deploy(deal):sign("Author")
  advance "2026-12-30"
  expect(c:state(), "draft")
  advance "2026-12-31"
  expect(c:state(), "ended")
end)

scenario("the term", function()
  local c = signed()
  c:file("Sales", "2026-Q1", "")
  expect(query("SELECT first FROM reports")[1].first, "2026-01-01")
  advance "2028-12-30"
  expect(c:state(), "active")
  advance "2028-12-31"
  expect(c:state(), "ended")
  advance "2029-04-29"
  expect(c:status(), "run-off")
  advance "2029-04-30"
  expect(c:status(), "closed", "120 days later")
end)

property("whatever is reported, everything earned is owed to somebody", function(draw)
  local c = signed()
  local total = money "GBP 0.00"
  for _, period in ipairs { "2026-Q1", "2026-Q2", "2026-Q3" } do
    local receipts = draw:amount(money "GBP 0.00", money "GBP 50,000.00", money "GBP 0.01")
    advance(({ ["2026-Q1"] = "2026-04-10", ["2026-Q2"] = "2026-07-10", ["2026-Q3"] = "2026-10-10" })[period])
    c:file("Sales", period, { { "ebook", draw:int(0, 1000), receipts.amount } })
    total = total + c:result("Royalty", period).earned
  end
  local owed = (c:owed("Author") or money "GBP 0.00") + (c:owed("Agent") or money "GBP 0.00")
  expect(owed, total)
end, { runs = 20 })

property("nothing that people do breaks it", function(draw)
  advance "2026-01-10"
  draw:explore(deploy(deal), 12)
end, { runs = 20 })

-- What nobody can notice, and why: `licet test --mutate` lists changes to the agreement that no scenario notices.
for _, days in ipairs { "31", "60", "0" } do
  equivalent("30 days becomes " .. days .. " days in report Sales", "nothing here follows from a report that is late")
end
for _, days in ipairs { "46", "90" } do
  equivalent("45 days becomes " .. days .. " days in statement Account",
    "a statement is issued with its report; nothing here follows from one that is late")
end
equivalent("at end paid out becomes at end written off in account Owed",
  "the payout takes all that is owed with each statement: nothing is left at the end")
equivalent("`from draft to active when signed by Author, Publisher` and `from draft to ended on 2026-12-31` change places " ..
  "in lifecycle", "on that day the draft has ended before anybody can sign")
equivalent("`from active to ended by Author, notice 90 days to Publisher` and `from active to ended on term.end` change " ..
  "places in lifecycle", "both lead from the same state to the same state")
equivalent("Publisher becomes Agent in lifecycle", "whom a notice is for is read by people: the ledger sends nothing")
