--- A grant of rights: to whom, of what, where, how long, exclusive or not.
return clause.define("clauses.grant", {
  { "name", "name" },
  { "from", "name" },
  { "to", "name" },
  { "of", "name" },
  { "rights", "names" },
  { "territory", "set" },
  { "during", "duration", optional = true },
  { "starts", "date", optional = true },
  { "exclusive", "boolean" },
  { "sublicense", "word", default = "no" },
  { "anchor", "anchor", optional = true },
}, function (a)
  local text = "grant $name [$anchor]\n  from $from to $to\n  of $of\n  rights $rights\n"
    .. "  territory $territory\n"
    .. (a.during and "  during $during from $starts\n" or "  during term\n")
    .. "  exclusive $exclusive\n  sublicense $sublicense\nend\n"
  if a.during and not a.starts then error("say from when the grant holds: `starts`", 0) end
  if a.starts and not a.during then error("say how long the grant holds: `during`", 0) end
  if type(a.rights) == "string" then a.rights = { a.rights } end
  a.exclusive = clause.word(a.exclusive and "yes" or "no")
  return clause(text)(a)
end)
