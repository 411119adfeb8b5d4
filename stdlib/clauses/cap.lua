--- A line of a term: the most that it comes to in a period.
return clause.define("clauses.cap", {
  { "amount", "value" },
  { "anchor", "anchor", optional = true },
}, clause.lines [[at most $amount [$anchor]
]])
