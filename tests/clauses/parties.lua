return clauses.parties { members = { { "Label", "licensor", "signs" }, { "Platform", "licensee", "signs" },
                                     { "Artist", "payee" } } }
--| party Label  is licensor, signs
--|
--| party Platform  is licensee, signs
--|
--| party Artist  is payee
