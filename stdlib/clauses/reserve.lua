--- A reserve against returns: each time a part of what each payee is owed is held back, and what was held back
--- the time before comes back. Stands between what fills the payees' accounts and what pays them out.
return clause.define("clauses.reserve", {
  { "name", "name", default = "Reserve" },
  { "on", "name" },
  { "rate", "rate" },
  { "from", "name", default = "Owed" },
  { "into", "name", default = "Held" },
  { "freed", "name", default = "Freed" },
  { "currency", "name" },
  { "anchor", "anchor", optional = true },
}, clause [[
account $into $currency for each payee, at end paid out
account $freed $currency for each payee, at end paid out

-- what was held back the time before is set aside,
fee Free [$anchor]
  on $on, for each payee
  amount $into of payee
  move from $into of payee to $freed of payee
end

-- a part of what is owed now is held back,
reserve $name [$anchor]
  on $on, for each payee
  amount $rate * $from of payee
  move from $from of payee to $into of payee
end

-- and what was set aside is owed again
fee Return [$anchor]
  on $on, for each payee
  amount $freed of payee
  move from $freed of payee to $from of payee
end
]])
