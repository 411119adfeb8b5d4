licet_fuzz_test(arguments LIBRARIES licet_cli licet_client licet_compiler PkgConfig::CMOCKA
    INCLUDE tests/unit runtime/cli/src)
