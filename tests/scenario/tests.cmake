# Every script of this folder is a test; tests/lib.sh says how they report.
file(GLOB scripts CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/scenario/*.sh")
foreach(script ${scripts})
    get_filename_component(name "${script}" NAME_WE)
    licet_script_test(${name} KIND scenario COMMAND "${script}")
endforeach()

# A ledger for scripts that need one that was left some time ago.
licet_test_executable(past_ledger SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/scenario/past_ledger.c
    LIBRARIES licet_client licet_compiler)
