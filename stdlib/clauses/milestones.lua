--- A fee in parts, each due on an event: { rate "25%", "signature", duration "10 days" }.
local parts = clauses.parts

return clause.define("clauses.milestones", {
  { "name", "name" },
  { "amount", "money" },
  { "parts", "list" },
  { "payer", "name" },
  { "payee", "name" },
  { "anchor", "anchor", optional = true },
}, function (a)
  local rows = {}
  for i, part in ipairs(a.parts) do
    if type(part) ~= "table" or #part ~= 3 then
      error("part " .. i .. " is a rate, an event and a time: { rate \"25%\", \"signature\", duration \"10 days\" }", 0)
    end
    local on = part[2] == "signature" and clause.word "signature" or part[2]
    rows[i] = clause.lines [[part $rate on $on, within $within]] {
      rate = parts.value(part[1]), on = on, within = part[3],
    }
  end
  return clause [[
fee $name [$anchor]
  amount $amount
  $rows
  $payer pays $payee
end
]] { name = a.name, anchor = a.anchor, amount = a.amount, rows = rows, payer = a.payer, payee = a.payee }
end)
