--- DDEX digital sales reports (DSRF flat files) as rows of a usage report.
--- Sales become rows of the columns that the agreement's report has; rows of one key are added up. What each
--- setting does is in docs/spec/converting.md. `require "dsr" { plans = {...}, columns = "..." }` makes another of it.
local dsr = extension "ddex_dsr"

-- Columns that are added up; every other is part of a row's key.
local ADDED <const> = { usages = true, returns = true, net_usages = true, revenue = true }
-- Without these a row is of no use to an agreement.
local NEEDED <const> = { isrc = true, iswc = true, icpn = true, territory = true, plan = true }
local FIELDS <const> = { "isrc", "iswc", "icpn", "territory", "plan", "usages", "returns", "net_usages", "revenue",
  "currency", "model", "use", "service", "first", "last", "title", "artist", "work", "resource", "release", "record",
  "block", "sale", "summary" }

-- Commercial model, or model/use type, to the plan that agreements name.
local PLANS <const> = { AdvertisementSupportedModel = "ad_funded", SubscriptionModel = "premium" }

local SETTINGS <const> = {
  columns = { "isrc,territory,plan,usages,revenue", "what stands in a row, separated by commas" },
  revenue = { "sale", "sale: the sale's net revenue; amount or net: what is allocated" },
  controller = { "", "only what is allocated to this rights controller" },
  currency = { "", "of the revenue; otherwise that of the first sale" },
  group = { "yes", "no: a row for each sale" },
  round = { "", "the revenue of a row to a unit: 0.01 half_even" },
  rate_day = { "", "whose rate holds; otherwise the last day of each sale" },
  stale_days = { "7", "how old a rate of --with rates=FILE may be" },
  ["plan.*"] = { nil, "plan.MODEL=NAME or plan.MODEL/USE=NAME: a plan of the agreement" },
}

local function refuse(text) error(text, 0) end

-- -- settings ---------------------------------------------------------------------------------------------

