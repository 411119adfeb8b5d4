-- The month with the rows of the sample: `licet author deal.lua` shows it. Nothing is set; everything that the parties
-- agreed stands in the schedules.
local rows = "sample/"

deal "MonthOfStreams" {
  agreement = "month_of_streams.lic",
  schedules = {
    Territories       = rows .. "territories.tsv",
    Payees            = rows .. "payees.tsv",
    ["Cards.rates"]   = rows .. "cards.tsv",
    Contracts         = rows .. "contracts.tsv",
    Works             = rows .. "works.tsv",
    ["Works.holders"] = rows .. "splits.tsv",
  },
}
