return trial {
  usage(),
  clauses.royalty.percentage { name = "Running", on = "Usage", rate = rate "5%", base = "sum of revenue",
                               payer = "Platform", payee = "Label", within = duration "45 days" },
  clauses.minimum { name = "Annual", guarantee = money "GBP 50,000", royalty = "Running", currency = "GBP",
                    payer = "Platform", payee = "Label", within = duration "60 days", anchor = "3.4" },
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
--| report Usage
--|   by      Platform, every quarter, within 45 days of period.end
--|   lines   at most 1,000, else refuse
--|   column  plan     one of (free, premium)
--|   column  units    count, at most 1,000,000
--|   column  revenue  exact GBP, scale 2, at most GBP 1,000,000
--|   column  costs    exact GBP, scale 2, at most GBP 1,000,000
--| end
--|
--| royalty Running
--|   on      Usage
--|   amount  5% * sum of revenue
--|   Platform pays Label, within 45 days
--| end
--|
--| minimum Annual [3.4]
--|   every     year
--|   amount    GBP 50,000.00 * period.fraction - Running.earned
--|   at least  GBP 0
--|   Platform pays Label, within 60 days of period.end
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
