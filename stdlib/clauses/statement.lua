--- Statements to payees, with the report's sums by some of its columns.
return clause.define("clauses.statement", {
  { "name", "name" },
  { "every", "word" },
  { "within", "duration" },
  { "to", "names" },
  { "by", "names", optional = true },
  { "anchor", "anchor", optional = true },
}, function (a)
  local text = "statement $name [$anchor]\n  every $every, within $within of period.end\n  to $to\n"
    .. (a.by and "  lines by $by\n" or "") .. "end\n"
  if type(a.to) == "string" then a.to = { a.to } end
  if type(a.by) == "string" then a.by = { a.by } end
  return clause(text)(a)
end)
