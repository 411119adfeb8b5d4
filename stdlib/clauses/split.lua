--- A pool that is shared out: each share goes into the payee's own account.
local parts = clauses.parts

return clause.define("clauses.split", {
  { "account", "name", default = "Pool" },
  { "into", "name", default = "Owed" },
  { "currency", "name" },
  { "on", "names" },
  { "shares", "list" },
  { "pennies", "name", optional = true },
  { "anchor", "anchor", optional = true },
}, function (a)
  local rows = {}
  for i, share in ipairs(a.shares) do
    if type(share) ~= "table" or #share ~= 2 then
      error("share " .. i .. " is a party and its rate: { \"Label\", rate \"50%\" }", 0)
    end
    rows[i] = clause.lines [[$party: $rate]] { party = share[1], rate = parts.value(share[2]) }
  end
  local on = type(a.on) == "table" and a.on or { a.on }
  local text = "account $account $currency\naccount $into $currency for each payee, at end paid out\n\n"
    .. "split $account [$anchor]\n  on $on\n  $rows\n"
    .. (a.pennies and "  pennies to $pennies\n" or "  pennies largest remainder, ties as written\n")
    .. "  into $into\nend\n"
  return clause(text) {
    account = a.account, into = a.into, currency = a.currency, on = on, rows = rows,
    pennies = a.pennies, anchor = a.anchor,
  }
end)
