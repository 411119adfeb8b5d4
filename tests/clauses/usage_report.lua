return {
  clauses.usage_report { name = "Sales", by = "Shop", every = "month", within = duration "10 days", most = 500,
                         columns = clause.lines [[column copies count, at most 10]] {} },
  clauses.usage_report { name = "Usage", by = "Shop", every = "half", within = duration "1 month", most = 20000,
                         unique = { "work", "plan" }, set_aside = true, anchor = "5.1",
                         columns = { clause.lines [[column work text 12]] {},
                                     clause.lines [[column plan one of ($plans)]] { plans = { "free", "paid" } } } },
}
--| report Sales
--|   by      Shop, every month, within 10 days of period.end
--|   lines   at most 500, else refuse
--|   column  copies  count, at most 10
--| end
--|
--| report Usage [5.1]
--|   by      Shop, every half, within 1 month of period.end
--|   lines   at most 20,000, unique (work, plan), else set aside
--|   column  work  text 12
--|   column  plan  one of (free, paid)
--| end
