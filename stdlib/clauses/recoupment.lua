--- A line of a term: what is recouped from an account, such as an advance's, leaving at least so much.
return clause.define("clauses.recoupment", {
  { "account", "name", default = "Advance" },
  { "leaving", "value", optional = true },
  { "anchor", "anchor", optional = true },
}, function (a)
  return clause.lines(a.leaving and "less $account, leaving at least $leaving [$anchor]"
                                or "less $account [$anchor]")(a)
end)
