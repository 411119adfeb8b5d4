return trial {
  usage(),
  clauses.royalty.percentage {
    name = "Premium", on = "Usage", where = "plan = premium", rate = rate "12.5%",
    base = "sum of revenue - sum of costs", payer = "Platform", payee = "Label", within = duration "45 days",
    payment_anchor = "4.9", anchor = "4.1",
  },
  clauses.royalty.per_unit {
    name = "Units", on = { "Usage" }, price = money "GBP 0.0012", units = "sum of units where plan = free",
    with = { clauses.floor { amount = money "GBP 10", anchor = "4.3" },
             clauses.cap { amount = money "GBP 1,000.50" } },
    payer = "Platform", payee = "Label", within = duration "45 days", anchor = "4.2",
  },
  clauses.royalty.tiered {
    name = "Tiered", on = "Usage", base = "sum of revenue", currency = "GBP", table = "Steps",
    counter = "Total", tiers = { { below = money "GBP 100", rate = rate "0.5%" },
                                 { up_to = money "GBP 200", rate = rate "0.25%" }, { above = rate "1%" } },
    payer = "Platform", payee = "Label", within = duration "2 months",
  },
}
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
--| counter Total exact GBP, never resets
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
--| royalty Premium [4.1]
--|   on      Usage
--|   lines   where plan = premium
--|   amount  12.5% * (sum of revenue - sum of costs)
--|   Platform pays Label, within 45 days                                       [4.9]
--| end
--|
--| royalty Units [4.2]
--|   on        Usage
--|   amount    GBP 0.0012 * sum of units where plan = free
--|   at least  GBP 10.00                                                       [4.3]
--|   at most   GBP 1,000.50
--|   Platform pays Label, within 45 days
--| end
--|
--| tiers Steps of GBP, marginal
--|   below GBP 100.00:  0.5%
--|   up to GBP 200.00:  0.25%
--|   above:             1%
--| end
--|
--| royalty Tiered
--|   on      Usage
--|   amount  sum of revenue through Steps cumulative in Total
--|   Platform pays Label, within 2 months
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
