# licet_layer(NAME target USES target... PRIVATE target... [INTEGERS]): the layer in the current
# folder, a static library of src/*.c and of its rooms src/*/*.c, whose public headers are
# include/licet/*. USES is public and downwards only, so that an include of a higher layer does not
# compile. PRIVATE names the outside libraries of this layer alone. INTEGERS builds with general
# registers only, so that a float cannot compile.
include(CheckCCompilerFlag)

set(LICET_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow
    -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wundef -Wcast-qual
    -Wwrite-strings -Wformat=2 -Wswitch-enum -Wvla -Wimplicit-fallthrough -Wnull-dereference
    -Wno-overlength-strings) # SQL schemas and explain pages are long on purpose

option(LICET_WERROR "Treat warnings as errors" ON)
option(LICET_COVERAGE "Count executed lines" OFF)
option(LICET_FUZZ "Build the fuzz targets with libFuzzer (clang)" OFF)
set(LICET_SANITIZE "" CACHE STRING "Sanitizers for all code, for instance address,undefined")
option(LICET_VALGRIND "Unit tests run under valgrind" OFF)
# What watches a program calls the kernel in its process and takes address space: confined processes let it.
# valgrind makes code while a program runs, which they never may, so that nothing is confined there.
set(LICET_WATCHED 0)
if(LICET_SANITIZE OR LICET_VALGRIND)
    set(LICET_WATCHED 1)
endif()

# -O3 gains on kernel K in vm/exec alone, which asks for it itself (tests/bench/kernel.sh).
set(CMAKE_C_FLAGS_RELEASE "-O2")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")

add_library(licet_flags INTERFACE)
target_compile_features(licet_flags INTERFACE c_std_17)
target_compile_definitions(licet_flags INTERFACE _GNU_SOURCE LICET_VERSION="${PROJECT_VERSION}"
    LICET_WATCHED=${LICET_WATCHED} LICET_VALGRIND=$<BOOL:${LICET_VALGRIND}>)
# No path of this machine in the objects: builds in two folders are the same bytes.
target_compile_options(licet_flags INTERFACE ${LICET_WARNINGS} $<$<BOOL:${LICET_WERROR}>:-Werror>
    -fno-strict-aliasing
    "-ffile-prefix-map=${CMAKE_BINARY_DIR}=build" "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.")
# ccache with a base folder gives the compiler relative paths: the same names for them.
file(RELATIVE_PATH upwards "${CMAKE_BINARY_DIR}" "${CMAKE_SOURCE_DIR}")
if(upwards MATCHES "^[./]+$")
    string(REGEX REPLACE "/$" "" upwards "${upwards}")
    target_compile_options(licet_flags INTERFACE "-ffile-prefix-map=${upwards}=.")
endif()
if(LICET_SANITIZE)
    # The inserted checks derail the analysis behind these warnings; the other presets have them.
    target_compile_options(licet_flags INTERFACE -fsanitize=${LICET_SANITIZE}
        -fno-sanitize-recover=all -fno-omit-frame-pointer
        -Wno-conversion -Wno-sign-conversion -Wno-null-dereference
        "$<$<C_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-format-truncation>")
    target_link_options(licet_flags INTERFACE -fsanitize=${LICET_SANITIZE})
endif()
# A toolchain may say how programs are linked, and what a target with LICET_SHARED gets instead.
target_link_options(licet_flags INTERFACE
    "$<$<BOOL:$<TARGET_PROPERTY:LICET_SHARED>>:${LICET_LINK_SHARED}>"
    "$<$<NOT:$<BOOL:$<TARGET_PROPERTY:LICET_SHARED>>>:${LICET_LINK_STATIC}>")
if(LICET_COVERAGE)
    target_compile_options(licet_flags INTERFACE --coverage)
    target_link_options(licet_flags INTERFACE --coverage)
endif()
if(LICET_FUZZ)
    target_compile_options(licet_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

check_c_compiler_flag(-mgeneral-regs-only LICET_HAS_GENERAL_REGS_ONLY)

function(licet_layer)
    cmake_parse_arguments(LAYER "INTEGERS" "NAME" "USES;PRIVATE" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS src/*.c src/*/*.c)
    file(GLOB headers CONFIGURE_DEPENDS include/licet/*.h)
    file(GLOB tables CONFIGURE_DEPENDS include/licet/*.def)
    add_library(${LAYER_NAME} STATIC ${sources})
    target_sources(${LAYER_NAME} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${headers})
    target_sources(${LAYER_NAME} PUBLIC FILE_SET tables TYPE HEADERS BASE_DIRS include FILES ${tables})
    target_include_directories(${LAYER_NAME} PRIVATE src)
    target_link_libraries(${LAYER_NAME} PUBLIC ${LAYER_USES}
        PRIVATE $<BUILD_INTERFACE:licet_flags> ${LAYER_PRIVATE})
    set_target_properties(${LAYER_NAME} PROPERTIES C_EXTENSIONS OFF
        VERIFY_INTERFACE_HEADER_SETS ON INTERFACE_HEADER_SETS_TO_VERIFY HEADERS)
    if(LAYER_INTEGERS AND LICET_HAS_GENERAL_REGS_ONLY)
        target_compile_options(${LAYER_NAME} PRIVATE -mgeneral-regs-only)
    endif()
    set_property(GLOBAL APPEND PROPERTY LICET_LAYERS ${LAYER_NAME})
endfunction()
