-- convert_here.lua - `convert(CONVERTER, GIVEN)` for tests of converters: no files, no host; what comes out is a
-- table. It is given the driver, the function of convert.lua. Specified in docs/spec/converting.md.
local driver = ...

-- { NAME = text } as names in order and texts by number, from `first` on.
local function listed(given, texts)
  local names = {}
  for name, text in pairs(given or {}) do
    names[#names + 1] = name
    texts[#texts + 1] = text
  end
  return names
end

local function unpacked(format, bytes, ...)
  local values, record = { string.unpack(format, bytes) }, {}
  for i, name in ipairs { ... } do record[name] = values[i] end
  return record
end

function convert(converter, given)
  local texts, told = {}, { columns = {}, rows = {}, defects = {}, totals = {}, sums = {} }
  local host = {}
  function host.part(number)
    local text = texts[number]
    texts[number] = nil
    return text
  end
  function host.give(kind, bytes)
    if kind == "columns" then
      for name in string.unpack("<s4", bytes):gmatch("[^\t]+") do told.columns[#told.columns + 1] = name end
    elseif kind == "rows" then
      for line in bytes:gmatch("([^\n]*)\n") do told.rows[#told.rows + 1] = line end
    elseif kind == "defect" then
      told.defects[#told.defects + 1] = unpacked("<s4i8s4s4s4s4", bytes, "file", "line", "record", "reason", "meaning",
        "words")
    elseif kind == "total" then
      local total = unpacked("<s4i8s4s4s4s4B", bytes, "file", "line", "what", "key", "stated", "found", "agrees")
      total.agrees = total.agrees == 1
      told.totals[#told.totals + 1] = total
    else
      told.sums[#told.sums + 1] = unpacked("<s4s4s4s4", bytes, "what", "key", "value", "currency")
    end
  end
  local inputs, files = listed(given.inputs, texts), {}
  for _, name in ipairs(listed(given.files, texts)) do files[#files + 1] = { name, name } end
  converter.settings = converter.settings or {}
  driver(host, converter, inputs, files, given.set or {})
  return told
end
