--- What payees have in their accounts is paid with each statement; small amounts stay until the next.
return clause.define("clauses.payout", {
  { "name", "name", default = "Payout" },
  { "on", "name" },
  { "account", "name", default = "Owed" },
  { "below", "money", optional = true },
  { "payer", "name" },
  { "within", "duration" },
  { "anchor", "anchor", optional = true },
}, function (a)
  local text = "fee $name [$anchor]\n  on $on, for each payee\n  amount $account of payee\n"
    .. (a.below and "  below $below carry forward\n" or "")
    .. "  $payer pays payee, from $account of payee, within $within\nend\n"
  return clause(text)(a)
end)
