-- A month of streams: figures worked by hand on a catalogue of four works, and the sample's totals, which a program that
-- shares nothing with licet has worked.
local function catalogue(changes)
  local rows = {
    -- code, factor, withholding
    Territories = {
      { "GB", rate "100%", rate "20%" },
      { "NO", rate "120%", rate "0%" },
      { "TV", rate "50%", rate "0%" },
    },
    Payees = { { "P000001", "GB" }, { "P000002", "NO" }, { "P000003", "GB" } },
    -- card, tier, from, free, premium, family
    ["Cards.rates"] = {
      { "RC001", 0, 0, money "USD 0.001", money "USD 0.004", money "USD 0.003" },
      { "RC001", 1, 1000, money "USD 0.002", money "USD 0.005", money "USD 0.004" },
      { "RC002", 0, 0, money "USD 0.000001", money "USD 0.000001", money "USD 0.000001" },
    },
    -- id, card, share of gross, advance
    Contracts = {
      { "C00001", "RC001", rate "50%", money "USD 0" },
      { "C00002", "RC001", rate "50%", money "USD 10" },
      { "C00003", "RC002", rate "50%", money "USD 0" },
    },
    -- code, contract, opening, minimum, title
    Works = {
      { "GBAAA2600001", "C00001", 0, money "USD 0", "first" },
      { "GBAAA2600002", "C00002", 900, money "USD 3", "second" },
      { "GBAAA2600003", "C00003", 0, money "USD 0", "third" },
      { "GBAAA2600004", "C00002", 0, money "USD 0", "fourth" },
    },
    -- work, ordinal, payee, share
    ["Works.holders"] = {
      { "GBAAA2600001", 0, "P000001", rate "60%" }, { "GBAAA2600001", 1, "P000002", rate "40%" },
      { "GBAAA2600002", 0, "P000001", rate "50%" }, { "GBAAA2600002", 1, "P000003", rate "50%" },
      { "GBAAA2600003", 0, "P000002", rate "50%" }, { "GBAAA2600003", 1, "P000003", rate "50%" },
      { "GBAAA2600004", 0, "P000001", rate "50%" }, { "GBAAA2600004", 1, "P000002", rate "50%" },
    },
  }
  for name, list in pairs(changes or {}) do rows[name] = list end
  return { agreement = "month_of_streams.lic", schedules = rows }
end

local function signed(changes)
  advance "2026-01-02"
  return deploy(catalogue(changes)):sign()
end

-- Lines of a report, numbered: work, territory, product, units, gross in whole dollars; the file has millionths.
local function lines(rows, from)
  local list = {}
  for i, row in ipairs(rows) do
    list[i] = { 1000 + (from or 0) + i, "GBAAA260000" .. row[1], row[2], row[3], row[4],
      row[5] and row[5] * 1000000 or "", "any" }
  end
  return list
end

local function january(c, rows)
  advance "2026-02-05"
  return c:file("Usage", "2026-01", lines(rows))
end

