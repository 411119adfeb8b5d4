# Golden tests of the clause library: tests/clauses/*.lua, see clause_golden.c. `ninja clauses-bless` writes the
# expectations anew; look at the difference before you keep it.
file(GLOB clause_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.lua)
list(REMOVE_ITEM clause_files ${CMAKE_CURRENT_LIST_DIR}/prelude.lua)
licet_program_test(clauses KIND golden SOURCES ${CMAKE_CURRENT_LIST_DIR}/clause_golden.c
    LIBRARIES licet_author licet_crypto PkgConfig::LUA INCLUDE compiler/author/src
    ARGUMENTS ${clause_files})
add_custom_target(clauses-bless COMMAND golden_clauses --bless ${clause_files} DEPENDS golden_clauses
    WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
