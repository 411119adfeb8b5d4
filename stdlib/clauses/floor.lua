--- A line of a term: the least that it comes to in a period.
return clause.define("clauses.floor", {
  { "amount", "value" },
  { "anchor", "anchor", optional = true },
}, clause.lines [[at least $amount [$anchor]
]])
