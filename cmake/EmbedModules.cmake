# cmake -DTARGET=FILE -DSOURCES=A;B -P EmbedModules.cmake: writes one line MODULE(name, bytes...) for
# each source, in order of name.
list(SORT SOURCES)
set(text "")
foreach(source ${SOURCES})
    get_filename_component(name "${source}" NAME_WE)
    file(READ "${source}" bytes HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    string(APPEND text "MODULE(${name}, ${bytes})\n")
endforeach()
file(WRITE "${TARGET}" "${text}")
