licet_script_test(install KIND install COMMAND "${CMAKE_SOURCE_DIR}/tests/install/install.sh")
