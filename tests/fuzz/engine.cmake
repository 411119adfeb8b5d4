licet_fuzz_test(line LIBRARIES licet_engine licet_compiler INCLUDE runtime/engine/src tests/unit)
