# Roots and rows that every build must give (roots.sh), and builds by other compilers, optimisers and for other
# machines that must give them too (build.sh). Those are built by the release preset's tests alone.
licet_test_executable(portable_play SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/portable/play.c
    LIBRARIES licet_client licet_compiler)
licet_script_test(roots KIND portable COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/portable/roots.sh)
licet_script_test(golden_ledgers KIND portable COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/portable/golden.sh)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND CMAKE_C_COMPILER_ID STREQUAL "GNU" AND NOT CMAKE_CROSSCOMPILING)
    set(build ${CMAKE_CURRENT_SOURCE_DIR}/portable/build.sh)
    licet_script_test(gcc_O0 KIND portable COMMAND ${build} gcc_O0 -DCMAKE_BUILD_TYPE=Debug)
    licet_script_test(gcc_O3 KIND portable COMMAND ${build} gcc_O3 -DCMAKE_C_FLAGS=-O3 -DCMAKE_BUILD_TYPE=None)
    licet_script_test(clang_O0 KIND portable COMMAND ${build} clang_O0 -DCMAKE_BUILD_TYPE=Debug
        -DCMAKE_C_COMPILER=clang)
    licet_script_test(clang_O3 KIND portable COMMAND ${build} clang_O3 -DCMAKE_C_FLAGS=-O3
        -DCMAKE_BUILD_TYPE=None -DCMAKE_C_COMPILER=clang)
    licet_script_test(s390x KIND portable COMMAND ${build} s390x)
    licet_script_test(i386 KIND portable COMMAND ${build} i386)
    licet_script_test(two_folders KIND portable COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/portable/two_folders.sh)
endif()
