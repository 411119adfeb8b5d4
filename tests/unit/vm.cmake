licet_unit_test(image LIBRARIES licet_exec licet_crypto)
licet_unit_test(verify LIBRARIES licet_exec licet_crypto)
licet_unit_test(verify_work LIBRARIES licet_exec licet_crypto INCLUDE vm/image/src)
licet_unit_test(listing LIBRARIES licet_exec licet_crypto)
licet_unit_test(exec_values LIBRARIES licet_exec licet_crypto)
licet_unit_test(exec_effects LIBRARIES licet_exec licet_crypto)
licet_unit_test(kernel_k LIBRARIES licet_exec licet_crypto
    SOURCES ${CMAKE_SOURCE_DIR}/tests/bench/kernel_k.c INCLUDE tests/bench)
target_include_directories(test_kernel_k SYSTEM PRIVATE ${CMAKE_SOURCE_DIR}/tests/workload/kernel)
