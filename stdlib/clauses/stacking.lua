--- What is owed to others for the same product is set off against a royalty, down to a floor. For the `with` of a
--- royalty: an account for the offset, and the two lines that fill it and use it up.
return clause.define("clauses.stacking", {
  { "account", "name", default = "Offset" },
  { "currency", "name" },
  { "rate", "rate" },
  { "of", "value" },
  { "leaving", "value" },
  { "resets", "word", optional = true },
  { "anchor", "anchor", optional = true },
}, function (a)
  local account = clause("account $account $currency"
    .. (a.resets and ", resets every $resets" or "") .. ", at end lapses [$anchor]") {
      account = a.account, currency = a.currency, resets = a.resets, anchor = a.anchor,
  }
  local lines = clause.lines [[
add $rate * $of to $account [$anchor]
less $account, leaving at least $leaving [$anchor]
]] { rate = a.rate, of = a.of, account = a.account, leaving = a.leaving, anchor = a.anchor }
  return { lines = { lines }, clauses = { account } }
end)
