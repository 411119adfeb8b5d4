# licet_layer(NAME target USES target...): the layer in the current folder, a static library of
# src/*.c whose public headers are include/licet/*.h. USES is public and downwards only, so that an
# include of a higher layer does not compile.
set(LICET_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow
    -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wundef -Wcast-qual
    -Wwrite-strings -Wformat=2 -Wswitch-enum -Wvla -Wimplicit-fallthrough -Wnull-dereference)

option(LICET_WERROR "Treat warnings as errors" ON)

add_library(licet_flags INTERFACE)
target_compile_features(licet_flags INTERFACE c_std_17)
target_compile_definitions(licet_flags INTERFACE _GNU_SOURCE LICET_VERSION="${PROJECT_VERSION}")
target_compile_options(licet_flags INTERFACE ${LICET_WARNINGS} $<$<BOOL:${LICET_WERROR}>:-Werror>
    -fno-strict-aliasing)

function(licet_layer)
    cmake_parse_arguments(LAYER "" "NAME" "USES;PRIVATE" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS src/*.c)
    add_library(${LAYER_NAME} STATIC ${sources})
    target_include_directories(${LAYER_NAME} PUBLIC include PRIVATE src)
    target_link_libraries(${LAYER_NAME} PUBLIC ${LAYER_USES} PRIVATE licet_flags ${LAYER_PRIVATE})
    set_target_properties(${LAYER_NAME} PROPERTIES C_EXTENSIONS OFF)
endfunction()
