# The oracles against the worked figures and against each other, without licet.
licet_script_test(oracles KIND scenario COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/oracle/test_oracles.sh")
# The product's extensions against programs that share no code with them.
licet_test_executable(call_extension SOURCES ${CMAKE_SOURCE_DIR}/tests/oracle/call_extension.c
    LIBRARIES licet_plugin)
add_dependencies(call_extension licet-extension ddex_dsr fx_table)
foreach(name dsr_variants fx_variants)
    licet_script_test(${name} KIND property
        COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/oracle/${name}.py)
endforeach()
