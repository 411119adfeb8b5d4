--- A minimum guarantee: what a period's royalties fall short of it is paid, in stub periods in proportion.
return clause.define("clauses.minimum", {
  { "name", "name" },
  { "every", "word", default = "year" },
  { "guarantee", "money" },
  { "royalty", "name" },
  { "currency", "name" },
  { "payer", "name" },
  { "payee", "name" },
  { "within", "duration" },
  { "anchor", "anchor", optional = true },
}, clause [[
minimum $name [$anchor]
  every $every
  amount $guarantee * period.fraction - $royalty.earned
  at least $currency 0
  $payer pays $payee, within $within of period.end
end
]])
