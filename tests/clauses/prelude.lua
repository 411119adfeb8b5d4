-- Run before each script: an agreement around the clauses that it tries.
local days = function (n) return duration(n, "days") end

function trial(tried, lifecycle)
  return agreement "Trial" "A trial" {
    clauses.header { money = "GBP", months = "clip", from = date "2026-01-01", to = date "2028-12-31", payments = false },
    clauses.parties { members = { { "Label", "licensor", "signs" }, { "Platform", "licensee", "signs" },
                                  { "Artist", "payee" } } },
    tried,
    lifecycle or clauses.lifecycle.simple { signers = { "Label", "Platform" }, unsigned = date "2026-03-31" },
  }
end

function usage()
  return clauses.usage_report {
    name = "Usage", by = "Platform", every = "quarter", within = days(45), most = 1000,
    columns = clause.lines [[
column plan one of (free, premium)
column units count, at most 1,000,000
column revenue exact GBP, scale 2, at most GBP 1,000,000
column costs exact GBP, scale 2, at most GBP 1,000,000
]] {},
  }
end

-- A pool that is filled, split, stated and paid out.
function pooled(more)
  return {
    usage(),
    clauses.royalty.percentage { name = "Share", on = "Usage", rate = rate "20%", base = "sum of revenue",
                                 payer = "Platform", pool = "Pool" },
    clauses.split { on = "Usage", currency = "GBP",
                    shares = { { "Label", rate "60%" }, { "Artist", rate "40%" } } },
    clauses.statement { name = "Account", every = "quarter", within = days(60), to = { "Label", "Artist" } },
    more or {},
    clauses.payout { on = "Account", payer = "Platform", within = days(30) },
  }
end

-- What goes wrong, as text.
function mistakes(...)
  local all = {}
  for i, try in ipairs { ... } do
    local good, why = pcall(try)
    all[i] = good and "nothing is wrong" or tostring(why)
  end
  return table.concat(all, "\n")
end