local function columns_of(set)
  local known, columns = {}, {}
  for _, name in ipairs(FIELDS) do known[name] = true end
  for name in set.columns:gmatch("[^,%s]+") do
    if not known[name] then refuse("no column " .. name .. "; there are " .. table.concat(FIELDS, " ")) end
    columns[#columns + 1] = name
  end
  return columns
end

local function rounding_of(set)
  if set.round == "" then return function(amount) return amount end end
  local unit, mode = set.round:match("^(%S+)%s+(%S+)$")
  if not unit then refuse("round is a unit and a mode: 0.01 half_even") end
  return function(amount) return amount:round(unit, mode) end
end

local function check(set)
  local kinds = { sale = true, amount = true, net = true }
  if not kinds[set.revenue] then refuse("revenue is sale, amount or net, not " .. set.revenue) end
  if set.controller ~= "" and set.revenue == "sale" then
    refuse("controller goes with revenue=amount or revenue=net")
  end
  if set.group ~= "yes" and set.group ~= "no" then refuse("group is yes or no, not " .. set.group) end
end

-- A function of amount, currency and day: the amount in the wanted currency; or nil, reason and words.
local function exchange_of(run)
  local set, target = run.set, run.set.currency
  local fx = run.files.rates and extension "fx_table"
  local rates = fx and fx.open(run.files.rates.read())
  return function(amount, currency, day)
    if target == "" then target = currency end
    if currency == target then return amount end
    if not fx then return nil, "currency_differs", currency .. ", not " .. target end
    if set.rate_day ~= "" then day = set.rate_day end
    local good, rate = pcall(fx.rate, rates, currency, target, day, count(set.stale_days))
    if good then return amount * decimal(rate) end
    local why = tostring(rate)
    return nil, "rate_" .. (type(rate) == "userdata" and rate.code or "failed"), why:match(": rate: (.*)$") or why
  end
end

-- -- a sale -----------------------------------------------------------------------------------------------

local conversion = {}
conversion.__index = conversion

function conversion:plan_of(sale)
  local set, plans, both = self.run.set, self.plans, sale.model .. "/" .. sale.use
  return set["plan." .. both] or set["plan." .. sale.model] or plans[both] or plans[sale.model] or ""
end

-- What is allocated of a sale; nil when nothing is stated, false when nothing is the wanted controller's.
function conversion:allocated(shares)
  local set, sum, currency, mine = self.run.set, nil, nil, false
  for _, share in ipairs(shares) do
    if set.controller == "" or share.controller == set.controller then
      mine = true
      local stated = share[set.revenue]
      if stated ~= "" then sum, currency = (sum or decimal(0)) + decimal(stated), share.currency end
    end
  end
  if not mine and set.controller ~= "" then return false end
  return sum, currency
end

function conversion:revenue_of(sale, shares)
  if self.run.set.revenue ~= "sale" then return self:allocated(shares) end
  if sale.revenue == "" then return nil end
  return decimal(sale.revenue), sale.currency
end

function conversion:leave_out(sale, reason, meaning, words)
  self.run.defect { file = sale.file, line = sale.line, record = sale.record, reason = reason,
    meaning = "left out: " .. meaning, words = words }
end

-- Sets the sale's revenue; false when it has none that can be used.
function conversion:price(sale, shares)
  local revenue, currency = self:revenue_of(sale, shares)
  if revenue == false then return false end
  if revenue == nil then
    self:leave_out(sale, "no_revenue", "it states no revenue", sale.sale)
    return false
  end
  local amount, reason, words = self.exchange(revenue, currency, sale.last)
  if not amount then
    self:leave_out(sale, reason, "its revenue is in another currency", words)
    return false
  end
  sale.revenue = amount
  return true
end

-- False when a column of a row's key is empty that no agreement can do without.
function conversion:complete(sale)
  for _, name in ipairs(self.columns) do
    local value = sale[name]
    if NEEDED[name] and (value == "" or name == "territory" and not value:match("^%u%u$")) then
      local words = name == "plan" and sale.model .. "/" .. sale.use or name == "territory" and value or sale.title
      self:leave_out(sale, "no_" .. name, "a row without " .. name, words)
      return false
    end
  end
  return true
end

function conversion:add(sale)
  local key = {}
  for i, name in ipairs(self.columns) do key[i] = ADDED[name] and "" or sale[name] end
  key = table.concat(key, "\t")
  local row = self.run.set.group == "yes" and self.by_key[key]
  if not row then
    row = {}
    for _, name in ipairs(self.columns) do row[name] = ADDED[name] and decimal(0) or sale[name] end
    self.by_key[key], self.rows[#self.rows + 1] = row, row
  end
  for _, name in ipairs(self.columns) do
    if ADDED[name] then row[name] = row[name] + sale[name] end
  end
end

-- A sale, when all its shares are there.
function conversion:take(sale, shares)
  if self.wanted.revenue and not self:price(sale, shares) then return end
  sale.plan = self:plan_of(sale)
  sale.net_usages = sale.usages - sale.returns
  if self:complete(sale) then self:add(sale) end
end

-- -- a report ---------------------------------------------------------------------------------------------

function conversion:read()
  local run, waiting, shares = self.run, nil, nil
  local function on_sale(sale)
    if waiting then self:take(waiting, shares) end
    waiting, shares = sale, {}
  end
  local function on_share(share) shares[#shares + 1] = share end
  local function on_total(t)
    t.key = t.controller == "" and t.summary or t.summary .. ", " .. t.controller
    run.total(t)
  end
  local function on_sum(s)
    for _, what in ipairs { "rows", "usages", "returns" } do run.sum { what = what, key = s.controller, value = s[what] } end
    for _, what in ipairs { "revenue", "amount", "net" } do
      run.sum { what = what, key = s.controller, value = s[what], currency = s.currency }
    end
  end
  local report = dsr.open()
  for _, input in ipairs(run.inputs) do
    dsr.begin(report, input.name, on_sale, on_share, run.defect)
    for part in input.parts() do dsr.feed(report, part, on_sale, on_share, run.defect) end
  end
  dsr.finish(report, on_sale, on_share, run.defect, on_total, on_sum)
  if waiting then self:take(waiting, shares) end
end

function conversion:write()
  local rounded = rounding_of(self.run.set)
  for _, row in ipairs(self.rows) do
    local cells = {}
    for i, name in ipairs(self.columns) do cells[i] = name == "revenue" and rounded(row[name]) or row[name] end
    self.run.row(cells)
  end
end

local function convert(run, plans)
  check(run.set)
  local self = setmetatable({ run = run, plans = plans, columns = columns_of(run.set), exchange = exchange_of(run),
    wanted = {}, rows = {}, by_key = {} }, conversion)
  for _, name in ipairs(self.columns) do self.wanted[name] = true end
  run.columns(self.columns)
  self:read()
  self:write()
end

-- -- the converter ----------------------------------------------------------------------------------------

-- With other plans and other defaults: make { plans = {...}, columns = "..." }.
local function make(changes)
  local settings = {}
  for name in pairs(changes) do
    if name ~= "plans" and not SETTINGS[name] then refuse("the converter dsr has no setting " .. name) end
  end
  for name, about in pairs(SETTINGS) do settings[name] = { changes[name] or about[1], about[2] } end
  return setmetatable({ settings = settings, convert = function(run) convert(run, changes.plans or PLANS) end },
    { __call = function(_, more) return make(more) end })
end

return make {}
