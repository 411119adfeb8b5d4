--- Royalties on what a report holds: a percentage, so much for each unit, or a percentage by tiers that count on.
--- Further lines of the term (`with`) come from `floor`, `cap`, `recoupment` and `stacking`.
local parts = clauses.parts

local percentage = clause.define("clauses.royalty.percentage", parts.term {
  { "rate", "rate" }, { "base", "value" },
}, function (a)
  return parts.royalty(a, clause.lines [[amount $rate * $base]] { rate = a.rate, base = a.base })
end)

local per_unit = clause.define("clauses.royalty.per_unit", parts.term {
  { "price", "money" }, { "units", "value" },
}, function (a)
  return parts.royalty(a, clause.lines [[amount $price * $units]] { price = a.price, units = a.units })
end)

--- One row: { up_to = money …, rate = … }, { below = …, rate = … }, or the last, { above = rate }.
local function row(tier, number)
  if type(tier) ~= "table" then error("tier " .. number .. " is no table", 0) end
  local value = parts.value
  if tier.above then return clause.lines [[above: $rate]] { rate = value(tier.above) } end
  if not tier.rate or not (tier.up_to or tier.below) then
    error("tier " .. number .. " is { up_to = …, rate = … }, { below = …, rate = … } or { above = … }", 0)
  end
  local text = tier.up_to and "up to $edge: $rate" or "below $edge: $rate"
  return clause.lines(text) { edge = value(tier.up_to or tier.below), rate = value(tier.rate) }
end

local tiered = clause.define("clauses.royalty.tiered", parts.term {
  { "base", "value" }, { "currency", "name" }, { "tiers", "list" },
  { "table", "name", default = "Rates" }, { "counter", "name", default = "Revenue" },
  { "resets", "word", optional = true },
}, function (a)
  local rows = {}
  for i, tier in ipairs(a.tiers) do rows[i] = row(tier, i) end
  local declared = clause(
    "counter $counter exact $currency" .. (a.resets and ", resets every $resets" or ", never resets")
    .. "\n\ntiers $table of $currency, marginal\n  $rows\nend\n") {
      counter = a.counter, currency = a.currency, resets = a.resets, table = a.table, rows = rows,
  }
  local amount = clause.lines [[amount $base through $table cumulative in $counter]] {
    base = a.base, table = a.table, counter = a.counter,
  }
  return { declared, parts.royalty(a, amount) }
end)

return { percentage = percentage, per_unit = per_unit, tiered = tiered }
