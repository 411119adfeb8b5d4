--- What each deal sets: a currency's code gives an amount of money, `rate`, `count` and `date` the others.
return clause.define("clauses.given", {
  { "name", "name" },
  { "type", "name" },
  { "scale", "count", optional = true },
  { "at_most", "value", optional = true },
  { "anchor", "anchor", optional = true },
}, function (a)
  if not a.type:find("^%u%u%u?$") then a.type = clause.word(a.type) end
  local text = "given $name $type"
    .. (a.scale and ", scale $scale" or "")
    .. (a.at_most and ", at most $at_most" or "")
    .. " [$anchor]"
  return clause(text)(a)
end)
