-- scenario.lua - what a scenario sees of the ledger: contracts with what people do to them and what can be read
-- of them, expectations, properties with drawn inputs, and the checks that every scenario has without asking.
--
-- It is given `world`, the calls into the ledger in memory (compiler/author/src/lua_world.c). A call that the ledger
-- refuses answers nil and {status, code, text, help}. Specified in docs/spec/testing.md.
local world = ...
local scenarios = {}   -- in order: {name, kind, run, options}
local explained = {}   -- changes that no scenario can notice: {change, reason, place}
local told             -- of the scenario under way: {expectations, gas}

-- -- errors -----------------------------------------------------------------------------------------------

-- What the ledger refused, or what was expected and is not so: with the place in the scenario.
local failure = {}
failure.__index = failure
failure.__tostring = function(f) return f.place .. f.text end

local function fail(kind, text, help)
  error(setmetatable({ kind = kind, place = world.where(), text = text, help = help or "" }, failure), 0)
end

-- The answer of a call, or the refusal as an error.
local function must(answer, refusal, ...)
  if answer == nil and type(refusal) == "table" then
    refusal = setmetatable({ kind = "refused", place = world.where(), text = refusal.text, help = refusal.help,
      code = refusal.code }, failure)
    error(refusal, 0)
  end
  return answer, refusal, ...
end

