licet_unit_test(image MACHINE LIBRARIES licet_exec licet_crypto)
licet_unit_test(verify MACHINE LIBRARIES licet_exec licet_crypto)
licet_unit_test(verify_work MACHINE LIBRARIES licet_exec licet_crypto INCLUDE vm/image/src)
licet_unit_test(listing MACHINE LIBRARIES licet_exec licet_crypto)
licet_unit_test(exec_values MACHINE LIBRARIES licet_exec licet_crypto)
licet_unit_test(exec_effects MACHINE LIBRARIES licet_exec licet_crypto)
licet_unit_test(kernel_k LIBRARIES licet_exec licet_crypto
    SOURCES ${CMAKE_SOURCE_DIR}/tests/bench/kernel_k.c INCLUDE tests/bench)
target_include_directories(test_kernel_k SYSTEM PRIVATE ${CMAKE_SOURCE_DIR}/tests/workload/kernel)
