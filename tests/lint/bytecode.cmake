licet_script_test(bytecode KIND lint COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/lint/bytecode.py)
