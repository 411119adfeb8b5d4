return {
  clauses.statement { name = "Royalty", every = "quarter", within = duration "60 days", to = "Label" },
  clauses.statement { name = "Account", every = "year", within = duration "3 months", to = { "Label", "Artist" },
                      by = { "country", "plan" }, anchor = "5.3" },
}
--| statement Royalty
--|   every  quarter, within 60 days of period.end
--|   to     Label
--| end
--|
--| statement Account [5.3]
--|   every  year, within 3 months of period.end
--|   to     Label, Artist
--|   lines  by country, plan
--| end
