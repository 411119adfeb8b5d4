# Rules that a compiler does not check. Each script says what it catches.
foreach(name source symbols opcodes documents format)
    licet_script_test(${name} KIND lint
        COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/lint/${name}.py)
endforeach()
