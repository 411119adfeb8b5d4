# Golden tests of the compiler: tests/golden/*.lic, see lic_golden.c. `ninja golden-bless` writes the
# expectations anew; look at the difference before you keep it.
file(GLOB golden_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.lic)
licet_program_test(compiler KIND golden SOURCES ${CMAKE_CURRENT_LIST_DIR}/lic_golden.c
    LIBRARIES licet_compiler licet_crypto ARGUMENTS ${golden_files})
add_custom_target(golden-bless COMMAND golden_compiler --bless ${golden_files} DEPENDS golden_compiler)
