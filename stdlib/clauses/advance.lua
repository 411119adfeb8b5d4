--- An advance, paid on signature and kept in an account from which royalties are recouped.
return clause.define("clauses.advance", {
  { "name", "name", default = "Signing" },
  { "amount", "money" },
  { "currency", "name" },
  { "payer", "name" },
  { "payee", "name" },
  { "within", "duration" },
  { "account", "name", default = "Advance" },
  { "anchor", "anchor", optional = true },
}, clause [[
account $account $currency, at end written off

advance $name [$anchor]
  on signature
  amount $amount
  $payer pays $payee, within $within
  add amount to $account
end
]])
