return {
  clauses.header { money = "USD", from = date "2026-01-01", to = date "2026-12-31" },
  clauses.header { law = "New \"York\"", language = "en", money = "USD", rounding = "half_up",
                   unit = decimal "0.0001", months = "roll", years = "contract", payments = false,
                   prevails = "text", from = "signature", to = date "2030-12-31" },
}
--|   money      USD
--|   rounding   half_even to 0.01, each amount
--|   payments   confirmed by payee, oldest first, interest last, excess credited
--|   term       from 2026-01-01 to 2026-12-31
--|
--|   law        "New \"York\""
--|   language   "en"
--|   money      USD
--|   rounding   half_up to 0.0001, each amount
--|   months     roll
--|   years      contract
--|   prevails   text
--|   term       from signature to 2030-12-31
