--- A schedule of what is licensed, with the kind of its key: isrc, iswc, isbn, ean, patent …
return clause.define("clauses.catalogue", {
  { "name", "name" },
  { "most", "count" },
  { "key", "name", default = "code" },
  { "kind", "word" },
  { "columns", "lines", optional = true },
  { "anchor", "anchor", optional = true },
}, clause [[
schedule $name [$anchor]
  rows at most $most
  key $key $kind
  $columns
end
]])