scenario("a month", function()
  local c = signed()
  expect(c:balance("Open", "C00002"), "USD 10")
  local filed = january(c, {
    { 1, "GB", "premium", 500, 1 },  -- 500 x 0.004 = 2.00, more than half of 1.00
    { 1, "NO", "family", 1000 },          -- (500 x 0.003 + 500 x 0.004) x 1.2 = 4.20
    { 2, "GB", "free", 200, 4 },     -- 100 x 0.001 + 100 x 0.002 = 0.30, less than half of 4.00
  })
  expect(filed.accepted, 3)
  local first, second = c:result("Streams", "2026-01", "GBAAA2600001"), c:result("Streams", "2026-01", "GBAAA2600002")
  expect(first.earned, "USD 6.20")
  expect(first.net, "USD 6.20")
  expect(second.earned, "USD 2.00")
  expect(second.topup, "USD 1.00", "up to the minimum of 3.00")
  expect(second.recouped, "USD 3.00", "all of it against the advance")
  expect(c:balance("Open", "C00002"), "USD 7.00")
  -- 60 % and 40 % of 6.20; a fifth of the first is withheld
  expect(c:owed("P000001"), "USD 2.976")
  expect(c:owed("P000002"), "USD 2.48")
  expect(c:owed("P000003"), nil)
  expect(c:balance("Withheld"), "USD 0.744")
  expect(c:result("Tax", "2026-01", "P000001").net, "USD 0.744")
  local duty = c:duty { creditor = "P000001" }
  expect(duty.debtor, "Service")
  expect(duty.due, "2026-03-07", "thirty days later")
  expect(#c:statement("2026-01", "P000001") > 0, true, "a holder has a statement")
  expect(query("SELECT first FROM reports")[1].first, "2026-01-01")
  expect(c:balance("party", "Service"), "USD -6.20", "what is recouped was paid before")
end)

scenario("units go on being counted", function()
  local c = signed()
  january(c, { { 1, "GB", "premium", 999 }, { 1, "GB", "premium", 2 } }) -- 1,000 x 0.004 + 1 x 0.005
  expect(c:result("Streams", "2026-01", "GBAAA2600001").earned, "USD 4.005")
  expect(c:value("Units", "GBAAA2600001"), "1001")
  expect(c:value("Units", "GBAAA2600002"), "900")
  advance "2026-03-05"
  c:file("Usage", "2026-02", lines({ { 1, "GB", "family", 1000 } }, 10))
  expect(c:result("Streams", "2026-02", "GBAAA2600001").earned, "USD 4.00", "all of them in the second tier")
end)

scenario("the works of a contract recoup its advance in the catalogue's order", function()
  local c = signed()
  january(c, { { 4, "GB", "premium", 1000, 20 }, { 2, "GB", "premium", 1, 16 } })
  expect(c:result("Streams", "2026-01", "GBAAA2600002").recouped, "USD 8.00")
  expect(c:result("Streams", "2026-01", "GBAAA2600004").recouped, "USD 2.00")
  expect(c:result("Streams", "2026-01", "GBAAA2600004").net, "USD 8.00")
  expect(c:balance("Open", "C00002"), "USD 0")
end)

scenario("half a micro-dollar goes to the even one, the odd one to the holder named first", function()
  local c = signed()
  january(c, { { 3, "TV", "free", 1 } }) -- 0.0000005
  expect(c:result("Streams", "2026-01", "GBAAA2600003").earned, "USD 0")
  advance "2026-03-05"
  c:file("Usage", "2026-02", lines({ { 3, "TV", "free", 3 } }, 10)) -- 0.0000015
  expect(c:result("Streams", "2026-02", "GBAAA2600003").earned, "USD 0.000002")
  advance "2026-04-05"
  c:file("Usage", "2026-03", lines({ { 3, "TV", "free", 6 } }, 20)) -- 0.000003
  expect(c:owed("P000002"), "USD 0.000003", "one, and two of three")
end)

scenario("bad lines are set aside, each with its reason", function()
  local c = signed()
  advance "2026-02-05"
  local good = { "1001", "GBAAA2600001", "GB", "free", "1", "1000000", "any" }
  local rows = { good }
  local function with(column, value)
    local line = table.move(good, 1, #good, 1, {})
    line[1] = 1001 + #rows
    line[column] = value
    rows[#rows + 1] = line
  end
  with(1, "1234567890123456789")    -- nineteen digits
  with(1, good[1])                  -- again
  with(2, "GBAAA2699999")           -- no such work
  with(3, "XX")
  with(4, "student")
  with(5, "1000000001")
  with(6, "1000000000000001")
  with(6, "0.1")
  with(6, "")                       -- empty is nothing
  with(5, "1000000000")
  with(6, "1000000000000000")
  local filed = c:file("Usage", "2026-01", rows)
  expect(filed.accepted, 4)
  expect(filed.set_aside, 8)
  local reasons = {}
  for _, row in ipairs(query "SELECT line, column, code FROM rejected_lines ORDER BY line") do
    reasons[#reasons + 1] = row.line .. " " .. row.column .. " " .. row.code
  end
  expect(reasons, { "2 line malformed", "3 line duplicate", "4 work unknown", "5 territory unknown", "6 product unknown",
    "7 units too_large", "8 gross too_large", "9 gross malformed" })
end)

scenario("as much as the schedules may hold", function()
  advance "2026-01-02"
  -- rows as files have them, for the ledger to judge
  local function with(changes)
    local texts = {}
    for name, rows in pairs(changes) do
      local list = {}
      for i, row in ipairs(rows) do list[i] = table.concat(row, "\t") .. "\n" end
      texts[name] = table.concat(list)
    end
    return deploy(catalogue(texts))
  end
  local function bad(column, name, ...)
    local row = { ... }
    refuse("column " .. column, function() with { [name] = { row } } end)
  end
  bad("key", "Territories", "GBR", 1, 0)
  bad("factor", "Territories", "GB", "1000001", 0)
  bad("withholding", "Territories", "GB", 1, "10001")
  bad("key", "Payees", "P0000001", "GB")
  bad("territory", "Payees", "P000001", "XX")
  bad("card", "Contracts", "C00001", "RC009", 0, 0)
  bad("share", "Contracts", "C00001", "RC001", "10001", 0)
  bad("advance", "Contracts", "C00001", "RC001", 0, "1000000000000000001")
  bad("contract", "Works", "GBAAA2600001", "C00009", 0, 0, "any")
  bad("opening", "Works", "GBAAA2600001", "C00001", "1000000000000001", 0, "any")
  bad("minimum", "Works", "GBAAA2600001", "C00001", 0, "1000000000000000001", "any")
  for tier, column in ipairs { "free", "premium", "family" } do
    local row = { "RC001", 0, 0, 0, 0, 0 }
    row[3 + tier] = "1000000001"
    refuse(column, function() with { ["Cards.rates"] = { row } } end)
  end
  local c = with {
    Territories = { { "GB", "1000000", "10000" }, { "NO", 1, 0 } },
    ["Cards.rates"] = { { "RC001", 0, 0, "1000000000", "1000000000", "1000000000" }, { "RC002", 0, 0, 1, 1, 1 } },
    Contracts = { { "C00001", "RC001", "10000", "1000000000000000000" }, { "C00002", "RC001", 0, 0 },
      { "C00003", "RC002", 0, 0 } },
    Works = { { "GBAAA2600001", "C00001", "1000000000000000", "1000000000000000000", "any" },
      { "GBAAA2600002", "C00002", 0, 0, "any" }, { "GBAAA2600003", "C00003", 0, 0, "any" },
      { "GBAAA2600004", "C00002", 0, 0, "any" } },
  }
  expect(c:sign():state(), "active")
end)

scenario("from one to eight tiers, from two to eight holders", function()
  advance "2026-01-02"
  local function tiers(count)
    local price = money "USD 0.001"
    local rows = { { "RC002", 0, 0, price, price, price } }
    for tier = 1, count do rows[tier + 1] = { "RC001", tier - 1, (tier - 1) * 1000, price, price, price } end
    return { ["Cards.rates"] = rows }
  end
  -- the last of them has what the others leave
  local function holders(count)
    local payees, shares = {}, {}
    for i = 1, count do
      payees[i] = { "P10000" .. i, "GB" }
      shares[i] = { "GBAAA2600001", i - 1, "P10000" .. i, rate(i < count and "10%" or 110 - 10 * count .. "%") }
    end
    return { Payees = payees, Works = { { "GBAAA2600001", "C00001", 0, money "USD 0", "first" } }, ["Works.holders"] = shares }
  end
  local function loaded(rows) return function() deploy(catalogue(rows)):sign() end end
  refuse("too few or too many", loaded(tiers(9)))
  refuse("too few or too many", loaded(holders(1)))
  refuse("too few or too many", loaded(holders(9)))
  loaded(tiers(8))()
  loaded(holders(8))()
end)

scenario("who files, and when", function()
  local c = signed()
  advance "2026-01-31"
  refuse("has not ended", function() c:file("Usage", "2026-01", "") end)
  advance "2026-02-01"
  refuse("filed by Service", function() c:file("Usage", "2026-01", "", { by = "Label" }) end)
  refuse("earlier period", function() c:file("Usage", "2026-02", "") end)
  c:file("Usage", "2026-01", "")
  refuse("settled already", function() c:file("Usage", "2026-01", "") end)
end)

scenario("the end", function()
  local c = signed()
  january(c, { { 1, "GB", "premium", 500 }, { 2, "GB", "free", 200, 4 } }) -- 2.00; 3.00 of 10.00 recouped
  expect(c:balance("Withheld"), "USD 0.24", "a fifth of 1.20")
  advance "2026-12-30"
  expect(c:state(), "active")
  advance "2026-12-31"
  expect(c:state(), "ended")
  advance "2027-02-28"
  expect(c:status(), "run-off")
  advance "2027-03-01"
  expect(c:status(), "closed", "sixty days later")
  expect(c:balance("party", "Service"), "USD -1.76", "2.00, less the 0.24 that were withheld and are the service's to pay on")
  expect(c:balance("Open", "C00002"), "USD 0", "the rest of the advance is written off")
end)

scenario("without signatures by the end of March it is off", function()
  advance "2026-01-02"
  local c = deploy(catalogue()):sign("Label")
  advance "2026-03-30"
  expect(c:state(), "draft")
  advance "2026-03-31"
  expect(c:state(), "ended")
end)

scenario("the sample", function()
  advance "2026-01-02"
  local rows = "sample/"
  local c = deploy({ agreement = "month_of_streams.lic", schedules = {
    Territories = rows .. "territories.tsv", Payees = rows .. "payees.tsv", ["Cards.rates"] = rows .. "cards.tsv",
    Contracts = rows .. "contracts.tsv", Works = rows .. "works.tsv", ["Works.holders"] = rows .. "splits.tsv",
  } }):sign()
  advance "2026-02-05"
  local filed = c:file("Usage", "2026-01", "sample/usage.tsv")
  expect(filed.accepted, 110)
  expect(filed.set_aside, 10)
  expect(c:owed("P000000"), "USD 9.657878")
  expect(c:owed("P000002"), "USD 0.806254")
  expect(c:balance("Open", "C00003"), "USD 1914.008377")
  expect(c:value("Units", "GB63Z0100031"), "279197")
end)

property("whatever is used, what is earned is shared, withheld or recouped", function(draw)
  local c = signed()
  local rows = {}
  for i = 1, draw:int(1, 6) do
    rows[i] = { draw:int(1, 4), draw:choose { "GB", "NO", "TV" }, draw:choose { "free", "premium", "family" },
      draw:int(0, 5000), draw:int(0, 20) }
  end
  january(c, rows)
  local earned, recouped, shared = money "USD 0", money "USD 0", c:balance("Withheld")
  for work = 1, 4 do
    local r = c:result("Streams", "2026-01", "GBAAA260000" .. work)
    earned = earned + r.earned + r.topup
    recouped = recouped + r.recouped
  end
  for payee = 1, 3 do shared = shared + (c:owed("P00000" .. payee) or money "USD 0") end
  expect(shared + recouped, earned)
  expect(c:balance("Open", "C00002") + recouped, "USD 10")
end, { runs = 20 })

property("nothing that people do breaks it", function(draw)
  advance "2026-01-02"
  draw:explore(deploy(catalogue()), 10)
end, { runs = 20 })

-- What nobody can notice, and why: `licet test --mutate` lists changes to the agreement that no scenario notices.
for _, days in ipairs { "21", "40", "0" } do
  equivalent("20 days becomes " .. days .. " days in report Usage", "nothing here follows from a report that is late")
end
for _, days in ipairs { "31", "60" } do
  equivalent("30 days becomes " .. days .. " days in statement Month",
    "a statement is issued with its report; nothing here follows from one that is late")
end
equivalent("at end paid out becomes at end written off in account Owed",
  "the payout takes all that is owed with each report: nothing is left at the end")
equivalent("`from draft to active when signed by Label, Service` and `from draft to ended on 2026-03-31` change places " ..
  "in lifecycle", "on that day the draft has ended before anybody can sign")
