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
  expect(#c:statement("2026-Q1", "Author") > 0, true, "the author has a statement")
end)

scenario("the odd penny goes to the larger remainder", function()
  local c = signed()
  -- 12.5 % of 0.24 = 0.03: 0.0255 and 0.0045
  c:file("Sales", "2026-Q1", "ebook\t1\t0.24\n")
  expect(c:owed("Author"), "GBP 0.03")
  expect(c:owed("Agent"), nil)
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
