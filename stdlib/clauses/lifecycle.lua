--- How an agreement begins and ends: with its term; by notice too; or suspended while a report is late.
local function arguments(own)
  local all = {
    { "signers", "names" },
    { "unsigned", "date" },
    { "run_off", "duration", default = duration "120 days" },
  }
  for _, argument in ipairs(own) do all[#all + 1] = argument end
  return all
end

local function signers(a)
  return type(a.signers) == "table" and a.signers or { a.signers }
end

local simple = clause.define("clauses.lifecycle.simple", arguments {}, function (a)
  a.signers = signers(a)
  return clause [[
lifecycle
  initial draft
  states active
  final ended, after $run_off
  from draft to active when signed by $signers
  from draft to ended on $unsigned
  from active to ended on term.end
end
]] (a)
end)

local notice = clause.define("clauses.lifecycle.notice", arguments {
  { "by", "name" }, { "to", "name" }, { "notice", "duration" }, { "anchor", "anchor", optional = true },
}, function (a)
  a.signers = signers(a)
  return clause [[
lifecycle
  initial draft
  states active
  final ended, after $run_off
  from draft to active when signed by $signers
  from draft to ended on $unsigned
  from active to ended by $by, notice $notice to $to [$anchor]
  from active to ended on term.end
end
]] (a)
end)

local suspension = clause.define("clauses.lifecycle.suspension", arguments {
  { "report", "name" }, { "late", "duration" }, { "by", "name" }, { "to", "name" },
  { "notice", "duration" }, { "late_anchor", "anchor", optional = true },
  { "anchor", "anchor", optional = true },
}, function (a)
  a.signers = signers(a)
  return clause [[
lifecycle
  initial draft
  states active, suspended
  final expired, terminated, after $run_off
  from draft to active when signed by $signers
  from draft to terminated on $unsigned
  from active to suspended when $report late $late [$late_anchor]
  from suspended to active when $report filed
  from suspended to terminated by $by, notice $notice to $to [$anchor]
  from active, suspended to expired on term.end
end
]] (a)
end)

return { simple = simple, notice = notice, suspension = suspension }
