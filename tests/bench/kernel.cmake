# Kernel K in the VM, with the interface of its yardstick: bin/licet-kernel [-v] k PASSES
licet_test_executable(licet-kernel
    SOURCES ${CMAKE_SOURCE_DIR}/tests/bench/kernel_main.c ${CMAKE_SOURCE_DIR}/tests/bench/kernel_k.c
    LIBRARIES licet_exec licet_crypto)
# The yardstick's own header, in its own style.
target_include_directories(licet-kernel SYSTEM PRIVATE ${CMAKE_SOURCE_DIR}/tests/workload/kernel)
target_compile_definitions(licet-kernel PRIVATE
    LICET_KERNEL_LISTING="${CMAKE_SOURCE_DIR}/tests/bench/kernel_k.lst")
set_target_properties(licet-kernel PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
