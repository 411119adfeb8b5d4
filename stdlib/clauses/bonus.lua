--- A bonus that is paid once, when a condition holds: of a fact that somebody sets, for instance.
return clause.define("clauses.bonus", {
  { "name", "name" },
  { "once", "condition" },
  { "amount", "money" },
  { "payer", "name" },
  { "payee", "name" },
  { "within", "duration" },
  { "anchor", "anchor", optional = true },
}, clause [[
bonus $name [$anchor]
  once $once
  amount $amount
  $payer pays $payee, within $within
end
]])
