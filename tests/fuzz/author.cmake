licet_fuzz_test(sheet LIBRARIES licet_author PkgConfig::LUA INCLUDE compiler/author/src)
