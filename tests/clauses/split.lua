return trial {
  usage(),
  clauses.royalty.percentage { name = "Share", on = "Usage", rate = rate "20%", base = "sum of revenue",
                               payer = "Platform", pool = "Receipts", anchor = "4" },
  clauses.split { account = "Receipts", into = "Due", on = { "Usage" }, currency = "GBP", pennies = "Artist",
                  shares = { { "Label", rate "66.67%" }, { "Artist", rate "33.33%" } }, anchor = "4.1" },
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
--| account Receipts GBP
--| account Due      GBP for each payee, at end paid out
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
--|   amount  20% * sum of revenue
--|   Platform owes Receipts
--| end
--|
--| split Receipts [4.1]
--|   on       Usage
--|   Label:   66.67%
--|   Artist:  33.33%
--|   pennies  to Artist
--|   into     Due
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
