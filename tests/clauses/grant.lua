return trial {
  clauses.catalogue { name = "Songs", most = 10, kind = "isrc" },
  clauses.grant { name = "Streaming", from = "Label", to = "Platform", of = "Songs", rights = "make_available",
                  territory = { "GB", "IE" }, exclusive = true, sublicense = "affiliates", anchor = "2.1" },
  clauses.grant { name = "Download", from = "Label", to = "Platform", of = "Songs",
                  rights = { "reproduce", "distribute" }, territory = clause.world_except { "GB", "IE" },
                  exclusive = false, during = duration "12 months", starts = date "2026-06-01" },
  clauses.grant { name = "Radio", from = "Label", to = "Platform", of = "Songs", rights = { "broadcast" },
                  territory = clause.world, exclusive = false },
}
--| licet 1
--| agreement Trial "A trial"
--|   money      GBP
--|   rounding   half_even to 0.01, each amount
--|   months     clip
--|   term       from 2026-01-01 to 2028-12-31
--|
--| party Label     is licensor, signs
--| party Platform  is licensee, signs
--| party Artist    is payee
--|
--| schedule Songs
--|   rows  at most 10
--|   key   code  isrc
--| end
--|
--| grant Streaming [2.1]
--|   from       Label to Platform
--|   of         Songs
--|   rights     make_available
--|   territory  {GB, IE}
--|   during     term
--|   exclusive  yes
--|   sublicense affiliates
--| end
--|
--| grant Download
--|   from       Label to Platform
--|   of         Songs
--|   rights     reproduce, distribute
--|   territory  world except {GB, IE}
--|   during     1 year from 2026-06-01
--|   exclusive  no
--|   sublicense no
--| end
--|
--| grant Radio
--|   from       Label to Platform
--|   of         Songs
--|   rights     broadcast
--|   territory  world
--|   during     term
--|   exclusive  no
--|   sublicense no
--| end
--|
--| lifecycle
--|   initial draft
--|   states  active
--|   final   ended, after 120 days
--|   from draft to active  when signed by Label, Platform
--|   from draft to ended   on 2026-03-31
--|   from active to ended  on term.end
--| end
