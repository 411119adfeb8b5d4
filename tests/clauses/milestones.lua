return trial {
  clause [[fact Release date, set once by Platform, from 2026-10-01 to 2027-06-30]] {},
  clauses.milestones { name = "Sync", amount = money "GBP 120,000",
                       parts = { { rate "25%", "signature", duration "10 days" },
                                 { rate "75%", "Release", duration "30 days" } },
                       payer = "Platform", payee = "Label", anchor = "3.1" },
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
--| fact Release date, set once by Platform, from 2026-10-01 to 2027-06-30
--|
--| fee Sync [3.1]
--|   amount  GBP 120,000.00
--|   part    25% on signature, within 10 days
--|   part    75% on Release, within 30 days
--|   Platform pays Label
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
