licet_fuzz_test(transaction LIBRARIES licet_ledger)
licet_fuzz_test(block LIBRARIES licet_ledger)
