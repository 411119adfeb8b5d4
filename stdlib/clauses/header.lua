--- The header: law, money and rounding, the rules of dates and payments, and the term.
return clause.define("clauses.header", {
  { "law", "text", optional = true },
  { "language", "text", optional = true },
  { "money", "name" },
  { "rounding", "word", default = "half_even" },
  { "unit", "number", default = decimal "0.01" },
  { "months", "word", optional = true },
  { "years", "word", optional = true },
  { "payments", "boolean", default = true },
  { "prevails", "word", optional = true },
  { "from", "date" },
  { "to", "date" },
}, function (a)
  local text = (a.law and "law $law\n" or "")
    .. (a.language and "language $language\n" or "")
    .. "money $money\nrounding $rounding to $unit, each amount\n"
    .. (a.months and "months $months\n" or "")
    .. (a.years and "years $years\n" or "")
    .. (a.payments and "payments confirmed by payee, oldest first, interest last, excess credited\n" or "")
    .. (a.prevails and "prevails $prevails\n" or "")
    .. "term from $from to $to\n"
  a.payments = nil
  return clause(text)(a)
end)
