--- What the files of the library share; it makes no clause by itself.
local parts = {}

--- A string in a place where a value or an expression is wanted is an expression: "FirstRate", "sum of revenue".
function parts.value(v)
  if type(v) == "string" then return clause.expression(v) {} end
  return v
end

--- Further lines of a term: a list of lines and of what functions such as `stacking` give, { lines, clauses }.
--- Gives the lines, and the clauses that stand outside of the term.
function parts.further(list)
  local lines, outside = {}, {}
  for _, item in ipairs(list or {}) do
    if type(item) == "table" then
      for _, line in ipairs(item.lines) do lines[#lines + 1] = line end
      for _, other in ipairs(item.clauses) do outside[#outside + 1] = other end
    else
      lines[#lines + 1] = item
    end
  end
  return lines, outside
end

--- The line with which a term's money goes its way: into `pool`, or to `payee` within a time.
function parts.payment(a)
  if a.pool and a.payee then error("a term pays a `payee` or fills a `pool`, not both", 0) end
  if a.pool then
    return clause.lines [[$payer owes $pool [$anchor]
]] { payer = a.payer, pool = a.pool, anchor = a.payment_anchor or clause.none }
  end
  if not a.payee or not a.within then
    error("say where the money goes: `pool`, or `payee` and `within`", 0)
  end
  return clause.lines [[$payer pays $payee, within $within [$anchor]
]] { payer = a.payer, payee = a.payee, within = a.within, anchor = a.payment_anchor or clause.none }
end

--- The arguments of every term that a report, statement or fact sets off, behind those of its own.
function parts.term(own)
  local all = {
    { "name", "name" }, { "anchor", "anchor", optional = true },
    { "on", "names" }, { "each", "name", optional = true }, { "of", "name", optional = true },
    { "where", "condition", optional = true },
  }
  for _, argument in ipairs(own) do all[#all + 1] = argument end
  local rest = {
    { "with", "list", optional = true },
    { "payer", "name" }, { "pool", "name", optional = true }, { "payee", "name", optional = true },
    { "within", "duration", optional = true }, { "payment_anchor", "anchor", optional = true },
  }
  for _, argument in ipairs(rest) do all[#all + 1] = argument end
  return all
end

--- The trigger: `on Usage`, or `on Usage, for each work in Works`.
function parts.trigger(a)
  local on = a.on
  if type(on) ~= "table" then on = { on } end
  if not a.each then return clause.lines [[on $on]] { on = on } end
  if not a.of then return clause.lines [[on $on, for each $each]] { on = on, each = a.each } end
  return clause.lines [[on $on, for each $each in $of]] { on = on, each = a.each, of = a.of }
end

--- A royalty on the trigger of `a`: `amount` is a line, `before` are lines above it.
function parts.royalty(a, amount)
  local further, outside = parts.further(a.with)
  local filter = a.where and clause.lines [[lines where $where]] { where = a.where } or clause.none
  local term = clause [[
royalty $name [$anchor]
  $trigger
  $filter
  $amount
  $further
  $payment
end
]] {
    name = a.name, anchor = a.anchor, trigger = parts.trigger(a), filter = filter, amount = amount,
    further = further, payment = parts.payment(a),
  }
  outside[#outside + 1] = term
  return outside
end

return parts