local function show(value)
  if type(value) == "table" and getmetatable(value) == nil then
    local parts = {}
    for key, member in pairs(value) do
      parts[#parts + 1] = (type(key) == "number" and "" or tostring(key) .. " = ") .. show(member)
    end
    return "{" .. table.concat(parts, ", ") .. "}"
  end
  return tostring(value)
end

local function same(a, b)
  if a == b then return true end
  if type(a) == "table" and type(b) == "table" then
    for key, member in pairs(a) do if not same(member, b[key]) then return false end end
    for key in pairs(b) do if a[key] == nil then return false end end
    return true
  end
  -- a text stands for the value that it writes: "GBP 5.00", "2026-01-05"
  return type(a) ~= type(b) and tostring(a) == tostring(b)
end

-- "12.50" and "12.5" are the same money; so is a text that says it.
local function alike(actual, expected)
  if type(actual) == "userdata" and type(expected) == "string" then
    local read, value = pcall(world.read_like, actual, expected)
    if read then return actual == value end
  end
  return same(actual, expected)
end

function expect(actual, expected, what)
  told.expectations = told.expectations + 1
  if told.lenient then return end
  if not alike(actual, expected) then
    fail("expected", (what and what .. ": " or "") .. "expected " .. show(expected) .. ", got " .. show(actual))
  end
end

-- Passes when the ledger refuses what `act` does, with a text or code that has `reason` in it. A mistake in the
-- scenario itself is not a refusal.
function refuse(reason, act)
  if type(reason) ~= "string" or type(act) ~= "function" then
    error("refuse takes the reason and a function: refuse(\"closed\", function() ... end)", 2)
  end
  told.expectations = told.expectations + 1
  local accepted, why = pcall(act)
  if told.lenient then return end
  if accepted then fail("expected", "expected a refusal (" .. reason .. "), but it was accepted") end
  if type(why) ~= "table" or why.kind ~= "refused" then error(why, 0) end
  if not (why.text:find(reason, 1, true) or why.code == reason) then
    fail("expected", "expected a refusal with \"" .. reason .. "\", got: " .. why.text)
  end
  return why
end

-- -- contracts --------------------------------------------------------------------------------------------

local contract = {}
contract.__index = contract
contract.__tostring = function(c) return "contract " .. c.name end
contract.__metatable = "contract"

local function note_gas(what)
  local gas = world.gas()
  if gas > (told.gas[what] or 0) then told.gas[what] = gas end
end

local function names(by)
  if by == nil then return {} end
  return type(by) == "table" and by or { by }
end

-- A file of the project, a text with lines, or rows: lists of cells in the order of the columns.
local function bytes_of(source)
  if type(source) == "table" then
    local lines = {}
    for _, row in ipairs(source) do
      local cells = {}
      for i, cell in ipairs(row) do cells[i] = tostring(cell) end
      lines[#lines + 1] = table.concat(cells, "\t") .. "\n"
    end
    return table.concat(lines)
  end
  if source == "" or source:find("[\n\t]") then return source end
  return world.read(source)
end

-- Puts a deal on the ledger and loads its schedules. `by`: who deploys; otherwise the agreement's first party.
function deploy(deal, by)
  local number = must(world.deploy(deal, names(by)))
  local c = setmetatable({ number = number, name = world.info(number).name }, contract)
  for _, schedule in ipairs(world.schedules(deal)) do c:load(schedule[1], schedule[2]) end
  return c
end

function contract:load(schedule, source)
  must(world.load(self.number, schedule, bytes_of(source)))
  return self
end

function contract:sign(...)
  must(world.sign(self.number, { ... }))
  return self
end

function contract:file(report, period, source, options)
  local lines, accepted, set_aside = must(world.file(self.number, report, period, bytes_of(source),
    names(options and options.by)))
  note_gas("report " .. report)
  return { lines = lines, accepted = accepted, set_aside = set_aside }
end

function contract:fact(name, value, options)
  must(world.fact(self.number, name, tostring(value), names(options and options.by)))
  note_gas("fact " .. name)
end

function contract:act(name, arguments, options)
  local texts = {}
  for key, value in pairs(arguments or {}) do texts[key] = world.argument(value) end
  must(world.act(self.number, name, texts, names(options and options.by), false))
  note_gas("action " .. name)
end

function contract:notice(name, options)
  must(world.act(self.number, name, {}, names(options and options.by), true))
  note_gas("notice " .. name)
end

-- The number of the payment, for acknowledge.
function contract:pay(creditor, amount, options)
  local number = must(world.pay(self.number, creditor, amount, names(options and options.by),
    options and options.reference or ""))
  note_gas("payment")
  return number
end

function contract:acknowledge(payment, options)
  must(world.acknowledge(self.number, payment, names(options and options.by)))
end

function advance(day)
  must(world.advance(tostring(day)))
end

function today()
  return world.today()
end

-- -- reading ----------------------------------------------------------------------------------------------

function query(sql)
  return must(world.query(sql))
end

local function quoted(text)
  return "'" .. tostring(text):gsub("'", "''") .. "'"
end

local function of_row(row)
  return row == nil and "" or " AND key = " .. quoted(row)
end

-- One row, or an error that says what there is.
local function one(c, sql, what)
  local rows = must(world.query(sql))
  if #rows == 0 then fail("expected", "there is no " .. what .. " of " .. c.name) end
  return rows
end

local function money_in(row, name)
  local units = row[name and name .. "_units" or "units"]
  return world.money(units, row.scale, row.currency)
end

function contract:info()
  return world.info(self.number)
end

function contract:state()
  return world.info(self.number).state
end

function contract:status()
  return world.info(self.number).status
end

-- The balance of an account, or of one of its rows; without a row, of all of them together.
function contract:balance(account, row)
  local rows = one(self, "SELECT units, scale, currency FROM balances WHERE contract_number = " .. self.number ..
    " AND account = " .. quoted(account) .. of_row(row), "account " .. account .. (row and " of " .. row or ""))
  local sum = money_in(rows[1])
  for i = 2, #rows do sum = sum + money_in(rows[i]) end
  return sum
end

-- The value of a counter or fact, as the views print it.
function contract:value(name, row)
  return one(self, "SELECT value FROM counters WHERE contract_number = " .. self.number .. " AND counter = " ..
    quoted(name) .. of_row(row), "counter or fact " .. name)[1].value
end

-- Duties in order of making: {term, clause, debtor, creditor, amount, open, due, made, state}. `wanted`: members that
-- they are to have.
function contract:duties(wanted)
  local found = {}
  for _, row in ipairs(must(world.query("SELECT * FROM duties WHERE contract_number = " .. self.number ..
      " ORDER BY number"))) do
    local duty = { term = row.term, clause = row.clause, debtor = row.debtor, creditor = row.creditor,
      amount = money_in(row, "duty"), open = money_in(row, "open"), due = row.due, made = row.made,
      state = row.state }
    local fits = true
    for key, value in pairs(wanted or {}) do fits = fits and alike(duty[key], value) end
    if fits then found[#found + 1] = duty end
  end
  return found
end

-- The first of them; an empty table when there is none, so that a story can be played with other figures.
function contract:duty(wanted)
  return self:duties(wanted)[1] or {}
end

-- What is open to a creditor, of all duties that are due some day; nil when there never was one.
function contract:owed(creditor)
  local sum
  for _, duty in ipairs(self:duties { creditor = creditor }) do
    sum = sum and sum + duty.open or duty.open
  end
  return sum
end

-- {exact, earned, topup, recouped, net} of a money term for a period, for a row when it has rows.
function contract:result(term, period, row)
  local r = one(self, "SELECT * FROM term_results WHERE contract_number = " .. self.number .. " AND term = " ..
    quoted(term) .. (period and " AND period = " .. quoted(period) or "") .. of_row(row) ..
    " ORDER BY height DESC LIMIT 1", "result of " .. term .. (period and " for " .. period or ""))[1]
  return { exact = r.exact_amount, earned = money_in(r, "earned"), topup = money_in(r, "topup"),
    recouped = money_in(r, "recouped"), net = money_in(r, "net") }
end

-- Lines of the statement to a payee: {term, clause, anchor, account, amount}.
function contract:statement(period, payee)
  local lines = {}
  for _, row in ipairs(must(world.query("SELECT * FROM statement_lines WHERE contract_number = " .. self.number ..
      " AND period = " .. quoted(period) .. " AND payee = " .. quoted(payee) .. " ORDER BY ordinal"))) do
    lines[#lines + 1] = { term = row.term, clause = row.clause, anchor = row.anchor, account = row.account,
      amount = money_in(row) }
  end
  return lines
end

-- How what a payee has, is owed and owes for a period came about: what licet why says.
function contract:why(payee, period)
  return must(world.why(self.number, payee, period))
end

-- {date, name, text} of what the agreement emitted, its states, reports and failures.
function contract:events()
  return must(world.events(self.number))
end

-- -- what holds in every scenario ----------------------------------------------------------------------------

local function check_conservation()
  for _, row in ipairs(must(world.query("SELECT contract_number, currency, units_sum(units) AS units, max(scale) AS " ..
      "scale FROM balances GROUP BY contract_number, currency"))) do
    if row.units ~= "0" then
      fail("check", "money is not conserved: the accounts of " .. world.info(row.contract_number).name ..
        " add up to " .. tostring(world.money(row.units, row.scale, row.currency)))
    end
  end
end

-- Every contract comes to its end by time alone, and then no account of the agreement holds anything.
local function check_ends()
  world.push()
  must(world.advance_far())
  for _, row in ipairs(must(world.query("SELECT number, agreement, status, state FROM contracts"))) do
    if row.status ~= "closed" then
      fail("check", row.agreement .. " never ends: it stays " .. row.state .. " (" .. row.status .. ")")
    end
  end
  for _, row in ipairs(must(world.query("SELECT b.account, b.key, b.units, b.scale, b.currency, c.agreement FROM " ..
      "balances b JOIN contracts c ON c.number = b.contract_number WHERE b.kind = 'declared' AND b.units <> '0'"))) do
    fail("check", "after the end " .. tostring(money_in(row)) .. " is left on " .. row.account ..
      (row.key and " of " .. row.key or "") .. " of " .. row.agreement)
  end
  check_conservation()
  world.pop()
end

-- -- scenarios and properties --------------------------------------------------------------------------------

local function register(kind, name, run, options)
  if type(name) ~= "string" or name == "" or type(run) ~= "function" then
    error(kind .. " takes a name and a function: " .. kind .. "(\"a quiet year\", function() ... end)", 3)
  end
  for _, other in ipairs(scenarios) do
    if other.name == name then error(kind .. ": there is one called \"" .. name .. "\" already", 3) end
  end
  scenarios[#scenarios + 1] = { name = name, kind = kind, run = run, options = options or {},
    place = world.where() }
end

function scenario(name, run)
  register("scenario", name, run)
end

-- property("name", function(draw) ... end [, {runs = 100}]): the function runs with drawn inputs; what fails is made
-- smaller before it is told.
function property(name, run, options)
  register("property", name, run, options)
end

-- equivalent(change, reason): a change of the agreement, in the words of `licet test --mutate` without its lines,
-- that makes no difference to anybody, and why.
function equivalent(change, reason)
  if type(change) ~= "string" or change == "" or type(reason) ~= "string" or reason == "" then
    error("equivalent takes a change, as --mutate words it, and the reason why it makes no difference", 2)
  end
  for _, other in ipairs(explained) do
    if other.change == change then error("equivalent: this change is explained already, " .. other.place, 2) end
  end
  explained[#explained + 1] = { change = change, reason = reason, place = world.where() }
end

-- Draws: each is a number from 0 to a bound, kept in a list, so that a failing run can be repeated and made smaller.
local drawing = {}
drawing.__index = drawing
drawing.__metatable = "draw"

local function number(draw, bound)
  local next = #draw.taken + 1
  local value
  if draw.given then value = math.min(draw.given[next] or 0, bound) else value = math.random(0, bound) end
  draw.taken[next] = value
  return value
end

local function noted(draw, value)
  draw.shown[#draw.shown + 1] = show(value)
  return value
end

-- A whole number from `least` to `most`.
function drawing:int(least, most)
  return noted(self, least + number(self, most - least))
end

-- An element of a list.
function drawing:choose(list)
  return noted(self, list[1 + number(self, #list - 1)])
end

function drawing:chance(percent)
  return number(self, 99) < percent
end

-- Money or a decimal from `least` to `most`, in steps of `unit`.
function drawing:amount(least, most, unit)
  return noted(self, least + unit * number(self, world.steps(least, most, unit)))
end

-- Rows for a report: most are in order, some are not, in the ways in which the report's columns can be wrong.
function drawing:lines(c, report, count)
  local rows = {}
  local columns = world.columns(c.number, report)
  for line = 1, count do
    local cells = {}
    for i, column in ipairs(columns) do
      cells[i] = world.cell(c.number, report, i, line, number(self, 999999), number(self, 39) == 39)
    end
    rows[line] = cells
  end
  return rows
end

local function one_day(c, draw)
  local day = world.after(today(), 1 + draw(120))
  must(world.advance(tostring(day)))
end

local function play(c, move, draw, gen)
  if move.kind == "report" then
    c:file(move.name, move.period, gen:lines(c, move.name, 1 + draw(4)))
  elseif move.kind == "fact" then
    c:fact(move.name, world.value(c.number, "fact", move.name, 1, draw(999999)))
  elseif move.kind == "action" then
    local arguments = {}
    for i, argument in ipairs(move.arguments) do
      arguments[argument] = world.value(c.number, "action", move.name, i, draw(999999))
    end
    c:act(move.name, arguments)
  elseif move.kind == "notice" then c:notice(move.name)
  elseif move.kind == "sign" then c:sign()
  elseif move.kind == "pay" then
    local duty = move.duty
    local payment = c:pay(duty.creditor, money_in(duty, "open"), { by = duty.debtor })
    if draw(1) == 0 then c:acknowledge(payment) end
  else one_day(c, draw) end
end

-- Random things, in order of time, for as long as `steps`: reports, facts, actions, payments, days that pass. The
-- ledger may refuse each; it may not break.
function drawing:explore(c, steps)
  for _ = 1, steps do
    local what = world.moves(c.number)
    local move = what[1 + number(self, #what - 1)]
    local done = pcall(play, c, move, function(bound) return number(self, bound) end, self)
    noted(self, move.kind .. (move.name and " " .. move.name or "") .. (done and "" or " (refused)"))
  end
end

local function begin()
  told = { expectations = 0, gas = {} }
  world.push()
end

-- An error of the script as a failure. Errors of licet's own bring their help along.
local function mistake(problem)
  if type(problem) == "table" and problem.kind then return problem end
  local ours, help = pcall(function() return type(problem) == "userdata" and problem.help end)
  return setmetatable({ kind = "error", place = "", text = tostring(problem), help = ours and help or "" }, failure)
end

-- Runs a function in a world of its own, then the checks. nil, or the failure.
local function attempt(run, argument)
  world.reset()
  begin()
  local good, why = xpcall(run, mistake, argument)
  if good then good, why = pcall(check_conservation) end
  if good then good, why = pcall(check_ends) end
  world.reset()
  if good then return nil end
  return mistake(why)
end

local function draws(given)
  return setmetatable({ given = given, taken = {}, shown = {} }, drawing)
end

-- Fewer, or as many of which the first that differs is smaller.
local function is_smaller(draws, than)
  if #draws ~= #than then return #draws < #than end
  for i, value in ipairs(draws) do
    if value ~= than[i] then return value < than[i] end
  end
  return false
end

-- Fewer and smaller draws that fail as well: pieces left out, then numbers made smaller.
local function shrink(run, taken, budget)
  local best, shown, why = taken, nil, nil
  local function try(candidate)
    if budget == 0 then return false end
    budget = budget - 1
    local draw = draws(candidate)
    local problem = attempt(run, draw)
    if problem == nil then return false end
    if not is_smaller(draw.taken, best) then return false end
    best, shown, why = draw.taken, draw.shown, problem
    return true
  end
  local size = #best // 2
  while size > 0 do
    local at = 1
    while at + size - 1 <= #best do
      local candidate = {}
      for i, value in ipairs(best) do
        if i < at or i >= at + size then candidate[#candidate + 1] = value end
      end
      if not try(candidate) then at = at + size end
    end
    size = size // 2
  end
  -- The smallest number at a place that fails still, as far as those below it all pass.
  local function lower(i)
    local low = -1
    while best[i] and best[i] - low > 1 and budget > 0 do
      local candidate = table.move(best, 1, #best, 1, {})
      candidate[i] = low < 0 and 0 or low + (best[i] - low) // 2
      if not try(candidate) then low = candidate[i] end
    end
  end
  local before
  repeat
    before = best
    for i = 1, #best do lower(i) end
  until best == before or budget == 0
  if why == nil then
    local draw = draws(best)
    why = attempt(run, draw)
    shown = draw.shown
  end
  return best, shown, why
end

local function run_property(entry, seed, regressions, runs)
  for _, given in ipairs(regressions) do
    local draw = draws(given)
    local why = attempt(entry.run, draw)
    if why then return why, given, draw.shown end
  end
  for i = 1, runs do
    world.seed(seed + i)
    local draw = draws(nil)
    local why = attempt(entry.run, draw)
    if why then
      local taken, shown, smaller = shrink(entry.run, draw.taken, 300)
      return smaller or why, taken, shown
    end
  end
  return nil
end

-- -- for the driver --------------------------------------------------------------------------------------------

local driver = {}

function driver.count()
  return #scenarios
end

function driver.about(i)
  local entry = scenarios[i]
  return entry.name, entry.kind, entry.place
end

function driver.explained(i)
  local entry = explained[i]
  if entry then return entry.change, entry.reason, entry.place end
end

-- failure or nil, expectations, gas, and for a property the draws that fail and what they were.
function driver.run(i, seed, regressions, runs)
  local entry = scenarios[i]
  world.seed(seed)
  if entry.kind == "scenario" then
    local why = attempt(entry.run)
    return why, told.expectations, told.gas
  end
  local why, taken, shown = run_property(entry, seed, regressions, runs or entry.options.runs or 100)
  return why, told and told.expectations or 0, told and told.gas or {}, taken, shown
end

-- Plays a scenario as a story: what it expects is passed over, and the world stays as it is in the end.
function driver.play(i)
  world.reset()
  begin()
  told.lenient = true
  scenarios[i].run()
end

-- A contract that is on the ledger, by its agreement's name.
function contract_named(name)
  for number = 0, world.contracts() - 1 do
    if world.info(number).name == name then return setmetatable({ number = number, name = name }, contract) end
  end
  error("there is no contract " .. tostring(name), 2)
end

local function told_names()
  local names = {}
  for name in pairs(_G) do
    if type(name) == "string" then names[#names + 1] = name end
  end
  for name in pairs(contract) do
    if type(name) == "string" and name:sub(1, 2) ~= "__" then names[#names + 1] = name end
  end
  return table.concat(names, "\n")
end

-- Rows as lines with their members in order; texts as they are.
local function laid_out(value)
  if type(value) ~= "table" or getmetatable(value) ~= nil or type(value[1]) ~= "table" then
    return type(value) == "string" and value or show(value)
  end
  local lines = {}
  for i, row in ipairs(value) do lines[i] = show(row) end
  return table.concat(lines, "\n")
end

-- A line of a session: 0 and what it gives, 1 when it goes on, 2 and what is wrong.
function driver.eval(text)
  if told == nil then begin() end
  local run, open = load("return " .. text, "=line")
  local why = open
  if run == nil then run, why = load(text, "=line") end
  if run == nil then
    local more = open:find("<eof>", 1, true) or why:find("<eof>", 1, true)
    return more and 1 or 2, (why:gsub("^line:", "")), told_names()
  end
  local results = table.pack(pcall(run))
  if not results[1] then
    local problem = results[2]
    local help = type(problem) == "table" and problem.help or ""
    return 2, (tostring(problem):gsub("^line:%d+: ", "")) .. (help ~= "" and "\nhelp: " .. help or ""), told_names()
  end
  local lines = {}
  for i = 2, results.n do
    if results[i] ~= nil then lines[#lines + 1] = laid_out(results[i]) end
  end
  return 0, table.concat(lines, "\n"), told_names()
end

return driver
