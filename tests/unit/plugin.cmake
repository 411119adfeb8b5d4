set(folder "${CMAKE_BINARY_DIR}/tests/extensions")
foreach(name bare early)
    licet_extension(NAME ${name} BARE FOLDER "${folder}"
        SOURCES "${CMAKE_SOURCE_DIR}/tests/unit/extensions/${name}.c")
endforeach()
licet_extension(NAME trial FOLDER "${folder}" SOURCES "${CMAKE_SOURCE_DIR}/tests/unit/extensions/trial.c"
    INTERFACE "${CMAKE_SOURCE_DIR}/tests/unit/extensions/trial.interface")

licet_unit_test(interface LIBRARIES licet_plugin)
licet_unit_test(plugin LIBRARIES licet_plugin)
target_compile_definitions(test_plugin PRIVATE "TRIALS=\"${folder}\"")
add_dependencies(test_plugin licet-extension trial bare early)

licet_unit_test(lua_extension LIBRARIES licet_author PkgConfig::LUA INCLUDE compiler/author/src)
target_compile_definitions(test_lua_extension PRIVATE "TRIALS=\"${folder}\"")
add_dependencies(test_lua_extension licet-extension trial)
