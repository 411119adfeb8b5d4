# licet_extension(NAME name SOURCES file... [INTERFACE file] [FOLDER folder] [LIBRARIES target...]
# [INCLUDE folder...] [BARE]): a native extension, the shared object FOLDER/NAME.so with NAME.interface
# beside it. The prototypes of its functions are made from the interface file into NAME.h, which its
# sources include, so that a function with another signature does not compile. BARE: no header and no
# interface file, for objects that only tests want. FOLDER is that of the product's extensions when absent.
function(licet_extension)
    cmake_parse_arguments(EXTENSION "BARE" "NAME;INTERFACE;FOLDER" "SOURCES;LIBRARIES;INCLUDE" ${ARGN})
    set(name ${EXTENSION_NAME})
    if(NOT EXTENSION_FOLDER)
        set(EXTENSION_FOLDER "${CMAKE_BINARY_DIR}/${CMAKE_INSTALL_LIBDIR}/licet")
    endif()
    add_library(${name} MODULE ${EXTENSION_SOURCES})
    target_link_libraries(${name} PRIVATE licet_flags ${EXTENSION_LIBRARIES})
    target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/runtime/plugin/include" ${EXTENSION_INCLUDE})
    # Nothing of the libraries is visible outside: two extensions in one process would not meet, either.
    target_link_options(${name} PRIVATE -Wl,--exclude-libs,ALL)
    if(NOT LICET_SANITIZE)
        target_link_options(${name} PRIVATE -Wl,-z,defs)
    endif()
    set_target_properties(${name} PROPERTIES PREFIX "" C_EXTENSIONS OFF C_VISIBILITY_PRESET hidden
        LIBRARY_OUTPUT_DIRECTORY "${EXTENSION_FOLDER}")
    if(EXTENSION_BARE)
        return()
    endif()
    if(NOT EXTENSION_INTERFACE)
        set(EXTENSION_INTERFACE "${CMAKE_CURRENT_SOURCE_DIR}/${name}.interface")
    endif()
    set(made "${CMAKE_CURRENT_BINARY_DIR}/${name}-interface")
    add_custom_command(OUTPUT "${made}/${name}.h" "${EXTENSION_FOLDER}/${name}.interface"
        COMMAND "${CMAKE_COMMAND}" -E make_directory "${made}" "${EXTENSION_FOLDER}"
        COMMAND licet-extension --prototypes "${EXTENSION_INTERFACE}" > "${made}/${name}.h"
        COMMAND "${CMAKE_COMMAND}" -E copy "${EXTENSION_INTERFACE}" "${EXTENSION_FOLDER}/${name}.interface"
        DEPENDS licet-extension "${EXTENSION_INTERFACE}" VERBATIM)
    target_sources(${name} PRIVATE "${made}/${name}.h")
    get_filename_component(source_folder "${EXTENSION_INTERFACE}" DIRECTORY)
    target_include_directories(${name} PRIVATE "${made}" "${source_folder}")
    # The assembler reads the interface file, which the compiler's list of dependencies does not show.
    set_source_files_properties(${EXTENSION_SOURCES} PROPERTIES OBJECT_DEPENDS
        "${EXTENSION_INTERFACE};${made}/${name}.h")
endfunction()

# licet_position_independent(LAYER): LAYER_pic, the same sources for use in a shared object: hidden, not
# installed, built when an extension wants it. Called in the layer's folder, after all was said of it.
function(licet_position_independent layer)
    add_library(${layer}_pic STATIC EXCLUDE_FROM_ALL $<TARGET_PROPERTY:${layer},SOURCES>)
    target_include_directories(${layer}_pic PUBLIC include
        PRIVATE $<TARGET_PROPERTY:${layer},INCLUDE_DIRECTORIES>)
    target_include_directories(${layer}_pic SYSTEM
        PRIVATE $<TARGET_PROPERTY:${layer},INTERFACE_SYSTEM_INCLUDE_DIRECTORIES> ${XXHASH_INCLUDE_DIRS})
    target_link_libraries(${layer}_pic PRIVATE licet_flags)
    set_target_properties(${layer}_pic PROPERTIES C_EXTENSIONS OFF C_VISIBILITY_PRESET hidden
        POSITION_INDEPENDENT_CODE ON)
endfunction()
