--- The duty to report: who, how often, how soon, and the columns of a line.
return clause.define("clauses.usage_report", {
  { "name", "name" },
  { "by", "name" },
  { "every", "word" },
  { "within", "duration" },
  { "most", "count" },
  { "unique", "names", optional = true },
  { "set_aside", "boolean", default = false },
  { "columns", "lines" },
  { "anchor", "anchor", optional = true },
}, function (a)
  local text = "report $name [$anchor]\n  by $by, every $every, within $within of period.end\n"
    .. "  lines at most $most" .. (a.unique and ", unique ($unique)" or "")
    .. (a.set_aside and ", else set aside\n" or ", else refuse\n")
    .. "  $columns\nend\n"
  if type(a.unique) == "string" then a.unique = { a.unique } end
  a.set_aside = nil
  return clause(text)(a)
end)
