# Properties of the compiler over every agreement of the project.
file(GLOB agreements CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/contracts/*/*.lic
    ${CMAKE_SOURCE_DIR}/tests/conformance/*.lic ${CMAKE_SOURCE_DIR}/tests/scenario/agreements/*.lic
    ${CMAKE_SOURCE_DIR}/tests/golden/*.lic)
licet_program_test(compose KIND property SOURCES ${CMAKE_CURRENT_LIST_DIR}/compose.c
    LIBRARIES licet_compiler licet_crypto ARGUMENTS ${agreements})
licet_program_test(code_lines KIND property SOURCES ${CMAKE_CURRENT_LIST_DIR}/code_lines.c
    LIBRARIES licet_compiler licet_crypto ARGUMENTS ${agreements})
licet_program_test(mutants KIND property SOURCES ${CMAKE_CURRENT_LIST_DIR}/mutants.c
    LIBRARIES licet_compiler licet_crypto ARGUMENTS ${agreements})
