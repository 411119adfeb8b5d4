# Programs of others, which are linked with what is installed, have no sanitizer.
if(NOT LICET_SANITIZE)
    licet_script_test(install KIND install COMMAND "${CMAKE_SOURCE_DIR}/tests/install/install.sh")
endif()
