return {
  clauses.catalogue { name = "Recordings", most = 100000, kind = "isrc", anchor = "A" },
  clauses.catalogue { name = "Books", most = 50, key = "title", kind = "isbn",
                      columns = clause.lines [[column pages count, at most $most]] { most = 5000 } },
}
--| schedule Recordings [A]
--|   rows  at most 100,000
--|   key   code  isrc
--| end
--|
--| schedule Books
--|   rows    at most 50
--|   key     title  isbn
--|   column  pages  count, at most 5000
--| end
