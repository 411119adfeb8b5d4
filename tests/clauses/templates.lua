-- What a template and its values can be.
local base = clause.expression [[sum of revenue where plan in $plans]] { plans = clause.set { "premium" } }
local terms = {}
for i, plan in ipairs { "free", "premium" } do
  terms[i] = clause [[
-- of one plan
royalty $name [$anchor]
  on $on
  let net = $base - sum of costs
  amount $share of net
  $bounds
  Platform pays Label, within $within of period.end
end
]] {
    name = "Of_" .. plan, on = { "Usage" }, base = base, share = rate "12.5%" * i, within = duration "1 year",
    anchor = i == 1 and "4.1 (a)" or clause.none,
    bounds = { clause.lines [[at least $low]] { low = money "GBP 5" },
               clause.lines [[at most $high [$anchor] ]] { high = money "GBP 5" * 3, anchor = "4.9" } },
  }
end
local notes = clause [[advisory $note [9] ]] { note = clause.text "Be \"kind\"; $5, 50% \\ [9] -- end" }
return trial { usage(), terms, { { notes } } }
--| licet 1
--| agreement Trial "A trial"
--|   money      GBP
--|   rounding   half_even to 0.01, each amount
--|   months     clip
--|   term       from 2026-01-01 to 2028-12-31
--|
--| party Label     is licensor, signs
--| party Platform  is licensee, signs
--| party Artist    is payee
--|
--| advisory "Be \"kind\"; $5, 50% \\ [9] -- end"                               [9]
--|
--| report Usage
--|   by      Platform, every quarter, within 45 days of period.end
--|   lines   at most 1,000, else refuse
--|   column  plan     one of (free, premium)
--|   column  units    count, at most 1,000,000
--|   column  revenue  exact GBP, scale 2, at most GBP 1,000,000
--|   column  costs    exact GBP, scale 2, at most GBP 1,000,000
--| end
--|
--| -- of one plan
--| royalty Of_free [4.1 (a)]
--|   on        Usage
--|   let       net = (sum of revenue where plan in {premium}) - sum of costs
--|   amount    12.5% of net
--|   at least  GBP 5.00
--|   at most   GBP 15.00                                                       [4.9]
--|   Platform pays Label, within 1 year of period.end
--| end
--|
--| -- of one plan
--| royalty Of_premium
--|   on        Usage
--|   let       net = (sum of revenue where plan in {premium}) - sum of costs
--|   amount    25% of net
--|   at least  GBP 5.00
--|   at most   GBP 15.00                                                       [4.9]
--|   Platform pays Label, within 1 year of period.end
--| end
--|
--| lifecycle
--|   initial draft
--|   states  active
--|   final   ended, after 120 days
--|   from draft to active  when signed by Label, Platform
--|   from draft to ended   on 2026-03-31
--|   from active to ended  on term.end
--| end
