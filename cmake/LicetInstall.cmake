# cmake --install: executables (runtime/cli), the layers as static libraries with their headers,
# find_package(licet) and pkg-config licet.
include(CMakePackageConfigHelpers)

get_property(layers GLOBAL PROPERTY LICET_LAYERS)
set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/licet")

install(TARGETS ${layers} EXPORT licetTargets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
    FILE_SET tables DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT licetTargets NAMESPACE licet:: DESTINATION "${package_folder}")

configure_package_config_file(cmake/licetConfig.cmake.in "${CMAKE_BINARY_DIR}/licetConfig.cmake"
    INSTALL_DESTINATION "${package_folder}")
write_basic_package_version_file("${CMAKE_BINARY_DIR}/licetConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/licetConfig.cmake" "${CMAKE_BINARY_DIR}/licetConfigVersion.cmake"
    DESTINATION "${package_folder}")

# A static link reads from users to used: the layers in reverse order of their declaration.
set(LICET_LINK "")
foreach(layer ${layers})
    string(PREPEND LICET_LINK " -l${layer}")
endforeach()
configure_file(cmake/licet.pc.in licet.pc @ONLY)
install(FILES "${CMAKE_BINARY_DIR}/licet.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
install(FILES LICENSE README.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")
