local setup = clause [[
fee Setup
  on signature
  amount GBP 5.00
  Platform pays Label, within 30 days
end
]] {}
local both = { "Label", "Platform" }
return {
  trial { setup },
  trial({ setup }, clauses.lifecycle.notice {
    signers = both, unsigned = date "2026-02-28", run_off = duration "90 days", by = "Label", to = "Platform",
    notice = duration "3 months", anchor = "9.1" }),
  trial({ setup, usage(), clauses.royalty.percentage {
      name = "Share", on = "Usage", rate = rate "1%", base = "sum of revenue", payer = "Platform",
      payee = "Label", within = duration "1 day" } },
    clauses.lifecycle.suspension {
      signers = both, unsigned = date "2026-02-28", report = "Usage", late = duration "30 days",
      by = "Label", to = "Platform", notice = duration "14 days" }),
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
--| fee Setup
--|   on      signature
--|   amount  GBP 5.00
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
--|
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
--| fee Setup
--|   on      signature
--|   amount  GBP 5.00
--|   Platform pays Label, within 30 days
--| end
--|
--| lifecycle
--|   initial draft
--|   states  active
--|   final   ended, after 90 days
--|   from draft to active  when signed by Label, Platform
--|   from draft to ended   on 2026-02-28
--|   from active to ended  by Label, notice 3 months to Platform               [9.1]
--|   from active to ended  on term.end
--| end
--|
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
--| fee Setup
--|   on      signature
--|   amount  GBP 5.00
--|   Platform pays Label, within 30 days
--| end
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
--| royalty Share
--|   on      Usage
--|   amount  1% * sum of revenue
--|   Platform pays Label, within 1 day
--| end
--|
--| lifecycle
--|   initial draft
--|   states  active, suspended
--|   final   expired, terminated, after 120 days
--|   from draft to active               when signed by Label, Platform
--|   from draft to terminated           on 2026-02-28
--|   from active to suspended           when Usage late 30 days
--|   from suspended to active           when Usage filed
--|   from suspended to terminated       by Label, notice 14 days to Platform
--|   from active, suspended to expired  on term.end
--| end
