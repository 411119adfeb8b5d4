get_property(layers GLOBAL PROPERTY LICET_LAYERS)
foreach(layer ${layers})
    licet_test_executable(link_${layer} SOURCES ${CMAKE_SOURCE_DIR}/tests/link/main.c
        LIBRARIES $<LINK_LIBRARY:WHOLE_ARCHIVE,${layer}>)
    licet_script_test(${layer} KIND link COMMAND link_${layer})
endforeach()
