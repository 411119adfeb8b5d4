return trial {
  usage(),
  clauses.royalty.percentage {
    name = "Running", on = "Usage", rate = rate "4%", base = "sum of revenue",
    with = { clauses.stacking { currency = "GBP", rate = rate "50%", of = "sum of costs",
                                leaving = "2% * sum of revenue", resets = "year", anchor = "3.3" } },
    payer = "Platform", payee = "Label", within = duration "45 days", anchor = "3.1",
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
--| account Offset GBP, resets every year, at end lapses                        [3.3]
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
--| royalty Running [3.1]
--|   on      Usage
--|   amount  4% * sum of revenue
--|   add     50% * sum of costs to Offset                                      [3.3]
--|   less    Offset, leaving at least 2% * sum of revenue                      [3.3]
--|   Platform pays Label, within 45 days
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
