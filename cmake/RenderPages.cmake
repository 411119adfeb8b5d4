# cmake -DPAGES=PROGRAM -DSOURCE=FOLDER -DTARGET=FOLDER [-DSCDOC=PROGRAM] -DEPOCH=SECONDS -P RenderPages.cmake:
# runs licet-pages into an empty TARGET, and scdoc over each page that it wrote.
file(REMOVE_RECURSE "${TARGET}")
file(MAKE_DIRECTORY "${TARGET}")
execute_process(COMMAND "${PAGES}" "${SOURCE}" "${TARGET}" COMMAND_ERROR_IS_FATAL ANY)
if(SCDOC)
    set(ENV{SOURCE_DATE_EPOCH} "${EPOCH}")
    file(GLOB pages "${TARGET}/man/*.scd")
    foreach(page ${pages})
        string(REGEX REPLACE "\\.scd$" "" result "${page}")
        execute_process(COMMAND "${SCDOC}" INPUT_FILE "${page}" OUTPUT_FILE "${result}"
            COMMAND_ERROR_IS_FATAL ANY)
    endforeach()
endif()
file(TOUCH "${TARGET}/done")
