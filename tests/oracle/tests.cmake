# The oracles against the worked figures and against each other, without licet.
licet_script_test(oracles KIND scenario COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/oracle/test_oracles.sh")
