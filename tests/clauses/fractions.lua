return trial {
  usage(),
  clauses.royalty.percentage { name = "Share", on = "Usage", rate = rate "1/6", base = "sum of revenue",
                               payer = "Platform", pool = "Pool", anchor = "4" },
  clauses.split { on = "Usage", currency = "GBP", anchor = "4.1",
                  shares = { { "Label", rate "1/3" }, { "Artist", rate "100%" - rate "1/3" } } },
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
--| account Pool GBP
--| account Owed GBP for each payee, at end paid out
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
--| royalty Share [4]
--|   on      Usage
--|   amount  1/6 * sum of revenue
--|   Platform owes Pool
--| end
--|
--| split Pool [4.1]
--|   on       Usage
--|   Label:   1/3
--|   Artist:  2/3
--|   pennies  largest remainder, ties as written
--|   into     Owed
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
