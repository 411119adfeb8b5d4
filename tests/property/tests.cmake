# Seeded random cases, checked by programs that know the answer by other means.
add_executable(base_lines ${CMAKE_SOURCE_DIR}/tests/property/base_lines.c)
target_link_libraries(base_lines PRIVATE licet_base licet_flags PkgConfig::NETTLE)
set_target_properties(base_lines PROPERTIES C_EXTENSIONS OFF
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")

foreach(name exact_numbers dates merkle examples)
    licet_script_test(${name} KIND property
        COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/property/${name}.py)
endforeach()
