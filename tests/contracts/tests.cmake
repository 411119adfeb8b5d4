# Every script of this folder is a test; tests/lib.sh says how they report.
file(GLOB scripts CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/contracts/*.sh")
foreach(script ${scripts})
    get_filename_component(name "${script}" NAME_WE)
    licet_script_test(contract_${name} KIND scenario COMMAND "${script}")
endforeach()
