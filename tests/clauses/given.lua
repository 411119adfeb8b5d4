return {
  clauses.given { name = "AdvanceSum", type = "GBP", at_most = money "GBP 10,000,000", anchor = "3.1" },
  clauses.given { name = "FirstRate", type = "rate", scale = 4, at_most = rate "100%" },
  clauses.given { name = "Copies", type = "count", at_most = 1000 },
  clauses.given { name = "Launch", type = "date" },
}
--| given AdvanceSum GBP, at most GBP 10,000,000.00                             [3.1]
--|
--| given FirstRate rate, scale 4, at most 100%
--|
--| given Copies count, at most 1000
--|
--| given Launch date
