-- What goes wrong is told with the line of the script, and the argument or the line of the template.
local fee = clause [[
fee $name
  on signature
  amount $amount
  Platform pays Label, within 30 days
end
]]
return mistakes(
  function () return fee { name = "Setup", amount = 5.5 } end,
  function () return fee { name = "Setup", amout = money "GBP 5" } end,
  function () return fee { name = "Setup end grant X", amount = money "GBP 5" } end,
  function () return fee { name = "Setup", amount = clause.expression "GBP 5\nend" {} } end,
  function () return fee { name = "Setup", amount = true } end,
  function () return fee { name = "Setup", amount = { money "GBP 5", x = 1 } } end,
  function () return fee { "Setup", money "GBP 5" } end,
  function () return clause [[fee Setup]] {} end,
  function () return clauses.advanc {} end,
  function () return clauses.advance { ammount = money "GBP 5" } end,
  function () return clauses.advance { amount = money "GBP 5", colour = "red" } end,
  function () return clauses.advance { amount = money "GBP 5", currency = "GBP", payer = "A1", payee = "B1" } end,
  function () return clauses.floor { amount = 0.5 } end,
  function () return clauses.cap { amount = duration "5 days" } end,
  function () return clauses.catalogue { name = "X1", most = "many", kind = "isrc" } end,
  function () return clauses.catalogue { name = "not a name", most = 5, kind = "isrc" } end,
  function () return clauses.recoupment { leaving = "2% of" } end,
  function () return clauses.royalty.percentage { name = "A1", on = "U1", rate = rate "5%", base = "x",
                                                  payer = "P1" } end,
  function () return clauses.split { on = "U1", currency = "GBP", shares = { "Label" } } end,
  function () return agreement "Trial" "x" { "no clause" } end,
  function () return agreement "Trial" "x" { clauses = {} } end,
  function () return agreement "a trial" "x" {} end,
  function () return trial { fee { name = "Setup", amount = money "GBP 5" },
                             fee { name = "Setup", amount = money "GBP 6" } } end,
  function () return trial { clauses.bonus { name = "First", once = "Gross > GBP 5", amount = money "GBP 5",
                                             payer = "Platform", payee = "Label",
                                             within = duration "30 days" } } end,
  function () local t = {} t[1] = t return agreement "Trial" "x" { t } end,
  function () local t = {} t[1] = t t[2] = "x" return fee { name = t } end,
  function () local e = "1" for i = 1, 12 do e = clause.expression [[$e + 1]] { e = e } end
              return fee { name = "Setup", amount = e } end,
  function () return clause.define("mine", { { "a", "colour" } }, function () end) end,
  function () return clause.define("mine", { { "a", "name" } }, function (a) error("of mine", 0) end)
                       { a = "X1" } end)
--| mistakes.lua:10: a float (5.5): floats are not exact; write a text: decimal "0.0012", rate "52%", money "GBP 250.00"
--| mistakes.lua:11: line 1 of the template: the template has no hole for `amout` (P22), and 1 more mistake
--| mistakes.lua:12: line 1 of the template: `$name` can't be filled: `Setup end grant X` is no name (P22)
--| mistakes.lua:13: line 3 of the template: what fills `$amount` can't be read here: its line 2: expected one line, found `end` (P22)
--| mistakes.lua:14: a boolean can fill no hole: a name, money, a rate, a number, a date, a duration, a list or what `clause` makes can
--| mistakes.lua:15: a list has no names and no gaps; its items stand one after another
--| mistakes.lua:16: the values of a clause have names: clause [[…]] { name = value, … }
--| mistakes.lua:17: line 1 of the template: nothing says when in `Setup` (P18), and 1 more mistake
--| mistakes.lua:18: the library has no `clauses.advanc`; did you mean `advance`?
--| mistakes.lua:19: clauses.advance has no argument `ammount`; did you mean `amount`?
--| mistakes.lua:20: clauses.advance has no argument `colour`; it has name, amount, currency, payer, payee, within, account, anchor
--| mistakes.lua:21: clauses.advance needs `within`: a duration: duration "30 days"
--| mistakes.lua:22: clauses.floor: `amount` is a value, or an expression: "sum of revenue"; this is a float (0.5)
--| mistakes.lua:23: clauses.cap: `amount` is a value, or an expression: "sum of revenue"; this is duration
--| mistakes.lua:24: clauses.catalogue: `most` is a whole number: 1000; this is a text
--| mistakes.lua:25: clauses.catalogue: line 1 of the template: `$name` can't be filled: `not a name` is no name (P22)
--| nothing is wrong
--| mistakes.lua:27: clauses.royalty.percentage: say where the money goes: `pool`, or `payee` and `within`
--| mistakes.lua:29: clauses.split: share 1 is a party and its rate: { "Label", rate "50%" }
--| mistakes.lua:30: an agreement is made of clauses, not of a string
--| mistakes.lua:31: an agreement is a list of clauses; `clauses` is not known
--| mistakes.lua:32: agreement a trial, line 1: the agreement's name is no name (P20)
--| prelude.lua:5: agreement Trial, line 18 (mistakes.lua:34: line 1 of the template): `Setup` is declared twice (N02)
--| prelude.lua:5: agreement Trial, line 13 (mistakes.lua:35: clauses.bonus, line 2 of the template): unknown name `Gross` (N01)
--| mistakes.lua:38: lists stand too deeply in one another
--| mistakes.lua:39: lists stand too deeply in one another
--| mistakes.lua:41: line 3 of the template: what fills `$amount` can't be read here: its line 1: what fills `$e` can't be read here (P22)
--| mistakes.lua:42: clause.define knows no kind of argument called `colour`
--| mistakes.lua:43: mine: of mine
