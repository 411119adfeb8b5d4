return trial {
  usage(),
  clauses.advance { amount = money "GBP 250,000", currency = "GBP", payer = "Platform", payee = "Label",
                    within = duration "10 days", anchor = "3.1" },
  clauses.royalty.percentage {
    name = "Share", on = "Usage", rate = rate "12.5%", base = "sum of revenue",
    with = { clauses.recoupment { leaving = "5% * sum of revenue", anchor = "3.2" } },
    payer = "Platform", payee = "Label", within = duration "45 days", anchor = "4.1",
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
--| account Advance GBP, at end written off
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
--| advance Signing [3.1]
--|   on      signature
--|   amount  GBP 250,000.00
--|   Platform pays Label, within 10 days
--|   add     amount to Advance
--| end
--|
--| royalty Share [4.1]
--|   on      Usage
--|   amount  12.5% * sum of revenue
--|   less    Advance, leaving at least 5% * sum of revenue                     [3.2]
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
