return trial {
  clause [[fact Gross GBP, set by Platform, never falls, at most GBP 2,000,000,000]] {},
  clauses.bonus { name = "First", once = "Gross >= GBP 10,000,000", amount = money "GBP 15,000",
                  payer = "Platform", payee = "Label", within = duration "30 days", anchor = "3.4" },
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
--| fact Gross GBP, set by Platform, never falls, at most GBP 2,000,000,000
--|
--| bonus First [3.4]
--|   once    Gross >= GBP 10,000,000
--|   amount  GBP 15,000.00
--|   Platform pays Label, within 30 days
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
