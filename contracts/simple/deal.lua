-- `licet author deal.lua` shows this deal. The agreement sets nothing; it says who its parties are.
deal "FirstNovel" {
  agreement = "simple.lic",
  parties = { Author = "Author", Publisher = "Publisher", Agent = "Agent" },
}
