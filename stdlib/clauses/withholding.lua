--- Tax that is withheld from each payee and goes to who pays it over.
return clause.define("clauses.withholding", {
  { "name", "name", default = "Tax" },
  { "on", "name" },
  { "rate", "rate" },
  { "from", "name", default = "Owed" },
  { "into", "name", default = "Withheld" },
  { "currency", "name" },
  { "to", "name" },
  { "anchor", "anchor", optional = true },
}, clause [[
account $into $currency, at end paid out to $to

withholding $name [$anchor]
  on $on, for each payee
  amount $rate * $from of payee
  move from $from of payee to $into
end
]])
