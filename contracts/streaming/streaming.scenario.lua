-- The licence between Northlight and Wavefront, in the figures of its first year, which were worked by hand.
local function deal(changes)
  local set = {
    AdvanceSum = money "GBP 250,000.00",
    FirstRate = rate "52%", MiddleRate = rate "54%", TopRate = rate "55%",
    LabelShare = rate "50%", ArtistShare = rate "35%", ProducerShare = rate "10%", SocietyShare = rate "5%",
  }
  for name, value in pairs(changes or {}) do set[name] = value end
  return { agreement = "streaming.lic", set = set, schedules = { Recordings = "data/recordings.tsv" } }
end

local payees = { "Label", "Artist", "Producer", "Society" }

-- Signed on 5 January by both.
local function signed(changes)
  advance "2026-01-05"
  return deploy(deal(changes)):sign()
end

local ends = { "2026-04-20", "2026-07-20", "2026-10-20", "2027-01-20" }

local function quarter(c, n, source)
  advance(ends[n])
  return c:file("Usage", "2026-Q" .. n, source or "data/2026-Q" .. n .. ".tsv")
end

-- What the quarter's split credited to each payee, in their order.
local function shares(c, n, amounts)
  local rows = query("SELECT key, credit_amount FROM account_turnover WHERE account = 'Owed' AND period = '2026-Q" ..
    n .. "' AND key <> 'Platform' ORDER BY row")
  for i, payee in ipairs(payees) do
    expect(rows[i].key, payee)
    expect(rows[i].credit_amount, amounts[i], payee .. "'s share of the quarter")
  end
end

