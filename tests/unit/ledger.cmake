licet_unit_test(crypto LIBRARIES licet_crypto)
licet_unit_test(keyfile LIBRARIES licet_crypto)
licet_unit_test(store LIBRARIES licet_store licet_crypto PkgConfig::SQLITE)
licet_unit_test(query LIBRARIES licet_store licet_crypto)
