--- The parties, in their order: each a name and its roles, { "Label", "licensor", "signs" }.
return clause.define("clauses.parties", {
  { "members", "list" },
}, function (a)
  local all = {}
  for i, member in ipairs(a.members) do
    if type(member) ~= "table" or #member < 2 then
      error("member " .. i .. " is no list of a name and its roles: { \"Label\", \"licensor\", \"signs\" }", 0)
    end
    local roles = {}
    for r = 2, #member do roles[r - 1] = clause.word(member[r]) end
    all[i] = clause [[party $name is $roles]] { name = member[1], roles = roles }
  end
  return all
end)
