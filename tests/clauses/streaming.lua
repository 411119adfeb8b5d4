-- as contracts/streaming/streaming.lic
local lines, word = clause.lines, clause.word
local days = function (n) return duration(n, "days") end

local terms = {
  clauses.header {
    law = "England and Wales", money = "GBP", months = "clip", years = "calendar", prevails = "code",
    from = date "2026-01-01", to = date "2028-12-31",
  },
  clauses.parties { members = {
    { "Label", "licensor", "signs" }, { "Platform", "licensee", "signs" },
    { "Artist", "payee" }, { "Producer", "payee" }, { "Society", "payee" },
  } },
  clauses.given { name = "AdvanceSum", type = "GBP", at_most = money "GBP 10,000,000.00", anchor = "3.1" },
}
for _, item in ipairs { { "FirstRate", "4.1" }, { "MiddleRate", "4.1" }, { "TopRate", "4.1" },
                        { "LabelShare", "4.3" }, { "ArtistShare", "4.3" }, { "ProducerShare", "4.3" },
                        { "SocietyShare", "4.3" } } do
  terms[#terms + 1] = clauses.given { name = item[1], type = "rate", scale = 4, at_most = rate "100%",
                                      anchor = item[2] }
end

return agreement "NorthlightWavefront" "Streaming licence: Northlight / Wavefront" {
  terms,
  clauses.catalogue { name = "Recordings", most = 100000, kind = "isrc",
                      columns = lines [[column title ignored]] {}, anchor = "A" },
  clauses.grant { name = "Streaming", from = "Label", to = "Platform", of = "Recordings",
                  rights = { "make_available", "cache" }, territory = clause.world_except { "CN", "KP" },
                  exclusive = false, anchor = "2.1" },
  clauses.usage_report {
    name = "Usage", by = "Platform", every = "quarter", within = days(45), most = 100000,
    unique = { "work", "country", "plan" }, anchor = "5.1",
    columns = lines [[
column work in Recordings
column country territory in Streaming
column plan one of (premium, family, ad_funded)
column streams count, at most 10,000,000,000
column revenue exact GBP, scale 6, at most GBP 100,000,000
]] {},
  },
  clauses.advance { amount = "AdvanceSum", currency = "GBP", payer = "Platform", payee = "Label",
                    within = days(10), anchor = "3.1" },
  clauses.royalty.tiered {
    name = "Stream", on = "Usage", base = "sum of revenue", currency = "GBP", resets = "year",
    tiers = { { up_to = money "GBP 1,000,000", rate = "FirstRate" },
              { up_to = money "GBP 5,000,000", rate = "MiddleRate" }, { above = "TopRate" } },
    with = {
      clauses.floor { amount = "GBP 0.0012 * sum of streams where plan in {premium, family}",
                      anchor = "4.2" },
      clauses.recoupment { anchor = "3.1" },
    },
    payer = "Platform", pool = "Pool", anchor = "4.1",
  },
  clauses.split {
    on = "Usage", currency = "GBP", anchor = "4.3",
    shares = { { "Label", "LabelShare" }, { "Artist", "ArtistShare" }, { "Producer", "ProducerShare" },
               { "Society", "SocietyShare" } },
  },
  clauses.statement { name = "Royalty", every = "quarter", within = days(60),
                      to = { "Label", "Artist", "Producer", "Society" }, by = { "country", "plan" },
                      anchor = "5.3" },
  clauses.payout { on = "Royalty", below = money "GBP 50.00", payer = "Platform", within = days(30),
                   anchor = "5.3" },
  clauses.lifecycle.suspension {
    signers = { "Label", "Platform" }, unsigned = date "2026-03-31", report = "Usage", late = days(30),
    late_anchor = "9.1", by = "Label", to = "Platform", notice = days(14), anchor = "9.2",
  },
}
--| licet 1
--| agreement NorthlightWavefront "Streaming licence: Northlight / Wavefront"
--|   law        "England and Wales"
--|   money      GBP
--|   rounding   half_even to 0.01, each amount
--|   months     clip
--|   years      calendar
--|   payments   confirmed by payee, oldest first, interest last, excess credited
--|   prevails   code
--|   term       from 2026-01-01 to 2028-12-31
--|
--| party Label     is licensor, signs
--| party Platform  is licensee, signs
--| party Artist    is payee
--| party Producer  is payee
--| party Society   is payee
--|
--| given AdvanceSum    GBP, at most GBP 10,000,000.00                          [3.1]
--| given FirstRate     rate, scale 4, at most 100%                             [4.1]
--| given MiddleRate    rate, scale 4, at most 100%                             [4.1]
--| given TopRate       rate, scale 4, at most 100%                             [4.1]
--| given LabelShare    rate, scale 4, at most 100%                             [4.3]
--| given ArtistShare   rate, scale 4, at most 100%                             [4.3]
--| given ProducerShare rate, scale 4, at most 100%                             [4.3]
--| given SocietyShare  rate, scale 4, at most 100%                             [4.3]
--|
--| account Advance GBP, at end written off
--| account Pool    GBP
--| account Owed    GBP for each payee, at end paid out
--| counter Revenue exact GBP, resets every year
--|
--| schedule Recordings [A]
--|   rows    at most 100,000
--|   key     code   isrc
--|   column  title  ignored
--| end
--|
--| grant Streaming [2.1]
--|   from       Label to Platform
--|   of         Recordings
--|   rights     make_available, cache
--|   territory  world except {CN, KP}
--|   during     term
--|   exclusive  no
--|   sublicense no
--| end
--|
--| report Usage [5.1]
--|   by      Platform, every quarter, within 45 days of period.end
--|   lines   at most 100,000, unique (work, country, plan), else refuse
--|   column  work     in Recordings
--|   column  country  territory in Streaming
--|   column  plan     one of (premium, family, ad_funded)
--|   column  streams  count, at most 10,000,000,000
--|   column  revenue  exact GBP, scale 6, at most GBP 100,000,000
--| end
--|
--| advance Signing [3.1]
--|   on      signature
--|   amount  AdvanceSum
--|   Platform pays Label, within 10 days
--|   add     amount to Advance
--| end
--|
--| tiers Rates of GBP, marginal
--|   up to GBP 1,000,000.00:  FirstRate
--|   up to GBP 5,000,000.00:  MiddleRate
--|   above:                   TopRate
--| end
--|
--| royalty Stream [4.1]
--|   on        Usage
--|   amount    sum of revenue through Rates cumulative in Revenue
--|   at least  GBP 0.0012 * sum of streams where plan in {premium, family}     [4.2]
--|   less      Advance                                                         [3.1]
--|   Platform owes Pool
--| end
--|
--| split Pool [4.3]
--|   on       Usage
--|   Label:     LabelShare
--|   Artist:    ArtistShare
--|   Producer:  ProducerShare
--|   Society:   SocietyShare
--|   pennies  largest remainder, ties as written
--|   into     Owed
--| end
--|
--| statement Royalty [5.3]
--|   every  quarter, within 60 days of period.end
--|   to     Label, Artist, Producer, Society
--|   lines  by country, plan
--| end
--|
--| fee Payout [5.3]
--|   on      Royalty, for each payee
--|   amount  Owed of payee
--|   below   GBP 50.00 carry forward
--|   Platform pays payee, from Owed of payee, within 30 days
--| end
--|
--| lifecycle
--|   initial draft
--|   states  active, suspended
--|   final   expired, terminated, after 120 days
--|   from draft to active               when signed by Label, Platform
--|   from draft to terminated           on 2026-03-31
--|   from active to suspended           when Usage late 30 days                [9.1]
--|   from suspended to active           when Usage filed
--|   from suspended to terminated       by Label, notice 14 days to Platform   [9.2]
--|   from active, suspended to expired  on term.end
--| end
