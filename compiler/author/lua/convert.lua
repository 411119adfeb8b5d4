-- convert.lua - runs a converter: gives it its inputs and settings, and hands its rows, defects and totals to the
-- host (compiler/author/src/convert_host.c). What a converter is: docs/spec/converting.md.
--
-- It is given `host`: part(n) is the next part of file n, nil at its end; give(kind, bytes) hands over. Records are
-- packed as the host's codec has them: "<" little-endian, "s4" a text with its size.
local host, converter, inputs, files, given = ...
local BATCH <const> = 65536

local function mistake(text) error(text, 0) end

-- -- settings ---------------------------------------------------------------------------------------------

-- { NAME = { default, doc } }; a name that ends with `*` stands for all that begin so.
local function pattern_of(name)
  for known in pairs(converter.settings) do
    if known:sub(-1) == "*" and name:sub(1, #known - 1) == known:sub(1, -2) then return known end
  end
end

local function names_of_settings()
  local names = {}
  for name in pairs(converter.settings) do names[#names + 1] = name end
  return table.concat(names, ", ")
end

local function settings()
  local set = {}
  for name, about in pairs(converter.settings) do
    if type(about) ~= "table" or type(about[2]) ~= "string" then
      mistake("the setting " .. tostring(name) .. " is { default, doc }")
    end
    if name:sub(-1) ~= "*" then set[name] = about[1] end
  end
  for name, value in pairs(given) do
    if not (converter.settings[name] or pattern_of(name)) then
      mistake("the converter has no setting " .. name .. "; it has " .. names_of_settings())
    end
    set[name] = value
  end
  return set
end

-- -- handing over -----------------------------------------------------------------------------------------

local waiting, waiting_size = {}, 0

local function flush()
  if waiting_size > 0 then host.give("rows", table.concat(waiting)) end
  waiting, waiting_size = {}, 0
end

local EXACT <const> = { money = "amount", decimal = "amount", rate = "amount" }

local function cell(value, column)
  local kind = type(value)
  if kind == "string" then
    if value:find("[\t\r\n]") or not utf8.len(value) then
      mistake("column " .. column .. ": a cell is UTF-8 without tabs and line ends")
    end
    return value
  end
  if math.type(value) == "integer" then return tostring(value) end
  if kind == "userdata" then
    return EXACT[value.kind] and value[EXACT[value.kind]] or tostring(value)
  end
  mistake("column " .. column .. ": a cell is a text, an integer or an exact value, not a " ..
    (math.type(value) or kind))
end

local columns -- their names, once they are known
local run = { inputs = {}, files = {}, set = settings() }

function run.columns(names)
  columns = names
  host.give("columns", string.pack("<s4", table.concat(names, "\t")))
end

function run.row(cells)
  if columns == nil then
    local names = {}
    for i = 1, #cells do names[i] = "c" .. i end
    run.columns(names)
  end
  if #cells ~= #columns then
    mistake(string.format("a row has %d cells, there are %d columns", #cells, #columns))
  end
  local texts = {}
  for i = 1, #columns do texts[i] = cell(cells[i], columns[i]) end
  local line = table.concat(texts, "\t") .. "\n"
  waiting[#waiting + 1] = line
  waiting_size = waiting_size + #line
  if waiting_size >= BATCH then flush() end
end

local function place(record)
  local file = run.inputs[record.file]
  return file and file.name or "", record.line or 0
end

-- { file = number of an input, line, record, reason, meaning, words }
function run.defect(d)
  local name, line = place(d)
  host.give("defect", string.pack("<s4i8s4s4s4s4", name, line, d.record or "", d.reason, d.meaning or "",
    d.words or ""))
end

-- { file, line, what, key, stated, found, agrees }
function run.total(t)
  local name, line = place(t)
  host.give("total", string.pack("<s4i8s4s4s4s4B", name, line, t.what, t.key or "", t.stated, t.found,
    t.agrees and 1 or 0))
end

-- { what, key, value, currency }
function run.sum(s)
  host.give("sum", string.pack("<s4s4s4s4", s.what, s.key or "", cell(s.value, s.what), s.currency or ""))
end

-- -- files ------------------------------------------------------------------------------------------------

local function file_of(number, name)
  local file = { name = name }
  function file.parts() return function() return host.part(number) end end
  function file.read()
    local parts = {}
    for part in file.parts() do parts[#parts + 1] = part end
    return table.concat(parts)
  end
  return file
end

for i, name in ipairs(inputs) do run.inputs[i] = file_of(i, name) end
for i, about in ipairs(files) do run.files[about[1]] = file_of(#inputs + i, about[2]) end

converter.convert(run)
flush()
