# The workload of many small signed transactions on a ledger: bin/licet-grants AGREEMENT DATA LEDGER OUT
licet_test_executable(licet-grants
    SOURCES ${CMAKE_SOURCE_DIR}/tests/bench/grants_main.c ${CMAKE_SOURCE_DIR}/tests/bench/grants_data.c
            ${CMAKE_SOURCE_DIR}/tests/bench/grants_ledger.c
    LIBRARIES licet_client licet_compiler licet_crypto
    INCLUDE runtime/engine/src vm/exec/src)
set_target_properties(licet-grants PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