scenario("the first year", function()
  local c = signed()
  local advance_duty = c:duty { term = "Signing" }
  expect(advance_duty.amount, "GBP 250,000.00")
  expect(advance_duty.creditor, "Label")
  expect(advance_duty.due, "2026-01-15")

  quarter(c, 1)
  local r = c:result("Stream", "2026-Q1")
  expect(r.earned, "GBP 601,000.00")
  expect(r.topup, "GBP 0.00")
  expect(r.recouped, "GBP 250,000.00")
  expect(c:balance("Advance"), "GBP 0.00")
  shares(c, 1, { "175500.00", "122850.00", "35100.00", "17550.00" })
  local paid = c:duty { term = "Payout", creditor = "Artist" }
  expect(paid.amount, "GBP 122,850.00")
  expect(paid.debtor, "Platform")
  expect(paid.due, "2026-05-20")

  expect(c:balance("party", "Label"), "GBP 425,500.00", "the advance and its share")
  expect(c:balance("party", "Platform"), "GBP -851,000.00", "the advance and the royalty come from the platform")
  for _, payee in ipairs(payees) do
    expect(#c:statement("2026-Q1", payee) > 0, true, payee .. " has a statement")
  end
  expect(#c:statement("2026-Q1", "Platform"), 0, "who pays has none")
  expect(query("SELECT first FROM reports")[1].first, "2026-01-01")

  quarter(c, 2)
  expect(c:result("Stream", "2026-Q2").earned, "GBP 54,000.01")
  shares(c, 2, { "27000.01", "18900.00", "5400.00", "2700.00" })

  quarter(c, 3)
  r = c:result("Stream", "2026-Q3")
  expect(r.earned, "GBP 162,000.00")
  expect(r.topup, "GBP 78,000.00", "up to the floor of 0.0012 a stream")
  shares(c, 3, { "120000.00", "84000.00", "24000.00", "12000.00" })

  quarter(c, 4)
  r = c:result("Stream", "2026-Q4")
  expect(r.earned, "GBP 0.03")
  expect(r.topup, "GBP 1.17")
  shares(c, 4, { "0.60", "0.42", "0.12", "0.06" })
  expect(c:balance("Owed", "Artist"), "GBP 0.42", "carried forward: below 50.00")
  expect(#c:duties { term = "Payout" }, 12, "nothing is paid for the fourth quarter")
end)

scenario("an advance that is not yet recouped", function()
  local c = signed { AdvanceSum = money "GBP 1,000,000.00" }
  quarter(c, 1)
  expect(c:result("Stream", "2026-Q1").recouped, "GBP 601,000.00")
  expect(c:balance("Advance"), "GBP 399,000.00")
  expect(c:balance("Owed", "Artist"), "GBP 0.00")
end)

scenario("the year's revenue goes through the tiers, and begins anew", function()
  local c = signed { AdvanceSum = money "GBP 0.00" }
  local function file(period, day, revenue)
    advance(day)
    c:file("Usage", period, { { "GBNLT2600001", "GB", "ad_funded", "1", revenue } })
    return c:result("Stream", period).earned
  end
  -- 520,000 + 54 % of 4,000,000 + 55 % of 1,000,000
  expect(file("2026-Q1", "2026-04-20", "6000000"), "GBP 3,230,000.00")
  expect(file("2026-Q2", "2026-07-20", "100"), "GBP 55.00")
  expect(file("2026-Q3", "2026-10-20", "0.01"), "GBP 0.01", "0.0055, half even: 0.01")
  expect(file("2026-Q4", "2027-01-20", "1"), "GBP 0.55")
  expect(file("2027-Q1", "2027-04-20", "1000001"), "GBP 520,000.54", "the counter began again")
end)

scenario("half a penny goes to the even one", function()
  local c = signed { AdvanceSum = money "GBP 0.00", FirstRate = rate "50%" }
  advance(ends[1])
  c:file("Usage", "2026-Q1", { { "GBNLT2600001", "GB", "ad_funded", "1", "0.05" } }) -- 0.025
  expect(c:result("Stream", "2026-Q1").earned, "GBP 0.02")
  advance(ends[2])
  c:file("Usage", "2026-Q2", { { "GBNLT2600001", "GB", "ad_funded", "1", "0.07" } }) -- 0.035
  expect(c:result("Stream", "2026-Q2").earned, "GBP 0.04")
end)

scenario("three pennies, largest remainder, ties as written", function()
  local c = signed { AdvanceSum = money "GBP 0.00" }
  advance(ends[1])
  c:file("Usage", "2026-Q1", { { "GBNLT2600001", "GB", "ad_funded", "1", "0.06" } }) -- 0.0312: 0.03
  shares(c, 1, { "0.02", "0.01", "0.00", "0.00" })
end)

scenario("of equal remainders those come first that are written first", function()
  local quarter_each = rate "25%"
  local c = signed { AdvanceSum = money "GBP 0.00", FirstRate = rate "100%", LabelShare = quarter_each,
    ArtistShare = quarter_each, ProducerShare = quarter_each, SocietyShare = quarter_each }
  for n, revenue in ipairs { "0.01", "0.02", "0.03" } do
    quarter(c, n, { { "GBNLT2600001", "GB", "ad_funded", "1", revenue } })
  end
  shares(c, 1, { "0.01", "0.00", "0.00", "0.00" })
  shares(c, 2, { "0.01", "0.01", "0.00", "0.00" })
  shares(c, 3, { "0.01", "0.01", "0.01", "0.00" })
end)

scenario("as much as the parties may agree", function()
  advance "2026-01-05"
  refuse("AdvanceSum", function() deploy(deal { AdvanceSum = money "GBP 10,000,000.01" }) end)
  for _, name in ipairs { "FirstRate", "MiddleRate", "TopRate", "LabelShare", "ArtistShare", "ProducerShare", "SocietyShare" } do
    refuse(name .. ": \"100.01%\" is not a number", function() deploy(deal { [name] = rate "100.01%" }) end)
  end
  local all, none = rate "100%", rate "0%"
  deploy(deal { AdvanceSum = money "GBP 10,000,000.00", FirstRate = all, MiddleRate = all, TopRate = all,
    LabelShare = all, ArtistShare = none, ProducerShare = none, SocietyShare = none }):sign()
end)

scenario("the floor counts premium and family streams alone", function()
  local c = signed { AdvanceSum = money "GBP 0.00" }
  advance(ends[1])
  c:file("Usage", "2026-Q1", {
    { "GBNLT2600001", "GB", "ad_funded", "1000000", "0" },
    { "GBNLT2600001", "GB", "premium", "1000", "0" },
    { "GBNLT2600001", "GB", "family", "2000", "0" },
  })
  expect(c:result("Stream", "2026-Q1").topup, "GBP 3.60")
end)

scenario("what is carried is paid when it reaches fifty pounds", function()
  local c = signed { AdvanceSum = money "GBP 0.00" }
  advance(ends[1])
  c:file("Usage", "2026-Q1", { { "GBNLT2600001", "GB", "ad_funded", "1", "192.30" } }) -- 100.00: 50 35 10 5
  expect(c:duty { term = "Payout" }.amount, "GBP 50.00", "fifty is not below fifty")
  expect(#c:duties { term = "Payout" }, 1)
  advance(ends[2])
  c:file("Usage", "2026-Q2", { { "GBNLT2600001", "GB", "ad_funded", "1", "192.30" } })
  expect(c:duty { term = "Payout", creditor = "Artist" }.amount, "GBP 70.00")
end)

scenario("after the end everything that was carried is paid", function()
  local c = signed { AdvanceSum = money "GBP 0.00" }
  quarter(c, 1, { { "GBNLT2600001", "GB", "ad_funded", "1", "10" } }) -- 5.20
  quarter(c, 2, {})
  quarter(c, 3, {})
  quarter(c, 4, {})
  for _, q in ipairs { "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4", "2028-Q1", "2028-Q2", "2028-Q3" } do
    local year, n = q:match("(%d+)-Q(%d)")
    advance(({ "%d-04-20", "%d-07-20", "%d-10-20" })[tonumber(n)] and
      string.format(({ "%s-04-20", "%s-07-20", "%s-10-20" })[tonumber(n)], year) or
      string.format("%d-01-20", math.tointeger(tonumber(year)) + 1))
    c:file("Usage", q, {})
  end
  advance "2028-12-30"
  expect(c:state(), "active")
  advance "2028-12-31"
  expect(c:state(), "expired")
  advance "2029-04-29"
  expect(c:status(), "run-off")
  advance "2029-04-30"
  expect(c:status(), "closed")
  expect(c:balance("Owed", "Artist"), "GBP 0.00")
  expect(c:owed("Artist"), "GBP 1.82", "35 % of 5.20")
end)

scenario("a late report suspends the licence, and filing it lifts that", function()
  local c = signed()
  -- due on 15 May, late by thirty days on 14 June
  advance "2026-06-13"
  expect(c:state(), "active")
  advance "2026-06-15"
  expect(c:state(), "suspended")
  c:file("Usage", "2026-Q1", "data/2026-Q1.tsv")
  expect(c:state(), "active")
end)

scenario("the label ends a suspended licence with notice", function()
  local c = signed()
  advance "2026-06-15"
  refuse("", function() c:notice("terminated", { by = "Platform" }) end)
  c:notice("terminated")
  advance "2026-06-28"
  expect(c:state(), "suspended")
  advance "2026-06-29"
  expect(c:state(), "terminated", "fourteen days after 15 June")
end)

scenario("a notice that ends on the term's last day comes first", function()
  local c = signed()
  advance "2028-12-17"
  expect(c:state(), "suspended")
  c:notice("terminated")
  advance "2028-12-31"
  expect(c:state(), "terminated")
end)

scenario("without signatures by the end of March it is off", function()
  advance "2026-01-05"
  local c = deploy(deal()):sign("Label")
  advance "2026-03-30"
  expect(c:state(), "draft")
  advance "2026-03-31"
  expect(c:state(), "terminated")
  expect(#c:duties(), 0)
end)

scenario("what a report may not hold", function()
  local c = signed()
  advance(ends[1])
  local good = { "GBNLT2600001", "GB", "premium", "1", "1" }
  local function with(column, value)
    local line = table.move(good, 1, 5, 1, {})
    line[column] = value
    return function() c:file("Usage", "2026-Q1", { line }) end
  end
  refuse("column work: malformed", with(1, "gbnlt2600001"))
  refuse("column work: unknown", with(1, "GBNLT2699999"))
  refuse("column country", with(2, "CN")) -- not licensed
  refuse("column country", with(2, "KP"))
  refuse("column plan: unknown", with(3, "student"))
  refuse("column streams: too_large", with(4, "10000000001"))
  refuse("column revenue: too_large", with(5, "100000000.000001"))
  refuse("column revenue: malformed", with(5, "0.0000001"))
  refuse("duplicate", function() c:file("Usage", "2026-Q1", { good, good }) end)
  refuse("filed by Platform", function() c:file("Usage", "2026-Q1", { good }, { by = "Label" }) end)
  c:file("Usage", "2026-Q1", { with and { "GBNLT2600001", "GB", "premium", "10000000000", "100000000" } })
end)

property("whatever is used, what is earned is shared, recouped or carried", function(draw)
  local c = signed { AdvanceSum = draw:amount(money "GBP 0", money "GBP 1,000", money "GBP 0.01") }
  local earned, shared, recouped = money "GBP 0", money "GBP 0", money "GBP 0"
  for n = 1, 2 do
    quarter(c, n, { { "GBNLT2600001", "NO", draw:choose { "premium", "family", "ad_funded" }, draw:int(0, 100000),
      draw:amount(decimal "0", decimal "5000", decimal "0.000001") } })
    local r = c:result("Stream", "2026-Q" .. n)
    earned = earned + r.earned + r.topup
    recouped = recouped + r.recouped
  end
  for _, payee in ipairs(payees) do
    shared = shared + c:balance("Owed", payee) + (#c:duties { term = "Payout", creditor = payee } > 0 and
      c:owed(payee) or money "GBP 0")
  end
  local signing = c:duties { term = "Signing" }
  if #signing > 0 and #c:duties { term = "Payout", creditor = "Label" } > 0 then shared = shared - signing[1].open end
  expect(shared + recouped, earned)
end, { runs = 20 })

property("nothing that people do breaks it", function(draw)
  advance "2026-01-05"
  draw:explore(deploy(deal()), 10)
end, { runs = 20 })

-- What nobody can notice, and why: `licet test --mutate` lists changes to the agreement that no scenario notices.
equivalent("`months clip` becomes `months roll`", "no time here is counted in months")
equivalent("`years calendar` becomes `years contract`", "the term begins on 1 January: its years are those of the calendar")
equivalent("Label becomes Artist in grant Streaming", "who grants is read by people: nothing is carried out")
equivalent("Platform becomes Artist in grant Streaming", "to whom is read by people: nothing is carried out")
equivalent("`Platform pays Label, within 10 days` and `add amount to Advance` change places in advance Signing",
  "neither reads what the other does")
equivalent("`advance Signing` and `royalty Stream` change places", "one is on signature, the other on a report")
for _, tier in ipairs { "1,000,000: FirstRate", "5,000,000: MiddleRate" } do
  equivalent("`up to GBP " .. tier .. "` becomes `below GBP " .. tier .. "` in tiers Rates",
    "marginal tiers: the amount at the edge itself is the same in both")
end
for _, days in ipairs { "61", "120" } do
  equivalent("60 days becomes " .. days .. " days in statement Royalty",
    "a statement is issued with its report; nothing here follows from one that is late")
end
equivalent("`from draft to active when signed by Label, Platform` and `from draft to terminated on 2026-03-31` change " ..
  "places in lifecycle", "on that day the draft has ended before anybody can sign")
equivalent("`from suspended to active when Usage filed` and `from suspended to terminated by Label, notice 14 days to " ..
  "Platform` change places in lifecycle", "a notice has run out before anything is filed on its last day")
equivalent("Platform becomes Artist in lifecycle", "whom a notice is for is read by people: the ledger sends nothing")
