# licet_layer(NAME target USES target... PRIVATE target... [INTEGERS]): the layer in the current
# folder, a static library of src/*.c whose public headers are include/licet/*. USES is public and
# downwards only, so that an include of a higher layer does not compile. PRIVATE names the outside
# libraries of this layer alone. INTEGERS builds with general registers only, so that a float cannot
# compile.
include(CheckCCompilerFlag)

set(LICET_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow
    -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wundef -Wcast-qual
    -Wwrite-strings -Wformat=2 -Wswitch-enum -Wvla -Wimplicit-fallthrough -Wnull-dereference)

option(LICET_WERROR "Treat warnings as errors" ON)
set(LICET_SANITIZE "" CACHE STRING "Sanitizers for all code, for instance address,undefined")
option(LICET_COVERAGE "Count executed lines" OFF)

# Release builds in two folders are the same bytes: no path of this machine in them.
set(LICET_REPRODUCIBLE "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=." "-ffile-prefix-map=${CMAKE_BINARY_DIR}=build")

add_library(licet_flags INTERFACE)
target_compile_features(licet_flags INTERFACE c_std_17)
target_compile_definitions(licet_flags INTERFACE _GNU_SOURCE LICET_VERSION="${PROJECT_VERSION}")
target_compile_options(licet_flags INTERFACE ${LICET_WARNINGS} $<$<BOOL:${LICET_WERROR}>:-Werror>
    ${LICET_REPRODUCIBLE} -fno-strict-aliasing)
if(LICET_SANITIZE)
    target_compile_options(licet_flags INTERFACE -fsanitize=${LICET_SANITIZE}
        -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(licet_flags INTERFACE -fsanitize=${LICET_SANITIZE})
endif()
if(LICET_COVERAGE)
    target_compile_options(licet_flags INTERFACE --coverage)
    target_link_options(licet_flags INTERFACE --coverage)
endif()

check_c_compiler_flag(-mgeneral-regs-only LICET_HAS_GENERAL_REGS_ONLY)

function(licet_layer)
    cmake_parse_arguments(LAYER "INTEGERS" "NAME" "USES;PRIVATE" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS src/*.c)
    file(GLOB headers CONFIGURE_DEPENDS include/licet/*)
    if(NOT sources)
        message(WARNING "${LAYER_NAME} has no sources yet")
        add_library(${LAYER_NAME} INTERFACE)
        target_include_directories(${LAYER_NAME} INTERFACE include)
        target_link_libraries(${LAYER_NAME} INTERFACE ${LAYER_USES})
        return()
    endif()
    add_library(${LAYER_NAME} STATIC ${sources})
    if(headers)
        target_sources(${LAYER_NAME} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${headers})
    endif()
    target_include_directories(${LAYER_NAME} PRIVATE src)
    target_link_libraries(${LAYER_NAME} PUBLIC ${LAYER_USES} PRIVATE licet_flags ${LAYER_PRIVATE})
    set_target_properties(${LAYER_NAME} PROPERTIES C_EXTENSIONS OFF)
    if(LAYER_INTEGERS AND LICET_HAS_GENERAL_REGS_ONLY)
        target_compile_options(${LAYER_NAME} PRIVATE -mgeneral-regs-only)
    endif()
    set_property(GLOBAL APPEND PROPERTY LICET_LAYERS ${LAYER_NAME})
endfunction()
