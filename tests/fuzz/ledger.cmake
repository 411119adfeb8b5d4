licet_fuzz_test(transaction LIBRARIES licet_ledger)
licet_fuzz_test(block LIBRARIES licet_ledger)
licet_fuzz_test(keyfile LIBRARIES licet_crypto PkgConfig::SODIUM)
licet_fuzz_test(ledger LIBRARIES licet_client licet_compiler PkgConfig::CMOCKA PkgConfig::SQLITE INCLUDE tests/unit)
